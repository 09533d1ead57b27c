/*
 * vmath.h - elementary functions with the same bits everywhere.
 *
 * libm promises neither the same bits across its own variants nor across machines, and a fit
 * follows its last bit into another basin. These functions are plain arithmetic with explicit
 * fma in a fixed order (the same formulas as the vector forms in lanes.h, of which they are one
 * lane), so that gcc, clang, every optimisation level and every ISA level agree bit by bit.
 * Errors: exp <= 1.1 ulp; log, log1p, sin, cos <= 2; expm1, sigmoid, tanh <= 3; phi, Phi <= 1e-15
 * relative wherever normal. NaN in, NaN out; exp overflows to inf and underflows to 0.
 */
#ifndef MOE_VMATH_H
#define MOE_VMATH_H

#include <stddef.h>

double moe_exp(double x);
double moe_expm1(double x);
double moe_log(double x); /* x > 0, normal or subnormal; log(0) = -inf, log(<0) = NaN */
double moe_log1p(double x);
double moe_sigmoid(double x); /* 1 / (1 + exp(-x)) */
double moe_tanh(double x);
double moe_normal_pdf(double x); /* phi(x) */
double moe_normal_cdf(double x); /* Phi(x), both tails to full relative accuracy */
/* log q of q = P(|Y - y| < bin / 2) for Y normal, gap = y less its mean, and the derivatives of q over
 * q: in the mean, in s = log variance, twice and mixed. Full relative accuracy in both tails, up to a
 * factor sd / bin. inverse_sd = e^(-s/2). */
struct moe_normal_mass {
  double log, mean, mean2, s, s2, mean_s;
};
struct moe_normal_mass moe_normal_mass(double gap, double bin, double inverse_sd);
void moe_sincospi(double x, double *s, double *c); /* sin(pi x), cos(pi x), |x| <= 2 */

#endif
