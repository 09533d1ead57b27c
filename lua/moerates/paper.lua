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
local nearest = require "moerates.nearest"
local plot = require "moerates.plot"
local practice = require "moerates.practice"
local realdata = require "moerates.realdata"
local script = require "moerates.script"
local searches = require "moerates.searches"
local speed = require "moerates.speed"
local store = require "moerates.store"
local summary = require "moerates.summary"
local table_file = require "moerates.table"
local text_file = require "moerates.text_file"
local verdict = require "moerates.verdict"

local M = {}

-- Tables ------------------------------------------------------------------------------------

--- The columns a reader asked for, by name.
local function pick_columns(t, names)
  local of, known, picked = {}, {}, {}
  for i, column in ipairs(t.columns) do of[column.name], known[i] = column, column.name end
  for i, name in ipairs(names) do
    picked[i] = of[name] or fault.raise(2, "the table %s has no column '%s' (it has: %s)", t.name,
      name, table.concat(known, ", "))
  end
  return picked
end

local function pick_rows(t, wanted)
  local picked = {}
  for _, row in ipairs(t.rows) do
    if wanted(row) then picked[#picked + 1] = row end
  end
  return picked
end

--- The level at which the twins are tested, all tests together.
local LEVEL <const> = 0.05

local function make_tables(paper)
  local helpers = {}

  --- table(name, {caption=, columns=, rows=, footer=}): a table that `report` wrote.
  function helpers.table(name, options)
    options = options or {}
    local t = table_file.read(("%s/tables/%s.tsv"):format(paper.report, name))
    if not t then return paper:absent("table", name) end
    if options.columns then t.columns = pick_columns(t, options.columns) end
    if options.rows then t.rows = pick_rows(t, options.rows) end
    if #t.rows == 0 then return "*The table " .. escape.markdown(name) .. " has no such row.*" end
    t.caption = options.caption
    if t.caption then paper.weaver:number("Table", name) end
    return table_file.markdown(t)
      .. (options.footer ~= false and table_file.footer_line(t.footer) or "")
  end

  --- twins(experiment): raw samples against the telescope, and what the tests say together.
  function helpers.twins(experiment, caption)
    local name = experiment .. "-twins"
    local text = helpers.table(name, { caption = caption
      or "Raw samples against the telescope: medians of each loss, the largest distance between "
      .. "the two distribution functions over replicates, and its $p$-value (two-sample "
      .. "Kolmogorov--Smirnov)." })
    local data = table_file.read(("%s/tables/%s.tsv"):format(paper.report, name))
    local tests, least = 0, math.huge
    for _, row in ipairs(data and data.rows or {}) do
      if row.p then tests, least = tests + 1, math.min(least, row.p) end
    end
    if tests == 0 then return text end
    local threshold = LEVEL / tests
    return text .. ("\n\nThe smallest of the %d $p$-values is %s; Bonferroni's threshold at level "
      .. "%s is %s, so the tests %s."):format(tests, format.number(least), format.number(LEVEL, 1),
      format.number(threshold), least >= threshold and "see no difference"
        or "**see a difference**")
  end

  return helpers
end

-- Figures -----------------------------------------------------------------------------------

local REAL_COLUMNS <const> = {
  { name = "data", label = "data" }, { name = "n", label = "$n$", format = "integer" },
  { name = "gate", label = "gate" }, { name = "expert", label = "expert" },
  { name = "k", label = "$k$", format = "integer" },
  { name = "parameters", label = "param.", format = "integer" },
  { name = "r_squared", label = "$R^2$", format = "number" },
  { name = "residual_sd", label = "residual sd", format = "number" },
  { name = "schwarz", label = "BIC", format = "number" },
  { name = "boxed", label = "at the box", format = "integer" },
  { name = "agree", label = "starts that agree", format = "integer" },
  { name = "starts", label = "of", format = "integer" },
  { name = "missed", label = "nats missed", format = "number" },
}

local function make_figures(paper)
  local helpers = {}

  --- figure(name, caption, {width=}): a figure that `report` drew.
  function helpers.figure(name, caption, options)
    if not text_file.find(paper.report .. "/figures/" .. name .. ".svg") then
      return paper:absent("figure", name)
    end
    paper.weaver:number("Figure", name)
    return ("![%s](%s/figures/%s){width=%s}"):format(caption, paper.report_from_output, name,
      options and options.width or "100%")
  end

  --- realdata(): both gates on the data sets that come along; fits them here (a few
  --- seconds).
  function helpers.realdata()
    local built = realdata.build(paper.scripts .. "/data", true)
    local t = { name = "realdata-fits", columns = REAL_COLUMNS, rows = built.rows, small = true,
      caption = "Least-squares fits of both gates to real data. Nats missed: what ten times as many "
        .. "starts, others, gain.",
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
  [verdict.UNDECIDED] = { "is undecided", "are undecided" },
  [verdict.UNTESTED] = { "was not tested", "were not tested" },
  [verdict.FAILS] = { "fails an assumption", "fail an assumption" },
}
local ORDER <const> = { verdict.AGREES, verdict.EARLY, verdict.DIFFERS, verdict.FAILS,
  verdict.UNDECIDED, verdict.UNTESTED }

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

local function size_range(first, last)
  if first == last then return format.size(first) end
  return format.size(first) .. " to " .. format.size(last)
end

local function ledger_interval(row, name)
  return { value = row[name], low = row[name .. "_low"], high = row[name .. "_high"] }
end

--- "slope x against n^s, n from a to b".
local function evidence(row)
  local measured = claims.measured(row)
  if measured == "" then return row.note and row.note ~= "" and escape.markdown(row.note) or "" end
  if row.kind == "holds" then return "last value " .. measured end
  if row.kind == "ordering" then return "by the factor " .. measured end
  if row.kind == "rate" or row.kind == "value" then
    measured = "slope " .. measured .. " against " .. predicted_text(row)
    if row.n_min then measured = measured .. ", $n$ from " .. size_range(row.n_min, row.n_max) end
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
  { name = "constant", label = "constant", format = "interval" },
  { name = "onset", label = "onset", format = "size_interval" },
  { name = "range", label = "$n$", format = "ready", right = true },
  { name = "replicates", label = "repl.", format = "integer" },
  { name = "uncertified_share", label = "uncert.", format = "share" },
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

  --- claims_table {...filter..., caption=, columns=, note=true, landscape=true}
  function helpers.claims_table(filter)
    local t = { columns = {}, rows = {}, caption = filter.caption, name = filter.name, small = true,
      landscape = filter.landscape }
    for i, column in ipairs(CLAIM_COLUMNS) do t.columns[i] = column end
    if filter.columns then t.columns = pick_columns({ name = "of claims", columns = CLAIM_COLUMNS }, filter.columns) end
    if filter.note then t.columns[#t.columns + 1] = { name = "note", label = "note" } end
    local ledger = helpers.ledger(filter)
    for i, row in ipairs(ledger) do
      local measured = claims.measured(row)
      local sized = row.n_max and row.kind ~= "holds"
      t.rows[i] = { id = row.id, case = row.case, estimator = row.estimator, verdict = row.verdict,
        uncertified_share = row.uncertified_share, note = row.note, predicted = predicted_text(row),
        measured = measured ~= "" and measured or format.nothing,
        onset = ledger_interval(row, "onset"), constant = ledger_interval(row, "constant"),
        replicates = sized and row.replicates or nil,
        range = sized and size_range(row.n_min, row.n_max) or format.nothing }
    end
    if #t.rows == 0 then return "*No row of the ledger matches.*" end
    if t.caption then paper.weaver:number("Table", filter.name or t.caption) end
    t.below = paper:commands("claims", ledger)
    return table_file.markdown(t)
  end

  return helpers
end

-- Values ------------------------------------------------------------------------------------

local CERTIFICATE_COLUMNS <const> = {
  { name = "experiment", label = "experiment" }, { name = "search", label = "starts" },
  { name = "fits", label = "fits", format = "integer" },
  { name = "uncertified", label = "uncertified", format = "share" },
  { name = "case", label = "worst case" },
  { name = "worst", label = "uncertified there", format = "share" },
}

--- The uncertified fits of an experiment by one search: their share, and the case that has most.
local function certificate_row(built, search)
  local row = { experiment = built.experiment.name, search = search, fits = 0, count = 0, worst = 0 }
  for _, curve in ipairs(built.curves) do
    if curve.search == search then
      local shares = summary.shares(curve)
      row.fits = row.fits + shares.fits
      row.count = row.count + shares.fits * shares.uncertified
      if shares.uncertified > row.worst then
        row.worst, row.case = shares.uncertified, curve.case.name
      end
    end
  end
  row.uncertified = row.count / row.fits
  return row.fits > 0 and row or nil
end

local function make_certificates(paper)
  --- certificates(experiments, caption): the share of uncertified fits of each, by the full search
  --- and from near the truth.
  local function certificates(experiments, caption)
    local rows = {}
    for _, name in ipairs(experiments) do
      for _, search in ipairs { "full", "near" } do
        rows[#rows + 1] = certificate_row(paper:summary(name), search)
      end
    end
    paper.weaver:number("Table", "certificates")
    return table_file.markdown { name = "certificates", columns = CERTIFICATE_COLUMNS, rows = rows,
      caption = caption }
  end
  return { certificates = certificates }
end

--- What every table of rates shows of one, after its own columns.
local RATE_COLUMNS <const> = {
  { name = "slope", label = "slope", format = "slope_interval" },
  { name = "onset", label = "onset", format = "size_interval" },
  { name = "constant", label = "constant", format = "interval" },
  { name = "range", label = "$n$", format = "ready", right = true },
  { name = "replicates", label = "repl.", format = "integer" },
  { name = "uncertified", label = "uncert.", format = "share" },
}

local function make_values(paper)
  local helpers = {}

  local function curve(experiment, case, options)
    local built = paper:summary(experiment)
    local found = summary.find(built, case, options and options.search)
    if found then return found end
    local names = {}
    for i, known in ipairs(built.experiment.cases) do
      if known.name == case then return nil end
      names[i] = known.name
    end
    fault.raise(2, "the experiment '%s' has no case '%s'%s", experiment, case,
      nearest.hint(case, names))
  end

  --- A dash where a value should be, and a warning that says how to get it.
  local function lacking(experiment, case, measure)
    local built = paper:summary(experiment)
    local found = summary.find(built, case)
    local why = found and found.missing == 0 and "too few sizes, or no positive loss"
      or paper:advice_line(built)
    paper.weaver:warn(("no value for %s, %s: %s"):format(case, measure, why))
    return format.nothing
  end

  function helpers.summary(experiment) return paper:summary(experiment) end

  --- rate(experiment, case, measure, {statistic=, search=, range=}): nil without enough cells.
  function helpers.rate(experiment, case, measure, options)
    local found = curve(experiment, case, options)
    return found and summary.rate(found, measure, options and options.statistic or "median",
      options and options.range)
  end

  --- slope(...): "-0.251 [-0.272, -0.230]"
  function helpers.slope(experiment, case, measure, options)
    local rate = helpers.rate(experiment, case, measure, options)
    return rate and format.interval(rate.slope, format.slope)
      or lacking(experiment, case, measure)
  end

  --- onset(...): "10^6 [10^4, 10^8]", with the arguments of slope
  function helpers.onset(experiment, case, measure, options)
    local rate = helpers.rate(experiment, case, measure, options)
    return rate and format.interval(rate.onset, format.size) or lacking(experiment, case, measure)
  end

  --- rate_table {columns = {names}, rows = {{text..., experiment=, case=, measure=}...}, caption=}: a row
  --- of Markdown under these names, and the rate of that measure with all that says how far to trust it.
  function helpers.rate_table(options)
    local t = { name = options.name, caption = options.caption, columns = {}, rows = {}, small = true }
    for i, name in ipairs(options.columns) do
      t.columns[i] = { name = name, label = name, format = "ready" }
    end
    table.move(RATE_COLUMNS, 1, #RATE_COLUMNS, #t.columns + 1, t.columns)
    for r, wanted in ipairs(options.rows) do
      local found = curve(wanted.experiment, wanted.case)
      local rate = found and summary.rate(found, wanted.measure, "median")
      local row = rate and { slope = rate.slope, onset = rate.onset,
        constant = summary.fitted_constant(rate), range = size_range(rate.n_first, rate.n_last),
        replicates = summary.replicates(found, rate.first, rate.last),
        uncertified = summary.uncertified(found, rate.first, rate.last) } or {}
      for i, name in ipairs(options.columns) do row[name] = tostring(wanted[i]) end
      t.rows[r] = row
    end
    if t.caption then paper.weaver:number("Table", options.name or t.caption) end
    t.below = paper:commands("report", options.rows)
    return table_file.markdown(t)
  end

  --- beyond(experiment, case, measure, limit, n, options): the share of fits at sizes of at least
  --- n whose loss is larger than the limit; nil without cells.
  function helpers.beyond(experiment, case, measure, limit, n, options)
    local found = curve(experiment, case, options)
    local fits, above = 0, 0
    for s, losses in ipairs(found and summary.losses(found, measure) or {}) do
      for _, loss in ipairs(found.n[s] >= n and losses or {}) do
        fits = fits + 1
        if loss > limit then above = above + 1 end
      end
    end
    return fits > 0 and above / fits or nil
  end

  --- nats(experiment, case, n): the median of the nats by which a case of EM stays below the largest likelihood.
  function helpers.nats(experiment, case, n)
    for _, row in ipairs(practice.shortfall(paper:summary(experiment)).rows) do
      if row.case == case and row.n == n then return format.number(row.median, 2) end
    end
    return lacking(experiment, case, "nats at n = " .. tostring(n))
  end

  --- count_missed(experiment, first): how many data sets the usual search missed, and of how many,
  --- among the replicates from `first` on.
  function helpers.count_missed(experiment, first)
    return searches.count_missed(paper:summary(experiment), first)
  end

  --- point(experiment, case, measure, n, options): {value, low, high}
  function helpers.point(experiment, case, measure, n, options)
    local found = curve(experiment, case, options)
    local points = found and summary.points(found, measure, options and options.statistic or "median")
    for s, size in ipairs(points and found.n or {}) do
      if size == n then return points[s] end
    end
  end

  --- level(...): the middle of a point alone, where an interval would say nothing.
  function helpers.level(experiment, case, measure, n, options)
    local point = helpers.point(experiment, case, measure, n, options)
    return point and format.number(point.value, 2)
      or lacking(experiment, case, measure .. " at n = " .. tostring(n))
  end

  function helpers.value(experiment, case, measure, n, options)
    local point = helpers.point(experiment, case, measure, n, options)
    return point and format.interval(point)
      or lacking(experiment, case, measure .. " at n = " .. tostring(n))
  end

  --- crossover(experiment, case_a, case_b, measure): the n from which b is below a.
  function helpers.crossover(experiment, case_a, case_b, measure, statistic)
    local a, b = curve(experiment, case_a), curve(experiment, case_b)
    local n = a and b and summary.crossover(a, measure, b, measure, statistic or "median")
    if not n then return lacking(experiment, case_b, measure) end
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
  environment.concat = table.concat
  return environment
end

--- Tables and figures that belong to no experiment: what their names begin with, and what makes them.
local MADE_BY <const> = {
  laws = "moerates laws --out %s",
  onsets = "moerates claims with all experiments and certificates --out %s",
}

local Paper = {}
Paper.__index = Paper

--- What an experiment lacks, and the commands that make it.
---@return string reason
---@return string[] commands
function Paper:advice(built)
  local rest = ("%s --profile %s --out %s"):format(built.experiment.script, self.profile, self.out)
  local report = "moerates report " .. rest
  if built.expected == 0 then
    return ("the profile %s has no cell of %s"):format(self.profile, built.experiment.name), {}
  elseif built.missing > 0 then
    return ("%d of %d cells are missing"):format(built.missing, built.expected),
      { "moerates run " .. rest, report }
  end
  return "it was not drawn yet", { report }
end

local function on_one_line(reason, commands)
  return reason .. (#commands > 0 and "; run: " .. table.concat(commands, ", then: ") or "")
end

--- The same on one line.
function Paper:advice_line(built) return on_one_line(self:advice(built)) end

--- What stands for a table or figure that is not there, with a warning. If everything of its
--- experiment is there, the name is wrong: that is a fault.
---@param kind "table"|"figure"
---@param name string
---@return string markdown
function Paper:absent(kind, name)
  for made, command in pairs(MADE_BY) do
    if name == made or name:sub(1, #made + 1) == made .. "-" then
      return self:stand_in(kind, name, "it was not made yet", { command:format(self.out) })
    end
  end
  local built = self:summary(self:experiment_of(kind, name))
  local folder, there = ("%s/%ss"):format(self.report, kind), {}
  for _, file in ipairs(store.entries(folder)) do
    local prefix = built.experiment.name .. "-"
    if file:find("%.tsv$") and file:sub(1, #prefix) == prefix then
      there[#there + 1] = file:sub(1, -5)
    end
  end
  if built.missing == 0 and #there > 0 then
    fault.raise(2, "no %s '%s'; %s has: %s", kind, name, folder, table.concat(there, ", "))
  end
  return self:stand_in(kind, name, self:advice(built))
end

--- The text in place of a table or figure, with a warning.
function Paper:stand_in(kind, name, reason, commands)
  self.weaver:warn(("no %s '%s': %s"):format(kind, name, on_one_line(reason, commands)))
  local text = ("*The %s %s cannot be shown: %s.*"):format(kind, escape.markdown(name),
    escape.markdown(reason))
  return #commands == 0 and text
    or ("%s\n\n```\n%s\n```"):format(text, table.concat(commands, "\n"))
end

--- The longest name of an experiment that a table's or figure's name begins with.
function Paper:experiment_of(kind, name)
  local best, known = "", {}
  for _, chapter in ipairs(store.entries(self.scripts)) do
    for _, file in ipairs(store.entries(self.scripts .. "/" .. chapter)) do
      local experiment = file:match("^(.+)%.lua$")
      known[#known + 1] = experiment
      if experiment and #experiment > #best
        and name:sub(1, #experiment + 1) == experiment .. "-" then
        best = experiment
      end
    end
  end
  if best == "" then
    fault.raise(2, "no %s '%s': the name begins with that of an experiment (%s)", kind, name,
      table.concat(known, ", "))
  end
  return best
end

--- The script of an experiment or of certificates; nil if there is none.
function Paper:script_of(name)
  for _, chapter in ipairs(store.entries(self.scripts)) do
    local path = ("%s/%s/%s.lua"):format(self.scripts, chapter, name)
    if text_file.find(path) then return path end
  end
end

--- More scripts than this are named by their folders.
local MOST_SCRIPTS <const> = 2

--- Small print: how to get a table's numbers again, once their cells are there. Rows of timings are in every
--- ledger; what they rest on is made by another command.
---@param command "claims"|"report"
---@param rows table[] each with an experiment, those of a ledger with an estimator
---@return string markdown
function Paper:commands(command, rows)
  local paths, seen = {}, {}
  for _, row in ipairs(rows) do
    local path = not seen[row.experiment] and row.estimator ~= "timing" and self:script_of(row.experiment)
    seen[row.experiment] = true
    if path then paths[#paths + 1] = path end
  end
  if #paths > MOST_SCRIPTS then
    local folders, known = {}, {}
    for _, path in ipairs(paths) do
      local folder = path:match("^(.*)/") .. "/*.lua"
      if not known[folder] then folders[#folders + 1] = folder end
      known[folder] = true
    end
    paths = folders
  end
  if #paths == 0 then return rows[1].estimator == "timing" and table_file.footer_line { speed.REFERENCE } or "" end
  return table_file.footer_line { ("moerates %s %s --profile %s"):format(command,
    table.concat(paths, " "), self.profile) }
end

--- The ledger of the profile.
function Paper:ledger()
  if not self.rows then
    local path = ("%s/claims-%s.tsv"):format(self.report, self.profile)
    self.rows = claims.read(path)
    if not self.rows then
      fault.raise(2, "%s is missing; run: moerates claims %s/convergence/*.lua --profile %s --out %s",
        path, self.scripts, self.profile, self.out)
    end
  end
  return self.rows
end

--- The summary of the experiment whose script has this name.
function Paper:summary(name)
  if not self.summaries[name] then
    local path = self:script_of(name)
      or fault.raise(2, "no script '%s.lua' in the folders of %s", name, self.scripts)
    self.summaries[name] = summary.build(script.load(path, {}), { profile = self.profile, out = self.out })
  end
  return self.summaries[name]
end

--- A function for weave.weave that makes the chunks' environment.
---@param options {out: string, profile: string, scripts: string, list: string, output: string,
---  results: string}
function M.environment(options)
  return function(weaver)
    local report = options.out .. "/report"
    local beside = options.output:match("^(.*)/[^/]*$") or "."
    local paper = setmetatable({ weaver = weaver, out = options.out, report = report,
      profile = options.profile, scripts = options.scripts, results = options.results, summaries = {},
      command = "make reproduce PROFILE=" .. options.profile,
      report_from_output = beside == options.out and "report" or options.absolute_report }, Paper)
    local _
    _, paper.claims = claims.list(options.list)
    local environment = safe_globals()
    for _, make in ipairs { make_tables, make_figures, make_claims, make_certificates, make_values } do
      for name, helper in pairs(make(paper)) do environment[name] = helper end
    end
    for name, helper in pairs(speed.helpers(paper, environment.figure)) do
      environment[name] = helper
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
