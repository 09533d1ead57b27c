--- The generated Gaussian mixtures of linear experts on which `moerates fit --estimator mle` is
--- compared with EM: softmax gates, d = 1 to 3, as many atoms as the truth has or one more. As a script
--- it writes them as CSV files:
---
---     build/moerates lua tests/reference/mixture.lua DIR
---     python3 tests/reference/em_starts.py DIR
if arg and arg[0] then package.path = arg[0]:gsub("[^/]*$", "?.lua;") .. package.path end
local engine = require "moerates.engine"
local regression = require "regression"

local M = {}

local SHAPES <const> = { -- n, d, atoms of the truth, atoms fitted
  { 300, 1, 2, 2 }, { 300, 1, 2, 3 }, { 1000, 2, 2, 2 }, { 1000, 1, 3, 3 }, { 3000, 2, 3, 3 },
  { 500, 1, 3, 4 }, { 10000, 1, 2, 3 }, { 2000, 3, 2, 3 }, { 10000, 1, 3, 3 }, { 100000, 1, 2, 2 },
}
M.COUNT = #SHAPES

--- Numbers of the truth: slopes and intercept of gates and experts, standard deviations.
local function truth_of(key, d, k)
  local atoms = {}
  for i = 1, k do
    local atom = { gate = {}, expert = {}, sd = .2 + .4 * engine.uniform(key .. "/sd", i) }
    for s = 1, d + 1 do
      local place = (i - 1) * (d + 1) + s
      atom.gate[s] = 1.5 * engine.normal(key .. "/gate", place)
      atom.expert[s] = 1.5 * engine.normal(key .. "/expert", place)
    end
    atoms[i] = atom
  end
  return atoms
end

local function form(row, x)
  local sum = row[#row]
  for s, value in ipairs(x) do sum = sum + row[s] * value end
  return sum
end

--- The atom that row r comes from.
local function draw_atom(atoms, key, r, x)
  local weights, total = {}, 0
  for i, atom in ipairs(atoms) do
    weights[i] = math.exp(form(atom.gate, x))
    total = total + weights[i]
  end
  local left = total * engine.uniform(key .. "/atom", r)
  for i, weight in ipairs(weights) do
    left = left - weight
    if left < 0 or i == #atoms then return atoms[i] end
  end
end

--- Problem i (from 1): { name, d, k, n, rows = { { x..., y }... } }.
function M.problem(i)
  local n, d, truth, k = table.unpack(SHAPES[i])
  local key = "mixture problem " .. i
  local atoms, rows = truth_of(key, d, truth), {}
  for r = 1, n do
    local row = {}
    for s = 1, d do row[s] = 4 * engine.uniform(key .. "/x" .. s, r) - 2 end
    local atom = draw_atom(atoms, key, r, row)
    row[d + 1] = form(atom.expert, { table.unpack(row, 1, d) }) + atom.sd * engine.normal(key .. "/y", r)
    rows[r] = row
  end
  return { name = ("%02d-n%d-d%d-k%d"):format(i, n, d, k), n = n, d = d, k = k, rows = rows }
end

M.csv = regression.csv

if arg and arg[0] and arg[0]:match "mixture%.lua$" then regression.write(M, arg[1]) end

return M
