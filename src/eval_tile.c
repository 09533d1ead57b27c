/*
 * eval_tile.c - the fast evaluator: tiles of 32 rows, vectors over rows.
 *
 * Compiled once per ISA level (-DMOE_ISA=avx512 ...); eval.c picks one at run time. All levels
 * give the same bits: arithmetic is by eight virtual lanes (lanes.h), explicit fma, and sums in
 * a fixed order. A tile goes through
 *
 *   forms      L = Theta x~            K columns of 32 numbers
 *   experts    h, h', h'' of z         one call per tile for all atoms
 *   gate       w of u, f = sum w h     one call per tile
 *   slopes     g = df/dL, then the gradient's sums of w r g (x) x~
 *   pairs      C = w g g' (+ w r f'' for the Hessian): K (K + 1) / 2 columns
 *   products   the curvature's sums of C (x) x~ x~'
 *
 * With d = 1 the products are x^2, x and 1, and lanes run over rows. With d > 1 lanes run over
 * the products s <= t, and the curvature is a matrix product of C by a panel of x~_s x~_t that
 * does not depend on theta and is kept between calls when it is small enough. The blis
 * evaluator is this one with that product handed to BLIS, several tiles at a time.
 *
 * Sums over many rows: every FOLD_ROWS rows are summed plainly, then added to compensated
 * totals.
 */
#include "eval_impl.h"
#include "vec.h"

#include <string.h>

#include "tile_experts.h"
#include "tile_gates.h"
#include "tile_sums.h"

#ifndef MOE_ISA
#define MOE_ISA portable
#endif
#define PASTE(a, b) a##b
#define PASTE_EXPANDED(a, b) PASTE(a, b)
#define QUOTE(a) #a
#define QUOTE_EXPANDED(a) QUOTE(a)

enum { FOLD_TILES = 32, BLIS_BLOCK_TILES = 8, BLIS_FOLD_TILES = 256 };
#define PANEL_BYTES_KEPT (64u << 20)
#define SLOPES_BYTES_KEPT (16u << 20)

struct moe_scratch {
  const struct tile_gate *gate;
  const struct tile_expert *expert;
  size_t K, D, pairs;
  size_t width; /* sums of a pair: 24 (3 products in lanes), or columns of the panel, padded */
  int in_lanes; /* the products of d = 1 */
  size_t block_tiles; /* tiles per matrix product */
  size_t C_stride;
  size_t panel_tiles;  /* tiles the panel holds: all of them, or those of one block */
  size_t panel_filled; /* 1: all of them are there */
  struct tile tile;
  double *residual, *factor; /* a column each */
  /* Slopes and f of every tile at the last point whose curvature was computed: what a
   * correction of a step from there needs. */
  double *kept, *kept_theta;
  size_t kept_tiles; /* 0: they would be too large */
  int kept_filled;
  double *C, *row, *panel, *shifted;
  double *sum, *total, *rest; /* Q (8), gradient (8 K D), curvature */
};

static size_t gradient_place(void) {
  return LANE_COUNT;
}
static size_t curvature_place(const struct moe_scratch *s) {
  return LANE_COUNT + LANE_COUNT * s->K * s->D;
}
static size_t sums_count(const struct moe_scratch *s, enum moe_level level) {
  if (level == MOE_OBJECTIVE) return gradient_place();
  if (level == MOE_GRADIENT) return curvature_place(s);
  return curvature_place(s) + s->pairs * s->width;
}

/* What is kept of a tile: K columns of slopes and f. */
static size_t kept_size(const struct moe_scratch *s) {
  return (s->K + 1) * MOE_TILE;
}

/* Hands out one allocation piece by piece, each a multiple of 64 bytes long. The first walk,
 * with no memory yet, only counts. */
struct arena {
  double *memory;
  size_t used;
};
static double *arena_take(struct arena *arena, size_t count) {
  double *piece = arena->memory ? arena->memory + arena->used : NULL;
  arena->used += (count + 7) / 8 * 8;
  return piece;
}

static void scratch_lay(struct moe_scratch *s, struct arena *arena) {
  size_t columns = s->tile.k * MOE_TILE, sums = sums_count(s, MOE_HESSIAN);
  struct tile *t = &s->tile;
  t->form = arena_take(arena, 2 * columns);
  t->g = arena_take(arena, 2 * columns);
  t->w = arena_take(arena, columns);
  t->rest = arena_take(arena, columns);
  t->h = arena_take(arena, columns);
  t->h1 = arena_take(arena, columns);
  t->h2 = arena_take(arena, columns);
  t->f = arena_take(arena, MOE_TILE);
  s->residual = arena_take(arena, MOE_TILE);
  s->factor = arena_take(arena, MOE_TILE);
  s->kept = arena_take(arena, (s->kept_tiles ? s->kept_tiles : 1) * kept_size(s));
  s->kept_theta = arena_take(arena, s->K * s->D);
  s->row = arena_take(arena, s->D + 8);
  s->shifted = arena_take(arena, s->K * s->D);
  s->C = arena_take(arena, s->pairs * s->C_stride);
  s->sum = arena_take(arena, sums);
  s->total = arena_take(arena, sums);
  s->rest = arena_take(arena, sums);
  s->panel = arena_take(arena, s->panel_tiles * MOE_TILE * s->width + 8);
}

static struct moe_scratch *tile_alloc(const struct moe_eval *ev) {
  size_t K = moe_model_forms(&ev->model), D = ev->model.d + 1, tiles = ev->data->tiles;
  struct moe_scratch s = {.K = K, .D = D, .pairs = K * (K + 1) / 2};
  struct arena arena = {NULL, (sizeof s + 63) / 64 * 8};
  s.gate = tile_gate_find(ev->model.gate->name);
  s.expert = tile_expert_find(ev->model.expert->name);
  if (!s.gate || !s.expert) return NULL;
  s.tile.k = ev->model.k;
  s.in_lanes = D == 2 && !ev->blis;
  s.width = s.in_lanes ? 3 * LANE_COUNT : (D * (D + 1) / 2 + 7) / 8 * 8;
  s.block_tiles = ev->blis ? BLIS_BLOCK_TILES : 1;
  s.C_stride = ev->blis ? BLIS_BLOCK_TILES * MOE_TILE + 8 : MOE_TILE;
  s.panel_tiles = s.block_tiles;
  if (!ev->blis && !s.in_lanes &&
      tiles * MOE_TILE * s.width * sizeof(double) <= PANEL_BYTES_KEPT)
    s.panel_tiles = tiles;
  if (tiles * kept_size(&s) * sizeof(double) <= SLOPES_BYTES_KEPT) s.kept_tiles = tiles;
  scratch_lay(&s, &arena);
  struct moe_scratch *placed = moe_alloc(arena.used, sizeof(double));
  arena = (struct arena){(double *)placed, (sizeof s + 63) / 64 * 8};
  scratch_lay(&s, &arena);
  *placed = s;
  return placed;
}

/* f at a tile, with h' and h'' if `derive`. */
static void tile_value(const struct moe_eval *ev, const double *theta, size_t index,
                       int derive) {
  struct moe_scratch *s = ev->scratch;
  struct tile *t = &s->tile;
  size_t columns = t->k * MOE_TILE;
  forms_fill(s->K, s->D - 1, theta, moe_data_column(ev->data, index, 0), t->form);
  if (derive)
    s->expert->derive(columns, t->form + columns, t->h, t->h1, t->h2);
  else
    s->expert->value(columns, t->form + columns, t->h);
  s->gate->weights(t);
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec f = vec_set1(0);
    for (size_t i = m; i < columns; i += MOE_TILE)
      f = vec_fma(vec_load(t->w + i), vec_load(t->h + i), f);
    vec_store(t->f + m, f);
  }
}

/* r = f - y, factor = w r, and the sum of w r^2. */
static void tile_residual(const struct moe_eval *ev, size_t index) {
  struct moe_scratch *s = ev->scratch;
  const double *y = moe_data_column(ev->data, index, s->D - 1), *weight = y + MOE_TILE;
  for (size_t lane = 0; lane < LANE_COUNT; lane += VEC_WIDTH) {
    vec sum = vec_load(s->sum + lane);
    for (size_t m = lane; m < MOE_TILE; m += LANE_COUNT) {
      vec r = vec_load(s->tile.f + m) - vec_load(y + m), wr = vec_load(weight + m) * r;
      vec_store(s->factor + m, wr);
      sum = vec_fma(wr, r, sum);
    }
    vec_store(s->sum + lane, sum);
  }
}

/* g = df/dL: the gate's part, then w_i h'_i. */
static void tile_slopes(struct moe_scratch *s) {
  struct tile *t = &s->tile;
  size_t columns = t->k * MOE_TILE;
  s->gate->slopes(t);
  for (size_t m = 0; m < columns; m += VEC_WIDTH)
    vec_store(t->g + columns + m, vec_load(t->w + m) * vec_load(t->h1 + m));
}

/* The panel of a tile, filled if it is not there yet. */
static double *tile_panel(const struct moe_eval *ev, size_t index) {
  struct moe_scratch *s = ev->scratch;
  double *panel = s->panel + index % s->panel_tiles * MOE_TILE * s->width;
  if (!s->panel_filled)
    panel_fill(s->D - 1, moe_data_column(ev->data, index, 0), s->row, panel, s->width);
  return panel;
}

/* With BLIS: fills the tile's part of the block's panel, and multiplies when the block is full.
 */
static void block_product(const struct moe_eval *ev, size_t index) {
  struct moe_scratch *s = ev->scratch;
  size_t tiles = index % s->block_tiles + 1;
  tile_panel(ev, index);
  if (tiles < s->block_tiles && index + 1 < ev->data->tiles) return;
  moe_blis_product(s->pairs, s->width, tiles * MOE_TILE, s->C, s->C_stride, s->panel, s->width,
                   s->sum + curvature_place(s));
}

static void tile_curvature(const struct moe_eval *ev, size_t index, enum moe_level level) {
  struct moe_scratch *s = ev->scratch;
  const double *x = moe_data_column(ev->data, index, 0), *weight = x + s->D * MOE_TILE;
  double *C = s->C + index % s->block_tiles * MOE_TILE, *sum = s->sum + curvature_place(s);
  pairs_fill(s->K, weight, s->tile.g, C, s->C_stride);
  if (level == MOE_HESSIAN) s->gate->bend(&s->tile, s->factor, C, s->C_stride);
  if (ev->blis)
    block_product(ev, index);
  else if (s->in_lanes)
    line_add(s->pairs, C, s->C_stride, x, sum);
  else
    product_add(s->pairs, C, s->C_stride, tile_panel(ev, index), s->width, sum);
}

static void sums_begin(struct moe_scratch *s, enum moe_level level) {
  memset(s->sum, 0, sums_count(s, level) * sizeof *s->sum);
}

/* After tile `index`: folds the sums when it is time; at the end leaves the result in `sum`. */
static void sums_end_tile(const struct moe_eval *ev, size_t index, enum moe_level level) {
  struct moe_scratch *s = ev->scratch;
  size_t count = sums_count(s, level), fold = ev->blis ? BLIS_FOLD_TILES : FOLD_TILES;
  int last = index + 1 == ev->data->tiles;
  if (ev->data->tiles <= fold || ((index + 1) % fold && !last)) return;
  if (index + 1 == fold) {
    memset(s->total, 0, count * sizeof *s->total);
    memset(s->rest, 0, count * sizeof *s->rest);
  }
  sums_fold(count, s->sum, s->total, s->rest);
  for (size_t i = 0; last && i < count; i++) s->sum[i] = s->total[i] + s->rest[i];
}

static double objective_read(const struct moe_scratch *s) {
  return 0.5 * v8_sum(v8_load(s->sum));
}

static void gradient_read(const struct moe_scratch *s, double *gradient) {
  const double *sum = s->sum + gradient_place();
  for (size_t i = 0; i < s->K * s->D; i++) gradient[i] = v8_sum(v8_load(sum + LANE_COUNT * i));
}

/* Sums of the pair (a, b) to the four places each belongs to. */
static void curvature_read(const struct moe_scratch *s, double *curvature) {
  size_t D = s->D, p = s->K * D;
  const double *sum = s->sum + curvature_place(s);
  for (size_t a = 0; a < s->K; a++)
    for (size_t b = a; b < s->K; b++, sum += s->width) {
      double *block = curvature + a * D * p + b * D, *mirror = curvature + b * D * p + a * D;
      for (size_t i = 0, t0 = 0; t0 < D; t0++)
        for (size_t t1 = t0; t1 < D; t1++, i++) {
          double value = s->in_lanes ? v8_sum(v8_load(sum + LANE_COUNT * i)) : sum[i];
          block[t0 * p + t1] = block[t1 * p + t0] = value;
          mirror[t0 * p + t1] = mirror[t1 * p + t0] = value;
        }
    }
}

static void tile_keep(struct moe_scratch *s, size_t index) {
  double *kept = s->kept + index * kept_size(s);
  memcpy(kept, s->tile.g, s->K * MOE_TILE * sizeof *kept);
  memcpy(kept + s->K * MOE_TILE, s->tile.f, MOE_TILE * sizeof *kept);
}

static double tile_at(struct moe_eval *ev, const double *theta, enum moe_level level,
                      double *gradient, double *curvature) {
  struct moe_scratch *s = ev->scratch;
  if (level >= MOE_GAUSS_NEWTON && !curvature) level = MOE_GRADIENT;
  if (level == MOE_GRADIENT && !gradient) level = MOE_OBJECTIVE;
  sums_begin(s, level);
  for (size_t index = 0; index < ev->data->tiles; index++) {
    tile_value(ev, theta, index, level >= MOE_GRADIENT);
    tile_residual(ev, index);
    if (level >= MOE_GRADIENT) {
      tile_slopes(s);
      slopes_add(s->K, s->D - 1, s->factor, s->tile.g, moe_data_column(ev->data, index, 0),
                 s->sum + gradient_place());
    }
    if (level >= MOE_GAUSS_NEWTON) tile_curvature(ev, index, level);
    if (level >= MOE_GAUSS_NEWTON && s->kept_tiles) tile_keep(s, index);
    sums_end_tile(ev, index, level);
  }
  if (level >= MOE_GAUSS_NEWTON) {
    s->panel_filled = s->panel_tiles >= ev->data->tiles;
    memcpy(s->kept_theta, theta, s->K * s->D * sizeof *theta);
    s->kept_filled = s->kept_tiles > 0;
  }
  if (level >= MOE_GRADIENT && gradient) gradient_read(s, gradient);
  if (level >= MOE_GAUSS_NEWTON) curvature_read(s, curvature);
  return objective_read(s);
}

static void tile_values(struct moe_eval *ev, const double *theta, double *f) {
  size_t n = ev->data->n;
  for (size_t index = 0; index < ev->data->tiles; index++) {
    size_t first = index * MOE_TILE, rows = n - first < MOE_TILE ? n - first : MOE_TILE;
    tile_value(ev, theta, index, 0);
    memcpy(f + first, ev->scratch->tile.f, rows * sizeof *f);
  }
}

/* factor = w (f - f_before - g . change): what the linear model at theta misses. kept: g, then
 * f_before. */
static void tile_missed(struct moe_scratch *s, const double *weight, const double *kept,
                        const double *change) {
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec missed = vec_load(kept + s->K * MOE_TILE + m);
    for (size_t a = m; a < s->K * MOE_TILE; a += MOE_TILE)
      missed = vec_fma(vec_load(kept + a), vec_load(change + a), missed);
    missed = vec_load(s->tile.f + m) - missed;
    vec_store(s->factor + m, vec_load(weight + m) * missed);
  }
}

/* Slopes and f of tile `index` at theta: those kept, or computed into the place of the first
 * tile. */
static const double *tile_kept(struct moe_eval *ev, const double *theta, size_t index,
                               int are) {
  struct moe_scratch *s = ev->scratch;
  if (are) return s->kept + index * kept_size(s);
  tile_value(ev, theta, index, 1);
  tile_slopes(s);
  tile_keep(s, 0);
  return s->kept;
}

static double tile_correction(struct moe_eval *ev, const double *theta, const double *step,
                              double *jtc) {
  struct moe_scratch *s = ev->scratch;
  size_t p = s->K * s->D;
  int are = s->kept_filled && !memcmp(theta, s->kept_theta, p * sizeof *theta);
  s->kept_filled = are;
  for (size_t i = 0; i < p; i++) s->shifted[i] = theta[i] + step[i];
  sums_begin(s, MOE_GRADIENT);
  for (size_t index = 0; index < ev->data->tiles; index++) {
    const double *x = moe_data_column(ev->data, index, 0);
    const double *kept = tile_kept(ev, theta, index, are);
    tile_value(ev, s->shifted, index, 0);
    tile_residual(ev, index);
    forms_fill(s->K, s->D - 1, step, x, s->tile.form);
    tile_missed(s, x + s->D * MOE_TILE, kept, s->tile.form);
    slopes_add(s->K, s->D - 1, s->factor, kept, x, s->sum + gradient_place());
    sums_end_tile(ev, index, MOE_GRADIENT);
  }
  gradient_read(s, jtc);
  return objective_read(s);
}

static void tile_slopes_at(struct moe_eval *ev, const double *theta, size_t index, double *f,
                           double *g) {
  struct moe_scratch *s = ev->scratch;
  tile_value(ev, theta, index, 1);
  tile_slopes(s);
  memcpy(f, s->tile.f, MOE_TILE * sizeof *f);
  memcpy(g, s->tile.g, s->K * MOE_TILE * sizeof *g);
}

const struct moe_evaluator_ops PASTE_EXPANDED(moe_tile_ops_, MOE_ISA) = {
    "tile:" QUOTE_EXPANDED(MOE_ISA),
    tile_alloc,
    tile_at,
    tile_values,
    tile_correction,
    tile_slopes_at,
};
