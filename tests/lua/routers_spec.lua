--- The language of routers and shared atoms: normal forms, canonical cells, selections, what is refused.
local dsl = require "moerates.dsl"
local dsl_experiment = require "moerates.dsl_experiment"
local engine = require "moerates.engine"
local plan = require "moerates.plan"

local at = { where = "spec.lua:1: ", what = "moe.experiment", known = dsl_experiment.known(engine) }

local function shared_truth()
  return dsl.truth({ gate = "softmax", expert = "linear", shared_expert = "relu",
    shared = { { a = 2, b = 1, variance = .2 } },
    { beta1 = 2, beta0 = .5, a = 3, b = 1, variance = .25 }, { beta1 = -1, a = -2, variance = .4 } }, "", at)
end

local function experiment(fields)
  local whole = { name = "routed", replicates = 2, n = { 1000 }, measure = "total_variation",
    design = { kind = "telescope", lower = -2, upper = 2, points = 8, bin = .5 }, truth = shared_truth(),
    fit = { k = 4, shared = 2 }, estimator = { kind = "mle", starts = 3, near_starts = 0 } }
  for key, value in pairs(fields or {}) do whole[key] = value end
  return dsl_experiment.experiment(whole, "", at)
end

local function regression(router, fit)
  local truth = { gate = "softmax", expert = "tanh", { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { a = -3, b = 1.5 } }
  for key, value in pairs(router) do truth[key] = value end
  return experiment { truth = dsl.truth(truth, "", at), fit = fit, noise_sd = .1, measure = "l2",
    design = { kind = "telescope", lower = -2, upper = 2, points = 32 },
    estimator = { kind = "lse", starts = 3, near_starts = 0 } }
end

describe("A truth with shared atoms", function()
  it("lists them first and keeps their number", function()
    local truth = shared_truth()
    assert.equal(1, truth.shared)
    assert.equal(3, #truth.atoms)
    assert.equal(.2, truth.atoms[1].variance)
    assert.same(truth, dsl.truth(truth, "", at))
  end)

  it("is what the engine reads, and fields that are not set are not there", function()
    local cell = plan.cells(experiment(), "quick")[1]
    assert.matches('shared=1,shared_expert="relu"', cell.text, 1, true)
    assert.matches('fit={expert="linear",gate="softmax",k=4,shared=2,shared_expert="relu"}', cell.text, 1, true)
    assert.is_nil(cell.text:find("tempered", 1, true))
    assert.equal(2, cell.fields.shared)
    assert.equal("none", cell.fields.activation)
  end)

  it("can be estimated by EM, which never lowers the likelihood", function()
    local by_em = experiment { design = { kind = "uniform", lower = -2, upper = 2 }, n = { 200 },
      estimator = { kind = "em", starts = 1, radius = .2, iterations = 50 } }
    local rows = engine.compute(plan.cells(by_em, "quick")[1].cell)
    for _, row in ipairs(rows) do assert.is_true(row.objective == row.objective) end
  end)
end)

describe("Routers", function()
  it("have places of their own in cells, for squares too", function()
    local one = regression({ activation = "tanh", outside = true, temperature = 1.5 },
      { k = 3, activation = "tanh", outside = true, tempered = true })
    local cell = plan.cells(one, "quick")[1]
    assert.equal(13, #cell.columns - 22)
    assert.same({ .125, 8 }, one.cases[1].theta.temperature)
    assert.equal("yes", cell.fields.tempered)
    local far = plan.cells(regression({ euclidean = true }, { k = 2, euclidean = true, gate = "sigmoid" }), "quick")[1]
    assert.equal("euclidean", far.fields.score)
    for _, planned in ipairs { cell, far } do
      for _, row in ipairs(engine.compute(planned.cell)) do assert.equal(1, row.stationary) end
    end
  end)

  it("are refused where they make no sense, by a line that says why", function()
    local function refused(message, build)
      local ok, text = pcall(build)
      assert.is_false(ok, message)
      assert.matches(message, tostring(text), 1, true)
    end
    local linear = { gate = "softmax", expert = "linear", { a = 1 }, { a = -1 } }
    local function with(fields)
      local truth = {}
      for key, value in pairs(linear) do truth[key] = value end
      for key, value in pairs(fields) do truth[key] = value end
      return function() return dsl.truth(truth, "", at) end
    end
    refused("name an activation", with { outside = true })
    refused("takes no activation", with { euclidean = true, activation = "tanh" })
    refused("3 of 2 routed atoms", with { top = 3 })
    refused("did you mean 'tanh'", with { activation = "tanhh" })
    refused("expected a number above 0", with { temperature = 0 })
    refused("there are no shared atoms", with { shared_expert = "relu" })
    refused("do not add up to one", with { gate = "sigmoid", shared = { { a = 1 } } })
    refused("at least one must be routed", function() experiment { fit = { k = 2, shared = 2 } } end)
    refused("the fit learns none", function() experiment { theta = { temperature = { 1, 2 } } } end)
    refused("sgd is there for gates whose logits are linear", function()
      return plan.cells(experiment { truth = with {} (), noise_sd = .1, fit = { k = 2, activation = "tanh" },
        design = { kind = "uniform", lower = -1, upper = 1 }, estimator = { kind = "sgd" }, measure = "l2" }, "quick")
    end)
  end)
end)
