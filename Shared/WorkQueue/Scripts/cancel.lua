-- ARGV: run limit ; returns how many items are left: call again while it is more than 0
local run, limit, ms = ARGV[1], tonumber(ARGV[2]), now()
local rk, n, left, touched = P .. 'run:' .. run, 0, 0, {}
call('HSET', rk, 'state', 'cancelled', 'sealed', '1')

local function leave(jid)
  local jk = P .. 'job:' .. jid
  local place = call('HGET', jk .. ':runs', run)
  if not place then return end
  call('HDEL', jk .. ':runs', run)
  local j = call('HMGET', jk, 's', 'k')
  if j[1] == 'ready' then touched[list_of(j[2], place)] = place end
  if call('EXISTS', jk .. ':runs') == 1 then return end
  if j[1] == 'run' then
    call('HSET', jk, 'cancel', '1')
    return
  end
  if j[1] == 'ready' then call('HINCRBY', P .. j[2] .. ':n', 'ready', -1) end
  if j[1] == 'delay' then call('ZREM', P .. j[2] .. ':delay', jid) end
  call('DEL', jk)
end

local items = call('HGETALL', rk .. ':items')
for i = 1, #items, 2 do
  if items[i + 1] == 'o' then
    if n < limit then
      n = n + 1
      call('HSET', rk .. ':items', items[i], 'c')
      call('HINCRBY', rk, 'cancelled', 1)
      call('HINCRBY', rk, 'open', -1)
      leave(items[i])
    else
      left = left + 1
    end
  end
end

-- The lists are written anew without what nobody in them wants any more, which is cheaper than to search each id.
for list, place in pairs(touched) do
  local kept = {}
  for _, jid in ipairs(call('LRANGE', list, 0, -1)) do
    if call('HGET', P .. 'job:' .. jid, 's') == 'ready' then
      for _, wanted in ipairs(places(jid)) do
        if wanted == place then kept[#kept + 1] = jid end
      end
    end
  end
  call('DEL', list)
  for _, jid in ipairs(kept) do call('RPUSH', list, jid) end
end
if left == 0 then check(run, ms) end
call('EXPIRE', rk, 604800)
call('EXPIRE', rk .. ':items', 604800)
return left
