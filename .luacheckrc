std = "lua54"
max_line_length = 120
ignore = { "212/_.*" } -- arguments that start with _ are unused on purpose
exclude_files = { "tests/lua/hostile" } -- scripts that are wrong on purpose

files["lua/meta.lua"] = { max_line_length = false, ignore = { "212" } } -- declarations only
-- What busted and tests/run.lua give a spec; error messages are spelt out on one line.
files["tests/lua"] = {
  std = "+busted", read_globals = { "ROOT", "MOERATES" }, max_line_length = 120,
}
files["benchmarks"] = { max_line_length = 110 } -- data
