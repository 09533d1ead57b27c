/*
 * eval_blis.c - the matrix products that BLIS does.
 *
 * blis.h is included here and nowhere else: it brings its own cblas, which clashes with GSL's.
 * BLIS is the serial build; parallelism is one level up, over cells.
 */
#include "eval_impl.h"

#include <blis.h>

void moe_blis_product(size_t pairs, size_t products, size_t rows, const double *C,
                      size_t stride, const double *panel, size_t width, double *sum) {
  double one = 1;
  /* BLIS takes pointers to non-const but writes to the last matrix only. */
  bli_dgemm(BLIS_NO_TRANSPOSE, BLIS_NO_TRANSPOSE, (dim_t)pairs, (dim_t)products, (dim_t)rows,
            &one, (double *)C, (inc_t)stride, 1, (double *)panel, (inc_t)width, 1, &one, sum,
            (inc_t)width, 1);
}

void moe_blis_square(size_t size, size_t rows, const double *J, size_t stride, double *sum) {
  double one = 1;
  bli_dsyrk(BLIS_LOWER, BLIS_NO_TRANSPOSE, (dim_t)size, (dim_t)rows, &one, (double *)J,
            (inc_t)stride, 1, &one, sum, (inc_t)size, 1);
}

void moe_blis_apply(size_t size, size_t rows, const double *J, size_t stride, const double *r,
                    double *total) {
  double one = 1;
  bli_dgemv(BLIS_NO_TRANSPOSE, BLIS_NO_CONJUGATE, (dim_t)size, (dim_t)rows, &one, (double *)J,
            (inc_t)stride, 1, (double *)r, 1, &one, total, 1);
}

const char *moe_blis_kernel(void) {
  return bli_arch_string(bli_arch_query_id());
}
