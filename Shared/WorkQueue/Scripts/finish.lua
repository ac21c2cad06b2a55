-- Ends a claimed job. A claim that was given to somebody else in the meantime is LOST and changes nothing.
-- ARGV: kind worker jid tok outcome(ok|fail|retry|snooze) delay_ms maximum_attempts why next_kind next_jid next_payload
local kind, worker, jid, tok, outcome = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local K, jk, ms = P .. kind, P .. 'job:' .. ARGV[3], now()
local j = call('HMGET', jk, 's', 'tok', 'w', 'ft', 'a', 'p', 't')
if j[1] ~= 'run' or j[2] ~= tok or j[3] ~= worker then return 'LOST' end
call('LREM', K .. ':w:' .. worker, 1, jid)
call('ZREM', K .. ':lease', jid)
if call('HINCRBY', K .. ':fly', j[4], -1) <= 0 then call('HDEL', K .. ':fly', j[4]) end
if outcome == 'snooze' then call('HINCRBY', jk, 'a', -1) end
if outcome == 'snooze' or (outcome == 'retry' and tonumber(j[5]) < tonumber(ARGV[7])) then
  call('HSET', jk, 'err', ARGV[8])
  if tonumber(ARGV[6]) <= 0 then
    call('HSET', jk, 's', 'ready')
    ready(kind, j[7], j[6], jid, true)
    wake(kind, 1)
  else
    call('HSET', jk, 's', 'delay')
    call('ZADD', K .. ':delay', ms + tonumber(ARGV[6]), jid)
  end
  return 'DELAYED'
end
if outcome == 'ok' then
  -- The follow-up stands before its run is counted, so the run is never seen with nothing open in between.
  if ARGV[9] ~= '' then
    local n = 0
    for _, run in ipairs(call('SMEMBERS', jk .. ':runs')) do
      if call('HGET', P .. 'run:' .. run .. ':items', ARGV[10]) ~= 'd' then
        reopenItem(run, ARGV[10])
        want(ARGV[9], run, run, j[6], ARGV[10], ARGV[11], ms, true)
        n = n + 1
      end
    end
    if n > 0 then wake(ARGV[9], 1) end
  end
  settle(jid, 'd', 'done', ms)
  call('DEL', jk, jk .. ':runs')
  return 'DONE'
end
bury(jid, kind, ARGV[8], ms)
return 'DEAD'
