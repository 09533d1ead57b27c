--- From an experiment and a profile to the list of its cells, in a fixed order.
---
---   case by case: every n of the profile x every block of 10 replicates (the last may be partial);
---   the population cell (n = inf) of a case that measures distances to its minimisers;
---   one cell for a path.
---
--- The description given to the engine is the case without what only concerns people and planning
--- (title, regime, measures, lists of n): those may change and the cells stay.
local dsl = require "moerates.dsl"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local select = require "moerates.select"
local text_file = require "moerates.text_file"

local M = {}

M.PROFILES = dsl.PROFILES
--- Distinct minima that a population cell keeps.
M.POPULATION_KEEP = 16

---@class PlannedCell
---@field experiment string
---@field case table the case, normal form
---@field cell table description for the engine
---@field n number? inf for the population, nil for a path
---@field block integer
---@field replicates integer
---@field population boolean
---@field key string
---@field text string canonical description
---@field cost number the engine's guess, core-seconds
---@field rows number
---@field columns string[]
---@field fields table<string, string|number> for selections

--- The columns of a table with the digest of its file.
local function digested(data)
  local text, reason = text_file.find(data.file)
  if not text then
    fault.raise(2, "%s: %s; tables are looked up from the current folder: run where the script expects it",
      data.file, reason)
  end
  return { file = data.file, digest = engine.sha256(text), x = data.x, y = data.y }
end

local function describe(experiment, case)
  return {
    experiment = experiment.name, name = case.name, truth = case.truth, noise_sd = case.noise_sd,
    design = case.design, fit = case.fit, estimator = case.estimator, block = 1, replicates = 1,
    theta = case.estimator.kind ~= "path" and case.theta or nil,
    data = case.data and digested(case.data),
  }
end

--- Lets the engine check the description and adds what it says about it.
local function finish(experiment, case, cell, population)
  local info, message = engine.case(cell)
  if not info then
    fault.raise(2, "%s: case '%s': %s", experiment.script or experiment.name, case.name, message)
  end
  local fields = select.case_fields(experiment, case)
  fields.n, fields.block = cell.n, cell.block
  return {
    experiment = experiment.name, case = case, cell = cell, n = cell.n, block = cell.block,
    replicates = cell.replicates, population = population or false, key = info.key,
    text = info.description, cost = info.cost, rows = info.rows, columns = info.columns,
    fields = fields,
  }
end

local function sampled_cells(experiment, case, profile, into)
  local replicates = case.replicates[profile]
  for _, n in ipairs(case.n[profile]) do
    for block = 1, (replicates + dsl.BLOCK - 1) // dsl.BLOCK do
      local cell = describe(experiment, case)
      cell.n, cell.block = n, block
      cell.replicates = math.min(dsl.BLOCK, replicates - (block - 1) * dsl.BLOCK)
      into[#into + 1] = finish(experiment, case, cell)
    end
  end
end

local function population_cell(experiment, case)
  local cell = describe(experiment, case)
  cell.n = math.huge
  cell.estimator = { kind = "lse", starts = case.population_starts, near_starts = 0,
    keep = M.POPULATION_KEEP }
  return finish(experiment, case, cell, true)
end

--- Raises a fault unless `profile` is one.
function M.check_profile(profile)
  for _, name in ipairs(M.PROFILES) do
    if name == profile then return profile end
  end
  fault.raise(2, "unknown profile '%s' (known: %s)", profile, table.concat(M.PROFILES, ", "))
end

--- The cells of an experiment at a profile.
---@param experiment table normal form
---@param profile string
---@return PlannedCell[]
function M.cells(experiment, profile)
  M.check_profile(profile)
  local cells = {}
  for _, case in ipairs(experiment.cases) do
    if case.estimator.kind == "path" then
      cells[#cells + 1] = finish(experiment, case, describe(experiment, case))
    else
      local before = #cells
      sampled_cells(experiment, case, profile, cells)
      if case.minimisers and #cells > before then
        cells[#cells + 1] = population_cell(experiment, case)
      end
    end
  end
  return cells
end

--- The cells of several experiments, one list after the other.
---@return PlannedCell[]
function M.all(experiments, profile)
  local cells = {}
  for _, experiment in ipairs(experiments) do
    local own = M.cells(experiment, profile)
    table.move(own, 1, #own, #cells + 1, cells)
  end
  return cells
end

--- The cells that meet a selection and belong to a shard; also how many met the selection.
---@param cells PlannedCell[]
---@param selections string[]?
---@param shard { index: integer, count: integer }?
---@return PlannedCell[] chosen
---@return integer selected
function M.choose(cells, selections, shard)
  local matches, chosen, selected = select.matcher(selections), {}, 0
  for _, cell in ipairs(cells) do
    if matches(cell.fields) then
      selected = selected + 1
      if not shard or M.shard_of(cell.key, shard.count) == shard.index then
        chosen[#chosen + 1] = cell
      end
    end
  end
  return chosen, selected
end

--- The shard, 1 to count, to which a key belongs.
---@param key string
---@param count integer
---@return integer
function M.shard_of(key, count) return tonumber(key:sub(1, 12), 16) % count + 1 end

--- Reads "I/N".
---@param text string?
---@return { index: integer, count: integer }?
function M.read_shard(text)
  if not text then return nil end
  local index, count = text:match("^(%d+)/(%d+)$")
  index, count = math.tointeger(tonumber(index)), math.tointeger(tonumber(count))
  if not index or not count or index < 1 or index > count then
    fault.raise(2, "--shard wants I/N with 1 <= I <= N, got '%s'", text)
  end
  return { index = index, count = count }
end

return M
