--- The whole grid of the one published code for arXiv 2305.03288: 200 sizes from 1e2 to 1e5, 40
--- replicates, two to four atoms fitted to two; in the profile paper alone, and not in `make reproduce`.
---
---   moerates run benchmarks/likelihood/softmax-gaussian-grid.lua --profile paper \
---     -s case=grid-k2 -s case=grid-k3 -s case=grid-k4         minutes
---   the same with -s case=search-k2 ...                       hours; --set starts=64: a sixth of that
---   --shard 1/40                                              a fortieth of it
---
--- `grid`: one local fit per data set, to its certificate, from next to the truth; where the published
--- code runs EM until an iteration gains less than a millionth. `search`: every tenth size by the usual
--- search for the largest likelihood, of hundreds of starts. X is drawn from U[0, 1].
local moe = require "moerates"

--- Evenly spaced in log n, as far as whole numbers are.
local function sizes(every)
  local list = {}
  for i = 0, 199, every do list[#list + 1] = math.floor(10 ^ (2 + 3 * i / 199) + .5) end
  return moe.sizes { quick = {}, full = {}, paper = list }
end

local starts = moe.option("starts", 384, "of a search")
local cases = {}
for k = 2, 4 do
  cases[#cases + 1] = moe.case { name = "grid-k" .. k, fit = { k = k }, n = sizes(1),
    estimator = moe.mle { starts = 0, near_starts = 1 } }
  cases[#cases + 1] = moe.case { name = "search-k" .. k, fit = { k = k }, n = sizes(10),
    estimator = moe.mle { starts = starts, near_starts = 1 } }
end

return moe.experiment {
  name = "softmax-gaussian-grid", title = "The published grid, every fit to its certificate",
  truth = moe.truth { gate = "softmax", expert = "linear",
    { beta1 = 25, beta0 = -8, a = -20, b = 15, variance = .09 },
    { beta1 = 0, beta0 = 0, a = 20, b = -5, variance = .16 } },
  theta = moe.box { beta1 = { -60, 60 }, beta0 = { -30, 30 }, a = { -60, 60 }, b = { -40, 40 },
    variance = { 1e-3, 10 } },
  design = moe.uniform { lower = 0, upper = 1 }, replicates = 40,
  cases = cases, measure = { "e_voronoi", "over_slope", "l2" },
  figures = { moe.figure { name = "grid", title = "From next to the truth, to a certificate",
    measure = "e_voronoi", curves = { "case=grid-k2", "case=grid-k3", "case=grid-k4" },
    guides = { { slope = -.5, label = "n^{-1/2}" } } } },
}
