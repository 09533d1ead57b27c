--- Optimisers against each other: nats above the best objective after so many seconds.
---
--- The methods are those of bench_optimise.h. The best objective is the least that any of them or
--- the search found, so no method is measured against its own end. A start counts as having reached
--- a level at the first point of its trace that is there, in the fastest of its rounds. Quartiles
--- are over all starts: one that never got there counts as infinitely late, and where the quartile
--- is such a one there is none.
local columns = require "moerates.columns"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local timing = require "moerates.timing"

local M = { field = "optimisers", weight = 4 }

local function has_rows(design) return design.kind ~= "telescope" or design.raw end

--- Every method on every problem whose data it can take.
---@param script table in normal form
---@return table[]
function M.cases(script)
  local cases, wants_rows = {}, {}
  for _, method in ipairs(engine.optimisers()) do wants_rows[method.name] = method.rows end
  for i, problem in ipairs(script.problems) do
    for _, method in ipairs(script.method) do
      if has_rows(problem.design) or not wants_rows[method] then
        cases[#cases + 1] = { timing = script.name, number = i, problem = problem.name,
          gate = problem.fit.gate, expert = problem.fit.expert, d = problem.truth.d,
          k = problem.fit.k, n = problem.n, variant = method, threads = 1 }
      end
    end
  end
  return cases
end

--- The methods of one problem.
function M.groups(cases)
  return timing.grouped(cases, function(case) return case.timing .. " " .. case.problem end)
end

-- From runs to levels ---------------------------------------------------------------------------

--- Seconds until a trace is within `nats` of the best; infinite if it never is.
---@param trace { seconds: number[], nats: number[] }
---@param nats number
---@return number
function M.arrival(trace, nats)
  for i, above in ipairs(trace.nats) do
    if above <= nats then return trace.seconds[i] end
  end
  return math.huge
end

--- The order statistic at a share of a sorted list; nil if it is infinite.
local function quantile(sorted, share)
  local value = sorted[math.max(1, math.ceil(share * #sorted))]
  return value < math.huge and value or nil
end

--- How many starts came within `nats` of the best, and when.
---@param traces { start: integer, seconds: number[], nats: number[] }[]
---@param starts integer
---@param nats number
---@return { nats: number, share: number, seconds: table } seconds: median, low and high, or nil
function M.reached(traces, starts, nats)
  local times, there = {}, 0
  for start = 1, starts do times[start] = math.huge end
  for _, trace in ipairs(traces) do
    times[trace.start] = math.min(times[trace.start], M.arrival(trace, nats))
  end
  for _, time in ipairs(times) do there = there + (time < math.huge and 1 or 0) end
  table.sort(times)
  return { nats = nats, share = there / starts, seconds = { median = quantile(times, 0.5),
    low = quantile(times, 0.25), high = quantile(times, 0.75) } }
end

local function best_of(measured)
  local best = measured.best
  for _, run in ipairs(measured.runs) do
    for _, objective in ipairs(run.objective) do best = math.min(best, objective) end
  end
  return best
end

local function traces_of(measured, method, best)
  local traces = {}
  for _, run in ipairs(measured.runs) do
    if run.method == method then
      local nats = {}
      for i, objective in ipairs(run.objective) do nats[i] = objective - best end
      traces[#traces + 1] = { start = run.start, round = run.round, seconds = run.seconds,
        nats = nats }
    end
  end
  return traces
end

local function plan_of(group, script, options)
  local problem, methods = script.problems[group[1].number], {}
  for i, case in ipairs(group) do methods[i] = case.variant end
  return { truth = problem.truth, fit = problem.fit, design = problem.design, n = problem.n,
    noise_sd = problem.noise_sd, box = problem.box, radius = problem.radius, methods = methods,
    starts = script.starts, rounds = script.rounds, search = script.search,
    seconds = script.seconds, tolerance = script.tolerance, sgd = script.sgd, adam = script.adam,
    seed = options.seed }
end

--- Runs every method on one problem.
function M.measure(group, script, options)
  local measured, message = engine.bench_optimisers(plan_of(group, script, options))
  if not measured then fault.raise(2, "%s: problem '%s': %s", script.script, group[1].problem,
    message) end
  local best, results = best_of(measured), {}
  for i, case in ipairs(group) do
    local traces, reached = traces_of(measured, case.variant, best), {}
    for l, nats in ipairs(script.nats) do reached[l] = M.reached(traces, script.starts, nats) end
    results[i] = { timing = case.timing, problem = case.problem, method = case.variant,
      gate = case.gate, expert = case.expert, d = case.d, k = case.k, n = case.n,
      rows = measured.rows, starts = script.starts, best = best, limit = script.seconds,
      search = { starts = script.search, agree = measured.agree, above = measured.best - best },
      reached = reached, traces = traces, pinned = measured.pinned }
  end
  return results
end

function M.finish(results) return results end

-- For the terminal ------------------------------------------------------------------------------

local function milliseconds(seconds)
  return seconds and columns.number(1e3 * seconds) or "-"
end

local function reached_text(reached, starts)
  local s, there = reached.seconds, math.floor(reached.share * starts + 0.5)
  if not s.low then return ("%d/%d"):format(there, starts) end
  return ("%s [%s, %s] %d/%d"):format(milliseconds(s.median), milliseconds(s.low),
    milliseconds(s.high), there, starts)
end

--- What is known of the best objective.
local function best_text(r)
  local text = ("found by %d of %d starts of a search"):format(r.search.agree, r.search.starts)
  if r.search.above < 1e-3 then return text end
  return text .. (", then by a method %.2g nats below"):format(r.search.above)
end

local HEADING <const> = "\noptimisers, %s: %s gate, %s experts, d = %d, k = %d, n = %.6g "
  .. "(%d rows)\n  milliseconds until so many nats above the best (%s); %g s at most\n"

--- One table per problem: the median and the quartiles of the time to each level, and how many of
--- the starts got there.
function M.print(results, out)
  for _, group in ipairs(M.groups(results)) do
    local first, header, rows = group[1], { "method" }, {}
    for _, reached in ipairs(first.reached) do
      header[#header + 1] = (">%g nats"):format(reached.nats)
    end
    for i, r in ipairs(group) do
      rows[i] = { r.method }
      for _, reached in ipairs(r.reached) do
        rows[i][#rows[i] + 1] = reached_text(reached, r.starts)
      end
    end
    out:write(HEADING:format(first.problem, first.gate, first.expert, first.d, first.k, first.n,
      first.rows, best_text(first), first.limit), columns.text(header, rows, "  "))
  end
end

return M
