-- ARGV: kind worker max lease_ms tenant_cap ; returns {status, n, jid, tok, attempt, stalls, payload, ...}
-- n is how many jobs wait still; without a job or with 'hold' the milliseconds until there may be one, 0 if unknown
local kind, worker, max, lease, cap = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local K, ms = P .. kind, now()
if call('EXISTS', K .. ':paused') == 1 then
  call('DEL', K .. ':wake')  -- every bell that rang before is stale; `pauses` rings when the kind is resumed
  return {'paused', 0}
end
local hold = call('PTTL', K .. ':hold')
if hold > 0 then return {'hold', hold} end

local promoted = 0
for _, jid in ipairs(call('ZRANGEBYSCORE', K .. ':delay', '-inf', ms, 'LIMIT', 0, 50)) do
  call('ZREM', K .. ':delay', jid)
  if call('HGET', P .. 'job:' .. jid, 's') == 'delay' then
    make_ready(kind, jid)
    promoted = promoted + 1
  end
end

-- Tenants take turns. One that has `cap` jobs running stands back while another one of its ring, or of ring 0, waits that
-- has fewer; when all have so many, the first of them is served, so that no slot is idle while there is work.
local function next_tenant()
  -- Ring 1 (background) is looked at first on every fifth job, so that it is never starved.
  local first = tonumber(call('HGET', K .. ':n', 'taken') or 0) % 5 == 4 and '1' or '0'
  local skipped, found = {}, nil
  for _, ring in ipairs({first, first == '0' and '1' or '0'}) do
    while not found and #skipped < 32 do
      local tenant = call('RPOP', K .. ':ring:' .. ring)
      if not tenant then break end
      if cap > 0 and tonumber(call('HGET', K .. ':fly', tenant) or 0) >= cap then
        skipped[#skipped + 1] = {ring, tenant}
      else
        found = {ring, tenant}
      end
    end
    -- Nobody in the background goes before somebody who is waited for, however much that one has running.
    if ring == '0' and not found then
      for place, s in ipairs(skipped) do
        if s[1] == '0' then
          found = table.remove(skipped, place)
          break
        end
      end
    end
  end
  if not found then found = table.remove(skipped, 1) end
  for _, s in ipairs(skipped) do call('LPUSH', K .. ':ring:' .. s[1], s[2]) end
  if not found then return nil end
  return found[1], found[2]
end

-- Numbers that are never given twice, also not after keys or the last writes were lost: they are never behind the time in
-- milliseconds.
local function next_token()
  local token = call('INCR', P .. 'tok')
  if token < ms then
    call('SET', P .. 'tok', ms)
    token = ms
  end
  return token
end

local out, got = {'ok', 0}, 0
local function take(jid, ring, tenant)
  local jk = P .. 'job:' .. jid
  for _, place in ipairs(places(jid)) do
    if place ~= ring .. tenant then call('LREM', list_of(kind, place), -1, jid) end
  end
  call('HINCRBY', K .. ':n', 'ready', -1)
  call('HINCRBY', K .. ':n', 'taken', 1)
  call('HINCRBY', K .. ':fly', tenant, 1)
  call('SADD', P .. 'workers:' .. kind, worker)
  call('LPUSH', K .. ':w:' .. worker, jid)
  call('ZADD', K .. ':lease', ms + lease, jid)
  local token = next_token()
  call('HSET', jk, 's', 'run', 'w', worker, 'ct', tenant, 'tok', token, 'c_at', ms)
  local attempt = call('HINCRBY', jk, 'a', 1)
  local j = call('HMGET', jk, 'x', 'd')
  got = got + 1
  for _, value in ipairs({jid, token, attempt, tonumber(j[1]), j[2]}) do out[#out + 1] = value end
end

while got < max do
  local ring, tenant = next_tenant()
  if not ring then break end
  local list = list_of(kind, ring .. tenant)
  local jid = call('RPOP', list)
  if jid and call('HGET', P .. 'job:' .. jid, 's') == 'ready' then take(jid, ring, tenant) end
  if call('EXISTS', list) == 1 then call('LPUSH', K .. ':ring:' .. ring, tenant)
  else call('SREM', K .. ':in:' .. ring, tenant) end
end

if got < max then
  call('DEL', K .. ':wake')  -- nothing waits, so every bell that still rings is stale
elseif promoted > got then
  wake(kind, promoted - got)
end
if got == 0 then
  local next = call('ZRANGE', K .. ':delay', 0, 0, 'WITHSCORES')
  if next[2] then out[2] = math.max(1, tonumber(next[2]) - ms) end
else
  out[2] = tonumber(call('HGET', K .. ':n', 'ready'))
end
return out
