--- Timing scripts, the bench and compare commands. Nothing here looks at how long anything takes.
local bench_file = require "moerates.bench_file"
local cjson = require "cjson"
local command = require "command"
local compare = require "moerates.compare"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local lfs = require "lfs"
local quiet = require "moerates.quiet"
local scratch = require "scratch"
local script = require "moerates.script"
local timing = require "moerates.timing"

local SMALL <const> = ROOT .. "/tests/lua/small_timing.lua"
local QUICK <const> = "0.00001" -- seconds of a timing

local directory
before_each(function() directory = scratch.directory() end)
after_each(function() scratch.remove(directory) end)

local moerates = command.run
local assert_fails = command.assert_fails

--- A script of one moe.timing with these fields beside the required ones.
local function script_of(fields)
  return scratch.write(directory, "x.lua", 'local moe = require "moerates"\nreturn moe.timing {\n'
    .. 'name = "x", gate = "softmax", expert = "relu",\nshapes = { { d = 1, k = 2, n = 64 } },\n'
    .. fields .. "\n}\n")
end

describe("a timing script", function()
  it("knows the engine's levels and variants", function()
    local names, levels = {}, {}
    for i, variant in ipairs(engine.bench_variants()) do
      names[i] = variant.name
      for _, level in ipairs(variant.levels) do levels[level] = true end
    end
    assert.same(dsl_timing.VARIANTS, names)
    for _, level in ipairs(dsl_timing.LEVELS) do assert.truthy(levels[level]) end
  end)

  it("has a normal form that stays as it is", function()
    local one = script.load(SMALL, {}, "timing")
    one.script = nil
    local at = { where = "", what = "timing", known = require("moerates.dsl_experiment").known(engine) }
    assert.same(one, dsl_timing.timing(one, "", at))
  end)

  it("is refused with the line and the nearest word", function()
    for fields, text in pairs {
      ["treads = 2"] = "x.lua:5: moe.timing: unknown key 'treads' (did you mean 'threads'?)",
      ["variant = 'tiles'"] = "unknown variant 'tiles' (did you mean 'tile'?)",
      ["level = { 'hesian' }"] = "unknown level 'hesian' (did you mean 'hessian'?)",
      ["repeats = 2"] = "repeats: expected a whole number from 3 to 100, got 2",
      ["default = 'thread=1'"] = "unknown field 'thread' in a selection (did you mean 'threads'?)",
      ["default = 'd=one'"] = "'d' holds a number, 'one' is not one",
      ["threads = 0"] = "threads[1]: expected a whole number from 1 to 256, got 0",
    } do
      assert_fails(2, text, "bench", script_of(fields))
    end
  end)

  it("is not an experiment, nor the other way round", function()
    assert_fails(2, "is a timing script; run it with: moerates bench", "run", SMALL)
    assert_fails(2, "is an experiment; compute it with: moerates run", "bench",
      ROOT .. "/tests/cli/demo.lua")
    assert_fails(2, "a script ends with 'return moe.timing { ... }'", "bench",
      scratch.write(directory, "y.lua", "return 1\n"))
  end)

  it("has every combination that means something, and no other", function()
    local one, count = script.load(SMALL, {}, "timing"), {}
    for _, case in ipairs(timing.cases(one)) do
      local key = case.variant .. " " .. case.level
      count[key] = (count[key] or 0) + 1
    end
    local problems, levels = 2 * 3 * 2, #engine.isa_levels() -- (experts, sizes, threads)
    for _, level in ipairs(dsl_timing.LEVELS) do
      assert.equal(problems, count["plain " .. level])
      assert.equal(problems, count["gsl " .. level])
      assert.equal(problems * levels, count["tile " .. level])
    end
    assert.equal(problems, count["blis-dsyrk gauss-newton"])
    assert.is_nil(count["blis-dsyrk hessian"])
    assert.equal(problems, count["blis hessian"])
    assert.is_nil(count["blis gradient"])
  end)

  it("says what is timed when nothing is selected", function()
    local one = script.load(SMALL, {}, "timing")
    for _, case in ipairs((timing.choose(one, {}, 2))) do
      assert.truthy(case.expert == "relu" and case.n <= 96 and case.threads == 1)
    end
    for _, case in ipairs((timing.choose(one, { "n=128,rank=0", "d=3,level=hessian" }, 2))) do
      assert.truthy(case.n == 128 and case.isa == "scalar" or case.d == 3 and case.level == "hessian")
    end
    local all, left_out = timing.choose(one, { "d>=1" }, 1)
    assert.equal(#timing.cases(one), #all + left_out)
    assert.equal(#all, left_out) -- half of them are for two threads
  end)

  it("has groups of one problem each", function()
    local cases = timing.cases(script.load(SMALL, {}, "timing"))
    local groups, count = timing.groups(cases), 0
    assert.equal(2 * 3, #groups)
    for _, group in ipairs(groups) do
      count = count + #group
      for _, case in ipairs(group) do
        assert.truthy(case.n == group[1].n and case.expert == group[1].expert)
      end
    end
    assert.equal(#cases, count)
  end)

  it("that comes with moerates selects cases at every shape", function()
    local one = script.load(ROOT .. "/benchmarks/timing/kernels.lua", {}, "timing")
    local shapes, cases = {}, timing.choose(one, {}, 1)
    for _, case in ipairs(cases) do shapes[case.d .. " " .. case.k] = true end
    assert.same({ ["1 2"] = true, ["1 3"] = true, ["8 4"] = true, ["32 8"] = true,
      ["64 16"] = true }, shapes)
  end)
end)

describe("timings", function()
  it("have medians and count those that stand out", function()
    assert.equal(3, timing.median { 5, 1, 3 })
    assert.equal(2.5, timing.median { 4, 1, 3, 2 })
    assert.equal(0, timing.outliers { 10, 10.1, 10.2, 10.1, 10 })
    assert.equal(1, timing.outliers { 10, 10.1, 10.2, 10.1, 10, 15 })
    assert.equal(0, timing.outliers { 10, 10, 10, 10, 10.4 }) -- 4 % is no outlier
    assert.equal(0, timing.outliers { 10, 10, 10, 10, 1 }) -- nor is what was fast
  end)

  it("are held against the better of two measurements of the limits", function()
    local worse = { threads = 1, isa = "avx2", gflops = 1, read = 1, copy = 1, triad = 1, exp = 2,
      sigmoid = 2, tanh = 2, normal = 2 }
    local better = { threads = 1, isa = "avx2", gflops = 2, read = 2, copy = 2, triad = 2, exp = 1,
      sigmoid = 1, tanh = 1, normal = 1 }
    assert.same(better, timing.better_limits(worse, better))
    assert.same(better, timing.better_limits(better, worse))
    local function cache(...)
      local caches = {}
      for i, bytes in ipairs { ... } do caches[i] = { bytes = bytes } end
      return timing.cache_bytes { caches = caches }
    end
    assert.equal(1048576, cache(49152, 1048576))
    assert.equal(2 ^ 27, cache(49152, 2 ^ 29)) -- a host's, seen by a virtual machine
    assert.equal(2 ^ 25, cache())
    local result = { gate = "softmax", expert = "relu", d = 1, k = 2, n = 1000,
      level = "objective", ns_per_sample = { min = 26 } }
    timing.judge(result, better, 1e6)
    assert.same({ false, 22 / 2 + 2, "arithmetic", .5 }, { result.from_memory, result.bound_ns,
      result.bound_by, result.share }) -- 22 operations and two exponentials (bench_limit.c)
    better.read = 1
    timing.judge(result, better, 1e4)
    assert.same({ true, 24, "memory" }, { result.from_memory, result.bound_ns, result.bound_by })
  end)

  it("come with warnings that name the remedy", function()
    local function machine(files) return function(path) return files[path] end end
    local governor = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
    assert.same({}, quiet.before(machine {}))
    assert.same({}, quiet.before(machine { ["/proc/loadavg"] = "0.05 0.10 0.20 1/100 1\n",
      [governor] = "performance\n" }))
    local warnings = quiet.before(machine { ["/proc/loadavg"] = "2.50 1 1 1/1 1\n",
      [governor] = "powersave\n" })
    assert.equal(2, #warnings)
    assert.truthy(warnings[1]:find("2.50: end other programs", 1, true))
    assert.truthy(warnings[2]:find("cpupower frequency-set -g performance", 1, true))
    warnings = quiet.after { { times = { 1, 1 }, outliers = 1, pinned = false, share = 1.2 } }
    assert.equal(3, #warnings)
    assert.same({}, quiet.after { { times = { 1, 1 }, outliers = 0, pinned = true, share = .9 } })
  end)
end)

describe("bench", function()
  it("writes every timing, the machine and the build as JSON", function()
    local path = directory .. "/bench.json"
    local code, out, err = moerates("bench", SMALL, "--seconds", QUICK, "--json", path)
    assert.equal(0, code, err)
    local file, cases = cjson.decode(scratch.read(path)), 0
    assert.equal("moerates-bench-1", file.format)
    local info = engine.info()
    assert.equal(info.machine_id, file.machine.machine_id)
    assert.equal(info.compiler, file.build.compiler)
    assert.equal(1, #file.limits)
    assert.equal(1, file.limits[1].threads)
    for _, case in ipairs(file.cases) do
      cases = cases + 1
      assert.equal(3, #case.times)
      assert.equal(math.min(table.unpack(case.times)), case.ns_per_sample.min)
      assert.equal(timing.median(case.times), case.ns_per_sample.median)
      assert.near(case.bound_ns / case.ns_per_sample.min, case.share, 1e-12 * case.share)
      assert.truthy(case.error <= 1e-9)
      for _, field in ipairs { "gate", "expert", "d", "k", "n", "level", "threads", "variant",
        "isa", "outliers", "repetitions", "bound_by", "pinned" } do
        assert.not_nil(case[field], field)
      end
    end
    assert.equal(#timing.choose(script.load(SMALL, {}, "timing"), {}, 1), cases)
    assert.truthy(out:find(("machine %s: "):format(info.machine_id), 1, true))
    assert.truthy(out:find("softmax gate, relu experts, d = 3, k = 2, n = 96 (in cache)", 1, true))
    assert.falsy(out:find("\27", 1, true))
    assert.equal(bench_file.read(path).cases[1].times[1], file.cases[1].times[1])
  end)

  it("fails when nothing matches or a word is unknown", function()
    assert_fails(4, "no case matches the selection", "bench", SMALL, "-s", "d=7")
    assert_fails(4, "no case matches the selection", "bench", SMALL, "-s",
      "level=hessian,variant=blis-dsyrk")
    assert_fails(2, "unknown field 'levle' in a selection (did you mean 'level'?)", "bench", SMALL,
      "-s", "levle=hessian")
    assert_fails(2, "--seconds wants a number of seconds", "bench", SMALL, "--seconds", "0")
    assert_fails(2, "--seed wants a whole number", "bench", SMALL, "--seed", "1.5")
    assert_fails(2, "no such file", "bench", directory .. "/none.lua")
    assert_fails(2, "--set most: no such option (did you mean 'most-threads'?)", "bench", SMALL,
      "--set", "most=1")
    assert_fails(2, "--json: ", "bench", SMALL, "-s", "d=3,variant=plain,level=objective,threads=1",
      "--seconds", QUICK, "--json", directory .. "/no/such/folder.json")
  end)

  it("leaves out what needs more threads than there are, and says so", function()
    local _, _, err = moerates("bench", SMALL, "--set", "most-threads=200", "-s",
      "variant=plain,level=objective,d=3", "--seconds", QUICK)
    assert.truthy(err:find("2 cases want more threads than this machine runs at once", 1, true), err)
  end)

  it("fails with 3 when a variant computes something wrong", function()
    local real = engine.bench
    engine.bench = function() -- luacheck: ignore
      return nil, "tile (avx2) computes a wrong hessian"
    end
    local code, out, err = moerates("bench", SMALL, "--seconds", QUICK)
    engine.bench = real -- luacheck: ignore
    assert.equal(3, code)
    assert.equal("", out)
    assert.truthy(err:find("moerates: tile (avx2) computes a wrong hessian\n", 1, true))
  end)
end)

--- A file of timings; `cases` fills in what is left out.
local function write_file(name, id, cases, isa)
  local info, list = engine.info(), {}
  info.machine_id, info.isa = id, isa or "avx2"
  for i, case in ipairs(cases) do
    list[i] = { gate = "softmax", expert = "relu", d = 1, k = 2, n = 64, level = "gradient",
      threads = 1, variant = "tile", isa = "avx2", rank = 1, bound_ns = 1, share = .5,
      ns_per_sample = { min = 2, median = 3 }, times = { 3, 2, 4 } }
    for key, value in pairs(case) do list[i][key] = value end
  end
  return scratch.write(directory, name, bench_file.encode(info, { cases = list, limits = {},
    warnings = {}, seed = 1, seconds = .01 }))
end

describe("compare", function()
  it("gives the factor between all timings with its interval", function()
    local ratio = compare.ratio({ times = { 2, 4, 3 } }, { times = { 6, 9, 12 } })
    assert.near(3, ratio.value, 1e-15) -- 1.5 2 2.25 3 3 3 4 4.5 6
    assert.same({ 1.5, 6 }, { ratio.low, ratio.high })
    assert.near(.9, ratio.level, 1e-12)
  end)

  it("sums ratios up by their logarithms", function()
    local s = compare.summary { .5, 2 }
    assert.near(1, s.mean, 1e-15)
    assert.near(math.exp(math.sqrt(2) * math.log(2)), s.factor, 1e-12)
    assert.same({ .5, 2, 2 }, { s.low, s.high, s.count })
    assert.equal(1, compare.summary({ 1.25 }).factor)
  end)

  it("matches cases, labels columns, and writes a table and a figure", function()
    local a = write_file("a.json", "0a0a0a0a", { {}, { d = 8 }, { isa = "portable", rank = 2 } })
    local b = write_file("b.json", "0a0a0a0a", { { d = 8, times = { 1, 1.5, 2 } }, { d = 9 },
      { isa = "portable", rank = 2, times = { 4, 6, 8 } } })
    local code, out, err = moerates("compare", a, b, "--out", directory)
    assert.equal(0, code, err)
    assert.truthy(out:find("^one machine, one ISA level\n"), out)
    assert.truthy(out:find("B/A (0a0a0a0a avx2)", 1, true), out)
    assert.truthy(out:find("0.500 [0.250, 1.000]", 1, true), out)
    assert.truthy(out:find("2.000 [1.000, 4.000]", 1, true), out)
    assert.truthy(out:find("2 intervals come from too few timings for 95 % and hold with 90 %", 1,
      true), out)
    assert.truthy(out:find("geometric mean 1.000 over 2 cases", 1, true), out)
    for _, name in ipairs { "tables/bench-compare.tsv", "figures/bench-compare.svg",
      "figures/bench-compare.gp" } do
      assert.truthy(lfs.attributes(directory .. "/report/" .. name), name)
    end
    local _, text = moerates("compare", a, b, "--out", directory, "--json", "-s", "d=8")
    local read = cjson.decode(text)
    assert.equal(1, #read.compared[1].cases)
    assert.near(.5, read.compared[1].cases[1].ratio.value, 1e-15)
    assert.equal("0a0a0a0a avx2", read.compared[1].label)
  end)

  it("takes files of one machine at several ISA levels each at its own", function()
    local cases = { {}, { d = 8 }, { variant = "plain", isa = "scalar", rank = 0 } }
    local a = write_file("a.json", "0a0a0a0a", cases)
    for _, case in ipairs(cases) do case.isa, case.times = "portable", { 20, 30, 40 } end
    local b = write_file("b.json", "0a0a0a0a", cases, "portable")
    local code, out, err = moerates("compare", a, b, "--out", directory)
    assert.equal(0, code, err)
    assert.truthy(out:find("^one machine, each file at its ISA level\n"), out)
    assert.truthy(out:find("B/A (0a0a0a0a portable)", 1, true), out)
    assert.truthy(out:find("geometric mean 10.000 over 2 cases", 1, true), out) -- plain is the same
  end)

  it("refuses to mix two machines unless asked, then takes each at its best", function()
    local a = write_file("a.json", "0a0a0a0a", { { isa = "avx512" }, { isa = "avx2", rank = 2 } })
    local b = write_file("b.json", "0b0b0b0b", { { isa = "avx2" }, { isa = "portable", rank = 2 } })
    assert_fails(2, "b.json from 0b0b0b0b: their times differ", "compare", a, b, "--out", directory)
    assert.is_nil(lfs.attributes(directory .. "/report"))
    local code, out = moerates("compare", a, b, "--across", "--out", directory)
    assert.equal(0, code)
    assert.truthy(out:find("B/A (0b0b0b0b avx2)", 1, true))
    assert.truthy(out:find("over 1 cases", 1, true))
  end)

  it("fails with 4 when there is nothing to compare", function()
    local a, b = write_file("a.json", "0a", { {} }), write_file("b.json", "0a", { { d = 2 } })
    assert_fails(4, "has no case in common with the other files", "compare", a, b)
    assert_fails(4, "that matches the selection", "compare", a, a, "-s", "d=3")
    assert_fails(2, "unknown field 'e'", "compare", a, a, "-s", "e=3")
  end)

  it("names a file that is none, and what to do", function()
    local good = write_file("good.json", "0a", { {} })
    local text = scratch.read(good)
    local function changed(from, to)
      local result, count = text:gsub(from, to, 1)
      assert.equal(1, count, from)
      return result
    end
    for _, bad in ipairs {
      { "", "is not JSON" }, { "{", "is not JSON" }, { "[1, 2]", "is no file of timings" },
      { "7", "is no file of timings" }, { "null", "is no file of timings" },
      { '{"cells": []}', "is no file of timings" },
      { changed("moerates%-bench%-1", "moerates-bench-9"), "is no file of timings" },
      { changed('"machine_id": "0a"', '"machine_id": "`id`"'), "machine.machine_id: expected the id" },
      { changed('"machine": {', '"engine": {'), "'machine' is missing" },
      { changed('"min": 2', '"min": -2'), "cases[1].ns_per_sample.min: expected a number above 0" },
      { changed('"min": 2', '"min": null'), "cases[1].ns_per_sample.min: expected a number above 0" },
      { changed('"min": 2', '"least": 2'), "cases[1].ns_per_sample: 'min' is missing" },
      { changed('"level": "gradient"', '"level": "\\u001b[2J"'), "cases[1].level: unknown level" },
      { changed('"gate": "softmax"', '"gate": "< ls"'), "cases[1].gate: expected a name" },
      { changed('"d": 1', '"d": 1.5'), "cases[1].d: expected a whole number" },
      { changed('"cases": %[.-\n  %]', '"cases": []'), "timings: nothing was timed" },
      { changed('"cases": %[.-\n  %]', '"cases": 5'), "cases: expected a list, got 5" },
    } do
      local path = scratch.write(directory, "bad.json", bad[1])
      assert_fails(2, "bad.json: ", "compare", good, path)
      assert_fails(2, bad[2], "compare", path, good)
      assert_fails(2, "moerates bench --json", "compare", good, path)
    end
    assert_fails(2, "none.json: no such file", "compare", good, directory .. "/none.json")
    assert_fails(2, "is a directory", "compare", good, directory)
  end)
end)
