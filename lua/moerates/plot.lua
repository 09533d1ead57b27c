--- Figures: a gnuplot script, its data, and the same picture as SVG (for HTML) and PDF (for print).
---
--- A figure is plain data: one or more panels, each with curves. Curves differ in colour (Okabe and
--- Ito's palette), in dash and in point type, so a grey print and any reader can tell them apart.
--- `gnuplot NAME.gp` alone, in the figure's directory, draws both files again.
---
---   figure = { name, title?, panels = {panel...}, columns = 1, height = <cm per panel>, footer }
---   panel  = { title?, x = axis, y = axis, curves = {curve...}, guides = {guide...},
---              level = a grey horizontal line? }
---   axis   = { label, log = false, range = {low?, high?}, names = {text at 1, 2, ...}? }
---   curve  = { label, x = {...}, y = {...}, low = {...}?, high = {...}?, slot = 1..?,
---              style = "points" | "line" | "linepoints" | "dots" | "bars" (low and high as error
---              bars instead of a band), hidden = not in the key,
---              hollow = points of slots 1 to 4 as outlines,
---              fit = {slope, constant, from, to}? }
---   guide  = { slope, label?, curve = label? }   a grey line of known slope, on log-log axes only
---   landscape = { x, y, z (list of rows), label, log }      a panel's heat map, under its curves
local engine = require "moerates.engine"
local escape = require "moerates.escape"
local fault = require "moerates.fault"
local format = require "moerates.format"
local text_file = require "moerates.text_file"

local M = {}

--- The width of a figure in print (cm) is LaTeX's text width in the paper's template.
local WIDTH <const> = 16.0
local PANEL_HEIGHT <const> = 7.4
local KEY_LINE <const> = 0.5 -- height of one line of the key (cm)
local FONT_POINTS <const> = 10 -- exponents are printed at 0.8 of it
local PIXELS_PER_CM <const> = 96 / 2.54

local COLOURS <const> = { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00",
  "#56B4E9" }
local DASHES <const> = { "solid", "(9,4)", "(2,3)", "(9,3,2,3)", "(14,4)", "(5,3)",
  "(9,3,2,3,2,3)" }
local POINTS <const> = { 7, 5, 9, 13, 4, 6, 11 }
local HOLLOW <const> = 4 -- slots whose point has an outline, gnuplot's type before it
local GUIDE_COLOUR <const>, GUIDE_LABEL_COLOUR <const> = "#808080", "#606060"
local PALETTE <const> = "0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 '#fde725'" -- viridis

--- How many curves can differ in colour, dash and point type.
M.slots = #COLOURS

local function cycle(list, slot)
  return list[(slot - 1) % #list + 1]
end

--- Adds a line, formatted.
local function add(lines, text, ...)
  lines[#lines + 1] = text:format(...)
end

--- A number for gnuplot; what is not finite (or not positive on a logarithmic axis) is left out.
local function datum(x, log)
  if not format.finite(x) or (log and x <= 0) then
    return "NaN"
  end
  return string.format("%.10g", x)
end

--- The data file: one line per point, each panel's curves numbered in the order they are drawn.
---@param figure table
---@return string tsv
function M.data(figure)
  local lines = { "panel\tcurve\tlabel\tx\ty\tlow\thigh" }
  for p, panel in ipairs(figure.panels) do
    for c, curve in ipairs(panel.curves or {}) do
      for i, x in ipairs(curve.x) do
        lines[#lines + 1] = table.concat({ p, c, escape.tsv(curve.label), datum(x, panel.x.log),
          datum(curve.y[i], panel.y.log), datum(curve.low and curve.low[i], panel.y.log),
          datum(curve.high and curve.high[i], panel.y.log) }, "\t")
      end
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The data file of a landscape: one line per grid point, a blank line between rows.
local function landscape_data(landscape)
  local lines = { "x\ty\tz" }
  for j, y in ipairs(landscape.y) do
    for i, x in ipairs(landscape.x) do
      local z = datum(landscape.z[j][i], landscape.log)
      lines[#lines + 1] = table.concat({ datum(x), datum(y), z }, "\t")
    end
    lines[#lines + 1] = ""
  end
  return table.concat(lines, "\n") .. "\n"
end

--- Smallest and largest printable value of one axis ("x" or "y") over the curves, bands included.
local function extent(panel, axis)
  local low, high = math.huge, -math.huge
  local log = panel[axis].log
  local function visit(values)
    for _, v in ipairs(values or {}) do
      if format.finite(v) and (not log or v > 0) then
        low, high = math.min(low, v), math.max(high, v)
      end
    end
  end
  for _, curve in ipairs(panel.curves or {}) do
    visit(curve[axis])
    if axis == "y" then
      visit(curve.low)
      visit(curve.high)
    end
  end
  visit(panel.landscape and panel.landscape[axis])
  if low > high then
    return log and 1 or 0, log and 10 or 1
  end
  return low, high
end

--- The range of an axis: the declared ends, else the data's with a margin.
local function range_of(panel, axis)
  local low, high = extent(panel, axis)
  if panel[axis].names then return 0.5, #panel[axis].names + 0.5 end
  local declared = panel[axis].range or panel.landscape and { low, high } or {}
  if panel[axis].log then
    local margin = math.max((high / low) ^ 0.05, 1.2)
    low, high = low / margin, high * margin
  else
    local margin = high > low and 0.05 * (high - low) or 0.5
    low, high = low - margin, high + margin
  end
  return declared[1] or low, declared[2] or high
end

--- Tics of a short logarithmic axis: 1, 2, 5 times powers of ten.
local function fine_tics(axis, low, high, lines)
  local tics = {}
  for power = math.floor(math.log(low, 10)), math.ceil(math.log(high, 10)) do
    for _, digit in ipairs { 1, 2, 5 } do
      local at = digit * 10.0 ^ power
      if low <= at and at <= high then tics[#tics + 1] = ("'%.6g' %.6g"):format(at, at) end
    end
  end
  add(lines, "  set %stics (%s); unset m%stics", axis, table.concat(tics, ", "), axis)
end

--- Tics of a logarithmic axis: powers of ten, thinned so that the labels fit.
local function log_tics(axis, low, high, lines)
  local decades = math.log(high / low, 10)
  add(lines, "  set logscale %s 10", axis)
  if decades < 1.7 then
    fine_tics(axis, low, high, lines)
    return
  end
  local step = decades > 24 and 4 or decades > 7 and 2 or 1
  local first = 10.0 ^ (step * math.floor(math.log(low, 10) / step))
  add(lines, "  set %stics %.0e,%g,1e60; set format %s '10^{%%L}'", axis, first, 10.0 ^ step, axis)
  add(lines, step == 1 and "  set m%stics 10" or "  unset m%stics", axis)
end

--- Words as tics, at 1, 2, ...
local function name_tics(axis, names, lines)
  local tics = {}
  for i, name in ipairs(names) do tics[i] = ("%s %d"):format(escape.gnuplot(name), i) end
  add(lines, "  unset logscale %s; set %stics (%s) noenhanced; unset m%stics", axis, axis,
    table.concat(tics, ", "), axis)
end

--- Label, range and tics of an axis.
local function axis_lines(panel, axis, lines)
  local spec = panel[axis]
  local low, high = range_of(panel, axis)
  add(lines, "  set %slabel %s noenhanced offset %s", axis, escape.gnuplot(spec.label or ""),
    axis == "y" and "0.8,0" or "0,0.5")
  add(lines, "  set %srange [%.6g:%.6g]", axis, low, high)
  if spec.names then
    name_tics(axis, spec.names, lines)
  elseif spec.log then
    log_tics(axis, low, high, lines)
  else
    add(lines, "  unset logscale %s; set %stics autofreq; unset m%stics; set format %s '%%g'", axis,
      axis, axis, axis)
  end
end

--- The curve whose fitted slope is nearest to the guide's.
local function guided_curve(panel, guide)
  local best, distance
  for _, curve in ipairs(panel.curves) do
    if curve.fit and (not guide.curve or guide.curve == curve.label) then
      local d = math.abs(curve.fit.slope - guide.slope)
      if not distance or d < distance then
        best, distance = curve, d
      end
    end
  end
  return best
end

--- A curve's y (or other list of values) at x, by interpolation of logs; nil outside its points.
local function value_at(curve, list, x)
  for i = 1, #curve.x - 1 do
    local x0, x1, y0, y1 = curve.x[i], curve.x[i + 1], list[i], list[i + 1]
    if x0 <= x and x <= x1 and (y0 or 0) > 0 and (y1 or 0) > 0 then
      return y0 * (y1 / y0) ^ (math.log(x / x0) / math.log(x1 / x0))
    end
  end
end

--- How far (in log y) a line of given slope through (x0, y0) stays from curves and bands between
--- two positions; crossing a band counts as touching it.
local function clearance(panel, slope, x0, y0, from, to)
  local least = math.huge
  for step = 0, 12 do
    local x = from * (to / from) ^ (step / 12)
    local y = y0 * (x / x0) ^ slope
    for _, curve in ipairs(panel.curves) do
      local middle = value_at(curve, curve.y, x)
      local low = curve.low and value_at(curve, curve.low, x) or middle
      local high = curve.high and value_at(curve, curve.high, x) or middle
      if low and high then
        local outside = math.max(math.log(low / y), math.log(y / high), 0)
        least = math.min(least, outside + 0.1 * math.abs(math.log(y / (middle or y))))
      end
    end
  end
  return least
end

--- Where a guide starts and ends: over the right part of the range, near the curve it belongs to,
--- where it and its label (left of it) cross no curve, band or other guide.
local function guide_ends(panel, guide, taken)
  local low, high = range_of(panel, "x")
  local bottom, top = range_of(panel, "y")
  local from, to = low * (high / low) ^ 0.52, low * (high / low) ^ 0.92
  local tall, curve = math.log(top / bottom), guided_curve(panel, guide)
  local wish = curve and curve.fit.constant + curve.fit.slope * math.log(to) - 0.1 * tall
    or math.log(bottom) + 0.1 * tall
  local best, best_score
  for step = 1, 60 do
    local y = bottom * (top / bottom) ^ (step / 61)
    local start = y * (from / to) ^ guide.slope
    local free = clearance(panel, guide.slope, to, y, from * (low / high) ^ 0.1, to)
    for _, other in ipairs(taken) do
      free = math.min(free, math.abs(math.log(start / other.from_y)),
        math.abs(math.log(y / other.to_y)))
    end
    local score = 8 * math.min(free, 0.07 * tall) - 0.5 * math.abs(math.log(y) - wish)
    local inside = math.max(start, y) < top / 1.3 and math.min(start, y) > bottom * 1.3
    if inside and (not best_score or score > best_score) then
      best_score = score
      best = { from = from, to = to, from_y = start, to_y = y, crowded = free < 0.03 * tall }
    end
  end
  return best
end

--- A guide's label. `n^{-1/4}` is the only text that gnuplot's markup is allowed in.
local function guide_label(guide)
  local label = guide.label or "n^{" .. format.fraction(guide.slope) .. "}"
  local markup = label:find("^n%^{%-?[%d./]+}$") ~= nil
  return escape.gnuplot((label:gsub("%^{%-", "^{−"))), markup and "" or " noenhanced"
end

--- Ends of all guides of a panel, and whether one of them found no room.
local function place_guides(panel)
  local placed, crowded = {}, false
  for i, guide in ipairs(panel.guides or {}) do
    placed[i] = guide_ends(panel, guide, placed)
    if not placed[i] then return placed, true end -- steeper than the panel is high
    crowded = crowded or placed[i].crowded
  end
  return placed, crowded
end

--- The panel, with as much room below its curves as the guides need.
local function make_room(panel)
  for _ = 1, 4 do
    local _, crowded = place_guides(panel)
    if not crowded then break end
    local bottom, top = range_of(panel, "y")
    local roomy = setmetatable({ range = { bottom / (top / bottom) ^ 0.2, top } },
      { __index = panel.y })
    panel = setmetatable({ y = roomy }, { __index = panel })
  end
  return panel
end

--- Grey guides, each with its label at the left end.
local function guide_lines(panel, lines)
  for i, ends in ipairs(place_guides(panel)) do
    local label, markup = guide_label(panel.guides[i])
    add(lines, "  set arrow %d from %.6g,%.6g to %.6g,%.6g nohead lc rgb '%s' lw 1.2 dt (4,3) back",
      i, ends.from, ends.from_y, ends.to, ends.to_y, GUIDE_COLOUR)
    add(lines, "  set label %d %s at %.6g,%.6g right offset -0.6,0 tc rgb '%s'%s", i, label,
      ends.from, ends.from_y, GUIDE_LABEL_COLOUR, markup)
  end
end

--- `using` columns of one curve's rows of the data file.
local function rows(p, c, ...)
  return ("skip 1 using ($1==%d&&$2==%d?$4:NaN):%s"):format(p, c, table.concat({ ... }, ":"))
end

--- How a curve is drawn: colour, line and point settings.
local function pen_of(curve, c)
  local slot = curve.slot or c
  local shape = cycle(POINTS, slot) - (curve.hollow and slot <= HOLLOW and 1 or 0)
  local dash = cycle(DASHES, slot + (slot - 1) // M.slots)
  return { ink = ("lc rgb '%s'"):format(cycle(COLOURS, slot)), line = "lw 1.6 dt " .. dash,
    point = curve.style == "dots" and "pt 7 ps 0.25"
      or ("pt %d ps 0.7"):format(shape) }
end

--- The settings with which the key shows a curve.
local function key_style(curve, pen)
  local style = curve.style or "linepoints"
  if style == "line" then return "lines " .. pen.line end
  if style == "dots" or style == "bars" or style == "points" and not curve.fit then return "points " .. pen.point end
  return ("linespoints %s %s"):format(pen.point, pen.line)
end

--- The plot elements of one curve: band, line, points, and one entry in the key for them all.
local function curve_elements(p, c, curve, data, elements)
  local pen, style = pen_of(curve, c), curve.style or "linepoints"
  if style == "bars" then
    add(elements, "%s %s with yerrorbars %s %s notitle", data, rows(p, c, 5, 6, 7), pen.ink, pen.point)
  elseif curve.low then
    add(elements, "%s %s with filledcurves %s fs transparent solid 0.16 noborder notitle", data,
      rows(p, c, 6, 7), pen.ink)
  end
  if curve.fit then
    local fit = curve.fit
    add(elements, "[t=%.10g:%.10g] '+' using (exp(t)):(exp(%.10g+%.10g*t)) with lines %s %s notitle",
      math.log(fit.from), math.log(fit.to), fit.constant, fit.slope, pen.ink, pen.line)
  elseif style == "line" or style == "linepoints" then
    add(elements, "%s %s with lines %s %s notitle", data, rows(p, c, 5), pen.ink, pen.line)
  end
  if style ~= "line" and style ~= "bars" then
    add(elements, "%s %s with points %s %s notitle", data, rows(p, c, 5), pen.ink, pen.point)
  end
  if not curve.hidden then
    add(elements, "keyentry with %s %s title %s", key_style(curve, pen), pen.ink,
      escape.gnuplot(curve.label))
  end
end

--- The heat map under a panel's curves.
local function landscape_elements(figure, p, landscape, lines, elements)
  add(lines, "  set cblabel %s noenhanced offset 1.5,0", escape.gnuplot(landscape.label or ""))
  add(lines, landscape.log and "  set logscale cb; set format cb '10^{%%L}'"
    or "  unset logscale cb; set format cb '%%g'")
  add(elements, "%s skip 1 using 1:2:3 with image notitle",
    escape.gnuplot(("%s-%d.tsv"):format(figure.name, p)))
end

--- One panel of the script.
local function panel_lines(figure, p, panel, lines)
  local data, elements = escape.gnuplot(figure.name .. ".tsv"), {}
  panel = make_room(panel)
  add(lines, "  unset label; unset arrow; unset title")
  if panel.title then
    add(lines, "  set title %s noenhanced offset 0,-0.4", escape.gnuplot(panel.title))
  end
  axis_lines(panel, "x", lines)
  axis_lines(panel, "y", lines)
  guide_lines(panel, lines)
  if panel.level then
    add(lines, "  set arrow from graph 0,first %.10g to graph 1,first %.10g nohead back lw 1 lc rgb '%s'",
      panel.level, panel.level, GUIDE_COLOUR)
  end
  if panel.landscape then landscape_elements(figure, p, panel.landscape, lines, elements) end
  for c, curve in ipairs(panel.curves or {}) do curve_elements(p, c, curve, data, elements) end
  lines[#lines + 1] = "  plot \\\n    " .. table.concat(elements, ", \\\n    ")
end

--- The labels of a panel's key, in order.
local function key_labels(panel)
  local labels = {}
  for _, curve in ipairs(panel.curves or {}) do
    if not curve.hidden then
      labels[#labels + 1] = curve.label
    end
  end
  return labels
end

--- Whether every panel would show the same key: then one, below all panels, is enough.
local function shares_key(figure)
  local first = table.concat(key_labels(figure.panels[1]), "\n")
  for _, panel in ipairs(figure.panels) do
    if table.concat(key_labels(panel), "\n") ~= first then
      return false
    end
  end
  return #figure.panels > 1
end

--- How the keys are laid out: `layout` is gnuplot's, `lines` the most lines a key has.
local function key_of(figure)
  local lines, longest = 0, 1
  for _, panel in ipairs(figure.panels) do
    local labels = key_labels(panel)
    lines = math.max(lines, #labels)
    for _, label in ipairs(labels) do
      longest = math.max(longest, utf8.len(label) or 1)
    end
  end
  local width = shares_key(figure) and 80 or 80 // (figure.columns or 1)
  local columns = math.max(1, math.min(lines, width // (longest + 10)))
  return { shared = shares_key(figure), columns = columns, lines = math.ceil(lines / columns) }
end

--- Height of the figure, and gnuplot's commands for the layout of its panels and key.
local function layout_of(figure)
  local columns = figure.columns or 1
  local rows_of_panels = math.ceil(#figure.panels / columns)
  local key = key_of(figure)
  local key_height = key.lines * KEY_LINE
  local panel = figure.height or PANEL_HEIGHT
  local grid = string.format("layout %d,%d", rows_of_panels, columns)
  local style = string.format(
    "set key left vertical Left reverse noenhanced samplen 4.2 spacing 1.05 width -1 maxcols %d "
    .. "maxrows %d", key.columns, math.max(1, key.lines))
  if not key.shared then
    return rows_of_panels * (panel + key_height), grid, style .. " below"
  end
  local height = rows_of_panels * panel + key_height + 0.3
  local top, bottom = 1 - 0.8 / height, (key_height + 1.7) / height
  grid = string.format("%s margins %.4f,%.4f,%.4f,%.4f spacing %.4f,%.4f", grid, 2.0 / WIDTH, 0.985,
    bottom, top, 2.4 / WIDTH, 2.3 / height)
  return height, grid, style .. " bottom at screen 0.06,0.01"
end

--- The gnuplot script of a figure.
---@param figure table
---@return string script
function M.script(figure)
  local height, grid, key = layout_of(figure)
  local lines = {
    "# " .. escape.tsv(figure.footer or figure.name),
    "# Draw again: gnuplot " .. figure.name .. ".gp",
    "set encoding utf8",
    "set datafile separator tab",
    "set datafile missing 'NaN'",
    "set palette defined (" .. PALETTE .. ")",
    "set minussign",
    "set border 3 lw 0.8 lc rgb '#404040'",
    "set tics nomirror scale 0.6 tc rgb '#202020'",
    "set grid xtics ytics lw 0.5 lc rgb '#e4e4e4' dt solid",
    "set samples 2",
    "do for [kind in 'svg pdf'] {",
    "  if (kind eq 'svg') {",
    string.format("    set terminal svg size %.0f,%.0f font 'sans-serif,%d' background rgb 'white'",
      WIDTH * PIXELS_PER_CM, height * PIXELS_PER_CM, FONT_POINTS * 4 // 3),
    "  } else {",
    string.format("    set terminal pdfcairo size %.2fcm,%.2fcm font 'Latin Modern Sans,%d' "
      .. "fontscale 0.75", WIDTH, height, FONT_POINTS), -- gnuplot counts in 1/96 inch
    "  }",
    "  set output " .. escape.gnuplot(figure.name .. ".") .. ".kind",
    "  " .. key,
    string.format("  set multiplot %s%s", grid,
      figure.title and " title " .. escape.gnuplot(figure.title) .. " noenhanced" or ""),
  }
  for p, panel in ipairs(figure.panels) do
    panel_lines(figure, p, panel, lines)
    if p == 1 and shares_key(figure) then
      lines[#lines + 1] = "  unset key"
    end
  end
  lines[#lines + 1] = "  unset multiplot\n  unset output\n}"
  return table.concat(lines, "\n") .. "\n"
end

--- Sets the one field of a PDF that differs from run to run to a fixed date of the same length.
local function fix_date(path)
  local text = text_file.find(path)
  if not text then return end
  local fixed = text:gsub("(/CreationDate %()([^)]*)%)", function(head, date)
    return head .. ("D:20000101000000Z" .. string.rep(" ", #date)):sub(1, #date) .. ")"
  end)
  if fixed ~= text then
    engine.write_atomic(path, fixed)
  end
end

--- Writes NAME.tsv, NAME.gp, NAME.svg and NAME.pdf into `dir`.
---@param figure table
---@param dir string an existing directory
function M.write(figure, dir)
  local base = dir .. "/" .. figure.name
  engine.write_atomic(base .. ".tsv", M.data(figure))
  for p, panel in ipairs(figure.panels) do
    if panel.landscape then
      engine.write_atomic(string.format("%s-%d.tsv", base, p), landscape_data(panel.landscape))
    end
  end
  engine.write_atomic(base .. ".gp", M.script(figure))
  local code, message = engine.exec({ "gnuplot", figure.name .. ".gp" }, { cwd = dir })
  if code ~= 0 then
    fault.raise(1, "gnuplot failed on %s.gp: %s", base, (message or ""):gsub("%s+$", ""))
  end
  fix_date(base .. ".pdf")
end

return M
