--- What one would otherwise use, on the same rows in the same run: NumPy, PyTorch, numba, SciPy.
---
--- An atom too many, so that a fit has a quartic valley to go along. The scripts beside this one say
--- how each peer is written and at which tolerances SciPy ends. Its packages are Debian's:
--- `make bench-peers` installs them.
local moe = require "moerates"

return moe.contest {
  name = "peers", title = "The same work by others",
  truth = moe.truth { gate = "sigmoid", expert = "relu",
    { beta1 = 4, beta0 = 0.5, a = 3, b = 0.5 }, { beta1 = -3, beta0 = -0.5, a = -2, b = 1 } },
  fit = { gate = "sigmoid", expert = "relu", k = 3 },
  design = moe.uniform { lower = -1, upper = 1 }, noise_sd = 0.1, n = 1e5,
  starts = moe.option("starts", 7, "starts of the fits"),
}
