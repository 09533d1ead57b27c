--- The factor between two lists of timings and its interval, on data whose factor is known.
local engine = require "moerates.engine"
local shift = require "moerates.shift"

--- Times of a case: a least time, and a long tail above it.
local function draw(stream, count, scale)
  local times = {}
  for i = 1, count do times[i] = scale * (1 + 0.1 * engine.uniform(stream, i) ^ -0.5) end
  return times
end

describe("the interval of a factor", function()
  it("has the ranks of the tables of the Mann-Whitney test", function()
    -- critical values at two-sided 5 %: (4,4) 0, (5,5) 2, (9,9) 17, (8,12) 22, (20,20) 127
    for _, case in ipairs { { 4, 4, 0 }, { 5, 5, 2 }, { 9, 9, 17 }, { 8, 12, 22 }, { 20, 20, 127 } } do
      local rank, level = shift.rank(case[1], case[2])
      assert.equal(case[3] + 1, rank)
      assert.is_true(level >= .95 and level < .98)
      assert.same({ rank, level }, { shift.rank(case[2], case[1]) })
    end
  end)

  it("says with what probability it holds if there are too few timings", function()
    for _, case in ipairs { { 1, 1, 0 }, { 2, 2, 1 - 2 / 6 }, { 3, 3, 1 - 2 / 20 } } do
      local rank, level = shift.rank(case[1], case[2])
      assert.equal(1, rank)
      assert.near(case[3], level, 1e-12)
    end
    assert.same({ value = 2, low = 2, high = 2, level = 0 }, shift.factor({ 2 }, { 4 }))
  end)

  it("goes on with the normal approximation where counting would take long", function()
    assert.near(30 * 30 / 2 - 1.959964 * math.sqrt(30 * 30 * 61 / 12), shift.rank(30, 30), 1.5)
    local rank, level = shift.rank(100, 100)
    assert.is_true(rank > 4000 and rank < 5000)
    assert.equal(.95, level)
  end)

  it("contains the true factor as often as it says", function()
    for _, sizes in ipairs { { 9, 9 }, { 9, 5 }, { 3, 3 } } do
      local runs, inside, _, level = 1000, 0, shift.rank(sizes[1], sizes[2])
      for run = 1, runs do
        local a = draw(("shift a %d %d"):format(sizes[2], run), sizes[1], 1)
        local b = draw(("shift b %d %d"):format(sizes[2], run), sizes[2], 1.3)
        local factor = shift.factor(a, b)
        if factor.low <= 1.3 and 1.3 <= factor.high then inside = inside + 1 end
      end
      -- four standard deviations of a binomial share
      assert.near(level, inside / runs, 4 * math.sqrt(level * (1 - level) / runs))
    end
  end)

  it("turns around with the lists", function()
    local a, b = draw("shift a", 9, 1), draw("shift b", 7, 2)
    local there, back = shift.factor(a, b), shift.factor(b, a)
    assert.near(1 / there.low, back.high, 1e-12)
    assert.near(1 / there.value, back.value, 1e-12)
  end)

  it("hardly moves with one wild timing", function()
    local a, b = draw("shift a", 9, 1), draw("shift b", 9, 1)
    local before = shift.factor(a, b)
    b[1] = 1000
    local after = shift.factor(a, b)
    assert.near(before.value, after.value, .05)
    assert.is_true(after.high < 2)
  end)
end)
