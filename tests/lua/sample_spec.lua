--- Cross-validation on real data, from script to figure.
local command = require "command"
local engine = require "moerates.engine"
local figures = require "moerates.figures"
local plan = require "moerates.plan"
local scratch = require "scratch"
local script = require "moerates.script"
local summary = require "moerates.summary"

local SCRIPT <const> = [[
local moe = require "moerates"
return moe.experiment {
  name = "real", data = moe.table { file = "benchmarks/data/ethanol.csv", y = "NOx", x = { "E", "C" } },
  fit = moe.grid { gate = { "softmax", "sigmoid" }, expert = "linear", k = 2 }, n = { 88 }, replicates = 6,
  estimator = moe.cross_validation { folds = 3, starts = 4, anchored = true },
  measure = { "test_error", "similarity", "effective" },
  cases = { moe.case { name = "ethanol" } },
  claims = { moe.claim { id = "x", case = "ethanol-sigmoid", against = "ethanol-softmax",
    measure = "test_error", kind = "ordering" } },
}
]]

local directory, path, experiment, built

setup(function()
  directory = scratch.directory()
  path = scratch.write(directory, "real.lua", SCRIPT)
  local code, _, err = command.run("run", path, "--out", directory)
  assert(code == 0, err)
  experiment = script.load(path, {})
  built = summary.build(experiment, { profile = "quick", out = directory })
end)
teardown(function() scratch.remove(directory) end)

--- y and the covariates of the table.
local function columns()
  local csv, of = engine.csv("benchmarks/data/ethanol.csv"), {}
  for c, column in ipairs(csv:columns()) do of[column.name] = csv:values(c) end
  return of
end

describe("a cell of real data", function()
  it("has the file's digest in its key", function()
    local cell = plan.cells(experiment, "quick")[1].cell
    local file = assert(io.open("benchmarks/data/ethanol.csv", "rb"))
    assert.equal(engine.sha256(file:read("a")), cell.data.digest)
    file:close()
    local key = engine.case(cell).key
    cell.data.digest = ("0"):rep(64)
    assert.are_not.equal(key, engine.case(cell).key)
    local values, message = engine.sample_losses(cell, { "test_error" }, {})
    assert.is_nil(values)
    assert.matches("its digest is", message)
  end)

  it("has the same number of free parameters for both gates, and one gate row at 0", function()
    for _, curve in ipairs(built.curves) do
      for _, row in ipairs(curve.rows[1]) do
        assert.same({ 0, 0, 0 }, table.move(row.theta, 4, 6, 1, {}))
        assert.is_true(row.stationary == 1 and (row.rows == 58 or row.rows == 59))
      end
    end
  end)

  it("is judged on the rows that it has not seen", function()
    local table_of, errors = columns(), 0
    local curve = summary.find(built, "ethanol-sigmoid")
    local model = { gate = "sigmoid", expert = "linear", d = 2, k = 2 }
    local theta, loss = curve.rows[1][1].theta, summary.losses(curve, "test_error")[1][1]
    local sum, square, count = 0, 0, #table_of.NOx
    for _, y in ipairs(table_of.NOx) do sum, square = sum + y, square + y * y end
    local mean, sd = sum / count, math.sqrt(square / count - (sum / count) ^ 2)
    for i, y in ipairs(table_of.NOx) do
      local f = engine.model_value(model, theta, { table_of.E[i], table_of.C[i] })
      errors = errors + ((y - mean) / sd - f) ^ 2 / count
    end
    assert.is_true(loss > .3 * errors and loss < 4 * errors) -- of all rows, in nearly the same units
  end)
end)

describe("a table that is not there", function()
  it("is said to be missing, with what to do", function()
    local away = scratch.write(directory, "away.lua", (SCRIPT:gsub("ethanol%.csv", "nowhere.csv")))
    command.assert_fails(2, "benchmarks/data/nowhere.csv: no such file or directory; tables are looked up",
      "run", away, "--out", directory)
  end)
end)

describe("an experiment on real data", function()
  it("has a factor with an interval that knows of the overlap", function()
    local one = figures.orderings(built)[1]
    assert.same({ "ethanol-sigmoid", "ethanol-softmax", "test_error", 88, 6 },
      { one.case, one.against, one.measure, one.n, one.pairs })
    local x = summary.losses(summary.find(built, "ethanol-sigmoid"), "test_error")[1]
    local y = summary.losses(summary.find(built, "ethanol-softmax"), "test_error")[1]
    local sum, square = 0, 0
    for r = 1, 6 do sum = sum + math.log(x[r] / y[r]) end
    for r = 1, 6 do square = square + (math.log(x[r] / y[r]) - sum / 6) ^ 2 end
    assert.near(engine.student_quantile(.975, 5) * math.sqrt(square / 5 * (1 / 6 + 1 / 2)),
      math.log(one.factor.high / one.factor.value), 1e-9)
  end)

  it("draws its factors, and is replayed", function()
    local figure = figures.factors(built, "footer")
    assert.equal("real-factors", figure.name)
    assert.same({ { "ethanol" }, "sigmoid / softmax" }, { figure.panels[1].x.names, figure.panels[1].y.label })
    assert.equal(1, figure.panels[1].level)
    local key = plan.cells(experiment, "quick")[2].key
    local code, out, err = command.run("replay", key:sub(1, 8), "4", "--out", directory)
    assert.equal(0, code, err)
    assert.matches("equal to the stored row, bit for bit", out)
    assert.equal(0, (command.run("report", path, "--out", directory)))
  end)
end)
