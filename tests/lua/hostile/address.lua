-- gives: table function
return { value = tostring({}) .. " " .. ("%s"):format(print) }
