--- Timing scripts: what `moerates bench` times, one case for each combination of the axes.
---
--- As in dsl.lua, a function takes what the user wrote and returns the normal form, which it leaves
--- as it is. Combinations that mean nothing (a Hessian by dsyrk, more threads than the machine has)
--- are left out when the cases are listed (timing.lua); here only the words are checked.
local check = require "moerates.dsl_check"
local dsl = require "moerates.dsl"
local dsl_experiment = require "moerates.dsl_experiment"
local select = require "moerates.select"

local M = {}

M.LEVELS = { "objective", "gradient", "gauss-newton", "hessian" }
M.VARIANTS = { "plain", "gsl", "blis-dsyrk", "blis", "tile" }

--- What a selection may name. rank: 0 for scalar code, 1 for the machine's best ISA level, 2 for the
--- next.
M.FIELDS = {
  timing = "text", gate = "text", expert = "text", level = "text", variant = "text", isa = "text",
  d = "number", k = "number", n = "number", threads = "number", rank = "number",
}

local function is_text(value) return type(value) == "string" end
local function is_number(value) return type(value) == "number" end

local function selection(value, path, at)
  if not is_text(value) then
    check.fail(at, path, "expected a selection such as 'threads=1', got %s", check.show(value))
  end
  local parsed, message = select.parse(value, M.FIELDS)
  if not parsed then check.fail(at, path, "%s", message) end
  return value
end

local shape = check.record {
  d = { check.whole(1, 256), required = true }, k = { check.whole(1, 32), required = true },
  n = { check.list_or_one(check.whole(32, 2147483647), 1, 20, is_number), required = true },
}

local function some(checker) return check.list_or_one(checker, 1, 100, is_text) end

local timing_fields = check.record {
  kind = { check.choice("kind", { "timing" }), default = "timing" },
  name = { check.name, required = true }, title = { check.text },
  gate = { some(dsl.gate), required = true }, expert = { some(dsl.expert), required = true },
  shapes = { check.list(shape, 1, 100), required = true },
  level = { some(check.choice("level", M.LEVELS)), default = M.LEVELS },
  variant = { some(check.choice("variant", M.VARIANTS)), default = M.VARIANTS },
  threads = { check.list_or_one(check.whole(1, 256), 1, 20, is_number), default = 1 },
  repeats = { check.whole(3, 100), default = 9 },
  default = { check.list_or_one(selection, 0, 20, is_text), default = {} },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- moe.timing { name =, gate =, expert =, shapes = { { d =, k =, n = }... }, ... }
---@param value table what the user wrote, or a normal form
---@param at At
---@param options table[]? the options the script declared
---@return table timing
function M.timing(value, path, at, options)
  local timing = timing_fields(value, path, at)
  timing.title = timing.title or timing.name
  timing.options = check.copy(options or timing.options)
  return timing
end

return M
