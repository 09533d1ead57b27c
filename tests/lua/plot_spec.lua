--- Figures: what the script says, that gnuplot takes it, and that nothing a stranger wrote runs.
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lfs = require "lfs"
local plot = require "moerates.plot"
local scratch = require "scratch"

local directory
before_each(function() directory = scratch.directory() end)
after_each(function() scratch.remove(directory) end)

local function curve(label, slope, shift)
  local out = { label = label, x = {}, y = {}, low = {}, high = {}, style = "points",
    fit = { slope = slope, constant = shift, from = 1e8, to = 1e12 } }
  for i = 1, 9 do
    local n = 10.0 ^ (3 + i)
    out.x[i], out.y[i] = n, math.exp(shift) * n ^ slope
    out.low[i], out.high[i] = out.y[i] / 2, out.y[i] * 2
  end
  return out
end

local function rates(changes)
  local figure = { name = "rates", footer = "moerates report x.lua", panels = { { title = "Two gates",
    x = { label = "sample size n", log = true }, y = { label = "error", log = true },
    curves = { curve("softmax", -0.25, 2), curve("sigmoid", -0.5, 5) },
    guides = { { slope = -0.25 }, { slope = -0.5 } } } } }
  for key, value in pairs(changes or {}) do figure[key] = value end
  return figure
end

local function read(name) return scratch.read(directory .. "/" .. name) end

describe("a figure", function()
  it("is a script, its data, an SVG and a PDF", function()
    plot.write(rates(), directory)
    assert.matches("^panel\tcurve\tlabel\tx\ty\tlow\thigh\n", read "rates.tsv")
    assert.matches("^<%?xml", read "rates.svg")
    assert.matches("^%%PDF", read "rates.pdf")
    assert.matches("moerates report x.lua", read "rates.gp", 1, true)
  end)

  it("can have points as outlines", function()
    local figure = { name = "rates", panels = { { x = {}, y = {}, curves = {
      { label = "a", x = { 1 }, y = { 1 }, style = "points", slot = 2 },
      { label = "b", x = { 1 }, y = { 2 }, style = "points", slot = 2, hollow = true } } } } }
    local filled, hollow = plot.script(figure):match("with points pt (%d+).-with points pt (%d+) ps 0.7 lc")
    assert.same({ "5", "4" }, { filled, hollow })
    plot.write(figure, directory)
  end)

  it("can have words on an axis, error bars and a level", function()
    local figure = { name = "rates", panels = { { x = { label = "", names = { "it's", "`id`" } }, y = {}, level = 1,
      curves = { { label = "", hidden = true, style = "bars", x = { 1, 2 }, y = { .9, 2 }, low = { .8, 1 },
        high = { 1.1, 3 } } } } } }
    local text = plot.script(figure)
    assert.truthy(text:find("set xtics ('it’s' 1, '`id`' 2) noenhanced", 1, true))
    assert.truthy(text:find("set xrange [0.5:2.5]", 1, true))
    assert.truthy(text:find("first 1 to graph 1,first 1 nohead", 1, true))
    assert.truthy(text:find("with yerrorbars", 1, true))
    assert.falsy(text:find("filledcurves", 1, true))
    plot.write(figure, directory)
    assert.falsy(read("rates.svg"):find("uid=", 1, true))
  end)

  it("is drawn again, the same, by gnuplot alone", function()
    plot.write(rates(), directory)
    local svg, pdf = read "rates.svg", read "rates.pdf"
    os.remove(directory .. "/rates.svg")
    assert.equal(0, (engine.exec({ "gnuplot", "rates.gp" }, { cwd = directory })))
    assert.equal(svg, read "rates.svg")
    assert.equal(#pdf, #read "rates.pdf")
  end)

  it("has the same bytes when it is written twice", function()
    plot.write(rates(), directory)
    local svg, pdf = read "rates.svg", read "rates.pdf"
    plot.write(rates(), directory)
    assert.equal(svg, read "rates.svg")
    assert.equal(pdf, read "rates.pdf")
  end)

  it("tells curves apart by colour, dash and point type", function()
    local figure = rates()
    for i = 3, plot.slots do figure.panels[1].curves[i] = curve("curve " .. i, -0.1 * i, i) end
    local seen = { colour = {}, dash = {}, point = {} }
    for point, dash, colour in plot.script(figure)
      :gmatch("keyentry with linespoints pt (%d+) ps [%d.]+ lw [%d.]+ dt (%S+) lc rgb '(#%x+)'") do
      for kind, value in pairs { colour = colour, dash = dash, point = point } do
        assert.is_nil(seen[kind][value], kind .. " " .. value .. " is used twice")
        seen[kind][value] = true
      end
    end
    local count = 0
    for _ in pairs(seen.colour) do count = count + 1 end
    assert.equal(plot.slots, count)
  end)

  it("puts a guide where it crosses no curve", function()
    local script = plot.script(rates())
    local from_y, to_y = script:match("set arrow 1 from [%d.e+]+,([%d.e+-]+) to [%d.e+]+,([%d.e+-]+)")
    local n = { 10.0 ^ 8.2, 10.0 ^ 11.3 }
    for i, y in ipairs { tonumber(from_y), tonumber(to_y) } do
      for _, c in ipairs(rates().panels[1].curves) do
        local middle = math.exp(c.fit.constant) * n[i] ^ c.fit.slope
        assert.is_true(y < middle / 1.5 or y > middle * 1.5)
      end
    end
  end)

  it("leaves out what a logarithmic axis cannot show", function()
    local figure = rates()
    figure.panels[1].curves[1].y[3], figure.panels[1].curves[1].y[4] = 0, 0 / 0
    figure.panels[1].curves[1].low[5] = -1
    assert.matches("\tNaN\t", plot.data(figure))
    plot.write(figure, directory)
    assert.is_nil(read("rates.svg"):lower():find("nan,", 1, true))
  end)

  it("draws panels with one key, lines, dots and a landscape", function()
    local panels = {}
    for i = 1, 4 do
      panels[i] = rates().panels[1]
      panels[i].title = "panel " .. i
    end
    plot.write(rates { name = "four", panels = panels, columns = 2 }, directory)
    local _, keys = read("four.svg"):gsub("<text>softmax<", "")
    assert.equal(1, keys)
    plot.write({ name = "land", panels = { { x = { label = "a" }, y = { label = "b" },
      landscape = { x = { 0, 1 }, y = { 0, 1 }, z = { { 1, 10 }, { 100, 1000 } }, label = "misfit",
        log = true },
      curves = { { label = "path", x = { 0, 1 }, y = { 1, 0 }, style = "line" },
        { label = "data", x = { 0.5 }, y = { 0.5 }, style = "dots" } } } } }, directory)
    assert.matches("^%%PDF", read "land.pdf")
  end)
end)

describe("a label", function()
  --- Writes a figure in which a stranger chose every label.
  local function hostile(label)
    local figure = rates()
    local panel = figure.panels[1]
    panel.title, panel.x.label, panel.y.label = label, label, label
    panel.curves[1].label, panel.guides[1].label = label, label
    plot.write(figure, directory)
  end

  it("runs nothing", function()
    local flag = directory .. "/flag"
    for _, label in ipairs { "`touch " .. flag .. "`", "'; system 'touch " .. flag .. "'; print '",
      "\\'; system('touch " .. flag .. "'); '", "@x", "< touch " .. flag, "|touch " .. flag,
      '"; system("touch ' .. flag .. '"); "', "%s %g %L", "{/Symbol a}^{2}_{&", "it's" } do
      hostile(label)
      assert.is_nil(lfs.attributes(flag), label)
    end
    assert.is_truthy(read("rates.svg"):find(">it’s<", 1, true)) -- gnuplot's own apostrophe
  end)

  it("may not hold a line break or other control characters", function()
    for _, label in ipairs { "a\nb", "a\tb", "a\0b", "\27[31m" } do
      local ok, message = pcall(hostile, label)
      assert.is_false(ok)
      assert.is_true(fault.is(message))
    end
  end)
end)
