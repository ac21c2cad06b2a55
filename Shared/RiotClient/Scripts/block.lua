-- Stops a bucket after a 429; a stop that is there already is only ever moved later.
-- KEYS: shift, bucket, the set of all buckets
-- ARGV: type, microseconds to stop or '' when Riot gave no time, a random number from 0 to 1
-- Returns the microseconds that the bucket stays stopped.
local first_pause, longest_pause = 1000000, 60000000
local strikes = redis.call('HINCRBY', KEYS[2], 'strikes', 1)
local pause = tonumber(ARGV[2])
if not pause then
    pause = math.min(longest_pause, first_pause * 2 ^ math.min(strikes - 1, 10)) * (1 + tonumber(ARGV[3]) / 2)
end
local till = math.ceil(now + pause)
local standing = tonumber(redis.call('HGET', KEYS[2], 'blocked_until') or '0')
if till > standing then
    redis.call('HSET', KEYS[2], 'blocked_until', number(till), 'blocked_type', ARGV[1])
    standing = till
end
redis.call('SADD', KEYS[3], KEYS[2])
redis.call('PEXPIRE', KEYS[2], math.max(unused, math.ceil((standing - now) / 1000)))
return standing - now
