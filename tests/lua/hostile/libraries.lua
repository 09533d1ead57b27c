-- gives: nil nil nil nil nil nil
return { value = ("%s %s %s %s %s %s"):format(io, os, debug, package, collectgarbage, warn) }
