--- Is the telescope right? Three cases with raw samples, X drawn from the same 1024 points, beside the
--- same cases by telescope: every loss must have the same distribution (Kolmogorov-Smirnov).
local moe = require "moerates"

local tanh2 = moe.truth { gate = "softmax", expert = "tanh",
  { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } }
local sigmoid2 = moe.truth { gate = "sigmoid", expert = "tanh",
  { beta1 = 0, beta0 = .5, a = 3, b = 1 }, { beta1 = 2, beta0 = 0, a = 1, b = -1.5 } }
local linear2 = moe.truth { gate = "softmax", expert = "linear",
  { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } }

local cases = {}
for name, truth in pairs { tanh2 = tanh2, sigmoid2 = sigmoid2, linear2 = linear2 } do
  for kind, raw in pairs { raw = true, telescope = false } do
    cases[#cases + 1] = moe.case { name = name .. "-" .. kind, truth = truth,
      design = moe.telescope { lower = -3, upper = 3, points = 1024, raw = raw } }
  end
end
table.sort(cases, function(p, q) return p.name < q.name end)

return moe.experiment {
  name = "raw-twins", title = "Raw samples and the telescope agree in distribution",
  noise_sd = .1,
  n = moe.sizes { quick = { 1000, 10000 }, full = { 1000, 10000 },
    paper = { 1000, 10000, 100000 } }, replicates = 100,
  fit = { k = 3 }, estimator = moe.lse { starts = 2, near_starts = 0 },
  measure = { "l2", "matched_expert", "over_expert" },
  cases = cases,
}
