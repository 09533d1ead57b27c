--- EM against the largest likelihood, and slopes with sizes left out: on summaries made by hand.
local practice = require "moerates.practice"

--- A curve of objectives: rows[s][r].
local function curve(name, estimator, n, objectives, losses)
  local one = { experiment = "x", search = estimator.kind == "em" and "em" or "full", n = n, rows = {},
    case = { name = name, estimator = estimator, truth = { k = 1 }, design = { kind = "uniform" },
      fit = { k = 2 }, measure = { "e_voronoi" } }, losses_of = { e_voronoi = losses or false }, memo = {} }
  for s, list in ipairs(objectives) do
    one.rows[s] = {}
    for r, objective in ipairs(list) do
      one.rows[s][r] = { replicate = r - 1, objective = objective, iterations = 10 * r }
    end
  end
  return one
end

local EM <const>, MLE <const> = { kind = "em", radius = .1, tolerance = 1e-6 }, { kind = "mle", starts = 4 }

local function built(...) return { experiment = { name = "x" }, curves = { ... } } end

describe("the shortfall of EM", function()
  it("is in nats, data set by data set", function()
    local em = curve("em", EM, { 100, 1000 }, { { 5, 7, 3 }, { 10, 11, 12 } })
    local mle = curve("mle", MLE, { 1000, 100 }, { { 10, 9, 11.75 }, { 4, 2, 3.5 } })
    local rows = practice.shortfall(built(em, mle)).rows
    assert.equal(2, #rows)
    assert.same({ 100, 3, 1, -.5, 5 }, { rows[1].n, rows[1].pairs, rows[1].median, rows[1].low, rows[1].high })
    assert.near(2 / 3, rows[1].share, 1e-15)
    assert.equal(20, rows[1].iterations)
    assert.same({ 1000, .25, 0, 2 }, { rows[2].n, rows[2].median, rows[2].low, rows[2].high })
  end)

  it("is of replicates that both have, and of the same data alone", function()
    local em = curve("em", EM, { 100 }, { { 5, 0 / 0, 3 } })
    local mle = curve("mle", MLE, { 100 }, { { 4, 2 } })
    assert.equal(1, practice.shortfall(built(em, mle)).rows[1].pairs)
    mle.case.design = { kind = "normal" }
    assert.same({}, practice.shortfall(built(em, mle)).rows)
    assert.same({}, practice.shortfall(built(em)).rows)
    mle.case.design, mle.search = em.case.design, "near"
    assert.same({}, practice.shortfall(built(em, mle)).rows)
  end)
end)

describe("a slope without the smallest sizes", function()
  --- n^-1 up to the third size, n^-1/2 from there on.
  local n, losses, nothing = { 10, 100, 1000, 1e4, 1e5, 1e6 }, {}, {}
  for s, size in ipairs(n) do
    local loss = s < 3 and 1000 ^ .5 / size or size ^ -.5
    losses[s], nothing[s] = { loss, loss, loss }, { 0 }
  end

  it("is that of the rest", function()
    local em, mle = curve("em", EM, n, nothing, losses), curve("mle", MLE, n, nothing, losses)
    local rows = practice.dropped(built(em, mle)).rows
    assert.equal(2 * 3, #rows) -- 0, 1 and 2 sizes dropped, for both
    assert.same({ 0, 1, 2 }, { rows[1].dropped, rows[2].dropped, rows[3].dropped })
    assert.equal(1000, rows[3].n)
    assert.near(-.5, rows[3].median.value, 1e-9)
    assert.is_true(rows[1].median.value < rows[2].median.value and rows[2].median.value < -.55)
    assert.is_nil(practice.slope_without(em, "e_voronoi", "median", 3))
  end)
end)
