--- moerates replay: one replicate computed again, every number shown, compared with the stored row.
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local inspect = require "moerates.inspect"

local M = {
  name = "replay",
  summary = "Computes one replicate of a cell again and compares it with the stored numbers.",
  description = "Computes one replicate of a cell again, prints every number and compares it with "
    .. "the stored row. Exit code 1 if a bit differs.",
  example = "moerates replay 3fa2 7",
}

function M.setup(command)
  inspect.setup(command)
  command:argument("REPLICATE", "Its number in the case, from 1."):target("replicate")
end

local function read_replicate(text)
  local number = math.tointeger(tonumber(text))
  if not number or number < 1 then
    fault.raise(2, "REPLICATE wants a whole number from 1, got '%s'", text)
  end
  return number
end

--- The description of the cell, from its file or else from the plan, and the stored rows.
local function load_cell(args)
  local planned = inspect.planned(args)
  local found = inspect.locate(args, planned)
  local cell, message = engine.read_cell(found.path)
  if cell then
    local description, reason = engine.parse(cell.description)
    if not description then fault.raise(2, "%s: %s", found.path, reason) end
    return found, description, cell
  end
  local wanted = inspect.planned_cell(planned, found.key)
  if not wanted then fault.raise(2, "%s", message) end
  return found, wanted.cell, nil
end

local function rows_of(cell, replicate)
  local rows = {}
  for _, row in ipairs(cell and cell.rows or {}) do
    if row.replicate == replicate then rows[#rows + 1] = row end
  end
  return rows
end

--- Equal bits, NaN equal to NaN.
local function same(a, b)
  if a == nil or b == nil then return a == b end
  if type(a) == "number" and type(b) == "number" then
    if a ~= a or b ~= b then return a ~= a and b ~= b end
    return ("<d"):pack(a) == ("<d"):pack(b)
  end
  return a == b
end

local function show(value)
  if type(value) == "number" then return ("%.17g"):format(value) end
  return tostring(value)
end

--- The names of theta's entries: gate rows (beta1, beta0) of every atom, then expert rows (a, b).
---@param k integer
---@param d integer
---@return string[]
function M.parameter_names(k, d)
  local names = {}
  for _, pair in ipairs { { "beta1", "beta0" }, { "a", "b" } } do
    for atom = 1, k do
      for s = 1, d do
        names[#names + 1] = d == 1 and ("atom %d %s"):format(atom, pair[1])
          or ("atom %d %s[%d]"):format(atom, pair[1], s)
      end
      names[#names + 1] = ("atom %d %s"):format(atom, pair[2])
    end
  end
  return names
end

--- One line; returns true if it equals what was stored.
local function print_value(name, value, stored, compare, out)
  local equal = not compare or same(value, stored)
  local mark = equal and "" or "   stored: " .. show(stored)
  out:write(("  %-16s %s%s\n"):format(name, show(value), mark))
  return equal
end

local function print_row(row, stored, columns, names, compare, out)
  local equal = true
  for _, column in ipairs(columns) do
    if row[column] ~= nil then
      equal = print_value(column, row[column], stored and stored[column], compare, out) and equal
    end
  end
  for i, name in ipairs(names) do
    equal = print_value(name, row.theta[i], stored and stored.theta[i], compare, out) and equal
  end
  return equal
end

function M.run(args, context)
  local out, replicate = context.stdout, read_replicate(args.replicate)
  local found, description, cell = load_cell(args)
  local info, reason = engine.case(description)
  if not info then fault.raise(2, "%s: %s", found.path, reason) end
  local ok, rows, evaluator = pcall(engine.compute, description, replicate)
  if not ok then fault.raise(2, "%s", tostring(rows)) end
  local data = description.data
  local names = M.parameter_names(description.fit.k, data and #data.x or description.truth.d)
  local stored = rows_of(cell, replicate)
  local equal = not cell or #stored == #rows
  out:write(("cell %s, replicate %d, %s\n"):format(found.key, replicate, evaluator or ""))
  for i, row in ipairs(rows) do
    out:write(("row %d of %d\n"):format(i, #rows))
    equal = print_row(row, stored[i], info.columns, names, cell ~= nil, out) and equal
  end
  if not cell then
    out:write("nothing to compare with: the cell's file is not there\n")
    return 0
  end
  out:write(equal and "equal to the stored row, bit for bit\n" or "DIFFERS from the stored row\n")
  return equal and 0 or fault.REGRESSED
end

return M
