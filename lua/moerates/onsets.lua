--- Does the smallest eigenvalue of a certificate's Gram matrix say from which n a rate holds?
---
--- Least squares resolves a direction of the family whose eigenvalue is lambda once n lambda / nu is
--- large, nu being the noise variance; so nu / lambda should order the cases by their onset. For every
--- case with a certificate that promises a rate of the theorems' loss (D_1, the softmax loss; in the
--- sigmoid's Regime 2, D_3 to a minimiser that is a point, with the weak family there):
---
---   onset   the n from which the loss is a power law (src/onset.h), where its slope is the one expected;
---           beyond the range where it is not
---   reach   the n at which its median falls to 0.1 for good; beyond the range if it does not
---
--- and Spearman's rank correlation of each with nu / lambda, with a 95 % interval from resamples of the
--- truths (several cases share one). "Beyond" is the largest rank; an eigenvalue knows nothing of identities far
--- from the truth, so the cases that reach 0.1 are correlated by themselves as well. All cases together, and those of
--- each experiment that has truths enough.
local certify = require "moerates.certify"
local engine = require "moerates.engine"
local predict = require "moerates.predict"
local summary = require "moerates.summary"
local verdict = require "moerates.verdict"

local M = {}

M.LEVEL = 0.1
local RESAMPLES <const> = 999
local EXPONENT <const> = -1 / 2

--- The atoms of a minimiser in d = 1.
local function atoms_of(theta, k)
  local atoms = {}
  for i = 1, k do
    atoms[i] = { beta1 = { theta[2 * i - 1] }, beta0 = theta[2 * i], a = { theta[2 * (k + i) - 1] },
      b = theta[2 * (k + i)] }
  end
  return atoms
end

--- The eigenvalue and the loss it is about; nil if no rate is expected.
local function eigenvalue_of(curve, prediction)
  local case = curve.case
  local towards_minimiser = curve.gbar and case.fit.gate == "sigmoid" and case.fit.expert == case.truth.expert
  if towards_minimiser then
    if curve.gbar.kind ~= "point" or case.truth.d > 1 then return nil end
    local weak = certify.family_at({ gate = case.fit.gate, expert = case.fit.expert,
      atoms = atoms_of(curve.minimisers[1], case.fit.k), design = case.design }, "weak")
    return weak.decided and certify.holds(weak) and weak.smallest or nil, "d3"
  end
  if not prediction or not predict.exponent(prediction, "voronoi") then return nil end
  return prediction.eigenvalue, "voronoi"
end

local BEYOND <const> = { value = math.huge, low = math.huge, high = math.huge }

local function onset_of(curve, measure)
  local rate = summary.rate(curve, measure, "median")
  local seen = rate and rate.slope.low <= EXPONENT + verdict.MARGIN and rate.slope.high >= EXPONENT - verdict.MARGIN
  return seen and rate.onset or BEYOND, rate
end

--- By interpolation of the logarithms, downwards from the last size.
local function reach_of(curve, measure)
  local points, n = summary.points(curve, measure, "median"), curve.n
  local s = #n + 1
  while s > 1 and points[s - 1].value <= M.LEVEL do s = s - 1 end
  if s > #n then return math.huge end
  if s == 1 then return n[1] end
  local above, below = math.log(points[s - 1].value), math.log(points[s].value)
  local part = (above - math.log(M.LEVEL)) / (above - below)
  return math.exp(math.log(n[s - 1]) + part * (math.log(n[s]) - math.log(n[s - 1])))
end

---@class Onset
---@field experiment string
---@field case string
---@field measure string
---@field eigenvalue number
---@field scale number nu / eigenvalue
---@field onset {value: number, low: number, high: number}
---@field reach number
---@field slope {value: number, low: number, high: number}
---@field truth string what resamples draw

--- One row for each curve of least squares with a rate to expect and sizes enough to see it.
---@param built table a summary
---@param predictions table<string, Prediction> by case
---@param rows Onset[] appended to
function M.collect(built, predictions, rows)
  for _, curve in ipairs(built.curves) do
    local eigenvalue, measure
    if curve.search == "full" and summary.range(#curve.n) then
      eigenvalue, measure = eigenvalue_of(curve, predictions[curve.case.name])
    end
    local onset, rate
    if eigenvalue then onset, rate = onset_of(curve, measure) end
    if rate then
      rows[#rows + 1] = { experiment = built.experiment.name, case = curve.case.name, measure = measure,
        eigenvalue = eigenvalue, scale = curve.case.noise_sd ^ 2 / eigenvalue, onset = onset,
        onset_n = onset.value, reach = reach_of(curve, measure), slope = rate.slope,
        truth = engine.canonical { curve.case.truth, curve.case.fit } }
    end
  end
end

-- Correlation -----------------------------------------------------------------------------------

--- Ranks, the mean rank where several are equal.
local function ranks(values)
  local out = {}
  for i, x in ipairs(values) do
    local below, equal = 0, 0
    for _, y in ipairs(values) do
      below, equal = below + (y < x and 1 or 0), equal + (y == x and 1 or 0)
    end
    out[i] = below + (equal + 1) / 2
  end
  return out
end

--- Spearman's rank correlation; NaN if one list is constant.
---@param x number[]
---@param y number[]
---@return number
function M.spearman(x, y)
  local p, q, middle = ranks(x), ranks(y), (#x + 1) / 2
  local xx, yy, xy = 0, 0, 0
  for i = 1, #p do
    local a, b = p[i] - middle, q[i] - middle
    xx, yy, xy = xx + a * a, yy + b * b, xy + a * b
  end
  return xx > 0 and yy > 0 and xy / math.sqrt(xx * yy) or 0 / 0
end

local function correlation_of(rows, name)
  local x, y = {}, {}
  for i, row in ipairs(rows) do x[i], y[i] = row.scale, row[name] end
  return M.spearman(x, y)
end

--- The correlation of `name` (onset_n or reach) with nu / lambda, with its interval and how many truths
--- there are.
---@param rows Onset[]
---@param name string
---@return {value: number, low: number, high: number}
---@return integer truths
function M.correlation(rows, name)
  local groups, of = {}, {}
  for _, row in ipairs(rows) do
    if not of[row.truth] then
      of[row.truth] = {}
      groups[#groups + 1] = of[row.truth]
    end
    table.insert(of[row.truth], row)
  end
  local values, draw = {}, 0
  for _ = 1, RESAMPLES do
    local sample = {}
    for _ = 1, #groups do
      draw = draw + 1
      local group = groups[1 + math.floor(#groups * engine.uniform("onsets " .. name, draw))]
      table.move(group, 1, #group, #sample + 1, sample)
    end
    local value = correlation_of(sample, name)
    if value == value then values[#values + 1] = value end
  end
  table.sort(values)
  local function quantile(q) return values[math.max(1, math.floor(q * (#values + 1)))] or 0 / 0 end
  return { value = correlation_of(rows, name), low = quantile(0.025), high = quantile(0.975) }, #groups
end

-- Tables and a figure ---------------------------------------------------------------------------

local COLUMNS <const> = {
  { name = "experiment", label = "experiment" }, { name = "case", label = "case" },
  { name = "measure", label = "loss" },
  { name = "eigenvalue", label = "$\\lambda$", format = "number" },
  { name = "scale", label = "$\\nu / \\lambda$", format = "size" },
  { name = "onset", label = "onset", format = "size_interval" },
  { name = "reach", label = "loss 0.1 at $n$", format = "size" },
  { name = "slope", label = "slope", format = "slope_interval" },
}
local CORRELATION_COLUMNS <const> = {
  { name = "scope", label = "experiment" },
  { name = "of", label = "rank correlation with $\\nu / \\lambda$" },
  { name = "value", label = "value", format = "slope_interval" },
  { name = "cases", label = "cases", format = "integer" },
  { name = "truths", label = "truths", format = "integer" },
  { name = "beyond", label = "beyond the range", format = "integer" },
}
local QUANTITIES <const> = { { "onset_n", "onset" }, { "reach", "n at which the loss is 0.1" } }
--- What is correlated; `inside`: only where it lies within the range.
local CORRELATED <const> = { QUANTITIES[1], QUANTITIES[2],
  { "reach", "the same, of the cases that reach it", inside = true } }

--- Experiments with fewer truths have no correlation of their own.
local FEWEST_TRUTHS <const> = 8

--- One row of correlations for each quantity; none if there are fewer truths than `fewest`.
local function add_correlations(rows, scope, fewest, into)
  for _, quantity in ipairs(CORRELATED) do
    local chosen, beyond = {}, 0
    for _, row in ipairs(rows) do
      local outside = row[quantity[1]] == math.huge
      if not (outside and quantity.inside) then
        chosen[#chosen + 1], beyond = row, beyond + (outside and 1 or 0)
      end
    end
    local value, truths = M.correlation(chosen, quantity[1])
    if truths >= fewest then
      into[#into + 1] = { scope = scope, of = quantity[2], value = value, cases = #chosen, truths = truths,
        beyond = beyond }
    end
  end
end

--- The tables onsets and onsets-correlation.
---@param rows Onset[]
---@return table[]
function M.tables(rows)
  local correlations, own, order = {}, {}, {}
  for _, row in ipairs(rows) do
    if not own[row.experiment] then
      own[row.experiment] = {}
      order[#order + 1] = row.experiment
    end
    table.insert(own[row.experiment], row)
  end
  add_correlations(rows, "all", 0, correlations)
  for _, name in ipairs(order) do add_correlations(own[name], name, FEWEST_TRUTHS, correlations) end
  return { { name = "onsets", columns = COLUMNS, rows = rows },
    { name = "onsets-correlation", columns = CORRELATION_COLUMNS, rows = correlations } }
end

--- Both quantities against nu / lambda.
---@param rows Onset[]
---@return table figure for plot.write
function M.figure(rows)
  local panel = { x = { label = "noise variance / smallest eigenvalue", log = true },
    y = { label = "sample size n", log = true }, guides = {}, curves = {} }
  for i, quantity in ipairs(QUANTITIES) do
    local curve = { style = "points", label = quantity[2], x = {}, y = {}, slot = i }
    for _, row in ipairs(rows) do
      if row[quantity[1]] < math.huge then
        table.insert(curve.x, row.scale)
        table.insert(curve.y, row[quantity[1]])
      end
    end
    if #curve.x > 0 then table.insert(panel.curves, curve) end
  end
  return { name = "onsets", panels = { panel } }
end

return M
