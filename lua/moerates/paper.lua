--- What the chunks of the paper can call: tables, figures, verdicts, values.
---
--- Everything comes from files that `report` and `claims` wrote and from cells by way of the summary;
--- nothing is computed that would belong in a cell. The chunks see these helpers and the harmless
--- part of Lua's libraries, nothing else.
local claims = require "moerates.claims"
local engine = require "moerates.engine"
local escape = require "moerates.escape"
local fault = require "moerates.fault"
local format = require "moerates.format"
local plot = require "moerates.plot"
local realdata = require "moerates.realdata"
local script = require "moerates.script"
local store = require "moerates.store"
local summary = require "moerates.summary"
local table_file = require "moerates.table"
local verdict = require "moerates.verdict"

local M = {}

local function read_text(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

-- Tables ------------------------------------------------------------------------------------

--- Cells of one line of a pipe table; an escaped pipe is not a border.
local function pipe_cells(line)
  local cells = {}
  line = line:gsub("\\|", "\1"):match("^| (.*) |$")
  for cell in (line .. " | "):gmatch("(.-) | ") do
    cells[#cells + 1] = (cell:gsub("\1", "\\|"))
  end
  return cells
end

--- The name of each printed column: an interval's two ends have none of their own.
local function printed_columns(columns)
  local names, of = {}, {}
  for _, name in ipairs(columns) do
    local base = name:match("^(.*)_low$") or name:match("^(.*)_high$")
    if not (base and of[base]) then
      names[#names + 1] = name
      of[name] = #names
    end
  end
  return names, of
end

--- Rows of the TSV as a filter sees them: numbers where they are numbers.
local function typed(row)
  local out = {}
  for name, text in pairs(row) do out[name] = tonumber(text) or text end
  return out
end

--- Picks rows and columns of a written table. Returns a table for table_file.markdown whose cells
--- are ready Markdown.
local function pick(name, markdown, data, options)
  local names, of = printed_columns(data.columns)
  local lines = {}
  for line in markdown:gmatch("[^\n]+") do
    if line:sub(1, 2) == "| " then lines[#lines + 1] = pipe_cells(line) end
  end
  local alignment = pipe_cells("| " .. markdown:match("\n|(:?%-+[^\n]*)|\n"):gsub("|", " | ") .. " |")
  local picked = { columns = {}, rows = {} }
  for i, wanted in ipairs(options.columns or names) do
    local at = of[wanted]
    if not at then
      fault.raise(2, "the table %s has no column '%s' (it has: %s)", name, wanted,
        table.concat(names, ", "))
    end
    picked.columns[i] = { name = tostring(at), label = lines[1][at], format = "ready",
      right = alignment[at]:sub(-1) == ":" }
  end
  for r, row in ipairs(data.rows) do
    if not options.rows or options.rows(typed(row)) then
      local cells = {}
      for at, cell in ipairs(lines[r + 1]) do cells[tostring(at)] = cell end
      picked.rows[#picked.rows + 1] = cells
    end
  end
  return picked
end

local function footer_line(lines)
  if #lines == 0 then return "" end
  local out = { "`" .. lines[1] .. "`" }
  for i = 2, #lines do out[i] = escape.markdown(lines[i]) end
  return "\n\n[" .. table.concat(out, " ") .. "]{.footer}"
end

local function make_tables(paper)
  local helpers = {}

  --- table(name, {caption=, columns=, rows=, footer=}): a table that `report` wrote.
  function helpers.table(name, options)
    options = options or {}
    local base = paper.report .. "/tables/" .. name
    local markdown, tsv = read_text(base .. ".md"), read_text(base .. ".tsv")
    if not markdown or not tsv then
      fault.raise(2, "no table '%s' in %s/tables; run moerates report first", name, paper.report)
    end
    local data = table_file.parse(tsv)
    local picked = pick(name, markdown, data, options)
    if #picked.rows == 0 then return "*No row of the table " .. escape.markdown(name) .. " is left.*" end
    picked.caption = options.caption
    if picked.caption then paper.weaver:number("Table", name) end
    return table_file.markdown(picked)
      .. (options.footer ~= false and footer_line(data.footer) or "")
  end

  --- twins(experiment): raw samples against the telescope.
  function helpers.twins(experiment, caption)
    return helpers.table(experiment .. "-twins", { caption = caption
      or "Raw samples against the telescope: medians of each loss, the largest distance between "
      .. "the two distribution functions over replicates, and its $p$-value (two-sample "
      .. "Kolmogorov--Smirnov)." })
  end

  return helpers
end

-- Figures -----------------------------------------------------------------------------------

local REAL_COLUMNS <const> = {
  { name = "data", label = "data" }, { name = "n", label = "$n$", format = "integer" },
  { name = "gate", label = "gate" }, { name = "expert", label = "expert" },
  { name = "k", label = "$k$", format = "integer" },
  { name = "parameters", label = "parameters", format = "integer" },
  { name = "r_squared", label = "$R^2$", format = "number" },
  { name = "residual_sd", label = "residual sd", format = "number" },
  { name = "schwarz", label = "BIC", format = "number" },
  { name = "boxed", label = "at the box", format = "integer" },
  { name = "agree", label = "starts that agree", format = "integer" },
  { name = "starts", label = "of", format = "integer" },
}

local function make_figures(paper)
  local helpers = {}

  --- figure(name, caption, {width=}): a figure that `report` drew.
  function helpers.figure(name, caption, options)
    if not read_text(paper.report .. "/figures/" .. name .. ".svg") then
      fault.raise(2, "no figure '%s' in %s/figures; run moerates report first", name, paper.report)
    end
    paper.weaver:number("Figure", name)
    return ("![%s](%s/figures/%s){width=%s}"):format(caption, paper.report_from_output, name,
      options and options.width or "100%")
  end

  --- realdata(): both gates on the data sets that come along; fits them here (two seconds).
  function helpers.realdata()
    local built = realdata.build(paper.scripts .. "/data")
    local t = { name = "realdata-fits", columns = REAL_COLUMNS, rows = built.rows,
      caption = "Least-squares fits of both gates to real data.",
      footer = { paper.command } }
    store.make_directories(paper.report .. "/tables")
    store.make_directories(paper.report .. "/figures")
    table_file.write(t, paper.report .. "/tables")
    paper.weaver:number("Table", t.name)
    local parts = { table_file.markdown(t) }
    for _, figure in ipairs(built.figures) do
      figure.footer, figure.title = paper.command, nil
      plot.write(figure, paper.report .. "/figures")
      parts[#parts + 1] = helpers.figure(figure.name, figure.caption)
    end
    return table.concat(parts, "\n\n")
  end

  return helpers
end

-- Claims ------------------------------------------------------------------------------------

local VERBS <const> = {
  [verdict.AGREES] = { "agrees", "agree" }, [verdict.DIFFERS] = { "differs", "differ" },
  [verdict.EARLY] = { "is not yet asymptotic", "are not yet asymptotic" },
  [verdict.UNTESTED] = { "was not tested", "were not tested" },
  [verdict.FAILS] = { "fails an assumption", "fail an assumption" },
}
local ORDER <const> = { verdict.AGREES, verdict.EARLY, verdict.DIFFERS, verdict.FAILS, verdict.UNTESTED }

--- A predicted or published exponent as mathematics, words as words.
local function predicted_text(row)
  local exponent = claims.exponent(row.predicted)
  if not exponent then return escape.markdown((row.predicted or ""):gsub("%->", "→")) end
  return row.kind == "value" and format.number(exponent, 2) or format.power(exponent)
end

local function matches(row, claim, filter)
  local function same(name) return filter[name] == nil or filter[name] == row[name] end
  return same("kind") and same("verdict") and same("case") and same("experiment")
    and (filter.estimator == nil and (filter.near or not row.estimator:find("-near", 1, true))
      or filter.estimator == row.estimator)
    and (not filter.id or row.id:sub(1, #filter.id) == filter.id)
    and (not filter.paper or row.id:sub(1, #filter.paper + 1) == filter.paper .. "-")
    and (not filter.where or claim.where:sub(1, #filter.where) == filter.where)
    and (not filter.tested or row.verdict ~= verdict.UNTESTED)
end

--- "slope x against n^s, n from a to b".
local function evidence(row)
  local measured = claims.measured(row)
  if measured == "" then return row.note and row.note ~= "" and escape.markdown(row.note) or "" end
  if row.kind == "rate" or row.kind == "value" then
    measured = "slope " .. measured .. " against " .. predicted_text(row)
    if row.n_min then
      measured = measured .. ", $n$ from " .. format.size(row.n_min) .. " to " .. format.size(row.n_max)
    end
  end
  return measured
end

local function count_text(rows)
  local count, parts = {}, {}
  for _, row in ipairs(rows) do count[row.verdict] = (count[row.verdict] or 0) + 1 end
  for _, name in ipairs(ORDER) do
    if count[name] then
      parts[#parts + 1] = ("%d %s"):format(count[name], VERBS[name][count[name] == 1 and 1 or 2])
    end
  end
  return table.concat(parts, ", ")
end

local CLAIM_COLUMNS <const> = {
  { name = "id", label = "claim" }, { name = "case", label = "case" },
  { name = "estimator", label = "by" },
  { name = "predicted", label = "claimed", format = "ready" },
  { name = "measured", label = "measured", format = "ready", right = true },
  { name = "range", label = "$n$ up to", format = "ready", right = true },
  { name = "uncertified_share", label = "uncertified", format = "share" },
  { name = "verdict", label = "verdict" },
}

local function make_claims(paper)
  local helpers = {}

  --- ledger {paper=, where=, kind=, verdict=, id=, case=, estimator=, tested=true, near=true}
  function helpers.ledger(filter)
    local rows = {}
    for _, row in ipairs(paper:ledger()) do
      if matches(row, paper.claims[row.id] or {}, filter or {}) then rows[#rows + 1] = row end
    end
    return rows
  end

  function helpers.count(filter) return #helpers.ledger(filter) end

  --- claim(id): the row of the list of claims.
  function helpers.claim(id)
    return paper.claims[id] or fault.raise(2, "no claim '%s' in the list", id)
  end

  --- verdict(id, {case=, estimator=}): one sentence.
  function helpers.verdict(id, options)
    local filter = { id = id, case = options and options.case, estimator = options and options.estimator }
    local rows, claim = {}, helpers.claim(id)
    for _, row in ipairs(helpers.ledger(filter)) do
      if row.id == id then rows[#rows + 1] = row end
    end
    local head = ("**%s**, %s (%s): "):format(escape.markdown(claim.where),
      escape.markdown(claim.quantity), escape.markdown(id))
    if #rows == 0 then return head .. "not tested." end
    if #rows == 1 then
      local text = evidence(rows[1])
      return head .. VERBS[rows[1].verdict][1] .. (text ~= "" and ", " .. text or "") .. "."
    end
    local parts = {}
    for i, row in ipairs(rows) do
      local text = evidence(row)
      parts[i] = escape.markdown(row.case) .. " " .. VERBS[row.verdict][1]
        .. (text ~= "" and " (" .. text .. ")" or "")
    end
    return head .. ("of %d cases %s. "):format(#rows, count_text(rows))
      .. "In detail: " .. table.concat(parts, "; ") .. "."
  end

  --- claims_table {...filter..., caption=, columns=, note=true}
  function helpers.claims_table(filter)
    local t = { columns = {}, rows = {}, caption = filter.caption, name = filter.name }
    for i, column in ipairs(CLAIM_COLUMNS) do t.columns[i] = column end
    if filter.note then t.columns[#t.columns + 1] = { name = "note", label = "note" } end
    for i, row in ipairs(helpers.ledger(filter)) do
      local measured = claims.measured(row)
      t.rows[i] = { id = row.id, case = row.case, estimator = row.estimator, verdict = row.verdict,
        uncertified_share = row.uncertified_share, note = row.note, predicted = predicted_text(row),
        measured = measured ~= "" and measured or format.nothing,
        range = row.n_max and row.kind ~= "holds" and format.size(row.n_max) or format.nothing }
    end
    if #t.rows == 0 then return "*No row of the ledger matches.*" end
    if t.caption then paper.weaver:number("Table", filter.name or t.caption) end
    return table_file.markdown(t)
  end

  return helpers
end

-- Values ------------------------------------------------------------------------------------

local function make_values(paper)
  local helpers = {}

  local function curve(experiment, case, options)
    local built = paper:summary(experiment)
    local found = summary.find(built, case, options and options.search)
    if found then return found end
    for _, known in ipairs(built.experiment.cases) do
      if known.name == case then return nil end
    end
    fault.raise(2, "the experiment '%s' has no case '%s'", experiment, case)
  end

  function helpers.summary(experiment) return paper:summary(experiment) end

  --- rate(experiment, case, measure, {statistic=, search=, range=}): nil without enough cells.
  function helpers.rate(experiment, case, measure, options)
    local found = curve(experiment, case, options)
    return found and summary.rate(found, measure, options and options.statistic or "median",
      options and options.range)
  end

  --- slope(...): "-0.251 [-0.272, -0.230]"
  function helpers.slope(...)
    local rate = helpers.rate(...)
    return rate and format.interval(rate.slope, format.slope) or format.nothing
  end

  --- point(experiment, case, measure, n, options): {value, low, high}
  function helpers.point(experiment, case, measure, n, options)
    local found = curve(experiment, case, options)
    local points = found and summary.points(found, measure, options and options.statistic or "median")
    for s, size in ipairs(points and found.n or {}) do
      if size == n then return points[s] end
    end
  end

  function helpers.value(...) return format.interval(helpers.point(...)) end

  --- crossover(experiment, case_a, case_b, measure): the n from which b is below a.
  function helpers.crossover(experiment, case_a, case_b, measure, statistic)
    local a, b = curve(experiment, case_a), curve(experiment, case_b)
    local n = a and b and summary.crossover(a, b, measure, statistic or "median")
    if not n then return format.nothing end
    if n.value == 0 then return "below the smallest $n$" end
    return format.finite(n.value) and format.interval(n, format.size) or "none in the range"
  end

  helpers.num, helpers.size, helpers.percent, helpers.power =
    format.number, format.size, format.share, format.power
  function helpers.interval(value, low, high)
    return format.interval({ value = value, low = low, high = high })
  end
  return helpers
end

-- The environment -----------------------------------------------------------------------------

local SAFE <const> = { "assert", "error", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget",
  "rawlen", "select", "tonumber", "tostring", "type" }

local function copy(library, without)
  local out = {}
  for name, value in pairs(library) do out[name] = value end
  for _, name in ipairs(without or {}) do out[name] = nil end
  return out
end

--- Lua's libraries as far as they can neither reach the machine nor vary between runs.
local function safe_globals()
  local environment = {}
  for _, name in ipairs(SAFE) do environment[name] = _G[name] end
  environment.math = copy(math, { "random", "randomseed" })
  environment.string, environment.utf8 = copy(string, { "dump" }), copy(utf8)
  environment.table_concat = table.concat
  return environment
end

local Paper = {}
Paper.__index = Paper

--- The ledger of the profile.
function Paper:ledger()
  if not self.rows then
    local path = ("%s/claims-%s.tsv"):format(self.report, self.profile)
    self.rows = claims.read(path)
    if not self.rows then fault.raise(2, "%s is missing; run moerates claims first", path) end
  end
  return self.rows
end

--- The summary of the experiment whose script has this name.
function Paper:summary(name)
  if not self.summaries[name] then
    for _, chapter in ipairs(store.entries(self.scripts)) do
      local path = ("%s/%s/%s.lua"):format(self.scripts, chapter, name)
      if read_text(path) then
        local experiment = script.load(path, {})
        self.summaries[name] = summary.build(experiment, { profile = self.profile, out = self.out })
      end
    end
  end
  return self.summaries[name]
    or fault.raise(2, "no script '%s.lua' in the folders of %s", name, self.scripts)
end

--- A function for weave.weave that makes the chunks' environment.
---@param options {out: string, profile: string, scripts: string, list: string, output: string}
function M.environment(options)
  return function(weaver)
    local report = options.out .. "/report"
    local beside = options.output:match("^(.*)/[^/]*$") or "."
    local paper = setmetatable({ weaver = weaver, out = options.out, report = report,
      profile = options.profile, scripts = options.scripts, summaries = {},
      command = "make reproduce PROFILE=" .. options.profile,
      report_from_output = beside == options.out and "report" or options.absolute_report }, Paper)
    local _
    _, paper.claims = claims.list(options.list)
    local environment = safe_globals()
    for _, make in ipairs { make_tables, make_figures, make_claims, make_values } do
      for name, helper in pairs(make(paper)) do environment[name] = helper end
    end
    environment.table = setmetatable(copy(table), { __call = function(_, ...)
      return paper.tables(...)
    end })
    paper.tables = make_tables(paper).table
    environment.emit = function(...) weaver:emit(...) end
    environment.ref = function(name) return weaver:reference(name) end
    environment.info = engine.info
    environment.profile, environment.command = options.profile, paper.command
    return environment
  end
end

return M
