--- Linear relations between functions as equations: in text, and in LaTeX.
---
--- A function is a partial derivative of F, the weighted expert of an atom, times a monomial:
---
---   { atom = 1, order = {...}, power = {...}? }
---
--- `order` counts derivatives in beta1 (d of them), beta0, a (d), b; `power` has the powers of the
--- same parameters and of symbols behind them, g'(beta0)/g(beta0) of each atom. A relation, as engine.family
--- gives it, says that one function is a combination of others. Its equation is cleared of fractions, with the
--- function it is about on the left and plus signs on both sides. In text the parameters are b1,
--- b0, a, b; with several covariates b1.2 is the second gate slope; with several atoms F2 is the
--- second one's function and a[2] its slope.
local M = {}

---@class Naming
---@field d integer? covariates
---@field atoms integer
---@field names string[]? what to call an atom's function instead of F1, F2...
---@field names_latex string[]?
---@field parameters { [1]: string, [2]: string }[]? text and LaTeX of parameters that are not those of one
--- atom

local function parameter_count(naming)
  return naming.parameters and #naming.parameters or 2 * naming.d + 2
end

--- Names of a parameter: text, LaTeX.
local function parameter(naming, j)
  if naming.parameters then return table.unpack(naming.parameters[j]) end
  local d = naming.d
  local group = j <= d and 1 or j == d + 1 and 2 or j <= 2 * d + 1 and 3 or 4
  local text = ({ "b1", "b0", "a", "b" })[group]
  local latex = ({ "\\beta_{1%s}", "\\beta_{0}", "a%s", "b" })[group]
  local component = d > 1 and (group == 1 and j or group == 3 and j - d - 1) or nil
  if component then text = ("%s.%d"):format(text, component) end
  local index = component and (group == 1 and "," .. component or "_{" .. component .. "}") or ""
  return text, (latex:gsub("%%s", index))
end

--- The parameters of a list of counts, each as often as it counts.
local function factors(counts, from, to)
  local list = {}
  for j = from, to do
    for _ = 1, counts[j] or 0 do list[#list + 1] = j end
  end
  return list
end

local function grouped(list)
  local groups = {}
  for _, j in ipairs(list) do
    local last = groups[#groups]
    if last and last.j == j then last.n = last.n + 1 else groups[#groups + 1] = { j = j, n = 1 } end
  end
  return groups
end

local function function_name(naming, term)
  if naming.names then return naming.names[term.atom], naming.names_latex[term.atom] end
  if naming.atoms == 1 then return "F", "F" end
  return "F" .. term.atom, ("F_{%d}"):format(term.atom)
end

--- A derivative: "d2F/db1 db", "\frac{\partial^2 F}{\partial \beta_1 \partial b}".
---@param naming Naming
---@param term table
---@return string text
---@return string latex
function M.derivative(naming, term)
  local name, name_latex = function_name(naming, term)
  local list = factors(term.order, 1, parameter_count(naming))
  if #list == 0 then return name, name_latex end
  local below, below_latex = {}, {}
  for i, group in ipairs(grouped(list)) do
    local text, latex = parameter(naming, group.j)
    below[i] = "d" .. text .. (group.n > 1 and "^" .. group.n or "")
    below_latex[i] = "\\partial " .. latex .. (group.n > 1 and "^" .. group.n or "")
  end
  local many = #list > 1 and #list or nil
  return ("d%s%s/%s"):format(many or "", name, table.concat(below, " ")),
    ("\\frac{\\partial%s %s}{%s}"):format(many and "^" .. many or "", name_latex,
      table.concat(below_latex, "\\,"))
end

--- A symbol with the atom it belongs to: parameters are those of atom `lead`, unless they have their own
--- names; behind them come the ratios of all atoms in turn.
local function symbol(naming, j, lead)
  local count, name, latex = parameter_count(naming), "(g'/g)", "\\frac{g'}{g}"
  if j <= count then name, latex = parameter(naming, j) end
  if naming.names and not naming.parameters or naming.atoms == 1 or naming.parameters and j <= count then
    return name, latex
  end
  local atom = j <= count and lead or j - count
  return ("%s[%d]"):format(name, atom), ("{%s}^{(%d)}"):format(latex, atom)
end

--- A monomial: pieces to be joined by blanks.
local function monomial(naming, power, lead)
  local text, latex = {}, {}
  for _, group in ipairs(grouped(factors(power, 1, parameter_count(naming) + naming.atoms))) do
    local name, name_latex = symbol(naming, group.j, lead)
    text[#text + 1] = name .. (group.n > 1 and "^" .. group.n or "")
    latex[#latex + 1] = name_latex .. (group.n > 1 and "^" .. group.n or "")
  end
  return text, latex
end

local function greatest_divisor(a, b)
  while b ~= 0 do a, b = b, a % b end
  return a
end

--- All terms of "function j - sum = 0" with whole numbers and powers of at least 0 where every
--- coefficient is recognised.
local function cleared(relation, terms, symbols)
  local zero = {}
  for j = 1, symbols do zero[j] = 0 end
  local list, common, lowest = {
    { index = relation.index, numerator = 1, denominator = 1, power = zero },
  }, 1, {}
  for i, c in ipairs(relation.terms) do
    if not c.numerator then
      list[i + 1] = { index = c.index, value = -c.value, power = zero }
    else
      list[i + 1] = { index = c.index, numerator = -c.numerator, denominator = c.denominator,
        power = c.power }
    end
  end
  for _, c in ipairs(list) do
    if c.numerator then
      common = common * c.denominator // greatest_divisor(common, c.denominator)
    end
    for j = 1, symbols do lowest[j] = math.min(lowest[j] or 0, c.power[j]) end
  end
  table.sort(list, function(p, q) return p.index < q.index end)
  for _, c in ipairs(list) do
    local power, own = {}, terms[c.index].power or zero
    for j = 1, symbols do power[j] = c.power[j] - lowest[j] + (own[j] or 0) end
    c.power = power
    c.factor = c.numerator and c.numerator * common // c.denominator or c.value * common
  end
  return list
end

local function side(naming, list, terms, lead)
  local text, latex = {}, {}
  for i, c in ipairs(list) do
    local size = math.abs(c.factor)
    local parts, parts_latex = monomial(naming, c.power, lead)
    local name, name_latex = M.derivative(naming, terms[c.index])
    if size ~= 1 then
      local number = math.type(size) == "integer" and ("%d"):format(size) or ("%.6g"):format(size)
      table.insert(parts, 1, number)
      table.insert(parts_latex, 1, number)
    end
    parts[#parts + 1], parts_latex[#parts_latex + 1] = name, name_latex
    text[i], latex[i] = table.concat(parts, " "), table.concat(parts_latex, "\\,")
  end
  if #list == 0 then return "0", "0" end
  return table.concat(text, " + "), table.concat(latex, " + ")
end

--- The equation of a relation.
---@param naming Naming
---@param relation table { index =, terms = { {index =, value =, numerator =, denominator =, power =} } }
---@param terms table[] the functions
---@return {text: string, latex: string}
function M.of_relation(naming, relation, terms)
  local left, right = {}, {}
  for _, c in ipairs(cleared(relation, terms, parameter_count(naming) + naming.atoms)) do
    table.insert(c.factor > 0 and left or right, c)
  end
  local lead = terms[relation.index].atom
  local left_text, left_latex = side(naming, left, terms, lead)
  local right_text, right_latex = side(naming, right, terms, lead)
  return { text = left_text .. " = " .. right_text, latex = left_latex .. " = " .. right_latex }
end

return M
