--- moerates certify: is the model identifiable, and if not, by which equation.
local certify = require "moerates.certify"
local certify_text = require "moerates.certify_text"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local nearest = require "moerates.nearest"
local options = require "moerates.options"
local script = require "moerates.script"

local M = {
  name = "certify",
  summary = "Tests identifiability: ranks, the equations behind what fails, rates to expect.",
  description = "Tests whether the derivatives of a mixture of experts are linearly independent on the "
    .. "support of X: the definitions of the papers by their letter, what the proofs need, symmetries. Each "
    .. "relation is printed as an equation. Without --gate or --expert: a line for each.",
  more_help = function(argv) return script.options_help(argv, "certificates") end,
  example = "moerates certify --gate sigmoid --expert relu --regime R1\n"
    .. "moerates certify --gate softmax --expert tanh --atoms '2,0.5,3,1; 0,0,-3,1.5' --over 2",
}

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

function M.setup(command)
  local gate, gates = one_of("--gate", engine.gates())
  local expert, experts = one_of("--expert", engine.experts())
  local regime = one_of("--regime", { { name = "R1" }, { name = "R2" } })
  command:argument("SCRIPT", "Scripts of certificates, instead of the options."):args("*"):target("scripts")
  options.set(command)
  command:option("--gate", gates):argname("NAME"):convert(gate)
  command:option("--expert", experts):argname("NAME"):convert(expert)
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

local function check_arguments(args)
  if #args.scripts > 0 and (args.gate or args.expert or args.atoms) then
    fault.raise(2, "give either scripts or --gate, --expert and --atoms")
  end
  if args.lower >= args.upper then
    fault.raise(2, "--lower %g must be below --upper %g", args.lower, args.upper)
  elseif args.atoms and (args.d or args.k or args.regime) then
    fault.raise(2, "%s is for drawn atoms; those of --atoms have theirs",
      args.d and "-d" or args.k and "-k" or "--regime")
  end
end

--- The certificates of all cases of the scripts.
local function of_scripts(args)
  local list = {}
  for _, one in ipairs(script.load_all(args.scripts, args.set, "certificates")) do
    for _, case in ipairs(one.cases) do list[#list + 1] = certify.of_case(one, case) end
  end
  return list
end

--- A few in full, many as a table.
local function print_list(list, args, context)
  if args.json then
    context.stdout:write(certify_text.json(list))
  elseif #list <= 2 or args.latex then
    for i, certificate in ipairs(list) do
      context.stdout:write(i > 1 and "\n" or "", certify_text.one(certificate, args.latex))
    end
  else
    context.stdout:write(certify_text.many(list))
  end
  return 0
end

function M.run(args, context)
  check_arguments(args)
  local list = of_scripts(args)
  if #args.scripts > 0 then return print_list(list, args, context) end
  local regimes = args.atoms and { false } or args.regime and { args.regime } or { "R1", "R2" }
  for _, gate in ipairs(chosen_gates(args)) do
    for _, expert in ipairs(chosen_experts(args)) do
      for _, regime in ipairs(regimes) do
        list[#list + 1] = certify.certificate { gate = gate, expert = expert, regime = regime or nil,
          atoms = args.atoms, over = args.over, d = args.d, k = args.k, seed = args.seed,
          design = { kind = "telescope", lower = args.lower, upper = args.upper, points = args.points } }
      end
    end
  end
  return print_list(list, args, context)
end

return M
