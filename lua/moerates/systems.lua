--- The polynomial systems behind the rates of over-specified Gaussian experts: which have a non-trivial real
--- solution, with proof.
---
--- Atom i of m has a weight w_i > 0 and differs from its truth by q = (beta1, eta1, eta0, nu): gate slope, slope,
--- intercept, variance (halved). System r2 at order r (arXiv 2305.03288, from which arXiv 2505.10860 has it) says that for
--- 1 <= l1 + l2 <= r
---
---   sum_i w_i sum_alpha q_i1^alpha1 q_i2^alpha2 q_i3^alpha3 q_i4^alpha4 / alpha! = 0,
---   over alpha1 + alpha2 = l1, alpha2 + alpha3 + 2 alpha4 = l2,
---
--- that is, sum_i w_i exp(q_i1 s + q_i2 s t + a_i t + b_i t^2) = sum_i w_i up to total order r, with a = q3 and b = q4. System r1 (Ho
--- and Nguyen, Annals of Statistics 44, 2016) is its part l1 = 0. A solution is non-trivial if all w_i > 0 (c_i^2 or p_i5^2
--- in the papers) and some a_i is not 0; r1(m) and r2(m) are the smallest r without one. The papers' text was not at
--- hand: the definitions are from memory, and what speaks for them is that they give the values known for m = 2 and 3. Covariates are one;
--- with more, l1 = 0 is the same and gate slopes and slopes of 0 still solve the rest.
---
--- There is a solution for r = 2m - 1, by Gauss-Hermite quadrature: one law N(0, 1) and m points have the same 2m - 1 moments.
--- Scripts give it in whole numbers, and it is put into the equations. That there is none at
--- order 2m need only be proved for the equations l1 = 0, which both systems contain. `proof` does so for m = 2 and 3, in
--- whole numbers. E is the mean over the atoms with weights w_i / sum w. E A = 0 at order 1, where A is a_i as a function on the atoms.
---
--- *Two values of A.* Scaling (a, b) -> (c a, c^2 b) makes them 1 and -u, u > 0. Functions on the atoms are x + y A + z e, where
--- A^2 = (1 - u) A + u; e tells apart atoms with the value 1 (one may have two of three atoms) and is there if m = 3 only:
--- E e = 0, A e = e, e^2 = gamma e + delta (A + u). 6 b = p + q A + e.
--- *Three values.* E A^2 = 1 by scaling. Functions are x + y A + z P, P = A^2 - k A - 1 the orthogonal polynomial, A P = alpha P + v A,
--- v = E P^2 > 0: there is a k, an alpha and a v > 0 for any three values and weights > 0. 6 b = p + q A + (h - 3) P.
--- One value would be 0. The equations are E of a polynomial in A and b, hence polynomials in these unknowns. Each is linear in one
--- of them, which is eliminated (polynomial.lua); no solution is lost. Order 4 of the second case is (h^2 - 6) v = 2 (k^2 + 3): so h^2 > 6.
---
--- It is known beyond these proofs, and not used: a sum of m + 1 Gaussians has at most 2m changes of sign (Kalai, Moitra, Valiant 2010, Prop.
--- 7), but more than r if its first r moments vanish. So r1(m) = r2(m) = 2m for all m.
local polynomial = require "moerates.polynomial"

local M = {}

--- Solutions are tried up to this order.
local MOST <const> = 12

local constant, unknown = polynomial.of, polynomial.unknown

-- The equations ---------------------------------------------------------------------------------

local function factorial(n) return n < 2 and 1 or n * factorial(n - 1) end

--- The terms of the equation (l1, l2), times (l1 + l2)!: {factor=, alpha1, ..., alpha4}.
function M.terms(l1, l2)
  local terms = {}
  for alpha2 = 0, math.min(l1, l2) do
    for alpha4 = 0, (l2 - alpha2) // 2 do
      local alpha = { l1 - alpha2, alpha2, l2 - alpha2 - 2 * alpha4, alpha4 }
      alpha.factor = factorial(l1 + l2)
      for _, n in ipairs(alpha) do alpha.factor = alpha.factor // factorial(n) end
      terms[#terms + 1] = alpha
    end
  end
  return terms
end

--- The left-hand side of the equation (l1, l2), times (l1 + l2)!, at atoms in whole numbers.
local function residual(atoms, l1, l2)
  local sum = constant(0)
  for _, atom in ipairs(atoms) do
    local q = { constant(atom.gate), constant(atom.slope), constant(atom.a), constant(atom.b) }
    for _, alpha in ipairs(M.terms(l1, l2)) do
      local product = constant(atom.weight * alpha.factor)
      for j = 1, 4 do product = product * q[j] ^ alpha[j] end
      sum = sum + product
    end
  end
  return sum
end

--- Up to which order atoms solve a system.
---@param kind "r1"|"r2"
---@param atoms table[] {weight=, a=, b=, gate=, slope=}, whole numbers
---@return integer order 0 if they do not solve the first, or are trivial
function M.solved(kind, atoms)
  local trivial = true
  for _, atom in ipairs(atoms) do
    if atom.weight <= 0 then return 0 end
    trivial = trivial and atom.a == 0
  end
  for order = 1, trivial and 0 or MOST do
    for l1 = 0, kind == "r2" and order or 0 do
      if residual(atoms, l1, order - l1) ~= constant(0) then return order - 1 end
    end
  end
  return trivial and 0 or MOST
end

-- The proofs ------------------------------------------------------------------------------------

--- The equation (0, l) on an algebra of functions {x, y, z} whose mean is x: multiplied by A, by 6 b.
local function equation(l, by_a, by_b)
  local sum, most = constant(0), l // 2
  for _, alpha in ipairs(M.terms(0, l)) do
    local f = { constant(1), constant(0), constant(0) }
    for _ = 1, alpha[3] do f = by_a(f) end
    for _ = 1, alpha[4] do f = by_b(f) end
    sum = sum + f[1] * (alpha.factor * math.tointeger(6 ^ (most - alpha[4])))
  end
  return sum
end

--- 6 b = p + q A + something.
local function by_b_with(by_a, by_something)
  local p, q = unknown "p", unknown "q"
  return function(f)
    local a, s = by_a(f), by_something(f)
    return { p * f[1] + q * a[1] + s[1], p * f[2] + q * a[2] + s[2], p * f[3] + q * a[3] + s[3] }
  end
end

--- Equations 4 to `last`, by order, after orders 2 and 3 have given p and q.
local function equations_from_four(by_a, by_b, last)
  local second = equation(2, by_a, by_b)
  local third = equation(3, by_a, by_b):eliminate("p", second)
  local list = {}
  for l = 4, last do
    list[l] = equation(l, by_a, by_b):eliminate("p", second):eliminate("q", third)
  end
  return list
end

--- Two values of A: what is left of the equations up to order 4, or 5 if one value has two atoms.
local function two_values(pair)
  local u, gamma, delta = unknown "u", unknown "gamma", unknown "delta"
  local function by_a(f) return { u * f[2], f[1] + (1 - u) * f[2], f[3] } end
  local function by_e(f)
    if not pair then return { constant(0), constant(0), constant(0) } end
    return { delta * u * f[3], delta * f[3], f[1] + f[2] + gamma * f[3] }
  end
  local left = equations_from_four(by_a, by_b_with(by_a, by_e), pair and 5 or 4)
  local last = pair and left[5]:eliminate("delta", left[4]) or left[4]
  last = last:without(u, "u"):primitive()
  return { title = pair and "two of three a_i equal" or "a_1 and a_2 differ", orders = pair and 5 or 4,
    left = { last }, where = "u > 0", holds = last:sign_on("u", { 0, 1 }, { 1, 0 }) ~= nil }
end

--- Where h^2 > 6: h <= -12/5 or h >= 12/5, in parts on which all coefficients have one sign.
local LOW <const>, MIDDLE <const>, HIGH <const> = { { -12, 5 }, { -1, 0 } }, { { 12, 5 }, { 8, 3 } }, { { 8, 3 }, { 1, 0 } }

--- Whether all polynomials in h have one and the same sign on a part.
local function one_sign(list, part)
  local first = list[1]:sign_on("h", part[1], part[2])
  for _, p in ipairs(list) do
    if not first or p:sign_on("h", part[1], part[2]) ~= first then return false end
  end
  return true
end

--- Whether left = sum_j c_j(h) k^j is 0 at most where k = 0 and linear(h) = 0: no odd powers, c_0 = linear^2 times
--- something, and that and the others of one sign.
local function vanishes_only_at(left, linear)
  local own, list = left:coefficients "k", {}
  for j = 1, #own do
    if j % 2 == 0 and own[j] ~= constant(0) then return false end
    if j % 2 == 1 then list[#list + 1] = own[j] end
  end
  local rest = list[1]:divide(linear * linear, "h")
  list[1] = rest
  return rest ~= nil and one_sign(list, LOW) and one_sign(list, MIDDLE) and one_sign(list, HIGH)
end

--- Three values of A: order 4 gives v, order 5 alpha, order 6 an equation in k and h.
local function three_values()
  local k, v, alpha, h = unknown "k", unknown "v", unknown "alpha", unknown "h"
  local function by_a(f) return { f[2], f[1] + k * f[2] + v * f[3], f[2] + alpha * f[3] } end
  local function by_p(f)
    local a = by_a(f)
    local aa, g = by_a(a), {}
    for j = 1, 3 do g[j] = (h - 3) * (aa[j] - k * a[j] - f[j]) end
    return g
  end
  local eqs = equations_from_four(by_a, by_b_with(by_a, by_p), 6)
  local width, height = h ^ 2 - 6, k ^ 2 + 3 -- not 0: v > 0
  local fourth = eqs[4]:primitive()
  local fifth = eqs[5]:eliminate("v", fourth):without(width, "h"):primitive()
  local sixth = eqs[6]:eliminate("v", fourth):without(width, "h"):primitive()
  local left = sixth:eliminate("alpha", fifth):without(width, "h"):without(height, "k"):primitive()
  -- where k = 0 and the coefficient of alpha in the fifth is 0, the sixth in alpha: of one sign
  local linear = fifth:at_zero("k"):coefficients("alpha")[2]:primitive()
  local at_zero = sixth:at_zero("k"):coefficients "alpha"
  local first, square = at_zero[1], at_zero[3]:without(width, "h")
  local holds = (fourth == width * v - 2 * height or fourth == 2 * height - width * v)
    and vanishes_only_at(left, linear)
    and one_sign({ linear }, LOW) and one_sign({ linear }, HIGH)
    and #at_zero == 3 and at_zero[2] == constant(0) and one_sign({ first, square }, MIDDLE)
  return { title = "a_1, a_2 and a_3 differ", orders = 6, left = left:coefficients "k", where = "h^2 > 6", holds = holds }
end

---@class SystemProof
---@field title string which of the a_i are equal
---@field orders integer equations 1 to this are used
---@field left table[] what is left of them: the coefficients of powers of k, which do not vanish
---@field where string
---@field holds boolean whether the machine could show that it does not vanish

--- Proofs that there is no solution at order 2m, by cases; nil for other m than 2 and 3.
---@param m integer
---@return SystemProof[]?
function M.proof(m)
  if m == 2 then return { two_values(false) } end
  if m == 3 then return { two_values(true), three_values() } end
end

---@class SystemResult
---@field name string
---@field system "r1"|"r2"
---@field m integer
---@field atoms table[]
---@field solved integer the highest order that the atoms solve
---@field proof SystemProof[]?
---@field value integer? the smallest order without a non-trivial solution, if that is proved

--- What is known of a system of a script.
---@param entry table a system, as dsl_certificates makes it
---@return SystemResult
function M.result(entry)
  local m = #entry.atoms
  local proof, proved = M.proof(m), true
  for _, case in ipairs(proof or {}) do proved = proved and case.holds end
  local solved = M.solved(entry.system, entry.atoms)
  return { name = entry.name, system = entry.system, m = m, atoms = entry.atoms, solved = solved, proof = proof,
    value = proof and proved and solved == 2 * m - 1 and 2 * m or nil }
end

return M
