-- gives: false
return { value = (pcall(string.rep, "x", 1000000000)) }
