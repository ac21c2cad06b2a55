-- Stands before every script. KEYS[1] is the prefix of the lane; its hash tag keeps all names in one slot.
--
-- A job is in exactly one state: `ready` (its id is once in the list of every place that waits for it), `run` (its id
-- is in the list of the worker that holds it) or `delay`. A place is a ring and a tenant, written `0tenant`.
local P = KEYS[1]
local call = redis.call

-- Only the clock of Redis is used.
local function now()
  local t = call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- Rings the bell for `n` jobs. The list is only a hint and never longer than 64.
local function wake(kind, n)
  local bell = P .. kind .. ':wake'
  for _ = call('LLEN', bell) + 1, math.min(call('LLEN', bell) + n, 64) do call('LPUSH', bell, '1') end
end

local function list_of(kind, place)
  return P .. kind .. ':t:' .. place:sub(2) .. ':' .. place:sub(1, 1)
end

-- Every place that waits for a job, once.
local function places(jid)
  local seen, out = {}, {}
  for _, place in ipairs(call('HVALS', P .. 'job:' .. jid .. ':runs')) do
    if not seen[place] then
      seen[place] = true
      out[#out + 1] = place
    end
  end
  return out
end

local function push(kind, place, jid, front)
  local ring, tenant = place:sub(1, 1), place:sub(2)
  call(front and 'RPUSH' or 'LPUSH', list_of(kind, place), jid)
  if call('SADD', P .. kind .. ':in:' .. ring, tenant) == 1 then
    call('LPUSH', P .. kind .. ':ring:' .. ring, tenant)
  end
end

-- A job that ran or was delayed waits again, where it is taken next.
local function make_ready(kind, jid)
  call('HSET', P .. 'job:' .. jid, 's', 'ready')
  call('HINCRBY', P .. kind .. ':n', 'ready', 1)
  for _, place in ipairs(places(jid)) do push(kind, place, jid, true) end
end

-- The worker holds the job no longer.
local function release(kind, worker, jid, tenant)
  call('LREM', P .. kind .. ':w:' .. worker, 1, jid)
  call('ZREM', P .. kind .. ':lease', jid)
  if call('HINCRBY', P .. kind .. ':fly', tenant, -1) <= 0 then call('HDEL', P .. kind .. ':fly', tenant) end
end

-- Tells that a run has nothing open, by a job of its own. It is a hint: its consumer decides from the ledger, so it
-- may come twice, and it is made again whenever the run has nothing open once more.
local function announce(run, ms)
  local jid = 'fin:' .. run
  local jk = P .. 'job:' .. jid
  local state = call('HGET', jk, 's')
  if state == 'run' then
    call('HSET', jk, 'again', '1')
  elseif not state then
    call('HSET', jk, 'k', 'fin', 'd', run, 's', 'ready', 'tok', 0, 'a', 0, 'x', 0, 'e', ms)
    call('HSET', jk .. ':runs', '_', '0_')
    call('HINCRBY', P .. 'fin:n', 'ready', 1)
    push('fin', '0_', jid, false)
    wake('fin', 1)
  end
end

local function check(run, ms)
  local rk = P .. 'run:' .. run
  local r = call('HMGET', rk, 'sealed', 'open')
  if r[1] == '1' and tonumber(r[2] or 0) == 0 then
    call('HSET', rk, 'fin', ms)
    announce(run, ms)
  end
end

-- Counts a job's end once for every run that waits for it.
local function settle(jid, mark, field, ms)
  for _, run in ipairs(call('HKEYS', P .. 'job:' .. jid .. ':runs')) do
    local rk = P .. 'run:' .. run
    if call('HGET', rk .. ':items', jid) == 'o' then
      call('HSET', rk .. ':items', jid, mark)
      call('HINCRBY', rk, field, 1)
      call('HINCRBY', rk, 'open', -1)
      check(run, ms)
    end
  end
end

local function bury(kind, jid, why, ms)
  local jk, dk = P .. 'job:' .. jid, P .. 'dead:' .. jid
  settle(jid, 'f', 'failed', ms)
  call('HSET', jk, 's', 'dead', 'err', why, 'dead_at', ms)
  call('DEL', dk, jk .. ':runs')
  call('RENAME', jk, dk)
  call('EXPIRE', dk, 1209600)
  call('LREM', P .. kind .. ':dead', 1, jid)
  call('LPUSH', P .. kind .. ':dead', jid)
  call('LTRIM', P .. kind .. ':dead', 0, 9999)
end

local FIELD = { d = 'done', f = 'failed', c = 'cancelled' }

-- Makes a run wait for a job. 2: the job is new, 1: the run joined it, 0: nothing to do. `force` opens an item again
-- that this run has counted as settled.
local function want(run, place, kind, jid, payload, ms, front, force)
  local rk, jk = P .. 'run:' .. run, P .. 'job:' .. jid
  local mark = call('HGET', rk .. ':items', jid)
  if mark and mark ~= 'o' then
    if not force then return 0 end
    call('HINCRBY', rk, FIELD[mark], -1)
  elseif not mark then
    call('HINCRBY', rk, 'total', 1)
  end
  if mark ~= 'o' then
    call('HSET', rk .. ':items', jid, 'o')
    call('HINCRBY', rk, 'open', 1)
  end
  local j = call('HMGET', jk, 's', 'k')
  if not j[1] then
    -- What is tried again is no dead letter any more.
    if call('DEL', P .. 'dead:' .. jid) == 1 then call('LREM', P .. kind .. ':dead', 1, jid) end
    call('HSET', jk, 'k', kind, 'd', payload, 's', 'ready', 'tok', 0, 'a', 0, 'x', 0, 'e', ms)
    call('HSET', jk .. ':runs', run, place)
    call('HINCRBY', P .. kind .. ':n', 'ready', 1)
    push(kind, place, jid, front)
    return 2
  end
  local had = call('HGET', jk .. ':runs', run)
  if had and had:sub(1, 1) <= place:sub(1, 1) then return 0 end
  local before = places(jid)
  call('HSET', jk .. ':runs', run, place)
  call('HDEL', jk, 'cancel')
  if j[1] == 'ready' then
    -- The joiner's own list gets an entry too, so that a small run is not slowed by the large one that came first.
    local after, was, is = places(jid), {}, {}
    for _, p in ipairs(before) do was[p] = true end
    for _, p in ipairs(after) do is[p] = true end
    for _, p in ipairs(after) do if not was[p] then push(j[2], p, jid, front) end end
    for _, p in ipairs(before) do if not is[p] then call('LREM', list_of(j[2], p), -1, jid) end end
  end
  return had and 0 or 1
end
