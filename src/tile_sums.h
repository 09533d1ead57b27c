/*
 * tile_sums.h - the sums over the rows of a block of tiles; included by eval_tile.c for each ISA
 * level.
 *
 * Two orders of summation, neither of which depends on the width of the machine's registers:
 * eight virtual lanes (lane l adds rows l, l + 8, ...), where a sum has few companions, and one
 * row after the other, where the lanes are the columns of a matrix. Register blocks and the
 * number of tiles in a block only decide which sums travel together.
 *
 * Every loop keeps about twelve independent sums in registers (24 with AVX-512): more than the
 * latency of a fused multiply-add times the two that start in a cycle, and each number that is
 * loaded goes into three or four of them.
 */
#ifndef MOE_TILE_SUMS_H
#define MOE_TILE_SUMS_H

/* Sizes of register blocks: there are 32 registers, or 16. */
#if defined(__AVX512F__)
enum { FORM_BLOCK = 4, PAIR_BLOCK = 8 };
#else
enum { FORM_BLOCK = 3, PAIR_BLOCK = 4 };
#endif
enum { SLOPE_BLOCK = 4, COVARIATE_BLOCK = 3, PRODUCT_BLOCK = 3, LINE_PAIRS = 4 };
/* With d = 1 a slope has two sums, in all lanes. */
enum { LINE_SLOPES = LANE_VECTORS < 3 ? 6 / LANE_VECTORS : 2 };
/* Vectors of rows that forms are computed of together. */
enum { FORM_VECTORS = 4 };
/* Columns of C that are multiplied by the whole panel before the next ones: they stay in the
 * second cache. */
enum { PAIRS_AT_ONCE = 64 };

/* Some tiles of data, one after the other. */
struct rows_span {
  size_t tiles, stride; /* numbers from one tile's data to the next */
  const double *x;
};

LANES_INLINE void forms_block(size_t forms, size_t vectors, size_t d, const double *theta,
                              const double *x, double *form) {
  vec sum[FORM_BLOCK][2 * FORM_VECTORS];
  for (size_t a = 0; a < forms; a++)
    for (size_t v = 0; v < vectors; v++) sum[a][v] = vec_set1(theta[a * (d + 1) + d]);
  for (size_t s = 0; s < d; s++) {
    vec factor[FORM_BLOCK];
    for (size_t a = 0; a < forms; a++) factor[a] = vec_set1(theta[a * (d + 1) + s]);
    for (size_t v = 0; v < vectors; v++) {
      vec row = vec_load(x + s * MOE_TILE + VEC_WIDTH * v);
      VEC_KEEP(row);
      for (size_t a = 0; a < forms; a++) sum[a][v] = vec_fma(factor[a], row, sum[a][v]);
    }
  }
  for (size_t a = 0; a < forms; a++)
    for (size_t v = 0; v < vectors; v++)
      vec_store(form + a * MOE_TILE + VEC_WIDTH * v, sum[a][v]);
}

/* form_a = theta_a . x~ in the rows of a tile: intercept first, then the covariates in order. */
static void forms_fill(size_t K, size_t d, const double *theta, const double *x, double *form) {
  const size_t rows = FORM_VECTORS * VEC_WIDTH;
  size_t a = 0;
  for (; a + FORM_BLOCK <= K; a += FORM_BLOCK)
    for (size_t m = 0; m < MOE_TILE; m += rows)
      forms_block(FORM_BLOCK, FORM_VECTORS, d, theta + a * (d + 1), x + m,
                  form + a * MOE_TILE + m);
  for (; a + 2 <= K; a += 2)
    for (size_t m = 0; m < MOE_TILE; m += rows)
      forms_block(2, FORM_VECTORS, d, theta + a * (d + 1), x + m, form + a * MOE_TILE + m);
  for (size_t m = 0; a < K && m < MOE_TILE; m += VECTORS / 2 * VEC_WIDTH)
    forms_block(1, VECTORS / 2, d, theta + a * (d + 1), x + m, form + a * MOE_TILE + m);
}

/* q g_a in the rows of a tile; adds their sum, that of the intercept, to sum[a, d] in lanes. */
static void slopes_scale(size_t K, size_t d, const double *q, const double *g, double *qg,
                         size_t stride, double *sum) {
  for (size_t a = 0; a < K; a++) {
    double *place = sum + (a * (d + 1) + d) * LANE_COUNT;
    vec total[LANE_VECTORS];
    for (size_t l = 0; l < LANE_VECTORS; l++) total[l] = vec_load(place + VEC_WIDTH * l);
    for (size_t v = 0; v < VECTORS; v++) {
      size_t m = VEC_WIDTH * v;
      vec product = vec_load(q + m) * vec_load(g + a * MOE_TILE + m);
      vec_store(qg + a * stride + m, product);
      total[v % LANE_VECTORS] += product;
    }
    for (size_t l = 0; l < LANE_VECTORS; l++) vec_store(place + VEC_WIDTH * l, total[l]);
  }
}

/* One vector of lanes: sum[a, s] += the rows of qg_a x_s. */
LANES_INLINE void slopes_block(size_t slopes, size_t covariates, const struct rows_span *rows,
                               const double *qg, size_t stride, const double *x, double *sum,
                               size_t width) {
  vec total[SLOPE_BLOCK][COVARIATE_BLOCK];
  for (size_t a = 0; a < slopes; a++)
    for (size_t s = 0; s < covariates; s++)
      total[a][s] = vec_load(sum + a * width + s * LANE_COUNT);
  for (size_t tile = 0; tile < rows->tiles; tile++, x += rows->stride, qg += MOE_TILE)
    for (size_t m = 0; m < MOE_TILE; m += LANE_COUNT) {
      vec row[COVARIATE_BLOCK];
      for (size_t s = 0; s < covariates; s++) {
        row[s] = vec_load(x + s * MOE_TILE + m);
        VEC_KEEP(row[s]);
      }
      for (size_t a = 0; a < slopes; a++) {
        vec factor = vec_load(qg + a * stride + m);
        VEC_KEEP(factor);
        for (size_t s = 0; s < covariates; s++)
          total[a][s] = vec_fma(factor, row[s], total[a][s]);
      }
    }
  for (size_t a = 0; a < slopes; a++)
    for (size_t s = 0; s < covariates; s++)
      vec_store(sum + a * width + s * LANE_COUNT, total[a][s]);
}

LANES_INLINE void slopes_columns(size_t slopes, size_t d, const struct rows_span *rows,
                                 const double *qg, size_t stride, double *sum, size_t width) {
  for (size_t lane = 0; lane < LANE_COUNT; lane += VEC_WIDTH) {
    const double *x = rows->x + lane, *from = qg + lane;
    double *to = sum + lane;
    size_t s = 0;
    for (; s + 3 <= d; s += 3)
      slopes_block(slopes, 3, rows, from, stride, x + s * MOE_TILE, to + s * LANE_COUNT, width);
    if (s + 2 == d)
      slopes_block(slopes, 2, rows, from, stride, x + s * MOE_TILE, to + s * LANE_COUNT, width);
    else if (s < d)
      slopes_block(slopes, 1, rows, from, stride, x + s * MOE_TILE, to + s * LANE_COUNT, width);
  }
}

/* sum[a, s] += sum over rows of qg_a x_s, s < d, in lanes; columns of qg are `stride` apart. */
static void slopes_add(size_t K, size_t d, const struct rows_span *rows, const double *qg,
                       size_t stride, double *sum) {
  size_t a = 0, width = (d + 1) * LANE_COUNT;
  for (; a + 4 <= K; a += 4)
    slopes_columns(4, d, rows, qg + a * stride, stride, sum + a * width, width);
  qg += a * stride, sum += a * width;
  if (K - a == 3)
    slopes_columns(3, d, rows, qg, stride, sum, width);
  else if (K - a == 2)
    slopes_columns(2, d, rows, qg, stride, sum, width);
  else if (K - a == 1)
    slopes_columns(1, d, rows, qg, stride, sum, width);
}

/* Both sums of x~ = (x, 1) of some columns of a block, all lanes, for one covariate. */
LANES_INLINE void columns_block(size_t columns, const struct rows_span *rows, const double *x,
                                const double *C, size_t stride, double *sum, size_t width) {
  vec one[LINE_SLOPES][LANE_VECTORS], zero[LINE_SLOPES][LANE_VECTORS];
  for (size_t i = 0; i < columns; i++)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      one[i][l] = vec_load(sum + i * width + VEC_WIDTH * l);
      zero[i][l] = vec_load(sum + i * width + LANE_COUNT + VEC_WIDTH * l);
    }
  for (size_t tile = 0; tile < rows->tiles; tile++, x += rows->stride)
    for (size_t m = 0; m < MOE_TILE; m += LANE_COUNT, C += LANE_COUNT)
      for (size_t l = 0; l < LANE_VECTORS; l++) {
        vec row = vec_load(x + m + VEC_WIDTH * l);
        for (size_t i = 0; i < columns; i++) {
          vec c = vec_load(C + i * stride + VEC_WIDTH * l);
          VEC_KEEP(c);
          one[i][l] = vec_fma(c, row, one[i][l]);
          zero[i][l] += c;
        }
      }
  for (size_t i = 0; i < columns; i++)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      vec_store(sum + i * width + VEC_WIDTH * l, one[i][l]);
      vec_store(sum + i * width + LANE_COUNT + VEC_WIDTH * l, zero[i][l]);
    }
}

/* sum[i, s] += sum over rows of C_i x~_s in lanes, for `count` columns of a block: the last
 * covariate goes with the intercept. */
static void columns_add(size_t count, size_t d, const struct rows_span *rows, const double *C,
                        size_t stride, double *sum) {
  const size_t width = (d + 1) * LANE_COUNT;
  const double *x = rows->x + (d - 1) * MOE_TILE;
  double *last = sum + (d - 1) * LANE_COUNT;
  size_t i = 0;
  for (; i + LINE_SLOPES <= count; i += LINE_SLOPES)
    columns_block(LINE_SLOPES, rows, x, C + i * stride, stride, last + i * width, width);
  for (; i < count; i++)
    columns_block(1, rows, x, C + i * stride, stride, last + i * width, width);
  for (i = 0; d > 1 && i + SLOPE_BLOCK <= count; i += SLOPE_BLOCK)
    slopes_columns(SLOPE_BLOCK, d - 1, rows, C + i * stride, stride, sum + i * width, width);
  for (; d > 1 && i < count; i++)
    slopes_columns(1, d - 1, rows, C + i * stride, stride, sum + i * width, width);
}

/* d = 1: both sums of `slopes` slopes, all lanes. */
LANES_INLINE void line_slopes_block(size_t slopes, const struct rows_span *rows,
                                    const double *q, const double *g, size_t stride,
                                    double *sum) {
  vec one[LINE_SLOPES][LANE_VECTORS], zero[LINE_SLOPES][LANE_VECTORS];
  for (size_t a = 0; a < slopes; a++)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      one[a][l] = vec_load(sum + 2 * a * LANE_COUNT + VEC_WIDTH * l);
      zero[a][l] = vec_load(sum + (2 * a + 1) * LANE_COUNT + VEC_WIDTH * l);
    }
  const double *x = rows->x;
  for (size_t tile = 0; tile < rows->tiles; tile++, x += rows->stride, g += stride)
    for (size_t m = 0; m < MOE_TILE; m += LANE_COUNT, q += LANE_COUNT)
      for (size_t l = 0; l < LANE_VECTORS; l++) {
        vec row = vec_load(x + m + VEC_WIDTH * l), residual = vec_load(q + VEC_WIDTH * l);
        for (size_t a = 0; a < slopes; a++) {
          vec factor = residual * vec_load(g + a * MOE_TILE + m + VEC_WIDTH * l);
          one[a][l] = vec_fma(factor, row, one[a][l]);
          zero[a][l] += factor;
        }
      }
  for (size_t a = 0; a < slopes; a++)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      vec_store(sum + 2 * a * LANE_COUNT + VEC_WIDTH * l, one[a][l]);
      vec_store(sum + (2 * a + 1) * LANE_COUNT + VEC_WIDTH * l, zero[a][l]);
    }
}

/* The slopes of a tile are K columns, `stride` numbers from one tile to the next. */
static void line_slopes_add(size_t K, const struct rows_span *rows, const double *q,
                            const double *g, size_t stride, double *sum) {
  size_t a = 0;
  for (; a + LINE_SLOPES <= K; a += LINE_SLOPES)
    line_slopes_block(LINE_SLOPES, rows, q, g + a * MOE_TILE, stride, sum + 2 * a * LANE_COUNT);
  for (; a + 2 <= K; a += 2)
    line_slopes_block(2, rows, q, g + a * MOE_TILE, stride, sum + 2 * a * LANE_COUNT);
  if (a < K) line_slopes_block(1, rows, q, g + a * MOE_TILE, stride, sum + 2 * a * LANE_COUNT);
}

/* w g_a in the rows of a tile. */
static void slopes_weigh(size_t K, const double *weight, const double *g, double *wg,
                         size_t stride) {
  for (size_t a = 0; a < K; a++)
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH)
      vec_store(wg + a * stride + m, vec_load(weight + m) * column_at(g, a, m));
}

/* C = w g_a g_b in the rows of a tile. */
static void pairs_fill(size_t pairs, const struct tile_pair *pair, const struct tile *t,
                       const double *wg, double *C, size_t stride) {
  for (size_t i = 0; i < pairs;) {
    size_t a = pair[i].a;
    vec factor[VECTORS];
    for (size_t v = 0; v < VECTORS; v++)
      factor[v] = vec_load(wg + t->place[a] * stride + VEC_WIDTH * v);
    for (; i < pairs && pair[i].a == a; i++) {
      const double *g = t->g + t->place[pair[i].b] * MOE_TILE;
      for (size_t v = 0; v < VECTORS; v++)
        vec_store(C + i * stride + VEC_WIDTH * v, factor[v] * vec_load(g + VEC_WIDTH * v));
    }
  }
}

/* Columns of a block with d = 1. g: as kept, K columns per tile and `slopes` numbers from one tile
 * to the next; the others have all rows of the block in a column, and columns `stride` apart. */
struct line_columns {
  const size_t *place; /* of a form among those that have slopes */
  const double *g, *wg, *C, *square;
  size_t slopes, stride;
};

/* d = 1: the three sums of `pairs` pairs in `lanes` vectors of lanes. C: columns of these pairs,
 * or NULL: then they are w g_a g_b and need not be stored. */
LANES_INLINE void line_block(size_t pairs, size_t lanes, const double *C,
                             const struct rows_span *rows, const struct line_columns *from,
                             const struct tile_pair *pair, size_t lane, double *sum) {
  vec two[LINE_PAIRS][LANE_VECTORS], one[LINE_PAIRS][LANE_VECTORS];
  vec zero[LINE_PAIRS][LANE_VECTORS];
  const double *wg[LINE_PAIRS], *g[LINE_PAIRS];
  for (size_t i = 0; i < pairs; i++) {
    wg[i] = from->wg + from->place[pair[i].a] * from->stride + lane;
    g[i] = from->g + from->place[pair[i].b] * MOE_TILE + lane;
    for (size_t l = 0; l < lanes; l++) {
      const double *at = sum + 3 * i * LANE_COUNT + lane + VEC_WIDTH * l;
      two[i][l] = vec_load(at);
      one[i][l] = vec_load(at + LANE_COUNT);
      zero[i][l] = vec_load(at + 2 * LANE_COUNT);
    }
  }
  const double *x = rows->x + lane, *square = from->square + lane;
  for (size_t tile = 0, row = 0, slope = 0; tile < rows->tiles; tile++) {
    for (size_t m = 0; m < MOE_TILE; m += LANE_COUNT, row += LANE_COUNT)
      for (size_t l = 0; l < lanes; l++) {
        size_t at = row + VEC_WIDTH * l;
        vec x1 = vec_load(x + m + VEC_WIDTH * l), x2 = vec_load(square + at);
        VEC_KEEP(x1);
        VEC_KEEP(x2);
        for (size_t i = 0; i < pairs; i++) {
          vec c = C ? vec_load(C + i * from->stride + lane + at)
                    : vec_load(wg[i] + at) * vec_load(g[i] + slope + m + VEC_WIDTH * l);
          VEC_KEEP(c);
          two[i][l] = vec_fma(c, x2, two[i][l]);
          one[i][l] = vec_fma(c, x1, one[i][l]);
          zero[i][l] += c;
        }
      }
    x += rows->stride;
    slope += from->slopes;
  }
  for (size_t i = 0; i < pairs; i++)
    for (size_t l = 0; l < lanes; l++) {
      double *at = sum + 3 * i * LANE_COUNT + lane + VEC_WIDTH * l;
      vec_store(at, two[i][l]);
      vec_store(at + LANE_COUNT, one[i][l]);
      vec_store(at + 2 * LANE_COUNT, zero[i][l]);
    }
}

/* Few pairs take more lanes at once, so that there are sums enough to hide the latency. */
LANES_INLINE void line_pairs(size_t count, const double *C, const struct rows_span *rows,
                             const struct line_columns *from, const struct tile_pair *pair,
                             double *sum) {
  enum { LANES = LANE_VECTORS > 1 ? 2 : 1 };
  size_t i = 0, stride = C ? from->stride : 0;
  for (; i + LINE_PAIRS <= count; i += LINE_PAIRS)
    for (size_t lane = 0; lane < LANE_COUNT; lane += VEC_WIDTH)
      line_block(LINE_PAIRS, 1, C + i * stride, rows, from, pair + i, lane,
                 sum + 3 * i * LANE_COUNT);
  for (; i + 2 <= count; i += 2)
    for (size_t lane = 0; lane < LANE_COUNT; lane += LANES * VEC_WIDTH)
      line_block(2, LANES, C + i * stride, rows, from, pair + i, lane,
                 sum + 3 * i * LANE_COUNT);
  for (size_t lane = 0; i < count && lane < LANE_COUNT; lane += LANES * VEC_WIDTH)
    line_block(1, LANES, C + i * stride, rows, from, pair + i, lane, sum + 3 * i * LANE_COUNT);
}

/* d = 1: the products of x~ are x^2, x, 1. sum[pair, product] in lanes. The `plain` first pairs
 * are w g_a g_b alone; C has columns of the others. */
static void line_add(size_t count, size_t plain, const struct rows_span *rows,
                     const struct line_columns *from, const struct tile_pair *pair,
                     double *sum) {
  line_pairs(plain, NULL, rows, from, pair, sum);
  line_pairs(count - plain, from->C, rows, from, pair + plain, sum + 3 * plain * LANE_COUNT);
}

static void line_squares(const struct rows_span *rows, double *square) {
  for (size_t tile = 0; tile < rows->tiles; tile++)
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
      vec x = vec_load(rows->x + tile * rows->stride + m);
      vec_store(square + tile * MOE_TILE + m, x * x);
    }
}

/* x~_s x~_t for s <= t in the rows of a tile, as rows of a panel of `rows` rows and `width`
 * columns: stored `together` columns at a time, all rows of those, then the next columns. `first`
 * is the first row's place. row: d + 9 numbers, line: width + 8. */
static void panel_fill(size_t d, const double *x, size_t first, size_t rows, size_t width,
                       size_t together, double *row, double *line, double *panel) {
  memset(row, 0, (d + 9) * sizeof *row);
  row[d] = 1;
  for (size_t m = 0; m < MOE_TILE; m++) {
    double *out = line;
    for (size_t s = 0; s < d; s++) row[s] = x[s * MOE_TILE + m];
    for (size_t s = 0; s <= d; out += d + 1 - s, s++)
      for (size_t t = s; t <= d; t += VEC_WIDTH) /* may run past the end, with zeros */
        vec_storeu(out + t - s, vec_set1(row[s]) * vec_loadu(row + t));
    for (size_t c = 0; c < width; c += together) {
      size_t columns = width - c < together ? width - c : together;
      double *to = panel + c * rows + (first + m) * columns;
      for (size_t i = 0; i < columns; i += VEC_WIDTH) vec_store(to + i, vec_load(line + c + i));
    }
  }
}

/* sum[pair, product] += sum over rows of C[pair, row] panel[row, product], row after row, for
 * `vectors` vectors of products that are together in the panel and in the sums. */
LANES_INLINE void product_block(size_t pairs, size_t vectors, size_t rows, const double *C,
                                size_t stride, const double *panel, double *sum) {
  const size_t columns = vectors * VEC_WIDTH;
  vec total[PAIR_BLOCK][PRODUCT_BLOCK];
  for (size_t i = 0; i < pairs; i++)
    for (size_t j = 0; j < vectors; j++)
      total[i][j] = vec_load(sum + i * columns + VEC_WIDTH * j);
  for (size_t m = 0; m < rows; m++, panel += columns) {
    vec x[PRODUCT_BLOCK];
    for (size_t j = 0; j < vectors; j++) {
      x[j] = vec_load(panel + VEC_WIDTH * j);
      VEC_KEEP(x[j]);
    }
    for (size_t i = 0; i < pairs; i++) {
      vec c = vec_set1(C[i * stride + m]);
      for (size_t j = 0; j < vectors; j++) total[i][j] = vec_fma(c, x[j], total[i][j]);
    }
  }
  for (size_t i = 0; i < pairs; i++)
    for (size_t j = 0; j < vectors; j++)
      vec_store(sum + i * columns + VEC_WIDTH * j, total[i][j]);
}

LANES_INLINE void product_pairs(size_t pairs, size_t vectors, size_t rows, const double *C,
                                size_t stride, const double *panel, double *sum) {
  const size_t columns = vectors * VEC_WIDTH;
  size_t i = 0;
  for (; i + PAIR_BLOCK <= pairs; i += PAIR_BLOCK)
    product_block(PAIR_BLOCK, vectors, rows, C + i * stride, stride, panel, sum + i * columns);
  for (; i + PAIR_BLOCK / 2 <= pairs; i += PAIR_BLOCK / 2)
    product_block(PAIR_BLOCK / 2, vectors, rows, C + i * stride, stride, panel,
                  sum + i * columns);
  for (; i < pairs; i++)
    product_block(1, vectors, rows, C + i * stride, stride, panel, sum + i * columns);
}

/* Products that are together in the panel (panel_fill) are so in the sums: all pairs of those,
 * then the next. */
static void product_add(size_t pairs, size_t rows, const double *C, size_t stride,
                        const double *panel, double *sum, size_t width) {
  const size_t together = PRODUCT_BLOCK * VEC_WIDTH;
  for (size_t i = 0; i < pairs; i += PAIRS_AT_ONCE) {
    size_t count = pairs - i < PAIRS_AT_ONCE ? pairs - i : PAIRS_AT_ONCE, c = 0;
    const double *from = C + i * stride;
    for (; c + together <= width; c += together)
      product_pairs(count, PRODUCT_BLOCK, rows, from, stride, panel + c * rows,
                    sum + c * pairs + i * together);
    if (width - c == 2 * VEC_WIDTH)
      product_pairs(count, 2, rows, from, stride, panel + c * rows,
                    sum + c * pairs + i * 2 * VEC_WIDTH);
    else if (width - c == VEC_WIDTH)
      product_pairs(count, 1, rows, from, stride, panel + c * rows,
                    sum + c * pairs + i * VEC_WIDTH);
  }
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
