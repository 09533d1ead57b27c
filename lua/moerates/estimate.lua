--- How long cells will take: the engine's guess, corrected by how long others took.
---
--- The engine knows the shape of the arithmetic but not how many iterations a problem needs, nor
--- the machine. Where cells of the same case and n, else of the same case, else of the same
--- experiment have run, the ratio of their seconds to their guesses corrects the guess.
local store = require "moerates.store"

local M = {}

--- From the closest relatives to the most distant.
local function groups(cell)
  local case = cell.experiment .. "/" .. cell.case.name
  return { ("%s/%s"):format(case, cell.n), case, cell.experiment }
end

--- A function from a planned cell to estimated core-seconds.
---@param cells PlannedCell[] planned cells, done and missing
---@param out string
---@return fun(cell: PlannedCell): number
function M.from_logs(cells, out)
  local seconds, cost, logs = {}, {}, {}
  for _, cell in ipairs(cells) do
    logs[cell.experiment] = logs[cell.experiment] or store.log(out, cell.experiment)
    local line = logs[cell.experiment][cell.key]
    local time = line and line.seconds
    for _, group in ipairs(time and groups(cell) or {}) do
      seconds[group] = (seconds[group] or 0) + time
      cost[group] = (cost[group] or 0) + cell.cost
    end
  end
  return function(cell)
    for _, group in ipairs(groups(cell)) do
      if cost[group] and cost[group] > 0 then return cell.cost * seconds[group] / cost[group] end
    end
    return cell.cost
  end
end

--- Seconds as people say them.
---@param seconds number
---@return string
function M.duration(seconds)
  if seconds ~= seconds or seconds == math.huge then return "unknown" end
  if seconds < 10 then return ("%.1f s"):format(seconds) end
  if seconds < 120 then return ("%.0f s"):format(seconds) end
  if seconds < 7200 then return ("%.0f min"):format(seconds / 60) end
  return ("%.1f h"):format(seconds / 3600)
end

return M
