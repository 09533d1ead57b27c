/*
 * test_rate.c - slopes and their intervals on curves whose rate is known.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "rate.h"
#include "rng.h"
#include "vmath.h"

enum { SIZES = 9, MOST = 100 };

#define close_to(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

/* n = 1e4 .. 1e12 by decades, with `replicates` losses each. */
struct curve {
  double n[SIZES], loss[SIZES][MOST];
  const double *row[SIZES];
  size_t count[SIZES];
  struct moe_losses losses;
};

static void curve_make(struct curve *c, size_t replicates) {
  double n = 1e4;
  memset(c, 0, sizeof *c);
  for (size_t s = 0; s < SIZES; s++, n *= 10) {
    c->n[s] = n;
    c->row[s] = c->loss[s];
    c->count[s] = replicates;
  }
  c->losses = (struct moe_losses){SIZES, c->n, c->count, c->row};
}

/* loss = constant n^slope e^{sd z}, z standard normal. */
static void curve_draw(struct curve *c, size_t replicates, double constant, double slope,
                       double sd, uint64_t key) {
  struct moe_rng rng = moe_rng_make(key, 0);
  curve_make(c, replicates);
  for (size_t s = 0; s < SIZES; s++)
    for (size_t r = 0; r < replicates; r++)
      c->loss[s][r] = constant * moe_exp(slope * moe_log(c->n[s]) +
                                         (sd > 0 ? sd * moe_rng_normal(&rng) : 0));
}

static struct moe_rate fit(const struct curve *c, enum moe_statistic statistic) {
  struct moe_rate rate;
  struct moe_error e;
  assert_int_equal(
      moe_rate_fit(&c->losses, statistic, 0, SIZES - 1, 999, moe_key_hash("test"), &rate, &e),
      MOE_OK);
  return rate;
}

static void exact_power_laws(void **state) {
  (void)state;
  static const double slopes[] = {-.5, -.25, -1. / 6, 0, .1};
  for (size_t i = 0; i < 5; i++)
    for (enum moe_statistic statistic = MOE_MEAN; statistic <= MOE_MEDIAN; statistic++) {
      struct curve c;
      curve_draw(&c, 20, 3, slopes[i], 0, 0);
      struct moe_rate rate = fit(&c, statistic);
      close_to(rate.slope.value, slopes[i], 1e-12);
      close_to(rate.slope.low, slopes[i], 1e-12);
      close_to(rate.slope.high, slopes[i], 1e-12);
      close_to(rate.constant.value, moe_log(3), 1e-11);
      close_to(rate.drift.value, 0, 1e-12);
      close_to(rate.ratio.value, moe_exp(-slopes[i] * moe_log(1e8)), 1e-9 * rate.ratio.value);
      assert_int_equal(rate.dropped + rate.zeros, 0);
    }
}

/* A range within the sizes uses nothing outside it. */
static void ranges_are_respected(void **state) {
  (void)state;
  struct curve c;
  struct moe_rate rate;
  curve_draw(&c, 20, 1, -.5, 0, 0);
  for (size_t r = 0; r < 20; r++) c.loss[0][r] = c.loss[8][r] = 1e9;
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEDIAN, 1, 7, 99, 1, &rate, NULL), MOE_OK);
  close_to(rate.slope.value, -.5, 1e-12);
  assert_int_equal(rate.first, 1);
  assert_int_equal(rate.last, 7);
}

/* Whether a share lies in low .. high: trials are made in batches of 200 until the share seen is
 * inside, or outside by more than four standard errors, or there were five. */
static int share_within(double low, double high, int (*trial)(uint64_t)) {
  double held = 0, trials = 0;
  for (size_t batch = 0; batch < 5; batch++) {
    for (size_t i = 0; i < 200; i++) held += trial((uint64_t)trials++);
    double share = held / trials;
    if (low <= share && share <= high) return 1;
    double bound = share < low ? low : high;
    if (fabs(share - bound) > 4 * sqrt(bound * (1 - bound) / trials)) break;
  }
  fprintf(stderr, "%g of %g\n", held, trials);
  return 0;
}

static struct moe_rate fit_upper(const struct curve *c, enum moe_statistic statistic) {
  struct moe_rate rate;
  moe_rate_fit(&c->losses, statistic, 4, SIZES - 1, 399, 1, &rate, NULL);
  return rate;
}

static int holds(struct moe_interval interval, double truth) {
  return interval.low <= truth && truth <= interval.high;
}

static int slope_of_median(uint64_t key) {
  struct curve c;
  curve_draw(&c, 20, 1, -.25, .8, moe_key_hash("coverage") + key);
  return holds(fit_upper(&c, MOE_MEDIAN).slope, -.25);
}

/* What an atom that is split in two does: |t| of Y = t^2 + Z / sqrt n, of known rate -1/4. */
static int slope_of_split_atom(uint64_t key) {
  struct curve c;
  struct moe_rng rng = moe_rng_make(moe_key_hash("split") + key, 0);
  curve_make(&c, 10);
  for (size_t s = 0; s < SIZES; s++)
    for (size_t r = 0; r < 10; r++)
      c.loss[s][r] = sqrt(fabs(moe_rng_normal(&rng)) / sqrt(c.n[s]));
  return holds(fit_upper(&c, MOE_MEDIAN).slope, -.25);
}

static int slope_of_mean(uint64_t key) {
  struct curve c;
  curve_draw(&c, 10, 1, -.5, .3, moe_key_hash("mean") + key);
  return holds(fit_upper(&c, MOE_MEAN).slope, -.5);
}

static int constant_of_median(uint64_t key) {
  struct curve c;
  struct moe_interval constant;
  curve_draw(&c, 20, 3, -.25, .8, moe_key_hash("constant") + key);
  moe_rate_constant(&c.losses, MOE_MEDIAN, 4, 8, -.25, 399, 1, &constant, NULL);
  return holds(constant, 3);
}

static int drift_is_none(uint64_t key) {
  struct curve c;
  curve_draw(&c, 20, 1, -.25, .8, moe_key_hash("drift") + key);
  return holds(fit_upper(&c, MOE_MEDIAN).drift, 0);
}

/* At nominal 95 %. */
static void intervals_cover(void **state) {
  (void)state;
  assert_true(share_within(.90, .99, slope_of_median));
  assert_true(share_within(.90, .99, slope_of_split_atom));
  assert_true(share_within(.90, .99, slope_of_mean));
  assert_true(share_within(.90, .99, constant_of_median));
  assert_true(share_within(.90, .99, drift_is_none));
}

/* n^-1/4 from n = `from` on, flat below, with lognormal noise. */
static void curve_late(struct curve *c, size_t replicates, double from, double sd,
                       uint64_t key) {
  curve_draw(c, replicates, 1, 0, sd, key);
  for (size_t s = 0; s < SIZES; s++)
    for (size_t r = 0; r < replicates; r++)
      if (c->n[s] > from) c->loss[s][r] *= moe_exp(-.25 * moe_log(c->n[s] / from));
}

static int power_law_is_one(uint64_t key) {
  struct curve c;
  curve_draw(&c, 10, 1, -.25, .8, moe_key_hash("onset") + key);
  return fit_upper(&c, MOE_MEDIAN).onset.value == c.n[0];
}

static int onset_is_held(uint64_t key) {
  struct curve c;
  curve_late(&c, 10, 1e7, .4, moe_key_hash("late") + key);
  return holds(fit_upper(&c, MOE_MEDIAN).onset, 1e7);
}

/* Late enough that fewer than the upper half of the sizes have the law. */
static int late_onset_is_seen(uint64_t key) {
  struct curve c;
  curve_late(&c, 20, 1e10, .3, moe_key_hash("later") + key);
  return fit_upper(&c, MOE_MEDIAN).onset.value > c.n[4];
}

static void onsets_are_held(void **state) {
  (void)state;
  assert_true(share_within(.92, 1, power_law_is_one));
  assert_true(share_within(.92, 1, onset_is_held));
  assert_true(share_within(.92, 1, late_onset_is_seen));
}

static void exact_onsets(void **state) {
  (void)state;
  struct curve c;
  curve_draw(&c, 5, 1, -.25, 0, 0);
  struct moe_interval onset = fit(&c, MOE_MEDIAN).onset;
  assert_true(onset.value == 1e4 && onset.low == 1e4 && onset.high == 1e4);
  for (size_t from = 1; from + 2 < SIZES; from++) {
    curve_late(&c, 5, c.n[from], 0, 0);
    onset = fit(&c, MOE_MEDIAN).onset;
    assert_true(onset.value == c.n[from] && onset.low == c.n[from]);
  }
  curve_late(&c, 1, 1e11, 0, 0); /* the last three sizes bend; one replicate */
  assert_true(isinf(fit(&c, MOE_MEDIAN).onset.value));
  for (size_t s = 0; s < SIZES; s++) c.loss[s][0] = 1 / moe_log(c.n[s]);
  assert_true(fit(&c, MOE_MEDIAN).onset.value == 1e4); /* its bends are those of log factors */
}

/* Sizes after the range, and sizes without a statistic, have no say; two sizes have no bend. */
static void onsets_of_few_sizes(void **state) {
  (void)state;
  struct curve c;
  struct moe_rate rate;
  curve_late(&c, 5, 1e6, 0, 0);
  for (size_t r = 0; r < 5; r++) c.loss[8][r] = 1e9, c.loss[3][r] = NAN;
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEDIAN, 4, 7, 99, 1, &rate, NULL), MOE_OK);
  assert_true(rate.onset.value == 1e6);
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEDIAN, 0, 1, 99, 1, &rate, NULL), MOE_OK);
  assert_true(isnan(rate.onset.value) && isnan(rate.onset.low));
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEDIAN, 4, 7, 0, 1, &rate, NULL), MOE_OK);
  assert_true(rate.onset.value == 1e6 && isnan(rate.onset.low));
}

static void constants_of_known_powers(void **state) {
  (void)state;
  struct curve c;
  struct moe_interval constant;
  struct moe_error e;
  curve_draw(&c, 20, 3, -.5, 0, 0);
  assert_int_equal(moe_rate_constant(&c.losses, MOE_MEAN, 4, 8, -.5, 99, 1, &constant, NULL),
                   MOE_OK);
  close_to(constant.value, 3, 1e-12);
  close_to(constant.high, 3, 1e-12);
  assert_int_equal(moe_rate_constant(&c.losses, MOE_MEAN, 3, 3, -.5, 99, 1, &constant, &e),
                   MOE_EUSAGE);
  assert_non_null(strstr(e.text, "at least two sizes"));
}

/* 1 / log n: the ratio of ends is log 1e12 / log 1e4 = 3, and the drift is seen. */
static void logarithmic_rates(void **state) {
  (void)state;
  struct curve c;
  curve_draw(&c, 20, 1, 0, 0, 0);
  for (size_t s = 0; s < SIZES; s++)
    for (size_t r = 0; r < 20; r++) c.loss[s][r] = 1 / moe_log(c.n[s]);
  struct moe_rate rate = fit(&c, MOE_MEAN);
  close_to(rate.ratio.value, 3, 1e-12);
  close_to(rate.ratio.high, 3, 1e-12);
  assert_true(rate.drift.low > .01); /* the slope rises towards 0 */
}

/* Slope -1/4 up to the middle size and -1/2 from it on. */
static void drift_is_upper_minus_lower(void **state) {
  (void)state;
  struct curve c;
  curve_draw(&c, 20, 1, -.25, 0, 0);
  for (size_t s = 4; s < SIZES; s++)
    for (size_t r = 0; r < 20; r++) c.loss[s][r] = .01 * moe_exp(-.5 * moe_log(c.n[s] / 1e8));
  close_to(fit(&c, MOE_MEDIAN).drift.value, -.25, 1e-12);
  struct moe_rate rate; /* an even number of sizes: 0..3 and 4..7 */
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEDIAN, 0, 7, 99, 1, &rate, NULL), MOE_OK);
  close_to(rate.drift.value, -.25, 1e-12);
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEDIAN, 0, 1, 99, 1, &rate, NULL), MOE_OK);
  assert_true(isnan(rate.drift.value));
}

/* A noisy size counts little: weights are inverse variances. */
static void noisy_sizes_count_little(void **state) {
  (void)state;
  struct curve c;
  struct moe_rng rng = moe_rng_make(5, 5);
  curve_draw(&c, 20, 1, -.5, .01, 3);
  for (size_t r = 0; r < 20; r++) c.loss[8][r] *= 20 * moe_exp(3 * moe_rng_normal(&rng));
  close_to(fit(&c, MOE_MEDIAN).slope.value, -.5, .05);
}

static void nothing_is_dropped_silently(void **state) {
  (void)state;
  struct curve c;
  curve_draw(&c, 20, 1, -.5, 0, 0);
  c.loss[2][0] = NAN;
  c.loss[3][7] = INFINITY;
  c.loss[4][1] = 0;
  struct moe_rate rate = fit(&c, MOE_MEDIAN);
  assert_int_equal(rate.dropped, 2);
  assert_int_equal(rate.zeros, 1);
  close_to(rate.slope.value, -.5, 1e-12);
  for (size_t r = 0; r < 20; r++) c.loss[2][r] = NAN; /* a size without any: left out */
  for (size_t r = 0; r < 20; r++) c.loss[4][r] = 0;
  rate = fit(&c, MOE_MEAN);
  assert_int_equal(rate.dropped, 21);
  assert_int_equal(rate.zeros, 20);
  close_to(rate.slope.value, -.5, 1e-3); /* the mean at size 3 lost one loss of 20 */
  struct moe_interval points[SIZES];
  moe_rate_points(&c.losses, MOE_MEDIAN, 99, 1, points);
  assert_true(isnan(points[2].value) && isnan(points[2].low));
  assert_true(points[4].value == 0 && points[4].high == 0);
  for (size_t s = 0; s < SIZES; s++)
    for (size_t r = 0; r < 20; r++) c.loss[s][r] = NAN;
  assert_true(isnan(fit(&c, MOE_MEAN).slope.value));
}

/* A single replicate per size (a path): slope without spread. */
static void one_replicate(void **state) {
  (void)state;
  struct curve c;
  curve_draw(&c, 1, 2, -.75, 0, 0);
  struct moe_rate rate = fit(&c, MOE_MEDIAN);
  close_to(rate.slope.value, -.75, 1e-12);
  close_to(rate.slope.high - rate.slope.low, 0, 1e-15);
}

/* One replicate at one size of many shows no spread; it must not look certain. The last size is off
 * by 3: with the weight of the others the slope moves by .032, with four times that by .06. */
static void a_single_replicate_is_not_certain(void **state) {
  (void)state;
  struct curve c;
  curve_draw(&c, 100, 1, -.5, .3, 4);
  c.count[8] = 1;
  c.loss[8][0] = 3 * moe_exp(-.5 * moe_log(c.n[8]));
  double slope = fit(&c, MOE_MEDIAN).slope.value;
  assert_true(slope > -.5 && slope < -.455);
}

static void points_and_local_slopes(void **state) {
  (void)state;
  struct curve c;
  struct moe_interval point[SIZES], local[SIZES - 1];
  curve_draw(&c, 5, 1, 0, 0, 0);
  for (size_t s = 0; s < SIZES; s++) /* losses 1, 2, 3, 4, 10: median 3, mean 4 */
    for (size_t r = 0; r < 5; r++)
      c.loss[s][r] = (r == 4 ? 10 : (double)r + 1) * (s < 4 ? 1 : 10);
  moe_rate_points(&c.losses, MOE_MEDIAN, 999, 1, point);
  assert_true(point[0].value == 3 && point[8].value == 30);
  assert_true(point[0].low >= 1 && point[0].low < 3 && point[0].high > 3 &&
              point[0].high <= 10);
  moe_rate_points(&c.losses, MOE_MEAN, 999, 1, point);
  close_to(point[0].value, 4, 1e-15);
  c.count[0] = 4; /* even: between the middle two */
  moe_rate_points(&c.losses, MOE_MEDIAN, 0, 1, point);
  assert_true(point[0].value == 2.5 && isnan(point[0].low));
  c.count[0] = 5;
  moe_rate_local(&c.losses, MOE_MEDIAN, 999, 1, local);
  close_to(local[0].value, 0, 1e-15);
  close_to(local[3].value, 1, 1e-12);
  assert_true(local[3].low < 1 && local[3].high > 1);
}

/* 10 n^-1/2 meets n^-1/4 at n = 1e4 x ... : 10 n^-1/2 = n^-1/4 at n = 10^4; with 100, at 10^8.
 */
static void crossing_power_laws(void **state) {
  (void)state;
  static struct curve slow, fast;
  curve_draw(&slow, 20, 1, -.25, 0, 0);
  curve_draw(&fast, 20, 130, -.5, 0, 0);
  double at = 130. * 130 * 130 * 130;
  struct moe_interval x = moe_rate_crossover(&slow.losses, &fast.losses, MOE_MEDIAN, 999, 1);
  close_to(x.value, at, 1e-9 * at);
  close_to(x.low, at, 1e-9 * at);
  close_to(x.high, at, 1e-9 * at);
  x = moe_rate_crossover(&fast.losses, &slow.losses, MOE_MEDIAN, 999, 1);
  assert_true(isnan(x.value) && isinf(x.low) && isinf(x.high));
  curve_draw(&fast, 20, .1, -.5, 0, 0);
  x = moe_rate_crossover(&slow.losses, &fast.losses, MOE_MEDIAN, 999, 1);
  assert_true(x.value == 0 && x.high == 0);
  curve_draw(&slow, 20, 1, -.25, .5, 1);
  curve_draw(&fast, 20, 130, -.5, .5, 2);
  x = moe_rate_crossover(&slow.losses, &fast.losses, MOE_MEDIAN, 999, 1);
  assert_true(x.low < x.value && x.value < x.high && x.low < at && at < x.high);
  curve_draw(&fast, 20, 130, -.5, .5, 1); /* the same noise; the resamples are not the same */
  x = moe_rate_crossover(&slow.losses, &fast.losses, MOE_MEDIAN, 999, 1);
  close_to(x.value, at, 1e-9 * at);
  assert_true(x.low < .9 * at && x.high > 1.1 * at);
}

/* Only common sizes are compared. */
static void crossing_on_common_sizes(void **state) {
  (void)state;
  static struct curve slow, fast;
  curve_draw(&slow, 20, 1, -.25, 0, 0);
  curve_draw(&fast, 20, 100, -.5, 0, 0);
  fast.losses = (struct moe_losses){SIZES - 2, fast.n + 2, fast.count + 2, fast.row + 2};
  slow.losses.sizes = SIZES - 1;
  struct moe_interval x = moe_rate_crossover(&slow.losses, &fast.losses, MOE_MEAN, 99, 1);
  close_to(x.value, 1e8, 1);
  slow.losses.sizes = 2; /* none in common */
  x = moe_rate_crossover(&slow.losses, &fast.losses, MOE_MEAN, 99, 1);
  assert_true(isnan(x.value));
}

static void deterministic_in_the_key(void **state) {
  (void)state;
  struct curve c;
  struct moe_rate a, b, other;
  curve_draw(&c, 20, 1, -.5, 1, 9);
  moe_rate_fit(&c.losses, MOE_MEDIAN, 0, 8, 999, 7, &a, NULL);
  moe_rate_fit(&c.losses, MOE_MEDIAN, 0, 8, 999, 7, &b, NULL);
  moe_rate_fit(&c.losses, MOE_MEDIAN, 0, 8, 999, 8, &other, NULL);
  assert_memory_equal(&a, &b, sizeof a);
  assert_true(a.slope.low != other.slope.low);
  close_to(a.slope.low, other.slope.low, .02);
  /* the order in which replicates come does not matter */
  double swap = c.loss[3][0];
  c.loss[3][0] = c.loss[3][19];
  c.loss[3][19] = swap;
  moe_rate_fit(&c.losses, MOE_MEDIAN, 0, 8, 999, 7, &b, NULL);
  assert_memory_equal(&a, &b, sizeof a);
}

static void bad_ranges_are_refused(void **state) {
  (void)state;
  struct curve c;
  struct moe_rate rate;
  struct moe_error e;
  curve_draw(&c, 2, 1, -.5, 0, 0);
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEAN, 3, 3, 9, 1, &rate, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "at least two sizes"));
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEAN, 0, SIZES, 9, 1, &rate, &e), MOE_EUSAGE);
  c.n[4] = c.n[3];
  assert_int_equal(moe_rate_fit(&c.losses, MOE_MEAN, 0, 8, 9, 1, &rate, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "ascending"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_power_laws),
      cmocka_unit_test(ranges_are_respected),
      cmocka_unit_test(intervals_cover),
      cmocka_unit_test(onsets_are_held),
      cmocka_unit_test(exact_onsets),
      cmocka_unit_test(onsets_of_few_sizes),
      cmocka_unit_test(constants_of_known_powers),
      cmocka_unit_test(logarithmic_rates),
      cmocka_unit_test(drift_is_upper_minus_lower),
      cmocka_unit_test(noisy_sizes_count_little),
      cmocka_unit_test(nothing_is_dropped_silently),
      cmocka_unit_test(one_replicate),
      cmocka_unit_test(a_single_replicate_is_not_certain),
      cmocka_unit_test(points_and_local_slopes),
      cmocka_unit_test(crossing_power_laws),
      cmocka_unit_test(crossing_on_common_sizes),
      cmocka_unit_test(deterministic_in_the_key),
      cmocka_unit_test(bad_ranges_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
