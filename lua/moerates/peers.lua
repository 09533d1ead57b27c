--- Other programs that compute what the engine does: which there are, and how they are asked.
---
--- Each is a script of benchmarks/peers/ that lives as long as the contest and answers line by line;
--- benchmarks/peers/peer.py says what. They run on Debian's Python or R whatever PYTHONPATH, ~/.local
--- or profiles hold, as one thread, and with OpenBLAS left to find out by itself what the CPU is.
local engine = require "moerates.engine"

local M = {}

local PYTHON <const> = { "/usr/bin/env", "-u", "OPENBLAS_CORETYPE", "-u", "OPENBLAS_L2_SIZE",
  "OPENBLAS_NUM_THREADS=1", "OMP_NUM_THREADS=1", "MKL_NUM_THREADS=1", "NUMBA_NUM_THREADS=1",
  "/usr/bin/python3", "-B", "-E", "-s" }

---@class PeerProgram
---@field title string as tables have it
---@field contest "gradient"|"fit"|"em" what it takes part in
---@field packages string Debian's, for a message
---@field run string[] the program and its arguments; one that ends in .py or .R is in benchmarks/peers/

local function python(title, contest, packages, ...)
  local run = { table.unpack(PYTHON) }
  for _, word in ipairs { ... } do run[#run + 1] = word end
  return { title = title, contest = contest, packages = packages, run = run }
end

--- By the names that scripts use (dsl_timing.PEERS).
---@type table<string, PeerProgram>
M.PROGRAMS = {
  numpy = python("NumPy", "gradient", "python3-numpy", "peer_numpy.py"),
  torch = python("PyTorch", "gradient", "python3-torch", "peer_torch.py"),
  numba = python("numba", "gradient", "python3-numba", "peer_numba.py"),
  ["numba-fastmath"] = python("numba, fastmath", "gradient", "python3-numba", "peer_numba.py",
    "fastmath"),
  scipy = python("numba + SciPy, tight", "fit", "python3-numba python3-scipy", "peer_scipy.py",
    "tight"),
  ["scipy-default"] = python("numba + SciPy", "fit", "python3-numba python3-scipy",
    "peer_scipy.py"),
  ["numpy-em"] = python("NumPy, EM", "em", "python3-numpy", "peer_em_numpy.py"),
  flexmix = { title = "R's flexmix, EM", contest = "em", packages = "r-base-core r-cran-flexmix",
    run = { "/usr/bin/env", "-u", "OPENBLAS_CORETYPE", "-u", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS=1",
      "OMP_NUM_THREADS=1", "/usr/bin/Rscript", "--vanilla", "peer_flexmix.R" } },
}

--- The command line of a program: scripts with their folder.
local function arguments(program)
  local library = package.searchpath("moerates.peers", package.path):match("^(.*)/moerates/")
  local list = {}
  for i, word in ipairs(program.run) do
    local own = word:find("^[%w_]+%.py$") or word:find("^[%w_]+%.R$")
    list[i] = own and library .. "/../benchmarks/peers/" .. word or word
  end
  return list
end

--- A text of a stranger as a part of a message: printable, short.
local function shown(text)
  return (#text > 80 and text:sub(1, 77) .. "..." or text):gsub("[^\x20-\x7e]", "?")
end

---@class Peer
---@field name string
---@field title string
---@field version string
---@field patience number seconds that an answer may take
local Peer = {}
Peer.__index = Peer

--- How it ended, with the last line that it had to say about that.
local function ending(child)
  local code, said = child:stop()
  local how = code > 128 and ("was ended by signal %d"):format(code - 128)
    or ("ended with exit code %d"):format(code)
  local last = said:match("([^\n]+)%s*$")
  return last and ("%s: %s"):format(how, shown(last)) or how, code
end

--- Gives a peer up. Returns nil and one line on why.
function Peer:fail(format, ...)
  self.child:stop()
  return nil, ("peer %s: %s"):format(self.name, format:format(...))
end

--- The next line, after `request` if that is not nil; or nil and a message.
function Peer:line(request)
  local line, why = self.child:ask(request, self.patience)
  if line then return line end
  local lacks = request and ("no answer to '%s'"):format(request:match("^%a+")) or "no 'ready'"
  if why == "late" then return self:fail("%s within %g seconds", lacks, self.patience) end
  if why == "long" then return self:fail("%s: its line does not end", lacks) end
  local how, code = ending(self.child)
  return self:fail("%s: it %s%s", lacks, how, code == 127 and self:remedy() or "")
end

function Peer:remedy()
  return ("; install: apt-get install %s (make bench-peers does)"):format(self.packages)
end

--- Asks for finite numbers.
---@param request string
---@param word string what the answer begins with
---@param count integer how many numbers follow
---@return number[]? numbers nil if it answers anything else, then with a message
---@return string? message
function Peer:numbers(request, word, count)
  local line, message = self:line(request)
  if not line then return nil, message end
  local list, good = {}, line:match("^%S+") == word
  for text in line:gmatch("%s(%S+)") do
    local x = tonumber(text)
    list[#list + 1] = x
    good = good and x ~= nil and x - x == 0
  end
  if good and #list == count then return list end
  return self:fail("answers '%s' to '%s', which wants '%s' and %d number%s", shown(line),
    request:match("^%a+"), word, count, count == 1 and "" or "s")
end

--- The same where the first number is seconds that something took: more than none, and not more
--- than we were willing to wait.
function Peer:timing(request, word, count)
  local list, message = self:numbers(request, word, count)
  if not list then return nil, message end
  if list[1] > 0 and list[1] <= self.patience then return list end
  return self:fail("answers to '%s' that it took %g seconds", request:match("^%a+"), list[1])
end

function Peer:stop() self.child:stop() end

--- Starts a peer and shows it the data.
---@param name string
---@param data string path, n, d, k and scale as `data` has them
---@param patience number
---@return Peer?
---@return string? message why it cannot take part
function M.start(name, data, patience)
  local program = M.PROGRAMS[name]
  local peer = setmetatable({ name = name, title = program.title, packages = program.packages,
    patience = patience }, Peer)
  local child, message = engine.child(arguments(program))
  if not child then return nil, ("peer %s: %s%s"):format(name, message, peer:remedy()) end
  peer.child = child
  local line
  line, message = peer:line(nil)
  if not line then return nil, message end
  local lacks = line:match("^missing (.*)$")
  if lacks then return peer:fail("%s%s", shown(lacks), peer:remedy()) end
  peer.version = line:match("^ready (.+)$")
  if not peer.version then return peer:fail("begins with '%s', not 'ready'", shown(line)) end
  peer.version = shown(peer.version)
  line, message = peer:line("data " .. data)
  if not line then return nil, message end
  if line ~= "ok" then return peer:fail("answers '%s' to 'data', which wants 'ok'", shown(line)) end
  return peer
end

return M
