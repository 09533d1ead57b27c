-- says: 64 MB
local s, t = ("x"):rep(10000000), {}
for i = 1, 9 do t[i] = s end
return t
