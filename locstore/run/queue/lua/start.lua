-- A worker begins a shot that the engine has delivered. KEYS: facts, done, painting, tries, why.
-- ARGV: index, worker, most tries. Returns {answer, text}; with go, halted and poison the shot is the worker's.
local facts, done, painting, tries, why = unpack(KEYS)
local index, worker, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local values = redis.call('HMGET', facts, 'state', 'total', 'halted')
local state, total, halted = values[1], tonumber(values[2] or '0'), values[3]
if not state or tonumber(index) >= total then return {'gone', ''} end
if redis.call('GETBIT', done, index) == 1 then return {'done', ''} end
if state ~= 'open' then return {state, ''} end
local count = redis.call('HINCRBY', tries, index, 1)
redis.call('HSET', painting, index, worker)
if count > most then return {'poison', redis.call('HGET', why, index) or ''} end
if halted then return {'halted', halted} end
return {'go', ''}
