/*
 * test_gauss.c - Gaussian mixtures: the likelihood's derivatives against differences in extended
 * precision, its symmetries, and its maximum on data that are kind and on data that are not.
 */
#include "derivative_fixture.h"
#include "fit.h"

#include <stdio.h>

static const char *const gates[] = {"softmax", "normalised-sigmoid"};
static const struct moe_ranges usual = {.beta1 = {-30, 30},
                                        .beta0 = {-30, 30},
                                        .a = {-30, 30},
                                        .b = {-30, 30},
                                        .variance = {1e-4, 100}};

static struct fixture gauss_make(const char *gate, const char *expert, size_t d, size_t k,
                                 size_t n, uint64_t seed) {
  struct fixture f = fixture_make(gate, expert, d, k, n, seed);
  size_t forms = f.p;
  assert_int_equal(moe_model_make_gaussian(&f.model, NULL), MOE_OK);
  f.p = moe_model_size(&f.model);
  f.theta = realloc(f.theta, f.p * sizeof *f.theta);
  f.step = realloc(f.step, f.p * sizeof *f.step);
  for (size_t i = forms; i < f.p; i++) {
    f.theta[i] = fixture_number(&seed) - 0.5;
    f.step[i] = 0.1 * fixture_number(&seed);
  }
  return f;
}

/* Masses of intervals, near and far, against erfc in long double. */
static void masses_of_intervals(void **state) {
  (void)state;
  static const double bins[] = {.05, .25, 1, 8};
  double worst = 0;
  for (size_t b = 0; b < 4; b++)
    for (double gap = -30; gap <= 30; gap += .37)
      for (double sd = .5; sd < 3; sd *= 2) {
        double bin = bins[b] * sd, log_q = moe_normal_mass(gap, bin, 1 / sd).log;
        long double exact = logl(normal_density(gap, sd, bin));
        if (!isfinite((double)exact)) continue;
        worst = fmax(worst, fabs((double)(log_q - exact)) / fmax(1, fabs((double)exact)));
      }
  print_message("  worst error of log q: %.2g\n", worst);
  assert_true(worst < 5e-14);
  assert_true(isfinite(moe_normal_mass(1e6, .1, 10).log));
}

static void derivatives(void **state) {
  (void)state;
  static const char *const experts[] = {"linear", "gelu", "polynomial-2"};
  static const size_t shapes[][3] = {{1, 1, 5}, {1, 3, 40}, {3, 2, 20}};
  for (size_t g = 0; g < 2; g++)
    for (size_t e = 0; e < 3; e++)
      for (size_t s = 0; s < 3; s++) {
        struct fixture f = gauss_make(gates[g], experts[e], shapes[s][0], shapes[s][1],
                                      shapes[s][2], 10 * s + e);
        check_differences(&f);
        f.data->bin = .3;
        check_differences(&f);
        fixture_free(&f);
      }
}

/* --- the fast evaluators ------------------------------------------------------------------ */

static void fast_evaluators(void **state) {
  (void)state;
  static const size_t shapes[][3] = {{1, 1, 1},  {1, 2, 32},   {1, 3, 95},
                                     {2, 2, 33}, {3, 4, 64},   {1, 3, 2500},
                                     {8, 4, 40}, {2, 7, 1100}, {1, 5, 300}};
  for (size_t g = 0; g < 2; g++)
    for (size_t e = 0; moe_expert_row_at(e); e++)
      for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct fixture f = gauss_make(gates[g], moe_expert_row_at(e)->name, shapes[s][0],
                                      shapes[s][1], shapes[s][2], 100 * s + e);
        check_fast(&f);
        f.data->bin = .25;
        if (e < 2) check_fast(&f);
        fixture_free(&f);
      }
}

/* Far rows and small variances, whose densities are no numbers, have logarithms. */
static void far_rows(void **state) {
  (void)state;
  struct fixture f = gauss_make("softmax", "linear", 1, 3, 20, 3);
  for (size_t i = 0; i < 20; i++) *moe_data_at(f.data, i, 1) += i % 2 ? 1e4 : -1e4;
  f.theta[12] = f.theta[13] = -12;
  double *gradient = calloc(f.p, sizeof *gradient),
         *hessian = calloc(f.p * f.p, sizeof *hessian);
  struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, MOE_AUTO);
  assert_true(moe_eval_at(ev, f.theta, MOE_HESSIAN, gradient, hessian) > 1e8);
  for (size_t i = 0; i < f.p; i++) assert_true(isfinite(gradient[i]));
  for (size_t i = 0; i < f.p * f.p; i++) assert_true(isfinite(hessian[i]));
  moe_eval_free(ev);
  free(gradient);
  free(hessian);
  fixture_free(&f);
}

static void no_density(void **state) {
  (void)state;
  struct moe_model m;
  struct moe_error e;
  assert_int_equal(moe_model_make(&m, "sigmoid", "linear", 1, 2, &e), MOE_OK);
  assert_int_equal(moe_model_make_gaussian(&m, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "sigmoid"));
}

static double objective_at(const struct fixture *f, const double *theta) {
  struct moe_eval *ev = moe_eval_alloc(&f->model, f->data, MOE_AUTO);
  double q = moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(ev);
  return q;
}

/* Other names of the atoms, a translation of the softmax, another order of the rows. */
static void symmetries(void **state) {
  (void)state;
  struct fixture f = gauss_make("softmax", "tanh", 2, 3, 70, 11);
  double q = objective_at(&f, f.theta), *other = malloc(f.p * sizeof *other);
  for (size_t i = 0; i < 3; i++) {
    size_t to = (i + 1) % 3;
    memcpy(other + 3 * to, f.theta + 3 * i, 3 * sizeof *other);
    memcpy(other + 9 + 3 * to, f.theta + 9 + 3 * i, 3 * sizeof *other);
    other[18 + to] = f.theta[18 + i];
  }
  assert_true(fabs(objective_at(&f, other) - q) < 1e-12 * fabs(q));
  memcpy(other, f.theta, f.p * sizeof *other);
  for (size_t i = 0; i < 9; i++) other[i] += i % 3 + 0.5;
  assert_true(fabs(objective_at(&f, other) - q) < 1e-12 * fabs(q));
  struct moe_data *turned = moe_data_alloc(70, 2);
  for (size_t i = 0; i < 70; i++)
    for (size_t s = 0; s < 4; s++)
      *moe_data_at(turned, i, s) = *moe_data_at(f.data, (i + 13) % 70, s);
  moe_data_pad(turned);
  moe_data_free(f.data);
  f.data = turned;
  assert_true(fabs(objective_at(&f, f.theta) - q) < 1e-12 * fabs(q));
  free(other);
  fixture_free(&f);
}

/* --- maxima ------------------------------------------------------------------------------- */

/* y = 1 + 2 x or -1 - x, x on [-1, 1], the second behind a softmax (0, 0) against (3, .5). */
static struct moe_data *two_lines(size_t n, double sd, uint64_t key) {
  struct moe_data *data = moe_data_alloc(n, 1);
  double *draw = moe_alloc(3 * n, sizeof *draw);
  moe_rng_uniforms(key, 1, 0, 2 * n, draw);
  moe_rng_normals(key, 2, 0, n, draw + 2 * n);
  for (size_t i = 0; i < n; i++) {
    double x = 2 * draw[i] - 1, first = 1 / (1 + exp(-3 * x - .5)), noise = draw[2 * n + i];
    *moe_data_at(data, i, 0) = x;
    *moe_data_at(data, i, 1) =
        draw[n + i] < first ? 1 + 2 * x + sd * noise : -1 - x + 2 * sd * noise;
  }
  moe_data_pad(data);
  moe_free(draw);
  return data;
}

static struct moe_model linear_model(size_t k) {
  struct moe_model m;
  assert_int_equal(moe_model_make(&m, "softmax", "linear", 1, k, NULL), MOE_OK);
  assert_int_equal(moe_model_make_gaussian(&m, NULL), MOE_OK);
  return m;
}

static struct moe_search_result search(struct moe_eval *ev, size_t starts,
                                       const struct moe_ranges *ranges) {
  struct moe_search_options options = {.starts = starts, .keep = 1, .key = 5};
  struct moe_search_result result;
  struct moe_error e;
  if (moe_search(ev, ranges, &options, &result, &e) != MOE_OK) fail_msg("%s", e.text);
  return result;
}

static void check_certificate(const struct moe_eval *ev, const struct moe_search_result *r) {
  const struct moe_minimum *best = r->minimum;
  assert_true(isfinite(best->descent.objective) && isfinite(best->descent.gradient));
  assert_true(isfinite(best->descent.curvature) && best->descent.stationary);
  for (size_t i = 0; i < moe_model_size(moe_eval_model(ev)); i++)
    assert_true(isfinite(best->theta[i]));
}

/* With a generous sample the truth comes back, and no start that agrees is alone. */
static void finds_the_truth(void **state) {
  (void)state;
  struct moe_data *data = two_lines(4000, .3, 1);
  struct moe_model model = linear_model(2);
  static const double truth[] = {
      3, .5, 0, 0, 2, 1, -1, -1, -2.4079456086518722, -1.021651247531981};
  struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_AUTO);
  struct moe_search_result r = search(ev, 16, &usual);
  double at_truth = moe_eval_at(ev, truth, MOE_OBJECTIVE, NULL, NULL);
  print_message(
      "  %.3f nats above the truth, %zu of %zu starts, gradient %.2g, curvature %.3g\n",
      at_truth - r.minimum->descent.objective, r.agree, r.starts, r.minimum->descent.gradient,
      r.minimum->descent.curvature);
  check_certificate(ev, &r);
  assert_true(r.minimum->descent.objective < at_truth);
  assert_true(at_truth - r.minimum->descent.objective < 15);
  assert_true(r.minimum->descent.curvature > 0 && r.agree >= 8);
  assert_int_equal(r.minimum->descent.active, 0);
  const double *s = moe_log_variances(&model, r.minimum->theta);
  assert_true(fabs(fmin(exp(s[0]), exp(s[1])) - .09) < .01);
  assert_true(fabs(fmax(exp(s[0]), exp(s[1])) - .36) < .04);
  struct moe_atoms_report atoms = moe_atoms_inspect(ev, r.minimum->theta);
  assert_true(atoms.dead == 0 && atoms.floating == 0 && atoms.duplicate == 0);
  moe_search_free(&r);
  moe_eval_free(ev);
  moe_data_free(data);
}

/* Weights are counts: rows of weight 2 are rows twice. */
static void weights_are_counts(void **state) {
  (void)state;
  struct moe_data *once = two_lines(60, .3, 2), *twice = moe_data_alloc(120, 1);
  struct moe_model model = linear_model(3);
  double theta[15];
  uint64_t seed = 1;
  for (size_t i = 0; i < 15; i++) theta[i] = fixture_number(&seed);
  for (size_t i = 0; i < 120; i++)
    for (size_t s = 0; s < 2; s++) *moe_data_at(twice, i, s) = *moe_data_at(once, i / 2, s);
  for (size_t i = 0; i < 60; i++) *moe_data_at(once, i, 2) = 2;
  moe_data_pad(once);
  moe_data_pad(twice);
  struct moe_eval *a = moe_eval_alloc(&model, once, MOE_AUTO);
  struct moe_eval *b = moe_eval_alloc(&model, twice, MOE_AUTO);
  double p = moe_eval_at(a, theta, MOE_OBJECTIVE, NULL, NULL);
  double q = moe_eval_at(b, theta, MOE_OBJECTIVE, NULL, NULL);
  assert_true(fabs(p - q) < 1e-12 * fabs(p));
  moe_eval_free(a);
  moe_eval_free(b);
  moe_data_free(once);
  moe_data_free(twice);
}

/* Data that leave something to be desired: fits end, finite, and the certificate says what is wrong. */
static void check_degenerate(const char *what, struct moe_data *data, size_t k, size_t active,
                             int surplus) {
  struct moe_model model = linear_model(k);
  struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_AUTO);
  struct moe_search_result r = search(ev, 24, &usual);
  struct moe_atoms_report atoms = moe_atoms_inspect(ev, r.minimum->theta);
  print_message("  %-24s %10.4f nats, at the box %zu, curvature %9.2g, dead %zu floating %zu\n",
                what, r.minimum->descent.objective, r.minimum->descent.active,
                r.minimum->descent.curvature, atoms.dead, atoms.floating);
  check_certificate(ev, &r);
  assert_true(r.minimum->descent.active >= active);
  if (surplus)
    assert_true(atoms.dead + atoms.floating + atoms.duplicate > 0 ||
                r.minimum->descent.curvature < 1e-2);
  moe_search_free(&r);
  moe_eval_free(ev);
  moe_data_free(data);
}

static void degenerate_data(void **state) {
  (void)state;
  double noise[400];
  check_degenerate("n < p", two_lines(6, .3, 3), 3, 3, 0); /* three lines through two rows */
  check_degenerate("one row", two_lines(1, .3, 3), 2, 1, 1);
  check_degenerate("no noise", two_lines(300, 0, 4), 2, 2, 0);
  struct moe_data *copies = two_lines(200, .3, 5);
  for (size_t i = 0; i < 200; i++)
    for (size_t s = 0; s < 2; s++) *moe_data_at(copies, i, s) = *moe_data_at(copies, i % 4, s);
  moe_data_pad(copies);
  check_degenerate("four rows, 50 times each", copies, 3, 1, 1);
  struct moe_data *line = two_lines(400, .3, 6);
  moe_rng_normals(8, 1, 0, 400, noise);
  for (size_t i = 0; i < 400; i++)
    *moe_data_at(line, i, 1) = *moe_data_at(line, i, 0) + .3 * noise[i];
  moe_data_pad(line);
  check_degenerate("one expert enough", line, 3, 0, 0); /* noise is fitted, and certified */
  struct moe_data *exact = two_lines(100, 0, 6);
  for (size_t i = 0; i < 100; i++) *moe_data_at(exact, i, 1) = 1 - *moe_data_at(exact, i, 0);
  moe_data_pad(exact);
  check_degenerate("one expert, exactly", exact, 2, 1, 1);
  struct moe_data *spike = two_lines(200, .3, 7);
  for (size_t i = 0; i < 100; i++) *moe_data_at(spike, i, 1) = 2 - *moe_data_at(spike, i, 0);
  moe_data_pad(spike);
  check_degenerate("half of it on a line", spike, 2, 1, 0);
}

/* --- EM and draws ------------------------------------------------------------------------- */

/* From near the truth EM ends where the trust region does, one atom each; loosely it stops short. */
static void em_and_the_trust_region(void **state) {
  (void)state;
  static const double truth[] = {3, .5, 0, 0, 2, 1, -1, -1, -2.4, -1};
  struct moe_data *data = two_lines(1000, .3, 9);
  struct moe_model model = linear_model(2);
  struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_AUTO);
  struct moe_search_result r = search(ev, 16, &usual);
  double loose = 0;
  for (int tight = 0; tight < 2; tight++) {
    struct moe_em_options options = {.iterations = 2000, .tolerance = tight ? 1e-13 : 1e-4};
    struct moe_em_end end;
    struct moe_error e;
    double theta[10];
    memcpy(theta, truth, sizeof truth);
    if (moe_em(&model, data, &usual, &options, theta, &end, &e) != MOE_OK)
      fail_msg("%s", e.text);
    double short_of = -r.minimum->descent.objective - end.loglik;
    print_message("  %s: %zu iterations, %.2g nats short\n", tight ? "tight" : "loose",
                  end.iterations, short_of);
    assert_true(end.converged && short_of > -1e-5);
    assert_true(fabs(moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL) + end.loglik) <
                1e-9 * fabs(end.loglik));
    if (tight) assert_true(short_of < 1e-4 && short_of < loose);
    loose = short_of;
  }
  moe_search_free(&r);
  moe_eval_free(ev);
  moe_data_free(data);
}

/* EM increases the likelihood wherever it starts, or moe_em fails: also experts and gates that its
 * M-step has no formula for. */
static void em_increases(void **state) {
  (void)state;
  static const char *const experts[] = {"linear", "relu", "tanh", "input-independent"};
  for (size_t g = 0; g < 2; g++)
    for (size_t x = 0; x < 4; x++) {
      struct fixture f = gauss_make(gates[g], experts[x], 2, 3, 150, 7 * g + x);
      struct moe_em_options options = {.iterations = 30, .tolerance = 0};
      struct moe_em_end end;
      struct moe_error e;
      double before = -objective_at(&f, f.theta);
      if (moe_em(&f.model, f.data, &usual, &options, f.theta, &end, &e) != MOE_OK)
        fail_msg("%s/%s: %s", gates[g], experts[x], e.text);
      assert_true(end.loglik > before && isfinite(end.loglik));
      fixture_free(&f);
    }
}

/* A raw design draws atoms by their weights, each with its variance: moments of y at x near 0, where
 * the weights are 1/4 and 3/4. */
static void draws_atoms(void **state) {
  (void)state;
  const double theta[] = {0, log(1 / 3.0), 0, 0, 0, 2, 0, -1, log(.09), log(.25)};
  struct moe_model model = linear_model(2);
  struct moe_design design = {.kind = MOE_UNIFORM, .lower = -1, .upper = 1};
  struct moe_data *data;
  struct moe_error e;
  double n = 200000, sum = 0, square = 0;
  assert_int_equal(moe_design_draw(&design, &model, theta, 1, n, 3, &data, &e), MOE_OK);
  for (size_t i = 0; i < data->n; i++) {
    double y = *moe_data_at(data, i, 1);
    assert_true(*moe_data_at(data, i, 2) == 1);
    sum += y / n;
    square += y * y / n;
  }
  double mean = -.25, second = .25 * (4 + .09) + .75 * (1 + .25);
  assert_true(fabs(sum - mean) < 5 * sqrt(second / n));
  assert_true(fabs(square - second) < 5 * 3 * second / sqrt(n));
  moe_data_free(data);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Largest gap between the distribution functions of two samples, which it sorts. */
static double kolmogorov(size_t n, double *a, double *b) {
  double gap = 0;
  qsort(a, n, sizeof *a, by_size);
  qsort(b, n, sizeof *b, by_size);
  for (size_t i = 0, j = 0; i < n && j < n;) {
    if (a[i] <= b[j])
      i++;
    else
      j++;
    gap = fmax(gap, fabs((double)i - (double)j) / (double)n);
  }
  return gap;
}

enum { TWINS = 100 };
static const double twin_truth[] = {2, .5, 0, 0, 2, 1, -1, -1, -2.4, -1};

/* Slope, intercept, both of the first atom, and its log variance, gate slope, and likelihood gain. */
static void twin_fits(const struct moe_design *design, double n, double (*out)[TWINS]) {
  struct moe_model model = linear_model(2);
  for (size_t r = 0; r < TWINS; r++) {
    struct moe_data *data;
    struct moe_error e;
    double theta[10];
    struct moe_box box;
    if (moe_design_draw(design, &model, twin_truth, 1, n, 100 + r, &data, &e))
      fail_msg("%s", e.text);
    struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_AUTO);
    memcpy(theta, twin_truth, sizeof theta);
    moe_box_make(&box, &model, &usual, 1);
    struct moe_descent_options options = {.tolerance = 1e-7};
    double before = moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL);
    struct moe_descent end = moe_descend(ev, &box, &options, theta);
    out[0][r] = theta[4];
    out[1][r] = theta[5];
    out[2][r] = theta[8];
    out[3][r] = theta[0];
    out[4][r] = before - end.objective;
    moe_box_free(&box);
    moe_eval_free(ev);
    moe_data_free(data);
  }
}

/* The telescope and the rows it stands for have the same law: estimates by both, two-sample
 * Kolmogorov-Smirnov at the level 1e-3; and a wider interval does not matter. */
static void telescope_is_the_law_of_rows(void **state) {
  (void)state;
  struct moe_design raw = {
      .kind = MOE_TELESCOPE, .lower = -1, .upper = 1, .points = 64, .raw = 1};
  static const double sizes[] = {2000, 20000}, widths[] = {0, .15};
  static double rows[5][TWINS], bins[5][TWINS];
  double allowed = 1.95 * sqrt(2.0 / TWINS);
  for (size_t s = 0; s < 2; s++)
    for (size_t w = 0; w < 2; w++) {
      struct moe_design telescope = raw;
      telescope.raw = 0;
      telescope.bin = widths[w];
      twin_fits(&raw, sizes[s], rows);
      twin_fits(&telescope, sizes[s], bins);
      print_message("  n = %g, bin %g: KS", sizes[s], widths[w]);
      for (size_t i = 0; i < 5; i++) {
        double gap = kolmogorov(TWINS, rows[i], bins[i]);
        print_message(" %.3f", gap);
        assert_true(gap < allowed);
      }
      print_message(" (%.3f allowed)\n", allowed);
    }
}

/* Intervals that are too narrow for another atom's variance are refused, not drawn. */
static void intervals_can_be_too_many(void **state) {
  (void)state;
  const double theta[] = {0, 0, 0, 0, 0, 0, 0, 0, -30, 10};
  struct moe_model model = linear_model(2);
  struct moe_design design = {.kind = MOE_TELESCOPE, .lower = -1, .upper = 1, .points = 4};
  struct moe_data *data;
  struct moe_error e;
  assert_int_equal(moe_design_draw(&design, &model, theta, 1, 100, 1, &data, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "larger bin"));
}

/* Rows of a telescope do not grow with n, every observation is in one, and errors fall like n^-1/2. */
static void telescope_at_any_size(void **state) {
  (void)state;
  struct moe_design design = {.kind = MOE_TELESCOPE, .lower = -1, .upper = 1, .points = 64};
  static double fits[5][TWINS];
  double spread[2] = {0, 0};
  struct moe_model model = linear_model(2);
  for (size_t s = 0; s < 2; s++) {
    double n = s == 0 ? 1e6 : 1e12, sum = 0;
    struct moe_data *data;
    assert_int_equal(moe_design_draw(&design, &model, twin_truth, 1, n, 5, &data, NULL),
                     MOE_OK);
    for (size_t i = 0; i < data->n; i++) sum += *moe_data_at(data, i, 2);
    assert_true(sum == n && data->n < 64 * 250 && data->bin > 0);
    moe_data_free(data);
    twin_fits(&design, n, fits);
    for (size_t r = 0; r < TWINS; r++) spread[s] += (fits[0][r] - 2) * (fits[0][r] - 2) / TWINS;
  }
  double ratio = sqrt(spread[0] / spread[1]);
  print_message("  error of a slope at 1e6 over that at 1e12: %.0f\n", ratio);
  assert_true(ratio > 700 && ratio < 1400);
}

static void bounds_are_needed(void **state) {
  (void)state;
  struct moe_data *data = two_lines(50, .3, 1);
  struct moe_model model = linear_model(2);
  struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_AUTO);
  struct moe_search_options options = {.starts = 1, .keep = 1};
  struct moe_search_result result;
  struct moe_error e;
  struct moe_ranges unbounded = usual;
  unbounded.variance[0] = 0;
  assert_int_equal(moe_search(ev, &unbounded, &options, &result, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "lower bound above 0"));
  moe_eval_free(ev);
  moe_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives),
      cmocka_unit_test(fast_evaluators),
      cmocka_unit_test(far_rows),
      cmocka_unit_test(no_density),
      cmocka_unit_test(symmetries),
      cmocka_unit_test(weights_are_counts),
      cmocka_unit_test(finds_the_truth),
      cmocka_unit_test(degenerate_data),
      cmocka_unit_test(em_and_the_trust_region),
      cmocka_unit_test(em_increases),
      cmocka_unit_test(draws_atoms),
      cmocka_unit_test(masses_of_intervals),
      cmocka_unit_test(telescope_is_the_law_of_rows),
      cmocka_unit_test(telescope_at_any_size),
      cmocka_unit_test(intervals_can_be_too_many),
      cmocka_unit_test(bounds_are_needed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
