/*
 * tile_gates.h - the gates over vectors of rows; included by eval_tile.c for each ISA level.
 *
 * One gate is three functions, named after it, and one line in the list. Formulas are those of
 * gate.c:
 *
 *   name_weights(k, w, rest)        w: in, the k logits; out, the weights. rest: a vector per
 *                                   atom of the gate's own use
 *   name_slope(w, rest, h, f)       df / du_i of one atom
 *   name_bend(t, C, stride)         adds q f'' to the columns of C (pairs of forms) of a tile,
 *                                   where it is not structurally zero
 */
#ifndef MOE_TILE_GATES_H
#define MOE_TILE_GATES_H

#include "vec.h"

/* A form whose derivatives nobody wants: the pinned row of a gate. */
#define UNWANTED ((size_t)-1)

/* The tile at hand: its data, and a column of MOE_TILE numbers for each form or atom. */
struct tile {
  size_t k;
  const double *x, *y, *weight; /* x: d columns */
  const double *theta;          /* for d = 1, where forms are not stored */
  double *form;                 /* 2k columns otherwise: logits u, then pre-activations z */
  size_t wanted;                /* forms that have a slope: 2k, or one less */
  size_t place[2 * MOE_MAX_ATOMS]; /* of a form among those, or UNWANTED */
  double *g;                       /* slopes df / dL, `wanted` columns in order of the forms */
  double *slope[2 * MOE_MAX_ATOMS]; /* where that of each form goes: into g, or out of the way */
  double *f, *q;                   /* f, and w (f - y) */
  double *w, *rest, *h2;           /* k columns each, for the Hessian */
  double *loss;                    /* 8 lanes of sums of w (f - y)^2 */
};

/* Place of (a, b), a <= b, in the row-wise upper triangle of K x K. */
static inline size_t pair_index(size_t K, size_t a, size_t b) {
  return a * (2 * K - a - 1) / 2 + b;
}

/* The column of C of two forms, a <= b; NULL if one has no place. */
static inline double *pair_column(const struct tile *t, size_t a, size_t b, double *C,
                                  size_t stride) {
  if (t->place[a] == UNWANTED || t->place[b] == UNWANTED) return NULL;
  return C + pair_index(t->wanted, t->place[a], t->place[b]) * stride;
}

static inline const double *slope_column(const struct tile *t, size_t form) {
  return t->g + t->place[form] * MOE_TILE;
}

/* C += q v: v is a function of the row. */
LANES_INLINE void bend_add(double *C, vec q, vec v) {
  vec_store(C, vec_fma(q, v, vec_load(C)));
}

/* d2f / dz_i dz_i = w_i h2_i, whatever the gate. */
static void bend_experts(const struct tile *t, double *C, size_t stride) {
  for (size_t i = 0; i < t->k; i++) {
    double *zz = pair_column(t, t->k + i, t->k + i, C, stride);
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH)
      bend_add(zz + m, vec_load(t->q + m),
               vec_load(t->w + i * MOE_TILE + m) * vec_load(t->h2 + i * MOE_TILE + m));
  }
}

LANES_INLINE void sigmoid_weights(size_t k, vec *w, vec *rest) {
  ATOMS(i, k) w[i] = vec_sigmoid_pair(w[i], &rest[i]);
}

LANES_INLINE vec sigmoid_slope(vec w, vec rest, vec h, vec f) {
  (void)f;
  return w * rest * h;
}

/* d2f/du_i^2 = (1 - 2 w_i) df/du_i,  d2f/du_i dz_i = (1 - w_i) df/dz_i; atoms do not mix. */
static void sigmoid_bend(const struct tile *t, double *C, size_t stride) {
  for (size_t i = 0; i < t->k; i++) {
    double *uu = pair_column(t, i, i, C, stride);
    double *uz = pair_column(t, i, t->k + i, C, stride);
    const double *gu = slope_column(t, i), *gz = slope_column(t, t->k + i);
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
      vec rest = vec_load(t->rest + i * MOE_TILE + m);
      vec w = vec_load(t->w + i * MOE_TILE + m);
      bend_add(uu + m, vec_load(t->q + m), (rest - w) * vec_load(gu + m));
      bend_add(uz + m, vec_load(t->q + m), rest * vec_load(gz + m));
    }
  }
  bend_experts(t, C, stride);
}

/* The logits are lowered by their largest first, so that no exponential overflows. */
LANES_INLINE void softmax_weights(size_t k, vec *w, vec *rest) {
  vec top = w[0], sum = vec_set1(0);
  ATOMS(i, k) {
    top = vec_max(w[i], top);
    rest[i] = sum; /* not used */
  }
  ATOMS(i, k) {
    w[i] = vec_exp(w[i] - top);
    sum += w[i];
  }
  vec scale = 1 / sum;
  ATOMS(i, k) w[i] *= scale;
}

LANES_INLINE vec softmax_slope(vec w, vec rest, vec h, vec f) {
  (void)rest;
  return w * (h - f);
}

/* d2f/du_i du_j = [i = j] g_i - w_i g_j - w_j g_i,  d2f/du_i dz_j = ([i = j] - w_i) df/dz_j. */
static void softmax_bend(const struct tile *t, double *C, size_t stride) {
  size_t k = t->k;
  for (size_t i = 0; i < k; i++) {
    const double *wi = t->w + i * MOE_TILE, *gi = slope_column(t, i);
    if (t->place[i] == UNWANTED) continue;
    for (size_t j = i; j < k; j++) {
      const double *wj = t->w + j * MOE_TILE, *gj = slope_column(t, j);
      double *uu = pair_column(t, i, j, C, stride);
      for (size_t m = 0; uu && m < MOE_TILE; m += VEC_WIDTH) {
        vec w = vec_load(wi + m), g = vec_load(gi + m);
        vec mixed = vec_fma(w, vec_load(gj + m), vec_load(wj + m) * g);
        bend_add(uu + m, vec_load(t->q + m), (i == j ? g : vec_set1(0)) - mixed);
      }
    }
    for (size_t j = 0; j < k; j++) {
      const double *gz = slope_column(t, k + j);
      double *uz = pair_column(t, i, k + j, C, stride);
      for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH)
        bend_add(uz + m, vec_load(t->q + m),
                 (vec_set1(i == j) - vec_load(wi + m)) * vec_load(gz + m));
    }
  }
  bend_experts(t, C, stride);
}

/* Calls ROW(name, functions) for each: `name` is that of gate.c. A gate that is not here runs on
 * the plain evaluator. */
#define TILE_GATES(ROW)                                                                        \
  ROW("sigmoid", sigmoid)                                                                      \
  ROW("softmax", softmax)

#endif
