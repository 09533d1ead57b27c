--- Files of timings: what `moerates bench --json` writes and `moerates compare` reads.
---
---   { format, machine = {...}, build = {...}, limits = {...}, warnings = {...}, seed, seconds,
---     cases = { { gate, expert, d, k, n, level, threads, variant, isa, ns_per_sample, ... }... },
---     peers = { { contest, peer, version, gate, expert, d, k, n, threads, ratio, times,
---                 ns_per_sample = { min, median },
---                 seconds = { min, median }, starts, objective, above, share, lower }... },
---     likelihoods = { { gate, expert, d, k, n, level, threads, variant, kernel, isa, rank,
---                       ns_per_sample, squares_ns, ratio, interval = { value, low, high } }... },
---     growth = { { axis, level, variant, gate, expert, d, k, n, exponent = { value, low, high },
---                  from, to, operations, points = {...} }... },
---     generation = { { what, d, n, points, isa, variant, unit, ns = { min, median }, times }... },
---     optimisers = { { problem, method, gate, expert, d, k, n, starts,
---                      reached = { { nats, share, seconds = { median, low, high } }... },
---                      traces = { { seconds = {...}, nats = {...} }... } }... } }
---
--- The last five are there if they were measured. A peer has ns_per_sample of a gradient, seconds of
--- a fit: one time per start, the least end in nats, the median of the nats above the best end of
--- all, the share of starts that came within .001 nat of that, and from how many it ended below
--- ours. "ratio" is to our own row, whose peer is "moerates": of the least times, of a fit's medians.
--- A likelihood's times are of the
--- mixture, squares_ns of least squares of the same size in the same run, ratio the first over the
--- second. d, k or n of growth is missing where it is the axis; d, n and points of generation where they mean
--- nothing; a number of seconds of optimisers where too few starts got there.
---
--- results/machines/ has one file per machine and ISA level, without what neither the paper nor a
--- comparison needs: see M.write_reference.
---
--- A file may come from anybody: each field that is used later is checked when it is read.
local check = require "moerates.dsl_check"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local json = require "moerates.json"
local json_file = require "moerates.json_file"

local M = {}

M.FORMAT = "moerates-bench-1"

local MACHINE <const> = { "machine_id", "cpu", "architecture", "features", "packages", "cores",
  "threads", "caches" }
local BUILD <const> = { "version", "compiler", "flags", "isa", "blis", "blis_kernel", "gsl", "lua",
  "hwloc", "versions" }

local function pick(info, names)
  local picked = {}
  for _, name in ipairs(names) do picked[name] = info[name] end
  return picked
end

--- What a file holds.
local function content_of(info, measured)
  local content = { format = M.FORMAT, machine = pick(info, MACHINE), build = pick(info, BUILD),
    cases = {}, limits = {}, warnings = {} }
  for name, value in pairs(measured) do content[name] = value end
  for _, name in ipairs { "cases", "limits", "warnings" } do json.array(content[name]) end
  return content
end

--- The contents of a file.
---@param info table as engine.info() gives
---@param measured { cases: table[], limits: table[], warnings: string[], seed: integer,
---  seconds: number, peers: table[]?, growth: table[]?, generation: table[]?, optimisers: table[]? }
---@return string json
function M.encode(info, measured) return json.encode(content_of(info, measured), true) .. "\n" end

--- Writes a file, or raises a fault.
function M.write(path, info, measured)
  local ok, message = engine.write_atomic(path, M.encode(info, measured))
  if not ok then fault.raise(2, "--json: %s", message) end
end

-- References ------------------------------------------------------------------------------------

--- Points that a trace keeps.
local TRACE <const> = 60

--- A copy with six significant digits of every number.
local function rounded(value)
  if type(value) == "number" and math.type(value) == "float" then
    return tonumber(("%.6g"):format(value))
  elseif type(value) ~= "table" then
    return value
  end
  local copy = setmetatable({}, getmetatable(value))
  for key, item in pairs(value) do copy[key] = rounded(item) end
  return copy
end

--- At most TRACE points of a trace, its ends among them.
local function thinned(trace)
  local count, out = #trace.seconds, { seconds = {}, nats = {} }
  local kept = math.min(count, TRACE)
  for i = 1, kept do
    local at = kept > 1 and 1 + (i - 1) * (count - 1) // (kept - 1) or count
    out.seconds[i], out.nats[i] = trace.seconds[at], trace.nats[at]
  end
  return out
end

local CASE <const> = { "gate", "expert", "d", "k", "n", "level", "threads", "variant", "isa", "rank",
  "bound_ns", "bound_by", "share", "from_memory", "ns_per_sample", "times", "outliers" }

--- What the paper and comparisons need.
local function trimmed(content)
  local small = rounded(content)
  for i, case in ipairs(small.cases) do small.cases[i] = pick(case, CASE) end
  for _, one in ipairs(small.optimisers or {}) do
    for i, trace in ipairs(one.traces) do one.traces[i] = thinned(trace) end
  end
  return small
end

--- JSON with a line for each item of a list, so that two versions can be told apart.
local function in_lines(content)
  local parts = {}
  for _, name in ipairs(check.sorted_keys(content)) do
    local value = content[name]
    local text = json.encode(value)
    if type(value) == "table" and #value > 0 then
      local items = {}
      for i, item in ipairs(value) do items[i] = json.encode(item) end
      text = "[\n" .. table.concat(items, ",\n") .. "\n]"
    end
    parts[#parts + 1] = json.encode(name) .. ": " .. text
  end
  return "{\n" .. table.concat(parts, ",\n") .. "\n}\n"
end

--- Writes <directory>/<machine_id>-<isa>.json.
---@param directory string an existing one
---@return string path
function M.write_reference(directory, info, measured)
  local path = ("%s/%s-%s.json"):format(directory, info.machine_id, info.isa)
  local ok, message = engine.write_atomic(path, in_lines(trimmed(content_of(info, measured))))
  if not ok then fault.raise(2, "--reference: %s", message) end
  return path
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
local spread = fields { min = { check.positive, required = true },
  median = { check.positive, required = true } }
local times = { check.list(check.positive, 1, 1000), required = true }
local ns = { spread, required = true }
local case_fields = fields {
  gate = { check.name, required = true }, expert = { check.name, required = true },
  d = { count, required = true }, k = { count, required = true }, n = { count, required = true },
  level = { check.choice("level", dsl_timing.LEVELS), required = true },
  threads = { count, required = true }, variant = { check.name, required = true },
  isa = { check.name, required = true }, rank = { check.whole(0, 20), required = true },
  bound_ns = { check.positive, required = true }, share = { check.positive, required = true },
  from_memory = { check.flag, default = false },
  ns_per_sample = ns, times = times,
}
local limit_fields = fields {
  threads = { count, required = true }, gflops = { check.positive, required = true },
  read = { check.positive, required = true },
}
local peer_fields = fields {
  contest = { check.choice("contest", { "gradient", "fit", "em" }), required = true },
  peer = { check.text, required = true }, version = { check.text },
  gate = { check.name, required = true }, expert = { check.name, required = true },
  d = { count, required = true }, k = { count, required = true }, n = { count, required = true },
  threads = { count, required = true }, ns_per_sample = { spread }, seconds = { spread },
  objective = { check.number(-1e300, 1e300) }, ratio = { check.positive },
  starts = { count }, above = { check.number(0, 1e300) }, share = { check.number(0, 1) },
  lower = { check.whole(0, 2 ^ 53) },
}
local positive_interval = fields { value = { check.positive, required = true },
  low = { check.positive, required = true }, high = { check.positive, required = true } }
local likelihood_fields = fields {
  gate = { check.name, required = true }, expert = { check.name, required = true },
  d = { count, required = true }, k = { count, required = true }, n = { count, required = true },
  level = { check.choice("level", dsl_timing.LEVELS), required = true },
  threads = { count, required = true },
  variant = { check.choice("variant", dsl_timing.LIKELIHOOD_VARIANTS), required = true },
  kernel = { check.name, required = true }, isa = { check.name, required = true },
  ns_per_sample = ns, squares_ns = ns, ratio = { check.positive, required = true },
  interval = { positive_interval, required = true },
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
  starts = { count, required = true }, limit = { check.positive, required = true },
  reached = { check.list(reached_fields, 1, 100),
    required = true },
  traces = { check.list(trace, 1, 100000), required = true },
}
local file_fields = fields {
  format = { check.text, required = true },
  machine = { fields { machine_id = { machine_id, required = true },
    cpu = { check.text, required = true }, cores = { count } }, required = true },
  build = { fields { isa = { check.name, required = true },
    version = { check.text, required = true }, compiler = { check.text } }, required = true },
  limits = { check.list(limit_fields, 0, 1000), default = {} },
  warnings = { check.list(check.text, 0, 100), default = {} },
  cases = { check.list(case_fields, 0, 100000), required = true },
  peers = { check.list(peer_fields, 0, 10000), default = {} },
  likelihoods = { check.list(likelihood_fields, 0, 10000), default = {} },
  growth = { check.list(growth_fields, 0, 10000), default = {} },
  generation = { check.list(generation_fields, 0, 10000), default = {} },
  optimisers = { check.list(optimiser_fields, 0, 10000), default = {} },
}

--- A whole file; with something in it.
local function contents(value, path, at)
  local file = file_fields(value, path, at)
  if #file.cases + #file.peers + #file.likelihoods + #file.growth + #file.generation + #file.optimisers == 0 then
    check.fail(at, path, "nothing was timed")
  end
  return file
end

local KIND <const> = { what = "file of timings", format = M.FORMAT, check = contents,
  remedy = "such files are written by: moerates bench --json FILE" }

--- Reads a file of timings, or raises a fault that says what is wrong and what to do.
---@param path string
---@return table
function M.read(path)
  local file = json_file.read(path, KIND)
  file.path = path
  return file
end

return M
