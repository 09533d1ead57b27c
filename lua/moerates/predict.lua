--- The rates to expect of least squares with more atoms than the truth has, from a certificate.
---
---   effective family independent   over-specified experts n^-1/4, the others n^-1/2 (arXiv
---                                  2405.13997, Theorem 2; arXiv 2402.02952, Theorem 2)
---   it is not                      no rate for the experts of atoms in its relations: there is a
---                                  direction in which Taylor's expansion of f does not change
---   an atom splits exactly         no rate for any atom: surplus ones can share each of them in a
---                                  continuum of ways
---   Regime 2, not normalised       n^-1/2 to the population minimiser, if the weak family is
---                                  independent there (Theorem 5); the error to the truth stays
---
--- Rates begin where n / (noise variance) is well above the inverse of the smallest eigenvalue.
local certify = require "moerates.certify"

local M = {}

---@class Prediction
---@field over number? exponent of n of the over-specified experts' error; nil: no rate
---@field exact number? of the others'
---@field target "truth"|"minimiser"
---@field notes string[]

local function has_kind(certificate, kind)
  for _, equality in ipairs(certificate.equalities) do
    if equality.kind == kind then return true end
  end
  return false
end

--- Whether a relation of the family has functions of atoms that are not over-specified.
local function reaches_exact(certificate)
  local is_over = {}
  for _, i in ipairs(certificate.over) do is_over[i] = true end
  for _, equation in ipairs(certificate.families.effective.equations) do
    for atom in pairs(equation.atoms) do
      if not is_over[atom] then return true end
    end
  end
  return false
end

local function add_notes(certificate, prediction)
  local function note(...) table.insert(prediction.notes, string.format(...)) end
  if has_kind(certificate, "split") then
    note("an atom splits exactly at any gate, in a continuum of ways")
  end
  if not certificate.normalised and has_kind(certificate, "inert") then
    note("a zero expert is an atom without effect, whatever its gate: exclude it from the parameter set")
  end
  if prediction.target == "minimiser" and has_kind(certificate, "inert") then
    note("with it the model is not misspecified")
  end
  if certificate.gate_rank == 0 then note("the gate does not see x: its slopes are free") end
end

--- What theory lets expect at the certificate's truth.
---@param certificate Certificate
---@return Prediction
function M.rates(certificate)
  local families = certificate.families
  local splits = has_kind(certificate, "split")
  local independent = certify.holds(families.effective)
  local towards_minimiser = not certificate.normalised and certificate.regime == "R2"
  local prediction = { target = towards_minimiser and "minimiser" or "truth", notes = {} }
  if not splits and independent then
    prediction.over = towards_minimiser and -1 / 2 or -1 / 4
    prediction.exact = -1 / 2
  elseif not splits and not reaches_exact(certificate) then
    prediction.exact = -1 / 2
  end
  add_notes(certificate, prediction)
  return prediction
end

return M
