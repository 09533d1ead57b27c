-- gives: false
local co = coroutine.create(function() error("inside") end)
return { value = coroutine.resume(co) }
