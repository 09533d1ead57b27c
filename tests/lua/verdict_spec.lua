--- Verdicts on losses whose law is known: drawn here, rated by the engine, judged by the rule.
local engine = require "moerates.engine"
local laws = require "moerates.laws"
local verdict = require "moerates.verdict"
local worst = require "moerates.worst"

local SIZES <const> = laws.SIZES
local REPLICATES <const> = 20

--- Losses law(n) with log-normal noise, or whatever `draw(value, u, z)` makes of it.
local function losses(law, draw)
  return laws.losses(function(n, u, z)
    return draw and draw(law(n), u, z) or law(n) * math.exp(0.1 * z)
  end, REPLICATES, "verdict")
end

--- The rate over the upper half (or all) of the sizes.
local function rate(list, statistic, all)
  return laws.rate(list, statistic or "median", "verdict", all and "all" or "upper")
end

local function power(s, constant)
  return function(n) return (constant or 10) * n ^ s end
end

local half = rate(losses(power(-0.5)))

describe("a predicted power", function()
  it("agrees with itself and differs from others", function()
    local quarter = rate(losses(power(-0.25)))
    assert.equal(verdict.AGREES, (verdict.rate(-0.25, quarter, half)))
    assert.equal(verdict.AGREES, (verdict.rate(-0.5, half)))
    local word, note = verdict.rate(-0.25, half)
    assert.equal(verdict.DIFFERS, word)
    assert.equal("faster than the bound", note)
    word, note = verdict.rate(-0.5, quarter, half)
    assert.equal(verdict.DIFFERS, word)
    assert.equal("", note)
  end)

  it("agrees when a log factor bends it a little", function()
    local bent = rate(losses(function(n) return 10 * math.sqrt(math.log(n) / n) end))
    assert.equal(verdict.AGREES, (verdict.rate(-0.5, bent)))
  end)

  it("is not yet asymptotic before the onset, whatever the claim and whichever way it bends", function()
    local function early(law, claims)
      local late = rate(losses(law))
      assert.is_true(late.onset.value > 1e8)
      for claim, way in pairs(claims) do
        local word, note = verdict.rate(claim, late, half)
        assert.equal(verdict.EARLY, word)
        assert.matches(way .. " the claim", note, 1, true)
      end
    end
    local smooth = function(n) return 1 / (1 + (n / 1e10) ^ 0.25) end
    early(smooth, { [-0.25] = "towards", [-0.5] = "towards", [0] = "away from" })
    early(function(n) return n ^ -0.25 + 0.01 end, { [-0.25] = "away from", [0] = "towards" })
    -- a cliff on the way to -1/4, steeper on average than any claim
    local cliff = function(n) return n < 5e10 and (n / 1e4) ^ -0.05 or 30 * n ^ -0.25 end
    early(cliff, { [-0.25] = "away from" })
  end)

  it("is no average of two slopes, even if that is the claim", function()
    local broken = rate(losses(function(n)
      return (n / 1e10) ^ (n < 1e10 and 0 or -0.5)
    end))
    assert.is_true(math.abs(broken.slope.value + 0.25) < 0.05)
    assert.equal(verdict.EARLY, (verdict.rate(-0.25, broken, half)))
  end)

  it("is judged once the onset lies at or below the range", function()
    local function from(onset) return function(n) return (n / onset) ^ (n < onset and 0 or -0.25) end end
    assert.equal(verdict.AGREES, (verdict.rate(-0.25, rate(losses(from(1e7))), half)))
    local at_first = rate(losses(from(1e8)))
    assert.equal(1e8, at_first.onset.value)
    assert.equal(verdict.AGREES, (verdict.rate(-0.25, at_first, half)))
    assert.equal(verdict.DIFFERS, (verdict.rate(-0.5, at_first, half)))
    local beyond = rate(losses(from(1e11)))
    local word, note = verdict.rate(-0.25, beyond, half)
    assert.same({ math.huge, verdict.EARLY }, { beyond.onset.value, word })
    assert.matches("no power law up to n = 1e+12: the slope moves by", note, 1, true)
    beyond.drift = { value = 0 / 0 }
    word, note = verdict.rate(-0.25, beyond, half)
    assert.same({ verdict.EARLY, "no power law up to n = 1e+12" }, { word, note })
  end)

  it("is not yet asymptotic while the error of f has another law", function()
    local flat = rate(losses(function() return 1 end))
    local slow = rate(losses(power(-0.2)))
    assert.equal(verdict.EARLY, (verdict.rate(-0.25, flat, slow)))
    assert.equal(verdict.EARLY, (verdict.rate(0, flat, slow))) -- agreement too would come too early
    assert.equal(verdict.DIFFERS, (verdict.rate(-0.25, flat, half)))
  end)

  it("stands with bimodal losses, if most replicates have the rate", function()
    local mixed = losses(power(-0.25), function(value, u, z)
      return u < 0.25 and 3 or value * math.exp(0.3 * z)
    end)
    assert.equal(verdict.AGREES, (verdict.rate(-0.25, rate(mixed), half)))
    local word, note = verdict.rate(-0.25, rate(mixed, "mean"), half)
    assert.equal(verdict.UNDECIDED, word)
    assert.matches("too wide", note)
  end)

  it("stands with heavy tails and with fits that failed", function()
    local cauchy = losses(power(-0.25), function(value, u) return value / (u * u) end)
    assert.equal(verdict.AGREES, (verdict.rate(-0.25, rate(cauchy), half)))
    local failing = losses(power(-0.25), function(value, u, z)
      return u < 0.2 and (u < 0.1 and 0 / 0 or math.huge) or value * math.exp(0.3 * z)
    end)
    local fitted = rate(failing)
    assert.is_true(fitted.dropped > 0)
    assert.equal(verdict.AGREES, (verdict.rate(-0.25, fitted, half)))
  end)

  it("is not tested without a rate", function()
    assert.equal(verdict.UNTESTED, (verdict.rate(-0.25, nil)))
    local none = rate(losses(function() return 0 / 0 end))
    assert.equal(verdict.UNTESTED, (verdict.rate(-0.25, none)))
    local two = losses(function(n) return n > 1e10 and n ^ -0.25 or 0 / 0 end)
    assert.equal(verdict.UNTESTED, (verdict.rate(-0.25, rate(two)))) -- two sizes have no onset
  end)
end)

describe("no power at all", function()
  local function judge(law) return verdict.subpolynomial(rate(losses(law), "median", true)) end

  it("is 1/log n, and no convergence", function()
    local word, note = judge(function(n) return 1 / math.log(n) end)
    assert.equal(verdict.AGREES, word)
    assert.matches("1/log n gives 3.00", note, 1, true)
    assert.equal(verdict.AGREES, (judge(function() return 2 end)))
  end)

  it("is not a power, slow as it may be", function()
    assert.equal(verdict.DIFFERS, (judge(power(-0.25))))
    assert.equal(verdict.DIFFERS, (judge(power(-0.125))))
  end)

  it("prints the distance to the identified set", function()
    local _, note = verdict.subpolynomial(rate(losses(power(0)), "median", true), half)
    assert.matches("slope %-0%.%d+ of the distance to the identified set", note)
  end)
end)

describe("the worse of two truths", function()
  --- A path along which f and the error of the experts are those given.
  local function along(f, psi)
    local curve = { search = "path", n = {}, case = { noise_sd = .1 }, losses_of = { l2 = {}, over_expert = {} } }
    for m = 1, 40 do
      curve.n[m], curve.losses_of.l2[m], curve.losses_of.over_expert[m] = m, { f(m) }, { psi(m) }
    end
    return worst.of_two(curve, "over_expert")
  end
  local function shrinking(m) return 2 ^ (-m / 2) end

  it("leaves half of what cannot be told apart", function()
    local bound = along(function() return 0 end, shrinking)
    assert.same({ 1, 0, 0 }, { bound.index[1], bound.residual, bound.slope })
    assert.near(2 ^ -1.5, bound.bound[9], 1e-15)
    local word, note = verdict.worst(bound)
    assert.equal(verdict.AGREES, word)
    assert.matches("at least 0.354 at n = 1e+04 and 0.354 at 1e+12", note, 1, true)
  end)

  it("falls like n^-1/(2 (r+1)) where f differs by the power r+1 of the error", function()
    for r = 1, 2 do
      local bound = along(function(m) return shrinking(m) ^ (r + 1) end, shrinking)
      assert.near(-1 / (2 * (r + 1)), bound.slope, .01)
      assert.equal(verdict.DIFFERS, (verdict.worst(bound)))
    end
  end)

  it("is the best shift of a normal law against its distance", function()
    -- max over delta of delta Phi(-delta/2), 0.34 at delta = 1.5, where f differs by the error itself.
    local bound = along(shrinking, shrinking)
    assert.near(.34 * .1 / 1e2, bound.bound[1], 2e-5)
  end)

  it("needs a path", function()
    assert.is_nil(worst.of_two({ search = "full" }, "over_expert"))
    assert.is_nil(along(shrinking, function() return 0 / 0 end))
  end)
end)

describe("a published value", function()
  it("agrees within 0.05, and says on which side it is otherwise", function()
    assert.equal(verdict.AGREES, (verdict.value(-0.46, half)))
    local word, note = verdict.value(-0.24, half)
    assert.same({ verdict.DIFFERS, "steeper than published" }, { word, note })
    word, note = verdict.value(-0.7, half)
    assert.same({ verdict.DIFFERS, "flatter than published" }, { word, note })
    assert.equal(verdict.UNTESTED, (verdict.value(-0.24, nil)))
  end)
end)

describe("a limit along a path", function()
  it("holds if the quantity falls to the end, or is 0", function()
    assert.equal(verdict.AGREES, (verdict.holds { 1, 0.3, 0.1, 0.03, 0.01 }))
    assert.equal(verdict.AGREES, (verdict.holds { 1e-17, 0, 2e-17, 1e-17 }))
    assert.equal(verdict.DIFFERS, (verdict.holds { 1, 0.5, 0.4, 0.35, 0.33 }))
    assert.equal(verdict.DIFFERS, (verdict.holds { 1, 0.01, 0.01, 0.01, 0.01 }))
    assert.equal(verdict.DIFFERS, (verdict.holds { 1, 0.01, 0.001, 0.05, 0.06 }))
  end)

  it("is not tested on three points or on no number", function()
    assert.equal(verdict.UNTESTED, (verdict.holds { 1, 0.1, 0.01 }))
    assert.equal(verdict.UNTESTED, (verdict.holds { 1, 0.1, 0.01, 0 / 0 }))
    assert.equal(verdict.UNTESTED, (verdict.holds {}))
  end)
end)

describe("an inequality", function()
  local quarter = rate(losses(power(-0.25)))
  local function crossover(a, b)
    return engine.crossover { a = { n = SIZES, losses = losses(a) },
      b = { n = SIZES, losses = losses(b) }, statistic = "median", bootstraps = 99, key = "x" }
  end

  it("holds from a crossover on, and always if there is none", function()
    local crossed = crossover(power(-0.25), power(-0.5, 1000)) -- equal at n = 1e8
    assert.is_true(crossed.value > 3e7 and crossed.value < 3e8)
    assert.equal(verdict.AGREES, (verdict.inequality(crossed, quarter, half)))
    local always = crossover(power(-0.25), power(-0.5))
    assert.same({ verdict.AGREES, "ahead at every size" }, { verdict.inequality(always) })
  end)

  it("is not yet asymptotic for a curve that will cross, else differs", function()
    local never = crossover(power(-0.25), power(-0.5, 1e6))
    assert.is_true(never.value ~= never.value)
    assert.equal(verdict.EARLY, (verdict.inequality(never, quarter, half)))
    assert.equal(verdict.DIFFERS, (verdict.inequality(never, half, quarter)))
    assert.equal(verdict.UNTESTED, (verdict.inequality(nil, half, quarter)))
  end)
end)

describe("an ordering", function()
  it("agrees only where the whole interval is below 1", function()
    assert.same({ verdict.AGREES, "" }, { verdict.ordering { value = .5, low = .4, high = .99 } })
    assert.same({ verdict.DIFFERS, "no difference beyond the interval" },
      { verdict.ordering { value = .5, low = .2, high = 1 } })
    assert.same({ verdict.DIFFERS, "the other way round" },
      { verdict.ordering { value = 1.2, low = 1.1, high = 1.3 } })
    assert.equal(verdict.UNTESTED, (verdict.ordering(nil)))
  end)
end)

describe("the table of laws", function()
  local rows = {}
  setup(function()
    for _, row in ipairs(laws.table(20).rows) do rows[row.law .. "/" .. row.replicates] = row end
  end)

  it("has a row per law and number of replicates, and one for crossovers", function()
    local count = 0
    for _ in pairs(rows) do count = count + 1 end
    assert.equal((#laws.LAWS + 1) * #laws.REPLICATES, count)
  end)

  it("finds intervals that hold and verdicts that are right", function()
    for _, law in ipairs(laws.LAWS) do
      local row = rows[law.label .. "/20"]
      assert.is_true(row.onset >= 0.8, law.name)
      assert.is_true(row.wrong <= 0.25, law.name)
      assert.is_true(row.agrees + row.early + row.undecided >= 0.8, law.name)
      if law.exponent then assert.is_true(row.slope >= 0.75, law.name) end
    end
    assert.is_true(rows[laws.LAWS[1].label .. "/20"].agrees >= 0.8)
  end)
end)

describe("a regression", function()
  it("is a step down, also to a row that is missing", function()
    assert.is_true(verdict.regressed(verdict.AGREES, verdict.DIFFERS))
    assert.is_true(verdict.regressed(verdict.DIFFERS, verdict.UNDECIDED))
    assert.is_true(verdict.regressed(verdict.UNDECIDED, verdict.UNTESTED))
    assert.is_true(verdict.regressed(verdict.UNTESTED, "row is missing"))
    assert.is_false(verdict.regressed(verdict.DIFFERS, verdict.EARLY))
    assert.is_false(verdict.regressed(verdict.AGREES, verdict.AGREES))
  end)
end)
