--- The polynomial systems behind the rates of over-specified Gaussian experts: up to which order
--- they have a non-trivial real solution, with proof.
---
--- Atom i of m has a weight w_i > 0 and differs from its truth by (q_i1, ..., q_i4): gate slope, slope,
--- intercept, half the variance. System r2 at order r says, for 1 <= l1 + l2 <= r,
---
---   sum_i w_i sum_alpha q_i1^alpha1 q_i2^alpha2 q_i3^alpha3 q_i4^alpha4 / alpha! = 0,
---   alpha1 + alpha2 = l1, alpha2 + alpha3 + 2 alpha4 = l2,
---
--- that is, sum_i w_i exp(q_i1 s + q_i2 s t + a_i t + b_i t^2) = sum_i w_i up to total order r in (s, t),
--- where a = q3, b = q4. System r1 is its part l1 = 0. A solution is non-trivial if all w_i (squares
--- in the papers) are positive and some a_i is not 0; r1(m) and r2(m) are the smallest r without one.
--- r1 is from Ho and Nguyen (Annals of Statistics 44, 2016), r2 from arXiv 2305.03288; paper B uses both.
--- The texts were not at hand, so the definitions are second-hand; what speaks for them is that
--- they give the published values. Covariates are one here. With more, the equations l1 = 0 are the
--- same, and gate slopes and slopes of 0 still solve the others, so the orders are too.
---
--- Order 2m - 1 is solved by Gauss-Hermite quadrature: N(0, 1) and its m points have the same moments up to
--- there. Scripts give that solution in whole numbers, and it is put into the equations. That
--- nothing solves order 2m need only be proved of the equations l1 = 0, which both systems contain.
--- `proof` does so for m = 2 and 3. Let E be the mean over the atoms with weights w_i / sum w, and A the
--- function a_i on the atoms: E A = 0 by order 1, so A has at least two values.
---
---   Two values. By scaling (a, b) -> (c a, c^2 b) they are 1 and -u, u > 0: A^2 = (1 - u) A + u. If
---     m = 3, two atoms have the value 1; e tells them apart, E e = 0: A e = e, e^2 = gamma e + delta (A + u).
---     Every function is x + y A + z e with mean x; 6 b = p + q A + e.
---   Three values. E A^2 = 1 by scaling. P = A^2 - k A - 1 is the orthogonal polynomial, A P = alpha P + v A,
---     with v = E P^2 > 0. Every function is x + y A + z P with mean x; 6 b = p + q A + (h - 3) P.
---
--- Every equation is then a polynomial in these unknowns. Orders 2 to 5 are linear in p, q, v or delta,
--- and alpha, which are eliminated one by one; no solution is lost (polynomial.lua). What is
--- left has one sign, shown coefficient by coefficient.
---
--- Beyond m = 3, not used here: a sum of m + 1 Gaussians has at most 2m changes of sign (Kalai, Moitra
--- and Valiant, STOC 2010, Proposition 7), and more than r of them if its moments up to r vanish. So
--- r1(m) = r2(m) = 2m for every m.
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
  return { equations = left, left = last, orders = pair and 5 or 4, where = "u > 0",
    title = pair and "two of three a_i equal" or "a_1 and a_2 differ",
    holds = last:sign_on("u", { 0, 1 }, { 1, 0 }) ~= nil }
end

--- Where h^2 > 6, and a little more: h <= -12/5, 12/5 <= h <= 8/3, h >= 8/3. Found by trying.
local LOW <const>, MIDDLE <const>, HIGH <const> =
  { { -12, 5 }, { -1, 0 } }, { { 12, 5 }, { 8, 3 } }, { { 8, 3 }, { 1, 0 } }

--- Whether all polynomials in h have one and the same sign on a part.
local function one_sign(list, part)
  local first = list[1]:sign_on("h", part[1], part[2])
  for _, p in ipairs(list) do
    if not first or p:sign_on("h", part[1], part[2]) ~= first then return false end
  end
  return true
end

--- Whether left = sum_j c_j(h) k^j is 0 at most where k = 0 and linear(h) = 0: no odd powers, c_0 is linear^2
--- times something, and that and the other c_j are of one sign.
local function vanishes_only_at(linear, left)
  local list = {}
  for j, c in ipairs(left:coefficients "k") do
    if j % 2 == 1 then
      list[#list + 1] = c
    elseif c ~= constant(0) then
      return false
    end
  end
  list[1] = list[1]:divide(linear ^ 2, "h")
  return list[1] ~= nil and one_sign(list, LOW) and one_sign(list, MIDDLE) and one_sign(list, HIGH)
end

--- Three values of A: order 4 gives v, order 5 alpha, order 6 an equation in k and h. Order 4 is
--- (h^2 - 6) v = 2 (k^2 + 3), so h^2 > 6. Where order 5 leaves alpha free, order 6 in alpha is looked at.
local function three_values()
  local k, v, alpha, h = unknown "k", unknown "v", unknown "alpha", unknown "h"
  local function by_a(f) return { f[2], f[1] + k * f[2] + v * f[3], f[2] + alpha * f[3] } end
  local function by_p(f)
    local a, product = by_a(f), {}
    local aa = by_a(a)
    for j = 1, 3 do product[j] = (h - 3) * (aa[j] - k * a[j] - f[j]) end
    return product
  end
  local width, height = h ^ 2 - 6, k ^ 2 + 3 -- both positive
  local eqs = equations_from_four(by_a, by_b_with(by_a, by_p), 6)
  local fourth = eqs[4]:primitive()
  local fifth = eqs[5]:eliminate("v", fourth):without(width, "h"):primitive()
  local sixth = eqs[6]:eliminate("v", fourth):without(width, "h"):primitive()
  local left = sixth:eliminate("alpha", fifth):without(width, "h"):without(height, "k"):primitive()
  local linear = fifth:at_zero("k"):coefficients("alpha")[2]:primitive()
  local there = sixth:at_zero "k"
  local c = there:coefficients "alpha"
  return { equations = eqs, left = left, orders = 6, where = "h^2 > 6", title = "a_1, a_2 and a_3 differ",
    except = linear, there = there,
    holds = fourth == 2 * height - width * v and vanishes_only_at(linear, left)
      and one_sign({ linear }, LOW) and one_sign({ linear }, HIGH)
      and #c == 3 and c[2] == constant(0) and one_sign({ c[1], c[3]:without(width, "h") }, MIDDLE) }
end

---@class SystemProof
---@field equations table<integer, table> of orders 4, 5 and 6 without p and q, up to constants
---@field title string which of the a_i are equal
---@field orders integer equations 1 to this are used
---@field left table polynomial that would have to be 0
---@field where string
---@field except table? where this and k are 0, `left` is, but not
---@field there table? this
---@field holds boolean whether all that could be shown

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
