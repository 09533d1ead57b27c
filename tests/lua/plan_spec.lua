--- The plan: which cells there are, and that profiles nest and shards partition.
local engine = require "moerates.engine"
local plan = require "moerates.plan"
local scratch = require "scratch"
local script = require "moerates.script"

local directory
setup(function() directory = scratch.directory() end)
teardown(function() scratch.remove(directory) end)

--- An experiment of three cases: sizes and replicates vary, one needs minimisers, one is a path.
local function load(changes)
  return script.load(scratch.write(directory, "x.lua", [[
local moe = require "moerates"
local truth = moe.truth { gate = "softmax", expert = "tanh", { beta1 = 2, a = 3, b = 1 }, {} }
local shared = {
  name = "x", truth = truth, design = moe.telescope { lower = -3, upper = 3, points = 64 },
  n = moe.sizes { quick = { 100, 1000 }, full = moe.decades(2, 4), paper = moe.decades(2, 4, 2) },
  replicates = { quick = 20, full = 30, paper = 45 }, fit = { k = 3 }, measure = "l2",
  cases = { { name = "plain", fit = moe.grid { gate = { "softmax", "sigmoid" }, k = 3 } },
    { name = "bar", minimisers = true, population_starts = 50, n = { 100 }, replicates = 7 },
    { name = "path", fit = { k = 1 },
      estimator = moe.path { points = { { index = 1, atoms = { {} } }, { index = 2, atoms = { {} } } } } } },
}
]] .. (changes or "") .. "\nreturn moe.experiment(shared)\n"))
end

local function keys_of(cells)
  local keys = {}
  for i, cell in ipairs(cells) do keys[i] = cell.key end
  return keys
end

describe("a plan", function()
  it("has a cell for each case, n and block, the population and the path", function()
    local count = {}
    for _, cell in ipairs(plan.cells(load(), "full")) do
      count[cell.case.name] = (count[cell.case.name] or 0) + 1
    end
    assert.same({ ["plain-softmax"] = 9, ["plain-sigmoid"] = 9, bar = 2, path = 1 }, count)
  end)

  it("lets only the last block be partial", function()
    local replicates = {}
    for _, cell in ipairs(plan.cells(load(), "paper")) do
      if cell.case.name == "plain-softmax" and cell.n == 100 then
        replicates[cell.block] = cell.replicates
      end
    end
    assert.same({ 10, 10, 10, 10, 5 }, replicates)
  end)

  it("asks for the population minimiser by a search of its own", function()
    local cells = plan.cells(load(), "quick")
    local population
    for _, cell in ipairs(cells) do
      if cell.population then population = cell end
    end
    assert.equal(math.huge, population.n)
    assert.same({ kind = "lse", starts = 50, near_starts = 0, keep = 16 }, population.cell.estimator)
    assert.equal(1, population.replicates)
  end)

  it("has no key twice", function()
    local seen = {}
    for _, key in ipairs(keys_of(plan.cells(load(), "paper"))) do
      assert.is_nil(seen[key])
      seen[key] = true
    end
  end)

  it("is the same list every time", function()
    assert.same(keys_of(plan.cells(load(), "full")), keys_of(plan.cells(load(), "full")))
  end)

  it("nests: quick's cells are full's, full's are paper's but for a partial block", function()
    local experiment = load()
    for _, pair in ipairs { { "quick", "full" }, { "full", "paper" } } do
      local held = {}
      for _, key in ipairs(keys_of(plan.cells(experiment, pair[2]))) do held[key] = true end
      for _, key in ipairs(keys_of(plan.cells(experiment, pair[1]))) do assert.is_true(held[key]) end
    end
  end)

  it("does not depend on titles, labels, measures or claims", function()
    local changed = load [[
shared.title, shared.regime, shared.measure = "other", "R2", { "matched", "l2" }
shared.claims, shared.figures = { "A-thm1" }, { { measure = "matched" } }]]
    assert.same(keys_of(plan.cells(load(), "full")), keys_of(plan.cells(changed, "full")))
  end)

  it("depends on everything that changes a number", function()
    local before = keys_of(plan.cells(load(), "quick"))
    for _, change in ipairs { "shared.noise_sd = 0.2", "shared.theta = moe.box { a = { 1, 2 } }",
      "shared.estimator = moe.lse { starts = 3 }", "truth.atoms[1].b = 2",
      "shared.design.points = 32", 'shared.name = "y"' } do
      assert.not_equal(before[1], plan.cells(load(change), "quick")[1].key)
    end
  end)

  it("refuses an unknown profile", function()
    local _, err = pcall(plan.cells, load(), "quik")
    assert.equal("unknown profile 'quik' (known: quick, full, paper)", err.message)
  end)

  it("names script and case when the engine refuses a description", function()
    local path = directory .. "/x.lua"
    local _, err = pcall(plan.cells, load "shared.estimator = moe.sgd {}", "quick")
    assert.equal(path .. ": case 'plain-softmax': estimator: sgd needs raw samples: design uniform "
      .. "or normal", err.message)
  end)

  it("describes cells by the engine's canonical text", function()
    local cell = plan.cells(load(), "quick")[1]
    assert.equal(cell.text, engine.case(engine.parse(cell.text)).description)
  end)
end)

describe("shards", function()
  it("are disjoint and complete", function()
    local cells = plan.cells(load(), "paper")
    for count = 1, 7 do
      local seen, total = {}, 0
      for index = 1, count do
        for _, cell in ipairs(plan.choose(cells, {}, { index = index, count = count })) do
          assert.is_nil(seen[cell.key])
          seen[cell.key] = true
          total = total + 1
        end
      end
      assert.equal(#cells, total)
    end
  end)

  it("do not depend on the profile", function()
    local experiment, shard = load(), { index = 2, count = 3 }
    local held = {}
    for _, cell in ipairs(plan.choose(plan.cells(experiment, "full"), {}, shard)) do
      held[cell.key] = true
    end
    for _, cell in ipairs(plan.choose(plan.cells(experiment, "quick"), {}, shard)) do
      assert.is_true(held[cell.key])
    end
  end)

  it("are written I/N", function()
    assert.same({ index = 2, count = 3 }, plan.read_shard("2/3"))
    for _, text in ipairs { "0/3", "4/3", "1", "1/", "/2", "a/b", "1/2/3", "1.5/2", "-1/2" } do
      local _, err = pcall(plan.read_shard, text)
      assert.equal(("--shard wants I/N with 1 <= I <= N, got '%s'"):format(text), err.message)
    end
  end)
end)
