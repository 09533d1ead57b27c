--- Tables of scripts of certificates: NAME-families, and NAME-rates where the ledger has rates of
--- cases with the same names.
local certify = require "moerates.certify"
local claims = require "moerates.claims"
local format = require "moerates.format"
local predict = require "moerates.predict"
local table_file = require "moerates.table"

local M = {}

local FAMILY_COLUMNS <const> = {
  { name = "case", label = "case" }, { name = "gate", label = "gate" },
  { name = "expert", label = "expert" }, { name = "regime", label = "regime" },
  { name = "strong", label = "strong" }, { name = "strong_f", label = "with $F$" },
  { name = "effective", label = "effective" },
  { name = "smallest", label = "smallest eigenvalue", format = "number" },
  { name = "weak", label = "weak" }, { name = "relation", label = "a relation", format = "math" },
}

local RATE_COLUMNS <const> = {
  { name = "case", label = "case" },
  { name = "expected", label = "expected", format = "ready" },
  { name = "claimed", label = "claimed", format = "ready" },
  { name = "measured", label = "measured", format = "slope_interval" },
  { name = "verdict", label = "verdict on the claim" },
}

local function rank(family) return ("%d of %d"):format(family.rank, family.size) end

--- The first relation of what the proof needs, else of the definition.
local function first_relation(c)
  local equation = c.families.effective.equations[1] or c.families.strong.equations[1]
  return equation and equation.latex
end

local function family_row(case, c)
  local f = c.families
  return { case = case.name, gate = c.gate, expert = c.expert, regime = c.regime,
    strong = rank(f.strong), strong_f = rank(f.strong_f), effective = rank(f.effective),
    smallest = f.effective.smallest, weak = rank(f.weak), relation = first_relation(c) }
end

local function power_text(exponent) return exponent and format.power(exponent) or "none" end

--- A row for every rate in the ledger that least squares measured on a case of this name.
local function add_rate_rows(rows, ledger, case, c)
  for _, row in ipairs(ledger) do
    local exponent = claims.exponent(row.predicted)
    local of_experts = row.kind == "rate" and row.estimator == "lse" and row.id:find("table1", 1, true)
    if row.case == case.name and of_experts then
      rows[#rows + 1] = { case = case.name, expected = power_text(predict.rates(c).over),
        claimed = exponent and format.power(exponent) or row.predicted, verdict = row.verdict,
        measured = { value = row.measured, low = row.ci_low, high = row.ci_high } }
    end
  end
end

--- Writes the tables of a script.
---@param script table as dsl_certificates makes it
---@param ledger table[] rows of the ledger
---@param dir string an existing directory
---@return string[] names
function M.write(script, ledger, dir)
  local command = { ("moerates certify %s"):format(script.script) }
  local families = { name = script.name .. "-families", columns = FAMILY_COLUMNS, rows = {}, footer = command }
  local rates = { name = script.name .. "-rates", columns = RATE_COLUMNS, rows = {}, footer = command }
  for i, case in ipairs(script.cases) do
    local c = certify.of_case(script, case)
    families.rows[i] = family_row(case, c)
    add_rate_rows(rates.rows, ledger, case, c)
  end
  table_file.write(families, dir)
  if #rates.rows == 0 then return { families.name } end
  table_file.write(rates, dir)
  return { families.name, rates.name }
end

return M
