--- Optimisers against each other: work and precision, from the same starts on the same data.
---
--- exact: as many atoms as the truth has, where every method should end at the same minimum.
--- valley: an atom too many, a quartic valley, on raw rows; and in the telescope, whose 1024
--- weighted rows stand for 10^8 and to which stochastic gradients do not apply. Rates are the
--- published ones: .1 for stochastic gradients, .001 for Adam.
local moe = require "moerates"

local interval = { lower = -3, upper = 3 }

local function truth(gate, expert)
  return moe.truth { gate = gate, expert = expert,
    { beta1 = 2, beta0 = 0.5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } }
end

return moe.optimisers {
  name = "optimisers", title = "Seconds to the best objective",
  method = { "sgd", "adam", "adam-full", "lbfgs", "marquardt", "trust" },
  problems = {
    { name = "exact", truth = truth("softmax", "tanh"), noise_sd = 0.1, n = 1e4,
      fit = { gate = "softmax", expert = "tanh", k = 2 }, design = moe.uniform(interval) },
    { name = "valley", truth = truth("softmax", "linear"), noise_sd = 0.1, n = 1e5,
      fit = { gate = "softmax", expert = "linear", k = 3 }, design = moe.uniform(interval) },
    { name = "telescope", truth = truth("sigmoid", "tanh"), noise_sd = 0.1, n = 1e8,
      fit = { gate = "sigmoid", expert = "tanh", k = 3 }, design = moe.telescope(interval) },
  },
  starts = moe.option("starts", 5, "starts near the truth"),
  search = 64,
  seconds = moe.option("seconds", 1, "seconds that a run may take"),
}
