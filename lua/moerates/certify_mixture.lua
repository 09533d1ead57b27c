--- Certificates of mixtures taken whole (dsl_mixture.lua, src/mixture.h): what certify.lua does atom by atom
--- cannot see parameters that all atoms share, nor densities.
---
---   weak        the tangent space: derivatives of f, or of the density p, in every free parameter. A gate with
---               translations has them fixed: the logit of its last atom is made 0 by one, as in fits.
---   exchange    of shared and routed atoms: derivatives of p in their masses, when every expert of one group is
---               put into the other as well, with mass 0 and the gate of the first routed atom. A relation is a
---               way to move mass from one group to the other that p does not notice.
---
--- "At every atom" are relations of one atom's F = g(v) h, or g(v) N(y; h, nu), whatever its parameters.
--- Masses omega are taken as free: as densities integrate to one, any relation keeps their sum.
local certify = require "moerates.certify"
local engine = require "moerates.engine"
local equation = require "moerates.equation"
local fault = require "moerates.fault"
local lists = require "moerates.lists"

local M = {}

-- Parameters ------------------------------------------------------------------------------------

--- Of an atom, in the order of src/mixture.h: { key, component, text, LaTeX }.
local function slots_of(d)
  local list = {}
  local function add(key, text, latex, components)
    for s = 1, components or 1 do
      local many = components and components > 1
      list[#list + 1] = { key = key, s = components and s, text = many and ("%s.%d"):format(text, s) or text,
        latex = many and ("%s_{%d}"):format(latex, s) or latex }
    end
  end
  add("beta1", "b1", "\\beta_{1}", d)
  add("beta0", "b0", "\\beta_{0}")
  add("a", "a", "a", d)
  add("b", "b", "b")
  add("scale", "c", "c")
  add("variance", "nu", "\\nu")
  add("mass", "m", "m")
  return list
end

local function sees_x(expert) return not lists.named(engine.experts(), expert).intercept_only end

--- Whether a parameter of an atom is free.
local function is_free(mixture, atom, key, expert, is_shared)
  if key == "beta1" or key == "beta0" then return not is_shared end
  if key == "a" then return sees_x(expert) end
  if key == "scale" then return atom.scale ~= nil end
  if key == "variance" then return mixture.gaussian end
  if key == "mass" then return is_shared and #mixture.shared > 1 end
  return true
end

--- What an atom has where it does not say.
local ABSENT <const> = { beta0 = 0, scale = 1, mass = 1 }

--- All parameters: shared atoms, routed ones, the temperature. Each has value, text, LaTeX, key, atom (a place
--- among all) and whether it is free.
local function parameters_of(mixture)
  local list, slots, many = {}, slots_of(mixture.d), #mixture.shared + #mixture.atoms > 1
  local function add(atom, place, label, expert, is_shared)
    for _, slot in ipairs(slots) do
      local is_omega = slot.key == "mass" and is_shared
      local text, latex = is_omega and "omega" or slot.text, is_omega and "\\omega" or slot.latex
      local field = atom[is_omega and "omega" or slot.key]
      list[#list + 1] = { key = slot.key, atom = place, shared = is_shared,
        value = slot.s and (field and field[slot.s] or 0) or field or ABSENT[slot.key],
        free = is_free(mixture, atom, slot.key, expert, is_shared),
        many and ("%s[%s]"):format(text, label) or text, many and ("{%s}^{(%s)}"):format(latex, label) or latex }
    end
  end
  for j, atom in ipairs(mixture.shared) do
    add(atom, j, atom.label or "s" .. j, mixture.shared_expert, true)
  end
  for i, atom in ipairs(mixture.atoms) do
    add(atom, #mixture.shared + i, atom.label or tostring(i), mixture.expert, false)
  end
  list[#list + 1] = { key = "temperature", value = mixture.temperature or 1,
    free = mixture.temperature ~= nil, "tau", "\\tau" }
  return list
end

-- Families --------------------------------------------------------------------------------------

--- Points of a law of X that has none of its own.
local QUADRATURE <const> = 64

--- Calls the engine with groups of parameters; what it refuses is the user's to mend. points: of several groups,
--- whose functions are of single atoms.
local function evaluate(mixture, groups, design, terms, points)
  local theta, bare = {}, {}
  for _, parameters in ipairs(groups) do
    for _, p in ipairs(parameters) do theta[#theta + 1] = p.value end
  end
  for i, term in ipairs(terms) do
    local at = {}
    for j, count in ipairs(term.order) do
      for _ = 1, count do at[#at + 1] = j end
    end
    bare[i] = { at = at, power = term.power or lists.zeros(#groups[1]) }
  end
  local gate, law = lists.named(engine.gates(), mixture.gate), {}
  for key, value in pairs(design) do law[key] = value end
  if law.points then law.points = points or law.points end
  local result, message = engine.mixture_family { design = law,
    points = not law.points and (points or QUADRATURE) or nil, theta = theta, terms = bare,
    mixture = { d = mixture.d, shared = #mixture.shared, routed = #mixture.atoms, gate = mixture.gate,
      activation = mixture.activation or "", shared_expert = mixture.shared_expert, expert = mixture.expert,
      normalised = gate.normalised and not points, inside = mixture.inside, gaussian = mixture.gaussian } }
  if not result then fault.raise(2, "%s", message) end
  return result
end

--- The first derivative by parameter j.
local function derivative(parameters, j)
  local order = lists.zeros(#parameters)
  order[j] = 1
  return { atom = 1, order = order }
end

local function naming_of(mixture, parameters, name)
  return { atoms = #mixture.atoms, parameters = parameters, names = { name }, names_latex = { name } }
end

local function function_name(mixture) return mixture.gaussian and "p" or "f" end

local function make_family(name, mixture, design, terms, parameters)
  local found = evaluate(mixture, { parameters }, design, terms)
  local naming = naming_of(mixture, parameters, function_name(mixture))
  local family = certify.family(name, #terms, found)
  for i, relation in ipairs(found.relations) do
    family.equations[i] = equation.of_relation(naming, relation, terms)
  end
  return family
end

--- Whether a number of the last routed atom's gate is fixed by a translation: the intercept unless it is inside
--- an activation that bends, the slopes where the logit is linear in x.
local function is_translated(mixture, key)
  if not lists.named(engine.gates(), mixture.gate).translation then return false end
  local bends = mixture.activation and mixture.activation ~= "linear"
  if key == "beta0" then return not (bends and mixture.inside) end
  return key == "beta1" and not bends
end

--- The same function with the logit of the last atom at 0, as far as translations go.
local function translated(mixture)
  local out, last = {}, mixture.atoms[#mixture.atoms]
  for key, value in pairs(mixture) do out[key] = value end
  out.atoms = {}
  for i, atom in ipairs(mixture.atoms) do
    local copy = {}
    for key, value in pairs(atom) do copy[key] = value end
    if is_translated(mixture, "beta0") then copy.beta0 = atom.beta0 - last.beta0 end
    if is_translated(mixture, "beta1") then
      copy.beta1 = {}
      for s, slope in ipairs(atom.beta1) do copy.beta1[s] = slope - last.beta1[s] end
    end
    out.atoms[i] = copy
  end
  return out
end

local builders = {}

--- Parameters in turn, the shared temperature last.
function builders.weak(mixture, design)
  local parameters, terms = parameters_of(mixture), {}
  local last = #mixture.shared + #mixture.atoms
  for j, p in ipairs(parameters) do
    if p.free and not (p.atom == last and is_translated(mixture, p.key)) then
      terms[#terms + 1] = derivative(parameters, j)
    end
  end
  return make_family("weak", mixture, design, terms, parameters)
end

--- An atom as one of the other group, without mass.
local function moved(atom, label, gate)
  return { label = label, a = atom.a, b = atom.b, scale = atom.scale, variance = atom.variance, mass = 0, omega = 0,
    beta1 = gate and gate.beta1, beta0 = gate and gate.beta0 }
end

function builders.exchange(mixture, design)
  if #mixture.shared == 0 then return nil end
  local both, terms = setmetatable({ shared = {}, atoms = {} }, { __index = mixture }), {}
  for j, atom in ipairs(mixture.shared) do both.shared[j] = atom end
  for i, atom in ipairs(mixture.atoms) do both.atoms[i] = atom end
  local own = #both.shared + #both.atoms
  if mixture.shared_expert == mixture.expert then
    for i, atom in ipairs(mixture.atoms) do table.insert(both.shared, moved(atom, tostring(i))) end
    for j, atom in ipairs(mixture.shared) do
      table.insert(both.atoms, moved(atom, "s" .. j, mixture.atoms[1]))
    end
    own = #both.shared + #mixture.atoms
  end
  local parameters = parameters_of(both)
  for j, p in ipairs(parameters) do
    -- Routed masses have a common factor: that of the last one that was there before says nothing new.
    if p.key == "mass" and p.atom ~= own then terms[#terms + 1] = derivative(parameters, j) end
  end
  return make_family("exchange", both, design, terms, parameters)
end

--- The families that a mixture may have, in the order in which they are shown.
M.FAMILIES = { "weak", "exchange" }

-- At every atom ---------------------------------------------------------------------------------

--- Groups of one atom each: more than a relation with one symbol has coefficients.
local GROUPS <const> = 32

--- Points for each: more than there are monomials up to the second order in x. With y there are 13 for each x.
local function points_of(mixture)
  return mixture.gaussian and (mixture.d + 1) * (mixture.d + 2) // 2 + 1 or 16
end

--- One atom in general position.
local function sample(mixture, seed)
  local atom = certify.draw_atoms { expert = mixture.expert, d = mixture.d, k = 1, seed = seed }[1]
  local more = certify.draw_atoms { expert = "linear", d = 1, k = 1, seed = seed + GROUPS }[1]
  atom.scale = mixture.atoms[1].scale and more.beta1[1]
  atom.variance = math.abs(more.a[1])
  return setmetatable({ shared = {}, atoms = { atom }, temperature = mixture.temperature and math.abs(more.b) },
    { __index = mixture })
end

--- Derivatives up to order 2 in the parameters listed, and those up to order 1 times each of them.
local function stacked_terms(count, free)
  local derivatives, list = { lists.zeros(count) }, {}
  for n, j in ipairs(free) do
    local first = lists.zeros(count)
    first[j] = 1
    derivatives[#derivatives + 1] = first
    for m = n, #free do
      local second = table.move(first, 1, count, 1, {})
      second[free[m]] = second[free[m]] + 1
      derivatives[#derivatives + 1] = second
    end
  end
  table.sort(derivatives, certify.precedes)
  for i = 0, #free do
    for place, order in ipairs(derivatives) do
      local power = lists.zeros(count)
      if i > 0 then power[free[i]] = 1 end
      if i == 0 or place <= #free + 1 then list[#list + 1] = { atom = 1, order = order, power = power } end
    end
  end
  return list
end

--- Relations with whole numbers at every group, those that follow from others left out.
local function relations_at_all(mixture, groups, design, free, naming)
  local terms, known, found = stacked_terms(#groups[1], free), {}, {}
  for _, relation in ipairs(evaluate(mixture, groups, design, terms, points_of(mixture)).relations) do
    local term = terms[relation.index]
    if not certify.follows(term, known) then found[#found + 1] = equation.of_relation(naming, relation, terms) end
    known[#known + 1] = term
  end
  return found
end

local function identities_of(mixture, design)
  local groups, free, one = {}, {}, nil
  for n = 1, GROUPS do
    one = sample(mixture, n)
    groups[n] = parameters_of(one)
  end
  for j, p in ipairs(groups[1]) do
    if p.free then free[#free + 1] = j end
  end
  return relations_at_all(one, groups, design, free, naming_of(one, groups[1], "F"))
end

--- Relations of the normal law itself, in its mean and variance.
local function normal_identities(design)
  local plain = { gate = "sigmoid", expert = "input-independent", shared_expert = "input-independent", d = 1,
    gaussian = true, inside = false, atoms = { {} } }
  local groups, free, one = {}, {}, nil
  for n = 1, GROUPS do
    one = sample(plain, n)
    one.atoms[1].beta1, one.atoms[1].beta0 = { 0 }, 0
    groups[n] = parameters_of(one)
  end
  local names = { b = { "mean", "\\mu" }, variance = { "nu", "\\nu" } }
  local parameters = {}
  for j, p in ipairs(groups[1]) do
    parameters[j] = names[p.key] or p
    if names[p.key] then free[#free + 1] = j end
  end
  return relations_at_all(one, groups, design, free, naming_of(one, parameters, "N"))
end

-- Certificates ----------------------------------------------------------------------------------

---@class MixtureCertificate
---@field mixture table as dsl_mixture makes it, its logits translated
---@field design table
---@field families table<string, Family> weak and, with shared atoms, exchange

local found_before = {}

--- What holds at every atom of a certificate's kind of mixture, found once for each kind.
---@param certificate MixtureCertificate
---@return { text: string, latex: string }[] identities of an atom's function
---@return { text: string, latex: string }[] normal_identities of the normal law, if there is one
function M.at_every_atom(certificate)
  local mixture, design = certificate.mixture, certificate.design
  local key = engine.canonical { gate = mixture.gate, activation = mixture.activation, inside = mixture.inside,
    tempered = mixture.temperature ~= nil, expert = mixture.expert, scaled = mixture.atoms[1].scale ~= nil,
    gaussian = mixture.gaussian, d = mixture.d, design = design }
  found_before[key] = found_before[key] or { identities_of(mixture, design),
    mixture.gaussian and normal_identities(design) or {} }
  return table.unpack(found_before[key])
end

local families_before = {}

--- A family, made once: tables, figures and claims ask for the same ones. nil if the mixture has none.
local function family_of(mixture, design, name)
  local key = engine.canonical { mixture = mixture, design = design, name = name }
  if families_before[key] == nil then
    families_before[key] = builders[name](translated(mixture), design) or false
  end
  return families_before[key] or nil
end

--- One family.
---@param mixture table as dsl_mixture makes it
---@param design table the law of X
---@param name string
---@return Family
function M.family(mixture, design, name)
  if not builders[name] then fault.raise(2, "a mixture has no family '%s': weak or exchange", name) end
  return family_of(mixture, design, name)
    or fault.raise(2, "the family '%s' is for shared atoms, and there are none", name)
end

--- Certifies a mixture.
---@param mixture table as dsl_mixture makes it
---@param design table the law of X
---@return MixtureCertificate
function M.certificate(mixture, design)
  local families = {}
  for _, name in ipairs(M.FAMILIES) do families[name] = family_of(mixture, design, name) end
  return { mixture = translated(mixture), design = design, families = families }
end

return M
