--- Two lists of timings against each other: by which factor are those of one longer?
---
--- Timings have long tails and no known distribution, so the factor comes from ranks. If the times of
--- b are distributed as those of a times r, then r is estimated by the median of all ratios b_j / a_i
--- (Hodges and Lehmann), and the Mann-Whitney statistic, whose distribution is known exactly,
--- gives an interval of the sorted ratios that contains r with at least the probability asked for.
--- That holds for timings that are independent: what changed between two runs as a whole (another
--- clock frequency) is in the factor, not in the interval.
local M = {}

M.LEVEL = 0.95

--- Up to this many ratios the distribution is counted out, beyond it is normal.
local COUNTED <const> = 900
local NORMAL <const> = 1.959964 -- beyond it lies a probability of (1 - LEVEL) / 2

--- How many arrangements of m and n items have a Mann-Whitney statistic of 0, 1, ... m n: the
--- largest item is one of the m, and above all n others, or it is one of the n.
local function arrangements(m, n)
  local row = {}
  for j = 0, n do row[j] = { [0] = 1 } end
  for i = 1, m do
    local last = { [0] = row[0] }
    for j = 1, n do
      local count = {}
      for u = 0, i * j do
        count[u] = (u >= j and row[j][u - j] or 0) + (last[j - 1][u] or 0)
      end
      last[j] = count
    end
    row = last
  end
  return row[n]
end

--- The exact rank and level.
local function counted(m, n)
  local count, total, below, rank, level = arrangements(m, n), 0, 0, 1, 0
  for u = 0, m * n do total = total + count[u] end
  for u = 0, m * n // 2 do
    below = below + count[u]
    local holds = math.max(0, 1 - 2 * below / total)
    if u > 0 and holds < M.LEVEL then break end
    rank, level = u + 1, holds
  end
  return { rank, level }
end

local ranks = {}

--- Which of the m n sorted ratios bounds the interval from below (the same from above), and with
--- what probability the interval holds: at least `LEVEL`, or all that so few timings can give.
---@param m integer
---@param n integer
---@return integer rank
---@return number level
function M.rank(m, n)
  local key = m * 4096 + n
  if not ranks[key] then
    ranks[key] = m * n <= COUNTED and counted(m, n)
      or { math.floor(m * n / 2 - NORMAL * math.sqrt(m * n * (m + n + 1) / 12)), M.LEVEL }
  end
  return ranks[key][1], ranks[key][2]
end

--- The factor from a to b, its interval, and with what probability that holds.
---@param a number[]
---@param b number[]
---@return { value: number, low: number, high: number, level: number }
function M.factor(a, b)
  local ratios = {}
  for _, x in ipairs(a) do
    for _, y in ipairs(b) do ratios[#ratios + 1] = y / x end
  end
  table.sort(ratios)
  local rank, level = M.rank(#a, #b)
  local count = #ratios
  return { value = (ratios[(count + 1) // 2] + ratios[count // 2 + 1]) / 2, low = ratios[rank],
    high = ratios[count + 1 - rank], level = level }
end

return M
