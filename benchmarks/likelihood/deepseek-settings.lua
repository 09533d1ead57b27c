--- The four settings of arXiv 2505.10860, Appendix G, by EM as published and by maximum likelihood.
---
--- One shared and two routed atoms are fitted with two and three. The outer scale of a ReLU expert is
--- redundant up to its sign (c ReLU(a x) = ReLU(c a x)), so -8 ReLU(6 x) is minus-relu of 48 x here, and
--- the sign is known. EM's start is not given there: the truth, jittered.
local moe = require "moerates"

local RELU <const> = { gate = { a = { -100, 100 }, b = { 0, 0 } }, shared = { { a = 48, variance = .25 } },
  { a = -48, variance = .4 }, { a = 48, variance = .4 } }
local LINEAR <const> = { gate = { a = { -20, 20 }, b = { -10, 10 } }, shared = { { a = 2, variance = .2 } },
  { a = 8, b = 2, variance = .4 }, { a = -6, b = 1, variance = .4 } }

local SETTINGS <const> = {
  { name = "t1", gate = "softmax", beta1 = 5, expert = "relu", routed = RELU, shared = RELU, loss = "b_d1" },
  { name = "t2", gate = "softmax", beta1 = 5, expert = "linear", routed = LINEAR, shared = LINEAR,
    loss = "b_d2" },
  { name = "t3", gate = "normalised-sigmoid", beta1 = 0, expert = "relu", routed = RELU, shared = RELU,
    loss = "b_d3" },
  { name = "t4", gate = "normalised-sigmoid", beta1 = 5, expert = "linear", routed = LINEAR, shared = RELU,
    loss = "b_d4" },
}

local function atom(from, beta1, beta0)
  return { beta1 = beta1, beta0 = beta0, a = from.a, b = from.b, variance = from.variance }
end

local function truth(s)
  return moe.truth { gate = s.gate, expert = s.expert,
    shared_expert = s.shared == RELU and "minus-relu" or "linear", shared = { atom(s.shared.shared[1]) },
    atom(s.routed[1], s.beta1, -.5), atom(s.routed[2], s.beta1, .5) }
end

local function box(s)
  return moe.box { beta1 = { -20, 20 }, a = s.routed.gate.a, b = s.routed.gate.b, variance = { .01, 10 },
    shared_a = s.shared.gate.a, shared_b = { -10, 10 } }
end

local raw = moe.uniform { lower = -3, upper = 3 }
local telescope = moe.telescope { lower = -3, upper = 3, points = 16, bin = .4 }
local small = moe.sizes { quick = { 100, 215, 464, 1000 }, full = { 100, 215, 464, 1000, 2154 },
  paper = moe.decades(2, 5, 3) }
local likely = moe.sizes { quick = {}, full = { 100, 215, 464, 1000, 2154 }, paper = moe.decades(2, 5, 3) }
local large = moe.sizes { quick = { 1e4, 1e6, 1e8, 1e10 }, full = moe.decades(4, 12) }

local cases, claims, figures = {}, {}, {}
for _, s in ipairs(SETTINGS) do
  local function case(name, design, n, estimator)
    cases[#cases + 1] = moe.case { name = s.name .. "-" .. name, truth = truth(s), theta = box(s),
      design = design, n = n, estimator = estimator,
      fit = { gate = s.gate, expert = s.expert, k = 5, shared = 2 },
      measure = { s.loss, "total_variation", "over_slope", "over_slope_shared", "over_intercept" } }
  end
  case("em", raw, small, moe.em {})
  case("mle", raw, likely, moe.mle { starts = 24, near_starts = 0 })
  case("telescope", telescope, large, moe.mle { starts = s.name == "t4" and 64 or 16, near_starts = 0 })
  for _, name in ipairs { "em", "mle", "telescope" } do
    claims[#claims + 1] = moe.claim { id = "B-fig-" .. s.name:upper(), case = s.name .. "-" .. name,
      measure = s.loss, statistic = "mean", by = "n / log n" }
  end
  figures[#figures + 1] = moe.figure { name = s.name, title = "Setting " .. s.name:upper(), measure = s.loss,
    statistic = "mean", curves = { "case=" .. s.name .. "-em", "case=" .. s.name .. "-mle",
      "case=" .. s.name .. "-telescope" }, guides = { { slope = -.5, label = "n^{-1/2}" } } }
end

return moe.experiment {
  name = "deepseek-settings", title = "Shared and routed experts: the published settings",
  replicates = { quick = 10, full = 40 },
  cases = cases, figures = figures, claims = claims,
}
