--- The experiment language: normal forms, and every error message with its line.
local dsl = require "moerates.dsl"
local dsl_experiment = require "moerates.dsl_experiment"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local scratch = require "scratch"
local script = require "moerates.script"

local directory
setup(function() directory = scratch.directory() end)
teardown(function() scratch.remove(directory) end)

--- The experiment that a script returns; the last argument is what --set gave.
local function load(text, set)
  return script.load(scratch.write(directory, "x.lua", text), set)
end

--- The message of a script that is wrong, without the directory.
local function message_of(text, set)
  local ok, err = pcall(load, text, set)
  assert.is_false(ok, "the script should have failed")
  assert.is_true(fault.is(err), tostring(err))
  assert.equal(2, err.code)
  return (err.message:gsub(directory:gsub("%p", "%%%0") .. "/", ""))
end

local HEAD <const> = [[
local moe = require "moerates"
local truth = moe.truth { gate = "softmax", expert = "tanh", { beta1 = 2, a = 3, b = 1 }, {} }
local shared = { name = "x", truth = truth, design = moe.telescope { lower = -3, upper = 3 },
  n = { 100, 1000 }, replicates = 10, fit = { k = 3 }, measure = "l2" }
local function with(changes)
  for key, value in pairs(changes) do shared[key] = value end
  return shared
end
]]

--- A script whose experiment differs from a small one in some fields.
local function small(changes) return HEAD .. "return moe.experiment(with " .. changes .. ")\n" end

describe("an experiment", function()
  it("with one fit is one case of its own name", function()
    local experiment = load(small "{}")
    assert.equal(1, #experiment.cases)
    local case = experiment.cases[1]
    assert.equal("x", case.name)
    assert.same({ gate = "softmax", expert = "tanh", k = 3 }, case.fit)
    assert.same({ "l2" }, case.measure)
    assert.same({ quick = { 100, 1000 }, full = { 100, 1000 }, paper = { 100, 1000 } }, case.n)
    assert.same({ quick = 10, full = 10, paper = 10 }, case.replicates)
    assert.same({ beta1 = { -8, 8 }, beta0 = { -3, 3 }, a = { -8, 8 }, b = { -6, 6 } }, case.theta)
    assert.same({ kind = "lse", starts = 384, near_starts = 4 }, case.estimator)
    assert.same({ { beta1 = { 2 }, beta0 = 0, a = { 3 }, b = 1 },
      { beta1 = { 0 }, beta0 = 0, a = { 0 }, b = 0 } }, case.truth.atoms)
  end)

  it("may have a curve for a truth, and then says what is fitted", function()
    local case = load(small [[{ truth = moe.curve { name = "runge", a = 2 },
      fit = { gate = "sigmoid", expert = "tanh", k = 2 } }]]).cases[1]
    assert.same({ gate = "softmax", expert = "runge", d = 1,
      atoms = { { beta1 = { 0 }, beta0 = 0, a = { 2 }, b = 0 } } }, case.truth)
    assert.equal(0, case.estimator.near_starts)
    assert.equal("x.lua:9: moe.curve: name: unknown curve 'rune' (did you mean 'runge'?)",
      message_of(small [[{ truth = moe.curve { name = "rune" } }]]))
    assert.equal("x.lua:9: moe.experiment: fit: the truth is the curve 'bump': say which expert is fitted to it",
      message_of(small [[{ truth = moe.curve { name = "bump" } }]]))
  end)

  it("may have real data in place of a truth", function()
    local head = [[local moe = require "moerates"
local function real(changes)
  local e = { name = "x", data = moe.table { file = "benchmarks/data/tone.csv", y = "tuned", x = "stretchratio" },
    estimator = moe.cross_validation {}, n = { 150 }, replicates = 10, measure = "test_error",
    fit = { gate = "sigmoid", expert = "linear", k = 2 } }
  for key, value in pairs(changes) do e[key] = value end
  return moe.experiment(e)
end
]]
    local case = load(head .. "return real {}").cases[1]
    assert.same({ file = "benchmarks/data/tone.csv", y = "tuned", x = { "stretchratio" } }, case.data)
    assert.same({ kind = "cross-validation", folds = 5, starts = 64, anchored = false, box = 20 }, case.estimator)
    assert.is_nil(case.truth or case.design or case.theta or case.noise_sd or case.minimisers)
    for change, message in pairs {
      ["noise_sd = 1"] = "noise_sd: real data have none",
      ["theta = moe.box {}"] = "theta: real data have none",
      ["estimator = moe.lse {}"] = "estimator: moe.cross_validation goes with real data (moe.table), and nothing "
        .. "else does",
      ["measure = 'matched'"] = "measure[1]: 'matched' needs a truth",
      ["fit = { gate = 'sigmoid', k = 2 }"] = "fit: 'expert' is missing",
    } do
      local said = message_of(head .. "return real { " .. change .. " }")
      assert.equal("moe.experiment: " .. message, said:match("moe%.experiment.*"))
    end
    for _, file in ipairs { "/etc/x.csv", "../x.csv", "a//x.csv", "x.txt", ".csv", "a/.x.csv" } do
      assert.matches("expected the name of a table", message_of(head
        .. "return real { data = moe.table { file = '" .. file .. "', y = 'a', x = 'b' } }"))
    end
    assert.matches("measure%[1%]: 'test_error' needs rows of real data", message_of(small "{ measure = 'test_error' }"))
  end)

  it("with a grid has one case per combination, named after what varies", function()
    local experiment = load(small [[{ fit = moe.grid { gate = { "softmax", "sigmoid" },
      expert = { "tanh", "input-independent" }, k = { 2, 3 } } }]])
    local names = {}
    for i, case in ipairs(experiment.cases) do names[i] = case.name end
    assert.same({ "softmax-tanh-k2", "softmax-tanh-k3", "softmax-input-independent-k2",
      "softmax-input-independent-k3", "sigmoid-tanh-k2", "sigmoid-tanh-k3",
      "sigmoid-input-independent-k2", "sigmoid-input-independent-k3" }, names)
  end)

  it("hands its fields down to the cases, whose own win", function()
    local experiment = load(small [[{ cases = { moe.case { name = "a" },
      moe.case { name = "b", n = { 50 }, fit = moe.grid { gate = { "softmax", "sigmoid" }, k = 2 } },
    } }]])
    assert.equal("a", experiment.cases[1].name)
    assert.same({ 100, 1000 }, experiment.cases[1].n.full)
    assert.equal("b-softmax", experiment.cases[2].name)
    assert.same({ 50 }, experiment.cases[3].n.full)
    assert.equal("b-sigmoid", experiment.cases[3].name)
  end)

  it("in normal form is its own normal form", function()
    local experiment = load(small [[{ minimisers = true, measure = { "d3", "l2" }, regime = "R1",
      cases = { { name = "a" }, { name = "b", fit = moe.grid { gate = { "softmax", "sigmoid" }, k = 2 } },
        { name = "p", minimisers = false, measure = "l2", fit = { k = 1 },
          estimator = moe.path { points = { { index = 1, atoms = { { b = 2 } } } } } } },
      claims = { "A-thm1", moe.claim { id = "A-thm2", case = "a", measure = "d3" } },
      figures = { moe.figure { measure = "l2", by = "gate", guides = { slope = -0.5, label = "g" } } },
    }]])
    experiment.script = nil
    local at = { where = "", what = "again", known = dsl_experiment.known(engine) }
    assert.same(experiment, dsl_experiment.experiment(experiment, "", at))
  end)

  it("searches longer where there are more atoms", function()
    assert.equal(384, load(small "{ fit = { k = 3 } }").cases[1].estimator.starts)
    assert.equal(640, load(small "{ fit = { k = 4 } }").cases[1].estimator.starts)
    local wide = load(small [[{ fit = { k = 4 }, design = moe.uniform { lower = -1, upper = 1 },
      truth = moe.random_truth { gate = "softmax", expert = "relu", k = 2, d = 32, seed = 1,
        slopes = "free" } }]])
    assert.equal(16, wide.cases[1].estimator.starts)
  end)

  it("starts near the truth only where the fit can hold it", function()
    assert.equal(0, load(small "{ fit = { k = 1 } }").cases[1].estimator.near_starts)
    assert.equal(4, load(small "{ fit = { k = 2 } }").cases[1].estimator.near_starts)
  end)
end)

describe("options", function()
  local text = [[
local moe = require "moerates"
local k = moe.option("atoms", 3, "fitted atoms")
local deep = moe.option("deep", false)
]] .. HEAD:gsub("^[^\n]*\n", "") .. [[return moe.experiment(with { fit = { k = k }, title = tostring(deep) })
]]
  it("have their defaults", function()
    local experiment = load(text)
    assert.equal(3, experiment.cases[1].fit.k)
    assert.same({ name = "atoms", default = 3, value = 3, help = "fitted atoms" }, experiment.options[1])
  end)
  it("are set from text, by the type of the default", function()
    local experiment = load(text, { atoms = "5", deep = "true" })
    assert.equal(5, experiment.cases[1].fit.k)
    assert.equal("true", experiment.title)
    assert.equal("x.lua:2: moe.option: option 'atoms' is a number, 'many' is not one",
      message_of(text, { atoms = "many" }))
    assert.equal("x.lua:3: moe.option: option 'deep' is true or false, not 'yes'",
      message_of(text, { deep = "yes" }))
  end)
  it("that nobody declared are refused", function()
    local path = scratch.write(directory, "x.lua", text)
    local _, err = pcall(script.load_all, { path }, { "atom=3" })
    assert.equal("--set atom: no such option (did you mean 'atoms'?)", err.message)
  end)
end)

describe("random truths", function()
  local function draw(spec)
    return load(HEAD .. "return moe.experiment(with { fit = { k = 3 }, truth = moe.random_truth " .. spec
      .. " })").cases[1].truth
  end
  it("are the same every time and differ between seeds", function()
    local spec = '{ gate = "softmax", expert = "relu", k = 3, d = 2, seed = 7 }'
    assert.same(draw(spec), draw(spec))
    assert.not_same(draw(spec), draw(spec:gsub("7", "8")))
  end)
  it("share their numbers whatever the slopes and the gate", function()
    local free = draw '{ gate = "softmax", expert = "relu", k = 3, d = 2 }'
    local last = draw '{ gate = "sigmoid", expert = "relu", k = 3, d = 2, slopes = "zero-last" }'
    assert.same(free.atoms[2], last.atoms[2])
    assert.same({ 0, 0 }, last.atoms[3].beta1)
    assert.same(free.atoms[3].a, last.atoms[3].a)
  end)
  it("have the published variances", function()
    local truth = draw '{ gate = "softmax", expert = "relu", k = 32, d = 64 }'
    local gate, expert, count = 0, 0, 0
    for _, atom in ipairs(truth.atoms) do
      for s = 1, 64 do
        gate, expert, count = gate + atom.beta1[s] ^ 2, expert + atom.a[s] ^ 2, count + 1
      end
    end
    -- 2048 squares: five standard errors are 16 %
    assert.near(1, gate / count / (.01 / 64), .16)
    assert.near(1, expert / count / (1 / 64), .16)
  end)
  it("stay in their ranges", function()
    local truth = draw '{ gate = "softmax", expert = "relu", k = 32, ranges = moe.box { a = { 2, 3 } } }'
    for _, atom in ipairs(truth.atoms) do assert.is_true(atom.a[1] >= 2 and atom.a[1] <= 3) end
  end)
end)

describe("the annotations for editors", function()
  local meta = scratch.read(ROOT .. "/lua/meta.lua")

  it("declare the functions that there are, and no other", function()
    local declared = {}
    for name in meta:gmatch("\nfunction moe%.([%w_]+)%(") do declared[#declared + 1] = name end
    declared[#declared + 1] = "random"
    table.sort(declared)
    local list = message_of('local moe = require "moerates"\nreturn moe.zzzzzzzzzzzzzzzzzzzzz')
      :match("%(known: (.*)%)")
    assert.equal(list, table.concat(declared, ", "))
  end)

  it("declare fields that the functions know", function()
    local classes = { RandomTruth = "random_truth", Box = "box", Telescope = "telescope", Sizes = "sizes",
      Grid = "grid", Case = "case", Figure = "figure", Claim = "claim", Experiment = "experiment" }
    for class, name in pairs(classes) do
      local block = meta:match("%-%-%-@class moe%." .. class .. "[^\n]*\n(.-)\n\n")
      for field in block:gmatch("%-%-%-@field ([%w_]+)") do
        local text = ('local moe = require "moerates"\nreturn moe.%s { %s = print }'):format(name, field)
        assert.is_nil(message_of(text):find("unknown key", 1, true), class .. "." .. field)
      end
    end
  end)
end)

describe("decades", function()
  local at = { where = "", what = "" }
  it("are whole numbers at equal ratios", function()
    assert.same({ 100, 1000, 10000 }, dsl.decades(2, 4, nil, at))
    assert.same({ 1000, 3162, 10000 }, dsl.decades(3, 4, 2, at))
    assert.equal(17, #dsl.decades(4, 12, 2, at))
  end)
  it("of one per decade are among those of two", function()
    local held = {}
    for _, n in ipairs(dsl.decades(3, 13, 2, at)) do held[n] = true end
    for _, n in ipairs(dsl.decades(3, 13, 1, at)) do assert.is_true(held[n]) end
  end)
end)

describe("a mistake", function()
  for _, row in ipairs {
    { "an unknown key, on its own line", [[
local moe = require "moerates"
return moe.experiment {
  name = "x",
  replicats = 20,
}]], "x.lua:4: moe.experiment: unknown key 'replicats' (did you mean 'replicates'?)" },
    { "an unknown key inside", [[
local moe = require "moerates"
return moe.experiment { name = "x",
  design = { kind = "telescope", lower = -3,
    uper = 3 } }]], "x.lua:4: moe.experiment: design: unknown key 'uper' (did you mean 'upper'?)" },
    { "an unknown function", 'local moe = require "moerates"\nreturn moe.experimnt {}',
      "x.lua:2: moe.experimnt: there is no such function (did you mean 'experiment'?)" },
    { "an unknown gate", [[
local moe = require "moerates"
return moe.truth { gate = "softmx", expert = "tanh", {} }]],
      "x.lua:2: moe.truth: gate: unknown gate 'softmx' (did you mean 'softmax'?)" },
    { "a wrong type", [[
local moe = require "moerates"
return moe.telescope { lower = "-3", upper = 3 }]],
      "x.lua:2: moe.telescope: lower: expected a number from -1e+06 to 1e+06, got '-3'" },
    { "a value out of range", [[
local moe = require "moerates"
return moe.lse { starts = -1 }]],
      "x.lua:2: moe.lse: starts: expected a whole number from 0 to 1000000, got -1" },
    { "a fraction where a whole number belongs", [[
local moe = require "moerates"
return moe.grid { k = 2.5 }]], "x.lua:2: moe.grid: k[1]: expected a whole number from 1 to 32, got 2.5" },
    { "an empty interval", [[
local moe = require "moerates"
return moe.uniform { lower = 3, upper = 3 }]], "x.lua:2: moe.uniform: lower (3) must be below upper (3)" },
    { "a reversed range", [[
local moe = require "moerates"
return moe.box { a = { 2, 1 } }]], "x.lua:2: moe.box: a: expected { low, high }, got { 2, 1 }" },
    { "atoms of different lengths", [[
local moe = require "moerates"
return moe.truth { gate = "softmax", expert = "tanh", { beta1 = { 1, 2 } }, { a = { 1 } } }]],
      "x.lua:2: moe.truth: atoms[2].a: expected 2 numbers as in the other atoms, got 1" },
    { "a variance that some atoms lack", [[
local moe = require "moerates"
return moe.truth { gate = "softmax", expert = "tanh", { variance = 1 }, {} }]],
      "x.lua:2: moe.truth: atoms[2]: all atoms have a variance, or none" },
    { "slopes of an expert that has none", [[
local moe = require "moerates"
return moe.truth { gate = "softmax", expert = "input-independent", { a = 1 } }]],
      "x.lua:2: moe.truth: atoms[1].a: the expert 'input-independent' does not see x, so its slopes must be 0" },
    { "profiles whose sizes do not nest", [[
local moe = require "moerates"
return moe.sizes { quick = { 10, 30 }, full = { 10, 20 } }]],
      "x.lua:2: moe.sizes: profiles nest: quick has n = 30, full does not" },
    { "sizes out of order", [[
local moe = require "moerates"
return moe.sizes { quick = { 30, 10 } }]],
      "x.lua:2: moe.sizes: quick: sizes must increase, got 10 after 30" },
    { "replicates that do not nest in blocks", small "{ replicates = { quick = 5, full = 20 } }",
      "x.lua:9: moe.experiment: replicates: profiles nest in blocks of 10: quick's 5 replicates would not "
        .. "be part of full's 20" },
    { "a name with a slash", small '{ name = "../x" }',
      "x.lua:9: moe.experiment: name: expected a name (a-z, 0-9 and '-', at most 64 characters), got '../x'" },
    { "a measure nobody knows", small '{ measure = { "l2", "over_exprt" } }',
      "x.lua:9: moe.experiment: measure[2]: unknown measure 'over_exprt' (did you mean 'over_expert'?)" },
    { "a distance to minimisers that are not asked for", small '{ measure = "d3" }',
      "x.lua:9: moe.experiment: measure[1]: 'd3' is a distance to the population minimisers; set minimisers = true" },
    { "minimisers without a telescope",
      small '{ minimisers = true, design = moe.uniform { lower = 0, upper = 1 } }',
      "x.lua:9: moe.experiment: minimisers: the population minimiser is found by the telescope; the design is "
        .. "'uniform'" },
    { "a balanced telescope with too small an n",
      small "{ design = moe.telescope { lower = 0, upper = 1, points = 128, balanced = true } }",
      "x.lua:9: moe.experiment: n: a balanced telescope of 128 points needs n of at least as many, got 100" },
    { "a claim about a case that is not there", small '{ claims = { { id = "A", case = "y" } } }',
      "x.lua:9: moe.experiment: claims[1].case: unknown case 'y' (known: x)" },
    { "a figure of a loss that no case measures", small '{ figures = { { measure = "d1" } } }',
      "x.lua:9: moe.experiment: figures[1].measure: unknown measure of these cases 'd1' (known: l2)" },
    { "a figure with an unreadable selection",
      small '{ figures = { { measure = "l2", curves = { "gat=x" } } } }',
      "x.lua:9: moe.experiment: figures[1].curves[1]: unknown field 'gat' in a selection (did you mean 'gate'?)" },
    { "two cases of one name", small '{ cases = { { name = "a" }, { name = "a" } } }',
      "x.lua:9: moe.experiment: two cases have the name 'a'" },
    { "a path with the wrong number of atoms",
      small "{ estimator = moe.path { points = { { index = 1, atoms = { {} } } } } }",
      "x.lua:9: moe.experiment: estimator.points[1].atoms: the fit has k = 3, the path 1 atoms" },
    { "an estimator that is none", small "{ estimator = { starts = 3 } }",
      "x.lua:9: moe.experiment: estimator: expected moe.lse { ... }, moe.mle { ... }, moe.em { ... }, "
        .. "moe.sgd { ... }, moe.path { ... }, "
        .. "moe.cross_validation { ... }, got a table" },
    { "likelihoods of a truth without variances", small "{ estimator = moe.mle {} }",
      "x.lua:9: moe.experiment: estimator: moe.mle and moe.em go with a truth whose atoms have variances, "
        .. "and nothing else does" },
    { "a range of variances that there are not", small "{ theta = moe.box { variance = { 1, 2 } } }",
      "x.lua:9: moe.experiment: theta.variance: the atoms of the truth have no variances" },
    { "nothing returned", 'local moe = require "moerates"',
      "x.lua: returned nothing; a script ends with 'return moe.experiment { ... }'" },
    { "a table made by hand, with a name that is a path", 'return { name = "../../x", cases = {} }',
      "x.lua: experiment: cases: expected 1 to 10000 items, got 0" },
    { "a syntax error", "return {\n  a = 1\n  b = 2 }",
      "x.lua:3: '}' expected (to close '{' at line 1) near 'b'" },
  } do
    it("such as " .. row[1] .. " is one line that says where", function()
      assert.equal(row[3], message_of(row[2]))
    end)
  end

  it("in a missing field names the field", function()
    for _, name in ipairs { "truth", "design", "fit", "measure", "n", "replicates" } do
      local text = HEAD .. ("shared.%s = nil\nreturn moe.experiment(shared)\n"):format(name)
      assert.equal(("x.lua:10: moe.experiment: '%s' is missing"):format(name), message_of(text))
    end
  end)

  it("in the file's name says what is wrong with it", function()
    local function of(path)
      local _, err = pcall(script.load, path)
      return err.message
    end
    assert.equal("no-such.lua: no such file or directory", of("no-such.lua"))
    assert.equal(directory .. ": is a directory, not an experiment script", of(directory))
  end)
end)
