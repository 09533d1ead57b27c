--- Errors that are the user's to mend: one line of text and the exit code that goes with it.
---
--- `fault.raise` throws a table; the command line prints its message and exits with its code. Any
--- other error is a defect of the program and is shown with its traceback.
local M = {}

local Fault = {}
Fault.__index = Fault
function Fault:__tostring() return self.message end

--- The exit codes (0 is success).
M.REGRESSED, M.USAGE, M.FAILED, M.NO_MATCH = 1, 2, 3, 4

---@class Fault
---@field code integer exit code
---@field message string one line: what, where, what to do
---@field hint string? a second line

--- Throws a fault.
---@param code integer exit code
---@param format string as for string.format
function M.raise(code, format, ...)
  local message = select("#", ...) > 0 and format:format(...) or format
  error(setmetatable({ code = code, message = message }, Fault), 0)
end

--- Throws a fault of bad usage or input with a second line that says what to try.
---@param hint string
---@param format string as for string.format
function M.usage(hint, format, ...)
  error(setmetatable({ code = M.USAGE, message = format:format(...), hint = hint }, Fault), 0)
end

--- True if `value` was thrown by this module.
function M.is(value) return getmetatable(value) == Fault end

return M
