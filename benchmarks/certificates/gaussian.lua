--- Identifiability of Gaussian mixtures of experts. Paper C (arXiv 2401.13875): a learned temperature is
--- redundant unless an activation in the router is independent of its derivatives. Paper B (arXiv
--- 2505.10860): whether shared and routed atoms can be told apart in its settings T1 to T4, and the masses
--- of a normalised sigmoid that does not see x.
local moe = require "moerates"

local cases, holds = {}, {}
local function case(name, truth) cases[#cases + 1] = { name = name, truth = moe.mixture(truth) } end

-- Distinct linear experts behind distinct gates, with digits that no small fraction relates: one truth in
-- general position shows independence at almost every truth.
local function router(activation, inside)
  return { gate = "softmax", temperature = 0.813, activation = activation, inside = inside, expert = "linear",
    gaussian = true,
    { beta1 = 1.319, beta0 = 0.537, a = 2.917, b = 1.083, variance = 0.417 },
    { beta1 = -2.113, beta0 = -0.137, a = 1.079, b = -1.531, variance = 0.293 } }
end

for _, activation in ipairs { "tanh", "sigmoid", "gelu", "relu" } do
  for _, place in ipairs { "outside", "inside" } do
    local name = ("%s-%s"):format(activation, place)
    case(name, router(activation, place == "inside"))
    if activation ~= "relu" then holds[#holds + 1] = name end -- relu(cz) = c relu(z): the paper does not say
  end
end
case("identity", router("linear", false))
case("temperature", router())

-- Paper B, Appendix G: one shared and two routed atoms. Its h = c relu(a x + b), where c is a parameter.
local RELU_SHARED <const> = { a = 6, b = 0, scale = -8, variance = 0.25 }
local LINEAR_SHARED <const> = { a = 2, b = 0, variance = 0.2 }
local RELU_ROUTED <const> = { { a = -12, b = 0, scale = 4 }, { a = 12, b = 0, scale = 4 } }
local LINEAR_ROUTED <const> = { { a = 8, b = 2 }, { a = -6, b = 1 } }
local function setting(name, gate, slope, shared_expert, shared, expert, routed)
  local truth = { gate = gate, expert = expert, gaussian = true, shared_expert = shared_expert,
    shared = { shared } }
  for i, own in ipairs(routed) do
    truth[i] = { beta1 = slope, beta0 = i - 1.5, a = own.a, b = own.b, scale = own.scale, variance = 0.4 }
  end
  case(name, truth)
end
setting("t1", "softmax", 5, "relu", RELU_SHARED, "relu", RELU_ROUTED)
setting("t2", "softmax", 5, "linear", LINEAR_SHARED, "linear", LINEAR_ROUTED)
setting("t3", "normalised-sigmoid", 0, "relu", RELU_SHARED, "relu", RELU_ROUTED)
setting("t4", "normalised-sigmoid", 5, "relu", RELU_SHARED, "linear", LINEAR_ROUTED)
-- As T4, but with experts of one form: it is the gate, not the forms, that tells the groups apart.
setting("t4-relu", "normalised-sigmoid", 5, "relu", RELU_SHARED, "relu", RELU_ROUTED)

-- The sparse regime of Table 1 without shared atoms: s(beta0_i) -> c s(beta0_i).
case("sparse", { gate = "normalised-sigmoid", expert = "tanh", gaussian = true,
  { beta1 = 0, beta0 = 0.537, a = 2.917, b = 1.083, variance = 0.417 },
  { beta1 = 0, beta0 = -0.371, a = 1.079, b = -1.531, variance = 0.293 } })

return moe.certificates {
  name = "gaussian", title = "Identifiability of Gaussian mixtures, papers B and C",
  design = moe.telescope { lower = -3, upper = 3, points = 64 }, cases = cases,
  claims = {
    { id = "C-activation-independence", family = "weak", cases = holds },
    { id = "C-activation-independence-identity", family = "weak", cases = { "identity", "temperature" } },
  },
}
