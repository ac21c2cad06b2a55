-- Gives up what earlier processes of one name left behind: what they sent can still arrive for a moment, not longer.
-- KEYS: shift, then buckets
-- ARGV: what permits of that name begin with, what those of its present process begin with, and the microseconds that a
--       request may still be on its way
-- Returns how many permits there were.
local name, present, latest = ARGV[1], ARGV[2], now + ARGV[3]

local function is_left(permit)
    return string.sub(permit, 1, #name) == name and string.sub(permit, 1, #present) ~= present
end

local permits = {}
for index = 2, #KEYS do
    local bucket = open_bucket(KEYS[index])
    if bucket.fields.probe and is_left(bucket.fields.probe) then
        give_up_probe(bucket, latest)
    end
    for _, window in ipairs(bucket.windows or {}) do advance(window) end
    for _, permit in ipairs(redis.call('ZRANGE', bucket.open, '0', '-1')) do
        if is_left(permit) then
            permits[permit] = true
            redis.call('ZADD', bucket.open, 'XX', 'LT', number(latest), permit)
            for _, window in ipairs(bucket.windows or {}) do
                if now >= window.shared_until then
                    redis.call('ZADD', window.loose, 'XX', 'LT', number(latest), permit)
                end
            end
        end
    end
    keep_windows(bucket)
end
local count = 0
for _ in pairs(permits) do count = count + 1 end
return count
