--- Population minimisers: a point, several points and a set that are known by hand.
local minimisers = require "moerates.minimisers"

local THETA <const> = { beta1 = { -8, 8 }, beta0 = { -3, 3 }, a = { -8, 8 }, b = { -6, 6 } }

--- The problem of fitting k atoms with the truth's gate and expert; `given` is a minimiser.
local function problem(expert, atoms, k, given)
  return { truth = { gate = "sigmoid", expert = expert, d = 1, atoms = atoms },
    fit = { gate = "sigmoid", expert = expert, k = k }, minimisers = { given },
    design = { kind = "telescope", lower = -3, upper = 3, points = 64 }, points = 64 }
end

--- Estimates a little off a theta.
local function around(theta)
  local list = {}
  for r = 1, 4 do
    list[r] = {}
    for c, x in ipairs(theta) do list[r][c] = x + 1e-4 * math.sin(3 * r + c) end
  end
  return list
end

local ONE <const> = { { beta1 = { 1.7 }, beta0 = .4, a = { -.9 }, b = 1.2 } }
local AT_ONE <const> = { 1.7, .4, -.9, 1.2 }

describe("the population minimisers", function()
  it("are a point where the model is identified", function()
    local found = minimisers.inspect(problem("tanh", ONE, 1, AT_ONE), THETA, around(AT_ONE))
    assert.same({ "point", 0, 4, 4, 4 }, { found.kind, found.dimension, found.rank, found.estimates,
      found.reached })
    assert.is_true(found.spread < 1e-4)
    assert.is_truthy(minimisers.note(found):find("a point: rank 4 of 4", 1, true))
  end)

  it("are several points where gate and expert may swap", function()
    local swapped = { -.9, 1.2, 1.7, .4 }
    local one = problem("sigmoid", ONE, 1, AT_ONE)
    assert.equal("point", minimisers.inspect(one, THETA, around(AT_ONE)).kind)
    local found = minimisers.inspect(one, THETA, around(swapped))
    assert.same({ "points", 0, 4, 4 }, { found.kind, found.dimension, found.rank, found.reached })
    assert.near(2.6 + .8 + math.sqrt(2.6 ^ 2 + .8 ^ 2), found.spread, .01)
  end)

  it("are a set where an atom splits in a continuum of ways", function()
    local given = { 1.7, .4, 1.7, .4, -.5, .3, -.4, .9 }
    local found = minimisers.inspect(problem("linear", ONE, 2, given), THETA, around(given))
    assert.same({ "set", 2 }, { found.kind, found.dimension })
    assert.is_truthy(minimisers.note(found):find("dimension 2 or more", 1, true))
  end)

  it("are out of reach of an estimate that is none", function()
    local found = minimisers.inspect(problem("tanh", ONE, 1, AT_ONE), THETA, { { 0 / 0, 1, 1, 1 } })
    assert.same({ "point", 0 }, { found.kind, found.reached })
  end)
end)
