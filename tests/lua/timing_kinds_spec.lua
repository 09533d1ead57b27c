--- Growth, generation and optimisers: their scripts, exponents, levels and files. Nothing here looks
--- at how long anything takes.
local bench_file = require "moerates.bench_file"
local cjson = require "cjson"
local command = require "command"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local generation = require "moerates.timing_generation"
local growth = require "moerates.timing_growth"
local optimisers = require "moerates.timing_optimisers"
local scratch = require "scratch"
local script = require "moerates.script"
local timing = require "moerates.timing"
local timing_kinds = require "moerates.timing_kinds"

local QUICK <const> = "0.00001"

local directory
before_each(function() directory = scratch.directory() end)
after_each(function() scratch.remove(directory) end)

local moerates = command.run
local assert_fails = command.assert_fails

local GROWTH <const> = [[
local moe = require "moerates"
return moe.growth {
  name = "x", gate = "softmax", expert = "relu",
  lines = { { n = { 64, 128, 256 }, d = 1, k = 2 }, { n = 64, d = { 1, 2, 4 }, k = 2 } },
  repeats = 3,
%s
}
]]
local GENERATION <const> = [[
local moe = require "moerates"
return moe.generation {
  name = "x", gate = "softmax", expert = "relu", k = 2, d = { 1, 2 }, rows = 100, points = 32,
  n = { 1000, 1e14 }, repeats = 3,
%s
}
]]
local LIKELIHOOD <const> = [[
local moe = require "moerates"
return moe.likelihood {
  name = "x", gate = { "%s", "softmax" }, expert = "tanh", variant = { "engine", "plain" },
  shapes = { { d = 1, k = 2, n = 64 }, { d = 3, k = 2, n = 96 } }, rounds = 2, repeats = 3,
%s
}
]]
local OPTIMISERS <const> = [[
local moe = require "moerates"
return moe.optimisers {
  name = "x", starts = 2, rounds = 2, search = 3, seconds = 0.01,
  problems = { { name = "p", noise_sd = 0.1, n = 500, fit = { gate = "sigmoid", expert = "tanh", k = 1 },
    truth = moe.truth { gate = "sigmoid", expert = "tanh", { beta1 = 2, a = 1 } },
    design = moe.%s { lower = -3, upper = 3 } } },
%s
}
]]

local function written(text, ...) return scratch.write(directory, "x.lua", text:format(...)) end

local function load(text, ...) return script.load(written(text, ...), {}, "timing") end

--- The file that a run of the script writes.
local function run(...)
  local path = directory .. "/bench.json"
  local code, out, err = moerates("bench", written(...), "--seconds", QUICK, "--json", path)
  assert.equal(0, code, err)
  return cjson.decode(scratch.read(path)), out, bench_file.read(path)
end

describe("the kinds of timing script", function()
  it("are those that scripts can be", function()
    local names = {}
    for i, each in ipairs(timing_kinds) do names[i] = each.name end
    assert.same(dsl_timing.KINDS, names)
  end)

  it("have the engine's words", function()
    local methods, drawn, seen = {}, {}, {}
    for i, method in ipairs(engine.optimisers()) do methods[i] = method.name end
    assert.same(dsl_timing.METHODS, methods)
    for _, source in ipairs(engine.draw_sources()) do
      if not seen[source.what] then drawn[#drawn + 1] = source.what end
      seen[source.what] = true
    end
    assert.same(dsl_timing.DRAWN, drawn)
  end)

  it("have normal forms that stay as they are", function()
    for _, one in ipairs { load(GROWTH, ""), load(GENERATION, ""), load(OPTIMISERS, "uniform", "") } do
      one.script = nil
      local at = { where = "", what = one.kind,
        known = require("moerates.dsl_experiment").known(engine) }
      assert.same(one, dsl_timing.script(one, "", at))
    end
  end)

  it("are refused with the line and the nearest word", function()
    for fields, text in pairs {
      ["levels = 'hessian'"] = "x.lua:6: moe.growth: unknown key 'levels' (did you mean 'level'?)",
      ["variant = 'tile'"] = "unknown variant 'tile'",
      ["repeats = 2"] = "repeats: expected a whole number from 3 to 100, got 2",
      ["lines = {}"] = "lines: expected 1 to 20 items, got 0",
      ["lines = { { n = 64, d = 1, k = 1 } }"] = "lines[1]: one of d, k and n must be a list",
      ["lines = { { n = 64, d = { 1, 2 }, k = 1 } }"] = "lines[1]: one of d, k and n must be a list",
      ["lines = { { n = 64, d = { 1, 2, 3 }, k = { 1, 2, 3 } } }"] = "both d and k are lists",
      ["lines = { { n = 64, d = { 1, 3, 2 }, k = 1 } }"] = "values must increase, got 2 after 3",
      ["lines = { { axis = 'k', n = 64, d = { 1, 2, 3 }, k = 1 } }"] = "lines[1].axis: is d",
    } do
      assert_fails(2, text, "bench", written(GROWTH, fields))
    end
    for fields, text in pairs {
      ["what = 'normals'"] = "unknown thing to draw 'normals' (did you mean 'normal'?)",
      ["point = 3"] = "x.lua:5: moe.generation: unknown key 'point' (did you mean 'points'?)",
      ["d = 0"] = "d[1]: expected a whole number from 1 to 256, got 0",
    } do
      assert_fails(2, text, "bench", written(GENERATION, fields))
    end
    for fields, text in pairs {
      ["method = 'adm'"] = "unknown method 'adm' (did you mean 'adam'?)",
      ["start = 3"] = "moe.optimisers: unknown key 'start' (did you mean 'starts'?)",
      ["adam = { rates = 1 }"] = "adam: unknown key 'rates' (did you mean 'rate'?)",
      ["seconds = 0"] = "seconds: expected a number from 1e-06 to 3600, got 0",
    } do
      assert_fails(2, text, "bench", written(OPTIMISERS, "uniform", fields))
    end
    local fewer = OPTIMISERS:gsub("{ beta1 = 2, a = 1 }", "{ a = 1 }, { a = 2 }")
    assert_fails(2, "problems[1].fit.k: starts near the truth need at least its 2 atoms, got 1",
      "bench", written(fewer, "uniform", ""))
    assert_fails(2, "is a timing script; run it with: moerates bench", "run", written(GROWTH, ""))
  end)

  it("fail with 4 when the selection leaves nothing", function()
    assert_fails(4, "no case matches", "bench", written(GENERATION, ""), "-s", "level=hessian")
    assert_fails(4, "no case matches", "bench", written(GROWTH, ""), "-s", "what=normal")
    assert_fails(4, "no case matches", "bench", written(OPTIMISERS, "uniform", ""), "-s", "k=2")
  end)

  it("come with scripts that have cases", function()
    local left = {}
    for _, name in ipairs { "growth", "likelihood", "generation", "optimisers" } do
      local one = script.load(("%s/benchmarks/timing/%s.lua"):format(ROOT, name), {}, "timing")
      assert.equal(name, one.kind)
      for _, each in ipairs(timing_kinds) do
        if each.name == name then left[name] = #each.kind.cases(one) end
      end
      assert.truthy(left[name] > 10)
    end
  end)
end)

--- Points of time = factor * at^power + constant; medians `spread` above the least.
local function points_of(list, power, constant, spread)
  local points = {}
  for i, at in ipairs(list) do
    local time = 3 * at ^ power + constant
    points[i] = { at = at, min = time, median = time * (1 + spread) }
  end
  return points
end

describe("an exponent", function()
  it("is that of the times", function()
    for _, power in ipairs { 0, 0.5, 1, 2, 3 } do
      local e, first = growth.exponent(points_of({ 1, 2, 4, 8, 16, 32, 64 }, power, 0, 0))
      assert.near(power, e.value, 1e-12)
      assert.near(power, e.low, 1e-12)
      assert.near(power, e.high, 1e-12)
      assert.equal(4, first) -- 8 is the middle of 1..64
    end
  end)

  it("is of the upper half, where constants do not count", function()
    local list = { 1, 10, 100, 1000, 1e4, 1e5, 1e6 }
    assert.near(2, growth.exponent(points_of(list, 2, 1e4, 0)).value, 1e-2)
    local _, first = growth.exponent(points_of({ 1, 2, 1000 }, 1, 0, 0))
    assert.equal(1, first) -- at least three points
    _, first = growth.exponent(points_of({ 1, 500, 501, 1000 }, 1, 0, 0))
    assert.equal(2, first)
  end)

  it("has an interval as wide as the timings spread", function()
    -- Ends a factor of 4 apart and the middle one at weight 0: the slope moves by log(1.1) / log(4)
    local e = growth.exponent(points_of({ 16, 32, 64 }, 1, 0, 0.1))
    assert.near(1, e.value, 1e-12)
    assert.near(1 - math.log(1.1) / math.log(4), e.low, 1e-12)
    assert.near(1 + math.log(1.1) / math.log(4), e.high, 1e-12)
  end)

  it("stands beside that of the operation count", function()
    local results = {}
    for i, n in ipairs { 100, 1000, 10000 } do
      results[i] = { timing = "x", line = 1, axis = "n", gate = "softmax", expert = "relu", d = 1,
        k = 3, n = n, level = "hessian", variant = "gsl", kernel = "gsl", isa = "scalar",
        times = { 5, 6, 7 }, ns_per_sample = { min = 5, median = 6 }, outliers = 0 }
    end
    local entry = growth.finish(results)[1]
    assert.near(1, entry.exponent.value, 1e-12)
    assert.near(1, entry.operations, 1e-12)
    assert.same({ 100, 10000, 3 }, { entry.from, entry.to, #entry.points })
    assert.is_nil(entry.n)
    results[3] = nil
    assert.same({}, growth.finish(results)) -- two points are no line
  end)
end)

describe("growth", function()
  it("takes the kernel that the engine takes", function()
    local one = load(GROWTH, "lines = { { n = 64, k = 8, d = { 1, 8, 64 } } }")
    local kernels = {}
    for _, case in ipairs(growth.cases(one)) do
      if case.variant == "engine" then kernels[case.level .. " " .. case.d] = case.kernel end
      assert.equal(case.variant == "gsl", case.isa == "scalar")
    end
    assert.same({ "tile", "tile", "blis" }, { kernels["hessian 1"], kernels["gradient 64"],
      kernels["hessian 64"] })
  end)

  it("is stored with every timing and read back", function()
    local file, out, read = run(GROWTH, "")
    assert.equal(2 * 2 * 2, #file.growth) -- lines, levels, variants
    assert.same({}, file.cases)
    for i, entry in ipairs(file.growth) do
      assert.truthy(entry.exponent.low <= entry.exponent.value
        and entry.exponent.value <= entry.exponent.high)
      assert.is_nil(entry[entry.axis])
      for _, point in ipairs(entry.points) do assert.equal(3, #point.times) end
      assert.equal(entry.exponent.value, read.growth[i].exponent.value)
    end
    assert.truthy(out:find("growth with n: softmax gate, relu experts, d = 1, k = 2", 1, true), out)
  end)
end)

describe("likelihoods beside squares", function()
  it("are timed at every size and level, each checked against plain code", function()
    local file, out, read = run(LIKELIHOOD, "normalised-sigmoid", "")
    assert.equal(2 * 2 * 2 * 4, #file.likelihoods)
    for i, one in ipairs(file.likelihoods) do
      assert.equal(6, #one.times)
      assert.equal(6, #one.squares_times)
      assert.equal(math.min(table.unpack(one.squares_times)), one.squares_ns.min)
      assert.equal(one.ns_per_sample.min / one.squares_ns.min, one.ratio)
      assert.equal(one.ratio, read.likelihoods[i].ratio)
    end
    assert.truthy(out:find("likelihood beside squares, softmax gate, tanh experts", 1, true), out)
  end)

  it("want a density", function()
    assert_fails(2, "the weights of the sigmoid gate do not add up to one", "bench",
      written(LIKELIHOOD, "sigmoid", ""))
    assert_fails(2, "unknown variant 'gsl'", "bench", written(LIKELIHOOD, "softmax", "variant = 'gsl'"))
    assert.has_error(function()
      engine.bench { gate = "softmax", expert = "relu", d = 1, k = 2, n = 64, gaussian = true, repeats = 3,
        cases = { { variant = "gsl", isa = "scalar", level = "gradient", threads = 1 } } }
    end)
  end)
end)

describe("generation", function()
  it("has a case for each source, size and ISA level", function()
    local count, levels = {}, #engine.isa_levels()
    for _, case in ipairs(generation.cases(load(GENERATION, ""))) do
      local key = case.what .. " " .. case.variant
      count[key] = (count[key] or 0) + 1
    end
    assert.same({ levels, 1, levels, 1, 2, 4 }, { count["uniform bulk"], count["uniform single"],
      count["normal bulk"], count["normal gsl-ziggurat"], count["row design"],
      count["telescope design"] })
  end)

  it("is stored with every timing and read back", function()
    local file, out, read = run(GENERATION, "")
    for i, one in ipairs(file.generation) do
      assert.equal(3, #one.times)
      assert.equal(math.min(table.unpack(one.times)), one.ns.min)
      assert.equal(timing.median(one.times), one.ns.median)
      assert.equal(one.what == "row" or one.what == "telescope", one.unit == "row")
      assert.equal(one.what == "telescope", one.points ~= nil)
      assert.equal(one.ns.min, read.generation[i].ns.min)
    end
    assert.truthy(out:find("normal     gsl-ziggurat", 1, true), out)
  end)

  it("fails with 3 when a source draws something wrong", function()
    local real = engine.bench_draws
    engine.bench_draws = function() return nil, "bulk (avx2) draws a wrong normal" end -- luacheck: ignore
    local code, _, err = moerates("bench", written(GENERATION, ""), "--seconds", QUICK)
    engine.bench_draws = real -- luacheck: ignore
    assert.equal(3, code)
    assert.truthy(err:find("moerates: bulk (avx2) draws a wrong normal\n", 1, true))
  end)
end)

describe("optimisers", function()
  it("arrive at the first point that is near enough", function()
    local trace = { seconds = { 0, 1, 2, 3 }, nats = { 50, 9, 20, 0 } }
    assert.equal(1, optimisers.arrival(trace, 10))
    assert.equal(3, optimisers.arrival(trace, 1))
    assert.equal(math.huge, optimisers.arrival({ seconds = { 0, 1 }, nats = { 5, 4 } }, 1))
  end)

  it("are late for ever where a start never arrives", function()
    local traces = {}
    for start, nats in ipairs { 0, 0, 5, 0, 5 } do
      traces[start] = { start = start, seconds = { 0, start }, nats = { 9, nats } }
    end
    assert.same({ nats = 1, share = 0.6, seconds = { median = 4, low = 2 } },
      optimisers.reached(traces, 5, 1))
    assert.same({ nats = 6, share = 1, seconds = { median = 3, low = 2, high = 4 } },
      optimisers.reached(traces, 5, 6))
    traces[6] = { start = 4, seconds = { 0, 2.5 }, nats = { 9, 0 } } -- a faster round
    assert.equal(2.5, optimisers.reached(traces, 5, 1).seconds.median)
    assert.same({ nats = 1, share = 0, seconds = {} }, optimisers.reached({}, 3, 1))
  end)

  it("that want rows are left out where there are none", function()
    local function methods(design)
      local names = {}
      for i, case in ipairs(optimisers.cases(load(OPTIMISERS, design, ""))) do
        names[i] = case.variant
      end
      return names
    end
    assert.same(dsl_timing.METHODS, methods("uniform"))
    assert.same({ "adam-full", "lbfgs", "marquardt", "trust" }, methods("telescope"))
  end)

  it("are stored with every trace and read back", function()
    local file, out, read = run(OPTIMISERS, "uniform", "nats = { 1e6, 1 }")
    assert.equal(#dsl_timing.METHODS, #file.optimisers)
    for i, one in ipairs(file.optimisers) do
      assert.truthy(#one.traces >= one.starts and #one.traces <= 2 * one.starts)
      for _, trace in ipairs(one.traces) do
        assert.equal(#trace.seconds, #trace.nats)
        assert.equal(0, trace.seconds[1])
      end
      assert.same({ nats = 1e6, share = 1, seconds = { median = 0, low = 0, high = 0 } },
        one.reached[1]) -- the starts themselves
      assert.same(one.reached, read.optimisers[i].reached)
    end
    assert.truthy(out:find("optimisers, p: sigmoid gate, tanh experts, d = 1, k = 1, n = 500 (500 rows)",
      1, true), out)
  end)
end)

describe("a file of timings", function()
  local function entry_file(field, entry)
    return scratch.write(directory, "bad.json", bench_file.encode(engine.info(), { cases = {},
      limits = {}, warnings = {}, seed = 1, seconds = .01, [field] = { entry } }))
  end

  local function refuses(field, good, changes)
    assert.equal(1, #bench_file.read(entry_file(field, good))[field])
    for text, change in pairs(changes) do
      local bad = cjson.decode(cjson.encode(good))
      change(bad)
      local ok, fault = pcall(bench_file.read, entry_file(field, bad))
      assert.falsy(ok, text)
      assert.truthy(tostring(fault):find(field .. "[1]" .. text, 1, true), tostring(fault))
    end
  end

  it("is refused if an exponent is wrong", function()
    local point = { at = 1, ns = { min = 1, median = 1 }, times = { 1, 1, 1 }, kernel = "tile" }
    refuses("growth", { axis = "d", level = "hessian", variant = "gsl", gate = "softmax",
      expert = "relu", k = 2, n = 64, exponent = { value = 1, low = .9, high = 1.1 }, from = 1,
      to = 64, operations = 2, points = { point, point } }, {
      [".axis: unknown axis 'y'"] = function(e) e.axis = "y" end,
      [".exponent.low: expected a number"] = function(e) e.exponent.low = "1" end,
      [": 'operations' is missing"] = function(e) e.operations = nil end,
      [".points: expected 2 to 1000 items"] = function(e) e.points[2] = nil end,
      [".points[1].times[2]: expected a number above 0"] = function(e) e.points[1].times[2] = -1 end,
    })
  end)

  it("is refused if a likelihood is wrong", function()
    refuses("likelihoods", { gate = "softmax", expert = "linear", d = 1, k = 2, n = 64, threads = 1,
      level = "hessian", variant = "engine", kernel = "tile", isa = "avx2", ratio = 2,
      ns_per_sample = { min = 2, median = 3 }, squares_ns = { min = 1, median = 1 }, times = { 2, 3 },
      interval = { value = 2, low = 1, high = 3 } }, {
      [".variant: unknown variant 'gsl'"] = function(e) e.variant = "gsl" end,
      [".ratio: expected a number above 0"] = function(e) e.ratio = -1 end,
      [".interval: 'low' is missing"] = function(e) e.interval.low = nil end,
    })
  end)

  it("is refused if a source is wrong", function()
    refuses("generation", { what = "normal", isa = "avx2", variant = "bulk", unit = "number",
      ns = { min = 2, median = 3 }, times = { 2, 3, 4 } }, {
      [".what: unknown thing to draw"] = function(e) e.what = "gamma" end,
      [".unit: unknown unit"] = function(e) e.unit = "byte" end,
      [".ns: 'median' is missing"] = function(e) e.ns.median = nil end,
      [".variant: expected a name"] = function(e) e.variant = "<b>" end,
    })
  end)

  it("is refused if a trace is wrong", function()
    refuses("optimisers", { problem = "p", method = "adam", gate = "softmax", expert = "relu",
      d = 1, k = 2, n = 100, starts = 1, limit = 1, reached = { { nats = 1, share = 1, seconds = { median = 1,
      low = 1, high = 1 } } }, traces = { { seconds = { 0, 1 }, nats = { 5, 0 } } } }, {
      [".method: unknown method 'newton'"] = function(e) e.method = "newton" end,
      [".reached[1].share: expected a number from 0 to 1"] = function(e) e.reached[1].share = 2 end,
      [": 'limit' is missing"] = function(e) e.limit = nil end,
      [".traces[1]: 2 seconds, but 1 nats"] = function(e) e.traces[1].nats[2] = nil end,
      [".traces[1].nats[1]: expected a number"] = function(e) e.traces[1].nats[1] = -3 end,
    })
  end)
end)
