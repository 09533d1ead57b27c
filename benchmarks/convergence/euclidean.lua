--- A temperature in the sigmoid gate, with inner products and with Euclidean distances: s((beta1 x + beta0)
--- / tau) against s(c0 - (x - c)^2 / tau) (arXiv 2602.01466, there for classification; here for
--- regression).
---
--- An inner product leaves the temperature undetermined, (c beta1, c beta0, c tau) being the same gate; the
--- square has the coefficient -1 / tau. The truths are ours.
local moe = require "moerates"

local cases, claims = {}, {}
for _, score in ipairs { "inner", "euclidean" } do
  local far = score == "euclidean"
  for k = 2, 3 do
    cases[#cases + 1] = moe.case { name = score .. "-k" .. k,
      truth = moe.truth { gate = "sigmoid", expert = "tanh", temperature = 1.5, euclidean = far,
        { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = -1, beta0 = 1, a = 1, b = -1.5 } },
      fit = { gate = "sigmoid", k = k, tempered = true, euclidean = far } }
  end
  local function claim(id, k, measure)
    claims[#claims + 1] = moe.claim { id = "F-" .. score .. "-" .. id, case = score .. "-k" .. k,
      measure = measure }
  end
  for k = 2, 3 do
    claim("temperature", k, "temperature")
    claim("function", k, "l2")
  end
  if far then claim("exact", 2, "exact_expert") end
end

local half = { slope = -.5, label = "n^{-1/2}" }

return moe.experiment {
  name = "euclidean", title = "A temperature in the sigmoid gate",
  theta = moe.box { a = { .5, 8 }, beta0 = { -6, 6 }, temperature = { .25, 6 } },
  noise_sd = .1,
  design = moe.telescope { lower = -3, upper = 3, points = 128 },
  n = { quick = { 1e5, 1e7, 1e9, 1e11 }, full = moe.decades(4, 12) },
  replicates = { quick = 10, full = 40 },
  estimator = moe.lse { starts = 64, near_starts = 0 },
  measure = { "l2", "temperature", "matched", "exact_expert", "exact_parameters" },
  cases = cases, claims = claims,
  figures = {
    moe.figure { measure = "temperature", title = "The temperature", guides = { half } },
    moe.figure { measure = "l2", title = "The regression function", guides = { half } },
    moe.figure { measure = "matched", title = "Error to the true atoms" },
    moe.figure { measure = "exact_expert", title = "Experts", guides = { half },
      curves = { "case=euclidean-k2", "case=inner-k2" } },
  },
}
