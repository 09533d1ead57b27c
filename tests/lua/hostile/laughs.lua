-- says: more than a million values
local t = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }
for _ = 1, 9 do t = { t, t, t, t, t, t, t, t, t, t } end
return t
