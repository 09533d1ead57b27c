/*
 * test_loss.c - the losses against numbers worked out by hand, and the identities they obey.
 */
#include "loss_fixture.h"

/* Atoms (beta1, beta0, a, b), tanh, d = 1. */
static const double truth_atoms[2][4] = {{0, 0, 1, 0}, {4, 0, -1, 2}};

/*
 * Fit of three atoms. Atoms 0 and 1 are nearest to true atom 0 (over), atom 2 to true atom 1:
 *   atom 0: D beta1 = .1, D eta = (0, .2);  atom 1: D beta1 = 0, D eta = (.3, .4), norm .5
 *   atom 2: D beta1 = 0, D beta0 = .3, D eta = (0, .1)
 * Mass of cell 0: s(0) + s(0) - s(0) = .5.
 *   D1 = .5 + (.1^2 + .2^2) + (0 + .5^2) + (0 + .3 + .1)                            = 1.2
 *   r=1: .5 + (.1 + 0 + .2) + (0 + .3 + .4) + (0 + .3 + 0 + .1)                      = 1.9
 *   r=2: .5 + (.01 + .04) + (.09 + .16) + (.09 + .01)                                = .9
 *   r=3: .5 + (.001 + .008) + (.027 + .064) + (.027 + .001)                          = .628
 * over_expert max(.2, .5); by mass, equal shares: .5 (.2) + .5 (.5) = .35; exact_expert .1.
 */
static void by_hand(const char *gate) {
  static const double fit[3][4] = {{.1, 0, 1, .2}, {0, 0, 1.3, .4}, {4, .3, -1, 2.1}};
  double truth[8], theta[12];
  theta_of(2, truth_atoms, truth);
  theta_of(3, fit, theta);
  struct fixture f = fixture_make(gate, "tanh", 1, 2, truth, gate, "tanh", 3);
  close_to(loss_of(&f, "d1", theta), 1.2, 1e-14);
  close_to(loss_of(&f, "voronoi", theta), 1.2, 1e-14);
  close_to(loss_of(&f, "d2r-1", theta), 1.9, 1e-14);
  close_to(loss_of(&f, "d2r-2", theta), .9, 1e-14);
  close_to(loss_of(&f, "d2r-3", theta), .628, 1e-14);
  close_to(loss_of(&f, "over_expert", theta), .5, 1e-14);
  close_to(loss_of(&f, "over_expert_mass", theta), .35, 1e-14);
  close_to(loss_of(&f, "exact_expert", theta), .1, 1e-14);
  /* true atom 0: atom 0 at .2; true atom 1: atom 2 at .1 */
  close_to(loss_of(&f, "matched_expert", theta), .2, 1e-14);
  assert_true(isnan(loss_of(&f, "softmax_d", theta)));
  size_t cell[3];
  moe_voronoi_cells(&f.problem, theta, NULL, cell);
  assert_int_equal(cell[0], 0);
  assert_int_equal(cell[1], 0);
  assert_int_equal(cell[2], 1);
  fixture_free(&f);
}

/* The masses of the normalised sigmoid are sigmoids too. */
static void sigmoids_by_hand(void **state) {
  (void)state;
  by_hand("sigmoid");
  by_hand("normalised-sigmoid");
}

/* All three atoms on true atom 0: D1 = |3 s(0) - s(0)| + s(0) = 1.5: the lost atom costs. */
static void empty_cell_costs_its_mass(void **state) {
  (void)state;
  static const double fit[3][4] = {{0, 0, 1, 0}, {0, 0, 1, 0}, {0, 0, 1, 0}};
  double truth[8], theta[12];
  theta_of(2, truth_atoms, truth);
  theta_of(3, fit, theta);
  struct fixture f = fixture_make("sigmoid", "tanh", 1, 2, truth, "sigmoid", "tanh", 3);
  close_to(loss_of(&f, "d1", theta), 1.5, 1e-14);
  assert_true(moe_fit_inspect(&f.problem, theta).empty_cell);
  assert_true(isnan(loss_of(&f, "exact_expert", theta)));
  fixture_free(&f);
}

static void zero_at_split_truth(const char *gate) {
  /* s(beta0) adds up over the copies: 1/(1 + 3) + 1/(1 + 3) = s(0), beta0 = -log 3 */
  double b0 = -1.0986122886681098;
  double fit[3][4] = {{0, b0, 1, 0}, {4, 0, -1, 2}, {0, b0, 1, 0}};
  static const char *const zero[] = {"voronoi",      "d1",
                                     "d2r-1",        "d2r-2",
                                     "d2r-3",        "over_expert",
                                     "exact_expert", "over_expert_mass",
                                     "matched",      "matched_expert",
                                     "l2",           "set_distance"};
  double truth[8], theta[12];
  theta_of(2, truth_atoms, truth);
  theta_of(3, fit, theta);
  struct fixture f = fixture_make(gate, "tanh", 1, 2, truth, gate, "tanh", 3);
  for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
    close_to(loss_of(&f, zero[i], theta), 0, 1e-14);
  struct moe_fit_flags flags = moe_fit_inspect(&f.problem, theta);
  assert_false(flags.empty_cell || flags.inert || flags.floating);
  fixture_free(&f);
}

static void sigmoids_zero_at_split_truth(void **state) {
  (void)state;
  zero_at_split_truth("sigmoid");
  zero_at_split_truth("normalised-sigmoid");
}

static void order_of_atoms_does_not_matter(void **state) {
  (void)state;
  static const char *const gates[] = {"sigmoid", "softmax", "normalised-sigmoid"};
  static const size_t order[4] = {2, 0, 3, 1};
  struct moe_rng rng = moe_rng_make(moe_key_hash("relabel"), 0);
  for (size_t g = 0; g < 3; g++)
    for (size_t d = 1; d <= 3; d++) {
      double truth[2 * 3 * 4], theta[2 * 4 * 4], other[2 * 4 * 4], bar[2 * 2 * 4 * 4];
      theta_random(&rng, 6 * (d + 1), 1, truth);
      theta_random(&rng, 8 * (d + 1), 1, theta);
      theta_random(&rng, 16 * (d + 1), 1, bar);
      theta_permute(d, 4, order, theta, other);
      struct fixture f = fixture_make(gates[g], "gelu", d, 3, truth, gates[g], "gelu", 4);
      f.problem.minimisers = bar;
      f.problem.minimiser_count = 2;
      const struct moe_loss *row;
      for (size_t i = 0; (row = moe_loss_row_at(i)); i++) {
        if (strcmp(row->name, "set_distance") == 0) continue;
        double one = row->value(&f.problem, theta), two = row->value(&f.problem, other);
        assert_int_equal(isnan(one), isnan(two));
        /* first-order errors at a translation that Weiszfeld's iteration has found (d > 1) */
        double rounding = d > 1 && strcmp(row->name, "over_gate") == 0 ? 1e-9 : 1e-12;
        if (!isnan(one)) close_to(one, two, rounding * (1 + one));
      }
      fixture_free(&f);
    }
}

/* A softmax of two atoms is a sigmoid model with logits +-(u_1 - u_2), exactly. */
static void two_softmax_atoms_are_a_sigmoid_model(void **state) {
  (void)state;
  static const double softmax[2][4] = {{2, .5, 3, 1}, {-1, .2, -3, 1.5}};
  static const double sigmoid[2][4] = {{3, .3, 3, 1}, {-3, -.3, -3, 1.5}};
  double truth[8], theta[8];
  theta_of(2, softmax, truth);
  theta_of(2, sigmoid, theta);
  struct fixture f = fixture_make("softmax", "tanh", 1, 2, truth, "sigmoid", "tanh", 2);
  close_to(loss_of(&f, "d1", theta), 0, 1e-14);
  close_to(loss_of(&f, "exact_expert", theta), 0, 1e-14);
  close_to(loss_of(&f, "matched", theta), 0, 1e-14);
  close_to(loss_of(&f, "l2", theta), 0, 1e-14);
  theta[4] += .25; /* a of atom 0 */
  close_to(loss_of(&f, "d1", theta), .25, 1e-14);
  close_to(loss_of(&f, "matched", theta), .25, 1e-14);
  fixture_free(&f);
}

static void undefined_losses_are_nan(void **state) {
  (void)state;
  static const char *const gated[] = {
      "voronoi", "d1", "d2r-2", "softmax_d", "over_expert", "over_expert_mass", "exact_expert"};
  struct moe_rng rng = moe_rng_make(moe_key_hash("undefined"), 0);
  double truth[12], theta[16];
  theta_random(&rng, 12, 1, truth);
  theta_random(&rng, 16, 1, theta);
  struct fixture f = fixture_make("softmax", "tanh", 1, 3, truth, "sigmoid", "tanh", 4);
  for (size_t i = 0; i < sizeof gated / sizeof *gated; i++)
    assert_true(isnan(loss_of(&f, gated[i], theta)));
  assert_true(loss_of(&f, "matched", theta) > 0);
  assert_true(loss_of(&f, "matched_expert", theta) > 0);
  assert_true(loss_of(&f, "l2", theta) > 0);
  assert_true(isnan(loss_of(&f, "d3", theta)));
  assert_true(isnan(loss_of(&f, "l2_bar", theta)));
  theta[3] = NAN;
  const struct moe_loss *row;
  for (size_t i = 0; (row = moe_loss_row_at(i)); i++)
    assert_true(isnan(row->value(&f.problem, theta)));
  fixture_free(&f);
  theta[3] = 0;
  f = fixture_make("sigmoid", "tanh", 1, 3, truth, "sigmoid", "gelu", 4);
  assert_true(isnan(loss_of(&f, "d1", theta)));
  assert_true(isnan(loss_of(&f, "matched", theta)));
  assert_true(isnan(loss_of(&f, "matched_expert", theta)));
  assert_true(loss_of(&f, "l2", theta) > 0);
  fixture_free(&f);
}

/* Experts without x: eta = b, whatever the slopes; even experts: (a, b) ~ -(a, b). */
static void eta_up_to_what_the_expert_sees(void **state) {
  (void)state;
  static const double shifted[2][4] = {{0, 0, 7, .5}, {4, 0, -7, 2}};
  static const double flipped[2][4] = {{0, 0, -1, 0}, {4, 0, 1, -2.5}};
  double truth[8], theta[8];
  theta_of(2, truth_atoms, truth);
  theta_of(2, shifted, theta);
  struct fixture f = fixture_make("sigmoid", "input-independent", 1, 2, truth, "sigmoid",
                                  "input-independent", 2);
  close_to(loss_of(&f, "d1", theta), .5, 1e-14);
  fixture_free(&f);
  theta_of(2, flipped, theta);
  f = fixture_make("sigmoid", "polynomial-2", 1, 2, truth, "sigmoid", "polynomial-2", 2);
  close_to(loss_of(&f, "exact_expert", theta), .5, 1e-14);
  close_to(loss_of(&f, "d2r-2", theta), .25, 1e-14);
  fixture_free(&f);
  f = fixture_make("sigmoid", "polynomial-3", 1, 2, truth, "sigmoid", "polynomial-3", 2);
  assert_true(loss_of(&f, "matched_expert", theta) > 1);
  fixture_free(&f);
}

/* The matched error does not see how a weight is split, and is the same function for both
 * gates: here the worst is true atom 1, whose only fit is off by .1 in b. */
static void matched_is_blind_to_splits(void **state) {
  (void)state;
  static const double softmax_truth[2][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}};
  double log2 = 0.69314718055994531;
  double split[3][4] = {{2, .5 - log2, 3, 1}, {0, 0, -3, 1.6}, {2, .5 - log2, 3, 1}};
  double uneven[3][4] = {{2, .5 - 3 * log2, 3, 1}, {0, 0, -3, 1.6}, {2, .3665, 3, 1}};
  double truth[8], theta[12];
  theta_of(2, softmax_truth, truth);
  struct fixture f = fixture_make("softmax", "tanh", 1, 2, truth, "softmax", "tanh", 3);
  theta_of(3, split, theta);
  close_to(loss_of(&f, "matched", theta), .1, 1e-13);
  theta_of(3, uneven, theta);
  close_to(loss_of(&f, "matched", theta), .1, 1e-4);
  fixture_free(&f);
}

/*
 * Two minimisers, two atoms. The fit is the second with atoms swapped and moved by
 * (D beta1, D beta0, D a, D b) = (.3, -.1, 0, .2) and (0, 0, .3, .4): .3 + .1 + .2 + .5 = 1.1.
 */
static void d3_is_a_matching_to_a_set(void **state) {
  (void)state;
  static const double first[2][4] = {{9, 9, 9, 9}, {-9, 9, 9, -9}};
  static const double second[2][4] = {{1, 1, 1, 1}, {-2, 0, -1, 2}};
  static const double fit[2][4] = {{-2, 0, -.7, 2.4}, {1.3, .9, 1, 1.2}};
  double truth[8], bar[16], theta[8];
  theta_of(2, truth_atoms, truth);
  theta_of(2, first, bar);
  theta_of(2, second, bar + 8);
  theta_of(2, fit, theta);
  struct fixture f = fixture_make("sigmoid", "tanh", 1, 2, truth, "sigmoid", "tanh", 2);
  f.problem.minimisers = bar;
  f.problem.minimiser_count = 2;
  close_to(loss_of(&f, "d3", theta), 1.1, 1e-13);
  close_to(loss_of(&f, "d3", bar + 8), 0, 1e-15);
  close_to(loss_of(&f, "l2_bar", bar), 0, 1e-15);
  assert_true(loss_of(&f, "l2_bar", theta) > .01);
  f.problem.minimiser_count = 1;
  assert_true(loss_of(&f, "d3", theta) > 10);
  fixture_free(&f);
}

/* || c || for f = s(0) h_1 + s(0) c with constant experts, X uniform: known in closed form. */
static void l2_of_constants(void **state) {
  (void)state;
  static const double atoms[2][4] = {{0, 0, 0, 2}, {0, 0, 0, 4}};
  static const double fit[2][4] = {{0, 0, 0, 2}, {0, 0, 0, 3}};
  double truth[8], theta[8];
  theta_of(2, atoms, truth);
  theta_of(2, fit, theta);
  struct fixture f = fixture_make("sigmoid", "input-independent", 1, 2, truth, "softmax",
                                  "input-independent", 2);
  close_to(loss_of(&f, "l2", theta), .5, 1e-14); /* 3 against 2.5 */
  fixture_free(&f);
}

static void flags_name_bad_atoms(void **state) {
  (void)state;
  static const double softmax_truth[2][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}};
  static const double floating[3][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}, {0, -8, 6, 6}};
  static const double inert[3][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}, {0, 0, 0, 0}};
  double truth[8], theta[12];
  theta_of(2, softmax_truth, truth);
  struct fixture f = fixture_make("softmax", "tanh", 1, 2, truth, "softmax", "tanh", 3);
  theta_of(3, floating, theta);
  struct moe_fit_flags flags = moe_fit_inspect(&f.problem, theta);
  assert_true(flags.floating && !flags.inert && !flags.empty_cell);
  theta_of(3, inert, theta);
  flags = moe_fit_inspect(&f.problem, theta);
  assert_true(flags.inert && !flags.floating);
  fixture_free(&f);
}

static void rows_are_found_by_name(void **state) {
  (void)state;
  size_t count = 0;
  const struct moe_loss *row;
  for (; (row = moe_loss_row_at(count)); count++)
    assert_ptr_equal(moe_loss_find(row->name), row);
  assert_int_equal(count, 37);
  assert_null(moe_loss_find("d4"));
}

/* Experts x, 2x, 1 on [-3, 3]: cosines 1, 0, 0. With -x for 2x: -1, 0, 0. A zero expert has none. */
static void similarity_of_lines(void **state) {
  (void)state;
  double fit[3][4] = {{0, 0, 1, 0}, {5, 1, 2, 0}, {0, 0, 0, 1}};
  double truth[8], theta[12];
  theta_of(2, truth_atoms, truth);
  theta_of(3, fit, theta);
  struct fixture f = fixture_make("sigmoid", "tanh", 1, 2, truth, "softmax", "linear", 3);
  close_to(loss_of(&f, "similarity", theta), 2 / 3., 1e-14);
  fit[1][2] = -1;
  theta_of(3, fit, theta);
  close_to(loss_of(&f, "similarity", theta), 1 / 3., 1e-14);
  fit[1][2] = 0;
  theta_of(3, fit, theta);
  close_to(loss_of(&f, "similarity", theta), .5, 1e-14);
  fit[2][3] = 0;
  theta_of(3, fit, theta);
  assert_true(isnan(loss_of(&f, "similarity", theta)));
  fixture_free(&f);
}

/* Shares 1/4, 3/4 of a softmax; weights 1/2, 1/4, 1/4 of sigmoids; with a slope, s(x) + s(-x) = 1
 * makes the mean 1/2 again. */
static void effective_number_of_experts(void **state) {
  (void)state;
  double fit[3][4] = {{0, 0, 1, 0}, {0, log(3), 1, 0}, {0, -log(3), 0, 0}};
  double truth[8], theta[12];
  theta_of(2, truth_atoms, truth);
  theta_of(2, fit, theta);
  struct fixture f = fixture_make("sigmoid", "tanh", 1, 2, truth, "softmax", "gelu", 2);
  close_to(loss_of(&f, "effective", theta), 4 / pow(3, .75), 1e-14);
  fixture_free(&f);
  fit[0][0] = 2;
  fit[1][1] = -log(3);
  theta_of(3, fit, theta);
  f = fixture_make("sigmoid", "tanh", 1, 2, truth, "sigmoid", "gelu", 3);
  close_to(loss_of(&f, "effective", theta), 2 * sqrt(2), 1e-14);
  fixture_free(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sigmoids_by_hand),
      cmocka_unit_test(empty_cell_costs_its_mass),
      cmocka_unit_test(sigmoids_zero_at_split_truth),
      cmocka_unit_test(order_of_atoms_does_not_matter),
      cmocka_unit_test(two_softmax_atoms_are_a_sigmoid_model),
      cmocka_unit_test(undefined_losses_are_nan),
      cmocka_unit_test(eta_up_to_what_the_expert_sees),
      cmocka_unit_test(matched_is_blind_to_splits),
      cmocka_unit_test(d3_is_a_matching_to_a_set),
      cmocka_unit_test(l2_of_constants),
      cmocka_unit_test(similarity_of_lines),
      cmocka_unit_test(effective_number_of_experts),
      cmocka_unit_test(flags_name_bad_atoms),
      cmocka_unit_test(rows_are_found_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
