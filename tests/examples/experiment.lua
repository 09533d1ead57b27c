--- The example of README.md: the gate, the expert and the loss of the patches beside this file.
local moe = require "moerates"

return moe.experiment {
  name = "example", title = "Softplus experts behind two gates",
  truth = moe.truth { gate = "tanh-half", expert = "softplus",
    { beta1 = 1, beta0 = 0.3, a = 2, b = 0.5 } },
  noise_sd = 0.1,
  design = moe.telescope { lower = -3, upper = 3, points = 64 },
  n = moe.decades(3, 8),
  replicates = 100,
  fit = moe.grid { gate = { "tanh-half", "sigmoid" }, k = 1 },
  estimator = moe.lse { starts = 4, near_starts = 1 },
  measure = { "worst_slope", "matched", "l2" },
  claims = { moe.claim { id = "example-slope", case = "tanh-half", measure = "worst_slope" } },
}
