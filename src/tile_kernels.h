/*
 * tile_kernels.h - the rows of a tile, from their forms to f and its slopes; included by
 * eval_tile.c for each ISA level.
 *
 * One function for each pair of a gate and an expert, so that both are known inside the loop over
 * rows. For the few atoms of most fits the loops over atoms are unrolled as well: logits,
 * pre-activations, experts and weights then stay in registers from the covariates to the stores
 * of f and g.
 */
#ifndef MOE_TILE_KERNELS_H
#define MOE_TILE_KERNELS_H

/* A loop over atoms, unrolled if k is a small constant. */
#define ATOMS(i, k) _Pragma("GCC unroll 4") for (size_t i = 0; i < (k); i++)

#include "tile_experts.h"
#include "tile_gates.h"

/* u and z of every atom: from x itself if d = 1, else computed before. */
LANES_INLINE void rows_forms(const struct tile *t, size_t k, int line, size_t m, vec *u, vec *z) {
  if (line) {
    vec x = vec_load(t->x + m);
    const double *gate = t->theta, *expert = gate + 2 * k;
    ATOMS(i, k) {
      u[i] = vec_fma(vec_set1(gate[2 * i]), x, vec_set1(gate[2 * i + 1]));
      z[i] = vec_fma(vec_set1(expert[2 * i]), x, vec_set1(expert[2 * i + 1]));
    }
  } else {
    ATOMS(i, k) {
      u[i] = vec_load(t->form + i * MOE_TILE + m);
      z[i] = vec_load(t->form + (k + i) * MOE_TILE + m);
    }
  }
}

typedef vec (*row_expert)(vec z, vec *d1, vec *d2);
typedef void (*row_weights)(size_t k, vec *w, vec *rest);
typedef vec (*row_slope)(vec w, vec rest, vec h, vec f);

/* f, w (f - y) and, from the level of gradients on, g at all rows; for a Hessian what
 * name_bend needs besides. */
LANES_INLINE void rows(const struct tile *t, size_t k, int line, enum moe_level level,
                       row_weights weights, row_slope slope, row_expert expert) {
  vec loss[LANE_VECTORS];
  for (size_t l = 0; l < LANE_VECTORS; l++) loss[l] = vec_load(t->loss + VEC_WIDTH * l);
  for (size_t first = 0; first < MOE_TILE; first += LANE_COUNT)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      size_t m = first + VEC_WIDTH * l;
      vec w[MOE_MAX_ATOMS], z[MOE_MAX_ATOMS], rest[MOE_MAX_ATOMS], f = vec_set1(0);
      vec h[MOE_MAX_ATOMS], h1[MOE_MAX_ATOMS], h2[MOE_MAX_ATOMS];
      rows_forms(t, k, line, m, w, z);
      weights(k, w, rest);
      ATOMS(i, k) {
        h[i] = expert(z[i], &h1[i], &h2[i]);
        f = vec_fma(w[i], h[i], f);
      }
      vec r = f - vec_load(t->y + m), wr = vec_load(t->weight + m) * r;
      loss[l] = vec_fma(wr, r, loss[l]);
      vec_store(t->f + m, f);
      if (level < MOE_GRADIENT) continue;
      vec_store(t->q + m, wr);
      ATOMS(i, k) {
        vec_store(t->slope[i] + m, slope(w[i], rest[i], h[i], f));
        vec_store(t->slope[k + i] + m, w[i] * h1[i]);
      }
      if (level < MOE_HESSIAN) continue;
      ATOMS(i, k) {
        vec_store(t->w + i * MOE_TILE + m, w[i]);
        vec_store(t->rest + i * MOE_TILE + m, rest[i]);
        vec_store(t->h2 + i * MOE_TILE + m, h2[i]);
      }
    }
  for (size_t l = 0; l < LANE_VECTORS; l++) vec_store(t->loss + VEC_WIDTH * l, loss[l]);
}

LANES_INLINE void rows_of_atoms(const struct tile *t, enum moe_level level, row_weights weights,
                                row_slope slope, row_expert expert) {
  int line = t->theta != NULL;
  if (line && t->k == 2)
    rows(t, 2, 1, level, weights, slope, expert);
  else if (line && t->k == 3)
    rows(t, 3, 1, level, weights, slope, expert);
  else if (line && t->k == 4)
    rows(t, 4, 1, level, weights, slope, expert);
  else if (!line && t->k == 4)
    rows(t, 4, 0, level, weights, slope, expert);
  else
    rows(t, t->k, line, level, weights, slope, expert);
}

/* A curvature of Gauss and Newton needs no more than a gradient. */
#define KERNEL(gate, name, expert)                                                             \
  static void gate##_##expert(const struct tile *t, enum moe_level level) {                    \
    if (level == MOE_OBJECTIVE)                                                                \
      rows_of_atoms(t, MOE_OBJECTIVE, gate##_weights, gate##_slope, expert##_vec);             \
    else if (level == MOE_HESSIAN)                                                             \
      rows_of_atoms(t, MOE_HESSIAN, gate##_weights, gate##_slope, expert##_vec);               \
    else                                                                                       \
      rows_of_atoms(t, MOE_GRADIENT, gate##_weights, gate##_slope, expert##_vec);              \
  }
#define KERNELS(name, gate) TILE_EXPERTS(KERNEL, gate)
TILE_GATES(KERNELS)

typedef void (*tile_rows)(const struct tile *t, enum moe_level level);
typedef void (*tile_bend)(const struct tile *t, double *C, size_t stride);

#define EXPERT_NAME(unused, name, expert) name,
#define KERNEL_NAME(gate, name, expert) gate##_##expert,
#define GATE_ROW(name, gate) {name, gate##_bend, {TILE_EXPERTS(KERNEL_NAME, gate)}},
static const char *const tile_experts[] = {TILE_EXPERTS(EXPERT_NAME, )};
enum { EXPERTS = sizeof tile_experts / sizeof *tile_experts };
static const struct {
  const char *name;
  tile_bend bend;
  tile_rows rows[EXPERTS];
} tile_gates[] = {TILE_GATES(GATE_ROW)};

/* The functions of a gate and an expert; returns 0 if one has no vector form. */
static int tile_find(const char *gate, const char *expert, tile_rows *rows_of,
                     tile_bend *bend_of) {
  for (size_t i = 0; i < sizeof tile_gates / sizeof *tile_gates; i++)
    for (size_t j = 0; j < EXPERTS; j++)
      if (!strcmp(tile_gates[i].name, gate) && !strcmp(tile_experts[j], expert)) {
        *rows_of = tile_gates[i].rows[j];
        *bend_of = tile_gates[i].bend;
        return 1;
      }
  return 0;
}

#endif
