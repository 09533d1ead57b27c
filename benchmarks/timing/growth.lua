--- How the time of an evaluation grows with n, d and k: the engine's kernels and the textbook.
---
--- Three lines from one corner of what experiments use; the exponents are those of the upper half
--- of each (lua/moerates/timing_growth.lua). "engine" is the tile or the BLIS kernel, whichever the
--- engine takes at that d and k. n of the lines along d and k keeps the rows in cache where d is
--- small, and the textbook's largest problems to a tenth of a second.
local moe = require "moerates"

return moe.growth {
  name = "growth", title = "Growth of the time of an evaluation",
  gate = "softmax", expert = "relu", level = { "gradient", "hessian" },
  variant = { "engine", "gsl" },
  lines = {
    { n = { 1000, 4000, 16000, 64000, 250000, 1000000 }, d = 1, k = 3 },
    { d = { 1, 2, 4, 8, 16, 32, 64 }, k = 4, n = 1024 },
    { k = { 1, 2, 4, 8, 16 }, d = 8, n = 1024 },
  },
  repeats = moe.option("repeats", 5, "timings of a case, at least 3"),
}
