--- The generated regression problems on which `moerates fit` is compared with SciPy: both gates,
--- six experts, d = 1 to 3, k = 2 and 3, three sizes. In every third the truth has the other gate,
--- so that the fitted model is wrong. As a script it writes them as CSV files:
---
---     build/moerates lua tests/reference/regression.lua DIR
---     python3 tests/reference/scipy_starts.py DIR
local engine = require "moerates.engine"

local M = {}

local EXPERTS <const> = { "linear", "relu", "gelu", "tanh", "sigmoid", "polynomial-2" }
local SIZES <const> = { 300, 600, 1000 }
local NOISES <const> = { .02, .1, .3, 1 }
local OTHER <const> = { softmax = "sigmoid", sigmoid = "softmax" }

local function normals(key, count, size)
  local list = {}
  for i = 1, count do list[i] = size * engine.normal(key, i) end
  return list
end

--- Forms of d slopes and an intercept, `count` of them in one flat list.
local function truth_of(problem, key)
  local d, k = problem.d, problem.k
  local theta = normals(key .. "/gate", k * (d + 1), 2)
  table.move(normals(key .. "/expert", k * (d + 1), 2), 1, k * (d + 1), #theta + 1, theta)
  return theta
end

--- Problem i (from 1): { name, gate, expert, d, k, n, rows = { { x..., y }... } }.
function M.problem(i)
  local gate = i % 2 == 0 and "softmax" or "sigmoid"
  local problem = { gate = gate, expert = EXPERTS[(i - 1) // 2 % 6 + 1], d = i % 3 + 1,
    k = i % 5 < 3 and 2 or 3, n = SIZES[i % 3 + 1], noise = NOISES[i % 4 + 1] }
  local key = "regression problem " .. i
  local model = { gate = i % 3 == 0 and OTHER[gate] or gate, expert = problem.expert,
    d = problem.d, k = problem.k }
  local theta, rows = truth_of(problem, key), {}
  for r = 1, problem.n do
    local x = {}
    for s = 1, problem.d do x[s] = 3 * (2 * engine.uniform(key .. "/x" .. s, r) - 1) end
    local f = engine.model_value(model, theta, x)
    local row = { table.unpack(x) }
    row[#row + 1] = f + problem.noise * engine.normal(key .. "/y", r)
    rows[r] = row
  end
  problem.name = ("%02d-%s-%s-d%d-k%d"):format(i, gate, problem.expert, problem.d, problem.k)
  problem.rows = rows
  return problem
end

--- The problem as CSV text, columns x1.. and y.
function M.csv(problem)
  local lines, header = {}, {}
  for s = 1, problem.d do header[s] = "x" .. s end
  header[#header + 1] = "y"
  lines[1] = table.concat(header, ",")
  for r, row in ipairs(problem.rows) do
    local cells = {}
    for c, value in ipairs(row) do cells[c] = ("%.17g"):format(value) end
    lines[r + 1] = table.concat(cells, ",")
  end
  return table.concat(lines, "\n") .. "\n"
end

M.COUNT = 24

--- All problems of a module like this one, as files.
function M.write(problems, directory)
  for i = 1, problems.COUNT do
    local problem = problems.problem(i)
    local file = assert(io.open(directory .. "/" .. problem.name .. ".csv", "w"))
    file:write(M.csv(problem))
    file:close()
  end
end

if arg and arg[0] and arg[0]:match "regression%.lua$" then M.write(M, arg[1]) end

return M
