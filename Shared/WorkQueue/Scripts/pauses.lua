-- ARGV: [kind paused(0|1)]... ; sets the pause switches of the lane; returns how many changed.
-- A kind that is resumed rings its bell for everybody who may wait.
local changed = 0
for i = 1, #ARGV, 2 do
  local switch = P .. ARGV[i] .. ':paused'
  if ARGV[i + 1] == '1' then
    changed = changed + call('SETNX', switch, '1')
  elseif call('DEL', switch) == 1 then
    changed = changed + 1
    wake(ARGV[i], 64)
  end
end
return changed
