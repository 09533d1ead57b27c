--- Section 3 of paper A (arXiv 2405.13997): which experts are strongly or weakly identifiable under the
--- sigmoid gate. Both definitions quantify over atoms. One truth in general position shows that a family
--- is independent at almost every truth, one at which it is not refutes "for all".
local moe = require "moerates"

--- beta1, beta0, a, b of each atom.
local function truth(expert, numbers)
  local list = { gate = "sigmoid", expert = expert }
  for _, v in ipairs(numbers) do
    local a = expert == "input-independent" and 0 or v[3]
    list[#list + 1] = { beta1 = v[1], beta0 = v[2], a = a, b = v[4] }
  end
  return moe.truth(list)
end

-- Distinct experts under distinct gates, one of them flat; all sloped; all the same. Near the truths of
-- Table 1, but with digits that no small fraction relates.
local flat = { { 0, .537, 2.917, 1.083 }, { 2.113, .137, 1.079, -1.531 } }
local sloped = { { 1.319, .537, 2.917, 1.083 }, { -2.113, .137, 1.079, -1.531 } }
local same = { { 2.113, .537, 2.917, 1.083 }, { 2.113, .537, 1.079, -1.531 }, { 2.113, .537, -2.077, .713 } }

local cases, claims = {}, {}
for _, expert in ipairs { "relu", "gelu", "tanh", "silu", "sigmoid", "linear" } do
  cases[#cases + 1] = { name = expert, truth = truth(expert, flat), over = { 1 } }
  claims[#claims + 1] = { id = "A-id-" .. expert .. "-literal", family = "strong", cases = { expert } }
  claims[#claims + 1] = { id = "A-id-" .. expert .. "-effective", family = "effective", cases = { expert } }
end

local weak = { poly = {}, const = {} }
for _, expert in ipairs { "polynomial-2", "polynomial-3", "input-independent" } do
  local list = expert == "input-independent" and weak.const or weak.poly
  for _, one in ipairs { { "sloped", sloped }, { "flat", flat }, { "same", same } } do
    local name = expert .. "-" .. one[1]
    cases[#cases + 1] = { name = name, truth = truth(expert, one[2]) }
    list[#list + 1] = name
  end
end
claims[#claims + 1] = { id = "A-id-poly-weak", family = "weak", cases = weak.poly }
claims[#claims + 1] = { id = "A-id-const", family = "weak", cases = weak.const }

return moe.certificates {
  name = "identifiability", title = "Identifiability under the sigmoid gate, paper A",
  design = moe.telescope { lower = -3, upper = 3, points = 256 },
  cases = cases, claims = claims,
}
