--- Scratch files for specs: a directory of their own, removed at the end.
local lfs = require "lfs"

local M = {}

--- Makes an empty directory and returns its path.
function M.directory()
  local path = os.tmpname()
  os.remove(path)
  assert(lfs.mkdir(path))
  return path
end

--- Writes a file and returns its path.
function M.write(directory, name, text)
  local path = directory .. "/" .. name
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

--- The contents of a file, or nil.
function M.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

--- Removes a file, or a directory with all that is in it.
function M.remove(path)
  if lfs.symlinkattributes(path, "mode") == "directory" then
    for name in lfs.dir(path) do
      if name ~= "." and name ~= ".." then M.remove(path .. "/" .. name) end
    end
    lfs.rmdir(path)
  else
    os.remove(path)
  end
end

--- A stream that keeps what is written to it.
function M.stream()
  local stream = { text = "" }
  function stream:write(...)
    for i = 1, select("#", ...) do self.text = self.text .. tostring((select(i, ...))) end
    return self
  end
  function stream:flush() return self end
  return stream
end

return M
