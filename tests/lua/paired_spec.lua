--- Factors of pairs: against numbers worked out by hand, and how often their intervals hold the truth.
local engine = require "moerates.engine"
local paired = require "moerates.paired"

describe("Student's quantile", function()
  it("is that of the tables", function()
    assert.near(2.262157, engine.student_quantile(.975, 9), 1e-6)
    assert.near(12.706205, engine.student_quantile(.975, 1), 1e-6)
    assert.near(-1.812461, engine.student_quantile(.05, 10), 1e-6)
    assert.has_error(function() engine.student_quantile(1, 9) end)
    assert.has_error(function() engine.student_quantile(.5, 0) end)
  end)
end)

describe("a factor", function()
  it("is the geometric mean of ratios, with the interval of t", function()
    -- logs of the ratios are log 2 times 0, 1, 2: mean 1, variance 1, t(.975, 2) = 4.302653
    local factor = paired.factor({ 3, 2, 8 }, { 3, 1, 2 })
    assert.same(3, factor.count)
    assert.near(2, factor.value, 1e-12)
    assert.near(2 * 2 ^ (4.302653 / math.sqrt(3)), factor.high, 1e-5)
    assert.near(4, factor.low * factor.high, 1e-12)
  end)

  it("knows that the folds of a cross-validation overlap", function()
    local alone = paired.factor({ 3, 2, 8 }, { 3, 1, 2 })
    local overlapping = paired.factor({ 3, 2, 8 }, { 3, 1, 2 }, .25)
    assert.near(math.log(alone.high / 2) * math.sqrt((1 / 3 + .25) * 3),
      math.log(overlapping.high / 2), 1e-12)
  end)

  it("leaves out what has no ratio, and is none below two pairs", function()
    local nan, inf = 0 / 0, math.huge
    assert.equal(2, paired.factor({ 1, nan, 2, 0, inf }, { 1, 1, 1, 1, 1 }).count)
    assert.is_nil(paired.factor({ 1, nan }, { 1, 1 }))
    assert.is_nil(paired.factor({}, {}))
  end)

  it("holds the truth in 95 % of samples", function()
    local held, samples = 0, 1000
    for sample = 1, samples do
      local x, y = {}, {}
      for i = 1, 10 do
        y[i] = math.exp(engine.normal("pairs " .. sample, 2 * i))
        x[i] = y[i] * .7 * math.exp(.3 * engine.normal("pairs " .. sample, 2 * i + 1))
      end
      local factor = paired.factor(x, y)
      held = held + (factor.low <= .7 and .7 <= factor.high and 1 or 0)
    end
    assert.near(.95 * samples, held, 4 * math.sqrt(samples * .95 * .05)) -- four sigma
  end)
end)
