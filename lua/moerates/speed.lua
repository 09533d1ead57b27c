--- The paper's chapter on speed: what the chunks can call, from files of timings.
---
--- The files are those of results/machines/, and build/bench.json where it is there: "this machine".
--- Tables about one machine are about this one, else about the committed file that has most cases.
--- Nothing is timed here; what a file lacks is said in one sentence, with the command that measures it.
local bench_file = require "moerates.bench_file"
local compare = require "moerates.compare"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local escape = require "moerates.escape"
local fault = require "moerates.fault"
local format = require "moerates.format"
local lfs = require "lfs"
local plot = require "moerates.plot"
local store = require "moerates.store"
local table_file = require "moerates.table"
local targets = require "moerates.speed_targets"

local M = {}

local COMMANDS <const> = { cases = "make bench", generation = "make bench", growth = "make bench",
  likelihoods = "make bench", optimisers = "make bench", peers = "make bench-peers" }
M.REFERENCE = "make bench-reference"

--- The committed files of timings, each with a name.
---@param results string? the directory with machines/ in it
---@return table[]
function M.committed(results)
  local files, folder = {}, (results or "") .. "/machines"
  for _, name in ipairs(results and store.entries(folder) or {}) do
    if name:find("%.json$") then
      local file = bench_file.read(folder .. "/" .. name)
      file.name = compare.label(file)
      files[#files + 1] = file
    end
  end
  return files
end

--- Every file of timings, this machine's first.
---@param results string? the directory with machines/ in it
---@param out string the directory with bench.json in it
---@return table[]
function M.files(results, out)
  local files, here = M.committed(results), out .. "/bench.json"
  if lfs.attributes(here, "mode") == "file" then
    local file = bench_file.read(here)
    file.name, file.here = "this machine, " .. file.build.isa, true
    table.insert(files, 1, file)
  end
  return files
end

--- The file that tables about one machine are about.
---@param files table[]
---@param field string? a list that it must have
---@return table?
function M.main(files, field)
  local best
  for _, file in ipairs(files) do
    local has = not field or #file[field] > 0
    if has and (not best or not best.here and #file.cases > #best.cases) then best = file end
  end
  return best
end

--- The columns that some row has a value in.
local function used(columns, rows)
  local list = {}
  for _, column in ipairs(columns) do
    for _, row in ipairs(rows) do
      if row[column.name] ~= nil then
        list[#list + 1] = column
        break
      end
    end
  end
  return list
end

local function shape_text(row) return ("(%d, %d)"):format(row.d, row.k) end

--- One line that says where a file is from.
local function origin(file)
  return ("%s: %s, %s, moerates %s."):format(file.name, file.machine.cpu,
    file.machine.cores and ("%d cores"):format(file.machine.cores) or "cores unknown",
    file.build.version)
end

-- Machines --------------------------------------------------------------------------------------

local MACHINE_COLUMNS <const> = {
  { name = "name", label = "file" }, { name = "cpu", label = "CPU" },
  { name = "cores", label = "cores", format = "integer" },
  { name = "compiler", label = "compiler" },
  { name = "gflops", label = "GF/s", format = "number" },
  { name = "read", label = "read, GB/s", format = "number" },
  { name = "cases", label = "cases", format = "integer" },
  { name = "warnings", label = "warnings", format = "integer" },
}

--- The limits that one thread was held against.
local function limits_of(file)
  for _, limits in ipairs(file.limits) do
    if limits.threads == 1 then return limits end
  end
  return {}
end

function M.machines(files)
  local rows = {}
  for i, file in ipairs(files) do
    local limits = limits_of(file)
    rows[i] = { name = file.name, cpu = file.machine.cpu, cores = file.machine.cores,
      compiler = file.build.compiler, gflops = limits.gflops, read = limits.read,
      cases = #file.cases, warnings = #file.warnings }
  end
  return { name = "speed-machines", columns = MACHINE_COLUMNS, rows = rows, small = true }
end

-- The roofline ----------------------------------------------------------------------------------

--- The points of a level: operations per byte read against 10^9 operations per second.
local function roofline_curve(file, slot, level, from_memory)
  local x, y = {}, {}
  for _, case in ipairs(file.cases) do
    local wish = { gate = "softmax", d = case.d, k = case.k, level = level,
      from_memory = from_memory }
    if case.level == level and case == targets.fastest(file, wish) then
      local flops, bytes = engine.bench_work { gate = case.gate, expert = case.expert, d = case.d,
        k = case.k, level = level }
      x[#x + 1], y[#y + 1] = flops / bytes, flops / case.ns_per_sample.min
    end
  end
  return { label = level, x = x, y = y, slot = slot, style = "points", hollow = from_memory,
    hidden = from_memory }
end

--- Attained speed under the roof of one file; nil if it has no limits or no case.
local function roofline_panel(file)
  local limits, curves, low, high = limits_of(file), {}, math.huge, 0
  for slot, level in ipairs(dsl_timing.LEVELS) do
    for _, from_memory in ipairs { false, true } do
      local curve = roofline_curve(file, slot, level, from_memory)
      for _, x in ipairs(curve.x) do low, high = math.min(low, x), math.max(high, x) end
      if #curve.x > 0 or not from_memory then curves[#curves + 1] = curve end
    end
  end
  if high == 0 or not limits.gflops then return nil end
  local ridge = limits.gflops / limits.read
  local left, right = math.min(low, ridge) / 1.5, math.max(high, ridge) * 1.5
  curves[#curves + 1] = { label = "multiply-adds", slot = 5, style = "line", x = { left, right },
    y = { limits.gflops, limits.gflops } }
  curves[#curves + 1] = { label = "reading memory", slot = 7, style = "line", x = { left, ridge },
    y = { left * limits.read, limits.gflops } }
  return { title = file.name, curves = curves, x = { label = "operations per byte", log = true },
    y = { label = "billion operations per second", log = true } }
end

--- A panel per machine and ISA level; nil if none can be drawn.
function M.roofline(files)
  local panels, seen = {}, {}
  for _, file in ipairs(files) do
    local panel = not seen[compare.label(file)] and roofline_panel(file)
    if panel then
      seen[compare.label(file)] = true
      panels[#panels + 1] = panel
    end
  end
  return #panels > 0 and { name = "speed-roofline", panels = panels,
    columns = math.min(2, #panels) } or nil
end

-- Targets ---------------------------------------------------------------------------------------

local SHARE_COLUMNS <const> = {
  { name = "shape", label = "$(d, k)$" }, { name = "level", label = "up to" },
  { name = "target", label = "target" },
  { name = "softmax", label = "softmax", format = "share" },
  { name = "softmax_kernel", label = "by" }, { name = "softmax_verdict", label = "target" },
  { name = "sigmoid", label = "sigmoid", format = "share" },
  { name = "sigmoid_kernel", label = "by" }, { name = "sigmoid_verdict", label = "target" },
}
local TARGET_COLUMNS <const> = {
  { name = "what", label = "$(d, k) = (8, 4)$" }, { name = "target", label = "target" },
  { name = "value", label = "measured", format = "number" }, { name = "verdict", label = "target" },
}

function M.shares(file)
  local rows = targets.shares(file)
  for _, row in ipairs(rows) do
    row.shape = shape_text(row)
    row.target = ("%.0f %%"):format(100 * row.target)
      .. (row.further and (", then %.0f %%"):format(100 * row.further) or "")
  end
  return { name = "speed-shares", columns = SHARE_COLUMNS, rows = rows, small = true }
end

function M.others(file)
  return { name = "speed-targets", columns = TARGET_COLUMNS, rows = targets.others(file), small = true }
end

-- Peers, growth, generation, optimisers ------------------------------------------------------------

local PEER_COLUMNS <const> = {
  { name = "contest", label = "contest" }, { name = "peer", label = "by" },
  { name = "version", label = "version" }, { name = "gate", label = "gate" },
  { name = "expert", label = "expert" }, { name = "shape", label = "$(d, k)$" },
  { name = "n", label = "$n$", format = "size" },
  { name = "threads", label = "threads", format = "integer" },
  { name = "ns", label = "ns per row", format = "number" },
  { name = "seconds", label = "seconds", format = "number" },
  { name = "ratio", label = "times ours", format = "number" },
  { name = "above", label = "nats above the best", format = "number" },
  { name = "share", label = "starts at the best", format = "share" },
  { name = "objective", label = "objective", format = "number" },
}

--- Of a fit from several starts seconds and nats are medians over them; where it ended is then told
--- by the nats.
function M.peers(file)
  local rows = {}
  for i, one in ipairs(file.peers) do
    rows[i] = { contest = one.contest, peer = one.peer, version = one.version, gate = one.gate,
      expert = one.expert, shape = shape_text(one), n = one.n, threads = one.threads,
      ns = one.ns_per_sample and one.ns_per_sample.min,
      seconds = one.seconds and one.seconds.median, ratio = one.ratio, above = one.above,
      share = one.share, objective = not one.above and one.objective or nil }
  end
  return { name = "speed-peers", columns = used(PEER_COLUMNS, rows), rows = rows, small = true }
end

local GROWTH_COLUMNS <const> = {
  { name = "axis", label = "in", format = "math" }, { name = "level", label = "up to" },
  { name = "variant", label = "by" }, { name = "gate", label = "gate" },
  { name = "expert", label = "expert" }, { name = "from", label = "from", format = "size" },
  { name = "to", label = "to", format = "size" },
  { name = "exponent", label = "exponent of the time", format = "slope_interval" },
  { name = "operations", label = "of the operations", format = "slope" },
}

function M.growth(file)
  return { name = "speed-growth", columns = GROWTH_COLUMNS, rows = file.growth, small = true }
end

local LIKELIHOOD_COLUMNS <const> = {
  { name = "gate", label = "gate" }, { name = "expert", label = "expert" },
  { name = "shape", label = "$(d, k)$" }, { name = "level", label = "up to" },
  { name = "kernel", label = "by" },
  { name = "squares", label = "squares, ns per row", format = "number" },
  { name = "likelihood", label = "likelihood, ns per row", format = "number" },
  { name = "ratio", label = "ratio of all timings", format = "interval" },
}

function M.likelihoods(file)
  local rows = {}
  for i, one in ipairs(file.likelihoods) do
    rows[i] = { gate = one.gate, expert = one.expert, shape = shape_text(one), level = one.level,
      kernel = one.kernel, squares = one.squares_ns.min, likelihood = one.ns_per_sample.min,
      ratio = one.interval }
  end
  return { name = "speed-likelihoods", columns = LIKELIHOOD_COLUMNS, rows = rows, small = true }
end

local GENERATION_COLUMNS <const> = {
  { name = "what", label = "what" }, { name = "variant", label = "by" },
  { name = "isa", label = "instruction set" }, { name = "d", label = "$d$", format = "integer" },
  { name = "n", label = "$n$", format = "size" },
  { name = "points", label = "points", format = "integer" }, { name = "unit", label = "per" },
  { name = "least", label = "least ns", format = "number" },
  { name = "median", label = "median ns", format = "number" },
}

function M.generation(file)
  local rows = {}
  for i, one in ipairs(file.generation) do
    rows[i] = { what = one.what, variant = one.variant, isa = one.isa, d = one.d, n = one.n,
      points = one.points, unit = one.unit, least = one.ns.min, median = one.ns.median }
  end
  return { name = "speed-generation", columns = used(GENERATION_COLUMNS, rows), rows = rows,
    small = true }
end

--- "12.3 [10.1, 15.0]" milliseconds and the share of starts if not all got there.
local function reached_text(one)
  local seconds = one.seconds
  if not seconds.median then return ("%.0f %% of starts"):format(100 * one.share) end
  local text = format.number(1e3 * seconds.median)
  if seconds.low and seconds.high then
    text = format.interval { value = 1e3 * seconds.median, low = 1e3 * seconds.low,
      high = 1e3 * seconds.high }
  end
  return one.share < 1 and ("%s (%.0f %%)"):format(text, 100 * one.share) or text
end

--- A row for each problem and method, a column for each distance from the best objective.
function M.optimisers(file)
  local columns = { { name = "problem", label = "problem" }, { name = "method", label = "method" },
    { name = "gate", label = "gate" }, { name = "expert", label = "expert" },
    { name = "starts", label = "starts", format = "integer" } }
  local rows, known = {}, {}
  for i, one in ipairs(file.optimisers) do
    rows[i] = { problem = one.problem, method = one.method, gate = one.gate, expert = one.expert,
      starts = one.starts }
    for _, reached in ipairs(one.reached) do
      local name = ("%g"):format(reached.nats)
      if not known[name] then
        known[name] = true
        columns[#columns + 1] = { name = name, label = name .. " nats", format = "ready" }
      end
      rows[i][name] = reached_text(reached)
    end
  end
  return { name = "speed-optimisers", columns = columns, rows = rows, small = true }
end

--- Least nats drawn: below, all are at the minimum.
local LEAST_NATS <const> = 1e-3
local TIMES_DRAWN <const> = 60
--- A method has the same colour in every panel.
local METHOD_SLOTS <const> = {}
for slot, method in ipairs(dsl_timing.METHODS) do METHOD_SLOTS[method] = slot end

--- Nats of a trace after so many seconds; its start's before it moved.
local function nats_at(trace, seconds)
  local at = 1
  while trace.seconds[at + 1] and trace.seconds[at + 1] <= seconds do at = at + 1 end
  return math.max(trace.nats[at], LEAST_NATS)
end

--- The median of all runs' nats against time.
local function descent_curve(one)
  local drawn = { label = one.method, x = {}, y = {}, style = "line", slot = METHOD_SLOTS[one.method] }
  for i = 1, TIMES_DRAWN do
    local seconds, nats = 1e-4 * (one.limit / 1e-4) ^ ((i - 1) / (TIMES_DRAWN - 1)), {}
    for r, trace in ipairs(one.traces) do nats[r] = nats_at(trace, seconds) end
    table.sort(nats)
    drawn.x[i], drawn.y[i] = 1e3 * seconds, nats[(#nats + 1) // 2]
  end
  return drawn
end

--- Nats above the best objective anyone found against time, a panel per problem.
function M.descents(file)
  local panels, of = {}, {}
  for _, one in ipairs(file.optimisers) do
    local panel = of[one.problem]
    if not panel then
      panel = { title = one.problem, curves = {}, x = { label = "milliseconds", log = true },
        y = { label = "nats left", log = true } }
      of[one.problem], panels[#panels + 1] = panel, panel
    end
    panel.curves[#panel.curves + 1] = descent_curve(one)
  end
  return { name = "speed-descents", panels = panels, height = 5.5 }
end

-- Across machines -------------------------------------------------------------------------------

local ACROSS_COLUMNS <const> = {
  { name = "name", label = "file" }, { name = "kind", label = "against the first" },
  { name = "count", label = "cases", format = "integer" },
  { name = "mean", label = "geometric mean of the times", format = "number" },
  { name = "factor", label = "spread, a factor", format = "number" },
  { name = "low", label = "least", format = "number" },
  { name = "high", label = "largest", format = "number" },
}
local KINDS <const> = { same = "same machine, same level", levels = "same machine, other level",
  machines = "another machine" }

--- The times of every other file as multiples of the first's, over the cases they share.
function M.across(first, files)
  local rows = {}
  for _, file in ipairs(files) do
    local ok, result = pcall(compare.files, { first, file }, { across = true,
      matches = function() return true end })
    if not ok and not (fault.is(result) and result.code == fault.NO_MATCH) then error(result, 0) end
    local s = ok and file ~= first and result.summaries[2]
    if s then
      rows[#rows + 1] = { name = file.name, kind = KINDS[result.kind], count = s.count,
        mean = s.mean, factor = s.factor, low = s.low, high = s.high }
    end
  end
  return { name = "speed-across", columns = ACROSS_COLUMNS, rows = rows, small = true }
end

-- What chunks call ------------------------------------------------------------------------------

--- The helpers of one paper; `show_figure` is its helper `figure`.
---@param paper table
---@param show_figure fun(name: string, caption: string): string
---@return table<string, function>
function M.helpers(paper, show_figure)
  local helpers, loaded = {}, nil

  local function files()
    loaded = loaded or M.files(paper.results, paper.out)
    return loaded
  end

  local function missing(what, command)
    return ("*%s: not measured here; run `%s`.*"):format(what, command)
  end

  local function show_table(t, caption, footer)
    t.caption, t.footer = caption, footer
    store.make_directories(paper.report .. "/tables")
    table_file.write(t, paper.report .. "/tables")
    paper.weaver:number("Table", t.name)
    return table_file.markdown(t) .. table_file.footer_line(footer)
  end

  local function draw(figure, caption, footer)
    figure.footer = footer[1]
    store.make_directories(paper.report .. "/figures")
    plot.write(figure, paper.report .. "/figures")
    return show_figure(figure.name, caption) .. table_file.footer_line(footer)
  end

  --- A helper that shows one table of the main file that has what it needs.
  local function table_of(what, field, make)
    return function(caption)
      local file = M.main(files(), field)
      if not file then return missing(what, COMMANDS[field]) end
      return show_table(make(file), caption, { file.here and COMMANDS[field] or M.REFERENCE,
        origin(file) })
    end
  end

  helpers.speed_shares = table_of("Shares of the bound", "cases", M.shares)
  helpers.speed_targets = table_of("Other targets", "cases", M.others)
  helpers.speed_peers = table_of("Peers", "peers", M.peers)
  helpers.speed_growth = table_of("Growth", "growth", M.growth)
  helpers.speed_likelihoods = table_of("Likelihoods", "likelihoods", M.likelihoods)
  helpers.speed_generation = table_of("Random numbers and data sets", "generation", M.generation)
  helpers.speed_optimisers = table_of("Optimisers", "optimisers", M.optimisers)

  --- speed_descents(caption): optimisers against time.
  function helpers.speed_descents(caption)
    local file = M.main(files(), "optimisers")
    if not file then return missing("Optimisers", COMMANDS.optimisers) end
    return draw(M.descents(file), caption, { file.here and COMMANDS.optimisers or M.REFERENCE,
      origin(file) })
  end

  --- speed_count(): "12 of 30 targets are met": the shares of the main file.
  function helpers.speed_count()
    local file = M.main(files(), "cases")
    if not file then return "no target was measured" end
    local met, missed = targets.count(targets.shares(file))
    return ("%d of %d are met"):format(met, met + missed)
  end

  --- speed_machines(caption): the files, and what was warned of while they were measured.
  function helpers.speed_machines(caption)
    if #files() == 0 then return missing("Machines", COMMANDS.cases) end
    local footer, seen = { M.REFERENCE }, {}
    for _, file in ipairs(files()) do
      for _, warning in ipairs(file.warnings) do
        if not seen[warning] then footer[#footer + 1] = ("%s: %s."):format(file.name, warning) end
        seen[warning] = true
      end
    end
    return show_table(M.machines(files()), caption, footer)
  end

  --- speed_roofline(caption): attained speed under the roof of each file.
  function helpers.speed_roofline(caption)
    local figure = M.roofline(files())
    if not figure then return missing("Roofline", COMMANDS.cases) end
    local footer = { M.REFERENCE }
    for _, file in ipairs(files()) do footer[#footer + 1] = origin(file) end
    return draw(figure, caption, footer)
  end

  --- speed_across(figure_caption, table_caption): every file against the main one.
  function helpers.speed_across(figure_caption, table_caption)
    local first, list = M.main(files(), "cases"), {}
    if not first then return missing("Machines against each other", M.REFERENCE) end
    list[1] = first
    for _, file in ipairs(files()) do
      if file ~= first and #file.cases > 0 then list[#list + 1] = file end
    end
    local footer = { "moerates compare --across results/machines/*.json", origin(first) }
    local figure = compare.figure(list, dsl_timing.LEVELS)
    figure.name = "speed-across"
    local text, t = draw(figure, figure_caption, footer), M.across(first, list)
    if #t.rows == 0 then return text end
    return text .. "\n\n" .. show_table(t, table_caption, footer)
  end

  --- speed_names(): the files that the chapter is about.
  function helpers.speed_names()
    local names = {}
    for i, file in ipairs(files()) do names[i] = escape.markdown(file.name) end
    return #names > 0 and table.concat(names, "; ") or "none"
  end

  return helpers
end

return M
