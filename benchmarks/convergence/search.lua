--- Does the search find the least-squares estimate? Each data set is fitted by the usual search, by
--- one ten times larger that begins with the same starts, and from near the truth alone. A miss is
--- an objective more than half a nat above the larger search's. No claim of a paper rests on this
--- script; every rate does.
local moe = require "moerates"

-- (beta1, beta0, a, b) of the true atoms.
local two_softmax = { { 2, .5, 3, 1 }, { 0, 0, -3, 1.5 } }
local two_sigmoid = { { 0, .5, 3, 1 }, { 2, 0, 1, -1.5 } }
local three = { { 4, .5, 3, 1 }, { -3, .3, -3, 1.5 }, { 0, 0, 1, 2 } }

local function truth(gate, expert, atoms)
  local list = { gate = gate, expert = expert }
  for _, v in ipairs(atoms) do
    list[#list + 1] = { beta1 = v[1], beta0 = v[2], a = v[3], b = v[4] }
  end
  return moe.truth(list)
end

local boxes = {
  usual = moe.box { beta1 = { -8, 8 }, beta0 = { -3, 3 }, a = { -8, 8 }, b = { -8, 8 } },
  wide = moe.box { beta1 = { -20, 20 }, beta0 = { -20, 20 }, a = { -20, 20 }, b = { -20, 20 } },
}
-- Name, half width of the support, box, sizes in the full profile.
local settings = {
  { "narrow", 1, boxes.usual, { 1e4, 1e6, 1e9, 1e12 } },
  { "broad", 3, boxes.usual, { 1e4, 1e6, 1e9, 1e12 } },
  { "wide-box", 3, boxes.wide, { 1e6, 1e12 } },
}

local replicates = moe.option("replicates", 4, "data sets per case and n (10: 640 in all)")

local cases = {}
for _, gate in ipairs { "softmax", "sigmoid" } do
  for _, expert in ipairs { "gelu", "tanh" } do
    for true_atoms = 2, 3 do
      for _, setting in ipairs(settings) do
        local name, half, box, sizes = table.unpack(setting)
        local atoms = true_atoms == 3 and three or gate == "softmax" and two_softmax or two_sigmoid
        cases[#cases + 1] = moe.case {
          name = ("%s-%s-%d-%s"):format(gate, expert, true_atoms, name),
          truth = truth(gate, expert, atoms), fit = { k = true_atoms + 1 }, theta = box,
          design = moe.telescope { lower = -half, upper = half, points = 256 },
          n = moe.sizes { quick = name == "broad" and true_atoms == 2 and { 1e6 } or {},
            full = sizes },
        }
      end
    end
  end
end

-- Beyond one covariate: raw rows, a low-discrepancy support, and paper A's own d = 32.
for _, gate in ipairs { "softmax", "sigmoid" } do
  local eight = moe.random_truth { gate = gate, expert = "tanh", k = 3, d = 8, seed = 1,
    slopes = "free", ranges = moe.box { beta1 = { -2, 2 }, beta0 = { -1, 1 }, a = { -2, 2 },
      b = { -1, 1 } } }
  cases[#cases + 1] = moe.case { name = gate .. "-tanh-d8-raw", truth = eight, fit = { k = 4 },
    design = moe.uniform { lower = -1, upper = 1 }, theta = boxes.usual, replicates = 2,
    estimator = moe.lse { starts = 64, larger_starts = 640, keep = 24 },
    n = moe.sizes { quick = {}, full = { 1e4 }, paper = { 1e4, 1e5 } } }
  cases[#cases + 1] = moe.case { name = gate .. "-tanh-d8-points", truth = eight, fit = { k = 4 },
    design = moe.telescope { lower = -1, upper = 1, points = 65536 }, theta = boxes.usual,
    replicates = 1, estimator = moe.lse { starts = 24, keep = 24 },
    n = moe.sizes { quick = {}, full = { 1e9 }, paper = { 1e6, 1e9, 1e12 } } }
  cases[#cases + 1] = moe.case { name = gate .. "-relu-d32", fit = { k = 9 },
    truth = moe.random_truth { gate = gate, expert = "relu", k = 8, d = 32, seed = 1,
      slopes = "zero-last" },
    design = moe.uniform { lower = -1, upper = 1 }, replicates = 2,
    theta = moe.box { beta1 = { -4, 4 }, beta0 = { -4, 4 }, a = { -4, 4 }, b = { -4, 4 } },
    estimator = moe.lse { starts = 4, larger_starts = 40, keep = 40 },
    n = moe.sizes { quick = {}, full = { 1000, 3162 }, paper = { 1000, 3162, 10000 } } }
end

return moe.experiment {
  name = "search", title = "Does the search find the least-squares estimate?",
  noise_sd = .1, replicates = replicates,
  estimator = moe.lse { starts = 256, larger_starts = 2560, near_starts = 4, keep = 40 },
  measure = { "voronoi", "over_expert", "matched", "l2" },
  cases = cases,
  figures = {
    moe.figure { name = "landscape", measure = "matched", landscape = true,
      title = "The minima found",
      curves = { "case=softmax-tanh-2-broad", "case=sigmoid-tanh-2-broad",
        "case=softmax-gelu-3-narrow", "case=sigmoid-gelu-2-broad" } },
  },
}
