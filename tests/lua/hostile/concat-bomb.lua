-- says: needs more than 256 MB
local s = "0123456789"
while true do s = s .. s end
