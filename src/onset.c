/*
 * onset.c - bends of a curve wherever it is cut, and the size from which on none counts.
 *
 * A bend is linear in the logs of the losses, so every cut is a vector of coefficients, worked out
 * once; a resample costs one product per cut.
 */
#include "onset.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double BAND = 0.95;

/* Cuts of the sizes that have a weight. Those of the shortest ends come first, so that the onset
 * is found in one walk. */
struct cuts {
  size_t sizes, count;
  size_t *start;       /* of each cut, as an index of a size */
  double *coefficient; /* count x sizes */
  double *limit;       /* half the width of each bend's band */
};

/* Adds to `coefficient` what the slope over used[from] .. used[to] takes of each size, times
 * sign. */
static void add_slope(double sign, size_t from, size_t to, const size_t *used,
                      const double *log_n, const double *weight, double *coefficient) {
  double total = 0, mean = 0, xx = 0;
  for (size_t i = from; i <= to; i++) {
    total += weight[used[i]];
    mean += weight[used[i]] * log_n[used[i]];
  }
  mean /= total;
  for (size_t i = from; i <= to; i++) {
    double x = log_n[used[i]] - mean;
    xx += weight[used[i]] * x * x;
  }
  for (size_t i = from; i <= to; i++)
    coefficient[used[i]] += sign * weight[used[i]] * (log_n[used[i]] - mean) / xx;
}

/* Of the n >= 3 sizes used[0 .. n - 1]. */
static void cuts_make(struct cuts *c, size_t n, const size_t *used, size_t sizes,
                      const double *log_n, const double *weight) {
  size_t most = (n - 1) * (n - 2) / 2;
  *c = (struct cuts){.sizes = sizes};
  c->start = moe_alloc(most, sizeof *c->start);
  c->coefficient = moe_alloc(most * sizes, sizeof *c->coefficient);
  c->limit = moe_alloc(most, sizeof *c->limit);
  memset(c->coefficient, 0, most * sizes * sizeof *c->coefficient);
  for (size_t j = n - 2; j-- > 0;)
    for (size_t m = j + 1; m + 1 < n; m++) {
      double *row = c->coefficient + c->count * sizes;
      add_slope(1, m, n - 1, used, log_n, weight, row);
      add_slope(-1, j, m, used, log_n, weight, row);
      c->start[c->count++] = used[j];
    }
}

static void cuts_free(struct cuts *c) {
  moe_free(c->start);
  moe_free(c->coefficient);
  moe_free(c->limit);
}

/* The bends of one row of logs. Sizes that are left out have coefficient 0 and may be NaN. */
static void cuts_bend(const struct cuts *c, const double *log_loss, double *bend) {
  for (size_t i = 0; i < c->count; i++) {
    const double *row = c->coefficient + i * c->sizes;
    bend[i] = 0;
    for (size_t s = 0; s < c->sizes; s++)
      if (row[s] != 0) bend[i] += row[s] * log_loss[s];
  }
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Standard error of bend i: root mean square of the resamples about the data. */
static double cut_error(const struct cuts *c, size_t bootstraps, const double *bend, size_t i) {
  double square = 0;
  for (size_t b = 1; b <= bootstraps; b++) {
    double apart = bend[b * c->count + i] - bend[i];
    square += apart * apart;
  }
  double error = bootstraps > 0 ? sqrt(square / (double)bootstraps) : 0;
  return error > 1e-12 ? error : 0; /* less is rounding */
}

/* Bands of as many standard errors as the largest distance, in these units, of 95 % of the
 * resamples from the data. */
static void cuts_limit(struct cuts *c, size_t bootstraps, const double *bend) {
  double *largest = moe_alloc(bootstraps + 1, sizeof *largest);
  memset(largest, 0, (bootstraps + 1) * sizeof *largest);
  for (size_t i = 0; i < c->count; i++) {
    c->limit[i] = cut_error(c, bootstraps, bend, i);
    for (size_t b = 0; c->limit[i] > 0 && b < bootstraps; b++)
      largest[b] = fmax(largest[b], fabs(bend[(b + 1) * c->count + i] - bend[i]) / c->limit[i]);
  }
  qsort(largest, bootstraps, sizeof *largest, compare_doubles);
  double errors = largest[(size_t)(BAND * (double)bootstraps)];
  for (size_t i = 0; i < c->count; i++) c->limit[i] *= errors;
  moe_free(largest);
}

/* The earliest start of the cuts before the first bend that counts; a start one of whose cuts
 * counts is none. */
static size_t cuts_onset(const struct cuts *c, const double *bend) {
  size_t onset = c->sizes;
  for (size_t i = 0; i < c->count; i++) {
    if (fabs(bend[i]) > fmax(MOE_BEND, c->limit[i])) return onset;
    if (i + 1 == c->count || c->start[i + 1] != c->start[i]) onset = c->start[i];
  }
  return onset;
}

int moe_onset_find(size_t sizes, size_t bootstraps, const double *log_n, const double *weight,
                   const double *log_loss, size_t *onset) {
  struct cuts c;
  size_t *used = moe_alloc(sizes + 1, sizeof *used), n = 0;
  for (size_t s = 0; s < sizes; s++)
    if (weight[s] > 0) used[n++] = s;
  if (n >= 3) {
    cuts_make(&c, n, used, sizes, log_n, weight);
    double *bend = moe_alloc((bootstraps + 1) * c.count, sizeof *bend);
    for (size_t b = 0; b <= bootstraps; b++)
      cuts_bend(&c, log_loss + b * sizes, bend + b * c.count);
    cuts_limit(&c, bootstraps, bend);
    for (size_t b = 0; b <= bootstraps; b++) onset[b] = cuts_onset(&c, bend + b * c.count);
    moe_free(bend);
    cuts_free(&c);
  }
  moe_free(used);
  return n >= 3;
}
