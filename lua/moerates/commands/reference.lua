--- moerates reference: is this run the same as the committed results?
local claims_command = require "moerates.commands.claims"
local fault = require "moerates.fault"
local options = require "moerates.options"
local reference = require "moerates.reference"
local script = require "moerates.script"

local M = {
  name = "reference",
  summary = "Compares cells and verdicts with the committed results.",
  example = "moerates reference benchmarks/convergence/*.lua --profile quick",
}

function M.setup(command)
  options.scripts(command)
  options.profile(command)
  options.set(command)
  options.out(command)
  command:option("--results", "The committed results."):default("results"):argname("DIR")
  command:flag("--replace", "Replaces them by this run's (maintainers).")
end

local LINE <const> = "%-20s %8s %8s %8s %8s %12s\n"
local STATES <const> = { "equal", "close", "differs", "missing", "unknown" }

--- Prints the table of cells; returns the sums.
local function print_cells(experiments, args, out)
  local sum, different = {}, {}
  out:write(LINE:format("cells", "equal", "close", "differ", "missing", "no reference"))
  local function line(name, count)
    out:write(LINE:format(name, count.equal, count.close, count.differs, count.missing,
      count.unknown))
  end
  for _, state in ipairs(STATES) do sum[state] = 0 end
  for _, experiment in ipairs(experiments) do
    local count = reference.cells(experiment, args)
    line(experiment.name, count)
    for _, state in ipairs(STATES) do sum[state] = sum[state] + count[state] end
    for _, key in ipairs(count.different) do
      different[#different + 1] = ("%s/%s"):format(experiment.name, key)
    end
  end
  line("all", sum)
  for i = 1, math.min(5, #different) do out:write("  differs: ", different[i], "\n") end
  if #different > 5 then out:write(("  and %d more\n"):format(#different - 5)) end
  return sum
end

function M.run(args, context)
  local experiments = script.load_all(args.scripts, args.set)
  if args.replace then
    reference.replace(experiments, args)
    context.stdout:write(("%s now holds the results of profile %s\n"):format(args.results,
      args.profile))
    return 0
  end
  local sum = print_cells(experiments, args, context.stdout)
  if sum.equal + sum.close + sum.differs + sum.missing == 0 then
    context.stdout:write(("%s has no cell of these yet: nothing to compare\n"):format(args.results))
  end
  local comparison, reason = reference.ledger(args)
  local worse = sum.differs > 0
  if comparison then
    worse = claims_command.print_comparison(comparison, context.stdout) or worse
  else
    context.stdout:write(reason, "\n")
  end
  return worse and fault.REGRESSED or 0
end

return M
