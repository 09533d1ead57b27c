--- Objective, gradient and curvature: every kernel at small and large (d, k), in cache and out of it.
---
--- n is fixed, not fitted to a machine's caches, so that files of several machines have cases in
--- common. The smaller n of each shape keeps its rows within about 1 MB, but has enough of them that
--- handing out p x p numbers once does not count; the larger takes 70 to 130 MB.
--- By default: one gate, one expert, one thread, in cache, and neither slow code at large d nor ISA
--- levels below the two best. `-s 'd>=1'` times everything, which takes hours.
local moe = require "moerates"

return moe.timing {
  name = "kernels", title = "Objective, gradient and curvature",
  gate = { "softmax", "sigmoid" }, expert = { "relu", "gelu" },
  shapes = {
    { d = 1, k = 2, n = { 4096, 4194304 } },
    { d = 1, k = 3, n = { 4096, 4194304 } },
    { d = 8, k = 4, n = { 1024, 1048576 } },
    { d = 32, k = 8, n = { 4096, 262144 } },
    { d = 64, k = 16, n = { 2048, 131072 } },
  },
  threads = { 1, 2 },
  default = {
    "gate=softmax,expert=relu,threads=1,n<=4096,rank<=2,d<=8",
    "gate=softmax,expert=relu,threads=1,n<=4096,rank<=2,d=32,variant!=plain",
    "gate=softmax,expert=relu,threads=1,n<=4096,rank<=2,d=64,rank>=1",
  },
}
