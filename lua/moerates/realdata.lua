--- The shipped data sets, each fitted by both gates: a table and two figures for the paper.
---
--- Nobody knows the truth behind these data, so nothing is said about rates: the fits show what the
--- two gates make of the same points, by how much they differ, and what the search's certificate
--- says about each. Everything is standardised, since the columns have units.
local fitting = require "moerates.fitting"

local M = {}

--- What is fitted to what. The first covariate is on the horizontal axis; `points` asks for fitted
--- values at the rows, where there are other covariates as well.
M.sets = {
  { name = "tone", title = "Tone perception", y = "tuned", x = { "stretchratio" },
    expert = "linear", k = 2, xlabel = "stretching ratio", ylabel = "tuned ratio" },
  { name = "motorcycle", title = "Motorcycle impact", y = "accel", x = { "times" },
    expert = "linear", k = 3, xlabel = "time (ms)", ylabel = "acceleration (g)" },
  { name = "faithful", title = "Old Faithful", y = "waiting", x = { "eruptions" },
    expert = "linear", k = 2, xlabel = "eruption (min)", ylabel = "waiting (min)" },
  { name = "co2", title = "Carbon dioxide and income", y = "CO2", x = { "GNP" },
    expert = "linear", k = 2, xlabel = "GNP per head (1000 $)", ylabel = "CO2 per head (t)" },
  { name = "ethanol", title = "Ethanol engine", y = "NOx", x = { "E", "C" }, points = true,
    expert = "linear", k = 2, xlabel = "equivalence ratio", ylabel = "NOx (micrograms/J)" },
}
M.gates = { "softmax", "sigmoid" }

local STARTS <const> = 256
local GRID <const> = 200

local function extent(values)
  local low, high = math.huge, -math.huge
  for _, value in ipairs(values) do low, high = math.min(low, value), math.max(high, value) end
  return low, high
end

--- Values at a grid along the only covariate: x, f, and the list of weights of every atom.
local function curves_on_grid(result, column)
  local low, high = extent(column)
  local x, f, weights = {}, {}, {}
  for j = 1, result.k do weights[j] = {} end
  for i = 0, GRID do
    local at = low + (high - low) * i / GRID
    local value, w = fitting.value(result, { at })
    x[#x + 1], f[#f + 1] = at, value
    for j = 1, result.k do weights[j][#x] = w[j] end
  end
  return { x = x, f = f, weights = weights }
end

--- Schwarz's criterion: n log(sse / n) + parameters log n; smaller is better.
local function schwarz(result)
  return result.n * math.log(result.sse / result.n) + result.parameters * math.log(result.n)
end

--- Nats, to a thousandth, by which ten times as many starts, others, find a better fit; negative if
--- a worse one.
local function nats_missed(options, result)
  local larger = {}
  for key, value in pairs(options) do larger[key] = value end
  larger.starts, larger.seed, larger.predict = 10 * STARTS, 2, false
  local nats = result.n / 2 * math.log(result.sse / fitting.fit(larger).sse)
  return (nats * 1000 + .5) // 1 / 1000
end

--- Fits every gate to one data set.
local function fit_set(directory, set, check)
  local out = { set = set, results = {}, curves = {}, missed = {} }
  for _, gate in ipairs(M.gates) do
    local options = { path = ("%s/%s.csv"):format(directory, set.name), y = set.y, x = set.x,
      gate = gate, expert = set.expert, k = set.k, starts = STARTS, standardize = true,
      predict = true }
    local result, columns = fitting.fit(options)
    out.results[gate] = result
    out.missed[gate] = check and nats_missed(options, result) or nil
    out.x, out.y = columns[set.x[1]], columns[set.y]
    out.curves[gate] = set.points
      and { x = out.x, f = result.fitted, weights = result.gate_weights }
      or curves_on_grid(result, out.x)
  end
  return out
end

local function fit_panel(fitted)
  local set = fitted.set
  local curves = { { label = "data", x = fitted.x, y = fitted.y, style = "dots", slot = 5 } }
  for slot, gate in ipairs(M.gates) do
    local curve = fitted.curves[gate]
    curves[#curves + 1] = { label = gate, x = curve.x, y = curve.f, slot = slot,
      style = set.points and "points" or "line" }
  end
  return { title = set.title, x = { label = set.xlabel }, y = { label = set.ylabel },
    curves = curves }
end

local function gate_panel(fitted)
  local set, curves = fitted.set, {}
  for g, gate in ipairs(M.gates) do
    local curve = fitted.curves[gate]
    for j, weights in ipairs(curve.weights) do
      curves[#curves + 1] = { label = ("%s, atom %d"):format(gate, j), x = curve.x, y = weights,
        slot = (g - 1) * 3 + j, style = set.points and "points" or "line" }
    end
  end
  return { title = set.title, x = { label = set.xlabel }, y = { label = "gate weight",
    range = { 0, 1 } }, curves = curves }
end

local function table_row(set, result, missed)
  local certificate = result.certificate
  return { data = set.title, n = result.n, covariates = #result.covariates, gate = result.gate,
    expert = set.expert, k = set.k, parameters = result.parameters, sse = result.sse,
    r_squared = result.r_squared, residual_sd = math.sqrt(certificate.noise_variance),
    schwarz = schwarz(result), boxed = certificate.active,
    stationary = certificate.stationary and 1 or 0, agree = certificate.agree,
    starts = certificate.starts, singletons = certificate.singletons, missed = missed }
end

--- Columns of the table, in order.
M.columns = { "data", "n", "covariates", "gate", "expert", "k", "parameters", "sse", "r_squared",
  "residual_sd", "schwarz", "boxed", "stationary", "agree", "starts", "singletons", "missed" }

--- Fits every set by both gates (two seconds in all); the same numbers on every run.
---@param directory string where the CSV files are
---@param check boolean? also fit with ten times the starts, and say how many nats that gains
---@return {rows: table[], figures: table[], fits: table[]} rows of the table (fields M.columns),
--- two figures as moerates.plot takes them (fields name, title, caption, columns, panels), and the
--- fits themselves
function M.build(directory, check)
  local out = { rows = {}, fits = {} }
  local fits, gates = {}, {}
  for i, set in ipairs(M.sets) do
    local fitted = fit_set(directory, set, check)
    out.fits[i], fits[i], gates[i] = fitted, fit_panel(fitted), gate_panel(fitted)
    for _, gate in ipairs(M.gates) do
      out.rows[#out.rows + 1] = table_row(set, fitted.results[gate], fitted.missed[gate])
    end
  end
  out.figures = {
    { name = "realdata-fits", columns = 2, height = 6,
      caption = "Least-squares mixtures with either gate on five real data sets.", panels = fits },
    { name = "realdata-gates", columns = 2, height = 6,
      caption = "The gate weights of the same fits.", panels = gates },
  }
  return out
end

return M
