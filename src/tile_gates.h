/*
 * tile_gates.h - the gates over vectors of rows; included by eval_tile.c for each ISA level.
 *
 * One gate is four functions, named after it, and one line in the list. Formulas are those of
 * gate.c:
 *
 *   name_weights(k, w, rest)     w: in, the k logits; out, the weights. rest: a vector per atom
 *                                of the gate's own use; returns 1 if it has any
 *   name_slope(w, rest, h, f)    df / du_i of one atom
 *   name_bends(k, a, b)          whether d2f / dL_a dL_b, a <= b < 2k, is more than a structural
 *                                zero; forms L are the k logits u, then the k pre-activations z
 *   name_bend(k, a, b, row)      that derivative where it is
 */
#ifndef MOE_TILE_GATES_H
#define MOE_TILE_GATES_H

#include "vec.h"

/* A form whose derivatives nobody wants: the pinned row of a gate. */
#define UNWANTED ((size_t)-1)

/* The tile at hand: its data, and a column of MOE_TILE numbers for each form or atom. */
struct tile {
  size_t k;
  int gaussian;
  const double *x, *y, *weight; /* x: d columns */
  const double *theta;          /* for d = 1, where forms are not stored */
  double *form;                 /* 2k columns otherwise: logits u, then pre-activations z */
  double *w, *rest;             /* k columns each: of the gate, */
  double *h, *h1, *h2;          /* and of the experts, with derivatives */
  /* Of a Gaussian mixture: k numbers each (precision: of intervals the inverse standard deviation); then columns of derivatives of N_i / p, as h1 and h2 then
   * are too, by the log variance, twice by it, and by it and the pre-activation. */
  const double *log_variance;
  double bin; /* as of data.h */
  double *precision, *s1, *s2, *zs;
  size_t pinned; /* the form that has no slope, or UNWANTED */
  size_t wanted; /* forms that have one: 2k (3k of a Gaussian mixture) or one less */
  size_t place[4 * MOE_MAX_ATOMS + 1]; /* of a form among those, or UNWANTED */
  double *g; /* slopes df / dL, `wanted` columns in order of the forms */
  double *slope[4 * MOE_MAX_ATOMS +
                1]; /* where that of each form goes: into g, or out of the way */
  double *f, *q;    /* f and w (f - y); of a Gaussian mixture log p and -w */
  double *loss;     /* 8 lanes of sums of w (f - y)^2, or of -2 w log p */
  /* Of a model with a router (tile_routed.h): the model, its columns, 1 / tau, and the k intercepts
   * where they are outside an activation. */
  const struct moe_model *model;
  double *route;
  double inverse;
  const double *intercept;
};

LANES_INLINE vec column_at(const double *columns, size_t i, size_t m) {
  return vec_load(columns + i * MOE_TILE + m);
}
/* Some rows of a tile. */
struct bend_rows {
  vec w[MOE_MAX_ATOMS], rest[MOE_MAX_ATOMS], h2[MOE_MAX_ATOMS], g[2 * MOE_MAX_ATOMS];
};

LANES_INLINE int sigmoid_weights(size_t k, vec *w, vec *rest) {
  for (size_t i = 0; i < k; i++) w[i] = vec_sigmoid_pair(w[i], &rest[i]);
  return 1;
}

LANES_INLINE vec sigmoid_slope(vec w, vec rest, vec h, vec f) {
  (void)f;
  return w * rest * h;
}

/* Atoms do not mix. */
LANES_INLINE int sigmoid_bends(size_t k, size_t a, size_t b) {
  return a == b || a + k == b;
}

/* d2f/du_i^2 = (1 - 2 w_i) df/du_i,  d2f/du_i dz_i = (1 - w_i) df/dz_i,  d2f/dz_i^2 = w_i h''_i. */
LANES_INLINE vec sigmoid_bend(size_t k, size_t a, size_t b, const struct bend_rows *row) {
  if (a >= k) return row->w[a - k] * row->h2[a - k];
  return (a == b ? row->rest[a] - row->w[a] : row->rest[a]) * row->g[b];
}

/* The logits are lowered by their largest first, so that no exponential overflows. */
LANES_INLINE int softmax_weights(size_t k, vec *w, vec *rest) {
  vec top = w[0], sum = vec_set1(0);
  (void)rest;
  for (size_t i = 1; i < k; i++) top = vec_max(w[i], top);
  for (size_t i = 0; i < k; i++) {
    w[i] = vec_exp(w[i] - top);
    sum += w[i];
  }
  vec scale = 1 / sum;
  for (size_t i = 0; i < k; i++) w[i] *= scale;
  return 0;
}

LANES_INLINE vec softmax_slope(vec w, vec rest, vec h, vec f) {
  (void)rest;
  return w * (h - f);
}

LANES_INLINE int softmax_bends(size_t k, size_t a, size_t b) {
  return a < k || a == b;
}

/* d2f/du_i du_j = [i = j] g_i - w_i g_j - w_j g_i,  d2f/du_i dz_j = ([i = j] - w_i) df/dz_j,
 * d2f/dz_i^2 = w_i h''_i. */
LANES_INLINE vec softmax_bend(size_t k, size_t a, size_t b, const struct bend_rows *row) {
  const vec *w = row->w, *g = row->g, zero = vec_set1(0);
  if (a >= k) return w[a - k] * row->h2[a - k];
  if (b >= k) return (vec_set1(b == a + k) - w[a]) * g[b];
  return (a == b ? g[a] : zero) - vec_fma(w[a], g[b], w[b] * g[a]);
}

/* e^min(u,0) max(s(u), s(-u)), lowered as in softmax. */
LANES_INLINE int normalised_sigmoid_weights(size_t k, vec *w, vec *rest) {
  vec zero = vec_set1(0), top = vec_min(w[0], zero), sum = zero;
  for (size_t i = 1; i < k; i++) top = vec_max(vec_min(w[i], zero), top);
  for (size_t i = 0; i < k; i++) {
    vec low = vec_exp(vec_min(w[i], zero) - top), s = vec_sigmoid_pair(w[i], &rest[i]);
    w[i] = low * vec_max(s, rest[i]);
    sum += w[i];
  }
  vec scale = 1 / sum;
  for (size_t i = 0; i < k; i++) w[i] *= scale;
  return 1;
}

LANES_INLINE vec normalised_sigmoid_slope(vec w, vec rest, vec h, vec f) {
  return rest * w * (h - f);
}

LANES_INLINE int normalised_sigmoid_bends(size_t k, size_t a, size_t b) {
  return softmax_bends(k, a, b);
}

/* d2f/du_i du_j = [i = j] (2 r_i - 1) g_i - r_i w_i g_j - r_j w_j g_i with r = 1 - s(u),
 * d2f/du_i dz_j = r_i ([i = j] - w_i) df/dz_j,  d2f/dz_i^2 = w_i h''_i. */
LANES_INLINE vec normalised_sigmoid_bend(size_t k, size_t a, size_t b,
                                         const struct bend_rows *row) {
  const vec *w = row->w, *g = row->g, *r = row->rest;
  if (b >= k) return (a >= k ? vec_set1(1) : r[a]) * softmax_bend(k, a, b, row);
  vec own = a == b ? (2 * r[a] - 1) * g[a] : vec_set1(0);
  return own - vec_fma(r[a] * w[a], g[b], r[b] * w[b] * g[a]);
}

/* Calls ROW(name, functions) for each: `name` is that of gate.c. A gate that is not here runs on
 * the plain evaluator. */
#define TILE_GATES(ROW)                                                                        \
  ROW("sigmoid", sigmoid)                                                                      \
  ROW("softmax", softmax)                                                                      \
  ROW("normalised-sigmoid", normalised_sigmoid)

#endif
