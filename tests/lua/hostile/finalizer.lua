-- gives: 1
for _ = 1, 1000 do
  setmetatable({}, { __gc = function() while true do end end })
end
return { value = 1 }
