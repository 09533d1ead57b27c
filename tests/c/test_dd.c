/*
 * test_dd.c - double-double arithmetic and functions against MPFR at 300 bits.
 */
#include "dd.h"

#include <mpfr.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rng.h"

#define BITS 300

/* A number of about `size` whose low part is not zero. */
static struct dd random_dd(struct moe_rng *rng, double size) {
  double hi = size * (2 * moe_rng_uniform(rng) - 1);
  return dd_quick_sum(hi, hi * 0x1p-54 * (2 * moe_rng_uniform(rng) - 1));
}

static void set(mpfr_t out, struct dd x) {
  mpfr_set_d(out, x.hi, MPFR_RNDN);
  mpfr_add_d(out, out, x.lo, MPFR_RNDN);
}

/* |x - exact| / |exact| in units of 2^-106. */
static double error_of(struct dd x, const mpfr_t exact) {
  mpfr_t difference;
  mpfr_init2(difference, BITS);
  set(difference, x);
  mpfr_sub(difference, difference, exact, MPFR_RNDN);
  mpfr_div(difference, difference, exact, MPFR_RNDN);
  double error = fabs(mpfr_get_d(difference, MPFR_RNDN)) * 0x1p106;
  mpfr_clear(difference);
  return error;
}

static void arithmetic(void **state) {
  (void)state;
  struct moe_rng rng = moe_rng_make(moe_key_hash("dd arithmetic"), 0);
  mpfr_t a, b, c;
  mpfr_inits2(BITS, a, b, c, (mpfr_ptr)0);
  for (int i = 0; i < 2000; i++) {
    struct dd x = random_dd(&rng, 3), y = random_dd(&rng, 5);
    set(a, x);
    set(b, y);
    mpfr_add(c, a, b, MPFR_RNDN);
    assert_true(error_of(dd_add(x, y), c) <= 3);
    mpfr_sub(c, a, b, MPFR_RNDN);
    assert_true(error_of(dd_sub(x, y), c) <= 3);
    mpfr_mul(c, a, b, MPFR_RNDN);
    assert_true(error_of(dd_mul(x, y), c) <= 5);
    mpfr_mul_d(c, a, y.hi, MPFR_RNDN);
    assert_true(error_of(dd_scale(x, y.hi), c) <= 5);
    mpfr_div(c, a, b, MPFR_RNDN);
    assert_true(error_of(dd_div(x, y), c) <= 10);
    mpfr_abs(a, a, MPFR_RNDN);
    mpfr_sqrt(c, a, MPFR_RNDN);
    assert_true(error_of(dd_sqrt(x.hi < 0 ? dd_neg(x) : x), c) <= 10);
  }
  mpfr_clears(a, b, c, (mpfr_ptr)0);
}

static void exponential(void **state) {
  (void)state;
  struct moe_rng rng = moe_rng_make(moe_key_hash("dd exp"), 0);
  mpfr_t a, c;
  mpfr_inits2(BITS, a, c, (mpfr_ptr)0);
  for (int i = 0; i < 2000; i++) {
    struct dd x = random_dd(&rng, i % 2 ? 1 : 300);
    set(a, x);
    mpfr_exp(c, a, MPFR_RNDN);
    assert_true(error_of(dd_exp(x), c) <= 4 * (fabs(x.hi) + 8));
  }
  assert_true(dd_exp(dd_of(0)).hi == 1 && dd_exp(dd_of(0)).lo == 0);
  mpfr_clears(a, c, (mpfr_ptr)0);
}

/* Phi(x) = erfc(-x / sqrt 2) / 2. */
static void normal_distribution(void **state) {
  (void)state;
  struct moe_rng rng = moe_rng_make(moe_key_hash("dd normal"), 0);
  mpfr_t a, c;
  mpfr_inits2(BITS, a, c, (mpfr_ptr)0);
  for (int i = 0; i < 1000; i++) {
    struct dd x = random_dd(&rng, i % 2 ? 2.5 : 20);
    set(a, x);
    mpfr_sqrt_ui(c, 2, MPFR_RNDN);
    mpfr_div(a, a, c, MPFR_RNDN);
    mpfr_neg(a, a, MPFR_RNDN);
    mpfr_erfc(c, a, MPFR_RNDN);
    mpfr_div_ui(c, c, 2, MPFR_RNDN);
    assert_true(error_of(dd_normal_cdf(x), c) <= 8 * (x.hi * x.hi + 8));
  }
  mpfr_clears(a, c, (mpfr_ptr)0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arithmetic),
      cmocka_unit_test(exponential),
      cmocka_unit_test(normal_distribution),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
