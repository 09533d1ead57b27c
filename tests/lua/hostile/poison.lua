-- says: moe.truth: 'gate' is missing
local metatable = getmetatable("")
if metatable then metatable.__index = nil end
string.format = function() return "poisoned" end
local moe = require "moerates"
return moe.truth { expert = "tanh", { beta1 = 0 } }
