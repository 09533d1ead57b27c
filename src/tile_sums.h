/*
 * tile_sums.h - the sums over the rows of a tile; included by eval_tile.c for each ISA level.
 *
 * Two orders of summation, neither of which depends on the width of the machine's registers:
 * eight virtual lanes (lane l adds rows l, l + 8, ...), where a sum has few companions, and one
 * row after the other, where the lanes are the columns of a matrix. Register blocks only decide
 * which sums travel together.
 */
#ifndef MOE_TILE_SUMS_H
#define MOE_TILE_SUMS_H

enum { LANE_COUNT = 8, VECTORS = MOE_TILE / VEC_WIDTH };

/* Sizes of register blocks: there are 32 registers, or 16 narrower ones. */
#if defined(__AVX512F__)
enum { FORM_BLOCK = 4, PAIR_BLOCK = 8, PRODUCT_BLOCK = 3 };
#else
enum { FORM_BLOCK = 1, PAIR_BLOCK = 4, PRODUCT_BLOCK = 3 };
#endif

/* form_a = theta_a . x~ for `count` forms: intercept first, then the covariates in order. */
LANES_INLINE void forms_block(size_t count, size_t d, const double *theta, const double *x,
                              double *form) {
  vec sum[FORM_BLOCK][VECTORS];
  for (size_t a = 0; a < count; a++)
    for (size_t v = 0; v < VECTORS; v++) sum[a][v] = vec_set1(theta[a * (d + 1) + d]);
  for (size_t s = 0; s < d; s++)
    for (size_t a = 0; a < count; a++)
      for (size_t v = 0; v < VECTORS; v++)
        sum[a][v] = vec_fma(vec_set1(theta[a * (d + 1) + s]),
                            vec_load(x + s * MOE_TILE + VEC_WIDTH * v), sum[a][v]);
  for (size_t a = 0; a < count; a++)
    for (size_t v = 0; v < VECTORS; v++)
      vec_store(form + a * MOE_TILE + VEC_WIDTH * v, sum[a][v]);
}

static void forms_fill(size_t K, size_t d, const double *theta, const double *x, double *form) {
  size_t a = 0;
  for (; a + FORM_BLOCK <= K; a += FORM_BLOCK)
    forms_block(FORM_BLOCK, d, theta + a * (d + 1), x, form + a * MOE_TILE);
  for (; a < K; a++) forms_block(1, d, theta + a * (d + 1), x, form + a * MOE_TILE);
}

/* total + the rows lane, lane + 8, ... of factor x, one after the other. */
LANES_INLINE vec lanes_add(vec total, size_t lane, const vec *factor, const double *x) {
  for (size_t m = lane; m < MOE_TILE; m += LANE_COUNT)
    total = vec_fma(factor[m / VEC_WIDTH], vec_load(x + m), total);
  return total;
}

/* sum[a, s] += sum over rows of q g_a x~_s, in lanes. */
LANES_INLINE void slopes_block(size_t count, size_t d, const double *q, const double *g,
                               const double *x, double *sum) {
  vec factor[FORM_BLOCK][VECTORS];
  for (size_t a = 0; a < count; a++)
    for (size_t v = 0; v < VECTORS; v++)
      factor[a][v] = vec_load(q + VEC_WIDTH * v) * vec_load(g + a * MOE_TILE + VEC_WIDTH * v);
  for (size_t s = 0; s < d; s++)
    for (size_t a = 0; a < count; a++)
      for (size_t lane = 0; lane < LANE_COUNT; lane += VEC_WIDTH) {
        double *place = sum + (a * (d + 1) + s) * LANE_COUNT + lane;
        vec_store(place, lanes_add(vec_load(place), lane, factor[a], x + s * MOE_TILE));
      }
  for (size_t a = 0; a < count; a++)
    for (size_t lane = 0; lane < LANE_COUNT; lane += VEC_WIDTH) {
      double *place = sum + (a * (d + 1) + d) * LANE_COUNT + lane;
      vec total = vec_load(place);
      for (size_t m = lane; m < MOE_TILE; m += LANE_COUNT) total += factor[a][m / VEC_WIDTH];
      vec_store(place, total);
    }
}

static void slopes_add(size_t K, size_t d, const double *q, const double *g, const double *x,
                       double *sum) {
  size_t a = 0;
  for (; a + FORM_BLOCK <= K; a += FORM_BLOCK)
    slopes_block(FORM_BLOCK, d, q, g + a * MOE_TILE, x, sum + a * (d + 1) * LANE_COUNT);
  for (; a < K; a++) slopes_block(1, d, q, g + a * MOE_TILE, x, sum + a * (d + 1) * LANE_COUNT);
}

/* C[a, b] = w g_a g_b, the pairs a <= b in order. */
static void pairs_fill(size_t K, const double *weight, const double *g, double *C,
                       size_t stride) {
  for (size_t a = 0; a < K; a++) {
    vec wg[VECTORS];
    for (size_t v = 0; v < VECTORS; v++)
      wg[v] = vec_load(weight + VEC_WIDTH * v) * vec_load(g + a * MOE_TILE + VEC_WIDTH * v);
    for (size_t b = a; b < K; b++, C += stride)
      for (size_t v = 0; v < VECTORS; v++)
        vec_store(C + VEC_WIDTH * v, wg[v] * vec_load(g + b * MOE_TILE + VEC_WIDTH * v));
  }
}

/* d = 1: the products of x~ are x^2, x, 1. sum[pair, product] in lanes. */
static void line_add(size_t pairs, const double *C, size_t stride, const double *x,
                     double *sum) {
  vec one[VECTORS], two[VECTORS];
  for (size_t v = 0; v < VECTORS; v++) {
    one[v] = vec_load(x + VEC_WIDTH * v);
    two[v] = one[v] * one[v];
  }
  for (size_t pair = 0; pair < pairs; pair++, C += stride, sum += 3 * LANE_COUNT)
    for (size_t lane = 0; lane < LANE_COUNT; lane += VEC_WIDTH) {
      double *place = sum + lane;
      vec s2 = vec_load(place), s1 = vec_load(place + LANE_COUNT);
      vec s0 = vec_load(place + 2 * LANE_COUNT);
      for (size_t m = lane; m < MOE_TILE; m += LANE_COUNT) {
        vec c = vec_load(C + m);
        s2 = vec_fma(c, two[m / VEC_WIDTH], s2);
        s1 = vec_fma(c, one[m / VEC_WIDTH], s1);
        s0 += c;
      }
      vec_store(place, s2);
      vec_store(place + LANE_COUNT, s1);
      vec_store(place + 2 * LANE_COUNT, s0);
    }
}

/* Row m of the panel: x~_s x~_t for s <= t, row-wise, then zeros up to `width` columns. A store
 * may run past the end of a row with zeros; the next row overwrites them, and the buffer has
 * eight numbers to spare. */
static void panel_fill(size_t d, const double *x, double *row, double *panel, size_t width) {
  memset(row, 0, (d + 9) * sizeof *row);
  row[d] = 1;
  for (size_t m = 0; m < MOE_TILE; m++) {
    double *out = panel + m * width;
    for (size_t s = 0; s < d; s++) row[s] = x[s * MOE_TILE + m];
    for (size_t s = 0; s <= d; out += d + 1 - s, s++)
      for (size_t t = s; t <= d; t += VEC_WIDTH)
        vec_storeu(out + t - s, vec_set1(row[s]) * vec_loadu(row + t));
  }
}

/* sum[pair, product] += sum over rows of C[pair, row] panel[row, product], row after row. */
LANES_INLINE void product_block(size_t pairs, size_t vectors, const double *C, size_t stride,
                                const double *panel, size_t width, double *sum) {
  vec total[PAIR_BLOCK][PRODUCT_BLOCK];
  for (size_t i = 0; i < pairs; i++)
    for (size_t j = 0; j < vectors; j++)
      total[i][j] = vec_load(sum + i * width + VEC_WIDTH * j);
  for (size_t m = 0; m < MOE_TILE; m++, panel += width) {
    vec x[PRODUCT_BLOCK];
    for (size_t j = 0; j < vectors; j++) x[j] = vec_load(panel + VEC_WIDTH * j);
    for (size_t i = 0; i < pairs; i++) {
      vec c = vec_set1(C[i * stride + m]);
      for (size_t j = 0; j < vectors; j++) total[i][j] = vec_fma(c, x[j], total[i][j]);
    }
  }
  for (size_t i = 0; i < pairs; i++)
    for (size_t j = 0; j < vectors; j++)
      vec_store(sum + i * width + VEC_WIDTH * j, total[i][j]);
}

LANES_INLINE void product_columns(size_t pairs, const double *C, size_t stride,
                                  const double *panel, size_t width, double *sum) {
  const size_t columns = PRODUCT_BLOCK * VEC_WIDTH;
  size_t s = 0;
  for (; s + columns <= width; s += columns)
    product_block(pairs, PRODUCT_BLOCK, C, stride, panel + s, width, sum + s);
  for (; s < width; s += VEC_WIDTH)
    product_block(pairs, 1, C, stride, panel + s, width, sum + s);
}

static void product_add(size_t pairs, const double *C, size_t stride, const double *panel,
                        size_t width, double *sum) {
  size_t i = 0;
  for (; i + PAIR_BLOCK <= pairs; i += PAIR_BLOCK)
    product_columns(PAIR_BLOCK, C + i * stride, stride, panel, width, sum + i * width);
  for (; i + 2 <= pairs; i += 2)
    product_columns(2, C + i * stride, stride, panel, width, sum + i * width);
  for (; i < pairs; i++)
    product_columns(1, C + i * stride, stride, panel, width, sum + i * width);
}

/* total + rest += sum, sum = 0: Knuth's two-sum keeps what each addition rounds away. */
static void sums_fold(size_t count, double *sum, double *total, double *rest) {
  for (size_t i = 0; i < count; i += VEC_WIDTH) {
    vec a = vec_load(total + i), b = vec_load(sum + i), t = a + b, z = t - a;
    vec_store(rest + i, vec_load(rest + i) + ((a - (t - z)) + (b - z)));
    vec_store(total + i, t);
    vec_store(sum + i, vec_set1(0));
  }
}

#endif
