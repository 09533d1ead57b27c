--- How much does each surplus atom cost? k - k* = 0, 1, 2, 3 for both gates (seed's list, S-next3).
--- For odd experts one atom equals three under the sigmoid gate, so that k - k* = 2 is special.
local moe = require "moerates"

return moe.experiment {
  name = "k-excess", title = "The rate against k - k*",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 1024 },
  n = moe.sizes { quick = { 1e4, 1e6, 1e8, 1e10, 1e12 }, full = moe.decades(4, 12, 1),
    paper = moe.decades(4, 12, 2) },
  replicates = { quick = 20, full = 30, paper = 100 },
  fit = moe.grid { k = { 2, 3, 4, 5 } },
  estimator = moe.lse { starts = 16, near_starts = 4 },
  measure = { "matched_expert", "over_expert", "exact_expert", "l2" },
  cases = {
    moe.case { name = "softmax", truth = moe.truth { gate = "softmax", expert = "tanh",
      { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } } },
    moe.case { name = "sigmoid", theta = moe.box { a = { .5, 8 } },
      truth = moe.truth { gate = "sigmoid", expert = "tanh",
        { beta1 = 0, beta0 = .5, a = 3, b = 1 }, { beta1 = 2, beta0 = 0, a = 1, b = -1.5 } } },
  },
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
