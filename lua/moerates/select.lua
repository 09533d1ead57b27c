--- Selections: `gate=softmax,n>=1e6` picks cells. A comma is "and"; several selections are "or".
---
--- Fields hold text or numbers. Text knows = and !=, numbers also < <= > >=. A field that a cell
--- does not have (n on a path) meets no condition but !=. The population has n = inf.
local nearest = require "moerates.nearest"

local M = {}

local FIELDS <const> = {
  experiment = "text", case = "text", gate = "text", expert = "text", regime = "text",
  estimator = "text", design = "text", truth_gate = "text", truth_expert = "text",
  k = "number", d = "number", n = "number", block = "number", truth_k = "number",
  noise_sd = "number", starts = "number", shared = "number", top = "number", activation = "text",
  tempered = "text", score = "text",
}

local function sorted_names(fields)
  local names = {}
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- The fields a selection of cells may name, sorted.
M.FIELD_NAMES = sorted_names(FIELDS)

local COMPARE <const> = {
  ["="] = function(a, b) return a == b end,
  ["!="] = function(a, b) return a ~= b end,
  ["<"] = function(a, b) return a ~= nil and a < b end,
  ["<="] = function(a, b) return a ~= nil and a <= b end,
  [">"] = function(a, b) return a ~= nil and a > b end,
  [">="] = function(a, b) return a ~= nil and a >= b end,
}

local function parse_condition(text, fields)
  local name, operator, value = text:match("^%s*([%w_]+)%s*([=!<>]+)%s*(.-)%s*$")
  if not name or not COMPARE[operator] or value == "" then
    return nil, ("cannot read '%s' in a selection; write conditions such as "
      .. "'gate=softmax,n>=1e6'"):format(text)
  end
  local kind = fields[name]
  if not kind then
    return nil, ("unknown field '%s' in a selection%s"):format(name,
      nearest.hint(name, sorted_names(fields)))
  elseif kind == "text" and operator ~= "=" and operator ~= "!=" then
    return nil, ("'%s' holds text: use = or != in '%s'"):format(name, text)
  elseif kind == "number" then
    local number = value == "inf" and math.huge or tonumber(value)
    if not number or number ~= number then
      return nil, ("'%s' holds a number, '%s' is not one"):format(name, value)
    end
    value = number
  end
  return { field = name, operator = operator, value = value }
end

--- One selection as a list of conditions, or nil and what is wrong with it.
---@param text string
---@param fields table<string, "text"|"number">? what may be named; default: the fields of a cell
---@return table[]? conditions
---@return string? message
function M.parse(text, fields)
  local conditions = {}
  for part in (text .. ","):gmatch("([^,]*),") do
    local condition, message = parse_condition(part, fields or FIELDS)
    if not condition then return nil, message end
    conditions[#conditions + 1] = condition
  end
  return conditions
end

local function meets_all(conditions, fields)
  for _, condition in ipairs(conditions) do
    if not COMPARE[condition.operator](fields[condition.field], condition.value) then
      return false
    end
  end
  return true
end

--- A function that says whether a cell's fields meet at least one of the selections; with none it
--- is always true. Raises the message of the first selection that cannot be read.
---@param texts string[]?
---@param fields table? as for M.parse
---@return fun(fields: table): boolean
function M.matcher(texts, fields)
  local selections = {}
  for i, text in ipairs(texts or {}) do
    local conditions, message = M.parse(text, fields)
    if not conditions then require("moerates.fault").raise(2, "%s", message) end
    selections[i] = conditions
  end
  return function(one)
    if #selections == 0 then return true end
    for _, conditions in ipairs(selections) do
      if meets_all(conditions, one) then return true end
    end
    return false
  end
end

--- The fields of a case; n and block are added for a cell (plan.lua).
---@param experiment table
---@param case table
---@return table<string, string|number>
function M.case_fields(experiment, case)
  local fields = {
    experiment = experiment.name, case = case.name, regime = case.regime,
    gate = case.fit.gate, expert = case.fit.expert, k = case.fit.k,
    estimator = case.estimator.kind, starts = case.estimator.starts,
    shared = case.fit.shared or 0, top = case.fit.top, activation = case.fit.activation or "none",
    tempered = case.fit.tempered and "yes" or "no", score = case.fit.euclidean and "euclidean" or "inner",
  }
  if case.data then
    fields.d = #case.data.x
  else
    fields.d, fields.design, fields.noise_sd = case.truth.d, case.design.kind, case.noise_sd
    fields.truth_gate, fields.truth_expert = case.truth.gate, case.truth.expert
    fields.truth_k = #case.truth.atoms
  end
  return fields
end

return M
