--- Numbers as readers want them: three significant digits, powers of ten, intervals in brackets.
---
--- The results are short pieces of `$...$` mathematics, which pandoc's Markdown and LaTeX both
--- read, so tables and prose share them.
local M = {}

--- Printed where there is nothing to print (a loss that is not defined, a cell that is missing).
M.nothing = "--"

--- Whether `x` is a number one can print.
---@param x any
---@return boolean
function M.finite(x)
  return type(x) == "number" and x == x and x ~= math.huge and x ~= -math.huge
end

--- The inside of a `$...$`: `digits` significant digits, scientific outside 1e-3 .. 1e5.
local function digits_of(x, digits)
  local scientific = string.format("%." .. (digits - 1) .. "e", x)
  local mantissa, exponent = scientific:match("^(.-)e([-+]%d+)$")
  exponent = math.tointeger(tonumber(exponent)) or 0
  if x == 0 then
    return "0"
  elseif exponent < -3 or exponent >= 5 then
    if tonumber(mantissa) == 1 then
      return string.format("10^{%d}", exponent)
    elseif tonumber(mantissa) == -1 then
      return string.format("-10^{%d}", exponent)
    end
    return string.format("%s\\times 10^{%d}", mantissa, exponent)
  end
  return string.format("%." .. math.max(0, digits - 1 - exponent) .. "f", x)
end

--- A number with `digits` (3) significant digits.
---@param x number?
---@param digits integer?
---@return string
function M.number(x, digits)
  if x == math.huge then
    return "$\\infty$"
  elseif not M.finite(x) then
    return M.nothing
  end
  return "$" .. digits_of(x, digits or 3) .. "$"
end

--- A slope: three decimals, since slopes are compared with each other and with 1/4 and 1/2.
---@param x number?
---@return string
function M.slope(x)
  return M.finite(x) and (string.format("$%.3f$", x):gsub("^%$%-0%.000%$$", "$0.000$")) or M.nothing
end

--- A sample size: a power of ten where it is one, else `3.16 x 10^4`, else a plain integer.
---@param n number?
---@return string
function M.size(n)
  if n == math.huge then
    return "$\\infty$"
  elseif not M.finite(n) then
    return M.nothing
  elseif n < 1000 then
    return string.format("$%.0f$", n)
  end
  local mantissa, exponent = string.format("%.2e", n):match("^(.-)e%+?(%d+)$")
  mantissa = mantissa:gsub("%.?0+$", "")
  exponent = tonumber(exponent)
  if mantissa == "1" then
    return string.format("$10^{%d}$", exponent)
  end
  return string.format("$%s\\times 10^{%d}$", mantissa, exponent)
end

--- Text as a number; nil if it is none. Unlike tonumber this reads back the "inf" that %g writes.
---@param text string?
---@return number?
function M.to_number(text)
  if text == "inf" then return math.huge end
  return tonumber(text)
end

local function is_number(x)
  return type(x) == "number" and x == x
end

--- `value [low, high]` with one formatter for the three; an end may be infinite.
---@param interval {value: number, low: number, high: number}?
---@param formatter (fun(x: number?): string)?
---@return string
function M.interval(interval, formatter)
  formatter = formatter or M.number
  if not interval or not is_number(interval.value) then
    return M.nothing
  elseif not is_number(interval.low) or not is_number(interval.high) then
    return formatter(interval.value)
  end
  return string.format("%s [%s, %s]", formatter(interval.value), formatter(interval.low),
    formatter(interval.high))
end

--- A share as a percentage.
---@param x number?
---@return string
function M.share(x)
  if not M.finite(x) then
    return M.nothing
  end
  local percent = 100 * x
  return string.format((percent == 0 or percent >= 10) and "%.0f %%" or "%.1f %%", percent)
end

--- The rate `n^s`, with the exponent as a fraction where it is a simple one.
---@param s number
---@return string
function M.power(s)
  return "$n^{" .. M.fraction(s) .. "}$"
end

--- `-1/4` for -0.25 and so on: denominators up to 12, else two decimals.
---@param s number
---@return string
function M.fraction(s)
  for denominator = 1, 12 do
    local numerator = s * denominator
    if math.abs(numerator - math.floor(numerator + 0.5)) < 1e-9 then
      numerator = math.floor(numerator + 0.5)
      return denominator == 1 and string.format("%d", numerator)
        or string.format("%d/%d", numerator, denominator)
    end
  end
  return string.format("%.2f", s)
end

return M
