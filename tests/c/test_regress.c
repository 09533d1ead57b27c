/*
 * test_regress.c - fits of data without a truth, from C: samples of many rows, threads, repeats,
 * data that cannot be fitted. What the numbers mean is tested from Lua (fit_spec.lua).
 */
#include "regress.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* n rows of two tanh atoms behind sigmoid gates in d = 1, with noise. */
struct table {
  double *x, *y;
  const double *columns[1];
  struct moe_regress_data data;
  double sse; /* of the truth */
};

static struct moe_model model_of(const char *gate, const char *expert, size_t k) {
  struct moe_model m;
  assert_int_equal(moe_model_make(&m, gate, expert, 1, k, NULL), MOE_OK);
  return m;
}

static struct table make_table(size_t n, double noise) {
  static const double truth[] = {2, .5, -1, 0, 3, 1, -2, -1.5};
  struct moe_model m = model_of("sigmoid", "tanh", 2);
  struct table t = {.x = moe_alloc(2 * n, sizeof *t.x)};
  double w[2];
  t.y = t.x + n;
  moe_rng_uniforms(7, 1, 0, n, t.x);
  moe_rng_normals(7, 2, 0, n, t.y);
  for (size_t i = 0; i < n; i++) {
    t.x[i] = 4 * t.x[i] - 2;
    t.sse += noise * noise * t.y[i] * t.y[i];
    t.y[i] = moe_model_value(&m, truth, t.x + i, w, NULL) + noise * t.y[i];
  }
  return t;
}

static struct moe_regress_data data_of(struct table *t, size_t n) {
  t->columns[0] = t->x;
  return (struct moe_regress_data){.rows = n, .d = 1, .x = t->columns, .y = t->y};
}

static struct moe_regress_options options_of(struct moe_model m, size_t starts) {
  struct moe_regress_options o = {.model = m, .starts = starts, .key = 1};
  o.ranges = (struct moe_ranges){
      .beta1 = {-20, 20}, .beta0 = {-20, 20}, .a = {-20, 20}, .b = {-20, 20}};
  return o;
}

/* The fit is below the truth, and not further than its parameters can bring it. */
static void test_rows(void **state) {
  (void)state;
  static const size_t rows[] = {60, 1000, 6000, 40000};
  for (size_t i = 0; i < 4; i++) {
    struct table t = make_table(rows[i], .1);
    struct moe_regress_data data = data_of(&t, rows[i]);
    struct moe_regress_options options = options_of(model_of("sigmoid", "tanh", 2), 32);
    struct moe_regress_fit fit;
    struct moe_error e;
    assert_int_equal(moe_regress(&data, &options, &fit, &e), MOE_OK);
    double gained = (t.sse - fit.sse) / (2 * fit.noise_variance);
    print_message("  %zu rows: %.2f nats below the truth\n", rows[i], gained);
    assert_true(gained > 0 && gained < 20);
    assert_true(fit.descent.stationary);
    assert_int_equal(fit.free_parameters, 8);
    assert_true(fit.agree >= 1 && fit.starts >= 32);
    for (size_t c = 0; c < 8; c++)
      assert_true(isfinite(fit.error[c]) == (fit.state[c] == MOE_FREE));
    moe_regress_free(&fit);
    moe_free(t.x);
  }
}

static void test_repeats(void **state) {
  (void)state;
  struct table t = make_table(6000, .3);
  struct moe_regress_data data = data_of(&t, 6000);
  struct moe_regress_options options = options_of(model_of("softmax", "gelu", 3), 24);
  struct moe_regress_fit one, two;
  struct moe_error e;
  assert_int_equal(moe_regress(&data, &options, &one, &e), MOE_OK);
  assert_int_equal(moe_regress(&data, &options, &two, &e), MOE_OK);
  assert_memory_equal(one.theta, two.theta, 12 * sizeof *one.theta);
  assert_true(one.sse == two.sse);
  assert_int_equal(one.state[4], MOE_PINNED);
  moe_regress_free(&one);
  moe_regress_free(&two);
  moe_free(t.x);
}

/* Noise of any size, down to none: the objective is in nats of whatever noise there is. */
static void test_noise(void **state) {
  (void)state;
  static const double noise[] = {0, 1e-9, 1e-3, 1e6};
  for (size_t i = 0; i < 4; i++) {
    struct table t = make_table(200, noise[i]);
    struct moe_regress_data data = data_of(&t, 200);
    struct moe_regress_options options = options_of(model_of("sigmoid", "tanh", 2), 48);
    struct moe_regress_fit fit;
    struct moe_error e;
    assert_int_equal(moe_regress(&data, &options, &fit, &e), MOE_OK);
    print_message("  noise %g: sse %g, of the truth %g\n", noise[i], fit.sse, t.sse);
    assert_true(fit.sse <= fmax(t.sse, 1e-18));
    if (noise[i] > 0) assert_true(fit.descent.objective < 200);
    moe_regress_free(&fit);
    moe_free(t.x);
  }
}

/* One atom of a sigmoid model without a gate of its own: weight 1/2, a gate row less to count, and no
 * better than the fit that may have it. */
static void test_anchored(void **state) {
  (void)state;
  struct table t = make_table(400, .1);
  struct moe_regress_data data = data_of(&t, 400);
  struct moe_regress_options options = options_of(model_of("sigmoid", "tanh", 3), 64);
  struct moe_regress_fit free_fit, fit;
  struct moe_error e;
  double w[3], x = .7;
  assert_int_equal(moe_regress(&data, &options, &free_fit, &e), MOE_OK);
  options.model.anchored = options.standardize = 1;
  assert_int_equal(moe_regress(&data, &options, &fit, &e), MOE_OK);
  assert_int_equal(free_fit.free_parameters, 12);
  assert_int_equal(fit.free_parameters, 10);
  assert_true(fit.theta[4] == 0 && fit.theta[5] == 0); /* the last atom's gate row */
  assert_int_equal(fit.state[4], MOE_PINNED);
  assert_int_equal(fit.state[5], MOE_PINNED);
  moe_model_value(&options.model, fit.theta, &x, w, NULL);
  assert_true(w[2] == .5 && w[0] != .5 && w[1] != .5);
  assert_true(fit.descent.stationary);
  assert_true(free_fit.sse < fit.sse && fit.sse < 1.2 * t.sse);
  moe_regress_free(&free_fit);
  moe_regress_free(&fit);
  moe_free(t.x);
}

static void test_refusals(void **state) {
  (void)state;
  struct table t = make_table(8, .1);
  struct moe_regress_data data = data_of(&t, 8);
  struct moe_regress_options options = options_of(model_of("sigmoid", "tanh", 2), 4);
  struct moe_regress_fit fit;
  struct moe_error e;
  assert_int_equal(moe_regress(&data, &options, &fit, &e), MOE_EDATA);
  assert_string_equal(e.text, "8 observations cannot determine 8 parameters: more rows, fewer "
                              "covariates or a smaller k are needed");
  double weight[8] = {1, 2, 1, 0, 1, 1, 2, 3};
  data.weight = weight;
  assert_int_equal(moe_regress(&data, &options, &fit, &e), MOE_OK);
  assert_int_equal(fit.rows, 7);
  assert_true(fit.observations == 11);
  moe_regress_free(&fit);
  moe_free(t.x);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),     cmocka_unit_test(test_repeats),
      cmocka_unit_test(test_noise),    cmocka_unit_test(test_anchored),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
