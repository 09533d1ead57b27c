--- What a likelihood costs beside squares: the same gate, experts and size, as densities of y with
--- variances of their own and as a regression function.
---
--- Both are timed as any kernel is (timing.lua), checked against plain code first, in turns within
--- one run: a round is the squares and then the likelihood, or the other way about, so that what
--- slows the machine down for a while slows both down. The ratio is of the least times; its interval
--- is that of the factor between all timings, from ranks (shift.lua).
local columns = require "moerates.columns"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lists = require "moerates.lists"
local shift = require "moerates.shift"
local timing = require "moerates.timing"

local M = { field = "likelihoods", weight = 2 }

--- The code that computes a case, and at which instruction set.
local function kernel_of(case, variant)
  if variant == "plain" then return "plain", "scalar", 0 end
  local kernel = engine.evaluator { gate = case.gate, expert = case.expert, d = case.d, k = case.k }
  if case.level == "objective" or case.level == "gradient" then kernel = "tile" end -- see bench_variant.c
  return kernel, engine.isa_levels()[1], 1
end

local function problem_cases(script, problem, cases)
  for _, level in ipairs(script.level) do
    for _, variant in ipairs(script.variant) do
      local case = { timing = script.name, gate = problem.gate, expert = problem.expert, d = problem.d,
        k = problem.k, n = problem.n, level = level, threads = 1, variant = variant }
      case.kernel, case.isa, case.rank = kernel_of(case, variant)
      cases[#cases + 1] = case
    end
  end
end

--- All cases of a script.
---@param script table in normal form
---@return table[]
function M.cases(script)
  local cases = {}
  for _, gate in ipairs(script.gate) do
    if not lists.named(engine.gates(), gate).normalised then
      fault.raise(2, "%s: the weights of the %s gate do not add up to one: it has no likelihood",
        script.script, gate)
    end
    for _, expert in ipairs(script.expert) do
      for _, shape in ipairs(script.shapes) do
        for _, n in ipairs(shape.n) do
          problem_cases(script, { gate = gate, expert = expert, d = shape.d, k = shape.k, n = n }, cases)
        end
      end
    end
  end
  return cases
end

--- Cases of one problem together.
function M.groups(cases) return timing.groups(cases) end

--- The cases of a group as the engine times them.
local function kernels_of(group)
  local kernels = {}
  for i, case in ipairs(group) do
    kernels[i] = setmetatable({ variant = case.kernel }, { __index = case })
  end
  return kernels
end

--- Adds the timings of a round to those before.
local function gather(times, results)
  for i, result in ipairs(results) do
    times[i] = times[i] or {}
    table.move(result.times, 1, #result.times, #times[i] + 1, times[i])
  end
  return results
end

local function spread(times) return { min = math.min(table.unpack(times)), median = timing.median(times) } end

local function result_of(case, squares, likelihood, pinned)
  local own, other = spread(likelihood), spread(squares)
  local factor = shift.factor(squares, likelihood)
  return { timing = case.timing, gate = case.gate, expert = case.expert, d = case.d, k = case.k, n = case.n,
    level = case.level, threads = 1, variant = case.variant, kernel = case.kernel, isa = case.isa,
    rank = case.rank, times = likelihood, squares_times = squares, ns_per_sample = own,
    squares_ns = other, ratio = own.min / other.min,
    interval = { value = factor.value, low = factor.low, high = factor.high },
    outliers = timing.outliers(likelihood) + timing.outliers(squares), pinned = pinned }
end

--- Times one group: rounds of both, each first in turn.
---@param group table[]
---@param script table
---@param options { seed: integer, seconds: number }
---@return table[] results
function M.measure(group, script, options)
  local kernels, times, last = kernels_of(group), { [false] = {}, [true] = {} }, nil
  for round = 1, script.rounds do
    for turn = 1, 2 do
      local gaussian = (round + turn) % 2 == 1
      last = gather(times[gaussian], timing.measure(kernels, script, { seed = options.seed,
        seconds = options.seconds, gaussian = gaussian }))
    end
  end
  local results = {}
  for i, case in ipairs(group) do
    results[i] = result_of(case, times[false][i], times[true][i], last[i].pinned)
  end
  return results
end

function M.finish(results) return results end

-- For the terminal ------------------------------------------------------------------------------

--- One table per gate and kind of expert.
function M.print(results, out)
  for _, group in ipairs(timing.grouped(results, function(r) return r.gate .. " " .. r.expert end)) do
    local rows = {}
    for i, r in ipairs(group) do
      rows[i] = { tostring(r.d), tostring(r.k), tostring(r.n), r.level, r.variant, r.kernel,
        columns.number(r.squares_ns.min), columns.number(r.ns_per_sample.min), ("%.2f"):format(r.ratio),
        ("[%.2f, %.2f]"):format(r.interval.low, r.interval.high),
        r.outliers > 0 and tostring(r.outliers) or "" }
    end
    out:write(("\nlikelihood beside squares, %s gate, %s experts: ns per row\n"):format(group[1].gate,
      group[1].expert), columns.text({ ">d", ">k", ">n", "level", "variant", "kernel", ">squares",
      ">likelihood", ">ratio", "interval", ">outliers" }, rows, "  "))
  end
end

return M
