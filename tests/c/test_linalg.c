/*
 * test_linalg.c - Cholesky and eigenvectors, by their identities and against GSL.
 */
#include "linalg.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_sort_vector.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "rng.h"

#define MOST 60

/* A symmetric matrix of rank `rank`, its rows scaled over `decades` decades. */
static void random_matrix(size_t n, size_t rank, double decades, uint64_t key, double *a) {
  struct moe_rng rng = moe_rng_make(key, n);
  double v[MOST];
  memset(a, 0, n * n * sizeof *a);
  for (size_t r = 0; r < rank; r++) {
    double sign = moe_rng_uniform(&rng) < 0.3 ? -1 : 1;
    for (size_t i = 0; i < n; i++)
      v[i] = moe_rng_normal(&rng) * pow(10, -decades * (double)i / (double)n);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++) a[i * n + j] += sign * v[i] * v[j];
  }
}

static double largest(size_t n, const double *a) {
  double most = 0;
  for (size_t i = 0; i < n; i++) most = fmax(most, fabs(a[i]));
  return most;
}

/* A = V' W V (rows of V) to rounding, V orthogonal, eigenvalues ascending and GSL's. */
static void check_eigen(size_t n, const double *a) {
  static double copy[MOST * MOST], v[MOST * MOST], w[MOST], work[MOST];
  double size = largest(n * n, a) * (double)n;
  memcpy(copy, a, n * n * sizeof *a);
  assert_int_equal(moe_eigen(n, copy, w, v, work), 0);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double back = 0, product = 0;
      for (size_t k = 0; k < n; k++) {
        back += v[k * n + i] * w[k] * v[k * n + j];
        product += v[i * n + k] * v[j * n + k];
      }
      assert_true(fabs(back - a[i * n + j]) <= 4e-15 * size);
      assert_true(fabs(product - (i == j)) <= 1e-14);
    }
  gsl_matrix *m = gsl_matrix_alloc(n, n);
  gsl_vector *expected = gsl_vector_alloc(n);
  gsl_eigen_symm_workspace *space = gsl_eigen_symm_alloc(n);
  memcpy(m->data, a, n * n * sizeof *a);
  gsl_eigen_symm(m, expected, space);
  gsl_sort_vector(expected);
  for (size_t i = 0; i < n; i++) {
    assert_true(i == 0 || w[i] >= w[i - 1]);
    assert_true(fabs(w[i] - gsl_vector_get(expected, i)) <= 4e-15 * size);
  }
  gsl_eigen_symm_free(space);
  gsl_vector_free(expected);
  gsl_matrix_free(m);
}

static void test_eigen(void **state) {
  (void)state;
  static double a[MOST * MOST];
  for (size_t n = 1; n <= MOST; n += n < 14 ? 1 : 15)
    for (size_t variant = 0; variant < 6; variant++) {
      size_t rank = variant % 2 ? n : (n + 1) / 2; /* half of them singular */
      random_matrix(n, rank, 3.0 * (double)variant, 7 + variant, a);
      check_eigen(n, a);
    }
}

static void test_eigen_special(void **state) {
  (void)state;
  double zero[9] = {0}, identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  double huge[4] = {1e300, 2e300, 2e300, 1e300}, tiny[4] = {1e-300, 2e-300, 2e-300, 1e-300};
  double v[9], w[3], work[3];
  check_eigen(3, zero);
  check_eigen(3, identity);
  assert_int_equal(moe_eigen(2, huge, w, v, work), 0);
  assert_true(fabs(w[0] / 1e300 + 1) < 1e-14 && fabs(w[1] / 1e300 - 3) < 1e-14);
  assert_int_equal(moe_eigen(2, tiny, w, v, work), 0);
  assert_true(fabs(w[0] * 1e300 + 1) < 1e-14 && fabs(w[1] * 1e300 - 3) < 1e-14);
  double broken[4] = {1, NAN, NAN, 1};
  assert_int_equal(moe_eigen(2, broken, w, v, work), 1);
  double infinite[4] = {INFINITY, 0, 0, 1};
  assert_int_equal(moe_eigen(2, infinite, w, v, work), 1);
}

static void test_cholesky(void **state) {
  (void)state;
  static double a[MOST * MOST], l[MOST * MOST], b[MOST], x[MOST];
  for (size_t n = 1; n <= MOST; n += 7) {
    struct moe_rng rng = moe_rng_make(3, n);
    random_matrix(n, 2 * n, 0, 11, l);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++) a[i * n + j] = moe_dot(n, l + i * n, l + j * n) + (i == j);
    for (size_t i = 0; i < n; i++) x[i] = moe_rng_normal(&rng);
    for (size_t i = 0; i < n; i++) b[i] = moe_dot(n, a + i * n, x);
    memcpy(l, a, n * n * sizeof *a);
    assert_int_equal(moe_cholesky(n, l), 0);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j <= i; j++)
        assert_true(fabs(moe_dot(j + 1, l + i * n, l + j * n) - a[i * n + j]) <=
                    1e-13 * largest(n * n, a));
    moe_cholesky_solve(n, l, b);
    for (size_t i = 0; i < n; i++) assert_true(fabs(b[i] - x[i]) < 1e-7);
  }
  double bad[4] = {1, 2, 2, 1};
  assert_int_equal(moe_cholesky(2, bad), 2);
  double nan[1] = {NAN};
  assert_int_equal(moe_cholesky(1, nan), 1);
}

static void test_dot(void **state) {
  (void)state;
  double a[MOST], b[MOST];
  for (size_t i = 0; i < MOST; i++) {
    a[i] = (double)(i % 7) - 3;
    b[i] = (double)(i % 5) + 1;
  }
  for (size_t n = 0; n <= MOST; n++) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    assert_true(moe_dot(n, a, b) == sum); /* small integers: every order is exact */
  }
  assert_true(moe_norm(2, (double[]){3, 4}) == 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dot),
      cmocka_unit_test(test_cholesky),
      cmocka_unit_test(test_eigen),
      cmocka_unit_test(test_eigen_special),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
