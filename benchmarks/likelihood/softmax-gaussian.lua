--- Gaussian mixtures of linear experts behind a softmax gate: the setting of the one published code for
--- arXiv 2305.03288 and 2310.14188, by its protocol and by maximum likelihood.
---
--- The protocol: EM from the truth, slightly jittered, until the log-likelihood changes by less than 1e-6
--- of itself. Ours draws X from U[0, 1], theirs takes an even grid of [0, 1]; their jitter shrinks from
--- .0034 to .0019 while n grows from 1e2 to 1e5, ours is .0035 in every coordinate, theirs ten times as
--- large in those of the experts. `em-tight` lets the same EM go on; `mle` looks for the maximum, raw and,
--- by counts of intervals, up to n = 1e12.
local moe = require "moerates"

local raw = moe.uniform { lower = 0, upper = 1 }
local telescope = moe.telescope { lower = 0, upper = 1, points = 64 }
local small = moe.sizes { quick = moe.decades(2, 4, 1), full = moe.decades(2, 5, 2),
  paper = moe.decades(2, 5, 8) }
local few = moe.sizes { quick = { 100, 1000 }, full = moe.decades(2, 4, 1) }
local large = moe.sizes { quick = moe.decades(6, 10, 1), full = moe.decades(4, 12, 1) }

local function case(name, k, design, n, estimator)
  return moe.case { name = ("%s-k%d"):format(name, k), fit = { k = k }, design = design, n = n,
    estimator = estimator }
end

local published = moe.em { tolerance = 1e-6, iterations = 1000, radius = .0035 }
local tight = moe.em { tolerance = 1e-9, iterations = 1000, radius = .0035 }
local cases, curves = {}, {}
for k = 2, 4 do
  cases[#cases + 1] = case("em", k, raw, small, published)
  cases[#cases + 1] = case("em-tight", k, raw, few,
    tight)
  cases[#cases + 1] = case("mle", k, raw, small, moe.mle { starts = 24 })
  cases[#cases + 1] = case("telescope", k, telescope, large, moe.mle { starts = 16 })
end
for _, name in ipairs { "em", "em-tight", "mle", "telescope" } do
  curves[#curves + 1] = "case=" .. name .. "-k3"
end

return moe.experiment {
  name = "softmax-gaussian", title = "Gaussian mixtures by EM as published and by maximum likelihood",
  truth = moe.truth { gate = "softmax", expert = "linear",
    { beta1 = 25, beta0 = -8, a = -20, b = 15, variance = .09 },
    { beta1 = 0, beta0 = 0, a = 20, b = -5, variance = .16 } },
  theta = moe.box { beta1 = { -60, 60 }, beta0 = { -30, 30 }, a = { -60, 60 }, b = { -40, 40 },
    variance = { 1e-3, 10 } },
  replicates = { quick = 10, full = 20, paper = 40 },
  measure = { "voronoi", "over_expert", "l2" },
  cases = cases,
  figures = {
    moe.figure { name = "voronoi", title = "Three atoms for two", measure = "voronoi", curves = curves,
      guides = { { slope = -.5, label = "n^{-1/2}" } } },
    moe.figure { name = "over-expert", title = "Over-specified experts", measure = "over_expert",
      curves = curves, guides = { { slope = -.25, label = "n^{-1/4}" } } },
  },
}
