/*
 * linalg.h - small dense linear algebra with the same bits everywhere: only + - * / and sqrt, in a
 * fixed order, never fused (LAPACK promises none of this). Matrices are n x n, row-major,
 * symmetric with both triangles filled.
 */
#ifndef MOE_LINALG_H
#define MOE_LINALG_H

#include <stddef.h>

/* L L' = a in place (lower triangle). Returns 0, or 1 + the index of the first bad pivot. */
size_t moe_cholesky(size_t n, double *a);
void moe_cholesky_solve(size_t n, const double *l, double *b); /* b := (L L')^-1 b */
/* a = V diag(w) V', w ascending; row i of v is eigenvector i. a is destroyed. Householder and
 * implicit QL. work: n doubles. Returns 0, or 1 if QL did not converge (NaN input). */
int moe_eigen(size_t n, double *a, double *w, double *v, double *work);
double moe_dot(size_t n, const double *a, const double *b); /* 8 virtual lanes, fixed order */
double moe_norm(size_t n, const double *a);

#endif
