--- The command line from inside, for specs.
local assert = require "luassert"
local cli = require "moerates.cli"
local engine = require "moerates.engine"
local scratch = require "scratch"

local M = {}

--- Runs a command line; returns exit code, standard output, standard error.
function M.run(...)
  local out, err = scratch.stream(), scratch.stream()
  local code = cli.main({ ... }, { engine = engine, stdout = out, stderr = err })
  return code, out.text, err.text
end

--- Asserts that a command line ends with that code and says `text`, without a traceback.
function M.assert_fails(code, text, ...)
  local found, _, err = M.run(...)
  assert.equal(code, found, err)
  assert.truthy(err:find(text, 1, true), err)
  assert.falsy(err:find("traceback", 1, true), err)
end

return M
