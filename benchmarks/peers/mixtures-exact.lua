--- EM by others where it is fast: as many atoms as there are, from next to the truth. mixtures.lua has
--- one too many and says who they are and when they end.
local moe = require "moerates"

return moe.contest {
  name = "mixtures-exact", title = "Mixtures by EM, as many atoms as there are",
  truth = moe.truth { gate = "softmax", expert = "linear",
    { beta1 = 25, beta0 = -8, a = -20, b = 15, variance = .09 },
    { beta1 = 0, beta0 = 0, a = 20, b = -5, variance = .16 } },
  fit = { gate = "softmax", expert = "linear", k = 2 },
  design = moe.uniform { lower = 0, upper = 1 }, n = 1e4,
  peer = { "numpy-em", "flexmix" }, range = { -1000, 1000 },
  radius = moe.option("radius", 0.02, "jitter of the starts around the truth"),
  starts = moe.option("starts", 5, "starts of the fits"), rounds = 3,
  tolerance = moe.option("tolerance", 1e-10, "relative change of the log-likelihood at which EM ends"),
  iterations = moe.option("iterations", 500, "of EM at most"),
}
