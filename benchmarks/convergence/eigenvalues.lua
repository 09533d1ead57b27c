--- Does the smallest eigenvalue of a certificate say from which n a rate holds? One true atom under a flat
--- sigmoid gate, fitted by two; the expert's kind and slope move the eigenvalue of the effective family
--- over eight powers of ten, everything else stays. The table of onsets (moerates claims) sets it against
--- what is measured, together with the cases of the other scripts.
local moe = require "moerates"

local cases = {}
for _, expert in ipairs { "tanh", "gelu", "silu", "sigmoid" } do
  for _, slope in ipairs { .5, 1, 2, 4 } do
    cases[#cases + 1] = moe.case { name = ("%s-a%g"):format(expert, slope):gsub("%.", "p"),
      truth = moe.truth { gate = "sigmoid", expert = expert, { beta1 = 0, beta0 = .5, a = slope, b = .5 } } }
  end
end

return moe.experiment {
  name = "eigenvalues", title = "Smallest eigenvalue and onset", regime = "R1",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  n = moe.sizes { quick = { 1e3, 1e5, 1e7, 1e9, 1e11, 1e13 }, full = moe.decades(3, 13, 1) },
  replicates = { quick = 10, full = 20, paper = 100 },
  theta = moe.box { a = { .25, 8 }, b = { -2, 6 } }, -- no zero expert
  -- A quarter of the usual starts: of the 420 fits of an earlier quick profile one ended more than
  -- half a nat above the usual search's.
  fit = { k = 2 }, estimator = moe.lse { starts = 96 },
  measure = { "d1", "over_expert", "l2" },
  cases = cases,
  figures = { moe.figure { name = "loss", title = "The loss of Theorem 2", measure = "d1", by = "expert",
    guides = { { slope = -.5, label = "n^{-1/2}" } } } },
}
