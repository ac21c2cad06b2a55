-- What is known of the key and of some buckets now; times as microseconds from now.
-- KEYS: shift, key, buckets
-- Returns {status or '', since when it is refused, time to the next probe}, then for each bucket {requests under way,
-- time that it stays stopped, type of the stop, {for each window: limit, seconds, used, time to its end, slots kept
-- free for another program}}.
local refused = redis.call('HMGET', KEYS[2], 'status', 'since', 'next_probe')
local result = { { refused[1] or '', '', '' } }
if refused[1] then
    result[1][2] = number(now - (refused[2] or now))
    result[1][3] = number(math.max(0, (refused[3] or now) - now))
end
for index = 3, #KEYS do
    local bucket = open_bucket(KEYS[index])
    local windows = {}
    for position, window in ipairs(bucket.windows or {}) do
        advance(window)
        local taken = used(window)
        local left = taken > 0 and math.max(0, ending(window) - now) or 0
        local guarded = now < window.shared_until and window.guarded or 0
        windows[position] = { window.count, window.seconds, taken, number(left), guarded }
    end
    keep_windows(bucket)
    local stopped = math.max(0, tonumber(bucket.fields.blocked_until or '0') - now)
    result[#result + 1] = {
        redis.call('ZCARD', bucket.open), number(stopped), stopped > 0 and bucket.fields.blocked_type or '', windows,
    }
end
return result
