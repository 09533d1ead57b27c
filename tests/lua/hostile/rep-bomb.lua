-- says: needs more than 256 MB
return { ("x"):rep(1000000000) }
