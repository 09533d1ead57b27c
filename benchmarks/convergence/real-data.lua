--- Both gates on real data at equal size (seed's list, S-next1): error on rows held out, by repeated
--- 5-fold cross-validation, the same splits for both gates. A softmax gate has one gate row less than
--- it has atoms, since a translation of all of them changes nothing. So the sigmoid gate gets one
--- less too: "anchored" fixes the gate row of one atom at 0, and both have (2k - 1)(d + 1) free
--- numbers. And does one gate's experts collapse more (S-collapse), on the rows held out? What the
--- data are: benchmarks/data/README.md.
local moe = require "moerates"

local sets = {
  { name = "tone", y = "tuned", x = { "stretchratio" }, n = { 150 } },
  { name = "motorcycle", y = "accel", x = { "times" }, n = { 133 } },
  { name = "faithful", y = "waiting", x = { "eruptions" }, n = { 272 } },
  { name = "ethanol", y = "NOx", x = { "E", "C" }, n = { 88 } },
  { name = "quakes", y = "depth", x = { "lat", "long" }, n = { 1000 } },
  { name = "diamonds", y = "price", x = { "carat", "depth", "table" }, n = { 1000 } },
  { name = "diamonds-all", file = "diamonds", y = "price", x = { "carat", "depth", "table" },
    n = moe.sizes { quick = {}, full = { 53940 } }, replicates = 5 },
}

local cases, claims = {}, {}
for _, set in ipairs(sets) do
  cases[#cases + 1] = moe.case { name = set.name, n = set.n,
    data = moe.table { file = "benchmarks/data/" .. (set.file or set.name) .. ".csv", y = set.y, x = set.x },
    replicates = set.replicates or { quick = 10, full = 50, paper = 100 } }
  local softmax, sigmoid = set.name .. "-softmax", set.name .. "-sigmoid"
  local function claim(id, measure, case, against)
    claims[#claims + 1] = moe.claim { id = id, measure = measure, case = case, against = against,
      kind = "ordering" }
  end
  claim("S-next1", "test_error", sigmoid, softmax)
  claim("S-collapse", "similarity", sigmoid, softmax)
  claim("S-collapse", "effective", softmax, sigmoid)
end

return moe.experiment {
  name = "real-data", title = "Both gates on real data, at equal numbers of parameters",
  fit = moe.grid { gate = { "softmax", "sigmoid" }, expert = "linear", k = 3 },
  estimator = moe.cross_validation { folds = 5, starts = 64, anchored = true },
  measure = { "test_error", "similarity", "effective" },
  cases = cases, claims = claims,
}
