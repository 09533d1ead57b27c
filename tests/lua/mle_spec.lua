--- `fit --estimator mle`: formulas of one atom, units, weights, data that leave something to be desired,
--- and EM: the log-likelihood is never below that of the best of 20 runs (tests/reference/em_starts.py,
--- NumPy 1.24.2) by more than 1e-4 nat.
local cjson = require "cjson"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local fitting = require "moerates.fitting"
local scratch = require "scratch"

package.path = package.path .. ";" .. ROOT .. "/tests/reference/?.lua"
local mixture = require "mixture"

local TOLERANCE <const> = 1e-4 -- nats

local directory = scratch.directory()
teardown(function() scratch.remove(directory) end)

--- A CSV file of columns and their names.
local function write(name, header, columns)
  local lines = { table.concat(header, ",") }
  for i = 1, #columns[1] do
    local fields = {}
    for c, column in ipairs(columns) do fields[c] = ("%.17g"):format(column[i]) end
    lines[i + 1] = table.concat(fields, ",")
  end
  return scratch.write(directory, name .. ".csv", table.concat(lines, "\n") .. "\n")
end

local function fit(path, changes)
  local options = { path = path, y = "y", gate = "softmax", expert = "linear", k = 1, starts = 64,
    estimator = "mle" }
  for key, value in pairs(changes or {}) do options[key] = value end
  return fitting.fit(options)
end

--- Two crossing lines of different noise; x in [0, 1] times `size`.
local function crossing(n, size)
  local x, y, w = {}, {}, {}
  for i = 1, n do
    local u = engine.uniform("mle-x", i)
    local first = engine.uniform("mle-atom", i) < 1 / (1 + math.exp(4 - 8 * u))
    x[i] = size * u
    y[i] = first and 5 - 4 * u + .2 * engine.normal("mle-y", i) or 1 + 3 * u + .5 * engine.normal("mle-y", i)
    w[i] = i % 3
  end
  return x, y, w
end

describe("the likelihood of one atom", function()
  local x, y = crossing(80, 1)
  local n, sx, sy, sxx, sxy = #x, 0, 0, 0, 0
  for i = 1, n do sx, sy, sxx, sxy = sx + x[i], sy + y[i], sxx + x[i] ^ 2, sxy + x[i] * y[i] end
  local spread = sxx - sx * sx / n
  local a = (sxy - sx * sy / n) / spread
  local b, sse = sy / n - a * sx / n, 0
  for i = 1, n do sse = sse + (y[i] - a * x[i] - b) ^ 2 end
  local variance = sse / n

  it("is that of a regression", function()
    local got = fit(write("one", { "x", "y" }, { x, y }))
    assert.near(a, got.atoms[1].a[1], 1e-6)
    assert.near(b, got.atoms[1].b, 1e-6)
    assert.near(variance, got.atoms[1].variance, 1e-6)
    assert.near(-n / 2 * (math.log(2 * math.pi * variance) + 1), got.loglik, 1e-7)
    assert.near(math.sqrt(variance / spread), got.errors[1].a[1], 1e-5)
    assert.near(variance * math.sqrt(2 / n), got.errors[1].variance, 1e-5)
    assert.equal(3, got.parameters)
    local aic, bic = fitting.criteria(got)
    assert.near(6 - 2 * got.loglik, aic, 1e-9)
    assert.near(3 * math.log(n) - 2 * got.loglik, bic, 1e-9)
    -- Least squares with normal noise is the same model, and its noise a parameter more.
    local squares = fit(write("one", { "x", "y" }, { x, y }), { estimator = "lse" })
    local same, also = fitting.criteria(squares)
    assert.near(aic, same, 1e-6)
    assert.near(bic, also, 1e-6)
    local json = cjson.decode(fitting.json(got))
    assert.same({ aic, bic }, { json.aic, json.bic })
    assert.truthy(fitting.text(got):find(("AIC %.4f   BIC %.4f\n"):format(aic, bic), 1, true))
    assert.truthy(fitting.text(squares):find("of normal noise of one variance\n", 1, true))
  end)
end)

describe("the maximum of a likelihood", function()
  it("has the units of the data", function()
    local x, y = crossing(400, 1)
    local plain = fit(write("units", { "x", "y" }, { x, y }), { k = 2 })
    for i = 1, #x do x[i], y[i] = 1000 + 50 * x[i], 7e5 + 1e3 * y[i] end
    local scaled = fit(write("scaled", { "x", "y" }, { x, y }), { k = 2, standardize = true })
    assert.near(plain.loglik, scaled.loglik + 400 * math.log(1e3), 1e-4)
    local found = {}
    for i = 1, 2 do
      found[i] = { plain.atoms[i].variance, scaled.atoms[i].variance / 1e6,
        plain.errors[i].variance, scaled.errors[i].variance / 1e6 }
    end
    table.sort(found, function(left, right) return left[1] < right[1] end)
    if (found[1][2] < found[2][2]) == false then -- the reference may be the other atom
      found[1][2], found[2][2] = found[2][2], found[1][2]
      found[1][4], found[2][4] = found[2][4], found[1][4]
    end
    for i = 1, 2 do
      assert.near(1, found[i][2] / found[i][1], 1e-3)
      assert.near(1, found[i][4] / found[i][3], 1e-3)
    end
  end)

  it("counts rows by their weights", function()
    local x, y, w = crossing(150, 1)
    local many = { {}, {} }
    for i = 1, #x do
      for _ = 1, w[i] do
        table.insert(many[1], x[i])
        table.insert(many[2], y[i])
      end
    end
    local once = fit(write("weighted", { "x", "y", "w" }, { x, y, w }), { k = 2, weights = "w" })
    local often = fit(write("repeated", { "x", "y" }, many), { k = 2 })
    assert.near(often.loglik, once.loglik, 1e-5)
    assert.equal(#many[1], once.n)
  end)

  it("does not depend on the order of the rows", function()
    local x, y = crossing(200, 1)
    local turned = { {}, {} }
    for i = 1, #x do turned[1][i], turned[2][i] = x[#x + 1 - i], y[#x + 1 - i] end
    assert.near(fit(write("forth", { "x", "y" }, { x, y }), { k = 2 }).loglik,
      fit(write("back", { "x", "y" }, turned), { k = 2 }).loglik, 1e-5)
  end)
end)

describe("the maximum of a likelihood of poor data", function()
  local function sound(result)
    assert.is_true(result.loglik == result.loglik and math.abs(result.loglik) < 1e9)
    for _, atom in ipairs(result.atoms) do
      assert.is_true(atom.variance > 0 and atom.b == atom.b)
    end
    assert.is_nil(fitting.text(result):find "nan")
    assert.equal("mle", cjson.decode(fitting.json(result)).estimator)
    return result
  end

  it("puts variances to their floor, and says so", function()
    local x, y = crossing(5, 1)
    local result = sound(fit(write("few", { "x", "y" }, { x, y }), { k = 3 }))
    assert.is_true(result.certificate.at_floor >= 1)
    assert.truthy(fitting.text(result):find("at 0.0001 of that of y (--variance-floor)", 1, true))
    assert.truthy(fitting.text(result):find("hint: an atom at the floor", 1, true))
  end)

  it("has no noise to find", function()
    local x, y = crossing(60, 1)
    for i = 1, 60 do y[i] = 2 * x[i] end
    local result = sound(fit(write("exact", { "x", "y" }, { x, y }), { k = 2 }))
    assert.is_true(result.certificate.at_floor >= 1)
    assert.near(0, 1 - result.r_squared, 1e-4)
  end)

  it("has rows of which most are copies", function()
    local x, y = crossing(90, 1)
    for i = 1, 90 do x[i], y[i] = x[i % 6 + 1], y[i % 6 + 1] end
    sound(fit(write("copies", { "x", "y" }, { x, y }), { k = 3 }))
  end)

  it("has fewer rows than parameters, down to two", function()
    for rows = 2, 4 do
      local x, y = crossing(rows, 1)
      local result = sound(fit(write("fewer", { "x", "y" }, { x, y }), { k = 4 }))
      assert.equal(rows, result.rows)
      assert.is_true(result.certificate.at_floor >= 1)
      assert.truthy(fitting.text(result):find("(--variance-floor)", 1, true))
    end
  end)

  it("has one line, where an atom is enough", function()
    local x, y = crossing(120, 1)
    for i = 1, 120 do y[i] = 1 + 2 * x[i] + .1 * engine.normal("mle-line", i) end
    local path = write("line", { "x", "y" }, { x, y })
    local one, three = sound(fit(path)), sound(fit(path, { k = 3 }))
    assert.is_true(three.loglik > one.loglik - 1e-6)
    local _, bic = fitting.criteria(one)
    local _, other = fitting.criteria(three)
    assert.is_true(bic < other)
    local c = three.certificate -- a spare atom is around a few rows, or does nothing, or is there twice
    assert.is_true(c.at_floor + c.dead + c.floating + c.duplicate > 0 or c.singletons > 0.3,
      fitting.text(three))
  end)

  it("has two points many times, and experts with nothing to do", function()
    local x, y = {}, {}
    for i = 1, 12 do x[i], y[i] = i % 2, 1 + i % 2 end
    local result = sound(fit(write("points", { "x", "y" }, { x, y }), { k = 6 }))
    local c = result.certificate
    assert.equal(6, c.dead + c.floating)
    assert.equal(6, c.at_floor)
    assert.truthy(fitting.text(result):find(" floating", 1, true))
  end)

  it("is refused where weights do not add up to one", function()
    local x, y = crossing(20, 1)
    local ok, problem = pcall(fit, write("sum", { "x", "y" }, { x, y }), { gate = "sigmoid" })
    assert.is_false(ok)
    assert.is_true(fault.is(problem))
    assert.truthy(problem.message:find("do not add up to one", 1, true))
  end)
end)

describe("the maximum of a likelihood on any number of threads", function()
  --- The whole answer of a process that may only use some of the cores; all if nil.
  local function answer(path, cores)
    local command = { ROOT .. "/build/moerates", "fit", path, "--y", "y", "--gate", "softmax", "--expert", "linear",
      "-k", "3", "--estimator", "mle", "--starts", "48", "--json" }
    local out = directory .. "/answer.json"
    local words = cores and { "taskset", "-c", cores, table.unpack(command) } or command
    for i, word in ipairs(words) do words[i] = ("'%s'"):format(word) end
    engine.exec { "sh", "-c", table.concat(words, " ") .. " > " .. out }
    return scratch.read(out)
  end

  it("has the same digits", function()
    local x, y = crossing(150, 1)
    local path = write("threads", { "x", "y" }, { x, y })
    local all = answer(path)
    assert.truthy(cjson.decode(all).loglik)
    assert.equal(all, answer(path, "0"))
  end)
end)

describe("a likelihood's maximum beside EM", function()
  local best, count = {}, 0
  for name, value in scratch.read(ROOT .. "/tests/reference/em_starts.tsv"):gmatch "(%S+)\t(%S+)" do
    best[name], count = tonumber(value), count + 1
  end
  for i = 1, count do -- EM takes too long for the others
    local problem = mixture.problem(i)
    it(("is never below: %s"):format(problem.name), function()
      local path = scratch.write(directory, problem.name .. ".csv", mixture.csv(problem))
      local got = fit(path, { k = problem.k, starts = 512, box = 1000 })
      local theirs = assert(best[problem.name], "no reference")
      assert.is_true(got.loglik > theirs - TOLERANCE, ("%.6f nats below"):format(theirs - got.loglik))
    end)
  end
end)
