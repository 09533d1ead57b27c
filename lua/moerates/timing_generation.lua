--- What random numbers and data sets cost: ns per number, per row of a raw design and per support
--- point of a telescope. The sources are those of bench_draw.h; all of a script are timed in turns.
local columns = require "moerates.columns"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local timing = require "moerates.timing"

local M = { field = "generation", weight = 0.3 }

--- The sizes at which a thing is drawn: one without any for numbers.
local function sizes_of(script, what)
  local sizes = {}
  for _, d in ipairs(script.d) do
    if what == "row" then
      for _, n in ipairs(script.rows) do sizes[#sizes + 1] = { d = d, n = n } end
    elseif what == "telescope" then
      for _, points in ipairs(script.points) do
        for _, n in ipairs(script.n) do sizes[#sizes + 1] = { d = d, n = n, points = points } end
      end
    end
  end
  return #sizes > 0 and sizes or { {} }
end

--- All cases of a script that this machine's code can run.
---@param script table in normal form
---@return table[]
function M.cases(script)
  local cases, wanted = {}, {}
  for _, what in ipairs(script.what) do wanted[what] = true end
  for _, source in ipairs(engine.draw_sources()) do
    for _, size in ipairs(wanted[source.what] and sizes_of(script, source.what) or {}) do
      for rank, isa in pairs(timing.isa_levels(source.isa)) do
        cases[#cases + 1] = { timing = script.name, what = source.what, variant = source.variant,
          isa = isa, rank = rank, threads = 1, d = size.d, n = size.n, points = size.points,
          unit = source.rows and "row" or "number" }
      end
    end
  end
  return cases
end

function M.groups(cases) return #cases > 0 and { cases } or {} end

local function result_of(case, measured)
  local times = {}
  for i, seconds in ipairs(measured.seconds) do
    times[i] = 1e9 * seconds / (measured.repetitions * measured.numbers)
  end
  return { timing = case.timing, what = case.what, variant = case.variant, isa = case.isa,
    rank = case.rank, d = case.d, n = case.n, points = case.points, unit = case.unit, times = times,
    ns = { min = math.min(table.unpack(times)), median = timing.median(times) },
    outliers = timing.outliers(times), repetitions = measured.repetitions,
    pinned = measured.pinned }
end

--- Times all cases of a script. Raises a fault if a source draws something wrong.
function M.measure(group, script, options)
  local cases = {}
  for i, c in ipairs(group) do
    cases[i] = { what = c.what, variant = c.variant, isa = c.isa, d = c.d, n = c.n,
      points = c.points }
  end
  local measured, message = engine.bench_draws { gate = script.gate, expert = script.expert,
    k = script.k, seed = options.seed, repeats = script.repeats, seconds = options.seconds,
    cases = cases }
  if not measured then fault.raise(fault.FAILED, "%s", message) end
  local results = {}
  for i, case in ipairs(group) do results[i] = result_of(case, measured[i]) end
  return results
end

function M.finish(results) return results end

local function size_text(size) return size and ("%.6g"):format(size) or "" end

function M.print(results, out)
  local rows = {}
  for i, r in ipairs(results) do
    rows[i] = { r.what, r.variant, r.isa, size_text(r.d), size_text(r.n), size_text(r.points),
      columns.number(r.ns.min), columns.number(r.ns.median), "per " .. r.unit,
      r.outliers > 0 and tostring(r.outliers) or "" }
  end
  out:write("\ngeneration of data\n", columns.text({ "what", "variant", "isa", ">d", ">n",
    ">points", ">ns", ">median", "", ">outliers" }, rows, "  "))
end

return M
