/*
 * linalg.c - Cholesky, and eigenvectors by Householder reflections and implicit QL.
 *
 * A trust region needs the spectrum of a matrix of 8 to 200 rows at every accepted point. At
 * this size the classical pair is hard to beat: n - 2 reflections make the matrix tridiagonal,
 * plane rotations chase the off-diagonal to zero (Golub and Van Loan, Matrix
 * Computations, 8.3). The eigenvectors are kept as ROWS, so that reflections and rotations run
 * along contiguous memory.
 *
 * All sums go through moe_dot: eight running sums, element i into sum i mod 8, added in pairs.
 * That order is the same for a machine with two lanes and for one with eight.
 */
#include "linalg.h"

#include <math.h>
#include <string.h>

#define LANES 8

double moe_dot(size_t n, const double *a, const double *b) {
  double sum[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t l = 0; l < LANES; l++) sum[l] += a[i + l] * b[i + l];
  for (size_t l = 0; i < n; i++, l++) sum[l] += a[i] * b[i];
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

double moe_norm(size_t n, const double *a) {
  return sqrt(moe_dot(n, a, a));
}

size_t moe_cholesky(size_t n, double *a) {
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < i; j++)
      a[i * n + j] = (a[i * n + j] - moe_dot(j, a + i * n, a + j * n)) / a[j * n + j];
    double pivot = a[i * n + i] - moe_dot(i, a + i * n, a + i * n);
    if (!(pivot > 0) || isinf(pivot)) return i + 1;
    a[i * n + i] = sqrt(pivot);
  }
  return 0;
}

void moe_cholesky_solve(size_t n, const double *l, double *b) {
  for (size_t i = 0; i < n; i++) b[i] = (b[i] - moe_dot(i, l + i * n, b)) / l[i * n + i];
  for (size_t i = n; i-- > 0;) {
    b[i] /= l[i * n + i];
    for (size_t j = 0; j < i; j++) b[j] -= l[i * n + j] * b[i];
  }
}

/* Reflects rows and columns i+1.. so that column i is zero below its subdiagonal. The
 * reflection I - beta v v' stays in row i of a (v from column i + 1 on) and in beta; the
 * subdiagonal entry goes to e[i]. p: scratch. */
static double reflect(size_t n, double *a, size_t i, double *e, double *p) {
  double *v = a + i * n + i + 1;
  size_t m = n - i - 1;
  double tail = moe_dot(m - 1, v + 1, v + 1);
  if (tail == 0) {
    e[i] = v[0];
    return 0;
  }
  double norm = sqrt(v[0] * v[0] + tail);
  e[i] = v[0] > 0 ? -norm : norm;
  v[0] -= e[i];
  double beta = 2 / (v[0] * v[0] + tail);
  for (size_t r = 0; r < m; r++) p[r] = beta * moe_dot(m, a + (i + 1 + r) * n + i + 1, v);
  double half = 0.5 * beta * moe_dot(m, p, v);
  for (size_t r = 0; r < m; r++) p[r] -= half * v[r];
  for (size_t r = 0; r < m; r++) {
    double *row = a + (i + 1 + r) * n + i + 1, vr = v[r], pr = p[r];
    for (size_t c = 0; c < m; c++) row[c] -= vr * p[c] + pr * v[c];
  }
  return beta;
}

/* Tridiagonal form: diagonal in w, subdiagonal in e[0..n-2]; v becomes the product of the
 * reflections, transposed. */
static void tridiagonalise(size_t n, double *a, double *w, double *e, double *v) {
  memset(v, 0, n * n * sizeof *v);
  for (size_t i = 0; i < n; i++) v[i * n + i] = 1;
  for (size_t i = 0; i + 2 < n; i++) {
    double beta = reflect(n, a, i, e, w);
    a[(i + 1) * n + i] = beta; /* below the diagonal column i is no longer needed */
  }
  if (n > 1) e[n - 2] = a[(n - 2) * n + n - 1];
  for (size_t i = n < 2 ? 0 : n - 2; i-- > 0;) {
    double beta = a[(i + 1) * n + i], *u = a + i * n + i + 1;
    if (beta == 0) continue;
    for (size_t r = i + 1; r < n; r++) {
      double *row = v + r * n + i + 1, s = beta * moe_dot(n - i - 1, row, u);
      for (size_t c = 0; c < n - i - 1; c++) row[c] -= s * u[c];
    }
  }
  for (size_t i = 0; i < n; i++) w[i] = a[i * n + i];
}

/* One implicit QL sweep with Wilkinson's shift over the unreduced block l..m. */
static void sweep(size_t n, size_t l, size_t m, double *w, double *e, double *v) {
  double g = (w[l + 1] - w[l]) / (2 * e[l]), r = sqrt(g * g + 1);
  g = w[m] - w[l] + e[l] / (g + (g >= 0 ? r : -r));
  double s = 1, c = 1, p = 0;
  for (size_t i = m; i-- > l;) {
    double f = s * e[i], b = c * e[i];
    r = sqrt(f * f + g * g);
    e[i + 1] = r;
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
    double *x = v + i * n, *y = x + n;
    for (size_t k = 0; k < n; k++) {
      double t = y[k];
      y[k] = s * x[k] + c * t;
      x[k] = c * x[k] - s * t;
    }
  }
  w[l] -= p;
  e[l] = g;
  e[m] = 0;
}

static void sort_ascending(size_t n, double *w, double *v) {
  for (size_t i = 0; i + 1 < n; i++) {
    size_t least = i;
    for (size_t j = i + 1; j < n; j++)
      if (w[j] < w[least]) least = j;
    if (least == i) continue;
    double t = w[i];
    w[i] = w[least];
    w[least] = t;
    for (size_t k = 0; k < n; k++) {
      t = v[i * n + k];
      v[i * n + k] = v[least * n + k];
      v[least * n + k] = t;
    }
  }
}

/* Scales a by a power of two so that its largest entry is in [.5, 1): squares cannot overflow.
 * Returns the exponent, or INT_MIN-like 1 << 20 if an entry is not finite. */
static int normalise(size_t n, double *a) {
  double largest = 0;
  int exponent = 0;
  for (size_t i = 0; i < n * n; i++) {
    double size = fabs(a[i]);
    if (!(size <= 1.7976931348623157e308)) return 1 << 20;
    if (size > largest) largest = size;
  }
  frexp(largest, &exponent);
  /* In two factors: one alone overflows where all entries are below 2^-1023. */
  double half = ldexp(1, -exponent / 2), rest = ldexp(1, -exponent + exponent / 2);
  for (size_t i = 0; i < n * n; i++) a[i] = a[i] * half * rest;
  return exponent;
}

int moe_eigen(size_t n, double *a, double *w, double *v, double *work) {
  if (n == 0) return 0;
  int exponent = normalise(n, a);
  if (exponent == 1 << 20) return 1;
  double *e = work;
  tridiagonalise(n, a, w, e, v);
  e[n - 1] = 0;
  for (size_t l = 0, tries = 0; l < n;) {
    size_t m = l;
    while (m + 1 < n && fabs(e[m]) > 1.2e-16 * (fabs(w[m]) + fabs(w[m + 1]))) m++;
    if (m == l) {
      l++;
      tries = 0;
    } else if (tries++ == 60) {
      return 1;
    } else {
      sweep(n, l, m, w, e, v);
    }
  }
  for (size_t i = 0; i < n; i++) w[i] = ldexp(w[i], exponent);
  sort_ascending(n, w, v);
  return 0;
}
