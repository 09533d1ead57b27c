/*
 * test_design.c - the designs: laws, exact counts, repeatability, what is refused.
 *
 * Statistical checks work on standardised means: beyond 4 sigma the check draws four times more
 * data, and fails when that, too, is beyond. A right program fails once in 10^8 runs or so, and
 * keys are fixed.
 */
#include "cell.h"
#include "eval_fixture.h"

static const struct moe_design uniform = {.kind = MOE_UNIFORM, .lower = -3, .upper = 1};
static const struct moe_design normal = {.kind = MOE_NORMAL, .lower = 2, .upper = 0.5};
static const struct moe_design telescope = {
    .kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = 256};
static const struct moe_design balanced = {
    .kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = 256, .balanced = 1};
static const struct moe_design raw = {
    .kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = 256, .raw = 1};
static const double noise_var = 0.04;

struct truth {
  struct moe_model model;
  double theta[64];
};

static struct truth truth_make(size_t d) {
  struct truth t;
  uint64_t seed = 21;
  assert_int_equal(moe_model_make(&t.model, "softmax", "tanh", d, 2, NULL), MOE_OK);
  for (size_t i = 0; i < moe_model_size(&t.model); i++) t.theta[i] = 2 * fixture_number(&seed);
  return t;
}

static struct moe_data *draw(const struct moe_design *design, const struct truth *t, double n,
                             uint64_t key) {
  struct moe_data *data;
  struct moe_error e;
  if (moe_design_draw(design, &t->model, t->theta, noise_var, n, key, &data, &e) != MOE_OK)
    fail_msg("%s", e.text);
  return data;
}

static double truth_at(const struct truth *t, const struct moe_data *data, size_t i) {
  double x[16], w[2];
  for (size_t s = 0; s < data->d; s++) x[s] = *moe_data_at(data, i, s);
  return moe_model_value(&t->model, t->theta, x, w, NULL);
}

static double weight_at(const struct moe_data *data, size_t i) {
  return *moe_data_at(data, i, data->d + 1);
}

/* (y - f) sqrt(weight): N(0, 1) under every design with noise. */
static double noise_at(const struct truth *t, const struct moe_data *data, size_t i) {
  return (*moe_data_at(data, i, data->d) - truth_at(t, data, i)) * sqrt(weight_at(data, i));
}

/* Mean and variance of a sample of N(0, 1), in their own sigmas: the larger. */
static double normal_sigmas(size_t n, const double *z) {
  double sum = 0, squares = 0, size = (double)n;
  for (size_t i = 0; i < n; i++) sum += z[i];
  for (size_t i = 0; i < n; i++) squares += z[i] * z[i] - 1;
  return fmax(fabs(sum) / sqrt(size), fabs(squares) / sqrt(2 * size));
}

/* The standardised numbers of `draws` replicates, by `pick` from each row. */
static double sigmas_of(const struct moe_design *design, size_t d, double n, size_t draws,
                        double (*pick)(const struct truth *, const struct moe_data *, size_t)) {
  struct truth t = truth_make(d);
  size_t count = 0, room = 0;
  double *z = NULL;
  for (size_t r = 0; r < draws; r++) {
    struct moe_data *data = draw(design, &t, n, 1000 + r);
    if (count + data->n > room) z = realloc(z, (room = 2 * (count + data->n)) * sizeof *z);
    for (size_t i = 0; i < data->n; i++) z[count++] = pick(&t, data, i);
    moe_data_free(data);
  }
  double sigmas = normal_sigmas(count, z);
  free(z);
  return sigmas;
}

static void assert_standard(const struct moe_design *design, size_t d, double n, size_t draws,
                            double (*pick)(const struct truth *, const struct moe_data *,
                                           size_t)) {
  double sigmas = sigmas_of(design, d, n, draws, pick);
  if (sigmas > 4) sigmas = sigmas_of(design, d, n, 4 * draws, pick);
  if (!(sigmas <= 4)) fail_msg("design %d, n = %g: %g sigma off", design->kind, n, sigmas);
}

static void noise_has_its_law(void **state) {
  (void)state;
  assert_standard(&uniform, 1, 3000, 2, noise_at);
  assert_standard(&normal, 3, 3000, 2, noise_at);
  assert_standard(&telescope, 1, 1000, 20, noise_at);
  assert_standard(&telescope, 2, 1e13, 20, noise_at);
  assert_standard(&balanced, 1, 1e6, 20, noise_at);
  assert_standard(&raw, 2, 3000, 2, noise_at);
}

/* Standardised covariate 0. The uniform's square has variance 4/5 of the normal's 2: no matter,
 * sigmas only come out smaller. */
static double uniform_x(const struct truth *t, const struct moe_data *data, size_t i) {
  (void)t;
  return (*moe_data_at(data, i, 0) - (-1)) / (4 / sqrt(12));
}
static double normal_x(const struct truth *t, const struct moe_data *data, size_t i) {
  (void)t;
  return (*moe_data_at(data, i, data->d - 1) - 2) / 0.5;
}

static void covariates_have_their_law(void **state) {
  (void)state;
  assert_standard(&uniform, 1, 5000, 2, uniform_x);
  assert_standard(&uniform, 3, 5000, 2, uniform_x);
  assert_standard(&normal, 2, 5000, 2, normal_x);
  struct truth t = truth_make(2);
  struct moe_data *data = draw(&uniform, &t, 2000, 5);
  for (size_t i = 0; i < data->n; i++)
    for (size_t s = 0; s < 2; s++)
      assert_true(*moe_data_at(data, i, s) > -3 && *moe_data_at(data, i, s) < 1);
  assert_int_equal(data->n, 2000);
  assert_true(weight_at(data, 77) == 1 / noise_var);
  moe_data_free(data);
}

/* (c - n/M) / sqrt(n/M (1 - 1/M)), for counts too large for a point to be empty. */
static double count_deviation(const struct truth *t, const struct moe_data *data, size_t i) {
  (void)t;
  double mean = 1e6 / 256;
  return (weight_at(data, i) * noise_var - mean) / sqrt(mean * 255 / 256);
}

static void counts_have_their_law(void **state) {
  (void)state;
  static const double sizes[] = {1, 7, 300, 12345, 1e6, 1e14};
  struct truth t = truth_make(1);
  assert_standard(&telescope, 1, 1e6, 20, count_deviation);
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
    for (int b = 0; b < 2; b++) {
      if (b && sizes[k] < 256) continue;
      struct moe_data *data = draw(b ? &balanced : &telescope, &t, sizes[k], 9 + k);
      double sum = 0;
      for (size_t i = 0; i < data->n; i++) {
        double count = round(weight_at(data, i) * noise_var);
        assert_true(count >= 1);
        if (b) assert_true(fabs(count - sizes[k] / 256) < 1);
        sum += count;
      }
      assert_true(sum == sizes[k]);
      assert_true(data->n <= 256);
      moe_data_free(data);
    }
}

/* The number of raw rows at point `point` of the telescope, standardised as above. */
static double raw_deviation(const struct moe_data *data, size_t point) {
  double x = -3 + 6 * ((double)point + 0.5) / 256, mean = (double)data->n / 256, count = 0;
  for (size_t i = 0; i < data->n; i++) count += fabs(*moe_data_at(data, i, 0) - x) < 1e-12;
  return (count - mean) / sqrt(mean * 255 / 256);
}

static void raw_rows_are_on_the_points(void **state) {
  (void)state;
  struct truth t = truth_make(1);
  double z[256], sum = 0;
  for (uint64_t key = 1, again = 1; again; key++) {
    struct moe_data *data = draw(&raw, &t, 51200, key);
    assert_int_equal(data->n, 51200);
    for (size_t i = 0; i < 256; i++) sum += z[i] = raw_deviation(data, i);
    moe_data_free(data);
    assert_true(fabs(sum) < 1e-9); /* all rows are at some point */
    again = normal_sigmas(256, z) > 4;
    assert_true(!again || key < 3);
  }
}

static void population_is_noiseless(void **state) {
  (void)state;
  for (size_t d = 1; d <= 3; d++) {
    struct truth t = truth_make(d);
    struct moe_data *data = draw(&telescope, &t, INFINITY, 3);
    assert_int_equal(data->n, 256);
    for (size_t i = 0; i < data->n; i++) {
      assert_true(fabs(*moe_data_at(data, i, d) - truth_at(&t, data, i)) < 1e-15);
      assert_true(weight_at(data, i) == MOE_POPULATION_N / 256 / noise_var);
    }
    moe_data_free(data);
  }
}

/* d = 1: midpoints. d > 1: every box [0, a) x [0, b) holds its share to within a few points. */
static void supports_are_even(void **state) {
  (void)state;
  struct truth one = truth_make(1), two = truth_make(2);
  struct moe_data *line = moe_design_support(&telescope, 0, &one.model, one.theta);
  for (size_t i = 0; i < 256; i++)
    assert_true(fabs(*moe_data_at(line, i, 0) - (-3 + 6 * ((double)i + 0.5) / 256)) < 1e-14);
  moe_data_free(line);
  struct moe_data *square = moe_design_support(&uniform, 1000, &two.model, two.theta);
  double weights = 0;
  for (size_t i = 0; i < square->n; i++) weights += weight_at(square, i);
  assert_true(fabs(weights - 1) < 1e-13);
  for (double a = 0.25; a <= 1; a += 0.25)
    for (double b = 0.25; b <= 1; b += 0.25) {
      double inside = 0;
      for (size_t i = 0; i < 1000; i++)
        inside += (*moe_data_at(square, i, 0) + 3) / 4 < a &&
                  (*moe_data_at(square, i, 1) + 3) / 4 < b;
      assert_true(fabs(inside - 1000 * a * b) < 10);
    }
  moe_data_free(square);
}

/* The normal support has the law's moments: the quantiles are right, far out too. */
static void normal_support_has_its_moments(void **state) {
  (void)state;
  struct truth t = truth_make(1);
  struct moe_data *data = moe_design_support(&normal, 20000, &t.model, t.theta);
  double sum[5] = {0};
  for (size_t i = 0; i < data->n; i++)
    for (int k = 1; k < 5; k++)
      sum[k] += pow((*moe_data_at(data, i, 0) - 2) / 0.5, k) / (double)data->n;
  assert_true(fabs(sum[1]) < 1e-12 && fabs(sum[3]) < 1e-10);
  assert_true(fabs(sum[2] - 1) < 1e-3 && fabs(sum[4] - 3) < 2e-2);
  double last = (*moe_data_at(data, data->n - 1, 0) - 2) / 0.5;
  assert_true(fabs(0.5 * erfc(last / sqrt(2)) * 40000 - 1) < 1e-9);
  moe_data_free(data);
}

static int same_rows(const struct moe_data *a, const struct moe_data *b) {
  return a->n == b->n &&
         !memcmp(a->tile, b->tile, a->tiles * (a->d + 2) * MOE_TILE * sizeof *a->tile);
}

static void keys_decide_the_rows(void **state) {
  (void)state;
  const struct moe_design *all[] = {&uniform, &normal, &telescope, &balanced, &raw};
  struct truth t = truth_make(2);
  for (size_t i = 0; i < 5; i++) {
    struct moe_data *a = draw(all[i], &t, 5000, 42), *b = draw(all[i], &t, 5000, 42);
    struct moe_data *c = draw(all[i], &t, 5000, 43);
    assert_true(same_rows(a, b));
    assert_false(same_rows(a, c));
    moe_data_free(b);
    setenv("MOERATES_ISA", "portable", 1);
    b = draw(all[i], &t, 5000, 42);
    unsetenv("MOERATES_ISA");
    assert_true(same_rows(a, b));
    moe_data_free(a);
    moe_data_free(b);
    moe_data_free(c);
  }
}

/* Whoever changes these bits on purpose raises MOE_VERSION_DATA. */
static void rows_are_those_of_the_version(void **state) {
  (void)state;
  const struct moe_design *all[] = {&uniform, &normal, &telescope, &balanced, &raw};
  uint64_t digest = FIXTURE_DIGEST_START;
  for (size_t d = 1; d <= 2; d++)
    for (size_t i = 0; i < 5; i++) {
      struct truth t = truth_make(d);
      struct moe_data *data = draw(all[i], &t, 3000, 42);
      digest = fixture_digest(digest, data->tile, data->tiles * (d + 2) * MOE_TILE);
      moe_data_free(data);
    }
  assert_int_equal(MOE_VERSION_DATA, 1);
  if (digest != 0xda4beb5808e21becu)
    fail_msg("other rows (%#llx): raise MOE_VERSION_DATA and put this digest here",
             (unsigned long long)digest);
}

/* Raw rows are draws of one stream: a longer sample begins with the shorter. */
static void samples_are_nested(void **state) {
  (void)state;
  struct truth t = truth_make(3);
  struct moe_data *some = draw(&uniform, &t, 1500, 42), *more = draw(&uniform, &t, 4000, 42);
  for (size_t i = 0; i < 1500; i++)
    for (size_t s = 0; s < 5; s++)
      assert_true(*moe_data_at(some, i, s) == *moe_data_at(more, i, s));
  moe_data_free(some);
  moe_data_free(more);
}

static void padding_has_weight_zero(void **state) {
  (void)state;
  struct truth t = truth_make(1);
  struct moe_data *data = draw(&uniform, &t, 33, 1);
  assert_int_equal(data->tiles, 2);
  for (size_t i = 33; i < 64; i++) {
    assert_true(*moe_data_at(data, i, 0) == *moe_data_at(data, 32, 0));
    assert_true(*moe_data_at(data, i, 1) == *moe_data_at(data, 32, 1));
    assert_true(weight_at(data, i) == 0);
  }
  moe_data_free(data);
}

static void assert_refused(struct moe_design design, double variance, double n,
                           const char *says) {
  struct truth t = truth_make(1);
  struct moe_error e;
  struct moe_data *data = (struct moe_data *)&t;
  assert_int_equal(moe_design_draw(&design, &t.model, t.theta, variance, n, 1, &data, &e),
                   MOE_EUSAGE);
  assert_null(data);
  if (!strstr(e.text, says)) fail_msg("'%s' does not say '%s'", e.text, says);
}

static void bad_designs_are_refused(void **state) {
  (void)state;
  struct moe_design empty = telescope, upside = uniform, flat = normal, open = uniform;
  empty.points = 0;
  upside.lower = 2;
  flat.upper = 0;
  open.upper = INFINITY;
  assert_refused(uniform, noise_var, 0, "n = 0: at least one row");
  assert_refused(uniform, noise_var, NAN, "at least one row");
  assert_refused(uniform, noise_var, -INFINITY, "at least one row");
  assert_refused(uniform, noise_var, 2.5, "n = 2.5: a sample size is a whole number");
  assert_refused(uniform, noise_var, 3e9, "at most 2^31");
  assert_refused(raw, noise_var, 3e9, "at most 2^31");
  assert_refused(uniform, noise_var, INFINITY, "only a telescope design has a population");
  assert_refused(telescope, noise_var, 2e14, "at most 1e14");
  assert_refused(balanced, noise_var, 255, "balanced over 256 support points");
  assert_refused(empty, noise_var, 10, "without support points");
  assert_refused(upside, noise_var, 10, "lower must be below upper");
  assert_refused(open, noise_var, 10, "must be finite");
  assert_refused(flat, noise_var, 10, "sd 0: it must be positive");
  assert_refused(uniform, 0, 10, "noise variance 0");
  assert_refused(uniform, NAN, 10, "it must be positive");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(noise_has_its_law),
      cmocka_unit_test(covariates_have_their_law),
      cmocka_unit_test(counts_have_their_law),
      cmocka_unit_test(raw_rows_are_on_the_points),
      cmocka_unit_test(population_is_noiseless),
      cmocka_unit_test(supports_are_even),
      cmocka_unit_test(normal_support_has_its_moments),
      cmocka_unit_test(keys_decide_the_rows),
      cmocka_unit_test(rows_are_those_of_the_version),
      cmocka_unit_test(samples_are_nested),
      cmocka_unit_test(padding_has_weight_zero),
      cmocka_unit_test(bad_designs_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
