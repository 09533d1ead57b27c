--- moerates why: what a cell is, whether it is there, and what would make it run again.
---
--- A cell runs again when no valid file has its key, and a key changes with the description or with
--- the numerical version of a layer. So the answer is a comparison: of this cell with the nearest
--- other one, field by field.
local engine = require "moerates.engine"
local inspect = require "moerates.inspect"
local store = require "moerates.store"

local M = {
  name = "why",
  summary = "Says what a cell is and why it would run again.",
  example = "moerates why 3fa2 --script benchmarks/convergence/table1.lua",
}

M.setup = inspect.setup

local function print_description(description, out)
  for _, leaf in ipairs(inspect.leaves(description)) do
    out:write(("  %-24s %s\n"):format(leaf.path, leaf.value))
  end
end

local function print_differences(list, here, there, out)
  for _, difference in ipairs(list) do
    out:write(("  %-24s %s: %s, %s: %s\n"):format(difference.path, here, difference.here or "none",
      there, difference.there or "none"))
  end
end

--- Of the cells in the list the one that differs in the fewest fields.
---@param description table
---@param list { key: string, description: table }[]
local function nearest(description, key, list)
  local best, fewest
  for _, other in ipairs(list) do
    if other.key ~= key then
      local differences = inspect.differences(description, other.description)
      if not fewest or #differences < #fewest then best, fewest = other, differences end
    end
  end
  return best, fewest
end

--- Descriptions of the valid cell files of an experiment.
local function stored(out, experiment)
  local list = {}
  for _, found in ipairs(store.find(out, "")) do
    local cell = found.experiment == experiment and engine.read_cell(found.path)
    local description = cell and engine.parse(cell.description)
    if description then
      list[#list + 1] = { key = found.key, description = description, versions = cell.versions }
    end
  end
  return list
end

local function planned_descriptions(planned)
  local list = {}
  for i, cell in ipairs(planned) do
    list[i] = { key = cell.key, description = engine.parse(cell.text) }
  end
  return list
end

--- The cell is in a file: is it what the engine, or the script, would compute now?
local function explain_stored(found, cell, planned, out)
  local description, message = engine.parse(cell.description)
  if not description then
    out:write("its description cannot be read: ", message, "\n")
    return
  end
  print_description(description, out)
  out:write("versions: ", cell.versions, "\nevaluator: ", cell.evaluator, "\n")
  local now, reason = engine.case(description)
  if not now then
    out:write("would not run again: the engine refuses it now: ", reason, "\n")
  elseif now.key ~= found.key then
    out:write(("would run again under the key %s: a numerical version changed since %s\n"):format(
      now.key, cell.versions))
  elseif #planned == 0 then
    out:write("would not run again: the description and the versions give the same key\n")
  elseif inspect.planned_cell(planned, found.key) then
    out:write("would not run again: the script plans this very cell\n")
  else
    local other, differences = nearest(description, found.key, planned_descriptions(planned))
    out:write(("the script plans another cell in its place: %s, which differs in:\n"):format(
      other.key:sub(1, 12)))
    print_differences(differences, "this", "planned", out)
  end
end

--- The cell is only planned: which stored one is nearest?
local function explain_planned(cell, reason, args, out)
  local description = engine.parse(cell.text)
  print_description(description, out)
  out:write("would run: its file is ", reason, "\n")
  local other, differences = nearest(description, cell.key, stored(args.out, cell.experiment))
  if not other then return end
  if #differences == 0 then
    out:write(("the cell %s has the same description but other versions: %s\n"):format(
      other.key:sub(1, 12), other.versions))
    return
  end
  out:write(("nearest stored cell: %s, which differs in:\n"):format(other.key:sub(1, 12)))
  print_differences(differences, "this", "stored", out)
end

function M.run(args, context)
  local out, planned = context.stdout, inspect.planned(args)
  local found = inspect.locate(args, planned)
  local cell, message, reason = engine.read_cell(found.path)
  out:write("key: ", found.key, "\nfile: ", found.path, "\n")
  if cell then
    out:write(("state: done, %d rows\n"):format(#cell.rows))
    explain_stored(found, cell, planned, out)
    return 0
  end
  out:write("state: ", reason, reason == "corrupt" and " (" .. message .. ")" or "", "\n")
  local wanted = inspect.planned_cell(planned, found.key)
  if wanted then
    explain_planned(wanted, reason, args, out)
  else
    out:write("would run again: the file does not check; --script shows what it should hold\n")
  end
  return 0
end

return M
