-- says: a.b: the table contains itself
local t = {}
t.a = { b = t }
return t
