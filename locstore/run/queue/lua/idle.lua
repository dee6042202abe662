-- Whether messages of a run must have been lost: nothing waits, nothing has ended for a while, and shots are left that
-- nobody holds. KEYS: facts, held, waiting list. ARGV: how long (ms). Returns 0 or 1.
local facts, held, waiting = unpack(KEYS)
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local values = redis.call('HMGET', facts, 'state', 'total', 'done', 'idle', 'idle_at')
local free = tonumber(values[2] or '0') - tonumber(values[3] or '0') - redis.call('HLEN', held)
if values[1] ~= 'open' or free <= 0 or redis.call('LLEN', waiting) > 0 then
  if values[4] then redis.call('HDEL', facts, 'idle', 'idle_at') end
  return 0
end
if values[4] ~= values[3] then
  redis.call('HSET', facts, 'idle', values[3], 'idle_at', ms)
  return 0
end
if ms - tonumber(values[5]) < tonumber(ARGV[1]) then return 0 end
redis.call('HSET', facts, 'idle_at', ms)
return 1
