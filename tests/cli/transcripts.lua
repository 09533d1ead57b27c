--- Runs transcripts: files of commands with the output and exit code they must have.
---
---   # a comment
---   $ moerates run demo.lua --out out
---   4 of 4 cells to compute, about ... on 1 threads
---   4 cells computed in ..., 0 were there
---   ? 0
---
--- Output is both streams together. `...` in an expected line stands for any text, a line that is
--- only `...` for any number of lines. Each transcript runs in an empty directory that holds the
--- scripts (*.lua) of this one; `moerates` is the program under test, without a terminal.
local lfs = require "lfs"

local program, directory = arg[1], arg[2]

local function absolute(path)
  return path:sub(1, 1) == "/" and path or lfs.currentdir() .. "/" .. path
end

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch("([^\n]*)\n?") do lines[#lines + 1] = line end
  if lines[#lines] == "" then lines[#lines] = nil end
  return lines
end

--- Steps { command =, expected = lines, code =, line = }.
local function parse(path)
  local steps, number = {}, 0
  for _, line in ipairs(lines_of(read(path))) do
    number = number + 1
    local step = steps[#steps]
    if line:sub(1, 2) == "$ " then
      steps[#steps + 1] = { command = line:sub(3), expected = {}, line = number }
    elseif line:match("^%? %d+$") then
      step.code = tonumber(line:sub(3))
    elseif step and not step.code then
      table.insert(step.expected, line)
    elseif line ~= "" and line:sub(1, 1) ~= "#" then
      error(("%s:%d: neither a command nor a comment"):format(path, number), 0)
    end
  end
  return steps
end

local function line_matches(expected, line)
  local pattern = expected:gsub("%p", "%%%0"):gsub("%%%.%%%.%%%.", ".*")
  return line:find("^" .. pattern .. "$") ~= nil
end

--- Whether the lines from i on are what is expected from j on.
local function matches(expected, j, lines, i)
  if j > #expected then return i > #lines end
  if expected[j] == "..." then
    for rest = i, #lines + 1 do
      if matches(expected, j + 1, lines, rest) then return true end
    end
    return false
  end
  return i <= #lines and line_matches(expected[j], lines[i])
    and matches(expected, j + 1, lines, i + 1)
end

local function run_step(step, where)
  local shell = ("cd %s && moerates() { %s \"$@\"; }; %s"):format(quote(where), quote(program),
    step.command)
  local pipe = io.popen(("{ %s\n} 2>&1"):format(shell), "r")
  local text = pipe:read("a")
  local _, _, code = pipe:close()
  local lines = lines_of(text)
  if code == step.code and matches(step.expected, 1, lines, 1) then return true end
  return false, lines, code
end

local function report(path, step, lines, code)
  print(("%s:%d: $ %s"):format(path, step.line, step.command))
  print(("  expected (exit code %s):"):format(step.code))
  for _, line in ipairs(step.expected) do print("    " .. line) end
  print(("  found (exit code %s):"):format(code))
  for _, line in ipairs(lines) do print("    " .. line) end
end

local function scratch_directory()
  local where = os.tmpname()
  os.remove(where)
  assert(lfs.mkdir(where))
  return where
end

--- True if every step is as expected; stops at the first that is not.
local function run_transcript(path)
  local where, ok = scratch_directory(), true
  os.execute(("cp %s/*.lua %s"):format(quote(directory), quote(where)))
  for _, step in ipairs(parse(path)) do
    local good, lines, code = run_step(step, where)
    if not good then
      report(path, step, lines, code)
      ok = false
      break
    end
  end
  os.execute("rm -rf " .. quote(where))
  return ok
end

local wanted, names = {}, {}
for i = 3, #arg do wanted[arg[i]] = true end
program, directory = absolute(program), absolute(directory)
for name in lfs.dir(directory) do
  local base = name:match("^(.*)%.txt$")
  if base and (not next(wanted) or wanted[base]) then names[#names + 1] = base end
end
table.sort(names)
local failed = 0
for _, name in ipairs(names) do
  if not run_transcript(("%s/%s.txt"):format(directory, name)) then failed = failed + 1 end
end
print(("transcripts: %d passed, %d failed"):format(#names - failed, failed))
return (failed == 0 and #names > 0) and 0 or 1
