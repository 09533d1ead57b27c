--- Which rate theory lets expect in each cell of Table 1 of paper A: the truths of
--- benchmarks/convergence/table1.lua, case by case under the same names,
--- so that the report can set prediction, measurement and claim side by side.
local moe = require "moerates"

local cases = {}
for _, gate in ipairs { "sigmoid", "softmax" } do
  for _, regime in ipairs { "R1", "R2" } do
    for _, expert in ipairs { "relu", "gelu", "polynomial-2", "linear", "tanh", "input-independent" } do
      cases[#cases + 1] = { name = gate .. "-" .. regime:lower() .. "-" .. expert,
        truth = moe.table1_truth { gate = gate, regime = regime, expert = expert } }
    end
  end
end

return moe.certificates { name = "predictions", title = "What to expect in Table 1", cases = cases }
