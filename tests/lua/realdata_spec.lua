local realdata = require "moerates.realdata"

-- The least sum of squares of 200 starts of SciPy 1.10.1's least_squares (trf, box +-20, analytic
-- Jacobian, standardised columns, starts N(0,1) and N(0,9)).
local SCIPY <const> = {
  motorcycle = { softmax = 63394.0168472738, sigmoid = 61109.206790208314 },
  faithful = { softmax = 8359.56500125334, sigmoid = 8306.227621512118 },
}

describe("the shipped data sets", function()
  local built = realdata.build(ROOT .. "/benchmarks/data", true)

  it("are fitted by both gates, every fit a local minimum", function()
    assert.equal(2 * #realdata.sets, #built.rows)
    for _, row in ipairs(built.rows) do
      assert.equal(1, row.stationary)
      assert.is_true(row.r_squared > .2 and row.r_squared < 1)
      for _, name in ipairs(realdata.columns) do assert.is_not_nil(row[name], name) end
    end
  end)

  it("are fitted no worse than by 200 starts of another program", function()
    for _, fitted in ipairs(built.fits) do
      for gate, sse in pairs(SCIPY[fitted.set.name] or {}) do
        local ours = fitted.results[gate].sse
        assert.is_true(ours <= sse * (1 + 1e-7), fitted.set.name .. " " .. gate)
        assert.is_true(ours > .9 * sse)
      end
    end
  end)

  it("are fitted no worse than by ten times as many starts", function()
    for _, row in ipairs(built.rows) do assert.is_true(math.abs(row.missed) < .5, row.data) end
  end)

  it("have a panel each in both figures", function()
    assert.equal(2, #built.figures)
    for _, figure in ipairs(built.figures) do
      assert.equal(#realdata.sets, #figure.panels)
      for _, panel in ipairs(figure.panels) do
        for _, curve in ipairs(panel.curves) do assert.equal(#curve.x, #curve.y) end
      end
    end
  end)
end)
