-- ARGV: kind worker jid tok outcome(ok|fail|retry|snooze) delay_ms max_attempts err [kind jid payload of the follow-up]
-- returns DONE, DELAYED, DEAD, DROPPED (nobody waits for it any more) or LOST (it is not the caller's any more)
local kind, worker, jid, outcome, delay = ARGV[1], ARGV[2], ARGV[3], ARGV[5], tonumber(ARGV[6])
local jk, ms = P .. 'job:' .. jid, now()
local j = call('HMGET', jk, 's', 'tok', 'w', 'ct', 'a', 'again')
if j[1] ~= 'run' or j[2] ~= ARGV[4] or j[3] ~= worker then return 'LOST' end
release(kind, worker, jid, j[4])
call('HDEL', jk, 'doomed')

if outcome == 'ok' then
  if ARGV[9] then
    -- For every run that waits at this moment, before the job itself counts as settled: no run has nothing open between.
    local runs, new = call('HGETALL', jk .. ':runs'), 0
    for i = 1, #runs, 2 do
      if want(runs[i], runs[i + 1], ARGV[9], ARGV[10], ARGV[11], ms, true, false) == 2 then new = new + 1 end
    end
    if new > 0 then wake(ARGV[9], new) end
  end
  settle(jid, 'd', 'done', ms)
  call('DEL', jk, jk .. ':runs')
  if j[6] then announce(jid:sub(5), ms) end
  return 'DONE'
end

if call('EXISTS', jk .. ':runs') == 0 then
  call('DEL', jk)
  return 'DROPPED'
end
-- A hint that a run has ended never dies: it waits until its consumer can decide.
if kind == 'fin' and outcome ~= 'snooze' then outcome, delay = 'snooze', math.max(delay, 1000) end
if outcome == 'snooze' then call('HINCRBY', jk, 'a', -1) end
if outcome == 'snooze' or (outcome == 'retry' and tonumber(j[5]) < tonumber(ARGV[7])) then
  call('HSET', jk, 'err', ARGV[8])
  if delay > 0 then
    call('HSET', jk, 's', 'delay')
    call('ZADD', P .. kind .. ':delay', ms + delay, jid)
  else
    make_ready(kind, jid)
    wake(kind, 1)
  end
  return 'DELAYED'
end
bury(kind, jid, ARGV[8], ms)
return 'DEAD'
