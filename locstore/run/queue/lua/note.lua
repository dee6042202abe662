-- A project's own ledger tells what it knows of a call. KEYS: call.
-- ARGV: state, shot, runs of the queue whose entry of this call the project has settled since (separated by spaces).
-- `unknown` and `refused` replace what is known here; any other state removes an `unknown` or `refused` that came from
-- a project or from one of these runs. A call that is `sent` is left alone. Returns whether something changed.
local call, state = KEYS[1], ARGV[1]
local found = redis.call('HMGET', call, 'state', 'run')
local known, run = found[1], found[2] or ''
if known == 'sent' or known == state then return 0 end
if state == 'unknown' or state == 'refused' then
  redis.call('HSET', call, 'state', state, 'run', '', 'worker', '', 'id', '0', 'shot', ARGV[2],
    'message', 'from a project')
  redis.call('PERSIST', call)
  return 1
end
if known ~= 'unknown' and known ~= 'refused' then return 0 end
if run ~= '' and not string.find(' ' .. ARGV[3] .. ' ', ' ' .. run .. ' ', 1, true) then return 0 end
if run ~= '' then redis.call('SREM', 'locstore:run:' .. run .. ':unknown', string.match(call, '[^:]+$')) end
redis.call('DEL', call)
return 1
