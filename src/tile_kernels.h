/*
 * tile_kernels.h - the rows of a tile, from their covariates or forms to f and its slopes;
 * included by eval_tile.c for each ISA level.
 *
 * Three passes over the rows, each with gate or expert, level and, for the few atoms of most
 * fits, k known inside its loops:
 *
 *   weights   w of the logits u, by gate
 *   experts   h, h' and h'' of the pre-activations z, by expert
 *   finish    f = sum w h, w (f - y), and the slopes, by gate
 *
 * and, for a Hessian, one over the pairs of forms. A Gaussian mixture finishes with log p, its slopes
 * and the pairs with log variances instead.
 *
 * They are apart because a processor sees only the next two hundred operations or so: one pass
 * over everything waits for the exponentials of a row before it begins with those of the next.
 */
#ifndef MOE_TILE_KERNELS_H
#define MOE_TILE_KERNELS_H

/* A loop over forms whose number is known and small. */
#define FEW(i, count) _Pragma("GCC unroll 8") for (size_t i = 0; i < (count); i++)

#include "tile_experts.h"
#include "tile_gates.h"

/* A form at rows m and on: from x itself if d = 1, else computed before. */
LANES_INLINE vec form_at(const struct tile *t, int line, size_t form, size_t m) {
  if (!line) return column_at(t->form, form, m);
  const double *row = t->theta + 2 * form;
  return vec_fma(vec_set1(row[0]), vec_load(t->x + m), vec_set1(row[1]));
}

typedef int (*row_weights)(size_t k, vec *w, vec *rest);
LANES_INLINE void weights_pass(const struct tile *t, size_t k, int line, row_weights weights) {
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec w[MOE_MAX_ATOMS], rest[MOE_MAX_ATOMS];
    for (size_t i = 0; i < k; i++) w[i] = form_at(t, line, i, m);
    int has_rest = weights(k, w, rest);
    for (size_t i = 0; i < k; i++) {
      vec_store(t->w + i * MOE_TILE + m, w[i]);
      if (has_rest) vec_store(t->rest + i * MOE_TILE + m, rest[i]);
    }
  }
}

typedef vec (*row_expert)(vec z, vec *d1, vec *d2);
LANES_INLINE void experts_pass(const struct tile *t, int line, enum moe_level level,
                               row_expert expert) {
  for (size_t i = 0; i < t->k; i++)
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
      size_t at = i * MOE_TILE + m;
      vec d1, d2;
      vec_store(t->h + at, expert(form_at(t, line, t->k + i, m), &d1, &d2));
      if (level >= MOE_GRADIENT) vec_store(t->h1 + at, d1);
      if (level == MOE_HESSIAN) vec_store(t->h2 + at, d2);
    }
}

typedef vec (*row_slope)(vec w, vec rest, vec h, vec f);
LANES_INLINE void finish_pass(const struct tile *t, size_t k, enum moe_level level,
                              row_slope slope) {
  vec loss[LANE_VECTORS];
  for (size_t l = 0; l < LANE_VECTORS; l++) loss[l] = vec_load(t->loss + VEC_WIDTH * l);
  for (size_t first = 0; first < MOE_TILE; first += LANE_COUNT)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      size_t m = first + VEC_WIDTH * l;
      vec f = vec_set1(0);
      for (size_t i = 0; i < k; i++)
        f = vec_fma(column_at(t->w, i, m), column_at(t->h, i, m), f);
      vec r = f - vec_load(t->y + m), wr = vec_load(t->weight + m) * r;
      loss[l] = vec_fma(wr, r, loss[l]);
      vec_store(t->f + m, f);
      if (level < MOE_GRADIENT) continue;
      vec_store(t->q + m, wr);
      for (size_t i = 0; i < k; i++) {
        vec w = column_at(t->w, i, m);
        vec_store(t->slope[i] + m,
                  slope(w, column_at(t->rest, i, m), column_at(t->h, i, m), f));
        vec_store(t->slope[k + i] + m, w * column_at(t->h1, i, m));
      }
    }
  for (size_t l = 0; l < LANE_VECTORS; l++) vec_store(t->loss + VEC_WIDTH * l, loss[l]);
}

/* log N of atom i at gap = y - h, and the derivatives of N over N, as moe_model_term has them. */
LANES_INLINE struct vec_normal_mass density_term(const struct tile *t, int binned, size_t i,
                                                 vec gap) {
  vec precision = vec_set1(t->precision[i]);
  if (binned) return vec_normal_mass(gap, vec_set1(t->bin), precision);
  struct vec_normal_mass out;
  vec v = gap * (out.mean = gap * precision);
  out.log = -0.5 * (v + vec_set1(t->log_variance[i])) - 0.91893853320467274178;
  out.mean2 = vec_fma(out.mean, out.mean, -precision);
  out.s = 0.5 * (v - 1);
  out.s2 = vec_fma(out.s, out.s, -0.5 * v);
  out.mean_s = vec_fma(out.mean, out.s, -out.mean);
  return out;
}

/* Experts to densities e_i = N_i / p in the place of h, and their derivatives, as atoms_to_densities
 * of eval_plain.c has them. First log N_i, lowered by the largest (which goes to f), and the
 * derivatives over N_i. */
LANES_INLINE void densities_log(const struct tile *t, size_t k, int binned,
                                enum moe_level level) {
  const vec lost = vec_set1(-1e300), least = vec_set1(MOE_LEAST_WEIGHT);
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec y = vec_load(t->y + m), log_e[MOE_MAX_ATOMS], top = lost;
    for (size_t i = 0; i < k; i++) {
      size_t at = i * MOE_TILE + m;
      struct vec_normal_mass term = density_term(t, binned, i, y - vec_load(t->h + at));
      log_e[i] = vec_if_lt(vec_load(t->w + at), least, lost, term.log);
      top = vec_max(top, log_e[i]);
      if (level < MOE_GRADIENT) continue;
      vec h1 = vec_load(t->h1 + at);
      vec_store(t->h1 + at, term.mean * h1);
      vec_store(t->s1 + at, term.s);
      if (level < MOE_HESSIAN) continue;
      vec_store(t->h2 + at, vec_fma(term.mean, vec_load(t->h2 + at), term.mean2 * h1 * h1));
      vec_store(t->s2 + at, term.s2);
      vec_store(t->zs + at, term.mean_s * h1);
    }
    for (size_t i = 0; i < k; i++) vec_store(t->h + i * MOE_TILE + m, log_e[i] - top);
    vec_store(t->f + m, top);
  }
}

LANES_INLINE void densities_exp(const struct tile *t) {
  for (size_t at = 0; at < t->k * MOE_TILE; at += VEC_WIDTH)
    vec_store(t->h + at, vec_exp(vec_load(t->h + at)));
}

/* e_i divided by p, and its derivatives. */
LANES_INLINE void densities_scale(const struct tile *t, size_t k, enum moe_level level,
                                  size_t m, vec p) {
  double *const column[] = {t->h1, t->s1, t->h2, t->s2, t->zs};
  const size_t columns = level < MOE_HESSIAN ? 2 : 5;
  vec scale = 1 / p;
  for (size_t i = 0; i < k; i++) {
    size_t at = i * MOE_TILE + m;
    vec e = vec_load(t->h + at) * scale;
    vec_store(t->h + at, e);
    for (size_t c = 0; c < columns; c++)
      vec_store(column[c] + at, e * vec_load(column[c] + at));
  }
}

/* What finish_pass is for f, of log p: e_i weighs one on the whole. log p is finite where p is. */
LANES_INLINE void density_pass(const struct tile *t, size_t k, int binned, enum moe_level level,
                               row_slope slope) {
  vec loss[LANE_VECTORS], zero = vec_set1(0), one = vec_set1(1);
  for (size_t l = 0; l < LANE_VECTORS; l++) loss[l] = vec_load(t->loss + VEC_WIDTH * l);
  densities_log(t, k, binned, level);
  densities_exp(t);
  for (size_t first = 0; first < MOE_TILE; first += LANE_COUNT)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      size_t m = first + VEC_WIDTH * l;
      vec weight = vec_load(t->weight + m), p = zero;
      for (size_t i = 0; i < k; i++)
        p = vec_fma(column_at(t->w, i, m), column_at(t->h, i, m), p);
      vec log_p = vec_log_normal(p, 0 * p, zero) + vec_load(t->f + m);
      loss[l] = vec_fma(-2 * weight, log_p, loss[l]);
      vec_store(t->f + m, log_p);
      if (level < MOE_GRADIENT) continue;
      vec_store(t->q + m, -weight);
      densities_scale(t, k, level, m, p);
      for (size_t i = 0; i < k; i++) {
        vec w = column_at(t->w, i, m);
        vec_store(t->slope[i] + m,
                  slope(w, column_at(t->rest, i, m), column_at(t->h, i, m), one));
        vec_store(t->slope[k + i] + m, w * column_at(t->h1, i, m));
        vec_store(t->slope[2 * k + i] + m, w * column_at(t->s1, i, m));
      }
    }
  for (size_t l = 0; l < LANE_VECTORS; l++) vec_store(t->loss + VEC_WIDTH * l, loss[l]);
}

/* Two forms a <= b that have slopes. */
struct tile_pair {
  size_t a, b;
};

/* Columns of products of slopes, for the pairs whose bend v = d2f / dL_a dL_b is more than a
 * structural zero: C = w g_a g_b + q v in the rows of a tile, columns `stride` apart. */
struct bent_columns {
  size_t pairs, stride;
  const struct tile_pair *pair;
  double *C;
};

typedef int (*row_bends)(size_t k, size_t a, size_t b);
typedef vec (*row_bend)(size_t k, size_t a, size_t b, const struct bend_rows *row);

LANES_INLINE void bend_load(const struct tile *t, size_t k, size_t m, struct bend_rows *row) {
  for (size_t i = 0; i < k; i++) {
    row->w[i] = column_at(t->w, i, m);
    row->rest[i] = column_at(t->rest, i, m);
    row->h2[i] = column_at(t->h2, i, m);
  }
  for (size_t a = 0; a < 2 * k; a++) row->g[a] = vec_load(t->slope[a] + m);
}

LANES_INLINE vec bent_product(const struct tile *t, size_t m, vec ga, vec gb, vec v) {
  return vec_fma(vec_load(t->q + m), v, vec_load(t->weight + m) * ga * gb);
}

LANES_INLINE void bent_pass(const struct tile *t, const struct bent_columns *to,
                            row_bend bend) {
  struct bend_rows row;
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    bend_load(t, t->k, m, &row);
    for (size_t i = 0; i < to->pairs; i++) {
      size_t a = to->pair[i].a, b = to->pair[i].b;
      vec v = bend(t->k, a, b, &row);
      vec_store(to->C + i * to->stride + m, bent_product(t, m, row.g[a], row.g[b], v));
    }
  }
}

/* The same for k and a pinned row (2k: none) that are known. */
LANES_INLINE void bent_pass_few(const struct tile *t, size_t k, size_t pinned,
                                const struct bent_columns *to, row_bends bends, row_bend bend) {
  struct bend_rows row;
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    double *C = to->C + m;
    bend_load(t, k, m, &row);
    FEW(a, 2 * k) FEW(b, 2 * k) {
      if (b < a || a == pinned || b == pinned || !bends(k, a, b)) continue;
      vec v = bend(k, a, b, &row);
      vec_store(C, bent_product(t, m, row.g[a], row.g[b], v));
      C += to->stride;
    }
  }
}

/* The columns of all pairs with a log variance, row-wise. It bends with gates as the pre-activation of
 * its atom does, d2f / du_a dz_b being a factor of df / dz_b, so that C = w (g_a - factor) g_b. */
LANES_INLINE void variances_pass(const struct tile *t, size_t k, size_t pinned,
                                 const struct bent_columns *to, row_bend bend) {
  struct bend_rows row;
  for (size_t i = 0; i < k; i++) row.g[k + i] = vec_set1(1);
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec weight = vec_load(t->weight + m), s[MOE_MAX_ATOMS], ws[MOE_MAX_ATOMS];
    double *C = to->C + m;
    for (size_t i = 0; i < k; i++) {
      row.w[i] = column_at(t->w, i, m);
      row.rest[i] = column_at(t->rest, i, m);
      s[i] = vec_load(t->slope[2 * k + i] + m);
      ws[i] = weight * s[i];
    }
    FEW(a, k) FEW(b, k) {
      if (a == pinned) continue;
      vec_store(C, (vec_load(t->slope[a] + m) - bend(k, a, k + b, &row)) * ws[b]);
      C += to->stride;
    }
    FEW(a, k) FEW(b, k) {
      vec product = vec_load(t->slope[k + a] + m) * ws[b];
      if (a == b) product -= weight * row.w[a] * column_at(t->zs, a, m);
      vec_store(C, product);
      C += to->stride;
    }
    FEW(a, k) FEW(b, k) {
      if (b < a) continue;
      vec product = s[a] * ws[b];
      if (a == b) product -= weight * row.w[a] * column_at(t->s2, a, m);
      vec_store(C, product);
      C += to->stride;
    }
  }
}

typedef void (*tile_pass)(const struct tile *t, enum moe_level level);
typedef void (*tile_bend)(const struct tile *t, const struct bent_columns *to);

/* k is known where it is small: then it is a loop over registers. With vectors of two numbers, whose
 * fused operations are calls, nothing would be gained but minutes of compilation. */
enum { UNROLLED = VEC_WIDTH > 2 };
#define GATE_PASSES(name, gate)                                                                \
  static void gate##_weights_pass(const struct tile *t, enum moe_level level) {                \
    int line = t->theta != NULL;                                                               \
    (void)level;                                                                               \
    if (UNROLLED && line && t->k == 2)                                                         \
      weights_pass(t, 2, 1, gate##_weights);                                                   \
    else if (UNROLLED && line && t->k == 3)                                                    \
      weights_pass(t, 3, 1, gate##_weights);                                                   \
    else if (UNROLLED && line && t->k == 4)                                                    \
      weights_pass(t, 4, 1, gate##_weights);                                                   \
    else if (UNROLLED && t->k == 4)                                                            \
      weights_pass(t, 4, 0, gate##_weights);                                                   \
    else                                                                                       \
      weights_pass(t, t->k, line, gate##_weights);                                             \
  }                                                                                            \
  LANES_INLINE void gate##_finish(const struct tile *t, enum moe_level level) {                \
    if (UNROLLED && t->k == 2)                                                                 \
      finish_pass(t, 2, level, gate##_slope);                                                  \
    else if (UNROLLED && t->k == 3)                                                            \
      finish_pass(t, 3, level, gate##_slope);                                                  \
    else if (UNROLLED && t->k == 4)                                                            \
      finish_pass(t, 4, level, gate##_slope);                                                  \
    else                                                                                       \
      finish_pass(t, t->k, level, gate##_slope);                                               \
  }                                                                                            \
  static void gate##_finish_pass(const struct tile *t, enum moe_level level) {                 \
    if (level == MOE_OBJECTIVE)                                                                \
      gate##_finish(t, MOE_OBJECTIVE);                                                         \
    else                                                                                       \
      gate##_finish(t, MOE_GRADIENT);                                                          \
  }                                                                                            \
  LANES_INLINE void gate##_density(const struct tile *t, enum moe_level level) {               \
    if (t->bin > 0)                                                                            \
      density_pass(t, t->k, 1, level, gate##_slope);                                           \
    else if (UNROLLED && t->k == 2)                                                            \
      density_pass(t, 2, 0, level, gate##_slope);                                              \
    else if (UNROLLED && t->k == 3)                                                            \
      density_pass(t, 3, 0, level, gate##_slope);                                              \
    else if (UNROLLED && t->k == 4)                                                            \
      density_pass(t, 4, 0, level, gate##_slope);                                              \
    else                                                                                       \
      density_pass(t, t->k, 0, level, gate##_slope);                                           \
  }                                                                                            \
  static void gate##_density_pass(const struct tile *t, enum moe_level level) {                \
    if (level == MOE_OBJECTIVE)                                                                \
      gate##_density(t, MOE_OBJECTIVE);                                                        \
    else if (level == MOE_HESSIAN)                                                             \
      gate##_density(t, MOE_HESSIAN);                                                          \
    else                                                                                       \
      gate##_density(t, MOE_GRADIENT);                                                         \
  }                                                                                            \
  LANES_INLINE void gate##_variances_few(const struct tile *t, size_t k,                       \
                                         const struct bent_columns *to) {                      \
    if (t->pinned == UNWANTED)                                                                 \
      variances_pass(t, k, UNWANTED, to, gate##_bend);                                         \
    else                                                                                       \
      variances_pass(t, k, k - 1, to, gate##_bend);                                            \
  }                                                                                            \
  static void gate##_variances_pass(const struct tile *t, const struct bent_columns *to) {     \
    int usual = UNROLLED && (t->pinned == UNWANTED || t->pinned == t->k - 1);                  \
    if (usual && t->k == 2)                                                                    \
      gate##_variances_few(t, 2, to);                                                          \
    else if (usual && t->k == 3)                                                               \
      gate##_variances_few(t, 3, to);                                                          \
    else if (usual && t->k == 4)                                                               \
      gate##_variances_few(t, 4, to);                                                          \
    else                                                                                       \
      variances_pass(t, t->k, t->pinned, to, gate##_bend);                                     \
  }                                                                                            \
  LANES_INLINE void gate##_bent_few(const struct tile *t, size_t k,                            \
                                    const struct bent_columns *to) {                           \
    if (t->pinned == UNWANTED)                                                                 \
      bent_pass_few(t, k, 2 * k, to, gate##_bends, gate##_bend);                               \
    else                                                                                       \
      bent_pass_few(t, k, k - 1, to, gate##_bends, gate##_bend);                               \
  }                                                                                            \
  static void gate##_bent_pass(const struct tile *t, const struct bent_columns *to) {          \
    int usual = UNROLLED && (t->pinned == UNWANTED || t->pinned == t->k - 1);                  \
    if (usual && t->k == 2)                                                                    \
      gate##_bent_few(t, 2, to);                                                               \
    else if (usual && t->k == 3)                                                               \
      gate##_bent_few(t, 3, to);                                                               \
    else if (usual && t->k == 4)                                                               \
      gate##_bent_few(t, 4, to);                                                               \
    else                                                                                       \
      bent_pass(t, to, gate##_bend);                                                           \
  }
TILE_GATES(GATE_PASSES)

#define EXPERT_PASS(unused, name, expert)                                                      \
  LANES_INLINE void expert##_at(const struct tile *t, enum moe_level level) {                  \
    if (t->theta)                                                                              \
      experts_pass(t, 1, level, expert##_vec);                                                 \
    else                                                                                       \
      experts_pass(t, 0, level, expert##_vec);                                                 \
  }                                                                                            \
  static void expert##_pass(const struct tile *t, enum moe_level level) {                      \
    if (level == MOE_OBJECTIVE)                                                                \
      expert##_at(t, MOE_OBJECTIVE);                                                           \
    else if (level == MOE_HESSIAN)                                                             \
      expert##_at(t, MOE_HESSIAN);                                                             \
    else                                                                                       \
      expert##_at(t, MOE_GRADIENT);                                                            \
  }
TILE_EXPERTS(EXPERT_PASS, )

/* By name; a gate or an expert that is not here runs on the plain evaluator. */
#define GATE_ROW(name, gate)                                                                   \
  {name,                                                                                       \
   gate##_weights_pass,                                                                        \
   gate##_finish_pass,                                                                         \
   gate##_density_pass,                                                                        \
   gate##_bent_pass,                                                                           \
   gate##_variances_pass,                                                                      \
   gate##_bends},
static const struct tile_gate {
  const char *name;
  tile_pass weights, finish, density;
  tile_bend bent, variances;
  row_bends bends;
} tile_gates[] = {TILE_GATES(GATE_ROW)};

#define EXPERT_ROW(unused, name, expert) {name, expert##_pass},
static const struct tile_expert {
  const char *name;
  tile_pass pass;
} tile_experts[] = {TILE_EXPERTS(EXPERT_ROW, )};

static const struct tile_gate *tile_gate_find(const char *name) {
  for (size_t i = 0; i < sizeof tile_gates / sizeof *tile_gates; i++)
    if (!strcmp(tile_gates[i].name, name)) return &tile_gates[i];
  return NULL;
}

static const struct tile_expert *tile_expert_find(const char *name) {
  for (size_t i = 0; i < sizeof tile_experts / sizeof *tile_experts; i++)
    if (!strcmp(tile_experts[i].name, name)) return &tile_experts[i];
  return NULL;
}

#endif
