-- ARGV: kind ; returns {ready, running, delayed, dead, paused(0|1), hold_ms(0: none)}
local K = P .. ARGV[1]
return {
  tonumber(call('HGET', K .. ':n', 'ready') or 0), call('ZCARD', K .. ':lease'), call('ZCARD', K .. ':delay'),
  call('LLEN', K .. ':dead'), call('EXISTS', K .. ':paused'), math.max(0, call('PTTL', K .. ':hold')),
}
