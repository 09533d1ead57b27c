--- The ledger's rows about optimisers, from timings that were made up.
local speed_claims = require "moerates.speed_claims"

--- Traces of starts that begin at 100, 200, 300, ...: seconds and nats of the rest.
local function traces(list)
  local out = {}
  for start, points in ipairs(list) do
    local trace = { seconds = { 0 }, nats = { 100 * start } }
    for _, point in ipairs(points) do
      table.insert(trace.seconds, point[1])
      table.insert(trace.nats, point[2])
    end
    out[start] = trace
  end
  return out
end

local function optimiser(method, list)
  return { problem = "hill", method = method, n = 1e4, limit = 1, traces = traces(list) }
end

local BY_ID <const> = { ["S-optimiser"] = { id = "S-optimiser", kind = "ordering", predicted = "first" } }

--- Rows by what they are about: "lbfgs seconds", "lbfgs nats".
local function judge(optimisers)
  local rows, of = {}, {}
  speed_claims.judge({ name = "m", optimisers = optimisers }, "quick", BY_ID, rows)
  for _, row in ipairs(rows) do
    of[row.case .. (row.note:find("nats left", 1, true) and " nats" or " seconds")] = row
  end
  return of, #rows
end

describe("timings of optimisers", function()
  local of, count = judge {
    optimiser("lbfgs", { { { .02, .05 } }, { { .04, .05 } }, { { .01, 5 }, { .08, .05 } } }),
    optimiser("trust", { { { .01, .0001 } }, { { .02, .0001 } }, { { .04, .0001 } } }),
    optimiser("sgd", { { { .5, 20 } }, { { .5, 10 } }, { { .5, .05 } } }),
  }

  it("are two rows per method that is not ours", function()
    assert.equal(4, count)
    assert.equal("agrees", of["hill-lbfgs seconds"].verdict)
    assert.near(.5, of["hill-lbfgs seconds"].measured, 1e-12)
    assert.near(.02, of["hill-lbfgs nats"].measured, 1e-12) -- .0001 counts as .001
    assert.equal(3, of["hill-lbfgs nats"].replicates)
  end)

  it("count who never got there with the time that was allowed, and say so", function()
    local row = of["hill-sgd seconds"]
    assert.near((.01 * .02 * .04 / (1 * 1 * .5)) ^ (1 / 3), row.measured, 1e-12)
    assert.truthy(row.note:find("3 and 1 of 3 starts", 1, true), row.note)
  end)

  it("take the best of several runs of a start, and pair by start", function()
    local twice = optimiser("trust", { { { .01, .05 } }, { { .02, .05 } } })
    table.insert(twice.traces, { seconds = { 0, .005 }, nats = { 200, .05 } })
    local rows = judge { twice, optimiser("lbfgs", { { { .01, .05 } }, { { .005, .05 } } }) }
    assert.near(1, rows["hill-lbfgs seconds"].measured, 1e-12)
    assert.equal("differs", rows["hill-lbfgs seconds"].verdict)
  end)

  it("say nothing where nothing was timed", function()
    local rows = {}
    speed_claims.judge(nil, "quick", BY_ID, rows)
    speed_claims.judge({ name = "m", optimisers = {} }, "quick", BY_ID, rows)
    assert.same({}, rows)
    local _, none = judge { optimiser("trust", { { { .5, 20 } }, { { .5, 10 } } }),
      optimiser("sgd", { { { .5, 20 } }, { { .5, 10 } } }) }
    assert.equal(1, none) -- nobody arrived: nats only
  end)
end)
