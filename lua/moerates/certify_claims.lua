--- Rows of the ledger from certificates: what a script of certificates says about the claims it
--- names.
local certify_cases = require "moerates.certify_cases"
local certify_text = require "moerates.certify_text"
local fault = require "moerates.fault"
local systems = require "moerates.systems"
local verdict = require "moerates.verdict"

local M = {}

--- "rank 16 of 18, singular values to 2.6e-08 | 1.1e-32"
local function singular_text(family)
  local at = family.singular
  local kept = family.rank > 0 and ("%.1e"):format(at[family.rank]) or "none"
  if family.rank == family.size then
    return ("rank %d of %d, smallest singular value %s"):format(family.rank, family.size, kept)
  end
  return ("rank %d of %d, singular values to %s, then %.0e"):format(family.rank, family.size, kept,
    at[family.rank + 1])
end

local function note_of(names, families)
  local parts = {}
  for i, family in ipairs(families) do
    local equations = family.equations
    local text = ("%s: %s"):format(names[i], singular_text(family))
    if #equations > 0 then
      text = ("%s: %s%s"):format(text, equations[1].text,
        #equations > 1 and (" and %d more"):format(#equations - 1) or "")
    end
    if (family.always or 0) > 0 then
      text = text .. (" (%d of them for every expert)"):format(family.always)
    end
    parts[i] = text
  end
  return table.concat(parts, "; ")
end

--- The smallest singular value at any of the truths.
local function smallest(families)
  local value = math.huge
  for _, family in ipairs(families) do value = math.min(value, family.singular[family.size]) end
  return value
end

--- What a claim on families of functions comes to: verdict, measured, note.
local function judge_families(script, entry, claim)
  local cases, families = {}, {}
  for _, case in ipairs(script.cases) do cases[case.name] = case end
  if claim.predicted ~= "holds" and claim.predicted ~= "fails" then
    fault.raise(2, "%s: the claim '%s' predicts '%s'; a certificate judges 'holds' or 'fails'",
      script.script, entry.id, claim.predicted)
  end
  for i, name in ipairs(entry.cases) do
    families[i] = certify_cases.family(script, cases[name], entry.family)
  end
  return verdict.certificate(claim.predicted, families), smallest(families), note_of(entry.cases, families)
end

--- The same of the order of a polynomial system.
local function judge_system(script, entry, claim)
  local predicted = math.tointeger(tonumber(claim.predicted))
  if not predicted then
    fault.raise(2, "%s: the claim '%s' predicts '%s'; a system is judged by a whole number", script.script,
      entry.id, claim.predicted)
  end
  for _, system in ipairs(script.systems) do
    if system.name == entry.system then
      local result = systems.result(system)
      return verdict.system(predicted, result.value), result.value, certify_text.system_note(result)
    end
  end
end

--- Appends the rows of a script, one per claim.
---@param script table as dsl_certificates makes it
---@param profile string
---@param by_id table<string, table> claims
---@param rows table[]
function M.judge(script, profile, by_id, rows)
  for _, entry in ipairs(script.claims) do
    local claim = by_id[entry.id]
    if not claim then
      fault.raise(2, "%s: the claim '%s' is not in the list of claims", script.script, entry.id)
    end
    local word, measured, note = (entry.system and judge_system or judge_families)(script, entry, claim)
    rows[#rows + 1] = { id = claim.id, kind = claim.kind, estimator = "certificate", case = claim.case,
      profile = profile, verdict = word, predicted = claim.predicted, measured = measured,
      experiment = script.name, figure = entry.family and script.name .. "-singular" or nil, note = note }
  end
end

return M
