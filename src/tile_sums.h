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

/* Sizes of register blocks: 32 registers of one v8, or 16 of half a v8. */
#if defined(__AVX512F__)
enum { FORM_BLOCK = 4, PAIR_BLOCK = 8, PRODUCT_BLOCK = 3 };
#else
enum { FORM_BLOCK = 1, PAIR_BLOCK = 6, PRODUCT_BLOCK = 1 };
#endif
enum { VECTORS = MOE_TILE / 8 };

/* form_a = theta_a . x~ for `count` forms: intercept first, then the covariates in order. */
LANES_INLINE void forms_block(size_t count, size_t d, const double *theta, const double *x,
                              double *form) {
  v8 sum[FORM_BLOCK][VECTORS];
  for (size_t a = 0; a < count; a++)
    for (size_t v = 0; v < VECTORS; v++) sum[a][v] = v8_set1(theta[a * (d + 1) + d]);
  for (size_t s = 0; s < d; s++)
    for (size_t a = 0; a < count; a++)
      for (size_t v = 0; v < VECTORS; v++)
        sum[a][v] = v8_fma(v8_set1(theta[a * (d + 1) + s]), v8_load(x + s * MOE_TILE + 8 * v),
                           sum[a][v]);
  for (size_t a = 0; a < count; a++)
    for (size_t v = 0; v < VECTORS; v++) v8_store(form + a * MOE_TILE + 8 * v, sum[a][v]);
}

static void forms_fill(size_t K, size_t d, const double *theta, const double *x, double *form) {
  size_t a = 0;
  for (; a + FORM_BLOCK <= K; a += FORM_BLOCK)
    forms_block(FORM_BLOCK, d, theta + a * (d + 1), x, form + a * MOE_TILE);
  for (; a < K; a++) forms_block(1, d, theta + a * (d + 1), x, form + a * MOE_TILE);
}

/* sum[a, s] += sum over rows of q g_a x~_s, in lanes. */
LANES_INLINE void slopes_block(size_t count, size_t d, const double *q, const double *g,
                               const double *x, double *sum) {
  v8 factor[FORM_BLOCK][VECTORS];
  for (size_t a = 0; a < count; a++)
    for (size_t v = 0; v < VECTORS; v++)
      factor[a][v] = v8_load(q + 8 * v) * v8_load(g + a * MOE_TILE + 8 * v);
  for (size_t s = 0; s < d; s++)
    for (size_t a = 0; a < count; a++) {
      double *place = sum + (a * (d + 1) + s) * 8;
      v8 total = v8_load(place);
      for (size_t v = 0; v < VECTORS; v++)
        total = v8_fma(factor[a][v], v8_load(x + s * MOE_TILE + 8 * v), total);
      v8_store(place, total);
    }
  for (size_t a = 0; a < count; a++) {
    double *place = sum + (a * (d + 1) + d) * 8;
    v8 total = v8_load(place);
    for (size_t v = 0; v < VECTORS; v++) total += factor[a][v];
    v8_store(place, total);
  }
}

static void slopes_add(size_t K, size_t d, const double *q, const double *g, const double *x,
                       double *sum) {
  size_t a = 0;
  for (; a + FORM_BLOCK <= K; a += FORM_BLOCK)
    slopes_block(FORM_BLOCK, d, q, g + a * MOE_TILE, x, sum + a * (d + 1) * 8);
  for (; a < K; a++) slopes_block(1, d, q, g + a * MOE_TILE, x, sum + a * (d + 1) * 8);
}

/* C[a, b] = w g_a g_b, the pairs a <= b in order. */
static void pairs_fill(size_t K, const double *weight, const double *g, double *C,
                       size_t stride) {
  for (size_t a = 0; a < K; a++) {
    v8 wg[VECTORS];
    for (size_t v = 0; v < VECTORS; v++)
      wg[v] = v8_load(weight + 8 * v) * v8_load(g + a * MOE_TILE + 8 * v);
    for (size_t b = a; b < K; b++, C += stride)
      for (size_t v = 0; v < VECTORS; v++)
        v8_store(C + 8 * v, wg[v] * v8_load(g + b * MOE_TILE + 8 * v));
  }
}

/* d = 1: the products of x~ are x^2, x, 1. sum[pair, product] in lanes. */
static void line_add(size_t pairs, const double *C, size_t stride, const double *x,
                     double *sum) {
  v8 one[VECTORS], two[VECTORS];
  for (size_t v = 0; v < VECTORS; v++) {
    one[v] = v8_load(x + 8 * v);
    two[v] = one[v] * one[v];
  }
  for (size_t pair = 0; pair < pairs; pair++, C += stride, sum += 24) {
    v8 s2 = v8_load(sum), s1 = v8_load(sum + 8), s0 = v8_load(sum + 16);
    for (size_t v = 0; v < VECTORS; v++) {
      v8 c = v8_load(C + 8 * v);
      s2 = v8_fma(c, two[v], s2);
      s1 = v8_fma(c, one[v], s1);
      s0 += c;
    }
    v8_store(sum, s2);
    v8_store(sum + 8, s1);
    v8_store(sum + 16, s0);
  }
}

/* Row m of the panel: x~_s x~_t for s <= t, row-wise, then zeros up to `width` columns. Every
 * store writes eight numbers; what is too many is overwritten by the next (the buffer has eight
 * numbers to spare). */
static void panel_fill(size_t d, const double *x, double *row, double *panel, size_t width) {
  memset(row, 0, (d + 9) * sizeof *row);
  row[d] = 1;
  for (size_t m = 0; m < MOE_TILE; m++) {
    double *out = panel + m * width;
    for (size_t s = 0; s < d; s++) row[s] = x[s * MOE_TILE + m];
    for (size_t s = 0; s <= d; out += d + 1 - s, s++)
      for (size_t t = s; t <= d; t += 8)
        v8_storeu(out + t - s, v8_set1(row[s]) * v8_loadu(row + t));
  }
}

/* sum[pair, product] += sum over rows of C[pair, row] panel[row, product], row after row. */
LANES_INLINE void product_block(size_t pairs, size_t vectors, const double *C, size_t stride,
                                const double *panel, size_t width, double *sum) {
  v8 total[PAIR_BLOCK][PRODUCT_BLOCK];
  for (size_t i = 0; i < pairs; i++)
    for (size_t j = 0; j < vectors; j++) total[i][j] = v8_load(sum + i * width + 8 * j);
  for (size_t m = 0; m < MOE_TILE; m++, panel += width) {
    v8 x[PRODUCT_BLOCK];
    for (size_t j = 0; j < vectors; j++) x[j] = v8_load(panel + 8 * j);
    for (size_t i = 0; i < pairs; i++) {
      v8 c = v8_set1(C[i * stride + m]);
      for (size_t j = 0; j < vectors; j++) total[i][j] = v8_fma(c, x[j], total[i][j]);
    }
  }
  for (size_t i = 0; i < pairs; i++)
    for (size_t j = 0; j < vectors; j++) v8_store(sum + i * width + 8 * j, total[i][j]);
}

LANES_INLINE void product_columns(size_t pairs, const double *C, size_t stride,
                                  const double *panel, size_t width, double *sum) {
  size_t s = 0;
  for (; s + 8 * PRODUCT_BLOCK <= width; s += 8 * PRODUCT_BLOCK)
    product_block(pairs, PRODUCT_BLOCK, C, stride, panel + s, width, sum + s);
  for (; s < width; s += 8) product_block(pairs, 1, C, stride, panel + s, width, sum + s);
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
  for (size_t i = 0; i < count; i += 8) {
    v8 a = v8_load(total + i), b = v8_load(sum + i), t = a + b, z = t - a;
    v8_store(rest + i, v8_load(rest + i) + ((a - (t - z)) + (b - z)));
    v8_store(total + i, t);
    v8_store(sum + i, v8_set1(0));
  }
}

#endif
