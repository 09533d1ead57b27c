--- Is a learned temperature sample efficient? arXiv 2401.13875: routers softmax(u / tau), with u linear in
--- x or the image of an activation, of Gaussian mixtures of linear experts.
---
--- Behind a linear router (beta1, beta0, tau) and (c beta1, c beta0, c tau) are the same density, so the
--- estimate is a set; beside it the temperature is known, or an activation makes it identified. Where
--- exactly beta0 enters could not be checked against the paper: both places are tried. The truths are ours.
--- With two atoms and an activation that is odd up to a constant, (beta1_1, beta1_2) and (-beta1_2,
--- -beta1_1) are the same router: seen in the first run of tanh and sigmoid, whose errors were near 0 or
--- near 1; hence the truths of three atoms, which have no such twin, and the path that shows it.
local moe = require "moerates"

local TAU <const> = 1.5
local ATOMS <const> = { { beta1 = 3, beta0 = .5, a = 3, b = 1, variance = .25 },
  { beta1 = -2, beta0 = 0, a = -2, b = -1, variance = .4 } }
local THREE <const> = { ATOMS[1], ATOMS[2], { beta1 = .8, beta0 = -.5, a = .5, b = 4, variance = .3 } }

local function truth(router)
  return moe.truth { gate = "softmax", expert = "linear", temperature = TAU, activation = router.activation,
    outside = router.outside, table.unpack(router.atoms or ATOMS) }
end

local LINEAR <const> = {}
local ROUTERS <const> = {
  { name = "tanh-outside", activation = "tanh", outside = true },
  { name = "tanh-inside", activation = "tanh" },
  { name = "sigmoid-outside", activation = "sigmoid", outside = true },
  { name = "gelu-outside", activation = "gelu", outside = true },
  { name = "tanh-three", activation = "tanh", outside = true, atoms = THREE },
  { name = "sigmoid-three", activation = "sigmoid", outside = true, atoms = THREE },
  { name = "tanh-inside-three", activation = "tanh", atoms = THREE },
}

local cases, claims = {}, {}
local function case(name, router, k, temperature)
  cases[#cases + 1] = moe.case { name = name .. "-k" .. k, truth = truth(router),
    theta = moe.box { beta1 = { -10, 10 }, variance = { .01, 10 }, temperature = temperature or { .25, 6 } },
    fit = { gate = "softmax", k = k, tempered = true, activation = router.activation,
      outside = router.outside } }
end
local function claim(id, name, measure)
  claims[#claims + 1] = moe.claim { id = "C-" .. id, case = name, measure = measure }
end

for k = 2, 3 do
  case("learned", LINEAR, k)
  claim("dense-to-sparse", "learned-k" .. k, "c_voronoi")
  claim("dense-to-sparse", "learned-k" .. k, "temperature")
  claim("density", "learned-k" .. k, "total_variation")
  claim("density", "learned-k" .. k, "hellinger")
end
case("known", LINEAR, 3, { TAU, TAU })
claim("fixed-temperature", "known-k3", "over_slope")
claim("fixed-temperature-variance", "known-k3", "over_variance")
claim("fixed-temperature-intercept", "known-k3", "over_intercept")
claim("fixed-temperature-gate", "known-k3", "over_gate")
for i, router in ipairs(ROUTERS) do
  local k = router.atoms and 3 or 2
  case(router.name, router, k)
  claim("activation-exact", router.name .. "-k" .. k, "exact_parameters")
  if i <= 2 then
    case(router.name, router, 3)
    local groups = { "over_slope", "over_variance", "over_intercept", "over_gate", "temperature" }
    for _, measure in ipairs(groups) do
      claim("activation-over", router.name .. "-k3", measure)
    end
    claim("activation-density", router.name .. "-k3", "total_variation")
  end
end

--- The null curve of the learned temperature.
local points = {}
for i = 1, 5 do
  local c, atoms = 1 + i / 5, {}
  for j, atom in ipairs(ATOMS) do
    atoms[j] = { beta1 = c * atom.beta1, beta0 = c * atom.beta0, a = atom.a, b = atom.b,
      variance = atom.variance }
  end
  points[i] = { index = c, temperature = c * TAU, atoms = atoms }
end
cases[#cases + 1] = moe.case { name = "null-curve", truth = truth(LINEAR), fit = { gate = "softmax", k = 2,
  tempered = true }, estimator = moe.path { points = points },
  measure = { "total_variation", "temperature" } }
claim("dense-to-sparse", "null-curve", "temperature")
claims[#claims + 1] = moe.claim { id = "C-null-curve", case = "null-curve", kind = "holds",
  measure = "total_variation" }

--- The other router of the same density.
local swapped = { {}, {} }
for j, atom in ipairs(ATOMS) do
  for key, value in pairs(atom) do swapped[j][key] = value end
  swapped[j].beta1 = -ATOMS[3 - j].beta1
end
cases[#cases + 1] = moe.case { name = "swap", truth = truth(ROUTERS[1]),
  fit = { gate = "softmax", k = 2, tempered = true, activation = "tanh", outside = true },
  estimator = moe.path { points = { { index = 1, temperature = TAU, atoms = swapped } } },
  measure = { "total_variation", "exact_parameters" } }
claims[#claims + 1] = moe.claim { id = "C-activation-swap", case = "swap", kind = "holds",
  measure = "total_variation" }

local function figure(measure, title, curves, slope)
  return moe.figure { measure = measure, title = title, curves = curves,
    guides = slope and { { slope = slope, label = ("n^{%g}"):format(slope) } } or {} }
end
local learned, over = { "case=learned-k2", "case=learned-k3" }, { "case=known-k3", "case=tanh-outside-k3",
  "case=tanh-inside-k3" }

return moe.experiment {
  name = "temperature", title = "Temperature and activation in the router",
  design = moe.telescope { lower = -3, upper = 3, points = 16, bin = .4 },
  n = { quick = { 1e4, 1e6, 1e8, 1e10 }, full = moe.decades(4, 12) },
  replicates = { quick = 10, full = 40 },
  estimator = moe.mle { starts = 24, near_starts = 0 },
  measure = { "c_voronoi", "temperature", "set_distance", "total_variation", "hellinger", "over_slope",
    "over_variance", "over_intercept", "over_gate", "exact_parameters" },
  cases = cases, claims = claims,
  figures = {
    figure("c_voronoi", "The paper's loss, temperature learned", learned),
    figure("temperature", "The temperature", { "tempered=yes" }),
    figure("set_distance", "To the identified set", learned, -.5),
    figure("total_variation", "The density", { "tempered=yes" }, -.5),
    figure("hellinger", "The density", learned, -.5),
    figure("over_slope", "Slopes of over-specified experts", over, -.25),
    figure("over_variance", "Their variances", over, -.25),
    figure("over_intercept", "Their intercepts", over, -.125),
    figure("over_gate", "Their gate slopes", over, -.125),
    figure("exact_parameters", "As many atoms as the truth", { "case=tanh-outside-k2", "case=tanh-inside-k2",
      "case=sigmoid-outside-k2", "case=gelu-outside-k2", "case=tanh-three-k3", "case=sigmoid-three-k3",
      "case=tanh-inside-three-k3" }, -.5),
  },
}
