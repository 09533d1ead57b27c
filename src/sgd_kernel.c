/*
 * sgd_kernel.c - one epoch of stochastic gradient descent, eight lanes at a time.
 *
 * A step on one row is 2k dot products of x~ with the rows of theta, the gate and the expert of
 * k atoms, and 2k multiples of x~ added back: the lanes run over covariates in the products and
 * over atoms between them. Compiled once per ISA level, with the same bits at each.
 */
#include "sgd_kernel.h"

#include "lanes.h"

#include "tile_experts.h"

#define AHEAD 4 /* rows fetched before their turn: in a random order each is a cache miss */

#define JOIN(a, b) a##b
#define NAME(stem, isa) JOIN(stem, isa)

static inline double *atom_column(const struct moe_sgd_task *t, size_t column) {
  return t->atoms + column * t->lanes;
}
enum { WEIGHT, REST, EXPERT, SLOPE, BEND, GATE_SLOPE };

/* The forms of rows r and r + 1 of theta at one row of data. */
LANES_INLINE void find_two(const struct moe_sgd_task *t, const double *row, size_t r) {
  const double *theta = t->theta + r * t->width;
  struct vec_lanes sum[2];
  for (size_t q = 0; q < VEC_PARTS; q++)
    for (size_t i = 0; i < 2; i++)
      sum[i].part[q] =
          vec_load(row + q * VEC_WIDTH) * vec_load(theta + i * t->width + q * VEC_WIDTH);
  for (size_t c = 8; c < t->width; c += 8)
    for (size_t q = 0; q < VEC_PARTS; q++) {
      size_t at = c + q * VEC_WIDTH;
      vec x = vec_load(row + at);
      for (size_t i = 0; i < 2; i++)
        sum[i].part[q] = vec_fma(x, vec_load(theta + i * t->width + at), sum[i].part[q]);
    }
  for (size_t i = 0; i < 2; i++) {
    size_t form = r + i < t->k ? r + i : t->lanes + r + i - t->k;
    t->forms[form] = vec_lanes_sum(&sum[i]);
  }
}

/* All forms of one row: logits and pre-activations. */
static void find_forms(const struct moe_sgd_task *t, const double *row) {
  for (size_t r = 0; r < 2 * t->k; r += 2) find_two(t, row, r);
}

/* sum_i w_i h_i; padding atoms have weight 0. */
static double mix(const struct moe_sgd_task *t) {
  v8 sum = v8_set1(0);
  for (size_t i = 0; i < t->lanes; i += 8)
    sum = v8_fma(v8_load(atom_column(t, WEIGHT) + i), v8_load(atom_column(t, EXPERT) + i), sum);
  return v8_sum(sum);
}

static double sigmoid_gate(const struct moe_sgd_task *t) {
  for (size_t i = 0; i < t->lanes; i += 8) {
    v8 rest, w = v8_sigmoid_pair(v8_load(t->forms + i), &rest);
    v8_store(atom_column(t, WEIGHT) + i, w);
    v8_store(atom_column(t, GATE_SLOPE) + i, w * rest * v8_load(atom_column(t, EXPERT) + i));
  }
  return mix(t);
}

static double softmax_gate(const struct moe_sgd_task *t) {
  double top = t->forms[0];
  v8 sum = v8_set1(0);
  for (size_t i = 1; i < t->k; i++) top = t->forms[i] > top ? t->forms[i] : top;
  for (size_t i = 0; i < t->lanes; i += 8) {
    v8 w = v8_exp(v8_load(t->forms + i) - v8_set1(top));
    v8_store(atom_column(t, WEIGHT) + i, w);
    sum += w;
  }
  v8 scale = v8_set1(1 / v8_sum(sum));
  for (size_t i = 0; i < t->lanes; i += 8)
    v8_store(atom_column(t, WEIGHT) + i, v8_load(atom_column(t, WEIGHT) + i) * scale);
  double f = mix(t);
  for (size_t i = 0; i < t->lanes; i += 8) {
    v8 h = v8_load(atom_column(t, EXPERT) + i), w = v8_load(atom_column(t, WEIGHT) + i);
    v8_store(atom_column(t, GATE_SLOPE) + i, w * (h - v8_set1(f)));
  }
  return f;
}

/* Any gate of the table, by its own derivatives. */
static double other_gate(const struct moe_sgd_task *t) {
  double *w = atom_column(t, WEIGHT), *slope = atom_column(t, GATE_SLOPE);
  const double *h = atom_column(t, EXPERT);
  t->gate->derive(t->k, t->forms, h, w, t->squares, t->squares + t->k * t->k);
  for (size_t i = 0; i < t->k; i++) {
    slope[i] = 0;
    for (size_t j = 0; j < t->k; j++) slope[i] += t->squares[j * t->k + i] * h[j];
  }
  return mix(t);
}

static const struct {
  const char *name;
  double (*run)(const struct moe_sgd_task *);
} gates[] = {{"sigmoid", sigmoid_gate}, {"softmax", softmax_gate}};

/* h, h', h'' of `n` pre-activations, a multiple of 8. */
#define EXPERT_LOOP(unused, name, expert)                                                      \
  static void expert##_loop(size_t n, const double *z, double *h, double *h1, double *h2) {    \
    for (size_t i = 0; i < n; i += VEC_WIDTH) {                                                \
      vec d1, d2;                                                                              \
      vec_store(h + i, expert##_vec(vec_load(z + i), &d1, &d2));                               \
      vec_store(h1 + i, d1);                                                                   \
      vec_store(h2 + i, d2);                                                                   \
    }                                                                                          \
  }
TILE_EXPERTS(EXPERT_LOOP, )
#define EXPERT_ROW(unused, name, expert) {name, expert##_loop},
static const struct {
  const char *name;
  void (*run)(size_t n, const double *z, double *h, double *h1, double *h2);
} experts[] = {TILE_EXPERTS(EXPERT_ROW, )};

static void other_expert(const struct moe_sgd_task *t) {
  for (size_t i = 0; i < t->k; i++) {
    double d1, d2;
    atom_column(t, EXPERT)[i] = t->expert->value(t->forms[t->lanes + i], &d1, &d2);
    atom_column(t, SLOPE)[i] = d1;
  }
}

/* to -= factor_i x~ in the rows of all atoms; the factors of gates, then of experts. */
static void add_rows(const struct moe_sgd_task *t, const double *row, double scale,
                     double *to) {
  for (size_t r = 0; r < 2 * t->k; r++) {
    size_t i = r < t->k ? r : r - t->k;
    double slope = r < t->k ? atom_column(t, GATE_SLOPE)[i]
                            : atom_column(t, WEIGHT)[i] * atom_column(t, SLOPE)[i];
    vec factor = vec_set1(-scale * slope);
    double *target = to + r * t->width;
    if (r >= t->k && t->expert->intercept_only) {
      target[t->intercept] -= scale * slope;
      continue;
    }
    for (size_t c = 0; c < t->width; c += VEC_WIDTH)
      vec_store(target + c, vec_fma(factor, vec_load(row + c), vec_load(target + c)));
  }
}

static void apply(const struct moe_sgd_task *t) {
  for (size_t c = 0; c < 2 * t->k * t->width; c += 8) {
    v8_store(t->theta + c, v8_load(t->theta + c) + v8_load(t->gradient + c));
    v8_store(t->gradient + c, v8_set1(0));
  }
}

static void prefetch_row(const struct moe_sgd_task *t, size_t i) {
  if (i >= t->n) return;
  const double *row = t->rows + t->order[i] * t->width;
  for (size_t c = 0; c < t->width; c += 8) __builtin_prefetch(row + c);
}

moe_sgd_epoch NAME(moe_sgd_epoch_, MOE_ISA);

void NAME(moe_sgd_epoch_, MOE_ISA)(struct moe_sgd_task *t) {
  void (*expert)(size_t, const double *, double *, double *, double *) = NULL;
  double (*gate)(const struct moe_sgd_task *) = other_gate;
  for (size_t i = 0; i < sizeof gates / sizeof *gates; i++)
    if (!strcmp(gates[i].name, t->gate->name)) gate = gates[i].run;
  for (size_t i = 0; i < sizeof experts / sizeof *experts; i++)
    if (!strcmp(experts[i].name, t->expert->name)) expert = experts[i].run;
  for (size_t first = 0; first < t->n; first += t->batch) {
    size_t left = t->n - first, size = left < t->batch ? left : t->batch;
    for (size_t i = first; i < first + size; i++) {
      const double *row = t->rows + t->order[i] * t->width;
      prefetch_row(t, i + AHEAD);
      find_forms(t, row);
      if (expert)
        expert(t->lanes, t->forms + t->lanes, atom_column(t, EXPERT), atom_column(t, SLOPE),
               atom_column(t, BEND));
      else
        other_expert(t);
      double f = gate(t), scale = t->rate * (f - t->y[t->order[i]]);
      if (t->batch == 1)
        add_rows(t, row, scale, t->theta);
      else
        add_rows(t, row, scale / (double)size, t->gradient);
    }
    if (t->batch > 1) apply(t);
  }
}
