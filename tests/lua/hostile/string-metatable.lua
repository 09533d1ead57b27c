-- gives: false
return { value = getmetatable("") }
