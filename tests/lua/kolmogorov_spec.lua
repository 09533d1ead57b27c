local ks = require "moerates.kolmogorov"

describe("the two-sample Kolmogorov-Smirnov test", function()
  it("finds the largest gap, ties included", function()
    assert.equal(0, ks.distance({ 1, 2, 3 }, { 3, 2, 1 }))
    assert.equal(1, ks.distance({ 1, 2 }, { 3, 4 }))
    assert.near(.5, ks.distance({ 1, 1, 2, 2 }, { 1, 2, 2, 2, 2, 2, 2, 2 }) + .125, 1e-15)
  end)

  it("has SciPy's asymptotic values at large samples", function()
    -- scipy 1.10.1: stats.distributions.kstwobign.sf(x), x = .8, 1.2, 1.6
    local size = 10 ^ 8
    local root = math.sqrt(size / 2)
    for x, p in pairs { [.8] = 0.5441424115741981, [1.2] = 0.11224966667072497, [1.6] = 0.011952043239196616 } do
      assert.near(p, ks.p_value(x / root, size, size), 1e-4)
    end
  end)

  it("rejects a shift and keeps equals", function()
    local a, b, c = {}, {}, {}
    for i = 1, 200 do
      a[i] = i
      b[i] = i + .5
      c[i] = i + 60
    end
    assert.is_true(select(2, ks.test(a, b)) > .99)
    assert.is_true(select(2, ks.test(a, c)) < 1e-6)
  end)
end)
