-- says: random.lua:2: attempt to call a nil value (field 'random')
return { math.random() }
