--- Tables: the same rows as TSV for programs, Markdown for the paper and LaTeX for other papers.
---
---   table  = { name, caption?, columns = {column...}, rows = {row...}, footer = {line...},
---              small = smaller letters in print, landscape = on pages of their own, turned,
---              below = Markdown to print under it }
---   column = { name, label, format = "text" | "integer" | "number" | "slope" | "size" | "share"
---              | "interval" | "slope_interval" | "size_interval" | "math" }
---              short: print only an interval's value
---   row    = { [column name] = value }     an interval is {value, low, high}; nil prints as --
---
--- `ready` values and their labels are Markdown already (`right` aligns them to the right).
--- `math` values are LaTeX mathematics of our own making and are not escaped; every other text is.
--- A label may hold $...$ of our own making as well. The TSV has one column per number: an interval
--- becomes NAME, NAME_low and NAME_high. Comments at its end say how each column is printed, so
--- that M.read gives the same table back.
local engine = require "moerates.engine"
local escape = require "moerates.escape"
local format = require "moerates.format"
local text_file = require "moerates.text_file"

local M = {}

--- Tables wider than this many characters get columns that wrap; pandoc is told so by a line of
--- dashes longer than its --columns.
local WIDEST <const> = 104
--- Characters that a line of a printed table holds.
local LINE <const>, SMALL_LINE <const>, LANDSCAPE_LINE <const> = 116, 140, 250
--- Sets the size of the tables that follow in print.
local SMALLER <const> = "```{=latex}\n\\let\\tablesize\\%s\n```\n\n"
local TURNED <const> = "```{=latex}\n\\%s{landscape}\n```\n\n"
M.PANDOC_COLUMNS = 400

local FORMATTERS <const> = {
  integer = function(x) return format.finite(x) and string.format("%.0f", x) or format.nothing end,
  number = format.number,
  slope = format.slope,
  size = format.size,
  share = format.share,
  interval = function(x, short)
    return short and format.number(x and x.value) or format.interval(x)
  end,
  slope_interval = function(x, short)
    return short and format.slope(x and x.value) or format.interval(x, format.slope)
  end,
  size_interval = function(x, short)
    return short and format.size(x and x.value) or format.interval(x, format.size)
  end,
  math = function(x) return x and "$" .. x .. "$" or format.nothing end,
  ready = function(x) return x or format.nothing end,
}

local function is_interval(column)
  return column.format == "interval" or column.format == "slope_interval"
    or column.format == "size_interval"
end

--- One cell as Markdown or LaTeX; only text depends on which.
local function cell(column, value, escaper)
  local formatter = FORMATTERS[column.format or "text"]
  if formatter then return formatter(value, column.short) end
  return value == nil and format.nothing or escaper(tostring(value))
end

--- Escapes a label but keeps the mathematics in it.
local function label(column, escaper)
  if column.format == "ready" then return column.label end
  local out = {}
  for text, mathematics in (column.label .. "$$"):gmatch("([^$]*)%$([^$]*)%$") do
    out[#out + 1] = escaper(text) .. (mathematics ~= "" and "$" .. mathematics .. "$" or "")
  end
  return table.concat(out)
end

local function plain(value)
  if value == nil then return "" end
  if math.type(value) == "integer" then return tostring(value) end
  if type(value) == "number" then return string.format("%.10g", value) end
  return escape.tsv(value)
end

--- How the columns are printed, as comments: name, format, label.
local function describe_columns(t, lines)
  for _, column in ipairs(t.columns) do
    lines[#lines + 1] = string.format("# column\t%s\t%s%s\t%s", column.name,
      column.format or "text", column.short and " short" or "", escape.tsv(column.label))
  end
end

--- Tab-separated values with a header; the columns' formats and the footer as comments at the end.
---@return string
function M.tsv(t)
  local header, lines = {}, {}
  for _, column in ipairs(t.columns) do
    header[#header + 1] = column.name
    if is_interval(column) then
      header[#header + 1] = column.name .. "_low"
      header[#header + 1] = column.name .. "_high"
    end
  end
  lines[1] = table.concat(header, "\t")
  for _, row in ipairs(t.rows) do
    local fields = {}
    for _, column in ipairs(t.columns) do
      local value = row[column.name]
      if is_interval(column) then
        value = value or {}
        fields[#fields + 1] = plain(value.value)
        fields[#fields + 1] = plain(value.low)
        fields[#fields + 1] = plain(value.high)
      else
        fields[#fields + 1] = plain(value)
      end
    end
    lines[#lines + 1] = table.concat(fields, "\t")
  end
  describe_columns(t, lines)
  for _, line in ipairs(t.footer or {}) do lines[#lines + 1] = "# " .. escape.tsv(line) end
  return table.concat(lines, "\n") .. "\n"
end

--- Characters a piece of Markdown takes when printed, roughly; a minus sign is as wide as two, and
--- digits are wider than letters.
local function width(text)
  local wider = text:find("$", 1, true) and 1.1 or 1
  text = text:gsub("%$%-", "--"):gsub("\\times", "x"):gsub("\\[a-zA-Z]+", "c"):gsub("[${}\\^_]", "")
  return math.ceil(wider * (utf8.len(text) or #text))
end

--- Columns that stand to the left and may wrap.
local function is_text(column)
  return (column.format or "text") == "text" or (column.format == "ready" and not column.right)
end

--- The longest piece of a text that cannot wrap: words end at spaces and hyphens.
local function longest_word(text)
  local longest = 0
  for word in text:gmatch("[^ -]+") do longest = math.max(longest, width(word)) end
  return longest
end

--- How many characters each column wants, the fewest it can do with, and whether its text may wrap.
local function column_widths(t, lines)
  local widths, words, wraps = {}, {}, {}
  for c, column in ipairs(t.columns) do
    local longest, word = 4, longest_word(lines[1][c])
    for r, line in ipairs(lines) do
      local w = width(line[c])
      longest = math.max(longest, r == 1 and math.min(w, 12) or w)
      word = math.max(word, is_text(column) and longest_word(line[c]) or 0)
    end
    widths[c], words[c] = longest + 3, word + 5
    wraps[c] = is_text(column) and longest > 16
  end
  return widths, words, wraps
end

--- Shares of the line: columns of numbers get what they want, long texts share what is left, and no
--- column is narrower than its longest word.
local function shares(widths, words, wraps, line)
  local fixed, wanted = 0, 0
  for c, w in ipairs(widths) do
    if wraps[c] then wanted = wanted + w else fixed = fixed + w end
  end
  if fixed + wanted <= WIDEST then return nil end
  local left = math.max(line - fixed, 0.25 * line)
  local out = {}
  for c, w in ipairs(widths) do
    out[c] = math.max(words[c], wraps[c] and w * math.min(1, left / wanted) or w)
  end
  return out
end

--- The line of dashes. Pandoc takes relative widths from it if it is longer than --columns.
local function dashes(t, lines)
  local parts = {}
  local widths, words, wraps = column_widths(t, lines)
  local wide = shares(widths, words, wraps,
    t.landscape and LANDSCAPE_LINE or t.small and SMALL_LINE or LINE)
  local total = 0
  for _, w in ipairs(wide or {}) do total = total + w end
  for c, column in ipairs(t.columns) do
    local count = wide and math.ceil(1.1 * M.PANDOC_COLUMNS * wide[c] / total) or 3
    local line = string.rep("-", count)
    parts[c] = is_text(column) and ":" .. line or line .. ":"
  end
  return "|" .. table.concat(parts, "|") .. "|"
end

--- A pipe table with its caption, as pandoc reads it.
---@return string
function M.markdown(t)
  local lines = { {} }
  for c, column in ipairs(t.columns) do lines[1][c] = label(column, escape.markdown) end
  for r, row in ipairs(t.rows) do
    lines[r + 1] = {}
    for c, column in ipairs(t.columns) do
      lines[r + 1][c] = cell(column, row[column.name], escape.markdown)
    end
  end
  local out = {}
  for r, line in ipairs(lines) do
    out[#out + 1] = "| " .. table.concat(line, " | ") .. " |"
    if r == 1 then out[2] = dashes(t, lines) end
  end
  if t.caption then out[#out + 1] = "\n: " .. t.caption end
  local text = table.concat(out, "\n") .. "\n"
  if t.small then text = SMALLER:format("scriptsize") .. text .. "\n" .. SMALLER:format("footnotesize") end
  text = text .. (t.below or "")
  return t.landscape and TURNED:format("begin") .. text .. "\n\n" .. TURNED:format("end") or text
end

--- Small print below a table or figure of the paper: a command, and what else there is to say.
---@param lines string[]
---@return string
function M.footer_line(lines)
  if #lines == 0 then return "" end
  local out = { "`" .. lines[1] .. "`" }
  for i = 2, #lines do out[i] = escape.markdown(lines[i]) end
  return "\n\n[`{\\footnotesize{}`{=latex}" .. table.concat(out, " ")
    .. " `\\par}`{=latex}]{.footer}"
end

--- A LaTeX table for \input, with booktabs rules.
---@return string
function M.latex(t)
  local alignment, header, out = {}, {}, {}
  for c, column in ipairs(t.columns) do
    alignment[c] = is_text(column) and "l" or "r"
    header[c] = label(column, escape.latex)
  end
  for _, line in ipairs(t.footer or {}) do out[#out + 1] = "% " .. escape.tsv(line) end
  out[#out + 1] = "\\begin{tabular}{" .. table.concat(alignment) .. "}\n\\toprule"
  out[#out + 1] = table.concat(header, " & ") .. " \\\\\n\\midrule"
  for _, row in ipairs(t.rows) do
    local fields = {}
    for c, column in ipairs(t.columns) do
      fields[c] = cell(column, row[column.name], escape.latex):gsub("([^\\])%%", "%1\\%%")
    end
    out[#out + 1] = table.concat(fields, " & ") .. " \\\\"
  end
  out[#out + 1] = "\\bottomrule\n\\end{tabular}"
  return table.concat(out, "\n") .. "\n"
end

--- Writes NAME.tsv, NAME.md and NAME.tex into `dir`.
---@param t table
---@param dir string an existing directory
function M.write(t, dir)
  local base = dir .. "/" .. t.name
  local note = t.footer and "\n" .. escape.markdown(table.concat(t.footer, " ")) .. "\n" or ""
  engine.write_atomic(base .. ".tsv", M.tsv(t))
  engine.write_atomic(base .. ".md", M.markdown(t) .. note)
  engine.write_atomic(base .. ".tex", M.latex(t))
end

local function split(line)
  local fields = {}
  for field in (line .. "\t"):gmatch("([^\t]*)\t") do fields[#fields + 1] = field end
  return fields
end

--- Reads a TSV file with a header: columns in order, rows by column name, all text.
---@param text string
---@return {columns: string[], rows: table<string, string>[], footer: string[], printed: table[]}
function M.parse(text)
  local result = { rows = {}, footer = {}, printed = {} }
  for line in text:gmatch("[^\r\n]+") do
    if line:sub(1, 2) == "# " then
      local name, how, label_text = line:match("^# column\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
      if name then
        local kind, short = how:match("^(%S+)(.*)$")
        result.printed[#result.printed + 1] = { name = name, format = kind, label = label_text,
          short = short == " short" }
      else
        result.footer[#result.footer + 1] = line:sub(3)
      end
    elseif not result.columns then
      result.columns = split(line)
    else
      local row = {}
      for c, field in ipairs(split(line)) do row[result.columns[c] or c] = field end
      result.rows[#result.rows + 1] = row
    end
  end
  result.columns = result.columns or {}
  return result
end

--- The value of a column in a row of text.
local function typed(column, row)
  local name, text = column.name, row[column.name]
  if is_interval(column) then
    local value = format.to_number(text)
    return value and { value = value, low = format.to_number(row[name .. "_low"]),
      high = format.to_number(row[name .. "_high"]) }
  elseif is_text(column) or column.format == "math" then
    return text ~= "" and text or nil
  end
  return format.to_number(text)
end

--- A table as it was given to M.write; the caption is not kept.
---@param path string NAME.tsv
---@return table? t nil if there is no such file
function M.read(path)
  local text = text_file.find(path)
  if not text then return nil end
  local parsed = M.parse(text)
  local t = { name = path:match("([^/]+)%.tsv$") or path, columns = parsed.printed, rows = {},
    footer = parsed.footer }
  for r, row in ipairs(parsed.rows) do
    t.rows[r] = {}
    for _, column in ipairs(t.columns) do t.rows[r][column.name] = typed(column, row) end
  end
  return t
end

return M
