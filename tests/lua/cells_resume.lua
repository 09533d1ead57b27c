--- Computes the small cells that are missing below a directory; cells_spec.lua kills it.
local dir = ...
local engine = require "moerates.engine"
package.path = package.path .. ";" .. arg[0]:match("^(.*)/") .. "/?.lua"

local missing = {}
for _, cell in ipairs(require("small_cells").describe()) do
  local path = ("%s/cells/%s/%s.tsv"):format(dir, cell.experiment, engine.case(cell).key)
  local found, message, reason = engine.read_cell(path)
  if not found then
    assert(reason == "missing", message)
    missing[#missing + 1] = cell
  end
end
local outcome = engine.run(missing, { dir = dir, threads = 2 })
return outcome.failed
