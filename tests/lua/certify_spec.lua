--- Certificates: ranks and equations that are known by hand, for every gate and expert there is.
local certify = require "moerates.certify"
local certify_gates = require "moerates.certify_gates"
local certify_claims = require "moerates.certify_claims"
local certify_text = require "moerates.certify_text"
local command = require "command"
local engine = require "moerates.engine"
local equation = require "moerates.equation"
local predict = require "moerates.predict"
local scratch = require "scratch"
local script = require "moerates.script"
local verdict = require "moerates.verdict"

--- The texts of a list of equations, as a set.
local function texts(list)
  local set = {}
  for _, one in ipairs(list) do set[one.text] = true end
  return set
end

local made = {}

--- Of drawn atoms; the same ones are made once.
local function certificate(gate, expert, regime)
  local key = table.concat({ gate, expert, regime or "" }, " ")
  made[key] = made[key] or certify.certificate { gate = gate, expert = expert, regime = regime }
  return made[key]
end

local SMOOTH <const> = { "gelu", "tanh", "silu", "sigmoid" }

describe("a smooth expert", function()
  for _, gate in ipairs { "sigmoid", "softmax", "normalised-sigmoid" } do
    for _, expert in ipairs(SMOOTH) do
      it(("%s under %s fails the letter of the definition and meets what the proof needs"):format(expert, gate),
        function()
          for _, regime in ipairs { "R1", "R2" } do
            local c = certificate(gate, expert, regime)
            local strong, effective, weak = c.families.strong, c.families.effective, c.families.weak
            assert.equal(regime, c.regime)
            -- The chain rule, one relation per atom, holds for every expert; nothing else does.
            assert.equal(2, strong.always)
            assert.equal(strong.size - 2, strong.rank)
            assert.equal(c.families.strong_f.size - 2, c.families.strong_f.rank)
            assert.is_true(certify.holds(effective))
            assert.is_true(certify.holds(weak, true))
            assert.equal(gate == "softmax" and 2 or 0, weak.size - weak.rank)
            for _, family in pairs(c.families) do
              assert.is_true(family.decided)
              assert.equal(family.size - family.rank, #family.equations)
            end
          end
        end)
    end
  end

  it("has no identities beyond those of its gate and of the chain rule", function()
    for _, expert in ipairs(SMOOTH) do
      local c = certificate("sigmoid", expert)
      assert.same({ ["d2F/db1 db = d2F/db0 da"] = true }, texts(c.identities))
      assert.same({ ["(g'/g) F = dF/db0"] = true, ["2 (g'/g) dF/db1 = dF/db1 + d2F/db1 db0"] = true },
        texts(c.flat_identities))
      c = certificate("softmax", expert)
      assert.same({ ["dF/db0 = F"] = true, ["d2F/db1 db = dF/da"] = true }, texts(c.identities))
      assert.same({}, texts(c.flat_identities))
    end
  end)

  it("is told from a dependent one by singular values that double precision does not see", function()
    local f = certificate("sigmoid", "gelu", "R1").families.strong_f
    local last = f.singular[f.rank]
    assert.is_true(last < 1e-14 and last > certify.TOLERANCE and f.gap > 1e6)
  end)
end)

describe("degeneracies", function()
  local function has(list, text) assert.is_true(texts(list)[text] or false, text) end

  it("1, of homogeneous experts: Euler's equation, for either gate", function()
    for expert, r in pairs { relu = "F", linear = "F", ["polynomial-2"] = "2 F", ["polynomial-3"] = "3 F" } do
      for _, gate in ipairs { "sigmoid", "softmax" } do
        local c = certificate(gate, expert)
        has(c.identities, "a dF/da + b dF/db = " .. r)
        assert.is_false(certify.holds(c.families.effective) and c.regime == "R1")
      end
    end
    has(certificate("sigmoid", "relu").equalities, "g(u) phi(2z) = 2 g(u) phi(z)")
  end)

  it("2 and 16, of linear experts under one gate, and of constants: sums split", function()
    for _, expert in ipairs { "linear", "input-independent" } do
      local c = certificate("sigmoid", expert)
      has(c.identities, "d2F/db^2 = 0")
      has(c.equalities, "g(u) phi(z+t) + g(u) phi(z-t) = 2 g(u) phi(z)")
    end
    has(certificate("softmax", "linear").identities, "d2F/da db = 0")
  end)

  it("3 and 11, of odd experts: one sigmoid atom is three", function()
    for _, expert in ipairs { "tanh", "linear", "polynomial-3" } do
      has(certificate("sigmoid", expert).equalities, "2 g(0) phi(z) + g(-u) phi(-z) = g(u) phi(z)")
    end
    assert.is_nil(texts(certificate("softmax", "tanh").equalities)["2 g(0) phi(z) + g(-u) phi(-z) = g(u) phi(z)"])
  end)

  it("12 and 13, of the sigmoid with itself and of even experts", function()
    has(certificate("softmax", "polynomial-2").equalities, "g(u) phi(-z) = g(u) phi(z)")
    has(certificate("sigmoid", "sigmoid").equalities, "g(z) phi(u) = g(u) phi(z)")
  end)

  it("5, of a flat gate: its bias is the scale of a homogeneous expert", function()
    local c = certificate("sigmoid", "relu", "R1")
    has(c.families.weak.equations, "a[1] (g'/g)[1] dF1/da + b[1] (g'/g)[1] dF1/db = dF1/db0")
    assert.is_true(certify.holds(certificate("sigmoid", "relu", "R2").families.weak))
  end)

  it("of softmax: its translations", function()
    local c = certificate("softmax", "gelu", "R2")
    has(c.families.weak.equations, "dF1/db1 + dF2/db1 = 0")
    has(c.families.weak.equations, "dF1/db0 + dF2/db0 = 0")
    assert.equal(2, c.families.weak.always)
  end)

  it("4, of inert atoms: phi(0) = 0, but for the sigmoid", function()
    for _, row in ipairs(engine.experts()) do
      local found = texts(certificate("sigmoid", row.name).equalities)["g(u) phi(0) = 0"]
      assert.equal(row.zero_at_zero, found or false, row.name)
    end
  end)

  it("6, of softmax with two atoms, but not three: it is a sigmoid model", function()
    for _, expert in ipairs { "tanh", "relu" } do
      local found = certify_gates.of(certificate("softmax", expert))[1]
      assert.same({ "sigmoid", true }, { found.gate, found.equal })
      assert.same({ ["w1 = sigmoid(u1 - u2)"] = true, ["w2 = sigmoid(u2 - u1)"] = true }, texts(found.weights))
      assert.is_true(found.misfit < 1e-9)
    end
    local three = certify.certificate { gate = "softmax", expert = "tanh", k = 3 }
    local found = certify_gates.of(three)[1]
    assert.same({ false, {} }, { found.equal, found.weights })
    assert.is_true(found.misfit > 1e-6)
    assert.is_false(certify_gates.of(certificate("sigmoid", "tanh"))[1].equal)
  end)

  --- A fit's flags: two atoms of the truth and a third as given, beta1, beta0, a, b.
  local function flag(name, gate, third)
    local truth = { gate = gate, expert = "tanh", d = 1, atoms = {
      { beta1 = { 2 }, beta0 = .5, a = { 3 }, b = 1 }, { beta1 = { 0 }, beta0 = 0, a = { -3 }, b = 1.5 } } }
    local theta = { 2, .5, 0, 0, third[1], third[2], 3, 1, -3, 1.5, third[3], third[4] }
    return engine.losses({ truth = truth, fit = { gate = gate, expert = "tanh", k = 3 },
      design = { kind = "telescope", lower = -3, upper = 3, points = 64 } }, { name }, { theta })[name][1]
  end

  it("4, of inert atoms, as a fit's flag", function()
    assert.equal(1, flag("inert", "sigmoid", { 1.3, .4, 0, 0 }))
    assert.equal(0, flag("inert", "sigmoid", { 1.3, .4, .1, 0 }))
  end)

  it("9, of floating atoms, as a fit's flag", function()
    assert.equal(1, flag("floating_atom", "softmax", { 0, -6, 1, 4 }))
    assert.equal(0, flag("floating_atom", "softmax", { 0, -1, 1, 4 }))
    assert.equal(0, flag("floating_atom", "softmax", { 0, -6, -3, 1.4 }))
  end)

  it("10, of atoms that run to the side of the box, in a fit's certificate", function()
    local atoms = { { beta1 = { 6 }, beta0 = .5, a = { 1.5 }, b = 1 } }
    local function active(widest)
      return engine.compute({ experiment = "x", name = "x", block = 1, replicates = 1, noise_sd = .1, n = 1e6,
        truth = { gate = "sigmoid", expert = "tanh", d = 1, atoms = atoms },
        design = { kind = "telescope", lower = -3, upper = 3, points = 64 },
        fit = { gate = "sigmoid", expert = "tanh", k = 1 },
        theta = { beta1 = { -widest, widest }, beta0 = { -3, 3 }, a = { -8, 8 }, b = { -6, 6 } },
        estimator = { kind = "lse", starts = 8, near_starts = 0, keep = 1 } }, 1)[1].active
    end
    assert.same({ 1, 0 }, { active(4), active(8) })
  end)

  it("8, of equal slopes: softmax does not see x", function()
    local c = certify.certificate { gate = "softmax", expert = "relu",
      atoms = { { beta1 = { 5 }, beta0 = -.5, a = { -12 }, b = .5 },
        { beta1 = { 5 }, beta0 = .5, a = { 12 }, b = .5 } } }
    assert.equal(0, c.gate_rank)
    assert.is_truthy(table.concat(predict.rates(c).notes, "\n"):find("does not see x", 1, true))
    assert.equal(1, certificate("softmax", "relu", "R2").gate_rank)
  end)

  it("of softmax with every atom over-specified: its weights may all be multiplied by cosh", function()
    local c = certify.certificate { gate = "softmax", expert = "tanh", over = { 1, 2 } }
    assert.is_false(certify.holds(c.families.effective))
    has(c.families.effective.equations, "d2F1/db1^2 + d2F2/db1^2 = 0")
  end)

  it("of the sigmoid at its turning point: a derivative of Definition 1 vanishes", function()
    local atom = { beta1 = { 0 }, beta0 = 0, a = { 1.25 }, b = .5 }
    local c = certify.certificate { gate = "sigmoid", expert = "tanh", atoms = { atom } }
    has(c.families.strong.equations, "d2F/db1^2 = 0")
  end)
end)

describe("expected rates", function()
  it("are those of the theorems where what they need holds", function()
    local p = predict.rates(certificate("sigmoid", "tanh", "R1"))
    assert.same({ -1 / 4, -1 / 2, "truth" }, { p.over, p.exact, p.target })
    p = predict.rates(certificate("softmax", "gelu", "R2"))
    assert.same({ -1 / 4, -1 / 2, "truth" }, { p.over, p.exact, p.target })
    p = predict.rates(certificate("sigmoid", "gelu", "R2"))
    assert.same({ -1 / 2, -1 / 2, "minimiser" }, { p.over, p.exact, p.target })
  end)

  it("are none where an atom splits", function()
    for _, expert in ipairs { "relu", "linear", "polynomial-2", "input-independent" } do
      for _, gate in ipairs { "sigmoid", "softmax" } do
        local p = predict.rates(certificate(gate, expert, "R1"))
        assert.is_nil(p.over)
        assert.is_true(#p.notes > 0)
      end
    end
  end)
end)

describe("more covariates", function()
  it("bring an equation for each component", function()
    local c = certify.certificate { gate = "sigmoid", expert = "tanh", regime = "R1", d = 2, k = 1,
      design = { kind = "telescope", lower = -3, upper = 3, points = 512 } }
    local strong = c.families.strong
    -- d2F/dbeta1_s db for both s, and d2F/dbeta1_1 da_2 = d2F/dbeta1_2 da_1.
    assert.equal(3, strong.size - strong.rank)
    assert.equal(3, strong.always)
    assert.is_true(certify.holds(c.families.effective))
    assert.is_true(texts(c.identities)["d2F/db1.1 db = d2F/db0 da.1"])
  end)

  it("are limited", function()
    local ok, value = pcall(certify.certificate, { gate = "sigmoid", expert = "tanh", d = 3, k = 4,
      design = { kind = "telescope", lower = -3, upper = 3, points = 64 } })
    assert.is_false(ok)
    assert.is_truthy(value.message:find("functions on 64 points: more points are needed", 1, true))
  end)
end)

describe("an equation", function()
  local function term(atom, order) return { atom = atom, order = order } end

  it("is cleared of fractions and negative signs", function()
    local terms = { term(1, { 0, 0, 0, 0 }), term(1, { 0, 0, 1, 0 }), term(1, { 0, 0, 0, 1 }) }
    local relation = { index = 3, terms = {
      { index = 1, value = 1, numerator = 3, denominator = 2, power = { 0, 0, 0, -1, 0 } },
      { index = 2, value = 1, numerator = -1, denominator = 1, power = { 0, 0, 1, -1, 0 } } } }
    local one = equation.of_relation({ d = 1, atoms = 1 }, relation, terms)
    assert.equal("2 a dF/da + 2 b dF/db = 3 F", one.text)
    assert.equal("2\\,a\\,\\frac{\\partial F}{\\partial a} + 2\\,b\\,\\frac{\\partial F}{\\partial b} = 3\\,F",
      one.latex)
  end)

  it("names components, atoms and numbers that it does not recognise", function()
    local terms = { term(1, { 1, 0, 0, 0, 0, 0 }), term(2, { 0, 0, 0, 1, 1, 0 }) }
    local relation = { index = 2, terms = { { index = 1, value = -0.123456789 } } }
    assert.equal("0.123457 dF1/db1.1 + d2F2/da.1 da.2 = 0",
      equation.of_relation({ d = 2, atoms = 2 }, relation, terms).text)
  end)
end)

describe("verdicts", function()
  local full, short = { rank = 3, size = 3, decided = true }, { rank = 2, size = 3, decided = true }
  local open = { rank = 2, size = 3, decided = false }

  it("are by the weakest truth", function()
    assert.equal(verdict.AGREES, verdict.certificate("holds", { full, full }))
    assert.equal(verdict.FAILS, verdict.certificate("holds", { full, short }))
    assert.equal(verdict.AGREES, verdict.certificate("fails", { full, short }))
    assert.equal(verdict.DIFFERS, verdict.certificate("fails", { full, full }))
    assert.equal(verdict.UNDECIDED, verdict.certificate("holds", { full, open }))
  end)

  it("on paper A's definitions are those of the chapter", function()
    local rows, by_id = {}, {}
    for _, id in ipairs { "A-id-gelu-literal", "A-id-gelu-effective", "A-id-tanh-literal" } do
      by_id[id] = { id = id, kind = "holds", case = "c", predicted = id:find("tanh") and "fails" or "holds" }
    end
    local one = script.load(ROOT .. "/benchmarks/certificates/identifiability.lua", {}, "certificates")
    local wanted = {}
    for _, entry in ipairs(one.claims) do
      if by_id[entry.id] then wanted[#wanted + 1] = entry end
    end
    one.claims = wanted
    certify_claims.judge(one, "quick", by_id, rows)
    local found = {}
    for _, row in ipairs(rows) do found[row.id] = row.verdict end
    assert.same({ ["A-id-gelu-literal"] = verdict.FAILS, ["A-id-gelu-effective"] = verdict.AGREES,
      ["A-id-tanh-literal"] = verdict.AGREES }, found)
    assert.is_truthy(rows[1].note:find("2 of them for every expert", 1, true))
    assert.is_true(rows[1].measured < 1e-30)
  end)
end)

describe("scripts of certificates", function()
  local directory
  before_each(function() directory = scratch.directory() end)
  after_each(function() scratch.remove(directory) end)

  local function written(body)
    return scratch.write(directory, "x.lua", "local moe = require 'moerates'\n" .. body)
  end
  local ONE <const> = [[
local truth = moe.truth { gate = "sigmoid", expert = "relu", { beta1 = 0, beta0 = .3, a = 1.7, b = .4 } }
return moe.certificates { name = "x", cases = { { name = "one", truth = truth } },
  claims = { { id = "A-id-relu-effective", family = "effective", cases = { "one" } } } }]]

  it("become rows of the ledger, tables and a figure", function()
    local path = written(ONE)
    assert.equal(0, (command.run("claims", path, "--out", directory, "--list", ROOT .. "/paper/claims.tsv")))
    local ledger = scratch.read(directory .. "/report/claims-quick.tsv")
    assert.is_truthy(ledger:find("A-id-relu-effective\tholds\tcertificate\tsigmoid gate, relu\tquick\tagrees\tfails",
      1, true))
    local rows = scratch.read(directory .. "/report/tables/x-families.tsv")
    assert.is_truthy(rows:find("one\tsigmoid\trelu\tR1\t", 1, true))
    assert.is_truthy(ledger:find("\tx\tx-singular\t", 1, true))
    assert.is_truthy(scratch.read(directory .. "/report/figures/x-singular.tsv"):find("one: rank", 1, true))
  end)

  it("are certified case by case", function()
    local code, text = command.run("certify", written(ONE))
    assert.equal(0, code)
    assert.is_truthy(text:find("a dF/da + b dF/db = F", 1, true))
  end)

  it("name what is wrong in them", function()
    local function message(body, ...)
      local code, _, err = command.run("certify", written(body), ...)
      assert.equal(2, code)
      return err
    end
    assert.is_truthy(message((ONE:gsub('"one" %}', '"two" }'))):find("unknown case 'two'", 1, true))
    assert.is_truthy(message((ONE:gsub("truth = truth", "truth = truth, over = { 2 }"))):find(
      "there is no atom 2", 1, true))
    assert.is_truthy(message("return moe.timing { name = 'x', gate = 'sigmoid', expert = 'tanh', "
      .. "shapes = { { d = 1, k = 2, n = 64 } } }"):find("moerates bench", 1, true))
    assert.is_truthy(message(ONE, "--gate", "sigmoid"):find("either scripts or", 1, true))
  end)
end)

describe("JSON", function()
  it("has the singular values, the relations and what to expect", function()
    local text = certify_text.json({ certificate("sigmoid", "relu", "R1") }, {})
    local cjson = require "cjson"
    local one = cjson.decode(text)[1]
    assert.equal(18, #one.families.strong.singular_values)
    assert.equal(8, one.families.effective.rank)
    assert.equal("a[1] dF1/da + b[1] dF1/db = F1", one.families.effective.relations[1].text)
    assert.is_nil(one.prediction.over)
    assert.equal(text, certify_text.json({ certificate("sigmoid", "relu", "R1") }, {}))
  end)
end)
