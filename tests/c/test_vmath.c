/*
 * test_vmath.c - the elementary functions: how accurate (against MPFR), which bits, which
 * edges.
 *
 * Lanes here are those of this file's own ISA level (portable); scalars are checked at every
 * level that this CPU runs. rng and tile tests compare the vector forms between levels.
 */
#include "lanes.h"
#include "vmath.h"
#include "vmath_table.h"

#include <math.h>
#include <mpfr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { PRECISION = 240, POINTS = 3000 };

/* SplitMix64: test points must not come from the code under test. */
static uint64_t next_bits(uint64_t *state) {
  uint64_t z = (*state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static double from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

static uint64_t to_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static double between(uint64_t *state, double low, double high) {
  return low + (high - low) * ((double)(next_bits(state) >> 11) * 0x1p-53);
}

static int same_bits(double a, double b) {
  return (isnan(a) && isnan(b)) || to_bits(a) == to_bits(b);
}

/* |got - exact| in units of the last place of the double nearest to exact. */
static double ulp_error(double got, mpfr_t exact) {
  double nearest = mpfr_get_d(exact, MPFR_RNDN);
  if (isinf(nearest) || isinf(got)) return got == nearest ? 0 : INFINITY;
  if (nearest == 0) return got == 0 ? 0 : fabs(got) / 0x1p-1074;
  int exponent = fabs(nearest) < 0x1p-1022 ? -1022 : ilogb(nearest);
  mpfr_t error;
  mpfr_init2(error, PRECISION);
  mpfr_d_sub(error, got, exact, MPFR_RNDN);
  mpfr_mul_2si(error, error, 52 - exponent, MPFR_RNDN);
  double ulps = fabs(mpfr_get_d(error, MPFR_RNDN));
  mpfr_clear(error);
  return ulps;
}

/* The functions by name, with MPFR's version, the bound and the intervals where it is promised.
 */
typedef void reference_fn(mpfr_t y, mpfr_t x);

static void ref_exp(mpfr_t y, mpfr_t x) {
  mpfr_exp(y, x, MPFR_RNDN);
}
static void ref_expm1(mpfr_t y, mpfr_t x) {
  mpfr_expm1(y, x, MPFR_RNDN);
}
static void ref_log(mpfr_t y, mpfr_t x) {
  mpfr_log(y, x, MPFR_RNDN);
}
static void ref_log1p(mpfr_t y, mpfr_t x) {
  mpfr_log1p(y, x, MPFR_RNDN);
}
static void ref_tanh(mpfr_t y, mpfr_t x) {
  mpfr_tanh(y, x, MPFR_RNDN);
}
static void ref_sigmoid(mpfr_t y, mpfr_t x) {
  mpfr_neg(y, x, MPFR_RNDN);
  mpfr_exp(y, y, MPFR_RNDN);
  mpfr_add_ui(y, y, 1, MPFR_RNDN);
  mpfr_ui_div(y, 1, y, MPFR_RNDN);
}
static void times_pi(mpfr_t y, mpfr_t x) {
  mpfr_const_pi(y, MPFR_RNDN);
  mpfr_mul(y, y, x, MPFR_RNDN);
}
static void ref_sinpi(mpfr_t y, mpfr_t x) {
  times_pi(y, x);
  mpfr_sin(y, y, MPFR_RNDN);
}
static void ref_cospi(mpfr_t y, mpfr_t x) {
  times_pi(y, x);
  mpfr_cos(y, y, MPFR_RNDN);
}
static void ref_pdf(mpfr_t y, mpfr_t x) {
  mpfr_t root;
  mpfr_init2(root, PRECISION);
  mpfr_const_pi(root, MPFR_RNDN);
  mpfr_mul_2ui(root, root, 1, MPFR_RNDN);
  mpfr_rec_sqrt(root, root, MPFR_RNDN);
  mpfr_sqr(y, x, MPFR_RNDN);
  mpfr_div_si(y, y, -2, MPFR_RNDN);
  mpfr_exp(y, y, MPFR_RNDN);
  mpfr_mul(y, y, root, MPFR_RNDN);
  mpfr_clear(root);
}
static void ref_cdf(mpfr_t y, mpfr_t x) {
  mpfr_t root;
  mpfr_init2(root, PRECISION);
  mpfr_sqrt_ui(root, 2, MPFR_RNDN);
  mpfr_div(y, x, root, MPFR_RNDN);
  mpfr_neg(y, y, MPFR_RNDN);
  mpfr_erfc(y, y, MPFR_RNDN);
  mpfr_div_2ui(y, y, 1, MPFR_RNDN);
  mpfr_clear(root);
}

static double sinpi(double x) {
  double s, c;
  moe_sincospi(x, &s, &c);
  return s;
}
static double cospi(double x) {
  double s, c;
  moe_sincospi(x, &s, &c);
  return c;
}

/* relative = 1: the bound is on |got - exact| / |exact| in units of 2^-53, not in ulp. */
struct claim {
  const char *name;
  double (*function)(double);
  reference_fn *reference;
  double low, high, bound;
  int relative;
};

static const struct claim claims[] = {
    {"exp", moe_exp, ref_exp, -708.39, 709.78, 1.1, 0},
    {"exp", moe_exp, ref_exp, -1, 1, 1.1, 0},
    {"exp to subnormals", moe_exp, ref_exp, -746, -708, 1.1, 0},
    {"expm1", moe_expm1, ref_expm1, -60, 709, 3, 0},
    {"expm1", moe_expm1, ref_expm1, -1, 1, 3, 0},
    {"expm1", moe_expm1, ref_expm1, -1e-9, 1e-9, 1, 0},
    {"log", moe_log, ref_log, 0.5, 2, 1, 0},
    {"log", moe_log, ref_log, 1 - 1e-6, 1 + 1e-6, 1, 0},
    {"log", moe_log, ref_log, 0, 1e308, 1, 0},
    {"log of subnormals", moe_log, ref_log, 0, 0x1p-1022, 1, 0},
    {"log1p", moe_log1p, ref_log1p, -1, 2, 2, 0},
    {"log1p", moe_log1p, ref_log1p, -1e-6, 1e-6, 2, 0},
    {"log1p", moe_log1p, ref_log1p, 0, 1e18, 2, 0},
    {"sigmoid", moe_sigmoid, ref_sigmoid, -708, 60, 3, 0},
    {"sigmoid", moe_sigmoid, ref_sigmoid, -4, 4, 3, 0},
    {"tanh", moe_tanh, ref_tanh, -30, 30, 3, 0},
    {"tanh", moe_tanh, ref_tanh, -1, 1, 3, 0},
    {"tanh", moe_tanh, ref_tanh, -1e-9, 1e-9, 3, 0},
    {"sin(pi x)", sinpi, ref_sinpi, -0.5, 0.5, 1.5, 0},
    {"sin(pi x)", sinpi, ref_sinpi, -2, 2, 1.5, 0},
    {"cos(pi x)", cospi, ref_cospi, -2, 2, 1.5, 0},
    {"phi", moe_normal_pdf, ref_pdf, -37.4, 37.4, 9, 1},
    {"Phi", moe_normal_cdf, ref_cdf, -37.4, 0, 9, 1},
    {"Phi", moe_normal_cdf, ref_cdf, -4, 4, 9, 1},
    {"Phi", moe_normal_cdf, ref_cdf, -1e-6, 1e-6, 9, 1},
};

static double error_of(const struct claim *claim, double x, mpfr_t exact) {
  double got = claim->function(x);
  if (!claim->relative) return ulp_error(got, exact);
  mpfr_t error;
  mpfr_init2(error, PRECISION);
  mpfr_d_sub(error, got, exact, MPFR_RNDN);
  mpfr_div(error, error, exact, MPFR_RNDN);
  double relative = fabs(mpfr_get_d(error, MPFR_RNDN)) * 0x1p53;
  mpfr_clear(error);
  return relative;
}

static void functions_are_as_accurate_as_promised(void **state) {
  (void)state;
  mpfr_t x, exact;
  mpfr_inits2(PRECISION, x, exact, (mpfr_ptr)0);
  uint64_t seed = 1;
  for (size_t i = 0; i < sizeof claims / sizeof *claims; i++) {
    const struct claim *claim = &claims[i];
    double worst = 0, where = 0;
    for (int k = 0; k < POINTS; k++) {
      double point = between(&seed, claim->low, claim->high);
      if (claim->low == 0 && point == 0) continue;
      mpfr_set_d(x, point, MPFR_RNDN);
      claim->reference(exact, x);
      double error = error_of(claim, point, exact);
      if (error > worst) worst = error, where = point;
    }
    if (worst > claim->bound)
      fail_msg("%s on [%g, %g]: error %.3f at %.17g, promised %g", claim->name, claim->low,
               claim->high, worst, where, claim->bound);
  }
  mpfr_clears(x, exact, (mpfr_ptr)0);
}

/* Uniform bit patterns reach every exponent, which intervals do not. */
static void functions_are_accurate_at_every_exponent(void **state) {
  (void)state;
  mpfr_t x, exact;
  mpfr_inits2(PRECISION, x, exact, (mpfr_ptr)0);
  uint64_t seed = 2;
  const struct claim all[] = {{"exp", moe_exp, ref_exp, 0, 0, 1.1, 0},
                              {"expm1", moe_expm1, ref_expm1, 0, 0, 3, 0},
                              {"log", moe_log, ref_log, 0, 0, 1, 0},
                              {"log1p", moe_log1p, ref_log1p, 0, 0, 2, 0},
                              {"tanh", moe_tanh, ref_tanh, 0, 0, 3, 0}};
  for (int k = 0; k < 4 * POINTS; k++) {
    double point = from_bits(next_bits(&seed));
    if (!isfinite(point)) continue;
    const struct claim *claim = &all[k % 5];
    if (claim->reference == ref_log) point = fabs(point);
    if (claim->reference == ref_log1p && point <= -1) point = -point;
    mpfr_set_d(x, point, MPFR_RNDN);
    if (fabs(point) > 1000 && (k % 5 < 2 || k % 5 == 4)) continue; /* edges test these */
    claim->reference(exact, x);
    double error = error_of(claim, point, exact);
    if (error > claim->bound)
      fail_msg("%s: error %.3f at %.17g, promised %g", claim->name, error, point, claim->bound);
  }
  mpfr_clears(x, exact, (mpfr_ptr)0);
}

struct edge {
  const char *name;
  double (*function)(double);
  double x, y;
};

static void edges_are_exact(void **state) {
  (void)state;
  const struct edge edges[] = {
      {"exp", moe_exp, 0, 1},
      {"exp", moe_exp, -0.0, 1},
      {"exp", moe_exp, INFINITY, INFINITY},
      {"exp", moe_exp, -INFINITY, 0},
      {"exp", moe_exp, 709.79, INFINITY},
      {"exp", moe_exp, 1e308, INFINITY},
      {"exp", moe_exp, -746, 0},
      {"exp", moe_exp, -1e308, 0},
      {"exp", moe_exp, NAN, NAN},
      {"expm1", moe_expm1, 0, 0},
      {"expm1", moe_expm1, INFINITY, INFINITY},
      {"expm1", moe_expm1, -INFINITY, -1},
      {"expm1", moe_expm1, 0x1p-1074, 0x1p-1074},
      {"expm1", moe_expm1, NAN, NAN},
      {"log", moe_log, 1, 0},
      {"log", moe_log, 0, -INFINITY},
      {"log", moe_log, -0.0, -INFINITY},
      {"log", moe_log, -1, NAN},
      {"log", moe_log, -INFINITY, NAN},
      {"log", moe_log, INFINITY, INFINITY},
      {"log", moe_log, NAN, NAN},
      {"log1p", moe_log1p, 0, 0},
      {"log1p", moe_log1p, -1, -INFINITY},
      {"log1p", moe_log1p, -1.5, NAN},
      {"log1p", moe_log1p, 0x1p-1074, 0x1p-1074},
      {"log1p", moe_log1p, INFINITY, INFINITY},
      {"log1p", moe_log1p, NAN, NAN},
      {"sigmoid", moe_sigmoid, 0, 0.5},
      {"sigmoid", moe_sigmoid, INFINITY, 1},
      {"sigmoid", moe_sigmoid, -INFINITY, 0},
      {"sigmoid", moe_sigmoid, NAN, NAN},
      {"tanh", moe_tanh, 0, 0},
      {"tanh", moe_tanh, -0.0, -0.0},
      {"tanh", moe_tanh, INFINITY, 1},
      {"tanh", moe_tanh, -1e308, -1},
      {"tanh", moe_tanh, 0x1p-1074, 0x1p-1074},
      {"tanh", moe_tanh, NAN, NAN},
      {"phi", moe_normal_pdf, INFINITY, 0},
      {"phi", moe_normal_pdf, -1e200, 0},
      {"phi", moe_normal_pdf, NAN, NAN},
      {"Phi", moe_normal_cdf, 0, 0.5},
      {"Phi", moe_normal_cdf, INFINITY, 1},
      {"Phi", moe_normal_cdf, -INFINITY, 0},
      {"Phi", moe_normal_cdf, NAN, NAN},
      {"sin(pi x)", sinpi, 0.5, 1},
      {"sin(pi x)", sinpi, -1.5, 1},
      {"cos(pi x)", cospi, 1, -1},
      {"cos(pi x)", cospi, 2, 1},
  };
  for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
    double y = edges[i].function(edges[i].x);
    if (!same_bits(y, edges[i].y))
      fail_msg("%s(%g) is %g, not %g", edges[i].name, edges[i].x, y, edges[i].y);
  }
  assert_true(sinpi(1) == 0 && cospi(0.5) == 0);
  /* A NaN with a payload must not turn into a number on its way through the exponent's bits. */
  for (uint64_t payload = 1; payload < (1ull << 51); payload = payload * 5 + 3)
    assert_true(isnan(moe_exp(from_bits(0x7ff8000000000000u | payload))) &&
                isnan(moe_expm1(from_bits(0xfff8000000000000u | payload))) &&
                isnan(moe_log(from_bits(0x7ff8000000000000u | payload))));
}

/* Arguments that visit everything: random bits, and random numbers of ordinary size. */
static void fill_points(uint64_t *seed, double *x, size_t n) {
  for (size_t i = 0; i < n; i++)
    x[i] = i % 2 ? between(seed, -40, 40) : from_bits(next_bits(seed));
}

static void check_level(const struct moe_vmath *level, const char *name) {
  uint64_t seed = 3;
  for (int k = 0; k < 50000; k++) {
    double x, y, s, c, d, e, s1, c1;
    fill_points(&seed, &x, 1);
    if (k % 2) x = between(&seed, -40, 40);
    y = between(&seed, -2, 2);
    level->sincospi(y, &s, &c);
    moe_vmath_portable.sincospi(y, &s1, &c1);
    double p = level->normal(x, &d), q = moe_vmath_portable.normal(x, &e);
    int same = same_bits(level->exp(x), moe_vmath_portable.exp(x)) &&
               same_bits(level->expm1(x), moe_vmath_portable.expm1(x)) &&
               same_bits(level->log(x), moe_vmath_portable.log(x)) &&
               same_bits(level->log1p(x), moe_vmath_portable.log1p(x)) &&
               same_bits(level->sigmoid(x), moe_vmath_portable.sigmoid(x)) &&
               same_bits(level->tanh(x), moe_vmath_portable.tanh(x)) && same_bits(p, q) &&
               same_bits(d, e) && same_bits(s, s1) && same_bits(c, c1);
    if (!same) fail_msg("%s differs from portable at %.17g or %.17g", name, x, y);
  }
}

static void levels_agree_bit_by_bit(void **state) {
  (void)state;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    check_level(&moe_vmath_avx2, "avx2");
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    check_level(&moe_vmath_avx512, "avx512");
#endif
}

static void same_lanes(const char *name, const double *x, v8 y, double (*f)(double)) {
  for (int i = 0; i < 8; i++)
    if (!same_bits(y[i], f(x[i])))
      fail_msg("lane %d of v8_%s(%.17g) is %a, not %a", i, name, x[i], y[i], f(x[i]));
}

static void lanes_equal_scalars(void **state) {
  (void)state;
  uint64_t seed = 4;
  for (int k = 0; k < 5000; k++) {
    _Alignas(64) double x[8], y[8];
    fill_points(&seed, x, 8);
    v8 v = v8_load(x), density, s, c, complement;
    same_lanes("exp", x, v8_exp(v), moe_exp);
    same_lanes("expm1", x, v8_expm1(v), moe_expm1);
    same_lanes("log", x, v8_log(v), moe_log);
    same_lanes("log1p", x, v8_log1p(v), moe_log1p);
    same_lanes("sigmoid", x, v8_sigmoid(v), moe_sigmoid);
    same_lanes("tanh", x, v8_tanh(v), moe_tanh);
    same_lanes("normal", x, v8_normal(v, &density), moe_normal_cdf);
    same_lanes("normal's density", x, density, moe_normal_pdf);
    for (int i = 0; i < 8; i++) y[i] = between(&seed, -2, 2);
    v8_sincospi(v8_load(y), &s, &c);
    same_lanes("sincospi", y, s, sinpi);
    same_lanes("sincospi", y, c, cospi);
    v8_sigmoid_pair(-v, &complement);
    same_lanes("sigmoid_pair's complement", x, complement, moe_sigmoid);
  }
}

static void lane_primitives_do_what_they_say(void **state) {
  (void)state;
  double nan = NAN, unaligned[9] = {9, 1, 2, 3, 4, 5, 6, 7, 8};
  v8 x = v8_loadu(unaligned + 1), y = v8_set1(4.5);
  v8 larger = v8_max(x, y), smaller = v8_min(x, y), root = v8_sqrt(x);
  v8 chosen = v8_select(x < y, x, -y), chosen_too = v8_if_lt(x, y, x, -y);
  for (int i = 0; i < 8; i++) {
    assert_true(x[i] == i + 1);
    assert_true(larger[i] == fmax(x[i], 4.5) && smaller[i] == fmin(x[i], 4.5));
    assert_true(root[i] == sqrt(x[i]));
    assert_true(chosen[i] == (x[i] < 4.5 ? x[i] : -4.5) && chosen_too[i] == chosen[i]);
    assert_true(v8_fma(x, x, -x * x)[i] == 0);
  }
  v8_storeu(unaligned, x);
  assert_true(unaligned[0] == 1 && unaligned[7] == 8);
  /* Where an argument is NaN, max, min and if_lt give the last one. */
  v8 n = v8_set1(nan);
  assert_true(v8_max(n, y)[0] == 4.5 && isnan(v8_max(y, n)[0]));
  assert_true(v8_min(n, y)[0] == 4.5 && isnan(v8_min(y, n)[0]));
  assert_true(v8_if_lt(n, y, x, y)[0] == 4.5 && v8_if_lt(y, n, x, y)[0] == 4.5);
  /* One rounding: 1 + 2^-53 + 2^-54 differs from two roundings. */
  assert_true(v8_fma(v8_set1(0x1p-27 + 1), v8_set1(0x1p-27 - 1), v8_set1(1))[3] == 0x1p-54);
}

static void sum_has_its_order(void **state) {
  (void)state;
  const v8 x = {1, 0x1p-53, 0, 0x1p-53, 0, 0, 0x1p-60, 0x1p-70};
  double expected = ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
  assert_true(same_bits(v8_sum(x), expected));
  double left_to_right = 0;
  for (int i = 0; i < 8; i++) left_to_right += x[i];
  assert_false(same_bits(left_to_right, expected)); /* or this test could not fail */
}

/* Any change of a single bit changes every estimate's identity: it needs a new version number.
 */
static void bits_are_those_of_the_first_release(void **state) {
  (void)state;
  uint64_t seed = 5, digest = 0xcbf29ce484222325u;
  for (int k = 0; k < 20000; k++) {
    double x = between(&seed, -30, 30), s, c;
    moe_sincospi(x / 16, &s, &c);
    double y[] = {
        moe_exp(x), moe_expm1(x),   moe_log(fabs(x)),  moe_log1p(fabs(x)), s,
        c,          moe_sigmoid(x), moe_normal_pdf(x), moe_normal_cdf(x),  moe_tanh(x)};
    for (size_t i = 0; i < sizeof y / sizeof *y; i++) {
      digest = (digest ^ to_bits(y[i])) * 0x100000001b3u;
    }
  }
  if (digest != 0x4a641246481f2b2fu) fail_msg("digest %#018llx", (unsigned long long)digest);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_are_as_accurate_as_promised),
      cmocka_unit_test(functions_are_accurate_at_every_exponent),
      cmocka_unit_test(edges_are_exact),
      cmocka_unit_test(levels_agree_bit_by_bit),
      cmocka_unit_test(lanes_equal_scalars),
      cmocka_unit_test(lane_primitives_do_what_they_say),
      cmocka_unit_test(sum_has_its_order),
      cmocka_unit_test(bits_are_those_of_the_first_release),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
