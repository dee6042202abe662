-- May one more request leave? KEYS: requests of the last minute, what the server told, mark that it is closed, facts.
-- ARGV: nonce, tokens, images a minute ('' none), tokens a minute ('' none). By this server's clock, in milliseconds.
-- Returns {wait, why the run has ended}; with a wait of 0 the request is counted.
local passed, told, closed, facts = unpack(KEYS)
local state = redis.call('HMGET', facts, 'state', 'halted')
if state[1] ~= 'open' then return {0, state[1] or 'gone'} end
if state[2] then return {0, state[2]} end
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
local member = ARGV[1] .. ':' .. ARGV[2]
redis.call('ZREMRANGEBYSCORE', passed, '-inf', ms - 60000)
if redis.call('ZSCORE', passed, member) then return {0, ''} end
local function lowest(own, ...)
  local least = tonumber(own)
  for _, limit in ipairs(redis.call('HMGET', told, ...)) do
    local number = tonumber(limit or '')
    if number and (not least or number < least) then least = number end
  end
  return least
end
local images, most = lowest(ARGV[3], 'images', 'requests'), lowest(ARGV[4], 'tokens')
local wait = math.max(0, redis.call('PTTL', closed))
local count = redis.call('ZCARD', passed)
if images and count >= images then
  local first = redis.call('ZRANGE', passed, count - images, count - images, 'WITHSCORES')
  wait = math.max(wait, tonumber(first[2]) + 60000 - ms)
end
if most then
  local rows, spent = redis.call('ZRANGE', passed, 0, -1, 'WITHSCORES'), 0
  for i = 1, #rows, 2 do spent = spent + tonumber(string.match(rows[i], ':(%d+)$')) end
  for i = 1, #rows, 2 do
    if spent + tonumber(ARGV[2]) <= most then break end
    spent = spent - tonumber(string.match(rows[i], ':(%d+)$'))
    wait = math.max(wait, tonumber(rows[i + 1]) + 60000 - ms)
  end
end
if wait > 0 then return {math.ceil(wait), ''} end
redis.call('ZADD', passed, ms, member)
redis.call('PEXPIRE', passed, 61000)
return {0, ''}
