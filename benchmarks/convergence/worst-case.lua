--- "Slower than any power" in Table 1 of paper A is a statement about the worst of all truths, whatever
--- the estimator. At one truth the estimate may do better; so beside each fixed truth of table1.lua,
--- here is a curve of other truths that starts there and has exactly the same regression function: no
--- data of any size tell them apart. And for linear experts the sequence of Theorem 4.
local moe = require "moerates"

local function logit(p) return math.log(p / (1 - p)) end

--- Beta0 of each of two atoms that share the weight of one.
local function half(gate, atom)
  if gate == "softmax" then return atom.beta0 - math.log(2) end
  return logit(moe.value("sigmoid", atom.beta0) / 2) -- where beta1 = 0
end

--- Two experts with the same sum, or mean, as one; t says how far they are apart.
local pairs_of = {
  linear = function(atom, t) return { atom.a[1], atom.b + t }, { atom.a[1], atom.b - t } end,
  ["input-independent"] = function(atom, t) return { 0, atom.b + t }, { 0, atom.b - t } end,
  ["polynomial-2"] = function(atom, t)
    local c, s = math.sqrt(1 + t), math.sqrt(1 - t)
    return { c * atom.a[1], c * atom.b }, { s * atom.a[1], s * atom.b }
  end,
}

local column = { ["polynomial-2"] = "polynomial", linear = "polynomial" }
local cases, claims = {}, {}
local function add(gate, regime, expert)
  local truth = moe.table1_truth { gate = gate, regime = regime, expert = expert }
  local first, second, points = truth.atoms[1], truth.atoms[2], {}
  -- Under a sigmoid that sees x an atom cannot be halved, but constants under one gate add up.
  local summed = gate == "sigmoid" and regime == "R2"
  for m = 0, 6 do
    local t = .5 ^ (m + 1)
    local one, other = pairs_of[expert](summed and { a = { 0 }, b = first.b / 2 } or first, t)
    local beta0 = summed and first.beta0 or half(gate, first)
    points[m + 1] = { index = 2 ^ m, atoms = {
      { beta1 = first.beta1, beta0 = beta0, a = one[1], b = one[2] },
      { beta1 = first.beta1, beta0 = beta0, a = other[1], b = other[2] }, second } }
  end
  local name = ("%s-%s-%s"):format(gate, regime:lower(), expert)
  cases[#cases + 1] = moe.case { name = name, truth = truth, fit = { k = 3 }, regime = regime,
    estimator = moe.path { points = points } }
  claims[#claims + 1] = moe.claim { case = name, measure = "over_expert",
    id = ("A-table1-%s-%s-%s"):format(gate, regime, column[expert] or expert) }
end
for _, expert in ipairs { "polynomial-2", "linear", "input-independent" } do
  for _, gate in ipairs { "sigmoid", "softmax" } do
    for _, regime in ipairs { "R1", "R2" } do
      -- In the sigmoid's Regime 2 the paper claims a power for polynomials.
      local claimed = gate == "softmax" or regime == "R1" or expert == "input-independent"
      if claimed then add(gate, regime, expert) end
    end
  end
end

-- Theorem 4: the mass grows by m^-(r+1), the intercepts part by 1/m.
for r = 1, 3 do
  local truth = moe.truth { gate = "sigmoid", expert = "linear", { beta1 = 0, beta0 = .5, a = 1.3, b = .4 } }
  local points = {}
  for j = 1, 30 do
    local m = 2 ^ (j / 2)
    local beta0 = logit((moe.value("sigmoid", .5) + m ^ -(r + 1)) / 2)
    points[j] = { index = m, atoms = { { beta1 = 0, beta0 = beta0, a = 1.3, b = .4 + 1 / m },
      { beta1 = 0, beta0 = beta0, a = 1.3, b = .4 - 1 / m } } }
  end
  cases[#cases + 1] = moe.case { name = "theorem-4-r" .. r, truth = truth, fit = { k = 2 }, regime = "R1",
    estimator = moe.path { points = points } }
end

return moe.experiment {
  name = "worst-case", title = "The worst of two truths, for any estimator",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  measure = { "l2", "over_expert" },
  cases = cases, claims = claims,
}
