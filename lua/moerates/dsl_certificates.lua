--- Scripts of certificates: truths at which identifiability is tested, and the claims that they
--- judge.
---
---   moe.certificates { name =, design =, cases = { { name =, truth =, over = }... }, -- truth: or moe.mixture
---                      claims = { { id =, family =, cases = { name... } }... } }
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

local case = check.record {
  name = { check.name, required = true }, truth = { dsl_mixture.any_truth, required = true },
  over = { check.list(check.whole(1, 32), 1, 32), default = { 1 } },
}

local claim = check.record {
  id = { check.text, required = true },
  family = { check.choice("family", ANY_FAMILY), required = true },
  cases = { check.list(check.name, 1, 100), required = true },
}

local fields = check.record {
  kind = { check.choice("kind", { "certificates" }), default = "certificates" },
  name = { check.name, required = true }, title = { check.text },
  design = { dsl.design, default = { kind = "telescope", lower = -3, upper = 3, points = 256 } },
  cases = { check.list(case, 1, 1000), required = true },
  claims = { check.list(claim, 0, 1000), default = {} },
  options = { check.list(dsl_experiment.option, 0, 100), default = {} },
}

--- moe.certificates { ... } in its normal form.
---@param value table
---@param at At
---@param options table[]? the options the script declared
---@return table certificates
function M.certificates(value, path, at, options)
  local one, names = fields(value, path, at), {}
  one.title = one.title or one.name
  one.options = options and check.copy(options) or one.options
  for i, each in ipairs(one.cases) do
    if names[each.name] then
      check.fail(at, ("cases[%d].name"):format(i), "there are two cases '%s'", each.name)
    end
    names[each.name], names[i] = true, each.name
    for _, atom in ipairs(each.over) do
      if atom > #each.truth.atoms then
        check.fail(at, ("cases[%d].over"):format(i), "the truth has %d atoms, there is no atom %d",
          #each.truth.atoms, atom)
      end
    end
  end
  local known = check.choice("case", names)
  for i, each in ipairs(one.claims) do
    for j, name in ipairs(each.cases) do known(name, ("claims[%d].cases[%d]"):format(i, j), at) end
  end
  return one
end

--- Whether a normal form is a script of certificates.
function M.is_certificates(value) return type(value) == "table" and value.kind == "certificates" end

return M
