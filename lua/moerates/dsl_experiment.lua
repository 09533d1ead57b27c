--- How the pieces of dsl.lua make cases, and cases an experiment.
---
--- A field of a case may stand in the experiment, as the default of every case. A grid of fits
--- becomes one case per fit; axes with more than one value add "-value" to the case's name. So the
--- normal form of an experiment holds a flat list of complete cases and nothing is left to expand.
local check = require "moerates.dsl_check"
local dsl = require "moerates.dsl"

local M = {}

local CASE_FIELDS <const> = {
  name = { check.name }, title = { check.text }, regime = { check.text },
  data = { dsl.table }, truth = { dsl.truth }, noise_sd = { check.positive }, design = { dsl.design },
  fit = { dsl.grid }, theta = { dsl.box }, estimator = { dsl.estimator },
  n = { dsl.sizes }, replicates = { dsl.replicates }, measure = { dsl.measures },
  minimisers = { check.flag }, population_starts = { check.whole(1, 1000000) },
}
local case_fields = check.record(CASE_FIELDS)

--- moe.case { ... }: what it has is checked here; what it lacks, in the experiment.
function M.case(value, path, at) return case_fields(value, path, at) end

local DEFAULTS <const> = {
  noise_sd = 0.1, minimisers = false, population_starts = 200, theta = {},
  estimator = { kind = "lse" },
}

--- Default ranges of variances and of temperatures that are learned.
local VARIANCES <const>, TEMPERATURES <const> = { 1e-3, 100 }, { 1 / 8, 8 }

local function missing(case, name, path, at)
  if case[name] == nil then check.fail(at, path, "'%s' is missing", name) end
end

--- What only simulated data have.
local SIMULATED <const> = { truth = true, noise_sd = true, design = true, theta = true,
  minimisers = true, population_starts = true }

local LIKELIHOODS <const> = { mle = true, em = true }

--- A truth whose atoms have variances goes with an estimator of them, and neither with noise_sd.
local function check_variances(case, given, path, at)
  local gaussian = case.truth ~= nil and case.truth.atoms[1].variance ~= nil
  local estimator = case.estimator.kind
  if gaussian ~= (LIKELIHOODS[estimator] or false) and estimator ~= "path" then
    check.fail(at, check.join(path, "estimator"),
      "moe.mle and moe.em go with a truth whose atoms have variances, and nothing else does")
  end
  if not gaussian then
    if case.design and case.design.bin then
      check.fail(at, check.join(path, "design.bin"), "least squares need no intervals of y")
    end
    if case.theta and case.theta.variance then
      check.fail(at, check.join(path, "theta.variance"), "the atoms of the truth have no variances")
    end
    return
  end
  if given then
    check.fail(at, check.join(path, "noise_sd"), "the atoms of the truth have variances already")
  end
  case.noise_sd = nil
  case.theta.variance = case.theta.variance or check.copy(VARIANCES)
  if case.theta.variance[1] <= 0 then
    check.fail(at, check.join(path, "theta.variance"), "the lower bound must be above 0")
  end
end

--- A range of temperatures goes with a fit that learns one (at a point, is told it), those of shared experts
--- with shared atoms.
local function check_router_box(case, path, at)
  local theta, fit = case.theta, case.fit
  if not theta then return end
  if fit.tempered then
    theta.temperature = theta.temperature or check.copy(TEMPERATURES)
    if theta.temperature[1] <= 0 then
      check.fail(at, check.join(path, "theta.temperature"), "the lower bound must be above 0")
    end
  elseif theta.temperature then
    check.fail(at, check.join(path, "theta.temperature"), "the fit learns none: tempered = true is missing")
  end
  for _, key in ipairs { "shared_a", "shared_b" } do
    if theta[key] and not fit.shared then
      check.fail(at, check.join(path, "theta." .. key), "the fit has no shared atoms")
    end
  end
end

--- The case with the experiment's fields where it has none of its own, then the defaults.
local function inherit(case, shared, path, at)
  local result, real = {}, (case.data or shared.data) ~= nil
  for name, field in pairs(CASE_FIELDS) do
    local value = case[name]
    if value == nil and name ~= "name" and name ~= "title" then value = shared[name] end
    if real and SIMULATED[name] and value ~= nil then
      check.fail(at, check.join(path, name), "real data have none")
    end
    if value == nil and not (real and SIMULATED[name]) and DEFAULTS[name] ~= nil then
      value = field[1](DEFAULTS[name], name, at)
    end
    result[name] = check.copy(value)
  end
  for _, name in ipairs(real and { "fit", "measure" } or { "truth", "design", "fit", "measure" }) do
    missing(result, name, path, at)
  end
  if real ~= (result.estimator.kind == "cross-validation") then
    check.fail(at, check.join(path, "estimator"),
      "moe.cross_validation goes with real data (moe.table), and nothing else does")
  end
  check_variances(result, case.noise_sd or shared.noise_sd, path, at)
  check_router_box(result, path, at)
  return result
end

--- A path is given, not estimated: it has no sizes. Everything else has.
local function check_sizes(case, path, at)
  if case.estimator.kind == "path" then
    case.n, case.replicates = nil, nil
    dsl.path_atoms(case.estimator.points, case.truth.d, case.fit.k,
      check.join(path, "estimator.points"), at)
    return
  end
  missing(case, "n", path, at)
  missing(case, "replicates", path, at)
  if case.data then return end
  local design, smallest = case.design, case.n.paper[1]
  if design.balanced and smallest and smallest < design.points then
    check.fail(at, check.join(path, "n"),
      "a balanced telescope of %d points needs n of at least as many, got %d", design.points,
      smallest)
  end
end

--- Above so many parameters a fit descends by the gradient alone and a start takes seconds (fit.h).
local DENSE_LIMIT <const> = 200

--- Starts of the usual search: with 384 for up to three atoms and 640 beyond it misses few of the data
--- sets of benchmarks/convergence/search.lua.
local function usual_starts(case)
  local parameters = 2 * case.fit.k * (case.truth.d + 1) + (case.estimator.kind == "mle" and case.fit.k or 0)
    + (case.fit.tempered and 1 or 0)
  return parameters > DENSE_LIMIT and 16 or case.fit.k <= 3 and 384 or 640
end

--- Whether a truth is a curve, which has no atoms to start near.
local function is_curve(truth, at)
  for _, name in ipairs(at.known.curves) do
    if name == truth.expert then return true end
  end
  return false
end

--- How many starts, where the script does not say. Those near the truth need a fit that can hold it.
local function fill_starts(case, at)
  local estimator = case.estimator
  if estimator.kind ~= "lse" and estimator.kind ~= "mle" then return end
  local holds = case.fit.k >= #case.truth.atoms and not is_curve(case.truth, at)
  estimator.starts = estimator.starts or usual_starts(case)
  estimator.near_starts = estimator.near_starts or holds and 4 or 0
end

local function check_measures(case, path, at)
  for i, measure in ipairs(case.measure) do
    local needs = case.data and at.known.needs_truth[measure] and "a truth"
      or not case.data and at.known.needs_rows[measure] and "rows of real data (moe.table)"
    if needs then
      check.fail(at, check.join(check.join(path, "measure"), i), "'%s' needs %s", measure, needs)
    end
  end
end

local function check_minimisers(case, path, at)
  if case.minimisers and case.design.kind ~= "telescope" then
    check.fail(at, check.join(path, "minimisers"),
      "the population minimiser is found by the telescope; the design is '%s'", case.design.kind)
  end
  for i, measure in ipairs(case.measure) do
    if at.known.needs_minimisers[measure] and not case.minimisers then
      check.fail(at, check.join(check.join(path, "measure"), i),
        "'%s' is a distance to the population minimisers; set minimisers = true", measure)
    end
  end
end

local function fit_name(base, parts)
  local words = {}
  if base ~= "" then words[1] = base end
  for _, part in ipairs(parts) do words[#words + 1] = part end
  return (table.concat(words, "-"):gsub("_", "-"))
end

--- One case per fit of the grid.
local function expand(case, base, path, at, into)
  local grid = case.fit
  if case.data then
    missing(grid, "gate", check.join(path, "fit"), at)
    missing(grid, "expert", check.join(path, "fit"), at)
  elseif not grid.expert and is_curve(case.truth, at) then
    check.fail(at, check.join(path, "fit"), "the truth is the curve '%s': say which expert is fitted to it",
      case.truth.expert)
  end
  grid.gate, grid.expert = grid.gate or { case.truth.gate }, grid.expert or { case.truth.expert }
  check_measures(case, path, at)
  for _, gate in ipairs(grid.gate) do
    for _, expert in ipairs(grid.expert) do
      for _, k in ipairs(grid.k) do
        local one, parts = check.copy(case), {}
        if #grid.gate > 1 then parts[#parts + 1] = gate end
        if #grid.expert > 1 then parts[#parts + 1] = expert end
        if #grid.k > 1 then parts[#parts + 1] = "k" .. k end
        one.name = check.name(fit_name(base, parts), check.join(path, "name"), at)
        one.fit = { gate = gate, expert = expert, k = k }
        for _, key in ipairs(dsl.ROUTER) do one.fit[key] = grid[key] end
        if grid.shared then
          one.fit.shared_expert = grid.shared_expert or case.truth and case.truth.shared_expert or expert
        end
        dsl.check_router(one.fit, k, check.join(path, "fit"), at)
        check_sizes(one, path, at)
        check_minimisers(one, path, at)
        fill_starts(one, at)
        into[#into + 1] = one
      end
    end
  end
end

local function is_one_fit(grid)
  return #grid.k == 1 and #(grid.gate or {}) <= 1 and #(grid.expert or {}) <= 1
end

--- All cases of an experiment; `shared` holds its own case fields.
local function build_cases(experiment, shared, at)
  local cases = {}
  if not experiment.cases then
    local case = inherit({}, shared, "", at)
    expand(case, is_one_fit(case.fit) and experiment.name or "", "", at, cases)
    if #cases == 1 then cases[1].title = experiment.title end
  end
  for i, given in ipairs(experiment.cases or {}) do
    local path = check.join("cases", i)
    missing(given, "name", path, at)
    expand(inherit(given, shared, path, at), given.name, path, at, cases)
  end
  return cases
end

local function check_unique(list, key, what, at)
  local seen = {}
  for _, item in ipairs(list) do
    if seen[item[key]] then check.fail(at, "", "two %s have the name '%s'", what, item[key]) end
    seen[item[key]] = true
  end
end

--- Claims and figures may only speak of cases and measures that are there.
local function check_references(experiment, at)
  local names, measures = {}, {}
  for _, case in ipairs(experiment.cases) do
    names[#names + 1] = case.name
    for _, measure in ipairs(case.measure) do measures[measure] = true end
  end
  local case_name = check.choice("case", names)
  local measured = check.choice("measure of these cases", check.sorted_keys(measures))
  for i, claim in ipairs(experiment.claims) do
    local path = check.join("claims", i)
    if claim.case then case_name(claim.case, check.join(path, "case"), at) end
    if claim.against then case_name(claim.against, check.join(path, "against"), at) end
    for measure in (claim.measure or ""):gmatch("[^/]+") do
      measured(measure, check.join(path, "measure"), at)
    end
    if claim.against_measure then measured(claim.against_measure, check.join(path, "against_measure"), at) end
  end
  for i, figure in ipairs(experiment.figures) do
    local path = check.join("figures", i)
    measured(figure.measure, check.join(path, "measure"), at)
    for j, line in ipairs(figure.published) do
      local here = check.join(check.join(path, "published"), j)
      if line.case then case_name(line.case, check.join(here, "case"), at) end
    end
  end
end

local scalar = function(value, path, at)
  if type(value) == "table" or type(value) == "function" then
    check.fail(at, path, "expected text, a number or true / false, got %s", check.show(value))
  end
  return value
end

--- An option that a script declared.
M.option = check.record {
  name = { check.name, required = true }, help = { check.text, default = "" },
  default = { scalar, required = true }, value = { scalar, required = true },
}

local EXPERIMENT_FIELDS <const> = {
  name = { check.name, required = true }, title = { check.text },
  cases = { check.list(M.case, 1, 10000) }, options = { check.list(M.option, 0, 100), default = {} },
  claims = { check.list(dsl.claim, 0, 1000), default = {} },
  figures = { check.list(dsl.figure, 0, 100), default = {} },
}
for name, field in pairs(CASE_FIELDS) do
  EXPERIMENT_FIELDS[name] = EXPERIMENT_FIELDS[name] or { field[1] }
end
local experiment_fields = check.record(EXPERIMENT_FIELDS)

--- moe.experiment { ... } in its normal form.
---@param value table what the user wrote, or a normal form
---@param at At
---@param options table[]? the options the script declared
---@return table experiment
function M.experiment(value, path, at, options)
  local given = experiment_fields(value, path, at)
  local experiment = {
    name = given.name, title = given.title or given.name, claims = given.claims,
    figures = given.figures, options = check.copy(options or given.options),
  }
  experiment.cases = build_cases(given, given, at)
  check_unique(experiment.cases, "name", "cases", at)
  check_unique(experiment.figures, "name", "figures", at)
  check_references(experiment, at)
  return experiment
end

--- What the checkers need to know of the engine, from its lists of gates, experts and measures.
---@param host table functions gates(), experts(), curves(), measures(): the engine or moerates.pure
function M.known(host)
  local known = {
    gates = {}, experts = {}, curves = {}, truths = {}, measures = {}, intercept_only = {},
    needs_minimisers = {}, needs_truth = {}, needs_rows = {},
  }
  local function yes(flag) return flag == true or flag == 1 end
  for i, gate in ipairs(host.gates()) do known.gates[i] = gate.name end
  for i, expert in ipairs(host.experts()) do
    known.experts[i] = expert.name
    known.truths[i] = expert.name
    known.intercept_only[expert.name] = yes(expert.intercept_only)
  end
  for i, curve in ipairs(host.curves()) do
    known.curves[i] = curve.name
    known.truths[#known.truths + 1] = curve.name
  end
  for i, measure in ipairs(host.measures()) do
    known.measures[i] = measure.name
    for _, what in ipairs { "needs_minimisers", "needs_truth", "needs_rows" } do
      known[what][measure.name] = yes(measure[what])
    end
  end
  return known
end

return M
