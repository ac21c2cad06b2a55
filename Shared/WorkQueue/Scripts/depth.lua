-- ARGV: kind ; returns {ready, running, delayed, dead}
local K = P .. ARGV[1]
return {
  tonumber(call('HGET', K .. ':n', 'ready') or 0), call('ZCARD', K .. ':lease'), call('ZCARD', K .. ':delay'),
  call('LLEN', K .. ':dead'),
}
