--- A likelihood beside squares: the same model, size and rows, as a Gaussian mixture and as a
--- regression function.
---
--- What a mixture needs more, per row and atom: a density (an exponential), its derivatives in the mean
--- and in the log variance, and k rows more of a Hessian; per row a logarithm. The bar is that the
--- Hessian costs at most twice as much; at large d, where products of covariates dominate, it costs the
--- same.
local moe = require "moerates"

return moe.likelihood {
  name = "likelihood", title = "A likelihood beside least squares",
  gate = { "softmax", "normalised-sigmoid" }, expert = "linear",
  shapes = {
    { d = 1, k = 2, n = 4096 }, { d = 1, k = 3, n = 4096 }, { d = 1, k = 4, n = 4096 },
    { d = 8, k = 4, n = 1024 }, { d = 32, k = 8, n = 4096 },
  },
  level = { "objective", "gradient", "hessian" },
  repeats = moe.option("repeats", 5, "timings of a case in each of the rounds, at least 3"),
}
