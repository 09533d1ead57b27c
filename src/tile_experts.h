/*
 * tile_experts.h - the experts over vectors of rows; included by eval_tile.c for each ISA
 * level.
 *
 * One expert is one function of a vector z that returns phi(z) and its first two derivatives,
 * and one line in the table. Formulas are those of expert.c. What a caller does not use of a
 * result (the derivatives, when only the objective is asked for) is never computed: everything
 * inlines.
 */
#ifndef MOE_TILE_EXPERTS_H
#define MOE_TILE_EXPERTS_H

#include "vec.h"

LANES_INLINE vec linear_vec(vec z, vec *d1, vec *d2) {
  *d1 = vec_set1(1);
  *d2 = vec_set1(0);
  return z;
}

LANES_INLINE vec quadratic_vec(vec z, vec *d1, vec *d2) {
  *d1 = 2 * z;
  *d2 = vec_set1(2);
  return z * z;
}

LANES_INLINE vec cubic_vec(vec z, vec *d1, vec *d2) {
  *d1 = 3 * (z * z);
  *d2 = 6 * z;
  return z * z * z;
}

LANES_INLINE vec relu_vec(vec z, vec *d1, vec *d2) {
  vec zero = vec_set1(0);
  *d1 = vec_if_lt(zero, z, vec_set1(1), zero);
  *d2 = zero;
  return vec_if_lt(z, zero, zero, z);
}

LANES_INLINE vec gelu_vec(vec z, vec *d1, vec *d2) {
  vec cdf, pdf;
  cdf = vec_normal(z, &pdf);
  *d1 = vec_fma(z, pdf, cdf);
  *d2 = pdf * vec_fma(-z, z, vec_set1(2));
  return z * cdf;
}

LANES_INLINE vec tanh_vec(vec z, vec *d1, vec *d2) {
  vec t = vec_tanh(z);
  *d1 = (1 - t) * (1 + t);
  *d2 = -2 * t * *d1;
  return t;
}

LANES_INLINE vec sigmoid_vec(vec z, vec *d1, vec *d2) {
  vec rest, s = vec_sigmoid_pair(z, &rest);
  *d1 = s * rest;
  *d2 = *d1 * (rest - s);
  return s;
}

LANES_INLINE vec silu_vec(vec z, vec *d1, vec *d2) {
  vec rest, s = vec_sigmoid_pair(z, &rest), slope = s * rest;
  *d1 = vec_fma(z, slope, s);
  *d2 = slope * vec_fma(z, rest - s, vec_set1(2));
  return z * s;
}

/* phi over n numbers (a multiple of 8), without and with its derivatives. */
struct tile_expert {
  const char *name;
  void (*value)(size_t n, const double *z, double *h);
  void (*derive)(size_t n, const double *z, double *h, double *h1, double *h2);
};

#define EXPERT_LOOPS(expert)                                                                   \
  static void expert##_value(size_t n, const double *z, double *h) {                           \
    for (size_t i = 0; i < n; i += VEC_WIDTH) {                                                \
      vec d1, d2;                                                                              \
      vec_store(h + i, expert##_vec(vec_load(z + i), &d1, &d2));                               \
    }                                                                                          \
  }                                                                                            \
  static void expert##_derive(size_t n, const double *z, double *h, double *h1, double *h2) {  \
    for (size_t i = 0; i < n; i += VEC_WIDTH) {                                                \
      vec d1, d2;                                                                              \
      vec_store(h + i, expert##_vec(vec_load(z + i), &d1, &d2));                               \
      vec_store(h1 + i, d1);                                                                   \
      vec_store(h2 + i, d2);                                                                   \
    }                                                                                          \
  }
EXPERT_LOOPS(linear)
EXPERT_LOOPS(quadratic)
EXPERT_LOOPS(cubic)
EXPERT_LOOPS(relu)
EXPERT_LOOPS(gelu)
EXPERT_LOOPS(tanh)
EXPERT_LOOPS(sigmoid)
EXPERT_LOOPS(silu)

/* By name; an expert that is not here runs on the plain evaluator. */
static const struct tile_expert tile_experts[] = {
    {"linear", linear_value, linear_derive},
    {"polynomial-2", quadratic_value, quadratic_derive},
    {"polynomial-3", cubic_value, cubic_derive},
    {"relu", relu_value, relu_derive},
    {"gelu", gelu_value, gelu_derive},
    {"tanh", tanh_value, tanh_derive},
    {"sigmoid", sigmoid_value, sigmoid_derive},
    {"silu", silu_value, silu_derive},
    {"input-independent", linear_value, linear_derive},
};

static const struct tile_expert *tile_expert_find(const char *name) {
  for (size_t i = 0; i < sizeof tile_experts / sizeof *tile_experts; i++)
    if (!strcmp(tile_experts[i].name, name)) return &tile_experts[i];
  return NULL;
}

#endif
