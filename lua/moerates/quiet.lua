--- Is this machine fit for timing? Warnings, each with its remedy.
local text_file = require "moerates.text_file"

local M = {}

--- Load from which other programs take a share of a core.
local BUSY <const> = 0.3
--- Share of timings that stand out from which the run is not to be trusted.
local MANY <const> = 0.05

--- What is wrong with the machine before the run.
---@param read (fun(path: string): string?)? for tests
---@return string[]
function M.before(read)
  read = read or text_file.find
  local list = {}
  local load = tonumber((read("/proc/loadavg") or ""):match("^[%d.]+"))
  if load and load > BUSY then
    list[#list + 1] = ("the load average is %.2f: end other programs, wait a minute, time again")
      :format(load)
  end
  local governor = (read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") or "")
    :match("^%w+")
  if governor and governor ~= "performance" then
    list[#list + 1] = ("the frequency governor is '%s': cpupower frequency-set -g performance "
      .. "(as root) keeps clocks steady"):format(governor)
  end
  return list
end

--- What the results say against themselves.
---@param results table[] what was timed again and again: { times, outliers, pinned, share? }
---@return string[]
function M.after(results)
  local list, timings, outliers, unpinned, beaten = {}, 0, 0, 0, 0
  for _, result in ipairs(results) do
    timings, outliers = timings + #result.times, outliers + result.outliers
    if not result.pinned then unpinned = unpinned + 1 end
    if result.share and result.share > 1 then beaten = beaten + 1 end
  end
  if unpinned > 0 then
    list[#list + 1] = ("threads could not be bound to cores in %d cases: allow it (containers need "
      .. "the right to set affinity), or run under taskset"):format(unpinned)
  end
  if outliers > MANY * timings then
    list[#list + 1] = ("%d of %d timings stand out: something else ran, time again on a quiet "
      .. "machine"):format(outliers, timings)
  end
  if beaten > 0 then
    list[#list + 1] = ("%d cases are faster than the machine's limit: that was measured while "
      .. "something else ran, time again"):format(beaten)
  end
  return list
end

return M
