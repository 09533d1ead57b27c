/*
 * rate.c - from losses to rates, with what the replicates say about their uncertainty.
 *
 * Everything here is a function of one table: the log of the statistic (mean or median over
 * replicates) at each size, in row 0 for the data and in rows 1 .. B for resamples of the
 * replicates, drawn within each size (sizes have independent data). A slope, a ratio or a
 * crossing is computed from row 0 for the estimate and from every other row for its percentile
 * interval.
 *
 * Resampling replicates is drawing how often each appears. The losses are sorted once, so the
 * median of a resample is found by adding up these counts.
 */
#include "rate.h"

#include "onset.h"
#include "rng.h"
#include "vmath.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The finite losses of one size, sorted, and room for a resample. */
struct sample {
  size_t count, drawn;
  double *value;
  double *uniform; /* one per draw */
  uint32_t *times; /* how often each appears */
};

static void sample_make(struct sample *s, size_t count, const double *loss) {
  s->value = moe_alloc(count + 1, sizeof *s->value);
  s->uniform = moe_alloc(count + 1, sizeof *s->uniform);
  s->times = moe_alloc(count + 1, sizeof *s->times);
  s->count = 0;
  for (size_t r = 0; r < count; r++)
    if (isfinite(loss[r])) s->value[s->count++] = loss[r];
  qsort(s->value, s->count, sizeof *s->value, compare_doubles);
}

static void sample_free(struct sample *s) {
  moe_free(s->value);
  moe_free(s->uniform);
  moe_free(s->times);
}

/* Every loss once: the data themselves. */
static void sample_all(struct sample *s) {
  s->drawn = s->count;
  for (size_t r = 0; r < s->count; r++) s->times[r] = 1;
}

/* Draws with replacement, in times. Resample b (from 0) reads its own part of the stream, so
 * resamples do not depend on each other. */
static void sample_redraw(struct sample *s, size_t draws, uint64_t key, uint64_t stream,
                          size_t b) {
  size_t n = s->count;
  s->drawn = draws;
  moe_rng_uniforms(key, stream, (uint64_t)b * n, draws, s->uniform);
  memset(s->times, 0, n * sizeof *s->times);
  for (size_t r = 0; r < draws; r++) {
    size_t at = (size_t)(s->uniform[r] * (double)n);
    s->times[at < n ? at : n - 1]++;
  }
}

/* Mean of the losses, each counted times[r] times: four partial sums in fixed order. */
static double sample_mean(const struct sample *s) {
  double sum[4] = {0, 0, 0, 0};
  for (size_t r = 0; r < s->count; r++) sum[r % 4] += s->times[r] * s->value[r];
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) / (double)s->drawn;
}

/* How many of n losses a resample draws. For a mean one less than there are, which makes the
 * variance of the resamples that of the mean, unbiased (McCarthy and Snowden, "The bootstrap and
 * finite population sampling", 1985); with 10 replicates intervals would else be 5 % too narrow.
 * Those of a median are not: its resamples vary too much if anything. */
static size_t draws_of(size_t n, enum moe_statistic statistic) {
  return statistic == MOE_MEAN && n > 1 ? n - 1 : n;
}

static double sample_median(const struct sample *s) {
  size_t low = (s->count - 1) / 2, high = s->count / 2, seen = 0, r = 0;
  while (seen + s->times[r] <= low) seen += s->times[r++];
  double below = s->value[r];
  while (seen + s->times[r] <= high) seen += s->times[r++];
  return below + (s->value[r] - below) / 2;
}

static double sample_statistic(const struct sample *s, enum moe_statistic statistic) {
  if (s->count == 0) return NAN;
  return statistic == MOE_MEAN ? sample_mean(s) : sample_median(s);
}

/* Statistics of the data (row 0) and its resamples, (bootstraps + 1) x sizes. */
static double *statistic_table(const struct moe_losses *losses, enum moe_statistic statistic,
                               size_t bootstraps, uint64_t key) {
  size_t sizes = losses->sizes;
  double *table = moe_alloc((bootstraps + 1) * sizes + 1, sizeof *table);
  for (size_t s = 0; s < sizes; s++) {
    struct sample sample;
    sample_make(&sample, losses->count[s], losses->loss[s]);
    sample_all(&sample);
    table[s] = sample_statistic(&sample, statistic);
    for (size_t b = 1; b <= bootstraps; b++) {
      sample_redraw(&sample, draws_of(sample.count, statistic), key, s, b - 1);
      table[b * sizes + s] = sample_statistic(&sample, statistic);
    }
    sample_free(&sample);
  }
  return table;
}

/* Logs in place. A statistic of 0 in the data makes the size NaN throughout: it is left out. */
static void table_log(double *table, size_t sizes, size_t bootstraps) {
  for (size_t s = 0; s < sizes; s++) {
    int usable = table[s] > 0;
    for (size_t b = 0; b <= bootstraps; b++) {
      double *at = table + b * sizes + s;
      *at = usable ? moe_log(fmax(*at, DBL_MIN)) : NAN;
    }
  }
}

/* Quantile q of a sorted list of n, by interpolation between order statistics (n + 1) q. */
static double quantile(size_t n, const double *sorted, double q) {
  double at = (double)(n + 1) * q - 1;
  if (!(at > 0)) return sorted[0];
  if (at >= (double)(n - 1)) return sorted[n - 1];
  size_t below = (size_t)at;
  double low = sorted[below], high = sorted[below + 1];
  return low == high || at == (double)below ? low : low + (at - (double)below) * (high - low);
}

/* Estimate and percentile interval from the values of rows 0 .. bootstraps, which are
 * reordered. Values that are not numbers are the caller's `absent`. */
static struct moe_interval interval_make(size_t bootstraps, double *value, double absent) {
  struct moe_interval out = {value[0], NAN, NAN};
  size_t n = 0;
  for (size_t b = 1; b <= bootstraps; b++) {
    double v = isnan(value[b]) ? absent : value[b];
    if (!isnan(v)) value[1 + n++] = v;
  }
  if (n == 0) return out;
  qsort(value + 1, n, sizeof *value, compare_doubles);
  out.low = quantile(n, value + 1, 0.025);
  out.high = quantile(n, value + 1, 0.975);
  return out;
}

/* A curve ready for fitting: log n, weights (0: left out), logs of the statistic. */
struct curve {
  size_t sizes, bootstraps;
  double *log_n, *weight, *table, *value;
};

static void curve_make(struct curve *c, const struct moe_losses *losses,
                       enum moe_statistic statistic, size_t bootstraps, uint64_t key) {
  c->sizes = losses->sizes;
  c->bootstraps = bootstraps;
  c->log_n = moe_alloc(c->sizes + 1, sizeof *c->log_n);
  c->weight = moe_alloc(c->sizes + 1, sizeof *c->weight);
  c->value = moe_alloc(bootstraps + 1, sizeof *c->value);
  c->table = statistic_table(losses, statistic, bootstraps, key);
  table_log(c->table, c->sizes, bootstraps);
  for (size_t s = 0; s < c->sizes; s++) c->log_n[s] = moe_log(losses->n[s]);
}

static void curve_free(struct curve *c) {
  moe_free(c->log_n);
  moe_free(c->weight);
  moe_free(c->value);
  moe_free(c->table);
}

static double bootstrap_variance(const struct curve *c, size_t s) {
  double mean = 0, square = 0;
  if (c->bootstraps < 2) return 0;
  for (size_t b = 1; b <= c->bootstraps; b++) mean += c->table[b * c->sizes + s];
  mean /= (double)c->bootstraps;
  for (size_t b = 1; b <= c->bootstraps; b++) {
    double apart = c->table[b * c->sizes + s] - mean;
    square += apart * apart;
  }
  /* Rounding of a mean of equal numbers is not variance. */
  double variance = square / (double)(c->bootstraps - 1);
  return variance > 1e-24 * (1 + mean * mean) ? variance : 0;
}

/* Weights over first..last: inverse variances, floored at a quarter of their mean, since a
 * variance seen in few replicates may be small by luck. A single replicate shows none: such a
 * size takes the largest seen. */
static void curve_weigh(struct curve *c, const struct moe_losses *losses, size_t first,
                        size_t last) {
  double largest = 0, mean = 0, used = 0;
  for (size_t s = first; s <= last; s++) c->weight[s] = bootstrap_variance(c, s);
  for (size_t s = first; s <= last; s++) largest = fmax(largest, c->weight[s]);
  for (size_t s = first; s <= last; s++) {
    if (isnan(c->table[s])) continue;
    size_t finite = 0;
    for (size_t r = 0; r < losses->count[s]; r++) finite += isfinite(losses->loss[s][r]) != 0;
    if (finite < 2) c->weight[s] = largest;
    mean += c->weight[s];
    used++;
  }
  mean /= fmax(used, 1);
  for (size_t s = first; s <= last; s++)
    if (isnan(c->table[s]))
      c->weight[s] = 0;
    else
      c->weight[s] = mean > 0 ? mean / fmax(c->weight[s], mean / 4) : 1;
}

/* Weighted least squares of row b over first..last; intercept may be NULL. NaN below 2 sizes.
 */
static double curve_slope(const struct curve *c, size_t b, size_t first, size_t last,
                          double *intercept) {
  const double *y = c->table + b * c->sizes;
  double total = 0, mean_x = 0, mean_y = 0, xx = 0, xy = 0;
  for (size_t s = first; s <= last; s++) {
    if (c->weight[s] == 0) continue;
    total += c->weight[s];
    mean_x += c->weight[s] * c->log_n[s];
    mean_y += c->weight[s] * y[s];
  }
  mean_x /= total;
  mean_y /= total;
  for (size_t s = first; s <= last; s++) {
    if (c->weight[s] == 0) continue;
    double x = c->log_n[s] - mean_x;
    xx += c->weight[s] * x * x;
    xy += c->weight[s] * x * (y[s] - mean_y);
  }
  double slope = xx > 1e-12 * total ? xy / xx : NAN; /* xx = 0 up to rounding: one size */
  if (intercept) *intercept = mean_y - slope * mean_x;
  return slope;
}

/* The n at the onset in every row, of sizes 0 .. last: weights are those of that whole range. */
static struct moe_interval curve_onset(struct curve *c, const struct moe_losses *losses,
                                       size_t last) {
  struct moe_interval none = {NAN, NAN, NAN};
  size_t *onset = moe_alloc(c->bootstraps + 1, sizeof *onset);
  curve_weigh(c, losses, 0, last);
  for (size_t s = last + 1; s < c->sizes; s++) c->weight[s] = 0;
  int found = moe_onset_find(c->sizes, c->bootstraps, c->log_n, c->weight, c->table, onset);
  for (size_t b = 0; found && b <= c->bootstraps; b++)
    c->value[b] = onset[b] < c->sizes ? losses->n[onset[b]] : INFINITY;
  moe_free(onset);
  return found ? interval_make(c->bootstraps, c->value, NAN) : none;
}

static enum moe_status check(const struct moe_losses *losses, size_t first, size_t last,
                             struct moe_error *e) {
  if (last >= losses->sizes || first >= last)
    return moe_fail(e, MOE_EUSAGE,
                    "a rate needs at least two sizes: got %zu to %zu of %zu; add sizes to n",
                    first, last, losses->sizes);
  for (size_t s = 0; s < losses->sizes; s++)
    if (!(losses->n[s] > 0) || !isfinite(losses->n[s]) ||
        (s > 0 && losses->n[s] <= losses->n[s - 1]))
      return moe_fail(e, MOE_EUSAGE,
                      "sizes must be positive, finite and ascending: n[%zu] is %g; sort n", s,
                      losses->n[s]);
  return MOE_OK;
}

enum moe_status moe_rate_fit(const struct moe_losses *losses, enum moe_statistic statistic,
                             size_t first, size_t last, size_t bootstraps, uint64_t key,
                             struct moe_rate *rate, struct moe_error *e) {
  enum moe_status status = check(losses, first, last, e);
  if (status != MOE_OK) return status;
  *rate = (struct moe_rate){.first = first, .last = last};
  for (size_t s = first; s <= last; s++)
    for (size_t r = 0; r < losses->count[s]; r++) {
      rate->dropped += !isfinite(losses->loss[s][r]);
      rate->zeros += losses->loss[s][r] == 0;
    }
  struct curve c;
  curve_make(&c, losses, statistic, bootstraps, key);
  rate->onset = curve_onset(&c, losses, last);
  curve_weigh(&c, losses, first, last);
  for (size_t b = 0; b <= bootstraps; b++) c.value[b] = curve_slope(&c, b, first, last, NULL);
  rate->slope = interval_make(bootstraps, c.value, NAN);
  for (size_t b = 0; b <= bootstraps; b++) curve_slope(&c, b, first, last, &c.value[b]);
  rate->constant = interval_make(bootstraps, c.value, NAN);
  for (size_t b = 0; b <= bootstraps; b++)
    c.value[b] = curve_slope(&c, b, (first + last + 1) / 2, last, NULL) -
                 curve_slope(&c, b, first, (first + last) / 2, NULL);
  rate->drift = interval_make(bootstraps, c.value, NAN);
  for (size_t b = 0; b <= bootstraps; b++)
    c.value[b] = moe_exp(c.table[b * c.sizes + first] - c.table[b * c.sizes + last]);
  rate->ratio = interval_make(bootstraps, c.value, NAN);
  curve_free(&c);
  return MOE_OK;
}

enum moe_status moe_rate_constant(const struct moe_losses *losses, enum moe_statistic statistic,
                                  size_t first, size_t last, double exponent, size_t bootstraps,
                                  uint64_t key, struct moe_interval *constant,
                                  struct moe_error *e) {
  enum moe_status status = check(losses, first, last, e);
  if (status != MOE_OK) return status;
  struct curve c;
  curve_make(&c, losses, statistic, bootstraps, key);
  for (size_t b = 0; b <= bootstraps; b++) {
    const double *y = c.table + b * c.sizes;
    double used = 0, sum = 0;
    for (size_t s = first; s <= last; s++) {
      if (isnan(y[s])) continue;
      used++;
      sum += y[s] - exponent * c.log_n[s];
    }
    c.value[b] = moe_exp(sum / used);
  }
  *constant = interval_make(bootstraps, c.value, NAN);
  curve_free(&c);
  return MOE_OK;
}

void moe_rate_points(const struct moe_losses *losses, enum moe_statistic statistic,
                     size_t bootstraps, uint64_t key, struct moe_interval *out) {
  double *table = statistic_table(losses, statistic, bootstraps, key);
  double *value = moe_alloc(bootstraps + 1, sizeof *value);
  for (size_t s = 0; s < losses->sizes; s++) {
    for (size_t b = 0; b <= bootstraps; b++) value[b] = table[b * losses->sizes + s];
    out[s] = interval_make(bootstraps, value, NAN);
  }
  moe_free(value);
  moe_free(table);
}

void moe_rate_local(const struct moe_losses *losses, enum moe_statistic statistic,
                    size_t bootstraps, uint64_t key, struct moe_interval *out) {
  struct curve c;
  curve_make(&c, losses, statistic, bootstraps, key);
  for (size_t s = 0; s + 1 < c.sizes; s++) {
    for (size_t b = 0; b <= bootstraps; b++) {
      const double *y = c.table + b * c.sizes + s;
      c.value[b] = (y[1] - y[0]) / (c.log_n[s + 1] - c.log_n[s]);
    }
    out[s] = interval_make(bootstraps, c.value, NAN);
  }
  curve_free(&c);
}

/* Row r of two curves at their common sizes (a's size of_a[i] is b's of_b[i]). */
static double crossing(const struct curve *a, const struct curve *b, size_t row, size_t common,
                       const size_t *of_a, const size_t *of_b) {
  const double *ya = a->table + row * a->sizes, *yb = b->table + row * b->sizes;
  double after = NAN;
  for (size_t i = common; i-- > 0;) {
    double gap = yb[of_b[i]] - ya[of_a[i]];
    if (gap >= 0) {
      if (i + 1 == common) return NAN;
      double x = a->log_n[of_a[i]], step = a->log_n[of_a[i + 1]] - x;
      return moe_exp(x + step * (gap / (gap - after)));
    }
    after = gap;
  }
  return common > 0 ? 0 : NAN;
}

struct moe_interval moe_rate_crossover(const struct moe_losses *a, const struct moe_losses *b,
                                       enum moe_statistic statistic, size_t bootstraps,
                                       uint64_t key) {
  struct curve ca, cb;
  curve_make(&ca, a, statistic, bootstraps, key);
  curve_make(&cb, b, statistic, bootstraps, key ^ 0x9e3779b97f4a7c15); /* its own resamples */
  size_t *of = moe_alloc(2 * a->sizes + 1, sizeof *of), common = 0;
  for (size_t s = 0, t = 0; s < a->sizes && t < b->sizes;) {
    if (a->n[s] == b->n[t] && !isnan(ca.table[s]) && !isnan(cb.table[t])) {
      of[common] = s;
      of[a->sizes + common++] = t;
    }
    if (a->n[s] <= b->n[t])
      t += a->n[s++] == b->n[t];
    else
      t++;
  }
  for (size_t row = 0; row <= bootstraps; row++)
    ca.value[row] = crossing(&ca, &cb, row, common, of, of + a->sizes);
  struct moe_interval out = interval_make(bootstraps, ca.value, INFINITY);
  moe_free(of);
  curve_free(&ca);
  curve_free(&cb);
  return out;
}
