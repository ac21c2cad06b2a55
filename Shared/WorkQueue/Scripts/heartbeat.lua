-- Renews leases. ARGV: kind worker lease_ms [jid tok]... ; returns the ids that are no longer the worker's
local K, worker, till = P .. ARGV[1], ARGV[2], now() + tonumber(ARGV[3])
local lost = {}
for i = 4, #ARGV, 2 do
  local j = call('HMGET', P .. 'job:' .. ARGV[i], 's', 'tok', 'w')
  if j[1] == 'run' and j[2] == ARGV[i + 1] and j[3] == worker then call('ZADD', K .. ':lease', till, ARGV[i])
  else lost[#lost + 1] = ARGV[i] end
end
return lost
