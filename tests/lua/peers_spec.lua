--- Contests with other programs, played by shell scripts; and how such programs are spoken to.
--- Nothing here looks at how long anything takes.
local bench_file = require "moerates.bench_file"
local cjson = require "cjson"
local command = require "command"
local dsl_timing = require "moerates.dsl_timing"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local kind = require "moerates.timing_contest"
local lfs = require "lfs"
local paper = require "moerates.paper"
local peers = require "moerates.peers"
local scratch = require "scratch"
local script = require "moerates.script"
local timing = require "moerates.timing"
local weave = require "moerates.weave"

local directory
before_each(function() directory = scratch.directory() end)
after_each(function() scratch.remove(directory) end)

local moerates = command.run

-- A program that answers ------------------------------------------------------------------------

local function shell(text) return engine.child { "sh", "-c", text } end

describe("engine.child", function()
  it("answers line by line", function()
    local child = assert(shell [[while read -r a b; do echo "<$b $a>"; done]])
    assert.equal("<2 1>", child:ask("1 2", 10))
    assert.equal("<b c a>", child:ask("a b c", 10))
    child:stop()
  end)

  it("is waited for without being asked, and keeps lines that came early", function()
    local child = assert(shell "echo one; echo two; sleep 100")
    assert.equal("one", child:ask(nil, 10))
    assert.equal("two", child:ask(nil, 10))
    assert.same({ nil, "late" }, { child:ask(nil, 0.05) })
    child:stop()
  end)

  it("hands back how it ended and what it said about that", function()
    local child = assert(shell "echo last; echo boom >&2; exit 5")
    assert.equal("last", child:ask(nil, 10))
    assert.same({ nil, "ended" }, { child:ask("more", 10) }) -- nobody reads: no signal for us
    assert.same({ 5, "boom\n" }, { child:stop() })
    assert.same({ 5, "boom\n" }, { child:stop() })
    child = assert(shell "kill -9 $$")
    assert.same({ nil, "ended" }, { child:ask(nil, 10) })
    assert.equal(128 + 9, (child:stop()))
  end)

  it("is not waited for when it does not read, or does not end its line", function()
    local child = assert(shell "sleep 100")
    assert.same({ nil, "late" }, { child:ask(("x"):rep(3000000), 0.2) })
    assert.equal(128 + 9, (child:stop()))
    child = assert(shell "yes | tr -d '\\n'")
    assert.same({ nil, "long" }, { child:ask(nil, 60) })
    child:stop()
  end)

  it("does not wait for one that says much on standard error", function()
    local child = assert(shell "yes | head -c 3000000 >&2; echo done")
    assert.equal("done", child:ask(nil, 60))
    local _, said = child:stop()
    assert.is_true(#said >= 1000000)
  end)

  it("takes along what it started", function()
    local child = assert(shell "sleep 100 & echo $!; wait")
    local pid = child:ask(nil, 10)
    assert.truthy(lfs.attributes("/proc/" .. pid))
    child:stop()
    local function runs() -- gone, or dead and not yet buried
      local state = scratch.read("/proc/" .. pid .. "/stat")
      return state and not state:find("%) [ZX] ")
    end
    for _ = 1, 200 do -- a signal takes the time until the other is scheduled
      if runs() then engine.exec { "sleep", "0.05" } end
    end
    assert.falsy(runs())
    assert.has_error(function() child:ask("x", 1) end)
  end)

  it("says why it cannot be started", function()
    assert.same({ nil, "/nonexistent/python3 not found" }, { engine.child { "/nonexistent/python3" } })
    assert.has_error(function() engine.child {} end)
  end)
end)

-- Our side --------------------------------------------------------------------------------------

local ATOM <const> = { beta1 = { 2 }, beta0 = 0.5, a = { 3 }, b = 0.5 }

--- What the scripts below describe.
local function problem(changes)
  local one = { truth = { gate = "sigmoid", expert = "relu", d = 1, atoms = { ATOM } },
    fit = { gate = "sigmoid", expert = "relu", k = 2 }, noise_sd = 0.5, n = 100, radius = 0.3,
    seed = 1, design = { kind = "uniform", lower = -1, upper = 1 },
    box = { beta1 = { -50, 50 }, beta0 = { -50, 50 }, a = { -50, 50 }, b = { -50, 50 } } }
  for key, value in pairs(changes or {}) do one[key] = value end
  return one
end

describe("engine.contest", function()
  it("writes the rows that it computes with", function()
    local contest <close> = assert(engine.contest(problem()))
    local path = directory .. "/rows"
    assert.is_true(contest:write(path))
    local text, theta, sum = scratch.read(path), contest:start(1), 0
    assert.equal(100 * 2 * 8, #text)
    for i = 1, 100 do
      local x, y = ("dd"):unpack(text, 16 * i - 15)
      assert.truthy(x >= -1 and x <= 1)
      local f = engine.model_value({ gate = "sigmoid", expert = "relu", d = 1, k = 2 }, theta, { x })
      sum = sum + (f - y) ^ 2
    end
    assert.near(1, contest:gradient(theta) / (sum / (2 * 0.5 ^ 2)), 1e-13)
    assert.same({ nil, "/nonexistent/rows: No such file or directory" },
      { contest:write("/nonexistent/rows") })
  end)

  it("has the gradient of its objective", function()
    local contest <close> = assert(engine.contest(problem()))
    local theta = contest:start(2)
    local _, gradient = contest:gradient(theta)
    assert.equal(8, #gradient)
    for i, x in ipairs(theta) do
      local function at(step)
        theta[i] = x + step
        local q = contest:gradient(theta)
        theta[i] = x
        return q
      end
      assert.near(gradient[i], (at(1e-6) - at(-1e-6)) / 2e-6, 1e-3 + 1e-5 * math.abs(gradient[i]))
    end
  end)

  it("fits down to its certificate, from starts that differ", function()
    local contest <close> = assert(engine.contest(problem()))
    local first, second = contest:start(1), contest:start(2)
    assert.same(first, contest:start(1))
    assert.not_same(first, second)
    local seconds, objective, stationary = contest:fit(first)
    assert.truthy(seconds > 0 and contest:time(first, 2) > 0)
    assert.truthy(objective < contest:gradient(first))
    assert.is_true(stationary)
  end)

  it("is refused where it has no rows or too few atoms", function()
    local telescope = { kind = "telescope", lower = -1, upper = 1, points = 32 }
    assert.same({ nil, "others take rows, not counts on a support" },
      { engine.contest(problem { design = telescope }) })
    telescope.raw = true
    local contest <close> = assert(engine.contest(problem { design = telescope }))
    local _, message = engine.contest(problem { truth = { gate = "sigmoid", expert = "relu", d = 1,
      atoms = { ATOM, ATOM, ATOM } } })
    assert.equal("starts near the truth need at least its 3 atoms, got 2", message)
    assert.has_error(function() contest:start(0) end)
    assert.has_error(function() contest:time(contest:start(1), 0) end)
    assert.has_error(function() contest:gradient({ 1 }) end)
  end)
end)

-- Peers that are shell scripts ------------------------------------------------------------------

local function words(numbers)
  local list = {}
  for i, x in ipairs(numbers) do list[i] = ("%.17g"):format(x) end
  return table.concat(list, " ")
end

--- A shell script that answers as a peer should, from a list of what we compute at the two starts;
--- its fits stay where they are. `change` has other answers by the word that asks, or a function
--- of the right answer.
local function fake(change)
  local ours <close> = assert(engine.contest(problem()))
  local cases = {}
  local function answer(word, pattern, text)
    local other = change[word]
    if type(other) == "function" then other = "echo '" .. other(text) .. "'" end
    cases[#cases + 1] = ("  '%s') %s ;;\n"):format(pattern, other or "echo '" .. text .. "'")
  end
  for start = 1, 2 do
    local theta = ours:start(start)
    local objective, gradient = ours:gradient(theta)
    answer("value", "value " .. words(theta), ("value %s"):format(words { objective,
      table.unpack(gradient) }))
    answer("fit", "fit -50 50 " .. words(theta), ("fit 0.25 %s"):format(words { objective,
      table.unpack(theta) }))
  end
  return ("%s\nwhile read -r line; do case \"$line\" in\n%s  data*) %s ;;\n  time*) %s ;;\n"
    .. "  *) echo unknown ;;\nesac; done\n"):format(change.ready or "echo 'ready 1.2'",
    table.concat(cases), change.data or "echo ok", change.time or "echo 'seconds 0.5'")
end

local SCRIPT <const> = [[
local moe = require "moerates"
return moe.contest {
  name = "x", truth = moe.truth { gate = "sigmoid", expert = "relu",
    { beta1 = 2, beta0 = 0.5, a = 3, b = 0.5 } },
  fit = { gate = "sigmoid", expert = "relu", k = 2 }, design = moe.uniform { lower = -1, upper = 1 },
  noise_sd = 0.5, n = 100, starts = 2, rounds = 2, repeats = 3,
%s
}
]]

--- Two crossing lines, and as many atoms.
local MIXTURE <const> = [[
local moe = require "moerates"
return moe.contest {
  name = "x", truth = moe.truth { gate = "softmax", expert = "linear",
    { beta1 = 4, beta0 = 0.5, a = 3, b = 0.5, variance = 0.04 }, { a = -3, variance = 0.09 } },
  fit = { gate = "softmax", expert = "linear", k = 2 }, design = moe.uniform { lower = -1, upper = 1 },
  n = 300, radius = 0.1, rounds = 1,
%s
}
]]

local function mixture_script(fields) return scratch.write(directory, "y.lua", MIXTURE:format(fields)) end

local function written(fields) return scratch.write(directory, "x.lua", SCRIPT:format(fields)) end

--- Calls `run` with the path of a contest against programs that are scripts, by their names.
local function with_fakes(fakes, fields, run)
  local real, names = {}, {}
  for name, text in pairs(fakes) do
    real[name], names[#names + 1] = peers.PROGRAMS[name], ("%q"):format(name)
    peers.PROGRAMS[name] = { title = "fake " .. name, contest = real[name].contest, -- luacheck: ignore
      packages = "fake-" .. name, run = type(text) == "table" and text
        or { "sh", scratch.write(directory, name .. ".sh", text) } }
  end
  local one = written(("peer = { %s }, %s"):format(table.concat(names, ", "), fields or ""))
  local results = table.pack(pcall(run, one))
  for name, program in pairs(real) do peers.PROGRAMS[name] = program end -- luacheck: ignore
  return table.unpack(results, 1, results.n)
end

--- A whole run of `moerates bench`.
---@return integer code, string out, string err, table? file as stored, table? read
local function contest(fakes, fields)
  local path = directory .. "/bench.json"
  local ok, code, out, err = with_fakes(fakes, fields, function(one)
    return moerates("bench", one, "--seconds", "0.00001", "--json", path)
  end)
  assert(ok, code)
  local text = scratch.read(path)
  return code, out, err, text and cjson.decode(text), text and bench_file.read(path)
end

--- The contest alone.
---@return boolean ok, table results or a fault, string warnings
local function play(fakes, fields)
  local warnings = {}
  local ok, results = with_fakes(fakes, fields, function(one)
    local found = script.load(one, {}, "timing")
    return kind.measure(kind.groups(kind.cases(found))[1], found, { seed = 1, seconds = 1e-5,
      warnings = warnings })
  end)
  return ok, results, table.concat(warnings, "\n")
end

describe("a contest", function()
  it("is stored with every timing and read back", function()
    local code, out, err, file, read = contest { numpy = fake {}, scipy = fake {} }
    assert.equal(0, code, err)
    assert.equal(4, #file.peers)
    local ours, numpy, own_fit, scipy = table.unpack(file.peers)
    assert.same({ "moerates", "fake numpy", "moerates", "fake scipy" }, { ours.peer, numpy.peer,
      own_fit.peer, scipy.peer })
    assert.same({ "1.2", engine.version }, { scipy.version, ours.version })
    assert.same({ 1, 1 }, { ours.ratio, own_fit.ratio })
    assert.equal(3, #ours.times)
    assert.equal(math.min(table.unpack(ours.times)), ours.ns_per_sample.min)
    assert.same({ 5e6, 5e6, 5e6 }, numpy.times) -- half a second for a hundred rows
    assert.near(5e6 / ours.ns_per_sample.min, numpy.ratio, 1e-6 * numpy.ratio)
    assert.same({ 0.25, 0.25 }, scipy.times)
    assert.near(0.25 / own_fit.seconds.median, scipy.ratio, 1e-6 * scipy.ratio)
    assert.same({ 2, 0, 0 }, { scipy.starts, scipy.share, scipy.lower }) -- it stays at the starts
    assert.truthy(own_fit.share >= 0.5 and own_fit.above >= 0 and own_fit.lower == 0)
    assert.near(own_fit.objective, math.min(table.unpack(own_fit.ends)), 0)
    assert.truthy(scipy.above > own_fit.above)
    for i, one in ipairs(read.peers) do
      for _, name in ipairs { "contest", "peer", "version", "ratio", "objective", "above", "share" } do
        assert.equal(file.peers[i][name], one[name])
      end
    end
    assert.same({}, file.cases)
    assert.truthy(out:find("k = 2, n = 100: objective and gradient, ns per row", 1, true), out)
    assert.truthy(out:find("fake numpy +1%.2 +5000000 +5000000 "), out)
    assert.truthy(out:find("fake scipy +1%.2 +250 +250 "), out)
  end)

  it("is in the paper", function()
    contest { numpy = fake {}, scipy = fake {} }
    scratch.write(directory, "claims.tsv",
      "id\tkind\tpaper\twhere\tquantity\tcase\tpredicted\tpublished_slope\tprotocol\tchapter\n")
    local text = weave.weave("paper.md", "```{.lua #c}\nreturn speed_peers('P.')\n```\n",
      paper.environment { out = directory, profile = "quick", scripts = directory,
        list = directory .. "/claims.tsv", output = directory .. "/paper.md", results = directory,
        absolute_report = directory .. "/report" })
    for _, name in ipairs { "gradient | moerates", "gradient | fake numpy | 1\\.2 | sigmoid | relu | (1, 2)",
      "fit | moerates", "fit | fake scipy" } do
      assert.truthy(text:find("| " .. name .. " |", 1, true), text)
    end
  end)

  it("runs only what is selected", function()
    local one = written("")
    local found = script.load(one, {}, "timing")
    assert.equal(4, #timing.pick(kind.cases(found), { "what=gradient" }))
    assert.equal(1, #timing.pick(kind.cases(found), { "variant=scipy" }))
    assert.equal(2, #timing.pick(kind.cases(found), { "what=fit,k=2,n=100,d=1,gate=sigmoid,threads=1" }))
    local code, _, err = moerates("bench", one, "-s", "variant=nobody")
    assert.equal(4, code, err)
  end)

  it("ends when a peer computes something else", function()
    local function off(word, factor)
      return function(text)
        local count = 0
        return (text:gsub("%S+", function(x)
          count = count + 1
          return count == word and ("%.17g"):format(tonumber(x) * factor) or x
        end))
      end
    end
    for text, peer in pairs {
      ["peer numpy computes a wrong objective: off by 1e-06 of ours"] = { "numpy", { value = off(2, 1 + 1e-6) } },
      ["peer numpy computes a wrong gradient: off by "] = { "numpy", { value = off(9, 1.5) } },
      ["peer scipy computes a wrong objective at the end of its fit: off by"] =
        { "scipy", { fit = off(3, 1 - 1e-6) } },
    } do
      local ok, found = play { [peer[1]] = fake(peer[2]), numba = fake {} }
      assert.is_false(ok)
      assert.is_true(fault.is(found), tostring(found))
      assert.equal(3, found.code)
      assert.equal(1, (found.message:find(text, 1, true)), found.message)
    end
    -- Sums in another order are no other numbers.
    local ok, results = play { numpy = fake { value = off(2, 1 + 1e-11) } }
    assert.is_true(ok, tostring(results))
    assert.equal(2, #results)
  end)

  it("goes on without a peer that breaks down, and says so in the file", function()
    for text, peer in pairs {
      ["peer numpy: no 'ready': it ended with exit code 3: boom"] = { ready = "echo boom >&2; exit 3" },
      ["peer numpy: no answer to 'value': it was ended by signal 9"] = { value = "kill -9 $$" },
      ["peer numpy: no answer to 'time': it ended with exit code 0"] = { time = "exit" },
      ["peer numpy: no answer to 'data' within 2 seconds"] = { data = "sleep 100" },
      ["peer numpy: no answer to 'time' within 2 seconds"] = { time = "sleep 100" },
      ["peer numpy: begins with 'hello?', not 'ready'"] = { ready = "printf 'hello\\033\\n'" },
      ["peer numpy: begins with 'ready', not 'ready'"] = { ready = "echo ready" },
      ["peer numpy: answers 'no' to 'data', which wants 'ok'"] = { data = "echo no" },
      ["peer numpy: answers 'value 1 2' to 'value', which wants 'value' and 9 numbers"] =
        { value = "echo value 1 2" },
      ["peer numpy: answers 'value 1 2 3 4 5 nan 7 8 9' to 'value'"] =
        { value = "echo value 1 2 3 4 5 nan 7 8 9" },
      ["peer numpy: answers 'second 1' to 'time', which wants 'seconds' and 1 number"] =
        { time = "echo second 1" },
      ["peer numpy: answers to 'time' that it took -1 seconds"] = { time = "echo seconds -1" },
      ["peer numpy: answers to 'time' that it took 3600 seconds"] = { time = "echo seconds 3600" },
      ["peer numpy: answers 'seconds 1e999' to 'time'"] = { time = "echo seconds 1e999" },
      ["peer numpy: No module named numpy; install: apt-get install fake-numpy (make bench-peers does)"] =
        { ready = "echo missing No module named numpy; exit" },
      ["peer numpy: /nonexistent/python3 not found; install: apt-get install fake-numpy"] =
        { run = { "/nonexistent/python3" } },
      ["No such file or directory; install: apt-get install fake-numpy (make bench-peers does)"] =
        { run = { "env", "/nonexistent/python3" } },
    } do
      local ok, results, warnings = play({ numpy = peer.run or fake(peer), numba = fake {} },
        "patience = 2")
      assert.is_true(ok, tostring(results))
      assert.truthy(warnings:find(text, 1, true), warnings)
      assert.truthy(warnings:find("; it was left out", 1, true))
      assert.same({ "moerates", "fake numba" }, { results[1].peer, results[2].peer })
      assert.equal(2, #results)
    end
  end)

  it("in likelihoods lets EM end where it is as good as we are", function()
    local theirs = scratch.write(directory, "em.sh", [[
      echo 'ready 3'
      while read -r word rest; do case $word in
        data) echo ok ;;
        value) echo "value $Q" ;;
        em) set -- $rest; echo "$1 $2 $3" > "$SAID"; shift 3; echo "em 2 $Q $*" ;;
      esac; done]])
    local one = script.load(mixture_script "peer = 'numpy-em', starts = 1", {}, "timing")
    local ours <close> = assert(engine.contest { truth = one.truth, fit = one.fit, design = one.design,
      n = one.n, radius = one.radius, seed = 1, box = { beta1 = one.range, beta0 = one.range, a = one.range,
        b = one.range, variance = one.variance } })
    local start = ours:start(1)
    assert.equal(10, #start)
    local _, best, stationary = ours:fit(start)
    assert.is_true(stationary)
    local said, real = directory .. "/said", peers.PROGRAMS["numpy-em"]
    peers.PROGRAMS["numpy-em"] = { title = "fake", contest = "em", packages = "x", run = { "env", -- luacheck: ignore
      ("Q=%.17g"):format((ours:gradient(start))), "SAID=" .. said, "sh", theirs } }
    local results = kind.measure(kind.groups(kind.cases(one))[1], one, { seed = 1, seconds = 1e-5,
      warnings = {} })
    peers.PROGRAMS["numpy-em"] = real -- luacheck: ignore
    assert.same({ "em", "em" }, { results[1].contest, results[2].contest })
    assert.near(best, results[1].objective, 0)
    assert.same({ { 2 }, 0, 1 }, { results[2].times, results[2].share, results[1].share })
    assert.near(ours:gradient(start) - best, results[2].above, 1e-9)
    local limit, tolerance, iterations = scratch.read(said):match("(%S+) (%S+) (%S+)")
    assert.near(-best - 1e-3, tonumber(limit), 1e-9)
    assert.same({ 1e-12, 100000 }, { tonumber(tolerance), tonumber(iterations) })
  end)

  it("in likelihoods is refused with noise beside the variances, or other atoms", function()
    for from, change in pairs {
      ["n = 300"] = { "n = 300, noise_sd = 1", "noise_sd: the atoms of the truth have variances already" },
      ["expert = \"linear\", k = 2"] = { "expert = \"tanh\", k = 2",
        "fit: others compute softmax gates and linear experts of Gaussian mixtures, not softmax and tanh" },
    } do
      local first, last = MIXTURE:find(from, 1, true)
      local path = scratch.write(directory, "y.lua", (MIXTURE:sub(1, first - 1) .. change[1]
        .. MIXTURE:sub(last + 1)):format(""))
      local code, _, err = moerates("bench", path)
      assert.equal(2, code)
      assert.truthy(err:find(change[2], 1, true), err)
    end
  end)

  it("does not count for ever", function()
    local ok, results = play { numpy = fake { time = "echo seconds 1e-300" } }
    assert.is_true(ok, tostring(results))
    assert.truthy(results[2].ratio < 1e-290)
  end)

  it("goes on without a fit that breaks down", function()
    local code, out, err, file = contest({ scipy = fake { fit = "exit 1" }, numba = fake {} })
    local text = "peer scipy: no answer to 'fit': it ended with exit code 1; it was left out"
    assert.equal(0, code, err)
    assert.truthy(err:find("warning: " .. text, 1, true), err)
    assert.truthy(table.concat(file.warnings, "\n"):find(text, 1, true))
    assert.equal(2, #file.peers)
    assert.falsy(out:find("scipy", 1, true))
  end)

  it("fails with 3 when nobody is left", function()
    local code, _, err, file = contest { numpy = fake { ready = "exit 7" },
      scipy = { "/nonexistent/python3" } }
    assert.equal(3, code)
    assert.truthy(err:find("moerates: no peer is left: ", 1, true), err)
    assert.truthy(err:find("exit code 7", 1, true) and err:find("install: ", 1, true), err)
    assert.is_nil(file)
  end)

  it("is refused with the line and the nearest word", function()
    for fields, text in pairs {
      ["peers = 'numpy'"] = "x.lua:7: moe.contest: unknown key 'peers' (did you mean 'peer'?)",
      ["peer = 'nunpy'"] = "unknown peer 'nunpy' (did you mean 'numpy'?)",
      ["contest = 'me'"] = "unknown contest 'me' (known: em, fit, gradient)",
      ["tolerance = 2"] = "tolerance: expected a number from 0 to 1, got 2",
      ["patience = 0"] = "patience: expected a number from 0.01 to 3600, got 0",
      ["range = { 1, 0 }"] = "range: expected { low, high }",
    } do
      local code, _, err = moerates("bench", written(fields))
      assert.equal(2, code)
      assert.truthy(err:find(text, 1, true), err)
    end
    for from, change in pairs {
      ["expert = \"relu\", k = 2"] = { "expert = \"tanh\", k = 2",
        "fit: others compute sigmoid gates and relu experts, not sigmoid and tanh" },
      ["moe.uniform { lower = -1, upper = 1 }"] = { "moe.telescope { lower = -1, upper = 1 }",
        "design: others take rows, not counts: raw = true" },
      ["{ beta1 = 2, beta0 = 0.5, a = 3, b = 0.5 }"] = { "{ a = 1 }, { a = 2 }, { a = 3 }",
        "fit.k: starts near the truth need at least its 3 atoms, got 2" },
    } do
      local first, last = SCRIPT:find(from, 1, true)
      local path = scratch.write(directory, "x.lua", (SCRIPT:sub(1, first - 1) .. change[1]
        .. SCRIPT:sub(last + 1)):format(""))
      local code, _, err = moerates("bench", path)
      assert.equal(2, code)
      assert.truthy(err:find(change[2], 1, true), err)
    end
  end)

  it("has a normal form that stays as it is", function()
    local one = script.load(written(""), {}, "timing")
    one.script = nil
    assert.same(one, dsl_timing.script(one, "", { where = "", what = "contest",
      known = require("moerates.dsl_experiment").known(engine) }))
  end)
end)

describe("the peers", function()
  it("are those that scripts can name, with a script and packages that are installed", function()
    local names = {}
    local installed = scratch.read(ROOT .. "/Makefile"):match("DEPS_PEERS := ([^\n]+)")
    for name, program in pairs(peers.PROGRAMS) do
      names[#names + 1] = name
      local path
      for _, word in ipairs(program.run) do path = (word:find("%.py$") or word:find("%.R$")) and word or path end
      assert.truthy(lfs.attributes(ROOT .. "/benchmarks/peers/" .. path))
      for package in program.packages:gmatch("%S+") do
        assert.truthy((" " .. installed .. " "):find(" " .. package .. " ", 1, true), package)
      end
    end
    table.sort(names)
    local known = { table.unpack(dsl_timing.PEERS) }
    table.sort(known)
    assert.same(known, names)
  end)

  it("come with scripts that ask all of them", function()
    local count = 0
    for _, name in ipairs { "contest", "mixtures" } do
      count = count + #kind.cases(script.load(("%s/benchmarks/peers/%s.lua"):format(ROOT, name), {}, "timing"))
    end
    assert.equal(#dsl_timing.PEERS, count)
  end)

  it("compute what we do, where they are installed", function()
    local code, _, err = moerates("bench", written(""),
      "--seconds", "0.00001", "--json", directory .. "/bench.json")
    if err:find("install: ", 1, true) then return pending("Python's packages are not installed") end
    assert.equal(0, code, err)
    assert.equal(#dsl_timing.PEERS, #bench_file.read(directory .. "/bench.json").peers) -- ours twice, no EM
  end)

  it("reach our likelihood by EM, where they are installed", function()
    local code, _, err = moerates("bench", mixture_script "starts = 2", "--json", directory .. "/bench.json")
    if err:find("install: ", 1, true) then return pending("NumPy or R's flexmix is not installed") end
    assert.equal(0, code, err)
    local list = bench_file.read(directory .. "/bench.json").peers
    assert.equal(3, #list)
    for _, one in ipairs(list) do
      assert.equal("em", one.contest)
      assert.truthy(one.above < (one.peer:find "flexmix" and 0.5 or 2e-3), one.peer)
      assert.equal(0, one.lower)
    end
  end)
end)
