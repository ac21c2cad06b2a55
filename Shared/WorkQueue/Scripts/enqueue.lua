-- ARGV: kind run tenant ring seal force [jid payload]... ; returns {new, joined, total}, new = -1 for a cancelled run
local kind, run, place, ms = ARGV[1], ARGV[2], ARGV[4] .. ARGV[3], now()
local rk = P .. 'run:' .. run
if call('HGET', rk, 'state') == 'cancelled' then return {-1, 0, tonumber(call('HGET', rk, 'total') or 0)} end
local new, joined = 0, 0
for i = 7, #ARGV, 2 do
  local came = want(run, place, kind, ARGV[i], ARGV[i + 1], ms, false, ARGV[6] == '1')
  if came == 2 then new = new + 1 elseif came == 1 then joined = joined + 1 end
end
if new > 0 then wake(kind, new) end
if ARGV[5] == '1' then call('HSET', rk, 'sealed', '1') end
check(run, ms)
-- Counters of a run that nobody asks for any more go away by themselves; the reconciler keeps those of active tasks.
call('EXPIRE', rk, 604800)
call('EXPIRE', rk .. ':items', 604800)
return {new, joined, tonumber(call('HGET', rk, 'total') or 0)}
