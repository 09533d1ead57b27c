--- The rates to expect of least squares with more atoms than the truth has, from a certificate.
---
---   effective family independent   over-specified experts n^-1/4, the others n^-1/2 (arXiv
---                                  2405.13997, Theorem 2; arXiv 2402.02952, Theorem 2)
---   it is not                      no rate for the experts of atoms in its relations: there is a
---                                  direction in which Taylor's expansion of f does not change
---   an atom splits exactly         no rate for any atom: surplus ones can share each of them in a
---                                  continuum of ways
---   Regime 2, no translations      n^-1/2 to the population minimiser, if the weak family is
---                                  independent there (Theorem 5); the error to the truth stays
---
--- In an experiment any atom may be over-specified, so the least of what each allows is to be
--- expected; and more is known than the truth:
---
---   the box has a zero expert      not normalised: a surplus atom may sit there, whatever its gate.
---                                  The others are then exact, but losses of all atoms do not converge
---   the minimisers found           towards them, n^-1/2 if they are a point; D3 is the distance to them, so
---                                  also n^-1/2 to a set where it is regular, which is not known
---   the same, two surplus atoms    no rate if the expert is odd: with -(a, b) in the box as well, three
---                                  atoms are one
---
--- Rates begin where n / (noise variance) is well above the inverse of the smallest eigenvalue.
local certify = require "moerates.certify"
local engine = require "moerates.engine"
local lists = require "moerates.lists"

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

--- Whether an atom is two others, in a continuum of ways: their experts add up, and so do their masses. Those
--- of sigmoids that are normalised do so at a flat gate alone.
local function splits_exactly(certificate)
  local masses_add = certificate.translation or not certificate.normalised or certificate.regime == "R1"
  return masses_add and has_kind(certificate, "split")
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
  if splits_exactly(certificate) then
    note("an atom splits exactly at any gate, in a continuum of ways")
  end
  if not certificate.normalised and has_kind(certificate, "inert") then
    note("a zero expert is an atom without effect, whatever its gate: exclude it from the parameter set")
  end
  if prediction.target == "minimiser" and not certificate.normalised and has_kind(certificate, "inert") then
    note("with it the model is not misspecified")
  end
  if certificate.gate_rank == 0 then note("the gate does not see x: its slopes are free") end
  local families = certificate.families
  if certify.holds(families.effective) and not certify.holds(families.weak, true) then
    note("the experts are identified, the gate is not: see the relations of the tangent space")
  end
end

--- What theory lets expect at the certificate's truth.
---@param certificate Certificate
---@return Prediction
function M.rates(certificate)
  local families = certificate.families
  local splits = splits_exactly(certificate)
  local independent = certify.holds(families.effective)
  local towards_minimiser = not certificate.translation and certificate.regime == "R2"
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

-- Experiments ---------------------------------------------------------------------------------------

--- Whether truth and fit are of one kind, and certificates can be made of it.
local function is_certifiable(case)
  local truth, fit = case.truth, case.fit
  if not truth then return false end -- real data
  local gate, expert = lists.named(engine.gates(), truth.gate), lists.named(engine.experts(), truth.expert)
  return truth.gate == fit.gate and truth.expert == fit.expert and fit.k > #truth.atoms and truth.d <= 4
    and gate.jets and expert.jets and case.estimator.kind == "lse"
end

local function holds_zero(range) return range[1] <= 0 and range[2] >= 0 end

--- Whether an atom of the box does nothing, whatever its gate.
local function has_inert_room(case)
  local gate, expert = lists.named(engine.gates(), case.truth.gate), lists.named(engine.experts(), case.truth.expert)
  return not gate.normalised and expert.zero_at_zero and holds_zero(case.theta.a) and holds_zero(case.theta.b)
end

--- The atoms that may be over-specified: by sigmoids those with a flat gate, and if there is none the
--- first stands for Regime 2.
local function candidates(case)
  local list, translation = {}, lists.named(engine.gates(), case.truth.gate).translation
  for i, atom in ipairs(case.truth.atoms) do
    if translation or certify.is_flat(atom) then list[#list + 1] = i end
  end
  return #list > 0 and list or { 1 }
end

--- What to expect of a case of an experiment; nil if truth and fit are of different kinds, there is no
--- surplus atom, or a singular value leaves a rank in doubt.
---@param case table normal form
---@return Prediction? with `eigenvalue`, the smallest of the effective family over the atoms that may be
--- over-specified, 0 if it is dependent; and `inert`
function M.of_case(case)
  if not is_certifiable(case) then return nil end
  local least
  local inert, surplus = has_inert_room(case), case.fit.k - #case.truth.atoms
  for _, atom in ipairs(candidates(case)) do
    local c = certify.certificate { gate = case.truth.gate, expert = case.truth.expert,
      atoms = case.truth.atoms, over = { atom }, design = case.design }
    if not c.families.effective.decided then return nil end
    local one = M.rates(c)
    one.eigenvalue = certify.holds(c.families.effective) and c.families.effective.smallest or 0
    if inert and surplus >= 2 and has_kind(c, "reflection") then one.over, one.exact = nil, nil end
    if not least or not one.over or least.over and one.eigenvalue < least.eigenvalue then least = one end
  end
  least.inert = inert
  return least
end

--- What to expect of a fit to data that it cannot represent, where no more is known.
---@type Prediction
M.TOWARDS_MINIMISER = { target = "minimiser", notes = {} }

--- Losses of all atoms, by the power of the experts' error that they are.
local OF_ALL <const> = { over_expert = 1, over_expert_mass = 1, matched = 1, matched_expert = 1,
  voronoi = 2, d1 = 2, softmax_d = 2 }

--- The exponent to expect of a measure; nil: no rate.
---@param prediction Prediction as M.of_case gives it
---@param measure string
---@param gbar Minimisers? what the population minimisers of the case are
---@return number?
function M.exponent(prediction, measure, gbar)
  local towards_minimiser = prediction.target == "minimiser"
  if measure == "l2_bar" or measure == "l2" and not towards_minimiser then return -1 / 2 end
  if measure == "d3" then return gbar and gbar.kind == "point" and -1 / 2 or nil end
  if measure == "exact_expert" then return not towards_minimiser and prediction.exact or nil end
  if not OF_ALL[measure] or not prediction.over or towards_minimiser then return nil end
  if prediction.inert then -- what is left of the truth is fitted exactly
    return measure:find("^matched") and prediction.exact or nil
  end
  return OF_ALL[measure] * prediction.over
end

return M
