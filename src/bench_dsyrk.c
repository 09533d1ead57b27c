/*
 * bench_dsyrk.c - an explicit J by blocks, and BLIS's rank-k update.
 *
 * The best one can do without the structure of J: f and the slopes g come from the vector code of
 * the tile evaluator, the block's rows sqrt(w) g (x) x~ are written out, and J'WJ is one dsyrk of
 * p (p + 1) rows operations per block.
 */
#include "bench.h"
#include "eval_impl.h"

#include <math.h>
#include <string.h>

enum { BLOCK_TILES = 8, BLOCK_ROWS = BLOCK_TILES * MOE_TILE };
/* A column of J; not a multiple of 4 KB, which would alias in the caches. */
#define STRIDE (BLOCK_ROWS + 8)

struct blocks {
  const struct moe_data *data;
  struct moe_eval *ev;
  size_t forms[2 * MOE_MAX_ATOMS], count; /* those that have derivatives */
  double *J, *r; /* sqrt(w) g (x) x~, a column for each of their entries, and sqrt(w) (f - y) */
  double *g;     /* K columns of a tile */
  double *gradient, *curvature;
};

static void *blocks_setup(const struct moe_model *model, const struct moe_data *data,
                          const char *isa) {
  struct blocks *s = moe_alloc(1, sizeof *s);
  s->data = data;
  s->ev = moe_eval_alloc_isa(model, data, MOE_TILED, isa);
  s->count = moe_bench_forms(model, s->forms);
  size_t p = s->count * (model->d + 1);
  s->J = moe_alloc(p * STRIDE, sizeof *s->J);
  s->gradient = moe_alloc(p, sizeof *s->gradient);
  s->curvature = moe_alloc(p * p, sizeof *s->curvature);
  s->r = moe_alloc(BLOCK_ROWS, sizeof *s->r);
  s->g = moe_alloc(moe_model_forms(model) * MOE_TILE, sizeof *s->g);
  return s;
}

static void blocks_done(void *state) {
  struct blocks *s = state;
  moe_eval_free(s->ev);
  moe_free(s->J);
  moe_free(s->r);
  moe_free(s->g);
  moe_free(s->gradient);
  moe_free(s->curvature);
  moe_free(s);
}

/* Rows of tile `tile` into place `at` of the block; returns its sum of w r^2. */
static double tile_fill(struct blocks *s, const double *theta, size_t tile, size_t at) {
  const struct moe_model *m = moe_eval_model(s->ev);
  size_t D = m->d + 1;
  const double *x = moe_data_column(s->data, tile, 0);
  const double *y = x + m->d * MOE_TILE, *weight = y + MOE_TILE;
  double f[MOE_TILE], root[MOE_TILE], q = 0;
  moe_eval_slopes(s->ev, theta, tile, f, s->g);
  for (size_t i = 0; i < MOE_TILE; i++) {
    root[i] = sqrt(weight[i]);
    s->r[at + i] = root[i] * (f[i] - y[i]);
    q += s->r[at + i] * s->r[at + i];
  }
  for (size_t a = 0; a < s->count; a++) {
    double *g = s->g + s->forms[a] * MOE_TILE;
    for (size_t i = 0; i < MOE_TILE; i++) g[i] *= root[i];
    for (size_t t = 0; t < D; t++) {
      double *column = s->J + (a * D + t) * STRIDE + at;
      for (size_t i = 0; i < MOE_TILE; i++)
        column[i] = t < m->d ? g[i] * x[t * MOE_TILE + i] : g[i];
    }
  }
  return q;
}

static double blocks_run(void *state, const double *theta, enum moe_level level,
                         double *gradient, double *curvature) {
  struct blocks *s = state;
  size_t p = s->count * (moe_eval_model(s->ev)->d + 1);
  int curved = level >= MOE_GAUSS_NEWTON;
  double q = 0;
  memset(s->gradient, 0, p * sizeof *s->gradient);
  if (curved) memset(s->curvature, 0, p * p * sizeof *s->curvature);
  for (size_t first = 0; first < s->data->tiles; first += BLOCK_TILES) {
    size_t rest = s->data->tiles - first, tiles = rest < BLOCK_TILES ? rest : BLOCK_TILES;
    for (size_t i = 0; i < tiles; i++) q += tile_fill(s, theta, first + i, i * MOE_TILE);
    moe_blis_apply(p, tiles * MOE_TILE, s->J, STRIDE, s->r, s->gradient);
    if (curved) moe_blis_square(p, tiles * MOE_TILE, s->J, STRIDE, s->curvature);
  }
  moe_bench_spread(moe_eval_model(s->ev), s->gradient, curved ? s->curvature : NULL, gradient,
                   curvature);
  return q / 2;
}

const struct moe_bench_variant moe_bench_dsyrk = {
    "blis-dsyrk", MOE_GRADIENT, MOE_GAUSS_NEWTON, MOE_ISA_BEST, 0,
    blocks_setup, blocks_run,   blocks_done};
