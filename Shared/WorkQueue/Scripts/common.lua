-- Set before every script of the queue. KEYS[1] is the prefix of the lane; every key of a lane carries its hash tag.
local P = KEYS[1]
local call = redis.call

-- The clock of Redis, in milliseconds: the clocks of workers do not matter.
local function now()
  local t = call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- Rings the bell for n jobs; the list is a hint and never longer than 64.
local function wake(kind, n)
  local bell = P .. kind .. ':wake'
  local have = call('LLEN', bell)
  for _ = have + 1, math.min(have + n, 64) do call('LPUSH', bell, '1') end
end

-- Puts a job on a tenant's list, in front when it is to be taken next, and the tenant into its ring.
local function ready(kind, tenant, ring, jid, front)
  call(front and 'RPUSH' or 'LPUSH', P .. kind .. ':t:' .. tenant .. ':' .. ring, jid)
  if call('SADD', P .. kind .. ':in:' .. ring, tenant) == 1 then
    call('LPUSH', P .. kind .. ':ring:' .. ring, tenant)
  end
end

-- Announces that a run has nothing open. A hint: the ledger in PostgreSQL decides, so it may come again.
local function finalize(run, ms)
  local rk = P .. 'run:' .. run
  local r = call('HMGET', rk, 'sealed', 'total', 'done', 'failed')
  if r[1] ~= '1' or tonumber(r[2] or 0) ~= tonumber(r[3] or 0) + tonumber(r[4] or 0) then return end
  local jid = 'fin:' .. run
  call('EXPIRE', rk, 604800)
  call('EXPIRE', rk .. ':items', 604800)
  if call('EXISTS', P .. 'job:' .. jid) == 1 then return end
  call('HSET', P .. 'job:' .. jid, 'k', 'fin', 't', run, 'p', '0', 'd', run, 's', 'ready', 'tok', 0, 'a', 0, 'x', 0, 'e', ms)
  ready('fin', run, '0', jid, false)
  wake('fin', 1)
end

-- The end of a job, counted once for each run that waits for it.
local function settle(jid, mark, field, ms)
  for _, run in ipairs(call('SMEMBERS', P .. 'job:' .. jid .. ':runs')) do
    local items = P .. 'run:' .. run .. ':items'
    if call('HGET', items, jid) == 'o' then
      call('HSET', items, jid, mark)
      call('HINCRBY', P .. 'run:' .. run, field, 1)
    end
    finalize(run, ms)
  end
end

-- Makes a job dead: counted as failed, kept for two weeks among the last 10,000.
local function bury(jid, kind, why, ms)
  local jk = P .. 'job:' .. jid
  call('HSET', jk, 's', 'dead', 'err', why, 'dead_at', ms)
  settle(jid, 'f', 'failed', ms)
  call('RENAME', jk, P .. 'dead:' .. jid)
  call('DEL', jk .. ':runs')
  call('EXPIRE', P .. 'dead:' .. jid, 1209600)
  call('LREM', P .. kind .. ':dead', 0, jid)
  call('LPUSH', P .. kind .. ':dead', jid)
  call('LTRIM', P .. kind .. ':dead', 0, 9999)
end

-- Marks an item of a run as open; a counted one is taken out of its count again.
local function reopenItem(run, jid)
  local rk = P .. 'run:' .. run
  local mark = call('HGET', rk .. ':items', jid)
  if mark == 'o' then return end
  if not mark then call('HINCRBY', rk, 'total', 1)
  else call('HINCRBY', rk, mark == 'd' and 'done' or 'failed', -1) end
  call('HSET', rk .. ':items', jid, 'o')
end

-- Makes a run wait for a job: a new job, or one that is there already, whatever its state.
-- A joiner gets an entry in its own list too, and raises the job to the better ring; claim takes the first that comes.
local function want(kind, run, tenant, ring, jid, payload, ms, front)
  local jk = P .. 'job:' .. jid
  if call('EXISTS', jk) == 0 then
    call('HSET', jk, 'k', kind, 't', tenant, 'p', ring, 'd', payload, 's', 'ready', 'tok', 0, 'a', 0, 'x', 0, 'e', ms)
    call('SADD', jk .. ':runs', run)
    ready(kind, tenant, ring, jid, front)
    return 'new'
  end
  local joined = call('SADD', jk .. ':runs', run) == 1
  local j = call('HMGET', jk, 's', 'p')
  if tonumber(ring) < tonumber(j[2]) then call('HSET', jk, 'p', ring, 't', tenant) end
  if joined and j[1] == 'ready' then ready(kind, tenant, ring, jid, front) end
  return joined and 'joined' or 'known'
end
