--- Gaussian mixtures of linear experts behind a softmax gate: the setting of the one published code for
--- arXiv 2305.03288 and 2310.14188, by its protocol and by maximum likelihood.
---
--- The protocol: EM from the truth, slightly jittered, until the log-likelihood changes by less than 1e-6
--- of itself. Ours draws X from U[0, 1], theirs takes an even grid of [0, 1]; their jitter shrinks from
--- .0034 to .0019 while n grows from 1e2 to 1e5, ours is .0035 in every coordinate, theirs ten times as
--- large in those of the experts. `em-tight` lets the same EM go on, `em-wide` and `em-far` start it
--- farther away; `mle` looks for the maximum, raw and, by counts of intervals, up to n = 1e12.
---
--- Two fitted atoms share a true one where k = 3: r(2) = 4. With k = 4 two and two may, or three with one,
--- so that there is no one exponent for a group of parameters; the loss has the exponents in it.
local moe = require "moerates"

local raw = moe.uniform { lower = 0, upper = 1 }
local telescope = moe.telescope { lower = 0, upper = 1, points = 64 }
local small = moe.sizes { quick = moe.decades(2, 4, 2), full = moe.decades(2, 4.5, 2),
  paper = moe.decades(2, 5, 8) }
local few = moe.sizes { quick = { 100, 1000 }, full = moe.decades(2, 4, 2) }
local fewer = moe.sizes { quick = { 1000 }, full = { 100, 316, 1000, 3162 } }
local large = moe.sizes { quick = moe.decades(7, 10, 1), full = moe.decades(4, 12, 1) }
--- Four atoms take their time.
local larger = moe.sizes { quick = {}, full = { 1e4, 1e6, 1e8, 1e10, 1e12 } }

local groups = { "over_gate", "over_slope", "over_intercept", "over_variance" }
local losses = { "e_voronoi", "over_expert", "exact_parameters", "l2", table.unpack(groups) }

local function case(name, k, design, n, estimator)
  local measures = { table.unpack(losses) }
  if estimator.kind == "em" then table.insert(measures, 2, "e_pinned") end
  if design == telescope then measures[#measures + 1] = "hellinger" end
  return moe.case { name = ("%s-k%d"):format(name, k), fit = { k = k }, design = design, n = n,
    estimator = estimator, measure = measures }
end

local function em(radius, tolerance)
  return moe.em { tolerance = tolerance or 1e-6, iterations = 1000, radius = radius }
end

local cases = {}
for k = 2, 4 do
  cases[#cases + 1] = case("em", k, raw, k < 4 and small or few, em(.0035))
  cases[#cases + 1] = case("mle", k, raw, k < 4 and small or few, moe.mle { starts = 16 })
  cases[#cases + 1] = case("telescope", k, telescope, k < 4 and large or larger, moe.mle { starts = 6 })
end
cases[#cases + 1] = case("em-tight", 3, raw, moe.sizes { quick = { 100 }, full = { 100, 316, 1000 } },
  em(.0035, 1e-9))
cases[#cases + 1] = case("em-wide", 3, raw, fewer, em(.1))
cases[#cases + 1] = case("em-far", 3, raw, fewer, em(1))

local claims = {}
for k = 2, 4 do
  for _, name in ipairs { "em", "mle", "telescope" } do
    claims[#claims + 1] = moe.claim { id = "E-loss", case = ("%s-k%d"):format(name, k),
      measure = "e_voronoi" }
  end
  claims[#claims + 1] = moe.claim { id = "E-density", case = ("telescope-k%d"):format(k),
    measure = "hellinger" }
  claims[#claims + 1] = moe.claim { id = ("E-figure-k%d"):format(k), case = ("em-k%d"):format(k),
    measure = "e_pinned", statistic = "mean" }
end
for _, k in ipairs { 2, 3 } do
  claims[#claims + 1] = moe.claim { id = "E-exact", case = ("telescope-k%d"):format(k),
    measure = "exact_parameters" }
end
for _, name in ipairs(groups) do
  claims[#claims + 1] = moe.claim { id = "E-" .. name:gsub("_", "-"), case = "telescope-k3", measure = name }
end

local function curves(k)
  local list = {}
  for i, name in ipairs { "em", "mle", "telescope" } do list[i] = ("case=%s-k%d"):format(name, k) end
  return list
end

local half, quarter = { slope = -.5, label = "n^{-1/2}" }, { slope = -.25, label = "n^{-1/4}" }
local eighth = { slope = -.125, label = "n^{-1/8}" }

local telescopes = { "case=telescope-k2", "case=telescope-k3", "case=telescope-k4" }

return moe.experiment {
  name = "softmax-gaussian", title = "Gaussian mixtures by EM as published and by maximum likelihood",
  truth = moe.truth { gate = "softmax", expert = "linear",
    { beta1 = 25, beta0 = -8, a = -20, b = 15, variance = .09 },
    { beta1 = 0, beta0 = 0, a = 20, b = -5, variance = .16 } },
  theta = moe.box { beta1 = { -60, 60 }, beta0 = { -30, 30 }, a = { -60, 60 }, b = { -40, 40 },
    variance = { 1e-3, 10 } },
  replicates = { quick = 10, full = 20, paper = 40 },
  cases = cases, claims = claims,
  figures = {
    moe.figure { name = "two", title = "As many atoms as there are", measure = "e_voronoi",
      curves = curves(2), guides = { half } },
    moe.figure { name = "three", title = "Three atoms for two", measure = "e_voronoi", curves = curves(3),
      guides = { half } },
    moe.figure { name = "four", title = "Four atoms for two", measure = "e_voronoi", curves = curves(4),
      guides = { half } },
    moe.figure { name = "pinned", title = "Three atoms for two, the gauge pinned as published",
      measure = "e_pinned", curves = { "case=em-k3" }, guides = { half } },
    moe.figure { name = "slopes", title = "Over-specified slopes of experts", measure = "over_slope",
      curves = curves(3), guides = { quarter } },
    moe.figure { name = "intercepts", title = "Over-specified intercepts of experts",
      measure = "over_intercept", curves = curves(3), guides = { eighth } },
    moe.figure { name = "variances", title = "Over-specified variances", measure = "over_variance",
      curves = telescopes, guides = { quarter } },
    moe.figure { name = "gates", title = "Gate slopes of over-specified atoms", measure = "over_gate",
      curves = telescopes, guides = { eighth } },
    moe.figure { name = "exact", title = "Atoms alone in their cells", measure = "exact_parameters",
      curves = telescopes, guides = { half } },
    moe.figure { name = "density", title = "The density", measure = "hellinger", curves = telescopes,
      guides = { half } },
  },
}
