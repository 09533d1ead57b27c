--- The tables of an experiment: rates, the statistic at every size, fits that went wrong, raw
--- samples against the telescope, EM against the largest likelihood, a search against a larger one, and
--- what the searches did.
local engine = require "moerates.engine"
local figures = require "moerates.figures"
local kolmogorov = require "moerates.kolmogorov"
local plot = require "moerates.plot"
local practice = require "moerates.practice"
local searches = require "moerates.searches"
local summary = require "moerates.summary"
local table_file = require "moerates.table"
local worst = require "moerates.worst"

local M = {}

--- Every measure a curve has losses for.
local function each_measure(built, visit)
  for _, curve in ipairs(built.curves) do
    if curve.search ~= "path" then
      for _, measure in ipairs(curve.case.measure) do
        if summary.losses(curve, measure) then visit(curve, measure) end
      end
    end
  end
end

local RATE_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "search", label = "starts" },
  { name = "measure", label = "measure" },
  { name = "n_first", label = "from $n$", format = "size" },
  { name = "n_last", label = "to $n$", format = "size" },
  { name = "replicates", label = "replicates", format = "integer" },
  { name = "uncertified", label = "uncertified", format = "share" },
  { name = "slope", label = "slope of the median", format = "slope_interval" },
  { name = "onset", label = "onset", format = "size_interval" },
  { name = "constant", label = "constant", format = "interval" },
  { name = "mean_slope", label = "slope of the mean", format = "slope_interval", short = true },
  { name = "drift", label = "drift", format = "slope_interval", short = true },
  { name = "last", label = "median at the last $n$", format = "interval",
    short = true },
}

--- One row per curve and measure that has a rate.
function M.rates(built)
  local rows = {}
  each_measure(built, function(curve, measure)
    local rate = summary.rate(curve, measure, "median")
    local mean = summary.rate(curve, measure, "mean")
    if rate then
      local points = summary.points(curve, measure, "median")
      rows[#rows + 1] = { case = curve.case.name, search = curve.search, measure = measure,
        n_first = rate.n_first, n_last = rate.n_last, slope = rate.slope, onset = rate.onset,
        constant = summary.fitted_constant(rate),
        replicates = summary.replicates(curve, rate.first, rate.last),
        uncertified = summary.uncertified(curve, rate.first, rate.last),
        mean_slope = mean and mean.slope, drift = rate.drift, last = points[#points] }
    end
  end)
  return { name = built.experiment.name .. "-rates", columns = RATE_COLUMNS, rows = rows }
end

local POINT_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "search", label = "starts" },
  { name = "measure", label = "measure" }, { name = "n", label = "$n$", format = "size" },
  { name = "replicates", label = "replicates", format = "integer" },
  { name = "uncertified", label = "uncertified", format = "share" },
  { name = "median", label = "median", format = "interval" },
  { name = "mean", label = "mean", format = "interval" },
}

--- The statistics at every size.
function M.points(built)
  local rows = {}
  each_measure(built, function(curve, measure)
    local median = summary.points(curve, measure, "median")
    local mean = summary.points(curve, measure, "mean")
    for s, n in ipairs(curve.n) do
      rows[#rows + 1] = { case = curve.case.name, search = curve.search, measure = measure, n = n,
        replicates = #curve.rows[s], uncertified = summary.uncertified(curve, s, s),
        median = median[s], mean = mean[s] }
    end
  end)
  return { name = built.experiment.name .. "-points", columns = POINT_COLUMNS, rows = rows }
end

local FIT_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "search", label = "starts" },
  { name = "fits", label = "fits", format = "integer" },
  { name = "uncertified", label = "uncertified", format = "share" },
  { name = "elsewhere", label = "other minimum", format = "share" },
  { name = "alone", label = "singletons", format = "share" },
  { name = "boxed", label = "at the box", format = "share" },
  { name = "empty", label = "empty cell", format = "share" },
  { name = "inert", label = "inert atom", format = "share" },
  { name = "floating", label = "floating atom", format = "share" },
  { name = "duplicate", label = "duplicate atoms", format = "share" },
  { name = "proportional", label = "proportional atoms", format = "share" },
}

--- What went wrong in fits, as shares over all sizes.
function M.fits(built)
  local rows = {}
  for _, curve in ipairs(built.curves) do
    if curve.search ~= "path" then
      local row = summary.shares(curve)
      row.case, row.search = curve.case.name, curve.search
      rows[#rows + 1] = row
    end
  end
  return { name = built.experiment.name .. "-fits", columns = FIT_COLUMNS, rows = rows }
end

local GBAR_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "kind", label = "$\\bar G$ is a" },
  { name = "dimension", label = "dimension", format = "integer" },
  { name = "functions", label = "functions", format = "integer" },
  { name = "misfit", label = "misfit", format = "number" },
  { name = "coordinates", label = "parameters", format = "integer" },
  { name = "rank", label = "rank", format = "integer" },
  { name = "smallest", label = "smallest singular value", format = "number" },
  { name = "estimates", label = "estimates", format = "integer" },
  { name = "reached", label = "lead to a minimiser", format = "integer" },
  { name = "spread", label = "spread", format = "number" },
}

--- What the population minimisers of each case are (minimisers.lua).
function M.gbar(built)
  local rows = {}
  for _, curve in ipairs(built.curves) do
    if curve.gbar and curve.search == "full" then
      local row = { case = curve.case.name,
        misfit = engine.losses(summary.problem(curve), { "l2" }, curve.minimisers).l2[1] }
      for key, value in pairs(curve.gbar) do row[key] = value end
      rows[#rows + 1] = row
    end
  end
  return { name = built.experiment.name .. "-gbar", columns = GBAR_COLUMNS, rows = rows }
end

--- One column per measure of the paths, in the order of their first appearance.
local function path_columns(built)
  local columns = { { name = "case", label = "sequence" },
    { name = "index", label = "$m$", format = "integer" } }
  local seen = {}
  for _, curve in ipairs(built.curves) do
    for _, measure in ipairs(curve.search == "path" and curve.case.measure or {}) do
      if not seen[measure] then
        seen[measure] = true
        columns[#columns + 1] = { name = measure, label = figures.measure_label(measure),
          format = "number" }
      end
    end
  end
  return columns
end

--- Every quantity along every path, one row per point.
function M.paths(built)
  local rows = {}
  for _, curve in ipairs(built.curves) do
    for s, index in ipairs(curve.search == "path" and curve.n or {}) do
      local row = { case = curve.case.name, index = index }
      for _, measure in ipairs(curve.case.measure) do
        local losses = summary.losses(curve, measure)
        row[measure] = losses and losses[s][1]
      end
      rows[#rows + 1] = row
    end
  end
  return { name = built.experiment.name .. "-paths", columns = path_columns(built), rows = rows }
end

local WORST_COLUMNS <const> = {
  { name = "case", label = "sequence" }, { name = "measure", label = "error" },
  { name = "residual", label = "largest error of $f$", format = "number" },
  { name = "first", label = "bound at $n = 10^4$", format = "number" },
  { name = "last", label = "bound at $n = 10^{12}$", format = "number" },
  { name = "index", label = "attained at $m$", format = "integer" },
  { name = "slope", label = "slope", format = "slope" },
}

--- What any estimator must suffer at one of the truths along each path (worst.lua).
function M.worst(built)
  local rows = {}
  for _, curve in ipairs(built.curves) do
    local measure = worst.measure(built.experiment, curve)
    local bound = worst.of_two(curve, measure)
    if bound then
      local last = #bound.n
      rows[#rows + 1] = { case = curve.case.name, measure = measure, residual = bound.residual,
        first = bound.bound[1], last = bound.bound[last], index = bound.index[last], slope = bound.slope }
    end
  end
  return { name = built.experiment.name .. "-bounds", columns = WORST_COLUMNS, rows = rows }
end

local ORDERING_COLUMNS <const> = {
  { name = "measure", label = "measure" }, { name = "case", label = "case" },
  { name = "against", label = "against" }, { name = "n", label = "$n$", format = "size" },
  { name = "pairs", label = "pairs", format = "integer" },
  { name = "median", label = "median", format = "number" },
  { name = "other", label = "other's median", format = "number" },
  { name = "factor", label = "factor", format = "interval" },
}

--- Who has less of what, on the same data: one row per ordering that is claimed.
function M.orderings(built)
  local rows = figures.orderings(built)
  for _, row in ipairs(rows) do
    local function median(case)
      local curve = summary.find(built, case)
      local points = summary.points(curve, row.measure, "median")
      for s, n in ipairs(curve.n) do
        if n == row.n then return points[s].value end
      end
    end
    row.median, row.other = median(row.case), median(row.against)
  end
  return { name = built.experiment.name .. "-orderings", columns = ORDERING_COLUMNS, rows = rows }
end

local TWIN_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "measure", label = "measure" },
  { name = "n", label = "$n$", format = "size" },
  { name = "replicates", label = "replicates", format = "integer" },
  { name = "raw", label = "median, raw", format = "number" },
  { name = "telescope", label = "median, telescope", format = "number" },
  { name = "distance", label = "distance", format = "number" },
  { name = "p", label = "$p$", format = "number" },
}

--- The finite ones.
local function finite(list)
  local out = {}
  for _, x in ipairs(list) do
    if x == x and math.abs(x) < math.huge then out[#out + 1] = x end
  end
  return out
end

local function twin_rows(raw, telescope, measure, rows)
  local of = { summary.losses(raw, measure), summary.losses(telescope, measure) }
  local medians = { summary.points(raw, measure, "median"),
    summary.points(telescope, measure, "median") }
  for s, n in ipairs(raw.n) do
    local a, b = finite(of[1][s]), finite(of[2][s] or {})
    if telescope.n[s] == n and #a > 0 and #b > 0 then
      local distance, p = kolmogorov.test(a, b)
      rows[#rows + 1] = { case = raw.case.name:gsub("%-raw$", ""), measure = measure, n = n,
        replicates = math.min(#a, #b), raw = medians[1][s].value, telescope = medians[2][s].value,
        distance = distance, p = p }
    end
  end
end

--- Raw samples against the telescope: cases NAME-raw and NAME-telescope, two-sample
--- Kolmogorov-Smirnov test of each loss at each size.
function M.twins(built)
  local rows = {}
  for _, raw in ipairs(built.curves) do
    local base = raw.case.name:match("^(.+)%-raw$")
    local telescope = base and summary.find(built, base .. "-telescope", raw.search)
    if telescope then
      for _, measure in ipairs(raw.search == "full" and raw.case.measure or {}) do
        twin_rows(raw, telescope, measure, rows)
      end
    end
  end
  return { name = built.experiment.name .. "-twins", columns = TWIN_COLUMNS, rows = rows }
end

--- The tables of an experiment that have rows.
---@param built table a summary
---@return table[]
function M.tables(built)
  local list = {}
  for _, make in ipairs { M.rates, M.points, M.fits, M.gbar, M.paths, M.worst, M.twins, M.orderings, practice.shortfall,
    practice.dropped, searches.misses,
    searches.alone, searches.kinds, searches.cost } do
    local one = make(built)
    if #one.rows > 0 then list[#list + 1] = one end
  end
  return list
end

--- Writes tables and figures of an experiment.
---@param built table a summary
---@param dir string the report's directory, with tables/ and figures/ in it
---@return string[] names of what was written
function M.write(built, dir)
  local command = string.format("moerates report %s --profile %s",
    built.experiment.script or "SCRIPT", built.profile)
  local footer, names = { command }, {}
  if built.missing > 0 then
    footer[2] = string.format("%d of %d cells are missing.", built.missing, built.expected)
  end
  for _, one in ipairs(M.tables(built)) do
    one.footer = footer
    table_file.write(one, dir .. "/tables")
    names[#names + 1] = "tables/" .. one.name
  end
  for _, figure in ipairs(figures.all(built, command)) do
    plot.write(figure, dir .. "/figures")
    names[#names + 1] = "figures/" .. figure.name
  end
  return names
end

return M
