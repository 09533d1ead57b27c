--- From a curve of losses to a verdict: the rule that the paper states, in one place.
---
--- It was fixed before the first run and is the same for every claim. Nothing here looks at a
--- claim's name, an experiment or a paper.
---
---   rate        predicted power s: the interval of the slope meets [s - MARGIN, s + MARGIN] -> agrees;
---               else the drift's interval excludes 0 and points from the slope to s
---               -> not yet asymptotic; else differs
---   rate        predicted "sub-polynomial": the interval of first over last error lies below what
---               n^-SLOWEST gives over the range -> agrees; else differs
---   holds       the losses (or their quotient) go to 0 along a path -> agrees; else differs
---   inequality  the curve is below another one from some n on, up to the last -> agrees; else differs
---
--- Slopes are over the upper half of the sizes, at least MIN_SIZES of them; with fewer: not tested.
local engine = require "moerates.engine"

local M = {}

M.MARGIN = .05 -- for the log factors that every theorem allows
M.SLOWEST = .1 -- no power slower than this is claimed by anyone
M.MIN_SIZES = 4
M.BOOTSTRAPS = 999
M.ZERO = 1e-12 -- what a quantity that is 0 in exact arithmetic may come to

M.AGREES, M.DIFFERS = "agrees", "differs"
M.EARLY, M.UNTESTED = "not yet asymptotic", "not tested"

--- First and last index of the sizes that a slope uses, or nil if there are too few.
---@param sizes integer
---@return integer? first
---@return integer? last
function M.range(sizes)
  local used = math.max((sizes + 1) // 2, M.MIN_SIZES)
  if used > sizes then return nil end
  return sizes - used + 1, sizes
end

--- The rate of a curve over the rule's range, or nil if it has too few sizes or no usable loss.
---@param curve {n: number[], losses: number[][]}
---@param statistic "median"|"mean"
---@param key string names the bootstrap's random stream
function M.rate(curve, statistic, key)
  local first, last = M.range(#curve.n)
  if not first then return nil end
  for s = first, last do
    local usable = 0
    for _, loss in ipairs(curve.losses[s]) do
      if loss == loss and loss < math.huge then usable = usable + 1 end
    end
    if usable == 0 then return nil end
  end
  local rate = engine.rate { n = curve.n, losses = curve.losses, statistic = statistic,
    first = first, last = last, bootstraps = M.BOOTSTRAPS, key = key }
  rate.n_first, rate.n_last = curve.n[first], curve.n[last]
  return rate
end

local function meets(interval, low, high)
  return interval.low <= high and interval.high >= low
end

local function judge_power(rate, predicted)
  local slope, drift = rate.slope, rate.drift
  if meets(slope, predicted - M.MARGIN, predicted + M.MARGIN) then return M.AGREES end
  local faster = slope.value < predicted and "faster than the bound" or ""
  local moving = (drift.low > 0 or drift.high < 0)
    and (drift.value > 0) == (predicted > slope.value)
  return moving and M.EARLY or M.DIFFERS, faster
end

local function judge_slow(rate)
  local slowest = (rate.n_last / rate.n_first) ^ M.SLOWEST
  local note = ("first/last error %.3g [%.3g, %.3g]; 1/log n would give %.3g"):format(
    rate.ratio.value, rate.ratio.low, rate.ratio.high,
    math.log(rate.n_last) / math.log(rate.n_first))
  return rate.ratio.high < slowest and M.AGREES or M.DIFFERS, note
end

--- Judges a rate. `predicted` is a number or "sub-polynomial".
---@return {verdict: string, measured: number?, low: number?, high: number?, note: string}
function M.judge_rate(rate, predicted)
  if not rate then return { verdict = M.UNTESTED, note = "too few sizes" } end
  local out = { measured = rate.slope.value, low = rate.slope.low, high = rate.slope.high,
    n_min = rate.n_first, n_max = rate.n_last }
  if predicted == "sub-polynomial" then
    out.verdict, out.note = judge_slow(rate)
  elseif type(predicted) == "number" then
    out.verdict, out.note = judge_power(rate, predicted)
  else
    out.verdict, out.note = M.UNTESTED, "the paper predicts no rate"
  end
  return out
end

--- Judges whether values go to 0 along a path with the given indices.
---@param index number[]
---@param value number[]
function M.judge_limit(index, value)
  local first, last = M.range(#index)
  if not first then return { verdict = M.UNTESTED, note = "too few points" } end
  local largest, falling = 0, true
  for i = first, last do
    if value[i] ~= value[i] then return { verdict = M.UNTESTED, note = "not defined on the path" } end
    largest = math.max(largest, math.abs(value[i]))
    falling = falling and (i == first or value[i] < value[i - 1])
  end
  local out = { n_min = index[first], n_max = index[last] }
  if largest < M.ZERO then
    out.verdict, out.measured, out.note = M.AGREES, largest, "zero to rounding"
    return out
  end
  out.measured = math.log(value[last] / value[first]) / math.log(index[last] / index[first])
  out.verdict = falling and out.measured < -M.SLOWEST and M.AGREES or M.DIFFERS
  out.note = ("from %.3g to %.3g along the path"):format(value[first], value[last])
  return out
end

--- Judges whether `curve` is below `other` from some n on: measured is that n, 0 if it is below at
--- every common size.
function M.judge_ahead(curve, other, statistic, key)
  local first, last = M.range(#curve.n)
  if not first then return { verdict = M.UNTESTED, note = "too few sizes" } end
  local n = engine.crossover { a = { n = other.n, losses = other.losses },
    b = { n = curve.n, losses = curve.losses }, statistic = statistic,
    bootstraps = M.BOOTSTRAPS, key = key }
  local out = { measured = n.value, low = n.low, high = n.high, n_min = curve.n[1],
    n_max = curve.n[last] }
  if n.value ~= n.value then
    out.verdict, out.note = M.DIFFERS, "not ahead at the largest n"
  else
    out.verdict = M.AGREES
    out.note = n.value == 0 and "ahead at every n" or "ahead from the measured n on"
  end
  return out
end

return M
