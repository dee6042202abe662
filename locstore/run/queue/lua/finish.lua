-- A shot has come to its end. Only the first end of a shot counts: a message may be delivered twice.
-- KEYS: facts, done, painting, tries, why, events, then every other key of the run.
-- ARGV: index, result (JSON), failed (0 or 1), sent, cached, repairs, seconds to keep a run that has ended.
local facts, done, painting, tries, why, events = unpack(KEYS, 1, 6)
local index = ARGV[1]
if redis.call('EXISTS', facts) == 0 or redis.call('GETBIT', done, index) == 1 then return 0 end
redis.call('SETBIT', done, index, 1)
for _, key in ipairs({painting, tries, why}) do redis.call('HDEL', key, index) end
for i, field in ipairs({'failed', 'sent', 'cached', 'repairs'}) do redis.call('HINCRBY', facts, field, ARGV[i + 2]) end
redis.call('XADD', events, '*', 'kind', 'end', 'index', index, 'outcome', ARGV[2])
if redis.call('HINCRBY', facts, 'done', 1) == tonumber(redis.call('HGET', facts, 'total')) then
  if redis.call('HGET', facts, 'state') == 'open' then redis.call('HSET', facts, 'state', 'finished') end
end
local keep = redis.call('HGET', facts, 'state') == 'open' and 30 * 86400 or ARGV[7]
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, keep) end
return 1
