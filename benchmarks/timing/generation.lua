--- What data cost: random numbers, rows of a raw design, data sets of a telescope.
---
--- Uniform and normal deviates come 1024 at a time, as a design draws them, at each ISA level,
--- beside one call per number and GSL's generators. A raw row is d uniform covariates, f of the
--- truth and noise; a telescope's is a support point with its mean and count, whatever n it stands
--- for: the time of a data set is that times the points. The aim is 2.2 ns for a normal deviate.
local moe = require "moerates"

return moe.generation {
  name = "generation", title = "Random numbers and data sets",
  what = { "uniform", "normal", "row", "telescope" },
  gate = "softmax", expert = "relu", k = 3, d = { 1, 8 },
  rows = { 16384 },
  points = { 256, 1024 }, n = { 1e4, 1e14 },
}
