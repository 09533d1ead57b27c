--- From what a script says about its figures to figures: which curves, with which labels.
local engine = require "moerates.engine"
local escape = require "moerates.escape"
local format = require "moerates.format"
local plot = require "moerates.plot"
local searches = require "moerates.searches"
local select = require "moerates.select"
local summary = require "moerates.summary"
local worst = require "moerates.worst"

local M = {}

--- More curves than this in one panel cannot be told apart; the figure becomes several panels.
local CURVES_PER_PANEL <const> = plot.slots
--- Quantities along a path below this are rounding; they are drawn here.
local ROUNDING <const> = 1e-13

--- Plain text of a slope with its interval, for a key.
local function slope_text(rate)
  local function minus(x)
    return (string.format("%.3f", x):gsub("^%-0%.000$", "0.000"):gsub("^%-", "−"))
  end
  return string.format("slope %s [%s, %s]", minus(rate.slope.value), minus(rate.slope.low),
    minus(rate.slope.high))
end

local function number_text(x)
  return (string.format("%.2f", x):gsub("^%-", "−"))
end

--- The axis label of a measure or a ratio of two.
---@param measure string
---@return string
function M.measure_label(measure)
  local over, under = measure:match("^([^/]+)/([^/]+)$")
  if over then return M.measure_label(over) .. " / " .. M.measure_label(under) end
  for _, row in ipairs(engine.measures()) do
    if row.name == measure then return row.label end
  end
  return measure
end

--- The slopes published for a case, as text for the key.
local function published_text(figure, case)
  local text = ""
  for _, line in ipairs(figure.published or {}) do
    if line.case == case then
      text = string.format("%s; %s: %s", text, line.label, number_text(line.slope))
    end
  end
  return text
end

--- One curve of a figure: the statistic with its interval at every size, and the fitted line.
---@return table? curve nil if there is nothing to draw
function M.rate_curve(curve, figure, slot)
  local points = summary.points(curve, figure.measure, figure.statistic)
  if not points then return nil end
  local drawn = { x = curve.n, y = {}, low = {}, high = {}, style = "linepoints", slot = slot }
  local some = false
  for i, point in ipairs(points) do
    drawn.y[i], drawn.low[i], drawn.high[i] = point.value, point.low, point.high
    some = some or (format.finite(point.value) and point.value > 0)
  end
  local rate = summary.rate(curve, figure.measure, figure.statistic)
  drawn.label = (curve.case.title or curve.case.name)
    .. (rate and ": " .. slope_text(rate) or "") .. published_text(figure, curve.case.name)
  if rate then
    drawn.style = "points"
    drawn.fit = { slope = rate.slope.value, constant = rate.constant.value, from = rate.n_first,
      to = rate.n_last }
  end
  return some and drawn or nil
end

--- The curves a figure shows, in the order of its selections (or of the cases).
local function chosen_curves(built, figure)
  local chosen, seen = {}, {}
  local function add(matches)
    for _, curve in ipairs(built.curves) do
      local estimate = summary.is_estimate(curve) and curve.search ~= "path"
      if estimate and not seen[curve] and matches(curve.fields) then
        seen[curve] = true
        chosen[#chosen + 1] = curve
      end
    end
  end
  for _, selection in ipairs(figure.curves or {}) do add(select.matcher { selection }) end
  if not figure.curves then add(function() return true end) end
  return chosen
end

--- The figure that shows what a claim is judged on; nil if none does.
---@param built table a summary
---@param kind string of the claim
---@param curve table one of the summary's
---@param measure string
---@return string? name
function M.of_claim(built, kind, curve, measure)
  local name = built.experiment.name
  if kind == "ordering" then return name .. "-factors" end
  if curve.search == "path" then return name .. (kind == "holds" and "-ratios" or "-bounds") end
  for _, figure in ipairs(M.declared(built.experiment)) do
    for _, shown in ipairs(figure.measure == measure and chosen_curves(built, figure) or {}) do
      if shown == curve then return name .. "-" .. figure.name end
    end
  end
end

--- Values of the fields of `by` as the title of a panel.
local function group_title(fields, by)
  local parts = {}
  for i, name in ipairs(by) do parts[i] = name .. " " .. tostring(fields[name]) end
  return table.concat(parts, ", ")
end

--- Panels: one; one per value of `by`; or as many as it takes to keep curves apart.
local function group(curves, figure)
  local groups, of = {}, {}
  local by = figure.by
  if not by or (#by == 1 and by[1] == "case") then
    for i, curve in ipairs(curves) do
      local number = (i - 1) // CURVES_PER_PANEL + 1
      groups[number] = groups[number] or {}
      table.insert(groups[number], curve)
    end
    return groups
  end
  for _, curve in ipairs(curves) do
    local title = group_title(curve.fields, by)
    if not of[title] then
      of[title] = { title = title }
      groups[#groups + 1] = of[title]
    end
    table.insert(of[title], curve)
  end
  return groups
end

--- A figure of rates.
---@param built table a summary
---@param figure table as the script declares it
---@param footer string
---@return table? figure for plot.write; nil if it has no curve
function M.rates(built, figure, footer)
  local panels = {}
  for _, curves in ipairs(group(chosen_curves(built, figure), figure)) do
    local panel = { title = curves.title or (#panels == 0 and figure.title or nil), curves = {},
      x = { label = "sample size n", log = true },
      y = { label = M.measure_label(figure.measure), log = true }, guides = figure.guides }
    for _, curve in ipairs(curves) do
      panel.curves[#panel.curves + 1] = M.rate_curve(curve, figure, #panel.curves + 1)
    end
    if #panel.curves > 0 then panels[#panels + 1] = panel end
  end
  if #panels == 0 then return nil end
  return { name = built.experiment.name .. "-" .. figure.name, panels = panels, footer = footer,
    height = #panels > 1 and 6.5 or 7.4 }
end

--- A declared figure: of rates, or of the minima found.
local function declared(built, figure, footer)
  if figure.landscape then
    return searches.landscape(built, figure, chosen_curves(built, figure), footer)
  end
  return M.rates(built, figure, footer)
end

--- What is said to vanish along a path, against its index; nil if nothing is: ratios to a loss, of mixtures the
--- distance of densities. (What is said of rates is in M.worst.)
function M.paths(built, footer)
  local panel = { curves = {}, x = { label = "index m of the sequence", log = true },
    y = { label = "error of f over the loss, or the loss", log = true } }
  for _, claim in ipairs(built.experiment.claims) do
    local curve = claim.case and summary.find(built, claim.case, "path")
    local vanishes = curve and (claim.measure:find("d2r", 1, true)
      or claim.kind == "holds" and not curve.case.noise_sd)
    local losses = vanishes and summary.losses(curve, claim.measure)
    if losses then
      local drawn = { x = curve.n, y = {}, label = M.measure_label(claim.measure) .. ": " .. claim.case }
      for i, list in ipairs(losses) do drawn.y[i] = math.max(list[1], ROUNDING) end
      if math.max(table.unpack(drawn.y)) == ROUNDING then drawn.label = drawn.label .. ", 0 but for rounding" end
      panel.curves[#panel.curves + 1] = drawn
    end
  end
  if #panel.curves == 0 then return nil end
  return { name = built.experiment.name .. "-ratios", panels = { panel }, footer = footer }
end

--- What any estimator must suffer along each path (worst.lua), against n; nil if there is no path.
function M.worst(built, footer)
  local panels = {}
  for _, curve in ipairs(built.curves) do
    local measure = worst.measure(built.experiment, curve)
    local bound = worst.of_two(curve, measure)
    if bound and (#panels == 0 or #panels[#panels].curves == CURVES_PER_PANEL) then
      panels[#panels + 1] = { curves = {}, x = { label = "sample size n", log = true }, guides = {},
        title = #panels == 0 and "Least error at the worse of two truths, for any estimator" or nil,
        y = { label = M.measure_label(measure), log = true } }
    end
    if bound then
      table.insert(panels[#panels].curves, { x = bound.n, y = bound.bound,
        label = ("%s: slope %s"):format(curve.case.name, number_text(bound.slope)) })
    end
  end
  if #panels == 0 then return nil end
  return { name = built.experiment.name .. "-bounds", panels = panels, footer = footer }
end

--- The factors of an experiment's orderings, in the order of its claims: case, against, measure, the
--- factor with its interval, pairs.
---@param built table a summary
---@return table[]
function M.orderings(built)
  local list = {}
  for _, claim in ipairs(built.experiment.claims) do
    local ordering, factor, s = claim.kind == "ordering", nil, nil
    local a = ordering and summary.find(built, claim.case)
    local b = ordering and summary.find(built, claim.against)
    if a and b then factor, s = summary.factor(a, b, claim.measure) end
    if factor then
      list[#list + 1] = { case = claim.case, against = claim.against, measure = claim.measure,
        n = a.n[s], pairs = factor.count, factor = factor }
    end
  end
  return list
end

--- What two cases have in common, and what each is called beside it: "tone-sigmoid" and
--- "tone-softmax" are "tone", "sigmoid / softmax".
local function common_name(a, b)
  local common = ""
  for word in a:gmatch("[^-]+%-") do
    if b:sub(1, #common + #word) ~= common .. word then break end
    common = common .. word
  end
  local rest = a:sub(#common + 1) .. " / " .. b:sub(#common + 1)
  return common ~= "" and common:sub(1, -2) or rest, rest
end

--- Who has less of what: factors with intervals, a panel per measure; nil if there are none.
function M.factors(built, footer)
  local panels, of = {}, {}
  for _, one in ipairs(M.orderings(built)) do
    local panel = of[one.measure]
    if not panel then
      panel = { title = M.measure_label(one.measure), level = 1, x = { label = "", names = {} },
        y = {},
        curves = { { style = "bars", hidden = true, label = "", x = {}, y = {}, low = {}, high = {} } } }
      of[one.measure], panels[#panels + 1] = panel, panel
    end
    local drawn, i = panel.curves[1], #panel.x.names + 1
    panel.x.names[i], panel.y.label = common_name(one.case, one.against)
    drawn.x[i], drawn.y[i], drawn.low[i], drawn.high[i] = i, one.factor.value, one.factor.low,
      one.factor.high
  end
  if #panels == 0 then return nil end
  return { name = built.experiment.name .. "-factors", panels = panels, footer = footer, height = 5 }
end

--- The figures a script gets without asking: one per measure, if there are sizes enough for a line.
function M.declared(experiment)
  if #experiment.figures > 0 then return experiment.figures end
  local figures, seen = {}, {}
  for _, case in ipairs(experiment.cases) do
    for _, measure in ipairs(case.n and case.measure or {}) do
      if not seen[measure] then
        seen[measure] = true
        figures[#figures + 1] = { name = measure:gsub("_", "-"), measure = measure,
          statistic = "median", guides = {}, published = {} }
      end
    end
  end
  return figures
end

--- Every figure of an experiment, for plot.write.
---@param built table a summary
---@param footer string the command that draws it again
---@return table[]
function M.all(built, footer)
  local figures = {}
  local sizes = 0
  for _, curve in ipairs(built.curves) do sizes = math.max(sizes, #curve.n) end
  for _, figure in ipairs(M.declared(built.experiment)) do
    if sizes > 2 or figure.landscape then
      figures[#figures + 1] = declared(built, figure, footer)
    end
  end
  figures[#figures + 1] = M.paths(built, footer)
  figures[#figures + 1] = M.worst(built, footer)
  figures[#figures + 1] = M.factors(built, footer)
  return figures
end

--- The Markdown of a caption's safe part: a title as text.
M.text = escape.markdown

return M
