--- The known name nearest to a misspelt one, for error messages.
local M = {}

--- Levenshtein distance: insertions, deletions and replacements that turn a into b. O(#a #b).
---@param a string
---@param b string
---@return integer
function M.distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local diagonal = row[0]
    row[0] = i
    for j = 1, #b do
      local above = row[j]
      local change = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(above + 1, row[j - 1] + 1, diagonal + change)
      diagonal = above
    end
  end
  return row[#b]
end

--- The candidate nearest to `name`; the first in alphabetical order among equals. Nil if there is
--- no candidate or none shares more than a third of the letters.
---@param name string
---@param candidates string[]
---@return string?
function M.find(name, candidates)
  local sorted = { table.unpack(candidates) }
  table.sort(sorted)
  name = tostring(name):sub(1, 80)
  local best, smallest = nil, math.huge
  for _, candidate in ipairs(sorted) do
    local distance = M.distance(name:lower(), candidate:lower())
    if distance < smallest and distance * 3 <= 2 * math.max(#name, #candidate) then
      best, smallest = candidate, distance
    end
  end
  return best
end

--- The end of a message about an unknown name: the nearest one, or the whole list if it is short.
---@param name string
---@param candidates string[]
---@return string text starting with a blank, in brackets
function M.hint(name, candidates)
  local best = M.find(name, candidates)
  if best then return (" (did you mean '%s'?)"):format(best) end
  local sorted = { table.unpack(candidates) }
  table.sort(sorted)
  if #sorted == 0 or #sorted > 40 then return "" end
  return (" (known: %s)"):format(table.concat(sorted, ", "))
end

return M
