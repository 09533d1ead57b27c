--- Rows of the ledger from timings: who is first at the minimum, and who leaves less (S-optimiser).
---
--- From the committed file of timings that the paper's chapter on speed is about. On each problem
--- the trust region is held against every other method, start by start: by the seconds until it is
--- within LEVEL nats of the best objective that anyone found, and by the nats that it leaves when it
--- stops or its time is up. A start that never gets there counts with the whole time allowed, which
--- flatters it; the note says how many there were. Nats below RESOLUTION count as that.
local format = require "moerates.format"
local paired = require "moerates.paired"
local timing_optimisers = require "moerates.timing_optimisers"
local verdict = require "moerates.verdict"

local M = {}

M.CLAIM = "S-optimiser"
M.OURS = "trust"
M.LEVEL = 0.1
M.RESOLUTION = 1e-3

--- Traces by start: those of one start begin at the same objective.
local function by_start(one)
  local starts = {}
  for _, trace in ipairs(one.traces) do
    local first = trace.nats[1]
    starts[first] = starts[first] or {}
    table.insert(starts[first], trace)
  end
  return starts
end

--- Seconds to the level (infinite if never), in the fastest of a start's runs.
local function arrival(traces)
  local least = math.huge
  for _, trace in ipairs(traces) do
    least = math.min(least, timing_optimisers.arrival(trace, M.LEVEL))
  end
  return least
end

--- Nats at the end, in the best of a start's runs.
local function left(traces)
  local least = math.huge
  for _, trace in ipairs(traces) do least = math.min(least, trace.nats[#trace.nats]) end
  return math.max(least, M.RESOLUTION)
end

--- The quantity of every start that both methods have, in the order of ours.
local function pairs_of(ours, other, quantity)
  local theirs, x, y, keys = by_start(other), {}, {}, {}
  local own = by_start(ours)
  for first in pairs(own) do keys[#keys + 1] = first end
  table.sort(keys)
  for _, first in ipairs(keys) do
    if theirs[first] then
      x[#x + 1], y[#y + 1] = quantity(own[first]), quantity(theirs[first])
    end
  end
  return x, y
end

--- Replaces what is infinite by the limit; how many were not.
local function censor(list, limit)
  local there = 0
  for i, value in ipairs(list) do
    if format.finite(value) then there = there + 1 else list[i] = limit end
  end
  return there
end

local function row_of(claim, file, one, profile, what, x, y)
  local factor = paired.factor(x, y)
  local judged, note = verdict.ordering(factor)
  factor = factor or {}
  return { id = claim.id, kind = claim.kind, estimator = "timing", profile = profile,
    case = one.problem .. "-" .. one.method, verdict = judged, predicted = claim.predicted,
    measured = factor.value, ci_low = factor.low, ci_high = factor.high, n_min = one.n, n_max = one.n,
    replicates = factor.count, experiment = "optimisers", figure = "speed-descents",
    note = (note ~= "" and note .. "; " or "") .. what .. ", " .. M.OURS .. " against " .. one.method
      .. "; " .. file.name }
end

--- Appends two rows for each problem and other method: seconds (if anyone got there) and nats.
---@param file table? of timings, with a name; nil: none is there
---@param profile string
---@param by_id table<string, table> claims
---@param rows table[]
function M.judge(file, profile, by_id, rows)
  local claim, ours = by_id[M.CLAIM], {}
  if not file or not claim then return end
  for _, one in ipairs(file.optimisers) do
    if one.method == M.OURS then ours[one.problem] = one end
  end
  for _, one in ipairs(file.optimisers) do
    local mine = ours[one.problem]
    if mine and one ~= mine then
      local x, y = pairs_of(mine, one, arrival)
      local here, there = censor(x, mine.limit), censor(y, one.limit)
      if here + there > 0 then
        rows[#rows + 1] = row_of(claim, file, one, profile,
          ("seconds to %g nats (%d and %d of %d starts got there)"):format(M.LEVEL, here, there, #x), x, y)
      end
      x, y = pairs_of(mine, one, left)
      rows[#rows + 1] = row_of(claim, file, one, profile, "nats left", x, y)
    end
  end
end

return M
