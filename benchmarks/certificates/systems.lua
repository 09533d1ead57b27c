--- Section 2 of paper B (arXiv 2505.10860): the orders r1(m) and r2(m) that set the rates of over-specified
--- linear experts. The solutions are points and weights of Gauss-Hermite quadrature, in whole numbers:
--- they solve both systems up to r = 2m - 1, and `moerates certify` proves that nothing solves r = 2m.
local moe = require "moerates"

local solutions = {
  [2] = { { weight = 1, a = -2, b = -2 }, { weight = 1, a = 2, b = -2 } },
  [3] = { { weight = 1, a = -6, b = -6 }, { weight = 4, a = 0, b = -6 }, { weight = 1, a = 6, b = -6 } },
}

local systems, claims = {}, {}
for m = 2, 3 do
  for _, system in ipairs { "r1", "r2" } do
    local name = system .. "-" .. m
    systems[#systems + 1] = { name = name, system = system, atoms = solutions[m] }
    claims[#claims + 1] = { id = "B-" .. name, system = name }
  end
end

return moe.certificates {
  name = "systems", title = "Solvable orders, paper B", systems = systems, claims = claims,
}
