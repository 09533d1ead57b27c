--- What the kernels should reach, and whether they do: every verdict is computed from one file.
---
--- Targets are for one core, ReLU experts, rows in cache and the least of the timings. Shares are of
--- the bound measured in the same run (bench_limit.c); the structured product is that of our tiles or
--- of BLIS, whichever is faster.
local M = {}

M.MET, M.MISSED, M.UNKNOWN = "met", "missed", "not measured"

--- How many times as long as ours others should take, at d = 1: squares at n = 10^5, k = 3, sigmoid gate
--- and ReLU experts; EM at n = 10^4, softmax gate and linear experts.
local PEERS <const> = {
  { contest = "gradient", peer = "numba", least = 8 },
  { contest = "gradient", peer = "PyTorch", least = 15 },
  { contest = "gradient", peer = "NumPy", least = 25 },
  { contest = "fit", peer = "numba + SciPy, tight", least = 10 },
  { contest = "fit", peer = "numba + SciPy", least = 10 },
  { contest = "em", peer = "NumPy, EM", k = 2, least = 20 },
  { contest = "em", peer = "NumPy, EM", k = 3, least = 20 },
}
local WORK <const> = { gradient = "objective and gradient", fit = "a fit", em = "as large a likelihood" }

--- Shares of the bound; a second number is a further target.
local SHARES <const> = {
  { d = 1, k = 2, { 0.70 }, { 0.55 }, { 0.55, 0.70 } },
  { d = 1, k = 3, { 0.70 }, { 0.55 }, { 0.55, 0.70 } },
  { d = 8, k = 4, { 0.80 }, { 0.75 }, { 0.85, 0.90 } },
  { d = 32, k = 8, { 0.86 }, { 0.85 }, { 0.93 } },
  { d = 64, k = 16, { 0.70 }, { 0.80 }, { 0.90 } },
}
local LEVELS <const> = { "objective", "gradient", "gauss-newton" }
M.GATES = { "softmax", "sigmoid" }
--- Own code, without the designs that it is compared with.
local OWN <const> = { tile = true, blis = true }

--- The fastest case of a file that has these fields: ReLU experts, one thread, in cache, own code at
--- the file's level if the wish says nothing else. nil if there is none.
---@param file table
---@param wish table
---@return table?
function M.fastest(file, wish)
  local best
  for _, case in ipairs(file.cases) do
    local fits = case.expert == "relu" and case.threads == (wish.threads or 1) and case.rank <= 1
      and case.from_memory == (wish.from_memory or false)
      and (wish.variant and case.variant == wish.variant or not wish.variant and OWN[case.variant])
    for _, name in ipairs { "gate", "d", "k", "level" } do
      fits = fits and (wish[name] == nil or wish[name] == case[name])
    end
    if fits and (not best or case.ns_per_sample.min < best.ns_per_sample.min) then best = case end
  end
  return best
end

--- "met" or "missed"; "met, and 70 %" if the further target is reached too.
local function judge_share(target, share)
  if not share then return M.UNKNOWN end
  if share < target[1] then return M.MISSED end
  if target[2] and share >= target[2] then return ("met, and %.0f %%"):format(100 * target[2]) end
  return M.MET
end

--- A row for each shape and level: its target, and each gate's share, kernel and verdict.
---@param file table as bench_file.read gives
---@return table[] rows
function M.shares(file)
  local rows = {}
  for _, shape in ipairs(SHARES) do
    for i, level in ipairs(LEVELS) do
      local target = shape[i]
      local row = { d = shape.d, k = shape.k, level = level, target = target[1], further = target[2] }
      for _, gate in ipairs(M.GATES) do
        local case = M.fastest(file, { gate = gate, d = shape.d, k = shape.k, level = level })
        row[gate] = case and case.share
        row[gate .. "_kernel"] = case and case.variant
        row[gate .. "_verdict"] = judge_share(target, row[gate])
      end
      rows[#rows + 1] = row
    end
  end
  return rows
end

--- How many verdicts of M.shares there are of each kind.
---@return integer met
---@return integer missed
function M.count(rows)
  local met, missed = 0, 0
  for _, row in ipairs(rows) do
    for _, gate in ipairs(M.GATES) do
      local verdict = row[gate .. "_verdict"]
      if verdict == M.MISSED then missed = missed + 1 elseif verdict ~= M.UNKNOWN then met = met + 1 end
    end
  end
  return met, missed
end

local function time_of(case) return case and case.ns_per_sample.min end

local function ratio(a, b) return a and b and a / b end

--- At least (`most` is nil) or at most so much.
local function row_of(what, value, least, most)
  local met = value and (not least or value >= least) and (not most or value <= most)
  return { what = what, target = ("%s %g"):format(least and "at least" or "at most", least or most),
    value = value, verdict = not value and M.UNKNOWN or met and M.MET or M.MISSED }
end

--- The least time of a normal deviate by our own code.
local function normal_time(file)
  local best
  for _, one in ipairs(file.generation) do
    if one.what == "normal" and one.unit == "number" and not one.variant:find("^gsl") then
      best = math.min(best or math.huge, one.ns.min)
    end
  end
  return best
end

--- The entry of a file's peers that has a target; nil if it was not measured.
local function find_peer(file, target)
  local em = target.contest == "em"
  for _, one in ipairs(file.peers) do
    if one.contest == target.contest and one.peer == target.peer and one.gate == (em and "softmax" or "sigmoid")
      and one.expert == (em and "linear" or "relu") and one.d == 1 and one.k == (target.k or 3)
      and one.n == (em and 1e4 or 1e5) and one.threads == 1 then
      return one
    end
  end
end

--- The targets for other programs: their times over ours, and that no fit of theirs ends lower. EM
--- that has not reached our likelihood would take even longer.
local function add_peers(file, add)
  local lower
  for _, target in ipairs(PEERS) do
    local one = find_peer(file, target)
    add(("(1, %d), %s: %s over ours"):format(target.k or 3, WORK[target.contest], target.peer),
      one and one.ratio, target.least)
    if one and one.lower and target.contest == "fit" then lower = math.max(lower or 0, one.lower) end
  end
  add("(1, 3), a fit: starts from which SciPy ends lower", lower, nil, 0)
end

--- What the Hessian of a likelihood may cost, in Hessians of squares of the same size: the worst shape of
--- each gate.
local function add_likelihoods(file, add)
  for _, gate in ipairs { "softmax", "normalised-sigmoid" } do
    local worst
    for _, one in ipairs(file.likelihoods) do
      if one.gate == gate and one.level == "hessian" and one.variant == "engine" then
        worst = math.max(worst or 0, one.ratio)
      end
    end
    add(("Hessian of a likelihood over that of squares, %s, the worst (d, k)"):format(gate), worst, nil, 2)
  end
end

--- The targets that are no shares: {what, target, value, verdict}.
---@param file table
---@return table[] rows
function M.others(file)
  local rows = {}
  local function add(...) rows[#rows + 1] = row_of(...) end
  for _, gate in ipairs(M.GATES) do
    local function time(level, variant, threads)
      return time_of(M.fastest(file, { gate = gate, d = 8, k = 4, level = level, variant = variant,
        threads = threads }))
    end
    local own = time("gauss-newton")
    add(("J'J, %s: the textbook by GSL over ours"):format(gate), ratio(time("gauss-newton", "gsl"), own), 60)
    add(("J'J, %s: explicit Jacobian and BLIS's dsyrk over ours"):format(gate),
      ratio(time("gauss-newton", "blis-dsyrk"), own), 2.2)
    add(("Hessian over J'J, %s"):format(gate), ratio(time("hessian"), own), nil, 1.1)
    for _, level in ipairs { "gradient", "gauss-newton" } do
      add(("one core over two, %s, %s"):format(level, gate),
        ratio(time(level, "tile"), time(level, "tile", 2)), 1.85)
    end
  end
  add("a normal deviate, ns", normal_time(file), nil, 2.2)
  add_likelihoods(file, add)
  add_peers(file, add)
  return rows
end

return M
