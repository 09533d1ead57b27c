/*
 * test_linalg.c - Cholesky and eigenvectors, by their identities and against GSL; every ISA level's
 * bits against plain loops in the order that linalg.h fixes.
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

#include "eval.h"
#include "linalg_table.h"
#include "rng.h"

#define MOST 200

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
  static double v[MOST * MOST], w[MOST], values[MOST];
  double size = largest(n * n, a) * (double)n,
         *work = moe_alloc(moe_eigen_room(n), sizeof *work);
  assert_int_equal(moe_eigen(n, a, w, v, work), 0);
  assert_int_equal(moe_eigen(n, a, values, NULL, work), 0);
  assert_memory_equal(values, w, n * sizeof *w);
  moe_free(work);
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double back = 0, product = 0;
      for (size_t k = 0; k < n; k++) {
        back += v[k * n + i] * w[k] * v[k * n + j];
        product += v[i * n + k] * v[j * n + k];
      }
      assert_true(fabs(back - a[i * n + j]) <= 4e-15 * size);
      assert_true(fabs(product - (i == j)) <= 1e-14 + 2e-16 * (double)n);
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

static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 16, 23, 24, 48, 49, 65, MOST};
enum { SIZES = sizeof sizes / sizeof *sizes, KINDS = 9 };

/* Six of full or half rank, graded over up to 15 decades; a multiple eigenvalue; blocks; graded over
 * 140 decades. */
static void make_matrix(size_t n, size_t kind, double *a) {
  struct moe_rng rng = moe_rng_make(19, n);
  if (kind < 6) {
    random_matrix(n, kind % 2 ? n : (n + 1) / 2, 3.0 * (double)kind, 7 + kind, a);
    return;
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j <= i; j++) {
      double x = moe_rng_normal(&rng);
      if (kind == 6) x = 1 + (i == j);
      if (kind == 7 && (i + j) % 3 != 0) x = 0;
      if (kind == 8) x *= pow(10, -70.0 * (double)(i + j) / (double)n);
      a[i * n + j] = a[j * n + i] = x;
    }
}

static void test_eigen(void **state) {
  (void)state;
  static double a[MOST * MOST];
  for (size_t i = 0; i < SIZES; i++)
    for (size_t kind = 0; kind < KINDS; kind++) {
      make_matrix(sizes[i], kind, a);
      check_eigen(sizes[i], a);
    }
}

static void test_eigen_special(void **state) {
  (void)state;
  double zero[9] = {0}, identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  double huge[4] = {1e300, 2e300, 2e300, 1e300}, tiny[4] = {1e-300, 2e-300, 2e-300, 1e-300};
  double v[9], w[3], work[1000];
  assert_true(moe_eigen_room(3) <= 1000);
  check_eigen(3, zero);
  check_eigen(3, identity);
  assert_int_equal(moe_eigen(2, huge, w, v, work), 0);
  assert_true(fabs(w[0] / 1e300 + 1) < 1e-14 && fabs(w[1] / 1e300 - 3) < 1e-14);
  assert_int_equal(moe_eigen(2, tiny, w, v, work), 0);
  assert_true(fabs(w[0] * 1e300 + 1) < 1e-14 && fabs(w[1] * 1e300 - 3) < 1e-14);
  double far[9] = {1, 1e-160, 2e-160, 1e-160, 2e-160, 3e-160, 2e-160, 3e-160, 4e-160};
  assert_int_equal(moe_eigen(3, far, w, v, work), 0);
  assert_true(fabs(w[0]) < 1e-159 && fabs(w[1]) < 1e-159 && w[2] == 1);
  double broken[4] = {1, NAN, NAN, 1};
  assert_int_equal(moe_eigen(2, broken, w, v, work), 1);
  double infinite[4] = {INFINITY, 0, 0, 1};
  assert_int_equal(moe_eigen(2, infinite, w, v, work), 1);
}

static void test_cholesky(void **state) {
  (void)state;
  static double a[MOST * MOST], l[MOST * MOST], b[MOST], x[MOST];
  for (size_t n = 1; n <= 60; n += 7) {
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

/* ---- the same in plain loops ---- */

static double plain_dot(size_t n, const double *a, const double *b) {
  double s[8] = {0};
  for (size_t i = 0; i < n; i++) s[i % 8] += a[i] * b[i];
  return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* Reflection i of a; p: scratch. Returns beta. */
static double plain_reflect(size_t n, double *a, size_t i, double *e, double *p) {
  double *v = a + i * n + i + 1;
  size_t m = n - i - 1;
  double tail = plain_dot(m - 1, v + 1, v + 1);
  e[i] = v[0];
  if (tail == 0) return 0;
  double norm = sqrt(v[0] * v[0] + tail);
  e[i] = v[0] > 0 ? -norm : norm;
  v[0] -= e[i];
  double beta = 2 / (v[0] * v[0] + tail);
  for (size_t r = 0; r < m; r++) p[r] = beta * plain_dot(m, a + (i + 1 + r) * n + i + 1, v);
  double half = 0.5 * beta * plain_dot(m, p, v);
  for (size_t r = 0; r < m; r++) p[r] -= half * v[r];
  for (size_t r = 0; r < m; r++)
    for (size_t c = 0; c < m; c++) a[(i + 1 + r) * n + i + 1 + c] -= v[r] * p[c] + p[r] * v[c];
  return beta;
}

static void plain_tridiagonal(size_t n, double *a, double *w, double *e, double *v) {
  static double beta[MOST];
  for (size_t i = 0; i < n * n; i++) v[i] = i % (n + 1) == 0;
  for (size_t i = 0; i + 2 < n; i++) beta[i] = plain_reflect(n, a, i, e, w);
  if (n > 1) e[n - 2] = a[(n - 2) * n + n - 1];
  e[n - 1] = 0;
  for (size_t i = n < 2 ? 0 : n - 2; i-- > 0;)
    for (size_t r = i + 1; r < n; r++) {
      double *row = v + r * n + i + 1, *u = a + i * n + i + 1;
      double s = beta[i] * plain_dot(n - i - 1, row, u);
      for (size_t c = 0; c < n - i - 1 && beta[i] != 0; c++) row[c] -= s * u[c];
    }
  for (size_t i = 0; i < n; i++) w[i] = a[i * n + i];
}

static void plain_sweep(size_t n, size_t l, size_t m, double *w, double *e, double *v) {
  double g = (w[l + 1] - w[l]) / (2 * e[l]), r = sqrt(g * g + 1), s = 1, c = 1, p = 0;
  g = w[m] - w[l] + e[l] / (g + (g >= 0 ? r : -r));
  for (size_t i = m; i-- > l;) {
    double f = s * e[i], b = c * e[i];
    e[i + 1] = r = sqrt(f * f + g * g);
    if (r == 0) {
      w[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = w[i + 1] - p;
    r = (w[i] - g) * s + 2 * c * b;
    p = s * r;
    w[i + 1] = g + p;
    g = c * r - b;
    for (size_t k = 0; k < n; k++) {
      double x = v[i * n + k], y = v[(i + 1) * n + k];
      v[(i + 1) * n + k] = s * x + c * y;
      v[i * n + k] = c * x - s * y;
    }
  }
  w[l] -= p;
  e[l] = g;
  e[m] = 0;
}

/* a: scaled already, largest entry in [.5, 1). Returns 1 if 60 sweeps do not find an eigenvalue. */
static int plain_eigen(size_t n, double *a, double *w, double *v) {
  static double e[MOST];
  plain_tridiagonal(n, a, w, e, v);
  for (size_t l = 0, tries = 0; l < n;) {
    size_t m = l;
    while (m + 1 < n && fabs(e[m]) > 1.2e-16 * (fabs(w[m]) + fabs(w[m + 1]))) m++;
    if (m > l && tries++ == 60) return 1;
    if (m > l) {
      plain_sweep(n, l, m, w, e, v);
    } else {
      l++;
      tries = 0;
    }
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = i + 1, least = i; j <= n; j++) {
      if (j < n && w[j] < w[least]) least = j;
      if (j < n || least == i) continue;
      for (size_t k = 0; k <= n; k++) {
        double *x = k < n ? v + i * n + k : w + i, *y = k < n ? v + least * n + k : w + least;
        double t = *x;
        *x = *y;
        *y = t;
      }
    }
  return 0;
}

static const struct moe_linalg *level_table(const char *isa) {
#if defined(__x86_64__)
  if (!strcmp(isa, "avx512")) return &moe_linalg_avx512;
  if (!strcmp(isa, "avx2")) return &moe_linalg_avx2;
#endif
  assert_string_equal(isa, "portable");
  return &moe_linalg_portable;
}

static void check_bits(const struct moe_linalg *level, size_t n, const double *a) {
  static double copy[MOST * MOST], v[MOST * MOST], w[MOST], plain_v[MOST * MOST], plain_w[MOST];
  double most = largest(n * n, a), *work = moe_alloc(level->eigen_room(n) + 1, sizeof *work);
  int exponent;
  frexp(most, &exponent);
  for (size_t i = 0; i < n * n; i++) copy[i] = ldexp(a[i], -exponent);
  if (!plain_eigen(n, copy, plain_w, plain_v)) {
    assert_int_equal(level->eigen(n, a, w, v, work + 1), 0); /* wherever work begins */
    for (size_t i = 0; i < n; i++) assert_true(w[i] == ldexp(plain_w[i], exponent));
    assert_memory_equal(v, plain_v, n * n * sizeof *v);
  }
  moe_free(work);
  for (size_t m = 0; m <= n; m += m < 20 || m == n ? 1 : n - m) {
    double factor[MOST], sum = level->dot(m, a + n * n - m, plain_v);
    assert_true(sum == plain_dot(m, a + n * n - m, plain_v));
    level->dots(n, m, a, n, plain_v, w);
    for (size_t r = 0; r < n; r++) assert_true(w[r] == plain_dot(m, a + r * n, plain_v));
    for (size_t r = 0; r < n; r++) factor[r] = plain_v[r];
    level->combine(n, m, a, n, factor, w);
    for (size_t c = 0; c < m && m < 20; c++) {
      sum = 0;
      for (size_t r = 0; r < n; r++) sum += factor[r] * a[r * n + c];
      assert_true(w[c] == sum);
    }
    if (m % 8 == 0) level->affine(n < 9 ? n : 9, m, factor, 3, a, m, w);
    for (size_t c = 0; c < m && m % 8 == 0; c++) {
      sum = 3;
      for (size_t r = 0; r < n && r < 9; r++) sum = fma(factor[r], a[r * m + c], sum);
      assert_true(w[c] == sum);
    }
  }
}

static void test_bits(void **state) {
  (void)state;
  static double a[MOST * MOST];
  const char *isa;
  for (size_t at = 0; (isa = moe_isa_at(at)); at++)
    for (size_t i = 0; i < SIZES; i++)
      for (size_t kind = 0; kind < KINDS; kind++) {
        make_matrix(sizes[i], kind, a);
        check_bits(level_table(isa), sizes[i], a);
      }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dot),   cmocka_unit_test(test_cholesky),
      cmocka_unit_test(test_eigen), cmocka_unit_test(test_eigen_special),
      cmocka_unit_test(test_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
