-- ARGV: kind jid... ; forgets dead letters; returns how many were there
local n = 0
for i = 2, #ARGV do
  call('DEL', P .. 'dead:' .. ARGV[i])
  n = n + call('LREM', P .. ARGV[1] .. ':dead', 1, ARGV[i])
end
return n
