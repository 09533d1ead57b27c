/*
 * test_gauge.c - the infimum over softmax translations against brute force, and the matching.
 */
#include "loss_fixture.h"

#include "vmath.h"

static const double pilot_atoms[2][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}};

static void zero_at_translated_split_truth(void **state) {
  (void)state;
  static const char *const zero[] = {
      "voronoi",      "softmax_d", "over_expert",    "over_expert_mass",
      "exact_expert", "matched",   "matched_expert", "l2"};
  double log2 = 0.69314718055994531, t[2] = {.7, -.2}, truth[8], theta[12];
  double fit[3][4] = {{0, -log2, -3, 1.5}, {2, .5, 3, 1}, {0, -log2, -3, 1.5}};
  theta_of(2, pilot_atoms, truth);
  theta_of(3, fit, theta);
  theta_translate(1, 3, t, theta, theta);
  struct fixture f = fixture_make("softmax", "tanh", 1, 2, truth, "softmax", "tanh", 3);
  for (size_t i = 0; i < sizeof zero / sizeof *zero; i++)
    close_to(loss_of(&f, zero[i], theta), 0, 2e-15);
  assert_true(isnan(loss_of(&f, "d1", theta)));
  fixture_free(&f);
}

/*
 * Truth masses 1 and 1 (beta0 = 0 both); fit moved by t1 = 1 with masses 1 and 2 and D b = .1
 * on the first atom. At t1 = -1: |s - 1| + |2s - 1| + .1 s, least at s = 1/2: .5 + .05.
 */
static void softmax_by_hand(void **state) {
  (void)state;
  static const double atoms[2][4] = {{2, 0, 3, 1}, {0, 0, -3, 1.5}};
  double log2 = 0.69314718055994531, truth[8], theta[8];
  double fit[2][4] = {{3, 0, 3, 1.1}, {1, log2, -3, 1.5}};
  theta_of(2, atoms, truth);
  theta_of(2, fit, theta);
  struct fixture f = fixture_make("softmax", "tanh", 1, 2, truth, "softmax", "tanh", 2);
  close_to(loss_of(&f, "softmax_d", theta), .55, 1e-14);
  theta[5] = theta[7] = 100; /* both experts far off: the plateau, sum of e^beta0* */
  close_to(loss_of(&f, "softmax_d", theta), 2, 1e-14);
  fixture_free(&f);
}

/* The definition at t1, an independent writing, and its minimum over s = e^t0 by golden section
 * (it is convex in s). */
static double loss_at(const struct fixture *f, const double *theta, const double *t1) {
  const struct moe_model *fit = &f->problem.fit, *truth = &f->problem.truth;
  size_t d = fit->d, cell[32], size[32] = {0};
  double t[8] = {0}, mass[32] = {0}, rest = 0, low = 0, high = 500, at[2], value[2];
  memcpy(t, t1, d * sizeof *t);
  moe_voronoi_cells(&f->problem, theta, t, cell);
  for (size_t i = 0; i < fit->k; i++) size[cell[i]]++;
  for (size_t i = 0; i < fit->k; i++) {
    const double *x = moe_gate_row(fit, theta, i), *u = moe_expert_row(fit, theta, i);
    const double *y = moe_gate_row(truth, f->problem.truth_theta, cell[i]);
    const double *v = moe_expert_row(truth, f->problem.truth_theta, cell[i]);
    double gate = 0, eta = 0, m = moe_exp(x[d]);
    for (size_t c = 0; c < d; c++) gate += (x[c] + t[c] - y[c]) * (x[c] + t[c] - y[c]);
    for (size_t c = 0; c <= d; c++) eta += (u[c] - v[c]) * (u[c] - v[c]);
    mass[cell[i]] += m;
    rest += m * (size[cell[i]] > 1 ? gate + eta : sqrt(gate) + sqrt(eta));
  }
  for (int step = 0; step < 64; step++) {
    at[0] = high - 0.61803398874989485 * (high - low);
    at[1] = low + 0.61803398874989485 * (high - low);
    for (int side = 0; side < 2; side++) {
      value[side] = at[side] * rest;
      for (size_t j = 0; j < truth->k; j++) {
        double true_mass = moe_exp(moe_gate_row(truth, f->problem.truth_theta, j)[d]);
        value[side] += fabs(at[side] * mass[j] - true_mass);
      }
    }
    if (value[0] <= value[1])
      high = at[1];
    else
      low = at[0];
  }
  return fmin(value[0], value[1]);
}

/* Truth and a fit near it or not, translated. */
static void draw_case(struct moe_rng *rng, size_t d, size_t kt, size_t k, double radius,
                      double *truth, double *theta) {
  size_t width = d + 1;
  double t[8];
  theta_random(rng, 2 * kt * width, 1, truth);
  theta_random(rng, 2 * k * width, radius, theta);
  for (size_t i = 0; i < k; i++)
    for (size_t s = 0; s < width; s++) {
      theta[i * width + s] += truth[(i % kt) * width + s];
      theta[(k + i) * width + s] += truth[(kt + i % kt) * width + s];
    }
  theta_random(rng, width, 1, t);
  theta_translate(d, k, t, theta, theta);
}

/* d = 1: never above the best of a fine grid (it is the infimum), and not below it by more than
 * the grid's spacing allows. */
static void infimum_in_one_dimension(void **state) {
  (void)state;
  static const double radii[] = {1e-3, .1, .5, 2};
  struct moe_rng rng = moe_rng_make(moe_key_hash("gauge"), 1);
  for (size_t draw = 0; draw < 160; draw++) {
    size_t kt = 2 + draw % 2, k = kt + (draw / 2) % 2;
    double truth[12], theta[16], grid = INFINITY, best = 0;
    draw_case(&rng, 1, kt, k, radii[draw % 4], truth, theta);
    struct fixture f = fixture_make("softmax", "tanh", 1, kt, truth, "softmax", "tanh", k);
    double value = loss_of(&f, "softmax_d", theta);
    for (double span = 8, step = .02; step > 1e-7; span = 2 * step, step /= 20) {
      double centre = best;
      for (double t = centre - span; t <= centre + span; t += step) {
        double at = loss_at(&f, theta, &t);
        if (at < grid) grid = at, best = t;
      }
    }
    assert_true(value <= grid + 1e-9);
    assert_true(value >= grid - 1e-5);
    fixture_free(&f);
  }
}

/* d = 2: an upper bound by construction; a grid and its refinement must not find less. */
static void infimum_in_two_dimensions(void **state) {
  (void)state;
  static const double radii[] = {1e-3, .1, .3};
  struct moe_rng rng = moe_rng_make(moe_key_hash("gauge"), 2);
  for (size_t draw = 0; draw < 9; draw++) {
    double truth[18], theta[24], grid = INFINITY, best[2] = {0, 0};
    draw_case(&rng, 2, 3, 4, radii[draw % 3], truth, theta);
    struct fixture f = fixture_make("softmax", "tanh", 2, 3, truth, "softmax", "tanh", 4);
    double value = loss_of(&f, "softmax_d", theta);
    for (double span = 5, step = .25; step > 1e-7; span = 2 * step, step /= 4) {
      double centre[2] = {best[0], best[1]}, t[2];
      for (t[0] = centre[0] - span; t[0] <= centre[0] + span; t[0] += step)
        for (t[1] = centre[1] - span; t[1] <= centre[1] + span; t[1] += step) {
          double at = loss_at(&f, theta, t);
          if (at < grid) grid = at, memcpy(best, t, sizeof best);
        }
    }
    assert_true(value <= grid + 1e-6);
    fixture_free(&f);
  }
}

/* Translations of the fit change nothing, in any dimension; the losses with a gauge and
 * without. */
static void translations_change_nothing(void **state) {
  (void)state;
  static const size_t dims[] = {1, 2, 5};
  struct moe_rng rng = moe_rng_make(moe_key_hash("gauge"), 3);
  for (size_t draw = 0; draw < 30; draw++) {
    size_t d = dims[draw % 3], width = d + 1;
    double truth[6 * 6], theta[8 * 6], moved[8 * 6], bar[8 * 6], t[6];
    draw_case(&rng, d, 3, 4, draw < 15 ? .1 : 1, truth, theta);
    theta_random(&rng, 8 * width, 1, bar);
    theta_random(&rng, width, 2, t);
    theta_translate(d, 4, t, theta, moved);
    struct fixture f = fixture_make("softmax", "gelu", d, 3, truth, "softmax", "gelu", 4);
    f.problem.minimisers = bar;
    f.problem.minimiser_count = 1;
    const struct moe_loss *row;
    for (size_t i = 0; (row = moe_loss_row_at(i)); i++) {
      if (strcmp(row->name, "set_distance") == 0) continue;
      double one = row->value(&f.problem, theta), two = row->value(&f.problem, moved);
      assert_int_equal(isnan(one), isnan(two));
      if (!isnan(one)) close_to(one, two, 1e-8 * (1 + one));
    }
    fixture_free(&f);
  }
}

/* e^beta0 far beyond the range of doubles is only a gauge. */
static void large_intercepts_do_not_overflow(void **state) {
  (void)state;
  double t[2] = {0, 900}, truth[8], theta[8];
  theta_of(2, pilot_atoms, truth);
  theta_translate(1, 2, t, truth, theta);
  struct fixture f = fixture_make("softmax", "tanh", 1, 2, truth, "softmax", "tanh", 2);
  close_to(loss_of(&f, "softmax_d", theta), 0, 1e-12);
  fixture_free(&f);
}

/* D3 to a softmax minimiser in d = 1, by brute force: for a given matching the total is a sum of
 * |t1 - .| and |t0 - .|, least at one of the points each. */
static double d3_by_hand(size_t k, const double *theta, const double *bar,
                         const size_t *match) {
  double best[2] = {INFINITY, INFINITY}, eta = 0;
  for (size_t c = 0; c < 2; c++)
    for (size_t at = 0; at < k; at++) {
      double t = bar[2 * match[at] + c] - theta[2 * at + c], sum = 0;
      for (size_t i = 0; i < k; i++) sum += fabs(theta[2 * i + c] + t - bar[2 * match[i] + c]);
      best[c] = fmin(best[c], sum);
    }
  for (size_t i = 0; i < k; i++) {
    double a = theta[2 * (k + i)] - bar[2 * (k + match[i])];
    double b = theta[2 * (k + i) + 1] - bar[2 * (k + match[i]) + 1];
    eta += sqrt(a * a + b * b);
  }
  return best[0] + best[1] + eta;
}

static void d3_over_translations(void **state) {
  (void)state;
  static const size_t all[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                   {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  struct moe_rng rng = moe_rng_make(moe_key_hash("d3"), 0);
  for (size_t draw = 0; draw < 100; draw++) {
    double bar[12], theta[12], best = INFINITY;
    draw_case(&rng, 1, 3, 3, draw % 2 ? .3 : 1, bar, theta);
    struct fixture f = fixture_make("softmax", "tanh", 1, 3, bar, "softmax", "tanh", 3);
    f.problem.minimisers = bar;
    f.problem.minimiser_count = 1;
    for (size_t m = 0; m < 6; m++) best = fmin(best, d3_by_hand(3, theta, bar, all[m]));
    close_to(loss_of(&f, "d3", theta), best, 1e-12 * best);
    fixture_free(&f);
  }
}

static double best_permutation(size_t n, const double *cost, size_t row, unsigned used) {
  double best = row == n ? 0 : INFINITY;
  for (size_t c = 0; c < n && row < n; c++)
    if (!(used >> c & 1))
      best = fmin(best, cost[row * n + c] + best_permutation(n, cost, row + 1, used | 1u << c));
  return best;
}

static void matching_is_the_best_permutation(void **state) {
  (void)state;
  struct moe_rng rng = moe_rng_make(moe_key_hash("match"), 0);
  for (size_t draw = 0; draw < 200; draw++) {
    size_t n = 1 + draw % 7, match[7];
    double cost[49], total = 0;
    unsigned used = 0;
    for (size_t c = 0; c < n * n; c++) /* every other draw with many ties */
      cost[c] = draw % 2 ? moe_rng_uniform(&rng) : (double)moe_rng_below(&rng, 4);
    double value = moe_match(n, cost, match);
    for (size_t r = 0; r < n; r++) {
      used |= 1u << match[r];
      total += cost[r * n + match[r]];
    }
    assert_int_equal(used, (1u << n) - 1);
    close_to(value, total, 1e-14);
    close_to(value, best_permutation(n, cost, 0, 0), 1e-13);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(zero_at_translated_split_truth),
      cmocka_unit_test(softmax_by_hand),
      cmocka_unit_test(infimum_in_one_dimension),
      cmocka_unit_test(infimum_in_two_dimensions),
      cmocka_unit_test(translations_change_nothing),
      cmocka_unit_test(large_intercepts_do_not_overflow),
      cmocka_unit_test(d3_over_translations),
      cmocka_unit_test(matching_is_the_best_permutation),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
