--- The two-sample Kolmogorov-Smirnov test: do two lists of numbers come from one distribution?
local M = {}

--- Largest distance between the two empirical distribution functions.
---@param a number[] finite numbers, at least one
---@param b number[]
---@return number
function M.distance(a, b)
  local x, y = table.move(a, 1, #a, 1, {}), table.move(b, 1, #b, 1, {})
  table.sort(x)
  table.sort(y)
  local i, j, worst = 1, 1, 0
  while i <= #x and j <= #y do
    local at = math.min(x[i], y[j])
    while i <= #x and x[i] == at do i = i + 1 end -- ties move both functions before they are compared
    while j <= #y and y[j] == at do j = j + 1 end
    worst = math.max(worst, math.abs((i - 1) / #x - (j - 1) / #y))
  end
  return worst
end

--- P(distance at least this large | one distribution): Kolmogorov's asymptotic law with Stephens'
--- correction for finite samples (Press et al., Numerical Recipes, section 14.3).
---@param distance number
---@param m integer size of the first sample
---@param n integer size of the second
---@return number
function M.p_value(distance, m, n)
  local root = math.sqrt(m * n / (m + n))
  local t = (root + .12 + .11 / root) * distance
  if t < .2 then return 1 end -- the alternating series converges slowly there, and the value is 1
  local sum, sign = 0, 2
  for k = 1, 100 do
    local term = math.exp(-2 * k * k * t * t)
    sum = sum + sign * term
    if term < 1e-16 then break end
    sign = -sign
  end
  return math.max(0, math.min(1, sum))
end

--- Distance and p-value at once.
---@return number distance
---@return number p
function M.test(a, b)
  local distance = M.distance(a, b)
  return distance, M.p_value(distance, #a, #b)
end

return M
