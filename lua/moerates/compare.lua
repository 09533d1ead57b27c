--- Files of timings against each other: one ratio for each case that both have.
---
--- A case of one file is the case of another if all its axes agree. Among files of one machine at one
--- ISA level that includes the level of the case. Files of several machines, or of one machine at
--- several levels (MOERATES_ISA), each stand for their best level, whose name is in the column:
--- what AVX-512 does on one machine is what NEON does on another. Code without vectors is the same
--- at every level of one machine and is left out there.
---
--- A ratio is the factor by which all timings of the case are longer, from ranks, with a 95 %
--- interval (shift.lua).
local fault = require "moerates.fault"
local shift = require "moerates.shift"

local M = {}

--- "3853ea9b avx512": where a column comes from.
---@param file table as bench_file.read gives
---@return string
function M.label(file) return file.machine.machine_id .. " " .. file.build.isa end

--- How files are to be compared: "same" code on one machine, several "levels" of one machine, or
--- "machines".
---@param files table[]
---@return "same"|"levels"|"machines"
function M.kind(files)
  local kind = "same"
  for _, file in ipairs(files) do
    if file.machine.machine_id ~= files[1].machine.machine_id then return "machines" end
    if file.build.isa ~= files[1].build.isa then kind = "levels" end
  end
  return kind
end

--- What two cases must have in common; nil if the case has no part in such a comparison.
local function key_of(case, kind)
  if kind ~= "same" and case.rank > 1 or kind == "levels" and case.rank == 0 then return nil end
  local isa = kind == "same" and case.variant == "tile" and case.isa or ""
  return table.concat({ case.gate, case.expert, case.d, case.k, case.n, case.level, case.threads,
    case.variant, isa }, " ")
end

local function by_key(file, kind)
  local cases = {}
  for _, case in ipairs(file.cases) do
    local key = key_of(case, kind)
    if key then cases[key] = case end
  end
  return cases
end

--- The time of `b` as a multiple of that of `a`.
---@return { value: number, low: number, high: number, level: number }
function M.ratio(a, b) return shift.factor(a.times, b.times) end

--- Geometric mean of a list, its geometric standard deviation (a factor), least and largest.
---@param ratios number[]
---@return { mean: number, factor: number, low: number, high: number, count: integer }
function M.summary(ratios)
  local sum, squares, low, high = 0, 0, math.huge, 0
  for _, x in ipairs(ratios) do
    sum, low, high = sum + math.log(x), math.min(low, x), math.max(high, x)
  end
  local mean = sum / #ratios
  for _, x in ipairs(ratios) do squares = squares + (math.log(x) - mean) ^ 2 end
  local variance = #ratios > 1 and squares / (#ratios - 1) or 0
  return { mean = math.exp(mean), factor = math.exp(math.sqrt(variance)), low = low, high = high,
    count = #ratios }
end

--- Two machines in one column of ratios must be asked for.
local function check_machines(files)
  local first = files[1].machine.machine_id
  for i = 2, #files do
    local other = files[i].machine.machine_id
    if other ~= first then
      fault.usage("--across compares them all the same, each at its best ISA level",
        "%s is from machine %s, %s from %s: their times differ whatever the code does",
        files[1].path, first, files[i].path, other)
    end
  end
end

--- Compares the first file with each of the others.
---@param files table[] two or more
---@param options { across: boolean?, matches: (fun(case: table): boolean)? }
---@return { rows: table[], summaries: table[], kind: string } rows {case =, ratios = {[i] = ratio}},
---  i the file
function M.files(files, options)
  local kind = M.kind(files)
  if not options.across then check_machines(files) end
  local others, rows, ratios, summaries = {}, {}, {}, {}
  for i = 2, #files do others[i], ratios[i] = by_key(files[i], kind), {} end
  for _, case in ipairs(files[1].cases) do
    local key = key_of(case, kind)
    local row = { case = case, ratios = {} }
    for i = 2, key and options.matches(case) and #files or 1 do
      local other = others[i][key]
      row.ratios[i] = other and M.ratio(case, other)
      if other then table.insert(ratios[i], row.ratios[i].value) end
    end
    if next(row.ratios) then rows[#rows + 1] = row end
  end
  if #rows == 0 then
    fault.raise(fault.NO_MATCH, "%s has no case in common with the other files%s", files[1].path,
      options.selected and " that matches the selection" or "")
  end
  for i = 2, #files do summaries[i] = #ratios[i] > 0 and M.summary(ratios[i]) or nil end
  return { rows = rows, summaries = summaries, kind = kind }
end

-- For the report --------------------------------------------------------------------------------

local AXES <const> = { "gate", "expert", "d", "k", "n", "level", "variant", "isa", "threads" }
local NUMBERS <const> = { d = true, k = true, n = true, threads = true }

--- The comparison as a table of table.lua.
---@return table
function M.table(files, result, footer)
  local columns, rows = {}, {}
  for i, name in ipairs(AXES) do
    columns[i] = { name = name, label = name, format = NUMBERS[name] and "integer" or "text" }
  end
  for i = 2, #files do
    columns[#columns + 1] = { name = "ratio" .. i, format = "interval",
      label = ("%s / %s"):format(M.label(files[i]), M.label(files[1])) }
  end
  for r, row in ipairs(result.rows) do
    rows[r] = {}
    for _, name in ipairs(AXES) do rows[r][name] = row.case[name] end
    for i, ratio in pairs(row.ratios) do rows[r]["ratio" .. i] = ratio end
  end
  return { name = "bench-compare", columns = columns, rows = rows, footer = footer }
end

--- The fastest case of each shape at a level: gate, expert and threads as in `like`, the least n.
local function fastest(file, level, like)
  local by_size, sizes = {}, {}
  for _, case in ipairs(file.cases) do
    local p, time = 2 * case.k * (case.d + 1), case.ns_per_sample.min
    local best = by_size[p]
    if case.level == level and case.gate == like.gate and case.expert == like.expert
      and case.threads == like.threads and (not best or case.n < best.n
      or case.n == best.n and time < best.ns_per_sample.min) then
      if not best then sizes[#sizes + 1] = p end
      by_size[p] = case
    end
  end
  table.sort(sizes)
  return sizes, by_size
end

--- The curve of a file: its fastest kernel at each size, as `value` of the case.
local function curve_of(file, number, level, like, value)
  local sizes, by_size = fastest(file, level, like)
  if #sizes == 0 then return nil end
  local y = {}
  for i, p in ipairs(sizes) do y[i] = value(by_size[p]) end
  return { label = file.name or ("%s: %s"):format(string.char(64 + number), M.label(file)),
    x = sizes, y = y, slot = number }
end

local function panel_of(files, level, like, y, value)
  local curves = {}
  for i, file in ipairs(files) do curves[#curves + 1] = curve_of(file, i, level, like, value) end
  return { curves = curves, title = ("%s, %s gate, %s"):format(level, like.gate, like.expert),
    x = { label = "parameters", log = true }, y = y }
end

local function time_of(case) return case.ns_per_sample.min end

--- The fastest kernel against the number of parameters, a row of panels per level: the least time of
--- a data row, and the share of the machine's limit. A curve per file; gate, expert and threads are
--- those of the first case.
---@return table figure of plot.lua
function M.figure(files, levels, footer)
  local like, panels = files[1].cases[1], {}
  for _, level in ipairs(levels) do
    local times = panel_of(files, level, like, { label = "ns per row", log = true }, time_of)
    if #times.curves > 0 then
      panels[#panels + 1] = times
      panels[#panels + 1] = panel_of(files, level, like, { label = "share of the limit",
        range = { 0, 1 } }, function(case) return case.share end)
    end
  end
  return { name = "bench-compare", panels = panels, columns = 2, height = 5.2, footer = footer }
end

return M
