-- What became of a paid call. KEYS: call, unknown calls of the run.
-- ARGV: key, id, state, usage, message, seconds to keep what asks for nothing any more.
-- A call that was asked for again in the meantime keeps its newer entry.
local call = KEYS[1]
if redis.call('HGET', call, 'id') ~= ARGV[2] then return 0 end
redis.call('HSET', call, 'state', ARGV[3], 'usage', ARGV[4], 'message', ARGV[5])
if ARGV[3] == 'unknown' then
  redis.call('SADD', KEYS[2], ARGV[1])
else
  redis.call('SREM', KEYS[2], ARGV[1])
end
if ARGV[3] == 'unknown' or ARGV[3] == 'refused' then
  redis.call('PERSIST', call)
else
  redis.call('EXPIRE', call, ARGV[6])
end
return 1
