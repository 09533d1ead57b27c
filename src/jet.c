/*
 * jet.c - arithmetic of jets by the usual recurrences (Griewank and Walther, Evaluating Derivatives,
 * table 13.2), and one line or two per gate and expert.
 */
#include "jet.h"

#include <stddef.h>
#include <string.h>

#define LENGTH (MOE_JET_ORDER + 1)

struct jet moe_jet_variable(struct dd z) {
  struct jet out = {0};
  out.c[0] = z;
  out.c[1] = dd_of(1);
  return out;
}

struct dd moe_jet_derivative(const struct jet *f, unsigned n) {
  double factorial = 1;
  for (unsigned i = 2; i <= n; i++) factorial *= i;
  return dd_scale(f->c[n], factorial);
}

static struct jet scale(struct jet a, double factor) {
  for (int n = 0; n < LENGTH; n++) a.c[n] = dd_scale(a.c[n], factor);
  return a;
}

static struct jet multiply(struct jet a, struct jet b) {
  struct jet out = {0};
  for (int n = 0; n < LENGTH; n++)
    for (int i = 0; i <= n; i++) out.c[n] = dd_add(out.c[n], dd_mul(a.c[i], b.c[n - i]));
  return out;
}

/* 1 / a: sum_i a_i out_(n-i) = 0 for n > 0. */
static struct jet reciprocal(struct jet a) {
  struct jet out = {0};
  out.c[0] = dd_div(dd_of(1), a.c[0]);
  for (int n = 1; n < LENGTH; n++) {
    struct dd sum = dd_of(0);
    for (int i = 1; i <= n; i++) sum = dd_add(sum, dd_mul(a.c[i], out.c[n - i]));
    out.c[n] = dd_neg(dd_mul(sum, out.c[0]));
  }
  return out;
}

/* out' = a' out. */
static struct jet exponential(struct jet a) {
  struct jet out = {0};
  out.c[0] = dd_exp(a.c[0]);
  for (int n = 1; n < LENGTH; n++) {
    struct dd sum = dd_of(0);
    for (int i = 1; i <= n; i++) sum = dd_add(sum, dd_mul(dd_scale(a.c[i], i), out.c[n - i]));
    out.c[n] = dd_div(sum, dd_of(n));
  }
  return out;
}

/* 1 / (1 + e^-z). */
static struct jet sigmoid(struct jet z) {
  struct jet sum = exponential(scale(z, -1));
  sum.c[0] = dd_add(sum.c[0], dd_of(1));
  return reciprocal(sum);
}

static struct jet linear(struct jet z) {
  return z;
}

static struct jet quadratic(struct jet z) {
  return multiply(z, z);
}

static struct jet cubic(struct jet z) {
  return multiply(z, multiply(z, z));
}

/* Derivatives are 0 at the kink, as in expert.c. */
static struct jet relu(struct jet z) {
  return z.c[0].hi > 0 ? z : scale(z, 0);
}

static struct jet minus_relu(struct jet z) {
  return scale(relu(z), -1);
}

/* The coefficients of Phi are those of phi, integrated: out' = phi(z) z'. */
static struct jet normal_cdf(struct jet z) {
  struct jet density = exponential(scale(multiply(z, z), -0.5)), out = {0};
  out.c[0] = dd_normal_cdf(z.c[0]);
  for (int n = 1; n < LENGTH; n++) {
    struct dd sum = dd_of(0);
    for (int i = 1; i <= n; i++)
      sum = dd_add(sum, dd_mul(dd_scale(z.c[i], i), density.c[n - i]));
    out.c[n] = dd_div(dd_mul(DD_ROOT_TWO_PI_INVERSE, sum), dd_of(n));
  }
  return out;
}

static struct jet gelu(struct jet z) {
  return multiply(z, normal_cdf(z));
}

/* 2 s(2z) - 1, exact to rounding absolutely, not relatively near 0: a norm over the support sees no
 * more. */
static struct jet hyperbolic(struct jet z) {
  struct jet out = scale(sigmoid(scale(z, 2)), 2);
  out.c[0] = dd_sub(out.c[0], dd_of(1));
  return out;
}

static struct jet silu(struct jet z) {
  return multiply(z, sigmoid(z));
}

struct row {
  const char *name;
  moe_jet_function *value;
};

static const struct row gates[] = {
    {"sigmoid", sigmoid},
    {"softmax", exponential},
    {"normalised-sigmoid", sigmoid},
};

static const struct row experts[] = {
    {"linear", linear},
    {"polynomial-2", quadratic},
    {"polynomial-3", cubic},
    {"relu", relu},
    {"gelu", gelu},
    {"tanh", hyperbolic},
    {"sigmoid", sigmoid},
    {"silu", silu},
    {"input-independent", linear},
    {"minus-relu", minus_relu},
};

static moe_jet_function *find(const struct row *rows, size_t count, const char *name) {
  for (size_t i = 0; i < count; i++)
    if (!strcmp(rows[i].name, name)) return rows[i].value;
  return NULL;
}

moe_jet_function *moe_jet_gate_find(const char *name) {
  return find(gates, sizeof gates / sizeof *gates, name);
}

moe_jet_function *moe_jet_expert_find(const char *name) {
  return find(experts, sizeof experts / sizeof *experts, name);
}
