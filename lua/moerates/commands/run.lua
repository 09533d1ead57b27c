--- moerates run: computes the cells that are missing.
---
--- A cell that is there and checks is never computed again; one that does not check is set aside
--- and computed. The longest go first, so that the threads finish together. Whatever ends the
--- process, the cells written so far are whole and the next run goes on from them.
local engine = require "moerates.engine"
local estimate = require "moerates.estimate"
local fault = require "moerates.fault"
local json = require "moerates.json"
local options = require "moerates.options"
local plan = require "moerates.plan"
local progress = require "moerates.progress"
local script = require "moerates.script"
local store = require "moerates.store"

local M = {
  name = "run",
  summary = "Computes the missing cells of experiments.",
  description = "Computes the missing cells of experiments. Running again goes on where the last "
    .. "run stopped.",
  example = "moerates run benchmarks/convergence/*.lua --profile quick -s 'gate=softmax,n>=1e6'",
}

function M.setup(command)
  options.scripts(command)
  options.profile(command)
  options.select(command)
  options.set(command)
  options.threads(command, engine.info().cores)
  command:option("--shard", "Only part I of N; the parts are disjoint and complete."):argname("I/N")
  command:flag("-n --dry-run", "Lists the missing cells and the time they will take.")
  options.out(command)
  options.json(command)
end

function M.more_help(argv) return script.options_help(argv) end

--- Sorts the chosen cells by state. A corrupt file is set aside unless this is a dry run.
local function sort_by_state(cells, args, context)
  local missing, done = {}, 0
  for _, cell in ipairs(cells) do
    local state, message = store.state(args.out, cell)
    if state == "done" then
      done = done + 1
    else
      missing[#missing + 1] = cell
    end
    if state == "corrupt" and not args.dry_run then
      local name = store.set_aside(store.path(args.out, cell.experiment, cell.key))
      context.stderr:write(("corrupt: %s; set aside as %s\n"):format(message, name))
    elseif state == "corrupt" then
      context.stderr:write(("corrupt: %s\n"):format(message))
    end
  end
  return missing, done
end

--- Longest first; cells of equal length stay in the plan's order.
local function longest_first(cells, seconds_of)
  local order = {}
  for i, cell in ipairs(cells) do
    order[i] = { cell = cell, seconds = seconds_of(cell), rank = i }
  end
  table.sort(order, function(a, b)
    if a.seconds ~= b.seconds then return a.seconds > b.seconds end
    return a.rank < b.rank
  end)
  local sorted, work, sum = {}, {}, 0
  for i, item in ipairs(order) do
    sorted[i], work[i], sum = item.cell, item.seconds, sum + item.seconds
  end
  return sorted, work, sum
end

local function cell_name(cell)
  local n = cell.n and (" n=%.15g"):format(cell.n) or ""
  return ("%s/%s%s block=%d"):format(cell.experiment, cell.case.name, n, cell.block)
end

--- The missing cells, longest first.
local function list_missing(missing, work, sum, done, args, context)
  local out = context.stdout
  if args.json then
    local cells = json.array {}
    for i, cell in ipairs(missing) do
      cells[i] = { key = cell.key, experiment = cell.experiment, case = cell.case.name, n = cell.n,
        population = cell.population, block = cell.block, replicates = cell.replicates,
        seconds = work[i] }
    end
    out:write(json.encode({ cells = cells, done = done, missing = #missing, seconds = sum,
      threads = args.threads }, true), "\n")
    return
  end
  for i, cell in ipairs(missing) do
    local seconds = estimate.duration(work[i])
    out:write(("%s  %8s  %s\n"):format(cell.key:sub(1, 12), seconds, cell_name(cell)))
  end
  out:write(("%d of %d cells missing; about %s on %d thread%s\n"):format(#missing, #missing + done,
    estimate.duration(sum / math.min(args.threads, math.max(1, #missing))), args.threads,
    args.threads == 1 and "" or "s"))
end

--- Keeps the lists of failures: what failed now is added, what is there now is removed.
local function note_failures(cells, outcome, out)
  local stopped = outcome.done + outcome.failed < #cells
  local by_experiment = {}
  for _, cell in ipairs(cells) do
    local name = cell.experiment
    by_experiment[name] = by_experiment[name] or store.failures(out, name)
    if store.state(out, cell) == "done" then
      by_experiment[name][cell.key] = nil
    elseif not stopped then
      by_experiment[name][cell.key] = outcome.errors[1] or "failed"
    end
  end
  for name, failures in pairs(by_experiment) do store.write_failures(out, name, failures) end
end

local function compute(cells, work, args, context)
  local descriptions = {}
  for i, cell in ipairs(cells) do descriptions[i] = cell.cell end
  local display = progress.new(context.stderr, work, context.terminal, context.color)
  local forget = store.announce(args.out, cells)
  local ok, outcome = pcall(engine.run, descriptions, { dir = args.out, threads = args.threads,
    progress = function(...) display:update(...) end })
  display:finish()
  forget()
  if not ok then fault.raise(fault.FAILED, "%s", tostring(outcome)) end
  note_failures(cells, outcome, args.out)
  return outcome
end

--- Says what was computed; raises a fault if something was not.
local function summarise(outcome, total, done, args, context)
  if args.json then
    context.stdout:write(json.encode({ computed = outcome.done, failed = outcome.failed,
      there = done, errors = json.array(outcome.errors), seconds = outcome.seconds }, true), "\n")
  else
    context.stdout:write(("%d cells computed in %s, %d were there\n"):format(outcome.done,
      estimate.duration(outcome.seconds), done))
  end
  if outcome.failed == 0 and outcome.done == total then return 0 end
  for _, message in ipairs(outcome.errors) do context.stderr:write("failed: ", message, "\n") end
  local skipped = total - outcome.done - outcome.failed
  local rest = skipped > 0 and (", %d not tried"):format(skipped) or ""
  fault.raise(fault.FAILED, "%d of %d cells failed%s", outcome.failed, total, rest)
end

local NOTHING <const> = { done = 0, failed = 0, seconds = 0, errors = {} }

function M.run(args, context)
  local shard = plan.read_shard(args.shard)
  local experiments = script.load_all(args.scripts, args.set)
  local all = plan.all(experiments, args.profile)
  local chosen, selected = plan.choose(all, args.select, shard)
  if #args.select > 0 and selected == 0 then
    fault.raise(fault.NO_MATCH, "no cell of profile %s matches the selection", args.profile)
  end
  local missing, done = sort_by_state(chosen, args, context)
  local cells, work, sum = longest_first(missing, estimate.from_logs(all, args.out))
  if args.dry_run then
    list_missing(cells, work, sum, done, args, context)
    return 0
  elseif #cells == 0 then
    if args.json then return summarise(NOTHING, 0, done, args, context) end
    context.stdout:write(("nothing to do: all %d cells are there\n"):format(done))
    return 0
  end
  store.check_writable(args.out)
  context.stderr:write(("%d of %d cells to compute, about %s on %d threads\n"):format(#cells,
    #chosen, estimate.duration(sum / math.min(args.threads, #cells)), args.threads))
  return summarise(compute(cells, work, args, context), #cells, done, args, context)
end

return M
