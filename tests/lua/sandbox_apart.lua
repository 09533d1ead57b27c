--- Runs one script in the sandbox with a short deadline; for sandbox_spec.lua.
local path, library = ...
local engine = require "moerates.engine"
local _, message = engine.sandbox(path, { lua_dir = library, seconds = 0.25 })
print(message)
