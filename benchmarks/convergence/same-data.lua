--- The same data, both gates. Paper A compares a sigmoid mixture on sigmoid data with a softmax
--- mixture on softmax data; here each data set is fitted by both, and judged by one rule that knows
--- no gate: the matched error, worst over the true atoms. From which n is which gate ahead? And do
--- the experts of one gate resemble each other more, or are fewer of them used (S-collapse)?
local moe = require "moerates"

local both = { "softmax", "sigmoid" }
local tanh2 = moe.truth { gate = "softmax", expert = "tanh", -- k* = 2: exactly a sigmoid mixture too
  { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } }
local sigmoid2 = moe.truth { gate = "sigmoid", expert = "tanh",
  { beta1 = 0, beta0 = .5, a = 3, b = 1 }, { beta1 = 2, beta0 = 0, a = 1, b = -1.5 } }
local gelu3 = moe.truth { gate = "softmax", expert = "gelu",
  { beta1 = 9.4, beta0 = 3.7, a = -1.4, b = 4.3 }, { beta1 = -4.6, beta0 = 2, a = -.7, b = -.7 },
  { beta1 = 0, beta0 = 0, a = -1.3, b = -1.7 } }
local wide = moe.box { beta1 = { -8, 8 }, beta0 = { -8, 8 }, a = { -8, 8 }, b = { -8, 8 } }

local cases = {
  moe.case { name = "tanh2", truth = tanh2, fit = moe.grid { gate = both, k = { 3 } } },
  moe.case { name = "sigmoid2", truth = sigmoid2, fit = moe.grid { gate = both, k = { 3 } },
    theta = moe.box { a = { .5, 8 } } },
  moe.case { name = "gelu3", truth = gelu3, fit = moe.grid { gate = both, k = { 4 } }, theta = wide,
    n = moe.sizes { quick = {}, full = { 1e4, 1e6, 1e8, 1e10, 1e12 } }, replicates = 10,
    minimisers = true, population_starts = 6000 },
}
local claims = {
  moe.claim { id = "A-headline-truth", case = "tanh2-sigmoid", against = "tanh2-softmax",
    measure = "matched", kind = "inequality" },
  moe.claim { id = "A-headline-truth", case = "sigmoid2-sigmoid", against = "sigmoid2-softmax",
    measure = "matched", kind = "inequality" },
  moe.claim { id = "A-headline-truth", case = "gelu3-sigmoid", against = "gelu3-softmax",
    measure = "matched", kind = "inequality" },
}
local drawn = {}
for seed = 1, 6 do -- drawn, not chosen
  local name = "drawn" .. seed
  drawn[#drawn + 1], drawn[#drawn + 2] = "case=" .. name .. "-softmax", "case=" .. name .. "-sigmoid"
  cases[#cases + 1] = moe.case { name = name,
    truth = moe.random_truth { gate = "softmax", expert = "tanh", k = 2, d = 1, seed = seed,
      slopes = "zero-last", ranges = moe.box { beta1 = { -4, 4 }, beta0 = { -1, 1 },
        a = { -3, 3 }, b = { -2, 2 } } },
    fit = moe.grid { gate = both, k = { 3 } },
    n = moe.sizes { quick = seed == 1 and { 1e4, 1e6, 1e8, 1e10, 1e12 } or {}, full = moe.decades(4, 12, 1) },
    replicates = 10 }
  claims[#claims + 1] = moe.claim { id = "A-headline-truth", case = name .. "-sigmoid",
    against = name .. "-softmax", measure = "matched", kind = "inequality" }
end

local truths = { "tanh2", "sigmoid2", "gelu3", "drawn1", "drawn2", "drawn3", "drawn4", "drawn5", "drawn6" }
for _, truth in ipairs(truths) do
  local softmax, sigmoid = truth .. "-softmax", truth .. "-sigmoid"
  claims[#claims + 1] = moe.claim { id = "S-collapse", case = sigmoid, against = softmax,
    measure = "similarity", kind = "ordering" }
  claims[#claims + 1] = moe.claim { id = "S-collapse", case = softmax, against = sigmoid,
    measure = "effective", kind = "ordering" }
end

local function collapse(measure, title)
  return moe.figure { name = measure, title = title, measure = measure,
    curves = { "case=tanh2-softmax", "case=tanh2-sigmoid", "case=sigmoid2-softmax",
      "case=sigmoid2-sigmoid", "case=drawn1-softmax", "case=drawn1-sigmoid" } }
end

return moe.experiment {
  name = "same-data", title = "Both gates on the same data",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  n = moe.sizes { quick = { 1e4, 1e6, 1e8, 1e12 },
    full = moe.decades(4, 12, 1), paper = moe.decades(4, 12, 2) },
  replicates = { quick = 10, full = 20, paper = 100 },
  estimator = moe.lse {},
  measure = { "matched", "matched_expert", "l2", "voronoi", "similarity", "effective" },
  cases = cases, claims = claims,
  figures = {
    moe.figure { name = "tanh2", title = "Softmax tanh data, both gates", measure = "matched",
      curves = { "case=tanh2-softmax", "case=tanh2-sigmoid" },
      guides = { { slope = -.25, label = "n^{-1/4}" }, { slope = -.5, label = "n^{-1/2}" } } },
    collapse("similarity", "Mean similarity of the experts"),
    collapse("effective", "Effective number of experts"),
    moe.figure { name = "others", title = "Other truths, both gates", measure = "matched",
      curves = { "case=sigmoid2-softmax", "case=sigmoid2-sigmoid", "case=gelu3-softmax",
        "case=gelu3-sigmoid" },
      guides = { { slope = -.25, label = "n^{-1/4}" }, { slope = -.5, label = "n^{-1/2}" } } },
    moe.figure { name = "drawn", title = "Drawn truths, both gates", measure = "matched", curves = drawn,
      guides = { { slope = -.25, label = "n^{-1/4}" }, { slope = -.5, label = "n^{-1/2}" } } },
  },
}
