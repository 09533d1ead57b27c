--- Table 1 of paper A (arXiv 2405.13997): how fast does the least-squares estimate of an
--- over-specified mixture find the experts? One case per cell of the table: gate x regime x
--- expert, k* = 2 true atoms, k = 3 fitted, by telescope in d = 1. Each case states its Theta: for
--- the sigmoid gate it is free of zero experts, which are atoms without a gate: a is kept off 0,
--- and b off the far left, where ReLU and GELU vanish on all of [-3, 3].
local moe = require "moerates"

local experts = { "relu", "gelu", "polynomial-2", "linear", "tanh", "input-independent" }
local smooth = { gelu = true, tanh = true }
local vanishes = { relu = true, gelu = true } -- to the left
-- Replicates where fewer leave the interval of the slope too wide for a verdict. tanh in softmax Regime 1 is
-- bimodal: a median over few is one of its modes.
local replicates = { ["sigmoid-r1-gelu"] = 20, ["sigmoid-r1-tanh"] = 20, ["sigmoid-r2-relu"] = 20,
  ["softmax-r1-tanh"] = 40, ["softmax-r2-gelu"] = 20 }
-- GELU's one over-specified sigmoid atom, and tanh behind softmax with its replicates, take as long as ten
-- other cases each, and what is said not to converge needs no slope, but its first and last error: fewer
-- sizes in the quick profile.
local some_sizes = moe.sizes { quick = { 1e4, 1e6, 1e8, 1e10, 1e12 }, full = moe.decades(4, 12, 1),
  paper = moe.decades(4, 12, 2) }
local few_sizes = moe.sizes { quick = { 1e4, 1e8, 1e10, 1e12 }, full = moe.decades(4, 12, 1),
  paper = moe.decades(4, 12, 2) }
local column = { ["polynomial-2"] = "polynomial", linear = "polynomial" } -- linear is degree one

--- The sizes of a case, nil for those of the experiment.
local function sizes(gate, regime, expert)
  local name = gate .. "-" .. regime .. "-" .. expert
  if name == "sigmoid-r1-gelu" or name == "softmax-r1-tanh" then return some_sizes end
  if smooth[expert] then return nil end
  local converges = expert == "relu" or name:find("^sigmoid%-r2") and expert ~= "input-independent"
  return converges and some_sizes or few_sizes
end

local function measures(gate, regime, expert)
  local list = { "over_expert", "over_expert_mass", "exact_expert", "matched", "l2" }
  if gate == "sigmoid" and regime == "r2" then
    list[#list + 1] = "d3"
    list[#list + 1] = "l2_bar"
  else
    list[#list + 1] = gate == "sigmoid" and "d1" or "voronoi"
  end
  if not smooth[expert] then list[#list + 1] = "set_distance" end
  return list
end

local cases, claims = {}, {}
for _, gate in ipairs { "sigmoid", "softmax" } do
  for _, regime in ipairs { "r1", "r2" } do
    for _, expert in ipairs(experts) do
      local name = gate .. "-" .. regime .. "-" .. expert
      local off_zero = (gate == "sigmoid" or expert == "polynomial-2")
        and expert ~= "input-independent"
      local case = {
        name = name,
        regime = regime:upper(),
        truth = moe.table1_truth { gate = gate, regime = regime:upper(), expert = expert },
        theta = moe.box { a = off_zero and { .5, 8 } or nil,
          b = gate == "sigmoid" and vanishes[expert] and { -2, 6 } or nil },
        measure = measures(gate, regime, expert),
        minimisers = gate == "sigmoid" and regime == "r2",
        n = sizes(gate, regime, expert),
        replicates = replicates[name] and { quick = replicates[name], paper = 100 },
      }
      cases[#cases + 1] = moe.case(case)
      if smooth[expert] then -- one more truth, drawn and not chosen; full profile only
        case.name = name .. "-drawn"
        case.truth = moe.random_truth { gate = gate, expert = expert, k = 2, d = 1, seed = 1,
          slopes = regime == "r1" and "zero" or "free", ranges = case.theta }
        case.n, case.replicates = moe.sizes { quick = {}, full = moe.decades(4, 12, 1) }, nil
        cases[#cases + 1] = moe.case(case)
      end
      local id = ("A-table1-%s-%s-%s"):format(gate, regime:upper(), column[expert] or expert)
      -- Towards Gbar; that nothing converges is said of the experts themselves.
      local measure = case.minimisers and expert ~= "input-independent" and "d3" or "over_expert"
      claims[#claims + 1] = moe.claim { id = id, case = name, measure = measure }
      if smooth[expert] then
        claims[#claims + 1] = moe.claim { id = id, case = name .. "-drawn", measure = measure,
          note = "drawn truth" }
      end
      if gate == "sigmoid" then
        claims[#claims + 1] = moe.claim { id = regime == "r1" and "A-thm1" or "A-cor1",
          case = name, measure = regime == "r1" and "l2" or "l2_bar" }
      end
      if gate == "sigmoid" and regime == "r2" and smooth[expert] then
        claims[#claims + 1] = moe.claim { id = "A-thm5", case = name, measure = "d3" }
      end
      if gate == "sigmoid" and regime == "r1" and smooth[expert] then
        claims[#claims + 1] = moe.claim { id = "A-thm2", case = name, measure = "d1" }
        claims[#claims + 1] = moe.claim { id = "A-thm2-exact", case = name, measure = "exact_expert" }
      end
    end
  end
end

local quarter = { slope = -.25, label = "n^{-1/4}" }
local half = { slope = -.5, label = "n^{-1/2}" }
local smooth_ones = { "expert=tanh", "expert=gelu" }
local other_ones = { "expert=relu", "expert=polynomial-2", "expert=linear", "expert=input-independent" }
local theorem_2 = { "gate=sigmoid,regime=R1,expert=tanh", "gate=sigmoid,regime=R1,expert=gelu" }
local function figure(name, measure, guide, curves, title)
  return moe.figure { name = name, measure = measure, title = title, curves = curves,
    by = { "gate", "regime" }, guides = { guide } }
end

return moe.experiment {
  name = "table1", title = "Table 1 of paper A",
  noise_sd = .1, design = moe.telescope { lower = -3, upper = 3, points = 256 },
  n = moe.sizes { quick = { 1e4, 1e6, 1e8, 1e9, 1e10, 1e11, 1e12 },
    full = moe.decades(4, 12, 1), paper = moe.decades(4, 12, 2) },
  replicates = { quick = 10, full = 20, paper = 100 },
  fit = { k = 3 }, estimator = moe.lse {},
  cases = cases, claims = claims,
  figures = {
    figure("smooth", "over_expert", quarter, smooth_ones, "Smooth experts"),
    figure("gbar", "d3", half, { "gate=sigmoid,regime=R2,expert!=input-independent" }, "Error to Gbar"),
    figure("homogeneous", "over_expert", quarter, other_ones, "The atoms of the others do not converge"),
    figure("set", "set_distance", half, other_ones, "... but their distance to the identified set falls"),
    figure("function", "l2", half, { "gate=sigmoid,regime=R1" }, "Error of f"),
    figure("function-bar", "l2_bar", half, { "gate=sigmoid,regime=R2" }, "Error of f to the best one"),
    figure("loss", "d1", half, theorem_2, "The loss of Theorem 2"),
    figure("exact", "exact_expert", half, theorem_2, "Exactly specified experts"),
  },
}
