--- Tables: three notations of the same rows, and back.
local engine = require "moerates.engine"
local scratch = require "scratch"
local table_file = require "moerates.table"

local directory
before_each(function() directory = scratch.directory() end)
after_each(function() scratch.remove(directory) end)

local function sample()
  return { name = "sample", caption = "A caption with $x$.", footer = { "made by a command", "2 missing" },
    columns = {
      { name = "case", label = "case" },
      { name = "n", label = "size $n$", format = "size" },
      { name = "count", label = "count", format = "integer" },
      { name = "slope", label = "slope", format = "slope_interval" },
      { name = "loss", label = "loss", format = "interval", short = true },
      { name = "share", label = "50 % share", format = "share" },
    },
    rows = {
      { case = "a_b", n = 1e6, count = 20, slope = { value = -0.25, low = -0.3, high = -0.2 },
        loss = { value = 1 / 3, low = 0.1, high = 0.5 }, share = 0.125 },
      { case = "x | y", n = 31623, count = 100 },
    } }
end

describe("Markdown", function()
  it("has the numbers formatted, the text escaped and the caption", function()
    local lines = {}
    for line in table_file.markdown(sample()):gmatch("[^\n]+") do lines[#lines + 1] = line end
    assert.equal("| case | size $n$ | count | slope | loss | 50 % share |", lines[1])
    assert.equal("|:---|---:|---:|---:|---:|---:|", lines[2])
    assert.equal("| a\\_b | $10^{6}$ | 20 | $-0.250$ [$-0.300$, $-0.200$] | $0.333$ | 12 % |", lines[3])
    assert.equal("| x \\| y | $3.16\\times 10^{4}$ | 100 | -- | -- | -- |", lines[4])
    assert.equal(": A caption with $x$.", lines[5])
  end)

  it("is turned in print, and nowhere else", function()
    local turned = sample()
    turned.landscape = true
    local text = table_file.markdown(turned)
    assert.matches("^```{=latex}\n\\begin{landscape}\n```\n\n| case |", text)
    assert.matches("\n```{=latex}\n\\end{landscape}\n```\n*$", text)
    assert.is_nil(table_file.markdown(sample()):find("landscape", 1, true))
  end)

  it("is a table to pandoc, wide or narrow", function()
    for _, count in ipairs { 1, 14 } do
      local wide = { name = "wide", columns = {}, rows = { {}, {} } }
      for c = 1, count do
        wide.columns[c] = { name = "c" .. c, label = "column " .. c }
        wide.rows[1]["c" .. c], wide.rows[2]["c" .. c] = "some longer words here", "-- | *x*"
      end
      local path = scratch.write(directory, "t.md", table_file.markdown(wide))
      local code = engine.exec({ "pandoc", "--columns=" .. table_file.PANDOC_COLUMNS, "--fail-if-warnings",
        "-t", "html", path, "-o", directory .. "/t.html" }, {})
      assert.equal(0, code)
      local html = scratch.read(directory .. "/t.html")
      local _, cells = html:gsub("<td", "")
      assert.equal(2 * count, cells)
      -- only a wide table has columns of given widths, which wrap
      assert.equal(count > 1, html:find("<col ", 1, true) ~= nil)
    end
  end)
end)

describe("TSV", function()
  it("has one column per number", function()
    local lines = {}
    for line in table_file.tsv(sample()):gmatch("[^\n]+") do lines[#lines + 1] = line end
    assert.equal("case\tn\tcount\tslope\tslope_low\tslope_high\tloss\tloss_low\tloss_high\tshare", lines[1])
    assert.matches("^a_b\t1000000\t20\t%-0.25\t", lines[2])
    assert.matches("^x | y\t31623\t100\t\t\t\t\t\t\t$", lines[3])
    for i = 4, #lines do assert.matches("^# ", lines[i]) end
  end)

  it("refuses text that would break a line", function()
    local t = sample()
    t.rows[1].case = "a\tb"
    assert.is_false((pcall(table_file.tsv, t)))
  end)

  it("is read as text, whoever wrote it", function()
    local parsed = table_file.parse("a\tb\r\n1\t\r\n# note\nx\ty\n")
    assert.same({ "a", "b" }, parsed.columns)
    assert.same({ { a = "1", b = "" }, { a = "x", b = "y" } }, parsed.rows)
    assert.same({ "note" }, parsed.footer)
  end)

  it("gives the same table back", function()
    local t = sample()
    table_file.write(t, directory)
    local back = table_file.read(directory .. "/sample.tsv")
    assert.equal("sample", back.name)
    assert.same(t.footer, back.footer)
    back.caption = t.caption
    assert.equal(table_file.markdown(t), table_file.markdown(back))
    assert.same({ value = -0.25, low = -0.3, high = -0.2 }, back.rows[1].slope)
    assert.near(1 / 3, back.rows[1].loss.value, 1e-9)
    assert.is_nil(back.rows[2].slope)
    local onset = { value = 1e6, low = 1e4, high = math.huge }
    local open = { name = "open", rows = { { onset = onset } },
      columns = { { name = "onset", label = "onset", format = "size_interval" } } }
    table_file.write(open, directory)
    assert.same(onset, table_file.read(directory .. "/open.tsv").rows[1].onset)
    assert.is_nil(table_file.read(directory .. "/other.tsv"))
  end)
end)

describe("LaTeX", function()
  it("compiles", function()
    table_file.write(sample(), directory)
    scratch.write(directory, "t.tex", "\\documentclass{article}\\usepackage{booktabs}\n"
      .. "\\begin{document}\n\\input{sample.tex}\n\\end{document}\n")
    local code = engine.exec({ "pdflatex", "-no-shell-escape", "-interaction=batchmode",
      "-halt-on-error", "t.tex" }, { cwd = directory, stdout = directory .. "/log.txt" })
    assert.equal(0, code, scratch.read(directory .. "/t.log"))
    assert.matches("50 \\% share", scratch.read(directory .. "/sample.tex"), 1, true)
  end)
end)
