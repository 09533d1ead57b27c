--- Polynomials in a few unknowns with whole coefficients, for proofs: exact, and an error rather than
--- an overflow.
---
--- A polynomial maps monomials (strings with a byte for the power of each unknown) to coefficients
--- that are not 0.
local fault = require "moerates.fault"

local M = {}
M.__index = M

--- Name in text and LaTeX of each unknown, in the order in which terms are printed.
local UNKNOWNS <const> = { { "k", "k" }, { "u", "u" }, { "alpha", "\\alpha" }, { "v", "v" },
  { "delta", "\\delta" }, { "gamma", "\\gamma" }, { "p", "p" }, { "q", "q" }, { "h", "h" } }
local ONE <const> = ("\0"):rep(#UNKNOWNS)
local LARGEST <const> = 2.0 ^ 62

local place = {}
for i, names in ipairs(UNKNOWNS) do place[names[1]] = i end

--- A whole number that its value in floating point shows not to have overflowed.
local function exact(whole, float)
  if math.abs(float) > LARGEST then fault.raise(2, "a number of %.0e is too large for exact arithmetic", float) end
  return whole
end

local function add_term(terms, monomial, coefficient)
  local old = terms[monomial] or 0
  local sum = exact(old + coefficient, 0.0 + old + coefficient)
  terms[monomial] = sum ~= 0 and sum or nil
end

--- A constant, or a polynomial as it is.
---@param c integer|table
function M.of(c)
  if getmetatable(c) == M then return c end
  return setmetatable({ [ONE] = c ~= 0 and c or nil }, M)
end

---@param name string
function M.unknown(name)
  local i = place[name]
  return setmetatable({ [ONE:sub(1, i - 1) .. "\1" .. ONE:sub(i + 1)] = 1 }, M)
end

function M.__add(p, q)
  local sum = setmetatable({}, M)
  for _, part in ipairs { M.of(p), M.of(q) } do
    for monomial, c in pairs(part) do add_term(sum, monomial, c) end
  end
  return sum
end

function M.__mul(p, q)
  local product = setmetatable({}, M)
  for m, c in pairs(M.of(p)) do
    for n, d in pairs(M.of(q)) do
      local powers = { m:byte(1, -1) }
      for i = 1, #powers do powers[i] = powers[i] + n:byte(i) end
      add_term(product, string.char(table.unpack(powers)), exact(c * d, (0.0 + c) * d))
    end
  end
  return product
end

function M.__unm(p) return p * -1 end
function M.__sub(p, q) return p + -M.of(q) end
function M.__eq(p, q) return next(p - q) == nil end

---@param n integer at least 0
function M.__pow(p, n)
  local power = M.of(1)
  for _ = 1, n do power = power * p end
  return power
end

--- The coefficients of the powers of one unknown, from the power 0 to the highest.
---@param name string
---@return table[]
function M:coefficients(name)
  local i, list, degree = place[name], {}, 0
  for monomial, c in pairs(self) do
    local power = monomial:byte(i)
    degree = math.max(degree, power)
    list[power] = list[power] or setmetatable({}, M)
    list[power][monomial:sub(1, i - 1) .. "\0" .. monomial:sub(i + 1)] = c
  end
  local from_one = {}
  for power = 0, degree do from_one[power + 1] = list[power] or M.of(0) end
  return from_one
end

--- With x = 0.
function M:at_zero(name) return self:coefficients(name)[1] end

--- Without x, which is eliminated by a linear equation a x + b = 0: sum_j c_j x^j becomes
--- sum_j c_j (-b)^j a^(n-j), which is 0 wherever both are, also where a = 0.
---@param name string x
---@param linear table a x + b
function M:eliminate(name, linear)
  local parts, line = self:coefficients(name), linear:coefficients(name)
  assert(#line == 2, "the equation is not linear")
  local sum, n = M.of(0), #parts - 1
  for j = 0, n do sum = sum + parts[j + 1] * (-line[1]) ^ j * line[2] ^ (n - j) end
  return sum
end

--- Divided by the greatest common divisor of its coefficients, and with a positive first term.
function M:primitive()
  local divisor, first, quotient = 0, nil, setmetatable({}, M)
  for monomial, c in pairs(self) do
    first = (not first or monomial > first) and monomial or first
    while c ~= 0 do divisor, c = c, divisor % c end
  end
  divisor = math.abs(divisor) * (first and self[first] < 0 and -1 or 1)
  for monomial, c in pairs(self) do quotient[monomial] = c // divisor end
  return quotient
end

--- The quotient by a polynomial in one unknown; nil if it does not divide.
---@param divisor table
---@param name string
function M:divide(divisor, name)
  local x, parts, quotient, rest = M.unknown(name), divisor:coefficients(name), M.of(0), self
  local degree, lead = #parts - 1, parts[#parts][ONE]
  while next(rest) do
    local own = rest:coefficients(name)
    local step = M.of(0)
    for monomial, c in pairs(own[#own]) do
      if #own <= degree or c % lead ~= 0 then return nil end
      step[monomial] = c // lead
    end
    step = step * x ^ (#own - 1 - degree)
    quotient, rest = quotient + step, rest - step * divisor
  end
  return quotient
end

--- Without a factor, however often it divides.
function M:without(factor, name)
  local rest, quotient = self, self
  while quotient and next(quotient) do rest, quotient = quotient, quotient:divide(factor, name) end
  return rest
end

--- The sign of a polynomial in one unknown on a closed interval, by Descartes' rule: with
--- x = (low[1] + high[1] y) / (low[2] + high[2] y), y >= 0, and cleared of that denominator, all its
--- coefficients have one sign, and the first and the last are not 0. {1, 0} and {-1, 0} are infinity.
--- nil says nothing about the polynomial.
---@param name string
---@param low integer[]
---@param high integer[]
---@return integer? sign 1 or -1
function M:sign_on(name, low, high)
  local y = M.unknown(name)
  local parts, image = self:coefficients(name), M.of(0)
  for j, c in ipairs(parts) do
    image = image + c * (low[1] + high[1] * y) ^ (j - 1) * (low[2] + high[2] * y) ^ (#parts - j)
  end
  local list, sign = image:coefficients(name), nil
  for j, part in ipairs(list) do
    local c = part[ONE] or 0
    assert(part == M.of(c), "the polynomial has other unknowns")
    local own = c > 0 and 1 or -1
    if c ~= 0 and own ~= (sign or own) or c == 0 and (j == 1 or j == #list) then return nil end
    sign = c ~= 0 and own or sign
  end
  return #list == #parts and sign or nil
end

--- In text or LaTeX, highest powers of the first unknowns first.
---@param latex boolean?
---@return string
function M:text(latex)
  local monomials, words = {}, {}
  for monomial in pairs(self) do monomials[#monomials + 1] = monomial end
  table.sort(monomials, function(m, n) return m > n end)
  for _, monomial in ipairs(monomials) do
    local c, factors = self[monomial], {}
    if math.abs(c) ~= 1 or monomial == ONE then factors[1] = ("%d"):format(math.abs(c)) end
    for i, names in ipairs(UNKNOWNS) do
      local power, name = monomial:byte(i), names[latex and 2 or 1]
      if power > 1 then name = (latex and "%s^{%d}" or "%s^%d"):format(name, power) end
      if power > 0 then factors[#factors + 1] = name end
    end
    words[#words + 1] = #words > 0 and (c < 0 and " - " or " + ") or c < 0 and "-" or ""
    words[#words + 1] = table.concat(factors, " ")
  end
  return #words > 0 and table.concat(words) or "0"
end

return M
