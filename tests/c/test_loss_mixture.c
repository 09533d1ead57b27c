/*
 * test_loss_mixture.c - the losses of papers B, C and E and the errors of groups of parameters, by hand
 * and by their invariances.
 */
#include "mixture_fixture.h"

#define LOG2 0.69314718055994531
#define LOG3 1.0986122886681098

static const struct recipe b_truth = {
    .gate = "softmax", .expert = "linear", .shared_expert = "linear", .k = 3, .shared = 1};
static const struct recipe b_fit = {
    .gate = "softmax", .expert = "linear", .shared_expert = "linear", .k = 5, .shared = 2};
static atom b_true_atoms[3] = {{0, 0, 2, 0, .2}, {2, 0, 8, 2, .4}, {0, 0, -6, 1, .4}};
/* Two shared atoms of weights 1/4 and 3/4; two routed ones of mass 1/2 with the first, one with the
 * second. */
static atom b_atoms[5] = {{0, 0, 2.1, 0, .2},
                          {0, LOG3, 2, .2, .3},
                          {2.1, -LOG2, 8, 2, .4},
                          {2, -LOG2, 8.2, 2.1, .5},
                          {0, 0, -6, 1.3, .4}};

/*
 * The best translation is none: the third routed atom is alone in its cell and of the larger mass.
 *   shared, D1   1/4 (.1^2) + 3/4 (.2^2 + .1^2)                                     = .04
 *   routed, D1   1/2 (.1^2) + 1/2 (.2^2 + .1^2 + .1^2) + .3                         = .335
 *   shared, D2   1/4 (.1^2) + 3/4 (.2^4 + .1^2)                                     = .0112
 *   routed, D2   1/2 (.1^4) + 1/2 (.2^2 + .1^4 + .1^2) + .3                         = .3251
 */
static void softmax_losses_by_hand(void **state) {
  (void)state;
  double truth[15], theta[25];
  recipe_theta(&b_truth, b_true_atoms, truth);
  recipe_theta(&b_fit, b_atoms, theta);
  struct fixture f = recipe_make(&b_truth, truth, &b_fit, 16);
  for (int moved = 0; moved < 2; moved++) {
    close_to(loss_of(&f, "b_d1", theta), .375, 1e-13);
    close_to(loss_of(&f, "b_d2", theta), .3363, 1e-13);
    assert_true(isnan(loss_of(&f, "b_d3", theta)));
    close_to(loss_of(&f, "over_slope_shared", theta), .1, 1e-13);
    close_to(loss_of(&f, "over_intercept_shared", theta), .2, 1e-13);
    close_to(loss_of(&f, "over_variance_shared", theta), .1, 1e-13);
    close_to(loss_of(&f, "over_expert_shared", theta), .2, 1e-13);
    close_to(loss_of(&f, "over_slope", theta), .2, 1e-13);
    close_to(loss_of(&f, "over_intercept", theta), .1, 1e-13);
    close_to(loss_of(&f, "over_variance", theta), .1, 1e-13);
    close_to(loss_of(&f, "over_gate", theta), .1, 1e-13);
    close_to(loss_of(&f, "over_expert", theta), sqrt(.06), 1e-13);
    close_to(loss_of(&f, "exact_expert", theta), .3, 1e-13);
    close_to(loss_of(&f, "exact_parameters", theta), .3, 1e-12);
    /* the true atoms' nearest: .1; .1 (beta1 is of the gate), 0; .3 */
    close_to(loss_of(&f, "matched_expert", theta), .3, 1e-13);
    translate_routed(&b_fit, -1.5, 40, theta);
    theta[1] += 7; /* intercepts of shared atoms: a softmax too */
    theta[3] += 7;
  }
  size_t cell[5];
  recipe_theta(&b_fit, b_atoms, theta);
  moe_voronoi_cells(&f.problem, theta, NULL, cell);
  static const size_t cells[5] = {0, 0, 1, 1, 2};
  assert_memory_equal(cell, cells, sizeof cell);
  fixture_free(&f);
}

/*
 * E's loss with the last gate row as the reference: by hand 1/2 (.1^4 + .2^4 + .1^2 + .1^2) + .3 where the
 * second atom belongs to the second true one, whatever is added to all rows. Where it belongs to the other
 * it is far from the infimum, which does not depend on the order.
 */
static void a_pinned_gauge(void **state) {
  (void)state;
  static const struct recipe two = {.gate = "softmax", .expert = "linear", .k = 2};
  static const struct recipe three = {.gate = "softmax", .expert = "linear", .k = 3};
  static atom true_atoms[2] = {{2, 0, 8, 2, .4}, {0, 0, -6, 1, .4}};
  static atom atoms[3] = {
      {2, -LOG2, 8, 2, .4}, {0, 0, -6, 1.3, .4}, {2.1, -LOG2, 8.1, 2.2, .5}};
  static atom turned[3] = {
      {0, 0, -6, 1.3, .4}, {2.1, -LOG2, 8.1, 2.2, .5}, {2, -LOG2, 8, 2, .4}};
  double truth[10], theta[15], other[15];
  recipe_theta(&two, true_atoms, truth);
  recipe_theta(&three, atoms, theta);
  recipe_theta(&three, turned, other);
  struct fixture f = recipe_make(&two, truth, &three, 16);
  for (int moved = 0; moved < 2; moved++) {
    close_to(loss_of(&f, "e_pinned", theta), .5 * (1e-4 + 16e-4 + .01 + .01) + .3, 1e-13);
    close_to(loss_of(&f, "e_voronoi", other), loss_of(&f, "e_voronoi", theta), 1e-13);
    assert_true(loss_of(&f, "e_pinned", other) > 1);
    translate_routed(&three, -1.5, 3, theta);
    translate_routed(&three, .5, -2, other);
  }
  fixture_free(&f);
}

/* The losses of the truth itself, with atoms split, and in another order, are 0. */
static void zero_at_a_split_truth(void **state) {
  (void)state;
  static atom split[5] = {{0, 0, 2, 0, .2},
                          {0, 1, 2, 0, .2},
                          {0, 0, -6, 1, .4},
                          {2, -LOG2, 8, 2, .4},
                          {2, -LOG2, 8, 2, .4}};
  static const char *const zero[] = {"b_d1",
                                     "b_d2",
                                     "over_slope",
                                     "over_intercept",
                                     "over_variance",
                                     "over_gate",
                                     "over_expert",
                                     "over_expert_shared",
                                     "over_slope_shared",
                                     "over_intercept_shared",
                                     "over_variance_shared",
                                     "exact_parameters",
                                     "exact_expert",
                                     "voronoi",
                                     "softmax_d",
                                     "e_voronoi",
                                     "c_voronoi",
                                     "matched",
                                     "matched_expert",
                                     "l2",
                                     "total_variation",
                                     "hellinger"};
  double truth[15], theta[25];
  recipe_theta(&b_truth, b_true_atoms, truth);
  recipe_theta(&b_fit, split, theta);
  struct fixture f = recipe_make(&b_truth, truth, &b_fit, 16);
  for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
    close_to(loss_of(&f, zero[i], theta), 0, 1e-13);
  struct moe_fit_flags flags = moe_fit_inspect(&f.problem, theta);
  assert_false(flags.empty_cell || flags.inert || flags.floating);
  fixture_free(&f);
}

/*
 * Normalised sigmoid, both slopes 0. Cell of true atom 0 (s(0) = 1/2) holds masses 1/4 and 1/2: 1/4 too
 * much; the other is exact: |D beta0| counts, its mass does not.
 *   shared as in D1 = .04
 *   routed, D3   1/4 + (.1^2) + (.2^2 + .1^2 + .1^2) + (.2 + .3)                     = .82
 * D4 takes first powers: .1 + LOG3, then hypot(.2, .1, .1) + 0, then .2 + .3.
 */
static void normalised_sigmoid_losses_by_hand(void **state) {
  (void)state;
  struct recipe truth_of = b_truth, fit_of = b_fit;
  static atom true_atoms[3] = {{0, 0, 2, 0, .2}, {0, 0, 8, 2, .4}, {0, 0, -6, 1, .4}};
  static atom atoms[5] = {{0, 0, 2.1, 0, .2},
                          {0, LOG3, 2, .2, .3},
                          {.1, -LOG3, 8, 2, .4},
                          {0, 0, 8.2, 2.1, .5},
                          {0, .2, -6, 1.3, .4}};
  double truth[15], theta[25];
  truth_of.gate = fit_of.gate = "normalised-sigmoid";
  recipe_theta(&truth_of, true_atoms, truth);
  recipe_theta(&fit_of, atoms, theta);
  struct fixture f = recipe_make(&truth_of, truth, &fit_of, 16);
  close_to(loss_of(&f, "b_d3", theta), .86, 1e-13);
  close_to(loss_of(&f, "b_d4", theta), .04 + .1 + LOG3 + sqrt(.06) + .5, 1e-13);
  assert_true(isnan(loss_of(&f, "softmax_d", theta)));
  /* a best approximation, the fit with a slope of its last atom moved: atom to atom */
  double bar[25];
  memcpy(bar, theta, sizeof bar);
  bar[8] += .3;
  f.problem.minimisers = bar;
  f.problem.minimiser_count = 1;
  close_to(loss_of(&f, "b_d4", theta), .04 + .3, 1e-13);
  fixture_free(&f);
}

/* A truth without shared atoms: the shared part is nothing. E's loss, where beta1 and b are off at once:
 * 1/2 ((.1^2 + .1^2)^2 + .2^2 + .1^2) + 1/2 (0) + .3; D2's adds the fourth powers. */
static void e_loss_by_hand(void **state) {
  (void)state;
  static const struct recipe truth_of = {.gate = "softmax", .expert = "linear", .k = 2};
  static const struct recipe fit_of = {.gate = "softmax", .expert = "linear", .k = 3};
  static atom atoms[3] = {
      {2.1, -LOG2, 8.2, 2.1, .5}, {2, -LOG2, 8, 2, .4}, {0, 0, -6, 1.3, .4}};
  double truth[10], theta[15];
  recipe_theta(&truth_of, b_true_atoms + 1, truth);
  recipe_theta(&fit_of, atoms, theta);
  struct fixture f = recipe_make(&truth_of, truth, &fit_of, 16);
  for (int moved = 0; moved < 2; moved++) {
    close_to(loss_of(&f, "e_voronoi", theta), .5 * (.0004 + .05) + .3, 1e-13);
    close_to(loss_of(&f, "c_voronoi", theta), .5 * (.0004 + .05) + .3, 1e-13);
    close_to(loss_of(&f, "b_d2", theta), .5 * (.0002 + .05) + .3, 1e-13);
    close_to(loss_of(&f, "b_d1", theta), .5 * (.01 + .05 + .01) + .3, 1e-13);
    assert_true(isnan(loss_of(&f, "over_slope_shared", theta)));
    translate_routed(&fit_of, 3, -.5, theta);
  }
  fixture_free(&f);
}

/* Three atoms in one cell: r = 6; four: 7, with odd halves of 7/2. */
static void exponents_by_cell_size(void **state) {
  (void)state;
  static const struct recipe truth_of = {.gate = "softmax", .expert = "linear", .k = 1};
  struct recipe fit_of = {.gate = "softmax", .expert = "linear", .k = 3};
  static atom atoms[4] = {{1, -LOG3, 2.25, 1.5, .4},
                          {1, -LOG3, 2, 1, .4},
                          {1, -LOG3, 2, 1, .4},
                          {1, -LOG3, 2, 1, .4}};
  static atom true_atoms[1] = {{1, 0, 2, 1, .4}};
  double truth[5], theta[20];
  recipe_theta(&truth_of, true_atoms, truth);
  recipe_theta(&fit_of, atoms, theta);
  struct fixture f = recipe_make(&truth_of, truth, &fit_of, 16);
  close_to(loss_of(&f, "e_voronoi", theta), (pow(.5, 6) + pow(.25, 3)) / 3, 1e-14);
  fixture_free(&f);
  fit_of.k = 4;
  recipe_theta(&fit_of, atoms, theta);
  f = recipe_make(&truth_of, truth, &fit_of, 16);
  close_to(loss_of(&f, "e_voronoi", theta), (pow(.5, 7) + pow(.25, 3.5)) / 4, 1e-14);
  fixture_free(&f);
}

/* The infimum over translations is not above the loss at any of a fine grid of them, given by
 * moving the fit and pinning nothing; and it is attained to the grid's accuracy. */
static void infimum_over_translations(void **state) {
  (void)state;
  static const struct recipe truth_of = {.gate = "softmax", .expert = "linear", .k = 2};
  static const struct recipe fit_of = {.gate = "softmax", .expert = "linear", .k = 4};
  struct moe_rng rng = moe_rng_make(moe_key_hash("translations"), 0);
  for (size_t draw = 0; draw < 20; draw++) {
    double truth[10], theta[20], other[20], least = INFINITY;
    theta_random(&rng, 10, 1, truth);
    theta_random(&rng, 20, .3, theta);
    for (size_t i = 0; i < 4; i++)
      for (size_t c = 0; c < 2; c++) {
        theta[2 * i + c] += truth[2 * (i % 2) + c];
        theta[8 + 2 * i + c] += truth[4 + 2 * (i % 2) + c];
      }
    struct fixture f = recipe_make(&truth_of, truth, &fit_of, 16);
    double value = loss_of(&f, "e_voronoi", theta);
    /* brute force: the definition, with cells of moe_voronoi_cells, at slopes t and the best of many
     * scales s */
    for (double t = -2; t <= 2; t += .002) {
      size_t cell[4], size[2] = {0, 0};
      double shift[2] = {t, 0}, mass[2] = {0, 0}, rest = 0;
      moe_voronoi_cells(&f.problem, theta, shift, cell);
      for (size_t i = 0; i < 4; i++) size[cell[i]]++;
      for (size_t i = 0; i < 4; i++) {
        size_t j = cell[i];
        double m = exp(theta[2 * i + 1]), gate = fabs(theta[2 * i] + t - truth[2 * j]);
        double a = fabs(theta[8 + 2 * i] - truth[4 + 2 * j]);
        double b = fabs(theta[9 + 2 * i] - truth[5 + 2 * j]);
        double nu = fabs(exp(theta[16 + i]) - exp(truth[8 + j]));
        double r = size[j] == 1 ? 1 : size[j] == 2 ? 4 : size[j] == 3 ? 6 : 7;
        mass[j] += m;
        rest += m * (r == 1 ? gate + a + b + nu
                            : pow(hypot(gate, b), r) + pow(a, r / 2) + pow(nu, r / 2));
      }
      for (size_t j = 0; j < 3; j++) { /* convex and piecewise linear in s: least at a kink */
        double s = j < 2 ? exp(truth[2 * j + 1]) / mass[j] : 0;
        if (!(s < INFINITY)) continue;
        double at = s * rest;
        for (size_t l = 0; l < 2; l++) at += fabs(s * mass[l] - exp(truth[2 * l + 1]));
        least = fmin(least, at);
      }
    }
    assert_true(value <= least + 1e-12);
    assert_true(value >= least - .02 * (1 + least));
    memcpy(other, theta, sizeof other);
    translate_routed(&fit_of, -.7, 3, other);
    close_to(loss_of(&f, "e_voronoi", other), value, 1e-12 * (1 + value));
    fixture_free(&f);
  }
}

/* Activation outside, temperature 2 against 1.5: masses e^(beta0 / tau), no translation of slopes, one
 * of intercepts. Slopes and a enter squared, b and nu with r = 4 and 2, |D tau| once. */
static void activation_loss_by_hand(void **state) {
  (void)state;
  struct recipe truth_of = {.gate = "softmax",
                            .expert = "linear",
                            .activation = "tanh",
                            .k = 2,
                            .outside = 1,
                            .temperature = 2};
  struct recipe fit_of = truth_of;
  fit_of.k = 3;
  fit_of.temperature = 1.5;
  static atom atoms[3] = {
      {2.1, -1.5 * LOG2, 8.2, 2.1, .5}, {2, -1.5 * LOG2, 8, 2, .4}, {0, 0, -6, 1.3, .4}};
  double truth[11], theta[16];
  recipe_theta(&truth_of, b_true_atoms + 1, truth);
  recipe_theta(&fit_of, atoms, theta);
  struct fixture f = recipe_make(&truth_of, truth, &fit_of, 16);
  double expected = .5 * (.01 + .04 + .0001 + .01) + .3 + .5;
  close_to(loss_of(&f, "c_voronoi", theta), expected, 1e-13);
  close_to(loss_of(&f, "temperature", theta), .5, 1e-14);
  close_to(loss_of(&f, "over_gate", theta), .1, 1e-13);
  close_to(loss_of(&f, "exact_parameters", theta), sqrt(.09 + .25), 1e-13);
  translate_routed(&fit_of, 0, 9, theta);
  close_to(loss_of(&f, "c_voronoi", theta), expected, 1e-12);
  translate_routed(&fit_of, .2, -9, theta);
  assert_true(loss_of(&f, "c_voronoi", theta) > expected + .1);
  close_to(loss_of(&f, "over_gate", theta), .3, 1e-13);
  fixture_free(&f);
  /* inside: no translation at all, masses e^(act(beta0) / tau) */
  truth_of.outside = fit_of.outside = 0;
  truth_of.temperature = fit_of.temperature = 1;
  recipe_theta(&truth_of, b_true_atoms + 1, truth);
  static atom inside[3] = {{2, 0, 8, 2, .4}, {2, 0, 8, 2, .4}, {0, 0, -6, 1, .4}};
  recipe_theta(&fit_of, inside, theta);
  f = recipe_make(&truth_of, truth, &fit_of, 16);
  close_to(loss_of(&f, "c_voronoi", theta), 1, 1e-13); /* a mass of 2 for 1 */
  fixture_free(&f);
}

/* Without an activation any temperature will do with gate rows in proportion: experts are compared at
 * the truth's, raw errors are not. */
static void temperature_of_a_linear_router(void **state) {
  (void)state;
  struct recipe truth_of = {.gate = "softmax", .expert = "linear", .k = 2, .temperature = 2};
  struct recipe fit_of = {.gate = "softmax", .expert = "linear", .k = 3, .temperature = 1};
  static atom atoms[3] = {{1, -LOG2, 8, 2, .4}, {1, -LOG2, 8, 2, .4}, {0, 0, -6, 1, .4}};
  double truth[11], theta[16];
  recipe_theta(&truth_of, b_true_atoms + 1, truth);
  recipe_theta(&fit_of, atoms, theta);
  struct fixture f = recipe_make(&truth_of, truth, &fit_of, 16);
  close_to(loss_of(&f, "total_variation", theta), 0, 1e-13);
  close_to(loss_of(&f, "over_gate", theta), 0, 1e-13);
  close_to(loss_of(&f, "softmax_d", theta), 0, 1e-13);
  close_to(loss_of(&f, "matched", theta), 0, 1e-13);
  close_to(loss_of(&f, "temperature", theta), 1, 1e-14);
  /* slopes (1, 1) for 2 and 0 for 0, moved by t: (1 - t)^4 + t is least at 1 - t = 4^(-1/3) */
  double u = pow(4, -1. / 3);
  close_to(loss_of(&f, "c_voronoi", theta), u * u * u * u + 1 - u + 1, 1e-12);
  fixture_free(&f);
}

/* D4 of as many atoms as the truth has is a matching; where intercepts alone may be translated, slopes
 * are not. */
static void matching_behind_an_activation(void **state) {
  (void)state;
  struct recipe r = {
      .gate = "softmax", .expert = "linear", .activation = "tanh", .k = 2, .outside = 1};
  static atom swapped[2] = {{0, 5, -6, 1.3, .4}, {2, 5, 8, 2, .4}};
  double truth[10], theta[10];
  recipe_theta(&r, b_true_atoms + 1, truth);
  recipe_theta(&r, swapped, theta);
  struct fixture f = recipe_make(&r, truth, &r, 16);
  close_to(loss_of(&f, "b_d4", theta), .3, 1e-13);
  translate_routed(&r, .2, 0, theta);
  close_to(loss_of(&f, "b_d4", theta), .3 + 2 * .2, 1e-13);
  fixture_free(&f);
}

/* d = 2: zero at a split and translated truth; by the slopes' translation of softmax_d. */
static void two_covariates(void **state) {
  (void)state;
  static const char *const zero[] = {"e_voronoi", "b_d1",      "b_d2",      "c_voronoi",
                                     "over_gate", "softmax_d", "over_slope"};
  const double truth[12] = {2, -1, .5, 0, 0, 0, 3, 1, 1, -3, 0, 1.5};
  double t[3] = {.7, -.3, .2};
  double theta[18] = {2, -1, .5 - LOG2, 0,  0, 0,   2, -1, .5 - LOG2,
                      3, 1,  1,         -3, 0, 1.5, 3, 1,  1};
  struct fixture f = fixture_make("softmax", "tanh", 2, 2, truth, "softmax", "tanh", 3);
  theta_translate(2, 3, t, theta, theta);
  for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
    close_to(loss_of(&f, zero[i], theta), 0, 1e-9);
  theta[14] += .1; /* b of the atom that is alone in its cell */
  close_to(loss_of(&f, "e_voronoi", theta), .1, 1e-9);
  fixture_free(&f);
}

/* Another order of shared or of routed atoms changes nothing. */
static void order_of_atoms(void **state) {
  (void)state;
  static const size_t order[5] = {1, 0, 4, 2, 3};
  static const char *const gates[] = {"softmax", "normalised-sigmoid"};
  struct moe_rng rng = moe_rng_make(moe_key_hash("order"), 0);
  for (size_t draw = 0; draw < 20; draw++) {
    struct recipe truth_of = b_truth, fit_of = b_fit;
    double truth[15], theta[25], other[25];
    truth_of.gate = fit_of.gate = gates[draw % 2];
    theta_random(&rng, 15, 1, truth);
    theta_random(&rng, 25, 1, theta);
    theta_permute(1, 5, order, theta, other);
    for (size_t i = 0; i < 5; i++) other[20 + i] = theta[20 + order[i]];
    struct fixture f = recipe_make(&truth_of, truth, &fit_of, 16);
    const struct moe_loss *row;
    for (size_t i = 0; (row = moe_loss_row_at(i)); i++) {
      double one = row->value(&f.problem, theta), two = row->value(&f.problem, other);
      if (!strcmp(row->name, "e_pinned")) continue; /* is about the order */
      assert_int_equal(isnan(one), isnan(two));
      if (!isnan(one)) close_to(one, two, 1e-12 * (1 + one));
    }
    fixture_free(&f);
  }
}

/* Losses of parameters need equal routers and shared atoms in both or neither; those of densities do
 * not. Atoms of one expert match whether shared or not. */
static void models_that_do_not_compare(void **state) {
  (void)state;
  static const char *const gated[] = {"b_d1",
                                      "b_d2",
                                      "b_d3",
                                      "b_d4",
                                      "e_voronoi",
                                      "c_voronoi",
                                      "over_slope",
                                      "over_expert",
                                      "over_slope_shared",
                                      "voronoi",
                                      "exact_parameters"};
  struct recipe none = {.gate = "softmax", .expert = "linear", .k = 4};
  struct recipe routed = {.gate = "softmax",
                          .expert = "linear",
                          .activation = "tanh",
                          .k = 5,
                          .shared = 2,
                          .shared_expert = "linear",
                          .outside = 1};
  double truth[15], theta[25];
  struct moe_rng rng = moe_rng_make(moe_key_hash("apart"), 0);
  theta_random(&rng, 25, .5, theta);
  recipe_theta(&b_truth, b_true_atoms, truth);
  for (int which = 0; which < 2; which++) {
    struct fixture f = recipe_make(&b_truth, truth, which ? &routed : &none, 16);
    for (size_t i = 0; i < sizeof gated / sizeof *gated; i++)
      if (!which || strcmp(gated[i], "over_slope_shared") != 0)
        assert_true(isnan(loss_of(&f, gated[i], theta)));
    assert_true(isnan(loss_of(&f, "temperature", theta)));
    assert_true(loss_of(&f, "total_variation", theta) > 0);
    assert_true(loss_of(&f, "hellinger", theta) > 0);
    assert_true(loss_of(&f, "matched", theta) > 0);
    assert_true(loss_of(&f, "l2", theta) > 0);
    fixture_free(&f);
  }
  routed.shared_expert = "relu"; /* no fitted atom may be that of the true shared one... */
  routed.expert = "tanh";        /* ...nor those of the routed ones */
  struct fixture f = recipe_make(&b_truth, truth, &routed, 16);
  assert_true(isnan(loss_of(&f, "matched", theta)));
  assert_true(isnan(loss_of(&f, "matched_expert", theta)));
  fixture_free(&f);
  f = recipe_make(&b_truth, truth, &b_fit, 16);
  const struct moe_loss *row;
  theta[2] = NAN;
  for (size_t i = 0; (row = moe_loss_row_at(i)); i++)
    assert_true(isnan(row->value(&f.problem, theta)));
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_pinned_gauge),
      cmocka_unit_test(softmax_losses_by_hand),
      cmocka_unit_test(zero_at_a_split_truth),
      cmocka_unit_test(normalised_sigmoid_losses_by_hand),
      cmocka_unit_test(e_loss_by_hand),
      cmocka_unit_test(exponents_by_cell_size),
      cmocka_unit_test(infimum_over_translations),
      cmocka_unit_test(activation_loss_by_hand),
      cmocka_unit_test(temperature_of_a_linear_router),
      cmocka_unit_test(matching_behind_an_activation),
      cmocka_unit_test(two_covariates),
      cmocka_unit_test(order_of_atoms),
      cmocka_unit_test(models_that_do_not_compare),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
