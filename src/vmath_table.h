/*
 * vmath_table.h - the scalar functions of one ISA level, between vmath.c and vmath_choose.c.
 */
#ifndef MOE_VMATH_TABLE_H
#define MOE_VMATH_TABLE_H

#include <stdint.h>
#include <string.h>

#include "vmath.h"

struct moe_vmath {
  double (*exp)(double x);
  double (*expm1)(double x);
  double (*log)(double x);
  double (*log1p)(double x);
  double (*sigmoid)(double x);
  double (*tanh)(double x);
  double (*normal)(double x, double *density); /* Phi; density is phi */
  struct moe_normal_mass (*normal_mass)(double gap, double bin, double inverse_sd);
  void (*sincospi)(double x, double *s, double *c);
};

extern const struct moe_vmath moe_vmath_portable;
#if defined(__x86_64__)
extern const struct moe_vmath moe_vmath_avx2, moe_vmath_avx512;
#endif

#endif
