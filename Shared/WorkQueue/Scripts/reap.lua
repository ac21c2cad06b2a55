-- Gives back jobs whose lease has ended, all jobs of a dead worker, and jobs that hang in a worker's list without one.
-- ARGV: kind limit maximum_stalls dead_worker ; returns {requeued, adopted, buried...}
local kind, K, ms, gone = ARGV[1], P .. ARGV[1], now(), ARGV[4]
local adopted, back, buried = 0, 0, {}
for _, worker in ipairs(call('SMEMBERS', P .. 'workers:' .. kind)) do
  local ids = call('LRANGE', K .. ':w:' .. worker, 0, -1)
  if #ids == 0 then call('SREM', P .. 'workers:' .. kind, worker) end
  for _, jid in ipairs(ids) do
    if worker == gone then call('ZADD', K .. ':lease', 0, jid)
    elseif not call('ZSCORE', K .. ':lease', jid) then
      call('ZADD', K .. ':lease', 0, jid)
      adopted = adopted + 1
    end
  end
end
for _, jid in ipairs(call('ZRANGEBYSCORE', K .. ':lease', '-inf', ms, 'LIMIT', 0, tonumber(ARGV[2]))) do
  local jk = P .. 'job:' .. jid
  local j = call('HMGET', jk, 's', 'w', 't', 'p', 'ft')
  call('ZREM', K .. ':lease', jid)
  if j[1] == 'run' then
    call('LREM', K .. ':w:' .. j[2], 1, jid)
    if call('HINCRBY', K .. ':fly', j[5], -1) <= 0 then call('HDEL', K .. ':fly', j[5]) end
    -- The end of a run is a hint that never dies.
    if call('HINCRBY', jk, 'x', 1) > tonumber(ARGV[3]) and kind ~= 'fin' then
      bury(jid, kind, 'the worker was lost too often', ms)
      buried[#buried + 1] = jid
    else
      call('HSET', jk, 's', 'ready')
      call('HINCRBY', jk, 'a', -1)
      ready(kind, j[3], j[4], jid, true)
      back = back + 1
    end
  end
end
if back > 0 then wake(kind, back) end
local out = { back, adopted }
for _, jid in ipairs(buried) do out[#out + 1] = jid end
return out
