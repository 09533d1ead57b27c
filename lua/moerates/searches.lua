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
  { name = "case", label = "case" }, { name = "sizes", label = "sizes", format = "integer" },
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

--- Calls visit(case name, triples, full curve, larger curve) for every case with a larger search.
local function each_compared(built, visit)
  for _, larger in ipairs(built.curves) do
    local name = larger.case.name
    local full = larger.search == "larger" and summary.find(built, name)
    if full then
      visit(name, triples(full, summary.find(built, name, "near"), larger), full, larger)
    end
  end
end

--- One row per case that has a larger search, and one of all. D is the case's first measure.
---@param built table a summary
---@return table for table.write
function M.misses(built)
  local rows, all = {}, {}
  each_compared(built, function(name, list, full, larger)
    local row = miss_row(name, list)
    row.sizes = #full.n
    add_slopes(row, full, larger)
    rows[#rows + 1] = row
    table.move(list, 1, #list, #all + 1, all)
  end)
  if #rows > 1 then
    rows[#rows + 1] = miss_row("all", all)
    rows[#rows].starts = nil
  end
  return { name = built.experiment.name .. "-misses", columns = COLUMNS, rows = rows }
end

--- How many data sets the usual search missed, of those with a replicate number of at least `first`.
---@return integer missed
---@return integer fits
function M.count_missed(built, first)
  local missed, fits = 0, 0
  each_compared(built, function(_, list)
    for _, fit in ipairs(list) do
      if fit.full.replicate >= first then
        fits = fits + 1
        missed = missed + (is_miss(fit.full, best_known(fit)) and 1 or 0)
      end
    end
  end)
  return missed, fits
end

local ALONE_COLUMNS <const> = {
  { name = "alone", label = "singletons" },
  { name = "fits", label = "data sets", format = "integer" },
  { name = "missed", label = "missed", format = "share" },
}

--- Upper ends of the bins of the share of singletons, and what they are called.
local ALONE_BINS <const> = { { 0, "none" }, { .05, "up to 5 %" }, { .2, "5 to 20 %" },
  { 1, "above 20 %" } }

--- Does the share of singletons predict a miss? Data sets by that share.
---@param built table a summary
---@return table for table.write
function M.alone(built)
  local rows = {}
  for b, bin in ipairs(ALONE_BINS) do rows[b] = { alone = bin[2], fits = 0, count = 0 } end
  each_compared(built, function(_, list)
    for _, fit in ipairs(list) do
      local alone = fit.full.singletons
      for b, bin in ipairs(format.finite(alone) and ALONE_BINS or {}) do
        if alone <= bin[1] then
          rows[b].fits = rows[b].fits + 1
          rows[b].count = rows[b].count + (is_miss(fit.full, best_known(fit)) and 1 or 0)
          break
        end
      end
    end
  end)
  local filled = {}
  for _, row in ipairs(rows) do
    row.missed = share(row.count, row.fits)
    if row.fits > 0 then filled[#filled + 1] = row end
  end
  return { name = built.experiment.name .. "-singletons", columns = ALONE_COLUMNS, rows = filled }
end

local KIND_COLUMNS <const> = {
  { name = "kind", label = "kind of start" },
  { name = "tried", label = "starts", format = "integer" },
  { name = "hits", label = "of them near the best", format = "share" },
  { name = "estimates", label = "estimates", format = "integer" },
  { name = "first", label = "first found by this kind", format = "share" },
}

--- Counts of starts by kind from the logs: tried, and ended within half a nat of the best.
local function add_logged(built, of)
  for _, log in ipairs(built.logs) do
    for kind, counts in pairs(log.kinds) do
      local row = of(kind)
      row.tried = (row.tried or 0) + counts.tried
      row.count = (row.count or 0) + counts.hits
    end
  end
end

--- Which kinds of start found the estimates (from the cells), and how often starts of a kind end near
--- the best (from the log of this machine's runs, where there is one).
---@param built table a summary
---@return table for table.write
function M.kinds(built)
  local rows, by_kind, estimates = {}, {}, 0
  local function of(kind)
    if not by_kind[kind] then
      by_kind[kind] = { kind = kind, found = 0 }
      rows[#rows + 1] = by_kind[kind]
    end
    return by_kind[kind]
  end
  for _, curve in ipairs(built.curves) do
    for _, list in ipairs(curve.search == "full" and not curve.case.data and curve.rows or {}) do
      for _, row in ipairs(list) do
        local kind = of(row.kind)
        kind.found, estimates = kind.found + 1, estimates + 1
      end
    end
  end
  if estimates > 0 then add_logged(built, of) end
  for _, row in ipairs(rows) do
    row.first, row.estimates = row.found / estimates, row.found
    row.hits = row.tried and row.tried > 0 and row.count / row.tried or nil
  end
  table.sort(rows, function(p, q) return p.kind < q.kind end)
  return { name = built.experiment.name .. "-starts", columns = KIND_COLUMNS, rows = rows }
end

local COST_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "rows", label = "rows", format = "integer" },
  { name = "starts", label = "starts", format = "integer" },
  { name = "ms", label = "ms per start", format = "number" },
  { name = "seconds", label = "seconds per data set", format = "number" },
}

--- What a search cost on the machine that ran it: the mean of all starts of a case, and that times
--- the starts of the usual search. Other work on the machine counts.
---@param built table a summary
---@return table for table.write
function M.cost(built)
  local rows, by_case = {}, {}
  for _, log in ipairs(built.logs) do
    local name, tried = log.case.name, 0
    for _, counts in pairs(log.kinds) do tried = tried + counts.tried end
    local curve = tried > 0 and summary.find(built, name, "full")
    if curve then
      local row = by_case[name]
      if not row then
        row = { case = name, rows = curve.rows[1][1].rows, starts = curve.rows[1][1].starts,
          sum = 0, tried = 0 }
        by_case[name], rows[#rows + 1] = row, row
      end
      row.sum, row.tried = row.sum + log.seconds, row.tried + tried
    end
  end
  for _, row in ipairs(rows) do
    row.ms = 1000 * row.sum / row.tried
    row.seconds = row.ms * row.starts / 1000
  end
  return { name = built.experiment.name .. "-cost", columns = COST_COLUMNS, rows = rows }
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
      local drawn = { x = {}, y = {}, label = "n = " .. ("%.0e"):format(n):gsub("e%+0*", "e"), slot = s,
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
