-- ends: still running
local spin = coroutine.wrap(function() while true do coroutine.yield() end end)
while true do spin() end
