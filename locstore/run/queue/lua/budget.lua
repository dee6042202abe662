-- The budget of a run, in millionths of a dollar. KEYS: budget, mark of this operation.
-- ARGV: reserve | release | settle, estimate ('' unknown), bill ('' unknown), whether it may have been paid (0 or 1).
-- Returns '' or which limit is reached: calls, cost, price. A repeated operation counts once.
local budget, mark = KEYS[1], KEYS[2]
local estimate = tonumber(ARGV[2]) or 0
local back = string.format('%d', -estimate) -- Redis takes no -0
if redis.call('EXISTS', mark) == 1 then return '' end
if ARGV[1] == 'reserve' then
  local v = redis.call('HMGET', budget, 'max_calls', 'max_cost', 'calls', 'reserved', 'billed')
  if v[1] and v[1] ~= '' and tonumber(v[3] or '0') + 1 > tonumber(v[1]) then return 'calls' end
  if v[2] and v[2] ~= '' then
    if ARGV[2] == '' then return 'price' end
    if tonumber(v[4] or '0') + tonumber(v[5] or '0') + estimate > tonumber(v[2]) then return 'cost' end
  end
  redis.call('HINCRBY', budget, 'calls', 1)
  redis.call('HINCRBY', budget, 'reserved', estimate)
elseif ARGV[1] == 'release' then
  redis.call('HINCRBY', budget, 'calls', -1)
  redis.call('HINCRBY', budget, 'reserved', back)
else
  redis.call('HINCRBY', budget, 'reserved', back)
  if ARGV[4] == '1' then
    redis.call('HINCRBY', budget, 'billed', tonumber(ARGV[3]) or estimate)
    redis.call('HINCRBY', budget, 'estimated', estimate)
  end
end
redis.call('SET', mark, '1', 'EX', 3600)
return ''
