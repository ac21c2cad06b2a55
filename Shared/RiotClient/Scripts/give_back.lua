-- Takes back a permit whose request was never sent.
-- KEYS: shift, key, application bucket, method bucket
-- ARGV: permit, 1 if it was to probe a refused key
local permit = ARGV[1]
for index = 3, 4 do
    local bucket = open_bucket(KEYS[index])
    redis.call('ZREM', bucket.open, permit)
    if bucket.fields.probe == permit then redis.call('HDEL', bucket.key, 'probe', 'probe_until') end
    for _, window in ipairs(bucket.windows or {}) do
        redis.call('ZREM', window.loose, permit)
        local is_untouched = window.sure == 0 and window.seen == 0 and not window.high
        if is_untouched and redis.call('EXISTS', window.loose) == 0 then window.start, window.low = nil, nil end
    end
    keep_windows(bucket)
end
if ARGV[2] == '1' and redis.call('HEXISTS', KEYS[2], 'status') == 1 then
    redis.call('HSET', KEYS[2], 'next_probe', number(now))
end
return 1
