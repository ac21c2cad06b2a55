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
local out, total = {0}, 0
for _, name in ipairs(names) do
  local zero, one = list_of(ARGV[1], '0' .. name), list_of(ARGV[1], '1' .. name)
  local waiting, background, running = call('LLEN', zero), call('LLEN', one), flying[name] or 0
  -- A tenant whose jobs were all cancelled stays in the ring until its turn comes.
  if waiting + background + running > 0 then
    total = total + 1
    if total <= limit then
      local oldest = -1
      for _, list in ipairs({zero, one}) do
        local jid = call('LINDEX', list, -1)
        local since = jid and tonumber(call('HGET', P .. 'job:' .. jid, 'e'))
        if since then oldest = math.max(oldest, ms - since) end
      end
      for _, value in ipairs({name, waiting, background, running, oldest}) do out[#out + 1] = value end
    end
  end
end
out[1] = total
return out
