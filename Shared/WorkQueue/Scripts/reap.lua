-- ARGV: kind limit max_stalls grace_ms dead_worker('' for none) apart_ms process is_begin
-- returns {requeued, adopted, {doomed jid...}}
-- A process that begins says who it is. The end of a process that is told when another one has begun under its name is no
-- news: that one has given back everything, and what the name holds now is its own.
local kind, K, ms, dead, process = ARGV[1], P .. ARGV[1], now(), ARGV[5], ARGV[7]
-- It is kept for longer than such news may be late.
local known = K .. ':process:' .. dead
if ARGV[8] == '1' then call('SET', known, process, 'EX', 86400)
elseif process ~= '' and (call('GET', known) or process) ~= process then dead = '' end
local workers = call('SMEMBERS', P .. 'workers:' .. kind)
local requeued, adopted, doomed = 0, 0, {}
-- Who loses his worker a second time may be what kills it, or only have been beside it. From then on the jobs of a lost
-- worker come back one after the other, so that they run apart and only the one to blame goes on losing workers; what
-- somebody waits for (ring 0) comes first.
local again, spacing, most = { {}, {} }, tonumber(ARGV[6]), 60
local function line_of(jid)
  for _, place in ipairs(places(jid)) do
    if place:sub(1, 1) == '0' then return again[1] end
  end
  return again[2]
end
for _, worker in ipairs(workers) do
  for _, jid in ipairs(call('LRANGE', K .. ':w:' .. worker, 0, -1)) do
    local j = call('HMGET', P .. 'job:' .. jid, 's', 'w')
    if j[1] ~= 'run' or j[2] ~= worker then
      call('LREM', K .. ':w:' .. worker, 1, jid)
    elseif worker == dead then
      call('ZADD', K .. ':lease', 0, jid)
    elseif not call('ZSCORE', K .. ':lease', jid) then
      call('ZADD', K .. ':lease', 0, jid)
      adopted = adopted + 1
    end
  end
end
for _, jid in ipairs(call('ZRANGEBYSCORE', K .. ':lease', '-inf', ms, 'LIMIT', 0, tonumber(ARGV[2]))) do
  local jk = P .. 'job:' .. jid
  local j = call('HMGET', jk, 's', 'w', 'ct', 'x')
  local stalls = tonumber(j[4] or 0) + 1
  if j[1] ~= 'run' then
    call('ZREM', K .. ':lease', jid)
  elseif call('EXISTS', jk .. ':runs') == 0 then
    release(kind, j[2], jid, j[3])
    call('DEL', jk)
  elseif stalls > tonumber(ARGV[3]) and kind ~= 'fin' then
    -- It stays in its worker's list until the caller has written it down and calls `bury`; if the caller dies before,
    -- the next reap names it again.
    call('HSET', jk, 'x', stalls, 'doomed', '1')
    call('ZADD', K .. ':lease', ms + tonumber(ARGV[4]), jid)
    doomed[#doomed + 1] = jid
  else
    release(kind, j[2], jid, j[3])
    call('HINCRBY', jk, 'a', -1)
    call('HDEL', jk, 'doomed')
    call('HSET', jk, 'x', stalls)
    requeued = requeued + 1
    if stalls == 1 or kind == 'fin' then
      make_ready(kind, jid)
    else
      call('HSET', jk, 's', 'delay')
      local line = line_of(jid)
      line[#line + 1] = jid
    end
  end
end
local apart = 0
for _, line in ipairs(again) do
  for _, jid in ipairs(line) do
    apart = apart + 1
    call('ZADD', K .. ':delay', ms + math.min(apart, most) * spacing, jid)
  end
end
for _, worker in ipairs(workers) do
  if call('EXISTS', K .. ':w:' .. worker) == 0 then call('SREM', P .. 'workers:' .. kind, worker) end
end
if requeued > apart then wake(kind, requeued - apart) end
return {requeued, adopted, doomed}
