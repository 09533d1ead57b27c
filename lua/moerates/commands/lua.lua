--- moerates lua: a file on the embedded Lua, with the engine and every library at hand.
---
--- Unlike an experiment the file is trusted: it is the user's own program (a test, an exploration).
local fault = require "moerates.fault"

local M = {
  name = "lua",
  summary = "Runs a file on the embedded Lua with the engine loaded.",
  example = "moerates lua tests/run.lua tests/lua",
}

function M.setup(command)
  command:argument("FILE", "A Lua 5.4 file."):target("file")
  command:argument("ARG", "Its arguments, options included."):args("*"):target("args")
end

function M.run(args)
  local chunk, message = loadfile(args.file, "t")
  if not chunk then fault.raise(2, "%s", message) end
  arg = { [0] = args.file, table.unpack(args.args) } -- as the standalone interpreter sets it
  local result = chunk(table.unpack(args.args))
  return math.type(result) == "integer" and result or 0
end

return M
