-- ARGV: kind ms ; nobody claims for that long; a hold is only ever lengthened
local key = P .. ARGV[1] .. ':hold'
if call('PTTL', key) < tonumber(ARGV[2]) then call('SET', key, '1', 'PX', ARGV[2]) end
return redis.status_reply('OK')
