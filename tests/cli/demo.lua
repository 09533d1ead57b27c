--- A small experiment for the command-line tests: every cell takes some milliseconds.
local moe = require "moerates"

local k = moe.option("atoms", 2, "fitted atoms")

return moe.experiment {
  name = "demo", title = "A demonstration",
  truth = moe.truth { gate = "softmax", expert = "tanh", { beta1 = 2, beta0 = 0.5, a = 3, b = 1 } },
  design = moe.telescope { lower = -3, upper = 3, points = 32 },
  n = moe.sizes { quick = { 100, 1000 }, full = { 100, 1000, 10000 } },
  replicates = { quick = 10, full = 20 },
  fit = moe.grid { gate = { "softmax", "sigmoid" }, k = k },
  estimator = moe.lse { starts = 2, near_starts = 1 },
  measure = { "matched", "l2" },
}
