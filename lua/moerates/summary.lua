--- What the cells of an experiment say: losses, their statistics, rates.
---
--- Reports, claims and the paper read cells through this module and nothing else. It never computes
--- a cell: what is missing is counted and said. Losses and rates are computed when first asked for
--- and kept with the curve.
---
--- A curve is one case by one search:
---   full   the best fit over all starts, the least-squares estimate
---   near   the best over the starts near the truth, the published practice, on the same data
---   larger the best of a larger search on the same data, which checks the full one
---   sgd, em  the published protocols;   path  a deterministic sequence, one value per point
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local format = require "moerates.format"
local minimisers = require "moerates.minimisers"
local paired = require "moerates.paired"
local plan = require "moerates.plan"
local store = require "moerates.store"

local M = {}

--- Population minima within this of the best belong to the set of minimisers. The population's
--- objective is in nats at n = 1e14, so the absolute part is below what any data can tell apart.
local SAME_MISFIT <const> = { relative = 1e-9, absolute = 0.01 }
--- A fit further than this above the truth's objective (in nats) has not found the estimate.
local ABOVE_TRUTH <const> = 0.5
--- The estimate's own excess over the population's best is about half its parameters, in nats.
local OTHER_MINIMUM <const> = 50
local BOOTSTRAPS <const> = 999
--- Sizes that a rate needs at least.
M.FEWEST_SIZES = 4

---@class Curve
---@field experiment string
---@field case table
---@field search "full"|"near"|"larger"|"sgd"|"path"
---@field fields table for selections
---@field n number[] sizes that have data (for a path: the index of each point)
---@field cells table[] per size, the description of one of its cells
---@field rows table[][] per size, the chosen row of each replicate
---@field minima table[][][] per size and replicate, the rows of all minima kept, best first
---@field missing integer cells of its case that are not there
---@field minimisers number[][]? the population minimisers
---@field misfit number? their objective
---@field gbar Minimisers? what they are

--- Whether a fit carries no certificate that it is the estimate.
local function uncertified(row)
  if row.search == "path" then return false end
  local stationary = row.search == "sgd" or row.stationary == 1
  if not stationary or not format.finite(row.objective) then return true end
  return row.search ~= "sgd" and format.finite(row.objective_truth)
    and row.objective > row.objective_truth + ABOVE_TRUTH
end

--- The curve of a case and search, made when first seen.
local function curve_of(summary, index, planned, search)
  local id = planned.case.name .. "\0" .. search
  if not index[id] then
    index[id] = { experiment = summary.experiment.name, case = planned.case, search = search,
      fields = planned.fields, n = {}, cells = {}, rows = {}, minima = {}, missing = 0, losses_of = {},
      memo = {} }
    summary.curves[#summary.curves + 1] = index[id]
  end
  return index[id]
end

--- The rows of one size of a curve; sizes arrive in ascending order.
local function size_of(curve, n, planned)
  if curve.n[#curve.n] ~= n then
    curve.n[#curve.n + 1] = n
    curve.cells[#curve.cells + 1] = planned.cell
    curve.rows[#curve.rows + 1] = {}
    curve.minima[#curve.minima + 1] = {}
  end
  return curve.rows[#curve.rows], curve.minima[#curve.minima]
end

local function add_rows(summary, index, planned, cell)
  for _, row in ipairs(cell.rows) do
    local curve = curve_of(summary, index, planned, row.search)
    local rows, minima = size_of(curve, row.search == "path" and row.replicate or planned.n, planned)
    if row.rank == 1 then
      rows[#rows + 1] = row
      minima[#minima + 1] = {}
    end
    table.insert(minima[#minima], row)
  end
end

--- Rows of the population cell that are as good as the best.
local function minimisers_of(cell)
  local best = math.huge
  for _, row in ipairs(cell.rows) do best = math.min(best, row.objective) end
  local thetas = {}
  for _, row in ipairs(cell.rows) do
    if row.objective <= best * (1 + SAME_MISFIT.relative) + SAME_MISFIT.absolute then
      thetas[#thetas + 1] = row.theta
    end
  end
  return thetas, best
end

--- Says so when a fit at the largest size has a smaller misfit than the population search found.
local function check_minimisers(summary, curve)
  local known = engine.losses(M.problem(curve), { "l2" }, curve.minimisers).l2
  local best, better = math.min(table.unpack(known)), 0
  local fits = M.losses(curve, "l2")[#curve.n]
  for _, l2 in ipairs(fits) do
    if l2 < best * (1 - 1e-6) and best > 1e-9 then better = better + 1 end
  end
  if better > 0 then
    summary.warnings[#summary.warnings + 1] = string.format(
      "%s: %d of %d fits at n = %g have a smaller misfit than the population minimum found; raise "
        .. "population_starts", curve.case.name, better, #fits, curve.n[#curve.n])
  end
end

--- What the minimisers are, by the estimates at the largest size.
local function inspect_minimisers(curve)
  local estimates = {}
  for _, row in ipairs(curve.rows[#curve.rows]) do
    if format.finite(row.objective) then estimates[#estimates + 1] = row.theta end
  end
  return minimisers.inspect(M.problem(curve), curve.case.theta, estimates)
end

--- The summary of an experiment at a profile.
---@param experiment table normal form
---@param options {profile: string, out: string}
---@return table summary { experiment, profile, curves, expected, missing, warnings, logs }: of
--- each cell that has a line in the log its case, seconds and starts by kind
function M.build(experiment, options)
  local summary = { experiment = experiment, profile = options.profile, curves = {}, missing = 0,
    expected = 0, warnings = {}, logs = {} }
  local index, population, missing, gbar = {}, {}, {}, {}
  local log = store.log(options.out, experiment.name)
  for _, planned in ipairs(plan.cells(experiment, options.profile)) do
    local cell, message, reason = store.read(options.out, experiment.name, planned.key)
    summary.expected = summary.expected + 1
    if not cell then
      summary.missing = summary.missing + 1
      missing[planned.case.name] = (missing[planned.case.name] or 0) + 1
      if reason == "corrupt" then summary.warnings[#summary.warnings + 1] = message end
    elseif planned.population then
      population[planned.case.name] = cell
    else
      add_rows(summary, index, planned, cell)
      summary.logs[#summary.logs + 1] = log[planned.key] and
        { case = planned.case, seconds = log[planned.key].seconds, kinds = log[planned.key].kinds }
    end
  end
  for _, curve in ipairs(summary.curves) do
    local cell = population[curve.case.name]
    curve.missing = missing[curve.case.name] or 0
    if cell then
      curve.minimisers, curve.misfit = minimisers_of(cell)
      if curve.search == "full" then
        check_minimisers(summary, curve)
        gbar[curve.case.name] = inspect_minimisers(curve)
      end
    end
  end
  for _, curve in ipairs(summary.curves) do curve.gbar = gbar[curve.case.name] end
  return summary
end

--- Searches that stand beside the estimate.
local BESIDE <const> = { near = true, larger = true }

--- Whether a curve is the estimate of its case: full, sgd, em or path; near where there is no other search.
---@param curve Curve
---@return boolean
function M.is_estimate(curve)
  return not BESIDE[curve.search] or curve.search == "near" and curve.case.estimator.starts == 0
end

--- The curve of a case; without a search, the estimate itself.
---@return Curve?
function M.find(summary, case, search)
  for _, curve in ipairs(summary.curves) do
    if curve.case.name == case and (curve.search == search or not search and M.is_estimate(curve))
    then
      return curve
    end
  end
end

--- What engine.losses needs to know of a curve.
function M.problem(curve)
  local case = curve.case
  return { truth = case.truth, fit = case.fit, design = case.design, points = case.design.points,
    minimisers = curve.minimisers,
    continuum = curve.gbar and curve.gbar.kind ~= "point" or nil }
end

local function needs_minimisers(measure)
  for _, row in ipairs(engine.measures()) do
    if row.name == measure then
      return row.needs_minimisers == true or row.needs_minimisers == 1
    end
  end
  return false
end

local function ratio_of(over, under)
  local ratio = {}
  for s, list in ipairs(over) do
    ratio[s] = {}
    for r, value in ipairs(list) do ratio[s][r] = value / under[s][r] end
  end
  return ratio
end

--- Losses on the rows of a table that each fit has not seen.
local function sample_losses(curve, measure)
  local losses = {}
  for s, rows in ipairs(curve.rows) do
    local values, message = engine.sample_losses(curve.cells[s], { measure }, rows)
    losses[s] = values and values[measure] or fault.raise(2, "%s", message)
  end
  return losses
end

local function compute_losses(curve, measure)
  if curve.case.data then return sample_losses(curve, measure) end
  local thetas, losses = {}, {}
  for _, rows in ipairs(curve.rows) do
    for _, row in ipairs(rows) do thetas[#thetas + 1] = row.theta end
  end
  if needs_minimisers(measure) and not curve.minimisers then
    return nil
  end
  local values = engine.losses(M.problem(curve), { measure }, thetas)[measure]
  local next_value = 0
  for s, rows in ipairs(curve.rows) do
    losses[s] = {}
    for r = 1, #rows do
      next_value = next_value + 1
      losses[s][r] = values[next_value]
    end
  end
  return losses
end

--- Losses per size and replicate. `measure` is a loss, a flag of engine.losses or a ratio "l2/d1".
--- Nil if it needs population minimisers that are not there.
---@param curve Curve
---@param measure string
---@return number[][]?
function M.losses(curve, measure)
  if curve.losses_of[measure] == nil then
    local over, under = measure:match("^([^/]+)/([^/]+)$")
    local losses
    if over then
      over, under = M.losses(curve, over), M.losses(curve, under)
      losses = over and under and ratio_of(over, under)
    else
      losses = compute_losses(curve, measure)
    end
    curve.losses_of[measure] = losses or false
  end
  return curve.losses_of[measure] or nil
end

--- Remembers the answer of `compute` with the curve.
local function memo(curve, key, compute)
  if curve.memo[key] == nil then curve.memo[key] = compute() or false end
  return curve.memo[key] or nil
end

local function key_of(curve, measure, statistic)
  return table.concat({ curve.experiment, curve.case.name, curve.search, measure, statistic }, "/")
end

--- First and last size of the range a rate is fitted on: the upper half of the sizes, at least 4,
--- or all of them. Nil if there are too few.
---@param count integer sizes
---@param range "upper"|"all"?
---@return integer? first
---@return integer? last
function M.range(count, range)
  if count < M.FEWEST_SIZES then return nil end
  if range == "all" then return 1, count end
  return count - math.max(M.FEWEST_SIZES, (count + 1) // 2) + 1, count
end

--- The rate of a measure, with the sizes of its range as n_first and n_last; nil if there are too
--- few sizes or no loss that is a positive number.
---@param curve Curve
---@param measure string
---@param statistic "median"|"mean"
---@param range "upper"|"all"?
---@param by "n / log n"? what the slope is in, if not n
---@return table? rate
function M.rate(curve, measure, statistic, range, by)
  local key = key_of(curve, measure, statistic)
  return memo(curve, "rate/" .. (range or "upper") .. (by or "") .. key, function()
    local first, last = M.range(#curve.n, range)
    local losses = first and M.losses(curve, measure)
    if not losses then return nil end
    local sizes = curve.n
    if by then
      sizes = {}
      for s, n in ipairs(curve.n) do sizes[s] = n / math.log(n) end
    end
    local ok, rate = pcall(engine.rate, { n = sizes, losses = losses, statistic = statistic,
      first = first, last = last, bootstraps = BOOTSTRAPS, key = key })
    if not ok or not format.finite(rate.slope.value) then return nil end
    rate.n_first, rate.n_last = curve.n[rate.first], curve.n[rate.last]
    return rate
  end)
end

--- The constant of the law n^exponent on the range of a rate; nil where there is no rate.
---@return {value: number, low: number, high: number}?
function M.constant(curve, measure, statistic, exponent)
  local rate = M.rate(curve, measure, statistic)
  return rate and engine.rate_constant { n = curve.n, losses = M.losses(curve, measure),
    statistic = statistic, first = rate.first, last = rate.last, exponent = exponent,
    bootstraps = BOOTSTRAPS, key = key_of(curve, measure, statistic) }
end

--- The fitted law's constant c in c n^slope, from its log.
---@param rate table as M.rate gives it
---@return {value: number, low: number, high: number}
function M.fitted_constant(rate)
  local log = rate.constant
  return { value = math.exp(log.value), low = math.exp(log.low), high = math.exp(log.high) }
end

--- The statistic at every size, with its interval.
---@return {value: number, low: number, high: number}[]?
function M.points(curve, measure, statistic)
  local key = key_of(curve, measure, statistic)
  return memo(curve, "points" .. key, function()
    local losses = M.losses(curve, measure)
    return losses and engine.rate_points { n = curve.n, losses = losses, statistic = statistic,
      bootstraps = BOOTSTRAPS, key = key }
  end)
end

--- Slopes between neighbouring sizes, with intervals.
function M.local_slopes(curve, measure, statistic)
  local key = key_of(curve, measure, statistic)
  return memo(curve, "local" .. key, function()
    local losses = M.losses(curve, measure)
    return losses and engine.rate_local { n = curve.n, losses = losses, statistic = statistic,
      bootstraps = BOOTSTRAPS, key = key }
  end)
end

--- Whether any loss is a number.
local function some_defined(losses)
  for _, list in ipairs(losses or {}) do
    for _, x in ipairs(list) do
      if format.finite(x) then return true end
    end
  end
  return false
end

--- The n from which the loss of curve `b` stays below that of curve `a`: NaN if there is none, 0 if always;
--- nil if one of the losses is not defined.
---@param a Curve
---@param measure_a string
---@param b Curve
---@param measure_b string
---@param statistic "median"|"mean"
---@return {value: number, low: number, high: number}?
function M.crossover(a, measure_a, b, measure_b, statistic)
  local losses_a, losses_b = M.losses(a, measure_a), M.losses(b, measure_b)
  if not some_defined(losses_a) or not some_defined(losses_b) then return nil end
  return engine.crossover { a = { n = a.n, losses = losses_a }, b = { n = b.n, losses = losses_b },
    statistic = statistic, bootstraps = BOOTSTRAPS,
    key = key_of(a, measure_a, statistic) .. "|" .. key_of(b, measure_b, statistic) }
end

--- The factor by which curve `a` has less of a measure than `b`, on the data that both have at the
--- last size, pair by pair; nil if there are too few.
---@return {value: number, low: number, high: number, count: integer}? factor
---@return integer? s the size's index in `a`
function M.factor(a, b, measure)
  local s, t = #a.n, #b.n
  while s > 0 and t > 0 and a.n[s] ~= b.n[t] do
    if a.n[s] > b.n[t] then s = s - 1 else t = t - 1 end
  end
  local losses_a, losses_b = M.losses(a, measure), M.losses(b, measure)
  if s == 0 or t == 0 or not losses_a or not losses_b then return nil end
  local of, x, y = {}, {}, {}
  for r, row in ipairs(b.rows[t]) do of[row.replicate] = losses_b[t][r] end
  for r, row in ipairs(a.rows[s]) do
    x[#x + 1], y[#y + 1] = losses_a[s][r], of[row.replicate] or 0 / 0
  end
  local folds = a.case.estimator.folds
  return paired.factor(x, y, folds and 1 / (folds - 1)), s
end

--- The rows of sizes first..last (default: all) in one list.
local function rows_between(curve, first, last)
  local all = {}
  for s = first or 1, last or #curve.rows do
    table.move(curve.rows[s], 1, #curve.rows[s], #all + 1, all)
  end
  return all
end

local function share(rows, test)
  local count = 0
  for _, row in ipairs(rows) do count = count + (test(row) and 1 or 0) end
  return #rows > 0 and count / #rows or 0 / 0
end

--- Share of fits without a certificate over sizes first..last.
---@param curve Curve
---@return number
function M.uncertified(curve, first, last)
  return share(rows_between(curve, first, last), uncertified)
end

--- Share of fits, over sizes first..last, that sit in another minimum than the population's best:
--- their misfit is larger by so much that the data (OTHER_MINIMUM nats) tell them apart. Nil if no
--- population minimiser is known.
---@param curve Curve
---@return number?
function M.elsewhere(curve, first, last)
  if not curve.minimisers then return nil end
  local best = engine.losses(M.problem(curve), { "l2" }, curve.minimisers).l2[1]
  local losses, count, fits = M.losses(curve, "l2"), 0, 0
  local variance = curve.case.noise_sd ^ 2
  for s = first or 1, last or #curve.rows do
    for _, l2 in ipairs(losses[s]) do
      local nats = curve.n[s] * (l2 * l2 - best * best) / (2 * variance)
      fits, count = fits + 1, count + (nats > OTHER_MINIMUM and 1 or 0)
    end
  end
  return fits > 0 and count / fits or nil
end

local SHARE_COLUMNS <const> = { boxed = "active", dead = "dead", duplicate = "duplicate",
  proportional = "proportional" }
local SHARE_FLAGS <const> = { empty = "empty", inert = "inert", floating = "floating_atom" }

--- The mean of a row's numbers in a column, those that are finite; NaN if none is.
local function mean_of(rows, column)
  local sum, count = 0, 0
  for _, row in ipairs(rows) do
    if format.finite(row[column]) then sum, count = sum + row[column], count + 1 end
  end
  return sum / count
end

--- The shares of fits that went wrong in some way, over all sizes: uncertified, elsewhere (if the
--- minimisers are known), boxed, dead, duplicate, proportional, empty, inert, floating; `alone`, the
--- mean share of starts that were alone in their minimum; and `fits`, their number.
---@param curve Curve
---@return table<string, number>
function M.shares(curve)
  local all = rows_between(curve)
  local shares = { fits = #all, uncertified = share(all, uncertified),
    elsewhere = M.elsewhere(curve), alone = mean_of(all, "singletons") }
  for name, column in pairs(SHARE_COLUMNS) do
    shares[name] = share(all, function(row) return (row[column] or 0) > 0 end)
  end
  for name, measure in pairs(curve.case.data and {} or SHARE_FLAGS) do
    local count = 0
    for _, list in ipairs(M.losses(curve, measure)) do
      for _, flag in ipairs(list) do count = count + (flag == 1 and 1 or 0) end
    end
    shares[name] = #all > 0 and count / #all or 0 / 0
  end
  return shares
end

--- Replicates at the size that has the fewest.
function M.replicates(curve, first, last)
  local fewest = math.huge
  for s = first or 1, last or #curve.rows do fewest = math.min(fewest, #curve.rows[s]) end
  return fewest
end

return M
