/*
 * test_search.c - many starts: never worse than GSL's, the same every time, nested, and honest
 * about what it found.
 */
#include "fit_fixture.h"
#include "starts.h"

static const double same_data[][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}}; /* softmax tanh */
static const double sparse[][4] = {{0, .5, 3, 1}, {2, 0, 1, -1.5}};    /* sigmoid tanh */
static const double three[][4] = {{4, .5, 3, 1}, {-3, .3, -3, 1.5}, {0, 0, 1, 2}};

/* No zero experts, and no tanh as the difference of two steep gates. */
static const struct moe_ranges positive = {
    .beta1 = {-8, 8}, .beta0 = {-3, 3}, .a = {.5, 8}, .b = {-6, 6}};

static struct moe_search_result search(const struct fixture *fx,
                                       const struct moe_ranges *ranges, size_t starts,
                                       size_t keep, int with_truth) {
  struct moe_search_options options = {.starts = starts, .key = 11, .keep = keep};
  struct moe_search_result found;
  struct moe_error e = {"no message"};
  if (with_truth) {
    options.truth = &fx->truth;
    options.truth_theta = fx->theta;
  }
  if (moe_search(fx->ev, ranges, &options, &found, &e) != MOE_OK) fail_msg("%s", e.text);
  assert_true(found.count >= 1 && found.count <= keep);
  return found;
}

/* What every result must satisfy. */
static void check_result(const struct fixture *fx, const struct moe_ranges *ranges,
                         const struct moe_search_result *found, size_t starts) {
  size_t p = moe_model_size(&fx->model), tried = 0, hits = 0, members = 0;
  struct moe_box box;
  moe_box_make(&box, &fx->model, ranges, fx->model.k);
  assert_int_equal(found->starts, starts);
  for (size_t i = 0; i < MOE_START_KINDS; i++) {
    assert_true(found->hits[i] <= found->tried[i]);
    tried += found->tried[i];
    hits += found->hits[i];
  }
  assert_int_equal(tried, starts);
  assert_int_equal(hits, found->agree);
  assert_true(found->agree >= 1 && found->singletons >= 0 && found->singletons <= 1);
  for (size_t m = 0; m < found->count; m++) {
    const struct moe_minimum *minimum = found->minimum + m;
    members += minimum->found;
    assert_true(minimum->found >= 1);
    assert_true(m == 0 || minimum->descent.objective >= minimum[-1].descent.objective);
    assert_true(minimum->descent.objective ==
                moe_eval_at(fx->ev, minimum->theta, MOE_OBJECTIVE, NULL, NULL));
    for (size_t i = 0; i < p; i++)
      assert_true(minimum->theta[i] >= box.lower[i] && minimum->theta[i] <= box.upper[i]);
  }
  assert_true(members <= starts);
  moe_box_free(&box);
}

/* GSL's Levenberg-Marquardt from random starts, the best of those that end inside the ranges. */
static double best_of_gsl(const struct fixture *fx, const struct moe_ranges *ranges,
                          size_t starts, uint64_t key) {
  size_t p = moe_model_size(&fx->model);
  double theta[24], best = INFINITY;
  for (size_t i = 0; i < starts; i++) {
    struct moe_rng rng = moe_rng_make(key, i);
    struct moe_box box;
    moe_box_make(&box, &fx->model, ranges, moe_rng_below(&rng, fx->model.k));
    for (size_t c = 0; c < p; c++)
      theta[c] = box.lower[c] + (box.upper[c] - box.lower[c]) * moe_rng_uniform(&rng);
    double objective = gsl_fixture_fit(fx, gsl_multilarge_nlinear_trs_lm, 100, theta);
    int inside = isfinite(objective);
    if (fx->model.gate->translation)
      for (size_t c = 2 * fx->model.k; c-- > 0;) theta[c] -= theta[c % 2];
    moe_box_free(&box);
    moe_box_make(&box, &fx->model, ranges, fx->model.k);
    for (size_t c = 0; c < p; c++)
      inside &= theta[c] >= box.lower[c] && theta[c] <= box.upper[c];
    moe_box_free(&box);
    if (inside) best = fmin(best, objective);
  }
  return best;
}

static void test_against_gsl(void **state) {
  (void)state;
  static const struct {
    const char *gate, *expert;
    size_t k_true, k;
    const double (*atoms)[4];
    const struct moe_ranges *ranges;
    int with_truth;
  } cases[] = {{"softmax", "tanh", 2, 3, same_data, &usual, 1},
               {"sigmoid", "tanh", 2, 3, sparse, &positive, 1},
               {"softmax", "gelu", 2, 2, same_data, &usual, 0},
               {"sigmoid", "silu", 2, 2, sparse, &usual, 0},
               {"softmax", "tanh", 3, 3, three, &usual, 0},
               {"sigmoid", "relu", 2, 3, sparse, &usual, 0}};
  size_t worse = 0;
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
    for (int set = 0; set < 2; set++) {
      char key[64];
      snprintf(key, sizeof key, "%zu %d", c, set);
      struct fixture fx =
          fixture_make(cases[c].gate, cases[c].gate, cases[c].expert, cases[c].k_true,
                       cases[c].k, cases[c].atoms, 1e6, .01, 64, key);
      double by_gsl = best_of_gsl(&fx, cases[c].ranges, 50, c);
      struct moe_search_result found = search(&fx, cases[c].ranges, 50, 4, cases[c].with_truth);
      check_result(&fx, cases[c].ranges, &found, 50);
      worse += found.minimum[0].descent.objective > by_gsl + 0.1;
      moe_search_free(&found);
      fixture_free(&fx);
    }
  assert_true(worse <= 1); /* of 12; a search may miss, and says how often it does */
}

static void test_same_bits(void **state) {
  (void)state;
  struct fixture fx =
      fixture_make("softmax", "sigmoid", "gelu", 2, 3, same_data, 1e6, .01, 256, "bits");
  struct moe_search_result a = search(&fx, &usual, 10, 3, 1), b = search(&fx, &usual, 10, 3, 1);
  assert_int_equal(a.count, b.count);
  for (size_t m = 0; m < a.count; m++) {
    assert_memory_equal(a.minimum[m].theta, b.minimum[m].theta,
                        moe_model_size(&fx.model) * sizeof(double));
    assert_true(a.minimum[m].descent.objective == b.minimum[m].descent.objective);
    assert_int_equal(a.minimum[m].found, b.minimum[m].found);
  }
  assert_int_equal(a.evaluations, b.evaluations);
  moe_search_free(&a);
  moe_search_free(&b);
  fixture_free(&fx);
}

/* The minima of 40 starts are among those of 60 with the same key, redrawn ones included. */
static void test_nested(void **state) {
  (void)state;
  for (int with_truth = 0; with_truth < 2; with_truth++) {
    struct fixture fx =
        fixture_make("softmax", "softmax", "tanh", 2, 3, same_data, 1e7, .01, 256, "nested");
    struct moe_search_result few = search(&fx, &usual, 40, 40, with_truth);
    struct moe_search_result many = search(&fx, &usual, 60, 60, with_truth);
    /* a flat valley is one minimum up to .05 nat */
    assert_true(many.minimum[0].descent.objective < few.minimum[0].descent.objective + 0.05);
    for (size_t i = 0; i < few.count; i++) {
      double nearest = INFINITY;
      for (size_t j = 0; j < many.count; j++)
        nearest = fmin(nearest, fabs(many.minimum[j].descent.objective -
                                     few.minimum[i].descent.objective));
      assert_true(nearest < 0.5); /* one flat valley may end as one minimum or two */
    }
    for (size_t i = 0; i < MOE_START_KINDS; i++) assert_true(few.tried[i] <= many.tried[i]);
    moe_search_free(&few);
    moe_search_free(&many);
    fixture_free(&fx);
  }
}

/* Near-truth starts only, and the box over which the winner is found. */
static void test_near_only(void **state) {
  (void)state;
  struct fixture fx =
      fixture_make("softmax", "softmax", "tanh", 2, 3, same_data, 1e6, .01, 256, "near");
  struct moe_search_options options = {.starts = 4,
                                       .near_only = 1,
                                       .truth = &fx.truth,
                                       .truth_theta = fx.theta,
                                       .key = 3,
                                       .keep = 1};
  struct moe_search_result near;
  assert_int_equal(moe_search(fx.ev, &usual, &options, &near, NULL), MOE_OK);
  assert_int_equal(near.tried[MOE_START_NEAR], 4);
  assert_int_equal(near.minimum[0].kind, MOE_START_NEAR);
  check_result(&fx, &usual, &near, 4);
  struct moe_search_result full = search(&fx, &usual, 40, 1, 1);
  assert_true(full.minimum[0].descent.objective < near.minimum[0].descent.objective + 1e-3);
  moe_search_free(&near);
  moe_search_free(&full);
  fixture_free(&fx);
}

static double truth_objective(const char *truth_gate, const char *gate, const char *expert,
                              size_t k_true, size_t k, const double (*atoms)[4],
                              const struct moe_ranges *ranges, double *expected) {
  struct fixture fx =
      fixture_make(truth_gate, gate, expert, k_true, k, atoms, 1e5, .01, 64, "truth");
  struct moe_search_options options = {.starts = 1,
                                       .near_only = 1,
                                       .truth = &fx.truth,
                                       .truth_theta = fx.theta,
                                       .key = 3,
                                       .keep = 1};
  struct moe_search_result found;
  assert_int_equal(moe_search(fx.ev, ranges, &options, &found, NULL), MOE_OK);
  struct moe_eval *ev = moe_eval_alloc(&fx.truth, fx.data, MOE_PLAIN);
  *expected = moe_eval_at(ev, fx.theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(ev);
  double objective = found.objective_truth;
  moe_search_free(&found);
  fixture_free(&fx);
  return objective;
}

/* Near x = .4 the weights agree, and so do their slopes. */
static void test_gates_convert_to_first_order(void **state) {
  (void)state;
  static const char *const gates[][2] = {{"softmax", "normalised-sigmoid"},
                                         {"normalised-sigmoid", "softmax"},
                                         {"normalised-sigmoid", "sigmoid"},
                                         {"softmax", "sigmoid"}};
  static const double truth_theta[12] = {1.5, .5, -1, .3, 0, -.7, 3, 1, -3, 1.5, 1, 2};
  const double centre = .4, step = 1e-4;
  for (size_t g = 0; g < sizeof gates / sizeof *gates; g++) {
    struct moe_model truth, model, converted;
    double *theta, w[2][3][3], x[3] = {centre - step, centre, centre + step};
    moe_model_make(&truth, gates[g][0], "tanh", 1, 3, NULL);
    moe_model_make(&model, gates[g][1], "tanh", 1, 3, NULL);
    assert_false(moe_truth_convert(&model, &truth, truth_theta, &centre, &converted, &theta));
    for (size_t m = 0; m < 3; m++) {
      moe_model_value(&truth, truth_theta, &x[m], w[0][m], NULL);
      moe_model_value(&converted, theta, &x[m], w[1][m], NULL);
    }
    for (size_t i = 0; i < 3; i++) {
      assert_true(fabs(w[0][1][i] - w[1][1][i]) < 1e-14);
      assert_true(fabs((w[0][2][i] - w[0][0][i]) - (w[1][2][i] - w[1][0][i])) < 1e-7 * step);
    }
    moe_free(theta);
  }
}

/* The truth's objective is given exactly where the truth can be written in the fit's model. */
static void test_objective_truth(void **state) {
  (void)state;
  const struct moe_ranges small = {
      .beta1 = {-1, 1}, .beta0 = {-3, 3}, .a = {-8, 8}, .b = {-6, 6}};
  static const double dense[][4] = {{1, .5, 3, 1}, {2, 0, 1, -1.5}};
  double expected;
  static const struct {
    const char *truth_gate, *gate, *expert;
    size_t k_true, k;
    const double (*atoms)[4];
    int attainable;
  } cases[] = {
      {"softmax", "softmax", "tanh", 2, 2, same_data, 1},
      {"softmax", "softmax", "tanh", 2, 3, same_data, 1},
      {"softmax", "sigmoid", "tanh", 2, 2, same_data, 1}, /* two atoms: logits u1 - u2 */
      {"softmax", "sigmoid", "gelu", 2, 3, same_data, 1}, /* and an inert third */
      {"softmax", "sigmoid", "gelu", 3, 4, three, 0},
      {"sigmoid", "softmax", "tanh", 2, 3, sparse, 0},
      {"sigmoid", "sigmoid", "sigmoid", 2, 3, sparse, 1}, /* splits where the slope is 0 */
      {"softmax", "softmax", "tanh", 2, 1, same_data, 0},
      {"normalised-sigmoid", "normalised-sigmoid", "tanh", 2, 2, same_data, 1},
      {"normalised-sigmoid", "normalised-sigmoid", "tanh", 2, 3, sparse, 1}, /* splits */
      {"normalised-sigmoid", "normalised-sigmoid", "relu", 2, 3, dense, 0},  /* no zero helps */
      {"normalised-sigmoid", "normalised-sigmoid", "relu", 2, 4, dense, 1},  /* each twice */
      {"softmax", "normalised-sigmoid", "tanh", 2, 2, same_data, 1}, /* s(u) + s(-u) = 1 */
      {"normalised-sigmoid", "sigmoid", "tanh", 2, 2, same_data, 0},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    double objective =
        truth_objective(cases[c].truth_gate, cases[c].gate, cases[c].expert, cases[c].k_true,
                        cases[c].k, cases[c].atoms, &usual, &expected);
    if (cases[c].attainable)
      assert_true(fabs(objective - expected) < 1e-6 * expected);
    else
      assert_true(isnan(objective));
  }
  double expert_sigmoid =
      truth_objective("sigmoid", "sigmoid", "sigmoid", 2, 3, dense, &usual, &expected);
  assert_true(isnan(expert_sigmoid)); /* nothing splits, nothing is inert */
  assert_true(
      isnan(truth_objective("sigmoid", "sigmoid", "tanh", 2, 3, dense, &positive, &expected)));
  assert_false(
      isnan(truth_objective("sigmoid", "sigmoid", "tanh", 2, 3, sparse, &positive, &expected)));
  assert_false(
      isnan(truth_objective("sigmoid", "sigmoid", "relu", 2, 3, dense, &positive, &expected)));
  assert_true(
      isnan(truth_objective("softmax", "softmax", "tanh", 2, 3, same_data, &small, &expected)));
}

static void test_errors(void **state) {
  (void)state;
  struct fixture fx =
      fixture_make("softmax", "softmax", "tanh", 2, 2, same_data, 1e4, .01, 64, "errors");
  struct moe_search_options options = {.starts = 0, .keep = 1};
  struct moe_search_result found;
  struct moe_error e;
  assert_int_equal(moe_search(fx.ev, &usual, &options, &found, &e), MOE_EUSAGE);
  options.starts = 2;
  options.near_only = 1;
  assert_int_equal(moe_search(fx.ev, &usual, &options, &found, &e), MOE_EUSAGE);
  options.near_only = 0;
  struct moe_ranges bad = usual;
  bad.a[0] = 9;
  assert_int_equal(moe_search(fx.ev, &bad, &options, &found, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "range of a is [9, 8]"));
  bad.a[0] = NAN;
  assert_int_equal(moe_search(fx.ev, &bad, &options, &found, &e), MOE_EUSAGE);
  for (size_t m = 0; m < fx.data->n; m++) *moe_data_at(fx.data, m, 1) = 1e300;
  moe_data_pad(fx.data);
  assert_int_equal(moe_search(fx.ev, &usual, &options, &found, &e), MOE_EDATA);
  assert_non_null(strstr(e.text, "none of 2 starts"));
  moe_search_free(&found); /* harmless after a failure */
  fixture_free(&fx);
}

/* Nothing crashes, hangs or gives NaN: k from 1 up, experts of every sort, few rows, no weight,
 * exact data, the population. */
static void test_degenerate(void **state) {
  (void)state;
  static const char *const experts[] = {"tanh", "relu", "linear", "input-independent"};
  for (size_t x = 0; x < 4; x++)
    for (size_t k = 1; k <= 4; k++)
      for (int variant = 0; variant < 4; variant++) {
        double n = variant == 3 ? INFINITY : 1e4, noise = variant == 1   ? 1e-12
                                                          : variant == 2 ? 1e6
                                                                         : .01;
        struct fixture fx =
            fixture_make(k % 2 ? "softmax" : "sigmoid", k < 3 ? "softmax" : "sigmoid",
                         experts[x], 2, k, same_data, n, noise, 24, "degenerate");
        if (variant == 1)
          for (size_t m = 0; m < fx.data->n; m++) *moe_data_at(fx.data, m, 2) *= m % 3 == 0;
        struct moe_search_result found = search(&fx, &usual, 6, 2, variant != 2);
        check_result(&fx, &usual, &found, 6);
        assert_true(isfinite(found.minimum[0].descent.objective));
        moe_search_free(&found);
        fixture_free(&fx);
      }
}

/* The sigmoid mixture nearest to a softmax one that it cannot represent. The basin is one that few
 * starts hit by themselves; misfit .0139691 is the least that 9000 starts found. */
static void test_misspecified(void **state) {
  (void)state;
  static const double selected[][4] = {
      {9.4, 3.7, -1.4, 4.3}, {-4.6, 2, -.7, -.7}, {0, 0, -1.3, -1.7}};
  static const struct moe_ranges eight = {
      .beta1 = {-8, 8}, .beta0 = {-8, 8}, .a = {-8, 8}, .b = {-8, 8}};
  struct fixture fx = fixture_make("softmax", "sigmoid", "gelu", 3, 4, selected, INFINITY, .01,
                                   256, "misspecified");
  size_t found_best = 0, redrawn = 0;
  for (uint64_t key = 1; key <= 3; key++) {
    struct moe_search_options options = {.starts = 300, .key = key, .keep = 1};
    struct moe_search_result found;
    assert_int_equal(moe_search(fx.ev, &eight, &options, &found, NULL), MOE_OK);
    double misfit = sqrt(2 * found.minimum[0].descent.objective * .01 / MOE_POPULATION_N);
    assert_true(misfit > .013969); /* else a better minimum is known: put it here */
    found_best += misfit < .01397;
    redrawn += found.tried[MOE_START_REDRAW];
    moe_search_free(&found);
  }
  assert_true(found_best >= 2);       /* without redrawn starts: about 0 */
  assert_int_equal(redrawn, 3 * 234); /* 7 of 8 from the 33rd on */
  fixture_free(&fx);
}

/* Truths with a copy of an atom, with a zero expert, with experts that are multiples: the fit is
 * at least as good as the truth, and stationary, with k = k* and with an atom too many. */
static void test_degenerate_truth(void **state) {
  (void)state;
  static const double twice[][4] = {{1, .5, 2, 1}, {1, .5, 2, 1}};
  static const double zero[][4] = {{1, .5, 2, 1}, {-1, 0, 0, 0}};
  static const double multiple[][4] = {{1, .5, 2, 1}, {-1, 0, 1, .5}};
  static const double(*const truths[])[4] = {twice, zero, multiple};
  for (size_t t = 0; t < 3; t++)
    for (size_t k = 2; k <= 3; k++)
      for (int gate = 0; gate < 2; gate++) {
        const char *name = gate ? "sigmoid" : "softmax", *expert = t == 2 ? "relu" : "tanh";
        struct fixture fx =
            fixture_make(name, name, expert, 2, k, truths[t], 1e6, .01, 64, "degenerate truth");
        struct moe_search_result found = search(&fx, &usual, 40, 1, 1);
        check_result(&fx, &usual, &found, 40);
        assert_true(found.minimum[0].descent.objective < found.objective_truth + 1e-3);
        assert_true(found.minimum[0].descent.stationary);
        moe_search_free(&found);
        fixture_free(&fx);
      }
}

static void test_few_rows(void **state) {
  (void)state;
  for (size_t rows = 1; rows <= 3; rows++) {
    struct fixture fx = {.data = moe_data_alloc(rows, 1)};
    for (size_t m = 0; m < rows; m++) *moe_data_at(fx.data, m, 1) = (double)m;
    moe_data_pad(fx.data);
    assert_int_equal(moe_model_make(&fx.model, "softmax", "gelu", 1, 3, NULL), MOE_OK);
    fx.ev = moe_eval_alloc(&fx.model, fx.data, MOE_AUTO);
    struct moe_search_result found = search(&fx, &usual, 6, 6, 0);
    check_result(&fx, &usual, &found, 6);
    moe_search_free(&found);
    fixture_free(&fx);
  }
}

/* Well specified at n = infinity: the objective of the truth is 0, and so is ours nearly, in
 * units of an n of 1e14. */
static void test_population(void **state) {
  (void)state;
  struct fixture fx = fixture_make("softmax", "sigmoid", "tanh", 2, 2, same_data, INFINITY, .01,
                                   256, "population");
  struct moe_search_result found = search(&fx, &usual, 16, 2, 1);
  assert_true(found.objective_truth < 1e-3);
  assert_true(found.minimum[0].descent.objective < 0.1);
  moe_search_free(&found);
  fixture_free(&fx);
}

static void test_start_near(void **state) {
  (void)state;
  struct moe_model truth, fit;
  double theta[16], from[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  moe_model_make(&truth, "softmax", "tanh", 1, 3, NULL);
  moe_model_make(&fit, "softmax", "tanh", 1, 4, NULL);
  size_t drawn[3] = {0};
  for (uint64_t i = 0; i < 60; i++) {
    struct moe_rng rng = moe_rng_make(1, i);
    moe_start_near(&fit, &truth, from, 0, &rng, theta);
    for (size_t j = 0; j < 3; j++) assert_true(theta[2 * j] == from[2 * j]);
    size_t copy = (size_t)(theta[6] - 1) / 2;
    drawn[copy]++;
    assert_true(theta[14] == from[6 + 2 * copy] && theta[15] == from[7 + 2 * copy]);
  }
  assert_true(drawn[0] > 5 && drawn[1] > 5 && drawn[2] > 5);
  struct moe_rng rng = moe_rng_make(1, 1);
  double square = 0;
  for (int i = 0; i < 100; i++) {
    moe_start_near(&truth, &truth, from, 0.5, &rng, theta);
    for (size_t j = 0; j < 12; j++) square += (theta[j] - from[j]) * (theta[j] - from[j]);
  }
  assert_true(fabs(square / 1200 - 0.25) < 5 * 0.25 * sqrt(2.0 / 1200));
}

static void test_atoms(void **state) {
  (void)state;
  struct fixture fx =
      fixture_make("softmax", "softmax", "relu", 2, 4, same_data, 1e6, .01, 64, "atoms");
  double theta[16] = {2, .5, 2, .5, 0, 0, 0, -30, 3, 1, 3, 1, -3, 1.5, 6, 2};
  struct moe_atoms_report report = moe_atoms_inspect(fx.ev, theta);
  assert_int_equal(report.duplicate, 1);
  assert_int_equal(report.proportional, 3); /* the pair, and each with the last */
  assert_int_equal(report.dead, 1);
  assert_int_equal(report.floating, 0);
  theta[7] = -6.5; /* weight 1e-3 to 6e-3: alive, yet it hardly matters at n = 1e2 */
  for (size_t m = 0; m < fx.data->n; m++) *moe_data_at(fx.data, m, 2) = 1e4 / 64;
  report = moe_atoms_inspect(fx.ev, theta);
  assert_int_equal(report.dead, 0);
  assert_int_equal(report.floating, 1);
  fixture_free(&fx);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_gsl),
      cmocka_unit_test(test_same_bits),
      cmocka_unit_test(test_nested),
      cmocka_unit_test(test_near_only),
      cmocka_unit_test(test_gates_convert_to_first_order),
      cmocka_unit_test(test_objective_truth),
      cmocka_unit_test(test_errors),
      cmocka_unit_test(test_degenerate),
      cmocka_unit_test(test_few_rows),
      cmocka_unit_test(test_population),
      cmocka_unit_test(test_misspecified),
      cmocka_unit_test(test_degenerate_truth),
      cmocka_unit_test(test_start_near),
      cmocka_unit_test(test_atoms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
