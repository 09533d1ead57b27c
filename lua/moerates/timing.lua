--- From a timing script to measured cases: which there are, timing them, what to hold them against.
---
--- Cases of the same gate, expert, shape and n are a group: the engine times them in turns, in
--- shuffled order, on the same data, after it has compared what they compute with plain code.
local columns = require "moerates.columns"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lists = require "moerates.lists"
local select = require "moerates.select"

local M = { field = "cases", weight = 1 }

--- Seconds of a case after which three timings are enough.
local PATIENCE <const> = 0.5
--- A timing stands out if it is this many median deviations above the median, and 5 % too.
local DEVIATIONS <const> = 7

---@class TimingCase
---@field timing string the script's name
---@field gate string
---@field expert string
---@field d integer
---@field k integer
---@field n integer
---@field level string
---@field threads integer
---@field variant string
---@field isa string "scalar" where there is no vector code
---@field rank integer 0 scalar, 1 the machine's best ISA level, 2 the next

--- The ISA levels that code has a case for, by rank.
---@param which "none"|"best"|"each"
---@return table<integer, string>
function M.isa_levels(which)
  local levels = engine.isa_levels()
  if which == "none" then return { [0] = "scalar" } end
  if which == "best" then return { levels[1] } end
  return levels
end

--- The cases of one problem.
local function problem_cases(timing, problem, variants, into)
  for _, level in ipairs(timing.level) do
    for _, threads in ipairs(timing.threads) do
      for _, variant in ipairs(variants) do
        local wanted = lists.contains(timing.variant, variant.name) and lists.contains(variant.levels, level)
        for rank, isa in pairs(wanted and M.isa_levels(variant.isa) or {}) do
          into[#into + 1] = { timing = timing.name, gate = problem.gate, expert = problem.expert,
            d = problem.d, k = problem.k, n = problem.n, level = level, threads = threads,
            variant = variant.name, isa = isa, rank = rank }
        end
      end
    end
  end
end

--- All cases of a timing script that this machine's code can run.
---@param timing table in normal form
---@return TimingCase[]
function M.cases(timing)
  local cases, variants = {}, engine.bench_variants()
  for _, gate in ipairs(timing.gate) do
    for _, expert in ipairs(timing.expert) do
      for _, shape in ipairs(timing.shapes) do
        for _, n in ipairs(shape.n) do
          problem_cases(timing, { gate = gate, expert = expert, d = shape.d, k = shape.k, n = n },
            variants, cases)
        end
      end
    end
  end
  return cases
end

--- The cases that the selections (or, without any, the script's default) pick, and how many of them
--- want more threads than the machine runs at once: those are left out.
---@param timing table
---@param selections string[]
---@param most integer threads
---@return TimingCase[] cases
---@return integer left_out those that want more threads than `most`
function M.choose(timing, selections, most)
  local picked = M.pick(M.cases(timing), #selections > 0 and selections or timing.default)
  local chosen, left_out = {}, 0
  for _, case in ipairs(picked) do
    if case.threads <= most and case.n >= 32 * case.threads then
      chosen[#chosen + 1] = case
    else
      left_out = left_out + 1
    end
  end
  return chosen, left_out
end

--- The cases of any kind that the selections pick; all of them without any.
---@generic T
---@param cases T[]
---@param selections string[]
---@return T[]
function M.pick(cases, selections)
  local matches, chosen = select.matcher(selections, dsl_timing.FIELDS), {}
  for _, case in ipairs(cases) do
    if matches(case) then chosen[#chosen + 1] = case end
  end
  return chosen
end

--- Cases with the same key together, in order of appearance.
---@generic T
---@param cases T[]
---@param key_of fun(case: T): string
---@return T[][]
function M.grouped(cases, key_of)
  local groups, by_key = {}, {}
  for _, case in ipairs(cases) do
    local key = key_of(case)
    if not by_key[key] then
      by_key[key] = {}
      groups[#groups + 1] = by_key[key]
    end
    table.insert(by_key[key], case)
  end
  return groups
end

--- Cases of one problem together.
---@param cases TimingCase[]
---@return TimingCase[][]
function M.groups(cases)
  return M.grouped(cases, function(case)
    return table.concat({ case.timing, case.gate, case.expert, case.d, case.k, case.n }, " ")
  end)
end

--- A permutation of 1..count that the text decides.
---@param count integer
---@param text string
---@return integer[]
function M.shuffled(count, text)
  local order = {}
  for i = 1, count do order[i] = i end
  for i = count, 2, -1 do
    local j = 1 + math.floor(i * engine.uniform(text, i))
    order[i], order[j] = order[j], order[i]
  end
  return order
end

--- The median of a list.
---@param list number[]
---@return number
function M.median(list)
  local sorted = { table.unpack(list) }
  table.sort(sorted)
  local middle = #sorted // 2
  return #sorted % 2 == 1 and sorted[middle + 1] or (sorted[middle] + sorted[middle + 1]) / 2
end

--- How many timings stand out above the others.
---@param list number[]
---@return integer
function M.outliers(list)
  local median, gaps, count = M.median(list), {}, 0
  for i, x in ipairs(list) do gaps[i] = math.abs(x - median) end
  local limit = math.max(DEVIATIONS * M.median(gaps), 0.05 * median)
  for _, x in ipairs(list) do
    if x - median > limit then count = count + 1 end
  end
  return count
end

--- The result of a case: ns per row, and every timing.
local function result_of(case, measured)
  local times = {}
  for i, seconds in ipairs(measured.seconds) do
    times[i] = 1e9 * seconds / (measured.repetitions * case.n)
  end
  return {
    timing = case.timing, gate = case.gate, expert = case.expert, d = case.d, k = case.k,
    n = case.n, level = case.level, threads = case.threads, variant = case.variant, isa = case.isa,
    rank = case.rank, times = times, repetitions = measured.repetitions,
    ns_per_sample = { min = math.min(table.unpack(times)), median = M.median(times) },
    outliers = M.outliers(times), error = measured.error, pinned = measured.pinned,
  }
end

--- Adds to a result what the machine could do, and which share of that the case reaches.
---@param result table
---@param limits table of its number of threads
---@param cache_bytes integer rows that take more come from memory
function M.judge(result, limits, cache_bytes)
  result.from_memory = 8 * result.n * (result.d + 2) > cache_bytes
  result.bound_ns, result.bound_by = engine.bench_bound { gate = result.gate,
    expert = result.expert, d = result.d, k = result.k, level = result.level, limits = limits,
    from_memory = result.from_memory }
  result.share = result.bound_ns / result.ns_per_sample.min
end

--- Judges every result against the limits of as many threads.
---@param results table[]
---@param machine { limits: table[], cache: integer }
---@return table[] results
function M.finish(results, machine)
  local by_threads = {}
  for _, one in ipairs(machine.limits) do by_threads[one.threads] = one end
  for _, result in ipairs(results) do
    M.judge(result, by_threads[result.threads], machine.cache)
  end
  return results
end

--- The better of two measurements of the limits: other programs can only make them worse.
---@param a table as engine.bench_limits gives
---@param b table
---@return table
function M.better_limits(a, b)
  local best = {}
  for name, value in pairs(a) do best[name] = value end
  for _, name in ipairs { "gflops", "read", "copy", "triad" } do
    best[name] = math.max(a[name], b[name])
  end
  for _, name in ipairs { "exp", "sigmoid", "tanh", "normal" } do
    best[name] = math.min(a[name], b[name])
  end
  return best
end

--- What the engine is told about a group.
local function plan_of(group, timing, options)
  local first, cases = group[1], {}
  for i, case in ipairs(group) do
    cases[i] = { variant = case.variant, isa = case.isa, level = case.level, threads = case.threads }
  end
  return { gate = first.gate, expert = first.expert, d = first.d, k = first.k, n = first.n,
    gaussian = options.gaussian, seed = options.seed, repeats = timing.repeats, seconds = options.seconds,
    patience = PATIENCE, cases = cases }
end

--- Times one group. Raises a fault if a variant computes something wrong.
---@param group TimingCase[]
---@param timing table
---@param options { seed: integer, seconds: number }
---@return table[] results
function M.measure(group, timing, options)
  local measured, message = engine.bench(plan_of(group, timing, options))
  if not measured then fault.raise(fault.FAILED, "%s", message) end
  local results = {}
  for i, case in ipairs(group) do results[i] = result_of(case, measured[i]) end
  return results
end

--- One table per problem.
---@param results table[] judged
---@param out file*
function M.print(results, out)
  for _, group in ipairs(M.groups(results)) do
    local first, rows = group[1], {}
    for i, r in ipairs(group) do
      rows[i] = { r.level, r.variant, r.isa, tostring(r.threads), columns.number(r.ns_per_sample.min),
        columns.number(r.ns_per_sample.median), columns.number(r.bound_ns), ("%.0f %%"):format(
          100 * r.share), r.outliers > 0 and tostring(r.outliers) or "" }
    end
    out:write(("\n%s gate, %s experts, d = %d, k = %d, n = %d (%s)\n"):format(first.gate,
      first.expert, first.d, first.k, first.n, first.from_memory and "from memory" or "in cache"))
    out:write(columns.text({ "level", "variant", "isa", ">threads", ">ns/row", ">median",
      ">limit", ">share", ">outliers" }, rows, "  "))
  end
end

--- More than the cores of any processor so far share: a virtual machine reports its host's caches.
local LARGEST_CACHE <const> = 128 * 1024 * 1024

--- The bytes of the largest cache; 32 MB where the system does not say.
---@param info table as engine.info() gives
---@return integer
function M.cache_bytes(info)
  local most = 0
  for _, cache in ipairs(info.caches) do most = math.max(most, cache.bytes) end
  return most > 0 and math.min(most, LARGEST_CACHE) or 32 * 1024 * 1024
end

return M
