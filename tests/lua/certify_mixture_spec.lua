--- Certificates of whole mixtures: degeneracies known by hand, and none where there is none.
local certify = require "moerates.certify"
local certify_cases = require "moerates.certify_cases"
local certify_claims = require "moerates.certify_claims"
local certify_mixture = require "moerates.certify_mixture"
local certify_text = require "moerates.certify_text"
local command = require "command"
local engine = require "moerates.engine"
local dsl_experiment = require "moerates.dsl_experiment"
local dsl_mixture = require "moerates.dsl_mixture"
local scratch = require "scratch"
local script = require "moerates.script"
local verdict = require "moerates.verdict"

local DESIGN <const> = { kind = "telescope", lower = -3, upper = 3, points = 32 }
local AT <const> = { where = "", what = "moe.mixture", known = dsl_experiment.known(engine) }

local function texts(list)
  local set = {}
  for _, one in ipairs(list) do set[one.text] = true end
  return set
end

--- Of two drawn atoms, unless the options have some.
local function certificate(options)
  local mixture = { expert = "tanh" }
  for key, value in pairs(options) do mixture[key] = value end
  mixture.atoms = options.atoms or certify.draw_atoms { expert = mixture.expert, k = options.k, d = options.d }
  mixture.k = nil
  return certify_mixture.certificate(dsl_mixture.mixture(mixture, "", AT), DESIGN)
end

local function weak(options) return certificate(options).families.weak end

describe("a learned temperature", function()
  it("is redundant behind a linear router, in a regression and in a density", function()
    for _, gaussian in ipairs { false, true } do
      for _, activation in ipairs { "none", "linear" } do
        local c = certificate { gate = "softmax", temperature = 0.7131, gaussian = gaussian,
          activation = activation ~= "none" and activation or nil }
        local f, name = c.families.weak, gaussian and "p" or "f"
        assert.is_true(f.decided)
        assert.equal(1, f.size - f.rank)
        assert.same({ [("b1[1] d%s/db1[1] + b0[1] d%s/db0[1] + tau d%s/dtau = 0"):format(name, name, name)] = true },
          texts(f.equations))
        if not gaussian then
          assert.is_true(texts(certify_mixture.at_every_atom(c))["b1 dF/db1 + b0 dF/db0 + tau dF/dtau = 0"])
        end
      end
    end
  end)

  it("has its equation for each covariate", function()
    local f = weak { gate = "softmax", temperature = 0.7131, d = 2 }
    assert.same({ ["b1.1[1] df/db1.1[1] + b1.2[1] df/db1.2[1] + b0[1] df/db0[1] + tau df/dtau = 0"] = true },
      texts(f.equations))
  end)

  it("is identified with an activation that bends, wherever beta0 enters", function()
    for _, activation in ipairs { "tanh", "sigmoid", "gelu", "silu" } do
      for _, inside in ipairs { false, true } do
        local f = weak { gate = "softmax", temperature = 0.7131, activation = activation, inside = inside }
        assert.is_true(f.decided and certify.holds(f), activation)
        assert.same({}, f.equations)
      end
    end
  end)

  it("is redundant with a homogeneous activation, which is scaled with it", function()
    for _, inside in ipairs { false, true } do
      local c = certificate { gate = "softmax", temperature = 0.7131, activation = "relu", inside = inside }
      assert.equal(1, c.families.weak.size - c.families.weak.rank)
      assert.is_true(texts(certify_mixture.at_every_atom(c))["b1 dF/db1 + b0 dF/db0 + tau dF/dtau = 0"])
    end
    -- Of squares the difference alone matters as well: b1[1]^2 - b1[2]^2.
    local c = certificate { gate = "softmax", temperature = 0.7131, activation = "polynomial-2" }
    assert.equal(2, c.families.weak.size - c.families.weak.rank)
    assert.is_true(texts(c.families.weak.equations)["b1[2] df/db1[1] + b1[1] df/db1[2] = 0"])
    assert.is_true(texts(certify_mixture.at_every_atom(c))["b1 dF/db1 + 2 b0 dF/db0 + 2 tau dF/dtau = 0"])
  end)

  it("is found under other laws of X", function()
    local mixture = dsl_mixture.mixture({ gate = "softmax", temperature = 0.7131, expert = "tanh",
      atoms = certify.draw_atoms { expert = "tanh", k = 2 } }, "", AT)
    local c = certify_mixture.certificate(mixture, { kind = "normal", mean = 0, sd = 1 })
    assert.equal(1, c.families.weak.size - c.families.weak.rank)
    assert.is_true(texts(certify_mixture.at_every_atom(c))["b1 dF/db1 + b0 dF/db0 + tau dF/dtau = 0"])
  end)

  it("is redundant behind sigmoids as well", function()
    for _, gate in ipairs { "sigmoid", "normalised-sigmoid" } do
      local f = weak { gate = gate, temperature = 0.7131 }
      assert.equal(1, f.size - f.rank)
      assert.is_true(f.equations[1].text:find("tau df/dtau = 0", 1, true) ~= nil)
    end
  end)
end)

describe("tanh in general position", function()
  it("has no relation, whatever the gate, in a regression and in a density", function()
    for _, gate in ipairs { "softmax", "sigmoid", "normalised-sigmoid" } do
      for _, gaussian in ipairs { false, true } do
        local c = certificate { gate = gate, gaussian = gaussian }
        local f = c.families.weak
        assert.is_true(f.decided and certify.holds(f), gate)
        -- Of softmax the last logit is fixed.
        assert.equal((gate == "softmax" and 6 or 8) + (gaussian and 2 or 0), f.size)
        assert.is_nil(c.families.exchange)
      end
    end
  end)

  it("has no identities but those of its gate, its chain rule and the normal law", function()
    local own, normal = certify_mixture.at_every_atom(certificate { gate = "softmax", gaussian = true })
    assert.same({ ["dF/db0 = F"] = true, ["d2F/db1 db = dF/da"] = true }, texts(own))
    assert.same({ ["d2N/dmean^2 = 2 dN/dnu"] = true }, texts(normal))
    own, normal = certify_mixture.at_every_atom(certificate { gate = "sigmoid" })
    assert.same({ ["d2F/db1 db = d2F/db0 da"] = true }, texts(own))
    assert.same({}, normal)
  end)
end)

describe("a Gaussian density", function()
  it("of linear experts has the heat equation", function()
    local c = certificate { gate = "softmax", expert = "linear", gaussian = true }
    local own = texts(certify_mixture.at_every_atom(c))
    assert.is_true(own["d2F/db^2 = 2 dF/dnu"] and own["2 d2F/db1 dnu = d2F/da db"])
  end)

  it("has no relation by chance with more covariates", function()
    local own = certify_mixture.at_every_atom(certificate { gate = "softmax", d = 2, gaussian = true })
    assert.same({ ["dF/db0 = F"] = true, ["d2F/db1.1 db = dF/da.1"] = true, ["d2F/db1.2 db = dF/da.2"] = true,
      ["d2F/db1.1 da.2 = d2F/db1.2 da.1"] = true }, texts(own))
  end)

  it("has the outer scale of a homogeneous expert for nothing", function()
    local atoms = certify.draw_atoms { expert = "relu", k = 2 }
    for i, atom in ipairs(atoms) do atom.scale = 1.25 + i end
    local c = certificate { gate = "softmax", expert = "relu", gaussian = true, atoms = atoms }
    assert.equal(2, c.families.weak.size - c.families.weak.rank)
    assert.is_true(texts(certify_mixture.at_every_atom(c))["c dF/dc = a dF/da + b dF/db"])
    assert.is_true(certify.holds(weak { gate = "softmax", expert = "relu", gaussian = true }))
  end)
end)

describe("the normalised sigmoid", function()
  local FLAT <const> = { { beta1 = { 0 }, beta0 = 0.531, a = { 3 }, b = 1 },
    { beta1 = { 0 }, beta0 = -0.371, a = { -3 }, b = 1.5 }, { beta1 = { 0 }, beta0 = 0.113, a = { 1 }, b = 2 } }

  it("that does not see x has a factor of its masses for nothing", function()
    local two = { FLAT[1], FLAT[2] }
    for _, gaussian in ipairs { false, true } do
      local name, f = gaussian and "p" or "f", weak { gate = "normalised-sigmoid", gaussian = gaussian, atoms = two }
      assert.is_true(texts(f.equations)[("(g'/g)[2] d%s/db0[1] + (g'/g)[1] d%s/db0[2] = 0"):format(name, name)])
    end
    local c = certify.certificate { gate = "normalised-sigmoid", expert = "tanh", atoms = FLAT }
    assert.is_true(texts(c.families.weak.equations)["(g'/g)[2] (g'/g)[3] dF1/db0 + (g'/g)[1] (g'/g)[3] dF2/db0 "
      .. "+ (g'/g)[1] (g'/g)[2] dF3/db0 = 0"])
    assert.is_false(certify.holds(c.families.weak, true))
    assert.is_true(certify.holds(c.families.effective))
  end)

  it("that sees x in one atom has not", function()
    local atoms = { FLAT[1], { beta1 = { 0.7 }, beta0 = -0.371, a = { -3 }, b = 1.5 } }
    assert.is_true(certify.holds(weak { gate = "normalised-sigmoid", atoms = atoms }))
  end)
end)

describe("shared and routed atoms", function()
  --- One shared and two routed atoms, as in paper B.
  local function exchange(gate, slopes, expert, shared_expert)
    return certificate { gate = gate, gaussian = true, expert = expert, shared_expert = shared_expert,
      shared = { { a = { 1.7 }, b = 0.3, variance = 0.25 } },
      atoms = { { beta1 = { slopes[1] }, beta0 = -0.5, a = { -1.2 }, b = 0.7, variance = 0.4 },
        { beta1 = { slopes[2] }, beta0 = 0.5, a = { 0.9 }, b = -1.1, variance = 0.5 } } }.families.exchange
  end

  it("swap mass where the gate does not see x and the experts are of one form", function()
    for _, expert in ipairs { "tanh", "relu", "linear" } do
      local f = exchange("softmax", { 5, 5 }, expert, expert)
      assert.same({ 3, 5, true }, { f.rank, f.size, f.decided }, expert)
      assert.equal(2, #f.equations)
      f = exchange("normalised-sigmoid", { 0, 0 }, expert, expert)
      assert.same({ 3, 5, true }, { f.rank, f.size, f.decided }, expert)
    end
  end)

  it("do not where the gate sees x", function()
    for gate, slopes in pairs { softmax = { 1.1, -0.7 }, ["normalised-sigmoid"] = { 5, 5 } } do
      for _, expert in ipairs { "tanh", "relu", "linear" } do
        local f = exchange(gate, slopes, expert, expert)
        assert.is_true(f.decided and certify.holds(f), gate .. " " .. expert)
      end
    end
  end)

  it("do not where the experts are of two forms", function()
    local f = exchange("softmax", { 5, 5 }, "linear", "relu")
    assert.same({ 2, 2 }, { f.rank, f.size })
  end)
end)

describe("the script of papers B and C", function()
  local one = script.load(ROOT .. "/benchmarks/certificates/gaussian.lua", {}, "certificates")
  local by_name = {}
  for _, case in ipairs(one.cases) do by_name[case.name] = case end
  one.design.points = 32

  it("finds T1 to T3 not identified and T4 free of that", function()
    for name, nullity in pairs { t1 = 2, t2 = 2, t3 = 2, t4 = 0, ["t4-relu"] = 0 } do
      local f = certify_cases.family(one, by_name[name], "exchange")
      assert.equal(nullity, f.size - f.rank, name)
    end
  end)

  it("judges the claims on the activation", function()
    local rows, by_id = {}, {}
    for _, entry in ipairs(one.claims) do
      local predicted = entry.id:find("identity", 1, true) and "fails" or "holds"
      by_id[entry.id] = { id = entry.id, kind = "holds", case = "c", predicted = predicted }
    end
    certify_claims.judge(one, "quick", by_id, rows)
    assert.same({ verdict.AGREES, verdict.AGREES }, { rows[1].verdict, rows[2].verdict })
    assert.is_true(rows[1].measured > 1e-3 and rows[2].measured < 1e-28)
    assert.is_truthy(rows[2].note:find("tau dp/dtau = 0", 1, true))
  end)

  it("becomes a table", function()
    local directory = scratch.directory()
    one.cases, one.claims = { by_name.t4 }, {}
    require "moerates.certify_tables".write_families(one, directory)
    local text = scratch.read(directory .. "/gaussian-families.tsv")
    assert.is_truthy(text:find("linear beside shared relu", 1, true))
    assert.is_truthy(text:find("2 of 2", 1, true))
    scratch.remove(directory)
  end)
end)

describe("a mixture as text", function()
  local c = certificate { gate = "softmax", gaussian = true, temperature = 0.7131, expert = "linear",
    shared_expert = "linear", shared = { { a = { 1.7 }, b = 0.3 } },
    atoms = { { beta1 = { 5 }, beta0 = -0.5, a = { -1.2 }, b = 0.7 }, { beta1 = { 5 }, beta0 = 0.5, a = { 0.9 } } } }

  it("says what it is, what fails and how", function()
    local text = certify_text.one(c)
    for _, line in ipairs { "softmax with temperature, linear beside shared linear expert, d = 1, Gaussian",
      "  tau 0.7131", "of the normal law", "  d2N/dmean^2 = 2 dN/dnu",
      "weak identifiability: fails", "shared and routed atoms swap mass continuously" } do
      assert.is_truthy(text:find(line, 1, true), line .. "\n" .. text)
    end
    assert.is_truthy(text:find("exchange of groups +3 of 5"))
    assert.is_truthy(certify_text.one(c, true):find("\\frac{\\partial p}{\\partial \\tau}", 1, true))
  end)

  it("is JSON as well", function()
    local one = require "cjson".decode(certify_text.json({ c }, {}))[1]
    assert.equal(3, one.families.exchange.rank)
    assert.equal("d2N/dmean^2 = 2 dN/dnu", one.identities_normal_law[1].text)
  end)
end)

describe("moe.mixture", function()
  local function assert_refused(text, options)
    local ok, message = pcall(certificate, options)
    assert.is_false(ok)
    assert.is_truthy(tostring(message):find(text, 1, true), tostring(message))
  end

  it("says what is wrong", function()
    local atom = { beta1 = { 1 }, a = { 1 } }
    assert_refused("inside: says where beta0 enters an activation", { gate = "softmax", inside = true })
    assert_refused("shared: shared atoms are for densities", { gate = "softmax", shared = { { a = { 1 } } } })
    assert_refused("the weights omega add up to 0.7, not to 1",
      { gate = "softmax", gaussian = true, shared = { { a = { 1 }, omega = 0.7 } } })
    assert_refused("atoms[1].beta1: expected 2 numbers, got 1", { gate = "softmax", d = 2, atoms = { atom } })
    assert_refused("does not see x, so its slopes must be 0",
      { gate = "softmax", expert = "input-independent", atoms = { atom } })
    local many = certify.draw_atoms { expert = "tanh", k = 8 }
    assert_refused("1 shared and 8 routed atoms are more than 8",
      { gate = "softmax", gaussian = true, shared = { { a = { 1 } } }, atoms = many })
    assert_refused("unknown gate", { gate = "softmx" })
  end)

  it("goes into certificates only, and into families that mixtures have", function()
    local directory = scratch.directory()
    local body = [[
local moe = require 'moerates'
local truth = moe.mixture { gate = "softmax", temperature = 1, expert = "tanh", { beta1 = 1, a = 1 } }
return moe.certificates { name = "x", cases = { { name = "one", truth = truth } },
  claims = { { id = "C-activation-independence", family = "strong", cases = { "one" } } } }]]
    local path = scratch.write(directory, "x.lua", body)
    assert.equal(0, (command.run("certify", path)))
    command.assert_fails(2, "a mixture has no family 'strong': weak or exchange", "claims", path, "--out", directory,
      "--list", ROOT .. "/paper/claims.tsv")
    scratch.remove(directory)
  end)
end)
