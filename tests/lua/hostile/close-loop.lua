-- ends: still running
do
  local held <close> = setmetatable({}, { __close = function() while true do end end })
end
