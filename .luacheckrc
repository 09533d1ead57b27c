std = "lua54"
max_line_length = 100
ignore = { "212/_.*" } -- arguments that start with _ are unused on purpose

files["lua/meta.lua"] = { max_line_length = false, ignore = { "212" } } -- declarations only
-- What busted gives a spec.
files["tests/lua"] = { std = "+busted" }
-- The standalone interpreter sets `arg`; so does `moerates lua`.
files["lua/moerates/commands/lua.lua"] = { globals = { "arg" } }
