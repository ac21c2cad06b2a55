-- Takes back a permit whose request was never sent.
-- KEYS: key, application bucket, its log, method bucket, its log
-- ARGV: permit, 1 if it was a probe of the key
local permit = ARGV[1]
for index = 2, 4, 2 do
    redis.call('ZREM', KEYS[index + 1], permit)
    if redis.call('HGET', KEYS[index], 'probe') == permit then
        redis.call('HDEL', KEYS[index], 'probe', 'probe_until')
    end
end
if ARGV[2] == '1' and redis.call('HEXISTS', KEYS[1], 'status') == 1 then
    redis.call('HSET', KEYS[1], 'next_probe', string.format('%.0f', now))
end
return 1
