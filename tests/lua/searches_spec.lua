--- A search against a larger one, on a tiny experiment and on rows made up.
local cli = require "moerates.cli"
local engine = require "moerates.engine"
local figures = require "moerates.figures"
local scratch = require "scratch"
local script = require "moerates.script"
local searches = require "moerates.searches"
local summary = require "moerates.summary"

local TINY <const> = [[
local moe = require "moerates"
return moe.experiment {
  name = "tiny", title = "Tiny", noise_sd = 0.1,
  truth = moe.truth { gate = "softmax", expert = "tanh",
    { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } },
  design = moe.telescope { lower = -3, upper = 3, points = 24 },
  n = moe.sizes { quick = { 1e4, 1e5, 1e6, 1e7 }, full = { 1e4, 1e5, 1e6, 1e7 } }, replicates = 2,
  fit = { gate = "softmax", k = 3 }, measure = { "voronoi", "matched" },
  estimator = moe.lse { starts = 4, near_starts = 2, larger_starts = 40, keep = 9 },
  figures = { moe.figure { name = "minima", measure = "matched", landscape = true } },
}
]]

describe("a search beside a larger one", function()
  local directory, built
  setup(function()
    directory = scratch.directory()
    local path = scratch.write(directory, "tiny.lua", TINY)
    local stream = scratch.stream()
    assert.equal(0, cli.main({ "run", path, "--out", directory, "-j", "2" },
      { engine = engine, stdout = stream, stderr = stream }), stream.text)
    built = summary.build(script.load(path), { profile = "quick", out = directory })
  end)
  teardown(function() scratch.remove(directory) end)

  it("has three curves, of which one is the estimate", function()
    local names = {}
    for i, curve in ipairs(built.curves) do names[i] = curve.search end
    table.sort(names)
    assert.same({ "full", "larger", "near" }, names)
    assert.equal("full", summary.find(built, "tiny").search)
    assert.is_false(summary.is_estimate(summary.find(built, "tiny", "larger")))
  end)

  it("is never better than it: the larger one begins with the same starts", function()
    local full, larger = summary.find(built, "tiny"), summary.find(built, "tiny", "larger")
    for s in ipairs(full.n) do
      for r, row in ipairs(full.rows[s]) do
        assert.equal(4, row.starts)
        assert.equal(40, larger.rows[s][r].starts)
        assert.is_true(larger.rows[s][r].objective <= row.objective + .05) -- one minimum: .05 nat
      end
    end
  end)

  it("is judged in a table", function()
    local t = searches.misses(built)
    assert.equal("tiny-misses", t.name)
    assert.equal(1, #t.rows)
    local row = t.rows[1]
    assert.equal(8, row.fits)
    assert.equal(4, row.sizes)
    assert.equal(1, row.stationary)
    assert.equal(0, row.larger)
    assert.is_true(row.missed >= 0 and row.missed <= 1 and row.worst >= 0)
    assert.is_truthy(row.slope and row.larger_slope)
  end)

  it("says which kinds of start found the estimates, and what starts cost", function()
    local kinds, estimates, tried = searches.kinds(built), 0, 0
    assert.equal("tiny-starts", kinds.name)
    for _, row in ipairs(kinds.rows) do
      estimates, tried = estimates + row.estimates, tried + row.tried
      assert.is_true(row.hits == nil or row.hits >= 0 and row.hits <= 1)
    end
    assert.equal(8, estimates)
    assert.equal(8 * (4 + 2 + 40), tried)
    local cost = searches.cost(built).rows
    assert.equal(1, #cost)
    assert.equal(24, cost[1].rows)
    assert.equal(4, cost[1].starts)
    assert.is_true(cost[1].ms > 0 and math.abs(cost[1].seconds - .004 * cost[1].ms) < 1e-12)
  end)

  it("says it without a log too, except the cost", function()
    local silent = setmetatable({ logs = {} }, { __index = built })
    local kinds, estimates = searches.kinds(silent), 0
    for _, row in ipairs(kinds.rows) do
      estimates = estimates + row.estimates
      assert.is_nil(row.tried)
    end
    assert.equal(8, estimates)
    assert.same({}, searches.cost(silent).rows)
  end)

  it("keeps the minima, sorted, and draws them", function()
    local larger = summary.find(built, "tiny", "larger")
    local several = 0
    for s in ipairs(larger.n) do
      for _, minima in ipairs(larger.minima[s]) do
        assert.is_true(#minima >= 1 and #minima <= 9)
        several = several + (#minima > 1 and 1 or 0)
        for m = 2, #minima do assert.is_true(minima[m].objective >= minima[m - 1].objective) end
      end
    end
    assert.is_true(several > 0)
    local drawn = figures.all(built, "footer")
    assert.equal(1, #drawn)
    assert.equal("tiny-minima", drawn[1].name)
    for _, curve in ipairs(drawn[1].panels[1].curves) do
      for i in ipairs(curve.x) do assert.is_true(curve.x[i] >= 0 and curve.y[i] >= 0) end
    end
  end)
end)

describe("a miss", function()
  --- One case by the three searches with these objectives (full, near, larger per data set).
  local function built_of(objectives)
    local curves = {}
    for i, search in ipairs { "full", "near", "larger" } do
      local rows = {}
      for r, list in ipairs(objectives) do
        rows[r] = { objective = list[i], stationary = r == 1 and 0 or 1, singletons = .25,
          starts = 4, search = search, replicate = r }
      end
      curves[i] = { case = { name = "case", measure = { "l2" } }, search = search, n = { 1e4 },
        rows = { rows }, memo = {}, losses_of = {}, experiment = "made" }
    end
    return { experiment = { name = "made" }, curves = curves }
  end

  it("is more than half a nat above the best known", function()
    local row = searches.misses(built_of {
      { 10.4, 11, 10 }, { 10.6, 10.7, 10 }, { 10, 10, 10.7 }, { 0 / 0, 10, 10 } }).rows[1]
    assert.equal(.5, row.missed) -- the second, and the one that is no number
    assert.equal(.25, row.larger)
    assert.equal(.5, row.near)
    assert.equal(.75, row.stationary)
    assert.equal(.25, row.alone)
    assert.is_nil(row.slope)
  end)

  it("is counted from a replicate on", function()
    local built = built_of { { 10.6, 11, 10 }, { 10.6, 10.7, 10 }, { 10, 10, 10 } }
    assert.same({ 2, 3 }, { searches.count_missed(built, 1) })
    assert.same({ 1, 2 }, { searches.count_missed(built, 2) })
  end)

  it("is counted by the share of singletons", function()
    local built = built_of { { 10, 11, 10 }, { 10.6, 10.7, 10 }, { 10.7, 10, 10 } }
    built.curves[1].rows[1][1].singletons = 0
    assert.same({ { alone = "none", fits = 1, count = 0, missed = 0 },
      { alone = "above 20 %", fits = 2, count = 2, missed = 1 } }, searches.alone(built).rows)
  end)
end)
