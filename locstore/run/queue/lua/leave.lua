-- A worker gives a shot back unfinished. KEYS: facts, done, painting, tries, why, events.
-- ARGV: index, worker, why, whether the try counts (0 or 1), trouble to tell ('' for none).
-- Returns 1 if its message has to be put into the queue again.
local facts, done, painting, tries, why, events = unpack(KEYS)
local index = ARGV[1]
if redis.call('EXISTS', facts) == 0 then return 0 end
local mine = redis.call('HGET', painting, index) == ARGV[2]
if mine then
  redis.call('HDEL', painting, index)
  if ARGV[3] ~= '' then redis.call('HSET', why, index, ARGV[3]) end
  if ARGV[4] == '0' and redis.call('HINCRBY', tries, index, -1) < 1 then redis.call('HDEL', tries, index) end
  if ARGV[5] ~= '' then redis.call('XADD', events, '*', 'kind', 'trouble', 'index', index, 'text', ARGV[5]) end
end
if redis.call('HGET', facts, 'state') ~= 'open' or redis.call('GETBIT', done, index) == 1 then return 0 end
return mine and 1 or 0
