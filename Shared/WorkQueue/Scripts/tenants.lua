-- ARGV: kind limit ; returns {tenants in all, tenant, waiting in ring 0, in ring 1, running, oldest_ms(-1: none), ...}
-- The oldest is the job that the tenant gets next: lists are taken from their older end.
local K, limit, ms = P .. ARGV[1], tonumber(ARGV[2]), now()
local flying, names, seen = {}, {}, {}
local function note(tenant)
  if not seen[tenant] then
    seen[tenant] = true
    names[#names + 1] = tenant
  end
end
for ring = 0, 1 do
  local tenants = call('LRANGE', K .. ':ring:' .. ring, 0, -1)
  for i = #tenants, 1, -1 do note(tenants[i]) end  -- in the order of their turns
end
local fly = call('HGETALL', K .. ':fly')
for i = 1, #fly, 2 do
  flying[fly[i]] = tonumber(fly[i + 1])
  note(fly[i])
end
local out = {#names}
for i = 1, math.min(#names, limit) do
  local oldest, waiting = nil, {}
  for ring = 0, 1 do
    local list = list_of(ARGV[1], ring .. names[i])
    waiting[ring] = call('LLEN', list)
    local jid = call('LINDEX', list, -1)
    local since = jid and tonumber(call('HGET', P .. 'job:' .. jid, 'e'))
    if since and (not oldest or since < oldest) then oldest = since end
  end
  for _, value in ipairs({names[i], waiting[0], waiting[1], flying[names[i]] or 0,
    oldest and math.max(0, ms - oldest) or -1}) do out[#out + 1] = value end
end
return out
