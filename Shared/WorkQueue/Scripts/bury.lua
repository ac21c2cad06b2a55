-- ARGV: kind reason jid... ; ends jobs that `reap` has doomed; returns how many
local kind, ms, n = ARGV[1], now(), 0
for i = 3, #ARGV do
  local j = call('HMGET', P .. 'job:' .. ARGV[i], 's', 'w', 'ct', 'doomed')
  if j[1] == 'run' and j[4] then
    release(kind, j[2], ARGV[i], j[3])
    bury(kind, ARGV[i], ARGV[2], ms)
    n = n + 1
  end
end
return n
