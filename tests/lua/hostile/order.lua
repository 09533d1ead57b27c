-- says: order.lua:3: a table with a table as a key has no fixed order
local t = { [{}] = 1, [{}] = 2 }
for _, v in pairs(t) do return { v } end
