-- ends: still running
local text = ("a"):rep(400)
return { text:find(("a*"):rep(40) .. "b") }
