--- Theorem 2 of paper A needs a parameter set without zero experts. If phi(0) = 0, the atom with
--- (a, b) = 0 is zero whatever its gate does; a fit may park its surplus atom there and leave the
--- loss D1 where it is. The same truth, twice: with a in [-8, 8], and with a in [.5, 8] (and for
--- GELU, which vanishes on the far left, b in [-2, 6]).
local moe = require "moerates"

local function truth(expert)
  return moe.truth { gate = "sigmoid", expert = expert,
    { beta1 = 0, beta0 = .5, a = 3, b = 1 }, { beta1 = 2, beta0 = 0, a = 1, b = -1.5 } }
end

-- GELU, which takes three times as long to fit, in the full profile only.
local full_only = moe.sizes { quick = {}, full = moe.decades(4, 12, 1), paper = moe.decades(4, 12, 2) }
local cases, claims = {}, {}
for _, expert in ipairs { "tanh", "gelu" } do
  for name, range in pairs { ["with"] = { -8, 8 }, without = { .5, 8 } } do
    cases[#cases + 1] = moe.case { name = expert .. "-" .. name, truth = truth(expert),
      n = expert == "gelu" and full_only or nil,
      theta = moe.box { a = range,
        b = expert == "gelu" and name == "without" and { -2, 6 } or nil } }
  end
  claims[#claims + 1] = moe.claim { id = "A-thm2", case = expert .. "-with", measure = "d1",
    note = "Theta with zero experts" }
end
table.sort(cases, function(p, q) return p.name < q.name end)

return moe.experiment {
  name = "zero-experts", title = "D1 with and without zero experts in Theta", regime = "R1",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  n = moe.sizes { quick = { 1e6, 1e8, 1e10, 1e12 },
    full = moe.decades(4, 12, 1), paper = moe.decades(4, 12, 2) },
  replicates = { quick = 10, full = 20, paper = 100 },
  fit = { k = 3 }, estimator = moe.lse {},
  measure = { "d1", "matched", "l2" },
  cases = cases, claims = claims,
  figures = {
    moe.figure { name = "d1", title = "Voronoi loss D1 with and without zero experts", measure = "d1",
      by = "case", guides = { { slope = -.5, label = "n^{-1/2}" } } },
  },
}
