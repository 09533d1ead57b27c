--- Objective, gradient and curvature: every kernel at small and large (d, k), in cache and out of it.
---
--- n is fixed, not fitted to a machine's caches, so that files of several machines have cases in
--- common. The smaller n of each shape keeps its rows within about 1 MB, but has enough of them that
--- handing out p x p numbers once does not count; the larger takes 70 to 130 MB.
--- By default, with ReLU experts: what the paper's chapter on speed shows. Our own code at the best
--- ISA level, both gates, one thread, in cache; the other designs where they are not too slow; two
--- threads at two shapes; and softmax from memory, where the curvature of large d would only say
--- again that it is arithmetic. `-s 'd>=1'` times everything, which takes hours.
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
    "expert=relu,threads=1,n<=4096,variant=tile,rank=1",
    "expert=relu,threads=1,n<=4096,variant=blis,rank=1,d>=8",
    "gate=softmax,expert=relu,threads=1,n<=4096,rank<=1,d=1",
    "expert=relu,threads=1,n<=4096,rank<=1,d=8",
    "gate=softmax,expert=relu,threads=1,n<=4096,rank<=1,d=32,variant!=plain",
    "gate=softmax,expert=relu,threads=1,n<=4096,rank=1,d=64",
    "expert=relu,threads=2,n<=4096,variant=tile,rank=1,d=1,k=3",
    "expert=relu,threads=2,n<=4096,variant=tile,rank=1,d=8",
    "gate=softmax,expert=relu,threads=1,n>4096,variant=tile,rank=1,d<=8",
    "gate=softmax,expert=relu,threads=1,n>4096,variant=tile,rank=1,d>8,level=objective",
    "gate=softmax,expert=relu,threads=1,n>4096,variant=tile,rank=1,d>8,level=gradient",
  },
}
