-- Which worker processes are dead: silent for too long at two looks in a row, so that a jump of this server's clock or
-- its restart kills nobody. KEYS: alive, suspects, sweeping. ARGV: silence (ms), pause between looks (ms).
-- Returns {} if it is somebody else's turn, else {'turn', worker, last heard, ...}.
if not redis.call('SET', KEYS[3], '1', 'NX', 'PX', ARGV[2]) then return {} end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local silent = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ms - ARGV[1], 'WITHSCORES')
local before = {}
local pairs_before = redis.call('HGETALL', KEYS[2])
for i = 1, #pairs_before, 2 do before[pairs_before[i]] = pairs_before[i + 1] end
redis.call('DEL', KEYS[2])
local dead = {'turn'}
for i = 1, #silent, 2 do
  redis.call('HSET', KEYS[2], silent[i], silent[i + 1])
  if before[silent[i]] == silent[i + 1] then
    table.insert(dead, silent[i])
    table.insert(dead, silent[i + 1])
  end
end
return dead
