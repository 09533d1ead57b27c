/*
 * test_rng.c - Philox against its published vectors and Random123, bulk against one by one, laws
 * against theory.
 *
 * Statistical tests compute a score that is about N(0,1) if the code is right. A score beyond
 * 4 sigma is looked at again with four times the data, up to three times: chance does not survive
 * that, a defect grows by a factor of two each time. The streams are fixed, so nothing flickers.
 */
#include "rng.h"
#include "rng_table.h"
#include "vmath.h"

#include <Random123/philox.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <mpfr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const uint64_t KEY = 0x0123456789abcdefu;

/* ---- bits ------------------------------------------------------------------------------- */

static void philox_gives_the_published_vectors(void **state) {
  (void)state;
  /* kat_vectors of Random123: counter, key, result. */
  static const uint32_t known[3][10] = {
      {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
      {~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
      {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
       0x94fdcceb, 0x5001e420, 0x24126ea1}};
  for (int i = 0; i < 3; i++) {
    uint32_t out[4];
    moe_philox(known[i], known[i] + 4, out);
    assert_memory_equal(out, known[i] + 6, sizeof out);
  }
}

static void philox_is_random123s(void **state) {
  (void)state;
  uint32_t ctr[4] = {1, 2, 3, 4}, key[2] = {5, 6}, out[4];
  for (int i = 0; i < 10000; i++) {
    philox4x32_ctr_t c = {{ctr[0], ctr[1], ctr[2], ctr[3]}};
    philox4x32_key_t k = {{key[0], key[1]}};
    philox4x32_ctr_t expected = philox4x32(c, k);
    moe_philox(ctr, key, out);
    assert_memory_equal(out, expected.v, sizeof out);
    memcpy(ctr, out, sizeof ctr); /* the next input is this output */
    key[i % 2] ^= out[i % 4];
  }
}

static void draws_are_halves_of_blocks(void **state) {
  (void)state;
  struct moe_rng r = moe_rng_make(0x1111111122222222u, 0x3333333344444444u);
  r.at = 2 * 0x5555555566666666u;
  uint32_t ctr[4] = {0x66666666, 0x55555555, 0x44444444, 0x33333333}, out[4];
  uint32_t key[2] = {0x22222222, 0x11111111};
  moe_philox(ctr, key, out);
  assert_true(moe_rng_bits(&r) == (out[0] | (uint64_t)out[1] << 32));
  assert_true(moe_rng_bits(&r) == (out[2] | (uint64_t)out[3] << 32));
}

/* The bulk forms of every level this CPU runs. */
static size_t bulk_levels(const struct moe_rng_bulk *levels[3]) {
  size_t n = 0;
  levels[n++] = &moe_rng_bulk_portable;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    levels[n++] = &moe_rng_bulk_avx2;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    levels[n++] = &moe_rng_bulk_avx512;
#endif
  return n;
}

static void bulk_is_one_by_one(void **state) {
  (void)state;
  const struct moe_rng_bulk *levels[3];
  size_t count = bulk_levels(levels);
  const uint64_t starts[] = {0, 1, 6, 7, 0xfffffffeu, 0x1ffffffffu, 1ull << 62};
  for (size_t level = 0; level < count; level++)
    for (size_t s = 0; s < sizeof starts / sizeof *starts; s++)
      for (size_t n = 0; n < 70; n++) {
        double uniforms[71], normals[71];
        uniforms[n] = normals[n] = 42; /* a fence */
        levels[level]->uniforms(KEY, 1ull << 40 | s, starts[s], n, uniforms);
        levels[level]->normals(KEY, 1ull << 40 | s, starts[s], n, normals);
        struct moe_rng r = moe_rng_make(KEY, 1ull << 40 | s), q = r;
        r.at = q.at = starts[s];
        for (size_t i = 0; i < n; i++) {
          assert_true(uniforms[i] == moe_rng_uniform(&r));
          assert_true(normals[i] == moe_rng_normal(&q));
        }
        assert_true(uniforms[n] == 42 && normals[n] == 42);
      }
}

static void long_bulk_equals_short_bulks(void **state) {
  (void)state;
  enum { N = 20000 };
  double *whole = calloc(N, sizeof *whole), *parts = calloc(N, sizeof *parts);
  moe_rng_normals(KEY, 5, 3, N, whole);
  for (size_t at = 0, n = 1; at < N; at += n, n = n * 3 % 1000 + 1) {
    if (n > N - at) n = N - at;
    moe_rng_normals(KEY, 5, 3 + at, n, parts + at);
  }
  assert_memory_equal(whole, parts, N * sizeof *whole);
  free(whole);
  free(parts);
}

static void names_hash_to_keys(void **state) {
  (void)state;
  /* SHA-256("abc") begins ba 78 16 bf 8f 01 cf ea (FIPS 180-4's example). */
  assert_true(moe_key_hash("abc") == 0xeacf018fbf1678bau);
  assert_true(moe_key_hash("") == 0x141cfc9842c4b0e3u);
}

/* ---- uniforms and normals --------------------------------------------------------------- */

/* A score for `n` draws of stream `stream`. */
typedef double score_fn(uint64_t stream, size_t n, const void *law);

static void accept(const char *name, score_fn *score, size_t n, const void *law) {
  double z = 0;
  for (uint64_t attempt = 0; attempt < 4; attempt++, n *= 4) {
    z = score(1000 + attempt, n, law);
    if (fabs(z) < 4) return;
  }
  fail_msg("%s: %.1f sigma from theory with %zu draws", name, z, n / 4);
}

/* Chi-square of counts against expectations as a normal score (Wilson & Hilferty); cells expecting
 * fewer than 8 are merged with their neighbours. */
static double chi_square_score(const double *count, const double *expected, size_t cells) {
  double chi2 = 0, got = 0, due = 0, degrees = -1;
  for (size_t i = 0; i < cells; i++) {
    got += count[i];
    due += expected[i];
    if (due < 8) continue;
    chi2 += (got - due) * (got - due) / due;
    degrees++;
    got = due = 0;
  }
  if (due > 0.5) chi2 += (got - due) * (got - due) / due, degrees++;
  if (degrees < 1) return 0;
  double spread = 2 / (9 * degrees);
  return (cbrt(chi2 / degrees) - (1 - spread)) / sqrt(spread);
}

enum { BINS = 256, CHUNK = 4096 };

static double uniform_bins(uint64_t stream, size_t n, const void *law) {
  (void)law;
  double count[BINS] = {0}, expected[BINS], u[CHUNK];
  for (size_t at = 0; at < n; at += CHUNK) {
    moe_rng_uniforms(KEY, stream, at, CHUNK, u);
    for (size_t i = 0; i < CHUNK; i++) {
      assert_true(u[i] > 0 && u[i] < 1);
      count[(int)(u[i] * BINS)]++;
    }
  }
  for (size_t i = 0; i < BINS; i++) expected[i] = (double)n / BINS;
  return chi_square_score(count, expected, BINS);
}

/* Pairs of neighbours in a 16 x 16 table: independence as well as uniformity. */
static double uniform_pairs(uint64_t stream, size_t n, const void *law) {
  (void)law;
  double count[BINS] = {0}, expected[BINS], u[CHUNK];
  for (size_t at = 0; at < n; at += CHUNK) {
    moe_rng_uniforms(KEY, stream, at, CHUNK, u);
    for (size_t i = 0; i < CHUNK; i += 2) count[(int)(u[i] * 16) * 16 + (int)(u[i + 1] * 16)]++;
  }
  for (size_t i = 0; i < BINS; i++) expected[i] = (double)n / 2 / BINS;
  return chi_square_score(count, expected, BINS);
}

/* Bins of equal probability under Phi (GSL's, not ours). */
static double normal_bins(uint64_t stream, size_t n, const void *law) {
  (void)law;
  double count[BINS] = {0}, expected[BINS], x[CHUNK];
  for (size_t at = 0; at < n; at += CHUNK) {
    moe_rng_normals(KEY, stream, at, CHUNK, x);
    for (size_t i = 0; i < CHUNK; i++) count[(int)(gsl_cdf_ugaussian_P(x[i]) * BINS)]++;
  }
  for (size_t i = 0; i < BINS; i++) expected[i] = (double)n / BINS;
  return chi_square_score(count, expected, BINS);
}

/* The mean of x^power against the normal law's; power 0: the product within a pair. */
static double normal_moment(uint64_t stream, size_t n, const void *law) {
  static const double mean[] = {0, 0, 1, 0, 3}, variance[] = {1, 1, 2, 15, 96};
  int power = *(const int *)law;
  double sum = 0, terms = power ? (double)n : (double)n / 2, x[CHUNK];
  for (size_t at = 0; at < n; at += CHUNK) {
    moe_rng_normals(KEY, stream, at, CHUNK, x);
    for (size_t i = 0; i < CHUNK; i += power ? 1 : 2)
      sum += power ? pow(x[i], power) : x[i] * x[i + 1];
  }
  return (sum / terms - mean[power]) * sqrt(terms / variance[power]);
}

static void uniforms_are_uniform(void **state) {
  (void)state;
  accept("uniform", uniform_bins, 64 * CHUNK, NULL);
  accept("pairs of uniforms", uniform_pairs, 64 * CHUNK, NULL);
}

static void normals_are_normal(void **state) {
  (void)state;
  accept("normal", normal_bins, 64 * CHUNK, NULL);
  for (int power = 0; power <= 4; power++)
    accept("a moment of normals", normal_moment, 64 * CHUNK, &power);
}

static double below_bins(uint64_t stream, size_t n, const void *law) {
  uint64_t bound = *(const uint64_t *)law;
  size_t cells = bound < BINS ? bound : 3; /* of a large range: the residue mod 3 */
  struct moe_rng r = moe_rng_make(KEY, stream);
  double count[BINS] = {0}, expected[BINS];
  for (size_t i = 0; i < n; i++) {
    uint64_t x = moe_rng_below(&r, bound);
    assert_true(x < bound);
    count[bound < BINS ? x : x % 3]++;
  }
  for (size_t i = 0; i < cells; i++) expected[i] = (double)n / (double)cells;
  return chi_square_score(count, expected, cells);
}

static void below_is_uniform(void **state) {
  (void)state;
  /* At 3 * 2^62 a plain multiply-and-shift would give every third value twice as often. */
  const uint64_t bounds[] = {2, 3, 10, 255, 1000000007, 3ull << 62};
  for (size_t i = 0; i < 6; i++) accept("below", below_bins, 40000, &bounds[i]);
  struct moe_rng r = moe_rng_make(KEY, 1);
  for (int i = 0; i < 100; i++) assert_true(moe_rng_below(&r, 1) == 0);
}

/* ---- binomial --------------------------------------------------------------------------- */

struct binomial {
  double n, p;
};

static double binomial_bins(uint64_t stream, size_t n, const void *law) {
  const struct binomial *b = law;
  size_t cells = (size_t)b->n + 1;
  double *count = calloc(cells, sizeof *count), *expected = calloc(cells, sizeof *expected);
  struct moe_rng r = moe_rng_make(KEY, stream);
  for (size_t i = 0; i < n; i++) {
    double k = moe_rng_binomial(&r, b->n, b->p);
    assert_true(k >= 0 && k <= b->n && k == floor(k));
    count[(size_t)k]++;
  }
  for (size_t k = 0; k < cells; k++)
    expected[k] = (double)n * gsl_ran_binomial_pdf((unsigned)k, b->p, (unsigned)b->n);
  double score = chi_square_score(count, expected, cells);
  free(count);
  free(expected);
  return score;
}

static void small_binomials_have_their_law(void **state) {
  (void)state;
  const struct binomial laws[] = {
      {1, 0.5},      {5, 0.2},  {20, 0.3}, {21, 0.5},   {25, 0.5},     {40, 0.25}, {100, 0.5},
      {1000, 0.013}, {50, 0.9}, {34, 0.3}, {300, 0.99}, {2000, 0.005}, {5000, 0.4}};
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
    char name[64];
    snprintf(name, sizeof name, "binomial(%g, %g)", laws[i].n, laws[i].p);
    accept(name, binomial_bins, 300000, &laws[i]);
  }
}

static void degenerate_binomials_are_constants(void **state) {
  (void)state;
  struct moe_rng r = moe_rng_make(KEY, 1);
  assert_true(moe_rng_binomial(&r, 0, 0.5) == 0);
  assert_true(moe_rng_binomial(&r, 1e14, 0) == 0);
  assert_true(moe_rng_binomial(&r, 1e14, 1) == 1e14);
  assert_true(moe_rng_binomial(&r, 1e14, NAN) == 0);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Standardised draws, sorted. */
static double *standard_draws(uint64_t stream, size_t n, const struct binomial *b) {
  double *z = malloc(n * sizeof *z), mean = b->n * b->p, low = fma(b->n, b->p, -mean);
  struct moe_rng r = moe_rng_make(KEY, stream);
  for (size_t i = 0; i < n; i++) {
    double k = moe_rng_binomial(&r, b->n, b->p);
    assert_true(k >= 0 && k <= b->n && k == floor(k));
    z[i] = ((k - mean) - low) / sqrt(mean * (1 - b->p));
  }
  qsort(z, n, sizeof *z, by_size);
  return z;
}

/* Kolmogorov's distance to the normal law; 4 sigma stands for its 6e-5 tail, D sqrt(n) = 2.28. */
static double large_distance(uint64_t stream, size_t n, const void *law) {
  double *z = standard_draws(stream, n, law), distance = 0;
  for (size_t i = 0; i < n; i++) {
    double phi = gsl_cdf_ugaussian_P(z[i]);
    distance =
        fmax(distance, fmax((double)(i + 1) / (double)n - phi, phi - (double)i / (double)n));
  }
  free(z);
  return distance * sqrt((double)n) * 4 / 2.28;
}

static double large_mean(uint64_t stream, size_t n, const void *law) {
  double *z = standard_draws(stream, n, law), sum = 0;
  for (size_t i = 0; i < n; i++) sum += z[i];
  free(z);
  return sum / sqrt((double)n);
}

static double large_variance(uint64_t stream, size_t n, const void *law) {
  double *z = standard_draws(stream, n, law), sum = 0;
  for (size_t i = 0; i < n; i++) sum += z[i] * z[i] - 1;
  free(z);
  return sum / sqrt(2 * (double)n);
}

static double large_skewness(uint64_t stream, size_t n, const void *law) {
  const struct binomial *b = law;
  double *z = standard_draws(stream, n, law), sum = 0;
  double skewness = (1 - 2 * b->p) / sqrt(b->n * b->p * (1 - b->p));
  for (size_t i = 0; i < n; i++) sum += z[i] * z[i] * z[i] - skewness;
  free(z);
  return sum / sqrt(15 * (double)n);
}

static void large_binomials_have_their_law(void **state) {
  (void)state;
  const struct binomial laws[] = {{1e14, 0.5},        {1e14, 0.3},  {1e14, 0.999},
                                  {1e14, 1.0 / 4096}, {1e14, 1e-6}, {0x1p53, 0.37}};
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
    accept("distance of a large binomial to the normal law", large_distance, 200000, &laws[i]);
    accept("mean of a large binomial", large_mean, 40000, &laws[i]);
    accept("variance of a large binomial", large_variance, 40000, &laws[i]);
    accept("skewness of a large binomial", large_skewness, 40000, &laws[i]);
  }
}

/* At n = 1e14 neighbours k, k + 1 are all possible: the last digits must be uniform. */
static double last_digit(uint64_t stream, size_t n, const void *law) {
  const struct binomial *b = law;
  struct moe_rng r = moe_rng_make(KEY, stream);
  double count[16] = {0}, expected[16];
  for (size_t i = 0; i < n; i++) count[(uint64_t)moe_rng_binomial(&r, b->n, b->p) % 16]++;
  for (int i = 0; i < 16; i++) expected[i] = (double)n / 16;
  return chi_square_score(count, expected, 16);
}

static void large_binomials_reach_every_integer(void **state) {
  (void)state;
  const struct binomial laws[] = {{1e14, 0.5}, {1e14, 0.3}, {0x1p53, 0.37}, {0x1p53 - 1, 0.9}};
  for (size_t i = 0; i < 4; i++) accept("last bits of a binomial", last_digit, 40000, &laws[i]);
}

static double mpfr_log_mass(double n, double p, double k) {
  mpfr_t a, b, c;
  mpfr_inits2(400, a, b, c, (mpfr_ptr)0);
  const double arguments[3] = {n, k, n - k};
  mpfr_set_ui(a, 0, MPFR_RNDN);
  for (int i = 0; i < 3; i++) {
    mpfr_set_d(b, arguments[i], MPFR_RNDN);
    mpfr_add_ui(b, b, 1, MPFR_RNDN);
    mpfr_lngamma(c, b, MPFR_RNDN);
    if (i == 0)
      mpfr_add(a, a, c, MPFR_RNDN);
    else
      mpfr_sub(a, a, c, MPFR_RNDN);
  }
  mpfr_set_d(b, p, MPFR_RNDN);
  mpfr_log(c, b, MPFR_RNDN);
  mpfr_mul_d(c, c, k, MPFR_RNDN);
  mpfr_add(a, a, c, MPFR_RNDN);
  mpfr_ui_sub(b, 1, b, MPFR_RNDN);
  mpfr_log(c, b, MPFR_RNDN);
  mpfr_mul_d(c, c, n - k, MPFR_RNDN);
  mpfr_add(a, a, c, MPFR_RNDN);
  double result = mpfr_get_d(a, MPFR_RNDN);
  mpfr_clears(a, b, c, (mpfr_ptr)0);
  return result;
}

static void log_mass_is_exact_where_factorials_cancel(void **state) {
  (void)state;
  const struct binomial laws[] = {{12, 0.3},   {40, 0.5},     {1000, 0.1},
                                  {1e6, 0.7},  {1e10, 0.123}, {1e14, 0.5},
                                  {1e14, 0.3}, {1e14, 1e-9},  {1e14, 0.9999}};
  for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
    double n = laws[i].n, p = laws[i].p, sd = sqrt(n * p * (1 - p));
    for (double z = -8; z <= 8; z += 0.37) {
      double k = floor(n * p + z * sd);
      if (k < 0 || k > n) continue;
      double got = moe_binomial_log_mass(n, p, k), exact = mpfr_log_mass(n, p, k);
      if (!(fabs(got - exact) <= 1e-14 * (1 + fabs(exact))))
        fail_msg("log mass of binomial(%g, %g) at %.17g: %.17g, not %.17g", n, p, k, got,
                 exact);
    }
    assert_true(fabs(moe_binomial_log_mass(n, p, 0) / mpfr_log_mass(n, p, 0) - 1) < 1e-14);
    assert_true(fabs(moe_binomial_log_mass(n, p, n) / mpfr_log_mass(n, p, n) - 1) < 1e-14);
    assert_true(moe_binomial_log_mass(n, p, -1) == -INFINITY);
  }
  assert_true(moe_binomial_log_mass(7, 0, 0) == 0 && moe_binomial_log_mass(7, 1, 7) == 0);
  assert_true(moe_binomial_log_mass(7, 0, 1) == -INFINITY);
}

/* ---- multinomial ------------------------------------------------------------------------ */

static double multinomial_bins(uint64_t stream, size_t cells, const void *law) {
  double n = *(const double *)law, *counts = calloc(cells, sizeof *counts);
  struct moe_rng r = moe_rng_make(KEY, stream);
  moe_rng_multinomial(&r, n, cells, counts);
  double sum = 0, chi2 = 0, due = n / (double)cells;
  for (size_t i = 0; i < cells; i++) {
    assert_true(counts[i] >= 0 && counts[i] == floor(counts[i]));
    sum += counts[i];
    chi2 += (counts[i] - due) * (counts[i] - due) / due;
  }
  assert_true(sum == n);
  free(counts);
  return (chi2 - ((double)cells - 1)) / sqrt(2 * ((double)cells - 1));
}

static void multinomial_counts_add_up_and_scatter(void **state) {
  (void)state;
  const double sizes[] = {1e5, 1e9, 1e14, 0x1p53};
  for (size_t i = 0; i < 4; i++) {
    accept("multinomial over 4096 cells", multinomial_bins, 4096, &sizes[i]);
    accept("multinomial over 1000 cells", multinomial_bins, 1000, &sizes[i]);
    accept("multinomial over 37 cells", multinomial_bins, 37, &sizes[i]);
  }
  struct moe_rng r = moe_rng_make(KEY, 2);
  double one = 0, none[3] = {7, 7, 7};
  moe_rng_multinomial(&r, 12, 1, &one);
  assert_true(one == 12);
  moe_rng_multinomial(&r, 12, 0, NULL);
  moe_rng_multinomial(&r, 0, 3, none);
  assert_true(none[0] == 0 && none[1] == 0 && none[2] == 0);
}

/* Over many small multinomials, every cell has the binomial law (3 cells: halves are unequal). */
static double marginal_bins(uint64_t stream, size_t n, const void *law) {
  size_t cell = *(const size_t *)law;
  double count[11] = {0}, expected[11], counts[3];
  struct moe_rng r = moe_rng_make(KEY, stream);
  for (size_t i = 0; i < n; i++) {
    moe_rng_multinomial(&r, 10, 3, counts);
    count[(int)counts[cell]]++;
  }
  for (unsigned k = 0; k <= 10; k++)
    expected[k] = (double)n * gsl_ran_binomial_pdf(k, 1.0 / 3, 10);
  return chi_square_score(count, expected, 11);
}

static void multinomial_margins_are_binomial(void **state) {
  (void)state;
  for (size_t cell = 0; cell < 3; cell++)
    accept("margin of a multinomial", marginal_bins, 50000, &cell);
}

/* ---- identity --------------------------------------------------------------------------- */

/* Any change here is a new version of every data set: cells keyed by the old one are void. */
static void draws_are_those_of_the_first_release(void **state) {
  (void)state;
  uint64_t digest = 0xcbf29ce484222325u;
  struct moe_rng r = moe_rng_make(KEY, 77);
  double counts[64];
  for (int i = 0; i < 3000; i++) {
    double n = i % 3 == 0 ? 1e14 : i, p = (i + 0.5) / 3000;
    moe_rng_multinomial(&r, i, 64, counts);
    double x[] = {moe_rng_normal(&r), moe_rng_uniform(&r), moe_rng_binomial(&r, n, p),
                  counts[i % 64], (double)moe_rng_below(&r, 1000003)};
    for (size_t k = 0; k < sizeof x / sizeof *x; k++) {
      uint64_t bits;
      memcpy(&bits, &x[k], sizeof bits);
      digest = (digest ^ bits) * 0x100000001b3u;
    }
  }
  if (digest != 0xd842e93c5d5a55a5u) fail_msg("digest %#018llx", (unsigned long long)digest);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(philox_gives_the_published_vectors),
      cmocka_unit_test(philox_is_random123s),
      cmocka_unit_test(draws_are_halves_of_blocks),
      cmocka_unit_test(bulk_is_one_by_one),
      cmocka_unit_test(long_bulk_equals_short_bulks),
      cmocka_unit_test(names_hash_to_keys),
      cmocka_unit_test(uniforms_are_uniform),
      cmocka_unit_test(normals_are_normal),
      cmocka_unit_test(below_is_uniform),
      cmocka_unit_test(small_binomials_have_their_law),
      cmocka_unit_test(degenerate_binomials_are_constants),
      cmocka_unit_test(large_binomials_have_their_law),
      cmocka_unit_test(large_binomials_reach_every_integer),
      cmocka_unit_test(log_mass_is_exact_where_factorials_cancel),
      cmocka_unit_test(multinomial_counts_add_up_and_scatter),
      cmocka_unit_test(multinomial_margins_are_binomial),
      cmocka_unit_test(draws_are_those_of_the_first_release),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
