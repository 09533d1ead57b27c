--- Files of timings: what `moerates bench --json` writes and `moerates compare` reads.
---
---   { format, machine = {...}, build = {...}, limits = {...}, warnings = {...}, seed, seconds,
---     cases = { { gate, expert, d, k, n, level, threads, variant, isa, ns_per_sample, ... }... },
---     growth = { { axis, level, variant, gate, expert, d, k, n, exponent = { value, low, high },
---                  from, to, operations, points = {...} }... },
---     generation = { { what, d, n, points, isa, variant, unit, ns = { min, median }, times }... },
---     optimisers = { { problem, method, gate, expert, d, k, n, starts,
---                      reached = { { nats, share, seconds = { median, low, high } }... },
---                      traces = { { seconds = {...}, nats = {...} }... } }... } }
---
--- growth, generation and optimisers are there if a script of that kind was run. d, k or n of
--- growth is missing where it is the axis; d, n and points of generation where they mean nothing;
--- a number of seconds where too few starts got there.
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
---@param measured { cases: table[], limits: table[], warnings: string[], seed: integer,
---  seconds: number, growth: table[]?, generation: table[]?, optimisers: table[]? }
---@return string json
function M.encode(info, measured)
  return json.encode({
    format = M.FORMAT, machine = pick(info, MACHINE), build = pick(info, BUILD),
    limits = json.array(measured.limits), warnings = json.array(measured.warnings),
    cases = json.array(measured.cases), seed = measured.seed, seconds = measured.seconds,
    growth = measured.growth, generation = measured.generation, optimisers = measured.optimisers,
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
local times = { check.list(check.positive, 1, 1000), required = true }
local ns = { fields { min = { check.positive, required = true },
  median = { check.positive, required = true } }, required = true }
local case_fields = fields {
  gate = { check.name, required = true }, expert = { check.name, required = true },
  d = { count, required = true }, k = { count, required = true }, n = { count, required = true },
  level = { check.choice("level", dsl_timing.LEVELS), required = true },
  threads = { count, required = true }, variant = { check.name, required = true },
  isa = { check.name, required = true }, rank = { check.whole(0, 20), required = true },
  bound_ns = { check.positive, required = true }, share = { check.positive, required = true },
  ns_per_sample = ns, times = times,
}
local exponent = check.number(-100, 100)
local point_fields = fields { at = { count, required = true }, ns = ns, times = times,
  kernel = { check.name, required = true } }
local growth_fields = fields {
  axis = { check.choice("axis", { "n", "d", "k" }), required = true },
  level = { check.choice("level", dsl_timing.LEVELS), required = true },
  variant = { check.choice("variant", dsl_timing.GROWTH_VARIANTS), required = true },
  gate = { check.name, required = true }, expert = { check.name, required = true },
  d = { count }, k = { count }, n = { count },
  exponent = { fields { value = { exponent, required = true }, low = { exponent, required = true },
    high = { exponent, required = true } }, required = true },
  from = { count, required = true }, to = { count, required = true },
  operations = { exponent, required = true }, points = { check.list(point_fields, 2, 1000),
    required = true },
}
local generation_fields = fields {
  what = { check.choice("thing to draw", dsl_timing.DRAWN), required = true },
  d = { count }, n = { count }, points = { count }, isa = { check.name, required = true },
  variant = { check.name, required = true },
  unit = { check.choice("unit", { "number", "row" }), required = true }, ns = ns, times = times,
}
local nats = check.number(0, 1e300)
local reached_fields = fields {
  nats = { check.positive, required = true }, share = { check.number(0, 1), required = true },
  seconds = { fields { median = { nats }, low = { nats }, high = { nats } }, required = true },
}
local trace_fields = fields {
  seconds = { check.list(nats, 1, 100000), required = true },
  nats = { check.list(nats, 1, 100000), required = true },
}

local function trace(value, path, at)
  local one = trace_fields(value, path, at)
  if #one.seconds ~= #one.nats then
    check.fail(at, path, "%d seconds, but %d nats", #one.seconds, #one.nats)
  end
  return one
end

local optimiser_fields = fields {
  problem = { check.name, required = true },
  method = { check.choice("method", dsl_timing.METHODS), required = true },
  gate = { check.name, required = true }, expert = { check.name, required = true },
  d = { count, required = true }, k = { count, required = true }, n = { count, required = true },
  starts = { count, required = true }, reached = { check.list(reached_fields, 1, 100),
    required = true },
  traces = { check.list(trace, 1, 100000), required = true },
}
local file_fields = fields {
  format = { check.text, required = true },
  machine = { fields { machine_id = { machine_id, required = true },
    cpu = { check.text, required = true } }, required = true },
  build = { fields { isa = { check.name, required = true },
    version = { check.text, required = true } }, required = true },
  cases = { check.list(case_fields, 0, 100000), required = true },
  growth = { check.list(growth_fields, 0, 10000), default = {} },
  generation = { check.list(generation_fields, 0, 10000), default = {} },
  optimisers = { check.list(optimiser_fields, 0, 10000), default = {} },
}

--- A whole file; with something in it.
local function contents(value, path, at)
  local file = file_fields(value, path, at)
  if #file.cases + #file.growth + #file.generation + #file.optimisers == 0 then
    check.fail(at, path, "nothing was timed")
  end
  return file
end

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
  local good, file = pcall(contents, value, "", { where = path .. ": ", what = "timings" })
  if not good then fault.raise(2, "%s; %s", file, again) end
  file.path = path
  return file
end

return M
