-- ends: still running
local list = {}
for i = 1, 20 do list[i] = i end
table.sort(list, function() while true do end end)
