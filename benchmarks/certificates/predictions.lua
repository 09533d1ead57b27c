--- Which rate theory lets expect in each cell of Table 1 of paper A: the truths of
--- benchmarks/convergence/table1.lua, case by case under the same names,
--- so that the report can set prediction, measurement and claim side by side.
local moe = require "moerates"

-- beta1, beta0, a, b of the two true atoms; the atom that is over-specified comes first.
local atoms = {
  ["sigmoid-r1"] = { { 0, .5, 3, 1 }, { 2, 0, 1, -1.5 } },
  ["sigmoid-r2"] = { { 2, .5, 3, 1 }, { -2, 0, 1, -1.5 } },
  ["softmax-r1"] = { { 0, .5, 3, 1 }, { 0, 0, -3, 1.5 } },
  ["softmax-r2"] = { { 2, .5, 3, 1 }, { 0, 0, -3, 1.5 } },
}

local cases = {}
for _, gate in ipairs { "sigmoid", "softmax" } do
  for _, regime in ipairs { "r1", "r2" } do
    for _, expert in ipairs { "relu", "gelu", "polynomial-2", "linear", "tanh", "input-independent" } do
      local list = { gate = gate, expert = expert }
      for i, v in ipairs(atoms[gate .. "-" .. regime]) do
        local a = expert == "input-independent" and 0 or expert == "polynomial-2" and math.abs(v[3]) or v[3]
        list[i] = { beta1 = v[1], beta0 = v[2], a = a, b = v[4] }
      end
      cases[#cases + 1] = { name = gate .. "-" .. regime .. "-" .. expert, truth = moe.truth(list) }
    end
  end
end

return moe.certificates { name = "predictions", title = "What to expect in Table 1", cases = cases }
