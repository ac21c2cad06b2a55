-- Set before every script of the limiter.
--
-- A bucket is one application limit (a route) or one method limit (a route and an endpoint): a hash with
--   limits, limits_at    "20:1,100:120" as Riot last sent them, and when the request that brought them was granted
--   probe, probe_until   the one permit that is out while the limits are unknown
--   blocked_until, blocked_type, strikes    the stop after a 429
--   w:<seconds>          what is known of the window of that length which Riot has open now (`names` below)
-- and two kinds of sorted sets: `<bucket>:open`, the permits without an answer, and `<bucket>:<seconds>`, the loose ones
-- of a window: permits that are not known to be counted in a window that is over. Both are scored by the latest time at
-- which the request can arrive. Members of the latter that were answered begin with "=".
--
-- Riot's window opens at the arrival of a request and lasts its length. That moment is never told, but bounded: it is not
-- before the grant of the first request that can be in the window (`low`), and not after the first answer to one of
-- them (`high`). So:
--   * Before high + length the window is taken to be open, and after it to be over: a request that is granted then
--     cannot be counted in it, and what was surely counted in it (`sure`) no longer takes a slot.
--   * A request that was answered before low + length was surely counted in it. One whose answer came later, or never,
--     may be counted in the next one: it stays loose, and takes a slot in both, until its own latest arrival and one
--     length have passed.
--   * Riot's count (`seen`) tells more. What it has counted, and what may have arrived since, bounds the window from
--     above too; and when it counts as many as were ever sent, those without an answer are among them.
-- Why no window can be overrun: let r be the request in it that was granted last. Every other one of that window still
-- took a slot when r was granted, because the window was not over then, and r was granted only because fewer than the
-- limit did. Other programs with the same key are seen by counts that are higher than ours; from then on Riot's count
-- alone is believed, and as many slots are kept free as they were seen to take at once.

-- Microseconds on the clock of Redis, the same for all processes; when it jumps, `shift` takes the jump out.
-- KEYS[1]: shift
local time = redis.call('TIME')
local shift = tonumber(redis.call('GET', KEYS[1]) or '0')
local now = time[1] * 1000000 + time[2] - shift

-- From the grant to the latest end of a request.
local lifetime = 20000000
-- After so long on its way a request that Riot has not answered is taken to have arrived, where another program makes
-- certainty impossible. There a permit that is given up keeps its score, which tells when it was granted.
local surely_arrived = 3000000
-- How long another program is reckoned with after it was last seen, beside two lengths of the window.
local shared_memory = 60000000
-- A window that is worth being shared out to the last slot, and how many requests may be under way meanwhile.
local long_window, most_at_the_end, soon_answered = 5000000, 3, 2000000
-- For the estimate of a wait only: an answer that is under way, and the time between two looks at a probe.
local expected_answer, probe_patience = 100000, 50000
-- Milliseconds after which the keys of an unused bucket are gone.
local unused = 86400000

-- Whole numbers only. Lua's own conversion keeps 14 digits, and '%.0f' is several times slower than '%d'.
local function number(value) return string.format('%d', value) end

-- Puts off the end of a key, seldom: each time is a line in Redis's log.
local function stay(key)
    if redis.call('PTTL', key) < unused / 2 then redis.call('PEXPIRE', key, number(unused)) end
end

-- Riot's timers may be coarser than ours, and a clock that is being adjusted runs up to 500 ppm off (adjtimex(2)).
local function margin(length) return 10000 + length / 2000 end

local names = {
    'start', 'low', 'high', 'sure', 'seen', 'seen_granted', 'seen_told', 'shared_until', 'guarded', 'over', 'floor',
    'expired', 'others', 'others_before', 'others_earlier',
}
local zero = {
    sure = true, seen = true, seen_granted = true, seen_told = true, shared_until = true, guarded = true, over = true,
    expired = true, others = true, others_before = true, others_earlier = true,
}

-- All values of a window, '-' for one that is not known.
local packed = string.rep('(%S+) ', #names - 1) .. '(%S+)'

local function open_window(bucket, count, seconds)
    local window = {
        count = count, seconds = seconds, length = seconds * 1000000, loose = bucket.key .. ':' .. seconds,
        texts = { string.match(bucket.fields['w:' .. seconds] or '', packed) }, read = {},
    }
    for index, text in ipairs(window.texts) do
        local value = tonumber(text)
        window[names[index]], window.read[index] = value, value
    end
    if #window.texts == 0 then
        for name in pairs(zero) do window[name] = 0 end
    end
    return window
end

local function open_bucket(key)
    local bucket = { key = key, open = key .. ':open', fields = {} }
    local flat = redis.call('HGETALL', key)
    for index = 1, #flat, 2 do bucket.fields[flat[index]] = flat[index + 1] end
    if bucket.fields.limits then
        bucket.windows = {}
        for count, seconds in string.gmatch(bucket.fields.limits, '(%d+):(%d+)') do
            bucket.windows[#bucket.windows + 1] = open_window(bucket, tonumber(count), seconds)
        end
    end
    redis.call('ZREMRANGEBYSCORE', bucket.open, '-inf', '(' .. number(now))
    return bucket
end

-- Lets another request find out the limits, once this one cannot arrive any more: it would not be in the other's count.
local function give_up_probe(bucket, latest)
    if latest > now then
        redis.call('HSET', bucket.key, 'probe_until', number(math.min(latest, bucket.fields.probe_until)))
    else
        redis.call('HDEL', bucket.key, 'probe', 'probe_until')
    end
end

-- Whether anything of a window is not as it was read; its texts are brought up to date.
local function has_changed(window)
    local texts, read, result = window.texts, window.read, false
    for index, name in ipairs(names) do
        local value = window[name]
        if value ~= read[index] or not texts[index] then
            texts[index] = value and number(value) or '-'
            result = true
        end
    end
    return result
end

local function keep_windows(bucket)
    local fields = {}
    for _, window in ipairs(bucket.windows or {}) do
        if has_changed(window) then
            fields[#fields + 1] = 'w:' .. window.seconds
            fields[#fields + 1] = table.concat(window.texts, ' ')
        end
    end
    if #fields > 0 then redis.call('HSET', bucket.key, unpack(fields)) end
end

-- Ends what is known of a window; the next one can have opened at `earliest` at the soonest, which may be unknown.
local function close(window, earliest)
    local is_shared = now < window.shared_until
    if is_shared then
        -- What another program took at once is forgotten slowly; one of a short window as a whole, by its time.
        if window.over == 0 and window.length > long_window then
            window.guarded = math.max(math.floor(window.count / 16), window.guarded - 1)
        end
    else
        window.guarded = 0
        local answered, unheard = 0, {}
        local uncertain = window.seen - window.sure - window.expired
        local loose = uncertain > 0 and redis.call('ZRANGE', window.loose, '0', '-1', 'WITHSCORES') or {}
        for index = 1, #loose, 2 do
            if string.sub(loose[index], 1, 1) == '=' then
                answered = answered + 1
            elseif loose[index + 1] - lifetime < window.seen_told then
                unheard[#unheard + 1] = loose[index]
            end
        end
        -- Riot counted at least as many without an answer as can have arrived: they are among them.
        if #unheard > 0 and uncertain - answered >= #unheard then
            -- Lua's stack holds 8000 values.
            for first = 1, #unheard, 5000 do
                redis.call('ZREM', window.loose, unpack(unheard, first, math.min(#unheard, first + 4999)))
            end
        end
    end
    if earliest then redis.call('ZREMRANGEBYSCORE', window.loose, '-inf', '(' .. number(earliest)) end
    local is_certain = earliest and not is_shared and redis.call('EXISTS', window.loose) == 0
    window.floor = not is_certain and (earliest or 0) or nil
    window.start, window.low, window.high = nil, nil, nil
    window.sure, window.seen, window.seen_granted, window.seen_told = 0, 0, 0, 0
    window.over, window.expired = 0, 0
    window.others_earlier, window.others_before, window.others = window.others_before, window.others, 0
end

-- Brings a window up to now.
local function advance(window)
    if window.high and now >= window.high + window.length + margin(window.length) then
        close(window, window.low and window.low + window.length)
    end
    local over = number(now - window.length - margin(window.length))
    local expired = redis.call('ZREMRANGEBYSCORE', window.loose, '-inf', over)
    if window.start then window.expired = window.expired + expired end
end

-- The most requests that Riot can have counted, or can still count, in the window that is open.
local function used(window)
    local ours = window.sure + redis.call('ZCARD', window.loose)
    if window.seen == 0 then return ours end
    if now < window.shared_until then
        local under_way = number(window.seen_granted + lifetime - surely_arrived)
        return window.seen + redis.call('ZCOUNT', window.loose, under_way, '+inf')
    end
    local told = window.seen + redis.call('ZCOUNT', window.loose, number(window.seen_granted), '+inf')
    -- Nothing is known of the time before a limit was learned (start 0), except by the count.
    return window.start == 0 and told or math.min(ours, told)
end

-- The slots that are left to another program. When it has had as many as in the windows before, it is not expected any
-- more, and they are taken a few at a time.
local function left_to_others(window)
    if now >= window.shared_until then return 0 end
    if window.length > long_window and window.others >= math.max(window.others_before, window.others_earlier) then
        local under_way = redis.call('ZCOUNT', window.loose, '(' .. number(now + lifetime - soon_answered), '+inf')
        if under_way < most_at_the_end then return 0 end
    end
    return window.guarded
end

-- When the window will be over, as far as can be told.
local function ending(window)
    local over = window.length + margin(window.length)
    local first = redis.call('ZRANGE', window.loose, '0', '0', 'WITHSCORES')[2]
    local at = window.high and window.high + over or math.huge
    if first then at = math.min(at, first + over) end
    if not window.high then at = math.min(at, math.max((window.low or now) + over, now + expected_answer)) end
    return at
end

local function slowest_rate(bucket)
    local rate = math.huge
    for _, window in ipairs(bucket.windows) do rate = math.min(rate, window.count / window.length) end
    return rate
end
