--- Progress of a run: a bar on a terminal, a plain line every few seconds elsewhere.
---
--- Cells are run longest first, so counting them would promise far too long a time. The time left
--- is judged from the share of the estimated work that is done.
local estimate = require "moerates.estimate"

local M = {}

local WIDTH <const> = 24
--- Seconds between plain lines.
M.INTERVAL = 5

---@class Progress
local Progress = {}
Progress.__index = Progress

--- A progress display.
---@param stream file* where to write
---@param work number[] estimated seconds per cell, in the order in which they are started
---@param terminal boolean a bar that redraws itself, or lines
---@param color boolean
---@param noun string? what is counted; default "cells"
---@return Progress
function M.new(stream, work, terminal, color, noun)
  local done_work, sum = { [0] = 0 }, 0
  for i, seconds in ipairs(work) do
    sum = sum + seconds
    done_work[i] = sum
  end
  return setmetatable({ stream = stream, done_work = done_work, total_work = sum,
    terminal = terminal, color = color, noun = noun or "cells", last = 0 }, Progress)
end

--- Share of the estimated work in the first `count` cells.
function Progress:share(count, total)
  if self.total_work > 0 then
    return (self.done_work[count] or self.total_work) / self.total_work
  end
  return total > 0 and count / total or 1
end

function Progress:line(done, failed, total, seconds)
  local share = self:share(done + failed, total)
  local text = ("%d/%d %s"):format(done, total, self.noun)
  if failed > 0 then text = text .. (", %d failed"):format(failed) end
  if done + failed < total then
    local left = share > 0 and seconds * (1 - share) / share or math.huge
    text = text .. (share > 0 and ", about " .. estimate.duration(left) .. " left" or "")
  end
  return text, share
end

local function bar(share, color)
  local full = math.floor(share * WIDTH + 0.5)
  local done, rest = ("#"):rep(full), ("-"):rep(WIDTH - full)
  if color then return "[\27[32m" .. done .. "\27[0m" .. rest .. "]" end
  return "[" .. done .. rest .. "]"
end

--- Shows the state; called a few times a second.
function Progress:update(done, failed, total, seconds)
  local text, share = self:line(done, failed, total, seconds)
  if self.terminal then
    self.stream:write("\r", bar(share, self.color), " ", text, "\27[K")
    self.stream:flush()
  elseif seconds - self.last >= M.INTERVAL and done + failed < total then
    self.last = seconds
    self.stream:write(text, "\n")
    self.stream:flush()
  end
end

--- Removes the bar, so that the summary stands on a clean line.
function Progress:finish()
  if self.terminal then
    self.stream:write("\r\27[K")
    self.stream:flush()
  end
end

return M
