--- Finding the cell a user means, and saying what is in it and how it differs from another.
local fault = require "moerates.fault"
local lfs = require "lfs"
local plan = require "moerates.plan"
local script = require "moerates.script"
local store = require "moerates.store"

local M = {}

--- CELL [--script SCRIPT]: arguments of the commands that look at one cell.
function M.setup(command)
  local options = require "moerates.options"
  command:argument("CELL", "The beginning of a cell's key (4 digits or more), or its file.")
    :target("cell")
  command:option("--script", "An experiment that plans it, for cells that are not there.")
    :count("*"):argname("SCRIPT"):target("scripts")
  options.profile(command)
  options.set(command)
  options.out(command)
end

--- All cells that the scripts plan.
---@return PlannedCell[]
function M.planned(args)
  return plan.all(script.load_all(args.scripts, args.set), args.profile)
end

local function from_path(path)
  if lfs.attributes(path, "mode") ~= "file" then return nil end
  local key = path:match("(%x+)%.tsv$")
  return key and #key == 32
    and { key = key, path = path, experiment = path:match("([^/]+)/[^/]+$") or "" }
end

local function candidates(args, planned)
  local prefix, by_key, list = args.cell:lower(), {}, {}
  for _, found in ipairs(store.find(args.out, prefix)) do
    by_key[found.key] = found
    list[#list + 1] = found
  end
  for _, cell in ipairs(planned) do
    if cell.key:sub(1, #prefix) == prefix and not by_key[cell.key] then
      list[#list + 1] = { key = cell.key, experiment = cell.experiment,
        path = store.path(args.out, cell.experiment, cell.key) }
    end
  end
  return list
end

--- The one cell that the user named: { key =, experiment =, path = }. Raises a fault if there is
--- none or more than one.
---@param planned PlannedCell[]
function M.locate(args, planned)
  local found = from_path(args.cell)
  if found then return found end
  if not args.cell:find("^%x%x%x%x+$") then
    fault.raise(2, "'%s' is neither a cell's file nor 4 or more digits of a key", args.cell)
  end
  local list = candidates(args, planned)
  if #list == 0 then
    fault.usage("give its --script to look among the cells that a script plans",
      "no cell below %s/cells has a key that starts with %s", args.out, args.cell)
  elseif #list > 1 then
    fault.raise(2, "%d cells have a key that starts with %s; give more digits", #list, args.cell)
  end
  return list[1]
end

--- The planned cell of that key, if any.
function M.planned_cell(planned, key)
  for _, cell in ipairs(planned) do
    if cell.key == key then return cell end
  end
end

--- A leaf as people write it: 0.1, not 0.10000000000000001.
local function show(value)
  if type(value) == "number" then
    local short = ("%.15g"):format(value)
    return tonumber(short) == value and short or ("%.17g"):format(value)
  elseif type(value) == "table" then
    local parts = {}
    for i, item in ipairs(value) do parts[i] = show(item) end
    return "{" .. table.concat(parts, ", ") .. "}"
  end
  return tostring(value)
end

--- "path = value" for every leaf of a description, sorted by path.
---@param value any
---@return { path: string, value: string }[]
function M.leaves(value)
  local list = {}
  local function visit(item, path)
    local is_list = type(item) == "table" and #item > 0
    if type(item) ~= "table" or (is_list and type(item[1]) ~= "table") then
      list[#list + 1] = { path = path, value = show(item) }
      return
    end
    for key, inner in pairs(item) do
      local name = path == "" and key or path .. "." .. key
      visit(inner, is_list and ("%s[%d]"):format(path, key) or name)
    end
  end
  visit(value, "")
  table.sort(list, function(a, b) return a.path < b.path end)
  return list
end

--- The leaves in which two descriptions differ: { path =, here =, there = }; nil where absent.
function M.differences(here, there)
  local mine, theirs, paths, result = {}, {}, {}, {}
  for _, leaf in ipairs(M.leaves(here)) do
    mine[leaf.path] = leaf.value
    paths[#paths + 1] = leaf.path
  end
  for _, leaf in ipairs(M.leaves(there)) do
    theirs[leaf.path] = leaf.value
    if not mine[leaf.path] then paths[#paths + 1] = leaf.path end
  end
  table.sort(paths)
  for _, path in ipairs(paths) do
    if mine[path] ~= theirs[path] then
      result[#result + 1] = { path = path, here = mine[path], there = theirs[path] }
    end
  end
  return result
end

return M
