/*
 * test_orbit.c - the distance of a Gaussian mixture from the parameters with the truth's density.
 */
#include "mixture_fixture.h"

#define LOG2 0.69314718055994531

static atom true_atoms[3] = {{2, .3, 8, 2, .4}, {0, 0, -6, 1, .5}, {-1, .8, 3, 0, .2}};

static double distance_of(const struct recipe *truth_of, const double *truth,
                          const struct recipe *fit_of, const double *theta) {
  struct fixture f = recipe_make(truth_of, truth, fit_of, 8);
  double distance = loss_of(&f, "set_distance", theta);
  fixture_free(&f);
  return distance;
}

/* Translated, scaled with the temperature and in another order: the same density. */
static void zero_on_the_orbit(void **state) {
  (void)state;
  struct recipe r = {.gate = "softmax", .expert = "linear", .k = 3, .temperature = 1.5};
  static const double factors[] = {.2, .9, 1, 3};
  double truth[16], theta[16];
  recipe_theta(&r, true_atoms, truth);
  for (size_t c = 0; c < 4; c++) {
    double atoms[3][5];
    for (size_t i = 0; i < 3; i++) {
      memcpy(atoms[i], true_atoms[(i + 1) % 3], sizeof atoms[i]);
      atoms[i][0] = factors[c] * atoms[i][0] - .7;
      atoms[i][1] = factors[c] * atoms[i][1] + 2;
    }
    r.temperature = 1.5 * factors[c];
    recipe_theta(&r, (const double(*)[5])atoms, theta);
    struct fixture f = recipe_make(&r, truth, &r, 8);
    close_to(loss_of(&f, "set_distance", theta), 0, 1e-14);
    close_to(loss_of(&f, "total_variation", theta), 0, 1e-13);
    fixture_free(&f);
  }
}

/* The same where an activation is homogeneous; another makes scaled rows another density. */
static void scales_behind_activations(void **state) {
  (void)state;
  struct recipe r = {.gate = "softmax", .expert = "linear", .k = 3, .temperature = 1.5};
  static const char *const activations[] = {"relu", "tanh"};
  for (size_t a = 0; a < 2; a++)
    for (r.outside = 0; r.outside < 2; r.outside++) {
      double truth[16], theta[16];
      r.activation = activations[a];
      recipe_theta(&r, true_atoms, truth);
      recipe_theta(&r, true_atoms, theta);
      for (size_t c = 0; c < 6; c++) theta[c] *= 2;
      theta[12] += LOG2;
      struct fixture f = recipe_make(&r, truth, &r, 8);
      double distance = loss_of(&f, "set_distance", theta);
      if (a == 0) {
        close_to(distance, 0, 1e-14);
        close_to(loss_of(&f, "total_variation", theta), 0, 1e-13);
      } else {
        /* slopes (2, 0, -1), intercepts (.3, 0, .8), log 2; where intercepts may be translated they
         * are (0, -.3, .5) - mean */
        double intercepts = r.outside ? .73 - 1.21 / 3 : .73;
        close_to(distance, sqrt(5 + intercepts + LOG2 * LOG2), 1e-13);
        assert_true(loss_of(&f, "total_variation", theta) > 1e-3);
      }
      fixture_free(&f);
    }
}

/* One coordinate moved by .1: the whole of it if no freedom takes a part; of three gate rows that may
 * be translated, 2/3 of the square. */
static void coordinates_by_hand(void **state) {
  (void)state;
  struct recipe r = {.gate = "softmax", .expert = "linear", .k = 3};
  double truth[15], theta[15];
  recipe_theta(&r, true_atoms, truth);
  for (size_t c = 0; c < 15; c++) {
    memcpy(theta, truth, sizeof theta);
    theta[c] += .1;
    close_to(distance_of(&r, truth, &r, theta), c < 6 ? .1 * sqrt(2. / 3) : .1, 1e-13);
  }
  r.gate = "normalised-sigmoid";
  for (size_t c = 0; c < 15; c++) {
    memcpy(theta, truth, sizeof theta);
    theta[c] += .1;
    close_to(distance_of(&r, truth, &r, theta), .1, 1e-13);
  }
}

/* The temperature alone is off: against a scan over the factor. */
static void temperature_alone(void **state) {
  (void)state;
  struct recipe r = {.gate = "softmax", .expert = "linear", .k = 3, .temperature = 1};
  double truth[16], theta[16], least = INFINITY;
  recipe_theta(&r, true_atoms, truth);
  memcpy(theta, truth, sizeof theta);
  theta[12] = .5;
  /* sums of squares about the means of (2, 0, -1) and of (.3, 0, .8) */
  double spread = 5 - 1. / 3 + .73 - 1.21 / 3;
  for (double log_c = 0; log_c < .5; log_c += 1e-5) {
    double c = exp(log_c), rest = .5 - log_c;
    least = fmin(least, (c - 1) * (c - 1) * spread + rest * rest);
  }
  double distance = distance_of(&r, truth, &r, theta);
  close_to(distance, sqrt(least), 1e-9);
  r.expert = "tanh"; /* with scores of squared distances tau is not in a softmax's density */
  r.euclidean = 1;
  close_to(distance_of(&r, truth, &r, theta), 0, 1e-14);
  r.gate = "normalised-sigmoid"; /* but in one of sigmoids */
  close_to(distance_of(&r, truth, &r, theta), .5, 1e-14);
}

/* Atoms split: masses 3/4 and 1/4 of one. A mass off by log 1.1 / 3: distance to where they add up, to
 * first order |D B| / ||pi||. */
static void split_atoms(void **state) {
  (void)state;
  struct recipe truth_of = {.gate = "softmax", .expert = "linear", .k = 2, .temperature = 2};
  struct recipe fit_of = truth_of;
  fit_of.k = 3;
  double truth[11], theta[16];
  double split[3][5] = {{2, 0, 8, 2, .4}, {0, 0, -6, 1, .5}, {2, 0, 8, 2, .4}};
  split[0][1] = .3 + 2 * log(.75);
  split[2][1] = .3 + 2 * log(.25);
  recipe_theta(&truth_of, true_atoms, truth);
  recipe_theta(&fit_of, (const double(*)[5])split, theta);
  close_to(distance_of(&truth_of, truth, &fit_of, theta), 0, 1e-7);
  theta[7] += .1; /* b of the first half */
  close_to(distance_of(&truth_of, truth, &fit_of, theta), .1, 1e-12);
  theta[7] -= .1;
  /* Both intercepts of the halves too large by e, which a translation shares with the other atom, of
   * weight 1 against 1 / ||pi||^2 = 1.6: e^2 1.6 / 2.6, less what c does, which is of order e too. */
  truth_of.temperature = fit_of.temperature = 0;
  double plain[10], fit[15], e = 1e-3;
  recipe_theta(&truth_of, true_atoms, plain);
  split[0][1] = .3 + log(.75) + e;
  split[2][1] = .3 + log(.25) + e;
  recipe_theta(&fit_of, (const double(*)[5])split, fit);
  close_to(distance_of(&truth_of, plain, &fit_of, fit), e * sqrt(1.6 / 2.6), 1e-12);
}

static void shared_atoms(void **state) {
  (void)state;
  struct recipe truth_of = {
      .gate = "softmax", .expert = "linear", .shared_expert = "relu", .k = 3, .shared = 1};
  struct recipe fit_of = truth_of;
  fit_of.k = 5;
  fit_of.shared = 2;
  static atom atoms[5] = {{0, 3, 2, .1, .2},
                          {0, 1, 2, 0, .2},
                          {1, 1, 8, 2, .4},
                          {-1, 1 - LOG2, -6, 1, .5},
                          {-1, 1 - LOG2, -6, 1.2, .5}};
  static atom of_truth[3] = {{0, 0, 2, 0, .2}, {2, 0, 8, 2, .4}, {0, 0, -6, 1, .5}};
  double truth[15], theta[25];
  recipe_theta(&truth_of, of_truth, truth);
  recipe_theta(&fit_of, atoms, theta);
  close_to(distance_of(&truth_of, truth, &fit_of, theta), sqrt(.01 + .04), 1e-12);
}

/* Regressions keep the other way to find the set: it is followed from theta. Here it is the line of
 * (c beta1, c beta0, c tau), and near it the distance is of the order of what theta was moved by. */
static void regressions(void **state) {
  (void)state;
  struct recipe r = {
      .gate = "sigmoid", .expert = "tanh", .k = 2, .regression = 1, .temperature = 2};
  static atom atoms[2] = {{2, .3, 1.5, .5, 0}, {-1, .5, -.7, 1, 0}};
  double truth[9], theta[9];
  recipe_theta(&r, atoms, truth);
  memcpy(theta, truth, sizeof theta);
  for (size_t c = 0; c < 4; c++) theta[c] *= 1.25;
  theta[8] += log(1.25);
  struct fixture f = recipe_make(&r, truth, &r, 64);
  close_to(loss_of(&f, "set_distance", theta), 0, 1e-12);
  close_to(loss_of(&f, "d1", theta), 0, 1e-14);
  theta[5] += 1e-4;
  double distance = loss_of(&f, "set_distance", theta);
  assert_true(distance > 1e-5 && distance < 1.001e-4);
  fixture_free(&f);
}

static void undefined(void **state) {
  (void)state;
  struct recipe truth_of = {.gate = "softmax", .expert = "linear", .k = 2};
  struct recipe fit_of = truth_of;
  double truth[10], theta[48];
  recipe_theta(&truth_of, true_atoms, truth);
  struct moe_rng rng = moe_rng_make(moe_key_hash("orbit"), 0);
  theta_random(&rng, 48, 1, theta);
  fit_of.k = 1;
  assert_true(isnan(distance_of(&truth_of, truth, &fit_of, theta)));
  fit_of.k = 7;
  assert_true(isnan(distance_of(&truth_of, truth, &fit_of, theta)));
  fit_of.k = 3;
  assert_false(isnan(distance_of(&truth_of, truth, &fit_of, theta)));
  fit_of.expert = "tanh";
  assert_true(isnan(distance_of(&truth_of, truth, &fit_of, theta)));
  fit_of.expert = "linear";
  truth_of.gate = fit_of.gate = "normalised-sigmoid";
  assert_true(isnan(distance_of(&truth_of, truth, &fit_of, theta)));
  fit_of.k = 2;
  assert_false(isnan(distance_of(&truth_of, truth, &fit_of, theta)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(zero_on_the_orbit),   cmocka_unit_test(scales_behind_activations),
      cmocka_unit_test(coordinates_by_hand), cmocka_unit_test(temperature_alone),
      cmocka_unit_test(split_atoms),         cmocka_unit_test(shared_atoms),
      cmocka_unit_test(regressions),         cmocka_unit_test(undefined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
