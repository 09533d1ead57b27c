--- How the time of one evaluation grows along a line of problems, and by which power.
---
--- A line changes one of n, d and k and keeps the others. The kernels of a point are timed as any
--- others are (timing.lua), checked first. The exponent is the slope of log time on log axis by
--- least squares over the upper half of the axis (on its logarithm), where constant costs no longer
--- count; at least three points. It is of the least times. Its interval is what the slope could be
--- if every point took anything from its least to its median time: no confidence interval, but as
--- wide as the timings spread (as for the ratios of compare.lua). Beside it stands the exponent of
--- the structured product's operation count (bench_limit.c) at the same points.
local columns = require "moerates.columns"
local engine = require "moerates.engine"
local timing = require "moerates.timing"

local M = { field = "growth", weight = 1 }

local LEAST_POINTS <const> = 3

--- The case of a point; variant is what the script says, kernel what computes it.
local function case_of(script, number, line, point, level, variant)
  local kernel = variant
  if variant == "engine" then
    kernel = engine.evaluator { gate = script.gate, expert = script.expert, d = point.d,
      k = point.k }
    if level == "objective" or level == "gradient" then kernel = "tile" end -- see bench_variant.c
  end
  local isa = timing.isa_levels(variant == "engine" and "best" or "none")
  local rank = isa[0] and 0 or 1
  return { timing = script.name, line = number, axis = line.axis, gate = script.gate,
    expert = script.expert, d = point.d, k = point.k, n = point.n, level = level, threads = 1,
    variant = variant, kernel = kernel, isa = isa[rank], rank = rank }
end

--- All cases of a script, line by line.
---@param script table in normal form
---@return table[]
function M.cases(script)
  local cases = {}
  for number, line in ipairs(script.lines) do
    for _, value in ipairs(line[line.axis]) do
      local point = { d = line.d[1], k = line.k[1], n = line.n[1] }
      point[line.axis] = value
      for _, level in ipairs(script.level) do
        for _, variant in ipairs(script.variant) do
          cases[#cases + 1] = case_of(script, number, line, point, level, variant)
        end
      end
    end
  end
  return cases
end

--- The cases of one point.
function M.groups(cases)
  return timing.grouped(cases, function(c) return ("%d %d"):format(c.line, c[c.axis]) end)
end

--- Times one point.
function M.measure(group, script, options)
  local kernels = {}
  for i, case in ipairs(group) do
    kernels[i] = setmetatable({ variant = case.kernel }, { __index = case })
  end
  local results = timing.measure(kernels, script, options)
  for i, result in ipairs(results) do
    result.line, result.axis = group[i].line, group[i].axis
    result.variant, result.kernel = group[i].variant, group[i].kernel
  end
  return results
end

-- Exponents -------------------------------------------------------------------------------------

--- The first point of the upper half.
local function upper_half(points)
  local middle = math.sqrt(points[1].at * points[#points].at)
  for i, point in ipairs(points) do
    if point.at >= middle or #points - i < LEAST_POINTS then return i end
  end
end

--- Least squares of log y on log x. The slope is sum c_i log y_i; `low` and `high` put each y where
--- it makes the slope least and largest.
---@param points { at: number, min: number, median: number }[] in increasing order of at
---@return { value: number, low: number, high: number } exponent
---@return integer first the first point that counts
function M.exponent(points)
  local first, mean, square = upper_half(points), 0, 0
  local count = #points - first + 1
  for i = first, #points do mean = mean + math.log(points[i].at) / count end
  for i = first, #points do square = square + (math.log(points[i].at) - mean) ^ 2 end
  local value, low, high = 0, 0, 0
  for i = first, #points do
    local c = (math.log(points[i].at) - mean) / square
    local least, median = c * math.log(points[i].min), c * math.log(points[i].median)
    value, low, high = value + least, low + math.min(least, median), high + math.max(least, median)
  end
  return { value = value, low = low, high = high }, first
end

--- The exponent of the operation count at the same points.
local function operations_exponent(results)
  local points = {}
  for i, r in ipairs(results) do
    local count = r.n * engine.operations { gate = r.gate, expert = r.expert, d = r.d, k = r.k,
      level = r.level }
    points[i] = { at = r[r.axis], min = count, median = count }
  end
  return M.exponent(points).value
end

--- One line, level and variant: times of a whole evaluation.
local function entry_of(results)
  table.sort(results, function(a, b) return a[a.axis] < b[b.axis] end)
  local one, points, stored = results[1], {}, {}
  for i, r in ipairs(results) do
    points[i] = { at = r[r.axis], min = r.n * r.ns_per_sample.min,
      median = r.n * r.ns_per_sample.median }
    stored[i] = { at = r[r.axis], ns = r.ns_per_sample, times = r.times, kernel = r.kernel,
      isa = r.isa, outliers = r.outliers }
  end
  local exponent, first = M.exponent(points)
  local entry = { axis = one.axis, level = one.level, variant = one.variant, gate = one.gate,
    expert = one.expert, d = one.d, k = one.k, n = one.n, exponent = exponent,
    from = points[first].at, to = points[#points].at, operations = operations_exponent(results),
    points = stored, timing = one.timing }
  entry[one.axis] = nil
  return entry
end

--- What is stored of the results. A line of which the selection left fewer than three points has no
--- exponent.
---@param results table[]
---@return table[]
function M.finish(results)
  local entries = {}
  for _, list in ipairs(timing.grouped(results, function(r)
    return table.concat({ r.timing, r.line, r.level, r.variant }, " ")
  end)) do
    if #list >= LEAST_POINTS then entries[#entries + 1] = entry_of(list) end
  end
  return entries
end

-- For the terminal ------------------------------------------------------------------------------

local function heading(entry)
  local fixed = {}
  for _, name in ipairs { "d", "k", "n" } do
    if entry[name] then fixed[#fixed + 1] = ("%s = %d"):format(name, entry[name]) end
  end
  return ("\ngrowth with %s: %s gate, %s experts, %s\n"):format(entry.axis, entry.gate,
    entry.expert, table.concat(fixed, ", "))
end

--- One table per line.
function M.print(entries, out)
  for _, group in ipairs(timing.grouped(entries, heading)) do
    local rows = {}
    for i, e in ipairs(group) do
      local first, last = e.points[1].ns.min, e.points[#e.points].ns.min
      rows[i] = { e.level, e.variant, ("%d..%d"):format(e.from, e.to),
        ("%.2f"):format(e.exponent.value), ("[%.2f, %.2f]"):format(e.exponent.low,
          e.exponent.high), ("%.2f"):format(e.operations), columns.number(first),
        columns.number(last) }
    end
    out:write(heading(group[1]), columns.text({ "level", "variant", ">" .. group[1].axis,
      ">exponent", "interval", ">operations", ">ns/row first", ">last" }, rows, "  "))
  end
end

return M
