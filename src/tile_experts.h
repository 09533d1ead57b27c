/*
 * tile_experts.h - the experts over vectors of rows; included by eval_tile.c for each ISA
 * level.
 *
 * One expert is one function of a vector z that returns phi(z) and its first two derivatives.
 * Formulas are those of expert.c. What a caller does not use of a result (the derivatives, when
 * only the objective is asked for) is never computed: everything inlines.
 */
#ifndef MOE_TILE_EXPERTS_H
#define MOE_TILE_EXPERTS_H

#include "vec.h"

LANES_INLINE vec linear_vec(vec z, vec *d1, vec *d2) {
  *d1 = vec_set1(1);
  *d2 = vec_set1(0);
  return z;
}

/* Its slopes a are 0 (expert.h). */
LANES_INLINE vec constant_vec(vec z, vec *d1, vec *d2) {
  return linear_vec(z, d1, d2);
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
  return vec_max(zero, z);
}

LANES_INLINE vec minus_relu_vec(vec z, vec *d1, vec *d2) {
  vec value = relu_vec(z, d1, d2), zero = *d2;
  *d1 = zero - *d1;
  return zero - value;
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

/* Calls ROW(argument, name, function) for each: `name` is that of expert.c. An expert that is not
 * here runs on the plain evaluator. */
#define TILE_EXPERTS(ROW, argument)                                                            \
  ROW(argument, "linear", linear)                                                              \
  ROW(argument, "polynomial-2", quadratic)                                                     \
  ROW(argument, "polynomial-3", cubic)                                                         \
  ROW(argument, "relu", relu)                                                                  \
  ROW(argument, "gelu", gelu)                                                                  \
  ROW(argument, "tanh", tanh)                                                                  \
  ROW(argument, "sigmoid", sigmoid)                                                            \
  ROW(argument, "silu", silu)                                                                  \
  ROW(argument, "input-independent", constant)                                                 \
  ROW(argument, "minus-relu", minus_relu)

#endif
