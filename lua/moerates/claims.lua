--- The ledger: what the papers claim, what was measured, and the verdict on each.
---
--- paper/claims.tsv lists the claims. An experiment says which of them its cases judge, and so does
--- a script of certificates; S-optimiser is judged from the committed timings. The ledger has one
--- row per claim x estimator x case, and one `not tested` row for every claim that nothing judged.
--- Rates of least squares have a second row, estimator `lse-near`: the best of the starts near the
--- truth, as published figures have it; claims that nothing converges have one of estimator `any`, by
--- the worse of two truths. One ledger per profile, and one of all of them.
local certify_claims = require "moerates.certify_claims"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local figures = require "moerates.figures"
local format = require "moerates.format"
local minimisers = require "moerates.minimisers"
local speed_claims = require "moerates.speed_claims"
local summary = require "moerates.summary"
local table_file = require "moerates.table"
local text_file = require "moerates.text_file"
local verdict = require "moerates.verdict"
local worst = require "moerates.worst"

local M = {}

M.COLUMNS = { "id", "kind", "estimator", "case", "profile", "verdict", "predicted", "measured",
  "ci_low", "ci_high", "n_min", "n_max", "replicates", "uncertified_share", "onset", "onset_low",
  "onset_high", "constant", "constant_low", "constant_high", "experiment", "figure", "note" }

local CLAIM_COLUMNS <const> = { "id", "kind", "paper", "where", "quantity", "case", "predicted",
  "published_slope", "protocol", "chapter" }
local KINDS <const> = { rate = true, holds = true, inequality = true, value = true,
  ordering = true }
--- The chapters that this release covers; claims of others wait.
local CHAPTERS <const> = { A = true, E = true, certificates = true, algebra = true }

--- The list of claims, in its order and by id.
---@param path string paper/claims.tsv
---@return table[] list
---@return table<string, table> by_id
function M.list(path)
  local parsed, by_id = table_file.parse(text_file.read(path)), {}
  for i, name in ipairs(CLAIM_COLUMNS) do
    if parsed.columns[i] ~= name then
      fault.raise(2, "%s:1: column %d is '%s', expected '%s'", path, i, parsed.columns[i] or "",
        name)
    end
  end
  for i, claim in ipairs(parsed.rows) do
    if by_id[claim.id] then
      fault.raise(2, "%s:%d: the claim %s is there twice", path, i + 1, claim.id)
    elseif not KINDS[claim.kind] then
      fault.raise(2, "%s:%d: unknown kind '%s' (rate, holds, inequality, ordering, value)", path, i + 1,
        claim.kind)
    end
    by_id[claim.id], claim.position = claim, i
  end
  return parsed.rows, by_id
end

--- The number a prediction stands for: "-1/4" is -0.25; nil for words.
---@param text string?
---@return number?
function M.exponent(text)
  local sign, over, under = (text or ""):match("^(-?)(%d+)/(%d+)$")
  if over then return (sign == "-" and -1 or 1) * tonumber(over) / tonumber(under) end
  return tonumber(text)
end

-- Judging -----------------------------------------------------------------------------------

--- A new row with what is common to all kinds.
local function new_row(claim, curve, profile)
  local estimator = curve.case.estimator.kind
  return { id = claim.id, kind = claim.kind, case = curve.case.name, profile = profile,
    estimator = curve.search == "near" and estimator .. "-near" or estimator,
    predicted = claim.predicted, experiment = curve.experiment, note = "" }
end

local function add_note(row, text)
  if text and text ~= "" then row.note = row.note == "" and text or row.note .. "; " .. text end
end

--- Sizes, replicates and the share of uncertified fits of the range a row was judged on.
local function fill_range(row, curve, first, last)
  if not first then return end
  row.n_min, row.n_max = curve.n[first], curve.n[last]
  row.replicates = summary.replicates(curve, first, last)
  row.uncertified_share = summary.uncertified(curve, first, last)
  local elsewhere = summary.elsewhere(curve, first, last)
  if elsewhere and elsewhere > 0 then
    add_note(row, string.format("%.0f %% of the fits are in another minimum than the population's",
      100 * elsewhere))
  end
end

local function fill_interval(row, name, interval)
  row[name] = interval.value
  row[name .. "_low"], row[name .. "_high"] = interval.low, interval.high
end

--- The slope, the onset of the power law that it may be the exponent of, and the constant of
--- the fitted line.
local function fill_rate(row, rate)
  if not rate then return end
  row.measured, row.ci_low, row.ci_high = rate.slope.value, rate.slope.low, rate.slope.high
  fill_interval(row, "onset", rate.onset)
  fill_interval(row, "constant", summary.fitted_constant(rate))
  if rate.dropped > 0 then
    add_note(row, string.format("%d losses are not defined", rate.dropped))
  end
end

--- A claimed power, and its constant if it agrees. The error of f on the same fits says whether its
--- own law has set in; it is the error to the best approximation where that is not the truth.
local function judge_power(row, claim, entry, curve)
  local rate = summary.rate(curve, entry.measure, entry.statistic)
  local own = curve.minimisers and "l2_bar" or curve.case.truth.atoms[1].variance and "total_variation" or "l2"
  local l2 = entry.measure ~= own and summary.rate(curve, own, entry.statistic) or nil
  local exponent = M.exponent(claim.predicted)
  row.verdict, row.note = verdict.rate(exponent, rate, l2)
  fill_rate(row, rate)
  if entry.measure == "d3" and curve.gbar then add_note(row, minimisers.note(curve.gbar)) end
  if row.verdict == verdict.AGREES then
    fill_interval(row, "constant", summary.constant(curve, entry.measure, entry.statistic, exponent))
  end
  fill_range(row, curve, summary.range(#curve.n))
end

local function judge_subpolynomial(row, entry, curve)
  local rate = summary.rate(curve, entry.measure, entry.statistic, "all")
  local set
  for _, measure in ipairs(curve.case.measure) do
    if measure == "set_distance" then set = summary.rate(curve, measure, entry.statistic) end
  end
  row.verdict, row.note = verdict.subpolynomial(rate, set)
  fill_rate(row, rate)
  fill_range(row, curve, summary.range(#curve.n, "all"))
end

--- Along a path: what any estimator must suffer at one of its truths.
local function judge_worst(row, entry, curve)
  row.estimator = "any"
  local bound = worst.of_two(curve, entry.measure)
  if not bound then
    row.verdict, row.note = verdict.UNTESTED, "the error is not defined along the path"
    return
  end
  row.verdict, row.note = verdict.worst(bound)
  row.measured, row.n_min, row.n_max = bound.slope, bound.n[1], bound.n[#bound.n]
end

local judge = {}

function judge.rate(row, claim, entry, curve)
  if claim.predicted == "sub-polynomial" and curve.search == "path" then
    judge_worst(row, entry, curve)
  elseif claim.predicted == "sub-polynomial" then
    judge_subpolynomial(row, entry, curve)
  elseif M.exponent(claim.predicted) then
    judge_power(row, claim, entry, curve)
  else
    row.verdict, row.note = verdict.UNTESTED, "no exponent is predicted"
  end
end

function judge.value(row, claim, entry, curve)
  local published = M.exponent(claim.published_slope)
  local rate = summary.rate(curve, entry.measure, entry.statistic, "all", entry.by)
  row.predicted = claim.published_slope
  if published then
    row.verdict, row.note = verdict.value(published, rate)
  else
    row.verdict, row.note = verdict.UNTESTED, "no value was published"
  end
  fill_rate(row, rate)
  if entry.by then
    row.onset, row.onset_low, row.onset_high = nil, nil, nil -- they would be values of n / log n
    add_note(row, "slope in " .. entry.by)
  end
  fill_range(row, curve, summary.range(#curve.n, "all"))
end

function judge.holds(row, _, entry, curve)
  local values = {}
  for s, list in ipairs(summary.losses(curve, entry.measure) or {}) do values[s] = list[1] end
  row.verdict, row.note = verdict.holds(values)
  row.measured = values[#values]
  row.n_min, row.n_max = curve.n[1], curve.n[#curve.n]
  row.replicates, row.uncertified_share = 1, 0
end

function judge.inequality(row, _, entry, curve, built)
  local other = entry.against and summary.find(built, entry.against,
    curve.search == "near" and "near" or nil)
  if not other then
    row.verdict, row.note = verdict.UNTESTED, "the curve to compare with is not there"
    return
  end
  local crossover = summary.crossover(other, entry.against_measure, curve, entry.measure, entry.statistic)
  row.verdict, row.note = verdict.inequality(crossover,
    summary.rate(other, entry.against_measure, entry.statistic),
    summary.rate(curve, entry.measure, entry.statistic))
  if crossover then
    row.measured, row.ci_low, row.ci_high = crossover.value, crossover.low, crossover.high
  end
  fill_range(row, curve, 1, #curve.n)
  add_note(row, "against " .. entry.against)
end

function judge.ordering(row, _, entry, curve, built)
  local other = entry.against and summary.find(built, entry.against)
  local factor, s
  if other then factor, s = summary.factor(curve, other, entry.measure) end
  row.verdict, row.note = verdict.ordering(factor)
  if factor then
    row.measured, row.ci_low, row.ci_high = factor.value, factor.low, factor.high
    fill_range(row, curve, s, s)
  end
  add_note(row, figures.measure_label(entry.measure) .. " against " .. (entry.against or "nothing"))
end

--- One row: a claim judged on one curve.
local function judge_one(claim, entry, curve, built)
  local row = new_row(claim, curve, built.profile)
  local measure = entry.measure or curve.case.measure[1]
  local question = { measure = measure, statistic = entry.statistic, against = entry.against,
    against_measure = entry.against_measure or measure, by = entry.by }
  row.measure, row.figure = measure, figures.of_claim(built, claim.kind, curve, measure)
  judge[claim.kind](row, claim, question, curve, built)
  add_note(row, entry.note)
  if curve.missing > 0 then add_note(row, string.format("%d cells are missing", curve.missing)) end
  return row
end

--- The searches an entry is judged by: the estimate, and for rates the practice beside it.
local function searches(claim, entry)
  if entry.search == "near" then return { "near" } end
  return claim.kind == "rate" and { "estimate", "near" } or { "estimate" }
end

--- Rows of one experiment. A case without sizes in this profile gives none.
---@param experiment table
---@param built table its summary
---@param by_id table<string, table> claims
---@param rows table[] appended to
function M.judge(experiment, built, by_id, rows)
  for _, entry in ipairs(experiment.claims) do
    local claim = by_id[entry.id]
    if not claim then
      fault.raise(2, "%s: the claim '%s' is not in the list of claims",
        experiment.script or experiment.name, entry.id)
    end
    for _, case in ipairs(experiment.cases) do
      for _, search in ipairs((not entry.case or entry.case == case.name)
        and searches(claim, entry) or {}) do
        local curve = summary.find(built, case.name, search == "near" and "near" or nil)
        if curve then rows[#rows + 1] = judge_one(claim, entry, curve, built) end
      end
    end
  end
end

--- `not tested` rows for the claims that no row judges.
local function fill_untested(list, rows, profile)
  local judged = {}
  for _, row in ipairs(rows) do judged[row.id] = true end
  for _, claim in ipairs(list) do
    if not judged[claim.id] then
      local value = claim.kind == "value" and claim.published_slope ~= ""
      rows[#rows + 1] = { id = claim.id, kind = claim.kind, profile = profile, experiment = "",
        estimator = claim.protocol:match("%S+"), case = claim.case, verdict = verdict.UNTESTED,
        predicted = value and claim.published_slope or claim.predicted,
        note = not CHAPTERS[claim.chapter] and "chapter of a later release"
          or "no cell of this profile judges it" }
    end
  end
end

local function sort_rows(rows, by_id)
  for i, row in ipairs(rows) do row.order = i end
  table.sort(rows, function(a, b)
    local p, q = by_id[a.id].position, by_id[b.id].position
    if p ~= q then return p < q end
    return a.order < b.order
  end)
end

--- The ledger of a profile.
---@param experiments table[]
---@param summaries table[] one per experiment
---@param list_path string paper/claims.tsv
---@param profile string
---@param certificates table[]? scripts of certificates
---@param timings table? a file of timings (moerates.speed)
---@return table[] rows
function M.ledger(experiments, summaries, list_path, profile, certificates, timings)
  local list, by_id = M.list(list_path)
  local rows = {}
  for i, experiment in ipairs(experiments) do M.judge(experiment, summaries[i], by_id, rows) end
  for _, script in ipairs(certificates or {}) do
    certify_claims.judge(script, profile, by_id, rows)
  end
  speed_claims.judge(timings, profile, by_id, rows)
  fill_untested(list, rows, profile)
  sort_rows(rows, by_id)
  return rows
end

-- Files -------------------------------------------------------------------------------------

--- Four digits: more than the interval of 999 resamples holds.
local function field(name, value)
  if value == nil or value ~= value then return "" end
  if type(value) ~= "number" then return (tostring(value):gsub("[\t\r\n]", " ")) end
  if name == "n_min" or name == "n_max" or name == "replicates" or name:find("^onset") then
    return string.format("%.10g", value)
  end
  return string.format("%.4g", value)
end

--- Rows as TSV.
---@return string
function M.tsv(rows)
  local lines = { table.concat(M.COLUMNS, "\t") }
  for _, row in ipairs(rows) do
    local fields = {}
    for c, name in ipairs(M.COLUMNS) do fields[c] = field(name, row[name]) end
    lines[#lines + 1] = table.concat(fields, "\t")
  end
  return table.concat(lines, "\n") .. "\n"
end

local NUMBERS <const> = { "measured", "ci_low", "ci_high", "n_min", "n_max", "replicates",
  "uncertified_share", "onset", "onset_low", "onset_high", "constant", "constant_low",
  "constant_high" }

--- Reads a ledger back; numbers are numbers, empty fields nil.
---@param path string
---@return table[]? rows nil if there is no such file
function M.read(path)
  local text = text_file.find(path)
  if not text then return nil end
  local rows = table_file.parse(text).rows
  for _, row in ipairs(rows) do
    for _, name in ipairs(NUMBERS) do row[name] = format.to_number(row[name]) end
  end
  return rows
end

--- Writes claims-PROFILE.tsv and, from the ledgers of all profiles that are there, claims.tsv.
---@param rows table[]
---@param profile string
---@param dir string an existing directory
function M.write(rows, profile, dir)
  engine.write_atomic(string.format("%s/claims-%s.tsv", dir, profile), M.tsv(rows))
  local all = {}
  for _, name in ipairs { "quick", "full", "paper" } do
    local own = name == profile and rows
      or M.read(string.format("%s/claims-%s.tsv", dir, name)) or {}
    table.move(own, 1, #own, #all + 1, all)
  end
  engine.write_atomic(dir .. "/claims.tsv", M.tsv(all))
end

--- What makes a row the same row in another ledger.
local function identity(row)
  return table.concat({ row.id, row.estimator, row.case, row.profile, row.experiment or "" }, "\t")
end

--- Rows by identity; several rows may share one (two questions on one case), then in order.
local function by_identity(rows)
  local found = {}
  for _, row in ipairs(rows) do
    local id = identity(row)
    found[id] = found[id] or {}
    table.insert(found[id], row)
  end
  return found
end

--- Compares two ledgers row by row, for the profiles that `rows` has.
---@param rows table[] ours
---@param reference table[]
---@return {same: integer, changed: table[], regressed: table[], new: integer}
function M.compare(rows, reference)
  local result = { same = 0, changed = {}, regressed = {}, new = 0 }
  local found, profiles, matched = by_identity(rows), {}, 0
  for _, row in ipairs(rows) do profiles[row.profile] = true end
  for _, before in ipairs(reference) do
    if profiles[before.profile] then
      local now = table.remove(found[identity(before)] or {}, 1)
      local after = now and now.verdict or "row is missing"
      matched = matched + (now and 1 or 0)
      if after == before.verdict then
        result.same = result.same + 1
      else
        local worse = verdict.regressed(before.verdict, after)
        table.insert(worse and result.regressed or result.changed,
          { id = before.id, case = before.case, before = before.verdict, after = after })
      end
    end
  end
  result.new = #rows - matched
  return result
end

--- What was measured, for readers.
---@param row table of the ledger
---@return string markdown empty if nothing was
function M.measured(row)
  local interval = { value = row.measured, low = row.ci_low, high = row.ci_high }
  if row.verdict == verdict.UNTESTED then
    return ""
  elseif row.kind == "inequality" then
    if row.measured == 0 then return "ahead at every size" end
    return format.finite(row.measured) and "from $n$ = " .. format.interval(interval, format.size)
      or "no crossover"
  elseif row.kind == "holds" then
    return format.number(row.measured)
  elseif row.estimator == "certificate" then
    return ("$%d$"):format(row.measured)
  elseif row.kind == "ordering" then
    return format.interval(interval)
  end
  return format.interval(interval, format.slope)
end

return M
