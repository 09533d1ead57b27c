--- Does it matter which smooth function the expert is? (seed's list, S-next2) tanh, SiLU and sigmoid
--- beside the two that paper A speaks of, ReLU and GELU, at the truths of Table 1: k* = 2, k = 3. The
--- claim to hold against is the n^{-1/4} of GELU. Theta is free of zero experts under the sigmoid
--- gate, and of the far left, where ReLU, GELU and SiLU vanish or nearly do. Slopes a = 3 and -3 let
--- sigmoid experts swap with a softmax gate ("sigmoid-swap" in paths.lua); "apart" has 3 and -2.
local moe = require "moerates"

local atoms = {
  softmax = { { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -3, b = 1.5 } },
  sigmoid = { { beta1 = 0, beta0 = .5, a = 3, b = 1 }, { beta1 = 2, beta0 = 0, a = 1, b = -1.5 } },
  apart = { { beta1 = 2, beta0 = .5, a = 3, b = 1 }, { beta1 = 0, beta0 = 0, a = -2, b = 1.5 } },
}
local vanishes = { silu = true, gelu = true, relu = true }
local quick = { ["softmax-silu"] = true, ["softmax-sigmoid"] = true }

local cases, claims, curves = {}, {}, { softmax = {}, sigmoid = {} }
local function add(name, gate, expert, pair)
  local free = gate == "sigmoid"
  cases[#cases + 1] = moe.case { name = name,
    truth = moe.truth { gate = gate, expert = expert, table.unpack(pair) },
    theta = moe.box { a = free and { .5, 8 } or nil, b = free and vanishes[expert] and { -2, 6 } or nil },
    n = moe.sizes { quick = quick[name] and { 1e6, 1e8, 1e10, 1e12 } or {},
      full = { 1e4, 1e6, 1e8, 1e10, 1e12 } } }
  claims[#claims + 1] = moe.claim { id = "S-next2", case = name, measure = "over_expert" }
  table.insert(curves[gate], "case=" .. name)
end
for _, gate in ipairs { "softmax", "sigmoid" } do
  for _, expert in ipairs { "tanh", "silu", "sigmoid", "gelu", "relu" } do
    add(gate .. "-" .. expert, gate, expert, atoms[gate])
  end
end
add("softmax-sigmoid-apart", "softmax", "sigmoid", atoms.apart)

local function figure(gate)
  return moe.figure { name = gate, title = "Over-specified expert error by activation, " .. gate .. " gate",
    measure = "over_expert", curves = curves[gate], guides = { { slope = -.25, label = "n^{-1/4}" } } }
end

return moe.experiment {
  name = "activations", title = "The rate of the experts by activation function",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  replicates = { quick = 10, full = 20, paper = 100 },
  fit = { k = 3 }, estimator = moe.lse {},
  measure = { "over_expert", "matched_expert", "exact_expert", "l2" },
  cases = cases, claims = claims,
  figures = { figure "softmax", figure "sigmoid" },
}
