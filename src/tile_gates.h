/*
 * tile_gates.h - the gates over tiles of rows; included by eval_tile.c for each ISA level.
 *
 * One gate is three functions and one line in the table. All arrays are k (or 2k) columns of
 * MOE_TILE rows. Formulas are those of gate.c.
 */
#ifndef MOE_TILE_GATES_H
#define MOE_TILE_GATES_H

/* What a tile knows when a gate is asked: u, w, rest: k columns each, f: one column; h, h1, h2:
 * the experts; g: the derivatives of f in the 2k forms. */
struct tile {
  size_t k;
  double *form; /* 2k columns: logits u, then pre-activations z */
  double *w, *rest, *h, *h1, *h2, *f;
  double *g;
};

struct tile_gate {
  const char *name;
  /* w (and rest, a column per atom of the gate's own use) from the logits. */
  void (*weights)(const struct tile *t);
  /* g's first k columns: df / du_i. */
  void (*slopes)(const struct tile *t);
  /* C += q f'' for the entries of f'' that are not structurally zero; C is the upper triangle
   * of 2k x 2k columns, `stride` apart, at pair_index(2k, a, b). */
  void (*bend)(const struct tile *t, const double *q, double *C, size_t stride);
};

/* Place of (a, b), a <= b, in the row-wise upper triangle of K x K. */
static inline size_t pair_index(size_t K, size_t a, size_t b) {
  return a * (2 * K - a - 1) / 2 + b;
}

/* C[a, b] += q * v, where v is a function of the row vector i of the tile. */
LANES_INLINE void bend_add(double *C, vec q, vec v) {
  vec_store(C, vec_fma(q, v, vec_load(C)));
}

/* d2f / dz_i dz_i = w_i h2_i, whatever the gate. */
static void bend_experts(const struct tile *t, const double *q, double *C, size_t stride) {
  for (size_t i = 0; i < t->k; i++) {
    double *zz = C + pair_index(2 * t->k, t->k + i, t->k + i) * stride;
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH)
      bend_add(zz + m, vec_load(q + m),
               vec_load(t->w + i * MOE_TILE + m) * vec_load(t->h2 + i * MOE_TILE + m));
  }
}

static void sigmoid_weights(const struct tile *t) {
  for (size_t m = 0; m < t->k * MOE_TILE; m += VEC_WIDTH) {
    vec rest, w = vec_sigmoid_pair(vec_load(t->form + m), &rest);
    vec_store(t->w + m, w);
    vec_store(t->rest + m, rest);
  }
}

static void sigmoid_slopes(const struct tile *t) {
  for (size_t m = 0; m < t->k * MOE_TILE; m += VEC_WIDTH)
    vec_store(t->g + m, vec_load(t->w + m) * vec_load(t->rest + m) * vec_load(t->h + m));
}

/* d2f/du_i^2 = (1 - 2 w_i) df/du_i,  d2f/du_i dz_i = (1 - w_i) df/dz_i; atoms do not mix. */
static void sigmoid_bend(const struct tile *t, const double *q, double *C, size_t stride) {
  for (size_t i = 0; i < t->k; i++) {
    double *uu = C + pair_index(2 * t->k, i, i) * stride;
    double *uz = C + pair_index(2 * t->k, i, t->k + i) * stride;
    const double *gu = t->g + i * MOE_TILE, *gz = gu + t->k * MOE_TILE;
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
      vec rest = vec_load(t->rest + i * MOE_TILE + m);
      vec w = vec_load(t->w + i * MOE_TILE + m);
      bend_add(uu + m, vec_load(q + m), (rest - w) * vec_load(gu + m));
      bend_add(uz + m, vec_load(q + m), rest * vec_load(gz + m));
    }
  }
  bend_experts(t, q, C, stride);
}

/* The logits are lowered by their largest first, so that no exponential overflows. */
static void softmax_weights(const struct tile *t) {
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec top = vec_load(t->form + m), sum = vec_set1(0);
    for (size_t i = 1; i < t->k; i++) {
      vec u = vec_load(t->form + i * MOE_TILE + m);
      top = vec_max(u, top);
    }
    for (size_t i = 0; i < t->k; i++) {
      vec w = vec_exp(vec_load(t->form + i * MOE_TILE + m) - top);
      vec_store(t->w + i * MOE_TILE + m, w);
      sum += w;
    }
    vec scale = 1 / sum;
    for (size_t i = 0; i < t->k; i++)
      vec_store(t->w + i * MOE_TILE + m, vec_load(t->w + i * MOE_TILE + m) * scale);
  }
}

static void softmax_slopes(const struct tile *t) {
  for (size_t i = 0; i < t->k; i++)
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
      vec h = vec_load(t->h + i * MOE_TILE + m);
      vec_store(t->g + i * MOE_TILE + m,
                vec_load(t->w + i * MOE_TILE + m) * (h - vec_load(t->f + m)));
    }
}

/* d2f/du_i du_j = [i = j] g_i - w_i g_j - w_j g_i,  d2f/du_i dz_j = ([i = j] - w_i) df/dz_j. */
static void softmax_bend(const struct tile *t, const double *q, double *C, size_t stride) {
  size_t k = t->k;
  for (size_t i = 0; i < k; i++) {
    const double *wi = t->w + i * MOE_TILE, *gi = t->g + i * MOE_TILE;
    double *row = C + pair_index(2 * k, i, 0) * stride;
    for (size_t j = i; j < k; j++)
      for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
        vec w = vec_load(wi + m), g = vec_load(gi + m);
        vec mixed = vec_fma(w, vec_load(t->g + j * MOE_TILE + m),
                            vec_load(t->w + j * MOE_TILE + m) * g);
        bend_add(row + j * stride + m, vec_load(q + m), (i == j ? g : vec_set1(0)) - mixed);
      }
    for (size_t j = 0; j < k; j++)
      for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH)
        bend_add(row + (k + j) * stride + m, vec_load(q + m),
                 (vec_set1(i == j) - vec_load(wi + m)) *
                     vec_load(t->g + (k + j) * MOE_TILE + m));
  }
  bend_experts(t, q, C, stride);
}

/* By name; a gate that is not here runs on the plain evaluator. */
static const struct tile_gate tile_gates[] = {
    {"sigmoid", sigmoid_weights, sigmoid_slopes, sigmoid_bend},
    {"softmax", softmax_weights, softmax_slopes, softmax_bend},
};

static const struct tile_gate *tile_gate_find(const char *name) {
  for (size_t i = 0; i < sizeof tile_gates / sizeof *tile_gates; i++)
    if (!strcmp(tile_gates[i].name, name)) return &tile_gates[i];
  return NULL;
}

#endif
