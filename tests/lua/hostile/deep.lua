-- says: tables nested too deeply
local t = {}
for _ = 1, 100 do t = { t } end
return t
