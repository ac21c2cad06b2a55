-- Moves jobs from tenants' lists to the list of a worker, tenants in turn.
-- ARGV: kind worker maximum lease_ms tenant_cap ; returns {status, wait_ms, jid, tok, attempt, payload, ...}
local kind, worker, maximum, lease, cap = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local K = P .. kind
if call('EXISTS', K .. ':paused') == 1 then return { 'paused', 1000 } end
local hold = call('PTTL', K .. ':hold')
if hold > 0 then return { 'hold', hold } end
local ms = now()
for _, jid in ipairs(call('ZRANGEBYSCORE', K .. ':delay', '-inf', ms, 'LIMIT', 0, 50)) do
  call('ZREM', K .. ':delay', jid)
  local jk = P .. 'job:' .. jid
  local j = call('HMGET', jk, 't', 'p', 's')
  if j[3] == 'delay' then
    call('HSET', jk, 's', 'ready')
    ready(kind, j[1], j[2], jid, true)
  end
end
local out, got, skipped = { 'ok', 0 }, 0, 0
call('SADD', P .. 'workers:' .. kind, worker)
while got < maximum do
  -- Ring 1 is looked at first on every fifth claim, so that background work never starves.
  local ring = call('HINCRBY', K .. ':c', 'n', 1) % 5 == 0 and '1' or '0'
  local tenant = call('RPOP', K .. ':ring:' .. ring)
  if not tenant then
    ring = ring == '0' and '1' or '0'
    tenant = call('RPOP', K .. ':ring:' .. ring)
  end
  if not tenant then break end
  local list = K .. ':t:' .. tenant .. ':' .. ring
  -- The cap holds a tenant back only while another one waits.
  local others = call('LLEN', K .. ':ring:0') + call('LLEN', K .. ':ring:1')
  if cap > 0 and others > skipped and tonumber(call('HGET', K .. ':fly', tenant) or 0) >= cap then
    call('LPUSH', K .. ':ring:' .. ring, tenant)
    skipped = skipped + 1
    if skipped > 32 then break end
  else
    local jid = call('RPOP', list)
    if jid then
      local jk = P .. 'job:' .. jid
      -- The entry of a job that a joiner's list has given away already, or that is gone, is passed over.
      if call('HGET', jk, 's') == 'ready' and call('HGET', jk, 'k') == kind then
        local tok, a = call('HINCRBY', jk, 'tok', 1), call('HINCRBY', jk, 'a', 1)
        call('HSET', jk, 's', 'run', 'w', worker, 'c_at', ms, 'ft', tenant)
        call('LPUSH', K .. ':w:' .. worker, jid)
        call('ZADD', K .. ':lease', ms + lease, jid)
        call('HINCRBY', K .. ':fly', tenant, 1)
        out[#out + 1] = jid
        out[#out + 1] = tok
        out[#out + 1] = a
        out[#out + 1] = call('HGET', jk, 'd')
        got = got + 1
        skipped = 0
      end
    end
    if call('LLEN', list) > 0 then call('LPUSH', K .. ':ring:' .. ring, tenant)
    else call('SREM', K .. ':in:' .. ring, tenant) end
  end
end
if got == 0 then
  local due = call('ZRANGE', K .. ':delay', 0, 0, 'WITHSCORES')
  out[2] = due[2] and math.max(1, tonumber(due[2]) - ms) or 0
  if skipped > 0 then out[2] = 50 end
end
return out
