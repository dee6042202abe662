-- A shot has come to its end; only the first to say so is heard.
-- KEYS: facts, done, held, tries, why, holds of the worker, events, then every other key of the run.
-- ARGV: run, index, hold, outcome (JSON), failed (0 or 1), sent, cached, repairs, seconds to keep an ended run.
local facts, done, held, tries, why, holds, events = unpack(KEYS, 1, 7)
local run, index, hold = ARGV[1], ARGV[2], ARGV[3]
redis.call('SREM', holds, run .. ' ' .. index)
if redis.call('EXISTS', facts) == 0 then return 0 end
if redis.call('HGET', held, index) == hold then redis.call('HDEL', held, index) end
if redis.call('GETBIT', done, index) == 1 then return 0 end
redis.call('SETBIT', done, index, 1)
redis.call('HDEL', tries, index)
redis.call('HDEL', why, index)
redis.call('HINCRBY', facts, 'failed', ARGV[5])
redis.call('HINCRBY', facts, 'sent', ARGV[6])
redis.call('HINCRBY', facts, 'cached', ARGV[7])
redis.call('HINCRBY', facts, 'repairs', ARGV[8])
redis.call('XADD', events, '*', 'kind', 'end', 'index', index, 'outcome', ARGV[4])
if redis.call('HINCRBY', facts, 'done', 1) == tonumber(redis.call('HGET', facts, 'total')) then
  if redis.call('HGET', facts, 'state') == 'open' then redis.call('HSET', facts, 'state', 'finished') end
  for i = 1, #KEYS do
    if i ~= 6 then redis.call('EXPIRE', KEYS[i], ARGV[9]) end
  end
end
return 1
