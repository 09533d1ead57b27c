--- Fitting a mixture of experts to a user's table: names to columns, and the result as text, JSON
--- or a table of predictions. The arithmetic is engine.fit.
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local json = require "moerates.json"
local lists = require "moerates.lists"
local nearest = require "moerates.nearest"

local M = {}

---@class FitOptions
---@field path string the CSV file
---@field y string name of the response
---@field x string[]? names of the covariates; each may be a list of names with commas between
---@field weights string? name of the column of counts
---@field gate string
---@field expert string
---@field k integer
---@field starts integer? local fits (512)
---@field seed integer? (1)
---@field box number? every parameter lies in [-box, box] (20)
---@field standardize boolean?
---@field estimator string? "lse" (least squares) or "mle" (maximum likelihood of a Gaussian mixture)
---@field variance_floor number? mle: least variance of an atom, as a share of the response's (1e-4)
---@field predict boolean? keep fitted values and gate weights
---@field shared integer? atoms, of k, that have half of the weight whatever x is
---@field shared_expert string? theirs; default: `expert`
---@field activation string? of the logits
---@field outside boolean? intercepts are added after it
---@field euclidean boolean? logits are squared distances
---@field top integer? routed atoms that keep a weight
---@field temperature "learned"|number|nil learned between 1/8 and 8

---@class FitResult: FitOptions
---@field covariates string[]
---@field automatic boolean the covariates were not named by the user
---@field skipped {name: string, bad_line: integer, bad_text: string}[] columns that hold text
---@field atoms {beta1: number[], beta0: number, a: number[], b: number, variance: number?}[]
---@field errors table standard errors in the shape of atoms, NaN where there is none
---@field states table the same shape: 0 free, 1 pinned, 2 at the box, 3 singular
---@field offset number y = offset + scale * f(x)
---@field scale number
---@field n number sum of the weights
---@field rows integer rows of positive weight
---@field parameters integer free ones
---@field sse number
---@field r_squared number
---@field loglik number? mle: log-likelihood in the units of the file
---@field kernel string what evaluated it, as "tile:avx2" or "blis:zen3"
---@field certificate table
---@field temperature_error number? standard error of `temperature`, which is then the estimate
---@field temperature_state integer? as of states
---@field fitted number[]?
---@field gate_weights number[][]? one list per atom

local function names_of(columns)
  local names = {}
  for i, column in ipairs(columns) do names[i] = column.name end
  return names
end

--- The number of the column called `name`.
local function find_column(path, columns, name, option)
  for i, column in ipairs(columns) do
    if column.name == name then return i end
  end
  fault.raise(2, "%s: no column '%s' (%s)%s", path, name, option,
    nearest.hint(name, names_of(columns)))
end

local function is_column(columns, name)
  for _, column in ipairs(columns) do
    if column.name == name then return true end
  end
  return false
end

--- Splits at commas, unless the whole is the name of a column.
local function split_names(columns, texts)
  local names = {}
  for _, text in ipairs(texts) do
    if is_column(columns, text) then
      names[#names + 1] = text
    else
      for name in (text .. ","):gmatch("([^,]*),") do
        names[#names + 1] = name:match("^%s*(.-)%s*$")
      end
    end
  end
  return names
end

local function named_covariates(options, columns, taken)
  local list = {}
  for _, name in ipairs(split_names(columns, options.x)) do
    local column = find_column(options.path, columns, name, "--x")
    if taken[column] then
      fault.raise(2, "--x: column '%s' is %s already", name, taken[column])
    end
    taken[column] = "a covariate"
    list[#list + 1] = column
  end
  return list
end

--- Every other numeric column, in the order of the file; and the columns that hold text.
local function other_covariates(columns, taken)
  local list, skipped = {}, {}
  for i, column in ipairs(columns) do
    if not taken[i] and column.numeric then
      list[#list + 1] = i
    elseif not taken[i] then
      skipped[#skipped + 1] = column
    end
  end
  return list, skipped
end

--- The columns by number: { y =, x =, weights = }, and the skipped ones.
local function choose_columns(options, columns)
  local chosen, taken, skipped = {}, {}, {}
  chosen.y = find_column(options.path, columns, options.y, "--y")
  taken[chosen.y] = "the response"
  if options.weights then
    chosen.weights = find_column(options.path, columns, options.weights, "--weights")
    if taken[chosen.weights] then
      fault.raise(2, "--weights: column '%s' is the response already", options.weights)
    end
    taken[chosen.weights] = "the weight"
  end
  if options.x then
    chosen.x = named_covariates(options, columns, taken)
  else
    chosen.x, skipped = other_covariates(columns, taken)
  end
  if #chosen.x == 0 then
    fault.raise(2, "%s: there is no numeric column to serve as covariate beside '%s'",
      options.path, options.y)
  end
  return chosen, skipped
end

local function known_name(option, name, rows)
  local names = {}
  for i, row in ipairs(rows) do
    names[i] = row.name
    if row.name == name then return end
  end
  fault.raise(2, "%s: unknown name '%s'%s", option, name, nearest.hint(name, names))
end

--- The numbers of the columns used, by name.
local function used_values(csv, columns, chosen)
  local values = { [columns[chosen.y].name] = csv:values(chosen.y) }
  for _, column in ipairs(chosen.x) do values[columns[column].name] = csv:values(column) end
  return values
end

--- omega of the shared atoms: their softmax.
local function add_masses(result)
  local total = 0
  for i = 1, result.shared or 0 do total = total + math.exp(result.atoms[i].beta0) end
  for i = 1, result.shared or 0 do result.atoms[i].omega = math.exp(result.atoms[i].beta0) / total end
end

--- Where a temperature that is learned may lie.
local TEMPERATURES <const> = { 1 / 8, 8 }

local function temperature_range(temperature)
  if temperature == "learned" then return TEMPERATURES[1], TEMPERATURES[2] end
  return temperature, temperature
end

--- Fits. Raises a fault of one line for whatever the file or the options get wrong.
---@param options FitOptions
---@return FitResult
---@return table<string, number[]>? values of the columns used, by name, if options.predict
function M.fit(options)
  known_name("--gate", options.gate, engine.gates())
  known_name("--expert", options.expert, engine.experts())
  if options.activation then known_name("--activation", options.activation, engine.experts()) end
  if options.shared_expert then known_name("--shared-expert", options.shared_expert, engine.experts()) end
  local low, high = temperature_range(options.temperature)
  local csv, message = engine.csv(options.path)
  if not csv then fault.raise(2, "%s", message) end
  local columns = csv:columns()
  local chosen, skipped = choose_columns(options, columns)
  local result
  result, message = engine.fit(csv, {
    y = chosen.y, x = chosen.x, weights = chosen.weights, gate = options.gate,
    expert = options.expert, k = options.k, starts = options.starts or 512,
    seed = options.seed or 1, box = options.box or 20, standardize = options.standardize,
    predict = options.predict, estimator = options.estimator or "lse",
    variance_floor = options.variance_floor or 1e-4, shared = options.shared,
    shared_expert = options.shared and (options.shared_expert or options.expert),
    activation = options.activation, outside = options.outside, euclidean = options.euclidean,
    top = options.top, temperature_low = low, temperature_high = high,
  })
  if not result then
    fault.raise(2, "%s", message:find(options.path, 1, true) == 1 and message
      or options.path .. ": " .. message)
  end
  for key, value in pairs(options) do result[key] = result[key] or value end
  result.covariates, result.skipped = {}, skipped
  add_masses(result)
  for s, column in ipairs(chosen.x) do result.covariates[s] = columns[column].name end
  result.automatic = options.x == nil
  result.starts, result.seed = options.starts or 512, options.seed or 1
  result.box = options.box or 20
  result.estimator, result.variance_floor = options.estimator or "lse", options.variance_floor or 1e-4
  return result, options.predict and used_values(csv, columns, chosen)
end

--- The fitted value at x, and the gate weights.
---@param result FitResult
---@param x number[]
---@return number value
---@return number[] weights
function M.value(result, x)
  local theta = {}
  for i, atom in ipairs(result.atoms) do theta[i] = atom end
  local f, weights = engine.model_value({ gate = result.gate, expert = result.expert,
    d = #result.covariates, k = result.k }, theta, x)
  return result.offset + result.scale * f, weights
end

-- Text -------------------------------------------------------------------------------------------

local STATES <const> = { [1] = "reference", [2] = "at the box", [3] = "not available" }

local function parameter_line(atom, name, value, deviation, state)
  return ("%4s  %-24s %14.6g   %s"):format(atom, name, value,
    STATES[state] or ("%.3g"):format(deviation))
end

--- The rows of one atom: slopes and intercept of its gate, then of its expert.
local function atom_lines(result, i, lines)
  local atom, deviation, state = result.atoms[i], result.errors[i], result.states[i]
  local label, rows = tostring(i), { { "beta1", "beta0" }, { "a", "b" } }
  if atom.omega then
    lines[#lines + 1] = ("%4s  shared: omega %.4g of its half"):format(label, atom.omega)
    label, rows = "", { { "a", "b" } }
  end
  for _, names in ipairs(rows) do
    local slope, intercept = names[1], names[2]
    for s, covariate in ipairs(result.covariates) do
      lines[#lines + 1] = parameter_line(label, ("%s[%s]"):format(slope, covariate),
        atom[slope][s], deviation[slope][s], state[slope][s])
      label = ""
    end
    lines[#lines + 1] = parameter_line(label, intercept, atom[intercept], deviation[intercept],
      state[intercept])
  end
  if atom.variance then
    lines[#lines + 1] = parameter_line(label, "variance", atom.variance, deviation.variance,
      state.variance)
  end
end

local function plural(count, one, many)
  return ("%d %s"):format(count, count == 1 and one or many)
end

--- What stands beside gate and experts, in words; "" if nothing does.
local function router_text(result)
  local words = {}
  if result.shared then
    words[1] = ("%s (%s) beside routed ones"):format(plural(result.shared, "shared atom", "shared atoms"),
      result.shared_expert or result.expert)
  end
  if result.activation then
    words[#words + 1] = ("logits through %s, intercepts %s"):format(result.activation,
      result.outside and "added after" or "inside")
  end
  if result.euclidean then words[#words + 1] = "squared distances as logits: beta1 = 2 c / tau" end
  if result.top then words[#words + 1] = ("the %d largest logits only"):format(result.top) end
  if result.temperature then
    words[#words + 1] = ("temperature %.6g (%s)"):format(result.temperature, result.temperature_state == 1 and "given"
      or STATES[result.temperature_state] or ("standard error %.3g"):format(result.temperature_error))
  end
  return table.concat(words, "; ")
end

local function head_lines(result, lines)
  local weighted = result.weights
    and (", %.10g observations by %s"):format(result.n, result.weights)
  lines[#lines + 1] = ("%s: %s%s"):format(result.path, plural(result.rows, "row", "rows"),
    weighted or "")
  lines[#lines + 1] = ("%s from %s%s"):format(result.y, table.concat(result.covariates, ", "),
    result.automatic and " (every other numeric column; choose with --x)" or "")
  for _, column in ipairs(result.skipped) do
    lines[#lines + 1] = ("skipped: %s (line %d holds '%s')"):format(column.name, column.bad_line,
      column.bad_text)
  end
  lines[#lines + 1] = ("%s gate, %s expert%s, k = %d: %s in a box of +-%g%s"):format(result.gate,
    result.expert, result.loglik and "s as Gaussian densities" or "", result.k,
    plural(result.parameters, "free parameter", "free parameters"),
    result.box, result.standardize and " in standardised units" or "")
  local router = router_text(result)
  if router ~= "" then lines[#lines + 1] = router end
end

--- `y = f` as a formula, with the offset and scale that --standardize brings; of a Gaussian mixture
--- its density.
local function formula(result)
  local gate = ("%s%s(beta1_i.x + beta0_i)"):format(result.gate,
    lists.named(engine.gates(), result.gate).normalised and "_i" or "")
  if result.loglik then
    local mean = ("%s(a_i.x + b_i)"):format(result.expert)
    if result.standardize then
      mean = ("%.6g + %.6g %s"):format(result.offset, result.scale, mean)
    end
    return ("p(%s) = sum_i %s N(%s, variance_i)"):format(result.y, gate, mean)
  end
  local sum = ("sum_i %s %s(a_i.x + b_i)"):format(gate, result.expert)
  if not result.standardize then return ("%s = %s"):format(result.y, sum) end
  return ("%s = %.6g + %.6g %s"):format(result.y, result.offset, result.scale, sum)
end

local function atom_flags(certificate)
  local flags = {}
  for _, kind in ipairs { "dead", "floating", "duplicate", "proportional" } do
    if certificate[kind] > 0 then flags[#flags + 1] = ("%d %s"):format(certificate[kind], kind) end
  end
  return #flags > 0 and table.concat(flags, ", ") or "all in use, all different"
end

local function certificate_lines(result, lines)
  local c = result.certificate
  local function add(...) lines[#lines + 1] = string.format(...) end
  add("certificate (1 nat = a likelihood ratio of e%s)", result.loglik and ""
    or " at the residual variance")
  add("  local minimum   %s: %.2g nat left to gain, gradient %.2g, smallest curvature %.2g",
    c.stationary and "yes" or "NOT REACHED", c.decrease, c.gradient, c.curvature)
  local floor = c.at_floor > 0 and (": %s at %.3g of that of %s (--variance-floor)"):format(
    plural(c.at_floor, "variance", "variances"), result.variance_floor, result.y) or ""
  add("  at the box      %s%s", plural(c.active, "parameter", "parameters"), floor)
  add("  global minimum  %d of %d starts within 0.5 nat; %.0f %% of those near are alone in theirs",
    c.agree, c.starts, 100 * c.singletons)
  add("  atoms           %s", atom_flags(c))
end

local function advice(result, lines)
  if result.certificate.at_floor > 0 then
    lines[#lines + 1] = "hint: an atom at the floor may be a few rows on a line and no more; compare "
      .. ("--variance-floor %g"):format(math.min(1, 100 * result.variance_floor))
  elseif result.r_squared < 0.1 and not result.standardize then
    lines[#lines + 1] = "hint: the fit explains little; --standardize brings columns of any unit "
      .. "into the box"
  elseif result.certificate.singletons > 0.3 then
    lines[#lines + 1] = ("hint: few starts agree; try --starts %d"):format(8 * result.starts)
  end
end

--- Akaike's and Schwarz's criteria of a likelihood, in the units of the file: of the mixture, or of normal noise
--- of one variance around the sum, which is a parameter more. Nil where nothing is left to explain.
---@param result FitResult
---@return number? aic
---@return number? bic
function M.criteria(result)
  local loglik, parameters, n = result.loglik, result.parameters, result.n
  if not loglik then
    if result.sse <= 0 then return nil end
    loglik, parameters = -n / 2 * (math.log(2 * math.pi * result.sse / n) + 1), parameters + 1
  end
  return 2 * parameters - 2 * loglik, parameters * math.log(n) - 2 * loglik
end

local function criteria_line(result)
  local aic, bic = M.criteria(result)
  if not aic then return "AIC and BIC are not available: the fit is exact" end
  return ("AIC %.4f   BIC %.4f%s"):format(aic, bic, result.loglik and "" or ", of normal noise of one variance")
end

local function summary(result)
  if result.loglik then
    return ("log-likelihood %.10g   R^2 %.6g of the mean"):format(result.loglik, result.r_squared)
  end
  return ("SSE %.10g   R^2 %.6g   residual sd %.6g on %.10g degrees of freedom"):format(result.sse,
    result.r_squared, math.sqrt(result.certificate.noise_variance), result.n - result.parameters)
end

--- What `moerates fit` prints.
---@param result FitResult
---@return string
function M.text(result)
  local lines = {}
  head_lines(result, lines)
  lines[#lines + 1] = ""
  lines[#lines + 1] = formula(result)
  lines[#lines + 1] = ""
  lines[#lines + 1] = ("%4s  %-24s %14s   %s"):format("atom", "parameter", "estimate", "std. error")
  for i = 1, result.k do atom_lines(result, i, lines) end
  lines[#lines + 1] = ""
  lines[#lines + 1] = summary(result)
  lines[#lines + 1] = criteria_line(result)
  certificate_lines(result, lines)
  advice(result, lines)
  return table.concat(lines, "\n") .. "\n"
end

-- For programs -----------------------------------------------------------------------------------

--- The result as JSON; every number reads back as the same double, what is not available is null.
---@param result FitResult
---@return string
function M.json(result)
  local skipped = json.array {}
  local aic, bic = M.criteria(result)
  for i, column in ipairs(result.skipped) do skipped[i] = column.name end
  local function known(atoms)
    local out = {}
    for i, atom in ipairs(atoms) do
      out[i] = { beta1 = json.array(atom.beta1), beta0 = atom.beta0, a = json.array(atom.a),
        b = atom.b, variance = atom.variance, omega = atom.omega }
    end
    return out
  end
  return json.encode({
    file = result.path, y = result.y, x = result.covariates, weights = result.weights,
    skipped = skipped, gate = result.gate, expert = result.expert, k = result.k,
    n = result.n, rows = result.rows, parameters = result.parameters, sse = result.sse,
    r_squared = result.r_squared, estimator = result.estimator, loglik = result.loglik,
    aic = aic, bic = bic, shared = result.shared,
    shared_expert = result.shared and (result.shared_expert or result.expert), activation = result.activation,
    outside = result.outside, euclidean = result.euclidean, top = result.top, temperature = result.temperature,
    temperature_error = result.temperature_state == 0 and result.temperature_error or nil,
    variance_floor = result.loglik and result.variance_floor, kernel = result.kernel,
    offset = result.offset, scale = result.scale,
    standardize = result.standardize or false, box = result.box, starts = result.starts,
    seed = result.seed, atoms = known(result.atoms), standard_errors = known(result.errors),
    certificate = result.certificate,
  }, true) .. "\n"
end

--- Fitted values and gate weights as CSV, one line per row of the data, in its order.
---@param result FitResult fitted with predict = true
---@return string
function M.predictions(result)
  local header = { "fitted" }
  for j = 1, result.k do header[j + 1] = "gate_" .. j end
  local lines, fields = { table.concat(header, ",") }, {}
  for i, fitted in ipairs(result.fitted) do
    fields[1] = json.encode(fitted)
    for j, weights in ipairs(result.gate_weights) do fields[j + 1] = json.encode(weights[i]) end
    lines[i + 1] = table.concat(fields, ",")
  end
  lines[#lines + 1] = ""
  return table.concat(lines, "\n")
end

return M
