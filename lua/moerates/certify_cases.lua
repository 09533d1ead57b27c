--- Certificates of the cases of a script: of a truth atom by atom, of a mixture as a whole.
local certify = require "moerates.certify"
local certify_mixture = require "moerates.certify_mixture"

local M = {}

local function options_of(script, case)
  return { gate = case.truth.gate, expert = case.truth.expert, atoms = case.truth.atoms,
    over = case.over, design = script.design }
end

local function is_mixture(case) return case.truth.kind == "mixture" end

--- One family at the truth of a case.
---@param script table as dsl_certificates makes it
---@param case table one of its cases
---@param name string
---@return Family
function M.family(script, case, name)
  if is_mixture(case) then return certify_mixture.family(case.truth, script.design, name) end
  return certify.family_at(options_of(script, case), name)
end

--- The certificate of a case.
---@param script table as dsl_certificates makes it
---@param case table one of its cases
---@return Certificate|MixtureCertificate
function M.certificate(script, case)
  if is_mixture(case) then return certify_mixture.certificate(case.truth, script.design) end
  return certify.certificate(options_of(script, case))
end

return M
