/*
 * test_set_distance.c - the distance to the parameters that give one function, and what that set is, on continua
 * that are known exactly.
 */
#include "loss_fixture.h"

/*
 * Softmax with linear experts: w/2 (z + c) + w/2 (z - c) = w z for every linear c, so atom 0 of
 * the truth splits into a continuum, here with c = u x + v.
 */
static void linear_split(double u, double v, double *theta) {
  double log2 = 0.69314718055994531;
  double fit[3][4] = {
      {1, .5 - log2, 2 + u, 1 + v}, {-1, 0, -1, .5}, {1, .5 - log2, 2 - u, 1 - v}};
  theta_of(3, fit, theta);
}
static const double linear_atoms[2][4] = {{1, .5, 2, 1}, {-1, 0, -1, .5}};

static void zero_along_a_continuum(void **state) {
  (void)state;
  double truth[8], theta[12];
  theta_of(2, linear_atoms, truth);
  struct fixture f = fixture_make("softmax", "linear", 1, 2, truth, "softmax", "linear", 3);
  for (double u = -3; u <= 3; u += .75) {
    linear_split(u, 2 - u, theta);
    close_to(loss_of(&f, "l2", theta), 0, 1e-14);
    close_to(loss_of(&f, "set_distance", theta), 0, 1e-12);
  }
  fixture_free(&f);
}

/* Near a regular point of the set the distance is that to its tangent plane: it is at most the
 * perturbation, and doubles with it. */
static void linear_near_a_continuum(void **state) {
  (void)state;
  struct moe_rng rng = moe_rng_make(moe_key_hash("set"), 0);
  double truth[8], at[12], push[12], theta[12];
  theta_of(2, linear_atoms, truth);
  linear_split(1.5, -.5, at);
  struct fixture f = fixture_make("softmax", "linear", 1, 2, truth, "softmax", "linear", 3);
  for (size_t draw = 0; draw < 20; draw++) {
    double one, two, norm = 0;
    theta_random(&rng, 12, 1e-5, push);
    for (size_t c = 0; c < 12; c++) norm += push[c] * push[c], theta[c] = at[c] + push[c];
    one = loss_of(&f, "set_distance", theta);
    for (size_t c = 0; c < 12; c++) theta[c] += push[c];
    two = loss_of(&f, "set_distance", theta);
    assert_true(one <= 1.001 * sqrt(norm));
    assert_true(one > 1e-3 * sqrt(norm));
    close_to(two / one, 2, .01);
  }
  fixture_free(&f);
}

/* A smooth identified expert: the two halves of a split atom meet only when equal, and first
 * derivatives vanish there. Halves at eta +- delta are sqrt(2) delta from the set; the misfit
 * is of order delta^2. */
static void split_of_a_smooth_expert(void **state) {
  (void)state;
  double log2 = 0.69314718055994531, truth[8], theta[12], last_misfit = 0;
  static const double atoms[2][4] = {{2, .5, 3, 1}, {0, 0, -1.5, .7}};
  theta_of(2, atoms, truth);
  struct fixture f = fixture_make("softmax", "tanh", 1, 2, truth, "softmax", "tanh", 3);
  for (double delta = .08; delta > .009; delta /= 2) {
    double fit[3][4] = {
        {2, .5, 3, 1}, {0, -log2, -1.5 + delta, .7}, {0, -log2, -1.5 - delta, .7}};
    theta_of(3, fit, theta);
    double misfit = loss_of(&f, "l2", theta), value = loss_of(&f, "set_distance", theta);
    assert_true(value > 1.2 * delta && value < 1.45 * delta);
    if (last_misfit > 0) close_to(last_misfit / misfit, 4, .2);
    last_misfit = misfit;
  }
  fixture_free(&f);
}

/* Constant experts: the slopes a do not enter and must not be moved. */
static void slopes_of_constant_experts_stay(void **state) {
  (void)state;
  static const double atoms[2][4] = {{1, 0, 0, 2}, {0, 0, 0, -1}};
  static const double fit[2][4] = {{1, 0, 0, 2.01}, {0, 0, 0, -1}};
  double truth[8], theta[8];
  theta_of(2, atoms, truth);
  theta_of(2, fit, theta);
  struct fixture f = fixture_make("softmax", "input-independent", 1, 2, truth, "softmax",
                                  "input-independent", 2);
  double value = loss_of(&f, "set_distance", theta);
  assert_true(value > .003 && value <= .0101);
  fixture_free(&f);
}

/* ... even where they would reach the truth, here a straight line. */
static void slopes_of_constant_experts_do_not_help(void **state) {
  (void)state;
  static const double line[1][4] = {{0, 0, .5, 1}}, flat[1][4] = {{0, 0, 0, 1}};
  double truth[4], theta[4];
  theta_of(1, line, truth);
  theta_of(1, flat, theta);
  struct fixture f =
      fixture_make("sigmoid", "linear", 1, 1, truth, "sigmoid", "input-independent", 1);
  assert_true(isnan(loss_of(&f, "set_distance", theta)));
  fixture_free(&f);
  f = fixture_make("sigmoid", "linear", 1, 1, truth, "sigmoid", "linear", 1);
  assert_true(loss_of(&f, "set_distance", theta) <= .5);
  fixture_free(&f);
}

static void nan_when_the_truth_is_out_of_reach(void **state) {
  (void)state;
  static const double atoms[3][4] = {{4, .5, 3, 1}, {-3, .3, -3, 1.5}, {0, 0, 1, 2}};
  static const double fit[2][4] = {{4, .5, 3, 1}, {-3, .3, -3, 1.5}};
  double truth[12], theta[8];
  theta_of(3, atoms, truth);
  theta_of(2, fit, theta);
  struct fixture f = fixture_make("softmax", "gelu", 1, 3, truth, "sigmoid", "gelu", 2);
  assert_true(isnan(loss_of(&f, "set_distance", theta)));
  fixture_free(&f);
}

/* ---- the set of population minimisers ---- */

static struct moe_minimiser_shape shape_of(const struct fixture *f, const double *theta,
                                           double least_slope) {
  struct moe_ranges ranges = {
      .beta1 = {-8, 8}, .beta0 = {-3, 3}, .a = {least_slope, 8}, .b = {-6, 6}};
  struct moe_box box;
  moe_box_make(&box, &f->problem.fit, &ranges, 0);
  struct moe_minimiser_shape shape = moe_minimiser_inspect(&f->problem, &box, theta);
  moe_box_free(&box);
  return shape;
}

static const double two_tanh[2][4] = {{0, .5, 3, 1}, {2, 0, 1, -1.5}};

/* As many atoms as the truth, each of its own kind: one point. */
static void an_identified_minimiser_is_a_point(void **state) {
  (void)state;
  double truth[8];
  theta_of(2, two_tanh, truth);
  struct fixture f = fixture_make("sigmoid", "tanh", 1, 2, truth, "sigmoid", "tanh", 2);
  struct moe_minimiser_shape shape = shape_of(&f, truth, -8);
  assert_int_equal(shape.coordinates, 8);
  assert_int_equal(shape.rank, 8);
  assert_int_equal(shape.dimension, 0);
  assert_true(shape.smallest > 1e-4);
  fixture_free(&f);
}

/* An atom with a flat gate in two: its mass may be shared in any way, which is one direction that
 * leads on; slopes and experts may part to first order only, and lead nowhere. */
static void a_split_atom_shares_its_mass_and_nothing_else(void **state) {
  (void)state;
  double truth[8], theta[12];
  theta_of(2, two_tanh, truth);
  double half = 1 / (1 + exp(-.5)) / 2, bias = log(half / (1 - half));
  double fit[3][4] = {{0, bias, 3, 1}, {2, 0, 1, -1.5}, {0, bias, 3, 1}};
  theta_of(3, fit, theta);
  struct fixture f = fixture_make("sigmoid", "tanh", 1, 2, truth, "sigmoid", "tanh", 3);
  struct moe_minimiser_shape shape = shape_of(&f, theta, -8);
  assert_int_equal(shape.rank, 8);
  assert_int_equal(shape.dimension, 1);
  fixture_free(&f);
}

/* w/2 (z + c) + w/2 (z - c) = w z: two directions, one in each of the slope and intercept of c; with
 * both slopes at their least one of them leaves the box. */
static void a_continuum_is_followed_in_the_box(void **state) {
  (void)state;
  static const double line[1][4] = {{2, .5, 1, .5}};
  double truth[4], theta[8];
  theta_of(1, line, truth);
  struct fixture f = fixture_make("sigmoid", "linear", 1, 1, truth, "sigmoid", "linear", 2);
  static const double inside[2][4] = {{2, .5, .7, 1}, {2, .5, .3, -.5}},
                      at_side[2][4] = {{2, .5, .5, 1}, {2, .5, .5, -.5}};
  theta_of(2, inside, theta);
  assert_int_equal(shape_of(&f, theta, -8).dimension, 2);
  theta_of(2, at_side, theta);
  assert_int_equal(shape_of(&f, theta, -8).dimension, 2);
  assert_int_equal(shape_of(&f, theta, .5).dimension, 1);
  fixture_free(&f);
}

/* D3 to a set: nothing on the whole continuum, though only one of its points is given; the distance
 * to that point where it is said to be alone. */
static void d3_is_the_distance_to_the_set(void **state) {
  (void)state;
  double truth[8], given[12], theta[12];
  theta_of(2, linear_atoms, truth);
  linear_split(1.5, -.5, given);
  struct fixture f = fixture_make("softmax", "linear", 1, 2, truth, "softmax", "linear", 3);
  f.problem.minimisers = given;
  f.problem.minimiser_count = 1;
  linear_split(-.7, 1.1, theta);
  assert_true(loss_of(&f, "d3", theta) > 1);
  f.problem.continuum = 1;
  close_to(loss_of(&f, "d3", theta), 0, 1e-12);
  theta[0] += 1e-3;
  double near_it = loss_of(&f, "d3", theta);
  assert_true(near_it > 1e-5 && near_it <= 2e-3);
  fixture_free(&f);
}

/* The function of a minimiser, not of the truth, is what its set has in common. */
static void a_misspecified_minimiser_has_its_own_function(void **state) {
  (void)state;
  static const double atoms[3][4] = {{4, .5, 3, 1}, {-3, .3, -3, 1.5}, {0, 0, 1, 2}};
  static const double fit[2][4] = {{4, .5, 3, 1}, {-3, .3, -3, 1.5}};
  double truth[12], given[8], theta[8], nearest[8];
  theta_of(3, atoms, truth);
  theta_of(2, fit, given);
  struct fixture f = fixture_make("softmax", "tanh", 1, 3, truth, "sigmoid", "tanh", 2);
  f.problem.minimisers = given;
  f.problem.minimiser_count = 1;
  for (size_t c = 0; c < 8; c++) theta[c] = given[c] + (c % 2 ? 1e-4 : -1e-4);
  close_to(moe_minimiser_nearest(&f.problem, theta, nearest), loss_of(&f, "d3", theta), 1e-4);
  for (size_t c = 0; c < 8; c++) close_to(nearest[c], given[c], 2e-5);
  assert_int_equal(shape_of(&f, given, -8).dimension, 0);
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(zero_along_a_continuum),
      cmocka_unit_test(linear_near_a_continuum),
      cmocka_unit_test(split_of_a_smooth_expert),
      cmocka_unit_test(slopes_of_constant_experts_stay),
      cmocka_unit_test(slopes_of_constant_experts_do_not_help),
      cmocka_unit_test(nan_when_the_truth_is_out_of_reach),
      cmocka_unit_test(an_identified_minimiser_is_a_point),
      cmocka_unit_test(a_split_atom_shares_its_mass_and_nothing_else),
      cmocka_unit_test(a_continuum_is_followed_in_the_box),
      cmocka_unit_test(d3_is_the_distance_to_the_set),
      cmocka_unit_test(a_misspecified_minimiser_has_its_own_function),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
