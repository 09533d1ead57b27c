/*
 * expert.c - the experts' table: phi(z) at z = a.x + b, with first and second derivatives.
 *
 * These scalar forms are the reference; tile_experts.h has the same formulas over vectors. At
 * the kink of relu both derivatives are taken as 0, as automatic differentiation does.
 */
#include "expert.h"
#include "model.h"
#include "vmath.h"

#include <math.h>
#include <string.h>

static double linear(double z, double *d1, double *d2) {
  *d1 = 1;
  *d2 = 0;
  return z;
}

static double quadratic(double z, double *d1, double *d2) {
  *d1 = 2 * z;
  *d2 = 2;
  return z * z;
}

static double cubic(double z, double *d1, double *d2) {
  *d1 = 3 * (z * z);
  *d2 = 6 * z;
  return z * z * z;
}

/* Written so that a NaN stays a NaN. */
static double relu(double z, double *d1, double *d2) {
  *d1 = z > 0;
  *d2 = 0;
  return z < 0 ? 0 : z;
}

/* What a negative outer scale makes of relu: all others are in its slopes (model.h's shared atoms of
 * arXiv 2505.10860 have one of -8). */
static double minus_relu(double z, double *d1, double *d2) {
  double value = relu(z, d1, d2);
  *d1 = 0 - *d1;
  return 0 - value;
}

/* z Phi(z): the exact form, by the normal distribution function, not the tanh approximation. */
static double gelu(double z, double *d1, double *d2) {
  double cdf = moe_normal_cdf(z), pdf = moe_normal_pdf(z);
  *d1 = cdf + z * pdf;
  *d2 = pdf * (2 - z * z);
  return z * cdf;
}

static double hyperbolic(double z, double *d1, double *d2) {
  double t = moe_tanh(z);
  double s = moe_sigmoid(2 * z), rest = moe_sigmoid(-2 * z);
  *d1 = 4 * (s * rest); /* 1 - t^2 without cancellation */
  *d2 = -2 * t * *d1;
  return t;
}

static double sigmoid(double z, double *d1, double *d2) {
  double s = moe_sigmoid(z), rest = moe_sigmoid(-z);
  *d1 = s * rest;
  *d2 = *d1 * (rest - s);
  return s;
}

static double silu(double z, double *d1, double *d2) {
  double s = moe_sigmoid(z), rest = moe_sigmoid(-z);
  *d1 = s + z * (s * rest);
  *d2 = s * rest * (2 + z * (rest - s));
  return z * s;
}

/* name, latex, id, intercept_only, homogeneous, smooth, zero_at_zero, value */
static const struct moe_expert table[] = {
    {"linear", "z", 0, 0, 1, 1, 1, linear},
    {"polynomial-2", "z^2", 1, 0, 2, 1, 1, quadratic},
    {"polynomial-3", "z^3", 2, 0, 3, 1, 1, cubic},
    {"relu", "\\max(z, 0)", 3, 0, 1, 0, 1, relu},
    {"gelu", "z\\,\\Phi(z)", 4, 0, 0, 1, 1, gelu},
    {"tanh", "\\tanh z", 5, 0, 0, 1, 1, hyperbolic},
    {"sigmoid", "s(z)", 6, 0, 0, 1, 0, sigmoid},
    {"silu", "z\\,s(z)", 7, 0, 0, 1, 1, silu},
    {"input-independent", "b", 8, 1, 1, 1, 1, linear},
    {"minus-relu", "-\\max(z, 0)", 9, 0, 1, 0, 1, minus_relu},
};

static double sine(double z, double *d1, double *d2) {
  const double pi = 3.14159265358979323846;
  double half_turns = z / pi, value;
  moe_sincospi(half_turns - 2 * nearbyint(half_turns / 2), &value, d1);
  *d2 = -value;
  return value;
}

/* Runge's function in the variable 5x of his paper. */
static double runge(double z, double *d1, double *d2) {
  double value = 1 / (1 + z * z);
  *d1 = -2 * z * (value * value);
  *d2 = 2 * (value * value) * (4 * (z * z) * value - 1);
  return value;
}

static double bump(double z, double *d1, double *d2) {
  double value = moe_exp(-(z * z));
  *d1 = -2 * z * value;
  *d2 = (4 * (z * z) - 2) * value;
  return value;
}

/* The same columns. */
static const struct moe_expert curves[] = {
    {"sine", "\\sin z", 0, 0, 0, 1, 1, sine},
    {"runge", "1 / (1 + z^2)", 1, 0, 0, 1, 0, runge},
    {"bump", "e^{-z^2}", 2, 0, 0, 1, 0, bump},
};

const struct moe_expert *moe_expert_row_at(size_t i) {
  return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

const struct moe_expert *moe_expert_find(const char *name) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (!strcmp(table[i].name, name)) return &table[i];
  return NULL;
}

const struct moe_expert *moe_curve_row_at(size_t i) {
  return i < sizeof curves / sizeof *curves ? &curves[i] : NULL;
}

const struct moe_expert *moe_curve_find(const char *name) {
  for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
    if (!strcmp(curves[i].name, name)) return &curves[i];
  return NULL;
}

double moe_expert_value(const struct moe_expert *e, double z, double *d1, double *d2) {
  double first, second, value = e->value(z, &first, &second);
  if (d1) *d1 = first;
  if (d2) *d2 = second;
  return value;
}
