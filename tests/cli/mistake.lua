local moe = require "moerates"

return moe.experiment {
  name = "mistake",
  replicats = 20,
}
