-- gives: nil nil nil nil
return { value = ("%s %s %s %s"):format(load, loadstring, loadfile, dofile) }
