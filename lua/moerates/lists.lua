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

--- The row of a table that has this name; nil if none has.
---@param rows {name: string}[]
---@param name string
---@return table?
function M.named(rows, name)
  for _, row in ipairs(rows) do
    if row.name == name then return row end
  end
end

---@param count integer
---@return integer[]
function M.zeros(count)
  local list = {}
  for i = 1, count do list[i] = 0 end
  return list
end

return M
