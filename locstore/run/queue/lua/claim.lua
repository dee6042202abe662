-- A worker asks to send a paid request. The rules are those of run/paid/claim_rules.py, as text.
-- KEYS: call, calls that the worker has sent, number of calls.
-- ARGV: key, worker, nonce, run, shot, model, estimate ('' unknown), number of the try, rules ('fact=claim fact=claim').
-- Returns {claim, id, state before}. A repeated command with the same nonce gives the same answer.
local call, sent, numbers = unpack(KEYS)
local key, worker, nonce, run = unpack(ARGV, 1, 4)
local values = redis.call('HMGET', call, 'state', 'nonce', 'id', 'run', 'before')
local state, last_run = values[1], values[4]
if state == 'sent' and values[2] == nonce then return {'send', tonumber(values[3]), values[5] or ''} end
local facts = {}
if state == 'sent' or state == 'refused' then
  facts[state] = true
elseif state == 'unknown' then
  facts[last_run == run and 'unknown_here' or 'unknown'] = true
end
for fact, claim in string.gmatch(ARGV[9], '([%w_]+)=([%w_]+)') do
  if facts[fact] then return {claim, 0, state} end
end
if state == 'unknown' then
  redis.call('SREM', 'locstore:run:' .. (last_run or '') .. ':unknown', key)
end
local id = redis.call('INCR', numbers)
redis.call('HSET', call, 'state', 'sent', 'nonce', nonce, 'id', id, 'run', run, 'worker', worker,
  'shot', ARGV[5], 'model', ARGV[6], 'estimate', ARGV[7], 'try', ARGV[8], 'message', '', 'usage', '',
  'before', state or '')
redis.call('PERSIST', call)
redis.call('SADD', sent, key)
return {'send', id, state or ''}
