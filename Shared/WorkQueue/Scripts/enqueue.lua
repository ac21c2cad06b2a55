-- Makes a run want jobs. An item that the run has settled is left alone unless force is 1.
-- ARGV: kind run tenant ring seal(0/1) force(0/1) [jid payload]... ; returns {new, joined, total}
local kind, run, tenant, ring, seal, force = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6] == '1'
local ms, rk = now(), P .. 'run:' .. ARGV[2]
local new, joined = 0, 0
for i = 7, #ARGV, 2 do
  local jid = ARGV[i]
  local mark = call('HGET', rk .. ':items', jid)
  if not mark or force then
    reopenItem(run, jid)
    mark = 'o'
  end
  if mark == 'o' then
    local what = want(kind, run, tenant, ring, jid, ARGV[i + 1], ms, false)
    if what == 'new' then new = new + 1 elseif what == 'joined' then joined = joined + 1 end
  end
end
if new + joined > 0 then wake(kind, new + joined) end
if seal == '1' then call('HSET', rk, 'sealed', '1') end
finalize(run, ms)
return { new, joined, tonumber(call('HGET', rk, 'total') or 0) }
