--- moerates report: tables and figures from the cells that are there.
local options = require "moerates.options"
local report = require "moerates.report"
local script = require "moerates.script"
local store = require "moerates.store"
local summary = require "moerates.summary"

local M = {
  name = "report",
  summary = "Writes tables and figures from cells; computes none.",
  example = "moerates report benchmarks/convergence/table1.lua --profile quick",
}

function M.setup(command)
  options.scripts(command)
  options.profile(command)
  options.set(command)
  options.out(command)
end

--- Says what the report lacks.
function M.complain(built, context)
  if built.missing > 0 then
    context.stderr:write(("%s: %d of %d cells are missing; compute them with: moerates run %s "
      .. "--profile %s\n"):format(built.experiment.name, built.missing, built.expected,
      built.experiment.script, built.profile))
  end
  for _, warning in ipairs(built.warnings) do
    context.stderr:write(("%s: %s\n"):format(built.experiment.name, warning))
  end
end

function M.run(args, context)
  local experiments = script.load_all(args.scripts, args.set)
  local dir = args.out .. "/report"
  store.make_directories(dir .. "/tables")
  store.make_directories(dir .. "/figures")
  for _, experiment in ipairs(experiments) do
    local built = summary.build(experiment, { profile = args.profile, out = args.out })
    M.complain(built, context)
    local names = report.write(built, dir)
    for _, name in ipairs(names) do context.stdout:write(dir, "/", name, "\n") end
  end
  return 0
end

return M
