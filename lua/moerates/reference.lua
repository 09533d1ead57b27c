--- Comparing a run with the committed results, and replacing them.
---
---   results/cells/<experiment>/<key>.tsv    the cells of the quick profile
---   results/claims.tsv                      the ledgers of the profiles that were run
---   results/tables/<profile>/, figures/<profile>/
---
--- Cells must be equal to the bit on any machine, with one exception: large fits go through BLIS,
--- whose kernel depends on the CPU. Where two cells name different BLIS kernels, the objectives of
--- their fits must agree to 1e-6 and nothing more is asked, since rounding may lead two searches to
--- different points of one flat valley.
local claims = require "moerates.claims"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local plan = require "moerates.plan"
local store = require "moerates.store"
local text_file = require "moerates.text_file"

local M = {}

M.TOLERANCE = 1e-6

local function same_number(a, b)
  return a == b or (a ~= a and b ~= b)
end

--- Whether two rows hold the same bits in every column.
local function same_row(a, b, columns)
  for _, name in ipairs(columns) do
    local x, y = a[name], b[name]
    if type(x) == "number" and type(y) == "number" then
      if not same_number(x, y) then return false end
    elseif x ~= y then
      return false
    end
  end
  for j, x in ipairs(a.theta) do
    if not same_number(x, b.theta[j]) then return false end
  end
  return #a.theta == #b.theta
end

--- Columns other than those of theta, which a row holds as a list.
local function fixed_columns(cell)
  local names = {}
  for _, name in ipairs(cell.columns) do
    if not name:find("^theta_%d+$") then names[#names + 1] = name end
  end
  return names
end

--- Whether the objectives of two rows agree to TOLERANCE.
local function near_row(a, b)
  if a.replicate ~= b.replicate or a.search ~= b.search or a.rank ~= b.rank then return false end
  local scale = math.max(math.abs(a.objective), math.abs(b.objective), 1)
  return same_number(a.objective, b.objective)
    or math.abs(a.objective - b.objective) <= M.TOLERANCE * scale
end

--- Compares two cells: "equal" (bits), "close" (another BLIS kernel) or "differs".
---@param ours table as engine.read_cell gives it
---@param theirs table
---@return "equal"|"close"|"differs"
function M.compare_cells(ours, theirs)
  if #ours.rows ~= #theirs.rows then return "differs" end
  local columns, equal, near = fixed_columns(theirs), true, true
  for r, row in ipairs(ours.rows) do
    equal = equal and same_row(row, theirs.rows[r], columns)
    near = near and near_row(row, theirs.rows[r])
  end
  local blis = ours.evaluator:find("blis", 1, true) and ours.evaluator ~= theirs.evaluator
  return equal and "equal" or blis and near and "close" or "differs"
end

--- Compares the cells of one experiment with the reference.
---@param experiment table
---@param options {profile: string, out: string, results: string}
---@return table count {equal, close, differs, missing, unknown} and `different`, their keys
function M.cells(experiment, options)
  local count = { equal = 0, close = 0, differs = 0, missing = 0, unknown = 0, different = {} }
  for _, planned in ipairs(plan.cells(experiment, options.profile)) do
    local theirs = store.read(options.results, experiment.name, planned.key)
    local ours = theirs and store.read(options.out, experiment.name, planned.key)
    local state = not theirs and "unknown" or not ours and "missing"
      or M.compare_cells(ours, theirs)
    count[state] = count[state] + 1
    if state == "differs" then count.different[#count.different + 1] = planned.key end
  end
  return count
end

--- Compares the ledgers of a profile; nil and a reason if one of them is not there.
---@return table? comparison as claims.compare gives it
---@return string? reason
function M.ledger(options)
  local ours = claims.read(("%s/report/claims-%s.tsv"):format(options.out, options.profile))
  local all = claims.read(options.results .. "/claims.tsv")
  local theirs = {}
  for _, row in ipairs(all or {}) do
    if row.profile == options.profile then theirs[#theirs + 1] = row end
  end
  if #theirs == 0 then
    return nil, ("%s has no ledger of the profile %s yet"):format(options.results, options.profile)
  elseif not ours then
    return nil, ("%s/report has no ledger of this run; run moerates claims"):format(options.out)
  end
  return claims.compare(ours, theirs)
end

-- Replacing -----------------------------------------------------------------------------------

local function copy_file(from, to)
  local text = text_file.find(from)
  if not text then fault.raise(2, "%s: cannot be read", from) end
  if text ~= text_file.find(to) then engine.write_atomic(to, text) end
end

--- Makes `to` hold exactly the files of `from` whose names pass.
local function mirror(from, to, wanted)
  store.make_directories(to)
  local keep = {}
  for _, name in ipairs(store.entries(from)) do
    if wanted(name) then
      keep[name] = true
      copy_file(from .. "/" .. name, to .. "/" .. name)
    end
  end
  for _, name in ipairs(store.entries(to)) do
    if not keep[name] then os.remove(to .. "/" .. name) end
  end
end

--- The ledger of all profiles, this one's rows from the run, the others' as they are.
local function replace_ledger(options)
  local path = options.results .. "/claims.tsv"
  local ours = claims.read(("%s/report/claims-%s.tsv"):format(options.out, options.profile))
  if not ours then fault.raise(2, "%s/report has no ledger; run moerates claims", options.out) end
  local rows = {}
  for _, profile in ipairs(plan.PROFILES) do
    for _, row in ipairs(profile == options.profile and ours or claims.read(path) or {}) do
      if row.profile == profile then rows[#rows + 1] = row end
    end
  end
  engine.write_atomic(path, claims.tsv(rows))
end

--- Tables and figures of timings are those of a machine, not of a profile: results/machines/ has what
--- they are made from.
local function of_machine(name) return name:find("^speed%-") or name:find("^bench%-") end

--- Replaces the committed results of a profile by those of a run; cells for quick only.
---@param experiments table[]
---@param options {profile: string, out: string, results: string}
function M.replace(experiments, options)
  store.make_directories(options.results)
  local suffixes = { tsv = true, md = true, tex = true, gp = true, svg = true, pdf = true }
  for _, kind in ipairs { "tables", "figures" } do
    mirror(options.out .. "/report/" .. kind, ("%s/%s/%s"):format(options.results, kind,
      options.profile), function(name)
        return suffixes[name:match("%.(%w+)$")] and not of_machine(name) or false
      end)
  end
  replace_ledger(options)
  if options.profile ~= "quick" then return end
  for _, experiment in ipairs(experiments) do
    local planned = {}
    for _, cell in ipairs(plan.cells(experiment, "quick")) do planned[cell.key .. ".tsv"] = true end
    mirror(("%s/cells/%s"):format(options.out, experiment.name),
      ("%s/cells/%s"):format(options.results, experiment.name),
      function(name) return planned[name] or false end)
  end
end

return M
