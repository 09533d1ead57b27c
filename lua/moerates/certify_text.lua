--- Certificates for readers and for programs: text, a table of many, JSON.
local certify = require "moerates.certify"
local certify_gates = require "moerates.certify_gates"
local certify_mixture = require "moerates.certify_mixture"
local format = require "moerates.format"
local lists = require "moerates.lists"
local json = require "moerates.json"
local predict = require "moerates.predict"

local M = {}

local TITLES <const> = {
  strong = "strong, by the letter", strong_f = "  the same with F", effective = "effective",
  weak = "weak (tangent space)", exchange = "exchange of groups",
}
--- All families, in the order in which they are shown.
local FAMILIES <const> = { "strong", "strong_f", "effective", "weak", "exchange" }

--- "softmax", "softmax with temperature", "softmax with temperature and tanh inside".
function M.gate_name(c)
  local mixture, more = c.mixture, {}
  if not mixture then return c.gate end
  if mixture.temperature then more[1] = "temperature" end
  if mixture.activation then
    more[#more + 1] = ("%s of %s"):format(mixture.activation, mixture.inside and "logits" or "slopes")
  end
  return mixture.gate .. (#more > 0 and " with " .. table.concat(more, " and ") or "")
end

--- "tanh", "linear beside shared relu".
function M.expert_name(c)
  local mixture = c.mixture
  if not mixture or #mixture.shared == 0 then return c.expert or mixture.expert end
  return ("%s beside shared %s"):format(mixture.expert, mixture.shared_expert)
end

-- One certificate ---------------------------------------------------------------------------------

local function vector(list)
  local words = {}
  for s, x in ipairs(list) do words[s] = ("%.6g"):format(x) end
  return table.concat(words, " ")
end

local function head_lines(c, lines)
  lines[#lines + 1] = ("%s gate, %s expert, d = %d, Regime %s"):format(c.gate, c.expert, c.d,
    c.regime:sub(2))
  for i, atom in ipairs(c.atoms) do
    lines[#lines + 1] = ("  atom %d%s  beta1 %s  beta0 %.6g  a %s  b %.6g"):format(i,
      lists.contains(c.over, i) and ", over-specified" or "", vector(atom.beta1), atom.beta0,
      vector(atom.a), atom.b)
  end
  lines[#lines + 1] = ("  the gate weights vary with x in %d independent ways"):format(c.gate_rank)
end

--- Of a mixture: its logits are those of the last atom less.
local function mixture_lines(c, lines)
  local mixture = c.mixture
  lines[#lines + 1] = ("%s, %s expert, d = %d%s"):format(M.gate_name(c), M.expert_name(c), mixture.d,
    mixture.gaussian and ", Gaussian" or "")
  local function own(atom)
    return ("  a %s  b %.6g%s%s"):format(vector(atom.a), atom.b,
      atom.scale and ("  c %.6g"):format(atom.scale) or "",
      mixture.gaussian and ("  nu %.6g"):format(atom.variance) or "")
  end
  for j, atom in ipairs(mixture.shared) do
    lines[#lines + 1] = ("  atom s%d, shared  omega %.6g%s"):format(j, atom.omega, own(atom))
  end
  for i, atom in ipairs(mixture.atoms) do
    lines[#lines + 1] = ("  atom %d  beta1 %s  beta0 %.6g%s"):format(i, vector(atom.beta1), atom.beta0, own(atom))
  end
  if mixture.temperature then lines[#lines + 1] = ("  tau %.6g"):format(mixture.temperature) end
end

local function family_line(family)
  local rank = family.decided and ("%d of %d"):format(family.rank, family.size)
    or ("%d of %d?"):format(family.rank, family.size)
  return ("  %-24s %9s %12s %12.1e  %s"):format(TITLES[family.name], rank, family.always or "-",
    family.smallest, family.gap and ("%.0e"):format(family.gap) or "-")
end

local function family_lines(c, lines)
  lines[#lines + 1] = ("%-26s %9s %12s %12s  %s"):format("family", "rank", "of them for", "smallest",
    "gap to")
  lines[#lines + 1] = ("%-26s %9s %12s %12s  %s"):format("", "", "every expert", "eigenvalue",
    "zero")
  for _, name in ipairs(FAMILIES) do
    if c.families[name] then lines[#lines + 1] = family_line(c.families[name]) end
  end
end

local function equation_lines(title, list, key, lines)
  if #list == 0 then return end
  lines[#lines + 1] = title
  for _, equation in ipairs(list) do lines[#lines + 1] = "  " .. equation[key] end
end

local function other_gate_lines(c, key, lines)
  lines[#lines + 1] = "the same function by another gate, with as many atoms"
  for _, other in ipairs(certify_gates.of(c)) do
    local weights = {}
    for i, weight in ipairs(other.weights) do weights[i] = weight[key] end
    lines[#lines + 1] = ("  %s: %s"):format(other.gate,
      other.limit and "in the limit of intercepts far below 0"
      or not other.equal and ("no, the best of %d starts is %.1e away"):format(certify_gates.STARTS, other.misfit)
      or #weights == 0 and "yes" or "yes, " .. table.concat(weights, ", "))
  end
end

local function answer(holds) return holds and "holds" or "fails" end

local function exponent(x) return x and "n^" .. format.fraction(x) or "no rate" end

local function verdict_lines(c, lines)
  local f, prediction = c.families, predict.rates(c)
  local strong = f.strong
  lines[#lines + 1] = ("strong identifiability, by the letter: %s%s"):format(answer(certify.holds(strong)),
    strong.always > 0 and (", as for every expert (%d %s)"):format(strong.always,
      strong.always == 1 and "relation" or "relations") or "")
  lines[#lines + 1] = ("what the proof needs: %s"):format(answer(certify.holds(f.effective)))
  lines[#lines + 1] = ("weak identifiability: %s%s"):format(answer(certify.holds(f.weak, true)),
    f.weak.translations > 0 and ", up to the translations of the gate" or "")
  lines[#lines + 1] = ("expected of least squares: over-specified experts %s%s, the others %s"):format(
    exponent(prediction.over), prediction.over and prediction.target == "minimiser"
      and " to the population minimiser" or "", exponent(prediction.exact))
  for _, note in ipairs(prediction.notes) do lines[#lines + 1] = "  " .. note end
end

--- What a mixture's tangent space says: no rates, which theorems give for densities.
local function mixture_verdict_lines(c, lines)
  local weak, exchange = c.families.weak, c.families.exchange
  lines[#lines + 1] = ("weak identifiability: %s"):format(answer(certify.holds(weak)))
  if exchange then
    lines[#lines + 1] = ("shared and routed atoms %s"):format(certify.holds(exchange) and "cannot be exchanged"
      or "swap mass continuously, without effect: not identified with an atom too many")
  end
end

local function local_equation_lines(c, key, lines)
  for _, name in ipairs(FAMILIES) do
    local family = c.families[name]
    if family then
      equation_lines("at these atoms: " .. TITLES[name]:match("^%s*(.*)$"), family.equations, key, lines)
    end
  end
end

--- A certificate as `moerates certify` prints it.
---@param c Certificate|MixtureCertificate
---@param latex boolean? equations in LaTeX
---@return string
function M.one(c, latex)
  local lines, key = {}, latex and "latex" or "text"
  local put_head = c.mixture and mixture_lines or head_lines
  put_head(c, lines)
  lines[#lines + 1] = ""
  family_lines(c, lines)
  lines[#lines + 1] = ""
  if c.mixture then
    local identities, normal_identities = certify_mixture.at_every_atom(c)
    equation_lines("at every atom", identities, key, lines)
    equation_lines("of the normal law", normal_identities, key, lines)
    local_equation_lines(c, key, lines)
  else
    equation_lines("at every atom", c.identities, key, lines)
    equation_lines("where beta1 = 0, also", c.flat_identities, key, lines)
    local_equation_lines(c, key, lines)
    equation_lines("an atom and its images, u = beta1.x + beta0, z = a.x + b, t another form",
      c.equalities, key, lines)
    other_gate_lines(c, key, lines)
  end
  lines[#lines + 1] = ""
  local put_verdict = c.mixture and mixture_verdict_lines or verdict_lines
  put_verdict(c, lines)
  return table.concat(lines, "\n") .. "\n"
end

-- Polynomial systems ------------------------------------------------------------------------------

local function column(atoms, key)
  local words = {}
  for i, atom in ipairs(atoms) do words[i] = ("%d"):format(atom[key]) end
  return table.concat(words, " ")
end

local function solution(result)
  local text = ("weights %s, a %s, b %s"):format(column(result.atoms, "weight"), column(result.atoms, "a"),
    column(result.atoms, "b"))
  for _, key in ipairs { "gate", "slope" } do
    for _, atom in ipairs(result.atoms) do
      if atom[key] ~= 0 then return ("%s, gate %s, slope %s"):format(text, column(result.atoms, "gate"),
        column(result.atoms, "slope")) end
    end
  end
  return text
end

local function proof_lines(case, latex, lines)
  lines[#lines + 1] = ("    %s: orders 1 to %d leave, where %s,"):format(case.title, case.orders, case.where)
  local parts = case.left:coefficients "k"
  for j, c in ipairs(parts) do
    local text = c:text(latex)
    if j > 1 then text = ("+ k^%d (%s)"):format(j - 1, text) end
    if next(c) then lines[#lines + 1] = "      " .. text end
  end
  lines[#lines] = lines[#lines] .. " = 0"
  if case.except then
    lines[#lines + 1] = ("    which holds only if k = 0 and %s = 0, where order 6 is"):format(case.except:text(latex))
    lines[#lines + 1] = ("      %s = 0"):format(case.there:text(latex))
  end
  lines[#lines + 1] = case.holds and "    which is impossible" or "    which could not be excluded"
end

--- A polynomial system as `moerates certify` prints it.
---@param result SystemResult
---@param latex boolean?
---@return string
function M.system(result, latex)
  local lines = { ("system %s, m = %d"):format(result.system, result.m),
    ("  a non-trivial solution up to r = %d, exactly: %s"):format(result.solved, solution(result)) }
  lines[#lines + 1] = result.proof and ("  none for r = %d:"):format(2 * result.m)
    or "  from where on there is none is proved for m = 2 and 3 only"
  for _, case in ipairs(result.proof or {}) do proof_lines(case, latex, lines) end
  if result.value then lines[#lines + 1] = ("  %s(%d) = %d"):format(result.system, result.m, result.value) end
  return table.concat(lines, "\n") .. "\n"
end

--- The same in a line, for the ledger.
---@param result SystemResult
---@return string
function M.system_note(result)
  local parts = { ("r = %d is solved exactly by %s"):format(result.solved, solution(result)) }
  if result.value then
    parts[2] = ("that r = %d is not is proved by elimination in whole numbers"):format(result.value)
  else
    parts[2] = "no proof that the next r is not"
  end
  parts[3] = "the definition could not be compared with the paper's text"
  return table.concat(parts, "; ")
end

-- Many --------------------------------------------------------------------------------------------

local function rank(family)
  if not family then return "-" end
  return ("%d/%d%s"):format(family.rank, family.size, family.decided and "" or "?")
end

local LINE <const> = "%-18s %-18s %-7s %8s %8s %10s %9s %7s  %-8s %s"

local function truth_line(c)
  local f, prediction = c.families, predict.rates(c)
  return LINE:format(c.gate, c.expert, c.regime, rank(f.strong), rank(f.strong_f), rank(f.effective),
    ("%.0e"):format(f.effective.smallest), rank(f.weak), exponent(prediction.over), exponent(prediction.exact))
end

local function truth_lines(list, lines)
  if #list == 0 then return end
  lines[#lines + 1] = LINE:format("gate", "expert", "regime", "strong", "with F", "effective", "smallest", "weak",
    "over", "exact")
  for _, c in ipairs(list) do lines[#lines + 1] = truth_line(c) end
  lines[#lines + 1] = "ranks: of how many functions; smallest: eigenvalue of the effective family;"
  lines[#lines + 1] = "over, exact: the rate to expect of over-specified and other experts (by sigmoids, R2: to the"
  lines[#lines + 1] = "population minimiser)"
end

local function mixture_table_lines(list, lines)
  if #list == 0 then return end
  local shape = "%-46s %-30s %8s %9s %9s"
  lines[#lines + 1] = shape:format("gate", "expert", "weak", "smallest", "exchange")
  for _, c in ipairs(list) do
    local f = c.families
    lines[#lines + 1] = shape:format(M.gate_name(c), M.expert_name(c), rank(f.weak), ("%.0e"):format(f.weak.smallest),
      rank(f.exchange))
  end
  lines[#lines + 1] = "ranks: of how many functions; smallest: eigenvalue of the tangent space"
end

--- A line for each certificate.
---@param list (Certificate|MixtureCertificate)[]
---@return string
function M.many(list)
  local lines, truths, mixtures = {}, {}, {}
  for _, c in ipairs(list) do table.insert(c.mixture and mixtures or truths, c) end
  truth_lines(truths, lines)
  mixture_table_lines(mixtures, lines)
  return table.concat(lines, "\n") .. "\n"
end

-- For programs --------------------------------------------------------------------------------------

local function equations(list)
  local out = json.array {}
  for i, equation in ipairs(list) do
    out[i] = { text = equation.text, latex = equation.latex, kind = equation.kind }
  end
  return out
end

local function other_gates(c)
  local list = json.array {}
  for i, other in ipairs(certify_gates.of(c)) do
    list[i] = { gate = other.gate, equal = other.equal, limit = other.limit, misfit = other.misfit,
      weights = equations(other.weights) }
  end
  return list
end

local function plain_families(c)
  local families = {}
  for name, f in pairs(c.families) do
    families[name] = { size = f.size, rank = f.rank, decided = f.decided, for_every_expert = f.always,
      independent = certify.holds(f), smallest_eigenvalue = f.smallest, gap = f.gap,
      singular_values = json.array(f.singular), relations = equations(f.equations) }
  end
  return families
end

local function plain(c)
  local prediction = predict.rates(c)
  prediction.notes = json.array(prediction.notes)
  return { gate = c.gate, expert = c.expert, d = c.d, regime = c.regime, atoms = c.atoms,
    over = json.array(c.over), design = c.design, gate_rank = c.gate_rank, families = plain_families(c),
    identities = equations(c.identities), identities_flat_gate = equations(c.flat_identities),
    images = equations(c.equalities), other_gates = other_gates(c), prediction = prediction }
end

local function plain_mixture(c)
  local identities, normal_identities = certify_mixture.at_every_atom(c)
  return { mixture = c.mixture, design = c.design, families = plain_families(c),
    identities = equations(identities), identities_normal_law = equations(normal_identities) }
end

local function plain_system(result)
  local proof = json.array {}
  for i, case in ipairs(result.proof or {}) do
    proof[i] = { case = case.title, orders = case.orders, left = case.left:text(), where = case.where,
      except = case.except and case.except:text(), there = case.there and case.there:text(), holds = case.holds }
  end
  return { system = result.system, m = result.m, atoms = json.array(result.atoms), solved = result.solved,
    proof = proof, value = result.value }
end

--- All there is, as JSON: a list.
---@param list Certificate[]
---@param results SystemResult[]
---@return string
function M.json(list, results)
  local out = json.array {}
  for i, c in ipairs(list) do out[i] = c.mixture and plain_mixture(c) or plain(c) end
  for _, result in ipairs(results) do out[#out + 1] = plain_system(result) end
  return json.encode(out, true) .. "\n"
end

return M
