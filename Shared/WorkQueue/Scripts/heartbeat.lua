-- ARGV: kind worker lease_ms [jid tok]... ; returns {{lost...}, {cancelled...}}
local worker, till = ARGV[2], now() + tonumber(ARGV[3])
local lost, cancelled = {}, {}
for i = 4, #ARGV, 2 do
  local j = call('HMGET', P .. 'job:' .. ARGV[i], 's', 'tok', 'w', 'cancel')
  if j[1] == 'run' and j[2] == ARGV[i + 1] and j[3] == worker then
    call('ZADD', P .. ARGV[1] .. ':lease', till, ARGV[i])
    if j[4] then cancelled[#cancelled + 1] = ARGV[i] end
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return {lost, cancelled}
