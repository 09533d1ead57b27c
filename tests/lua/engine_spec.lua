--- The engine's functions as Lua sees them.
local engine = require "moerates.engine"

local function demo()
  return {
    experiment = "demo", name = "t-a", noise_sd = 0.1, n = 1e6, block = 1, replicates = 2,
    truth = { gate = "softmax", expert = "tanh", d = 1, atoms = {
      { beta1 = { 2 }, beta0 = 0.5, a = { 3 }, b = 1 },
      { beta1 = { 0 }, beta0 = 0, a = { -3 }, b = 1.5 } } },
    fit = { gate = "softmax", expert = "tanh", k = 3 },
    theta = { beta1 = { -8, 8 }, beta0 = { -3, 3 }, a = { -8, 8 }, b = { -6, 6 } },
    design = { kind = "telescope", lower = -3, upper = 3, points = 64 },
    estimator = { kind = "lse", starts = 2, near_starts = 1 },
  }
end

--- The truth's atoms as one list of numbers: gate rows, then expert rows.
local THETA <const> = { 2, 0.5, 0, 0, 3, 1, -3, 1.5 }

describe("engine.case", function()
  it("describes a cell", function()
    local case = engine.case(demo())
    assert.matches("^%x+$", case.key)
    assert.equal(32, #case.key)
    assert.equal(64, case.rows)
    assert.is_true(case.cost > 0)
    assert.equal("replicate", case.columns[1])
    assert.equal("theta_12", case.columns[#case.columns])
  end)

  it("describes a description alike", function()
    local case = engine.case(demo())
    local again = engine.case(assert(engine.parse(case.description)))
    assert.same(case, again)
  end)

  it("leaves its argument alone", function()
    local cell = demo()
    engine.case(cell)
    assert.same(demo(), cell)
  end)

  it("returns nil and one line for what is wrong", function()
    local cell = demo()
    cell.fit.gate = "softmix"
    local case, message = engine.case(cell)
    assert.is_nil(case)
    assert.matches("unknown gate 'softmix': did you mean 'softmax'?", message, 1, true)
  end)
end)

describe("engine.canonical", function()
  it("is the same for the same meaning", function()
    assert.equal("{a={1,2},b=0.10000000000000001}", engine.canonical { b = 0.1, a = { 1.0, 2 } })
  end)

  it("names what is not plain", function()
    local ok, message = pcall(engine.canonical, { a = { print } })
    assert.is_false(ok)
    assert.equal("a[1]: a function is not plain data", message)
  end)

  it("parses back", function()
    local value = { a = { 1, 2.5, "x" }, b = { c = true }, n = math.huge }
    assert.same(value, engine.parse(engine.canonical(value)))
    local nothing, message = engine.parse("{a=")
    assert.is_nil(nothing)
    assert.matches("byte 3", message)
  end)
end)

describe("engine.sha256", function()
  it("knows the answer for abc", function()
    assert.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", engine.sha256("abc"))
  end)
end)

describe("gates, experts and measures", function()
  it("are listed", function()
    local function names(list)
      local set = {}
      for _, row in ipairs(list) do
        set[row.name] = true
        assert.is_string(row.latex)
      end
      return set
    end
    assert.is_true(names(engine.gates()).softmax and names(engine.gates()).sigmoid)
    assert.is_true(names(engine.experts()).tanh and names(engine.experts()).gelu)
    assert.is_true(names(engine.measures()).voronoi and names(engine.measures()).l2)
  end)

  it("have values", function()
    local h, h1, h2 = engine.expert_value("tanh", 0.5)
    local t = (math.exp(1) - 1) / (math.exp(1) + 1)
    assert.near(t, h, 1e-15)
    assert.near(1 - t * t, h1, 1e-15)
    assert.near(-2 * t * (1 - t * t), h2, 1e-15)
    assert.has_error(function() engine.expert_value("tan", 0) end, "unknown expert 'tan'")
  end)
end)

describe("engine.model_value", function()
  it("is the mixture", function()
    local model = { gate = "softmax", expert = "tanh", d = 1, k = 2 }
    local f, w = engine.model_value(model, THETA, { 0.5 })
    assert.near(1, w[1] + w[2], 1e-15)
    assert.near(1 / (1 + math.exp(-1.5)), w[1], 1e-15)
    local function tanh(z) return (math.exp(2 * z) - 1) / (math.exp(2 * z) + 1) end
    assert.near(w[1] * tanh(2.5), f, 1e-14)
    model.gate = "normalised-sigmoid"
    f, w = engine.model_value(model, THETA, { 0.5 })
    assert.near((1 + math.exp(0)) / (1 + math.exp(-1.5)), w[1] / w[2], 1e-15)
    assert.near(1, w[1] + w[2], 1e-15)
    assert.near(w[1] * tanh(2.5), f, 1e-14)
    assert.equal(f, (engine.model_value(model, demo().truth.atoms, { 0.5 })))
  end)
end)

describe("uniform and normal draws", function()
  it("are pure functions of key and index", function()
    assert.equal(engine.uniform("k", 5), engine.uniform("k", 5))
    assert.has_error(function() engine.uniform("k", 0) end)
    local sum, squares = 0, 0
    for i = 1, 4000 do
      local z = engine.normal("moments", i)
      sum, squares = sum + z, squares + z * z
    end
    assert.near(0, sum / 4000, 5 / math.sqrt(4000))
    assert.near(1, squares / 4000, 5 * math.sqrt(2 / 4000))
  end)
end)

describe("engine.losses", function()
  local cell = demo()
  local problem = { truth = cell.truth, design = cell.design,
    fit = { gate = "softmax", expert = "tanh", k = 2 } }

  it("vanish at the truth", function()
    local losses = engine.losses(problem, { "voronoi", "l2", "empty", "inert" }, { THETA })
    for name, values in pairs(losses) do assert.near(0, values[1], 1e-12, name) end
  end)

  it("are NaN for an estimate that is not finite", function()
    local bad = { table.unpack(THETA) }
    bad[3] = 0 / 0
    local l2 = engine.losses(problem, { "l2" }, { bad, THETA }).l2
    assert.not_equal(l2[1], l2[1])
    assert.near(0, l2[2], 1e-12)
  end)

  it("say what is wrong", function()
    assert.has_error(function() engine.losses(problem, { "voronoy" }, { THETA }) end,
      "unknown measure 'voronoy': did you mean 'voronoi'?")
    assert.has_error(function() engine.losses(problem, { "l2" }, { { 1, 2 } }) end,
      "thetas[1]: expected 8 numbers, got 2")
    assert.has_error(function() engine.losses(problem, { "d3" }, { THETA }) end,
      "measure d3 needs the population minimisers")
  end)
end)

describe("engine.rate", function()
  local function curve(power)
    local n, losses = {}, {}
    for s = 1, 6 do
      n[s], losses[s] = 10 ^ (s + 2), {}
      for r = 1, 8 do losses[s][r] = n[s] ^ power * (1 + 0.01 * ((r * 7 + s * 3) % 5 - 2)) end
    end
    return n, losses
  end

  it("finds a power", function()
    local n, losses = curve(-0.25)
    local rate = engine.rate { n = n, losses = losses, statistic = "median", key = "test" }
    assert.near(-0.25, rate.slope.value, 0.01)
    assert.is_true(rate.slope.low <= rate.slope.value and rate.slope.value <= rate.slope.high)
    assert.equal(1, rate.first)
    assert.equal(6, rate.last)
    assert.equal(6, #engine.rate_points { n = n, losses = losses, statistic = "mean", key = "test" })
    assert.equal(5, #engine.rate_local { n = n, losses = losses, statistic = "mean", key = "test" })
  end)

  it("finds where curves cross", function()
    local n, slow = curve(-0.25)
    local _, fast = curve(-0.5)
    for s = 1, 6 do
      for r = 1, 8 do fast[s][r] = fast[s][r] * 10 end
    end
    local crossing = engine.crossover { a = { n = n, losses = slow }, b = { n = n, losses = fast },
      statistic = "median", key = "test" }
    assert.near(1e4, crossing.value, 1e3)
  end)

  it("says what is wrong", function()
    assert.has_error(function()
      engine.rate { n = { 1, 2 }, losses = { { 1 } }, statistic = "median", key = "k" }
    end, "losses: expected one list per size (2), got 1")
    assert.has_error(function()
      engine.rate { n = { 1, 2 }, losses = { { 1 }, { 1 } }, statistic = "medien", key = "k" }
    end, "statistic: unknown statistic 'medien': did you mean 'median'?")
  end)
end)

describe("engine.exec", function()
  it("passes arguments as they are", function()
    local code, err, out = engine.exec { "printf", "%s|", "a b", "$(id)", "`id`", ";x" }
    assert.equal(0, code)
    assert.equal("", err)
    assert.equal("a b|$(id)|`id`|;x|", out)
  end)

  it("returns code and output", function()
    assert.same({ 3, "err\n", "out\n" }, { engine.exec { "sh", "-c", "echo out; echo err >&2; exit 3" } })
    assert.equal(128 + 9, (engine.exec { "sh", "-c", "kill -9 $$" }))
  end)

  it("does not hang on much output", function()
    local code, err = engine.exec { "sh", "-c", "yes | head -c 3000000 >&2; yes | head -c 3000000" }
    assert.equal(0, code)
    assert.is_true(#err >= 1000000)
  end)

  it("says what to do about a missing program", function()
    local code, message = engine.exec { "no-such-program-here" }
    assert.equal(127, code)
    assert.equal("no-such-program-here not found: run `make deps`", message)
    code, message = engine.exec({ "true" }, { cwd = "/nonexistent" })
    assert.equal(127, code)
    assert.matches("cannot run in /nonexistent", message)
  end)

  it("writes to a file and runs elsewhere", function()
    local path = os.tmpname()
    assert.equal(0, (engine.exec({ "pwd" }, { cwd = "/usr", stdout = path })))
    local file <close> = io.open(path)
    assert.equal("/usr\n", file:read("a"))
    os.remove(path)
  end)
end)

describe("engine.write_atomic", function()
  it("writes, or says why not", function()
    local path = os.tmpname()
    assert.is_true(engine.write_atomic(path, "a\0b"))
    local file <close> = io.open(path, "rb")
    assert.equal("a\0b", file:read("a"))
    os.remove(path)
    local ok, message = engine.write_atomic("/nonexistent/x", "text")
    assert.is_nil(ok)
    assert.matches("/nonexistent/x.*No such file or directory", message)
  end)
end)

describe("engine.info", function()
  it("names the machine", function()
    local info = engine.info()
    assert.matches("^%d+%.%d+%.%d+$", info.version)
    assert.matches("^%x%x%x%x%x%x%x%x$", info.machine_id)
    assert.equal(info.machine_id, engine.info().machine_id)
    assert.is_true(info.cores >= 1 and info.threads >= info.cores)
    assert.equal(1, info.versions.data // 1 >= 1 and 1 or 0)
    for _, key in ipairs { "compiler", "isa", "blis", "blis_kernel", "gsl", "lua", "cpu" } do
      assert.is_true(#info[key] > 0, key)
    end
  end)
end)
