--- The paper's chapter on speed, on made-up files of timings.
local bench_file = require "moerates.bench_file"
local cjson = require "cjson"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lfs = require "lfs"
local paper = require "moerates.paper"
local scratch = require "scratch"
local speed = require "moerates.speed"
local targets = require "moerates.speed_targets"
local weave = require "moerates.weave"

local directory
before_each(function()
  directory = scratch.directory()
  lfs.mkdir(directory .. "/scripts")
  lfs.mkdir(directory .. "/results")
  lfs.mkdir(directory .. "/results/machines")
  scratch.write(directory, "claims.tsv",
    "id\tkind\tpaper\twhere\tquantity\tcase\tpredicted\tpublished_slope\tprotocol\tchapter\n")
end)
after_each(function() scratch.remove(directory) end)

--- A case of which only what matters is given; times spread by a tenth.
local function case_of(fields)
  local time = fields.ns or 10
  local case = { gate = "softmax", expert = "relu", d = 8, k = 4, n = 1024, level = "gauss-newton",
    threads = 1, variant = "tile", isa = "avx2", rank = 1, bound_ns = 5, share = 5 / time,
    from_memory = false, ns_per_sample = { min = time, median = 1.05 * time },
    times = { time, 1.05 * time, 1.1 * time } }
  for key, value in pairs(fields) do
    if key ~= "ns" then case[key] = value end
  end
  return case
end

local LIMITS <const> = { { threads = 1, isa = "avx2", gflops = 50, read = 20, copy = 1, triad = 1,
  exp = 1, sigmoid = 1, tanh = 1, normal = 1 } }

--- What a file measured; `more` has the optional lists.
local function measured_of(cases, more)
  local measured = { cases = {}, limits = LIMITS, warnings = { "somebody typed" }, seed = 1,
    seconds = .01 }
  for i, fields in ipairs(cases) do measured.cases[i] = case_of(fields) end
  for key, value in pairs(more or {}) do measured[key] = value end
  return measured
end

local function info_of(id, isa)
  local info = engine.info()
  info.machine_id, info.isa, info.cpu = id, isa or "avx2", "Made-up CPU"
  return info
end

local function commit(id, isa, cases, more)
  return bench_file.write_reference(directory .. "/results/machines", info_of(id, isa),
    measured_of(cases, more))
end

--- The file of this machine.
local function here(cases, more)
  bench_file.write(directory .. "/bench.json", info_of("0c0c0c0c"), measured_of(cases, more))
  return bench_file.read(directory .. "/bench.json")
end

local function chunk(code)
  return (weave.weave("paper.md", "```{.lua #c}\n" .. code .. "\n```\n",
    paper.environment { out = directory, profile = "quick", scripts = directory .. "/scripts",
      list = directory .. "/claims.tsv", output = directory .. "/paper.md",
      results = directory .. "/results", absolute_report = directory .. "/report" }))
end

local PEERS <const> = { peers = {
  { contest = "gradient", peer = "NumPy", version = "1.24", gate = "sigmoid", expert = "relu", d = 1,
    k = 3, n = 100000, threads = 1, ns_per_sample = { min = 150, median = 160 },
    times = { 150, 160 }, ratio = 30 },
  { contest = "em", peer = "an R package", gate = "softmax", expert = "linear", d = 1, k = 2, n = 133,
    threads = 1, seconds = { min = 2.5, median = 3 }, times = { 2.5, 3 }, objective = -12.5 },
} }
local GROWTH <const> = { growth = { { axis = "d", level = "gradient", variant = "engine",
  gate = "softmax", expert = "relu", k = 4, n = 1024, from = 8, to = 64, operations = .97,
  exponent = { value = .91, low = .89, high = .93 }, points = {
    { at = 8, kernel = "tile", ns = { min = 9, median = 10 }, times = { 9, 10, 11 } },
    { at = 64, kernel = "tile", ns = { min = 60, median = 61 }, times = { 60, 61, 62 } } } } } }
local GENERATION <const> = { generation = {
  { what = "normal", isa = "avx2", variant = "bulk", unit = "number", ns = { min = 1.9, median = 2 },
    times = { 1.9, 2 } },
  { what = "normal", isa = "scalar", variant = "gsl-polar", unit = "number",
    ns = { min = 1.5, median = 2 }, times = { 1.5 } },
} }

local LIKELIHOODS <const> = { likelihoods = { { gate = "softmax", expert = "linear", d = 1, k = 3,
  n = 4096, threads = 1, level = "hessian", variant = "engine", kernel = "tile", isa = "avx2", ratio = 2.25,
  ns_per_sample = { min = 22.5, median = 23 }, squares_ns = { min = 10, median = 11 },
  interval = { value = 2.2, low = 2.1, high = 2.3 } } } }

--- A descent of a thousand steps.
local function optimisers()
  local trace = { seconds = {}, nats = {} }
  for i = 1, 1000 do trace.seconds[i], trace.nats[i] = i / 1000, 1 / i end
  return { optimisers = { { problem = "valley", method = "trust", gate = "softmax",
    expert = "tanh", d = 1, k = 3, n = 1000, starts = 5, limit = 1, traces = { trace },
    reached = { { nats = 1, share = 1, seconds = { median = .012, low = .01, high = .02 } },
      { nats = .001, share = .4, seconds = {} } } } } }
end

describe("a reference", function()
  it("is named after machine and ISA level and reads like the whole file", function()
    local path = commit("0a0a0a0a", "avx512", { { ns = 1 / 3 }, { d = 1, k = 2 } }, PEERS)
    assert.equal(directory .. "/results/machines/0a0a0a0a-avx512.json", path)
    local file = bench_file.read(path)
    assert.equal("avx512", file.build.isa)
    assert.equal(.333333, file.cases[1].ns_per_sample.min)
    assert.equal(2, #file.cases)
    assert.equal("NumPy", file.peers[1].peer)
    local lines = 0
    for _ in scratch.read(path):gmatch("[^\n]+") do lines = lines + 1 end
    assert.is_true(lines > 4 and lines < 30) -- a line per case, not per number
  end)

  it("leaves out what nobody needs and thins traces, keeping their ends", function()
    local path = commit("0a0a0a0a", "avx2", { { error = 1e-15, repetitions = 64, pinned = true } },
      optimisers())
    local file = cjson.decode(scratch.read(path))
    assert.is_nil(file.cases[1].repetitions)
    assert.equal(3, #file.cases[1].times)
    local trace = file.optimisers[1].traces[1]
    assert.equal(60, #trace.seconds)
    assert.same({ .001, 1, 1, .001 }, { trace.seconds[1], trace.seconds[60], trace.nats[1],
      trace.nats[60] })
  end)

  it("is refused with a word on what is wrong", function()
    local text = scratch.read(commit("0a0a0a0a", "avx2", { {} }, PEERS))
    for _, bad in ipairs {
      { '"contest":"em"', '"contest":"race"', "peers[2].contest: unknown contest" },
      { '"peer":"NumPy"', '"peer":"\\n"', "peers[1].peer: expected a line of text" },
      { '"from_memory":false', '"from_memory":0', "cases[1].from_memory: expected true or false" },
      { '"gflops":50', '"gflops":-50', "limits[1].gflops: expected a number above 0" },
    } do
      local first, last = text:find(bad[1], 1, true)
      local path = scratch.write(directory, "bad.json", text:sub(1, first - 1) .. bad[2]
        .. text:sub(last + 1))
      local ok, message = pcall(bench_file.read, path)
      assert.is_false(ok)
      assert.is_true(fault.is(message))
      assert.truthy(message.message:find(bad[3], 1, true), message.message)
    end
  end)
end)

describe("descents", function()
  it("are the median of the runs at each time, down to what tells anyone apart", function()
    local file = optimisers()
    local one = file.optimisers[1]
    one.traces[2] = { seconds = { 0, .5 }, nats = { 30, 1e-9 } }
    one.traces[3] = { seconds = { 0 }, nats = { 40 } }
    local figure = speed.descents(file)
    local curve = figure.panels[1].curves[1]
    assert.same({ "valley", "trust" }, { figure.panels[1].title, curve.label })
    assert.near(.1, curve.x[1], 1e-9)
    assert.near(1000, curve.x[#curve.x], 1e-6)
    assert.equal(30, curve.y[1]) -- of 1, 30, 40
    for i, milliseconds in ipairs(curve.x) do
      if milliseconds > 500 then -- of 1 / t, .001, 40
        assert.near(1 / math.floor(milliseconds + 1e-6), curve.y[i], 1e-3)
      end
    end
    assert.equal(.001, curve.y[#curve.y])
  end)
end)

describe("targets", function()
  it("are met, missed, exceeded or unknown by what the file says", function()
    local file = here {
      { ns = 5 / .86 }, { ns = 5 / .91, gate = "sigmoid" },
      { ns = 5 / .74, level = "gradient" },
      { ns = 5 / .2, level = "objective" }, { ns = 5 / .81, level = "objective", variant = "blis" },
      { ns = 5 / .99, level = "gradient", gate = "sigmoid", from_memory = true },
      { ns = 5 / .98, level = "objective", gate = "sigmoid", threads = 2 },
    }
    local by_level = {}
    for _, row in ipairs(targets.shares(file)) do
      if row.d == 8 then by_level[row.level] = row end
      if row.d ~= 8 then assert.equal(targets.UNKNOWN, row.softmax_verdict) end
    end
    assert.equal("met", by_level["gauss-newton"].softmax_verdict)
    assert.equal("met, and 90 %", by_level["gauss-newton"].sigmoid_verdict)
    assert.equal("missed", by_level.gradient.softmax_verdict)
    assert.equal("met", by_level.objective.softmax_verdict)
    assert.equal("blis", by_level.objective.softmax_kernel)
    assert.equal(targets.UNKNOWN, by_level.gradient.sigmoid_verdict) -- not from memory,
    assert.equal(targets.UNKNOWN, by_level.objective.sigmoid_verdict) -- not by two threads
    assert.same({ 3, 1 }, { targets.count(targets.shares(file)) })
  end)

  it("for ratios are of one gate, and say which way they go", function()
    local file = here({ { ns = 10 }, { ns = 620, variant = "gsl", isa = "scalar", rank = 0 },
      { ns = 21, variant = "blis-dsyrk" }, { ns = 10.5, level = "hessian" },
      { ns = 5.2, threads = 2 } }, GENERATION)
    local found = {}
    for _, row in ipairs(targets.others(file)) do found[row.what] = row end
    local function verdict(what) return found[what].verdict end
    assert.equal("met", verdict("J'J, softmax: the textbook by GSL over ours"))
    assert.equal(62, found["J'J, softmax: the textbook by GSL over ours"].value)
    assert.equal("missed", verdict("J'J, softmax: explicit Jacobian and BLIS's dsyrk over ours"))
    assert.equal("met", verdict("Hessian over J'J, softmax"))
    assert.equal("met", verdict("one core over two, gauss-newton, softmax"))
    assert.equal(targets.UNKNOWN, verdict("one core over two, gradient, softmax"))
    assert.equal(targets.UNKNOWN, verdict("Hessian over J'J, sigmoid"))
    assert.equal(1.9, found["a normal deviate, ns"].value) -- GSL's do not count
    assert.equal("met", verdict("a normal deviate, ns"))
  end)

  it("for likelihoods are of the worst size", function()
    local cheap = {}
    for key, value in pairs(LIKELIHOODS.likelihoods[1]) do cheap[key] = value end
    cheap.ratio, cheap.d = 1.5, 8
    local found = {}
    for _, row in ipairs(targets.others(here({ {} }, { likelihoods = { cheap, LIKELIHOODS.likelihoods[1] } }))) do
      found[row.what] = row
    end
    local what = "Hessian of a likelihood over that of squares, %s, the worst (d, k)"
    assert.equal(2.25, found[what:format "softmax"].value)
    assert.equal("missed", found[what:format "softmax"].verdict)
    assert.equal(targets.UNKNOWN, found[what:format "normalised-sigmoid"].verdict)
  end)
end)

describe("targets for other programs", function()
  local function verdicts(peers)
    local found = {}
    for _, row in ipairs(targets.others(here({ {} }, { peers = peers }))) do found[row.what] = row end
    return found
  end

  --- A row of peers as a contest stores it.
  local function peer_of(fields)
    local one = { contest = "gradient", peer = "numba", gate = "sigmoid", expert = "relu", d = 1,
      k = 3, n = 100000, threads = 1, ns_per_sample = { min = 40, median = 41 }, ratio = 9 }
    for key, value in pairs(fields) do one[key] = value end
    return one
  end

  it("are held against the ratios of one contest", function()
    local found = verdicts { peer_of {}, peer_of { peer = "NumPy", ratio = 24.9 },
      peer_of { peer = "PyTorch", ratio = 99, d = 8 },
      peer_of { contest = "fit", peer = "numba + SciPy", ratio = 10, lower = 0 },
      peer_of { contest = "fit", peer = "numba + SciPy, tight", ratio = 11, lower = 2 } }
    local function verdict(what) return found["(1, 3), " .. what].verdict end
    assert.equal("met", verdict("objective and gradient: numba over ours"))
    assert.equal("missed", verdict("objective and gradient: NumPy over ours"))
    assert.equal(targets.UNKNOWN, verdict("objective and gradient: PyTorch over ours")) -- at d = 8
    assert.equal("met", verdict("a fit: numba + SciPy over ours"))
    assert.equal("met", verdict("a fit: numba + SciPy, tight over ours"))
    assert.equal("missed", verdict("a fit: starts from which SciPy ends lower"))
    found = verdicts { peer_of { contest = "em", peer = "NumPy, EM", gate = "softmax", expert = "linear",
      n = 10000, ratio = 30, lower = 2 } }
    assert.equal("met", verdict("as large a likelihood: NumPy, EM over ours"))
    assert.equal(targets.UNKNOWN, found["(1, 2), as large a likelihood: NumPy, EM over ours"].verdict)
    assert.equal(targets.UNKNOWN, verdict("a fit: starts from which SciPy ends lower"))
    found = verdicts { peer_of { contest = "fit", peer = "numba + SciPy, tight", ratio = 11, lower = 2 } }
    assert.equal(2, found["(1, 3), a fit: starts from which SciPy ends lower"].value)
  end)

  it("are not measured where there was no contest", function()
    local count = 0
    for what, row in pairs(verdicts({})) do
      if what:find("^%(1, 3%)") then
        count = count + 1
        assert.equal(targets.UNKNOWN, row.verdict)
      end
    end
    assert.equal(7, count)
  end)
end)

describe("the chapter", function()
  it("says in a sentence what was not measured, and how to", function()
    for code, command in pairs {
      ['speed_machines("c")'] = "make bench", ['speed_roofline("c")'] = "make bench",
      ['speed_shares("c")'] = "make bench", ['speed_targets("c")'] = "make bench",
      ['speed_peers("c")'] = "make bench-peers", ['speed_growth("c")'] = "make bench",
      ['speed_generation("c")'] = "make bench", ['speed_optimisers("c")'] = "make bench",
      ['speed_likelihoods("c")'] = "make bench", ['speed_across("c", "d")'] = "make bench-reference" } do
      assert.matches("^%*[^*\n]+: not measured here; run `" .. command:gsub("%-", "%%-") .. "`%.%*\n$",
        chunk("return " .. code))
    end
    assert.equal("none; no target was measured\n",
      chunk [[return speed_names() .. "; " .. speed_count()]])
  end)

  it("is about this machine where it was timed, else about the fullest file", function()
    commit("0a0a0a0a", "avx2", { {} }, PEERS)
    commit("0b0b0b0b", "portable", { {}, { d = 1, k = 2 } })
    local list = speed.files(directory .. "/results", directory)
    assert.equal("0b0b0b0b portable", speed.main(list).name)
    assert.equal("0a0a0a0a avx2", speed.main(list, "peers").name)
    assert.is_nil(speed.main(list, "growth"))
    assert.matches("`make bench%-reference`", chunk [[return speed_shares("c")]])
    here { {} }
    list = speed.files(directory .. "/results", directory)
    assert.equal("this machine, avx2", speed.main(list).name)
    assert.equal("0a0a0a0a avx2", speed.main(list, "peers").name)
    local text = chunk [[return speed_shares("Shares.")]]
    assert.matches("`make bench`", text, 1, true)
    assert.matches("this machine, avx2: Made%-up CPU", (text:gsub("\\", "")))
    assert.equal("this machine, avx2; 0a0a0a0a avx2; 0b0b0b0b portable\n",
      chunk "return speed_names()")
  end)

  it("shows the optional lists", function()
    local more = optimisers()
    for _, list in ipairs { PEERS, GROWTH, GENERATION, LIKELIHOODS } do
      for key, value in pairs(list) do more[key] = value end
    end
    here({ {} }, more)
    local text = chunk [[return speed_peers("P.")]]
    assert.matches("| gradient | NumPy | 1\\.24 | sigmoid | relu | (1, 3) | $10^{5}$ | 1 | $150$ | -- | $30.0$ | -- |",
      text, 1, true)
    assert.matches("| $3.00$ | -- | $-12.5$ |", text, 1, true)
    assert.matches("$0.910$ [$0.890$, $0.930$] | $0.970$", chunk [[return speed_growth("G.")]], 1, true)
    assert.matches("| softmax | linear | (1, 3) | hessian | tile | $10.0$ | $22.5$ | $2.20$ [$2.10$, $2.30$] |",
      chunk [[return speed_likelihoods("L.")]], 1, true)
    assert.matches("| normal | bulk | avx2 | number | $1.90$ | $2.00$ |",
      chunk [[return speed_generation("R.")]], 1, true)
    assert.matches("| valley | trust | softmax | tanh | 5 | $12.0$ [$10.0$, $20.0$] | 40 % of starts |",
      chunk [[return speed_optimisers("O.")]], 1, true)
  end)

  it("draws attained speed under the roof, once per machine and level", function()
    commit("0c0c0c0c", "avx2", { {} })
    commit("0c0c0c0c", "portable", { {} })
    local file = here { { ns = 100 }, { ns = 150, variant = "blis" },
      { ns = 120, n = 2 ^ 20, from_memory = true }, { ns = 20, level = "objective" } }
    local figure = speed.roofline(speed.files(directory .. "/results", directory))
    assert.equal(2, #figure.panels)
    local by_label, panel = {}, speed.roofline({ file }).panels[1]
    for _, curve in ipairs(panel.curves) do
      by_label[curve.label .. (curve.hollow and " hollow" or "")] = curve
    end
    local flops, bytes = engine.bench_work { gate = "softmax", expert = "relu", d = 8, k = 4,
      level = "gauss-newton" }
    assert.same({ { flops / bytes }, { flops / 100 } }, { by_label["gauss-newton"].x,
      by_label["gauss-newton"].y })
    assert.same({ flops / 120 }, by_label["gauss-newton hollow"].y)
    assert.same({ 50, 50 }, by_label["multiply-adds"].y)
    assert.near(50 / 20, by_label["reading memory"].x[2], 1e-12)
    local text = chunk [[return speed_roofline("Roof.")]]
    assert.matches("![Roof.](report/figures/speed-roofline)", text, 1, true)
    assert.truthy(lfs.attributes(directory .. "/report/figures/speed-roofline.svg"))
  end)

  it("holds machines and levels against the first, each at its best", function()
    here { { ns = 10 }, { ns = 20, d = 1, k = 2 } }
    commit("0c0c0c0c", "portable", { { ns = 100, isa = "portable" } })
    commit("0d0d0d0d", "avx512", { { ns = 5, isa = "avx512" }, { ns = 10, d = 1, k = 2, isa = "avx512" } })
    commit("0e0e0e0e", "avx512", { { d = 64, k = 16 } }) -- nothing in common
    local text = chunk [[return speed_across("F.", "T.")]]
    assert.matches("| 0c0c0c0c portable | same machine, other level | 1 | $10.0$ |", text, 1, true)
    assert.matches("| 0d0d0d0d avx512 | another machine | 2 | $0.500$ |", text, 1, true)
    assert.is_nil(text:find("| 0e0e0e0e", 1, true))
    assert.matches("report/figures/speed%-across", text)
  end)

  it("lists the machines and what was warned of", function()
    here { {} }
    local text = chunk [[return speed_machines("M.")]]
    assert.matches("| this machine, avx2 | Made%-up CPU | %d+ | gcc.-| %$50.0%$ | %$20.0%$ | 1 | 1 |",
      (text:gsub("\\", "")))
    assert.matches("this machine, avx2: somebody typed.", text, 1, true)
  end)
end)

describe("the work of a row", function()
  it("is that of the bound", function()
    local flops, bytes = engine.bench_work { gate = "softmax", expert = "relu", d = 1, k = 2,
      level = "objective" }
    assert.same({ 22, 24 }, { flops, bytes }) -- bench_limit.c: 6 + 8 + 8; three numbers
    assert.has_error(function() engine.bench_work { gate = "softmax", expert = "relu", d = 1, k = 2 } end)
  end)
end)
