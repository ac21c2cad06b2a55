-- Stops a bucket after a 429; a stop that is there already is only ever moved later.
-- KEYS: bucket
-- ARGV: type, ms to stop or '' when Riot gave no time, a random number from 0 to 1
-- Returns the ms that the bucket stays stopped.
local first_pause, longest_pause = 1000, 60000
local strikes = redis.call('HINCRBY', KEYS[1], 'strikes', 1)
local pause = tonumber(ARGV[2])
if not pause then
    pause = math.min(longest_pause, first_pause * 2 ^ math.min(strikes - 1, 10)) * (1 + tonumber(ARGV[3]) / 2)
end
local till = math.ceil(now_up + pause)
local standing = tonumber(redis.call('HGET', KEYS[1], 'blocked_until') or '0')
if till > standing then
    redis.call('HSET', KEYS[1], 'blocked_until', string.format('%.0f', till), 'blocked_type', ARGV[1])
    standing = till
end
return standing - now
