--- The sequences behind Theorems 3 and 4 of paper A, as deterministic paths: along each, is the
--- regression function's error smaller than the loss D_2r by more than any constant? And two facts
--- about Theorem 3: an exact curve on which f does not change at all, and whether the sequence as
--- printed goes to the truth.
local moe = require "moerates"

local function logit(p) return math.log(p / (1 - p)) end
local b, beta0 = .4, .5
local weight = moe.value("sigmoid", beta0)
local cases, claims = {}, {}

local function path(name, expert, slope, pair, note, id, kind)
  local points = {}
  for _, m in ipairs { 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024 } do
    points[#points + 1] = { index = m, atoms = pair(m) }
  end
  cases[#cases + 1] = moe.case { name = name,
    truth = moe.truth { gate = "sigmoid", expert = expert, { beta1 = 0, beta0 = beta0, a = slope, b = b } },
    fit = { k = 2 }, estimator = moe.path { points = points } }
  claims[#claims + 1] = moe.claim { id = id, case = name, kind = "holds", measure = kind, note = note }
end

local function atom(w, slope, at) return { beta1 = 0, beta0 = logit(w), a = slope, b = at } end

for r = 1, 3 do
  -- Theorem 4, linear experts: the mass grows by m^-(r+1), the intercepts part by 1/m.
  path("linear-r" .. r, "linear", 1.3, function(m)
    local w = (weight + m ^ -(r + 1)) / 2
    return { atom(w, 1.3, b + 1 / m), atom(w, 1.3, b - 1 / m) }
  end, "r = " .. r, "A-thm4", "l2/d2r-" .. r)
end

-- Theorem 3: half weights at b + t and b - delta(t) with tanh(b + t) + tanh(b - delta) = 2 tanh(b).
path("null-curve", "tanh", 0, function(m)
  local t = .2 / m
  local y = 2 * moe.value("tanh", b) - moe.value("tanh", b + t)
  return { atom(weight / 2, 0, b + t), atom(weight / 2, 0, math.log((1 + y) / (1 - y)) / 2) }
end, "the exact null curve", "A-thm3", "l2/d2r-1")

-- Theorem 3 as printed, r = 2: 3 phi' v + (5/2) phi'' v^2 = 0 in v = c/m alone.
local phi, d1, d2 = moe.value("tanh", b)
local v = -6 * d1 / (5 * d2)
path("printed", "tanh", 0, function()
  return { atom(weight / 2, 0, b + v), atom(weight / 2, 0, b + 2 * v) }
end, ("the sequence as printed stays at distance %.3g from tanh(b) = %.3g"):format(v, phi), "A-thm3", "d2r-2")

-- Under softmax a tanh expert with a flat gate is two constant experts with a sloped one:
-- with w = (w1, w2) constant, z1 = 3x + b1, z2 = -3x + b2 and c = 2 (b1 + b2),
--   w1 tanh z1 + w2 tanh z2 = softmax of (tanh z1; tanh((c - beta0) / 2); tanh(beta0 / 2)) at the logits
--   (log(alpha / (1 - alpha)); 0; 6x - 2 b2 - log(1 - alpha)), alpha = w1 (1 - e^-c).
do
  local b1, b2 = 1, 1.5
  local c, w1 = 2 * (b1 + b2), moe.value("sigmoid", beta0)
  local alpha = w1 * (1 - math.exp(-c))
  cases[#cases + 1] = moe.case { name = "tanh-swap",
    truth = moe.truth { gate = "softmax", expert = "tanh",
      { beta1 = 0, beta0 = beta0, a = 3, b = b1 }, { beta1 = 0, beta0 = 0, a = -3, b = b2 } },
    fit = { k = 3 }, measure = { "l2", "over_expert", "matched" },
    estimator = moe.path { points = { { index = 1, atoms = {
      { beta1 = 0, beta0 = logit(alpha), a = 3, b = b1 },
      { beta1 = 0, beta0 = 0, a = 0, b = (c - beta0) / 2 },
      { beta1 = 6, beta0 = -2 * b2 - math.log(1 - alpha), a = 0, b = beta0 / 2 } } } } } }
end

-- Sigmoid experts with slopes a and -a swap with the gate: g = s(v), z1 = 3x + b1, z2 = -3x + b2,
--   g s(z1) + (1 - g) s(z2) = softmax of (s(-v); s(b1 + b2); s(v)) at the logits
--   (0; 3x + log(e^b1 + e^-b2); 6x + b1 - b2).
do
  local b1, b2, slope = 1, 1.5, 2
  cases[#cases + 1] = moe.case { name = "sigmoid-swap",
    truth = moe.truth { gate = "softmax", expert = "sigmoid",
      { beta1 = slope, beta0 = beta0, a = 3, b = b1 }, { beta1 = 0, beta0 = 0, a = -3, b = b2 } },
    fit = { k = 3 }, measure = { "l2", "over_expert", "matched" },
    estimator = moe.path { points = { { index = 1, atoms = {
      { beta1 = 0, beta0 = 0, a = -slope, b = -beta0 },
      { beta1 = 3, beta0 = math.log(math.exp(b1) + math.exp(-b2)), a = 0, b = b1 + b2 },
      { beta1 = 6, beta0 = b1 - b2, a = slope, b = beta0 } } } } } }
end

-- Under the sigmoid gate a sigmoid expert with a flat gate is two with the same expert, one of them with the
-- mirrored expert for a gate: s(c) s(z) = s(c) s(w) + s(-z) s(w), w = z + log(s(c) / (1 + s(c))).
cases[#cases + 1] = moe.case { name = "sigmoid-split",
  truth = moe.truth { gate = "sigmoid", expert = "sigmoid", { beta1 = 0, beta0 = beta0, a = 2, b = b } },
  fit = { k = 2 }, measure = { "l2", "over_expert", "matched" },
  estimator = moe.path { points = { { index = 1, atoms = {
    { beta1 = 0, beta0 = beta0, a = 2, b = b + math.log(weight / (1 + weight)) },
    { beta1 = -2, beta0 = -b, a = 2, b = b + math.log(weight / (1 + weight)) } } } } } }

return moe.experiment {
  name = "paths", title = "Theorems 3 and 4: paths", regime = "R1",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 1024 },
  measure = { "l2", "d2r-1", "d2r-2", "d2r-3" },
  cases = cases, claims = claims,
}
