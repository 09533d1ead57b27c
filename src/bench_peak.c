/*
 * bench_peak.c - the machine's own speed: arithmetic, elementary functions, memory.
 *
 * Compiled once per ISA level (-DMOE_ISA=avx512 ...), like the kernels that are held against it:
 * the same registers, and the same elementary functions inlined in the same kind of loop.
 */
#include "bench_peak.h"
#include "vec.h"

#ifndef MOE_ISA
#define MOE_ISA portable
#endif
#define PASTE(a, b) a##b
#define PASTE_EXPANDED(a, b) PASTE(a, b)
#define QUOTE(a) #a
#define QUOTE_EXPANDED(a) QUOTE(a)

/* Chains that run at the same time: more than latency times units (8 to 10), and few enough for
 * 16 registers. */
enum { CHAINS = 12, STEPS = 64 };

/* Where there is no instruction for it, a product and a sum are what the machine can do. */
LANES_INLINE vec step(vec a, vec b, vec c) {
#if defined(__FMA__) || defined(__aarch64__)
  return vec_fma(a, b, c);
#else
  return a * b + c;
#endif
}

static double multiply_add(size_t rounds) {
  vec chain[CHAINS], total = vec_set1(0);
  vec factor = vec_set1(0.999), term = vec_set1(0.001);
  for (size_t i = 0; i < CHAINS; i++) chain[i] = vec_set1(1.0 + (double)i);
  for (size_t r = 0; r < rounds; r++)
    for (size_t s = 0; s < STEPS; s++)
      for (size_t i = 0; i < CHAINS; i++) chain[i] = step(chain[i], factor, term);
  for (size_t i = 0; i < CHAINS; i++) total += chain[i];
  return total[0];
}

#define PRIMITIVE_LOOP(name, value)                                                            \
  static void name##_loop(size_t n, const double *in, double *out) {                           \
    for (size_t i = 0; i < n; i += VEC_WIDTH) {                                                \
      vec other = vec_set1(0), x = vec_load(in + i);                                           \
      vec_store(out + i, (value) + other);                                                     \
    }                                                                                          \
  }
PRIMITIVE_LOOP(exp, vec_exp(x))
PRIMITIVE_LOOP(sigmoid, vec_sigmoid_pair(x, &other))
PRIMITIVE_LOOP(tanh, vec_tanh(x))
PRIMITIVE_LOOP(normal, vec_normal(x, &other))

static double read_sum(size_t n, const double *a) {
  vec sum[4] = {vec_set1(0), vec_set1(0), vec_set1(0), vec_set1(0)};
  for (size_t i = 0; i < n; i += 4 * VEC_WIDTH)
    for (size_t j = 0; j < 4; j++) sum[j] += vec_load(a + i + j * VEC_WIDTH);
  sum[0] += sum[1] + (sum[2] + sum[3]);
  return sum[0][0];
}

static void copy(size_t n, const double *a, double *b) {
  for (size_t i = 0; i < n; i += VEC_WIDTH) {
    vec x = vec_load(a + i);
    vec_store(b + i, -x); /* a plain copy would become a call of memcpy */
  }
}

static void triad(size_t n, const double *a, const double *b, double *c) {
  for (size_t i = 0; i < n; i += VEC_WIDTH)
    vec_store(c + i, vec_load(a + i) + 3 * vec_load(b + i));
}

const struct moe_peak PASTE_EXPANDED(moe_peak_, MOE_ISA) = {
    .isa = QUOTE_EXPANDED(MOE_ISA),
    .multiply_add = multiply_add,
    .flops_per_round = 2.0 * VEC_WIDTH * CHAINS * STEPS,
    .primitive = {exp_loop, sigmoid_loop, tanh_loop, normal_loop},
    .read = read_sum,
    .copy = copy,
    .triad = triad,
};
