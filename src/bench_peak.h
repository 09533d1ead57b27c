/*
 * bench_peak.h - loops that a machine's limits are read off, one set per ISA level.
 */
#ifndef MOE_BENCH_PEAK_H
#define MOE_BENCH_PEAK_H

#include "bench.h"

struct moe_peak {
  const char *isa;
  /* `rounds` of fused multiply-adds without a dependence between neighbours. The result is of no
   * interest, but must be used. */
  double (*multiply_add)(size_t rounds);
  double flops_per_round;
  /* out = f(in) for n numbers, a multiple of 8, aligned to 64 bytes. */
  void (*primitive[MOE_PRIMITIVES])(size_t n, const double *in, double *out);
  /* The sum of a; b = a; c = a + s b. */
  double (*read)(size_t n, const double *a);
  void (*copy)(size_t n, const double *a, double *b);
  void (*triad)(size_t n, const double *a, const double *b, double *c);
};

extern const struct moe_peak moe_peak_portable;
#if defined(__x86_64__)
extern const struct moe_peak moe_peak_avx2, moe_peak_avx512;
#endif

#endif
