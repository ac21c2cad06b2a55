-- Set before every script of the limiter.
--
-- A bucket is one application limit (a route) or one method limit (a route and an endpoint). It has a hash:
--   limits, limits_at    "20:1,100:120" as Riot last sent them, and when the request that brought them was granted
--   probe, probe_until   the one permit that is out while the limits are unknown
--   blocked_until, blocked_type, strikes    the stop after a 429
-- and a log, a sorted set of permits, scored by the time from which their windows count: the deadline while no answer
-- came, the time of the answer afterwards. A permit of a window of w ms holds its slot until score + w.
--
-- Why no fixed window of Riot's can be overrun: let it open at t, on the arrival of some request, and let r be the
-- request in it that was granted last. Each other request s of that window arrived at t or later, so its score is at
-- least t, and it still held its slot when r was granted, because that was before t + w. So r found all of them in
-- the log and was granted only because they were fewer than the limit.

-- Milliseconds on the clock of Redis, which is the same for all processes. Two roundings, each to the safe side.
local time = redis.call('TIME')
local microseconds = time[1] * 1000000 + time[2]
local now, now_up = math.floor(microseconds / 1000), math.ceil(microseconds / 1000)

-- Riot's timers may be coarser than ours.
local margin = 20
-- The longest window that is reckoned with while the real ones are unknown, and the time that a log is kept unused.
local long_window, unused = 600000, 86400000

-- "20:1,100:120" -> {{count = 20, ms = 1020, text = "20:1"}, ...}, or nil when there is nothing.
local function windows(text)
    if not text or text == '' then return nil end
    local list = {}
    for count, seconds in string.gmatch(text, '(%d+):(%d+)') do
        list[#list + 1] = {
            count = tonumber(count), seconds = seconds, ms = seconds * 1000 + margin, text = count .. ':' .. seconds,
        }
    end
    return list
end

local function longest(list)
    local result = 0
    for _, window in ipairs(list or {}) do result = math.max(result, window.ms) end
    return result > 0 and result or long_window
end
