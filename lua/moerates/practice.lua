--- What a published protocol leaves to be had: EM that ends early against the largest likelihood that was
--- found for the same data, and slopes that depend on which sizes are fitted.
---
--- A case of EM is held against a case of moe.mle in the same experiment that fits the same model to the
--- same draws: truth, design and box are equal, and so are the data of a replicate at a size.
local engine = require "moerates.engine"
local format = require "moerates.format"
local json = require "moerates.json"
local summary = require "moerates.summary"

local M = {}

--- Nats by which a likelihood has to fall short to count: a likelihood ratio of e^.5.
local NOTICEABLE <const> = 0.5
--- Bootstrap samples of a slope's interval.
local BOOTSTRAPS <const> = 999

--- What two cases must have in common, as text.
local function data_of(case)
  return json.encode { case.truth, case.design, case.fit, case.theta }
end

--- Every curve of EM with the curve of the largest likelihoods beside it.
---@param built table a summary
---@return { em: Curve, mle: Curve }[]
function M.pairs(built)
  local best, list = {}, {}
  for _, curve in ipairs(built.curves) do
    if curve.case.estimator.kind == "mle" and curve.search == "full" then best[data_of(curve.case)] = curve end
  end
  for _, curve in ipairs(built.curves) do
    local mle = curve.case.estimator.kind == "em" and best[data_of(curve.case)]
    if mle then list[#list + 1] = { em = curve, mle = mle } end
  end
  return list
end

--- The value below which a share of a sorted list lies.
local function quantile(sorted, share)
  return sorted[math.max(1, math.min(#sorted, math.ceil(share * #sorted)))]
end

--- The size's index in another curve.
local function index_of(curve, n)
  for s, size in ipairs(curve.n) do
    if size == n then return s end
  end
end

--- Nats that EM stays below the largest likelihood, one per replicate that both have.
---@param em Curve
---@param s integer the size's index
---@param mle Curve
---@return number[]
function M.nats(em, s, mle)
  local t, found, nats = index_of(mle, em.n[s]), {}, {}
  for _, row in ipairs(t and mle.rows[t] or {}) do found[row.replicate] = row.objective end
  for _, row in ipairs(em.rows[s]) do
    local best = found[row.replicate]
    if best and format.finite(row.objective) then nats[#nats + 1] = row.objective - best end
  end
  return nats
end

local function median_of(rows, column)
  local list = {}
  for i, row in ipairs(rows) do list[i] = row[column] end
  table.sort(list)
  return quantile(list, 0.5)
end

local SHORTFALL_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "radius", label = "radius of the start", format = "number" },
  { name = "tolerance", label = "tolerance", format = "number" },
  { name = "n", label = "$n$", format = "size" }, { name = "pairs", label = "data sets", format = "integer" },
  { name = "iterations", label = "iterations", format = "number" },
  { name = "median", label = "nats below the best", format = "number" },
  { name = "low", label = "a tenth, below", format = "number" },
  { name = "high", label = "a tenth, above", format = "number" },
  { name = "share", label = "more than half a nat", format = "share" },
}

local function shortfall_row(pair, s)
  local em, nats, above = pair.em, M.nats(pair.em, s, pair.mle), 0
  if #nats == 0 then return nil end
  for _, x in ipairs(nats) do above = above + (x > NOTICEABLE and 1 or 0) end
  table.sort(nats)
  return { case = em.case.name, radius = em.case.estimator.radius, tolerance = em.case.estimator.tolerance,
    n = em.n[s], pairs = #nats, iterations = median_of(em.rows[s], "iterations"),
    median = quantile(nats, 0.5), low = quantile(nats, 0.1), high = quantile(nats, 0.9),
    share = above / #nats }
end

--- How far below the largest likelihood EM ends: one row per case of EM and size.
---@param built table a summary
---@return table of table.lua
function M.shortfall(built)
  local rows = {}
  for _, pair in ipairs(M.pairs(built)) do
    for s in ipairs(pair.em.n) do rows[#rows + 1] = shortfall_row(pair, s) end
  end
  return { name = built.experiment.name .. "-shortfall", columns = SHORTFALL_COLUMNS, rows = rows }
end

--- The slope of a loss where the smallest `dropped` sizes are left out; nil without four sizes.
---@param curve Curve
---@param measure string
---@param statistic "median"|"mean"
---@param dropped integer
---@return { value: number, low: number, high: number }?
function M.slope_without(curve, measure, statistic, dropped)
  local losses = summary.losses(curve, measure)
  if not losses or #curve.n - dropped < summary.FEWEST_SIZES then return nil end
  local ok, rate = pcall(engine.rate, { n = curve.n, losses = losses, statistic = statistic,
    first = dropped + 1, last = #curve.n, bootstraps = BOOTSTRAPS,
    key = ("%s/%s/%s/%s/%d"):format(curve.experiment, curve.case.name, measure, statistic, dropped) })
  return ok and format.finite(rate.slope.value) and rate.slope or nil
end

local DROPPED_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "measure", label = "measure" },
  { name = "dropped", label = "sizes dropped", format = "integer" },
  { name = "n", label = "from $n$", format = "size" },
  { name = "median", label = "slope of the median", format = "slope_interval" },
  { name = "mean", label = "slope of the mean", format = "slope_interval" },
}

local function add_dropped(curve, measure, rows)
  for dropped = 0, #curve.n - summary.FEWEST_SIZES do
    local median = M.slope_without(curve, measure, "median", dropped)
    local mean = M.slope_without(curve, measure, "mean", dropped)
    if median or mean then
      rows[#rows + 1] = { case = curve.case.name, measure = measure, dropped = dropped,
        n = curve.n[dropped + 1], median = median, mean = mean }
    end
  end
end

--- What the slope of a loss depends on which sizes are fitted: the first measure of each case of EM, the
--- second too, and the first of its maximum-likelihood twin.
---@param built table a summary
---@return table of table.lua
function M.dropped(built)
  local rows, seen = {}, {}
  for _, pair in ipairs(M.pairs(built)) do
    for number = 1, 2 do
      local measure = pair.em.case.measure[number]
      if measure then add_dropped(pair.em, measure, rows) end
    end
    if not seen[pair.mle] then add_dropped(pair.mle, pair.mle.case.measure[1], rows) end
    seen[pair.mle] = true
  end
  return { name = built.experiment.name .. "-dropped", columns = DROPPED_COLUMNS, rows = rows }
end

return M
