-- says: needs more than 256 MB
local list = {}
while true do list = { function() return list end, list } end
