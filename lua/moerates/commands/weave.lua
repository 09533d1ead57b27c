--- moerates weave: runs the chunks of a document and typesets it.
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lfs = require "lfs"
local options = require "moerates.options"
local paper = require "moerates.paper"
local store = require "moerates.store"
local table_file = require "moerates.table"
local text_file = require "moerates.text_file"
local weave = require "moerates.weave"

local M = {
  name = "weave",
  summary = "Runs the chunks of a Markdown document; typesets it by pandoc.",
  example = "moerates weave paper/paper.md -o build/paper.md --html build/paper.html "
    .. "--pdf build/paper.pdf",
}

function M.setup(command)
  command:argument("DOCUMENT", "Markdown with Lua chunks."):target("document")
  command:option("-o --output", "The woven Markdown."):default("build/paper.md"):argname("FILE")
  command:option("--html", "Typesets as one HTML file."):argname("FILE")
  command:option("--pdf", "Typesets by pdflatex."):argname("FILE")
  options.profile(command)
  options.out(command)
  command:option("--scripts", "Where the experiments' folders are."):default("benchmarks")
    :argname("DIR")
  command:option("--results", "The committed results; timings are in machines/ there.")
    :default("results"):argname("DIR")
  command:option("--list", "The list of claims."):default("paper/claims.tsv"):argname("FILE")
end

local function directory_of(path) return path:match("^(.*)/[^/]*$") or "." end

local function absolute(path)
  return path:sub(1, 1) == "/" and path or lfs.currentdir() .. "/" .. path
end

--- Runs pandoc beside the woven file, with what both outputs share.
local function pandoc(args, target, extra)
  local document = directory_of(args.document)
  local argv = { "pandoc", absolute(args.output), "-o", absolute(target), "--standalone",
    "--fail-if-warnings", "--citeproc", "--number-sections",
    "--columns=" .. table_file.PANDOC_COLUMNS,
    "--resource-path=.:" .. absolute(document) }
  table.move(extra, 1, #extra, #argv + 1, argv)
  local code, message = engine.exec(argv, { cwd = directory_of(args.output) })
  if code ~= 0 then
    fault.raise(2, "pandoc could not make %s: %s", target,
      ((message or ""):gsub("%s+$", ""):gsub("\n", " | ")))
  end
end

--- A file of the document's template, as an option if it is there.
local function template(args, option, name)
  local path = directory_of(args.document) .. "/template/" .. name
  return lfs.attributes(path) and { option .. absolute(path) } or {}
end

local function typeset(args, context)
  if args.html then
    local extra = template(args, "--css=", "paper.css")
    table.move({ "--self-contained", "--mathml", "--toc", "--toc-depth=1",
      "--default-image-extension=svg" }, 1, 5, #extra + 1, extra)
    pandoc(args, args.html, extra)
    context.stdout:write(args.html, "\n")
  end
  if args.pdf then
    local extra = template(args, "--include-in-header=", "header.tex")
    table.move({ "--pdf-engine=pdflatex", "--pdf-engine-opt=-no-shell-escape",
      "--default-image-extension=pdf" }, 1, 3, #extra + 1, extra)
    pandoc(args, args.pdf, extra)
    context.stdout:write(args.pdf, "\n")
  end
end

function M.run(args, context)
  local woven = weave.weave(args.document, text_file.read(args.document), paper.environment { out = args.out,
    profile = args.profile, scripts = args.scripts, list = args.list, output = args.output, results = args.results,
    absolute_report = absolute(args.out .. "/report") },
    function(warning) context.stderr:write(warning, "\n") end)
  store.make_directories(directory_of(args.output))
  engine.write_atomic(args.output, woven)
  context.stdout:write(args.output, "\n")
  typeset(args, context)
  return 0
end

return M
