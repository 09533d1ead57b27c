--- moerates compare: files of timings, of one machine before and after, or of several machines.
local bench_file = require "moerates.bench_file"
local columns = require "moerates.columns"
local compare = require "moerates.compare"
local dsl_timing = require "moerates.dsl_timing"
local json = require "moerates.json"
local options = require "moerates.options"
local plot = require "moerates.plot"
local select = require "moerates.select"
local shift = require "moerates.shift"
local store = require "moerates.store"
local table_file = require "moerates.table"

local M = {
  name = "compare",
  summary = "Compares files of timings.",
  description = "Compares files of timings that 'moerates bench --json' wrote: the time of each case "
    .. "as a multiple of the first file's with a 95 % interval, and a figure. Below 1 is faster. Files of "
    .. "one machine at several ISA levels (MOERATES_ISA) each stand for their level.",
  example = "moerates compare before.json after.json -s 'level=hessian'\n"
    .. "moerates compare laptop.json server.json --across",
}

function M.setup(command)
  command:argument("A", "What the others are compared with."):argname("A.json"):target("first")
  command:argument("B", "Files to compare."):argname("B.json"):args("+"):target("others")
  command:option("-s --select", "Only cases that match, as for bench."):count("*"):argname("WHERE")
  command:flag("--across", "The files may come from different machines.")
  options.out(command)
  options.json(command)
end

local function ratio_text(ratio)
  return ratio and ("%.3f [%.3f, %.3f]"):format(ratio.value, ratio.low, ratio.high) or ""
end

local KINDS <const> = { same = "one machine, one ISA level",
  levels = "one machine, each file at its ISA level", machines = "each machine at its best ISA level" }

local function print_files(files, out)
  out:write(KINDS[compare.kind(files)], "\n")
  for i, file in ipairs(files) do
    out:write(("%s  %s  %s, moerates %s  %s\n"):format(string.char(64 + i), compare.label(file),
      file.machine.cpu, file.build.version, file.path))
  end
end

local function print_ratios(files, result, out)
  local header = { "gate", "expert", ">d", ">k", ">n", "level", "variant", "isa", ">threads" }
  for i = 2, #files do
    header[#header + 1] = (">%s/A (%s)"):format(string.char(64 + i), compare.label(files[i]))
  end
  local lines = {}
  for r, row in ipairs(result.rows) do
    local c = row.case
    lines[r] = { c.gate, c.expert, tostring(c.d), tostring(c.k), tostring(c.n), c.level, c.variant,
      c.isa, tostring(c.threads) }
    for i = 2, #files do lines[r][#lines[r] + 1] = ratio_text(row.ratios[i]) end
  end
  out:write("\n", columns.text(header, lines), "\n")
end

local function print_summaries(files, result, out)
  for i = 2, #files do
    local s = result.summaries[i]
    if s then
      out:write(("%s/A  geometric mean %.3f over %d cases, spread a factor of %.3f, from %.3f to "
        .. "%.3f\n"):format(string.char(64 + i), s.mean, s.count, s.factor, s.low, s.high))
    else
      out:write(("%s/A  no case in common\n"):format(string.char(64 + i)))
    end
  end
end

--- Whose intervals hold with less than 95 %, for want of timings.
local function print_short(result, out)
  local count, least = 0, 1
  for _, row in ipairs(result.rows) do
    for _, ratio in pairs(row.ratios) do
      if ratio.level < shift.LEVEL then
        count, least = count + 1, math.min(least, ratio.level)
      end
    end
  end
  if count > 0 then
    out:write(("%d intervals come from too few timings for 95 %% and hold with %.0f %% or more\n")
      :format(count, 100 * least))
  end
end

--- The same for programs.
local function print_json(files, result, out)
  local compared = json.array {}
  for i = 2, #files do
    local cases = json.array {}
    for _, row in ipairs(result.rows) do
      local one = { ratio = row.ratios[i] }
      for _, name in ipairs { "gate", "expert", "d", "k", "n", "level", "variant", "isa",
        "threads" } do
        one[name] = row.case[name]
      end
      if one.ratio then cases[#cases + 1] = one end
    end
    compared[#compared + 1] = { file = files[i].path, label = compare.label(files[i]),
      cases = cases, summary = result.summaries[i] }
  end
  out:write(json.encode({ file = files[1].path, label = compare.label(files[1]),
    compared = compared }, true), "\n")
end

local function write_report(files, result, args, context)
  local footer, dir = "moerates compare A.json B.json", args.out .. "/report"
  store.make_directories(dir .. "/tables")
  store.make_directories(dir .. "/figures")
  table_file.write(compare.table(files, result, { footer }), dir .. "/tables")
  plot.write(compare.figure(files, dsl_timing.LEVELS, footer), dir .. "/figures")
  context.stderr:write(("%s/tables/bench-compare\n%s/figures/bench-compare\n"):format(dir, dir))
end

function M.run(args, context)
  local files = { bench_file.read(args.first) }
  for i, path in ipairs(args.others) do files[i + 1] = bench_file.read(path) end
  local result = compare.files(files, { across = args.across, selected = #args.select > 0,
    matches = select.matcher(args.select, dsl_timing.FIELDS) })
  if args.json then
    print_json(files, result, context.stdout)
  else
    print_files(files, context.stdout)
    print_ratios(files, result, context.stdout)
    print_short(result, context.stdout)
    print_summaries(files, result, context.stdout)
  end
  write_report(files, result, args, context)
  return 0
end

return M
