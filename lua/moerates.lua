--- What `require "moerates"` gives an experiment script: the constructors of the language.
---
--- This file runs inside the sandbox beside the script. It declares nothing of its own: each
--- constructor checks its argument (dsl.lua) and returns plain data, and the script returns the
--- experiment made of them. meta.lua documents every field for editors.
local pure = require "moerates.pure"
local dsl = require "moerates.dsl"
local dsl_certificates = require "moerates.dsl_certificates"
local dsl_experiment = require "moerates.dsl_experiment"
local dsl_mixture = require "moerates.dsl_mixture"
local dsl_timing = require "moerates.dsl_timing"
local check = require "moerates.dsl_check"
local nearest = require "moerates.nearest"

local known = dsl_experiment.known(pure)
local declared = {}

--- A value given as NAME=VALUE on the command line, read as the type of the default.
local function read_option(name, text, default, at)
  if type(default) == "number" then
    local number = tonumber(text)
    if not number or number ~= number then
      check.fail(at, "", "option '%s' is a number, '%s' is not one", name, text)
    end
    return number
  elseif type(default) == "boolean" then
    if text ~= "true" and text ~= "false" then
      check.fail(at, "", "option '%s' is true or false, not '%s'", name, text)
    end
    return text == "true"
  end
  return text
end

--- moe.option(name, default, help): a value that --set NAME=VALUE changes.
local function option(at, name, default, help)
  check.name(name, "name", at)
  help = help == nil and "" or check.text(help, "help", at)
  local kind = type(default)
  if kind ~= "number" and kind ~= "string" and kind ~= "boolean" then
    check.fail(at, "default", "expected a number, text or true / false, got %s",
      check.show(default))
  end
  for _, other in ipairs(declared) do
    if other.name == name then check.fail(at, "", "the option '%s' is declared twice", name) end
  end
  local given, value = pure.options and pure.options[name], default
  if given ~= nil then value = read_option(name, tostring(given), default, at) end
  declared[#declared + 1] = { name = name, default = default, value = value, help = help }
  return value
end

--- A constructor of one table from a function of dsl.lua.
local function of_table(make)
  return function(at, value) return make(value == nil and {} or value, "", at) end
end

local constructors = {
  option = option,
  decades = function(at, from, to, per_decade) return dsl.decades(from, to, per_decade, at) end,
  random_truth = function(at, value) return dsl.random_truth(value, "", at, pure) end,
  experiment = function(at, value) return dsl_experiment.experiment(value, "", at, declared) end,
  certificates = function(at, value)
    return dsl_certificates.certificates(value == nil and {} or value, "", at, declared)
  end,
  case = of_table(dsl_experiment.case), mixture = of_table(dsl_mixture.mixture),
}
for _, kind in ipairs(dsl_timing.KINDS) do
  constructors[kind] = function(at, value) return dsl_timing[kind](value, "", at, declared) end
end
for _, name in ipairs { "truth", "table1_truth", "curve", "box", "telescope", "uniform", "normal", "sizes",
  "grid", "lse", "mle", "em", "sgd", "path", "table", "cross_validation", "figure", "claim" } do
  constructors[name] = of_table(dsl[name])
end

local moe = {
  --- Random numbers as functions of a text and an index from 1: the same on every run.
  random = { uniform = pure.uniform, normal = pure.normal },
  --- phi(z), phi'(z), phi''(z) of an expert by name, with the engine's arithmetic.
  value = pure.expert_value,
}

--- "file:line: " of the script's line that asked for `moe.name`. Taken when the name is looked up,
--- because the frame of `return moe.experiment { ... }` is gone once it is called.
local function asking_line()
  local _, where = pcall(error, "", 4)
  return where
end

return setmetatable(moe, {
  __index = function(_, name)
    local make = constructors[name]
    local at = { where = asking_line(), what = "moe." .. tostring(name), known = known }
    if not make then
      local names = check.sorted_keys(constructors)
      names[#names + 1] = "random"
      names[#names + 1] = "value"
      check.fail(at, "", "there is no such function%s", nearest.hint(tostring(name), names))
    end
    return function(...) return make(at, ...) end
  end,
  __newindex = function() error("the table moe cannot be changed", 2) end,
})
