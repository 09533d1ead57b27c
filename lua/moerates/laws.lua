--- How often the intervals hold the truth, and what the rules of the verdicts say, on losses whose
--- law is known: drawn here, rated and judged as those of the experiments are.
---
--- A law gives the loss of one replicate at n from a uniform u and a normal z. Laws that are powers
--- on the upper half of the sizes have an exponent, and a constant that the statistic over replicates
--- has in the limit; all have the onset that the definition in src/onset.h gives without noise.
local engine = require "moerates.engine"
local summary = require "moerates.summary"
local verdict = require "moerates.verdict"

local M = {}

M.SIZES = { 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12 }
M.REPLICATES = { 10, 20 }
local BOOTSTRAPS <const> = 999

--- n^-1/4 from an onset on, and hardly falling before it.
local function late(onset, noise)
  return function(n, _, z)
    return (n / onset) ^ (n < onset and -0.02 or -0.25) * math.exp(noise * z)
  end
end

---@class Law
---@field name string
---@field label string Markdown
---@field statistic "median"|"mean"
---@field exponent number? of the upper half
---@field constant number? of that power
---@field onset number
---@field claim number|"sub-polynomial" what is true in the limit
---@field other number a claim that is not
---@field draw fun(n: number, u: number, z: number): number

--- The constants are medians of what multiplies the power (for the mean: its mean).
---@type Law[]
M.LAWS = {
  { name = "power", label = "power, $e^{0.8 Z} n^{-1/4}$", statistic = "median",
    exponent = -0.25, constant = 1, onset = 1e4, claim = -0.25, other = -0.5,
    draw = function(n, _, z) return n ^ -0.25 * math.exp(0.8 * z) end },
  { name = "split-atom", label = "split atom, $|Z|^{1/2} n^{-1/4}$", statistic = "median",
    exponent = -0.25, constant = 0.6744898 ^ 0.5, onset = 1e4, claim = -0.25, other = -0.5,
    draw = function(n, _, z) return math.abs(z) ^ 0.5 * n ^ -0.25 end },
  { name = "root", label = "power, $e^{0.2 Z} n^{-1/2}$", statistic = "median",
    exponent = -0.5, constant = 1, onset = 1e4, claim = -0.5, other = -0.25,
    draw = function(n, _, z) return n ^ -0.5 * math.exp(0.2 * z) end },
  { name = "mean", label = "its mean, $e^{0.3 Z} n^{-1/2}$", statistic = "mean",
    exponent = -0.5, constant = math.exp(0.045), onset = 1e4, claim = -0.5, other = -0.25,
    draw = function(n, _, z) return n ^ -0.5 * math.exp(0.3 * z) end },
  { name = "late", label = "$n^{-1/4}$ from $10^7$ on", statistic = "median",
    exponent = -0.25, constant = 1e7 ^ 0.25, onset = 1e7, claim = -0.25, other = -0.5,
    draw = late(1e7, 0.3) },
  { name = "later", label = "$n^{-1/4}$ from $10^{10}$ on", statistic = "median", onset = 1e10,
    claim = -0.25, other = -0.5, draw = late(1e10, 0.3) },
  { name = "logarithm", label = "$1 / \\log n$", statistic = "median", onset = 1e4,
    claim = "sub-polynomial", other = -0.25,
    draw = function(n, _, z) return math.exp(0.3 * z) / math.log(n) end },
  { name = "bimodal", label = "a quarter in another minimum", statistic = "median",
    exponent = -0.25, constant = math.exp(0.3 * 0.4307273), onset = 1e4, claim = -0.25,
    other = -0.5,
    draw = function(n, u, z) return u < 0.25 and 3 or n ^ -0.25 * math.exp(0.3 * z) end },
  { name = "heavy", label = "no mean, $U^{-2} n^{-1/4}$", statistic = "median",
    exponent = -0.25, constant = 4, onset = 1e4, claim = -0.25, other = -0.5,
    draw = function(n, u) return n ^ -0.25 / (u * u) end },
  { name = "failed", label = "a fifth of the fits failed", statistic = "median",
    exponent = -0.25, constant = 1, onset = 1e4, claim = -0.25, other = -0.5,
    draw = function(n, u, z)
      return u < 0.2 and (u < 0.1 and 0 / 0 or math.huge) or n ^ -0.25 * math.exp(0.3 * z)
    end },
}

--- The two curves of the crossover: n^-1/4 and 100 n^-1/2 meet at n = 1e8.
local MEETING <const> = 1e8
local function slower(n, _, z) return n ^ -0.25 * math.exp(0.3 * z) end
local function faster(n, _, z) return 100 * n ^ -0.5 * math.exp(0.3 * z) end

--- Losses of one data set, per size and replicate.
---@param draw fun(n: number, u: number, z: number): number
---@param replicates integer
---@param key string
---@return number[][]
function M.losses(draw, replicates, key)
  local losses = {}
  for s, n in ipairs(M.SIZES) do
    losses[s] = {}
    for r = 1, replicates do
      local i = s * 1000 + r
      losses[s][r] = draw(n, engine.uniform(key .. "/u", i), engine.normal(key .. "/z", i))
    end
  end
  return losses
end

--- The rate of such losses as summary.rate gives it.
---@param losses number[][]
---@param statistic "median"|"mean"
---@param key string
---@param range "upper"|"all"?
---@return table rate
function M.rate(losses, statistic, key, range)
  local first, last = summary.range(#M.SIZES, range)
  local rate = engine.rate { n = M.SIZES, losses = losses, statistic = statistic, first = first,
    last = last, bootstraps = BOOTSTRAPS, key = key }
  rate.n_first, rate.n_last = M.SIZES[first], M.SIZES[last]
  return rate
end

local function holds(interval, truth)
  return interval.low <= truth and truth <= interval.high
end

local function judge(claim, losses, law, rate, key)
  if claim == "sub-polynomial" then
    return (verdict.subpolynomial(M.rate(losses, law.statistic, key, "all")))
  end
  return (verdict.rate(claim, rate))
end

--- What a law's data sets give: counts of intervals that hold, and of verdicts on its own claim and on
--- another one.
local function try(law, replicates, curves)
  local count = { slope = 0, constant = 0, onset = 0, width = 0, claim = {}, other = {} }
  local function add(name, yes) count[name] = count[name] + (yes and 1 or 0) end
  for i = 1, curves do
    local key = ("laws/%s/%d/%d"):format(law.name, replicates, i)
    local losses = M.losses(law.draw, replicates, key)
    local rate = M.rate(losses, law.statistic, key)
    add("onset", holds(rate.onset, law.onset))
    count.width = count.width + rate.slope.high - rate.slope.low
    if law.exponent then
      add("slope", holds(rate.slope, law.exponent))
      local first, last = summary.range(#M.SIZES)
      add("constant", holds(engine.rate_constant { n = M.SIZES, losses = losses,
        statistic = law.statistic, first = first, last = last, exponent = law.exponent,
        bootstraps = BOOTSTRAPS, key = key }, law.constant))
    end
    for _, name in ipairs { "claim", "other" } do
      local word = judge(law[name], losses, law, rate, key)
      count[name][word] = (count[name][word] or 0) + 1
    end
  end
  return count
end

local function try_crossover(replicates, curves)
  local held = 0
  for i = 1, curves do
    local key = ("laws/crossover/%d/%d"):format(replicates, i)
    local at = engine.crossover { statistic = "median", bootstraps = BOOTSTRAPS, key = key,
      a = { n = M.SIZES, losses = M.losses(slower, replicates, key .. "/a") },
      b = { n = M.SIZES, losses = M.losses(faster, replicates, key .. "/b") } }
    held = held + (holds(at, MEETING) and 1 or 0)
  end
  return held
end

local COLUMNS <const> = {
  { name = "law", label = "law", format = "ready" },
  { name = "replicates", label = "replicates", format = "integer" },
  { name = "slope", label = "slope held", format = "share" },
  { name = "width", label = "width", format = "slope" },
  { name = "constant", label = "constant held", format = "share" },
  { name = "onset", label = "onset held", format = "share" },
  { name = "agrees", label = "own claim: agrees", format = "share" },
  { name = "early", label = "not yet", format = "share" },
  { name = "differs", label = "differs", format = "share" },
  { name = "undecided", label = "undecided", format = "share" },
  { name = "wrong", label = "other claim: agrees", format = "share" },
}

--- The table of all laws, for table.write.
---@param curves integer data sets per law and number of replicates
---@return table
function M.table(curves)
  local rows = {}
  for _, law in ipairs(M.LAWS) do
    for _, replicates in ipairs(M.REPLICATES) do
      local count = try(law, replicates, curves)
      local function of(word, name) return (count[name or "claim"][word] or 0) / curves end
      rows[#rows + 1] = { law = law.label, replicates = replicates, width = count.width / curves,
        slope = law.exponent and count.slope / curves,
        constant = law.exponent and count.constant / curves, onset = count.onset / curves,
        agrees = of(verdict.AGREES), early = of(verdict.EARLY), differs = of(verdict.DIFFERS),
        undecided = of(verdict.UNDECIDED), wrong = of(verdict.AGREES, "other") }
    end
  end
  for _, replicates in ipairs(M.REPLICATES) do
    rows[#rows + 1] = { law = "crossover of two powers (its $n$ held)", replicates = replicates,
      onset = try_crossover(replicates, curves) / curves }
  end
  return { name = "laws", columns = COLUMNS, rows = rows, small = true }
end

return M
