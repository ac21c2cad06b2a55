-- Ends a permit whose request was sent, and learns from the answer.
-- KEYS: application bucket, its log, method bucket, its log
-- ARGV: permit, when it was granted (ms), ms that the request may still be on its way (0 after an answer),
--       1 if the endpoint works, then for application and for method: limits and counts as the answer told, or ''
local permit, granted, late, works = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4] == '1'
local released = string.format('%.0f', now_up + late)

-- Riot has counted more than we have sent: another program uses the key, or Redis was emptied. The difference is put
-- into the log. Ours are all that were out or answered since one window before this permit was granted, which is
-- every one that Riot can have counted in the same window, however late this answer comes.
local function adopt_foreign(log, counts, limits)
    local limit_of = {}
    for _, window in ipairs(limits or {}) do limit_of[window.seconds] = window.count end
    for _, seen in ipairs(counts or {}) do
        local ours = redis.call('ZCOUNT', log, '(' .. string.format('%.0f', granted - seen.ms), '+inf')
        local foreign = math.min(seen.count, limit_of[seen.seconds] or 0) - ours
        for number = 1, foreign do
            redis.call('ZADD', log, released, 'foreign:' .. permit .. ':' .. seen.seconds .. ':' .. number)
        end
    end
end

local function settle(bucket, log, limits, counts)
    local state = redis.call('HMGET', bucket, 'limits', 'limits_at', 'probe')
    if state[3] == permit then redis.call('HDEL', bucket, 'probe', 'probe_until') end
    -- Not only when it is still there: Riot has counted it even if Redis was emptied in between.
    redis.call('ZADD', log, released, permit)
    redis.call('PEXPIRE', log, unused)
    if limits ~= '' and (not state[2] or granted >= tonumber(state[2])) then
        redis.call('HSET', bucket, 'limits', limits, 'limits_at', ARGV[2])
    end
    if works then redis.call('HDEL', bucket, 'strikes') end
    adopt_foreign(log, windows(counts), windows(limits))
end

settle(KEYS[1], KEYS[2], ARGV[5], ARGV[6])
settle(KEYS[3], KEYS[4], ARGV[7], ARGV[8])
return 1
