--- Numbers as they are printed.
local format = require "moerates.format"

describe("a number", function()
  it("has three significant digits, and a power of ten where it is far from 1", function()
    for text, x in pairs { ["$0.0123$"] = 0.01234, ["$1.23\\times 10^{-5}$"] = 1.234e-5, ["$0$"] = 0,
      ["$12.3$"] = 12.34, ["$1234$"] = 1234, ["$10^{12}$"] = 1e12, ["$-0.250$"] = -0.25,
      ["$-10^{-7}$"] = -1e-7, ["$\\infty$"] = math.huge, ["--"] = 0 / 0 } do
      assert.equal(text, format.number(x))
    end
    assert.equal("--", format.number(nil))
    assert.equal("$0.3$", format.number(0.3, 1))
  end)

  it("is a slope with three decimals and no negative zero", function()
    assert.equal("$-0.251$", format.slope(-0.2512))
    assert.equal("$0.000$", format.slope(-0.0001))
    assert.equal("--", format.slope(0 / 0))
  end)

  it("is a sample size as a power of ten", function()
    for text, n in pairs { ["$500$"] = 500, ["$10^{4}$"] = 1e4, ["$3.16\\times 10^{4}$"] = 31623,
      ["$2\\times 10^{3}$"] = 2000, ["$\\infty$"] = math.huge } do
      assert.equal(text, format.size(n))
    end
  end)

  it("is a share, a fraction or a power", function()
    assert.same({ "0 %", "4.3 %", "38 %", "100 %", "--" }, { format.share(0), format.share(0.043),
      format.share(0.38), format.share(1), format.share(nil) })
    assert.same({ "-1/4", "-1/2", "2", "0.37", "0" }, { format.fraction(-0.25), format.fraction(-0.5),
      format.fraction(2), format.fraction(0.37), format.fraction(0) })
    assert.equal("$n^{-1/4}$", format.power(-0.25))
  end)
end)

describe("an interval", function()
  it("stands in brackets behind the value", function()
    assert.equal("$-0.250$ [$-0.270$, $-0.230$]",
      format.interval({ value = -0.25, low = -0.27, high = -0.23 }, format.slope))
  end)

  it("is left out where there is none", function()
    assert.equal("$2.00$", format.interval { value = 2 })
    assert.equal("--", format.interval(nil))
    assert.equal("--", format.interval { value = 0 / 0 })
  end)

  it("may reach to infinity, and be read back", function()
    assert.equal("$10^{6}$ [$10^{4}$, $\\infty$]",
      format.interval({ value = 1e6, low = 1e4, high = math.huge }, format.size))
    assert.same({ math.huge, 2.5 }, { format.to_number "inf", format.to_number "2.5" })
    assert.is_nil(format.to_number "")
    assert.is_nil(format.to_number(nil))
  end)
end)
