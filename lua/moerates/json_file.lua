--- JSON files that this program wrote and reads again, whatever became of them in between.
local cjson = require "cjson"
local fault = require "moerates.fault"
local text_file = require "moerates.text_file"

local M = {}

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
  local ok, value = pcall(cjson.decode, text_file.read(path))
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
