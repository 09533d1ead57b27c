-- prints: print-flood.lua:2: print: more than 64 KB of output
while true do print(("x"):rep(1000)) end
