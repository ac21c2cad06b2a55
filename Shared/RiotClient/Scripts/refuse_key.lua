-- The key was refused: every process stops, and one probe goes per interval.
-- KEYS: key
-- ARGV: HTTP status, hash of the path that was refused, ms between two probes
-- Returns 1, or 0 when only this path is refused: a 403 can also mean a path that this key must not use. That is known
-- when the same path had stopped everybody before, and then another one was answered with the same key.
local state = redis.call('HMGET', KEYS[1], 'status', 'innocent')
if ARGV[1] == '403' and not state[1] and state[2] == ARGV[2] then return 0 end
if not state[1] then
    redis.call('HSET', KEYS[1], 'since', string.format('%.0f', now), 'culprit', ARGV[2])
end
redis.call('PERSIST', KEYS[1]) -- accept_key.lua lets the memory of an innocent path fade
redis.call('HSET', KEYS[1], 'status', ARGV[1], 'next_probe', string.format('%.0f', now + ARGV[3]))
return 1
