--- Text that strangers chose (names, titles, column headers, file names), made safe to print.
---
--- Four places take such text and each has its own special characters: Markdown (read by pandoc),
--- LaTeX tables, gnuplot scripts and TSV files. A gnuplot string in double quotes runs backticks
--- and a file name starting with `<` is a command, so strings go in single quotes, where
--- nothing is expanded; control characters are refused everywhere, since no label needs one.
local fault = require "moerates.fault"

local M = {}

--- Greek letters and relations that pdflatex's fonts lack outside of mathematics.
local MATH <const> = {
  ["α"] = "\\alpha", ["β"] = "\\beta", ["γ"] = "\\gamma", ["δ"] = "\\delta",
  ["ε"] = "\\varepsilon", ["η"] = "\\eta", ["θ"] = "\\theta", ["κ"] = "\\kappa",
  ["λ"] = "\\lambda", ["μ"] = "\\mu", ["ν"] = "\\nu", ["π"] = "\\pi", ["ρ"] = "\\rho",
  ["σ"] = "\\sigma", ["τ"] = "\\tau", ["φ"] = "\\varphi", ["ω"] = "\\omega",
  ["Δ"] = "\\Delta", ["Θ"] = "\\Theta", ["Σ"] = "\\Sigma", ["Φ"] = "\\Phi", ["Ω"] = "\\Omega",
  ["≤"] = "\\le", ["≥"] = "\\ge", ["≠"] = "\\ne", ["≈"] = "\\approx", ["×"] = "\\times",
  ["−"] = "-", ["±"] = "\\pm", ["∞"] = "\\infty", ["·"] = "\\cdot", ["→"] = "\\to",
}
local CHARACTER <const> = "[\0-\x7F\xC2-\xFD][\x80-\xBF]*"

--- Raises a fault if the text is not printable UTF-8.
---@param text string
---@return string text
local function checked(text)
  text = tostring(text)
  if not utf8.len(text) then
    fault.raise(2, "a label is not valid UTF-8: %q", text)
  elseif text:find("%c") then
    fault.raise(2, "a label holds a control character: %q", text)
  end
  return text
end

--- Replaces what LaTeX's text fonts lack: the characters of MATH become mathematics, Latin letters
--- and common punctuation stay, anything else becomes a question mark.
local function typesettable(text)
  return (text:gsub("[\xC2-\xFD][\x80-\xBF]+", function(c)
    local code = utf8.codepoint(c)
    if MATH[c] then
      return "$" .. MATH[c] .. "$"
    elseif code >= 0x250 and not (code >= 0x2013 and code <= 0x2026) then
      return "?"
    end
  end))
end

--- Plain text as Markdown that prints as it was written, also inside a table cell.
---@param text string
---@return string markdown
function M.markdown(text)
  text = checked(text):gsub("[\\`*_{}%[%]<>#$~%^@|&'\"]", "\\%0")
  text = text:gsub("%-%-", "\\-\\-"):gsub("%.%.%.", "\\.\\.\\.")
  text = text:gsub("^%s*[-+:=]", "\\%0"):gsub("^(%s*%w+)([.)])", "%1\\%2")
  return (typesettable(text))
end

local LATEX <const> = {
  ["\\"] = "\\textbackslash{}", ["{"] = "\\{", ["}"] = "\\}", ["$"] = "\\$", ["&"] = "\\&",
  ["#"] = "\\#", ["_"] = "\\_", ["%"] = "\\%", ["~"] = "\\textasciitilde{}",
  ["^"] = "\\textasciicircum{}", ["<"] = "\\textless{}", [">"] = "\\textgreater{}",
  ["|"] = "\\textbar{}", ['"'] = "\\textquotedbl{}", ["'"] = "\\textquotesingle{}",
  ["`"] = "\\textasciigrave{}", ["-"] = "{-}",
}

--- Plain text as LaTeX that prints as it was written.
---@param text string
---@return string latex
function M.latex(text)
  text = checked(text):gsub(CHARACTER, LATEX):gsub("(%w){%-}(%w)", "%1-%2")
  return (typesettable(text))
end

--- A gnuplot string literal in single quotes, in which nothing is ever expanded. Gnuplot takes a
--- doubled quote for a quote only after some other character: at the start of a text, or twice
--- running, it ends the string. So apostrophes are printed as typographic ones.
---@param text string
---@return string literal
function M.gnuplot(text)
  return "'" .. checked(text):gsub("'", "’") .. "'"
end

--- A field of a TSV file: printable and without tabs (both are refused, not replaced).
---@param text string
---@return string field
function M.tsv(text)
  return checked(text)
end

return M
