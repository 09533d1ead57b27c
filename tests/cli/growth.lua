--- A timing script of another kind: one short line.
local moe = require "moerates"

return moe.growth {
  name = "line", gate = "softmax", expert = "relu", level = "gradient", repeats = 3,
  lines = { { n = { 64, 128, 256 }, d = 1, k = 2 } },
}
