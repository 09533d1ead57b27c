--- Cells are a function of their description: the same bytes for any number of threads, any
--- sharding, any ISA level, and after any number of kill -9.
local engine = require "moerates.engine"
local lfs = require "lfs"

local small_cells = require "small_cells"

local CELLS <const> = small_cells.COUNT

local function temporary_directory()
  local path = os.tmpname()
  os.remove(path)
  lfs.mkdir(path)
  return path
end

local function remove_tree(path)
  assert.equal(0, (engine.exec { "rm", "-rf", path }))
end

local function cell_path(dir, cell)
  return ("%s/cells/%s/%s.tsv"):format(dir, cell.experiment, engine.case(cell).key)
end

local function read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read("a")
end

--- Every file below `dir` except the logs of times: path -> bytes.
local function contents(dir)
  local files = {}
  for _, experiment in ipairs { "even", "odd" } do
    local folder = dir .. "/cells/" .. experiment
    if lfs.attributes(folder) then
      for name in lfs.dir(folder) do
        if name:find("^[^.]") and name ~= "times.log" then
          files[experiment .. "/" .. name] = read(folder .. "/" .. name)
        end
      end
    end
  end
  return files
end

--- Fails with the name of the first file that differs; assert.same would print them all.
local function assert_same_files(expected, files)
  for name, text in pairs(expected) do
    assert(files[name] == text, name .. (files[name] and ": differs" or ": is missing"))
  end
  for name in pairs(files) do assert(expected[name], name .. ": should not be there") end
end

local function count(t)
  local n = 0
  for _ in pairs(t) do n = n + 1 end
  return n
end

describe("cells", function()
  local cells = small_cells.describe()
  local clean, reference

  setup(function()
    clean = temporary_directory()
    local outcome = engine.run(cells, { dir = clean, threads = 1 })
    assert.same({}, outcome.errors)
    assert.equal(CELLS, outcome.done)
    reference = contents(clean)
    assert.equal(CELLS, count(reference))
  end)

  teardown(function() remove_tree(clean) end)

  it("are the same for any number of threads", function()
    for threads = 2, 3 do
      local dir = temporary_directory()
      engine.run(cells, { dir = dir, threads = threads })
      assert_same_files(reference, contents(dir))
      remove_tree(dir)
    end
  end)

  it("are the same for any sharding and order", function()
    for shards = 2, 5, 3 do
      local dir = temporary_directory()
      for shard = 0, shards - 1 do
        local own = {}
        for i = CELLS, 1, -1 do
          if i % shards == shard then own[#own + 1] = cells[i] end
        end
        engine.run(own, { dir = dir, threads = shard % 2 + 1 })
      end
      assert_same_files(reference, contents(dir))
      remove_tree(dir)
    end
  end)

  it("are the same, but for the evaluator's name, at every ISA level this machine has", function()
    local function without_kernel(files)
      local texts = {}
      for name, text in pairs(files) do
        texts[name] = text:gsub("# evaluator: [^\n]*\n", ""):gsub("# end: [^\n]*\n", "")
      end
      return texts
    end
    for _, isa in ipairs { "portable", "avx2", "avx512" } do
      local dir = temporary_directory()
      local code, message = engine.exec { "env", "MOERATES_ISA=" .. isa, MOERATES, "lua",
        ROOT .. "/tests/lua/cells_resume.lua", dir }
      if isa == "portable" or not message:find("MOERATES_ISA") then
        assert.equal(0, code, message)
        assert_same_files(without_kernel(reference), without_kernel(contents(dir)))
      end
      remove_tree(dir)
    end
  end)

  it("read back what was computed", function()
    local cell = cells[1]
    local rows = engine.compute(cell, 1)
    local stored = assert(engine.read_cell(cell_path(clean, cell)))
    assert.same(rows[1].theta, stored.rows[1].theta)
    assert.equal(rows[1].objective, stored.rows[1].objective)
    assert.equal("full", stored.rows[1].search)
    assert.equal("near", stored.rows[2].search)
    assert.equal("integer", math.type(stored.rows[1].replicate))
    assert.equal(engine.case(cell).key, stored.key)
    assert.equal(engine.case(cell).description, stored.description)
  end)

  it("are missing or corrupt, with the reason", function()
    local path = cell_path(clean, cells[1])
    assert.equal("missing", select(3, engine.read_cell(path .. ".not")))
    local file <close> = io.open(path, "ab")
    file:write("# more\n")
    file:close()
    local nothing, message, reason = engine.read_cell(path)
    assert.is_nil(nothing)
    assert.equal("corrupt", reason)
    assert.matches(path, message, 1, true)
    engine.run({ cells[1] }, { dir = clean, threads = 1 })
    assert_same_files(reference, contents(clean))
  end)

  it("log their seconds beside them, not in them", function()
    local log = read(clean .. "/cells/odd/times.log")
    assert.matches(engine.case(cells[1]).key .. "\t%d+%.%d+\t1\t", log)
  end)

  it("survive 50 times kill -9 at random moments", function()
    local dir = temporary_directory()
    local finished = 0
    for kill = 1, 50 do
      local seconds = ("%.3f"):format(0.005 + 0.12 * engine.uniform("kill", kill))
      local code = engine.exec { "timeout", "--foreground", "-s", "KILL", seconds, MOERATES, "lua",
        ROOT .. "/tests/lua/cells_resume.lua", dir }
      for name, text in pairs(contents(dir)) do
        if name:find("%.tsv$") then assert.equal(reference[name], text) end
      end
      if code == 0 then -- everything was there: begin again
        finished = finished + 1
        remove_tree(dir)
        lfs.mkdir(dir)
      end
    end
    assert.is_true(finished < 45, "most runs ended before they were killed")
    os.remove(cell_path(dir, cells[1])) -- so that there is something to do, in both directories
    os.remove(cell_path(dir, cells[2]))
    assert.equal(0, (engine.exec { MOERATES, "lua", ROOT .. "/tests/lua/cells_resume.lua", dir }))
    assert_same_files(reference, contents(dir))
    remove_tree(dir)
  end)

  it("are counted when they cannot be written", function()
    local dir = temporary_directory()
    local file <close> = io.open(dir .. "/cells", "w")
    file:close()
    local ok, message = pcall(engine.run, cells, { dir = dir, threads = 2 })
    assert.is_false(ok)
    assert.matches(dir .. "/cells/odd: cannot make the directory: Not a directory", message, 1, true)
    remove_tree(dir)
  end)

  it("report progress, and stop when the report fails", function()
    local dir = temporary_directory()
    local last
    engine.run(cells, { dir = dir, threads = 2,
      progress = function(done, failed, total, seconds) last = { done, failed, total, seconds > 0 } end })
    assert.same({ CELLS, 0, CELLS, true }, last)
    assert.has_error(function()
      engine.run(cells, { dir = dir, threads = 2, progress = function() error("stop", 0) end })
    end, "stop")
    remove_tree(dir)
  end)
end)
