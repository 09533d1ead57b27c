--- moe.mixture { ... }: a truth for certificates that is more than one of moe.truth: a learned temperature, an
--- activation in the router, Gaussian noise with variances of its own, outer scales, shared atoms.
---
---   moe.mixture { gate = "softmax", temperature = 0.7, activation = "tanh", inside = false, expert = "tanh",
---     gaussian = true, { beta1 =, beta0 =, a =, b =, scale =, variance = }...,
---     shared_expert = "relu", shared = { { omega =, a =, b =, scale =, variance = }... } }
---
--- What is left out is not a parameter: without temperature it is 1, without activation the logit is linear,
--- without a scale it is 1. `inside`: the activation is that of beta1.x + beta0, not of beta1.x
--- alone (src/mixture.h). As in dsl.lua, the normal form goes through unchanged.
local check = require "moerates.dsl_check"
local dsl = require "moerates.dsl"

local M = {}

--- As many atoms as each group of src/mixture.h takes, in case all go into both.
local MOST_ATOMS <const>, MOST_COVARIATES <const> = 8, 4

local coordinate, positive = check.number(-1e3, 1e3), check.number(1e-3, 1e3)
local vector = check.list_or_one(coordinate, 1, MOST_COVARIATES, function(x) return type(x) == "number" end)

local routed = check.record {
  beta1 = { vector }, beta0 = { coordinate, default = 0 }, a = { vector }, b = { coordinate, default = 0 },
  scale = { coordinate }, variance = { positive, default = 1 },
}
local shared = check.record {
  omega = { check.number(0, 1), default = 1 }, a = { vector }, b = { coordinate, default = 0 },
  scale = { coordinate }, variance = { positive, default = 1 },
}

local fields = check.record {
  kind = { check.choice("kind", { "mixture" }), default = "mixture" }, gate = { dsl.gate, required = true },
  temperature = { positive }, activation = { dsl.expert }, inside = { check.flag, default = false },
  gaussian = { check.flag, default = false }, expert = { dsl.expert, required = true },
  d = { check.whole(1, MOST_COVARIATES), default = 1 },
  shared_expert = { dsl.expert }, shared = { check.list(shared, 0, MOST_ATOMS), default = {} },
  atoms = { check.list(routed, 1, MOST_ATOMS), required = true },
}

--- Fills in the slopes of a list of atoms.
local function complete(one, list, expert, path, at)
  for i, atom in ipairs(list) do
    for _, key in ipairs { "beta1", "a" } do
      local here = check.join(check.join(path, i), key)
      if key == "a" or list == one.atoms then
        atom[key] = atom[key] or table.move({ 0, 0, 0, 0 }, 1, one.d, 1, {})
        if #atom[key] ~= one.d then check.fail(at, here, "expected %d numbers, got %d", one.d, #atom[key]) end
      end
      for _, slope in ipairs(key == "a" and at.known.intercept_only[expert] and atom.a or {}) do
        if slope ~= 0 then
          check.fail(at, here, "the expert '%s' does not see x, so its slopes must be 0", expert)
        end
      end
    end
  end
end

--- The weights of shared atoms add up to one.
local function check_omegas(one, at)
  local sum = 0
  for _, atom in ipairs(one.shared) do sum = sum + atom.omega end
  if #one.shared > 0 and math.abs(sum - 1) > 1e-12 then
    check.fail(at, "shared", "the weights omega add up to %.6g, not to 1", sum)
  end
end

--- moe.mixture { ... } in its normal form.
---@param value table
---@param at At
---@return table mixture
function M.mixture(value, path, at)
  if type(value) ~= "table" then check.fail(at, path, "expected moe.mixture { ... }, got %s", check.show(value)) end
  local named, atoms = {}, {}
  for key, item in pairs(value) do
    if math.type(key) == "integer" then atoms[key] = item else named[key] = item end
  end
  if next(atoms) ~= nil then named.atoms = atoms end
  local one = fields(named, path, at)
  one.shared_expert = one.shared_expert or one.expert
  if one.inside and not one.activation then
    check.fail(at, check.join(path, "inside"), "says where beta0 enters an activation, and there is none")
  elseif #one.shared > 0 and not one.gaussian then
    check.fail(at, check.join(path, "shared"), "shared atoms are for densities: set gaussian = true")
  end
  if #one.shared + #one.atoms > MOST_ATOMS then
    check.fail(at, path, "%d shared and %d routed atoms are more than %d", #one.shared, #one.atoms, MOST_ATOMS)
  end
  complete(one, one.atoms, one.expert, check.join(path, "atoms"), at)
  complete(one, one.shared, one.shared_expert, check.join(path, "shared"), at)
  check_omegas(one, at)
  return one
end

--- A truth of a certificate: moe.truth or moe.mixture.
function M.any_truth(value, path, at)
  local is_mixture = type(value) == "table" and value.kind == "mixture"
  return (is_mixture and M.mixture or dsl.truth)(value, path, at)
end

return M
