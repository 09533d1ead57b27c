/*
 * test_descend.c - one local fit: against GSL, inside a box, and where things are degenerate.
 */
#include "fit_fixture.h"

#include "descend.h"
#include "linalg.h"

static const double two_atoms[][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}};

static struct moe_descent descend(struct moe_eval *ev, const struct moe_ranges *ranges,
                                  size_t pinned, double *theta) {
  struct moe_descent_options options = {0};
  struct moe_box box;
  moe_box_make(&box, moe_eval_model(ev), ranges, pinned);
  struct moe_descent end = moe_descend(ev, &box, &options, theta);
  moe_box_free(&box);
  return end;
}

/* From the same start near the truth, k = k*, GSL and we end at the same objective. */
static void test_against_gsl(void **state) {
  (void)state;
  static const char *const cases[][2] = {{"softmax", "tanh"}, {"softmax", "gelu"},
                                         {"sigmoid", "tanh"}, {"sigmoid", "gelu"},
                                         {"sigmoid", "silu"}, {"softmax", "sigmoid"}};
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    struct fixture fx = fixture_make(cases[c][0], cases[c][0], cases[c][1], 2, 2, two_atoms,
                                     1e6, .01, 256, cases[c][1]);
    size_t p = moe_model_size(&fx.model);
    struct moe_rng rng = moe_rng_make(c, 1);
    double start[8], ours[8], lm[8], dogleg[8];
    moe_start_near(&fx.model, &fx.truth, fx.theta, 0.05, &rng, start);
    memcpy(ours, start, sizeof ours);
    memcpy(lm, start, sizeof lm);
    memcpy(dogleg, start, sizeof dogleg);
    struct moe_descent end = descend(fx.ev, &wide, fx.model.k, ours);
    double by_lm = gsl_fixture_fit(&fx, gsl_multilarge_nlinear_trs_lm, 500, lm);
    double by_dogleg = gsl_fixture_fit(&fx, gsl_multilarge_nlinear_trs_dogleg, 500, dogleg);
    assert_true(end.stationary);
    assert_true(end.iterations < 60);
    assert_true(end.objective <= fmin(by_lm, by_dogleg) + 2e-3);
    assert_true(end.objective >= fmin(by_lm, by_dogleg) - 2e-3); /* the same minimum */
    assert_true(end.objective <= moe_eval_at(fx.ev, fx.theta, MOE_OBJECTIVE, NULL, NULL));
    assert_true(end.objective > (double)(fx.data->n - p) / 2 - 4 * sqrt(fx.data->n / 2.0));
    fixture_free(&fx);
  }
}

/* Over-specified, where GSL crawls: never worse, and stationary. */
static void test_overspecified(void **state) {
  (void)state;
  size_t worse = 0, stationary = 0, fits = 0;
  for (uint64_t set = 0; set < 6; set++) {
    char key[32];
    snprintf(key, sizeof key, "over %d", (int)set);
    struct fixture fx =
        fixture_make("softmax", "softmax", "tanh", 2, 3, two_atoms, 1e8, .01, 256, key);
    struct moe_rng rng = moe_rng_make(set, 2);
    double theta[12], gsl[12];
    moe_start_near(&fx.model, &fx.truth, fx.theta, 0.2, &rng, theta);
    memcpy(gsl, theta, sizeof gsl);
    struct moe_descent end = descend(fx.ev, &wide, 3, theta);
    double by_gsl = gsl_fixture_fit(&fx, gsl_multilarge_nlinear_trs_lm, 200, gsl);
    worse += end.objective > by_gsl + 0.1;
    stationary += end.stationary != 0;
    fits++;
    fixture_free(&fx);
  }
  assert_int_equal(stationary, fits);
  assert_true(worse <= 1); /* another minimum may be lower by luck */
}

/* First-order conditions in the box: free gradients small against the attained decrease, held
 * ones pointing out; and no feasible neighbour is better. */
static void check_kkt(struct moe_eval *ev, const struct moe_box *box, const double *theta,
                      const struct moe_descent *end) {
  size_t p = moe_model_size(moe_eval_model(ev)), active = 0;
  double gradient[64], moved[64];
  double objective = moe_eval_at(ev, theta, MOE_GRADIENT, gradient, NULL);
  assert_true(objective == end->objective);
  for (size_t i = 0; i < p; i++) {
    assert_true(theta[i] >= box->lower[i] && theta[i] <= box->upper[i]);
    if (box->lower[i] == box->upper[i]) continue;
    int low = theta[i] == box->lower[i], high = theta[i] == box->upper[i];
    active += low || high;
    double out = low ? fmax(0, -gradient[i]) : high ? fmax(0, gradient[i]) : fabs(gradient[i]);
    assert_true(out <= end->gradient * (1 + 1e-12));
  }
  assert_int_equal(active, end->active);
  struct moe_rng rng = moe_rng_make(5, 5);
  for (size_t trial = 0; trial < 400; trial++) {
    double size = pow(10, -4 * moe_rng_uniform(&rng));
    for (size_t i = 0; i < p; i++) moved[i] = theta[i] + size * moe_rng_normal(&rng);
    moe_box_project(box, p, moved);
    assert_true(moe_eval_at(ev, moved, MOE_OBJECTIVE, NULL, NULL) > objective - 2e-3);
  }
}

static void test_box(void **state) {
  (void)state;
  /* each cuts the truth (2, .5, 3, 1), (0, 0, -3, 1.5) off on other sides */
  static const struct moe_ranges boxes[] = {
      {.beta1 = {-1, 1}, .beta0 = {-3, 3}, .a = {-8, 8}, .b = {-6, 6}},
      {.beta1 = {-8, 8}, .beta0 = {-3, 3}, .a = {-2, 2}, .b = {-6, 6}},
      {.beta1 = {-8, 8}, .beta0 = {-.2, .2}, .a = {-2, 4}, .b = {-1, 1}},
      {.beta1 = {1, 8}, .beta0 = {0, 3}, .a = {-8, 8}, .b = {-6, 1}}};
  double largest = 0;
  for (size_t c = 0; c < sizeof boxes / sizeof *boxes; c++)
    for (size_t pinned = 0; pinned < 3; pinned++) {
      struct fixture fx =
          fixture_make("softmax", "softmax", "tanh", 2, 2, two_atoms, 1e5, .01, 128, "box");
      struct moe_box box;
      struct moe_rng rng = moe_rng_make(c, pinned);
      double theta[8];
      moe_box_make(&box, &fx.model, &boxes[c], pinned);
      moe_start_near(&fx.model, &fx.truth, fx.theta, 0.3, &rng, theta);
      struct moe_descent end =
          moe_descend(fx.ev, &box, &(struct moe_descent_options){0}, theta);
      assert_true(end.stationary);
      assert_true(end.active > 0);
      check_kkt(fx.ev, &box, theta, &end);
      if (pinned < 2)
        for (size_t i = 0; i < 2; i++)
          assert_true(theta[2 * pinned + i] == box.lower[2 * pinned + i]);
      /* Afterwards the evaluator has all derivatives again: of the logits they add up to 0. */
      double gradient[8];
      moe_eval_at(fx.ev, theta, MOE_GRADIENT, gradient, NULL);
      for (size_t i = 0; pinned < 2 && i < 2; i++) {
        double held = fabs(gradient[2 * pinned + i]);
        assert_true(fabs(gradient[i] + gradient[2 + i]) <= 1e-9 * held);
        largest = fmax(largest, held);
      }
      moe_box_free(&box);
      fixture_free(&fx);
    }
  assert_true(largest > 1);
}

/* Linear experts behind a pinned gate are linear least squares: one Newton step. */
static void test_linear(void **state) {
  (void)state;
  const double atom[][4] = {{0, 1, 2, -1}};
  struct fixture fx =
      fixture_make("sigmoid", "sigmoid", "linear", 1, 1, atom, 1e4, .01, 64, "line");
  struct moe_ranges ranges = {.beta1 = {0, 0}, .beta0 = {1, 1}, .a = {-50, 50}, .b = {-50, 50}};
  double theta[4] = {0, 1, -7, 9}, normal[4] = {0}, right[2] = {0}, w = 1 / (1 + exp(-1));
  struct moe_descent end = descend(fx.ev, &ranges, 1, theta);
  for (size_t m = 0; m < fx.data->n; m++) {
    double x = *moe_data_at(fx.data, m, 0), c = *moe_data_at(fx.data, m, 2);
    double row[2] = {w * x, w};
    for (size_t i = 0; i < 2; i++) {
      right[i] += c * row[i] * *moe_data_at(fx.data, m, 1);
      for (size_t j = 0; j < 2; j++) normal[2 * i + j] += c * row[i] * row[j];
    }
  }
  assert_int_equal(moe_cholesky(2, normal), 0);
  moe_cholesky_solve(2, normal, right);
  assert_true(end.stationary);
  assert_true(fabs(theta[2] - right[0]) < 1e-9 && fabs(theta[3] - right[1]) < 1e-9);
  assert_true(end.iterations <= 12); /* the radius lets it go 2 at a time */
  assert_true(end.curvature > 0);
  fixture_free(&fx);
}

/* Kinks: every relu fit ends, and nearly all say so. */
static void test_kinks(void **state) {
  (void)state;
  size_t stationary = 0, fits = 0;
  struct fixture fx =
      fixture_make("sigmoid", "sigmoid", "relu", 2, 3, two_atoms, 1e5, .01, 256, "relu");
  for (uint64_t i = 0; i < 20; i++) {
    struct moe_rng rng = moe_rng_make(8, i);
    double theta[12];
    for (size_t c = 0; c < 12; c++) theta[c] = 6 * moe_rng_uniform(&rng) - 3;
    struct moe_descent end = descend(fx.ev, &usual, 3, theta);
    stationary += end.stationary != 0;
    assert_true(isfinite(end.objective));
    fits++;
  }
  assert_true(stationary >= fits - 1);
  fixture_free(&fx);
}

static void check_survives(struct moe_eval *ev, double *theta) {
  size_t p = moe_model_size(moe_eval_model(ev));
  double before;
  struct moe_box box;
  moe_box_make(&box, moe_eval_model(ev), &usual, 0);
  moe_box_project(&box, p, theta);
  before = moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL);
  struct moe_descent end = moe_descend(ev, &box, &(struct moe_descent_options){0}, theta);
  assert_true(isfinite(end.objective) && end.objective <= before);
  assert_true(end.iterations <= 401);
  for (size_t i = 0; i < p; i++) assert_true(isfinite(theta[i]));
  moe_box_free(&box);
}

static void test_degenerate(void **state) {
  (void)state;
  static const char *const experts[] = {"tanh", "relu", "linear", "polynomial-3",
                                        "input-independent"};
  static const double noises[] = {0, 1e-12, 1e6};
  for (size_t x = 0; x < 5; x++)
    for (size_t v = 0; v < 3; v++)
      for (size_t k = 1; k <= 4; k += 3) {
        struct fixture fx = fixture_make("softmax", "softmax", experts[x], 2, k, two_atoms, 1e4,
                                         noises[v] ? noises[v] : 1, 40, "degenerate");
        for (size_t m = 0; m < fx.data->n && noises[v] == 0; m++) { /* exact data */
          double at = *moe_data_at(fx.data, m, 0), w[2];
          *moe_data_at(fx.data, m, 1) = moe_model_value(&fx.truth, fx.theta, &at, w, NULL);
        }
        moe_data_pad(fx.data);
        double theta[16] = {0}; /* all atoms equal, all slopes zero */
        check_survives(fx.ev, theta);
        for (size_t i = 0; i < 16; i++) theta[i] = 1e3; /* far outside */
        check_survives(fx.ev, theta);
        for (size_t i = 0; i < 16; i++) theta[i] = i % 2 ? 1 : -1;
        check_survives(fx.ev, theta);
        fixture_free(&fx);
      }
}

static void test_few_rows(void **state) {
  (void)state;
  for (size_t rows = 1; rows <= 5; rows += 2)
    for (int weight = 0; weight < 2; weight++) {
      struct moe_data *data = moe_data_alloc(rows, 1);
      for (size_t m = 0; m < rows; m++) {
        *moe_data_at(data, m, 0) = (double)m;
        *moe_data_at(data, m, 1) = (double)(m * m);
        *moe_data_at(data, m, 2) = weight;
      }
      moe_data_pad(data);
      struct moe_model model;
      assert_int_equal(moe_model_make(&model, "softmax", "gelu", 1, 3, NULL), MOE_OK);
      struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_AUTO);
      double theta[12] = {.1, .2, .3, -.4, .5, -.6, 1, 2, -1, 3, .5, 0};
      check_survives(ev, theta);
      moe_eval_free(ev);
      moe_data_free(data);
    }
}

/* Two equal atoms are a stationary point along their difference and flat in between: a fit that
 * starts there leaves it or says that nothing can be gained; it never ends above. */
static void test_duplicates(void **state) {
  (void)state;
  size_t stationary = 0;
  for (int data = 0; data < 6; data++) {
    char key[24];
    snprintf(key, sizeof key, "duplicates %d", data);
    struct fixture fx =
        fixture_make("softmax", "softmax", "tanh", 2, 3, two_atoms, 1e8, .01, 256, key);
    double theta[12] = {2, .5, 2, .5, 0, 0, 3, 1, 3, 1, -3, 1.5};
    double before = moe_eval_at(fx.ev, theta, MOE_OBJECTIVE, NULL, NULL);
    struct moe_descent end = descend(fx.ev, &wide, 2, theta);
    assert_true(end.objective < before);
    assert_true(end.decrease < 1e-3 || !end.stationary);
    stationary += end.stationary;
    fixture_free(&fx);
  }
  assert_true(stationary >= 5);
}

/* An objective that is not finite anywhere is told, not hidden. */
static void test_overflow(void **state) {
  (void)state;
  struct fixture fx =
      fixture_make("sigmoid", "sigmoid", "tanh", 2, 2, two_atoms, 1e4, .01, 64, "overflow");
  for (size_t m = 0; m < fx.data->n; m++) *moe_data_at(fx.data, m, 1) = 1e200;
  moe_data_pad(fx.data);
  double theta[8] = {0};
  struct moe_descent end = descend(fx.ev, &usual, 2, theta);
  assert_false(end.stationary);
  assert_false(isfinite(end.objective));
  for (size_t m = 0; m < fx.data->n; m++) *moe_data_at(fx.data, m, 1) = NAN;
  end = descend(fx.ev, &usual, 2, theta);
  assert_false(end.stationary);
  fixture_free(&fx);
}

static void test_limits(void **state) {
  (void)state;
  struct fixture fx =
      fixture_make("softmax", "softmax", "gelu", 2, 3, two_atoms, 1e10, .01, 256, "limit");
  struct moe_box box;
  moe_box_make(&box, &fx.model, &usual, 1);
  struct moe_descent_options options = {.max_iterations = 3};
  double first[12] = {1, -1, 0, 0, 2, 2, -3, 1, 2, 1, 5, -2}, again[12], longer[12];
  memcpy(again, first, sizeof first);
  memcpy(longer, first, sizeof first);
  struct moe_descent end = moe_descend(fx.ev, &box, &options, first);
  assert_int_equal(end.iterations, 3);
  assert_false(end.stationary);
  assert_true(end.decrease > 1e-3); /* what the ladder says could still be gained */
  struct moe_descent same = moe_descend(fx.ev, &box, &options, again);
  assert_true(same.objective == end.objective && same.curvature == end.curvature);
  assert_memory_equal(first, again, sizeof first);
  struct moe_descent whole = moe_descend(fx.ev, &box, &(struct moe_descent_options){0}, longer);
  assert_true(whole.stationary && whole.objective < end.objective);
  moe_box_free(&box);
  fixture_free(&fx);
}

/* With an objective to beat: out of sight it stops a slow descent, and only such a one; within reach
 * it changes nothing. */
static void test_incumbent(void **state) {
  (void)state;
  struct moe_box box;
  size_t given_up = 0, iterations[2] = {0};
  for (uint64_t i = 0; i < 12; i++) {
    struct fixture fx = fixture_make("softmax", "sigmoid", "gelu", 2, 3, two_atoms, 1e10, .01,
                                     256, "incumbent");
    double whole[12], near[12], far[12];
    struct moe_rng rng = moe_rng_make(i, 3);
    moe_box_make(&box, &fx.model, &usual, fx.model.k);
    for (size_t c = 0; c < 12; c++)
      whole[c] = box.lower[c] + (box.upper[c] - box.lower[c]) * moe_rng_uniform(&rng);
    memcpy(near, whole, sizeof near);
    memcpy(far, whole, sizeof far);
    struct moe_descent_options options = {0};
    struct moe_descent end = moe_descend(fx.ev, &box, &options, whole);
    options.incumbent = end.objective + 1e12; /* beaten by every start */
    struct moe_descent beats = moe_descend(fx.ev, &box, &options, near);
    options.incumbent = 1; /* 100 nats and more below what the noise allows */
    struct moe_descent beaten = moe_descend(fx.ev, &box, &options, far);
    assert_false(end.given_up || beats.given_up);
    assert_memory_equal(whole, near, sizeof whole);
    assert_int_equal(end.iterations, beats.iterations);
    assert_true(beaten.iterations <= end.iterations && beaten.objective >= end.objective);
    if (beaten.given_up) assert_false(beaten.stationary);
    given_up += (size_t)beaten.given_up;
    iterations[0] += end.iterations;
    iterations[1] += beaten.iterations;
    moe_box_free(&box);
    fixture_free(&fx);
  }
  assert_true(given_up >= 2 && iterations[1] < iterations[0]);
}

/* p = 264: the gradient solver. */
static void test_many_parameters(void **state) {
  (void)state;
  struct moe_model model;
  struct moe_design design = {.kind = MOE_UNIFORM, .lower = -1, .upper = 1};
  struct moe_data *data;
  assert_int_equal(moe_model_make(&model, "sigmoid", "tanh", 32, 4, NULL), MOE_OK);
  size_t p = moe_model_size(&model);
  assert_true(p > MOE_DENSE_LIMIT);
  double *truth = moe_alloc(3 * p, sizeof *truth), *theta = truth + p, *gradient = theta + p;
  struct moe_rng rng = moe_rng_make(1, 1);
  for (size_t i = 0; i < p; i++) truth[i] = 0.4 * moe_rng_normal(&rng);
  assert_int_equal(moe_design_draw(&design, &model, truth, .01, 3000, 4, &data, NULL), MOE_OK);
  struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_AUTO);
  moe_start_near(&model, &model, truth, 0.1, &rng, theta);
  for (int cut = 0; cut < 2; cut++) { /* the second box cuts the truth off */
    double side = cut ? .6 : 3;
    const struct moe_ranges ranges = {
        .beta1 = {-side, side}, .beta0 = {-3, 3}, .a = {-side, side}, .b = {-6, 6}};
    struct moe_box box;
    moe_box_make(&box, &model, &ranges, 4);
    struct moe_descent end = moe_descend(ev, &box, &(struct moe_descent_options){0}, theta);
    moe_box_project(&box, p, truth);
    double at_truth = moe_eval_at(ev, truth, MOE_OBJECTIVE, NULL, NULL);
    assert_true(end.stationary && isnan(end.curvature));
    assert_true(end.objective < at_truth);
    assert_true(moe_eval_at(ev, theta, MOE_GRADIENT, gradient, NULL) == end.objective);
    for (size_t i = 0; i < p; i++)
      assert_true(theta[i] >= box.lower[i] && theta[i] <= box.upper[i]);
    if (cut) assert_true(end.active > 0);
    if (!cut) /* half a chi-square of rows - p: 5 sigma */
      assert_true(fabs(end.objective - (3000 - (double)p) / 2) <
                  5 * sqrt((3000 - (double)p) / 2));
    moe_box_free(&box);
  }
  moe_eval_free(ev);
  moe_data_free(data);
  moe_free(truth);
}

/* Going on across kinks never ends higher, certifies what it says, gains much where the trust
 * region was stuck in a rugged valley, and is nothing for smooth experts. 16 sets of 8192 rows, k =
 * 3 for 2: the most gained is 1.4 nats. */
static void test_across_kinks(void **state) {
  (void)state;
  double most = 0;
  for (uint64_t set = 0; set < 16; set++) {
    char key[32];
    snprintf(key, sizeof key, "kinks %d", (int)set);
    struct fixture fx = fixture_make("sigmoid", "sigmoid", set % 4 == 3 ? "tanh" : "relu", 2, 3,
                                     two_atoms, 8192, .01, 8192, key);
    struct moe_descent_options plain = {0}, across = {.kinks = 1}, fine = {.tolerance = 1e-4};
    struct moe_rng rng = moe_rng_make(set, 3);
    struct moe_box box;
    double start[12], a[12], b[12];
    moe_box_make(&box, &fx.model, &wide, fx.model.k);
    moe_start_near(&fx.model, &fx.truth, fx.theta, 0.5, &rng, start);
    memcpy(a, start, sizeof a);
    memcpy(b, start, sizeof b);
    struct moe_descent without = moe_descend(fx.ev, &box, &plain, a);
    struct moe_descent with = moe_descend(fx.ev, &box, &across, b);
    assert_true(without.stationary && with.stationary);
    assert_true(with.objective <= without.objective);
    if (fx.model.expert->smooth) {
      assert_memory_equal(a, b, sizeof a);
      assert_int_equal(with.evaluations, without.evaluations);
    } else {
      struct moe_descent further = moe_descend_gradient(fx.ev, &box, &fine, b);
      assert_true(with.objective - further.objective < 1e-3);
      most = fmax(most, without.objective - with.objective);
    }
    moe_box_free(&box);
    fixture_free(&fx);
  }
  printf("most gained: %g nats\n", most);
  assert_true(most > 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_gsl),
      cmocka_unit_test(test_overspecified),
      cmocka_unit_test(test_box),
      cmocka_unit_test(test_linear),
      cmocka_unit_test(test_kinks),
      cmocka_unit_test(test_across_kinks),
      cmocka_unit_test(test_degenerate),
      cmocka_unit_test(test_few_rows),
      cmocka_unit_test(test_duplicates),
      cmocka_unit_test(test_overflow),
      cmocka_unit_test(test_limits),
      cmocka_unit_test(test_incumbent),
      cmocka_unit_test(test_many_parameters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
