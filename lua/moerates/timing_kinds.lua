--- The kinds of timing script, by their names in dsl_timing.lua, in the order of the output.
---
---   field                                  the list in a file of timings (bench_file.lua)
---   weight                                 of a case in the progress bar: about its seconds
---   cases(script)                          all that this machine's code can run
---   choose(script, selections, threads)    those to time, and how many were left out; missing:
---                                          those that match
---   groups(cases)                          those timed in turns, together
---   measure(group, script, options)        one result per case
---   finish(results, machine)               what is stored of them
---   print(stored, out)
return {
  { name = "timing", kind = require "moerates.timing" },
  { name = "growth", kind = require "moerates.timing_growth" },
  { name = "likelihood", kind = require "moerates.timing_likelihood" },
  { name = "generation", kind = require "moerates.timing_generation" },
  { name = "optimisers", kind = require "moerates.timing_optimisers" },
  { name = "contest", kind = require "moerates.timing_contest" },
}
