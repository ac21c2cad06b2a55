-- Ends a permit whose request was sent, and learns from the answer.
-- KEYS: shift, application bucket, method bucket, the set of all buckets
-- ARGV: permit, when it was granted, microseconds that the request may still be on its way ('' after an answer),
--       1 if the endpoint works, then for application and for method: limits and counts as the answer told, or '',
--       and the microseconds since the answer's headers came
local permit, granted, late, works = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
-- The request had arrived by then.
local told = math.max(granted, now - tonumber(ARGV[9]))

-- Takes over limits; windows of a length that stays keep what is known of them.
local function learn(bucket, limits)
    if limits == '' or granted < tonumber(bucket.fields.limits_at or '-1') then return end
    redis.call('HSET', bucket.key, 'limits', limits, 'limits_at', number(granted))
    stay(bucket.key)
    redis.call('SADD', KEYS[4], bucket.key)
    if limits == bucket.fields.limits then return end
    local known = {}
    for _, window in ipairs(bucket.windows or {}) do known[window.seconds] = window end
    bucket.windows = {}
    for count, seconds in string.gmatch(limits, '(%d+):(%d+)') do
        local window = known[seconds]
        if window then
            window.count = tonumber(count)
            known[seconds] = nil
        else
            window = open_window(bucket, tonumber(count), seconds)
            window.start = 0
            redis.call('ZUNIONSTORE', window.loose, 1, bucket.open)
        end
        bucket.windows[#bucket.windows + 1] = window
    end
    for seconds, window in pairs(known) do
        redis.call('DEL', window.loose)
        redis.call('HDEL', bucket.key, 'w:' .. seconds)
    end
end

local function is_loose(window) return redis.call('ZSCORE', window.loose, permit) and true or false end

-- Another program uses the key: Riot has counted more than we can have sent, or more than the limit.
local function notice_others(window, count, was_loose)
    local ours = window.sure + redis.call('ZCARD', window.loose) + window.expired + (was_loose and 0 or 1)
    local is_over = count - window.count > window.over
    if window.start ~= 0 then window.others = math.max(window.others, count - ours) end
    if window.start ~= 0 and count > ours then
        window.guarded = math.max(window.guarded, math.min(math.floor(window.count / 16), count - ours))
    elseif not is_over then
        return
    end
    if is_over then
        window.guarded = math.min(math.floor(window.count / 2), window.guarded + count - window.count - window.over)
        window.over = count - window.count
    end
    window.shared_until = now + shared_memory + 2 * window.length
end

-- What Riot's count tells of the window that this request was counted in; true when that is a newer one.
local function believe(window, count, was_loose)
    -- A count that has fallen since an answer that was there before this request was granted: a window has opened in
    -- between. Half, because Riot's counts have been seen to waver.
    if window.seen > 0 and count <= window.seen / 2 and granted >= window.seen_told then
        local earliest = window.seen_granted
        if window.low and window.low + window.length <= told then
            earliest = math.max(earliest, window.low + window.length)
        end
        close(window, earliest)
        window.floor = nil
        window.start, window.low, window.high = now, earliest, told
        window.seen, window.seen_granted, window.seen_told = count, granted, told
        return true
    end
    notice_others(window, count, was_loose)
    -- The first of its window: that cannot have opened before it was granted.
    if count == 1 and (window.seen == 0 or window.low and told < window.low + window.length) then
        window.low = math.max(window.low or granted, granted)
    end
    if count > window.seen then window.seen, window.seen_granted, window.seen_told = count, granted, told end
    return false
end

-- Whether the request was surely counted in the window that is open (true) or in one that is over (nil).
local function is_surely_in(window, is_in, count)
    if not count then return false end
    local is_alone = now >= window.shared_until
    if not is_in then
        local most = window.sure + redis.call('ZCARD', window.loose) + window.expired
        if is_alone and count > most then return nil end
        return false
    end
    if not window.low then return false end
    if told < window.low + window.length then return true end
    local next_ones = redis.call('ZCOUNT', window.loose, number(window.low + window.length), '+inf')
    return is_alone and count > next_ones
end

local function answer(window, count)
    local is_in = window.start and granted >= window.start
    local was_loose, is_sure = is_loose(window), nil
    if is_in then
        window.high = math.min(window.high or told, told)
        if count then is_sure = believe(window, count, was_loose) end
    end
    -- A window that has been closed meanwhile may have let go of it.
    if not was_loose or is_sure and not is_loose(window) then return end
    if not is_sure then is_sure = is_surely_in(window, is_in, count) end
    redis.call('ZREM', window.loose, permit)
    if is_sure then
        window.sure = window.sure + 1
    elseif is_sure == false then
        redis.call('ZADD', window.loose, number(told), '=' .. permit)
    end
end

local function settle(bucket, limits, counts)
    if bucket.fields.probe == permit then give_up_probe(bucket, late and now + late or now) end
    if works and bucket.fields.strikes then redis.call('HDEL', bucket.key, 'strikes') end
    if not late then learn(bucket, limits) end
    if late then
        redis.call('ZADD', bucket.open, 'XX', number(now + late), permit)
    else
        redis.call('ZREM', bucket.open, permit)
    end
    local count_of = {}
    for count, seconds in string.gmatch(counts, '(%d+):(%d+)') do count_of[seconds] = tonumber(count) end
    for _, window in ipairs(bucket.windows or {}) do
        advance(window)
        if not late then
            answer(window, count_of[window.seconds])
        elseif now >= window.shared_until then
            redis.call('ZADD', window.loose, 'XX', number(now + late), permit)
        end
    end
    return bucket
end

-- Where one window of a bucket is shared with another program, all are.
local function share(bucket)
    local is_shared = false
    for _, window in ipairs(bucket.windows or {}) do is_shared = is_shared or now < window.shared_until end
    for _, window in ipairs(is_shared and bucket.windows or {}) do
        if now >= window.shared_until then
            window.shared_until = now + shared_memory + 2 * window.length
            window.guarded = math.max(window.guarded, math.floor(window.count / 16))
        end
    end
    keep_windows(bucket)
end

share(settle(open_bucket(KEYS[2]), ARGV[5], ARGV[6]))
share(settle(open_bucket(KEYS[3]), ARGV[7], ARGV[8]))
return 1
