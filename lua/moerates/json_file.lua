--- JSON files that this program wrote and reads again, whatever became of them in between.
local cjson = require "cjson"
local fault = require "moerates.fault"

local M = {}

local function read_text(path)
  local file, message = io.open(path, "rb")
  local text = file and file:read("a")
  if file then file:close() end
  if not text then
    local reason = not file and message:match(": ([^:]*)$") or "is a directory"
    fault.raise(2, "%s: %s", path, reason:sub(1, 1):lower() .. reason:sub(2))
  end
  return text
end

---@class JsonFileKind
---@field what string what the file should be: "file of timings"
---@field format string the value of its field "format"
---@field remedy string what to do about a bad one
---@field check fun(value: table, path: string, at: table): table what dsl_check.record gives

--- Reads a file, or raises a fault that says what is wrong and what to do.
---@param path string
---@param kind JsonFileKind
---@return table
function M.read(path, kind)
  local ok, value = pcall(cjson.decode, read_text(path))
  if not ok then
    fault.raise(2, "%s: is not JSON (%s); %s", path, tostring(value):gsub("[%c]", "?"), kind.remedy)
  elseif type(value) ~= "table" or value.format ~= kind.format then
    fault.raise(2, "%s: is no %s (there is no \"format\": \"%s\"); %s", path, kind.what, kind.format,
      kind.remedy)
  end
  local good, content = pcall(kind.check, value, "", { where = path .. ": ", what = kind.what })
  if not good then fault.raise(2, "%s; %s", content, kind.remedy) end
  return content
end

return M
