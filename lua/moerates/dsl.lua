--- The pieces of an experiment: truth, design, box, sizes, estimator, figure, claim.
---
--- Every function here takes what the user wrote and returns the normal form, plain data without
--- functions or shared tables; given a normal form it returns an equal one. How the pieces make an
--- experiment is in dsl_experiment.lua; which names a script sees is in ../moerates.lua.
local check = require "moerates.dsl_check"
local select = require "moerates.select"

local M = {}

--- Profiles from small to large; each one's cells contain the cells of the one before.
M.PROFILES = { "quick", "full", "paper" }
--- Replicates in a cell.
M.BLOCK = 10
M.MAX_N = 1e14

M.gate = check.choice("gate", "gates")
M.expert = check.choice("expert", "experts")
M.measure = check.choice("measure", "measures")

local coordinate = check.number(-1e6, 1e6)
local atom_count = check.whole(1, 32)
local dimension = check.whole(1, 256)

-- Truths ------------------------------------------------------------------------------------

local function is_number(value) return type(value) == "number" end

local vector = check.list_or_one(coordinate, 1, 256, is_number)
local atom_fields = check.record {
  beta1 = { vector }, beta0 = { coordinate, default = 0 },
  a = { vector }, b = { coordinate, default = 0 }, variance = { check.positive },
}

local function zeros(d)
  local list = {}
  for s = 1, d do list[s] = 0 end
  return list
end

--- Checks the slopes of an atom against d, and fills in those that were left out.
local function fill_slopes(atom, d, path, at)
  for _, key in ipairs { "beta1", "a" } do
    atom[key] = atom[key] or zeros(d)
    if #atom[key] ~= d then
      check.fail(at, check.join(path, key), "expected %d numbers as in the other atoms, got %d", d,
        #atom[key])
    end
  end
end

--- A list of atoms in d covariates; d = nil takes it from the first vector there is.
local function check_atoms(list, d, path, at)
  local atoms = check.list(atom_fields, 1, 32)(list, path, at)
  for _, atom in ipairs(atoms) do
    d = d or (atom.beta1 and #atom.beta1) or (atom.a and #atom.a)
  end
  d = d or 1
  for i, atom in ipairs(atoms) do
    fill_slopes(atom, d, check.join(path, i), at)
    if (atom.variance == nil) ~= (atoms[1].variance == nil) then
      check.fail(at, check.join(path, i), "all atoms have a variance, or none")
    end
  end
  return atoms, d
end

--- An expert that does not see x must not be given slopes that would be ignored.
local function check_intercept_only(truth, path, at)
  if not at.known.intercept_only[truth.expert] then return end
  for i, atom in ipairs(truth.atoms) do
    for _, slope in ipairs(atom.a) do
      if slope ~= 0 then
        check.fail(at, check.join(check.join(path, i), "a"),
          "the expert '%s' does not see x, so its slopes must be 0", truth.expert)
      end
    end
  end
end

local function given(value) return value end

local truth_fields = check.record {
  gate = { M.gate, required = true },
  expert = { check.choice("expert or curve", "truths"), required = true },
  d = { dimension }, atoms = { given, required = true },
  activation = { M.expert }, outside = { check.flag }, temperature = { check.positive },
  euclidean = { check.flag }, top = { atom_count }, shared = { given }, shared_expert = { M.expert },
}

--- Flags that are not set say nothing: the normal form does not have them.
local function drop_unset(model)
  for _, key in ipairs { "outside", "euclidean" } do
    if model[key] == false then model[key] = nil end
  end
end

--- What the fields of a router must satisfy together; atoms: shared and routed ones.
function M.check_router(model, atoms, path, at)
  local shared = model.shared or 0
  if model.outside and not model.activation then
    check.fail(at, check.join(path, "outside"), "intercepts outside an activation need one: name an activation")
  end
  if model.euclidean and model.activation then
    check.fail(at, check.join(path, "euclidean"), "a Euclidean score takes no activation")
  end
  if model.activation and at.known.intercept_only[model.activation] then
    check.fail(at, check.join(path, "activation"), "'%s' is no activation", model.activation)
  end
  if shared > 0 and shared >= atoms then
    check.fail(at, check.join(path, "shared"), "%d of %d atoms are shared: at least one must be routed", shared,
      atoms)
  end
  if model.top and model.top > atoms - shared then
    check.fail(at, check.join(path, "top"), "%d of %d routed atoms: at most all can be kept", model.top,
      atoms - shared)
  end
  if shared == 0 and model.shared_expert then
    check.fail(at, check.join(path, "shared_expert"), "there are no shared atoms")
  end
  if shared > 0 and model.gate == "sigmoid" and not model.top then
    check.fail(at, check.join(path, "shared"),
      "shared atoms take half of the weight, but those of the gate 'sigmoid' do not add up to one")
  end
end

--- Shared atoms come first in the list, and only their number is kept.
local function put_shared_first(truth, path, at)
  local shared = truth.shared
  if type(shared) ~= "table" then
    truth.shared = shared and atom_count(shared, check.join(path, "shared"), at)
    return
  end
  if #shared == 0 then check.fail(at, check.join(path, "shared"), "expected a list of atoms") end
  local atoms = {}
  table.move(shared, 1, #shared, 1, atoms)
  table.move(truth.atoms, 1, #truth.atoms, #shared + 1, atoms)
  truth.atoms, truth.shared = atoms, #shared
  truth.shared_expert = truth.shared_expert or truth.expert
end

--- moe.truth { gate =, expert =, atom, atom, ... }; atoms with a variance make a Gaussian mixture. The router
--- may have an `activation` (with intercepts `outside` it), a `temperature`, a `euclidean` score, and keep the
--- `top` largest logits; `shared` atoms have half of the weight whatever x is.
function M.truth(value, path, at)
  if type(value) ~= "table" then
    check.fail(at, path, "expected moe.truth { ... }, got %s", check.show(value))
  end
  local named, atoms = {}, {}
  for key, item in pairs(value) do
    if math.type(key) == "integer" then atoms[key] = item else named[key] = item end
  end
  if next(atoms) ~= nil then named.atoms = atoms end
  if named.atoms == nil then check.fail(at, path, "a truth needs at least one atom") end
  local truth = truth_fields(named, path, at)
  local here = check.join(path, "atoms")
  put_shared_first(truth, path, at)
  truth.atoms, truth.d = check_atoms(truth.atoms, truth.d, here, at)
  check_intercept_only(truth, here, at)
  drop_unset(truth)
  M.check_router(truth, #truth.atoms, path, at)
  return truth
end

--- beta1, beta0, a, b of the two true atoms in each column of Table 1 of arXiv 2405.13997; the one that
--- is over-specified comes first. The paper gives none: these are ours.
local TABLE1 <const> = {
  ["sigmoid R1"] = { { 0, .5, 3, 1 }, { 2, 0, 1, -1.5 } },
  ["sigmoid R2"] = { { 2, .5, 3, 1 }, { -2, 0, 1, -1.5 } },
  ["softmax R1"] = { { 0, .5, 3, 1 }, { 0, 0, -3, 1.5 } },
  ["softmax R2"] = { { 2, .5, 3, 1 }, { 0, 0, -3, 1.5 } },
}
local table1_fields = check.record {
  gate = { check.choice("gate", { "sigmoid", "softmax" }), required = true },
  regime = { check.choice("regime", { "R1", "R2" }), required = true },
  expert = { M.expert, required = true },
}

--- moe.table1_truth { gate =, regime =, expert = }: the truth of a cell of Table 1, for the scripts that
--- ask different questions about it.
function M.table1_truth(value, path, at)
  local cell = table1_fields(value, path, at)
  local truth = { gate = cell.gate, expert = cell.expert }
  for i, v in ipairs(TABLE1[cell.gate .. " " .. cell.regime]) do
    local a = at.known.intercept_only[cell.expert] and 0 or v[3]
    if cell.expert == "polynomial-2" then a = math.abs(a) end -- z^2 cannot tell (a, b) from -(a, b)
    truth[i] = { beta1 = v[1], beta0 = v[2], a = a, b = v[4] }
  end
  return M.truth(truth, path, at)
end

local curve_fields = check.record {
  name = { check.choice("curve", "curves"), required = true }, a = { vector, default = 1 },
  b = { coordinate, default = 0 },
}

--- moe.curve { name =, a =, b = }: f(x) = curve(a . x + b), a truth that is no mixture. Its normal
--- form is a truth of one softmax atom, whose weight is 1.
function M.curve(value, path, at)
  local curve = curve_fields(value, path, at)
  return M.truth({ gate = "softmax", expert = curve.name, { a = curve.a, b = curve.b } }, path, at)
end

-- Boxes, designs ----------------------------------------------------------------------------

--- moe.box { beta1 =, beta0 =, a =, b =, variance =, temperature =, shared_a =, shared_b = }: the compact
--- parameter set, one range per group; of variances for Gaussian mixtures alone, of temperatures where one is
--- learned (dsl_experiment.lua has their defaults), of shared experts where theirs is another one.
M.box = check.record {
  beta1 = { check.range, default = { -8, 8 } }, beta0 = { check.range, default = { -3, 3 } },
  a = { check.range, default = { -8, 8 } }, b = { check.range, default = { -6, 6 } },
  variance = { check.range }, temperature = { check.range }, shared_a = { check.range },
  shared_b = { check.range },
}

local function kind(word)
  return { check.choice("kind", { word }), default = word }
end

local function ordered(record)
  return function(value, path, at)
    local design = record(value, path, at)
    if design.lower >= design.upper then
      check.fail(at, path, "lower (%s) must be below upper (%s)", check.show(design.lower),
        check.show(design.upper))
    end
    return design
  end
end

M.telescope = ordered(check.record {
  kind = kind "telescope", lower = { coordinate, required = true },
  upper = { coordinate, required = true }, points = { check.whole(2, 1048576), default = 1024 },
  balanced = { check.flag, default = false }, raw = { check.flag, default = false },
  bin = { check.positive },
})
M.uniform = ordered(check.record {
  kind = kind "uniform", lower = { coordinate, required = true },
  upper = { coordinate, required = true },
})
M.normal = check.record {
  kind = kind "normal", mean = { coordinate, default = 0 }, sd = { check.positive, default = 1 },
}
M.design = check.variant(
  { telescope = M.telescope, uniform = M.uniform, normal = M.normal },
  { "moe.telescope { ... }", "moe.uniform { ... }", "moe.normal { ... }" })

-- Random truths -----------------------------------------------------------------------------

local random_fields = check.record {
  gate = { M.gate, required = true }, expert = { M.expert, required = true },
  k = { atom_count, required = true }, d = { dimension, default = 1 },
  seed = { check.whole(0, 2147483647), default = 1 },
  slopes = { check.choice("rule for slopes", { "free", "zero", "zero-last" }), default = "free" },
  ranges = { M.box }, gate_sd = { check.positive }, expert_sd = { check.positive },
}

--- A function that returns the next number of a parameter group ("beta1", "beta0", "a", "b").
--- Without ranges: normal, by default as in arXiv 2405.13997, appendix: variance .01/d for the
--- gate, 1/d for the expert.
local function group_drawer(spec, random)
  local key, i = ("truth seed=%d"):format(spec.seed), 0
  local gate_sd = spec.gate_sd or 0.1 / math.sqrt(spec.d)
  local expert_sd = spec.expert_sd or 1 / math.sqrt(spec.d)
  return function(group)
    i = i + 1
    if spec.ranges then
      local low, high = table.unpack(spec.ranges[group])
      return low + (high - low) * random.uniform(key, i)
    end
    local sd = (group == "a" or group == "b") and expert_sd or gate_sd
    return sd * random.normal(key, i)
  end
end

local function draw_vector(draw, group, d)
  local list = {}
  for s = 1, d do list[s] = draw(group) end
  return list
end

--- moe.random_truth { gate =, expert =, k =, d =, seed =, ... }. Every number is drawn whatever
--- `slopes` and the expert are, so that truths of one seed differ in nothing else.
---@param random table functions uniform(key, i), normal(key, i)
function M.random_truth(value, path, at, random)
  local spec = random_fields(value, path, at)
  if spec.ranges and (spec.gate_sd or spec.expert_sd) then
    check.fail(at, path, "give either ranges (uniform) or gate_sd and expert_sd (normal)")
  end
  local draw, atoms = group_drawer(spec, random), {}
  for i = 1, spec.k do
    local atom = { beta1 = draw_vector(draw, "beta1", spec.d), beta0 = draw("beta0"),
      a = draw_vector(draw, "a", spec.d), b = draw("b") }
    if spec.slopes == "zero" or (spec.slopes == "zero-last" and i == spec.k) then
      atom.beta1 = zeros(spec.d)
    end
    if at.known.intercept_only[spec.expert] then atom.a = zeros(spec.d) end
    atoms[i] = atom
  end
  return { gate = spec.gate, expert = spec.expert, d = spec.d, atoms = atoms }
end

-- Real data -------------------------------------------------------------------------------

--- A file's name cannot climb or be absolute.
local function table_file(value, path, at)
  if type(value) == "string" and #value <= 200 and value:find("%.csv$") then
    local words = value:sub(1, -5) .. "/"
    if not words:gsub("[a-z0-9_-]+/", ""):find(".") then return value end
  end
  check.fail(at, path, "expected the name of a table below the current folder (words of a-z, 0-9, '-' "
    .. "and '_', '/' between them, .csv), got %s", check.show(value))
end

--- moe.table { file =, y =, x = { ... } }: columns of a CSV file in place of a truth.
M.table = check.record {
  file = { table_file, required = true }, y = { check.text, required = true },
  x = { check.list_or_one(check.text, 1, 256, function(v) return type(v) == "string" end), required = true },
}

-- Sizes and replicates ----------------------------------------------------------------------

--- moe.decades(from, to, per_decade): 10^from .. 10^to, rounded to whole numbers.
function M.decades(from, to, per_decade, at)
  from, to = check.number(0, 14)(from, "from", at), check.number(0, 14)(to, "to", at)
  per_decade = per_decade == nil and 1 or check.whole(1, 20)(per_decade, "per_decade", at)
  local list = {}
  for i = 0, math.floor((to - from) * per_decade + 1e-9) do
    list[#list + 1] = math.tointeger(math.floor(10.0 ^ (from + i / per_decade) + 0.5))
  end
  if #list == 0 then
    check.fail(at, "", "to (%s) is below from (%s)", check.show(to), check.show(from))
  end
  return list
end

local size_list = check.list(check.whole(1, M.MAX_N), 0, 1000)

local function increasing(value, path, at)
  local list = size_list(value, path, at)
  for i = 2, #list do
    if list[i] <= list[i - 1] then
      check.fail(at, path, "sizes must increase, got %d after %d", list[i], list[i - 1])
    end
  end
  return list
end

--- A value per profile: full defaults to quick, paper to full.
local function per_profile(one)
  local record = check.record { quick = { one, required = true }, full = { one }, paper = { one } }
  return function(value, path, at)
    local result = record(value, path, at)
    result.full = result.full or check.copy(result.quick)
    result.paper = result.paper or check.copy(result.full)
    return result
  end
end

local sizes_by_profile = per_profile(increasing)

--- moe.sizes { quick =, full =, paper = }, or a plain list for every profile.
function M.sizes(value, path, at)
  local plain = type(value) == "table" and (#value > 0 or next(value) == nil)
  if plain then value = { quick = value } end
  local sizes = sizes_by_profile(value, path, at)
  for p = 2, #M.PROFILES do
    local small, large, held = M.PROFILES[p - 1], M.PROFILES[p], {}
    for _, n in ipairs(sizes[large]) do held[n] = true end
    for _, n in ipairs(sizes[small]) do
      if not held[n] then
        check.fail(at, path, "profiles nest: %s has n = %d, %s does not", small, n, large)
      end
    end
  end
  return sizes
end

local replicates_by_profile = per_profile(check.whole(0, 100000))

--- replicates = 20, or { quick =, full =, paper = }: nested in whole blocks, so that each cell of a
--- smaller profile is a cell of the larger one.
function M.replicates(value, path, at)
  if is_number(value) then value = { quick = value } end
  local replicates = replicates_by_profile(value, path, at)
  for p = 2, #M.PROFILES do
    local small, large = replicates[M.PROFILES[p - 1]], replicates[M.PROFILES[p]]
    if small > large then
      check.fail(at, path, "profiles nest: %s has %d replicates, %s only %d", M.PROFILES[p - 1],
        small, M.PROFILES[p], large)
    elseif small < large and small % M.BLOCK ~= 0 then
      check.fail(at, path, "profiles nest in blocks of %d: %s's %d replicates would not be part of "
        .. "%s's %d", M.BLOCK, M.PROFILES[p - 1], small, M.PROFILES[p], large)
    end
  end
  return replicates
end

-- Fits --------------------------------------------------------------------------------------

local function is_text(value) return type(value) == "string" end

--- The fields of a fit that are not axes of a grid: of its router and its shared atoms.
M.ROUTER = { "activation", "outside", "tempered", "euclidean", "top", "shared", "shared_expert" }

local grid_fields = check.record {
  gate = { check.list_or_one(M.gate, 1, 100, is_text) },
  expert = { check.list_or_one(M.expert, 1, 100, is_text) },
  k = { check.list_or_one(atom_count, 1, 32, is_number), required = true },
  activation = { M.expert }, outside = { check.flag }, tempered = { check.flag }, euclidean = { check.flag },
  top = { atom_count }, shared = { atom_count }, shared_expert = { M.expert },
}

--- moe.grid { gate =, expert =, k = }: what is fitted; each one value or a list. `k` counts shared and routed
--- atoms; the router's fields are as in moe.truth, `tempered` says that a temperature is learned.
function M.grid(value, path, at)
  local grid = grid_fields(value, path, at)
  drop_unset(grid)
  if grid.tempered == false then grid.tempered = nil end
  return grid
end

--- moe.lse { starts =, near_starts = }: least squares by a search from many starts (dsl_experiment
--- says how many), and beside it the published practice: a few starts near the truth (4, or none if
--- the fit has fewer atoms). With starts = 0 that practice is all.
--- `larger_starts` adds a larger search that begins with the same starts, to check the first;
--- `keep` is how many distinct minima are stored.
M.lse = check.record {
  kind = kind "lse", starts = { check.whole(0, 1000000) },
  near_starts = { check.whole(0, 1000000) }, larger_starts = { check.whole(0, 1000000) },
  keep = { check.whole(1, 1000) },
}

--- moe.mle { ... }: maximum likelihood of a Gaussian mixture, with the options of moe.lse.
M.mle = check.record {
  kind = kind "mle", starts = { check.whole(0, 1000000) },
  near_starts = { check.whole(0, 1000000) }, larger_starts = { check.whole(0, 1000000) },
  keep = { check.whole(1, 1000) },
}

--- moe.em { tolerance =, iterations =, starts =, radius = }: EM as published: from truths jittered by
--- N(0, radius^2) until an iteration changes the log-likelihood by less than `tolerance` of it; the
--- best of `starts`.
M.em = check.record {
  kind = kind "em", tolerance = { check.number(0, 1), default = 1e-6 },
  iterations = { check.whole(1, 1000000000), default = 1000 }, starts = { check.whole(1, 1000000), default = 1 },
  radius = { check.number(0, 1e6), default = 0.1 },
}

M.sgd = check.record {
  kind = kind "sgd", epochs = { check.whole(1, 100000), default = 10 },
  rate = { check.positive, default = 0.1 }, batch = { check.whole(1, 1000000), default = 1 },
  radius = { check.number(0, 1e6), default = 0.1 },
}

local path_point = check.record {
  index = { check.number(-1e15, 1e15), required = true }, temperature = { check.positive },
  atoms = { check.list(atom_fields, 1, 32), required = true },
}

M.path = check.record {
  kind = kind "path", points = { check.list(path_point, 1, 10000), required = true },
}

--- moe.cross_validation { folds =, starts =, anchored = }: least squares on real data as `moerates
--- fit` has it (standardised, a box in standard units), each replicate a fold of a repetition.
M.cross_validation = check.record {
  kind = kind "cross-validation", folds = { check.whole(2, 1000), default = 5 },
  starts = { check.whole(1, 1000000), default = 64 }, anchored = { check.flag, default = false },
  box = { check.number(1e-6, 1e6), default = 20 },
}

M.estimator = check.variant(
  { lse = M.lse, mle = M.mle, em = M.em, sgd = M.sgd, path = M.path, ["cross-validation"] = M.cross_validation },
  { "moe.lse { ... }", "moe.mle { ... }", "moe.em { ... }", "moe.sgd { ... }",
    "moe.path { ... }", "moe.cross_validation { ... }" })

--- Fills in the slopes of a path's atoms once the truth's d is known.
function M.path_atoms(points, d, k, path, at)
  for i, point in ipairs(points) do
    local here = check.join(check.join(path, i), "atoms")
    if #point.atoms ~= k then
      check.fail(at, here, "the fit has k = %d, the path %d atoms", k, #point.atoms)
    end
    point.atoms = check_atoms(point.atoms, d, here, at)
  end
end

-- Measures, figures, claims -----------------------------------------------------------------

M.measures = check.list_or_one(M.measure, 1, 100, is_text)
M.statistic = check.choice("statistic", { "median", "mean" })

--- A selection as in -s: its syntax is checked, its meaning when it is used.
local function selection(value, path, at)
  if type(value) ~= "string" then
    check.fail(at, path, "expected a selection such as 'gate=softmax', got %s", check.show(value))
  end
  local parsed, message = select.parse(value)
  if not parsed then check.fail(at, path, "%s", message) end
  return value
end

local field = check.choice("field", select.FIELD_NAMES)
local function is_record(value)
  return type(value) == "table" and #value == 0 and next(value) ~= nil
end

local guide = check.record { slope = { check.number(-10, 10), required = true },
  label = { check.text, required = true } }
local published = check.record { slope = { check.number(-10, 10), required = true },
  label = { check.text, required = true }, source = { check.text, required = true },
  case = { check.name } }

local figure_fields = check.record {
  name = { check.name }, title = { check.text }, measure = { M.measure, required = true },
  landscape = { check.flag }, statistic = { M.statistic, default = "median" },
  curves = { check.list(selection, 1, 100) }, by = { check.list_or_one(field, 1, 10, is_text) },
  guides = { check.list_or_one(guide, 0, 10, is_record), default = {} },
  published = { check.list_or_one(published, 0, 20, is_record), default = {} },
}

--- moe.figure { name =, measure =, curves = { selection... } (all, if not given), by = fields that have a panel
--- for each of their values, ... }; with `landscape = true` it shows the minima found, at the distance `measure`
--- from the best.
function M.figure(value, path, at)
  local figure = figure_fields(value, path, at)
  figure.name = figure.name or figure.measure:gsub("_", "-")
  return figure
end

local function claim_id(value, path, at)
  if type(value) ~= "string" or #value > 64 or not value:find("^[A-Za-z0-9][A-Za-z0-9-]*$") then
    check.fail(at, path, "expected the id of a claim, got %s", check.show(value))
  end
  return value
end

--- A measure, or the ratio of two: "l2/d2r-1".
function M.claimed_measure(value, path, at)
  local above, below = tostring(value):match("^([^/]*)/([^/]*)$")
  if type(value) ~= "string" or not above then return M.measure(value, path, at) end
  M.measure(above, path, at)
  M.measure(below, path, at)
  return value
end

local claim_fields = check.record {
  id = { claim_id, required = true }, case = { check.name }, against = { check.name },
  measure = { M.claimed_measure }, against_measure = { M.measure }, statistic = { M.statistic, default = "median" },
  search = { check.choice("search", { "full", "near", "larger" }), default = "full" },
  kind = { check.choice("kind of claim", { "rate", "holds", "inequality", "ordering",
    "value" }),
    default = "rate" },
  by = { check.choice("scale", { "n / log n" }) }, note = { check.text },
}

--- moe.claim { id =, case =, measure =, ... }, or its id alone.
function M.claim(value, path, at)
  if type(value) == "string" then value = { id = value } end
  return claim_fields(value, path, at)
end

return M
