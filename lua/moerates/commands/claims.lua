--- moerates claims: the ledger of every claim, with what was measured and the verdict.
local certify_tables = require "moerates.certify_tables"
local claims = require "moerates.claims"
local fault = require "moerates.fault"
local json = require "moerates.json"
local onsets = require "moerates.onsets"
local options = require "moerates.options"
local plot = require "moerates.plot"
local predict = require "moerates.predict"
local report = require "moerates.commands.report"
local script = require "moerates.script"
local speed = require "moerates.speed"
local store = require "moerates.store"
local summary = require "moerates.summary"
local table_file = require "moerates.table"

local M = {
  name = "claims",
  summary = "Judges every claim from cells and certificates: the ledger.",
  example = "moerates claims benchmarks/convergence/*.lua benchmarks/certificates/*.lua --against results/claims.tsv",
}

--- With fewer cases a correlation says nothing.
local FEWEST_ONSETS <const> = 4

function M.setup(command)
  options.scripts(command)
  options.profile(command)
  options.set(command)
  options.out(command)
  options.json(command)
  command:option("--list", "The list of claims."):default("paper/claims.tsv"):argname("FILE")
  command:option("--results", "Where machines/, the committed timings, is."):default("results"):argname("DIR")
  command:option("--against", "A ledger to compare with; exit code 1 if a verdict is worse.")
    :argname("FILE")
end

--- The measured number in the form that suits its kind.
local function measured(row)
  local x = row.measured
  if not x or x ~= x then return "" end
  if row.kind == "inequality" then return x == 0 and "always" or ("n=%.1e"):format(x) end
  return (row.kind == "holds" and "%.1e" or row.estimator == "certificate" and "%d" or "%.3f"):format(x)
end

local function print_rows(rows, out)
  local width = { 10, 10 }
  for _, row in ipairs(rows) do
    width[1] = math.max(width[1], #row.id)
    width[2] = math.max(width[2], math.min(36, #row.case))
  end
  local line = ("%%-%ds  %%-8s  %%-%ds  %%-18s  %%-19s  %%9s  %%s\n"):format(width[1], width[2])
  out:write(line:format("claim", "by", "case", "verdict", "predicted", "measured", "interval"))
  for _, row in ipairs(rows) do
    local interval = row.ci_low and row.kind ~= "inequality"
      and ("[%.3f, %.3f]"):format(row.ci_low, row.ci_high) or ""
    out:write((line:format(row.id, row.estimator, row.case:sub(1, 36), row.verdict, row.predicted,
      measured(row), interval):gsub(" +\n", "\n")))
  end
end

local function print_counts(rows, out)
  local count, order = {}, {}
  for _, row in ipairs(rows) do
    if not count[row.verdict] then order[#order + 1] = row.verdict end
    count[row.verdict] = (count[row.verdict] or 0) + 1
  end
  table.sort(order)
  for i, verdict in ipairs(order) do order[i] = ("%d %s"):format(count[verdict], verdict) end
  out:write("\n", table.concat(order, ", "), "\n")
end

--- Prints what differs from a reference ledger; true if something regressed.
function M.print_comparison(result, out)
  out:write(("verdicts: %d as in the reference, %d changed, %d worse, %d new\n"):format(result.same,
    #result.changed, #result.regressed, result.new))
  for _, list in ipairs { result.regressed, result.changed } do
    for _, change in ipairs(list) do
      out:write(("  %s (%s): %s -> %s\n"):format(change.id, change.case, change.before,
        change.after))
    end
  end
  return #result.regressed > 0
end

--- Tables and figures that need certificates: their families, and what they let expect of the
--- experiments.
local function write_tables(summaries, certificates, rows, dir)
  store.make_directories(dir .. "/tables")
  store.make_directories(dir .. "/figures")
  for _, one in ipairs(certificates) do
    if #one.cases > 0 then
      certify_tables.write_families(one, dir .. "/tables")
      certify_tables.write_singular(one, dir .. "/figures")
    end
    if #one.systems > 0 then certify_tables.write_systems(one, dir .. "/tables") end
  end
  local found = {}
  for _, built in ipairs(summaries) do
    local predictions = {}
    for _, curve in ipairs(built.curves) do
      local case = curve.case
      if curve.search == "full" then predictions[case.name] = predict.of_case(case) end
    end
    certify_tables.write_expected(built, rows, predictions, dir .. "/tables")
    onsets.collect(built, predictions, found)
  end
  if #found < FEWEST_ONSETS then return end
  local footer = { "moerates claims benchmarks/convergence/*.lua --profile " .. summaries[1].profile }
  for _, one in ipairs(onsets.tables(found)) do
    one.footer = footer
    table_file.write(one, dir .. "/tables")
  end
  local figure = onsets.figure(found)
  figure.footer = footer[1]
  if #figure.panels[1].curves > 0 then plot.write(figure, dir .. "/figures") end
end

function M.run(args, context)
  local experiments, certificates, summaries = {}, {}, {}
  for _, one in ipairs(script.load_all(args.scripts, args.set, { "experiment", "certificates" })) do
    table.insert(one.kind == "certificates" and certificates or experiments, one)
  end
  for i, experiment in ipairs(experiments) do
    summaries[i] = summary.build(experiment, { profile = args.profile, out = args.out })
    report.complain(summaries[i], context)
  end
  local rows = claims.ledger(experiments, summaries, args.list, args.profile, certificates,
    speed.main(speed.committed(args.results), "optimisers"))
  local dir = args.out .. "/report"
  store.make_directories(dir)
  claims.write(rows, args.profile, dir)
  write_tables(summaries, certificates, rows, dir)
  if args.json then
    context.stdout:write(json.encode(rows, true), "\n")
  else
    print_rows(rows, context.stdout)
    print_counts(rows, context.stdout)
  end
  if not args.against then return 0 end
  local reference = claims.read(args.against)
  if not reference then fault.raise(2, "%s: no ledger there", args.against) end
  local worse = M.print_comparison(claims.compare(rows, reference), context.stdout)
  return worse and fault.REGRESSED or 0
end

return M
