--- moerates info: what this binary is and what machine it runs on.
local engine = require "moerates.engine"
local json = require "moerates.json"
local options = require "moerates.options"
local tune = require "moerates.tune"

local M = {
  name = "info",
  summary = "Shows versions, processor, kernels and the machine's id.",
  example = "moerates info --json",
}

function M.setup(command) options.json(command) end

local function flat(value)
  if type(value) ~= "table" then return tostring(value) end
  local keys, parts = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys)
  for i, key in ipairs(keys) do
    parts[i] = type(key) == "number" and flat(value[key]) or ("%s=%s"):format(key, flat(value[key]))
  end
  return table.concat(parts, " ")
end

function M.run(args, context)
  local info, keys = engine.info(), {}
  info.tuning = tune.read(info) and tune.path(info) or "none (moerates bench --tune makes one)"
  if args.json then
    context.stdout:write(json.encode(info, true), "\n")
    return 0
  end
  for key in pairs(info) do keys[#keys + 1] = key end
  table.sort(keys)
  for _, key in ipairs(keys) do
    context.stdout:write(("%-12s %s\n"):format(key, flat(info[key])))
  end
  return 0
end

return M
