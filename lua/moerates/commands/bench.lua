--- moerates bench: the kernels, and how near they come to what the machine can do; how their time
--- grows; what data cost; optimisers, and other programs, against each other. What is timed is the
--- business of the kinds (timing_kinds.lua).
local bench_file = require "moerates.bench_file"
local engine = require "moerates.engine"
local estimate = require "moerates.estimate"
local fault = require "moerates.fault"
local lfs = require "lfs"
local options = require "moerates.options"
local progress = require "moerates.progress"
local quiet = require "moerates.quiet"
local script = require "moerates.script"
local timing = require "moerates.timing"
local timing_kinds = require "moerates.timing_kinds"
local tune = require "moerates.tune"

local M = {
  name = "bench",
  summary = "Times the kernels and compares them with the machine's limit.",
  description = "Times the kernels and compares them with the machine's limit, measured in the same "
    .. "run. Without SCRIPT: those of benchmarks/timing/. Nothing is timed that computes something "
    .. "else than plain code does.",
  example = "moerates bench --json build/bench.json\n"
    .. "moerates bench -s 'gate=sigmoid,expert=gelu,d=8' -s 'd=8,threads=2'",
}

local function positive(option)
  return function(text)
    local value = tonumber(text)
    if not value or not (value > 0 and value <= 60) then
      fault.raise(2, "%s wants a number of seconds above 0 and up to 60, got '%s'", option, text)
    end
    return value
  end
end

function M.setup(command)
  command:argument("SCRIPT", "Timing scripts."):args("*"):target("scripts")
  command:option("-s --select", "Only cases that match, e.g. 'd=8,level=hessian,variant!=plain'; "
    .. "fields: timing, gate, expert, d, k, n, level, threads, variant, isa, rank; what, problem. "
    .. "Without it the script's default."):count("*"):argname("WHERE")
  options.set(command)
  command:option("--json", "Writes everything measured into a file."):argname("FILE")
  command:option("--reference", "Writes what the paper needs of it into DIR, under the machine's id "
    .. "and ISA level (maintainers)."):argname("DIR")
  command:flag("--tune", "Times no script, but finds out from which size BLIS beats our own tiles here "
    .. "and writes it down for timing runs and `moerates fit`; cells follow a fixed rule.")
  command:option("--seconds", "The least length of one timing."):default("0.01"):argname("S")
    :convert(positive("--seconds"))
  command:option("--seed", "Other data and another order."):default("1"):argname("S")
    :convert(function(text)
      local value = math.tointeger(tonumber(text))
      if not value or value < 0 then
        fault.raise(2, "--seed wants a whole number from 0, got '%s'", text)
      end
      return value
    end)
end

function M.more_help(argv) return script.options_help(argv, "timing") end

--- The scripts of benchmarks/timing, beside the Lua library.
local function own_scripts()
  local library = package.searchpath("moerates.cli", package.path):match("^(.*)/moerates/cli%.lua$")
  local folder, list = library .. "/../benchmarks/timing", {}
  if lfs.attributes(folder, "mode") ~= "directory" then
    fault.raise(2, "there is no %s: name a timing script", folder)
  end
  for name in lfs.dir(folder) do
    if name:find("^[%w-]+%.lua$") then list[#list + 1] = folder .. "/" .. name end
  end
  table.sort(list)
  return list
end

local function kind_of(one)
  for _, each in ipairs(timing_kinds) do
    if each.name == one.kind then return each.kind end
  end
end

local function choose(kind, one, selections, threads)
  if kind.choose then return kind.choose(one, selections, threads) end
  return timing.pick(kind.cases(one), selections), 0
end

--- The groups to time, each with its script and its kind.
local function chosen_groups(args, info, warnings)
  local groups, left_out, count = {}, 0, 0
  local paths = #args.scripts > 0 and args.scripts or own_scripts()
  for _, one in ipairs(script.load_all(paths, args.set, "timing")) do
    local kind = kind_of(one)
    local cases, more = choose(kind, one, args.select, info.threads)
    left_out, count = left_out + more, count + #cases
    for _, group in ipairs(kind.groups(cases)) do
      groups[#groups + 1] = { timing = one, kind = kind, cases = group }
    end
  end
  if left_out > 0 then
    warnings[#warnings + 1] = ("%d cases want more threads than this machine runs at once (%d) and "
      .. "were left out"):format(left_out, info.threads)
  end
  if count == 0 then fault.raise(fault.NO_MATCH, "no case matches the selection") end
  return groups, count
end

--- Every number of threads that a case has, in order.
local function thread_counts(groups)
  local seen, list = {}, {}
  for _, group in ipairs(groups) do
    for _, case in ipairs(group.cases) do
      if not seen[case.threads] then list[#list + 1] = case.threads end
      seen[case.threads] = true
    end
  end
  table.sort(list)
  return list
end

--- The machine's limits for these numbers of threads; the best of this and an earlier measurement.
local function measure_limits(counts, cache, seconds, earlier)
  local limits = {}
  for i, threads in ipairs(counts) do
    limits[i] = engine.bench_limits { threads = threads, bytes = 2 * cache, seconds = seconds }
    if earlier then limits[i] = timing.better_limits(limits[i], earlier[i]) end
  end
  return limits
end

--- The results of each kind, in the order of the scripts, as they are stored; and all that were
--- timed again and again.
local function finish(groups, by_group, machine)
  local stored, timed = {}, {}
  for _, each in ipairs(timing_kinds) do
    local results = {}
    for g, group in ipairs(groups) do
      for _, result in ipairs(group.kind == each.kind and by_group[g] or {}) do
        results[#results + 1] = result
        if result.times then timed[#timed + 1] = result end
      end
    end
    if #results > 0 then stored[each.kind.field] = each.kind.finish(results, machine) end
  end
  return stored, timed
end

--- Times the groups in shuffled order. Returns what a file holds of it, and what was timed; what
--- could not be timed goes into the warnings.
local function measure(groups, args, cache, context, warnings)
  local work, by_group, start = {}, {}, os.time()
  local order = timing.shuffled(#groups, ("bench order %d"):format(args.seed))
  for i, g in ipairs(order) do work[i] = groups[g].kind.weight * #groups[g].cases end
  local counts = thread_counts(groups)
  local limits = measure_limits(counts, cache, args.seconds)
  local display = progress.new(context.stderr, work, context.terminal, context.color, "problems")
  for i, g in ipairs(order) do
    display:update(i - 1, 0, #groups, os.difftime(os.time(), start))
    by_group[g] = groups[g].kind.measure(groups[g].cases, groups[g].timing, { seed = args.seed,
      seconds = args.seconds, warnings = warnings })
  end
  display:finish()
  limits = measure_limits(counts, cache, args.seconds, limits)
  local measured, timed = finish(groups, by_group, { limits = limits, cache = cache })
  measured.limits = limits
  return measured, timed
end

local LIMITS <const> = "%d thread%s, %s: %.1f GF/s; read %.1f, copy %.1f, triad %.1f GB/s; exp %.2f, "
  .. "sigmoid %.2f, tanh %.2f, normal %.2f ns\n"

local function print_limits(limits, out)
  out:write("the machine's limits\n")
  for _, l in ipairs(limits) do
    out:write("  ", LIMITS:format(l.threads, l.threads == 1 and "" or "s", l.isa, l.gflops, l.read,
      l.copy, l.triad, l.exp, l.sigmoid, l.tanh, l.normal))
  end
end

local function print_measured(measured, out)
  for _, each in ipairs(timing_kinds) do
    if measured[each.kind.field] then each.kind.print(measured[each.kind.field], out) end
  end
end

--- bench --tune.
local function run_tune(args, info, context)
  for _, name in ipairs { "json", "reference" } do
    if args[name] then fault.raise(2, "--%s: --tune times no cases to write", name) end
  end
  if #args.scripts + #args.select + #args.set > 0 then
    fault.raise(2, "--tune takes no scripts and no selection")
  end
  local path, warnings = tune.place(info), quiet.before()
  local shapes = tune.measure { seed = args.seed, seconds = args.seconds }
  tune.write(path, info, shapes)
  tune.print(shapes, context.stdout)
  context.stdout:write(("written to %s\n"):format(path))
  for _, warning in ipairs(warnings) do context.stderr:write("warning: ", warning, "\n") end
  return 0
end

function M.run(args, context)
  local info = engine.info()
  if args.tune then return run_tune(args, info, context) end
  local warnings = quiet.before()
  tune.apply(info)
  local cache = timing.cache_bytes(info)
  local groups, count = chosen_groups(args, info, warnings)
  local start = os.time()
  context.stderr:write(("%d cases in %d problems\n"):format(count, #groups))
  local measured, timed = measure(groups, args, cache, context, warnings)
  for _, warning in ipairs(quiet.after(timed)) do warnings[#warnings + 1] = warning end
  measured.warnings, measured.seed, measured.seconds = warnings, args.seed, args.seconds
  if args.json then bench_file.write(args.json, info, measured) end
  if args.reference then bench_file.write_reference(args.reference, info, measured) end
  context.stdout:write(("machine %s: %s, %d cores; %s\n"):format(info.machine_id, info.cpu,
    info.cores, info.compiler))
  print_limits(measured.limits, context.stdout)
  print_measured(measured, context.stdout)
  context.stdout:write(("\n%d cases timed in %s\n"):format(count,
    estimate.duration(os.difftime(os.time(), start))))
  for _, warning in ipairs(warnings) do context.stderr:write("warning: ", warning, "\n") end
  return 0
end

return M
