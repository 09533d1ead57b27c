--- Options that several commands share, so that they have one name and one help text.
local fault = require "moerates.fault"
local plan = require "moerates.plan"

local M = {}

--- SCRIPT...: args.scripts
function M.scripts(command)
  command:argument("SCRIPT", "Experiment scripts."):args("+"):target("scripts")
end

--- --profile: args.profile
function M.profile(command)
  command:option("--profile", "How much: quick, full or paper; each contains the one before.")
    :default("quick"):argname("NAME"):convert(plan.check_profile)
end

--- -s: args.select, a list
function M.select(command)
  command:option("-s --select", "Only cells that match, e.g. 'gate=softmax,n>=1e6': a comma means "
    .. "and; repeat the option for or."):count("*"):argname("WHERE")
end

--- --set: args.set, a list of NAME=VALUE
function M.set(command)
  command:option("--set", "Sets an option that the script declares."):count("*")
    :argname("NAME=VALUE")
end

--- --out: args.out
function M.out(command)
  command:option("--out", "Where cells and reports are."):default("build"):argname("DIR")
    :convert(function(text)
      local path = text:gsub("(.)/+$", "%1")
      return path ~= "" and path or fault.raise(2, "--out wants a directory, got ''")
    end)
end

--- --json: args.json
function M.json(command)
  command:flag("--json", "Prints JSON for programs instead of text for people.")
end

--- A converter for whole numbers from 1 to `most`.
---@param name string of the option
---@param most integer
---@return fun(text: string): integer
function M.whole(name, most)
  return function(text)
    local number = math.tointeger(tonumber(text))
    if not number or number < 1 or number > most then
      fault.raise(2, "%s wants a whole number from 1 to %d, got '%s'", name, most, text)
    end
    return number
  end
end

--- -j: args.threads
function M.threads(command, cores)
  command:option("-j --threads", "Threads; the cells are the same for any number.")
    :default(tostring(cores)):argname("N"):convert(M.whole("-j", 1024))
end

return M
