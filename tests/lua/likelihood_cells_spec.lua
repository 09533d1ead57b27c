--- Experiments on Gaussian mixtures: what a script says, what its cells hold, and that they are the same
--- whatever computes them.
local dsl_experiment = require "moerates.dsl_experiment"
local engine = require "moerates.engine"
local plan = require "moerates.plan"
local scratch = require "scratch"
local script = require "moerates.script"
local summary = require "moerates.summary"

local directory = scratch.directory()
teardown(function() scratch.remove(directory) end)

local TEXT <const> = [[
local moe = require "moerates"
return moe.experiment { name = "mixture",
  truth = moe.truth { gate = "softmax", expert = "linear",
    { beta1 = 3, beta0 = .5, a = 2, b = 1, variance = .09 }, { a = -1, b = -1, variance = .25 } },
  design = moe.uniform { lower = -1, upper = 1 }, n = { 400 }, replicates = 3, fit = { k = 2 },
  cases = { moe.case { name = "mle", estimator = moe.mle { starts = 12, near_starts = 2 } },
    moe.case { name = "near", estimator = moe.mle { starts = 0, near_starts = 2 } },
    moe.case { name = "em", estimator = moe.em { radius = .01 } },
    moe.case { name = "em-tight", estimator = moe.em { radius = .01, tolerance = 1e-12, iterations = 100000 } } },
  measure = { "voronoi", "l2" } }
]]

local function cells_by_case()
  local experiment = script.load(scratch.write(directory, "x.lua", TEXT))
  local by = {}
  for _, cell in ipairs(plan.cells(experiment, "quick")) do by[cell.case.name] = cell end
  return by, experiment
end

--- Rows of a replicate as tables by column.
local function rows_of(cell, replicate)
  local rows = assert(engine.compute(cell.cell, replicate))
  local out = {}
  for i, row in ipairs(rows) do out[i] = row end
  return out
end

describe("an experiment on a Gaussian mixture", function()
  local cells, experiment = cells_by_case()

  it("has a range of variances and no noise of its own", function()
    assert.same({ 1e-3, 100 }, experiment.cases[1].theta.variance)
    assert.is_nil(experiment.cases[1].noise_sd)
    assert.same(experiment, dsl_experiment and script.load(scratch.write(directory, "x.lua", TEXT)))
  end)

  it("has cells of versions of their own", function()
    assert.truthy(cells.mle.columns[#cells.mle.columns] == "theta_10")
    assert.not_equal(cells.mle.key, cells.em.key)
  end)

  it("fits above the truth, and EM below the best fit", function()
    for replicate = 1, 3 do
      local best = rows_of(cells.mle, replicate)[1]
      local loose, tight = rows_of(cells.em, replicate)[1], rows_of(cells["em-tight"], replicate)[1]
      assert.is_true(best.objective < best.objective_truth)
      assert.equal(best.objective_truth, loose.objective_truth)
      assert.is_true(tight.objective < loose.objective + 1e-9)
      assert.is_true(tight.objective > best.objective - 1e-4)
      assert.is_true(tight.objective < best.objective + 1e-3)
      assert.equal(1, best.stationary)
    end
  end)

  it("has losses that see variances", function()
    local case = experiment.cases[1]
    local truth = { 3, .5, 0, 0, 2, 1, -1, -1, math.log(.09), math.log(.25) }
    local off = { table.unpack(truth) }
    off[9] = math.log(.19)
    local problem = { truth = case.truth, fit = case.fit, design = case.design, points = 64 }
    local losses = engine.losses(problem, { "voronoi", "l2" }, { truth, off })
    assert.near(0, losses.voronoi[1], 1e-9)
    assert.near(0, losses.l2[2], 1e-12)
    assert.is_true(losses.voronoi[2] > .05)
  end)

  it("has searches from near the truth alone, the same as beside others", function()
    local found
    for _, row in ipairs(rows_of(cells.mle, 1)) do
      if row.search == "near" then found = row end
    end
    local alone = rows_of(cells.near, 1)
    assert.equal(1, #alone)
    assert.is_true(summary.is_estimate { search = "near", case = cells.near.case })
    assert.is_false(summary.is_estimate { search = "near", case = cells.mle.case })
    assert.same({ "near", found.objective, found.theta }, { alone[1].search, alone[1].objective, alone[1].theta })
    local none = TEXT:gsub("starts = 0, near_starts = 2", "starts = 0, near_starts = 0")
    local ok, problem = pcall(plan.cells, script.load(scratch.write(directory, "y.lua", none)), "quick")
    assert.is_false(ok)
    assert.truthy(problem.message:find("estimator.starts: 0 is for searches from near the truth", 1, true))
  end)

  it("is the same on one thread and on two, to the bit", function()
    local files = {}
    for threads = 1, 2 do
      local dir, list = scratch.directory(), {}
      for _, name in ipairs { "mle", "em", "near" } do list[#list + 1] = cells[name].cell end
      local outcome = engine.run(list, { dir = dir, threads = threads })
      assert.equal(0, outcome.failed)
      files[threads] = {}
      for i, name in ipairs { "mle", "em", "near" } do
        files[threads][i] = assert(scratch.read(("%s/cells/mixture/%s.tsv"):format(dir, cells[name].key)))
      end
      scratch.remove(dir)
    end
    assert.same(files[1], files[2])
  end)

  it("repeats to the bit, a replicate alone or with the others", function()
    local all, alone = rows_of(cells.mle, 0), rows_of(cells.mle, 2)
    local found
    for _, row in ipairs(all) do
      if row.replicate == 2 and row.search == "full" then found = row end
    end
    assert.equal(found.objective, alone[1].objective)
    assert.same(found.theta, alone[1].theta)
  end)
end)
