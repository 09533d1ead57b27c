--- The command line from inside: what the transcripts in tests/cli cannot reach.
local command = require "command"
local engine = require "moerates.engine"
local estimate = require "moerates.estimate"
local json = require "moerates.json"
local lfs = require "lfs"
local plan = require "moerates.plan"
local progress = require "moerates.progress"
local scratch = require "scratch"
local script = require "moerates.script"
local store = require "moerates.store"

local DEMO <const> = ROOT .. "/tests/cli/demo.lua"

local directory
before_each(function() directory = scratch.directory() end)
after_each(function() scratch.remove(directory) end)

local moerates = command.run

local function run(...) return moerates("run", DEMO, "--out", directory, "-j", "2", ...) end

--- The paths and bytes of all cells.
local function cells()
  local all = {}
  for _, found in ipairs(store.find(directory, "")) do all[found.key] = scratch.read(found.path) end
  return all
end

describe("run", function()
  it("writes each planned cell and nothing else", function()
    assert.equal(0, (run()))
    local planned = plan.cells(script.load(DEMO), "quick")
    for _, cell in ipairs(planned) do assert.equal("done", (store.state(directory, cell))) end
    assert.equal(#planned, #store.find(directory, ""))
    assert.same({ "cells" }, store.entries(directory))
  end)

  it("computes the same bytes again", function()
    run()
    local before = cells()
    scratch.remove(directory .. "/cells")
    run("-j", "1")
    assert.same(before, cells())
  end)

  it("leaves a cell that is there alone", function()
    run()
    local found = store.find(directory, "")[1]
    assert(lfs.touch(found.path, 1000, 1000))
    run()
    assert.equal(1000, lfs.attributes(found.path, "modification"))
  end)

  it("sets every corrupt file aside, also twice", function()
    run()
    local found, good = store.find(directory, "")[1], cells()
    for attempt = 1, 2 do
      scratch.write(directory, "cells/demo/" .. found.key .. ".tsv", "garbage " .. attempt)
      local code, _, err = run()
      assert.equal(0, code)
      assert.truthy(err:find(("set aside as %s.bad-%d"):format(found.path, attempt), 1, true))
      assert.equal("garbage " .. attempt, scratch.read(("%s.bad-%d"):format(found.path, attempt)))
      assert.same(good, cells())
    end
  end)

  it("leaves a corrupt file alone in a dry run", function()
    run()
    local found = store.find(directory, "")[1]
    scratch.write(directory, "cells/demo/" .. found.key .. ".tsv", "")
    local code, out, err = run("--dry-run")
    assert.equal(0, code)
    assert.truthy(out:find("1 of 4 cells missing", 1, true))
    assert.truthy(err:find("corrupt: ", 1, true))
    assert.equal("", scratch.read(found.path))
  end)

  it("forgets the notes of processes that died", function()
    lfs.mkdir(directory .. "/running")
    scratch.write(directory, "running/999999999", "0123\n")
    assert.same({}, store.running(directory))
    assert.is_nil(lfs.attributes(directory .. "/running"))
  end)

  it("is shown as running while it runs", function()
    local planned = plan.cells(script.load(DEMO), "quick")
    local forget = store.announce(directory, { planned[1] })
    local _, out = moerates("status", DEMO, "--out", directory, "--json")
    assert.truthy(out:find('"running": 1', 1, true))
    assert.truthy(out:find('"missing": 3', 1, true))
    forget()
    _, out = moerates("status", DEMO, "--out", directory, "--json")
    assert.truthy(out:find('"running": 0', 1, true))
  end)

  it("fails with 3 when cells fail, notes them, and forgets them when they succeed", function()
    local real = engine.run
    engine.run = function(list) -- luacheck: ignore
      return { done = 0, failed = #list, errors = { "no start had a finite objective" }, seconds = 0 }
    end
    local code, _, err = run()
    engine.run = real -- luacheck: ignore
    assert.equal(3, code)
    assert.truthy(err:find("failed: no start had a finite objective\n", 1, true))
    assert.truthy(err:find("moerates: 4 of 4 cells failed\n", 1, true))
    local _, out = moerates("status", DEMO, "--out", directory)
    assert.truthy(out:find("no start had a finite objective", 1, true))
    assert.equal(0, (run()))
    assert.same({ "cells" }, store.entries(directory))
  end)

  it("is a defect, not the user's mistake, when the program itself fails", function()
    local real = engine.info
    engine.info = function() error("boom") end -- luacheck: ignore
    local code, _, err = moerates("info")
    engine.info = real -- luacheck: ignore
    assert.equal(70, code)
    assert.truthy(err:find("defect", 1, true))
  end)
end)

describe("replay", function()
  it("finds a number that was changed, whatever the checksum says", function()
    run()
    local found = store.find(directory, "")[1]
    local real = engine.read_cell
    engine.read_cell = function(path) -- luacheck: ignore
      local cell = real(path)
      cell.rows[1].objective = cell.rows[1].objective * (1 + 2 ^ -52)
      return cell
    end
    local code, out = moerates("replay", found.path, "1", "--out", directory)
    engine.read_cell = real -- luacheck: ignore
    assert.equal(1, code)
    assert.truthy(out:find("DIFFERS from the stored row", 1, true))
    assert.equal(0, (moerates("replay", found.path, "1", "--out", directory)))
  end)

  it("names every parameter in the order of theta", function()
    local names = require("moerates.commands.replay").parameter_names(2, 2)
    assert.same({ "atom 1 beta1[1]", "atom 1 beta1[2]", "atom 1 beta0", "atom 2 beta1[1]",
      "atom 2 beta1[2]", "atom 2 beta0", "atom 1 a[1]", "atom 1 a[2]", "atom 1 b", "atom 2 a[1]",
      "atom 2 a[2]", "atom 2 b" }, names)
  end)
end)

describe("estimates", function()
  it("scale the engine's guess by what similar cells took", function()
    local planned = plan.cells(script.load(DEMO), "full")
    local guess = estimate.from_logs(planned, directory)
    assert.equal(planned[1].cost, guess(planned[1]))
    lfs.mkdir(directory .. "/cells")
    lfs.mkdir(directory .. "/cells/demo")
    scratch.write(directory, "cells/demo/times.log",
      ("%s\t%.3f\t1\tnear=1/2\n"):format(planned[1].key, 1000.0))
    local known = estimate.from_logs(planned, directory)
    assert.near(1000, known(planned[1]), 1e-6)
    assert.near(1000 * planned[12].cost / planned[1].cost, known(planned[12]), 1e-6)
  end)

  it("are said as people say them", function()
    assert.same({ "0.4 s", "85 s", "12 min", "2.5 h" }, { estimate.duration(.4), estimate.duration(85),
      estimate.duration(720), estimate.duration(9000) })
  end)
end)

describe("progress", function()
  it("judges the time left by the work done, not by the count", function()
    local out = scratch.stream()
    local display = progress.new(out, { 8, 1, 1 }, false, false)
    display:update(1, 0, 3, 8)
    assert.equal("1/3 cells, about 2.0 s left\n", out.text)
  end)

  it("writes a plain line every few seconds", function()
    local out = scratch.stream()
    local display = progress.new(out, { 1, 1 }, false, false)
    for second = 1, 11 do display:update(1, 0, 2, second) end
    local _, count = out.text:gsub("\n", "")
    assert.equal(2, count)
  end)

  it("redraws a bar on a terminal, in colour only if wanted", function()
    local plain, colored = scratch.stream(), scratch.stream()
    progress.new(plain, { 1, 1 }, true, false):update(1, 0, 2, 1)
    progress.new(colored, { 1, 1 }, true, true):update(1, 1, 2, 1)
    assert.equal("\r[############------------] 1/2 cells, about 1.0 s left\27[K", plain.text)
    assert.truthy(colored.text:find("\27[32m", 1, true))
    assert.truthy(colored.text:find("1/2 cells, 1 failed", 1, true))
  end)
end)

describe("json", function()
  it("has sorted keys, every digit, and null for what is no number", function()
    assert.equal('{"a":[1,0.1,2.5],"b":null,"c":"q\\"\\n\\u0001","d":[],"e":true}', json.encode {
      c = 'q"\n\1', b = 0 / 0, a = { 1, 0.1, 2.5 }, d = json.array {}, e = true })
    assert.equal("0.30000000000000004", json.encode(0.1 + 0.2))
    assert.equal("null", json.encode(math.huge))
  end)
  it("of a dry run is read by another program's parser", function()
    local _, out = run("--dry-run", "--json")
    local read = require("cjson").decode(out)
    assert.equal(4, read.missing)
    assert.equal(4, #read.cells)
  end)
end)
