--- Smooth truths that are no mixture of experts (seed's list, S-misspecified): a sine, Runge's
--- function, a bump. There is no true expert to find; the estimate goes to the best approximation
--- Gbar, the population minimiser, a planned cell of its own. How fast: f to f_Gbar in L2, and the
--- parameters to Gbar's by D3, atom by atom?
local moe = require "moerates"

local curves = { sine = moe.curve { name = "sine", a = 1.5, b = .5 },
  runge = moe.curve { name = "runge", a = 1.5, b = .5 }, bump = moe.curve { name = "bump", b = .5 } }
local sizes = { quick = { 1e4, 1e6, 1e8, 1e10, 1e12 }, full = moe.decades(4, 12, 1) }

local cases, claims = {}, {}
for _, curve in ipairs { "sine", "runge", "bump" } do
  for _, gate in ipairs { "softmax", "sigmoid" } do
    for k = 2, 3 do
      local name = ("%s-%s-k%d"):format(curve, gate, k)
      cases[#cases + 1] = moe.case { name = name, truth = curves[curve],
        fit = { gate = gate, expert = "tanh", k = k },
        n = moe.sizes { quick = k == 2 and curve ~= "runge" and sizes.quick or {},
          full = k == 2 and sizes.full or sizes.quick } }
      for _, measure in ipairs { "l2_bar", "d3" } do
        claims[#claims + 1] = moe.claim { id = "S-misspecified", case = name, measure = measure,
          note = measure == "d3" and "parameters, by D3" or "regression function, in L2" }
      end
    end
  end
end

local half = { { slope = -.5, label = "n^{-1/2}" } }
local function figure(name, title, measure)
  return moe.figure { name = name, title = title, measure = measure, guides = half, by = "k" }
end

return moe.experiment {
  name = "smooth-truths", title = "Mixtures of tanh experts fitted to what is no mixture",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  replicates = { quick = 10, full = 20, paper = 100 },
  estimator = moe.lse {}, minimisers = true, population_starts = 2000,
  measure = { "l2_bar", "d3", "l2" },
  cases = cases, claims = claims,
  figures = { figure("function", "f to the best approximation", "l2_bar"),
    figure("parameters", "Parameters to those of the best approximation", "d3") },
}
