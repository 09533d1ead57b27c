--- moerates lua: a file on the embedded Lua, with the engine and every library at hand.
---
--- Unlike an experiment the file is trusted: it is the user's own program (a test, an exploration).
--- The program itself (main.c) runs it, before the command line is read, so that every argument
--- after FILE is the file's own; this module is the command's --help.
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

function M.run() fault.raise(2, "lua FILE must be the first thing on the command line") end

return M
