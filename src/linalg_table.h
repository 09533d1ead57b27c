/*
 * linalg_table.h - the linear algebra of one ISA level, between linalg_kernel.c and linalg.c.
 */
#ifndef MOE_LINALG_TABLE_H
#define MOE_LINALG_TABLE_H

#include <stddef.h>

/* As in linalg.h. */
struct moe_linalg {
  double (*dot)(size_t n, const double *a, const double *b);
  void (*dots)(size_t rows, size_t n, const double *a, size_t stride, const double *x,
               double *out);
  void (*combine)(size_t rows, size_t n, const double *a, size_t stride, const double *factor,
                  double *out);
  void (*affine)(size_t terms, size_t n, const double *factor, double start, const double *a,
                 size_t stride, double *out);
  size_t (*cholesky)(size_t n, double *a);
  size_t (*eigen_room)(size_t n);
  int (*eigen)(size_t n, const double *a, double *w, double *v, double *work);
};

extern const struct moe_linalg moe_linalg_portable;
#if defined(__x86_64__)
extern const struct moe_linalg moe_linalg_avx2, moe_linalg_avx512;
#endif

#endif
