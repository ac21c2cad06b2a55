-- A probe of the key was answered: everybody goes on.
-- KEYS: key
-- Returns 1 if the key was refused until now.
local state = redis.call('HMGET', KEYS[1], 'status', 'culprit')
if not state[1] then return 0 end
redis.call('DEL', KEYS[1])
if state[2] then
    redis.call('HSET', KEYS[1], 'innocent', state[2])
    redis.call('PEXPIRE', KEYS[1], 3600000)
end
return 1
