/*
 * vmath_choose.c - vmath.h's functions, at the ISA level this CPU has.
 *
 * The table is chosen once, before main; every level gives the same bits, so this decides speed
 * only and needs no override. One lane gains nothing from AVX-512 over AVX2 with FMA.
 */
#include "vmath.h"
#include "vmath_table.h"

static const struct moe_vmath *table = &moe_vmath_portable;

#if defined(__x86_64__)
__attribute__((constructor)) static void choose_table(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("fma") && __builtin_cpu_supports("avx2")) table = &moe_vmath_avx2;
}
#endif

double moe_exp(double x) {
  return table->exp(x);
}
double moe_expm1(double x) {
  return table->expm1(x);
}
double moe_log(double x) {
  return table->log(x);
}
double moe_log1p(double x) {
  return table->log1p(x);
}
double moe_sigmoid(double x) {
  return table->sigmoid(x);
}
double moe_tanh(double x) {
  return table->tanh(x);
}

double moe_normal_pdf(double x) {
  double density;
  table->normal(x, &density);
  return density;
}

double moe_normal_cdf(double x) {
  double density;
  return table->normal(x, &density);
}

struct moe_normal_mass moe_normal_mass(double gap, double bin, double inverse_sd) {
  return table->normal_mass(gap, bin, inverse_sd);
}

void moe_sincospi(double x, double *s, double *c) {
  table->sincospi(x, s, c);
}
