--- A timing script of a few short cases.
local moe = require "moerates"

return moe.timing {
  name = "short", gate = "sigmoid", expert = "relu", shapes = { { d = 2, k = 2, n = 64 } },
  level = { "objective", "hessian" }, variant = { "plain", "tile" }, repeats = 3,
  default = "rank<=1",
}
