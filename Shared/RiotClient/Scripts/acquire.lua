-- Grants a permit, or says when to ask again: the key's state, stops, application and method windows in one step.
-- KEYS: key, application bucket, its log, method bucket, its log
-- ARGV: permit, its lifetime in ms, ms between two probes of a refused key
-- Returns {'go', now, 1 if this is a probe of the key} or {'wait', ms, reason, detail}.
local key, buckets = KEYS[1], { { KEYS[2], KEYS[3], 'application' }, { KEYS[4], KEYS[5], 'method' } }
local permit, lifetime, interval = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
-- How long an answer that is under way is expected to take, for the estimate only.
local expected_answer = 100
-- How often it is asked whether a probe has come back.
local probe_patience = 50

local refused = redis.call('HMGET', key, 'status', 'next_probe')
local is_key_probe = refused[1] and true or false
if is_key_probe and now < tonumber(refused[2]) then
    return { 'wait', tonumber(refused[2]) - now, 'key', refused[1] }
end

local ready, reason, detail = now, nil, nil
local function hold(till, why, what)
    if till > ready then ready, reason, detail = till, why, what end
end

for _, bucket in ipairs(buckets) do
    local state = redis.call('HMGET', bucket[1], 'limits', 'probe_until', 'blocked_until', 'blocked_type')
    bucket.windows = windows(state[1])
    if state[3] then hold(tonumber(state[3]), 'blocked', state[4]) end
    for _, window in ipairs(bucket.windows or {}) do
        local from = '(' .. string.format('%.0f', now - window.ms)
        local used = redis.call('ZCOUNT', bucket[2], from, '+inf')
        if used >= window.count then
            local leaving = redis.call(
                'ZRANGEBYSCORE', bucket[2], from, '+inf', 'WITHSCORES', 'LIMIT', used - window.count, 1)
            hold(math.min(tonumber(leaving[2]), now + expected_answer) + window.ms, bucket[3], window.text)
        end
    end
    if not bucket.windows and state[2] and now < tonumber(state[2]) then
        bucket.probed_until = tonumber(state[2])
    end
end
if reason then return { 'wait', ready - now, reason, detail } end
for _, bucket in ipairs(buckets) do
    if bucket.probed_until then
        return { 'wait', math.min(bucket.probed_until - now, probe_patience), 'probing', bucket[3] }
    end
end

local deadline = string.format('%.0f', now_up + lifetime)
for _, bucket in ipairs(buckets) do
    -- Entries are kept for a permit's lifetime longer than their windows: settle.lua compares with older ones.
    redis.call('ZREMRANGEBYSCORE', bucket[2], '-inf', now - longest(bucket.windows) - lifetime)
    redis.call('ZADD', bucket[2], deadline, permit)
    redis.call('PEXPIRE', bucket[2], unused)
    if not bucket.windows then redis.call('HSET', bucket[1], 'probe', permit, 'probe_until', deadline) end
end
if is_key_probe then redis.call('HSET', key, 'next_probe', string.format('%.0f', now + interval)) end
return { 'go', now, is_key_probe and 1 or 0 }
