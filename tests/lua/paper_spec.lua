--- What chunks can call, on a tiny experiment that is run, reported and judged here.
local command = require "command"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local format = require "moerates.format"
local lfs = require "lfs"
local paper = require "moerates.paper"
local scratch = require "scratch"
local script = require "moerates.script"
local weave = require "moerates.weave"

local TINY <const> = [[
local moe = require "moerates"
return moe.experiment {
  name = "tiny", title = "Tiny",
  truth = moe.truth { gate = "softmax", expert = "tanh", { beta1 = 2, beta0 = 0.5, a = 3, b = 1 } },
  noise_sd = 0.1, design = moe.telescope { lower = -3, upper = 3, points = 16 },
  n = moe.sizes { quick = { 1e3, 1e4, 1e5, 1e6 }, full = { 1e3, 1e4, 1e5, 1e6, 1e7 } }, replicates = 10,
  fit = moe.grid { gate = { "softmax", "sigmoid" }, k = 1 },
  estimator = moe.lse { starts = 2, near_starts = 1 }, measure = { "matched", "l2" },
  figures = { { name = "l2", measure = "l2" } },
  claims = { { id = "A-l2", measure = "l2" } },
}
]]
local ELSEWHERE <const> = [[
local moe = require "moerates"
return moe.experiment {
  name = "elsewhere", title = "Never run", noise_sd = 0.1,
  truth = moe.truth { gate = "softmax", expert = "tanh", { beta1 = 2, beta0 = 0.5, a = 3, b = 1 } },
  design = moe.telescope { lower = -3, upper = 3, points = 16 },
  n = moe.sizes { quick = { 1e3 }, full = { 1e3, 1e4 } }, replicates = 10,
  fit = { gate = "softmax", k = 1 }, estimator = moe.lse { starts = 1 }, measure = { "l2" },
}
]]
local CLAIMS <const> = "id\tkind\tpaper\twhere\tquantity\tcase\tpredicted\tpublished_slope\tprotocol\tchapter\n"
  .. "A-l2\trate\tarXiv 1\tTheorem 1\terror of f\tany\t-1/2\t\tlse\tA\n"
  .. "A-other\trate\tarXiv 1\tTable 1\tsomething_odd\tany\t-1/4\t\tlse\tA\n"
  .. "B-later\tholds\tarXiv 2\tTheorem 2\tx -> 0\tany\tholds\t\tpath\tB\n"

local directory, cases

--- Runs a command quietly.
local function moerates(...)
  local code, _, err = command.run(...)
  assert(code == 0, err)
end

setup(function()
  directory = scratch.directory()
  lfs.mkdir(directory .. "/scripts")
  lfs.mkdir(directory .. "/scripts/group")
  local tiny = scratch.write(directory, "scripts/group/tiny.lua", TINY)
  scratch.write(directory, "scripts/group/elsewhere.lua", ELSEWHERE)
  local list = scratch.write(directory, "claims.tsv", CLAIMS)
  moerates("run", tiny, "--out", directory, "-j", "2")
  moerates("report", tiny, "--out", directory)
  moerates("claims", tiny, "--out", directory, "--list", list)
  cases = {}
  for _, case in ipairs(script.load(tiny).cases) do
    cases[case.fit.gate] = case.name
  end
end)
teardown(function() scratch.remove(directory) end)

--- Weaves one chunk; returns its text and the warnings.
local function chunk(code, profile)
  local warnings = {}
  local text = weave.weave("paper.md", "```{.lua #c}\n" .. code .. "\n```\n",
    paper.environment { out = directory, profile = profile or "quick", scripts = directory .. "/scripts",
      list = directory .. "/claims.tsv", output = directory .. "/paper.md",
      absolute_report = directory .. "/report" },
    function(message) warnings[#warnings + 1] = message end)
  return text, warnings
end

local function complaint(code)
  local ok, message = pcall(chunk, code)
  assert.is_false(ok)
  assert.is_true(fault.is(message), tostring(message))
  return message.message
end

describe("the chunks' globals", function()
  it("reach neither files nor other code", function()
    for _, name in ipairs { "io", "os", "load", "loadfile", "dofile", "require", "debug", "package",
      "getmetatable", "collectgarbage", "coroutine" } do
      assert.equal(name .. " nil\n", (chunk(("return '%s ' .. tostring(%s)"):format(name, name))))
    end
    assert.equal("nil nil nil\n", (chunk [[
return tostring(math.random) .. " " .. tostring(string.dump) .. " " .. tostring(_G)]]))
  end)

  it("cannot spoil the program's libraries", function()
    chunk "math.floor = nil; string.format = nil; table.concat = nil; utf8.char = nil"
    assert.is_function(math.floor)
    assert.is_function(string.format)
    assert.is_function(table.concat)
    assert.is_function(utf8.char)
  end)

  it("hold the table library and the table helper under one name", function()
    assert.equal("a,b c,d\n", (chunk [[return table.concat({ "a", "b" }, ",") .. " " .. concat({ "c", "d" }, ",")]]))
  end)

  it("name the profile and a command", function()
    assert.matches("^quick .*quick", (chunk [[return profile .. " " .. command]]))
    assert.equal(engine.version .. "\n", (chunk "return info().version"))
  end)
end)

describe("certificates", function()
  it("count the fits of every experiment by search", function()
    local text = chunk [[return certificates({ "tiny" }, "Fits.")]]
    assert.matches("| tiny | full | %d+ | ", text)
    assert.matches("\n: Fits.\n", text, 1, true)
  end)
end)

describe("table", function()
  it("shows what report wrote, with caption and command", function()
    local text = chunk [[return table("tiny-rates", { caption = "Some $n$." })]]
    assert.matches("| case", text, 1, true)
    assert.matches(cases.softmax, text, 1, true)
    assert.matches("\n: Some $n$.\n", text, 1, true)
    assert.matches("moerates report .*tiny.lua", text)
  end)

  it("takes columns in the order asked for, rows that pass, and no footer", function()
    local text = chunk([[return table("tiny-rates", { columns = { "measure", "case" }, footer = false,
      rows = function(row) return row.measure == "l2" and row.search == "full" end })]])
    assert.matches("^| measure | case |\n", text)
    assert.matches("| l2 | " .. cases.sigmoid, text, 1, true)
    assert.is_nil(text:find("matched", 1, true))
    assert.is_nil(text:find("moerates", 1, true))
  end)

  it("knows intervals in a filter", function()
    local text = chunk [[return table("tiny-rates", { rows = function(row)
      return row.slope.low <= row.slope.value and row.slope.value <= row.slope.high end })]]
    assert.matches("l2", text)
  end)

  it("names the column that is not there", function()
    assert.matches("^paper.md:2: .*tiny%-rates has no column 'slop'",
      complaint [[return table("tiny-rates", { columns = { "slop" } })]])
  end)
end)

describe("what is not there", function()
  it("is named in the text and in a warning, with the commands that make it", function()
    for _, code in ipairs { 'figure("elsewhere-l2", "c")', 'table("elsewhere-rates")' } do
      local text, warnings = chunk("return " .. code)
      assert.matches("cannot be shown: 1 of 1 cells are missing", text, 1, true)
      assert.matches("moerates run .*/elsewhere.lua %-%-profile quick %-%-out .*\nmoerates report", text)
      assert.equal(1, #warnings)
      assert.matches("^paper.md:2: warning: no .*moerates run", warnings[1])
    end
  end)

  it("is a fault if the experiment is complete: the name is wrong", function()
    assert.matches("^paper.md:2: no figure 'tiny%-l3'; .* has: tiny%-l2$",
      complaint [[return figure("tiny-l3", "c")]])
    assert.matches("no table 'tinny%-rates': the name begins with that of an experiment",
      complaint [[return table("tinny-rates")]])
  end)

  it("is a dash and a warning where a value should be", function()
    local case = script.load(directory .. "/scripts/group/elsewhere.lua").cases[1].name
    local text, warnings = chunk(([[return slope("elsewhere", "%s", "l2")]]):format(case))
    assert.equal("--\n", text)
    assert.matches("moerates run", warnings[1])
    text, warnings = chunk(([[return value("tiny", "%s", "l2", 12)]]):format(cases.softmax))
    assert.equal("--\n", text)
    assert.equal(1, #warnings)
  end)

  it("is a fault for an unknown case, experiment, claim or ledger", function()
    assert.matches("the experiment 'tiny' has no case 'soft'", complaint [[return slope("tiny", "soft", "l2")]])
    assert.matches("no script 'nowhere.lua'", complaint [[return slope("nowhere", "a", "l2")]])
    assert.matches("no claim 'A%-l3'", complaint [[return verdict("A-l3")]])
    local ok, message = pcall(chunk, "return count {}", "full")
    assert.is_false(ok)
    assert.matches("claims%-full.tsv is missing; run: moerates claims", message.message)
  end)
end)

describe("figure", function()
  it("refers to the picture beside the woven text, without a suffix", function()
    assert.equal("![A $x$.](report/figures/tiny-l2){width=50%}\n",
      (chunk [[return figure("tiny-l2", "A $x$.", { width = "50%" })]]))
  end)
end)

describe("values", function()
  it("are those of the summary", function()
    local case = cases.softmax
    local text = chunk(([[
local r = rate("tiny", "%s", "l2")
local p = point("tiny", "%s", "l2", 1e4)
return concat({ r.slope.value, p.value, p.low, p.high }, " ")]]):format(case, case))
    local slope, value, low, high = text:match("^(%S+) (%S+) (%S+) (%S+)\n$")
    slope, value, low, high = tonumber(slope), tonumber(value), tonumber(low), tonumber(high)
    assert.near(-0.5, slope, 0.15) -- a regular model: f is estimated at the rate n^-1/2
    assert.is_true(low <= value and value <= high)
    assert.matches(format.slope(slope), (chunk(([[return slope("tiny", "%s", "l2")]]):format(case))), 1, true)
    assert.matches(format.number(value),
      (chunk(([[return value("tiny", "%s", "l2", 1e4)]]):format(case))), 1, true)
  end)

  it("include onsets", function()
    assert.matches("^%$10%^{3}%$ %[", (chunk(([[return onset("tiny", "%s", "l2")]]):format(cases.softmax))))
  end)

  it("make tables of rates that say how far to trust them", function()
    local text = chunk(([[return rate_table { columns = { "gate", "points" }, caption = "Rates.", rows = {
      { "softmax", 16, experiment = "tiny", case = "%s", measure = "l2" },
      { "none", 0, experiment = "elsewhere", case = "elsewhere", measure = "l2" } } }]]):format(cases.softmax))
    assert.matches("| gate | points | slope | onset | constant | $n$ | repl\\. | uncert\\. |", text, 1, true)
    assert.matches("| $10^{3}$ to $10^{6}$ | 10 | 0 % |", text, 1, true)
    assert.matches("| none | 0 | -- | -- | -- | -- | -- | -- |", text, 1, true)
  end)

  it("are formatted alike everywhere", function()
    assert.equal("$0.123$ $10^{4}$ $1.00$ [$0.500$, $2.00$] 12 % $n^{-1/4}$\n", (chunk [[
return concat({ num(.1234), size(1e4), interval(1, .5, 2), percent(.12), power(-.25) }, " ")]]))
  end)

  it("include crossovers", function()
    -- the truth is a softmax mixture of one atom; a sigmoid one cannot represent it as well
    local text = chunk(([[return crossover("tiny", "%s", "%s", "l2")]]):format(cases.sigmoid, cases.softmax))
    assert.is_true(text == "below the smallest $n$\n" or text:find("10^", 1, true) ~= nil, text)
    assert.equal("none in the range\n",
      (chunk(([[return crossover("tiny", "%s", "%s", "l2")]]):format(cases.softmax, cases.sigmoid))))
  end)
end)

describe("claims", function()
  it("are counted by filters that name fields", function()
    assert.equal("2 1 1 1 3\n", (chunk [[
return concat({ count { id = "A-l2" }, count { where = "Table 1" }, count { paper = "B" },
  count { kind = "holds", verdict = "not tested" }, count { paper = "A" } }, " ")]]))
  end)

  it("include the published practice only when asked for", function()
    assert.equal("2 4\n", (chunk [[return count { id = "A-l2" } .. " " .. count { id = "A-l2", near = true }]]))
  end)

  it("have a sentence each", function()
    local text = chunk(([[return verdict("A-l2", { case = "%s" })]]):format(cases.softmax))
    assert.matches("^%*%*Theorem 1%*%*, error of f %(A%-l2%): agrees, slope %$%-0.%d+%$ %[.*%] against %$n^{%-1/2}%$",
      text)
    text = chunk [[return verdict("A-l2")]]
    assert.matches("of 2 cases ", text, 1, true)
    assert.matches(cases.sigmoid, text, 1, true)
    assert.matches("was not tested", (chunk [[return verdict("A-other")]]), 1, true)
  end)

  it("print their words as they are written", function()
    assert.matches("something\\_odd", (chunk [[return verdict("A-other")]]), 1, true)
  end)

  it("can be looked up", function()
    assert.equal("Table 1 -1/4\n", (chunk [[local c = claim("A-other") return c.where .. " " .. c.predicted]]))
  end)

  it("make a table", function()
    local text = chunk [[return claims_table { paper = "A", caption = "All." }]]
    assert.matches("$n^{-1/4}$", text, 1, true)
    assert.matches(": All.", text, 1, true)
    assert.matches("`moerates claims [^`]*scripts/group/tiny.lua %-%-profile quick`", text)
    local turned = chunk [[return claims_table { paper = "A", landscape = true }]]
    assert.is_true(turned:find("`moerates claims", 1, true) < turned:find("\\end{landscape}", 1, true))
    assert.is_nil(text:find("B-later", 1, true))
    assert.equal("*No row of the ledger matches.*\n", (chunk [[return claims_table { paper = "Z" }]]))
  end)
end)

describe("the paper itself", function()
  --- Its scripts, as the Makefile lists them.
  local function scripts()
    local list = {}
    for _, group in ipairs { "convergence", "likelihood", "certificates" } do
      local folder = ROOT .. "/benchmarks/" .. group
      for name in lfs.dir(folder) do
        if name:find("%.lua$") then list[#list + 1] = folder .. "/" .. name end
      end
    end
    return list
  end

  it("is written before any cell is there, with a warning for each thing that is missing", function()
    local empty = scratch.directory()
    local claims = { "claims", "--out", empty }
    for _, path in ipairs(scripts()) do table.insert(claims, 2, path) end
    moerates(table.unpack(claims))
    local file <close> = assert(io.open(ROOT .. "/paper/paper.md"))
    -- without the fits to real data, which need no cells but ten seconds
    local text = file:read("a"):gsub("emit%(realdata%(%)%)", "")
    local document = scratch.write(empty, "paper.md", text)
    local code, _, err = command.run("weave", document, "--out", empty, "-o", empty .. "/woven.md")
    assert.equal(0, code, err)
    local warnings = select(2, err:gsub("warning: [^\n]*are missing", ""))
    assert.truthy(warnings > 20, err)
    scratch.remove(empty)
  end)
end)
