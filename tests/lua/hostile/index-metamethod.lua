-- gives: nil
return setmetatable({ other = 1 }, {
  __index = function() return "made up" end, __pairs = function() error("called") end,
})
