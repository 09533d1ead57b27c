--- What certificates let expect of experiments, and how well their eigenvalues order the onsets.
local onsets = require "moerates.onsets"
local predict = require "moerates.predict"

local RANGE <const> = { beta1 = { -8, 8 }, beta0 = { -3, 3 }, a = { -8, 8 }, b = { -6, 6 } }

--- A case in its normal form, as far as it matters.
local function case(gate, expert, options)
  local slope = options and options.slope or 0
  return { truth = { gate = gate, expert = expert, d = 1, atoms = {
      { beta1 = { slope }, beta0 = .537, a = { 2.917 }, b = 1.083 },
      { beta1 = { 2.113 }, beta0 = .137, a = { 1.079 }, b = -1.531 } } },
    fit = { gate = options and options.fit or gate, expert = expert, k = options and options.k or 3 },
    theta = { beta1 = RANGE.beta1, beta0 = RANGE.beta0, a = options and options.a or { .5, 8 }, b = RANGE.b },
    design = { kind = "telescope", lower = -3, upper = 3, points = 64 }, estimator = { kind = "lse" } }
end

describe("what to expect of an experiment", function()
  local function exponents(one, ...)
    local prediction, list = predict.of_case(one), {}
    for i, measure in ipairs { ... } do list[i] = predict.exponent(prediction, measure) or "none" end
    return list
  end

  it("is n^-1/4 of the experts and n^-1/2 of the theorems' losses", function()
    assert.same({ -1 / 4, -1 / 2, -1 / 2, -1 / 2, "none" },
      exponents(case("sigmoid", "tanh"), "over_expert", "d1", "exact_expert", "l2", "set_distance"))
    assert.same({ -1 / 4, -1 / 2 }, exponents(case("softmax", "gelu"), "matched", "voronoi"))
  end)

  it("is nothing where an atom splits", function()
    for _, expert in ipairs { "relu", "linear", "input-independent" } do
      local one = case("softmax", expert)
      if expert == "input-independent" then
        for _, atom in ipairs(one.truth.atoms) do atom.a = { 0 } end
      end
      assert.same({ "none", "none", -1 / 2 }, exponents(one, "over_expert", "voronoi", "l2"))
      assert.equal(0, predict.of_case(one).eigenvalue)
    end
  end)

  it("is another thing with zero experts in the box", function()
    assert.same({ "none", "none", -1 / 2 },
      exponents(case("sigmoid", "tanh", { a = { -8, 8 } }), "d1", "over_expert", "matched"))
    assert.same({ -1 / 2 }, exponents(case("softmax", "tanh", { a = { -8, 8 } }), "voronoi"))
  end)

  it("is nothing for two surplus atoms and an odd expert: one atom is three", function()
    local anywhere = { -8, 8 }
    assert.same({ "none" }, exponents(case("sigmoid", "tanh", { k = 4, a = anywhere }), "matched"))
    assert.same({ -1 / 2 }, exponents(case("sigmoid", "gelu", { k = 4, a = anywhere }), "matched"))
    assert.same({ -1 / 4 }, exponents(case("sigmoid", "tanh", { k = 4 }), "matched"))
  end)

  it("is about the minimiser in the sigmoid's Regime 2", function()
    local prediction = predict.of_case(case("sigmoid", "tanh", { slope = 1.3 }))
    assert.equal(-1 / 2, predict.exponent(prediction, "d3", { kind = "point" }))
    assert.is_nil(predict.exponent(prediction, "d3", { kind = "set" }))
    assert.is_nil(predict.exponent(prediction, "over_expert"))
    assert.is_nil(predict.exponent(prediction, "l2"))
    assert.equal(-1 / 2, predict.exponent(prediction, "l2_bar"))
  end)

  it("is not known of other models", function()
    assert.is_nil(predict.of_case(case("softmax", "tanh", { fit = "sigmoid" })))
    assert.is_nil(predict.of_case(case("softmax", "tanh", { k = 2 })))
  end)
end)

describe("the rank correlation", function()
  it("is 1, -1 or what it is by hand", function()
    assert.near(1, onsets.spearman({ 1, 2, 3, 4 }, { 10, 100, 1000, math.huge }), 1e-15)
    assert.near(-1, onsets.spearman({ 1, 2, 3 }, { 9, 8, 7 }), 1e-15)
    -- Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: 4.5 / sqrt(4.5 * 5).
    assert.near(4.5 / math.sqrt(22.5), onsets.spearman({ 1, 5, 5, 9 }, { 1, 3, 2, 4 }), 1e-15)
    local none = onsets.spearman({ 1, 1, 1 }, { 1, 2, 3 })
    assert.is_true(none ~= none)
  end)

  --- Rows of ten truths with two cases each.
  local function rows(onset_of)
    local list = {}
    for i = 1, 20 do
      local truth = (i + 1) // 2
      list[i] = { truth = tostring(truth), experiment = i <= 18 and "large" or "small",
        scale = 10 ^ truth, onset_n = onset_of(truth, i), reach = 1 }
    end
    return list
  end

  it("has an interval from resamples of the truths", function()
    local value, truths = onsets.correlation(rows(function(truth) return truth end), "onset_n")
    assert.same({ 10, true }, { truths, value.low > .999 })
    value = onsets.correlation(rows(function(_, i) return (7 * i) % 20 end), "onset_n")
    assert.is_true(value.low < 0 and value.high > 0 and value.low < value.value and value.value < value.high)
  end)

  it("leaves out what is beyond the range, where asked", function()
    local list = rows(function() return 1 end)
    for i, row in ipairs(list) do row.reach = i > 18 and math.huge or 21 - i end
    local correlations = onsets.tables(list)[2].rows
    assert.same({ 20, 2, 18, 0 }, { correlations[2].cases, correlations[2].beyond, correlations[3].cases,
      correlations[3].beyond })
    assert.is_true(correlations[3].value.value < -.99 and correlations[2].value.value > -.9)
  end)

  it("counts what is beyond the range", function()
    local tables = onsets.tables(rows(function(truth) return truth > 8 and math.huge or truth end))
    local correlations = tables[2].rows
    assert.same({ "all", 4, 20, 10 }, { correlations[1].scope, correlations[1].beyond, correlations[1].cases,
      correlations[1].truths })
    assert.same({ 6, "large", 9 }, { #correlations, correlations[4].scope, correlations[4].truths })
  end)
end)
