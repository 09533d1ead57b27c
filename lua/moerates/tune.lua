--- From how many sums of the curvature this machine had better take BLIS's matrix product.
---
--- The curvature of K linear forms of D = d + 1 numbers has K (K + 1) / 2 times D (D + 1) / 2
--- distinct sums. Our own tiles win while these stay in a core's nearest cache; where they stop to
--- win depends on the machine. Cells follow a fixed rule (src/eval.c), so that their bits depend on
--- no machine; `moerates fit` and timing runs follow the table that `moerates bench --tune` writes:
---
---   { format, machine_id, isa, blis_kernel, blis_from, shapes = { { d, k, sums, tile_ns, blis_ns }... } }
---
--- A table is that of one machine at one ISA level and of one build of BLIS, and counts for no other.
--- Without blis_from tiles won everywhere.
local check = require "moerates.dsl_check"
local columns = require "moerates.columns"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local json = require "moerates.json"
local json_file = require "moerates.json_file"
local lfs = require "lfs"
local store = require "moerates.store"
local timing = require "moerates.timing"

local M = {}

local FORMAT <const> = "moerates-tune-1"

--- What is timed, from 1 600 sums to 1.1 million: the rows fit into any cache, the sums do not.
local GATE <const>, EXPERT <const>, LEVEL <const> = "sigmoid", "relu", "hessian"
local ROWS <const> = 1024
local SHAPES <const> = { { 8, 4 }, { 16, 4 }, { 8, 8 }, { 32, 4 }, { 16, 8 }, { 32, 8 }, { 64, 4 },
  { 16, 16 }, { 64, 8 }, { 32, 16 }, { 64, 16 } }
local REPEATS <const> = 9

local function evaluator(d, k)
  return engine.evaluator { gate = GATE, expert = EXPERT, d = d, k = k }
end

--- Times tiles and BLIS, in turns, at every shape.
---@param options { seed: integer, seconds: number }
---@return table[] shapes by their sums: d, k, sums, tile_ns, blis_ns (the least times of a row)
function M.measure(options)
  local shapes = {}
  for i, shape in ipairs(SHAPES) do
    local d, k, group = shape[1], shape[2], {}
    for c, variant in ipairs { "tile", "blis" } do
      group[c] = { timing = "tune", gate = GATE, expert = EXPERT, d = d, k = k, n = ROWS, level = LEVEL,
        threads = 1, variant = variant, isa = engine.info().isa, rank = 1 }
    end
    local timed = timing.measure(group, { repeats = REPEATS }, options)
    local _, sums = evaluator(d, k)
    shapes[i] = { d = d, k = k, sums = sums, tile_ns = timed[1].ns_per_sample.min,
      blis_ns = timed[2].ns_per_sample.min }
  end
  table.sort(shapes, function(a, b) return a.sums < b.sums end)
  return shapes
end

--- The number of sums from which BLIS should be taken: of all thresholds, the one that loses least
--- at the shapes timed, a loss being the logarithm of the time over the better one's; of equals the
--- largest. nil: never.
---@param shapes table[] by their sums
---@return integer?
function M.threshold(shapes)
  local loss, best, from = 0, 0, nil -- of BLIS from shape i on, less that of never
  for i = #shapes, 1, -1 do
    loss = loss + math.log(shapes[i].blis_ns / shapes[i].tile_ns)
    if loss < best then best, from = loss, shapes[i].sums end
  end
  return from
end

--- Where the table of this machine is, or nil if there is no place for it.
---@param info table as engine.info() gives
---@return string?
function M.path(info)
  local cache, home = os.getenv("XDG_CACHE_HOME"), os.getenv("HOME")
  if not cache or cache:sub(1, 1) ~= "/" then cache = home and home ~= "" and home .. "/.cache" end
  return cache and ("%s/moerates/tune-%s-%s.json"):format(cache, info.machine_id, info.isa) or nil
end

--- The same; raises a fault if there is no place for it.
function M.place(info)
  return M.path(info)
    or fault.raise(2, "--tune: there is no place for the table; set XDG_CACHE_HOME to a directory")
end

--- Writes the table of this machine.
---@param path string
---@param info table
---@param shapes table[]
function M.write(path, info, shapes)
  store.make_directories(path:match("^(.*)/"))
  local ok, message = engine.write_atomic(path, json.encode({ format = FORMAT,
    machine_id = info.machine_id, isa = info.isa, blis_kernel = info.blis_kernel,
    blis_from = M.threshold(shapes), shapes = shapes }, true) .. "\n")
  if not ok then fault.raise(2, "--tune: %s", message) end
end

local count, ns = check.whole(1, 2 ^ 53), check.positive
local content = check.record {
  format = { check.text, required = true }, machine_id = { check.text, required = true },
  isa = { check.name, required = true }, blis_kernel = { check.text, required = true },
  blis_from = { count },
  shapes = { check.list(check.record { d = { count, required = true }, k = { count, required = true },
    sums = { count, required = true }, tile_ns = { ns, required = true },
    blis_ns = { ns, required = true } }, 1, 1000), required = true },
}

--- The table of this machine, or nil if there is none or it was made with another BLIS.
---@param info table
---@return table?
function M.read(info)
  local path = M.path(info)
  if not path or not lfs.attributes(path) then return nil end
  local tuned = json_file.read(path, { what = "tuning table", format = FORMAT, check = content,
    remedy = "delete it, or write it again with: moerates bench --tune" })
  local fits = tuned.machine_id == info.machine_id and tuned.isa == info.isa
    and tuned.blis_kernel == info.blis_kernel
  return fits and tuned or nil
end

--- Makes fits and timing runs of this process follow the machine's table, if there is one.
---@param info table
---@return table? tuned
function M.apply(info)
  local tuned = M.read(info)
  if tuned then engine.tune(tuned.blis_from) end
  return tuned
end

--- Prints what was timed and what follows.
---@param shapes table[]
---@param out file*
function M.print(shapes, out)
  local rows, from = {}, M.threshold(shapes)
  for i, s in ipairs(shapes) do
    rows[i] = { tostring(s.d), tostring(s.k), tostring(s.sums), columns.number(s.tile_ns),
      columns.number(s.blis_ns), ("%.2f"):format(s.tile_ns / s.blis_ns),
      from and s.sums >= from and "blis" or "tile", (evaluator(s.d, s.k)) }
  end
  out:write(("Hessian, %s gate, %s experts, one thread, ns per row\n"):format(GATE, EXPERT))
  out:write(columns.text({ ">d", ">k", ">sums", ">tile", ">blis", ">tile/blis", "tuned", "cells" },
    rows, "  "))
  out:write(from and ("BLIS from %d sums on\n"):format(from) or "tiles everywhere\n")
end

return M
