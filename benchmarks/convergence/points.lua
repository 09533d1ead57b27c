--- Does the number of support points matter? The same two truths with X uniform on 256, 1024 and 4096
--- points. The other scripts use 256, which cost a quarter of the usual 1024.
local moe = require "moerates"

local truths = {
  softmax = moe.truth { gate = "softmax", expert = "tanh",
    { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } },
  sigmoid = moe.truth { gate = "sigmoid", expert = "tanh",
    { beta1 = 0, beta0 = .5, a = 3, b = 1 }, { beta1 = 2, beta0 = 0, a = 1, b = -1.5 } },
}

local cases = {}
for _, gate in ipairs { "softmax", "sigmoid" } do
  for _, points in ipairs { 256, 1024, 4096 } do
    cases[#cases + 1] = moe.case { name = gate .. "-" .. points, truth = truths[gate],
      design = moe.telescope { lower = -3, upper = 3, points = points },
      theta = gate == "sigmoid" and moe.box { a = { .5, 8 } } or nil }
  end
end

return moe.experiment {
  name = "points", title = "The number of support points",
  noise_sd = .1,
  n = moe.sizes { quick = {}, full = { 1e6, 1e8, 1e10, 1e12 }, paper = { 1e6, 1e8, 1e10, 1e12 } },
  replicates = { quick = 10, full = 10, paper = 50 },
  fit = { k = 3 }, estimator = moe.lse {},
  measure = { "over_expert", "matched", "l2" },
  cases = cases,
  figures = { moe.figure { name = "error", measure = "over_expert", curves = { "n>=1e6" },
    title = "Over-specified expert error on 256, 1024 and 4096 points" } },
}
