--- Whole text files.
local fault = require "moerates.fault"

local M = {}

--- The text of a file; nil and why, if it cannot be had.
---@param path string
---@return string? text
---@return string? reason "no such file or directory"
function M.find(path)
  local file, message = io.open(path, "rb")
  local text
  if file then
    text, message = file:read("a")
    file:close()
  end
  if text then return text end
  local reason = (message or "cannot be read"):match("([^:]*)$"):gsub("^%s+", "")
  return nil, reason:sub(1, 1):lower() .. reason:sub(2)
end

--- The text of a file, or a fault.
---@param path string
---@return string
function M.read(path)
  local text, reason = M.find(path)
  return text or fault.raise(2, "%s: %s", path, reason)
end

return M
