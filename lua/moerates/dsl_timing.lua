--- Timing scripts: what `moerates bench` times. There are six kinds, each with its constructor:
---
---   moe.timing       kernels, one case for each combination of the axes (timing.lua)
---   moe.growth       how their time grows with n, d or k (timing_growth.lua)
---   moe.likelihood   likelihoods beside squares of the same size (timing_likelihood.lua)
---   moe.generation   random numbers and data sets (timing_generation.lua)
---   moe.optimisers   descents against each other (timing_optimisers.lua)
---   moe.contest      other programs against the engine (timing_contest.lua)
---
--- As in dsl.lua, a function takes what the user wrote and returns the normal form, which it leaves
--- as it is. Combinations that mean nothing (a Hessian by dsyrk, more threads than the machine has)
--- are left out when the cases are listed; here only the words are checked.
local check = require "moerates.dsl_check"
local dsl = require "moerates.dsl"
local dsl_experiment = require "moerates.dsl_experiment"
local select = require "moerates.select"

local M = {}

M.LEVELS = { "objective", "gradient", "gauss-newton", "hessian" }
M.VARIANTS = { "plain", "gsl", "blis-dsyrk", "blis", "tile" }
--- Of moe.growth: "engine" is tile or blis, whichever the engine takes at that d and k.
M.GROWTH_VARIANTS = { "engine", "plain", "gsl" }
--- Of moe.likelihood.
M.LIKELIHOOD_VARIANTS = { "engine", "plain" }
M.DRAWN = { "uniform", "normal", "row", "telescope" }
M.METHODS = { "sgd", "adam", "adam-full", "lbfgs", "marquardt", "trust" }
M.CONTESTS = { "gradient", "fit", "em" }
M.PEERS = { "numpy", "torch", "numba", "numba-fastmath", "scipy", "scipy-default", "numpy-em",
  "flexmix" }

--- What a selection may name. rank: 0 for scalar code, 1 for the machine's best ISA level, 2 for
--- the next. A case that lacks a field (the level of a random number) meets no condition on it but
--- !=.
M.FIELDS = {
  timing = "text", gate = "text", expert = "text", level = "text", variant = "text", isa = "text",
  what = "text", problem = "text", d = "number", k = "number", n = "number",
  threads = "number", rank = "number",
}

local function is_text(value) return type(value) == "string" end
local function is_number(value) return type(value) == "number" end

local function selection(value, path, at)
  if not is_text(value) then
    check.fail(at, path, "expected a selection such as 'threads=1', got %s", check.show(value))
  end
  local parsed, message = select.parse(value, M.FIELDS)
  if not parsed then check.fail(at, path, "%s", message) end
  return value
end

local shape = check.record {
  d = { check.whole(1, 256), required = true }, k = { check.whole(1, 32), required = true },
  n = { check.list_or_one(check.whole(32, 2147483647), 1, 20, is_number), required = true },
}

local function some(checker) return check.list_or_one(checker, 1, 100, is_text) end

local timing_fields = check.record {
  kind = { check.choice("kind", { "timing" }), default = "timing" },
  name = { check.name, required = true }, title = { check.text },
  gate = { some(dsl.gate), required = true }, expert = { some(dsl.expert), required = true },
  shapes = { check.list(shape, 1, 100), required = true },
  level = { some(check.choice("level", M.LEVELS)), default = M.LEVELS },
  variant = { some(check.choice("variant", M.VARIANTS)), default = M.VARIANTS },
  threads = { check.list_or_one(check.whole(1, 256), 1, 20, is_number), default = 1 },
  repeats = { check.whole(3, 100), default = 9 },
  default = { check.list_or_one(selection, 0, 20, is_text), default = {} },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

local function finish(one, options)
  one.title = one.title or one.name
  one.options = check.copy(options or one.options)
  return one
end

--- moe.timing { name =, gate =, expert =, shapes = { { d =, k =, n = }... }, ... }
---@param value table what the user wrote, or a normal form
---@param at At
---@param options table[]? the options the script declared
---@return table timing
function M.timing(value, path, at, options)
  return finish(timing_fields(value, path, at), options)
end

-- Growth ----------------------------------------------------------------------------------------

local AXES <const> = { "d", "k", "n" }

local line_fields = check.record {
  axis = { check.choice("axis", AXES) },
  d = { check.list_or_one(check.whole(1, 256), 1, 50, is_number), required = true },
  k = { check.list_or_one(check.whole(1, 32), 1, 50, is_number), required = true },
  n = { check.list_or_one(check.whole(32, 2147483647), 1, 50, is_number), required = true },
}

--- One of d, k and n is a list of at least three, in increasing order: the axis.
local function line(value, path, at)
  local one, axis = line_fields(value, path, at), nil
  for _, name in ipairs(AXES) do
    if #one[name] > 1 and axis then
      check.fail(at, path, "both %s and %s are lists; one of d, k and n grows", axis, name)
    end
    axis = #one[name] > 1 and name or axis
  end
  if not axis or #one[axis] < 3 then
    check.fail(at, path, "one of d, k and n must be a list of at least 3 values")
  end
  if one.axis and one.axis ~= axis then
    check.fail(at, check.join(path, "axis"), "is %s: it is the list that grows", axis)
  end
  for i = 2, #one[axis] do
    if one[axis][i] <= one[axis][i - 1] then
      check.fail(at, check.join(path, axis), "values must increase, got %d after %d",
        one[axis][i], one[axis][i - 1])
    end
  end
  one.axis = axis
  return one
end

local growth_fields = check.record {
  kind = { check.choice("kind", { "growth" }), default = "growth" },
  name = { check.name, required = true }, title = { check.text },
  gate = { dsl.gate, required = true }, expert = { dsl.expert, required = true },
  lines = { check.list(line, 1, 20), required = true },
  level = { some(check.choice("level", M.LEVELS)), default = { "gradient", "hessian" } },
  variant = { some(check.choice("variant", M.GROWTH_VARIANTS)), default = { "engine", "gsl" } },
  repeats = { check.whole(3, 100), default = 5 },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- moe.growth { name =, gate =, expert =, lines = { { d =, k =, n = }... }, ... }
---@param value table
---@param at At
---@param options table[]?
---@return table growth
function M.growth(value, path, at, options)
  return finish(growth_fields(value, path, at), options)
end

-- Likelihoods -----------------------------------------------------------------------------------

local likelihood_fields = check.record {
  kind = { check.choice("kind", { "likelihood" }), default = "likelihood" },
  name = { check.name, required = true }, title = { check.text },
  gate = { some(dsl.gate), required = true }, expert = { some(dsl.expert), required = true },
  shapes = { check.list(shape, 1, 100), required = true },
  level = { some(check.choice("level", M.LEVELS)), default = M.LEVELS },
  variant = { some(check.choice("variant", M.LIKELIHOOD_VARIANTS)), default = "engine" },
  rounds = { check.whole(1, 20), default = 3 }, repeats = { check.whole(3, 100), default = 5 },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- moe.likelihood { name =, gate =, expert =, shapes = { { d =, k =, n = }... }, ... }
---@param value table
---@param at At
---@param options table[]?
---@return table likelihood
function M.likelihood(value, path, at, options)
  return finish(likelihood_fields(value, path, at), options)
end

-- Generation ------------------------------------------------------------------------------------

local generation_fields = check.record {
  kind = { check.choice("kind", { "generation" }), default = "generation" },
  name = { check.name, required = true }, title = { check.text },
  what = { some(check.choice("thing to draw", M.DRAWN)), default = M.DRAWN },
  gate = { dsl.gate, required = true }, expert = { dsl.expert, required = true },
  k = { check.whole(1, 32), required = true },
  d = { check.list_or_one(check.whole(1, 256), 1, 20, is_number), default = 1 },
  rows = { check.list_or_one(check.whole(1, 2147483647), 1, 20, is_number), default = 16384 },
  points = { check.list_or_one(check.whole(2, 1048576), 1, 20, is_number), default = 1024 },
  n = { check.list_or_one(check.whole(1, dsl.MAX_N), 1, 20, is_number), default = 1e8 },
  repeats = { check.whole(3, 100), default = 9 },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- moe.generation { name =, gate =, expert =, k =, d =, rows =, points =, n =, ... }
---@param value table
---@param at At
---@param options table[]?
---@return table generation
function M.generation(value, path, at, options)
  return finish(generation_fields(value, path, at), options)
end

-- Optimisers ------------------------------------------------------------------------------------

local function steps(rate, batch)
  return { check.record {
    rate = { check.positive, default = rate },
    batch = { check.whole(1, 2147483647), default = batch },
  }, default = {} }
end

local fit_fields = check.record {
  gate = { dsl.gate, required = true }, expert = { dsl.expert, required = true },
  k = { check.whole(1, 32), required = true },
}

local problem_fields = check.record {
  name = { check.name, required = true }, truth = { dsl.truth, required = true },
  fit = { fit_fields, required = true }, design = { dsl.design, required = true },
  noise_sd = { check.positive, required = true },
  n = { check.whole(1, dsl.MAX_N), required = true },
  box = { dsl.box, default = { beta1 = { -50, 50 }, beta0 = { -50, 50 }, a = { -50, 50 },
    b = { -50, 50 } } },
  radius = { check.number(0, 1e6), default = 0.3 },
}

local function check_atoms(one, path, at)
  if one.fit.k < #one.truth.atoms then
    check.fail(at, check.join(path, "fit.k"), "starts near the truth need at least its %d atoms, "
      .. "got %d", #one.truth.atoms, one.fit.k)
  end
end

local function problem(value, path, at)
  local one = problem_fields(value, path, at)
  check_atoms(one, path, at)
  if one.truth.atoms[1].variance then
    check.fail(at, check.join(path, "truth"), "optimisers are compared on squares: atoms without variances")
  end
  return one
end

local optimiser_fields = check.record {
  kind = { check.choice("kind", { "optimisers" }), default = "optimisers" },
  name = { check.name, required = true }, title = { check.text },
  problems = { check.list(problem, 1, 20), required = true },
  method = { some(check.choice("method", M.METHODS)), default = M.METHODS },
  starts = { check.whole(1, 1000), default = 5 }, rounds = { check.whole(1, 100), default = 3 },
  search = { check.whole(1, 100000), default = 32 },
  seconds = { check.number(1e-6, 3600), default = 0.5 },
  tolerance = { check.positive, default = 1e-4 },
  nats = { check.list_or_one(check.positive, 1, 20, is_number), default = { 10, 1, 0.1, 0.001 } },
  sgd = steps(0.1, 16), adam = steps(0.001, 256),
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- moe.optimisers { name =, problems = { { name =, truth =, fit =, design =, n =, ... }... }, ... }
---@param value table
---@param at At
---@param options table[]?
---@return table optimisers
function M.optimisers(value, path, at, options)
  local one, seen = optimiser_fields(value, path, at), {}
  for i, each in ipairs(one.problems) do
    if seen[each.name] then
      check.fail(at, ("problems[%d].name"):format(i), "there are two problems '%s'", each.name)
    end
    seen[each.name] = true
  end
  return finish(one, options)
end

-- Contests --------------------------------------------------------------------------------------

local contest_fields = check.record {
  kind = { check.choice("kind", { "contest" }), default = "contest" },
  name = { check.name, required = true }, title = { check.text },
  contest = { some(check.choice("contest", M.CONTESTS)), default = M.CONTESTS },
  peer = { some(check.choice("peer", M.PEERS)), default = M.PEERS },
  truth = { dsl.truth, required = true }, fit = { fit_fields, required = true },
  design = { dsl.design, required = true }, noise_sd = { check.positive },
  n = { check.whole(32, 1e7), required = true },
  variance = { check.range, default = { 1e-3, 1e3 } },
  tolerance = { check.number(0, 1), default = 1e-12 },
  iterations = { check.whole(1, 1e9), default = 100000 },
  range = { check.range, default = { -50, 50 } }, radius = { check.number(0, 1e6), default = 0.3 },
  starts = { check.whole(1, 1000), default = 5 }, rounds = { check.whole(1, 100), default = 2 },
  repeats = { check.whole(3, 100), default = 9 },
  patience = { check.number(0.01, 3600), default = 300 },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- What others compute: squares of sigmoid gates and relu experts, or likelihoods of softmax gates and
--- linear experts with variances, whose noise is theirs.
local function check_model(one, path, at)
  local gaussian = one.truth.atoms[1].variance ~= nil
  local gate, expert = gaussian and "softmax" or "sigmoid", gaussian and "linear" or "relu"
  if one.fit.gate ~= gate or one.fit.expert ~= expert then
    check.fail(at, check.join(path, "fit"), "others compute %s gates and %s experts%s, not %s and %s", gate,
      expert, gaussian and " of Gaussian mixtures" or "", one.fit.gate, one.fit.expert)
  elseif gaussian and one.noise_sd then
    check.fail(at, check.join(path, "noise_sd"), "the atoms of the truth have variances already")
  elseif not gaussian and not one.noise_sd then
    check.fail(at, path, "'noise_sd' is missing")
  end
end

--- moe.contest { name =, truth =, fit =, design =, noise_sd =, n =, peer =, contest =, ... }
---@param value table
---@param at At
---@param options table[]?
---@return table contest
function M.contest(value, path, at, options)
  local one = contest_fields(value, path, at)
  check_atoms(one, path, at)
  check_model(one, path, at)
  if one.design.kind == "telescope" and not one.design.raw then
    check.fail(at, check.join(path, "design"), "others take rows, not counts: raw = true")
  end
  return finish(one, options)
end

-- Any of them -----------------------------------------------------------------------------------

M.KINDS = { "timing", "growth", "likelihood", "generation", "optimisers", "contest" }

--- Whether a normal form is one of a timing script's.
function M.is_timing(value)
  for _, kind in ipairs(M.KINDS) do
    if type(value) == "table" and value.kind == kind then return true end
  end
  return false
end

--- A script of any kind, in normal form.
---@param value table
---@param at At
---@return table
function M.script(value, path, at) return M[value.kind](value, path, at) end

return M
