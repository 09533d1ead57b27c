/*
 * test_sgd.c - stochastic gradient descent against a plain loop, its bits, and that it learns.
 */
#include "fit_fixture.h"

/* One epoch, one row at a time, written out. */
static void plain_epoch(const struct moe_model *m, const struct moe_data *data, uint64_t key,
                        size_t epoch, size_t batch, double rate, double *theta) {
  size_t n = data->n, D = m->d + 1, p = moe_model_size(m);
  size_t *order = malloc(n * sizeof *order);
  double *gradient = calloc(p, sizeof *gradient), *x = malloc(D * sizeof *x);
  double slope[2 * MOE_MAX_ATOMS];
  struct moe_rng rng = moe_rng_make(key, epoch);
  for (size_t i = 0; i < n; i++) order[i] = i;
  for (size_t i = n; i > 1; i--) {
    size_t j = moe_rng_below(&rng, i), t = order[i - 1];
    order[i - 1] = order[j];
    order[j] = t;
  }
  for (size_t first = 0; first < n; first += batch) {
    size_t size = n - first < batch ? n - first : batch;
    memset(gradient, 0, p * sizeof *gradient);
    for (size_t i = first; i < first + size; i++) {
      for (size_t s = 0; s < m->d; s++) x[s] = *moe_data_at(data, order[i], s);
      x[m->d] = 1;
      double f = fixture_slopes(m, theta, x, slope);
      double residual = f - *moe_data_at(data, order[i], m->d);
      for (size_t r = 0; r < 2 * m->k; r++)
        for (size_t c = 0; c < D; c++) {
          int blind = r >= m->k && c < m->d && m->expert->intercept_only;
          if (!blind) gradient[r * D + c] += residual * slope[r] * x[c] / (double)size;
        }
    }
    for (size_t i = 0; i < p; i++) theta[i] -= rate * gradient[i];
  }
  free(order);
  free(gradient);
  free(x);
}

static struct moe_data *draw(const struct moe_model *m, const double *theta, size_t n) {
  struct moe_design design = {.kind = MOE_UNIFORM, .lower = -1, .upper = 1};
  struct moe_data *data;
  assert_int_equal(moe_design_draw(&design, m, theta, .01, (double)n, 77, &data, NULL), MOE_OK);
  return data;
}

static void draw_theta(const struct moe_model *m, uint64_t key, double *theta) {
  struct moe_rng rng = moe_rng_make(key, 0);
  for (size_t i = 0; i < moe_model_size(m); i++) theta[i] = 0.3 * moe_rng_normal(&rng);
  for (size_t i = 0; i < m->k && m->expert->intercept_only; i++)
    for (size_t c = 0; c < m->d; c++) theta[(m->k + i) * (m->d + 1) + c] = 0;
}

/* Every gate and every expert of the tables, several shapes and batches. */
static void test_against_plain(void **state) {
  (void)state;
  static const size_t shapes[][2] = {{1, 2}, {3, 3}, {9, 8}, {7, 9}};
  for (size_t g = 0; moe_gate_row_at(g); g++)
    for (size_t x = 0; moe_expert_row_at(x); x++)
      for (size_t s = 0; s < 4; s++)
        for (size_t batch = 1; batch <= 15; batch += 7) {
          struct moe_model m = {.gate = moe_gate_row_at(g),
                                .expert = moe_expert_row_at(x),
                                .d = shapes[s][0],
                                .k = shapes[s][1]};
          size_t p = moe_model_size(&m);
          double truth[256], theta[256], plain[256];
          draw_theta(&m, 1, truth);
          draw_theta(&m, 2, theta);
          memcpy(plain, theta, sizeof plain);
          struct moe_data *data = draw(&m, truth, 50);
          struct moe_sgd_options options = {
              .epochs = 2, .batch = batch, .rate = 0.02, .key = 5};
          assert_int_equal(moe_sgd(&m, data, &options, theta), 2 * ((50 + batch - 1) / batch));
          plain_epoch(&m, data, 5, 0, batch, 0.02, plain);
          plain_epoch(&m, data, 5, 1, batch, 0.02, plain);
          for (size_t i = 0; i < p; i++)
            assert_true(fabs(theta[i] - plain[i]) <= 1e-11 * (1 + fabs(plain[i])));
          moe_data_free(data);
        }
}

static double mean_square(const struct moe_model *m, const struct moe_data *data,
                          const double *theta) {
  struct moe_eval *ev = moe_eval_alloc(m, data, MOE_AUTO);
  double objective = moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(ev);
  return 2 * .01 * objective / (double)data->n;
}

/* From near the truth the error falls to the noise's, nearly. */
static void test_learns(void **state) {
  (void)state;
  for (int gate = 0; gate < 2; gate++) {
    struct moe_model m;
    double truth[36], theta[36];
    assert_int_equal(moe_model_make(&m, gate ? "softmax" : "sigmoid", "tanh", 5, 3, NULL),
                     MOE_OK);
    draw_theta(&m, 3, truth);
    struct moe_data *data = draw(&m, truth, 4000);
    struct moe_rng rng = moe_rng_make(9, 9);
    moe_start_near(&m, &m, truth, 0.3, &rng, theta);
    double before = mean_square(&m, data, theta);
    struct moe_sgd_options options = {.epochs = 10, .batch = 1, .rate = 0.02, .key = 5};
    moe_sgd(&m, data, &options, theta);
    double after = mean_square(&m, data, theta);
    assert_true(after < 0.25 * before);
    assert_true(after < .0125);
    moe_data_free(data);
  }
}

/* The same bits twice and at every ISA level; other keys, other bits. */
static void test_bits(void **state) {
  (void)state;
  static const char *const levels[] = {"avx512", "avx2", "portable"};
  struct moe_model m;
  double truth[256], first[256], theta[256];
  assert_int_equal(moe_model_make(&m, "softmax", "gelu", 9, 9, NULL), MOE_OK);
  size_t bytes = moe_model_size(&m) * sizeof *theta;
  draw_theta(&m, 1, truth);
  struct moe_data *data = draw(&m, truth, 300);
  for (size_t batch = 1; batch <= 4; batch += 3) {
    struct moe_sgd_options options = {.epochs = 2, .batch = batch, .rate = 0.05, .key = 5};
    draw_theta(&m, 2, first);
    moe_sgd(&m, data, &options, first);
    for (size_t l = 0; l < 3; l++) {
      setenv("MOERATES_ISA", levels[l], 1);
      if (moe_isa_check(NULL) != MOE_OK) continue;
      draw_theta(&m, 2, theta);
      moe_sgd(&m, data, &options, theta);
      assert_memory_equal(theta, first, bytes);
    }
    unsetenv("MOERATES_ISA");
    options.key = 6;
    draw_theta(&m, 2, theta);
    moe_sgd(&m, data, &options, theta);
    assert_memory_not_equal(theta, first, bytes);
  }
  moe_data_free(data);
}

/* A rate that diverges gives numbers that are not finite, and nothing worse. */
static void test_diverges(void **state) {
  (void)state;
  struct moe_model m;
  double theta[256];
  assert_int_equal(moe_model_make(&m, "sigmoid", "polynomial-3", 4, 3, NULL), MOE_OK);
  draw_theta(&m, 1, theta);
  struct moe_data *data = draw(&m, theta, 100);
  struct moe_sgd_options options = {.epochs = 3, .batch = 1, .rate = 1e6, .key = 5};
  moe_sgd(&m, data, &options, theta);
  int finite = 1;
  for (size_t i = 0; i < moe_model_size(&m); i++) finite &= isfinite(theta[i]) != 0;
  assert_false(finite);
  options.epochs = 0;
  draw_theta(&m, 1, theta);
  assert_int_equal(moe_sgd(&m, data, &options, theta), 0);
  moe_data_free(data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_against_plain),
      cmocka_unit_test(test_learns),
      cmocka_unit_test(test_bits),
      cmocka_unit_test(test_diverges),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
