-- A worker process says that it lives. KEYS: alive, who. ARGV: worker, what it is.
-- Returns the time by this server's clock, in milliseconds.
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
if ARGV[1] ~= '' then
  redis.call('ZADD', KEYS[1], ms, ARGV[1])
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
return ms
