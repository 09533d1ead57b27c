--- Checkers: small functions from a value to the same value in its normal form, or an error.
---
--- A checker is called as check(value, path, at). `path` names the field for the message
--- ("cases[2].design.lower"); `at` says where the user wrote it:
---
---   at.where   "script.lua:12: "
---   at.what    "moe.telescope", the function the user called
---   at.known   { gates = {...}, experts = {...}, measures = {...} }: what the engine has
---
--- An error is one line, `where` `what` `path`: what was expected, what was found. Checkers never
--- look at more than plain data, so the same ones run twice: in the sandbox, where they can name
--- the line, and outside it on what came back, because a stranger's script is not to be trusted.
local nearest = require "moerates.nearest"

local M = {}

---@class At
---@field where string
---@field what string
---@field known table

--- Raises the error of a field.
---@param at At
---@param path string field, or "" for the whole value
function M.fail(at, path, format, ...)
  local message = select("#", ...) > 0 and format:format(...) or format
  local field = path == "" and "" or path .. ": "
  error(at.where .. at.what .. ": " .. field .. message, 0)
end

--- A value as it should look in a message: short, on one line.
function M.show(value)
  if type(value) == "string" then
    local text = #value > 40 and value:sub(1, 37) .. "..." or value
    return "'" .. text:gsub("[%c']", "?") .. "'"
  elseif type(value) == "number" then
    return (("%.17g"):format(value):gsub("^(%-?%d+%.%d-)0+$", "%1"))
  elseif value == nil then
    return "nothing"
  elseif type(value) == "boolean" then
    return tostring(value)
  end
  return "a " .. type(value)
end

--- path .. key, with a dot between names and brackets around indices.
function M.join(path, key)
  if type(key) == "number" then return ("%s[%d]"):format(path, key) end
  return path == "" and tostring(key) or path .. "." .. tostring(key)
end

--- The keys of a table in an order that does not depend on the run.
function M.sorted_keys(t)
  local keys = {}
  for key in pairs(t) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b)
    if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
    return type(a) < type(b)
  end)
  return keys
end

--- A finite number in [low, high].
function M.number(low, high)
  return function(value, path, at)
    if type(value) ~= "number" or value ~= value or value < low or value > high
      or value == math.huge or value == -math.huge then
      local range = ""
      if low > -math.huge and high < math.huge then
        range = (" from %.6g to %.6g"):format(low, high)
      elseif low > -math.huge then
        range = (" of at least %.6g"):format(low)
      end
      M.fail(at, path, "expected a number%s, got %s", range, M.show(value))
    end
    return value
  end
end

--- A number above zero.
function M.positive(value, path, at)
  if type(value) ~= "number" or not (value > 0 and value < math.huge) then
    M.fail(at, path, "expected a number above 0, got %s", M.show(value))
  end
  return value
end

--- A whole number in [low, high]; 1e4 is one too. The normal form is an integer.
function M.whole(low, high)
  return function(value, path, at)
    local whole = type(value) == "number" and math.tointeger(value)
    if not whole or whole < low or whole > high then
      M.fail(at, path, "expected a whole number from %.15g to %.15g, got %s", low, high,
        M.show(value))
    end
    return whole
  end
end

function M.flag(value, path, at)
  if type(value) ~= "boolean" then
    M.fail(at, path, "expected true or false, got %s", M.show(value))
  end
  return value
end

--- Text for people: one line of UTF-8, at most 200 bytes.
function M.text(value, path, at)
  if type(value) ~= "string" or #value > 200 or value:find("%c") or not utf8.len(value) then
    M.fail(at, path, "expected a line of text of at most 200 bytes, got %s", M.show(value))
  end
  return value
end

--- A name from which file names are built.
function M.name(value, path, at)
  if type(value) ~= "string" or #value > 64 or not value:find("^[a-z0-9][a-z0-9-]*$") then
    M.fail(at, path, "expected a name (a-z, 0-9 and '-', at most 64 characters), got %s",
      M.show(value))
  end
  return value
end

--- One of a list of words; the message names the nearest. `kind` says what they are.
function M.choice(kind, words)
  return function(value, path, at)
    local known = type(words) == "string" and at.known[words] or words
    for _, word in ipairs(known) do
      if word == value then return value end
    end
    if type(value) ~= "string" then
      M.fail(at, path, "expected the name of a %s, got %s", kind, M.show(value))
    end
    M.fail(at, path, "unknown %s %s%s", kind, M.show(value), nearest.hint(value, known))
  end
end

local function check_table(value, path, at, expected)
  if type(value) ~= "table" then
    M.fail(at, path, "expected %s, got %s", expected, M.show(value))
  end
end

--- A list of `low` to `high` items without holes or other keys.
function M.list(check, low, high)
  return function(value, path, at)
    check_table(value, path, at, "a list")
    local count = 0
    for _, key in ipairs(M.sorted_keys(value)) do
      if math.type(key) ~= "integer" or key ~= count + 1 then
        M.fail(at, path, "expected a list, got a table with the key %s", M.show(key))
      end
      count = key
    end
    if count < low or count > high then
      M.fail(at, path, "expected %d to %d items, got %d", low, high, count)
    end
    local result = {}
    for i = 1, count do result[i] = check(value[i], M.join(path, i), at) end
    return result
  end
end

--- A list, or one item that stands for a list of one.
function M.list_or_one(check, low, high, is_one)
  local list = M.list(check, low, high)
  return function(value, path, at)
    if is_one(value) then value = { value } end
    return list(value, path, at)
  end
end

--- { low, high } with low <= high.
function M.range(value, path, at)
  local pair = M.list(M.number(-1e6, 1e6), 2, 2)(value, path, at)
  if pair[1] > pair[2] then
    M.fail(at, path, "expected { low, high }, got { %s, %s }", M.show(pair[1]), M.show(pair[2]))
  end
  return pair
end

--- Raises the error of a key that `schema` does not have.
function M.known_key(key, schema, path, at)
  if schema[key] then return end
  if type(key) ~= "string" then
    M.fail(at, path, "unexpected item %s; fields have names", M.show(key))
  end
  M.fail(at, path, "unknown key %s%s", M.show(key), nearest.hint(key, M.sorted_keys(schema)))
end

--- A table with named fields: schema[key] = { check, required = true } or { check, default = v }.
--- Fields are checked in alphabetical order, so that the first error is always the same one.
function M.record(schema)
  return function(value, path, at)
    check_table(value, path, at, "a table")
    for _, key in ipairs(M.sorted_keys(value)) do M.known_key(key, schema, path, at) end
    local result = {}
    for _, key in ipairs(M.sorted_keys(schema)) do
      local field, given = schema[key], value[key]
      if given == nil then given = field.default end
      if given ~= nil then
        result[key] = field[1](given, M.join(path, key), at)
      elseif field.required then
        M.fail(at, path, "'%s' is missing", key)
      end
    end
    return result
  end
end

--- A table that says by its `kind` which record it is.
function M.variant(records, constructors)
  local kinds = M.sorted_keys(records)
  local expected = table.concat(constructors, ", ")
  return function(value, path, at)
    if type(value) ~= "table" or not records[value.kind] then
      local kind = type(value) == "table" and type(value.kind) == "string"
        and nearest.hint(value.kind, kinds) or ""
      M.fail(at, path, "expected %s, got %s%s", expected, M.show(value), kind)
    end
    return records[value.kind](value, path, at)
  end
end

--- A copy that shares nothing with the original.
function M.copy(value)
  if type(value) ~= "table" then return value end
  local result = {}
  for key, item in pairs(value) do result[key] = M.copy(item) end
  return result
end

return M
