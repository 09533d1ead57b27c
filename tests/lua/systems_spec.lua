--- Polynomial systems: the algebra against the definition, solutions, proofs, rows of the ledger.
local certify_claims = require "moerates.certify_claims"
local certify_text = require "moerates.certify_text"
local cjson = require "cjson"
local command = require "command"
local polynomial = require "moerates.polynomial"
local scratch = require "scratch"
local script = require "moerates.script"
local systems = require "moerates.systems"
local verdict = require "moerates.verdict"

local ROOT <const> = os.getenv "MOERATES_ROOT" or "."
local of, unknown = polynomial.of, polynomial.unknown

--- A polynomial at numbers.
local function value(p, at)
  if p == of(0) then return 0 end
  for name, x in pairs(at) do
    local parts = p:coefficients(name)
    if #parts > 1 then
      local sum = 0
      for j, c in ipairs(parts) do sum = sum + value(c, at) * x ^ (j - 1) end
      return sum
    end
  end
  return tonumber(p:text())
end

local function atoms_of(weights, a, b)
  local list = {}
  for i, w in ipairs(weights) do list[i] = { weight = w, a = a[i], b = b[i], gate = 0, slope = 0 } end
  return list
end

local TWO <const> = atoms_of({ 1, 1 }, { -2, 2 }, { -2, -2 })
local THREE <const> = atoms_of({ 1, 4, 1 }, { -6, 0, 6 }, { -6, -6, -6 })

describe("a polynomial", function()
  local h, k = unknown "h", unknown "k"

  it("adds, multiplies and prints", function()
    assert.equal("k^2 - 4 h^2", ((k - 2 * h) * (k + 2 * h)):text())
    assert.equal("k^{2} - 4 h^{2}", ((k - 2 * h) * (k + 2 * h)):text(true))
    assert.equal("0", (k - k):text())
    assert.equal("k - 2", (4 - 2 * k):primitive():text())
    assert.is_true(h ^ 2 - h == h * (h - 1))
  end)

  it("loses no zero to elimination", function()
    -- k = -3 / h in k^2 + h: 9 + h^3, up to powers of h
    assert.equal("h^3 + 9", (k ^ 2 + h):eliminate("k", h * k + 3):text())
  end)

  it("divides only what can be divided", function()
    local p = (h ^ 2 - 6) ^ 2 * (3 * h + k)
    assert.is_true(p:without(h ^ 2 - 6, "h") == 3 * h + k)
    assert.is_nil((h ^ 2 + 1):divide(h - 1, "h"))
    assert.is_nil((3 * h + 1):divide(2 * h, "h"))
    assert.equal("0", of(0):without(h, "h"):text())
  end)

  it("has a sign on an interval only if it has", function()
    local above, below = { { 0, 1 }, { 1, 0 } }, { { -1, 0 }, { -1, 1 } }
    assert.equal(1, (h ^ 2 + h + 1):sign_on("h", above[1], above[2]))
    assert.equal(-1, (-h ^ 2 - 6):sign_on("h", above[1], above[2]))
    assert.equal(1, (1 - h):sign_on("h", { -5, 1 }, { 1, 2 }))
    assert.equal(1, (h ^ 2 + h + 1):sign_on("h", { -12, 5 }, { -1, 0 }))
    assert.is_nil((1 - h):sign_on("h", { -5, 1 }, { 1, 1 })) -- 0 at the end
    assert.is_nil(((h - 3) ^ 2):sign_on("h", above[1], above[2]))
    assert.is_nil((h + 2):sign_on("h", below[1], below[2]))
    assert.is_nil(of(0):sign_on("h", above[1], above[2]))
  end)

  it("says so when its numbers grow too large", function()
    assert.has_error(function() return (of(3000000000) * h) ^ 2 * 3 end)
    assert.has_error(function() return of(1 << 62) * h + of(1 << 62) * h end)
  end)
end)

describe("the equations", function()
  it("are the sums of the definitions", function()
    for l1 = 0, 4 do
      for l2 = 0, 4 do
        local expected, found = {}, {}
        for i = 0, 9999 do
          local a1, a2, a3, a4 = i // 1000, i // 100 % 10, i // 10 % 10, i % 10
          if a1 + a2 == l1 and a2 + a3 + 2 * a4 == l2 then
            expected[#expected + 1] = ("%d%d%d%d"):format(a1, a2, a3, a4)
          end
        end
        for i, t in ipairs(systems.terms(l1, l2)) do found[i] = ("%d%d%d%d"):format(t[1], t[2], t[3], t[4]) end
        table.sort(found)
        assert.same(expected, found)
      end
    end
    local t = systems.terms(0, 4) -- 4! (a^4 / 4! + a^2 b / 2 + b^2 / 2)
    assert.same({ 1, 12, 12 }, { t[1].factor, t[2].factor, t[3].factor })
  end)

  --- sum_i w_i sum a^n1 b^n2 / (n1! n2!), as the papers have it.
  local function by_definition(l, w, a, b)
    local sum = 0
    for i = 1, #w do
      for n2 = 0, l // 2 do
        local term = w[i]
        for n = 1, l - 2 * n2 do term = term * a[i] / n end
        for n = 1, n2 do term = term * b[i] / n end
        sum = sum + term
      end
    end
    return sum
  end

  local function mean(w, f)
    local sum = 0
    for i = 1, #w do sum = sum + w[i] * f(i) end
    return sum
  end

  --- That order l by definition is a fixed multiple of the polynomial, at draws {w, a, b, at}.
  local function assert_multiple(p, l, draws)
    local ratio
    for _, d in ipairs(draws) do
      local own = by_definition(l, d.w, d.a, d.b) / value(p, d.at)
      assert.is_true(math.abs(own / (ratio or own) - 1) < 1e-9)
      ratio = own
    end
  end

  it("at atoms with three values of a are those that the proof eliminates from", function()
    local draws = {}
    for s, numbers in ipairs { { .2, .5, -1.3, .4, 1.7 }, { .6, .1, 2.1, -.3, 3.3 }, { .3, .3, -.2, 1.9, -2.6 } } do
      local w, a = { numbers[1], numbers[2], 1 - numbers[1] - numbers[2] }, { numbers[3], numbers[4], -1.1 }
      local centre = mean(w, function(i) return a[i] end)
      local sd = math.sqrt(mean(w, function(i) return (a[i] - centre) ^ 2 end))
      for i = 1, 3 do a[i] = (a[i] - centre) / sd end
      local k, b = mean(w, function(i) return a[i] ^ 3 end), {}
      local function orthogonal(i) return a[i] ^ 2 - k * a[i] - 1 end
      local v = mean(w, function(i) return orthogonal(i) ^ 2 end)
      local alpha, h = mean(w, function(i) return a[i] * orthogonal(i) ^ 2 end) / v, numbers[5]
      for i = 1, 3 do b[i] = (-3 - k * a[i] + (h - 3) * orthogonal(i)) / 6 end
      assert.is_true(math.abs(by_definition(2, w, a, b)) + math.abs(by_definition(3, w, a, b)) < 1e-12)
      draws[s] = { w = w, a = a, b = b, at = { k = k, v = v, alpha = alpha, h = h } }
    end
    for l = 4, 6 do assert_multiple(systems.proof(3)[2].equations[l], l, draws) end
  end)

  it("at atoms with two values of a as well", function()
    local draws, single = {}, {}
    for s, numbers in ipairs { { .7, .25, .4 }, { 1.9, .6, -1.1 }, { .3, .5, 2.2 } } do
      local u, share, spread = table.unpack(numbers)
      local w = { u / (1 + u) * share, u / (1 + u) * (1 - share), 1 / (1 + u) }
      local a, e = { 1, 1, -u }, { spread / share, -spread / (1 - share), 0 }
      local p, q, b, flat = -3 * u, u - 1, {}, {}
      for i = 1, 3 do
        b[i], flat[i] = (p + q * a[i] + e[i]) / 6, (p + q * a[i]) / 6
      end
      assert.is_true(math.abs(by_definition(2, w, a, b)) + math.abs(by_definition(3, w, a, b)) < 1e-12)
      local delta = mean(w, function(i) return e[i] ^ 2 end) / u
      draws[s] = { w = w, a = a, b = b, at = { u = u, delta = delta } }
      single[s] = { w = w, a = a, b = flat, at = { u = u } }
    end
    -- the elimination of q multiplies by powers of u; the equations themselves have the first
    local function plain(case, l) return case.equations[l]:without(unknown "u", "u") * unknown "u" end
    assert_multiple(plain(systems.proof(2)[1], 4), 4, single)
    for l = 4, 5 do assert_multiple(plain(systems.proof(3)[1], l), l, draws) end
  end)
end)

describe("a solution", function()
  it("of Gauss and Hermite solves 2m - 1 orders of both systems, and no more", function()
    for _, kind in ipairs { "r1", "r2" } do
      assert.equal(3, systems.solved(kind, TWO))
      assert.equal(5, systems.solved(kind, THREE))
    end
  end)

  it("is not what is near it", function()
    assert.equal(0, systems.solved("r1", atoms_of({ 1, 2 }, { -2, 2 }, { -2, -2 })))
    assert.equal(1, systems.solved("r1", atoms_of({ 1, 1 }, { -2, 2 }, { -2, -3 })))
    assert.equal(3, systems.solved("r1", atoms_of({ 1, 3, 1 }, { -10, 0, 10 }, { -20, -20, -20 })))
  end)

  it("is not trivial, and has positive weights", function()
    assert.equal(0, systems.solved("r1", atoms_of({ 1, 1 }, { 0, 0 }, { 0, 0 })))
    assert.equal(0, systems.solved("r1", atoms_of({ 1, 1, -1 }, { 1, 2, 2 }, { 0, 0, 0 })))
  end)

  it("of r2 has gates, too", function()
    local atoms = atoms_of({ 1, 1 }, { -2, 2 }, { -2, -2 })
    atoms[1].gate = 1
    assert.equal(3, systems.solved("r1", atoms))
    assert.equal(0, systems.solved("r2", atoms))
    atoms[2].gate = -1
    assert.equal(1, systems.solved("r2", atoms))
  end)
end)

describe("a proof", function()
  it("covers the cases of m = 2 and 3", function()
    assert.equal(1, #systems.proof(2))
    assert.equal(2, #systems.proof(3))
    assert.is_nil(systems.proof(4))
    for m = 2, 3 do
      for _, case in ipairs(systems.proof(m)) do assert.is_true(case.holds) end
    end
    assert.equal("u^2 + u + 1", systems.proof(2)[1].left:text())
    assert.equal("u^3 + 4 u^2 + 6 u + 4", systems.proof(3)[1].left:text())
  end)

  it("is about what is left: no zero where there must be none, and one where there may be", function()
    local case = systems.proof(3)[2]
    for _, h in ipairs { -40, -3, -2.45, 2.45, 2.6, 3, 40 } do
      for _, k in ipairs { 0, .01, .7, 50 } do
        assert.is_true(value(case.left, { h = h, k = k }) * h > 0)
      end
    end
    local h = 2 + math.sqrt(.4)
    assert.is_true(math.abs(value(case.left, { h = h, k = 0 })) < 1e-6)
    for _, alpha in ipairs { 0, .5, 9 } do
      assert.is_true(value(case.there, { h = h, k = 0, alpha = alpha }) < -1)
    end
    -- it does change its sign where h^2 < 6
    assert.is_true(value(case.left, { h = 2.1, k = 9 }) < 0)
  end)

  it("does not exclude what there is: the solution of orders up to 5", function()
    local equations = systems.proof(3)[2].equations
    local point = { k = 0, v = 2, alpha = 0, h = 3 } -- E He2(A)^2 = 2 at Hermite's points, b = -1/2
    assert.same({ 0, 0 }, { value(equations[4], point), value(equations[5], point) })
    assert.is_true(math.abs(value(equations[6], point)) > .5)
  end)

  it("and a solution one order below give the value; one without the other does not", function()
    assert.equal(6, systems.result({ name = "x", system = "r2", atoms = THREE }).value)
    local bad = atoms_of({ 1, 1 }, { -2, 2 }, { -2, -3 })
    assert.is_nil(systems.result({ name = "x", system = "r1", atoms = bad }).value)
    local split = atoms_of({ 1, 2, 2, 1 }, { -6, 0, 0, 6 }, { -6, -6, -6, -6 })
    local result = systems.result { name = "x", system = "r1", atoms = split }
    assert.is_nil(result.value)
    assert.matches("is proved for m = 2 and 3 only", certify_text.system(result), 1, true)
  end)
end)

describe("the systems of paper B", function()
  local SCRIPT <const> = ROOT .. "/benchmarks/certificates/systems.lua"

  local function judged(predicted)
    local rows, by_id, one = {}, {}, script.load(SCRIPT, {}, "certificates")
    for _, entry in ipairs(one.claims) do
      by_id[entry.id] = { id = entry.id, kind = "value", case = "c", predicted = predicted }
    end
    certify_claims.judge(one, "quick", by_id, rows)
    return rows
  end

  it("are judged against what is claimed", function()
    local found = {}
    for i, row in ipairs(judged "4") do found[i] = { row.id, row.measured, row.verdict } end
    assert.same({ { "B-r1-2", 4, verdict.AGREES }, { "B-r2-2", 4, verdict.AGREES },
      { "B-r1-3", 6, verdict.DIFFERS }, { "B-r2-3", 6, verdict.DIFFERS } }, found)
    assert.equal(verdict.UNDECIDED, verdict.system(4, nil))
    assert.has_error(function() judged "holds" end)
  end)

  it("become rows of the ledger and a table", function()
    local directory = scratch.directory()
    local code, out = command.run("claims", SCRIPT, "--out", directory, "--list", ROOT .. "/paper/claims.tsv")
    assert.equal(0, code)
    assert.matches("B%-r2%-3 +certificate +m=3 +agrees +6 +6\n", out)
    local ledger = scratch.read(directory .. "/report/claims-quick.tsv")
    assert.matches("B-r1-2\tvalue\tcertificate\tm=2\tquick\tagrees\t4\t4\t", ledger, 1, true)
    local rows = scratch.read(directory .. "/report/tables/systems-orders.tsv")
    assert.matches("r1\t3\t5\t(1, -6, -6), (4, 0, -6), (1, 6, -6)\t6\n", rows, 1, true)
    scratch.remove(directory)
  end)

  it("are printed for readers and for programs", function()
    local _, text = command.run("certify", SCRIPT)
    assert.matches("  r1(3) = 6\n", text, 1, true)
    local _, latex = command.run("certify", SCRIPT, "--latex")
    assert.matches("u^{2} + u + 1 = 0", latex, 1, true)
    local _, plain = command.run("certify", SCRIPT, "--json")
    local list = cjson.decode(plain)
    assert.equal(4, #list)
    assert.equal(6, list[4].value)
    assert.is_true(list[4].proof[2].holds)
  end)
end)

describe("scripts of systems", function()
  it("name what is wrong in them", function()
    local directory = scratch.directory()
    local function message(fields)
      local path = scratch.write(directory, "x.lua",
        "return require 'moerates'.certificates { name = 'x', " .. fields .. " }")
      local code, _, err = command.run("certify", path)
      assert.equal(2, code)
      return err
    end
    local ONE <const> = "{ name = 's', system = 'r1', atoms = { { weight = 1, a = 1, b = 0 } } }"
    assert.matches("expected at least one case or one of systems", message "cases = {}", 1, true)
    assert.matches("unknown system 'r3'", message("systems = {" .. ONE:gsub("r1", "r3") .. "}"), 1, true)
    assert.matches("there are two systems 's'", message("systems = {" .. ONE .. "," .. ONE .. "}"), 1, true)
    assert.matches("claims[1].system: unknown system 't'",
      message("systems = {" .. ONE .. "}, claims = { { id = 'A', system = 't' } }"), 1, true)
    assert.matches("weight", message("systems = {" .. ONE:gsub("weight = 1", "weight = 0") .. "}"), 1, true)
    scratch.remove(directory)
  end)
end)
