--- moerates laws: intervals and verdicts on losses whose law is known.
local laws = require "moerates.laws"
local options = require "moerates.options"
local store = require "moerates.store"
local table_file = require "moerates.table"

local M = {
  name = "laws",
  summary = "Tries intervals and verdicts on losses whose law is known.",
  example = "moerates laws --curves 400",
}

function M.setup(command)
  command:option("--curves", "Data sets per law and number of replicates.", "200")
    :argname("N"):convert(options.whole("--curves", 100000))
  options.out(command)
end

function M.run(args, context)
  local t = laws.table(args.curves)
  local dir = args.out .. "/report/tables"
  t.footer = { ("moerates laws --curves %d"):format(args.curves) }
  store.make_directories(dir)
  table_file.write(t, dir)
  context.stdout:write(dir, "/", t.name, "\n")
  return 0
end

return M
