/*
 * linalg.c - linalg.h's functions, at the ISA level in use.
 *
 * The table is chosen once, before main: asking for the level at every product would cost more
 * than a short one.
 */
#include "linalg.h"

#include <math.h>
#include <string.h>

#include "eval.h"
#include "linalg_table.h"

static const struct moe_linalg *table = &moe_linalg_portable;

#if defined(__x86_64__)
__attribute__((constructor)) static void choose_table(void) {
  __builtin_cpu_init();
  if (!strcmp(moe_isa(), "avx512")) table = &moe_linalg_avx512;
  if (!strcmp(moe_isa(), "avx2")) table = &moe_linalg_avx2;
}
#endif

double moe_dot(size_t n, const double *a, const double *b) {
  return table->dot(n, a, b);
}

void moe_dots(size_t rows, size_t n, const double *a, size_t stride, const double *x,
              double *out) {
  table->dots(rows, n, a, stride, x, out);
}

void moe_combine(size_t rows, size_t n, const double *a, size_t stride, const double *factor,
                 double *out) {
  table->combine(rows, n, a, stride, factor, out);
}

void moe_affine(size_t terms, size_t n, const double *factor, double start, const double *a,
                size_t stride, double *out) {
  table->affine(terms, n, factor, start, a, stride, out);
}

double moe_norm(size_t n, const double *a) {
  return sqrt(moe_dot(n, a, a));
}

size_t moe_cholesky(size_t n, double *a) {
  return table->cholesky(n, a);
}

void moe_cholesky_solve(size_t n, const double *l, double *b) {
  for (size_t i = 0; i < n; i++) b[i] = (b[i] - moe_dot(i, l + i * n, b)) / l[i * n + i];
  for (size_t i = n; i-- > 0;) {
    b[i] /= l[i * n + i];
    for (size_t j = 0; j < i; j++) b[j] -= l[i * n + j] * b[i];
  }
}

size_t moe_eigen_room(size_t n) {
  return table->eigen_room(n);
}

int moe_eigen(size_t n, const double *a, double *w, double *v, double *work) {
  return table->eigen(n, a, w, v, work);
}
