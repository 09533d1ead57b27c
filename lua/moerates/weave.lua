--- Weaving: Markdown with Lua chunks in, Markdown with their results out.
---
---   ```{.lua #id}        a chunk: run in order, in one environment, replaced by what it emits and
---   return table("x")    returns; ids are unique. With .show the code is printed as well.
---   ```
---   `{lua} slope(...)`   inline: replaced by the value of the expression
---
--- Every other fenced block is copied as it is. A chunk is loaded under the document's name and
--- with as many newlines before it as precede it there, so Lua's own messages carry the right line.
local fault = require "moerates.fault"

local M = {}

--- A reference to a numbered figure or table stands as this mark until all numbers are known.
local REFERENCE <const> = "\1%s\1"
local LONGEST_NAME <const> = 50

local Weaver = {}
Weaver.__index = Weaver

--- Stops with file:line.
local function stop(weaver, line, format, ...)
  fault.raise(2, "%s:%d: %s", weaver.name, line, format:format(...))
end

--- The innermost line of the document on the stack.
local function document_line(weaver)
  for level = 2, 200 do
    local info = debug.getinfo(level, "Sl")
    if not info then break end
    if info.source == "@" .. weaver.short then return info.currentline end
  end
end

--- What went wrong, with the line of the document in front.
local function describe(weaver, message)
  local text = fault.is(message) and message.message or tostring(message)
  local line = document_line(weaver) or weaver.line
  local own, whole = weaver.short .. ":", weaver.name .. ":"
  if text:sub(1, #whole) == whole then return text end
  if text:sub(1, #own) == own then return weaver.name .. text:sub(#own) end
  return ("%s:%d: %s"):format(weaver.name, line, text)
end

--- Loads and runs code that starts on `line`; returns its values.
local function run(weaver, code, line)
  weaver.line = line
  local chunk, message = load(("\n"):rep(line - 1) .. code, "@" .. weaver.short, "t",
    weaver.environment)
  if not chunk then fault.raise(2, "%s", describe(weaver, message)) end
  local results = table.pack(xpcall(chunk, function(m) return describe(weaver, m) end))
  if not results[1] then fault.raise(2, "%s", results[2]) end
  return results
end

--- A returned value as Markdown.
local function to_text(weaver, value, line)
  if value == nil then return "" end
  if type(value) ~= "string" and type(value) ~= "number" then
    stop(weaver, line, "expected text or a number, got a %s", type(value))
  end
  return tostring(value)
end

--- What a chunk printed and returned.
local function run_chunk(weaver, code, line)
  weaver.emitted = {}
  local results = run(weaver, code, line)
  local parts = weaver.emitted
  for i = 2, results.n do
    local text = to_text(weaver, results[i], line)
    if text ~= "" then parts[#parts + 1] = text end
  end
  return table.concat(parts, "\n\n")
end

--- The value of an inline expression, on one line.
local function inline(weaver, code, line)
  weaver.emitted = {}
  local results = run(weaver, "return " .. code, line)
  if results.n ~= 2 or results[2] == nil then
    stop(weaver, line, "`%s` has no value", code)
  end
  return (to_text(weaver, results[2], line):gsub("\n", " "))
end

--- Replaces the inline expressions of one line of prose. Code between longer runs of backticks is
--- literal, so that prose can speak of the syntax.
local function weave_line(weaver, text, line)
  local out, from = {}, 1
  while true do
    local first, last = text:find("`+", from)
    if not first then break end
    local fence = text:sub(first, last)
    local close = text:find("%f[`]" .. fence .. "%f[^`]", last + 1)
    local code = text:match("^{lua}(.*)", last + 1)
    if code and #fence == 1 and not close then
      stop(weaver, line, "an inline `{lua} ...` must end on its line")
    elseif code and #fence == 1 then
      out[#out + 1] = text:sub(from, first - 1)
        .. inline(weaver, text:sub(last + 6, close - 1), line)
    else
      out[#out + 1] = text:sub(from, close and close + #fence - 1 or last)
    end
    from = (close or first) + #fence
  end
  out[#out + 1] = text:sub(from)
  return table.concat(out)
end

--- The parts of a chunk's opening line, or nil if the line opens some other block.
local function chunk_header(weaver, info, line)
  if info:find("^lua%s*{") or info:find("^{%s*lua") then
    stop(weaver, line, "a chunk begins with ```{.lua #name}, a block that does not run with ```lua")
  end
  local attributes = info:match("^{%s*%.lua(.*)}%s*$")
  if not attributes then return nil end
  local id = attributes:match("#([%w-]+)")
  if not id then stop(weaver, line, "a chunk needs an id: ```{.lua #name}") end
  if weaver.ids[id] then
    stop(weaver, line, "the chunk '%s' is already on line %d", id, weaver.ids[id])
  end
  weaver.ids[id] = line
  return { id = id, show = attributes:find("%.show") ~= nil }
end

local function finish_block(weaver, block, closing)
  local out = weaver.out
  local code = table.concat(block.lines, "\n")
  if not block.chunk then
    out[#out + 1] = block.opening
    table.move(block.lines, 1, #block.lines, #out + 1, out)
    out[#out + 1] = closing
    return
  end
  if block.chunk.show then out[#out + 1] = "```lua\n" .. code .. "\n```\n" end
  out[#out + 1] = run_chunk(weaver, code, block.line + 1)
end

--- One line of the document: inside a block, a fence, or prose.
local function take_line(weaver, text, line)
  local block = weaver.block
  if block then
    local fence = text:match("^%s*([`~]+)%s*$")
    if fence and #fence >= #block.fence and fence:sub(1, 1) == block.fence:sub(1, 1) then
      weaver.block = nil
      finish_block(weaver, block, text)
    else
      block.lines[#block.lines + 1] = text
    end
    return
  end
  local fence, info = text:match("^(```+)%s*([^`]*)$")
  if not fence then fence, info = text:match("^(~~~+)%s*(.*)$") end
  if fence then
    weaver.block = { fence = fence, opening = text, line = line, lines = {},
      chunk = chunk_header(weaver, info, line) }
  else
    weaver.out[#weaver.out + 1] = weave_line(weaver, text, line)
  end
end

--- Puts numbers where references were.
local function resolve(weaver, text)
  return (text:gsub("\1([^\1]*)\1", function(mark)
    local line, name = mark:match("^(%d+):(.*)$")
    local number = weaver.numbers[name]
    if not number then
      stop(weaver, tonumber(line), "nothing called '%s' is shown in this document", name)
    end
    return number
  end))
end

--- Weaves a document.
---@param name string its path, for messages
---@param text string
---@param make_environment fun(weaver: table): table gives the chunks' globals
---@param on_warning fun(message: string)? takes what helpers complain of
---@return string markdown
function M.weave(name, text, make_environment, on_warning)
  -- Lua shortens long names in its messages: chunks are loaded under the last part alone.
  local weaver = setmetatable({ name = name, short = name:match("[^/]*$"):sub(-LONGEST_NAME),
    out = {}, ids = {}, numbers = {}, counts = {}, emitted = {}, line = 1,
    on_warning = on_warning }, Weaver)
  weaver.environment = make_environment(weaver)
  local number = 0
  for line in (text:gsub("\r\n", "\n") .. "\n"):gmatch("([^\n]*)\n") do
    number = number + 1
    take_line(weaver, line, number)
  end
  if weaver.block then
    stop(weaver, weaver.block.line, "this block is never closed")
  end
  return resolve(weaver, (table.concat(weaver.out, "\n"):gsub("\n+$", "")) .. "\n")
end

--- Adds to the output of the running chunk.
function Weaver:emit(...)
  for i = 1, select("#", ...) do
    self.emitted[#self.emitted + 1] = to_text(self, (select(i, ...)), document_line(self))
  end
end

--- Complains of the line that is running, and goes on.
---@param message string
function Weaver:warn(message)
  if self.on_warning then
    local line = document_line(self) or self.line
    self.on_warning(("%s:%d: warning: %s"):format(self.name, line, message))
  end
end

--- Counts a figure or table that has a caption, as pandoc's outputs number them.
---@param kind "Figure"|"Table"
---@param name string
function Weaver:number(kind, name)
  self.counts[kind] = (self.counts[kind] or 0) + 1
  self.numbers[name] = self.numbers[name] or ("%s %d"):format(kind, self.counts[kind])
end

--- "Figure 3", wherever in the document that figure is.
function Weaver:reference(name)
  return REFERENCE:format((document_line(self) or self.line) .. ":" .. name)
end

return M
