--- Tables from certificates: the families of a script, and the rates to expect beside those of an
--- experiment.
local certify_cases = require "moerates.certify_cases"
local certify_text = require "moerates.certify_text"
local claims = require "moerates.claims"
local format = require "moerates.format"
local predict = require "moerates.predict"
local summary = require "moerates.summary"
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
