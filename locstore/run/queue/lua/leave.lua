-- A shot is given back unfinished. KEYS: facts, done, held, tries, why, holds of the worker, events.
-- ARGV: run, index, hold, why, whether the try counts (0 or 1), trouble to tell ('' for none).
-- Returns 1 if it has to be put into the queue again.
local facts, done, held, tries, why, holds, events = unpack(KEYS)
local run, index, hold = ARGV[1], ARGV[2], ARGV[3]
redis.call('SREM', holds, run .. ' ' .. index)
if redis.call('EXISTS', facts) == 0 then return 0 end
local mine = redis.call('HGET', held, index) == hold
if mine then
  redis.call('HDEL', held, index)
  if ARGV[4] ~= '' then redis.call('HSET', why, index, ARGV[4]) end
  if ARGV[5] == '0' and redis.call('HINCRBY', tries, index, -1) < 1 then redis.call('HDEL', tries, index) end
  if ARGV[6] ~= '' then
    redis.call('XADD', events, '*', 'kind', 'trouble', 'index', index, 'text', ARGV[6])
  end
end
if redis.call('HGET', facts, 'state') ~= 'open' or redis.call('GETBIT', done, index) == 1 then return 0 end
if redis.call('HEXISTS', held, index) == 1 then return 0 end
return 1
