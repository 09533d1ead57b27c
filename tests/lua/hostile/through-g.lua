-- gives: nil
return { value = tostring(_G.io or _G.os or _G.debug or _G.package or _G._G.load) }
