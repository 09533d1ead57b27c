--- Loads scripts of experiments, timings and certificates: runs them in the sandbox and checks what
--- comes back once more.
---
--- Inside the sandbox the language knows the line of every mistake; outside it nothing that a
--- script returns is believed, because a script may return a table it made by hand. So the same
--- checkers run a second time on the plain data, and only names that passed become file names.
local dsl_certificates = require "moerates.dsl_certificates"
local dsl_experiment = require "moerates.dsl_experiment"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lists = require "moerates.lists"
local lfs = require "lfs"
local nearest = require "moerates.nearest"
local text_file = require "moerates.text_file"

local M = {}

--- Seconds and bytes a script may take.
local LIMITS <const> = { seconds = 10, bytes = 256 * 1024 * 1024 }

--- What a script may describe: how it is checked, and what to say if another kind was asked for.
local KINDS <const> = {
  experiment = { check = dsl_experiment.experiment, constructor = "moe.experiment",
    instead = "is an experiment; compute it with: moerates run" },
  timing = { check = dsl_timing.script, constructor = "moe.timing",
    instead = "is a timing script; run it with: moerates bench" },
  certificates = { check = dsl_certificates.certificates, constructor = "moe.certificates",
    instead = "is a script of certificates; compute them with: moerates certify" },
}

local function kind_of(result)
  return dsl_timing.is_timing(result) and "timing"
    or dsl_certificates.is_certificates(result) and "certificates" or "experiment"
end

--- The text of a script, or a fault that says why there is none.
local function read_source(path)
  local kind = lfs.attributes(path, "mode")
  if kind and kind ~= "file" then fault.raise(2, "%s: is a %s, not an experiment script", path, kind) end
  return text_file.read(path)
end

--- Lua shortens long paths in messages to "...tail"; puts the whole path back.
local function whole_path(message, path)
  local tail, rest = message:match("^%.%.%.([^:]+)(:%d+:.*)$")
  if tail and path:sub(-#tail) == tail then return path .. rest end
  return message
end

--- A constructor knows the line on which it was called; the key it complains about is often some
--- lines further down. Moves the line there if the key can be seen.
local function line_of_key(message, path, source)
  local line, rest = message:match("^" .. path:gsub("%p", "%%%0") .. ":(%d+):(.*)$")
  if not line then return message end
  local key = rest:match("unknown key '([%w_]+)'")
    or rest:match("^ moe%.[%w_]+: [^ ]-([%w_]+)[%[%]%d]*: ")
  local number, from = 0, tonumber(line)
  for text in key and (source .. "\n"):gmatch("([^\n]*)\n") or function() end do
    number = number + 1
    if number >= from and text:find("%f[%w_]" .. key .. "%s*=[^=]") then
      return ("%s:%d:%s"):format(path, number, rest)
    end
    if number > from and text:find("^[}%)]") then break end -- the end of the call
  end
  return message
end

--- Reads NAME=VALUE texts.
---@param list string[]?
---@return table<string, string>
function M.settings(list)
  local set = {}
  for _, text in ipairs(list or {}) do
    local name, value = text:match("^([a-z0-9][a-z0-9-]*)=(.*)$")
    if not name then fault.raise(2, "--set wants NAME=VALUE, got '%s'", text) end
    if set[name] then fault.raise(2, "--set %s is given twice", name) end
    set[name] = value
  end
  return set
end

local function describe(result)
  if result == nil then return "nothing" end
  return "a " .. type(result)
end

--- Where the Lua library is: the directory that holds moerates.lua.
local function library()
  local path = package.searchpath("moerates.script", package.path) or ""
  return path:match("^(.*)/moerates/script%.lua$") or "lua"
end

--- Runs one script.
---@param path string
---@param set table<string, string>? options given on the command line
---@param kinds string|string[]|nil what it may describe: experiment (default), timing, certificates
---@return table experiment in normal form, with .script = path
function M.load(path, set, kinds)
  kinds = type(kinds) == "table" and kinds or { kinds or "experiment" }
  local source = read_source(path)
  local result, message = engine.sandbox(path,
    { options = set or {}, seconds = LIMITS.seconds, bytes = LIMITS.bytes, lua_dir = library() })
  if message then
    fault.raise(2, "%s", line_of_key(whole_path(message, path), path, source))
  elseif type(result) ~= "table" then
    fault.raise(2, "%s: returned %s; a script ends with 'return %s { ... }'", path,
      describe(result), KINDS[kinds[1]].constructor)
  end
  local kind = kind_of(result)
  if not lists.contains(kinds, kind) then
    fault.raise(2, "%s: %s %s", path, KINDS[kind].instead, path)
  end
  local at = { where = path .. ": ", what = kind, known = dsl_experiment.known(engine) }
  local ok, experiment = pcall(KINDS[kind].check, result, "", at)
  if not ok then fault.raise(2, "%s", experiment) end
  experiment.script = path
  return experiment
end

--- Every option of --set must be declared by at least one of the scripts.
local function check_settings(experiments, set)
  local declared, names = {}, {}
  for _, experiment in ipairs(experiments) do
    for _, option in ipairs(experiment.options) do
      if not declared[option.name] then names[#names + 1] = option.name end
      declared[option.name] = true
    end
  end
  local given = {}
  for name in pairs(set) do given[#given + 1] = name end
  table.sort(given)
  for _, name in ipairs(given) do
    if not declared[name] then
      local known = #names == 0 and " (the script declares none)" or nearest.hint(name, names)
      fault.raise(2, "--set %s: no such option%s", name, known)
    end
  end
end

--- Runs several scripts; their experiments must have different names.
---@param paths string[]
---@param settings string[]? NAME=VALUE texts
---@param kinds string|string[]|nil as for M.load
---@return table[] experiments
function M.load_all(paths, settings, kinds)
  local set, experiments, seen = M.settings(settings), {}, {}
  for i, path in ipairs(paths) do
    local experiment = M.load(path, set, kinds)
    if seen[experiment.name] then
      fault.raise(2, "%s: the %s '%s' is already in %s", path, kind_of(experiment),
        experiment.name, seen[experiment.name])
    end
    seen[experiment.name] = path
    experiments[i] = experiment
  end
  check_settings(experiments, set)
  return experiments
end

--- What --help adds: the options that the scripts on the command line declare.
---@param argv string[]
---@param kind string? as for M.load
---@return string?
function M.options_help(argv, kind)
  local lines = {}
  for i = 2, #argv do
    if argv[i]:find("%.lua$") then
      local options = M.load(argv[i], nil, kind).options
      lines[#lines + 1] = ("Options of %s (--set NAME=VALUE):\n"):format(argv[i])
      for _, option in ipairs(options) do
        lines[#lines + 1] = ("   %-20s %s (default: %s)\n"):format(option.name, option.help,
          option.default)
      end
      if #options == 0 then lines[#lines + 1] = "   none\n" end
    end
  end
  return #lines > 0 and table.concat(lines) or nil
end

return M
