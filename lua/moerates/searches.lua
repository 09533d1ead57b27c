--- How good a search is: the usual one against a larger one and against starts near the truth, and
--- what the minima look like that the larger one found.
---
--- A miss is an objective more than half a nat above the best known for the same data.
local engine = require "moerates.engine"
local format = require "moerates.format"
local summary = require "moerates.summary"

local M = {}

--- Nats above the best known from which a fit counts as another one.
local MISS <const> = 0.5

local COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "sizes", label = "$n$", format = "integer" },
  { name = "fits", label = "data sets", format = "integer" },
  { name = "starts", label = "starts", format = "integer" },
  { name = "missed", label = "missed", format = "share" },
  { name = "larger", label = "larger search missed", format = "share", short = true },
  { name = "near", label = "near truth missed", format = "share" },
  { name = "worst", label = "worst gap (nats)", format = "number" },
  { name = "stationary", label = "stationary", format = "share" },
  { name = "alone", label = "singletons", format = "share" },
  { name = "slope", label = "slope of D", format = "slope_interval", short = true },
  { name = "larger_slope", label = "larger search", format = "slope_interval", short = true },
}

--- Rows of the same data by full, near and larger search, over all sizes.
local function triples(full, near, larger)
  local list = {}
  for s, rows in ipairs(full.rows) do
    for r, row in ipairs(rows) do
      list[#list + 1] = { full = row, near = near and near.rows[s][r], larger = larger.rows[s][r] }
    end
  end
  return list
end

--- Whether an objective (perhaps no number) is further above the best than a hit may be.
local function is_miss(row, best)
  local hit = row.objective - best <= MISS
  return not hit
end

local function share(count, of)
  return of > 0 and count / of or nil
end

--- The least objective known for a data set.
local function best_known(fit)
  local best = math.huge
  for _, row in pairs(fit) do
    if format.finite(row.objective) then best = math.min(best, row.objective) end
  end
  return best
end

local function miss_row(case, list)
  local row = { case = case, fits = #list, starts = list[1].full.starts, worst = 0 }
  local missed, larger_missed, near_missed, near_count, stationary, alone = 0, 0, 0, 0, 0, 0
  for _, fit in ipairs(list) do
    local best = best_known(fit)
    local gap = fit.full.objective - best
    if gap > row.worst then row.worst = gap end
    if is_miss(fit.full, best) then missed = missed + 1 end
    if is_miss(fit.larger, best) then larger_missed = larger_missed + 1 end
    if fit.near then
      near_count = near_count + 1
      if is_miss(fit.near, best) then near_missed = near_missed + 1 end
    end
    stationary = stationary + (fit.full.stationary == 1 and 1 or 0)
    alone = alone + (format.finite(fit.full.singletons) and fit.full.singletons or 0)
  end
  row.missed, row.larger = share(missed, #list), share(larger_missed, #list)
  row.near, row.stationary = share(near_missed, near_count), share(stationary, #list)
  row.alone = share(alone, #list)
  return row
end

local function add_slopes(row, full, larger)
  local measure = full.case.measure[1]
  local rate, larger_rate = summary.rate(full, measure, "median"),
    summary.rate(larger, measure, "median")
  row.slope = rate and rate.slope
  row.larger_slope = larger_rate and larger_rate.slope
end

--- One row per case that has a larger search, and one of all. D is the case's first measure.
---@param built table a summary
---@return table for table.write
function M.misses(built)
  local rows, all = {}, {}
  for _, larger in ipairs(built.curves) do
    local name = larger.case.name
    local full = larger.search == "larger" and summary.find(built, name)
    if full then
      local list = triples(full, summary.find(built, name, "near"), larger)
      local row = miss_row(name, list)
      row.sizes = #full.n
      add_slopes(row, full, larger)
      rows[#rows + 1] = row
      table.move(list, 1, #list, #all + 1, all)
    end
  end
  if #rows > 1 then
    rows[#rows + 1] = miss_row("all", all)
    rows[#rows].starts = nil
  end
  return { name = built.experiment.name .. "-misses", columns = COLUMNS, rows = rows }
end

--- An estimate as a truth, so that losses measure the distance from it.
local function as_truth(model, theta)
  local d, k = model.d, model.k
  local atoms = {}
  for i = 1, k do
    local gate, expert = (i - 1) * (d + 1), (k + i - 1) * (d + 1)
    atoms[i] = { beta1 = table.move(theta, gate + 1, gate + d, 1, {}), beta0 = theta[gate + d + 1],
      a = table.move(theta, expert + 1, expert + d, 1, {}), b = theta[expert + d + 1] }
  end
  return { gate = model.gate, expert = model.expert, d = d, atoms = atoms }
end

--- Distance from the best minimum and objective above its own, for the other minima of one fit.
local function add_minima(curve, rows, measure, drawn)
  local case = curve.case
  local model = { gate = case.fit.gate, expert = case.fit.expert, d = case.truth.d, k = case.fit.k }
  local thetas = {}
  for i = 2, #rows do thetas[i - 1] = rows[i].theta end
  if #thetas == 0 then return end
  local distances = engine.losses({ truth = as_truth(model, rows[1].theta), fit = case.fit,
    design = case.design, points = case.design.points }, { measure }, thetas)[measure]
  for i, distance in ipairs(distances) do
    drawn.x[#drawn.x + 1] = distance
    drawn.y[#drawn.y + 1] = rows[i + 1].objective - rows[1].objective
  end
end

--- A figure of the minima that the larger search kept: objective above the best against distance from
--- it, a panel per case, a colour per size.
---@param built table a summary
---@param figure table as the script declares it
---@param curves Curve[] the cases to show
---@param footer string
---@return table? figure for plot.write; nil without cells
function M.landscape(built, figure, curves, footer)
  local panels = {}
  for _, curve in ipairs(curves) do
    local larger = summary.find(built, curve.case.name, "larger") or curve
    local panel = { title = curve.case.name, curves = {},
      x = { label = "distance from the best minimum", log = true },
      y = { label = "nats above the best", log = true, range = { 1e-3, 10 } } }
    for s, n in ipairs(larger.n) do
      local drawn = { x = {}, y = {}, label = "n = " .. format.size(n):gsub("[$\\]", ""), slot = s,
        style = "dots" }
      for _, rows in ipairs(larger.minima[s]) do
        add_minima(larger, rows, figure.measure, drawn)
      end
      if #drawn.x > 0 then panel.curves[#panel.curves + 1] = drawn end
    end
    if #panel.curves > 0 then panels[#panels + 1] = panel end
  end
  if #panels == 0 then return nil end
  return { name = built.experiment.name .. "-" .. figure.name, panels = panels, footer = footer,
    columns = 2, height = 6 }
end

return M
