--- Losses of estimates of mixtures with shared atoms, routers and temperatures, as summaries ask for them.
local engine = require "moerates.engine"

local design = { kind = "telescope", lower = -3, upper = 3, points = 16 }

local function losses_of(problem, theta, ...)
  local found = {}
  for name, values in pairs(engine.losses(problem, { ... }, { theta })) do found[name] = values[1] end
  return found
end

describe("losses of mixtures with shared atoms", function()
  local problem = { design = design,
    truth = { gate = "softmax", expert = "linear", d = 1, shared = 1, shared_expert = "relu", atoms = {
      { beta1 = { 0 }, beta0 = 0, a = { 2 }, b = 0, variance = 0.2 },
      { beta1 = { 2 }, beta0 = 0, a = { 8 }, b = 2, variance = 0.4 },
      { beta1 = { 0 }, beta0 = 0, a = { -6 }, b = 1, variance = 0.4 } } },
    fit = { gate = "softmax", expert = "linear", k = 4, shared = 2, shared_expert = "relu" } }
  local log = math.log
  local theta = { 0, 0, 0, 0, 3, 1, 1, 1, --[[ experts ]] 2, 0, 2, 0, 8, 2, -6, 1,
    log(0.2), log(0.2), log(0.4), log(0.4) }

  it("vanish at a split and translated truth", function()
    local found = losses_of(problem, theta, "b_d1", "b_d2", "over_slope_shared", "exact_parameters", "empty",
      "total_variation", "hellinger", "set_distance", "matched", "l2")
    for name, value in pairs(found) do assert.near(0, value, 1e-12, name) end
  end)

  it("see shared atoms apart", function()
    local moved = { table.unpack(theta) }
    moved[10] = 0.3 -- b of the first shared atom, of weight 1/2
    local found = losses_of(problem, moved, "b_d1", "b_d2", "over_intercept_shared", "softmax_d", "set_distance")
    assert.near(0.5 * 0.3 ^ 2, found.b_d1, 1e-12)
    assert.near(0.5 * 0.3 ^ 4, found.b_d2, 1e-12)
    assert.near(0.3, found.over_intercept_shared, 1e-12)
    assert.near(0, found.softmax_d, 1e-12)
    assert.near(0.3, found.set_distance, 1e-12)
  end)
end)

describe("losses of models with a temperature", function()
  it("know that a linear router scales with it", function()
    local problem = { design = design,
      truth = { gate = "softmax", expert = "linear", d = 1, temperature = 2, atoms = {
        { beta1 = { 2 }, beta0 = 0, a = { 8 }, b = 2, variance = 0.4 },
        { beta1 = { 0 }, beta0 = 1, a = { -6 }, b = 1, variance = 0.4 } } },
      fit = { gate = "softmax", expert = "linear", k = 2, tempered = true } }
    local theta = { 1, 0, 0, 0.5, 8, 2, -6, 1, 0, math.log(0.4), math.log(0.4) }
    local found = losses_of(problem, theta, "temperature", "set_distance", "total_variation", "exact_expert",
      "c_voronoi")
    assert.near(1, found.temperature, 1e-14)
    assert.near(0, found.set_distance, 1e-12)
    assert.near(0, found.total_variation, 1e-12)
    assert.near(0, found.exact_expert, 1e-12)
    assert.is_true(found.c_voronoi > 1)
  end)
end)
