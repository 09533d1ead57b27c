--- What a hostile script can and cannot do. Each file in hostile/ says in its first line what must
--- come of it:
---   -- ends: TEXT    the watchdog ends the process with exit code 2 and a message with TEXT
---   -- says: TEXT    the sandbox returns nil and a message of one line with TEXT
---   -- prints: TEXT  the same, after printing so much that it runs in a process of its own
---   -- gives: TEXT   it runs; tostring(result.value) is TEXT
local engine = require "moerates.engine"
local lfs = require "lfs"

local LIBRARY <const> = package.searchpath("moerates", package.path):match("^(.*)/moerates%.lua$")
local HOSTILE <const> = ROOT .. "/tests/lua/hostile"

local function run(path, options)
  -- long enough for a busy machine: the watchdog would end this process
  return engine.sandbox(path, { lua_dir = LIBRARY, seconds = 60, options = options })
end

--- Runs a script given as text.
local function run_text(text, options)
  local path = os.tmpname()
  local file <close> = io.open(path, "wb")
  file:write(text)
  file:close()
  local result, message = run(path, options)
  os.remove(path)
  return result, message and message:gsub(path:gsub("%p", "%%%0"), "script.lua")
end

--- Runs a file in a process of its own, with a short deadline.
local function run_apart(path)
  return engine.exec { MOERATES, "lua", ROOT .. "/tests/lua/sandbox_apart.lua", path, LIBRARY }
end

local function check_ends(path, expected)
  local code, message = run_apart(path)
  assert.equal(2, code)
  assert.matches(expected, message, 1, true)
  assert.matches("%.lua:%d+: ", message)
  assert.equal(1, select(2, message:gsub("\n", "\n")))
end

local function check_says(path, expected)
  local result, message = run(path)
  assert.is_nil(result)
  assert.matches(expected, message, 1, true)
  assert.is_nil(message:find("%c"))
  assert.is_true(#message < 700)
end

local function check_prints(path, expected)
  local code, printed, message = run_apart(path)
  assert.equal(0, code)
  assert.is_true(#printed > 60000 and #printed < 70000)
  assert.matches(expected, message, 1, true)
end

local function check_gives(path, expected)
  local result, message = run(path)
  assert.is_nil(message)
  assert.equal(expected, tostring(result.value))
end

describe("a hostile script", function()
  local checks = { ends = check_ends, says = check_says, gives = check_gives, prints = check_prints }
  local count = 0
  for name in lfs.dir(HOSTILE) do
    local path = HOSTILE .. "/" .. name
    if lfs.symlinkattributes(path, "mode") == "file" then
      local file <close> = io.open(path, "rb")
      local kind, expected = file:read("l"):match("^%-%- (%l+): (.*)$")
      count = count + 1
      it(name, function()
        if not kind then kind, expected = "says", "attempt to load a binary chunk" end
        checks[kind](path, expected)
      end)
    end
  end
  it("is not alone", function() assert.is_true(count > 50) end)
end)

describe("the sandbox", function()
  it("copies plain data out", function()
    local result = run_text [[
      local shared = { 1, 2.5, "text\0with zero", true, false }
      return { shared, shared, name = "x", [-3] = 1e300, [2.5] = 1 << 62, empty = {} } ]]
    local shared = { 1, 2.5, "text\0with zero", true, false }
    assert.same({ shared, shared, name = "x", [-3] = 1e300, [2.5] = 1 << 62, empty = {} }, result)
    assert.equal("integer", math.type(result[1][1]))
    assert.equal("float", math.type(result[-3]))
    assert.not_equal(result[1], result[2])
  end)

  it("returns nothing where the script returns nothing", function()
    assert.same({ n = 1 }, table.pack((run_text "")))
    assert.equal(7, (run_text "return 7"))
  end)

  it("hands options in as copies", function()
    local options = { n = "7", deep = { true } }
    local result = run_text([[
      local pure = require "moerates.pure"
      pure.options.deep[1] = false
      return pure.options ]], options)
    assert.same({ n = "7", deep = { false } }, result)
    assert.is_true(options.deep[1])
  end)

  it("gives draws that are the host's, and the same every time", function()
    local result = run_text [[
      local pure = require "moerates.pure"
      return { pure.uniform("a", 1), pure.uniform("a", 2), pure.normal("a", 1), pure.uniform("b", 1) } ]]
    assert.same({ engine.uniform("a", 1), engine.uniform("a", 2), engine.normal("a", 1),
      engine.uniform("b", 1) }, result)
    assert.not_equal(result[1], result[2])
    assert.not_equal(result[1], result[4])
  end)

  it("has functions that agree with the mathematics", function()
    local result = run_text [[
      return { math.exp(1), math.log(10), math.log(1000, 10), math.log(1 / 8, 2), math.sin(1),
        math.cos(100), math.tanh(0.5), math.sqrt(2) } ]]
    local expected = { math.exp(1), math.log(10), 3, -3, math.sin(1), math.cos(100),
      (math.exp(1) - 1) / (math.exp(1) + 1), math.sqrt(2) }
    for i, value in ipairs(expected) do assert.near(value, result[i], 1e-13) end
    assert.equal(3, result[3])
    assert.equal(-3, result[4])
  end)

  it("sorts stably and by any order", function()
    local result = run_text [[
      local list, numbers = {}, {}
      for i = 1, 1000 do
        list[i] = { key = i * 7919 % 10, index = i }
        numbers[i] = i * 7919 % 1009
      end
      table.sort(list, function(a, b) return a.key < b.key end)
      for i = 2, #list do
        local a, b = list[i - 1], list[i]
        assert(a.key < b.key or (a.key == b.key and a.index < b.index))
      end
      table.sort(numbers)
      for i = 2, #numbers do assert(numbers[i - 1] <= numbers[i]) end
      local words = { "c", "a", "b" }
      table.sort(words, function(a, b) return a > b end)
      return { words, (pcall(table.sort, { 1, "x" })), #list } ]]
    assert.same({ { "c", "b", "a" }, false, 1000 }, result)
  end)

  it("lets a table change while pairs walks over it", function()
    local result = run_text [[
      local t, seen = { a = 1, b = 2, c = 3, d = 4 }, {}
      for key in pairs(t) do
        seen[#seen + 1] = key
        t.b, t[key] = nil, nil
      end
      return { seen, next(t) == nil, next({}) == nil } ]]
    assert.same({ { "a", "c", "d" }, true, true }, result)
  end)

  it("finds files beside the script, once", function()
    local directory = os.tmpname()
    os.remove(directory)
    lfs.mkdir(directory)
    lfs.mkdir(directory .. "/sub")
    local function write(name, text)
      local file <close> = io.open(directory .. "/" .. name, "w")
      file:write(text)
    end
    write("main.lua", [[#!/usr/bin/env moerates
      local part = require "sub.part"
      return { part.value, part == require "sub.part" } ]])
    write("sub/part.lua", "return { value = ... }")
    assert.same({ "sub.part", true }, (run(directory .. "/main.lua")))
    write("sub/part.lua", "local x = nil\nreturn x.y")
    local _, message = run(directory .. "/main.lua")
    assert.equal(directory .. "/sub/part.lua:2: attempt to index a nil value (local 'x')", message)
    for _, name in ipairs { "sub/part.lua", "sub", "main.lua" } do os.remove(directory .. "/" .. name) end
    os.remove(directory)
  end)

  it("names the line of an error", function()
    local _, message = run_text "local a\n\nreturn a.b"
    assert.equal("script.lua:3: attempt to index a nil value (local 'a')", message)
    _, message = run_text "return {\n  1,,\n}"
    assert.equal("script.lua:2: unexpected symbol near ','", message)
    _, message = run_text "\n\nerror('my words', 0)"
    assert.equal("script.lua:3: my words", message)
  end)

  it("refuses what is not a script", function()
    local _, message = run("/nonexistent/x.lua")
    assert.equal("/nonexistent/x.lua: no such file", message)
    _, message = run("/tmp")
    assert.equal("/tmp: cannot read: it is a directory", message)
    _, message = run("/dev/null")
    assert.equal("/dev/null: cannot read: it is not a regular file", message)
  end)

  it("leaves the host as it was", function()
    local format, index = string.format, getmetatable("").__index
    run_text [[ string.format = nil; table.insert = nil; x = 1; _G.print = nil ]]
    assert.equal(format, string.format)
    assert.equal(index, getmetatable("").__index)
    assert.is_nil(rawget(_G, "x"))
    assert.is_function(table.insert)
  end)
end)
