/*
 * bins.c - the telescope of a Gaussian mixture: counts of intervals instead of observations.
 *
 * A likelihood has no sufficient statistics, but y known up to an interval of a quarter of a standard
 * deviation loses half a percent of the information, and nothing of the law: the n_m
 * observations at a support point are split over the atoms by their weights, those of an atom over the
 * intervals by the normal law, one exact binomial draw after the other. So many rows stand for any
 * n, and their likelihood is that of the intervals (moe_normal_mass).
 *
 * Intervals are [j bin, (j + 1) bin) for whole j: the same for all atoms and points. What is more than
 * REACH standard deviations below an atom's mean, 1 in 1e19, counts to its first interval.
 */
#include "design.h"

#include <math.h>

#include "vmath.h"

#define REACH 9.0

/* Counts of intervals at one support point, the first being `low`. */
struct bins {
  double width;
  long low, high;
  double *count; /* room for `room` */
  size_t room;
};

static double default_width(const struct moe_model *truth, const double *theta) {
  double least = INFINITY;
  for (size_t i = 0; i < truth->k; i++) least = fmin(least, moe_log_variances(truth, theta)[i]);
  return 0.25 * moe_exp(0.5 * least);
}

static void bins_span(struct bins *b, size_t k, const double *mean, const double *sd) {
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < k; i++) {
    low = fmin(low, mean[i] - REACH * sd[i]);
    high = fmax(high, mean[i] + REACH * sd[i]);
  }
  b->low = (long)floor(low / b->width);
  b->high = (long)floor(high / b->width);
  size_t count = (size_t)(b->high - b->low) + 1;
  if (!b->count || count > b->room) {
    moe_free(b->count);
    b->count = moe_alloc(b->room = 2 * count, sizeof *b->count);
  }
  for (size_t j = 0; j < count; j++) b->count[j] = 0;
}

/* P(Y in [a, b)) and P(Y >= a) of a standard normal: differences are of small numbers. */
static double mass_between(double a, double b) {
  return a < 0 ? moe_normal_cdf(b) - moe_normal_cdf(a)
               : moe_normal_cdf(-a) - moe_normal_cdf(-b);
}

/* n observations of one atom, from below upwards: each interval a binomial share of what is left. */
static void atom_draw(struct bins *b, struct moe_rng *rng, double n, double mean, double sd) {
  long j = (long)floor((mean - REACH * sd) / b->width);
  for (int first = 1; n > 0; j++, first = 0) {
    double from = ((double)j * b->width - mean) / sd;
    double to = ((double)(j + 1) * b->width - mean) / sd;
    double left = first ? 1 : moe_normal_cdf(-from);
    double mass = first ? moe_normal_cdf(to) : mass_between(from, to);
    double share = j >= b->high ? n : moe_rng_binomial(rng, n, fmin(1, mass / left));
    b->count[j - b->low] += share;
    n -= share;
  }
}

/* n observations at a support point. */
static void point_draw(struct bins *b, const struct moe_model *truth, const double *theta,
                       const double *x, double n, struct moe_rng *rng) {
  double w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS], sd[MOE_MAX_ATOMS], left = 1;
  const double *log_variance = moe_log_variances(truth, theta);
  moe_model_value(truth, theta, x, w, h);
  for (size_t i = 0; i < truth->k; i++) sd[i] = moe_exp(0.5 * log_variance[i]);
  bins_span(b, truth->k, h, sd);
  for (size_t i = 0; i < truth->k && n > 0; i++) {
    double share = i + 1 == truth->k ? n : moe_rng_binomial(rng, n, fmin(1, w[i] / left));
    atom_draw(b, rng, share, h[i], sd[i]);
    n -= share;
    left -= w[i];
  }
}

/* The rows drawn, growing. */
struct rows {
  size_t count, room;
  double *value; /* support point, middle, count */
};

static void rows_add(struct rows *rows, const struct bins *b, size_t point) {
  for (long j = b->low; j <= b->high; j++) {
    if (!(b->count[j - b->low] > 0)) continue;
    if (rows->count == rows->room)
      rows->value = moe_realloc(rows->value, 3 * (rows->room = 2 * rows->room + 1024),
                                sizeof *rows->value);
    double *row = rows->value + 3 * rows->count++;
    row[0] = (double)point;
    row[1] = ((double)j + 0.5) * b->width;
    row[2] = b->count[j - b->low];
  }
}

struct moe_data *moe_bins_draw(const struct moe_design *design, const struct moe_model *truth,
                               const double *theta, double n, uint64_t key) {
  size_t points = design->points, d = truth->d;
  struct moe_data *support = moe_data_alloc(points, d);
  double *count = moe_alloc(points + d, sizeof *count), *x = count + points;
  struct bins b = {.width = design->bin > 0 ? design->bin : default_width(truth, theta)};
  struct rows rows = {0};
  moe_support_fill(support, design);
  moe_counts_draw(design, n, key, count);
  struct moe_rng rng = moe_rng_make(key, MOE_STREAM_BINS);
  for (size_t m = 0; m < points; m++) {
    for (size_t s = 0; s < d; s++) x[s] = *moe_data_at(support, m, s);
    point_draw(&b, truth, theta, x, count[m], &rng);
    rows_add(&rows, &b, m);
  }
  struct moe_data *data = moe_data_alloc(rows.count, d);
  data->bin = b.width;
  for (size_t i = 0; i < rows.count; i++) {
    const double *row = rows.value + 3 * i;
    for (size_t s = 0; s < d; s++)
      *moe_data_at(data, i, s) = *moe_data_at(support, (size_t)row[0], s);
    *moe_data_at(data, i, d) = row[1];
    *moe_data_at(data, i, d + 1) = row[2];
  }
  moe_data_pad(data);
  moe_data_free(support);
  moe_free(count);
  moe_free(b.count);
  moe_free(rows.value);
  return data;
}
