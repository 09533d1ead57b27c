--- By which factor one quantity is smaller than another that was measured on the same data.
---
--- The geometric mean of the ratios of pairs, with the 95 % interval of Student's t for the mean of
--- their logarithms. Pairs from independent replicates are independent. Those of repeated
--- cross-validation share training rows; then the variance of the mean is taken as (1/J + overlap)
--- times that of a pair, J being their number and overlap = test rows / training rows (Nadeau and
--- Bengio, Machine Learning 52, 2003: the corrected resampled t-test).
local engine = require "moerates.engine"
local format = require "moerates.format"

local M = {}

local LEVEL <const> = 0.975

--- The factor x / y.
---@param x number[]
---@param y number[] as many
---@param overlap number? default 0: independent pairs
---@return {value: number, low: number, high: number, count: integer}? nil with fewer than two pairs
---of positive numbers
function M.factor(x, y, overlap)
  local logs, sum, square = {}, 0, 0
  for i, value in ipairs(x) do
    local ratio = value / y[i]
    if format.finite(ratio) and ratio > 0 then
      logs[#logs + 1] = math.log(ratio)
      sum = sum + logs[#logs]
    end
  end
  local count = #logs
  if count < 2 then return nil end
  local mean = sum / count
  for _, log in ipairs(logs) do square = square + (log - mean) ^ 2 end
  local spread = math.sqrt(square / (count - 1) * (1 / count + (overlap or 0)))
  local half = engine.student_quantile(LEVEL, count - 1) * spread
  return { value = math.exp(mean), low = math.exp(mean - half), high = math.exp(mean + half),
    count = count }
end

return M
