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

LANES_INLINE v8 linear_v8(v8 z, v8 *d1, v8 *d2) {
  *d1 = v8_set1(1);
  *d2 = v8_set1(0);
  return z;
}

LANES_INLINE v8 quadratic_v8(v8 z, v8 *d1, v8 *d2) {
  *d1 = 2 * z;
  *d2 = v8_set1(2);
  return z * z;
}

LANES_INLINE v8 cubic_v8(v8 z, v8 *d1, v8 *d2) {
  *d1 = 3 * (z * z);
  *d2 = 6 * z;
  return z * z * z;
}

LANES_INLINE v8 relu_v8(v8 z, v8 *d1, v8 *d2) {
  v8 zero = v8_set1(0);
  *d1 = v8_if_lt(zero, z, v8_set1(1), zero);
  *d2 = zero;
  return v8_if_lt(z, zero, zero, z);
}

LANES_INLINE v8 gelu_v8(v8 z, v8 *d1, v8 *d2) {
  v8 cdf, pdf;
  cdf = v8_normal(z, &pdf);
  *d1 = v8_fma(z, pdf, cdf);
  *d2 = pdf * v8_fma(-z, z, v8_set1(2));
  return z * cdf;
}

LANES_INLINE v8 tanh_v8(v8 z, v8 *d1, v8 *d2) {
  v8 t = v8_tanh(z);
  *d1 = (1 - t) * (1 + t);
  *d2 = -2 * t * *d1;
  return t;
}

LANES_INLINE v8 sigmoid_v8(v8 z, v8 *d1, v8 *d2) {
  v8 rest, s = v8_sigmoid_pair(z, &rest);
  *d1 = s * rest;
  *d2 = *d1 * (rest - s);
  return s;
}

LANES_INLINE v8 silu_v8(v8 z, v8 *d1, v8 *d2) {
  v8 rest, s = v8_sigmoid_pair(z, &rest), slope = s * rest;
  *d1 = v8_fma(z, slope, s);
  *d2 = slope * v8_fma(z, rest - s, v8_set1(2));
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
    for (size_t i = 0; i < n; i += 8) {                                                        \
      v8 d1, d2;                                                                               \
      v8_store(h + i, expert##_v8(v8_load(z + i), &d1, &d2));                                  \
    }                                                                                          \
  }                                                                                            \
  static void expert##_derive(size_t n, const double *z, double *h, double *h1, double *h2) {  \
    for (size_t i = 0; i < n; i += 8) {                                                        \
      v8 d1, d2;                                                                               \
      v8_store(h + i, expert##_v8(v8_load(z + i), &d1, &d2));                                  \
      v8_store(h1 + i, d1);                                                                    \
      v8_store(h2 + i, d2);                                                                    \
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
