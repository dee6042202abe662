-- A paid request wants to leave. KEYS: call, calls of the worker, number of calls, facts.
-- ARGV: key, worker, nonce, run, shot, model, estimate ('' unknown), try, whether unknown ones are asked again (0 or 1).
-- Returns {answer, id, state before}.
local call, mine, numbers = unpack(KEYS, 1, 3)
local values = redis.call('HMGET', call, 'state', 'nonce', 'id', 'run', 'before')
local state = values[1]
if state == 'sent' then
  if values[2] == ARGV[3] then return {'go', tonumber(values[3]), values[5] or ''} end
  return {'wait', 0, state}
end
if state == 'unknown' and (ARGV[9] == '0' or values[4] == ARGV[4]) then return {'parked', 0, state} end
if state == 'refused' then return {'refused', 0, state} end
if state == 'unknown' then
  redis.call('SREM', 'locstore:run:' .. (values[4] or '') .. ':unknown', ARGV[1])
end
local id = redis.call('INCR', numbers)
redis.call('HSET', call, 'state', 'sent', 'nonce', ARGV[3], 'id', id, 'run', ARGV[4], 'worker', ARGV[2],
  'shot', ARGV[5], 'model', ARGV[6], 'estimate', ARGV[7], 'try', ARGV[8], 'message', '', 'usage', '',
  'before', state or '')
redis.call('PERSIST', call)
redis.call('SADD', mine, ARGV[1])
return {'go', id, state or ''}
