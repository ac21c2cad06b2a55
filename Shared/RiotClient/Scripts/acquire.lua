-- Grants a permit, or says when to ask again: the key's state, stops, application and method windows in one step.
-- KEYS: shift, key, application bucket, method bucket
-- ARGV: permit, 1 if a person waits for it, 1 if it is to probe a refused key, microseconds between two such probes,
--       the time that it is at least by the asker's own clock, or ''
-- Returns {'go', now} or {'wait', microseconds, reason, detail, now}.
local permit, is_interactive, is_probe, interval = ARGV[1], ARGV[2] == '1', ARGV[3] == '1', tonumber(ARGV[4])
-- What the two clocks may differ by: a jump back shows at once, one forward looks like a request that was slow.
local earliest_jump, latest_jump = 250000, 2000000
-- The share of a window, and of its length, in which requests that nobody waits for leave the last slots alone.
local reserved, reserved_time = 20, 0.75

if ARGV[5] ~= '' then
    local jump = now - tonumber(ARGV[5])
    if jump < -earliest_jump or jump > latest_jump then
        redis.call('SET', KEYS[1], number(shift + jump))
        now = now - jump
    end
end

local refused = redis.call('HMGET', KEYS[2], 'status', 'next_probe')
if refused[1] then
    local wait = math.max(0, tonumber(refused[2]) - now)
    if wait > 0 or not is_probe then return { 'wait', wait, 'key', refused[1], now } end
elseif is_probe then
    return { 'wait', 0, 'key', '0', now } -- somebody else's probe was answered
end

local ready, reason, detail = now, nil, nil
local function hold(at, why, what)
    if at > ready then ready, reason, detail = at, why, what end
end

-- The slots that this request must leave free: for other programs always, for people while the window is young.
-- A window that others outlast has slots to spare and keeps them to its end.
local function kept(window, slowest)
    local own = is_interactive and 0 or math.floor(window.count / reserved)
    local guarded = left_to_others(window)
    local is_binding = (window.count - math.max(own, guarded)) / window.length < slowest
    if not is_binding then return math.max(own, guarded) end
    local melting = window.length * reserved_time
    local left = math.max(0, melting - (now - (window.start or now)))
    return math.max(guarded, math.ceil(own * left / melting)), own, guarded
end

local function look(window, slowest, why)
    advance(window)
    local free = window.count - used(window)
    local leave, melts, guarded = kept(window, slowest)
    if free > leave then return end
    local at = ending(window)
    if melts and melts > 0 and free > guarded then
        local melting = window.length * reserved_time
        at = math.min(at, math.max(now + 1, (window.start or now) + melting - (free - 1) * melting / melts))
    end
    if free > 0 and now < window.shared_until then at = math.min(at, now + expected_answer) end
    hold(math.ceil(at), why, window.count .. ':' .. window.seconds)
end

local buckets, probed_until = { open_bucket(KEYS[3]), open_bucket(KEYS[4]) }, nil
for index, bucket in ipairs(buckets) do
    local why = index == 1 and 'application' or 'method'
    if bucket.fields.blocked_until then
        hold(tonumber(bucket.fields.blocked_until), 'blocked', bucket.fields.blocked_type)
    end
    if bucket.windows then
        local slowest = slowest_rate(bucket)
        for _, window in ipairs(bucket.windows) do look(window, slowest, why) end
    elseif bucket.fields.probe and now < tonumber(bucket.fields.probe_until) then
        probed_until = tonumber(bucket.fields.probe_until)
    end
end
if reason or probed_until then
    for _, bucket in ipairs(buckets) do keep_windows(bucket) end
    if reason then return { 'wait', ready - now, reason, detail, now } end
    return { 'wait', math.min(probed_until - now, probe_patience), 'probing', '', now }
end

local deadline = number(now + lifetime)
local function take(bucket)
    redis.call('ZADD', bucket.open, deadline, permit)
    stay(bucket.open)
    for _, window in ipairs(bucket.windows or {}) do
        if not window.start then
            window.start = now
            window.low = window.floor and math.max(window.floor, now - window.length - margin(window.length)) or now
        end
        redis.call('ZADD', window.loose, deadline, permit)
        stay(window.loose)
    end
    if not bucket.windows then redis.call('HSET', bucket.key, 'probe', permit, 'probe_until', deadline) end
    keep_windows(bucket)
    stay(bucket.key)
end
for _, bucket in ipairs(buckets) do take(bucket) end
if is_probe then redis.call('HSET', KEYS[2], 'next_probe', number(now + interval)) end
return { 'go', now }
