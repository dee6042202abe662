-- A worker takes a shot. KEYS: facts, done, held, tries, why, holds of the worker.
-- ARGV: run, index, hold (worker:nonce), most tries. Returns {answer, text}; a repeated call gives the same answer.
local facts, done, held, tries, why, holds = unpack(KEYS)
local run, index, hold, most = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local state = redis.call('HGET', facts, 'state')
if not state then return {'gone', ''} end
if tonumber(index) >= tonumber(redis.call('HGET', facts, 'total')) then return {'gone', ''} end
if redis.call('GETBIT', done, index) == 1 then return {'done', ''} end
if state ~= 'open' then return {state, ''} end
local holder = redis.call('HGET', held, index)
if holder and holder ~= hold then return {'held', ''} end
local count
if holder then
  count = tonumber(redis.call('HGET', tries, index) or '1')
else
  count = redis.call('HINCRBY', tries, index, 1)
  redis.call('HSET', held, index, hold)
  redis.call('SADD', holds, run .. ' ' .. index)
end
if count > most then return {'poison', redis.call('HGET', why, index) or ''} end
local halted = redis.call('HGET', facts, 'halted')
if halted then return {'halted', halted} end
return {'go', ''}
