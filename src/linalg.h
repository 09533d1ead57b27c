/*
 * linalg.h - small dense linear algebra with the same bits everywhere: only + - * / and sqrt, in a
 * fixed order, never fused but where said (LAPACK promises none of this). Matrices are n x n, row-major,
 * symmetric with both triangles filled.
 */
#ifndef MOE_LINALG_H
#define MOE_LINALG_H

#include <stddef.h>

/* L L' = a in place (lower triangle). Returns 0, or 1 + the index of the first bad pivot. */
size_t moe_cholesky(size_t n, double *a);
void moe_cholesky_solve(size_t n, const double *l, double *b); /* b := (L L')^-1 b */
/* a = V diag(w) V', w ascending; row i of v is eigenvector i; v may be NULL. Householder and
 * implicit QL. work: moe_eigen_room(n) doubles. Returns 0, or 1 if QL did not converge or a is not
 * finite. */
int moe_eigen(size_t n, const double *a, double *w, double *v, double *work);
size_t moe_eigen_room(size_t n);
double moe_dot(size_t n, const double *a, const double *b); /* 8 virtual lanes, fixed order */
/* out[r] = moe_dot(n, a + r * stride, x) */
void moe_dots(size_t rows, size_t n, const double *a, size_t stride, const double *x,
              double *out);
/* out[c] = sum over r, from 0 on, of factor[r] a[r * stride + c] */
void moe_combine(size_t rows, size_t n, const double *a, size_t stride, const double *factor,
                 double *out);
/* out[i] = start + sum over s, from 0 on and fused, of factor[s] a[s * stride + i]; n a multiple
 * of 8 */
void moe_affine(size_t terms, size_t n, const double *factor, double start, const double *a,
                size_t stride, double *out);
double moe_norm(size_t n, const double *a);

#endif
