--- A timing script of few and short cases, for bench_spec.lua.
local moe = require "moerates"

return moe.timing {
  name = "small", gate = "softmax", expert = { "relu", "tanh" },
  shapes = { { d = 1, k = 2, n = { 64, 128 } }, { d = 3, k = 2, n = 96 } },
  threads = { 1, moe.option("most-threads", 2, "the larger number of threads") },
  repeats = 3, default = "expert=relu,n<=96,threads=1",
}
