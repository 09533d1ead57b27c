/*
 * design.c - the data of one replicate.
 *
 * A raw design draws n rows. The telescope draws the sufficient statistics instead: with X
 * uniform on M support points, least squares depends on the data only through the counts c_m
 * and the cell means Ybar_m ~ N(f(x_m), nu / c_m), so M weighted rows stand for any n exactly.
 * Under the multinomial counts this is the law of n independent draws; balanced counts are a
 * fixed design.
 *
 * Streams of the replicate's key: 0 covariates, 1 noise, 2 counts. Draw i of the noise belongs
 * to row i (raw) or support point i (telescope), whatever the other rows do.
 */
#include "design.h"
#include "eval.h"
#include "vmath.h"

#include <math.h>

#define CHUNK 1024 /* rows drawn at a time */

/* The generalised golden ratio: the positive root of x^(d+1) = x + 1, by bisection. */
static double golden_ratio(size_t d) {
  double low = 1, high = 2;
  for (int step = 0; step < 60; step++) {
    double x = 0.5 * (low + high), power = x;
    for (size_t i = 0; i < d; i++) power *= x;
    if (power > x + 1)
      high = x;
    else
      low = x;
  }
  return low;
}

/* Phi^{-1}(u), 0 < u < 1: Abramowitz & Stegun 26.2.23 (4.5e-4), then three Newton steps. */
static double normal_quantile(double u) {
  double tail = u < 0.5 ? u : 1 - u;
  double t = sqrt(-2 * moe_log(tail));
  double top = 2.515517 + t * (0.802853 + t * 0.010328);
  double bottom = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  double z = top / bottom - t; /* <= 0: the lower tail, where Phi keeps its accuracy */
  for (int step = 0; step < 3; step++) z -= (moe_normal_cdf(z) - tail) / moe_normal_pdf(z);
  return u < 0.5 ? z : -z;
}

/* A point of the unit interval to the design's law in one coordinate. */
static double law_quantile(const struct moe_design *design, double u) {
  if (design->kind == MOE_NORMAL) return design->lower + design->upper * normal_quantile(u);
  return design->lower + (design->upper - design->lower) * u;
}

/* Covariates of the support: midpoints for d = 1, else the Kronecker sequence
 * frac(1/2 + i (1/phi, 1/phi^2, ..., 1/phi^d)) with phi the generalised golden ratio (R_d). */
void moe_support_fill(struct moe_data *data, const struct moe_design *design) {
  double step = 1, ratio = golden_ratio(data->d);
  for (size_t s = 0; s < data->d; s++) {
    step /= ratio;
    for (size_t i = 0; i < data->n; i++) {
      double u = 0.5 + (double)(i + 1) * step;
      u -= floor(u);
      if (data->d == 1) u = ((double)i + 0.5) / (double)data->n;
      *moe_data_at(data, i, s) = law_quantile(design, u);
    }
  }
}

/* y = f_truth at every row: the mean of a Gaussian mixture. */
static void truth_fill(struct moe_data *data, const struct moe_model *truth,
                       const double *theta) {
  const struct moe_model mean = moe_model_mean(truth);
  double *f = moe_alloc(data->n, sizeof *f);
  moe_data_pad(data);
  struct moe_eval *ev = moe_eval_alloc(&mean, data, MOE_TILED);
  moe_eval_values(ev, theta, f);
  moe_eval_free(ev);
  for (size_t i = 0; i < data->n; i++) *moe_data_at(data, i, data->d) = f[i];
  moe_free(f);
}

static void weights_fill(struct moe_data *data, double weight) {
  for (size_t i = 0; i < data->n; i++) *moe_data_at(data, i, data->d + 1) = weight;
}

/* X uniform on the telescope's points, row by row: what its counts are the sum of. */
static void support_rows_draw(struct moe_data *data, const struct moe_design *design,
                              uint64_t key) {
  struct moe_data *support = moe_data_alloc(design->points, data->d);
  struct moe_rng rng = moe_rng_make(key, MOE_STREAM_X);
  moe_support_fill(support, design);
  for (size_t i = 0; i < data->n; i++) {
    size_t point = moe_rng_below(&rng, design->points);
    for (size_t s = 0; s < data->d; s++)
      *moe_data_at(data, i, s) = *moe_data_at(support, point, s);
  }
  moe_data_free(support);
}

/* X of a continuous law, in chunks. */
static void law_rows_draw(struct moe_data *data, const struct moe_design *design,
                          uint64_t key) {
  size_t d = data->d;
  double *draw = moe_alloc(CHUNK * d, sizeof *draw);
  int normal = design->kind == MOE_NORMAL;
  double scale = normal ? design->upper : design->upper - design->lower;
  for (size_t first = 0; first < data->n; first += CHUNK) {
    size_t rows = data->n - first < CHUNK ? data->n - first : CHUNK;
    if (normal)
      moe_rng_normals(key, MOE_STREAM_X, first * d, rows * d, draw);
    else
      moe_rng_uniforms(key, MOE_STREAM_X, first * d, rows * d, draw);
    for (size_t i = 0; i < rows; i++)
      for (size_t s = 0; s < d; s++)
        *moe_data_at(data, first + i, s) = design->lower + scale * draw[i * d + s];
  }
  moe_free(draw);
}

/* An atom for every row by its weights there: its mean into y, its standard deviation into the
 * weight. */
static void atoms_draw(struct moe_data *data, const struct moe_model *truth,
                       const double *theta, uint64_t key) {
  double w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS], *x = moe_alloc(data->d, sizeof *x), draw[CHUNK];
  const double *log_variance = moe_log_variances(truth, theta);
  for (size_t i = 0; i < data->n; i++) {
    size_t at = i % CHUNK, left = data->n - i, j = 0;
    if (at == 0) moe_rng_uniforms(key, MOE_STREAM_ATOM, i, left < CHUNK ? left : CHUNK, draw);
    for (size_t s = 0; s < data->d; s++) x[s] = *moe_data_at(data, i, s);
    moe_model_value(truth, theta, x, w, h);
    for (; j + 1 < truth->k && draw[at] >= w[j]; j++) draw[at] -= w[j];
    *moe_data_at(data, i, data->d) = h[j];
    *moe_data_at(data, i, data->d + 1) = moe_exp(0.5 * log_variance[j]);
  }
  moe_free(x);
}

static struct moe_data *raw_draw(const struct moe_design *design, const struct moe_model *truth,
                                 const double *theta, double noise_var, size_t n,
                                 uint64_t key) {
  size_t d = truth->d;
  struct moe_data *data = moe_data_alloc(n, d);
  double draw[CHUNK], sd = sqrt(noise_var);
  if (design->kind == MOE_TELESCOPE)
    support_rows_draw(data, design, key);
  else
    law_rows_draw(data, design, key);
  moe_data_pad(data);
  if (truth->gaussian)
    atoms_draw(data, truth, theta, key);
  else
    truth_fill(data, truth, theta);
  for (size_t first = 0; first < n; first += CHUNK) {
    size_t rows = n - first < CHUNK ? n - first : CHUNK;
    moe_rng_normals(key, MOE_STREAM_NOISE, first, rows, draw);
    for (size_t i = 0; i < rows; i++) {
      double *weight = moe_data_at(data, first + i, d + 1);
      *moe_data_at(data, first + i, d) += (truth->gaussian ? *weight : sd) * draw[i];
    }
  }
  weights_fill(data, truth->gaussian ? 1 : 1 / noise_var);
  moe_data_pad(data);
  return data;
}

/* Counts of n observations over the support points: multinomial, or as equal as they can be. */
void moe_counts_draw(const struct moe_design *design, double n, uint64_t key, double *count) {
  size_t points = design->points;
  if (design->balanced) {
    double each = floor(n / (double)points), rest = n - each * (double)points;
    for (size_t i = 0; i < points; i++)
      count[i] = each + floor((double)(i + 1) * rest / (double)points) -
                 floor((double)i * rest / (double)points);
    return;
  }
  struct moe_rng rng = moe_rng_make(key, MOE_STREAM_COUNTS);
  moe_rng_multinomial(&rng, n, points, count);
}

/* A copy of the support without the points of count 0; kept[j] is the support point of row j.
 */
static struct moe_data *points_keep(const struct moe_data *support, const double *count,
                                    size_t *kept) {
  size_t rows = 0, d = support->d;
  for (size_t i = 0; i < support->n; i++)
    if (count[i] > 0) kept[rows++] = i;
  struct moe_data *data = moe_data_alloc(rows, d);
  for (size_t j = 0; j < rows; j++)
    for (size_t s = 0; s < d; s++) *moe_data_at(data, j, s) = *moe_data_at(support, kept[j], s);
  return data;
}

static struct moe_data *telescope_draw(const struct moe_design *design,
                                       const struct moe_model *truth, const double *theta,
                                       double noise_var, double n, uint64_t key) {
  size_t points = design->points, d = truth->d;
  struct moe_data *support = moe_data_alloc(points, d);
  double *count = moe_alloc(points, sizeof *count), *noise = moe_alloc(points, sizeof *noise);
  size_t *kept = moe_alloc(points, sizeof *kept);
  moe_support_fill(support, design);
  moe_counts_draw(design, n, key, count);
  moe_rng_normals(key, MOE_STREAM_NOISE, 0, points, noise);
  struct moe_data *data = points_keep(support, count, kept);
  truth_fill(data, truth, theta);
  for (size_t j = 0; j < data->n; j++) {
    size_t i = kept[j];
    *moe_data_at(data, j, d) += sqrt(noise_var / count[i]) * noise[i];
    *moe_data_at(data, j, d + 1) = count[i] / noise_var;
  }
  moe_data_pad(data);
  moe_data_free(support);
  moe_free(count);
  moe_free(noise);
  moe_free(kept);
  return data;
}

/* The support with y = f_truth, every row at one weight. */
static struct moe_data *noiseless(const struct moe_design *design, size_t points,
                                  const struct moe_model *truth, const double *theta,
                                  double weight) {
  struct moe_data *data = moe_data_alloc(points, truth->d);
  moe_support_fill(data, design);
  truth_fill(data, truth, theta);
  weights_fill(data, weight);
  moe_data_pad(data);
  return data;
}

static enum moe_status design_check(const struct moe_design *design, int gaussian,
                                    double noise_var, double n, struct moe_error *e) {
  int telescope = design->kind == MOE_TELESCOPE;
  if (!(noise_var > 0) || isinf(noise_var))
    return moe_fail(e, MOE_EUSAGE, "noise variance %g: it must be positive", noise_var);
  if (!isfinite(design->lower) || !isfinite(design->upper))
    return moe_fail(e, MOE_EUSAGE, "design from %g to %g: both must be finite", design->lower,
                    design->upper);
  if (design->kind == MOE_NORMAL && !(design->upper > 0))
    return moe_fail(e, MOE_EUSAGE, "normal design with sd %g: it must be positive",
                    design->upper);
  if (design->kind != MOE_NORMAL && !(design->lower < design->upper))
    return moe_fail(e, MOE_EUSAGE, "design from %g to %g: lower must be below upper",
                    design->lower, design->upper);
  if (telescope && design->points < 1)
    return moe_fail(e, MOE_EUSAGE, "telescope without support points: give at least 1");
  if (isinf(n) && n > 0) {
    if (gaussian)
      return moe_fail(e, MOE_EUSAGE, "n = inf: a Gaussian mixture has no noiseless population");
    if (telescope) return MOE_OK;
    return moe_fail(e, MOE_EUSAGE, "n = inf: only a telescope design has a population");
  }
  if (!(n >= 1)) return moe_fail(e, MOE_EUSAGE, "n = %g: at least one row is needed", n);
  if (n > MOE_POPULATION_N)
    return moe_fail(e, MOE_EUSAGE, "n = %g: at most 1e14 are possible", n);
  if (n != floor(n))
    return moe_fail(e, MOE_EUSAGE, "n = %.17g: a sample size is a whole number", n);
  if ((!telescope || design->raw) && n > 2147483648.0)
    return moe_fail(e, MOE_EUSAGE,
                    "n = %g raw rows: at most 2^31; a telescope design has no such limit", n);
  if (telescope && design->balanced && n < (double)design->points)
    return moe_fail(e, MOE_EUSAGE,
                    "n = %g balanced over %zu support points: n must be at least that", n,
                    design->points);
  return MOE_OK;
}

enum moe_status moe_design_draw(const struct moe_design *design, const struct moe_model *truth,
                                const double *theta, double noise_var, double n, uint64_t key,
                                struct moe_data **out, struct moe_error *e) {
  enum moe_status status = design_check(design, truth->gaussian, noise_var, n, e);
  *out = NULL;
  if (status != MOE_OK) return status;
  if (isinf(n))
    *out = noiseless(design, design->points, truth, theta,
                     MOE_POPULATION_N / (double)design->points / noise_var);
  else if (design->kind != MOE_TELESCOPE || design->raw)
    *out = raw_draw(design, truth, theta, noise_var, (size_t)n, key);
  else if (truth->gaussian)
    *out = moe_bins_draw(design, truth, theta, n, key);
  else
    *out = telescope_draw(design, truth, theta, noise_var, n, key);
  return MOE_OK;
}

struct moe_data *moe_design_support(const struct moe_design *design, size_t points,
                                    const struct moe_model *truth, const double *theta) {
  if (design->kind == MOE_TELESCOPE) points = design->points;
  return noiseless(design, points, truth, theta, 1 / (double)points);
}
