--- Lists.
local M = {}

---@param list any[]
---@param item any
---@return boolean
function M.contains(list, item)
  for _, other in ipairs(list) do
    if other == item then return true end
  end
  return false
end

return M
