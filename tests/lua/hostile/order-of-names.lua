-- gives: 1 2 3 a b c d e f g h i j
local t, keys = { 1, 2, 3 }, {}
for letter in ("jihgfedcba"):gmatch(".") do t[letter] = true end
for key in pairs(t) do keys[#keys + 1] = tostring(key) end
local again, key = {}, next(t)
while key do
  again[#again + 1] = tostring(key)
  key = next(t, key)
end
assert(table.concat(keys, " ") == table.concat(again, " "))
return { value = table.concat(keys, " ") }
