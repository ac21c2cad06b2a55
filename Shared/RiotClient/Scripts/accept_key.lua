-- A probe of the key was answered: everybody goes on.
-- KEYS: shift, key
-- Returns 1 if the key was refused until now.
local state = redis.call('HMGET', KEYS[2], 'status', 'culprit')
if not state[1] then return 0 end
redis.call('DEL', KEYS[2])
if state[2] then
    redis.call('HSET', KEYS[2], 'innocent', state[2])
    redis.call('PEXPIRE', KEYS[2], 3600000)
end
return 1
