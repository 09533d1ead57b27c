--- Cell files: where they are, whether they check, and what is known about running them.
---
---   <out>/cells/<experiment>/<key>.tsv         one cell, written and read by the engine
---   <out>/cells/<experiment>/<key>.tsv.bad-1   a file that did not check, set aside
---   <out>/cells/<experiment>/times.log         seconds per cell
---   <out>/running/<pid>                        keys of a run that is under way
---   <out>/failed/<experiment>.tsv              keys of cells that failed, and why
---
--- Only the first is part of the results; the others may be deleted at any time.
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lfs = require "lfs"

local M = {}

--- The file of a cell.
---@param out string
---@param experiment string name
---@param key string
---@return string
function M.path(out, experiment, key) return ("%s/cells/%s/%s.tsv"):format(out, experiment, key) end

--- The cell as read by the engine, or nil, message and "missing" or "corrupt".
function M.read(out, experiment, key)
  local path = M.path(out, experiment, key)
  local cell, message, reason = engine.read_cell(path)
  if cell and cell.key ~= key then
    return nil, path .. ": holds the cell " .. cell.key, "corrupt"
  end
  return cell, message, reason
end

--- "done", "missing" or "corrupt" (and the message) for a planned cell.
---@param out string
---@param cell PlannedCell
---@return string state
---@return string? message
function M.state(out, cell)
  local found, message, reason = M.read(out, cell.experiment, cell.key)
  if found then return "done" end
  if not lfs.attributes(M.path(out, cell.experiment, cell.key)) then return "missing" end
  return reason, message
end

--- Renames a file that does not check, so that nothing reads it and nothing is lost.
---@param path string
---@return string name the new name
function M.set_aside(path)
  local number = 1
  while lfs.attributes(("%s.bad-%d"):format(path, number)) do number = number + 1 end
  local name = ("%s.bad-%d"):format(path, number)
  local ok, message = os.rename(path, name)
  if not ok then fault.raise(2, "cannot set a corrupt cell aside: %s", message) end
  return name
end

--- Makes a directory and those above it.
---@param path string
function M.make_directories(path)
  local built = path:sub(1, 1) == "/" and "/" or ""
  for part in path:gmatch("[^/]+") do
    built = built .. part
    if not lfs.attributes(built) then lfs.mkdir(built) end
    built = built .. "/"
  end
end

--- Raises a fault of one line unless cells can be written below `out`.
---@param out string
function M.check_writable(out)
  M.make_directories(out .. "/cells")
  local probe = ("%s/cells/.writable-%s"):format(out, M.process_id() or "0")
  local file, message = io.open(probe, "w")
  if not file then
    local reason = message:match(": ([^:]*)$") or message
    fault.raise(2, "%s: cannot write there: %s", out, reason:sub(1, 1):lower() .. reason:sub(2))
  end
  file:close()
  os.remove(probe)
end

--- The names of the entries of a directory, sorted; none if it does not exist.
---@param path string
---@return string[]
function M.entries(path)
  local names = {}
  if lfs.attributes(path, "mode") ~= "directory" then return names end
  for name in lfs.dir(path) do
    if name ~= "." and name ~= ".." then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

local function lines_of(path)
  local file = io.open(path, "r")
  local lines = {}
  if not file then return lines end
  for line in file:lines() do lines[#lines + 1] = line end
  file:close()
  return lines
end

--- What the log of an experiment says of each key; the last line of a key counts.
---@param out string
---@param experiment string
---@return table<string, {seconds: number, kinds: table<string, {hits: integer, tried: integer}>}>
function M.log(out, experiment)
  local log = {}
  for _, line in ipairs(lines_of(("%s/cells/%s/times.log"):format(out, experiment))) do
    local key, seconds, rest = line:match("^(%x+)\t([%d.e+-]+)(.*)$")
    local kinds = {}
    for kind, hits, tried in (rest or ""):gmatch "(%a+)=(%d+)/(%d+)" do
      kinds[kind] = { hits = tonumber(hits), tried = tonumber(tried) }
    end
    if key then log[key] = { seconds = tonumber(seconds), kinds = kinds } end
  end
  return log
end

-- Runs under way ----------------------------------------------------------------------------

--- The number of this process, where the system tells.
---@return string?
function M.process_id()
  local target = lfs.symlinkattributes("/proc/self", "target")
  return target and target:match("^%d+$")
end

local function is_alive(pid) return lfs.attributes("/proc/" .. pid) ~= nil end

--- Notes that this process is going to compute these cells; returns a function that forgets it.
---@param out string
---@param cells PlannedCell[]
---@return fun()
function M.announce(out, cells)
  local pid, keys = M.process_id(), {}
  if not pid then return function() end end
  for i, cell in ipairs(cells) do keys[i] = cell.key end
  local directory = out .. "/running"
  M.running(out)
  M.make_directories(directory)
  local path = directory .. "/" .. pid
  engine.write_atomic(path, table.concat(keys, "\n") .. "\n")
  return function()
    os.remove(path)
    lfs.rmdir(directory)
  end
end

--- The keys that live processes are about to compute. Notes of dead ones are removed.
---@param out string
---@return table<string, boolean>
function M.running(out)
  local keys = {}
  for _, pid in ipairs(M.entries(out .. "/running")) do
    local path = ("%s/running/%s"):format(out, pid)
    if not pid:find("^%d+$") or not is_alive(pid) then
      os.remove(path)
    else
      for _, key in ipairs(lines_of(path)) do keys[key] = true end
    end
  end
  lfs.rmdir(out .. "/running")
  return keys
end

-- Failures ----------------------------------------------------------------------------------

local function failed_path(out, experiment) return ("%s/failed/%s.tsv"):format(out, experiment) end

--- Message per key of the cells that failed when they were last tried.
---@param out string
---@param experiment string
---@return table<string, string>
function M.failures(out, experiment)
  local failures = {}
  for _, line in ipairs(lines_of(failed_path(out, experiment))) do
    local key, message = line:match("^(%x+)\t(.*)$")
    if key then failures[key] = message end
  end
  return failures
end

--- Replaces the list of failures of an experiment.
function M.write_failures(out, experiment, failures)
  local keys, lines = {}, {}
  for key in pairs(failures) do keys[#keys + 1] = key end
  table.sort(keys)
  local path = failed_path(out, experiment)
  if #keys == 0 then
    os.remove(path)
    lfs.rmdir(out .. "/failed")
    return
  end
  for i, key in ipairs(keys) do lines[i] = key .. "\t" .. failures[key]:gsub("%c", " ") .. "\n" end
  M.make_directories(out .. "/failed")
  engine.write_atomic(path, table.concat(lines))
end

-- Finding a cell by what a user types -----------------------------------------------------------

--- Every cell file below `out` whose key starts with `prefix`: { experiment =, key =, path = }.
---@param out string
---@param prefix string
---@return table[]
function M.find(out, prefix)
  local found = {}
  for _, experiment in ipairs(M.entries(out .. "/cells")) do
    for _, name in ipairs(M.entries(out .. "/cells/" .. experiment)) do
      local key = name:match("^(%x+)%.tsv$")
      if key and #key == 32 and key:sub(1, #prefix) == prefix then
        found[#found + 1] = { experiment = experiment, key = key,
          path = M.path(out, experiment, key) }
      end
    end
  end
  return found
end

return M
