--- moerates status: what is done, running, failed and missing, per experiment.
local estimate = require "moerates.estimate"
local fault = require "moerates.fault"
local json = require "moerates.json"
local options = require "moerates.options"
local plan = require "moerates.plan"
local script = require "moerates.script"
local store = require "moerates.store"

local M = {
  name = "status",
  summary = "Says which cells are done, running, failed or missing.",
  example = "moerates status benchmarks/convergence/table1.lua --profile full",
}

function M.setup(command)
  options.scripts(command)
  options.profile(command)
  options.select(command)
  options.set(command)
  options.out(command)
  options.json(command)
end

local STATES <const> = { "done", "running", "failed", "corrupt", "missing" }

--- A missing cell may be queued in a live run, or have failed when it was last tried.
local function refine(state, cell, running, failures)
  if state ~= "missing" then return state end
  if running[cell.key] then return "running" end
  return failures[cell.key] and "failed" or "missing"
end

--- Counts of the cells of one experiment, and the seconds that the rest will take.
local function count_states(name, cells, seconds_of, running, args)
  local failures = store.failures(args.out, name)
  local row = { experiment = name, cells = #cells, seconds_left = 0, problems = json.array {} }
  for _, state in ipairs(STATES) do row[state] = 0 end
  for _, cell in ipairs(cells) do
    local state, message = store.state(args.out, cell)
    state = refine(state, cell, running, failures)
    row[state] = row[state] + 1
    if state ~= "done" then row.seconds_left = row.seconds_left + seconds_of(cell) end
    if state == "failed" then message = failures[cell.key] end
    if state == "failed" or state == "corrupt" then
      row.problems[#row.problems + 1] = { key = cell.key, state = state, message = message }
    end
  end
  return row
end

local function print_rows(rows, out)
  out:write(("%-28s %7s %7s %7s %7s %7s %7s  %s\n"):format("experiment", "cells", "done", "running",
    "failed", "corrupt", "missing", "core time left"))
  for _, row in ipairs(rows) do
    out:write(("%-28s %7d %7d %7d %7d %7d %7d  %s\n"):format(row.experiment, row.cells, row.done,
      row.running, row.failed, row.corrupt, row.missing,
      row.seconds_left > 0 and estimate.duration(row.seconds_left) or "none"))
  end
  for _, row in ipairs(rows) do
    for _, problem in ipairs(row.problems) do
      out:write(("%s %s: %s\n"):format(problem.state, problem.key:sub(1, 12), problem.message))
    end
  end
end

function M.run(args, context)
  local experiments = script.load_all(args.scripts, args.set)
  local running, rows, selected = store.running(args.out), {}, 0
  for i, experiment in ipairs(experiments) do
    local cells = plan.cells(experiment, args.profile)
    local seconds_of = estimate.from_logs(cells, args.out)
    local chosen = plan.choose(cells, args.select)
    selected = selected + #chosen
    rows[i] = count_states(experiment.name, chosen, seconds_of, running, args)
  end
  if #args.select > 0 and selected == 0 then
    fault.raise(fault.NO_MATCH, "no cell of profile %s matches the selection", args.profile)
  end
  if args.json then
    context.stdout:write(json.encode({ profile = args.profile, experiments = rows }, true), "\n")
  else
    print_rows(rows, context.stdout)
  end
  return 0
end

return M
