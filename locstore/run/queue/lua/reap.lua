-- What a dead worker process had in its hands. KEYS: alive, its holds, its calls.
-- ARGV: worker, last heard, reason. Its paid calls become unknown and are settled as spent; its shots are free again.
-- Returns {run, index, ...} of the shots, again at every call until `forget`.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return {} end
for _, key in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  local call = 'locstore:call:' .. key
  if redis.call('HGET', call, 'state') == 'sent' and redis.call('HGET', call, 'worker') == ARGV[1] then
    redis.call('HSET', call, 'state', 'unknown', 'message', ARGV[3])
    redis.call('PERSIST', call)
    local run = redis.call('HGET', call, 'run')
    local purse = 'locstore:run:' .. run .. ':purse'
    if redis.call('EXISTS', purse) == 1 then
      local estimate = tonumber(redis.call('HGET', call, 'estimate')) or 0
      redis.call('HINCRBY', purse, 'reserved', string.format('%d', -estimate))
      redis.call('HINCRBY', purse, 'billed', estimate)
      redis.call('HINCRBY', purse, 'estimated', estimate)
      redis.call('SADD', 'locstore:run:' .. run .. ':unknown', key)
    end
  end
end
redis.call('DEL', KEYS[3])
local shots = {}
for _, member in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local run, index = string.match(member, '^(%S+) (%d+)$')
  local held = 'locstore:run:' .. run .. ':held'
  local holder = redis.call('HGET', held, index)
  if not holder or string.sub(holder, 1, #ARGV[1]) == ARGV[1] then
    if holder then
      redis.call('HDEL', held, index)
      redis.call('HSET', 'locstore:run:' .. run .. ':why', index, ARGV[3])
    end
    table.insert(shots, run)
    table.insert(shots, index)
  end
end
return shots
