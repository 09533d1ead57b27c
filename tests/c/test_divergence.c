/*
 * test_divergence.c - total variation and Hellinger distance against closed forms.
 */
#include "mixture_fixture.h"

static const struct recipe one = {.gate = "softmax", .expert = "linear", .k = 1};
static const struct recipe three = {.gate = "softmax", .expert = "linear", .k = 3};

/* The two distances of mixtures of the recipes. */
static void distances(const struct recipe *truth_of, atom *true_atoms,
                      const struct recipe *fit_of, atom *atoms, double *variation,
                      double *hellinger) {
  double truth[32], theta[32];
  recipe_theta(truth_of, true_atoms, truth);
  recipe_theta(fit_of, atoms, theta);
  struct fixture f = recipe_make(truth_of, truth, fit_of, 8);
  *variation = loss_of(&f, "total_variation", theta);
  *hellinger = loss_of(&f, "hellinger", theta);
  fixture_free(&f);
}

/* N(0, sd^2) against N(gap sd, sd^2) at every x: TV = 2 Phi(gap / 2) - 1 = erf(gap / sqrt 8), h^2 = 1 -
 * exp(-gap^2 / 8). */
static void two_means(void **state) {
  (void)state;
  static const double gaps[] = {1e-12, 1e-9, 1e-6, 1e-3, .1, .7, 2, 6, 15, 40};
  static const double sds[] = {.02, 1, 30};
  for (size_t s = 0; s < 3; s++)
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
      double gap = gaps[g], sd = sds[s], variation, hellinger;
      double centre = 0; /* so that tiny gaps are not rounded off */
      const double left[1][5] = {{0, 0, 0, centre, sd * sd}};
      const double right[1][5] = {{0, 0, 0, centre + gap * sd, sd * sd}};
      distances(&one, left, &one, right, &variation, &hellinger);
      double relative = gap < 1e-10 ? 1e-3 : 1e-5;
      close_to(variation, erf(gap / sqrt(8)), relative * erf(gap / sqrt(8)));
      double square = -expm1(-gap * gap / 8);
      close_to(hellinger, sqrt(square), relative * sqrt(square));
    }
}

/* N(0, s^2) against N(0, t^2): densities cross at +-c, c^2 = 2 log(t/s) / (1/s^2 - 1/t^2); h^2 = 1 -
 * sqrt(2 s t / (s^2 + t^2)). */
static void two_variances(void **state) {
  (void)state;
  static const double ratios[] = {1.000001, 1.01, 1.5, 4, 100};
  for (size_t r = 0; r < sizeof ratios / sizeof *ratios; r++) {
    double t = ratios[r], variation, hellinger;
    const double left[1][5] = {{0, 0, 2, -1, 1}}, right[1][5] = {{0, 0, 2, -1, t * t}};
    distances(&one, left, &one, right, &variation, &hellinger);
    double c = sqrt(2 * log(t) / (1 - 1 / (t * t)));
    double expected = erf(c / sqrt(2)) - erf(c / t / sqrt(2));
    double square = (t - 1) * (t - 1) / (1 + t * t) / (1 + sqrt(2 * t / (1 + t * t)));
    close_to(variation, expected, 1e-5 * expected + 1e-14);
    close_to(hellinger, sqrt(square), 1e-5 * sqrt(square));
  }
}

/* Far apart the distances are those of weights: (1/2, 1/4, 1/4) against (1/4, 1/2, 1/4), whatever the
 * variances. */
static void far_atoms(void **state) {
  (void)state;
  double log2 = 0.69314718055994531, variation, hellinger;
  const double left[3][5] = {{0, log2, 0, -50, 1e-4}, {0, 0, 0, 0, 4}, {0, 0, 0, 70, .25}};
  const double right[3][5] = {{0, 0, 0, -50, 1e-4}, {0, log2, 0, 0, 4}, {0, 0, 0, 70, .25}};
  distances(&three, left, &three, right, &variation, &hellinger);
  close_to(variation, .25, 1e-9);
  close_to(hellinger, .5 * (sqrt(2) - 1) * sqrt(1), 1e-9);
}

/* Against a sum over a fine and wide grid, at fits near and far; also bounds: h^2 <= TV <= sqrt 2 h at
 * every x, and symmetry. */
static double brute(const struct fixture *f, const double *theta) {
  const struct moe_model *m[2] = {&f->problem.fit, &f->problem.truth};
  const double *at[2] = {theta, f->problem.truth_theta};
  double sum = 0, step = 1e-3;
  for (size_t row = 0; row < f->support->n; row++) {
    double x = *moe_data_at(f->support, row, 0), w[2][8], h[2][8], one_row = 0;
    for (int side = 0; side < 2; side++)
      moe_model_value(m[side], at[side], &x, w[side], h[side]);
    for (double y = -60; y < 60; y += step) {
      double p[2] = {0, 0};
      for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < m[side]->k; i++) {
          double nu = exp(moe_log_variances(m[side], at[side])[i]), gap = y - h[side][i];
          p[side] += w[side][i] * exp(-gap * gap / (2 * nu)) / sqrt(6.283185307179586 * nu);
        }
      one_row += step * fabs(p[0] - p[1]) / 2;
    }
    sum += one_row / (double)f->support->n;
  }
  return sum;
}

static void mixtures(void **state) {
  (void)state;
  static const struct recipe truth_of = {
      .gate = "softmax", .expert = "linear", .shared_expert = "relu", .k = 3, .shared = 1};
  static const struct recipe fit_of = {
      .gate = "softmax", .expert = "linear", .shared_expert = "relu", .k = 5, .shared = 2};
  struct moe_rng rng = moe_rng_make(moe_key_hash("divergence"), 0);
  for (size_t draw = 0; draw < 4; draw++) {
    double truth[15], theta[25];
    theta_random(&rng, 15, 1, truth);
    theta_random(&rng, 25, 1, theta);
    struct fixture f = recipe_make(&truth_of, truth, &fit_of, 4);
    double variation = loss_of(&f, "total_variation", theta);
    double hellinger = loss_of(&f, "hellinger", theta);
    close_to(variation, brute(&f, theta), 2e-6);
    assert_true(hellinger * hellinger <= variation);
    assert_true(variation <= sqrt(2) * hellinger);
    fixture_free(&f);
    f = recipe_make(&fit_of, theta, &truth_of, 4);
    close_to(loss_of(&f, "total_variation", truth), variation, 1e-14);
    close_to(loss_of(&f, "hellinger", truth), hellinger, 1e-14);
    fixture_free(&f);
  }
}

/* Regressions have no density. */
static void undefined(void **state) {
  (void)state;
  struct recipe regression = three;
  static atom atoms[3] = {{0, 0, 1, 0, 1}, {1, 0, 0, 1, 1}, {-1, 0, 1, 1, 1}};
  double truth[15], theta[15];
  regression.regression = 1;
  recipe_theta(&three, atoms, truth);
  recipe_theta(&regression, atoms, theta);
  struct fixture f = recipe_make(&three, truth, &regression, 8);
  assert_true(isnan(loss_of(&f, "total_variation", theta)));
  assert_true(isnan(loss_of(&f, "hellinger", theta)));
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(two_means), cmocka_unit_test(two_variances), cmocka_unit_test(far_atoms),
      cmocka_unit_test(mixtures),  cmocka_unit_test(undefined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
