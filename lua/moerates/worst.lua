--- How well can any estimator do at the worse of two truths? Along a path of truths G_m that starts
--- from G_*, an error psi (of the experts, say) is 0 at G_* and known at G_m. From n observations with
--- noise of standard deviation sigma the two are told apart no better than N(0, 1) from N(delta, 1),
--- delta = sqrt(n) ||f_Gm - f_*|| / sigma, so that by Le Cam's method of two points the mean error of
--- psi is at least
---
---   psi(G_m) Phi(-delta / 2)
---
--- at one of them, whatever the estimator (Tsybakov, Introduction to Nonparametric Estimation, 2009,
--- Theorem 2.2; exact if every support point has its share of n). The bound is the largest over the path.
--- The laws of n observations of two mixtures are at most n times the total variation of one apart, which
--- gives psi(G_m) (1 - n TV) / 2.
local engine = require "moerates.engine"
local summary = require "moerates.summary"

local M = {}

--- Sizes at which the bound is taken: the range of Table 1.
M.SIZES = { 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12 }

--- Phi(-x), from GELU, z Phi(z).
local function tail(x) return x > 0 and engine.expert_value("gelu", -x) / -x or 0.5 end

--- What the error is multiplied by: half of what the laws of n observations have in common, from the distance
--- `apart` of the functions, or of the densities.
local function confusion(case, n, apart)
  if not case.noise_sd then return 0.5 * math.max(0, 1 - n * apart) end
  return tail(math.sqrt(n) * apart / (2 * case.noise_sd))
end

--- The error that an experiment speaks of along a path: that of its first claim about a rate there, or of the
--- experts.
function M.measure(experiment, curve)
  for _, claim in ipairs(experiment.claims) do
    if claim.kind == "rate" and claim.case == curve.case.name and claim.measure then return claim.measure end
  end
  return "over_expert"
end

---@class Worst
---@field n number[]
---@field bound number[]
---@field index number[] of the path's point that attains it
---@field residual number largest error of f, or distance of densities, along the path
---@field slope number of log bound against log n, from the first size to the last

--- The bound along a path; nil if the curve is none or its losses are not defined.
---@param curve Curve
---@param measure string psi
---@return Worst?
function M.of_two(curve, measure)
  if curve.search ~= "path" then return nil end
  local apart = curve.case.noise_sd and "l2" or "total_variation"
  local f, psi = summary.losses(curve, apart), summary.losses(curve, measure)
  local worst = { n = M.SIZES, bound = {}, index = {}, residual = 0 }
  for s, n in ipairs(M.SIZES) do
    worst.bound[s] = 0
    for m, index in ipairs(curve.n) do
      local value = psi[m][1] * confusion(curve.case, n, f[m][1])
      if value > worst.bound[s] then worst.bound[s], worst.index[s] = value, index end
      worst.residual = math.max(worst.residual, f[m][1])
    end
  end
  local last = #M.SIZES
  if worst.bound[last] == 0 then return nil end
  worst.slope = math.log(worst.bound[last] / worst.bound[1]) / math.log(M.SIZES[last] / M.SIZES[1])
  return worst
end

return M
