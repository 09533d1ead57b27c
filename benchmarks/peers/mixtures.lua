--- EM by others, to as large a likelihood: NumPy and R's flexmix on the mixture of arXiv 2305.03288's code.
---
--- An atom too many, where EM is slow; from starts as near to the truth as the published ones. NumPy's
--- EM ends as soon as it is as good as our fit from the same start, flexmix by a tolerance of its own; both
--- after so many iterations. One that has not reached our likelihood by then would need longer than its
--- row says. Packages are Debian's: `make bench-peers` installs them.
local moe = require "moerates"

return moe.contest {
  name = "mixtures", title = "Mixtures by EM",
  truth = moe.truth { gate = "softmax", expert = "linear",
    { beta1 = 25, beta0 = -8, a = -20, b = 15, variance = .09 },
    { beta1 = 0, beta0 = 0, a = 20, b = -5, variance = .16 } },
  fit = { gate = "softmax", expert = "linear", k = 3 },
  design = moe.uniform { lower = 0, upper = 1 }, n = 1e4,
  peer = { "numpy-em", "flexmix" }, range = { -1000, 1000 },
  radius = moe.option("radius", 0.02, "jitter of the starts around the truth"),
  starts = moe.option("starts", 3, "starts of the fits"), rounds = 1,
  tolerance = moe.option("tolerance", 1e-10, "relative change of the log-likelihood at which EM ends"),
  iterations = moe.option("iterations", 500, "of EM at most"),
}
