--- The tuning table. Nothing here looks at how long anything takes.
local engine = require "moerates.engine"
local tune = require "moerates.tune"

--- Shapes of 1000, 2000, ... sums with these ratios of BLIS's time to the tiles'.
local function shapes_of(ratios)
  local shapes = {}
  for i, ratio in ipairs(ratios) do
    shapes[i] = { d = i, k = 2, sums = 1000 * i, tile_ns = 50, blis_ns = 50 * ratio }
  end
  return shapes
end

describe("the threshold", function()
  it("is where BLIS begins to win", function()
    assert.equal(3000, tune.threshold(shapes_of { 2, 1.5, .9, .8 }))
    assert.equal(1000, tune.threshold(shapes_of { .9, .8 }))
    assert.equal(4000, tune.threshold(shapes_of { 2, 1.5, 1.1, .8 }))
  end)

  it("is none where tiles win throughout, or nothing is to be won", function()
    assert.is_nil(tune.threshold(shapes_of { 1.2, 1.1, 1.01 }))
    assert.is_nil(tune.threshold(shapes_of { 1, 1, 1 }))
  end)

  it("is not moved by one timing that stands out", function()
    assert.equal(2000, tune.threshold(shapes_of { 2, .8, 1.05, .8, .8 }))
    assert.equal(5000, tune.threshold(shapes_of { 2, .95, 1.4, 1.4, .8 }))
  end)

  it("loses no more than any other", function()
    for trial = 1, 200 do
      local ratios, least = {}, 0
      for i = 1, 6 do ratios[i] = math.exp(engine.uniform("tune", 6 * trial + i) - .5) end
      for from = 1, 6 do
        local loss = 0
        for i = from, 6 do loss = loss + math.log(ratios[i]) end
        least = math.min(least, loss)
      end
      local from, loss = tune.threshold(shapes_of(ratios)), 0
      for i = (from or 7000) // 1000, 6 do loss = loss + math.log(ratios[i]) end
      assert.near(least, loss, 1e-12)
    end
  end)
end)

describe("the engine", function()
  local big = { gate = "sigmoid", expert = "relu", d = 32, k = 8 }

  after_each(function() engine.tune(32768) end)

  it("counts the sums of a curvature", function()
    local _, sums = engine.evaluator(big)
    assert.equal(136 * 561, sums)
  end)

  it("follows what it is told", function()
    engine.tune(136 * 561)
    assert.equal("blis", (engine.evaluator(big)))
    engine.tune(136 * 561 + 1)
    assert.equal("tile", (engine.evaluator(big)))
    engine.tune(nil)
    assert.equal("tile", (engine.evaluator(big)))
    assert.has_error(function() engine.tune(0) end)
  end)
end)

describe("the table", function()
  it("belongs to a machine and an ISA level", function()
    local path = tune.path { machine_id = "0123abcd", isa = "avx2" }
    assert.truthy(path:find("/moerates/tune-0123abcd-avx2.json", 1, true), path)
  end)
end)
