--- Verdicts: pure functions from measured numbers to one of six words. The paper states the rules
--- before any result, and which of them were changed after one was seen.
---
---   rate         a predicted power n^s, over the upper half of the sizes. An interval of the slope
---                wider than 0.3 decides nothing: `undecided`. If the onset of a power law (the
---                smallest n from which on no bend counts, src/onset.h) lies after the first size of
---                that half, or the error of the regression function is itself not within 0.1 of its
---                -1/2, there is no exponent to be read yet: `not yet asymptotic`, whether the slope
---                seen is like the claim or not, and moves towards it or away. Else `agrees` if the
---                95 % interval of the slope meets [s - 0.05, s + 0.05]: the margin stands for
---                logarithmic factors. Else `differs`.
---   sub-polynomial  no power at all. `agrees` if the error at the first size over that at the
---                last has an interval below what n^-0.1 would give, over all sizes. 1/log n is
---                such a law, and so is not converging; no slope can tell them from a slope of 0.
---                The same of what no estimator can do better than at the worse of two truths
---                (worst.lua), which is a number without an interval.
---   polynomial   some power, its exponent unknown to us: `agrees` if the interval of the slope over all sizes
---                lies below that of 1/log n there, else `differs`.
---   value        a published slope: `agrees` if the interval meets it within 0.05, over all sizes.
---   holds        a quantity said to go to 0 along a path: `agrees` if it is below 1e-12 at its end,
---                or ends below a tenth of its start, falling all along the second half.
---   certificate  a family of functions said to be independent, or not, at all atoms of a kind. Said to be:
---                `agrees` if its rank is full at every truth tried, `assumption fails` if it is not at
---                one. Said not to be: `agrees` if its rank falls short at one, else `differs`. A
---                singular value that is neither rounding nor clearly not decides nothing: `undecided`.
---   system       the order from which on a polynomial system has only trivial solutions: `agrees` if it is
---                that which was proved, else `differs`; without a proof `undecided`.
---   inequality   "b needs fewer samples than a": `agrees` if b is ahead from some n in the range
---                on; `not yet asymptotic` if not, but b falls faster beyond doubt; else `differs`.
---   ordering     "a has less of it than b": the factor between the two on the same data, at the last
---                size. `agrees` if its interval lies below 1, else `differs`, whether the interval
---                lies above 1 or holds it: what is not seen is not granted.
---
--- What has no number to judge is `not tested`.
local format = require "moerates.format"

local M = {}

M.AGREES, M.DIFFERS, M.EARLY = "agrees", "differs", "not yet asymptotic"
M.FAILS, M.UNDECIDED, M.UNTESTED = "assumption fails", "undecided", "not tested"

--- From good to bad: a verdict that moved down has regressed.
local RANK <const> = { [M.AGREES] = 4, [M.EARLY] = 3, [M.DIFFERS] = 2, [M.FAILS] = 2,
  [M.UNDECIDED] = 1, [M.UNTESTED] = 0 }

M.MARGIN = 0.05
M.WIDEST = 0.3 -- an interval this wide could hold -1/4 and -1/2, or 0 and -1/4
M.L2_SLOPE, M.L2_MARGIN = -0.5, 0.1
M.SLOWEST_POWER = 0.1
M.ZERO = 1e-12
M.FEWEST_POINTS = 4

local function meets(interval, low, high)
  return interval.low <= high and interval.high >= low
end

--- A rate that could not be computed at all.
local function unusable(rate)
  return not rate or not format.finite(rate.slope.value) or not format.finite(rate.slope.low)
    or not format.finite(rate.slope.high)
end

--- Which way the slope moves between the two halves of the range; empty if one half has no slope.
local function movement(predicted, rate)
  local drift = rate.drift.value
  if not format.finite(drift) then return "" end
  return string.format(": the slope moves by %+.2f within the range, %s the claim", drift,
    drift * (predicted - rate.slope.value) > 0 and "towards" or "away from")
end

--- Why no exponent can be read from a curve yet; nil if one can.
local function too_early(predicted, rate, l2)
  local onset = rate.onset.value
  if onset == math.huge then
    return string.format("no power law up to n = %.0e", rate.n_last) .. movement(predicted, rate)
  elseif onset > rate.n_first then
    return string.format("a power law from n = %.0e at the earliest", onset)
      .. movement(predicted, rate)
  elseif not unusable(l2)
    and not meets(l2.slope, M.L2_SLOPE - M.L2_MARGIN, M.L2_SLOPE + M.L2_MARGIN) then
    return string.format("the error of f itself has slope %.2f there", l2.slope.value)
  end
end

--- A predicted power.
---@param predicted number exponent of n
---@param rate table? as engine.rate gives it, with n_first and n_last
---@param l2 table? the rate of the regression function's error on the same fits
---@return string verdict
---@return string note
function M.rate(predicted, rate, l2)
  if unusable(rate) or rate.onset.value ~= rate.onset.value then
    return M.UNTESTED, "fewer than four sizes, or no positive loss"
  elseif rate.slope.high - rate.slope.low > M.WIDEST then
    return M.UNDECIDED, "the interval is too wide to tell one rate from another"
  end
  local early = too_early(predicted, rate, l2)
  if early then
    return M.EARLY, early
  elseif meets(rate.slope, predicted - M.MARGIN, predicted + M.MARGIN) then
    return M.AGREES, ""
  end
  return M.DIFFERS, rate.slope.value < predicted and "faster than the bound" or ""
end

--- No power at all.
---@param rate table? over all sizes, with n_first and n_last
---@param set table? the rate of the distance to the identified set, reported beside it
---@return string verdict
---@return string note
function M.subpolynomial(rate, set)
  if unusable(rate) or not format.finite(rate.ratio.high) then
    return M.UNTESTED, "fewer than four sizes, or no positive loss"
  end
  local limit = (rate.n_last / rate.n_first) ^ M.SLOWEST_POWER
  local note = string.format("error ratio %.2f [%.2f, %.2f] from n = %.0e to %.0e; 1/log n gives "
    .. "%.2f, n^-0.1 gives %.2f", rate.ratio.value, rate.ratio.low, rate.ratio.high, rate.n_first,
    rate.n_last, math.log(rate.n_last) / math.log(rate.n_first), limit)
  if not unusable(set) then
    note = note .. string.format("; slope %.2f of the distance to the identified set", set.slope.value)
  end
  return rate.ratio.high < limit and M.AGREES or M.DIFFERS, note
end

--- Some power.
---@param rate table? over all sizes, with n_first and n_last
---@return string verdict
---@return string note
function M.polynomial(rate)
  if unusable(rate) then return M.UNTESTED, "fewer than four sizes, or no positive loss" end
  local first, last = math.log(rate.n_first), math.log(rate.n_last)
  local slowest = -(math.log(last) - math.log(first)) / (last - first)
  return rate.slope.high < slowest and M.AGREES or M.DIFFERS,
    string.format("1/log n has slope %.2f from n = %.0e to %.0e", slowest, rate.n_first, rate.n_last)
end

--- No power at all, at the worse of two truths, for any estimator.
---@param worst Worst
---@return string verdict
---@return string note
function M.worst(worst)
  local first, last = worst.bound[1], worst.bound[#worst.bound]
  local note = string.format("at one of two truths any estimator's mean error is at least %.3g at n = %.0e "
    .. "and %.3g at %.0e; their functions differ by %.0e", first, worst.n[1], last, worst.n[#worst.n],
    worst.residual)
  local limit = (worst.n[#worst.n] / worst.n[1]) ^ M.SLOWEST_POWER
  return first / last < limit and M.AGREES or M.DIFFERS, note
end

--- A published slope, fitted over all sizes as published slopes are.
---@param published number
---@param rate table?
---@return string verdict
---@return string note
function M.value(published, rate)
  if unusable(rate) then
    return M.UNTESTED, "fewer than four sizes, or no positive loss"
  elseif rate.slope.high - rate.slope.low > M.WIDEST then
    return M.UNDECIDED, "the interval is too wide to tell one slope from another"
  elseif meets(rate.slope, published - M.MARGIN, published + M.MARGIN) then
    return M.AGREES, ""
  end
  return M.DIFFERS, rate.slope.value < published and "steeper than published"
    or "flatter than published"
end

--- Whether values fall from the middle of the path to its end.
local function falls(values)
  local middle = (#values + 1) // 2
  for i = middle + 1, #values do
    if not (values[i] <= values[i - 1] * (1 + 1e-9) or values[i] <= M.ZERO) then return false end
  end
  return values[#values] < values[middle]
end

--- A quantity said to go to 0 along a path.
---@param values number[] in the order of the path
---@return string verdict
---@return string note
function M.holds(values)
  local first, last = values[1], values[#values]
  if not format.finite(first) or not format.finite(last) then
    return M.UNTESTED, "a value that is no number"
  elseif last <= M.ZERO then
    return M.AGREES, string.format("0 up to rounding (%.0e)", last)
  elseif #values < M.FEWEST_POINTS then
    return M.UNTESTED, "fewer than four points"
  end
  local note = string.format("from %.3g to %.3g", first, last)
  return last < first / 10 and falls(values) and M.AGREES or M.DIFFERS, note
end

--- "b needs fewer samples than a", from the n at which b falls below a for good.
---@param crossover {value: number, low: number, high: number}? 0: always ahead; NaN: never
---@param rate_a table? rates of the two
---@param rate_b table?
---@return string verdict
---@return string note
function M.inequality(crossover, rate_a, rate_b)
  if not crossover then
    return M.UNTESTED, "no common sizes, or a loss that is not defined"
  elseif crossover.value == 0 then
    return M.AGREES, "ahead at every size"
  elseif format.finite(crossover.value) then
    return M.AGREES, format.finite(crossover.high) and "ahead from there on"
      or "ahead from there on in this sample, but the interval reaches beyond the range"
  elseif unusable(rate_a) or unusable(rate_b) then
    return M.DIFFERS, "never ahead in the range"
  elseif rate_b.slope.high < rate_a.slope.low then
    return M.EARLY, string.format("behind up to the last n, but falls faster (%.2f against %.2f)",
      rate_b.slope.value, rate_a.slope.value)
  end
  return M.DIFFERS, "never ahead in the range, and not falling faster"
end

--- Linear independence at several truths.
---@param claimed string "holds" or "fails"
---@param families Family[] one per truth
---@return string verdict
function M.certificate(claimed, families)
  local short = false
  for _, family in ipairs(families) do
    if not family.decided then return M.UNDECIDED end
    short = short or family.rank < family.size
  end
  if claimed == "holds" then return short and M.FAILS or M.AGREES end
  return short and M.AGREES or M.DIFFERS
end

--- The smallest order at which a system has no non-trivial solution.
---@param predicted number
---@param value integer? nil if it is not proved
---@return string verdict
function M.system(predicted, value)
  if not value then return M.UNDECIDED end
  return value == predicted and M.AGREES or M.DIFFERS
end

--- "a has less of it than b", from the factor between them.
---@param factor {value: number, low: number, high: number}? as moerates.paired gives it
---@return string verdict
---@return string note
function M.ordering(factor)
  if not factor then
    return M.UNTESTED, "fewer than two pairs of positive numbers"
  elseif factor.high < 1 then
    return M.AGREES, ""
  end
  return M.DIFFERS, factor.low > 1 and "the other way round" or "no difference beyond the interval"
end

--- Whether `now` is a worse verdict than `before`.
---@param before string
---@param now string
---@return boolean
function M.regressed(before, now)
  return (RANK[now] or -1) < (RANK[before] or -1)
end

return M
