-- The key was refused: every process that has it stops, and one probe goes per interval.
-- KEYS: shift, key
-- ARGV: HTTP status, hash of the path that was refused, microseconds to the next probe after the first refusal, and
--       between two probes, 1 if this was the probe
-- Returns 1, or 0 when only this path is refused: a 403 can also mean a path that this key must not use. That is known
-- when the same path had stopped everybody before, and a probe was then answered with the same key.
local state = redis.call('HMGET', KEYS[2], 'status', 'innocent')
if ARGV[1] == '403' and not state[1] and state[2] == ARGV[2] then return 0 end
if not state[1] then
    redis.call('HSET', KEYS[2], 'since', number(now), 'culprit', ARGV[2], 'next_probe', number(now + ARGV[3]))
elseif ARGV[5] == '1' then
    redis.call('HSET', KEYS[2], 'next_probe', number(now + ARGV[4]))
end
redis.call('HSET', KEYS[2], 'status', ARGV[1])
redis.call('PERSIST', KEYS[2]) -- accept_key.lua lets the memory of an innocent path fade
return 1
