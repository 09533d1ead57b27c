--- How much does each surplus atom cost? k - k* = 0, 1, 2, 3 for both gates (seed's list, S-next3).
--- For odd experts one atom equals three under the sigmoid gate, so that k - k* = 2 is special.
local moe = require "moerates"

local truths = {
  softmax = moe.truth { gate = "softmax", expert = "tanh",
    { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } },
  sigmoid = moe.truth { gate = "sigmoid", expert = "tanh",
    { beta1 = 0, beta0 = .5, a = 3, b = 1 }, { beta1 = 2, beta0 = 0, a = 1, b = -1.5 } },
}
local sizes = { quick = { 1e6, 1e8, 1e10, 1e12 }, full = moe.decades(4, 12, 1),
  paper = moe.decades(4, 12, 2) }

local cases = {}
for _, gate in ipairs { "softmax", "sigmoid" } do
  for k = 2, 5 do
    cases[#cases + 1] = moe.case { name = gate .. "-k" .. k, truth = truths[gate], fit = { k = k },
      theta = gate == "sigmoid" and moe.box { a = { .5, 8 } } or nil,
      n = k < 4 and moe.sizes(sizes) -- each surplus atom takes several times as long
        or k == 4 and moe.sizes { quick = {}, full = sizes.full, paper = sizes.paper }
        or moe.sizes { quick = {}, full = { 1e4, 1e6, 1e8, 1e10, 1e12 }, paper = sizes.full } }
  end
end

return moe.experiment {
  name = "k-excess", title = "The rate against k - k*",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  replicates = { quick = 10, full = 20, paper = 100 },
  estimator = moe.lse {},
  measure = { "matched_expert", "over_expert", "exact_expert", "l2" },
  cases = cases,
  claims = {
    moe.claim { id = "S-next3", case = "softmax-k3", measure = "matched_expert" },
    moe.claim { id = "S-next3", case = "sigmoid-k3", measure = "matched_expert" },
  },
  figures = {
    moe.figure { name = "softmax", title = "Softmax gate: matched expert error", measure = "matched_expert",
      curves = { "gate=softmax,k=2", "gate=softmax,k=3", "gate=softmax,k=4", "gate=softmax,k=5" },
      guides = { { slope = -.5, label = "n^{-1/2}" }, { slope = -.25, label = "n^{-1/4}" } } },
    moe.figure { name = "sigmoid", title = "Sigmoid gate: matched expert error", measure = "matched_expert",
      curves = { "gate=sigmoid,k=2", "gate=sigmoid,k=3", "gate=sigmoid,k=4", "gate=sigmoid,k=5" },
      guides = { { slope = -.5, label = "n^{-1/2}" }, { slope = -.25, label = "n^{-1/4}" } } },
  },
}
