local engine = require "moerates.engine"
local fault = require "moerates.fault"
local fit_command = require "moerates.commands.fit"
local fitting = require "moerates.fitting"

local function write(text)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  return path
end

--- Columns to CSV text; header "x,y,...".
local function table_text(header, columns)
  local lines = { header }
  for i = 1, #columns[1] do
    local fields = {}
    for c, column in ipairs(columns) do fields[c] = ("%.17g"):format(column[i]) end
    lines[i + 1] = table.concat(fields, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

local function fit(text, options)
  options.path = write(text)
  local ok, result = pcall(fitting.fit, options)
  os.remove(options.path)
  if not ok then error(result, 0) end
  return result
end

--- The message of the fault, its path replaced by `t.csv`.
local function refusal(text, options)
  options.path = write(text)
  local ok, problem = pcall(fitting.fit, options)
  os.remove(options.path)
  assert.is_false(ok)
  assert.is_true(fault.is(problem), tostring(problem))
  assert.equal(2, problem.code)
  local message = problem.message:gsub(options.path:gsub("%p", "%%%0"), "t.csv")
  assert.is_nil(message:find("\n"))
  return message
end

local function settings(changes)
  local options = { y = "y", gate = "softmax", expert = "linear", k = 1 }
  for key, value in pairs(changes or {}) do options[key] = value end
  return options
end

--- A line with noise: x, y, and the weights 1, 2, 0, 3.
local function line_data(n)
  local x, y, w = {}, {}, {}
  for i = 1, n do
    x[i] = 4 * engine.uniform("fit-spec-x", i) - 2
    y[i] = 3 - 2 * x[i] + .5 * engine.normal("fit-spec-y", i)
    w[i] = ({ 1, 2, 0, 3 })[i % 4 + 1]
  end
  return x, y, w
end

--- Weighted regression on a line by its textbook formulas.
local function regression(x, y, w)
  local n, sx, sy, sxx, sxy = 0, 0, 0, 0, 0
  for i = 1, #x do
    local c = w and w[i] or 1
    n, sx, sy = n + c, sx + c * x[i], sy + c * y[i]
    sxx, sxy = sxx + c * x[i] * x[i], sxy + c * x[i] * y[i]
  end
  local delta = n * sxx - sx * sx
  local a = (n * sxy - sx * sy) / delta
  local b = (sy - a * sx) / n
  local sse = 0
  for i = 1, #x do sse = sse + (w and w[i] or 1) * (y[i] - a * x[i] - b) ^ 2 end
  local noise = sse / (n - 2)
  return { a = a, b = b, sse = sse, n = n, a_error = math.sqrt(noise * n / delta),
    b_error = math.sqrt(noise * sxx / delta) }
end

--- Two covariates, two tanh atoms, little noise.
local function mixture_data(n)
  local model = { gate = "sigmoid", expert = "tanh", d = 2, k = 2 }
  local theta = { { beta1 = { 2, -1 }, beta0 = .5, a = { 1, 1 }, b = -.5 },
    { beta1 = { -1, 2 }, beta0 = 0, a = { -2, .5 }, b = 1 } }
  local u, v, y = {}, {}, {}
  for i = 1, n do
    u[i], v[i] = 3 * engine.uniform("fit-spec-u", i), 2 * engine.normal("fit-spec-v", i)
    y[i] = engine.model_value(model, theta, { u[i], v[i] }) + .05 * engine.normal("fit-spec-e", i)
  end
  return u, v, y
end

describe("fitting a user's table", function()
  it("is ordinary regression with one linear atom", function()
    local x, y = line_data(50)
    local want = regression(x, y)
    local got = fit(table_text("x,y", { x, y }), settings())
    assert.near(want.a, got.atoms[1].a[1], 1e-9)
    assert.near(want.b, got.atoms[1].b, 1e-9)
    assert.near(want.sse, got.sse, 1e-9)
    assert.near(want.a_error, got.errors[1].a[1], 1e-6)
    assert.near(want.b_error, got.errors[1].b, 1e-6)
    assert.equal(2, got.parameters)
    assert.equal(1, got.states[1].beta0)
    assert.is_true(got.certificate.stationary)
  end)

  it("takes weights as counts", function()
    local x, y, w = line_data(60)
    local want = regression(x, y, w)
    local got = fit(table_text("x,y,w", { x, y, w }), settings { weights = "w" })
    assert.same({ "x" }, got.covariates)
    assert.near(want.sse, got.sse, 1e-9)
    assert.near(want.a_error, got.errors[1].a[1], 1e-6)
    assert.equal(want.n, got.n)
    assert.equal(45, got.rows)
  end)

  it("reports a standardised fit in the units of the data", function()
    local x, y = line_data(50)
    for i = 1, #x do x[i], y[i] = 1000 + 50 * x[i], 7e5 + 1e4 * y[i] end
    local want = regression(x, y)
    local got = fit(table_text("x,y", { x, y }), settings { standardize = true, predict = true })
    assert.near(1, got.sse / want.sse, 1e-9)
    assert.near(want.a * x[7] + want.b, got.fitted[7], 1e-3)
    assert.near(got.fitted[7], (fitting.value(got, { x[7] })), 1e-3)
    assert.near(1, got.scale * got.atoms[1].a[1] / want.a, 1e-9)
    assert.near(1, got.scale * got.errors[1].a[1] / want.a_error, 1e-5)
    -- offset + scale * b is the intercept, but offset is known only as the mean of y
    local at_zero = got.offset + got.scale * got.atoms[1].b
    assert.near(1, at_zero / want.b, 1e-9)
    assert.near(1, got.scale * got.errors[1].b / want.b_error, 1e-5)
  end)

  it("finds a mixture again and explains the noise, not more", function()
    local u, v, y = mixture_data(400)
    local got = fit(table_text("u,v,y", { u, v, y }),
      settings { gate = "sigmoid", expert = "tanh", k = 2, predict = true })
    assert.is_true(got.sse < 1.2 * 400 * .05 ^ 2)
    assert.is_true(got.sse > .7 * 400 * .05 ^ 2)
    assert.is_true(got.certificate.stationary)
    assert.equal(12, got.parameters)
    local sse = 0
    for i = 1, #y do sse = sse + (y[i] - fitting.value(got, { u[i], v[i] })) ^ 2 end
    assert.near(1, got.sse / sse, 1e-12)
    for i = 1, #y do
      local value, weights = fitting.value(got, { u[i], v[i] })
      assert.equal(value, got.fitted[i])
      assert.equal(weights[2], got.gate_weights[2][i])
    end
  end)

  it("gives the same bits twice and nearly the same from another seed", function()
    local u, v, y = mixture_data(300)
    local text = table_text("u,v,y", { u, v, y })
    local one = fit(text, settings { expert = "tanh", k = 3 })
    local two = fit(text, settings { expert = "tanh", k = 3 })
    local other = fit(text, settings { expert = "tanh", k = 3, seed = 2, starts = 128 })
    assert.same(one.atoms, two.atoms)
    assert.equal(one.sse, two.sse)
    assert.near(1, one.sse / other.sse, .01)
  end)

  it("makes the last atom the reference of a softmax gate, inside the box", function()
    local u, v, y = mixture_data(200)
    local got = fit(table_text("u,v,y", { u, v, y }), settings { expert = "tanh", k = 3, box = 5 })
    assert.same({ 0, 0 }, got.atoms[3].beta1)
    assert.equal(0, got.atoms[3].beta0)
    assert.equal(2 * 9 - 3, got.parameters)
    for _, atom in ipairs(got.atoms) do
      local values = { atom.beta0, atom.b }
      table.move(atom.beta1, 1, 2, 3, values)
      table.move(atom.a, 1, 2, 5, values)
      for _, value in ipairs(values) do assert.is_true(math.abs(value) <= 5) end
    end
  end)

  it("fits data without noise to rounding", function()
    local x, y = {}, {}
    for i = 1, 80 do
      x[i] = (i - 40) / 20
      y[i] = (engine.expert_value("tanh", x[i]))
    end
    local got = fit(table_text("x,y", { x, y }), settings { expert = "tanh", k = 1 })
    assert.is_true(got.sse < 1e-20)
    assert.near(1, got.atoms[1].a[1], 1e-9)
  end)

  it("is not fooled by units, from 1e-9 to 1e9", function()
    local x, y = line_data(50)
    local want = regression(x, y)
    for _, unit in ipairs { 1e-9, 1e9 } do
      local far, large = {}, {}
      for i = 1, #x do far[i], large[i] = x[i] / unit, y[i] * unit end
      local got = fit(table_text("x,y", { far, large }), settings { standardize = true, k = 2 })
      assert.is_true(got.sse <= want.sse * unit ^ 2 * (1 + 1e-9))
    end
  end)
end)

describe("columns", function()
  local text = "who,x,y,z\nann,1,2,5\nbob,2,3.5,1\ncy,3,7,2\ndee,4,7.5,9\neve,5,11,3\n"

  it("are all numeric ones unless they are named", function()
    local got = fit(text, settings())
    assert.same({ "x", "z" }, got.covariates)
    assert.is_true(got.automatic)
    assert.equal("who", got.skipped[1].name)
    assert.truthy(fitting.text(got):find("skipped: who (line 2 holds 'ann')", 1, true))
    assert.truthy(fitting.text(got):find("every other numeric column", 1, true))
  end)

  it("can be named with commas between, in any order", function()
    local got = fit(text, settings { x = { "z, x" } })
    assert.same({ "z", "x" }, got.covariates)
    assert.is_false(got.automatic)
    assert.same({ "x" }, fit(text, settings { x = { "x" } }).covariates)
  end)

  it("may have commas in their names", function()
    local got = fit('"a,b",y\n1,2\n2,3\n3,5\n', settings { x = { "a,b" } })
    assert.same({ "a,b" }, got.covariates)
  end)

  for _, case in ipairs {
    { { y = "yy" }, "t.csv: no column 'yy' (--y) (did you mean 'y'?)" },
    { { x = { "x,u" } }, "t.csv: no column 'u' (--x)" },
    { { x = { "x,y" } }, "--x: column 'y' is the response already" },
    { { x = { "x,x" } }, "--x: column 'x' is a covariate already" },
    { { x = { "" } }, "t.csv: no column '' (--x)" },
    { { x = { "who" } }, "t.csv:2: column 'who': 'ann' is not a usable number" },
    { { y = "who" }, "t.csv:2: column 'who': 'ann' is not a usable number" },
    { { weights = "y" }, "--weights: column 'y' is the response already" },
    { { gate = "sofmax" }, "--gate: unknown name 'sofmax' (did you mean 'softmax'?)" },
    { { expert = "rlu" }, "--expert: unknown name 'rlu' (did you mean 'relu'?)" },
    { { k = 3 }, "t.csv: 5 observations cannot determine 15 parameters" },
  } do
    it("says " .. case[2], function()
      local message = refusal(text, settings(case[1]))
      assert.equal(case[2], message:sub(1, #case[2]))
    end)
  end
end)

describe("a table that cannot be fitted", function()
  for _, case in ipairs {
    { "x,y\n1,2\n2,2\n3,2\n", {}, "t.csv: the response 'y' is constant (2 in every row)" },
    { "x,y\n4,1\n4,2\n4,3\n", {}, "t.csv: the covariate 'x' is constant (4 in every row)" },
    { "x,y\n1e20,1\n1.00000000000001e20,2\n1e20,3\n", {},
      "t.csv: the covariate 'x' only varies by" },
    { "y\n1\n2\n", {}, "t.csv: there is no numeric column to serve as covariate" },
    { "x,y,w\n1,1,1\n2,3,-1\n3,3,2\n", { weights = "w" },
      "t.csv:3: column 'w': the weight -1 is negative" },
    { "x,y,w\n1,1,0\n2,3,0\n", { weights = "w" }, "t.csv: column 'w': every weight is 0" },
    { "x,y,w\n1,1,1\n2,3,x\n", { weights = "w" },
      "t.csv:3: column 'w': 'x' is not a usable number" },
    { "x,y,w\n1,1,2\n2,3,0\n1,4,1\n", { weights = "w" },
      "t.csv: the covariate 'x' is constant (1" },
    { "x,y\n1,2\n2\n", {}, "t.csv:3: 1 field where the header names 2 columns" },
    { "x,y\n1,2\n", {}, "t.csv: the response 'y' is constant" },
    { "", {}, "t.csv:1: the file is empty" },
  } do
    it("says " .. case[3], function()
      local message = refusal(case[1], settings(case[2]))
      assert.equal(case[3], message:sub(1, #case[3]))
    end)
  end

  it("may not be there at all", function()
    local ok, problem = pcall(fitting.fit, settings { path = "/nonexistent/t.csv" })
    assert.is_false(ok)
    assert.equal("/nonexistent/t.csv: cannot be read: No such file or directory", problem.message)
  end)
end)

describe("what fit writes", function()
  local x, y = line_data(40)

  it("is JSON whose atoms give the same sum of squares", function()
    local cjson = require "cjson"
    local got = fit(table_text("x,y", { x, y }),
      settings { expert = "tanh", k = 2, gate = "sigmoid" })
    local read = cjson.decode(fitting.json(got))
    assert.equal(got.sse, read.sse)
    assert.equal(40, read.n)
    assert.equal("sigmoid", read.gate)
    assert.equal("tanh", read.expert)
    assert.equal(2, read.k)
    assert.equal(got.atoms[2].a[1], read.atoms[2].a[1])
    assert.equal(got.atoms[1].beta0, read.atoms[1].beta0)
    assert.is_boolean(read.certificate.stationary)
    assert.is_number(read.certificate.decrease)
  end)

  it("is a table of predictions in the order of the rows", function()
    local got = fit(table_text("x,y", { x, y }), settings { k = 2, predict = true })
    local path = write(fitting.predictions(got))
    local csv = assert(engine.csv(path))
    os.remove(path)
    assert.equal(40, csv:rows())
    assert.same({ "fitted", "gate_1", "gate_2" }, { csv:columns()[1].name, csv:columns()[2].name,
      csv:columns()[3].name })
    assert.same(got.fitted, csv:values(1))
    local first, second = csv:values(2), csv:values(3)
    for i = 1, 40 do assert.near(1, first[i] + second[i], 1e-15) end
  end)

  it("never overwrites the data", function()
    local path = write(table_text("x,y", { x, y }))
    local ok, problem = pcall(fit_command.run, { data = path, y = "y", gate = "softmax",
      expert = "linear", k = 1, x = {}, predict = path }, { stdout = io.stdout })
    os.remove(path)
    assert.is_false(ok)
    assert.truthy(problem.message:find("would overwrite the data", 1, true))
  end)
end)

describe("routers and shared atoms", function()
  --- Half of the rows on a line of their own, the others on two lines by the sign of x.
  local x, y = {}, {}
  for i = 1, 600 do
    x[i] = 4 * engine.uniform("fit-spec-shared", i) - 2
    local shared = engine.uniform("fit-spec-group", i) < .5
    local noise = .1 * engine.normal("fit-spec-noise", i)
    y[i] = noise + (shared and 6 + x[i] or x[i] > 0 and 2 * x[i] - 4 or -x[i] - 4)
  end
  local text = table_text("x,y", { x, y })

  it("are fitted, named and written", function()
    local got = fit(text, settings { k = 3, shared = 1, estimator = "mle", starts = 64 })
    assert.near(6, got.atoms[1].b, .1)
    assert.near(1, got.atoms[1].a[1], .1)
    assert.equal(1, got.atoms[1].omega)
    assert.is_nil(got.atoms[2].omega)
    assert.is_true(got.certificate.stationary)
    assert.equal(0, got.certificate.dead)
    assert.matches("1 shared atom (linear) beside routed ones", fitting.text(got), 1, true)
    assert.matches("shared: omega 1 of its half", fitting.text(got), 1, true)
    assert.matches('"shared": 1', fitting.json(got), 1, true)
    local plain = fit(text, settings { k = 3, estimator = "mle", starts = 64 })
    assert.is_true(got.parameters < plain.parameters)
  end)

  it("may divide logits by a temperature, fitted or given", function()
    local got = fit(text, settings { k = 2, activation = "tanh", outside = true, temperature = "learned",
      estimator = "mle", starts = 64 })
    assert.is_true(got.temperature >= .125 and got.temperature <= 8)
    assert.matches("logits through tanh, intercepts added after; temperature", fitting.text(got), 1, true)
    local given = fit(text, settings { k = 2, temperature = 2, estimator = "mle", starts = 64 })
    assert.near(2, given.temperature, 1e-12)
    assert.equal(1, given.temperature_state)
    local one = fit(text, settings { k = 2, estimator = "mle", starts = 64 })
    assert.near(one.loglik, given.loglik, .01)
    assert.equal(one.parameters, given.parameters)
  end)

  it("may keep a few of the largest logits, of distances too", function()
    local got = fit(text, settings { gate = "sigmoid", k = 3, euclidean = true, top = 1, starts = 32, predict = true })
    for i = 1, 600 do
      local largest = math.max(got.gate_weights[1][i], got.gate_weights[2][i], got.gate_weights[3][i])
      assert.near(1, largest, 1e-12)
    end
  end)

  for _, case in ipairs {
    { { shared = 2, k = 2 }, "2 of 2 atoms are shared: at least one must be routed (k counts both)" },
    { { gate = "sigmoid", shared = 1, k = 2 }, "do not add up to one" },
    { { outside = true }, "intercepts outside an activation need one: name an activation" },
    { { top = 2 }, "top = 2 of 1 routed atoms: at most all can be kept" },
    { { activation = "tahn" }, "--activation: unknown name 'tahn' (did you mean 'tanh'?)" },
    { { shared = 1, k = 2, shared_expert = "rel" }, "--shared-expert: unknown name 'rel' (did you mean 'relu'?)" },
  } do
    it("are refused: " .. case[2], function()
      assert.matches(case[2], refusal(text, settings(case[1])), 1, true)
    end)
  end
end)
