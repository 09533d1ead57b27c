--- Is the function of a truth one of another gate as well? Found as a zero misfit of a global search: the
--- population's least squares with the other gate, the same experts and as many atoms.
---
--- Where it is, the logits found are looked at: each that is a sum of the truth's logits, with
--- coefficients -1, 0 and 1, is written as such, so that softmax with two atoms comes out as
--- w_1 = sigmoid(u_1 - u_2). A misfit that is not 0 is the best of the starts, and no proof. A function that is
--- a limit of the other gate's is found where all intercepts are far below 0, and not in the usual box.
local engine = require "moerates.engine"

local M = {}

M.STARTS = 64
local POINTS <const>, NOISE_SD <const>, POPULATION_N <const> = 64, 0.1, 1e14 -- n: MOE_POPULATION_N
--- A misfit below this many nats at that n is none (summary.lua). Parameters are then found to far
--- better than the other tolerance, within which a coincidence of random ones is unlikely.
local NO_MISFIT <const>, SAME_PARAMETER <const> = 0.01, 1e-4

--- Support points of the law of X; a normal law up to three standard deviations.
local function support_of(design)
  local lower, upper = design.lower, design.upper
  if design.kind == "normal" then
    lower, upper = design.mean - 3 * design.sd, design.mean + 3 * design.sd
  end
  return { kind = "telescope", lower = lower, upper = upper, points = POINTS }
end

--- How far below 0 all intercepts are on the way to a limit: e^-40 is rounding.
local FAR_BELOW <const> = 40

--- A box with room for differences of the parameters, around 0 but for intercepts `below` it.
local function box_of(atoms, below)
  local largest = 0
  local function look(x) largest = math.max(largest, math.abs(x)) end
  for _, atom in ipairs(atoms) do
    for s = 1, #atom.beta1 do look(atom.beta1[s]) look(atom.a[s]) end
    look(atom.beta0)
    look(atom.b)
  end
  local function range() return { -2 * largest - 1, 2 * largest + 1 } end
  local beta0 = range()
  beta0[1], beta0[2] = beta0[1] - below, beta0[2] - below
  return { beta1 = range(), beta0 = beta0, a = range(), b = range() }
end

local function search(certificate, gate, below)
  local d, k = certificate.d, #certificate.atoms
  return engine.compute({
    experiment = "certify", name = "other-gate", n = math.huge, block = 1, replicates = 1, noise_sd = NOISE_SD,
    truth = { gate = certificate.gate, expert = certificate.expert, d = d, atoms = certificate.atoms },
    fit = { gate = gate, expert = certificate.expert, k = k }, design = support_of(certificate.design),
    theta = box_of(certificate.atoms, below),
    estimator = { kind = "lse", starts = M.STARTS, near_starts = 0, keep = 1 },
  }, 1)[1]
end

--- The numbers of one form of a theta: `row` counts logits, then experts.
local function form_of(theta, d, row)
  return { table.unpack(theta, (row - 1) * (d + 1) + 1, row * (d + 1)) }
end

local function close(x, y)
  for s = 1, #x do
    if math.abs(x[s] - y[s]) > SAME_PARAMETER then return false end
  end
  return true
end

--- The truth's forms: slopes, then the intercept.
local function form_of_atom(slopes, intercept)
  local form = { table.unpack(slopes) }
  form[#form + 1] = intercept
  return form
end

--- Coefficients -1, 0, 1 of the logits whose sum is `form`, the fewest first; nil if there are none.
local function as_sum(form, logits)
  local best, fewest
  for code = 0, 3 ^ #logits - 1 do
    local sum, coefficients, used, rest = {}, {}, 0, code
    for s = 1, #form do sum[s] = 0 end
    for i, logit in ipairs(logits) do
      coefficients[i], rest = rest % 3 - 1, rest // 3
      used = used + math.abs(coefficients[i])
      for s = 1, #form do sum[s] = sum[s] + coefficients[i] * logit[s] end
    end
    if close(sum, form) and (not fewest or used < fewest) then best, fewest = coefficients, used end
  end
  return best
end

--- "u1 - u2", or in LaTeX.
local function sum_text(coefficients, latex)
  local text = ""
  for sign = 1, -1, -2 do -- positive ones first
    for i, c in ipairs(coefficients) do
      if c == sign then
        local u = (latex and "u_{%d}" or "u%d"):format(i)
        text = text .. (c < 0 and (text == "" and "-" or " - ") or text ~= "" and " + " or "") .. u
      end
    end
  end
  return text == "" and "0" or text
end

--- More atoms than this have too many sums of logits.
local MOST_ATOMS <const> = 6

--- The weights of the truth's atoms by the other gate, if all of them are recognised.
local function weights_of(certificate, gate, theta)
  local d, atoms, list, logits = certificate.d, certificate.atoms, {}, {}
  for i, atom in ipairs(atoms) do logits[i] = form_of_atom(atom.beta1, atom.beta0) end
  for i, atom in ipairs(#atoms <= MOST_ATOMS and atoms or {}) do
    for j = 1, #atoms do
      local same = close(form_of(theta, d, #atoms + j), form_of_atom(atom.a, atom.b))
      local sum = same and as_sum(form_of(theta, d, j), logits)
      if sum then
        list[#list + 1] = { text = ("w%d = %s(%s)"):format(i, gate, sum_text(sum)),
          latex = ("w_{%d} = \\mathrm{%s}(%s)"):format(i, gate, sum_text(sum, true)) }
      end
    end
  end
  return #list == #atoms and list or {}
end

---@class OtherGate
---@field gate string
---@field misfit number in L2
---@field equal boolean the misfit is none
---@field limit boolean it is none as intercepts go to minus infinity
---@field weights { text: string, latex: string }[]

--- Every other gate that certificates know.
---@param certificate Certificate
---@return OtherGate[]
function M.of(certificate)
  local list = {}
  for _, row in ipairs(engine.gates()) do
    if row.name ~= certificate.gate and row.jets then
      local found, lowered = search(certificate, row.name, 0), nil
      local equal = found.objective < NO_MISFIT
      if not equal then lowered = search(certificate, row.name, FAR_BELOW) end
      list[#list + 1] = { gate = row.name, equal = equal,
        limit = lowered ~= nil and lowered.objective < NO_MISFIT,
        misfit = NOISE_SD * math.sqrt(2 * found.objective / POPULATION_N),
        weights = equal and weights_of(certificate, row.name, found.theta) or {} }
    end
  end
  return list
end

return M
