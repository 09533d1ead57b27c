--- Certificates of identifiability: which derivatives of a mixture of experts are linearly
--- dependent.
---
--- F(x; beta1, beta0, eta) = g(beta1.x + beta0) phi(a.x + b), eta = (a, b), is the function of one
--- atom; where the gate is normalised, phi - f_G takes the place of phi (src/family.h). For a
--- truth, some of whose atoms are over-specified, there are four families:
---
---   strong      by the letter of the definition, at all atoms with gate slopes set to 0. By sigmoids
---               (arXiv 2405.13997, Definition 1): derivatives of F in (beta1, eta) of
---               order 1 and 2. Softmax (arXiv 2402.02952): h, dh/deta, d2h/deta2, x dh/deta,
---               which are derivatives of e^(beta1.x) h at 0.
---   strong_f    the same and F itself.
---   effective   what the proof needs: F and its derivatives of order 1 and 2 in (beta1, eta) at the
---               over-specified atoms, those of order 1 in (beta1, beta0, eta) at the others, all
---               together. Left out is what depends on the rest for every expert and does no harm:
---               mixed second derivatives (x phi' is dF/da and, up to a factor, d2F/dbeta1 db; and
---               Taylor's coefficients of the mixed ones are bounded by those of the pure ones),
---               and the translations of softmax.
---   weak        derivatives of order 1 in (beta1, beta0, eta) at all atoms (Definition 2): the
---               tangent space of the model, whose relations are infinitesimal symmetries.
---
--- What depends "for every expert" is computed, with random numbers for phi and its derivatives
--- (engine.family, generic). No two sigmoids add up to one whose slope is not 0, normalised or not, so
--- without translations nothing is over-specified in this sense in Regime 2, and the effective family is
--- the weak one.
local dsl_certificates = require "moerates.dsl_certificates"
local engine = require "moerates.engine"
local equation = require "moerates.equation"
local fault = require "moerates.fault"
local lists = require "moerates.lists"

local M = {}

--- A singular value below TOLERANCE is taken for 0 (src/family.h). Between the other two it would
--- be open.
M.TOLERANCE = 1e-24
local SURELY_ZERO <const>, SURELY_NOT <const> = 1e-27, 1e-21
local ROUNDING <const> = 0x1p-106

--- The four families, in the order in which they are shown.
M.FAMILIES = dsl_certificates.FAMILIES

local DESIGN <const> = { kind = "telescope", lower = -3, upper = 3, points = 256 }

-- Atoms -------------------------------------------------------------------------------------

local function sees_x(expert) return not lists.named(engine.experts(), expert).intercept_only end

--- Atoms in general position: no parameter is near 0. Odd multiples of 2^-20, so that sums of them
--- are exact and no small fraction relates two of them by chance.
---@param options { expert: string, d: integer?, k: integer?, seed: integer? }
---@return table[] atoms
function M.draw_atoms(options)
  local d, atoms, i = options.d or 1, {}, 0
  local key = ("certify seed=%d"):format(options.seed or 1)
  local function number(low, high)
    i = i + 1
    local size = low + (high - low) * engine.uniform(key, 2 * i - 1)
    return (engine.uniform(key, 2 * i) < 0.5 and -1 or 1) * (math.floor(0x1p19 * size) * 2 + 1) / 0x1p20
  end
  local function vector()
    local list = {}
    for s = 1, d do list[s] = number(0.7, 2.5) end
    return list
  end
  for atom = 1, options.k or 2 do
    local beta1, beta0, a, b = vector(), number(0.2, 1.2), vector(), number(0.3, 1.5)
    atoms[atom] = { beta1 = beta1, beta0 = beta0, a = sees_x(options.expert) and a or lists.zeros(d),
      b = b }
  end
  return atoms
end

local function flat(atom)
  return { beta1 = lists.zeros(#atom.beta1), beta0 = atom.beta0, a = atom.a, b = atom.b }
end

--- Whether the gate of an atom does not see x.
---@param atom table
---@return boolean
function M.is_flat(atom)
  for _, slope in ipairs(atom.beta1) do
    if slope ~= 0 then return false end
  end
  return true
end

-- Terms -------------------------------------------------------------------------------------

--- The derivative by the parameters at the given positions.
local function order_of(d, ...)
  local order = lists.zeros(2 * d + 2)
  for _, j in ipairs { ... } do order[j] = order[j] + 1 end
  return order
end

--- Positions of parameters in an order: the gate's slopes, the expert's own, and all.
local function positions(problem)
  local d, slopes, own = problem.d, {}, {}
  for s = 1, d do slopes[s] = s end
  for s = 1, sees_x(problem.expert) and d or 0 do own[s] = d + 1 + s end
  own[#own + 1] = 2 * d + 2
  local both, all = { table.unpack(slopes) }, { table.unpack(slopes) }
  all[#all + 1] = d + 1
  for _, j in ipairs(own) do both[#both + 1], all[#all + 1] = j, j end
  return { slopes = slopes, own = own, both = both, all = all }
end

--- Derivatives of one atom by the given parameters, appended to a list.
local add = {}
function add.value(list, d, atom) list[#list + 1] = { atom = atom, order = order_of(d) } end
function add.first(list, d, atom, parameters)
  for _, j in ipairs(parameters) do list[#list + 1] = { atom = atom, order = order_of(d, j) } end
end
function add.pure(list, d, atom, parameters)
  for _, j in ipairs(parameters) do
    list[#list + 1] = { atom = atom, order = order_of(d, j, j), pure = true }
  end
end
function add.mixed(list, d, atom, parameters)
  for i, j in ipairs(parameters) do
    for l = i + 1, #parameters do
      list[#list + 1] = { atom = atom, order = order_of(d, j, parameters[l]) }
    end
  end
end
function add.crossed(list, d, atom, parameters, others)
  for _, j in ipairs(parameters) do
    for _, l in ipairs(others) do list[#list + 1] = { atom = atom, order = order_of(d, j, l) } end
  end
end

local function strong_terms(problem, with_f)
  local list, at, d = {}, positions(problem), problem.d
  for atom = 1, #problem.atoms do
    if problem.translation or with_f then add.value(list, d, atom) end
    local parameters = problem.translation and at.own or at.both
    add.first(list, d, atom, parameters)
    add.pure(list, d, atom, parameters)
    add.mixed(list, d, atom, parameters)
    if problem.translation then add.crossed(list, d, atom, at.slopes, at.own) end
  end
  return list
end

local function weak_terms(problem)
  local list, at = {}, positions(problem)
  for atom = 1, #problem.atoms do add.first(list, problem.d, atom, at.all) end
  return list
end

--- All of the proof's Taylor expansion; the mixed derivatives last, so that they are what depends.
local function taylor_terms(problem)
  local list, at, d = {}, positions(problem), problem.d
  for atom = 1, #problem.atoms do
    local over = problem.is_over[atom]
    if over then add.value(list, d, atom) end
    add.first(list, d, atom, over and at.both or at.all)
  end
  for _, kind in ipairs { "pure", "mixed" } do
    for atom = 1, #problem.atoms do
      if problem.is_over[atom] then add[kind](list, d, atom, at.both) end
    end
  end
  return list
end

-- Families ----------------------------------------------------------------------------------

--- Calls the engine; what it refuses is the user's to mend.
local function evaluate(problem, atoms, terms, flags)
  local bare = {}
  for i, term in ipairs(terms) do
    bare[i] = { atom = term.atom, order = term.order, power = term.power }
  end
  local spec = { design = problem.design, points = problem.points, terms = bare,
    truth = { gate = problem.gate, expert = problem.expert, d = problem.d, atoms = atoms } }
  for key, value in pairs(flags) do spec[key] = value end
  local result, message = engine.family(spec)
  if not result then fault.raise(2, "%s", message) end
  return result
end

--- Left out of the effective family: what depends for every expert, but for pure derivatives, which
--- nothing else bounds.
local function without_harmless(problem, terms)
  local generic = evaluate(problem, problem.atoms, terms, { centred = true, generic = true })
  local dropped, kept = {}, {}
  for _, relation in ipairs(generic.relations) do
    dropped[relation.index] = not terms[relation.index].pure
  end
  for i, term in ipairs(terms) do
    if not dropped[i] then kept[#kept + 1] = term end
  end
  return kept
end

--- Rank by singular values; `decided` if none is in between.
local function rank_of(singular)
  local rank, decided = 0, true
  for _, value in ipairs(singular) do
    if value > M.TOLERANCE then rank = rank + 1 end
    if value > SURELY_ZERO and value < SURELY_NOT then decided = false end
  end
  return rank, decided
end

---@class Family
---@field name string
---@field size integer functions
---@field rank integer
---@field decided boolean no singular value is in doubt, and both ways to find the rank agree
---@field always integer? of size - rank, how many relations hold whatever the expert is
---@field translations integer? weak: how many relations the translations of the gate are
---@field singular number[] of the functions, each of norm 1, in descending order
---@field smallest number smallest eigenvalue of their normalised Gram matrix that is not 0
---@field gap number? smallest singular value that is not 0 over the largest that is
---@field equations { text: string, latex: string, atoms: table<integer, true> }[] one for each relation, and
--- the atoms whose functions are in it

local function atoms_in(relation, terms)
  local atoms = { [terms[relation.index].atom] = true }
  for _, c in ipairs(relation.terms) do atoms[terms[c.index].atom] = true end
  return atoms
end

--- A family without its equations, from what the engine found.
---@param name string
---@param size integer functions
---@param found table with singular and relations
---@return Family
function M.family(name, size, found)
  local rank, decided = rank_of(found.singular)
  local family = { name = name, size = size, rank = rank, singular = found.singular,
    decided = decided and rank == size - #found.relations,
    smallest = rank > 0 and found.singular[rank] ^ 2 or 0, equations = {} }
  if rank > 0 and rank < size then
    family.gap = found.singular[rank] / math.max(found.singular[rank + 1], ROUNDING)
  end
  return family
end

local function make_family(problem, name, atoms, terms, centred)
  local found = evaluate(problem, atoms, terms, { centred = centred })
  local generic = evaluate(problem, atoms, terms, { centred = centred, generic = true })
  local family = M.family(name, #terms, found)
  family.always = #generic.relations
  local naming = { d = problem.d, atoms = #atoms }
  for i, relation in ipairs(found.relations) do
    family.equations[i] = equation.of_relation(naming, relation, terms)
    family.equations[i].atoms = atoms_in(relation, terms)
  end
  return family
end

local builders = {}

local function build_strong(problem, name)
  local flats = {}
  for i, atom in ipairs(problem.atoms) do flats[i] = flat(atom) end
  return make_family(problem, name, flats, strong_terms(problem, name == "strong_f"), false)
end
builders.strong, builders.strong_f = build_strong, build_strong

function builders.weak(problem, name)
  local family = make_family(problem, name, problem.atoms, weak_terms(problem), true)
  family.translations = problem.translation and problem.d + 1 or 0
  return family
end

function builders.effective(problem, name)
  local taylor = problem.translation or problem.regime == "R1"
  local terms = taylor and taylor_terms(problem) or weak_terms(problem)
  return make_family(problem, name, problem.atoms, without_harmless(problem, terms), true)
end

-- Identities: equations that hold at every atom ---------------------------------------------------

--- Atoms and points of a stacked family. The functions of one atom may span as little as constants,
--- so that it takes many atoms to tell coefficients that vary with the atom from constant ones.
local SAMPLES <const>, SAMPLE_POINTS <const> = 32, 16

--- A copy of the problem on few points.
local function sampled(problem)
  local design = {}
  for key, value in pairs(problem.design) do design[key] = value end
  if design.points then design.points = SAMPLE_POINTS end
  return { gate = problem.gate, expert = problem.expert, d = problem.d, design = design,
    points = problem.points and SAMPLE_POINTS }
end

--- Derivatives up to order 2, each times 1 and then times each symbol (a position in a power).
local function stacked_terms(problem, symbols)
  local derivatives, list, at, d = {}, {}, positions(problem), problem.d
  add.value(derivatives, d, 1)
  add.first(derivatives, d, 1, at.all)
  add.pure(derivatives, d, 1, at.all)
  add.mixed(derivatives, d, 1, at.all)
  table.sort(derivatives, function(p, q) return M.precedes(p.order, q.order) end)
  for i = 0, #symbols do
    for _, term in ipairs(derivatives) do
      local power = lists.zeros(2 * d + 3)
      if i > 0 then power[symbols[i]] = 1 end
      list[#list + 1] = { atom = 1, order = term.order, power = power }
    end
  end
  return list
end

--- By total order, then the one with more derivatives in the later parameters first: an order that
--- further derivatives keep.
function M.precedes(p, q)
  local sum_p, sum_q = 0, 0
  for j = 1, #p do sum_p, sum_q = sum_p + p[j], sum_q + q[j] end
  if sum_p ~= sum_q then return sum_p < sum_q end
  for j = 1, #p do
    if p[j] ~= q[j] then return p[j] < q[j] end
  end
  return false
end

--- Whether g'/g is a parameter of its own, and not a constant as for an exponential.
local function ratio_varies(problem, atoms)
  local d = problem.d
  local power = lists.zeros(2 * d + 3)
  power[#power] = 1
  local terms = { { atom = 1, order = order_of(d), power = lists.zeros(2 * d + 3) },
    { atom = 1, order = order_of(d), power = power } }
  return #evaluate(problem, atoms, terms, { stacked = 1 }).relations == 0
end

--- Leading functions that follow from one of `known` by multiplying and differentiating.
---@param term { order: integer[], power: integer[] }
---@param known { order: integer[], power: integer[] }[]
---@return boolean
function M.follows(term, known)
  for _, earlier in ipairs(known) do
    local divides = true
    for j = 1, #term.order do divides = divides and earlier.order[j] <= term.order[j] end
    for j = 1, #term.power do divides = divides and earlier.power[j] <= term.power[j] end
    if divides then return true end
  end
  return false
end

--- Relations with constant coefficients between derivatives of F and their multiples by parameters,
--- at all atoms (flat_gate: at all with beta1 = 0). `known` has leading terms, and gets the new
--- ones.
local function find_identities(problem, flat_gate, known)
  local atoms = M.draw_atoms { expert = problem.expert, d = problem.d, k = SAMPLES }
  local at = positions(problem)
  local symbols, free = {}, lists.zeros(2 * problem.d + 2)
  for i, atom in ipairs(atoms) do atoms[i] = flat_gate and flat(atom) or atom end
  for _, j in ipairs(at.all) do
    if not flat_gate or j > problem.d then
      symbols[#symbols + 1], free[j] = j, 1
    end
  end
  if flat_gate and ratio_varies(problem, atoms) then symbols[#symbols + 1] = 2 * problem.d + 3 end
  local terms, found = stacked_terms(problem, symbols), {}
  local result = evaluate(problem, atoms, terms, { stacked = 1, free = free })
  local naming = { d = problem.d, atoms = 1 }
  for _, relation in ipairs(result.relations) do
    local term = terms[relation.index]
    if not M.follows(term, known) then
      found[#found + 1] = equation.of_relation(naming, relation, terms)
    end
  end
  for _, relation in ipairs(result.relations) do known[#known + 1] = terms[relation.index] end
  return found
end

-- Equalities between an atom and its images -----------------------------------------------------

local function scaled(factor, slopes, intercept)
  local list = {}
  for s, slope in ipairs(slopes) do list[s] = factor * slope end
  return list, factor * intercept
end

--- What becomes of an atom in general position when its forms u and z change sign or places, or z
--- is doubled, shifted by another form t, or lost: text, LaTeX, and what an equality with those
--- before it is called.
local IMAGES <const> = {
  { "g(u) phi(z)", "g(u)\\,\\varphi(z)" },
  { "g(0) phi(z)", "g(0)\\,\\varphi(z)" },
  { "g(-u) phi(-z)", "g(-u)\\,\\varphi(-z)", "reflection" },
  { "g(-u) phi(z)", "g(-u)\\,\\varphi(z)", "complement" },
  { "g(u) phi(-z)", "g(u)\\,\\varphi(-z)", "parity" },
  { "g(u) phi(2z)", "g(u)\\,\\varphi(2z)", "split" },
  { "g(u) phi(z+t)", "g(u)\\,\\varphi(z+t)", "split" },
  { "g(u) phi(z-t)", "g(u)\\,\\varphi(z-t)", "split" },
  { "g(u) phi(t)", "g(u)\\,\\varphi(t)", "split" },
  { "g(z) phi(u)", "g(z)\\,\\varphi(u)", "exchange" },
  { "g(u) phi(0)", "g(u)\\,\\varphi(0)", "constant" },
}

--- The images of one atom, shifted by the expert of another, in the order of IMAGES.
local function images_of(problem, atom, other)
  local list, nothing = {}, { a = lists.zeros(problem.d), b = 0 }
  local function image(gate_sign, factor, shift_sign, of)
    local beta1, beta0 = scaled(gate_sign, atom.beta1, atom.beta0)
    local a, b = scaled(factor, of.a, of.b)
    for s, slope in ipairs(other.a) do a[s] = a[s] + shift_sign * slope end
    list[#list + 1] = { beta1 = beta1, beta0 = beta0, a = a, b = b + shift_sign * other.b }
  end
  image(1, 1, 0, atom)
  image(0, 1, 0, atom)
  image(-1, -1, 0, atom)
  image(-1, 1, 0, atom)
  image(1, -1, 0, atom)
  image(1, 2, 0, atom)
  image(1, 1, 1, atom)
  image(1, 1, -1, atom)
  image(1, 1, 0, other)
  list[#list + 1] = { beta1 = atom.a, beta0 = atom.b, b = atom.beta0,
    a = sees_x(problem.expert) and atom.beta1 or lists.zeros(problem.d) }
  image(1, 1, 0, nothing)
  return list
end

--- Groups of images: an equality that is none would have to hold at both with the same numbers.
local GROUPS <const> = 2

local function find_equalities(problem)
  local drawn = M.draw_atoms { expert = problem.expert, d = problem.d, k = 2 * GROUPS }
  local atoms, terms, names, names_latex, found = {}, {}, {}, {}, {}
  for group = 1, GROUPS do
    local images = images_of(problem, drawn[2 * group - 1], drawn[2 * group])
    table.move(images, 1, #images, #atoms + 1, atoms)
  end
  for i, image in ipairs(IMAGES) do
    terms[i] = { atom = i, order = order_of(problem.d), power = lists.zeros(2 * problem.d + 3) }
    names[i], names_latex[i] = image[1], image[2]
  end
  local naming = { d = problem.d, atoms = #IMAGES, names = names, names_latex = names_latex }
  local result = evaluate(problem, atoms, terms, { stacked = #IMAGES })
  for i, relation in ipairs(result.relations) do
    found[i] = equation.of_relation(naming, relation, terms)
    found[i].kind = IMAGES[relation.index][3]
    if #relation.terms == 0 then found[i].kind = "inert" end
  end
  return found
end

local found_before = {}

--- What does not depend on the atoms, found once for each gate, expert, d and design.
local function at_every_atom(problem)
  local few, known = sampled(problem), {}
  local key = ("%s %s %d %s"):format(few.gate, few.expert, few.d, engine.canonical(few.design))
  if not found_before[key] then
    found_before[key] = { identities = find_identities(few, false, known),
      flat_identities = find_identities(few, true, known), equalities = find_equalities(few) }
  end
  return found_before[key]
end

-- The gate's design -----------------------------------------------------------------------------

--- How many of the gate weights vary with x independently: the rank of g(u_1), ..., g(u_k) and, if
--- the gate is not normalised, 1, less one. 0: the gate does not see x.
local function gate_rank(problem)
  local atoms, terms = {}, {}
  for i, atom in ipairs(problem.atoms) do
    atoms[i] = { beta1 = atom.beta1, beta0 = atom.beta0, a = lists.zeros(problem.d), b = 1 }
  end
  if not problem.normalised then atoms[#atoms + 1] = flat(atoms[1]) end
  for i = 1, #atoms do terms[i] = { atom = i, order = order_of(problem.d) } end
  local constant = setmetatable({ expert = "input-independent" }, { __index = problem })
  return rank_of(evaluate(constant, atoms, terms, {}).singular) - 1
end

-- Certificates ----------------------------------------------------------------------------------

--- An expert that does not see x must not be given slopes.
---@param expert string
---@param atoms table[]
function M.check_slopes(expert, atoms)
  if sees_x(expert) then return end
  for i, atom in ipairs(atoms) do
    for _, slope in ipairs(atom.a) do
      if slope ~= 0 then
        fault.raise(2, "--atoms, atom %d: the expert '%s' does not see x, so its slopes must be 0", i,
          expert)
      end
    end
  end
end

--- Names and numbers of the problem, checked and filled in.
local function problem_of(options)
  local gate = lists.named(engine.gates(), options.gate)
  local d = options.d or options.atoms and #options.atoms[1].beta1 or 1
  local atoms = options.atoms
    or M.draw_atoms { expert = options.expert, d = d, k = options.k, seed = options.seed }
  local over, is_over = options.over or { 1 }, {}
  M.check_slopes(options.expert, atoms)
  for _, i in ipairs(over) do
    if not atoms[i] then
      fault.raise(2, "--over: there is no atom %d, the truth has %d", i, #atoms)
    end
    is_over[i] = true
    if not options.atoms and options.regime == "R1" then atoms[i] = flat(atoms[i]) end
  end
  local regime = "R1"
  for _, i in ipairs(over) do
    if not M.is_flat(atoms[i]) then regime = "R2" end
  end
  local design = options.design or DESIGN
  return { gate = options.gate, expert = options.expert, d = d, atoms = atoms, over = over,
    is_over = is_over, regime = regime, normalised = gate.normalised, translation = gate.translation,
    design = design, points = not design.points and 1024 or nil }
end

---@class Certificate
---@field gate string
---@field expert string
---@field normalised boolean the weights are g(u_i) / sum_j g(u_j)
---@field translation boolean the same form may be added to every logit
---@field d integer
---@field regime "R1"|"R2" R1: the gate slopes of all over-specified atoms are 0
---@field atoms table[]
---@field over integer[] the over-specified atoms
---@field families table<string, Family>
---@field identities { text: string, latex: string }[] hold at every atom
---@field flat_identities { text: string, latex: string }[] hold at beta1 = 0, beyond those
---@field equalities { text: string, latex: string, kind: string }[] between an atom and its images
---@field gate_rank integer

--- One family.
---@param options CertifyOptions
---@param name string
---@return Family
function M.family_at(options, name)
  local build = builders[name] or fault.raise(2, "the family '%s' is for mixtures with shared atoms", name)
  return build(problem_of(options), name)
end

---@class CertifyOptions
---@field gate string
---@field expert string
---@field atoms table[]? default: k (2) atoms in d (1) covariates, drawn in general position
---@field over integer[]? the over-specified atoms (default: the first)
---@field regime "R1"|"R2"|nil of drawn atoms; R1 sets the gate slopes of the over-specified to 0
---@field d integer?
---@field k integer?
---@field seed integer? of drawn atoms (1)
---@field design table? the law of X (256 points on [-3, 3])

--- Certifies a gate and an expert at a truth, given or drawn.
---@param options CertifyOptions
---@return Certificate
function M.certificate(options)
  local problem = problem_of(options)
  local families, always = {}, at_every_atom(problem)
  for _, name in ipairs(M.FAMILIES) do families[name] = builders[name](problem, name) end
  return {
    gate = problem.gate, expert = problem.expert, d = problem.d, regime = problem.regime,
    normalised = problem.normalised, translation = problem.translation, atoms = problem.atoms, over = problem.over,
    design = problem.design,
    families = families, identities = always.identities,
    flat_identities = always.flat_identities, equalities = always.equalities,
    gate_rank = gate_rank(problem),
  }
end

--- Whether a family is linearly independent, up to the translations of the gate if `beyond` is set.
---@param family Family
---@param beyond boolean?
---@return boolean
function M.holds(family, beyond)
  return family.rank == family.size - (beyond and family.translations or 0)
end

return M
