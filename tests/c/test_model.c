/*
 * test_model.c - gates, experts and models: their values, their derivatives, what the tables
 * claim.
 */
#include "eval_fixture.h"

/* |a - b| <= tolerance max(1, |b|) */
static void assert_near(const char *what, long double a, long double b, double tolerance) {
  long double scale = fabsl(b) > 1 ? fabsl(b) : 1;
  if (!(fabsl(a - b) <= tolerance * scale)) fail_msg("%s: %.17Lg, expected %.17Lg", what, a, b);
}

typedef const struct moe_expert *row_getter(size_t);

static void rows_match_formulas(row_getter *row_at) {
  for (size_t i = 0; row_at(i); i++) {
    const struct moe_expert *e = row_at(i);
    /* No point within three steps of the kink of relu. */
    for (double z = -9.75; z < 10; z += 0.5) {
      double d1, d2, value = moe_expert_value(e, z, &d1, &d2);
      long double first = 0, second = 0;
      for (int a = 0; a < 4; a++) {
        long double za = z + fixture_offset[a] * fixture_step;
        first += fixture_factor[a] / fixture_step * fixture_expert(e->name, za);
        for (int b = 0; b < 4; b++)
          second += fixture_factor[a] * fixture_factor[b] / (fixture_step * fixture_step) *
                    fixture_expert(e->name, za + fixture_offset[b] * fixture_step);
      }
      /* Values are good to a few ulp; the differences' own error is below 1e-10. */
      assert_near(e->name, value, fixture_expert(e->name, z), 2e-15);
      assert_near(e->name, d1, first, 1e-10);
      assert_near(e->name, d2, second, 1e-9);
      assert_true(moe_expert_value(e, z, NULL, NULL) == value);
    }
  }
}

static void experts_match_formulas(void **state) {
  (void)state;
  rows_match_formulas(moe_expert_row_at);
  rows_match_formulas(moe_curve_row_at);
}

static void rows_keep_their_flags(row_getter *row_at,
                                  const struct moe_expert *(*find)(const char *)) {
  for (size_t i = 0; row_at(i); i++) {
    const struct moe_expert *e = row_at(i);
    assert_int_equal(e->id, i);
    assert_ptr_equal(find(e->name), e);
    assert_int_equal(e->zero_at_zero, moe_expert_value(e, 0, NULL, NULL) == 0);
    double ratio = moe_expert_value(e, 3, NULL, NULL) / moe_expert_value(e, 1.5, NULL, NULL);
    double other = moe_expert_value(e, 1.5, NULL, NULL) / moe_expert_value(e, 0.75, NULL, NULL);
    if (e->homogeneous)
      assert_near(e->name, ratio, exp2(e->homogeneous), 1e-14);
    else
      assert_true(fabs(ratio - other) > 1e-3);
  }
}

static void experts_keep_their_flags(void **state) {
  (void)state;
  rows_keep_their_flags(moe_expert_row_at, moe_expert_find);
  rows_keep_their_flags(moe_curve_row_at, moe_curve_find);
}

/* A truth may be a curve, a fit may not. */
static void curves_are_for_truths(void **state) {
  (void)state;
  struct moe_model m;
  struct moe_error e;
  double theta[4] = {0, 0, 2, .5}, x = .3, w;
  assert_int_equal(moe_truth_make(&m, "softmax", "runge", 1, 1, &e), MOE_OK);
  assert_near("runge", moe_model_value(&m, theta, &x, &w, NULL), 1 / (1 + 1.1 * 1.1), 1e-15);
  assert_int_equal(moe_truth_make(&m, "softmax", "tanh", 1, 1, &e), MOE_OK);
  assert_int_equal(moe_truth_make(&m, "softmax", "rung", 1, 1, &e), MOE_EUSAGE);
  assert_int_equal(moe_truth_make(&m, "softmx", "runge", 1, 1, &e), MOE_EUSAGE);
  assert_int_equal(moe_model_make(&m, "softmax", "runge", 1, 1, &e), MOE_EUSAGE);
}

static void relu_is_flat_at_its_kink(void **state) {
  (void)state;
  double d1, d2;
  const struct moe_expert *relu = moe_expert_find("relu");
  assert_true(moe_expert_value(relu, 0, &d1, &d2) == 0 && d1 == 0 && d2 == 0);
  assert_true(isnan(moe_expert_value(relu, NAN, &d1, &d2)));
}

static long double mix(const char *gate, size_t k, const long double *u, const double *h) {
  long double w[8], f = 0;
  fixture_weights(gate, k, u, w);
  for (size_t i = 0; i < k; i++) f += w[i] * h[i];
  return f;
}

/* f moved by a steps along u_i and b steps along u_j. */
static long double mix_moved(const char *gate, size_t k, const double *u, const double *h,
                             size_t i, long double a, size_t j, long double b) {
  long double moved[8] = {0};
  for (size_t l = 0; l < k; l++) moved[l] = u[l];
  moved[i] += a * fixture_step;
  moved[j] += b * fixture_step;
  return mix(gate, k, moved, h);
}

static void gate_derivatives_match(const struct moe_gate *g, size_t k, uint64_t seed) {
  double u[8] = {0}, h[8] = {0}, w[8], dw[64], d2f[64], weights[8];
  long double ul[8], wl[8];
  for (size_t i = 0; i < k; i++) {
    ul[i] = u[i] = 4 * fixture_number(&seed);
    h[i] = 2 * fixture_number(&seed);
  }
  g->derive(k, u, h, w, dw, d2f);
  g->weights(k, u, weights);
  fixture_weights(g->name, k, ul, wl);
  for (size_t i = 0; i < k; i++) {
    long double slope = 0, sum = 0;
    assert_near(g->name, w[i], wl[i], 1e-15);
    assert_true(w[i] == weights[i]);
    for (size_t j = 0; j < k; j++) sum += dw[j * k + i] * (long double)h[j];
    for (int a = 0; a < 4; a++)
      slope += fixture_factor[a] / fixture_step *
               mix_moved(g->name, k, u, h, i, fixture_offset[a], i, 0);
    assert_near(g->name, sum, slope, 1e-10);
    for (size_t j = 0; j < k; j++) {
      long double bend = 0;
      for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++)
          bend += fixture_factor[a] * fixture_factor[b] / (fixture_step * fixture_step) *
                  mix_moved(g->name, k, u, h, i, fixture_offset[a], j, fixture_offset[b]);
      assert_near(g->name, d2f[i * k + j], bend, 1e-9);
    }
  }
}

static void gates_match_formulas(void **state) {
  (void)state;
  for (size_t i = 0; moe_gate_row_at(i); i++) {
    assert_int_equal(moe_gate_row_at(i)->id, i);
    assert_ptr_equal(moe_gate_find(moe_gate_row_at(i)->name), moe_gate_row_at(i));
    for (size_t k = 1; k <= 5; k++) gate_derivatives_match(moe_gate_row_at(i), k, 11 * k);
  }
}

/* `translation` is exactly what adding a constant to every logit shows. */
static void gates_keep_their_translation(void **state) {
  (void)state;
  const double u[3] = {0.5, -1, 2}, moved[3] = {1.75, 0.25, 3.25};
  for (size_t i = 0; moe_gate_row_at(i); i++) {
    const struct moe_gate *g = moe_gate_row_at(i);
    double w[3], v[3], gap = 0;
    g->weights(3, u, w);
    g->weights(3, moved, v);
    for (size_t j = 0; j < 3; j++) gap = fmax(gap, fabs(w[j] - v[j]));
    assert_int_equal(g->translation, gap < 1e-15);
  }
}

static void gates_survive_large_logits(void **state) {
  (void)state;
  const double u[3] = {800, -800, 799};
  for (size_t i = 0; moe_gate_row_at(i); i++) {
    double w[3];
    moe_gate_row_at(i)->weights(3, u, w);
    for (size_t j = 0; j < 3; j++) assert_true(w[j] >= 0 && w[j] <= 1);
  }
}

static void model_value_matches_formula(void **state) {
  (void)state;
  for (size_t g = 0; moe_gate_row_at(g); g++)
    for (size_t e = 0; moe_expert_row_at(e); e++) {
      struct fixture f =
          fixture_make(moe_gate_row_at(g)->name, moe_expert_row_at(e)->name, 3, 4, 20, 5);
      long double theta[32] = {0};
      for (size_t i = 0; i < f.p; i++) theta[i] = f.theta[i];
      for (size_t i = 0; i < 20; i++) {
        double x[3] = {0}, w[4], h[4], sum = 0;
        assert_int_equal(f.model.d, 3);
        for (size_t s = 0; s < 3; s++) x[s] = *moe_data_at(f.data, i, s);
        double value = moe_model_value(&f.model, f.theta, x, w, h);
        /* Rounding of the logits, some 1e-15, times slopes of order 10. */
        assert_near(f.model.expert->name, value, fixture_value(&f.model, theta, x), 2e-14);
        assert_true(moe_model_value(&f.model, f.theta, x, w, NULL) == value);
        for (size_t j = 0; j < 4; j++) sum += w[j] * h[j];
        assert_near("sum of w h", sum, value, 2e-14);
      }
      fixture_free(&f);
    }
}

static void assert_refused(const char *gate, const char *expert, size_t d, size_t k,
                           const char *says) {
  struct moe_model m;
  struct moe_error e;
  assert_int_equal(moe_model_make(&m, gate, expert, d, k, &e), MOE_EUSAGE);
  if (!strstr(e.text, says)) fail_msg("'%s' does not say '%s'", e.text, says);
}

static void bad_models_are_named(void **state) {
  (void)state;
  assert_refused("sofmax", "relu", 1, 2, "unknown gate 'sofmax': did you mean 'softmax'?");
  assert_refused("sigmoid", "polynomial2", 1, 2, "did you mean 'polynomial-2'?");
  assert_refused("sigmoid", "", 1, 2, "unknown expert ''");
  assert_refused("sigmoid", "relu", 0, 2, "d = 0");
  assert_refused("sigmoid", "relu", 1, 0, "k = 0 atoms: from 1 to 32");
  assert_refused("sigmoid", "relu", 1, 33, "k = 33");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(experts_match_formulas),
      cmocka_unit_test(experts_keep_their_flags),
      cmocka_unit_test(curves_are_for_truths),
      cmocka_unit_test(relu_is_flat_at_its_kink),
      cmocka_unit_test(gates_match_formulas),
      cmocka_unit_test(gates_keep_their_translation),
      cmocka_unit_test(gates_survive_large_logits),
      cmocka_unit_test(model_value_matches_formula),
      cmocka_unit_test(bad_models_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
