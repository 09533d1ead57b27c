--- Scripts of certificates: truths at which identifiability is tested, polynomial systems with
--- solutions (systems.lua), and the claims that they judge.
---
---   moe.certificates { name =, design =, cases = { { name =, truth =, over = }... }, -- truth: or moe.mixture
---                      systems = { { name =, system =, atoms = { { weight =, a =, b = }... } }... },
---                      claims = { { id =, family =, cases = { name... } }..., { id =, system = name }... } }
---
--- As in dsl.lua, the normal form goes through unchanged.
local check = require "moerates.dsl_check"
local dsl = require "moerates.dsl"
local dsl_mixture = require "moerates.dsl_mixture"
local dsl_experiment = require "moerates.dsl_experiment"

local M = {}

--- The families of certify.lua, in its order, and all that a claim may name.
M.FAMILIES = { "strong", "strong_f", "effective", "weak" }
local ANY_FAMILY <const> = { "strong", "strong_f", "effective", "weak", "exchange" }
--- The systems of systems.lua.
M.SYSTEMS = { "r1", "r2" }

local case = check.record {
  name = { check.name, required = true }, truth = { dsl_mixture.any_truth, required = true },
  over = { check.list(check.whole(1, 32), 1, 32), default = { 1 } },
}

local coordinate = check.whole(-1000, 1000)
local atom = check.record {
  weight = { check.whole(1, 1000), required = true }, a = { coordinate, required = true },
  b = { coordinate, required = true }, gate = { coordinate, default = 0 }, slope = { coordinate, default = 0 },
}

local system = check.record {
  name = { check.name, required = true }, system = { check.choice("system", M.SYSTEMS), required = true },
  atoms = { check.list(atom, 1, 6), required = true },
}

local system_claim = check.record {
  id = { check.text, required = true }, system = { check.name, required = true },
}

local family_claim = check.record {
  id = { check.text, required = true },
  family = { check.choice("family", ANY_FAMILY), required = true },
  cases = { check.list(check.name, 1, 100), required = true },
}

local function claim(value, path, at)
  local of_system = type(value) == "table" and value.system ~= nil
  return (of_system and system_claim or family_claim)(value, path, at)
end

local fields = check.record {
  kind = { check.choice("kind", { "certificates" }), default = "certificates" },
  name = { check.name, required = true }, title = { check.text },
  design = { dsl.design, default = { kind = "telescope", lower = -3, upper = 3, points = 256 } },
  cases = { check.list(case, 0, 1000), default = {} },
  systems = { check.list(system, 0, 100), default = {} },
  claims = { check.list(claim, 0, 1000), default = {} },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- The names of a list, which must differ.
local function names_of(list, key, at)
  local names = {}
  for i, each in ipairs(list) do
    if names[each.name] then
      check.fail(at, ("%s[%d].name"):format(key, i), "there are two %s '%s'", key, each.name)
    end
    names[each.name], names[i] = true, each.name
  end
  return names
end

--- moe.certificates { ... } in its normal form.
---@param value table
---@param at At
---@param options table[]? the options the script declared
---@return table certificates
function M.certificates(value, path, at, options)
  local one = fields(value, path, at)
  one.title = one.title or one.name
  one.options = options and check.copy(options) or one.options
  if #one.cases + #one.systems == 0 then
    check.fail(at, "cases", "expected at least one case or one of systems")
  end
  for i, each in ipairs(one.cases) do
    for _, over in ipairs(each.over) do
      if over > #each.truth.atoms then
        check.fail(at, ("cases[%d].over"):format(i), "the truth has %d atoms, there is no atom %d",
          #each.truth.atoms, over)
      end
    end
  end
  local case_known = check.choice("case", names_of(one.cases, "cases", at))
  local system_known = check.choice("system", names_of(one.systems, "systems", at))
  for i, each in ipairs(one.claims) do
    if each.system then system_known(each.system, ("claims[%d].system"):format(i), at) end
    for j, name in ipairs(each.cases or {}) do case_known(name, ("claims[%d].cases[%d]"):format(i, j), at) end
  end
  return one
end

--- Whether a normal form is a script of certificates.
function M.is_certificates(value) return type(value) == "table" and value.kind == "certificates" end

return M
