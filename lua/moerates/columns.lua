--- Plain text in columns, for the terminal.
local M = {}

--- Three significant digits without an exponent.
---@param x number
---@return string
function M.number(x)
  local decimals = x >= 100 and 0 or x >= 10 and 1 or 2
  return ("%." .. decimals .. "f"):format(x)
end

--- Rows under a header, two blanks between columns; a header that begins with '>' stands to the
--- right.
---@param header string[]
---@param rows string[][]
---@param indent string?
---@return string
function M.text(header, rows, indent)
  local widths, lines, head = {}, {}, {}
  for c, name in ipairs(header) do
    head[c] = name:gsub("^>", "")
    widths[c] = utf8.len(head[c])
  end
  for _, row in ipairs(rows) do
    for c, text in ipairs(row) do widths[c] = math.max(widths[c], utf8.len(text) or #text) end
  end
  for r = 0, #rows do
    local parts = {}
    for c, text in ipairs(r == 0 and head or rows[r]) do
      local gap = (" "):rep(widths[c] - (utf8.len(text) or #text))
      parts[c] = header[c]:sub(1, 1) == ">" and gap .. text or text .. gap
    end
    lines[#lines + 1] = ((indent or "") .. table.concat(parts, "  "):gsub(" +$", "")) .. "\n"
  end
  return table.concat(lines)
end

return M
