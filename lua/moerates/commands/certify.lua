--- moerates certify: is the model identifiable, and if not, by which equation.
local certify = require "moerates.certify"
local certify_cases = require "moerates.certify_cases"
local certify_mixture = require "moerates.certify_mixture"
local certify_text = require "moerates.certify_text"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local nearest = require "moerates.nearest"
local options = require "moerates.options"
local script = require "moerates.script"
local systems = require "moerates.systems"

local M = {
  name = "certify",
  summary = "Tests identifiability: ranks, the equations behind what fails, rates to expect.",
  description = "Tests whether the derivatives of a mixture of experts are linearly independent on the "
    .. "support of X: the definitions of the papers by their letter, what the proofs need, symmetries. Each "
    .. "relation is printed as an equation. Without --gate or --expert: a line for each.",
  more_help = function(argv) return script.options_help(argv, "certificates") end,
  example = "moerates certify --gate sigmoid --expert relu --regime R1\n"
    .. "moerates certify --gate softmax --expert tanh --atoms '2,0.5,3,1; 0,0,-3,1.5' --over 2\n"
    .. "moerates certify --gate activation --activation tanh --expert linear --gaussian",
}

--- Gates beyond those of fits: softmax of logits over a learned temperature, and of an activation.
local TEMPERED <const> = { temperature = true, activation = true }
--- Of atoms that do not say. Not a small fraction, which an equation would take for a number.
local TAU <const>, VARIANCE <const> = 0.7 + 0x1p-20, 0.5 + 0x1p-20

local function number(option, text, low, high, whole)
  local value = text:find("^[%d.eE+-]+$") and tonumber(text)
  if whole then value = value and math.tointeger(value) end
  if not value or not (value >= low and value <= high) then
    fault.raise(2, "%s wants a %snumber from %.15g to %.15g, got '%s'", option, whole and "whole " or "",
      low, high, text)
  end
  return value
end

local function number_in(option, low, high, whole)
  return function(text) return number(option, text, low, high, whole) end
end

--- A converter to one of the names of a list of {name=}.
local function one_of(option, rows)
  local names = {}
  for i, row in ipairs(rows) do names[i] = row.name end
  return function(text)
    for _, name in ipairs(names) do
      if name == text then return text end
    end
    fault.raise(2, "%s: unknown name '%s'%s", option, text, nearest.hint(text, names))
  end, table.concat(names, ", ") .. "."
end

local function split(text, separator)
  local list = {}
  for item in (text .. separator):gmatch("([^" .. separator .. "]*)" .. separator) do
    list[#list + 1] = item:match("^%s*(.-)%s*$")
  end
  return list
end

local function vector(text, where)
  local list = {}
  for word in text:gmatch("%S+") do list[#list + 1] = number(where, word, -100, 100) end
  if #list == 0 then fault.raise(2, "%s: a number is missing", where) end
  return list
end

--- "beta1,beta0,a,b; ..." with blanks between the numbers of a vector.
local function read_atoms(text)
  local atoms = {}
  for i, part in ipairs(split(text, ";")) do
    local fields, where = split(part, ","), ("--atoms, atom %d"):format(i)
    if #fields ~= 4 then
      fault.raise(2, "%s: wants beta1,beta0,a,b, got '%s'", where, part)
    end
    local atom = { beta1 = vector(fields[1], where .. ", beta1"),
      beta0 = number(where .. ", beta0", fields[2], -100, 100),
      a = vector(fields[3], where .. ", a"), b = number(where .. ", b", fields[4], -100, 100) }
    local d = #(atoms[1] or atom).beta1
    if #atom.beta1 ~= d or #atom.a ~= d then
      fault.raise(2, "%s: beta1 and a have %d and %d numbers, expected %d", where, #atom.beta1, #atom.a, d)
    end
    atoms[i] = atom
  end
  return atoms
end

local function read_over(text)
  local list = {}
  for i, item in ipairs(split(text, ",")) do list[i] = number("--over", item, 1, 32, true) end
  return list
end

local function all_gates()
  local list = engine.gates()
  for name in pairs(TEMPERED) do list[#list + 1] = { name = name } end
  table.sort(list, function(p, q) return p.name < q.name end)
  return list
end

--- What may stand in a router: experts that see x.
local function activations()
  local list = {}
  for _, row in ipairs(engine.experts()) do
    if row.jets and not row.intercept_only then list[#list + 1] = row end
  end
  return list
end

function M.setup(command)
  local gate, gates = one_of("--gate", all_gates())
  local activation, activation_names = one_of("--activation", activations())
  local expert, experts = one_of("--expert", engine.experts())
  local regime = one_of("--regime", { { name = "R1" }, { name = "R2" } })
  command:argument("SCRIPT", "Scripts of certificates, instead of the options."):args("*"):target("scripts")
  options.set(command)
  command:option("--gate", gates):argname("NAME"):convert(gate)
  command:option("--expert", experts):argname("NAME"):convert(expert)
  command:option("--activation", "In the router of --gate activation: " .. activation_names):argname("NAME")
    :convert(activation)
  command:flag("--inside", "The activation is that of beta1.x + beta0, not of beta1.x alone.")
  command:option("--tau", "The temperature of --gate temperature or activation."):argname("T")
    :convert(number_in("--tau", 0.01, 100))
  command:flag("--gaussian", "Of the density with a variance for each atom, not of the regression function.")
  command:option("--regime", "R1: the gate slopes of the over-specified atoms are 0; R2: they are not. "
    .. "Of drawn atoms; those given have theirs."):argname("R1|R2"):convert(regime)
  command:option("--atoms", "The true atoms as 'beta1,beta0,a,b; ...', blanks between the numbers of a vector. "
    .. "Default: drawn in general position."):argname("LIST"):convert(read_atoms)
  command:option("--over", "Which atoms are over-specified, with commas between."):argname("LIST")
    :default("1"):convert(read_over)
  command:option("-d", "Covariates, for drawn atoms."):argname("D"):convert(number_in("-d", 1, 4, true))
  command:option("-k", "How many atoms to draw."):argname("K"):convert(number_in("-k", 1, 8, true))
  command:option("--seed", "Other atoms for another seed."):argname("S"):default("1")
    :convert(number_in("--seed", 0, 1e15, true))
  command:option("--lower", "X lies between --lower and"):argname("X"):default("-3")
    :convert(number_in("--lower", -100, 100))
  command:option("--upper", "--upper,"):argname("X"):default("3")
    :convert(number_in("--upper", -100, 100))
  command:option("--points", "on so many points."):argname("M"):default("256")
    :convert(number_in("--points", 16, 4096, true))
  command:flag("--latex", "Equations in LaTeX.")
  options.json(command)
end

--- The names to certify: the one given, or all that can be (src/jet.h) and that the atoms suit.
local function chosen(given, rows, suits)
  local list = { given }
  for _, row in ipairs(given and {} or rows) do
    if suits(row) then list[#list + 1] = row.name end
  end
  return list
end

local function chosen_gates(args)
  return chosen(args.gate, engine.gates(), function(row) return row.jets end)
end

local function chosen_experts(args)
  return chosen(args.expert, engine.experts(), function(row)
    return row.jets and not (args.atoms and row.intercept_only)
  end)
end

--- What belongs to a temperature, an activation or a density, and what does not go with them.
local function check_mixture(args)
  if args.gate == "activation" and not args.activation then
    fault.raise(2, "--gate activation wants --activation, such as tanh")
  elseif args.gate ~= "activation" and (args.activation or args.inside) then
    fault.raise(2, "%s is for --gate activation", args.activation and "--activation" or "--inside")
  elseif args.tau and not TEMPERED[args.gate] then
    fault.raise(2, "--tau is for --gate temperature and --gate activation")
  elseif args.gaussian and not args.gate then
    fault.raise(2, "--gaussian wants --gate")
  elseif (TEMPERED[args.gate] or args.gaussian) and (args.regime or #args.over > 1 or args.over[1] > 1) then
    fault.raise(2, "%s is not for %s, whose tangent space has no regimes", args.regime and "--regime" or "--over",
      args.gaussian and "--gaussian" or "--gate " .. args.gate)
  end
end

local function check_arguments(args)
  if #args.scripts > 0 and (args.gate or args.expert or args.atoms) then
    fault.raise(2, "give either scripts or --gate, --expert and --atoms")
  end
  check_mixture(args)
  if args.lower >= args.upper then
    fault.raise(2, "--lower %g must be below --upper %g", args.lower, args.upper)
  elseif args.atoms and (args.d or args.k or args.regime) then
    fault.raise(2, "%s is for drawn atoms; those of --atoms have theirs",
      args.d and "-d" or args.k and "-k" or "--regime")
  end
end

--- The certificates of all cases of the scripts, and their polynomial systems.
local function of_scripts(args)
  local list, results = {}, {}
  for _, one in ipairs(script.load_all(args.scripts, args.set, "certificates")) do
    for _, case in ipairs(one.cases) do list[#list + 1] = certify_cases.certificate(one, case) end
    for _, entry in ipairs(one.systems) do results[#results + 1] = systems.result(entry) end
  end
  return list, results
end

--- A few in full, many as a table; systems in full.
local function print_list(list, results, args, context)
  if args.json then
    context.stdout:write(certify_text.json(list, results))
    return 0
  end
  local blocks = {}
  if #list <= 2 or args.latex then
    for i, certificate in ipairs(list) do blocks[i] = certify_text.one(certificate, args.latex) end
  else
    blocks[1] = certify_text.many(list)
  end
  for _, result in ipairs(results) do blocks[#blocks + 1] = certify_text.system(result, args.latex) end
  context.stdout:write(table.concat(blocks, "\n"))
  return 0
end

--- The certificate of one expert behind a gate that has a temperature, or of its density.
local function mixture_certificate(args, expert, design)
  local tempered = TEMPERED[args.gate]
  local atoms = args.atoms
    or certify.draw_atoms { expert = expert, d = args.d, k = args.k, seed = args.seed }
  certify.check_slopes(expert, atoms)
  for _, atom in ipairs(atoms) do atom.variance = VARIANCE end
  return certify_mixture.certificate({ gate = tempered and "softmax" or args.gate, expert = expert,
    shared_expert = expert, temperature = tempered and (args.tau or TAU) or nil, activation = args.activation,
    inside = args.inside or false, gaussian = args.gaussian or false, d = #atoms[1].beta1, shared = {},
    atoms = atoms }, design)
end

function M.run(args, context)
  check_arguments(args)
  local list, results = of_scripts(args)
  if #args.scripts > 0 then return print_list(list, results, args, context) end
  local design = { kind = "telescope", lower = args.lower, upper = args.upper, points = args.points }
  if TEMPERED[args.gate] or args.gaussian then
    for _, expert in ipairs(chosen_experts(args)) do
      list[#list + 1] = mixture_certificate(args, expert, design)
    end
    return print_list(list, results, args, context)
  end
  local regimes = args.atoms and { false } or args.regime and { args.regime } or { "R1", "R2" }
  for _, gate in ipairs(chosen_gates(args)) do
    for _, expert in ipairs(chosen_experts(args)) do
      for _, regime in ipairs(regimes) do
        list[#list + 1] = certify.certificate { gate = gate, expert = expert, regime = regime or nil,
          atoms = args.atoms, over = args.over, d = args.d, k = args.k, seed = args.seed,
          design = design }
      end
    end
  end
  return print_list(list, results, args, context)
end

return M
