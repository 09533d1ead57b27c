--- Files of timings: what `moerates bench --json` writes and `moerates compare` reads.
---
---   { format, machine = {...}, build = {...}, limits = {...}, warnings = {...}, seed, seconds,
---     cases = { { gate, expert, d, k, n, level, threads, variant, isa, ns_per_sample, ... }... } }
---
--- A file may come from anybody: each field that is used later is checked when it is read.
local check = require "moerates.dsl_check"
local cjson = require "cjson"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local json = require "moerates.json"

local M = {}

M.FORMAT = "moerates-bench-1"

local MACHINE <const> = { "machine_id", "cpu", "architecture", "cores", "threads", "caches" }
local BUILD <const> = { "version", "compiler", "flags", "isa", "blis", "blis_kernel", "gsl", "lua",
  "hwloc", "versions" }

local function pick(info, names)
  local picked = {}
  for _, name in ipairs(names) do picked[name] = info[name] end
  return picked
end

--- The contents of a file.
---@param info table as engine.info() gives
---@param measured { cases: table[], limits: table[], warnings: string[], seed: integer, seconds: number }
---@return string json
function M.encode(info, measured)
  return json.encode({
    format = M.FORMAT, machine = pick(info, MACHINE), build = pick(info, BUILD),
    limits = json.array(measured.limits), warnings = json.array(measured.warnings),
    cases = json.array(measured.cases), seed = measured.seed, seconds = measured.seconds,
  }, true) .. "\n"
end

--- Writes a file, or raises a fault.
function M.write(path, info, measured)
  local ok, message = engine.write_atomic(path, M.encode(info, measured))
  if not ok then fault.raise(2, "--json: %s", message) end
end

-- Reading ---------------------------------------------------------------------------------------

--- Checks the named fields and keeps only them.
local function fields(schema)
  return function(value, path, at)
    if type(value) ~= "table" then
      check.fail(at, path, "expected an object, got %s", check.show(value))
    end
    local known = {}
    for name in pairs(schema) do known[name] = value[name] end
    return check.record(schema)(known, path, at)
  end
end

local function machine_id(value, path, at)
  if type(value) ~= "string" or not value:find("^%x+$") or #value > 64 then
    check.fail(at, path, "expected the id of a machine, got %s", check.show(value))
  end
  return value
end

local count = check.whole(1, 2 ^ 53)
local case_fields = fields {
  gate = { check.name, required = true }, expert = { check.name, required = true },
  d = { count, required = true }, k = { count, required = true }, n = { count, required = true },
  level = { check.choice("level", dsl_timing.LEVELS), required = true },
  threads = { count, required = true }, variant = { check.name, required = true },
  isa = { check.name, required = true }, rank = { check.whole(0, 20), required = true },
  bound_ns = { check.positive, required = true }, share = { check.positive, required = true },
  ns_per_sample = { fields { min = { check.positive, required = true },
    median = { check.positive, required = true } }, required = true },
  times = { check.list(check.positive, 1, 1000), required = true },
}
local file_fields = fields {
  format = { check.text, required = true },
  machine = { fields { machine_id = { machine_id, required = true },
    cpu = { check.text, required = true } }, required = true },
  build = { fields { isa = { check.name, required = true },
    version = { check.text, required = true } }, required = true },
  cases = { check.list(case_fields, 1, 100000), required = true },
}

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

--- Reads a file of timings, or raises a fault that says what is wrong and what to do.
---@param path string
---@return table
function M.read(path)
  local again = "such files are written by: moerates bench --json FILE"
  local ok, value = pcall(cjson.decode, read_text(path))
  if not ok then
    local reason = tostring(value):gsub("[%c]", "?")
    fault.raise(2, "%s: is not JSON (%s); %s", path, reason, again)
  elseif type(value) ~= "table" or value.format ~= M.FORMAT then
    fault.raise(2, "%s: is no file of timings (there is no \"format\": \"%s\"); %s", path, M.FORMAT,
      again)
  end
  local good, file = pcall(file_fields, value, "", { where = path .. ": ", what = "timings" })
  if not good then fault.raise(2, "%s; %s", file, again) end
  file.path = path
  return file
end

return M
