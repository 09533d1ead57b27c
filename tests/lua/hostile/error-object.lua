-- says: my own words ?[31m in two lines
error(setmetatable({}, { __tostring = function()
  return "my own words \27[31m in\ntwo lines"
end }))
