-- gives: false
local function handler() error("again") end
return { value = (xpcall(error, handler)) }
