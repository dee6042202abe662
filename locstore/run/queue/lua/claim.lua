-- A worker asks to send a paid request. The rules are those of run/paid/claim_rules.py, as text.
-- KEYS: call, number of calls, the engine's heartbeats (worker -> milliseconds).
-- ARGV: key, worker, nonce, run, shot, model, estimate ('' unknown), number of the try, rules ('fact=claim fact=claim'),
-- milliseconds without a heartbeat after which a worker is dead.
-- Returns {claim, id, state before}. A repeated command with the same nonce gives the same answer.
local call, numbers, heartbeats = unpack(KEYS)
local key, worker, nonce, run = unpack(ARGV, 1, 4)
local values = redis.call('HMGET', call, 'state', 'nonce', 'id', 'run', 'before', 'worker', 'estimate')
local state, last_run = values[1], values[4] or ''
if state == 'sent' and values[2] == nonce then return {'send', tonumber(values[3]), values[5] or ''} end
if state == 'sent' then
  local now, heard = redis.call('TIME'), redis.call('ZSCORE', heartbeats, values[6] or '')
  if not heard or now[1] * 1000 + now[2] / 1000 - tonumber(heard) > tonumber(ARGV[10]) then
    -- Its worker is dead: nobody knows what became of it, and it counts as spent.
    state = 'unknown'
    redis.call('HSET', call, 'state', state, 'message', 'its worker was lost')
    local budget, estimate = 'locstore:run:' .. last_run .. ':purse', tonumber(values[7]) or 0
    if redis.call('EXISTS', budget) == 1 then
      redis.call('HINCRBY', budget, 'reserved', string.format('%d', -estimate))
      redis.call('HINCRBY', budget, 'billed', estimate)
      redis.call('HINCRBY', budget, 'estimated', estimate)
      redis.call('SADD', 'locstore:run:' .. last_run .. ':unknown', key)
    end
  end
end
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
  redis.call('SREM', 'locstore:run:' .. last_run .. ':unknown', key)
end
local id = redis.call('INCR', numbers)
redis.call('HSET', call, 'state', 'sent', 'nonce', nonce, 'id', id, 'run', run, 'worker', worker,
  'shot', ARGV[5], 'model', ARGV[6], 'estimate', ARGV[7], 'try', ARGV[8], 'message', '', 'usage', '',
  'before', state or '')
redis.call('PERSIST', call)
return {'send', id, state or ''}
