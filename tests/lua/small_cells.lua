--- Cells that take a few milliseconds, of several kinds; for cells_spec.lua.
local M = {}

M.COUNT = 24

--- The descriptions of the cells, in two experiments.
function M.describe()
  local cells = {}
  for i = 1, M.COUNT do
    local path = i % 6 == 0
    cells[i] = {
      experiment = i % 2 == 0 and "even" or "odd", name = "case-" .. i, noise_sd = 0.1, block = 1,
      replicates = 1, n = not path and 1000 * i or nil,
      truth = { gate = "softmax", expert = "tanh", d = 1, atoms = {
        { beta1 = { 2 }, beta0 = 0.5, a = { 3 }, b = 1 },
        { beta1 = { 0 }, beta0 = 0, a = { -3 }, b = 1.5 } } },
      fit = { gate = i % 3 == 0 and "sigmoid" or "softmax", expert = "tanh", k = 2 },
      theta = { beta1 = { -8, 8 }, beta0 = { -3, 3 }, a = { -8, 8 }, b = { -6, 6 } },
      design = { kind = "telescope", lower = -3, upper = 3, points = 24 },
      estimator = { kind = "lse", starts = 2, near_starts = 1 },
    }
    if path then
      cells[i].estimator = { kind = "path", points = { { index = 1, atoms = cells[i].truth.atoms } } }
    end
  end
  return cells
end

return M
