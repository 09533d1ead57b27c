--- Theorem 5 of paper A: a sigmoid mixture fitted to data of a softmax mixture it cannot represent
--- (k* = 3, k = 4). The estimate goes to the population minimiser Gbar, not to the truth. The first
--- two truths were selected from 250 random ones because their misfit is large, which makes
--- the n^{-1/2} law visible early; the third is drawn and not selected.
local moe = require "moerates"

local selected = moe.truth { gate = "softmax", expert = "gelu",
  { beta1 = 9.4, beta0 = 3.7, a = -1.4, b = 4.3 },
  { beta1 = -4.6, beta0 = 2, a = -.7, b = -.7 },
  { beta1 = 0, beta0 = 0, a = -1.3, b = -1.7 } }
local second = moe.truth { gate = "softmax", expert = "gelu",
  { beta1 = -9.4, beta0 = -4.8, a = -1.3, b = -5 },
  { beta1 = -3.2, beta0 = 4.1, a = -1.2, b = -.1 },
  { beta1 = 0, beta0 = 0, a = 2.2, b = 2.9 } }
local drawn = moe.random_truth { gate = "softmax", expert = "tanh", k = 3, d = 1, seed = 1,
  slopes = "zero-last", ranges = moe.box { beta1 = { -5, 5 }, a = { -3, 3 }, b = { -3, 3 } } }

local full_only = moe.sizes { quick = {}, full = { 1e4, 1e6, 1e8, 1e10, 1e12 } }

return moe.experiment {
  name = "misspecified", title = "Sigmoid mixtures fitted to softmax data: towards Gbar",
  regime = "R2", noise_sd = .1,
  design = moe.telescope { lower = -3, upper = 3, points = 256 },
  n = moe.sizes { quick = { 1e6, 1e8, 1e10, 1e12 }, full = { 1e4, 1e6, 1e8, 1e10, 1e12 },
    paper = moe.decades(4, 12, 2) },
  replicates = { quick = 10, full = 20, paper = 100 },
  fit = { gate = "sigmoid", k = 4 },
  theta = moe.box { beta1 = { -8, 8 }, beta0 = { -8, 8 }, a = { -8, 8 }, b = { -8, 8 } },
  estimator = moe.lse {},
  minimisers = true, population_starts = 6000,
  measure = { "d3", "l2_bar", "l2", "matched", "matched_expert" },
  cases = {
    moe.case { name = "gelu-selected", truth = selected },
    moe.case { name = "gelu-selected-softmax", truth = selected, fit = { gate = "softmax", k = 4 },
      regime = "none", minimisers = false, measure = { "voronoi", "matched", "matched_expert", "l2" } },
    moe.case { name = "gelu-second", truth = second, n = full_only, replicates = 20 },
    moe.case { name = "tanh-drawn", truth = drawn, n = full_only, replicates = 20 },
  },
  claims = {
    moe.claim { id = "A-thm5", case = "gelu-selected", measure = "d3" },
    moe.claim { id = "A-thm5", case = "gelu-second", measure = "d3" },
    moe.claim { id = "A-thm5", case = "tanh-drawn", measure = "d3" },
    moe.claim { id = "A-headline-gbar", case = "gelu-selected", measure = "d3", kind = "inequality",
      against = "gelu-selected-softmax", against_measure = "voronoi",
      note = "a truth selected for a large misfit" },
    moe.claim { id = "A-cor1", case = "gelu-selected", measure = "l2_bar" },
    moe.claim { id = "A-table1-sigmoid-R2-gelu", case = "gelu-selected", measure = "d3" },
    moe.claim { id = "A-table1-sigmoid-R2-tanh", case = "tanh-drawn", measure = "d3" },
  },
  figures = {
    moe.figure { name = "gbar", title = "Error to Gbar, and to the truth", measure = "d3",
      by = "case", guides = { { slope = -.5, label = "n^{-1/2}" } } },
    moe.figure { name = "function", title = "Error of f to the best approximation", measure = "l2_bar",
      curves = { "gate=sigmoid" }, guides = { { slope = -.5, label = "n^{-1/2}" } } },
    moe.figure { name = "truth", title = "Error to the true experts stays", measure = "matched_expert",
      by = "case", guides = { { slope = -.5, label = "n^{-1/2}" } } },
  },
}
