/*
 * eval_tile.c - the fast evaluator: tiles of 32 rows, vectors over rows.
 *
 * Compiled once per ISA level (-DMOE_ISA=avx512 ...); eval.c picks one at run time. All levels
 * give the same bits: arithmetic is by eight virtual lanes (lanes.h), explicit fma, and sums in
 * a fixed order. Tiles are taken in blocks of eight. Each goes through
 *
 *   forms      L = Theta x~            K columns of 32 numbers (not stored if d = 1)
 *   kernels    w of u, h and h' of z, f = sum w h, r = f - y, and the slopes g = df/dL
 *   pairs      C = w g g' (+ w r f'' for the Hessian): K (K + 1) / 2 columns; if d = 1 only
 *              those with an f'' that is not structurally zero
 *
 * and the block through
 *
 *   slopes     the gradient's sums of w r g (x) x~
 *   products   the curvature's sums of C (x) x~ x~'
 *
 * With d = 1 the products are x^2, x and 1, and lanes run over rows. With d > 1 lanes run over
 * the products s <= t, and the curvature is a matrix product of C by a panel of x~_s x~_t that
 * does not depend on theta and is kept between calls when it is small enough. The blis
 * evaluator is this one with that product handed to BLIS.
 *
 * The log variances of a Gaussian mixture are scalars: forms of x~ of which only the intercept
 * counts. Their pairs with forms have the sums of C x~ alone, as slopes do.
 *
 * Models with a router or shared atoms (tile_routed.h) go the same way with passes of their own. An
 * intercept that is added after the activation is no part of a form: such models have k more scalars
 * inside (`inner`), which are the intercepts of the rows outside.
 *
 * The forms of a pinned gate row have no slopes, and K is one less from the slopes on.
 *
 * Sums over many rows: every FOLD_TILES tiles are summed plainly, then added to compensated
 * totals.
 */
#include "eval_impl.h"
#include "vec.h"
#include "vmath.h"

#include <string.h>

/* The virtual lanes, and how many vectors they and a tile are. */
enum { LANE_COUNT = 8, LANE_VECTORS = LANE_COUNT / VEC_WIDTH, VECTORS = MOE_TILE / VEC_WIDTH };

#include "tile_kernels.h"
#include "tile_routed.h"
#include "tile_sums.h"

#ifndef MOE_ISA
#define MOE_ISA portable
#endif
#define PASTE(a, b) a##b
#define PASTE_EXPANDED(a, b) PASTE(a, b)
#define QUOTE(a) #a
#define QUOTE_EXPANDED(a) QUOTE(a)

/* A block is a part of what is folded together. */
enum { BLOCK_TILES = 8, FOLD_TILES = 32, BLIS_FOLD_TILES = 256 };
#define PANEL_BYTES_KEPT (64u << 20)
#define SLOPES_BYTES_KEPT (16u << 20)

struct moe_scratch {
  const struct tile_gate *gate;
  const struct tile_expert *expert;
  const struct tile_expert *shared, *activation; /* NULL: none */
  int routed;                                    /* passes are those of tile_routed.h */
  size_t forms, K, D, p; /* linear forms, with the scalars; parameters */
  double *inner; /* theta, a step, gradient and curvature with intercepts apart; or NULL */
  size_t pairs;  /* pairs of the linear forms that have slopes */
  size_t plain;  /* those of them that have no bend */
  size_t mixed;  /* pairs of a form or a scalar with a scalar: D sums each */
  struct tile_pair *pair; /* row-wise, the plain ones first, the mixed ones last */
  size_t width;  /* sums of a pair: 24 (3 products in lanes), or columns of the panel, padded */
  int line;      /* d = 1 */
  size_t stride; /* from one column of a block to the next */
  size_t together;     /* columns that are stored together in the panel and in the sums */
  size_t panel_tiles;  /* tiles the panel holds: all of them, or those of one block */
  size_t panel_filled; /* 1: all of them are there */
  struct tile tile;
  /* Slopes and f of the tiles of a block; and of every tile at the last point whose curvature
   * was computed: what a correction of a step from there needs. */
  double *slopes, *kept, *kept_theta;
  size_t kept_tiles; /* 0: they would be too large */
  int kept_filled;
  double *f;               /* of a tile, where its slopes are not asked for */
  double *q, *qg, *wg, *C; /* columns of a block; if d = 1 C has the bent pairs alone */
  double *mixed_C;         /* of the mixed pairs */
  double *row, *products;  /* x~ of a row and what the panel has of it; x^2 of a block */
  double *panel, *shifted;
  double *sum, *total, *rest; /* Q (8), gradient (8 K D), curvature */
};

/* Scalars that are intercepts of the rows. */
static size_t outside_count(const struct moe_scratch *s) {
  return s->tile.model->outside ? s->tile.k : 0;
}

static size_t gradient_place(void) {
  return LANE_COUNT;
}
static size_t curvature_place(const struct moe_scratch *s) {
  return LANE_COUNT + LANE_COUNT * s->tile.wanted * s->D;
}
static size_t mixed_place(const struct moe_scratch *s) {
  return curvature_place(s) + s->pairs * s->width;
}
static size_t sums_count(const struct moe_scratch *s, enum moe_level level) {
  if (level == MOE_OBJECTIVE) return gradient_place();
  if (level == MOE_GRADIENT) return curvature_place(s);
  return mixed_place(s) + LANE_COUNT * s->mixed * s->D;
}

/* A tile's slopes: K columns, whether wanted or not, then f. */
static size_t slopes_size(const struct moe_scratch *s) {
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
  t->loss = NULL;
  t->form = arena_take(arena, (s->routed ? s->K : s->forms) * MOE_TILE);
  t->w = arena_take(arena, columns);
  t->rest = arena_take(arena, columns);
  t->h = arena_take(arena, columns);
  t->h1 = arena_take(arena, columns);
  t->h2 = arena_take(arena, columns);
  if (s->routed) t->route = arena_take(arena, ROUTED_COLUMNS * columns);
  if (outside_count(s)) s->inner = arena_take(arena, (3 + s->p) * s->p);
  if (t->gaussian) {
    t->s1 = arena_take(arena, columns);
    t->s2 = arena_take(arena, columns);
    t->zs = arena_take(arena, columns);
    t->precision = arena_take(arena, t->k);
  }
  s->f = arena_take(arena, MOE_TILE);
  s->slopes = arena_take(arena, BLOCK_TILES * slopes_size(s));
  s->kept = arena_take(arena, s->kept_tiles * slopes_size(s));
  s->kept_theta = arena_take(arena, s->K * s->D);
  s->q = arena_take(arena, s->stride);
  s->qg = arena_take(arena, s->line ? 0 : s->K * s->stride);
  s->wg = arena_take(arena, s->K * s->stride);
  s->row = arena_take(arena, s->D + 8);
  s->products = arena_take(arena, s->line ? s->stride : s->width + 8);
  s->shifted = arena_take(arena, s->K * s->D);
  s->C = arena_take(arena, s->pairs * s->stride);
  s->mixed_C = arena_take(arena, s->mixed * s->stride);
  s->sum = arena_take(arena, sums);
  s->total = arena_take(arena, sums);
  s->rest = arena_take(arena, sums);
  s->panel = arena_take(arena, s->panel_tiles * MOE_TILE * s->width);
  s->pair = (struct tile_pair *)arena_take(
      arena, (s->pairs + s->mixed) * (sizeof *s->pair + sizeof(double) - 1) / sizeof(double));
  t->loss = s->sum;
}

/* Sums of pairs are of those without a bend first: none of them, if there is a router. */
static int pair_bends(const struct moe_scratch *s, size_t a, size_t b) {
  return s->routed || s->gate->bends(s->tile.k, a, b);
}

/* Numbers the forms that have slopes. */
static void forms_number(struct moe_scratch *s, size_t pinned) {
  struct tile *t = &s->tile;
  size_t scalars = s->K - s->forms;
  t->wanted = 0;
  t->pinned = pinned < t->k ? pinned : UNWANTED;
  for (size_t a = 0; a < s->K; a++) t->place[a] = a == t->pinned ? UNWANTED : t->wanted++;
  size_t linear = t->wanted - scalars;
  s->pairs = linear * (linear + 1) / 2;
  s->mixed = linear * scalars + scalars * (scalars + 1) / 2;
}

/* Lists the pairs of those forms row-wise: first those without a bend, then the others. */
static void pairs_list(struct moe_scratch *s) {
  const struct tile *t = &s->tile;
  size_t count = 0;
  for (int bends = 0; bends <= 1; bends++) {
    for (size_t a = 0; a < s->forms; a++)
      for (size_t b = a; b < s->forms; b++)
        if (t->place[a] != UNWANTED && t->place[b] != UNWANTED && pair_bends(s, a, b) == bends)
          s->pair[count++] = (struct tile_pair){a, b};
    if (!bends) s->plain = count;
  }
  for (size_t a = 0; a < s->K; a++)
    for (size_t b = a > s->forms ? a : s->forms; b < s->K; b++)
      if (t->place[a] != UNWANTED) s->pair[count++] = (struct tile_pair){a, b};
}

static void tile_pin(struct moe_eval *ev) {
  forms_number(ev->scratch, ev->pinned);
  pairs_list(ev->scratch);
  ev->scratch->kept_filled = 0;
}

/* Whether everything that a router needs is there as vectors. */
static int tile_routes(const struct moe_scratch *s) {
  const struct moe_model *m = s->tile.model;
  const char *gate = m->gate->name;
  return (!m->shared || s->shared) && (!m->activation || s->activation) &&
         (!strcmp(gate, "softmax") || !strcmp(gate, "sigmoid") ||
          !strcmp(gate, "normalised-sigmoid"));
}

static struct moe_scratch *tile_alloc(struct moe_eval *ev) {
  size_t forms = moe_model_forms(&ev->model), D = ev->model.d + 1, tiles = ev->data->tiles;
  struct moe_scratch s = {.forms = forms, .D = D, .tile.k = ev->model.k};
  s.routed = moe_model_routed(&ev->model);
  s.tile.model = &ev->model;
  s.tile.gaussian = ev->model.gaussian;
  s.K = forms + moe_model_scalars(&ev->model) + (ev->model.outside ? ev->model.k : 0);
  s.p = forms * D + s.K - forms;
  s.gate = tile_gate_find(ev->model.gate->name);
  s.expert = tile_expert_find(ev->model.expert->name);
  if (ev->model.shared) s.shared = tile_expert_find(ev->model.shared_expert->name);
  if (ev->model.activation) s.activation = tile_expert_find(ev->model.activation->name);
  struct arena arena = {NULL, (sizeof s + 63) / 64 * 8};
  if (!s.gate || !s.expert || (s.routed && !tile_routes(&s))) return NULL;
  forms_number(&s, MOE_MAX_ATOMS);
  s.line = D == 2 && !ev->blis;
  /* For BLIS as wide at every ISA level: it adds up the edges of a product in an order of their own. */
  size_t unit = ev->blis ? LANE_COUNT : VEC_WIDTH;
  s.width = s.line ? 3 * LANE_COUNT : (D * (D + 1) / 2 + unit - 1) / unit * unit;
  s.together = ev->blis ? s.width : PRODUCT_BLOCK * VEC_WIDTH;
  s.stride = BLOCK_TILES * MOE_TILE + 8;
  s.panel_tiles = s.line ? 0 : BLOCK_TILES;
  if (!ev->blis && !s.line && tiles * MOE_TILE * s.width * sizeof(double) <= PANEL_BYTES_KEPT)
    s.panel_tiles = tiles;
  if (tiles * slopes_size(&s) * sizeof(double) <= SLOPES_BYTES_KEPT) s.kept_tiles = tiles;
  scratch_lay(&s, &arena);
  struct moe_scratch *placed = moe_alloc(arena.used, sizeof(double));
  arena = (struct arena){(double *)placed, (sizeof s + 63) / 64 * 8};
  scratch_lay(&s, &arena);
  *placed = s;
  forms_number(placed, ev->pinned);
  pairs_list(placed);
  return placed;
}

/* Where the slopes of a tile are: kept if they are those of a curvature, else a block's. */
static double *slopes_place(const struct moe_scratch *s, size_t index, int keep) {
  if (keep && s->kept_tiles) return s->kept + index * slopes_size(s);
  return s->slopes + index % BLOCK_TILES * slopes_size(s);
}

/* Forms of the rows at x. A gate row that is pinned to a constant takes no product. */
static void tile_forms(const struct moe_eval *ev, const double *theta, const double *x) {
  struct moe_scratch *s = ev->scratch;
  size_t d = s->D - 1, row = ev->pinned;
  int constant = row < s->tile.k;
  for (size_t i = 0; constant && i < d; i++) constant = theta[row * s->D + i] == 0;
  if (!constant) {
    forms_fill(s->forms, d, theta, x, s->tile.form);
    return;
  }
  size_t after = row + 1;
  forms_fill(row, d, theta, x, s->tile.form);
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH)
    vec_store(s->tile.form + row * MOE_TILE + m, vec_set1(theta[row * s->D + d]));
  forms_fill(s->forms - after, d, theta + after * s->D, x, s->tile.form + after * MOE_TILE);
}

/* A pass of an expert over `count` atoms, the first of which is `first`: it finds their forms behind
 * `count` others. */
static void expert_pass(const struct moe_scratch *s, const struct tile_expert *expert,
                        size_t first, size_t count, enum moe_level level) {
  struct tile part = s->tile;
  size_t at = first * MOE_TILE;
  part.k = count;
  part.form = s->tile.form + (s->tile.k + first - count) * MOE_TILE;
  part.h += at;
  part.h1 += at;
  part.h2 += at;
  expert->pass(&part, level);
}

/* The activation's values and derivatives of all gate forms, for a while in the experts' place. */
static void activation_pass(const struct moe_scratch *s, enum moe_level level) {
  struct tile part = s->tile;
  double forms[2 * MOE_MAX_ATOMS * MOE_TILE] __attribute__((aligned(64)));
  memcpy(forms + s->tile.k * MOE_TILE, s->tile.form, s->tile.k * MOE_TILE * sizeof *forms);
  part.form = forms;
  s->activation->pass(&part, level);
}

/* What the three passes are for models with a router. */
static void routed_point(const struct moe_scratch *s, enum moe_level level) {
  const struct moe_model *m = s->tile.model;
  if (s->activation) activation_pass(s, level);
  routed_weights(&s->tile, !m->gate->translation);
  if (m->shared) expert_pass(s, s->shared, 0, m->shared, level);
  expert_pass(s, s->expert, m->shared, m->k - m->shared, level);
  if (m->gaussian)
    routed_density(&s->tile, level);
  else
    routed_finish(&s->tile, level);
}

/* f of a tile, into t->f; from the level of gradients on its slopes into `slopes`, followed by f;
 * adds to the sum of w r^2. */
static void tile_point(const struct moe_eval *ev, const double *theta, size_t index,
                       enum moe_level level, double *slopes) {
  struct moe_scratch *s = ev->scratch;
  struct tile *t = &s->tile;
  t->x = moe_data_column(ev->data, index, 0);
  t->y = t->x + (s->D - 1) * MOE_TILE;
  t->weight = t->y + MOE_TILE;
  t->theta = s->D == 2 && !s->routed ? theta : NULL;
  t->q = s->q + index % BLOCK_TILES * MOE_TILE;
  t->f = s->f;
  if (level >= MOE_GRADIENT) {
    t->g = slopes;
    t->f = slopes + s->K * MOE_TILE;
    for (size_t a = 0; a < s->K; a++)
      t->slope[a] = slopes + (t->place[a] == UNWANTED ? t->wanted : t->place[a]) * MOE_TILE;
  }
  if (!t->theta) tile_forms(ev, theta, t->x);
  if (s->routed) {
    routed_point(s, level);
    return;
  }
  s->gate->weights(t, level);
  s->expert->pass(t, level);
  if (ev->model.gaussian)
    s->gate->density(t, level);
  else
    s->gate->finish(t, level);
}

/* What the rows share at theta. */
static void tile_begin(const struct moe_eval *ev, const double *theta) {
  struct tile *t = &ev->scratch->tile;
  if (ev->scratch->routed) {
    t->inverse = moe_exp(-moe_log_temperature(&ev->model, theta));
    t->intercept = theta + ev->scratch->p - outside_count(ev->scratch);
  }
  if (!ev->model.gaussian) return;
  t->log_variance = moe_log_variances(&ev->model, theta);
  t->bin = ev->data->bin;
  double power = t->bin > 0 ? -0.5 : -1;
  for (size_t i = 0; i < t->k; i++) t->precision[i] = moe_exp(power * t->log_variance[i]);
}

/* The columns of a tile in its block. */
static void tile_columns(const struct moe_eval *ev, size_t index, enum moe_level level) {
  struct moe_scratch *s = ev->scratch;
  const struct tile *t = &s->tile;
  size_t first = index % BLOCK_TILES * MOE_TILE;
  if (!s->line)
    slopes_scale(t->wanted, s->D - 1, t->q, t->g, s->qg + first, s->stride,
                 s->sum + gradient_place());
  if (level < MOE_GAUSS_NEWTON) return;
  slopes_weigh(t->wanted, t->weight, t->g, s->wg + first, s->stride);
  size_t plain = level == MOE_HESSIAN ? s->plain : s->pairs;
  struct bent_columns bent = {s->pairs - plain, s->stride, s->pair + plain, s->C + first};
  if (!s->line) {
    pairs_fill(plain, s->pair, t, s->wg + first, s->C + first, s->stride);
    bent.C += plain * s->stride;
  }
  if (plain < s->pairs && s->routed)
    routed_bent(t, &bent);
  else if (plain < s->pairs)
    s->gate->bent(t, &bent);
  if (s->mixed == 0) return;
  struct bent_columns mixed = {s->mixed, s->stride, s->pair + s->pairs, s->mixed_C + first};
  if (level == MOE_HESSIAN && s->routed)
    routed_bent(t, &mixed);
  else if (level == MOE_HESSIAN)
    s->gate->variances(t, &mixed);
  else
    pairs_fill(s->mixed, mixed.pair, t, s->wg + first, mixed.C, s->stride);
}

/* The panel of a block of `tiles` tiles that begins at tile `first`, filled if it is not there. */
static double *block_panel(const struct moe_eval *ev, size_t first, size_t tiles) {
  struct moe_scratch *s = ev->scratch;
  double *panel = s->panel + first % s->panel_tiles * MOE_TILE * s->width;
  for (size_t i = 0; !s->panel_filled && i < tiles; i++)
    panel_fill(s->D - 1, moe_data_column(ev->data, first + i, 0), i * MOE_TILE,
               tiles * MOE_TILE, s->width, s->together, s->row, s->products, panel);
  return panel;
}

static void block_gradient(const struct moe_eval *ev, const struct rows_span *rows,
                           const double *slopes) {
  struct moe_scratch *s = ev->scratch;
  double *sum = s->sum + gradient_place();
  if (s->line)
    line_slopes_add(s->tile.wanted, rows, s->q, slopes, slopes_size(s), sum);
  else
    slopes_add(s->tile.wanted, s->D - 1, rows, s->qg, s->stride, sum);
}

static void line_curvature(struct moe_scratch *s, const struct rows_span *rows,
                           const double *slopes, enum moe_level level, double *sum) {
  struct line_columns from = {s->tile.place, slopes,         s->wg,    s->C,
                              s->products,   slopes_size(s), s->stride};
  line_squares(rows, s->products);
  line_add(s->pairs, level == MOE_HESSIAN ? s->plain : s->pairs, rows, &from, s->pair, sum);
}

static void block_curvature(const struct moe_eval *ev, size_t first,
                            const struct rows_span *rows, enum moe_level level,
                            const double *slopes) {
  struct moe_scratch *s = ev->scratch;
  double *sum = s->sum + curvature_place(s);
  columns_add(s->mixed, s->D - 1, rows, s->mixed_C, s->stride, s->sum + mixed_place(s));
  if (s->line) {
    line_curvature(s, rows, slopes, level, sum);
    return;
  }
  const double *panel = block_panel(ev, first, rows->tiles);
  size_t count = rows->tiles * MOE_TILE;
  if (ev->blis)
    moe_blis_product(s->pairs, s->width, count, s->C, s->stride, panel, s->width, sum);
  else
    product_add(s->pairs, count, s->C, s->stride, panel, sum, s->width);
}

/* The sums of a block's tiles, `slopes` those of its first. */
static void block_end(const struct moe_eval *ev, size_t first, size_t tiles,
                      enum moe_level level, const double *slopes) {
  struct rows_span rows = {tiles, (ev->data->d + 2) * MOE_TILE,
                           moe_data_column(ev->data, first, 0)};
  if (level >= MOE_GRADIENT) block_gradient(ev, &rows, slopes);
  if (level >= MOE_GAUSS_NEWTON) block_curvature(ev, first, &rows, level, slopes);
}

static void sums_begin(struct moe_scratch *s, enum moe_level level) {
  memset(s->sum, 0, sums_count(s, level) * sizeof *s->sum);
}

/* After `tiles` tiles: folds the sums when it is time; at the end leaves the result in `sum`. */
static void sums_end_block(const struct moe_eval *ev, size_t tiles, enum moe_level level) {
  struct moe_scratch *s = ev->scratch;
  size_t count = sums_count(s, level), fold = ev->blis ? BLIS_FOLD_TILES : FOLD_TILES;
  int last = tiles == ev->data->tiles;
  if (ev->data->tiles <= fold || (tiles % fold && !last)) return;
  if (tiles == fold) {
    memset(s->total, 0, count * sizeof *s->total);
    memset(s->rest, 0, count * sizeof *s->rest);
  }
  sums_fold(count, s->sum, s->total, s->rest);
  for (size_t i = 0; last && i < count; i++) s->sum[i] = s->total[i] + s->rest[i];
}

/* Tiles of the block that begins at `first`. */
static size_t block_size(const struct moe_eval *ev, size_t first) {
  size_t left = ev->data->tiles - first;
  return left < BLOCK_TILES ? left : BLOCK_TILES;
}

static double objective_read(const struct moe_scratch *s) {
  return 0.5 * v8_sum(v8_load(s->sum));
}

/* Of scalar a >= forms among the parameters. */
static size_t scalar_place(const struct moe_scratch *s, size_t a) {
  return s->forms * s->D + a - s->forms;
}

static void gradient_read(const struct moe_scratch *s, double *gradient) {
  const double *sum = s->sum + gradient_place();
  memset(gradient, 0, s->p * sizeof *gradient);
  for (size_t a = 0; a < s->forms; a++)
    for (size_t t = 0; s->tile.place[a] != UNWANTED && t < s->D; t++)
      gradient[a * s->D + t] =
          v8_sum(v8_load(sum + LANE_COUNT * (s->tile.place[a] * s->D + t)));
  for (size_t a = s->forms; a < s->K; a++)
    gradient[scalar_place(s, a)] =
        v8_sum(v8_load(sum + LANE_COUNT * (s->tile.place[a] * s->D + s->D - 1)));
}

/* The sums of a pair for the products s <= t of x~, row-wise. */
static const double *pair_sums(const struct moe_scratch *s, size_t pair) {
  const double *from = s->sum + curvature_place(s);
  if (s->line) {
    for (size_t i = 0; i < 3; i++)
      s->products[i] = v8_sum(v8_load(from + (3 * pair + i) * LANE_COUNT));
    return s->products;
  }
  for (size_t c = 0, columns; c < s->width; c += columns) {
    columns = s->width - c < s->together ? s->width - c : s->together;
    memcpy(s->products + c, from + c * s->pairs + pair * columns, columns * sizeof *from);
  }
  return s->products;
}

/* Those of the forms a and b to the four places each belongs to. */
static void pair_read(const struct moe_scratch *s, size_t a, size_t b, const double *sum,
                      double *curvature) {
  size_t D = s->D, p = s->p;
  double *block = curvature + a * D * p + b * D, *mirror = curvature + b * D * p + a * D;
  for (size_t t0 = 0; t0 < D; t0++)
    for (size_t t1 = t0; t1 < D; t1++, sum++) {
      block[t0 * p + t1] = block[t1 * p + t0] = *sum;
      mirror[t0 * p + t1] = mirror[t1 * p + t0] = *sum;
    }
}

/* Mixed pair i: the sums over x~ of a form, over 1 of a scalar. */
static void mixed_read(const struct moe_scratch *s, size_t i, double *curvature) {
  size_t a = s->pair[s->pairs + i].a, column = scalar_place(s, s->pair[s->pairs + i].b);
  size_t first = a < s->forms ? 0 : s->D - 1, row = a * s->D;
  const double *sum = s->sum + mixed_place(s) + LANE_COUNT * i * s->D;
  if (a >= s->forms) row = scalar_place(s, a) - first;
  for (size_t t = first; t < s->D; t++)
    curvature[(row + t) * s->p + column] = curvature[column * s->p + row + t] =
        v8_sum(v8_load(sum + LANE_COUNT * t));
}

static void curvature_read(const struct moe_scratch *s, double *curvature) {
  if (s->tile.wanted < s->K) memset(curvature, 0, s->p * s->p * sizeof *curvature);
  for (size_t i = 0; i < s->pairs; i++)
    pair_read(s, s->pair[i].a, s->pair[i].b, pair_sums(s, i), curvature);
  for (size_t i = 0; i < s->mixed; i++) mixed_read(s, i, curvature);
}

/* Coordinate i of theta among the inner ones: an intercept outside the activation is a scalar. */
static size_t inner_place(const struct moe_scratch *s, size_t i) {
  size_t row = i / s->D;
  int apart = i < s->tile.k * s->D && i % s->D == s->D - 1 && row >= s->tile.model->shared;
  return apart ? s->p - s->tile.k + row : i;
}

/* theta (or a step) with those intercepts apart, into place `which` of the inner vectors. */
static const double *inner_take(const struct moe_eval *ev, const double *theta, size_t which) {
  struct moe_scratch *s = ev->scratch;
  if (!s->inner) return theta;
  double *inner = s->inner + which * s->p;
  memset(inner, 0, s->p * sizeof *inner);
  for (size_t i = 0; i < moe_model_size(&ev->model); i++) inner[inner_place(s, i)] = theta[i];
  return inner;
}

static void inner_gradient(const struct moe_eval *ev, double *gradient) {
  struct moe_scratch *s = ev->scratch;
  double *inner = s->inner ? s->inner + 2 * s->p : gradient;
  gradient_read(s, inner);
  for (size_t i = 0; s->inner && i < moe_model_size(&ev->model); i++)
    gradient[i] = inner[inner_place(s, i)];
}

static void inner_curvature(const struct moe_eval *ev, double *curvature) {
  struct moe_scratch *s = ev->scratch;
  size_t p = moe_model_size(&ev->model);
  double *inner = s->inner ? s->inner + 3 * s->p : curvature;
  curvature_read(s, inner);
  for (size_t i = 0; s->inner && i < p * p; i++)
    curvature[i] = inner[inner_place(s, i / p) * s->p + inner_place(s, i % p)];
}

static double tile_at(struct moe_eval *ev, const double *theta, enum moe_level level,
                      double *gradient, double *curvature) {
  struct moe_scratch *s = ev->scratch;
  if (level >= MOE_GAUSS_NEWTON && !curvature) level = MOE_GRADIENT;
  if (level == MOE_GRADIENT && !gradient) level = MOE_OBJECTIVE;
  int curved = level >= MOE_GAUSS_NEWTON;
  theta = inner_take(ev, theta, 0);
  sums_begin(s, level);
  tile_begin(ev, theta);
  for (size_t first = 0; first < ev->data->tiles; first += BLOCK_TILES) {
    size_t tiles = block_size(ev, first);
    for (size_t index = first; index < first + tiles; index++) {
      tile_point(ev, theta, index, level, slopes_place(s, index, curved));
      if (level >= MOE_GRADIENT) tile_columns(ev, index, level);
    }
    block_end(ev, first, tiles, level, slopes_place(s, first, curved));
    sums_end_block(ev, first + tiles, level);
  }
  if (curved) {
    s->panel_filled = !s->line && s->panel_tiles >= ev->data->tiles;
    memcpy(s->kept_theta, theta, s->p * sizeof *theta);
    s->kept_filled = s->kept_tiles > 0;
  }
  if (level >= MOE_GRADIENT && gradient) inner_gradient(ev, gradient);
  if (curved) inner_curvature(ev, curvature);
  return objective_read(s);
}

static void tile_values(struct moe_eval *ev, const double *theta, double *f) {
  size_t n = ev->data->n;
  theta = inner_take(ev, theta, 0);
  tile_begin(ev, theta);
  for (size_t index = 0; index < ev->data->tiles; index++) {
    size_t first = index * MOE_TILE, rows = n - first < MOE_TILE ? n - first : MOE_TILE;
    tile_point(ev, theta, index, MOE_OBJECTIVE, NULL);
    memcpy(f + first, ev->scratch->f, rows * sizeof *f);
  }
}

/* q = w (f - f_before - g . change): what the linear model at theta misses. slopes: g, then
 * f_before; form: what the step adds to each. */
static void tile_missed(struct moe_scratch *s, const double *slopes) {
  struct tile *t = &s->tile;
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec missed = vec_load(slopes + s->K * MOE_TILE + m);
    for (size_t a = 0; a < s->K; a++)
      if (t->place[a] != UNWANTED)
        missed = vec_fma(vec_load(slopes + t->place[a] * MOE_TILE + m),
                         vec_load(t->form + a * MOE_TILE + m), missed);
    missed = vec_load(t->f + m) - missed;
    vec_store(t->q + m, vec_load(t->weight + m) * missed);
  }
}

/* Q at theta + step, and w times what the linear model at theta misses of a tile into q. */
static void tile_bent(struct moe_eval *ev, const double *step, size_t index,
                      const double *slopes) {
  struct moe_scratch *s = ev->scratch;
  tile_point(ev, s->shifted, index, MOE_OBJECTIVE, NULL);
  forms_fill(s->forms, s->D - 1, step, s->tile.x, s->tile.form);
  for (size_t a = s->forms; a < s->K; a++)
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH)
      vec_store(s->tile.form + a * MOE_TILE + m, vec_set1(step[scalar_place(s, a)]));
  tile_missed(s, slopes);
  if (!s->line)
    slopes_scale(s->tile.wanted, s->D - 1, s->tile.q, slopes,
                 s->qg + index % BLOCK_TILES * MOE_TILE, s->stride, s->sum + gradient_place());
}

static double tile_correction(struct moe_eval *ev, const double *theta, const double *step,
                              double *jtc) {
  struct moe_scratch *s = ev->scratch;
  size_t p = s->p;
  theta = inner_take(ev, theta, 0);
  step = inner_take(ev, step, 1);
  int are = s->kept_filled && !memcmp(theta, s->kept_theta, p * sizeof *theta);
  for (size_t i = 0; i < p; i++) s->shifted[i] = theta[i] + step[i];
  sums_begin(s, MOE_GRADIENT);
  for (size_t first = 0; first < ev->data->tiles; first += BLOCK_TILES) {
    size_t tiles = block_size(ev, first);
    for (size_t index = first; index < first + tiles; index++) {
      double *slopes = slopes_place(s, index, are), loss[LANE_COUNT];
      if (!are) {
        memcpy(loss, s->sum, sizeof loss);
        tile_begin(ev, theta);
        tile_point(ev, theta, index, MOE_GRADIENT, slopes);
        memcpy(s->sum, loss, sizeof loss);
      }
      tile_begin(ev, s->shifted);
      tile_bent(ev, step, index, slopes);
    }
    block_end(ev, first, tiles, MOE_GRADIENT, slopes_place(s, first, are));
    sums_end_block(ev, first + tiles, MOE_GRADIENT);
  }
  inner_gradient(ev, jtc);
  return objective_read(s);
}

static void tile_slopes_at(struct moe_eval *ev, const double *theta, size_t index, double *f,
                           double *g) {
  struct moe_scratch *s = ev->scratch;
  const size_t column = MOE_TILE * sizeof *g;
  theta = inner_take(ev, theta, 0);
  tile_begin(ev, theta);
  tile_point(ev, theta, index, MOE_GRADIENT, s->slopes);
  memcpy(f, s->tile.f, column);
  for (size_t a = 0; a < s->forms; a++)
    if (s->tile.place[a] == UNWANTED)
      memset(g + a * MOE_TILE, 0, column);
    else
      memcpy(g + a * MOE_TILE, s->tile.g + s->tile.place[a] * MOE_TILE, column);
}

const struct moe_evaluator_ops PASTE_EXPANDED(moe_tile_ops_, MOE_ISA) = {
    "tile:" QUOTE_EXPANDED(MOE_ISA),
    tile_alloc,
    tile_pin,
    tile_at,
    tile_values,
    tile_correction,
    tile_slopes_at,
};
