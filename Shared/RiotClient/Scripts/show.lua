-- What is known of some buckets now.
-- KEYS: shift, buckets
-- Returns for each: {limits or '', requests under way, microseconds that it stays stopped, type of the stop,
--   {for each window: limit, seconds, used, microseconds to its end or '', slots kept free for another program}}.
local result = {}
for index = 2, #KEYS do
    local bucket = open_bucket(KEYS[index])
    local windows = {}
    for position, window in ipairs(bucket.windows or {}) do
        advance(window)
        local taken = used(window)
        local left = ''
        if taken > 0 then left = number(math.max(0, ending(window) - now)) end
        windows[position] = {
            window.count, window.seconds, taken, left, now < window.shared_until and window.guarded or 0,
        }
    end
    keep_windows(bucket)
    local stopped = math.max(0, tonumber(bucket.fields.blocked_until or '0') - now)
    result[index - 1] = {
        bucket.fields.limits or '', redis.call('ZCARD', bucket.open), number(stopped),
        stopped > 0 and bucket.fields.blocked_type or '', windows,
    }
end
return result
