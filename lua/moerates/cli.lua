--- The command line: finds the command, reads its options, runs it, turns errors into one line.
---
--- A command is a file lua/moerates/commands/NAME.lua, found by its name, that returns
---
---   { name =, summary =, example =,          example: shown at the end of --help
---     setup = function(command, context),    declares arguments on an argparse command
---     run = function(args, context) -> exit code,
---     more_help = function(argv, context) -> text? }   optional: what --help adds
---
--- Exit codes: 0 done, 1 a comparison or claim regressed, 2 bad usage or input, 3 some cells
--- failed, 4 a selection matched nothing. 70 is a defect of the program.
local argparse = require "argparse"
local engine = require "moerates.engine"
local fault = require "moerates.fault"
local lfs = require "lfs"

local M = {}

local DEFECT <const> = 70

--- Thrown by --help; not an error.
local Help = {}

local function is_terminal(descriptor)
  local target = lfs.symlinkattributes("/proc/self/fd/" .. descriptor, "target") or ""
  return target:find("^/dev/pts/") ~= nil or target:find("^/dev/tty") ~= nil
end

--- What a command needs of the world.
local function make_context()
  local terminal = is_terminal(2) and os.getenv("TERM") ~= "dumb"
  local no_color = os.getenv("NO_COLOR")
  return {
    engine = engine, stdout = io.stdout, stderr = io.stderr, terminal = terminal,
    color = terminal and (no_color == nil or no_color == ""),
  }
end

--- Replaces argparse's --help, which would print and leave the process by itself.
local function own_help(parser, module, description)
  parser:add_help { name = "-h --help", description = "Shows this help and exits.",
    action = function() error(setmetatable({ parser = parser, module = module }, Help), 0) end }
  parser:help_max_width(90):usage_max_width(90):description(description)
end

--- One line, and a second one that says where to look.
local function usage_error(parser, message)
  local name = parser:_get_fullname()
  local text = message:gsub("\nDid you mean (.*)%?$", " (did you mean %1?)")
  fault.usage(("try '%s --help'"):format(name), "%s", text)
end

--- Every file in the folder of commands is one.
local function command_names()
  local here = package.searchpath("moerates.cli", package.path):match("^(.*)%.lua$")
  local names = {}
  for file in lfs.dir(here:match("^(.*)/") .. "/commands") do
    names[#names + 1] = file:match("^([a-z-]+)%.lua$")
  end
  table.sort(names)
  return names
end

local function build_parser(context)
  local parser = argparse("moerates"):command_target("command"):require_command(false)
  own_help(parser, nil, "How many samples does a mixture-of-experts gate need? Runs experiments, "
    .. "judges claims, fits data.")
  parser:flag("--version", "Prints the version and exits.")
  parser.error = usage_error
  local modules = {}
  for _, name in ipairs(command_names()) do
    local module = require("moerates.commands." .. name)
    local command = parser:command(module.name):summary(module.summary)
    own_help(command, module, module.description or module.summary)
    if module.example then command:epilog("Example:\n  " .. module.example:gsub("\n", "\n  ")) end
    module.setup(command, context)
    modules[module.name] = module
  end
  parser:epilog("Exit codes: 0 done, 1 a comparison or claim regressed, 2 bad usage or input,\n"
    .. "3 some cells failed, 4 a selection matched nothing.")
  return parser, modules
end

local function dispatch(argv, context)
  local parser, modules = build_parser(context)
  local args = parser:parse(argv)
  if args.version then
    context.stdout:write("moerates ", engine.version, "\n")
    return 0
  elseif not args.command then
    fault.usage("try 'moerates --help'", "no command given")
  end
  return modules[args.command].run(args, context) or 0
end

local function print_help(help, argv, context)
  context.stdout:write(help.parser:get_help(), "\n")
  local more = help.module and help.module.more_help and help.module.more_help(argv, context)
  if more then context.stdout:write("\n", more) end
  return 0
end

local function handle(value)
  if fault.is(value) or getmetatable(value) == Help then return value end
  return debug.traceback(tostring(value), 2)
end

local function report_fault(value, context)
  context.stderr:write("moerates: ", value.message, "\n")
  if value.hint then context.stderr:write("moerates: ", value.hint, "\n") end
  return value.code
end

--- Runs one command line.
---@param argv string[] without the program's name
---@param context table? for tests
---@return integer exit_code
function M.main(argv, context)
  context = context or make_context()
  local ok, value = xpcall(dispatch, handle, argv, context)
  if not ok and getmetatable(value) == Help then
    ok, value = xpcall(print_help, handle, value, argv, context)
  end
  context.stdout:flush()
  if ok then return value end
  if fault.is(value) then return report_fault(value, context) end
  context.stderr:write("moerates: defect: ", tostring(value), "\n")
  return DEFECT
end

return M
