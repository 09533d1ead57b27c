--- From cells to report, ledger and comparison with committed results, on an experiment small
--- enough to be run here.
local claims = require "moerates.claims"
local command = require "command"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local reference = require "moerates.reference"
local report = require "moerates.report"
local scratch = require "scratch"
local script = require "moerates.script"
local store = require "moerates.store"
local summary = require "moerates.summary"
local table_file = require "moerates.table"
local text_file = require "moerates.text_file"

local SCRIPT <const> = [[
local moe = require "moerates"
local truth = moe.truth { gate = "softmax", expert = "tanh", { beta1 = 2, beta0 = .5, a = 3, b = 1 } }
return moe.experiment {
  name = "small", title = "Small", truth = truth, noise_sd = .1,
  design = moe.telescope { lower = -3, upper = 3, points = 32 },
  n = moe.sizes { quick = moe.decades(4, 8), full = moe.decades(4, 9) }, replicates = 10,
  estimator = moe.lse { starts = 3, near_starts = 1 }, fit = { k = 1 },
  measure = { "l2", "matched_expert" },
  cases = {
    moe.case { name = "softmax" },
    moe.case { name = "bar", fit = { gate = "sigmoid", k = 1 }, minimisers = true,
      population_starts = 4, measure = { "l2_bar", "l2", "matched_expert" } },
    moe.case { name = "later", n = moe.sizes { quick = {}, full = { 1e4, 1e5, 1e6, 1e7 } } },
    moe.case { name = "null-path", fit = { k = 2 }, estimator = moe.path { points = {
      { index = 1, atoms = { { beta1 = 2, beta0 = 0, a = 3, b = 1 }, { beta1 = 2, a = 3, b = 1 } } },
      { index = 2, atoms = { { beta1 = 2, beta0 = 1, a = 3, b = 1 }, { beta1 = 2, a = 3, b = 1 } } },
      { index = 3, atoms = { { beta1 = 2, beta0 = 2, a = 3, b = 1 }, { beta1 = 2, a = 3, b = 1 } } },
      { index = 4, atoms = { { beta1 = 2, beta0 = 3, a = 3, b = 1 }, { beta1 = 2, a = 3, b = 1 } } },
    } } },
  },
  claims = {
    moe.claim { id = "A-half", case = "softmax", measure = "l2" },
    moe.claim { id = "A-slow", case = "softmax", measure = "matched_expert" },
    moe.claim { id = "A-slow", case = "null-path", measure = "l2" },
    moe.claim { id = "A-value", case = "softmax", measure = "l2", statistic = "mean" },
    moe.claim { id = "A-limit", case = "null-path", measure = "l2" },
    moe.claim { id = "A-ahead", case = "softmax", against = "bar", measure = "l2" },
    moe.claim { id = "A-bar", case = "bar", measure = "l2_bar" },
    moe.claim { id = "A-later", case = "later", measure = "l2" },
    moe.claim { id = "A-less", case = "softmax", against = "bar", measure = "l2", kind = "ordering" },
  },
}
]]

local CLAIMS <const> = "id\tkind\tpaper\twhere\tquantity\tcase\tpredicted\tpublished_slope\tprotocol\tchapter\n"
  .. "A-half\trate\tx\tTheorem 1\tq\tc\t-1/2\t\tlse\tA\n"
  .. "A-slow\trate\tx\tTheorem 2\tq\tc\tsub-polynomial\t\tlse\tA\n"
  .. "A-value\tvalue\tx\tFigure 1\tq\tc\t\t-0.24\tsgd and lse\tA\n"
  .. "A-limit\tholds\tx\tTheorem 3\tq\tc\tratio -> 0\t\tpath\tA\n"
  .. "A-ahead\tinequality\tx\tabstract\tq\tc\tsoftmax needs fewer\t\tcrossover\tA\n"
  .. "A-bar\trate\tx\tCorollary 1\tq\tc\t-1/2\t\tlse\tA\n"
  .. "A-later\trate\tx\tTheorem 4\tq\tc\t-1/2\t\tlse\tA\n"
  .. "A-less\tordering\tx\tabstract\tq\tc\tsoftmax less\t\tlse\tA\n"
  .. "B-else\trate\ty\tTheorem 5\tq\tc\t-1/4\t\tmle\tB\n"

local directory, path, list, experiment, built

local moerates = command.run

setup(function()
  directory = scratch.directory()
  path = scratch.write(directory, "small.lua", SCRIPT)
  list = scratch.write(directory, "claims.tsv", CLAIMS)
  local code, _, err = moerates("run", path, "--out", directory, "-j", "2")
  assert(code == 0, err)
  experiment = script.load(path, {})
  built = summary.build(experiment, { profile = "quick", out = directory })
end)
teardown(function() scratch.remove(directory) end)

describe("a summary", function()
  it("has a curve per case and search, and misses nothing", function()
    local names = {}
    for i, curve in ipairs(built.curves) do names[i] = curve.case.name .. "/" .. curve.search end
    table.sort(names)
    assert.same({ "bar/full", "bar/near", "null-path/path", "softmax/full", "softmax/near" }, names)
    assert.same({ 0, {} }, { built.missing, built.warnings })
    assert.same({ 1e4, 1e5, 1e6, 1e7, 1e8 }, summary.find(built, "softmax").n)
    assert.equal(10, summary.replicates(summary.find(built, "softmax")))
  end)

  it("finds the population minimiser, and distances to it that fall", function()
    local curve = summary.find(built, "bar")
    assert.equal(1, #curve.minimisers)
    assert.equal("point", curve.gbar.kind)
    local rate = summary.rate(curve, "l2_bar", "median")
    assert.is_true(math.abs(rate.slope.value + 0.5) < 0.1)
    assert.is_true(summary.rate(curve, "l2", "median").slope.value > -0.1)
    assert.is_true(summary.elsewhere(curve) < 0.1)
    assert.is_nil(summary.elsewhere(summary.find(built, "softmax")))
  end)

  it("takes ratios of losses", function()
    local curve = summary.find(built, "softmax")
    local over, under = summary.losses(curve, "l2"), summary.losses(curve, "matched_expert")
    assert.equal(over[2][3] / under[2][3], summary.losses(curve, "l2/matched_expert")[2][3])
  end)

  it("compares two curves by a loss of each, where both are defined", function()
    local softmax, bar = summary.find(built, "softmax"), summary.find(built, "bar")
    assert.equal(0, summary.crossover(bar, "l2", softmax, "l2", "median").value)
    local both = summary.crossover(softmax, "l2", bar, "l2_bar", "median")
    assert.is_true(both.value ~= summary.crossover(softmax, "l2", bar, "l2", "median").value)
    -- One softmax atom has no sigmoid of the same function: no Voronoi loss.
    assert.is_nil(summary.crossover(softmax, "l2", bar, "voronoi", "median"))
  end)

  it("pairs two curves by replicate, at the last size that both have", function()
    local a, b = summary.find(built, "softmax"), summary.find(built, "bar")
    local logs, x, y = 0, summary.losses(a, "l2")[5], summary.losses(b, "l2")[5]
    for r = 1, 10 do logs = logs + math.log(x[r] / y[r]) / 10 end
    local factor, s = summary.factor(a, b, "l2")
    assert.near(math.exp(logs), factor.value, 1e-12)
    assert.same({ 10, 5 }, { factor.count, s })
    local fewer = { n = { 1e4, 1e5, 1e9 }, case = b.case, losses_of = { l2 = { y, { y[2], y[1] }, y } },
      rows = { {}, { { replicate = 2 }, { replicate = 1 } }, {} } }
    local other, at = summary.factor(fewer, a, "l2")
    local l2 = summary.losses(a, "l2")[2]
    assert.same({ 2, 2 }, { other.count, at })
    assert.near(math.sqrt(y[1] * y[2] / (l2[1] * l2[2])), other.value, 1e-12)
  end)

  it("uses the upper half of the sizes, at least four", function()
    assert.is_nil(summary.range(3))
    assert.same({ 1, 4 }, { summary.range(4) })
    assert.same({ 2, 5 }, { summary.range(5) })
    assert.same({ 5, 9 }, { summary.range(9) })
    assert.same({ 1, 9 }, { summary.range(9, "all") })
    local rate = summary.rate(summary.find(built, "softmax"), "l2", "median")
    assert.same({ 1e5, 1e8 }, { rate.n_first, rate.n_last })
  end)

  it("counts what is missing and never computes it", function()
    local full = summary.build(experiment, { profile = "full", out = directory })
    assert.same({ 18 - 12, 18 }, { full.missing, full.expected })
    assert.equal(1, summary.find(full, "softmax").missing)
    local none = summary.build(experiment, { profile = "quick", out = directory .. "/nowhere" })
    assert.same({ none.expected, {} }, { none.missing, none.curves })
  end)
end)

describe("the ledger", function()
  local rows, of

  setup(function()
    rows, of = claims.ledger({ experiment }, { built }, list, "quick"), {}
    for _, row in ipairs(rows) do of[row.id .. "/" .. row.estimator] = row end
  end)

  it("judges each kind of claim", function()
    assert.equal("agrees", of["A-half/lse"].verdict)
    assert.equal("agrees", of["A-half/lse-near"].verdict)
    assert.equal("differs", of["A-slow/lse"].verdict)
    assert.equal("differs", of["A-value/lse"].verdict)
    assert.equal("agrees", of["A-limit/path"].verdict)
    assert.equal("agrees", of["A-ahead/lse"].verdict)
    assert.equal("agrees", of["A-less/lse"].verdict)
  end)

  it("says on what", function()
    local row = of["A-half/lse"]
    assert.same({ "-1/2", 1e5, 1e8, 10, 0, "small", "softmax" }, { row.predicted, row.n_min, row.n_max,
      row.replicates, row.uncertified_share, row.experiment, row.case })
    assert.is_true(row.ci_low <= row.measured and row.measured <= row.ci_high)
    assert.is_true(row.onset == 1e4 and row.onset_low == 1e4 and row.onset_high >= 1e4)
    local l2 = summary.points(summary.find(built, "softmax"), "l2", "median")[5]
    assert.is_true(row.constant_low < row.constant and row.constant < row.constant_high)
    assert.is_true(math.abs(row.constant / (l2.value * 1e8 ^ 0.5) - 1) < 0.5)
    assert.is_nil(of["A-limit/path"].onset)
    assert.equal("-0.24", of["A-value/lse"].predicted)
    assert.equal(1e4, of["A-value/lse"].n_min)
    assert.matches("against bar", of["A-ahead/lse"].note)
    assert.same({ 1e8, 1e8, 10 }, { of["A-less/lse"].n_min, of["A-less/lse"].n_max, of["A-less/lse"].replicates })
    assert.matches("L2 error of f against bar", of["A-less/lse"].note)
    assert.matches("at one of two truths any estimator.s mean error is at least", of["A-slow/any"].note)
    local shown = {}
    for _, name in ipairs { "A-half/lse", "A-half/lse-near", "A-less/lse", "A-slow/any", "A-limit/path" } do
      shown[#shown + 1] = of[name].figure or "none"
    end
    assert.same({ "small-l2", "none", "small-factors", "small-bounds", "small-ratios" }, shown)
  end)

  it("has a row for every claim, in the order of the list", function()
    assert.equal("not tested", of["A-later/lse"].verdict)
    assert.equal("no cell of this profile judges it", of["A-later/lse"].note)
    assert.equal("no cell of this profile judges it", of["B-else/mle"].note)
    local order = {}
    for _, row in ipairs(rows) do
      if order[#order] ~= row.id then order[#order + 1] = row.id end
    end
    assert.same({ "A-half", "A-slow", "A-value", "A-limit", "A-ahead", "A-bar", "A-later", "A-less", "B-else" }, order)
  end)

  it("can be written, read and put together with other profiles", function()
    local full = { { id = "A-half", kind = "rate", estimator = "lse", case = "c", profile = "full",
      verdict = "differs", predicted = "-1/2", measured = -0.25, note = "a\tb" } }
    local dir = directory .. "/ledgers"
    store.make_directories(dir)
    claims.write(full, "full", dir)
    claims.write(rows, "quick", dir)
    local all = claims.read(dir .. "/claims.tsv")
    assert.equal(#rows + 1, #all)
    assert.same({ "full", -0.25, "a b" }, { all[#all].profile, all[#all].measured, all[#all].note })
    assert.equal(tonumber(string.format("%.4g", rows[1].measured)), all[1].measured)
    assert.same({ 1e4, rows[1].onset_high }, { all[1].onset, all[1].onset_high })
  end)

  it("refuses a claim that is not in the list, and a list that is no list", function()
    local function message(text)
      local other = scratch.write(directory, "other.tsv", text)
      local ok, value = pcall(claims.ledger, { experiment }, { built }, other, "quick")
      assert.is_false(ok)
      assert.is_true(fault.is(value))
      return value.message
    end
    assert.matches("the claim 'A%-half' is not in the list", message((CLAIMS:gsub("A%-half\t", "A-x\t"))))
    assert.matches("other.tsv:1: column 1 is 'name'", message("name\n"))
    assert.matches("other.tsv:3: the claim A%-half is there twice", message((CLAIMS:gsub("A%-slow", "A-half"))))
    assert.matches("unknown kind 'guess'", message((CLAIMS:gsub("holds", "guess"))))
  end)
end)

describe("moerates claims", function()
  it("prints the ledger and fails only if a verdict is worse", function()
    local code, out = moerates("claims", path, "--out", directory, "--list", list)
    assert.equal(0, code)
    assert.matches("A%-half +lse +softmax +agrees +%-1/2 +%-0%.%d+  %[", out)
    local expected = table_file.read(directory .. "/report/tables/small-expected.tsv").rows
    assert.same({ 1, "bar", "l2_bar", "$n^{-1/2}$", "$n^{-1/2}$" }, { #expected, expected[1].case,
      expected[1].measure, expected[1].expected, expected[1].claimed })
    local ledger = directory .. "/report/claims.tsv"
    local text = scratch.read(ledger)
    local function against(changed)
      return moerates("claims", path, "--out", directory, "--list", list, "--against",
        scratch.write(directory, "against.tsv", changed))
    end
    assert.equal(0, (against(text)))
    assert.equal(0, (against((text:gsub("\tagrees\t", "\tdiffers\t")))))
    code, out = against((text:gsub("\tdiffers\t", "\tagrees\t")))
    assert.equal(1, code)
    assert.matches("A%-slow %(softmax%): agrees %-> differs", out)
    code, out = against(text .. "A-gone\trate\tlse\tc\tquick\tagrees" .. ("\t"):rep(10) .. "\n")
    assert.equal(1, code)
    assert.matches("A%-gone %(c%): agrees %-> row is missing", out)
  end)
end)

describe("moerates report", function()
  it("writes tables and figures", function()
    local code, out, err = moerates("report", path, "--out", directory)
    assert.same({ 0, "" }, { code, err })
    assert.matches("report/tables/small%-rates\n", out)
    for _, name in ipairs { "tables/small-rates.tsv", "tables/small-rates.md", "tables/small-rates.tex",
      "tables/small-fits.tsv", "tables/small-paths.tsv", "figures/small-l2.svg", "figures/small-l2.pdf",
      "figures/small-l2.gp", "figures/small-l2.tsv" } do
      assert.is_string(scratch.read(directory .. "/report/" .. name), name)
    end
    local rates = table_file.read(directory .. "/report/tables/small-rates.tsv")
    assert.equal("moerates report " .. path .. " --profile quick", rates.footer[1])
    local first = rates.rows[1]
    assert.same({ 1e5, 1e8, 10, 0 }, { first.n_first, first.n_last, first.replicates, first.uncertified })
    assert.is_true(first.onset.low <= first.onset.value and first.onset.value <= first.onset.high)
    assert.is_true(first.constant.low < first.constant.value)
  end)

  it("says what is missing, and how to get it", function()
    local _, _, err = moerates("report", path, "--out", directory, "--profile", "full")
    assert.matches("small: 6 of 18 cells are missing; compute them with: moerates run", err)
  end)

  it("compares raw samples with the telescope", function()
    local twin = summary.build(experiment, { profile = "quick", out = directory })
    local raw, telescope = summary.find(twin, "softmax"), summary.find(twin, "bar")
    raw.case.name, telescope.case.name = "t-raw", "t-telescope"
    local rows = report.twins(twin).rows
    assert.equal(2 * 5, #rows)
    assert.same({ "t", "l2", 1e8, 10, 1 }, { rows[5].case, rows[5].measure, rows[5].n,
      rows[5].replicates, rows[5].distance })
    assert.is_true(rows[5].p < 1e-3)
  end)
end)

describe("moerates reference", function()
  local results
  before_each(function()
    results = directory .. "/results"
    moerates("claims", path, "--out", directory, "--list", list)
    moerates("report", path, "--out", directory)
  end)
  after_each(function() scratch.remove(results) end)

  local function compare()
    return moerates("reference", path, "--out", directory, "--results", results)
  end

  it("says so if there is nothing to compare with", function()
    local code, out = compare()
    assert.equal(0, code)
    assert.matches("nothing to compare", out)
    assert.matches("has no ledger of the profile quick yet", out)
  end)

  it("finds a run equal to itself", function()
    scratch.write(directory, "report/tables/speed-shares.md", "of a machine, not of a profile")
    assert.equal(0, (moerates("reference", path, "--out", directory, "--results", results, "--replace")))
    local code, out = compare()
    assert.equal(0, code)
    assert.matches("all +12 +0 +0 +0 +0", out)
    assert.matches("0 changed, 0 worse, 0 new", out)
    assert.is_string(scratch.read(results .. "/figures/quick/small-l2.svg"))
    assert.is_string(scratch.read(results .. "/tables/quick/small-rates.md"))
    assert.is_nil(io.open(results .. "/tables/quick/speed-shares.md"))
  end)

  it("counts cells that are missing, and finds verdicts that are worse", function()
    moerates("reference", path, "--out", directory, "--results", results, "--replace")
    local text = scratch.read(results .. "/claims.tsv")
    scratch.write(results, "claims.tsv", (text:gsub("\tdiffers\t", "\tagrees\t")))
    local code, out = moerates("reference", path, "--out", directory .. "/other", "--results", results)
    assert.equal(0, code) -- no ledger there to compare
    assert.matches("all +0 +0 +0 +12 +0", out)
    code, out = compare()
    assert.equal(1, code)
    assert.matches("A%-slow %(softmax%): agrees %-> differs", out)
  end)

  it("asks for bits, but for 1e-6 where BLIS chose another kernel", function()
    local key = store.find(directory, "")[1]
    local function cell(evaluator, change)
      local one = engine.read_cell(key.path)
      one.evaluator = evaluator or one.evaluator
      if change then change(one.rows[1]) end
      return one
    end
    local function nudge(factor)
      return function(row)
        row.objective = row.objective * (1 + factor)
        row.theta[1] = row.theta[1] + 1
      end
    end
    local compare_cells = reference.compare_cells
    assert.equal("equal", compare_cells(cell(), cell()))
    assert.equal("equal", compare_cells(cell("tile:avx2"), cell("tile:avx512")))
    assert.equal("differs", compare_cells(cell(nil, nudge(1e-15)), cell()))
    assert.equal("differs", compare_cells(cell("tile:avx2", nudge(1e-9)), cell("tile:avx512")))
    assert.equal("close", compare_cells(cell("blis:zen", nudge(1e-9)), cell("blis:haswell")))
    assert.equal("differs", compare_cells(cell("blis:zen", nudge(1e-9)), cell("blis:zen")))
    assert.equal("differs", compare_cells(cell("blis:zen", nudge(1e-3)), cell("blis:haswell")))
    local short = cell()
    short.rows[#short.rows] = nil
    assert.equal("differs", compare_cells(short, cell()))
  end)
end)

describe("the committed ledger", function()
  it("names a figure, that is there, for every row judged on a curve or a family", function()
    local judged = 0 -- figures of timings are drawn with the paper only
    for _, row in ipairs(assert(claims.read("results/claims.tsv"))) do
      local beside = row.estimator:find("-near", 1, true) or row.kind == "value" and row.estimator == "certificate"
      if row.verdict ~= "not tested" and not beside and row.estimator ~= "timing" then
        judged = judged + 1
        local file = ("results/figures/%s/%s.svg"):format(row.profile, row.figure)
        assert.is_truthy(text_file.find(file), ("%s (%s): %s"):format(row.id, row.case, file))
      end
    end
    assert.is_true(judged > 100)
  end)
end)
