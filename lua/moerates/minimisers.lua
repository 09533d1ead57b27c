--- What the population minimisers Gbar of a case are: a point, several points, or a set.
---
--- The search for them keeps one for each function. Whether others have the same function is seen in
--- two ways. Flat directions of the Jacobian at each are followed (loss.h): the independent ones that
--- lead on are a lower bound of the set's dimension. And the estimates at the largest n, each the best of
--- many starts on data of its own, are taken to the nearest parameters with that function: if
--- these are not those already known, the minimisers are not one point. Theorem 5 of paper A is about a
--- point; the distance D3 to a set is that to the nearest of it.
local engine = require "moerates.engine"

local M = {}

--- Nearest parameters further from the known minimisers than this, and than half of the estimate they
--- were found from, are other ones.
M.APART = 0.01

---@class Minimisers
---@field kind "point"|"points"|"set"
---@field functions integer minimisers with different functions
---@field coordinates integer
---@field rank integer of the Jacobian, smallest over the functions
---@field smallest number smallest singular value over the largest
---@field dimension integer at least; 0 for points
---@field estimates integer at the largest n
---@field reached integer of them, how many lead to a minimiser
---@field spread number largest D3 between the known minimisers and those

--- The shape at the minimiser around which the set is largest, and how many there are.
local function largest_shape(problem, theta)
  local question = { theta = theta }
  for key, value in pairs(problem) do question[key] = value end
  local shapes = engine.minimiser_shapes(question)
  local largest = shapes[1]
  for _, shape in ipairs(shapes) do
    local more = shape.dimension - largest.dimension
    if more > 0 or more == 0 and shape.rank < largest.rank then largest = shape end
  end
  return largest, #shapes
end

--- Whether estimates lead to other minimisers, how many lead to any, and how far apart those are.
local function look_around(problem, estimates)
  local own = engine.losses(problem, { "d3" }, estimates).d3
  local others, reached, spread = false, 0, 0
  for i, theta in ipairs(engine.minimisers_near(problem, estimates)) do
    if theta then
      local distance = engine.losses(problem, { "d3" }, { theta }).d3[1]
      reached, spread = reached + 1, math.max(spread, distance)
      others = others or distance > math.max(M.APART, own[i] / 2)
    end
  end
  return others, reached, spread
end

--- Inspects the minimisers of a case.
---@param problem table as for engine.losses, with the minimisers
---@param theta table the box
---@param estimates number[][] at the largest n
---@return Minimisers
function M.inspect(problem, theta, estimates)
  local shape, functions = largest_shape(problem, theta)
  local others, reached, spread = look_around(problem, estimates)
  local kind = shape.dimension > 0 and "set" or (others or functions > 1) and "points" or "point"
  return { kind = kind, functions = functions, coordinates = shape.coordinates, rank = shape.rank,
    smallest = shape.smallest, dimension = shape.dimension, estimates = #estimates,
    reached = reached, spread = spread }
end

--- What a reader of a ledger should know of the minimisers that a D3 is the distance to.
---@param found Minimisers
---@return string
function M.note(found)
  if found.kind == "set" then
    return ("Gbar is a set of dimension %d or more: D3 is the distance to it"):format(found.dimension)
  elseif found.kind == "points" then
    return "Gbar is several points: D3 is the distance to the nearest"
  end
  return ("Gbar is a point: rank %d of %d, smallest singular value %.0e"):format(found.rank,
    found.coordinates, found.smallest)
end

return M
