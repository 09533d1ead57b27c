--- Tables and a figure from certificates: the families of a script, their singular values, and the rates to
--- expect beside those of an experiment.
local certify_cases = require "moerates.certify_cases"
local certify_text = require "moerates.certify_text"
local claims = require "moerates.claims"
local format = require "moerates.format"
local plot = require "moerates.plot"
local predict = require "moerates.predict"
local summary = require "moerates.summary"
local systems = require "moerates.systems"
local table_file = require "moerates.table"

local M = {}

local FAMILY_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "gate", label = "gate" },
  { name = "expert", label = "expert" }, { name = "regime", label = "regime" },
  { name = "strong", label = "strong" }, { name = "strong_f", label = "with $F$" },
  { name = "effective", label = "effective" },
  { name = "smallest", label = "smallest eigenvalue", format = "number" },
  { name = "weak", label = "weak" }, { name = "exchange", label = "exchange" },
  { name = "relation", label = "a relation", format = "math" },
}

local SYSTEM_COLUMNS <const> = {
  { name = "system", label = "system" }, { name = "m", label = "$m$" },
  { name = "solved", label = "solved up to" }, { name = "atoms", label = "by $(w, a, b)$" },
  { name = "value", label = "none from" },
}

local EXPECTED_COLUMNS <const> = {
  { name = "id", label = "claim" },
  { name = "case", label = "case" }, { name = "measure", label = "measure" },
  { name = "expected", label = "expected", format = "ready" },
  { name = "measured", label = "measured", format = "slope_interval" },
  { name = "claimed", label = "claimed", format = "ready" },
  { name = "verdict", label = "verdict on the claim" },
}

local function rank(family) return family and ("%d of %d"):format(family.rank, family.size) end

--- The first relation of what the proof needs, else of the definition; of a mixture, that of an exchange of
--- groups, else of the tangent space.
local function first_relation(c)
  for _, name in ipairs(c.mixture and { "exchange", "weak" } or { "effective", "strong" }) do
    local family = c.families[name]
    if family and family.equations[1] then return family.equations[1].latex end
  end
end

local function family_row(case, c)
  local f = c.families
  return { case = case.name, gate = certify_text.gate_name(c), expert = certify_text.expert_name(c),
    regime = c.regime, strong = rank(f.strong), strong_f = rank(f.strong_f), effective = rank(f.effective),
    smallest = (f.effective or f.weak).smallest, weak = rank(f.weak), exchange = rank(f.exchange),
    relation = first_relation(c) }
end

local function power_text(exponent) return exponent and format.power(exponent) or "none" end

--- The families of a script of certificates, as NAME-families.
---@param script table as dsl_certificates makes it
---@param dir string an existing directory
function M.write_families(script, dir)
  local families = { name = script.name .. "-families", columns = FAMILY_COLUMNS, rows = {},
    footer = { ("moerates certify %s"):format(script.script) } }
  for i, case in ipairs(script.cases) do
    families.rows[i] = family_row(case, certify_cases.certificate(script, case))
  end
  table_file.write(families, dir)
end

local FAMILY_TITLES <const> = { strong = "Strong identifiability as printed",
  strong_f = "... with F itself", effective = "What the proof needs", weak = "Weak identifiability",
  exchange = "Exchange of shared and routed atoms" }
--- Rounding leaves singular values of this size or less; they are drawn here.
local ROUNDING <const> = 1e-33

--- The singular values of every family that a claim of the script is about, as NAME-singular: a panel
--- for each definition, a curve for each truth.
---@param script table as dsl_certificates makes it
---@param dir string an existing directory
function M.write_singular(script, dir)
  local cases, panels, of = {}, {}, {}
  for _, case in ipairs(script.cases) do cases[case.name] = case end
  for _, entry in ipairs(script.claims) do
    local panel = entry.family and of[entry.family]
    if entry.family and not panel then
      panel = { title = FAMILY_TITLES[entry.family], curves = {}, x = { label = "number of the singular value" },
        y = { label = "singular value", log = true } }
      of[entry.family], panels[#panels + 1] = panel, panel
    end
    for _, name in ipairs(panel and entry.cases or {}) do
      local family = certify_cases.family(script, cases[name], entry.family)
      local curve = { label = ("%s: rank %s"):format(name, rank(family)), style = "linepoints", x = {}, y = {} }
      for i, value in ipairs(family.singular) do curve.x[i], curve.y[i] = i, math.max(value, ROUNDING) end
      table.insert(panel.curves, curve)
    end
  end
  if #panels == 0 then return end
  plot.write({ name = script.name .. "-singular", panels = panels,
    footer = ("moerates claims %s"):format(script.script) }, dir)
end

--- The polynomial systems of a script of certificates, as NAME-orders.
---@param script table as dsl_certificates makes it
---@param dir string an existing directory
function M.write_systems(script, dir)
  local orders = { name = script.name .. "-orders", columns = SYSTEM_COLUMNS, rows = {},
    footer = { ("moerates certify %s"):format(script.script) } }
  for i, entry in ipairs(script.systems) do
    local result, atoms = systems.result(entry), {}
    for j, atom in ipairs(result.atoms) do atoms[j] = ("(%d, %d, %d)"):format(atom.weight, atom.a, atom.b) end
    orders.rows[i] = { system = result.system, m = result.m, solved = result.solved,
      atoms = table.concat(atoms, ", "), value = result.value or "not proved" }
  end
  table_file.write(orders, dir)
end

--- What certificates let expect, what least squares did, and what the paper claims, for every rate of an
--- experiment in the ledger, as NAME-expected; nothing if there is none.
---@param built table a summary
---@param ledger table[] rows of the ledger, with their measures
---@param predictions table<string, Prediction> by case
---@param dir string an existing directory
function M.write_expected(built, ledger, predictions, dir)
  local expected = { name = built.experiment.name .. "-expected", columns = EXPECTED_COLUMNS, rows = {},
    footer = { ("moerates claims %s --profile %s"):format(built.experiment.script or "SCRIPT", built.profile) } }
  for _, row in ipairs(ledger) do
    local own = row.experiment == built.experiment.name and row.estimator == "lse" and row.kind == "rate"
    local gbar = own and summary.find(built, row.case).gbar
    local prediction = own and predictions[row.case] or gbar and predict.TOWARDS_MINIMISER
    if prediction then
      local claimed = claims.exponent(row.predicted)
      table.insert(expected.rows, { id = row.id, case = row.case, measure = row.measure, verdict = row.verdict,
        expected = power_text(predict.exponent(prediction, row.measure, gbar)),
        claimed = claimed and format.power(claimed) or row.predicted,
        measured = { value = row.measured, low = row.ci_low, high = row.ci_high } })
    end
  end
  if #expected.rows > 0 then table_file.write(expected, dir) end
end

return M
