--- Softmax against the normalised sigmoid, and shared experts against none, on the same data.
---
--- arXiv 2505.10860 compares them on data of their own. Here the data have one shared and two routed linear
--- experts, by a softmax or by the dense normalised sigmoid of setting T4, and each is fitted with both
--- gates, and with five routed atoms.
local moe = require "moerates"

local TRUTHS <const> = { softmax = { "softmax", 2, -1 }, dense = { "normalised-sigmoid", 5, 5 } }

local function truth(name)
  local gate, first, second = table.unpack(TRUTHS[name])
  return moe.truth { gate = gate, expert = "linear", shared = { { a = 2, variance = .2 } },
    { beta1 = first, beta0 = -.5, a = 3, b = 2, variance = .4 },
    { beta1 = second, beta0 = .5, a = -3, b = 1, variance = .4 } }
end

local telescope = moe.telescope { lower = -3, upper = 3, points = 16, bin = .4 }
local sizes = { quick = { 1000, 1e4, 1e5, 1e6 }, full = moe.decades(3, 8) }
local cases = {}
local function case(data, name, gate, shared)
  cases[#cases + 1] = moe.case { name = data .. "-" .. name, truth = truth(data), n = sizes,
    design = telescope, fit = { gate = gate, k = 5, shared = shared },
    estimator = moe.mle { starts = 24, near_starts = 0 },
    measure = { "total_variation", "hellinger", "matched_expert" } }
end
for _, data in ipairs { "softmax", "dense" } do
  case(data, "v2", "softmax", 2)
  case(data, "v3", "normalised-sigmoid", 2)
end
case("softmax", "none", "softmax")

--- s(5x - .5) / s(5x + .5) = c / (c + s(-5x - .5)) with c = 1 / (e - 1): the dense truth by three routed
--- atoms, two of them with the same expert.
local c <const> = 1 / (math.exp(1) - 1)
local flat <const> = math.log(c / (1 - c))
cases[#cases + 1] = moe.case { name = "dense-contained", truth = truth("dense"), design = telescope,
  fit = { gate = "normalised-sigmoid", k = 4, shared = 1 }, measure = { "total_variation" },
  estimator = moe.path { points = { { index = 1, atoms = {
    { a = 2, variance = .2 }, { beta0 = flat, a = 3, b = 2, variance = .4 },
    { beta0 = flat, a = -3, b = 1, variance = .4 },
    { beta1 = -5, beta0 = -.5, a = -3, b = 1, variance = .4 } } } } } }

local function duel(id, winner, loser, measure)
  return moe.claim { id = id, case = winner, against = loser, kind = "inequality", measure = measure }
end

return moe.experiment {
  name = "deepseek-duel", title = "Shared and routed experts: the same data",
  theta = moe.box { beta1 = { -12, 12 }, variance = { .01, 10 } },
  replicates = { quick = 10, full = 40 },
  cases = cases,
  figures = {
    moe.figure { name = "experts-softmax", title = "Experts, softmax data", measure = "matched_expert",
      curves = { "case=softmax-v2", "case=softmax-v3", "case=softmax-none" } },
    moe.figure { name = "experts-dense", title = "Experts, dense data", measure = "matched_expert",
      curves = { "case=dense-v2", "case=dense-v3" } },
    moe.figure { name = "density-softmax", title = "The density, softmax data", measure = "total_variation",
      curves = { "case=softmax-v2", "case=softmax-v3", "case=softmax-none" },
      guides = { { slope = -.5, label = "n^{-1/2}" } } },
    moe.figure { name = "density-dense", title = "The density, dense data", measure = "total_variation",
      curves = { "case=dense-v2", "case=dense-v3" }, guides = { { slope = -.5, label = "n^{-1/2}" } } },
  },
  claims = {
    duel("B-duel-dense", "dense-v3", "dense-v2", "matched_expert"),
    duel("B-duel-softmax", "softmax-v3", "softmax-v2", "matched_expert"),
    duel("B-duel-shared", "softmax-v2", "softmax-none", "total_variation"),
    moe.claim { id = "B-dense-contained", case = "dense-contained", kind = "holds",
      measure = "total_variation" },
  },
}
