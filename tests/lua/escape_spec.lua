--- Text that strangers chose, through the programs that will read it.
local engine = require "moerates.engine"
local escape = require "moerates.escape"
local fault = require "moerates.fault"
local scratch = require "scratch"

--- Labels that mean something to Markdown, LaTeX, gnuplot, a shell or HTML.
local NASTY <const> = {
  "plain", "a_b_c", "*bold* _it_ **b**", "`rm -rf`", "$HOME $(ls) ${x}", "50 % & more #1 ~ ^",
  "back\\slash \\input{/etc/passwd} \\end{document}", "<script>alert(1)</script> &amp;", "a | b || c",
  "[link](http://x) ![i](y) [^1] [@cite] @cite", "# not a heading", "- not a list", "1. not a list",
  "+ no", "> no quote", ": no definition", "a -- b --- c ... d", "it's \"quoted\"", "''", "'; print 1 #",
  "`{lua} 1`", "{=latex}", "naïve café ü", "a\\", "^", "~~struck~~", "H~2~O x^2^", "|cmd", "< cmd",
  "https://example.org/a_b", "(c) (@) i. iv)", "== \\( x \\)", "   spaces   inside",
}

local directory
setup(function() directory = scratch.directory() end)
teardown(function() scratch.remove(directory) end)

--- What pandoc makes of Markdown, as plain text.
local function read_back(markdown)
  local code, message = engine.exec({ "pandoc", "-f", "markdown-smart", "-t", "plain", "--wrap=none",
    scratch.write(directory, "in.md", markdown), "-o", directory .. "/out.txt" }, {})
  assert(code == 0, message)
  return (scratch.read(directory .. "/out.txt"):gsub("\u{a0}", " "))
end

describe("Markdown", function()
  it("prints as it was written", function()
    local paragraphs, expected = {}, {}
    for i, text in ipairs(NASTY) do
      paragraphs[i], expected[i] = escape.markdown(text), (text:gsub("^%s+", ""):gsub(" +", " "))
    end
    assert.same(table.concat(expected, "\n\n") .. "\n", read_back(table.concat(paragraphs, "\n\n")))
  end)

  it("prints as it was written with typographic quotes and dashes on", function()
    for _, text in ipairs { "it's", '"q"', "a -- b", "a --- b", "a ... b" } do
      engine.exec({ "pandoc", "-f", "markdown", "-t", "plain-smart", scratch.write(directory, "in.md",
        escape.markdown(text)), "-o", directory .. "/out.txt" }, {})
      assert.equal(text .. "\n", scratch.read(directory .. "/out.txt"))
    end
  end)

  it("keeps to its cell of a table", function()
    local rows = { "| x | y |\n|:---|:---|" }
    for _, text in ipairs(NASTY) do
      rows[#rows + 1] = "| " .. escape.markdown(text) .. " | end of row |"
    end
    local path = scratch.write(directory, "in.md", table.concat(rows, "\n") .. "\n")
    engine.exec({ "pandoc", "-t", "html", path, "-o", directory .. "/out.html" }, {})
    local html = scratch.read(directory .. "/out.html")
    local _, cells = html:gsub("<td", "")
    local _, ends = html:gsub("<td[^>]*>end of row</td>", "")
    assert.equal(2 * #NASTY, cells)
    assert.equal(#NASTY, ends)
    assert.is_nil(html:find("<script", 1, true))
  end)

  it("makes Greek letters and relations mathematics", function()
    assert.equal("$\\alpha$ $\\le$ 1", escape.markdown("α ≤ 1"))
    assert.equal("?", escape.markdown("漢"))
  end)
end)

describe("LaTeX", function()
  it("prints as it was written", function()
    local lines = { "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{textcomp}",
      "\\usepackage{lmodern}\\begin{document}\\setlength{\\parindent}{0pt}" }
    for _, text in ipairs(NASTY) do lines[#lines + 1] = escape.latex(text) .. "\n" end
    lines[#lines + 1] = "\\end{document}"
    scratch.write(directory, "t.tex", table.concat(lines, "\n"))
    local code = engine.exec({ "pdflatex", "-no-shell-escape", "-interaction=batchmode",
      "-halt-on-error", "t.tex" }, { cwd = directory, stdout = directory .. "/log.txt" })
    assert.equal(0, code, scratch.read(directory .. "/t.log"))
    assert.is_nil(scratch.read(directory .. "/t.log"):find("Missing character", 1, true))
  end)

  it("turns off each special character", function()
    assert.equal("\\_\\%\\&\\#\\$\\{\\}\\textbackslash{}\\textasciitilde{}\\textasciicircum{}",
      escape.latex("_%&#${}\\~^"))
    assert.equal("a{-}{-}b x-y", escape.latex("a--b x-y"))
  end)
end)

describe("gnuplot", function()
  it("gets a string in which nothing is expanded", function()
    for i, text in ipairs(NASTY) do
      local script = "set print '" .. directory .. "/printed'\nprint " .. escape.gnuplot(text)
        .. "\nunset print\n"
      local path = scratch.write(directory, "s" .. i .. ".gp", script)
      local code, message = engine.exec({ "gnuplot", path }, {})
      assert.equal(0, code, message)
      assert.equal(text:gsub("'", "’") .. "\n", scratch.read(directory .. "/printed"))
    end
  end)
end)

describe("every escaper", function()
  it("refuses control characters and broken UTF-8", function()
    for _, name in ipairs { "markdown", "latex", "gnuplot", "tsv" } do
      for _, text in ipairs { "a\nb", "a\tb", "a\0b", "a\27[31m", "a\127", "\xff", "\xe2\x82" } do
        local ok, message = pcall(escape[name], text)
        assert.is_false(ok, name)
        assert.is_true(fault.is(message))
        assert.is_nil(message.message:find("[\0\27]"))
      end
    end
  end)
end)
