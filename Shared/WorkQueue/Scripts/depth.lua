-- Counts the jobs of a kind. ARGV: kind ; returns {waiting, running, delayed, dead}
local K, waiting = P .. ARGV[1], 0
for ring = 0, 1 do
  for _, tenant in ipairs(call('SMEMBERS', K .. ':in:' .. ring)) do
    waiting = waiting + call('LLEN', K .. ':t:' .. tenant .. ':' .. ring)
  end
end
return { waiting, call('ZCARD', K .. ':lease'), call('ZCARD', K .. ':delay'), call('LLEN', K .. ':dead') }
