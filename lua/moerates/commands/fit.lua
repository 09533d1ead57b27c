--- moerates fit: a mixture of experts for somebody's CSV file.
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local fitting = require "moerates.fitting"
local lfs = require "lfs"
local lists = require "moerates.lists"
local nearest = require "moerates.nearest"
local options = require "moerates.options"
local tune = require "moerates.tune"

local M = {
  name = "fit",
  summary = "Fits a mixture of experts to a CSV file.",
  description = "Fits a mixture of experts to a CSV file, by least squares or as a mixture of normal "
    .. "densities by maximum likelihood: prints its atoms, their standard errors, and how far the fit "
    .. "may be from the best one.",
  example = "moerates fit benchmarks/data/motorcycle.csv --y accel --gate softmax --expert linear "
    .. "-k 3 --standardize",
}

--- A converter of an option to a number in [low, high]; `whole` asks for an integer.
local function number_in(option, low, high, whole)
  return function(text)
    local value = text:find("^[%d.eE+-]+$") and tonumber(text)
    if whole then value = value and math.tointeger(value) end
    if not value or not (value >= low and value <= high) then
      fault.raise(2, "%s wants a %snumber from %.15g to %.15g, got '%s'", option,
        whole and "whole " or "", low, high, text)
    end
    return value
  end
end

local ESTIMATORS <const> = { "lse", "mle" }

local function estimator(text)
  if lists.contains(ESTIMATORS, text) then return text end
  fault.raise(2, "--estimator: unknown name '%s'%s", text, nearest.hint(text, ESTIMATORS))
end

local function temperature(text)
  if text == "learned" then return text end
  local value = tonumber(text)
  if value and value >= 1e-6 and value <= 1e6 then return value end
  fault.raise(2, "--temperature wants 'learned' or a number from 1e-06 to 1e+06, got '%s'", text)
end

--- "a, b, c." of a list of {name=}.
local function names_of(rows)
  local names = {}
  for i, row in ipairs(rows) do names[i] = row.name end
  return table.concat(names, ", ") .. "."
end

function M.setup(command)
  command:argument("data", "The table: a header line, then rows; ',', ';' or tab between fields.")
    :argname("DATA.csv")
  command:option("--y", "The response, a column."):argname("COL")
  command:option("--x", "The covariates, columns with commas between; default: every other numeric "
    .. "column."):argname("COLS"):count("*")
  command:option("--gate", names_of(engine.gates())):argname("NAME")
  command:option("--expert", names_of(engine.experts())):argname("NAME")
  command:option("-k", "The number of atoms."):argname("K"):convert(number_in("-k", 1, 32, true))
  command:option("--estimator", "lse: least squares. mle: maximum likelihood, every atom a normal "
    .. "density of its own variance; needs a gate whose weights add up to one."):argname("NAME")
    :default("lse"):convert(estimator)
  command:option("--variance-floor", "For mle: the least variance of an atom, as a share of the "
    .. "response's."):argname("R"):default("1e-4"):convert(number_in("--variance-floor", 1e-12, 1))
  command:option("--shared", "So many of the K atoms are shared: half of the weight is theirs, whatever the "
    .. "covariates are."):argname("N"):convert(number_in("--shared", 1, 31, true))
  command:option("--shared-expert", "Of the shared atoms; default: --expert."):argname("NAME")
  command:option("--activation", "Of the logits of the router: an expert's name."):argname("NAME")
  command:flag("--outside", "Intercepts are added after the activation.")
  command:option("--temperature", "What logits are divided by: a number, or 'learned' (between 1/8 and 8)."
    ):argname("TAU"):convert(temperature)
  command:flag("--euclidean", "Logits are squared distances from a centre.")
  command:option("--top", "Only so many of the largest logits of a row keep a weight."):argname("N")
    :convert(number_in("--top", 1, 32, true))
  command:option("--starts", "Local fits, the best of which counts."):argname("N"):default("512")
    :convert(number_in("--starts", 1, 1e6, true))
  command:option("--weights", "A column that says how often each row was seen."):argname("COL")
  command:option("--seed", "Other starts for another seed."):argname("S"):default("1")
    :convert(number_in("--seed", 0, 1e15, true))
  command:option("--box", "Every parameter lies in [-R, R]."):argname("R"):default("20")
    :convert(number_in("--box", 1e-6, 1e6))
  command:flag("--standardize", "Brings every column to mean 0 and variance 1 for the fit; the box "
    .. "then holds there. Results are in the units of the file.")
  command:option("--predict", "Writes fitted values and gate weights as CSV."):argname("FILE")
  options.json(command)
end

local function is_same_file(a, b)
  local left, right = lfs.attributes(a), lfs.attributes(b)
  return left and right and left.dev == right.dev and left.ino == right.ino
end

local function check_arguments(args)
  for _, name in ipairs { "y", "gate", "expert", "k" } do
    if args[name] == nil then
      fault.usage("try 'moerates fit --help'", "%s is missing", #name == 1 and name ~= "y"
        and "-" .. name or "--" .. name)
    end
  end
  if args.predict and is_same_file(args.predict, args.data) then
    fault.raise(2, "--predict %s would overwrite the data", args.predict)
  end
end

function M.run(args, context)
  check_arguments(args)
  tune.apply(engine.info())
  local result = fitting.fit {
    path = args.data, y = args.y, x = #args.x > 0 and args.x or nil, weights = args.weights,
    gate = args.gate, expert = args.expert, k = args.k, starts = args.starts, seed = args.seed,
    box = args.box, estimator = args.estimator, variance_floor = args.variance_floor,
    standardize = args.standardize, predict = args.predict ~= nil, shared = args.shared,
    shared_expert = args.shared_expert, activation = args.activation, outside = args.outside,
    temperature = args.temperature, euclidean = args.euclidean, top = args.top,
  }
  if args.predict then
    local ok, message = engine.write_atomic(args.predict, fitting.predictions(result))
    if not ok then fault.raise(2, "--predict: %s", message) end
  end
  context.stdout:write(args.json and fitting.json(result) or fitting.text(result))
  return 0
end

return M
