--- `fit` against SciPy: its sum of squares is never above that of the best of 50 starts of
--- least_squares (tests/reference/scipy_starts.py, SciPy 1.10.1) by more than 1e-4 nat, n/2 times the
--- relative difference.
local fitting = require "moerates.fitting"
local scratch = require "scratch"

package.path = package.path .. ";" .. ROOT .. "/tests/reference/?.lua"
local regression = require "regression"

local TOLERANCE <const> = 1e-4 -- nats

local function reference()
  local sse = {}
  for name, value in scratch.read(ROOT .. "/tests/reference/scipy_starts.tsv"):gmatch "(%S+)\t(%S+)" do
    sse[name] = tonumber(value)
  end
  return sse
end

describe("a fit of generated data", function()
  local directory, sse = scratch.directory(), reference()
  teardown(function() scratch.remove(directory) end)
  for i = 1, regression.COUNT do
    local problem = regression.problem(i)
    it(("is never above SciPy's: %s"):format(problem.name), function()
      local path = scratch.write(directory, problem.name .. ".csv", regression.csv(problem))
      local fit = fitting.fit { path = path, y = "y", gate = problem.gate, expert = problem.expert,
        k = problem.k }
      local theirs = assert(sse[problem.name], "no reference")
      local nats = problem.n / 2 * (fit.sse - theirs) / theirs
      assert.is_true(nats < TOLERANCE, ("%.6f nats above"):format(nats))
    end)
  end
end)
