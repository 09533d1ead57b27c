--- Runs the Lua specs on the embedded Lua: build/moerates lua tests/run.lua [busted's arguments].
---
--- /usr/bin/busted would pick another Lua, without the engine. The interpreter may be named by
--- tests/.. so specs find the program and the tree by these globals:
---   MOERATES   the program under test,  ROOT   the top of the source tree
local root = arg[0]:match("^(.*)/tests/run%.lua$") or "."
package.path = package.path .. ";" .. root .. "/tests/lua/?.lua"
_G.ROOT = root
_G.MOERATES = arg[-2]

table.insert(arg, 1, "--pattern=_spec%.lua$")
if os.getenv("CI") or not os.getenv("TERM") then table.insert(arg, 1, "--output=plainTerminal") end
require "busted.runner" { standalone = false }
