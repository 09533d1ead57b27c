/*
 * vmath.c - the elementary functions of lanes_math.h with one lane.
 *
 * Compiled once per ISA level (-DMOE_ISA=avx512, avx2 or portable): with an FMA instruction a
 * function takes 5-15 ns, without one every __builtin_fma is a call of libm's fma, exact but
 * ten times slower. The bits are the same. vmath_choose.c picks the level when the program
 * starts.
 */
#include "vmath_table.h"

#define LANES_INLINE static inline __attribute__((always_inline, unused))
#define V double
#define U uint64_t
#define LANES(name) v1_##name

LANES_INLINE double v1_set1(double x) {
  return x;
}
LANES_INLINE double v1_fma(double a, double b, double c) {
  return __builtin_fma(a, b, c);
}
LANES_INLINE double v1_max(double a, double b) {
  return a > b ? a : b;
}
LANES_INLINE double v1_min(double a, double b) {
  return a < b ? a : b;
}
LANES_INLINE double v1_abs(double x) {
  return __builtin_fabs(x);
}
LANES_INLINE double v1_copysign(double size, double x) {
  return __builtin_copysign(size, x);
}
LANES_INLINE double v1_if_lt(double a, double b, double yes, double no) {
  return a < b ? yes : no;
}
LANES_INLINE double v1_if_odd(uint64_t k, double yes, double no) {
  return k & 1 ? yes : no;
}
LANES_INLINE uint64_t v1_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}
LANES_INLINE double v1_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

#include "lanes_math.h"

static double one_exp(double x) {
  return v1_exp(x);
}
static double one_expm1(double x) {
  return v1_expm1(x);
}
static double one_log(double x) {
  return v1_log(x);
}
static double one_log1p(double x) {
  return v1_log1p(x);
}
static double one_sigmoid(double x) {
  return v1_sigmoid(x);
}
static double one_tanh(double x) {
  return v1_tanh(x);
}
static double one_normal(double x, double *density) {
  return v1_normal(x, density);
}
static struct moe_normal_mass one_normal_mass(double gap, double bin, double inverse_sd) {
  struct v1_normal_mass i = v1_normal_mass(gap, bin, inverse_sd);
  return (struct moe_normal_mass){i.log, i.mean, i.mean2, i.s, i.s2, i.mean_s};
}
static void one_sincospi(double x, double *s, double *c) {
  v1_sincospi(x, s, c);
}

#define PASTE(a, b) a##b
#define LEVEL(name, level) PASTE(name, level)
const struct moe_vmath LEVEL(moe_vmath_, MOE_ISA) = {
    .exp = one_exp,
    .expm1 = one_expm1,
    .log = one_log,
    .log1p = one_log1p,
    .sigmoid = one_sigmoid,
    .tanh = one_tanh,
    .normal = one_normal,
    .normal_mass = one_normal_mass,
    .sincospi = one_sincospi,
};
