--- Contests with other programs (peers.lua): the objective with its gradient, a whole fit, and EM.
---
--- All see the same rows, our own side too, on one core, one after another in shuffled turns. Before
--- anything is timed each peer's objective and gradient at every start are compared with ours; one
--- that computes something else ends the run. One that is missing, ends, or answers nothing sensible
--- is left out with a warning; if none is left that is an error.
---
--- A gradient is timed as kernels are: repetitions doubled until a timing is long enough, then
--- rounds. A fit goes from each start to what its method takes for convergence, a few rounds of
--- which the fastest counts. Where it ends is what our objective says of it.
---
--- EM is for mixtures, and what counts is when it has a likelihood as good as that of our own fit from
--- the same start: it may end as soon as it comes within SAME of it, else by its own tolerance.
local columns = require "moerates.columns"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local peers = require "moerates.peers"
local timing = require "moerates.timing"

local M = { field = "peers", weight = 15 }

--- Largest difference from our numbers as a share of the largest, as in bench.c.
local TOLERANCE <const> = 1e-9
--- Repetitions of an evaluation in one timing.
local MOST <const> = 1 << 30
--- Nats within which two ends are equally good.
local SAME <const> = 1e-3

local function is_mixture(script) return script.truth.atoms[1].variance ~= nil end

--- Every peer in the contest that it takes part in.
---@param script table in normal form
---@return table[]
function M.cases(script)
  local cases = {}
  for _, contest in ipairs(script.contest) do
    for _, name in ipairs(script.peer) do
      if peers.PROGRAMS[name].contest == contest and (contest == "em") == is_mixture(script) then
        cases[#cases + 1] = { timing = script.name, what = contest, variant = name,
          gate = script.fit.gate, expert = script.fit.expert, d = script.truth.d,
          k = script.fit.k, n = script.n, threads = 1 }
      end
    end
  end
  return cases
end

--- The peers of one script.
function M.groups(cases) return #cases > 0 and { cases } or {} end

-- Sides -----------------------------------------------------------------------------------------

local function theta_text(theta)
  local words = {}
  for i, x in ipairs(theta) do words[i] = ("%.17g"):format(x) end
  return table.concat(words, " ")
end

--- Our side, which asks nobody.
local function own_side(contest)
  local side = { title = "moerates", version = engine.version, uncertified = 0 }
  function side:time(repetitions, theta) -- luacheck: ignore self
    return contest:time(theta, repetitions)
  end
  function side:fit(theta)
    local seconds, objective, stationary = contest:fit(theta)
    if not stationary then self.uncertified = self.uncertified + 1 end
    return seconds, objective
  end
  return side
end

--- Takes a side out of the contest.
local function lose(side, message) side.lost = side.lost or message end

--- The largest difference between a peer's numbers and ours, as a share of our largest; the first
--- is the objective, the rest the gradient.
local function difference(theirs, objective, gradient)
  local gap, scale = 0, 0
  for i, x in ipairs(gradient) do
    gap, scale = math.max(gap, math.abs(theirs[i + 1] - x)), math.max(scale, math.abs(x))
  end
  return math.abs(theirs[1] - objective) / math.abs(objective), scale > 0 and gap / scale or gap
end

--- NaN does not.
local function agrees(off) return off <= TOLERANCE end

local function refuse(peer, what, off)
  fault.raise(fault.FAILED, "peer %s computes a wrong %s: off by %.2g of ours; nothing was stored",
    peer.name, what, off)
end

--- A peer as a side. `ours` is what we compute.
local function peer_side(peer, case, ours, script)
  local side = { title = peer.title, version = peer.version, contest = case.what, peer = peer }
  local mixture = is_mixture(script)
  local p = 2 * case.k * (case.d + 1) + (mixture and case.k or 0)

  --- Compares objective and gradient with ours.
  function side:check(theta)
    local list, message = peer:numbers("value " .. theta_text(theta), "value", mixture and 1 or 1 + p)
    if not list then return lose(self, message) end
    local value, slopes = ours:gradient(theta)
    local objective, gradient = difference(list, value, mixture and {} or slopes)
    if not agrees(objective) then refuse(peer, "objective", objective) end
    if not agrees(gradient) then refuse(peer, "gradient", gradient) end
  end

  --- Seconds; nil once it is lost.
  function side:time(repetitions, theta)
    local list, message = peer:timing(("time %d %s"):format(repetitions, theta_text(theta)),
      "seconds", 1)
    if list then return list[1] end
    lose(self, message)
  end

  --- What a fit is asked for: bounds, or when EM may end.
  local function request(theta, enough)
    if not mixture then
      return ("fit %.17g %.17g %s"):format(script.range[1], script.range[2], theta_text(theta)), "fit"
    end
    return ("em %.17g %.17g %d %s"):format(-enough, script.tolerance, script.iterations,
      theta_text(theta)), "em"
  end

  --- Seconds and where it ended by our objective; nil once it is lost. EM may end at `enough`.
  function side:fit(theta, enough)
    local text, word = request(theta, enough)
    local list, message = peer:timing(text, word, 2 + p)
    if not list then return lose(self, message) end
    local objective = ours:gradient({ table.unpack(list, 3) })
    local off = math.abs(list[2] - objective) / math.abs(objective)
    if not agrees(off) then refuse(peer, "objective at the end of its fit", off) end
    return list[1], objective
  end
  return side
end

--- Adds the peers to `sides`: lost are those that could not be started or do not agree.
local function add_peers(sides, group, script, ours, path, starts)
  local scale = (script.noise_sd or 1) ^ -2
  for _, case in ipairs(group) do
    local data = ("%s %d %d %d %.17g"):format(path, case.n, case.d, case.k, scale)
    local peer, message = peers.start(case.variant, data, script.patience)
    local side = peer and peer_side(peer, case, ours, script) or { lost = message }
    sides[#sides + 1] = side
    for _, theta in ipairs(starts) do
      if not side.lost then side:check(theta) end
    end
  end
end

--- Those of a contest, ours among them, that are not lost; none if we are alone.
local function standing(sides, contest)
  local list = {}
  for _, side in ipairs(sides) do
    if not side.lost and (side.contest == contest or not side.contest) then
      list[#list + 1] = side
    end
  end
  return #list > 1 and list or {}
end

-- Turns -----------------------------------------------------------------------------------------

--- Repetitions from which a timing is long enough: a power of 2, and no more than anybody needs who
--- tells the truth.
local function calibrated(side, theta, seconds)
  local repetitions, taken = 1, side:time(1, theta)
  while taken and taken < seconds and repetitions < MOST do
    repetitions = 2 * repetitions
    taken = side:time(repetitions, theta)
  end
  return repetitions
end

--- Times the gradient of all sides; ns per row go into side.times.
local function run_gradients(sides, script, theta, options)
  local repetitions = {}
  for i, side in ipairs(sides) do
    side.times, repetitions[i] = {}, calibrated(side, theta, options.seconds)
  end
  for round = 1, script.repeats do
    for _, i in ipairs(timing.shuffled(#sides, ("contest %d %d"):format(options.seed, round))) do
      local seconds = not sides[i].lost and sides[i]:time(repetitions[i], theta)
      if seconds then
        table.insert(sides[i].times, 1e9 * seconds / (repetitions[i] * script.n))
      end
    end
  end
end

--- What is enough for EM from each start: our own end, less what does not count.
local function ends_enough(sides, starts)
  local enough = {}
  for i, theta in ipairs(#sides > 0 and starts or {}) do
    local _, objective = sides[1]:fit(theta)
    enough[i] = objective + SAME
  end
  return enough
end

--- Fits from every start; the least seconds of each go into side.fits, the ends into side.ends.
local function run_fits(sides, script, starts, options)
  local enough = ends_enough(sides, starts)
  for _, side in ipairs(sides) do side.fits, side.ends = {}, {} end
  for round = 1, script.rounds do
    local order = timing.shuffled(#sides * #starts, ("fits %d %d"):format(options.seed, round))
    for _, number in ipairs(order) do
      local side, start = sides[(number - 1) % #sides + 1], (number - 1) // #sides + 1
      if not side.lost then
        local seconds, objective = side:fit(starts[start], enough[start])
        if seconds then
          side.fits[start] = math.min(side.fits[start] or math.huge, seconds)
          side.ends[start] = objective
        end
      end
    end
  end
end

-- Results ---------------------------------------------------------------------------------------

local function spread(times)
  return { min = math.min(table.unpack(times)), median = timing.median(times) }
end

local function result_of(side, contest, case, pinned)
  return { timing = case.timing, contest = contest, peer = side.title, version = side.version,
    gate = case.gate, expert = case.expert, d = case.d, k = case.k, n = case.n, threads = 1,
    pinned = pinned }
end

--- Results of the gradient: the first is ours.
local function gradient_results(sides, case, pinned)
  local results = {}
  for i, side in ipairs(standing(sides, "gradient")) do
    local result = result_of(side, "gradient", case, pinned)
    result.times, result.ns_per_sample = side.times, spread(side.times)
    result.outliers = timing.outliers(side.times)
    result.ratio = i == 1 and 1 or result.ns_per_sample.min / results[1].ns_per_sample.min
    results[i] = result
  end
  return results
end

--- The least end of all sides.
local function best_end(sides)
  local best = math.huge
  for _, side in ipairs(sides) do best = math.min(best, table.unpack(side.ends)) end
  return best
end

--- Results of fits or of EM: the first is ours. Times are one per start, so none of them stands out.
local function fit_results(sides, contest, case, pinned)
  local results = {}
  sides = standing(sides, contest)
  local best = best_end(sides)
  for i, side in ipairs(sides) do
    local result, above, there, lower = result_of(side, contest, case, pinned), {}, 0, 0
    for start, objective in ipairs(side.ends) do
      above[start] = objective - best
      there = there + (above[start] <= SAME and 1 or 0)
      lower = lower + (objective < sides[1].ends[start] - SAME and 1 or 0)
    end
    result.times, result.seconds, result.outliers = side.fits, spread(side.fits), 0
    result.starts, result.share, result.lower = #above, there / #above, lower
    result.objective = best_end { side }
    result.above, result.ends = timing.median(above), side.ends
    result.ratio = i == 1 and 1 or result.seconds.median / results[1].seconds.median
    results[i] = result
  end
  return results
end

-- A whole contest -------------------------------------------------------------------------------

local function own_contest(script, seed)
  local ours, message = engine.contest { truth = script.truth, fit = script.fit,
    design = script.design, noise_sd = script.noise_sd, n = script.n, radius = script.radius,
    seed = seed, box = { beta1 = script.range, beta0 = script.range, a = script.range,
      b = script.range, variance = is_mixture(script) and script.variance or nil } }
  if not ours then fault.raise(2, "%s: %s", script.script, message) end
  return ours
end

--- Says who was left out, in the file and on the terminal; a fault if nobody is left.
local function report_lost(sides, results, warnings)
  local lost = {}
  for _, side in ipairs(sides) do
    if side.lost then lost[#lost + 1] = side.lost end
  end
  if #results == 0 then fault.raise(fault.FAILED, "no peer is left: %s", table.concat(lost, "; ")) end
  for _, message in ipairs(lost) do warnings[#warnings + 1] = message .. "; it was left out" end
  if sides[1].uncertified > 0 then
    warnings[#warnings + 1] = ("%d of our own fits ended without a certificate"):format(
      sides[1].uncertified)
  end
end

--- Runs the contests of one script.
---@param group table[] cases
---@param script table
---@param options { seed: integer, seconds: number, warnings: string[] } who is left out is added
---@return table[] results
function M.measure(group, script, options)
  local ours <close> = own_contest(script, options.seed)
  local path, starts, sides = os.tmpname(), {}, { own_side(ours) }
  local _ <close> = setmetatable({}, { __close = function()
    os.remove(path)
    for _, side in ipairs(sides) do
      if side.peer then side.peer:stop() end
    end
  end })
  local written, message = ours:write(path)
  if not written then fault.raise(2, "%s", message) end
  for i = 1, script.starts do starts[i] = ours:start(i) end
  add_peers(sides, group, script, ours, path, starts)
  run_gradients(standing(sides, "gradient"), script, starts[1], options)
  local results = gradient_results(sides, group[1], ours:pinned())
  for _, contest in ipairs { "fit", "em" } do
    run_fits(standing(sides, contest), script, starts, options)
    table.move(fit_results(sides, contest, group[1], ours:pinned()), 1, #sides, #results + 1, results)
  end
  report_lost(sides, results, options.warnings)
  return results
end

function M.finish(results) return results end

-- For the terminal ------------------------------------------------------------------------------

local HEADINGS <const> = {
  gradient = "objective and gradient, ns per row",
  fit = "fits from %d starts, milliseconds; nats above the best end, starts that reached it, and "
    .. "starts from which it ended below ours",
  em = "likelihoods from %d starts, milliseconds until as good as ours; nats below the best end, starts "
    .. "that reached it, starts from which it ended above ours, the largest log-likelihood",
}

local function gradient_row(r)
  return { r.peer, r.version, columns.number(r.ns_per_sample.min),
    columns.number(r.ns_per_sample.median), columns.number(r.ratio),
    r.outliers > 0 and tostring(r.outliers) or "" }
end

local function fit_row(r)
  return { r.peer, r.version, columns.number(1e3 * r.seconds.min),
    columns.number(1e3 * r.seconds.median), columns.number(r.ratio), ("%.4f"):format(r.above),
    ("%d"):format(math.floor(r.share * r.starts + 0.5)), tostring(r.lower) }
end

local function em_row(r)
  local row = fit_row(r)
  row[#row + 1] = ("%.4f"):format(-r.objective)
  return row
end

local TABLES <const> = {
  gradient = { gradient_row, { "by", "version", ">ns/row", ">median", ">ratio", ">outliers" } },
  em = { em_row, { "by", "version", ">least", ">median", ">ratio", ">below", ">reached",
    ">above", ">log-likelihood" } },
  fit = { fit_row, { "by", "version", ">least", ">median", ">ratio", ">above", ">reached",
    ">below" } },
}

--- One table per script and contest. Ratios are to the least of our times, of fits to the median
--- over the starts.
function M.print(results, out)
  for _, group in ipairs(timing.grouped(results, function(r) return r.timing .. " " .. r.contest end)) do
    local first, rows = group[1], {}
    local make, header = table.unpack(TABLES[first.contest])
    for i, r in ipairs(group) do rows[i] = make(r) end
    out:write(("\npeers, %s gate, %s experts, d = %d, k = %d, n = %d: %s\n"):format(first.gate,
      first.expert, first.d, first.k, first.n, HEADINGS[first.contest]:format(first.starts)),
      columns.text(header, rows, "  "))
  end
end

return M
