--- Weaving: chunks, inline code, what is left alone, and where errors are said to be.
local fault = require "moerates.fault"
local weave = require "moerates.weave"

--- Weaves text with a few globals.
local function woven(text, warnings)
  local function environment(weaver)
    return { emit = function(...) weaver:emit(...) end, tostring = tostring, error = error,
      pcall = pcall, string = string,
      helper = function() fault.raise(2, "the helper is unhappy") end,
      defect = function() error("a defect") end,
      warn = function(message) weaver:warn(message) end,
      number = function(kind, name) weaver:number(kind, name) return "" end,
      ref = function(name) return weaver:reference(name) end }
  end
  return weave.weave("dir/doc.md", text, environment,
    warnings and function(message) warnings[#warnings + 1] = message end)
end

--- The message of the fault that weaving ends with.
local function complaint(text)
  local ok, message = pcall(woven, text)
  assert.is_false(ok)
  assert.is_true(fault.is(message), tostring(message))
  assert.equal(2, message.code)
  return message.message
end

describe("a chunk", function()
  it("is replaced by what it emits and returns", function()
    assert.equal("one\n\ntwo\n\nthree\n",
      woven '```{.lua #c}\nemit("one")\nemit("two")\nreturn "three"\n```\n')
  end)

  it("sees the globals of the chunks before it, not their locals", function()
    assert.equal("5 nil\n", woven('```{.lua #a}\nx = 5; local y = 6\n```\n```{.lua #b}\n'
      .. 'return x .. " " .. tostring(y)\n```'):gsub("^\n", ""))
  end)

  it("prints its code too with .show", function()
    assert.equal("```lua\nreturn 1 + 1\n```\n\n2\n", woven "```{.lua #c .show}\nreturn 1 + 1\n```\n")
  end)

  it("needs an id of its own", function()
    assert.equal("dir/doc.md:2: a chunk needs an id: ```{.lua #name}",
      complaint "text\n```{.lua}\n```\n")
    assert.equal("dir/doc.md:3: the chunk 'a' is already on line 1",
      complaint "```{.lua #a}\n```\n```{.lua #a}\n```\n")
  end)

  it("is told apart from notations that pandoc reads otherwise", function()
    for _, opening in ipairs { "```lua {#a}", "```{lua #a}", "```{lua}" } do
      assert.matches("^dir/doc.md:1: a chunk begins with", complaint(opening .. "\n```\n"))
    end
  end)

  it("must be closed, by a fence as long as its own", function()
    assert.equal("dir/doc.md:2: this block is never closed", complaint "a\n```{.lua #a}\nx = 1\n")
    assert.equal("\n```\n", woven "````{.lua #a}\nreturn [[\n\n```\n]]\n````")
  end)

  it("returns text or numbers", function()
    assert.equal("dir/doc.md:2: expected text or a number, got a table",
      complaint "```{.lua #a}\nreturn {}\n```\n")
    assert.equal("dir/doc.md:3: expected text or a number, got a table",
      complaint "```{.lua #a}\n\nemit({})\n```\n")
  end)
end)

describe("inline code", function()
  it("is replaced by its value", function()
    assert.equal("a 3 b x c\n", woven 'a `{lua} 1 + 2` b `{lua} "x"` c')
  end)

  it("must have a value and end on its line", function()
    assert.equal("dir/doc.md:2: ` nothing` has no value", complaint "\n`{lua} nothing`")
    assert.equal("dir/doc.md:1: an inline `{lua} ...` must end on its line",
      complaint "a `{lua} 1 +\n1`")
  end)

  it("stays on one line", function() assert.equal("a b\n", woven '`{lua} "a\\nb"`') end)

  it("leaves other code alone, and its own notation in longer backticks", function()
    local text = "`x` ``a ` b`` `` `{lua} 1` `` `not {lua} 1` ` {lua} 2\n"
    assert.equal(text, woven(text))
  end)
end)

describe("the rest of a document", function()
  it("is copied as it is", function()
    local text = "---\ntitle: a\n---\n\n# A *b* $c$\n\n```lua\nerror 'not run'\n`{lua} 1`\n```\n\n~~~\n"
      .. "```{.lua #x}\n~~~\n\n    indented\n"
    assert.equal(text, woven(text))
  end)

  it("may have the line ends of other systems", function()
    assert.equal("a\n3\n", woven "a\r\n```{.lua #c}\r\nreturn 3\r\n```\r\n")
  end)
end)

describe("an error", function()
  it("of syntax has the document's line", function()
    assert.matches("^dir/doc.md:4: .*near '%+'", complaint "a\n\n```{.lua #c}\nreturn 1 + + 1\n```\n")
    assert.matches("^dir/doc.md:2: .*near", complaint "\n`{lua} )`")
  end)

  it("of a chunk has the document's line, once", function()
    assert.equal("dir/doc.md:3: attempt to call a nil value (global 'missing')",
      complaint "```{.lua #c}\n\nmissing()\n```\n")
    assert.equal("dir/doc.md:2: said so", complaint "```{.lua #c}\nerror 'said so'\n```\n")
    assert.equal("dir/doc.md:1: bare", complaint "`{lua} error('bare', 0)`")
  end)

  it("of a helper has the line of the call", function()
    assert.equal("dir/doc.md:4: the helper is unhappy",
      complaint "```{.lua #c}\nlocal function f()\n  local x\n  helper()\n  return x\nend\nf()\n```\n")
    assert.matches("^dir/doc.md:3: .*a defect", complaint "```{.lua #c}\n\ndefect()\n```\n")
  end)

  it("in a function of an earlier chunk has that chunk's line", function()
    assert.equal("dir/doc.md:2: deep",
      complaint "```{.lua #a}\nfunction f() error 'deep' end\n```\n```{.lua #b}\n\nf()\n```\n")
  end)

  it("keeps its line when the document's name is long", function()
    local name = ("long-"):rep(15) .. ("/part"):rep(10) .. "/" .. ("x"):rep(70) .. ".md"
    local ok, message = pcall(weave.weave, name, "\n```{.lua #a}\nnil_value.x = 1\n```\n",
      function() return {} end)
    assert.is_false(ok)
    assert.equal(name .. ":3: attempt to index a nil value (global 'nil_value')", message.message)
  end)

  it("may be caught by the chunk", function()
    assert.equal("false\n", woven "`{lua} tostring(pcall(helper))`")
  end)
end)

describe("a warning", function()
  it("has the line it came from and does not stop", function()
    local warnings = {}
    assert.equal("a\n", woven("```{.lua #c}\n\nwarn 'careful'\nreturn 'a'\n```\n", warnings))
    assert.same({ "dir/doc.md:3: warning: careful" }, warnings)
  end)
end)

describe("a reference", function()
  it("gives the number of what is shown, also further down", function()
    local text = "see `{lua} ref 'b'`\n`{lua} number('Table', 'a')` `{lua} number('Table', 'b')`\n"
    assert.equal("see Table 2\n", (woven(text):gsub("%s+$", "\n")))
  end)

  it("to nothing is an error at its line", function()
    assert.equal("dir/doc.md:2: nothing called 'c' is shown in this document",
      complaint "\n`{lua} ref 'c'`\n")
  end)
end)
