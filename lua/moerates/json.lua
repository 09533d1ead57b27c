--- JSON for programs that read our output.
---
--- Written here because the order of keys and every digit of a number must be the same on each
--- run: lua-cjson writes 14 digits and keys in the order of a hash.
local M = {}

local ESCAPES <const> = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n",
  ["\r"] = "\\r", ["\t"] = "\\t",
}
local array_mark = {}

--- Marks a table as a list, so that an empty one is written `[]`.
---@param list table
---@return table list
function M.array(list) return setmetatable(list, array_mark) end

local function quote(text)
  return '"' .. text:gsub('[%c"\\\127]', function(c)
    return ESCAPES[c] or ("\\u%04x"):format(c:byte())
  end) .. '"'
end

--- The shortest of %.15g and %.17g that reads back as the same number; null if not finite.
local function number(x)
  if x ~= x or x == math.huge or x == -math.huge then return "null" end
  if math.type(x) == "integer" then return ("%d"):format(x) end
  local short = ("%.15g"):format(x)
  return tonumber(short) == x and short or ("%.17g"):format(x)
end

local encode

local function join(parts, open, close, indent)
  if #parts == 0 then return open .. close end
  if not indent then return open .. table.concat(parts, ",") .. close end
  local inner = indent .. "  "
  return open .. "\n" .. inner .. table.concat(parts, ",\n" .. inner) .. "\n" .. indent .. close
end

local function encode_table(value, indent)
  local deeper = indent and indent .. "  "
  local parts = {}
  if #value > 0 or getmetatable(value) == array_mark then
    for i, item in ipairs(value) do parts[i] = encode(item, deeper) end
    return join(parts, "[", "]", indent)
  end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do
    parts[i] = quote(key) .. (indent and ": " or ":") .. encode(value[key], deeper)
  end
  return join(parts, "{", "}", indent)
end

function encode(value, indent)
  local kind = type(value)
  if kind == "table" then return encode_table(value, indent) end
  if kind == "string" then return quote(value) end
  if kind == "number" then return number(value) end
  if kind == "boolean" then return tostring(value) end
  if kind == "nil" then return "null" end
  error("json: cannot write a " .. kind)
end

--- The value as JSON text; keys sorted. `pretty` puts every item on its own line.
---@param value any
---@param pretty boolean?
---@return string
function M.encode(value, pretty) return encode(value, pretty and "" or nil) end

return M
