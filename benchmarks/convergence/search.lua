--- Does the search find the least-squares estimate? Each data set is fitted by the usual search, by
--- one ten times larger that begins with the same starts, and from near the truth alone. A miss is
--- an objective more than half a nat above the larger search's. No claim of a paper rests on this
--- script; every rate does.
local moe = require "moerates"

-- (beta1, beta0, a, b) of the true atoms.
local two_softmax = { { 2, .5, 3, 1 }, { 0, 0, -3, 1.5 } }
local two_sigmoid = { { 0, .5, 3, 1 }, { 2, 0, 1, -1.5 } }
local three = { { 4, .5, 3, 1 }, { -3, .3, -3, 1.5 }, { 0, 0, 1, 2 } }
local selected = { { 9.4, 3.7, -1.4, 4.3 }, { -4.6, 2, -.7, -.7 }, { 0, 0, -1.3, -1.7 } }
local second = { { -9.4, -4.8, -1.3, -5 }, { -3.2, 4.1, -1.2, -.1 }, { 0, 0, 2.2, 2.9 } }

local function truth(gate, expert, atoms)
  local list = { gate = gate, expert = expert }
  for _, v in ipairs(atoms) do
    list[#list + 1] = { beta1 = v[1], beta0 = v[2], a = v[3], b = v[4] }
  end
  return moe.truth(list)
end

--- Starts for so many true atoms, and ten times as many.
local function searches(true_atoms)
  local starts = true_atoms == 2 and 384 or 640
  return moe.lse { starts = starts, larger_starts = 10 * starts, near_starts = 4, keep = 40 }
end

local function telescope(half, points)
  return moe.telescope { lower = -half, upper = half, points = points }
end

local function box(size, intercept)
  return moe.box { beta1 = { -size, size }, beta0 = { -intercept, intercept },
    a = { -size, size }, b = { -size, size } }
end
local usual = box(8, 3)

-- Name, half width of the support, its points, box, sizes in the full profile with two true atoms and
-- with three, which take ten times as long.
local all, one = { 1e4, 1e6, 1e9, 1e12 }, { 1e6 }
local settings = {
  { "narrow", 1, 256, usual, { all, one } },
  { "broad", 3, 256, usual, { all, one } },
  { "wide-box", 3, 256, box(20, 20), { one, {} } },
  { "fine", 1, 1024, usual, { one, {} } }, -- for tanh only
}

local cases = {}
for _, gate in ipairs { "softmax", "sigmoid" } do
  for _, expert in ipairs { "gelu", "tanh" } do
    for true_atoms = 2, 3 do
      for _, setting in ipairs(settings) do
        local name, half, points, theta, sizes = table.unpack(setting)
        local atoms = true_atoms == 3 and three or gate == "softmax" and two_softmax or two_sigmoid
        if name ~= "fine" or expert == "tanh" then
          cases[#cases + 1] = moe.case {
            name = ("%s-%s-%d-%s"):format(gate, expert, true_atoms, name), theta = theta,
            truth = truth(gate, expert, atoms), fit = { k = true_atoms + 1 },
            estimator = searches(true_atoms), design = telescope(half, points),
            n = moe.sizes { full = sizes[true_atoms - 1], paper = all, -- quick: two cases at one size
              quick = name == "broad" and expert == "tanh" and true_atoms == 2 and { 1e6 } or {} },
          }
        end
      end
    end
  end
end

-- Models that cannot be true: a sigmoid mixture for data of three softmax atoms.
local misspecified = {
  selected = truth("softmax", "gelu", selected), second = truth("softmax", "gelu", second),
  drawn = moe.random_truth { gate = "softmax", expert = "tanh", k = 3, d = 1, seed = 1,
    slopes = "zero-last", ranges = moe.box { beta1 = { -5, 5 }, a = { -3, 3 }, b = { -3, 3 } } },
}
for _, name in ipairs { "selected", "second", "drawn" } do
  cases[#cases + 1] = moe.case { name = "misspecified-" .. name, truth = misspecified[name],
    fit = { gate = "sigmoid", k = 4 }, theta = box(8, 8), estimator = searches(3),
    design = telescope(3, 256), n = moe.sizes { quick = {}, full = { 1e6 }, paper = { 1e6, 1e10 } } }
end

-- Beyond one covariate: raw rows, a low-discrepancy support, and paper A's own d = 32.
for _, gate in ipairs { "softmax", "sigmoid" } do
  local eight = moe.random_truth { gate = gate, expert = "tanh", k = 3, d = 8, seed = 1,
    slopes = "free", ranges = moe.box { beta1 = { -2, 2 }, beta0 = { -1, 1 }, a = { -2, 2 },
      b = { -1, 1 } } }
  cases[#cases + 1] = moe.case { name = gate .. "-tanh-d8-raw", truth = eight, fit = { k = 4 },
    design = moe.uniform { lower = -1, upper = 1 }, theta = usual, replicates = 1,
    estimator = moe.lse { starts = 32, larger_starts = 320, keep = 24 },
    n = moe.sizes { quick = {}, full = { 1e4 }, paper = { 1e4, 1e5 } } }
  cases[#cases + 1] = moe.case { name = gate .. "-tanh-d8-points", truth = eight, fit = { k = 4 },
    design = moe.telescope { lower = -1, upper = 1, points = 65536 }, theta = usual,
    replicates = 1, estimator = moe.lse { starts = 8, larger_starts = 24, keep = 24 },
    n = moe.sizes { quick = {}, full = { 1e9 }, paper = { 1e6, 1e9, 1e12 } } }
  cases[#cases + 1] = moe.case { name = gate .. "-relu-d32", fit = { k = 9 },
    truth = moe.random_truth { gate = gate, expert = "relu", k = 8, d = 32, seed = 1,
      slopes = "zero-last" },
    design = moe.uniform { lower = -1, upper = 1 }, replicates = 2, theta = box(4, 4),
    estimator = moe.lse { starts = 4, larger_starts = 40, keep = 40 },
    n = moe.sizes { quick = {}, full = { 1000 }, paper = { 1000, 3162, 10000 } } }
end

return moe.experiment {
  name = "search", title = "Does the search find the least-squares estimate?",
  noise_sd = .1, replicates = 10,
  measure = { "voronoi", "over_expert", "matched", "l2" },
  cases = cases,
  figures = {
    moe.figure { name = "landscape", measure = "matched", landscape = true,
      title = "The minima found",
      curves = { "case=softmax-tanh-2-broad", "case=sigmoid-tanh-2-broad",
        "case=softmax-gelu-3-narrow", "case=sigmoid-gelu-2-broad" } },
  },
}
