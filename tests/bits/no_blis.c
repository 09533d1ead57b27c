/* no_blis.c - in place of eval_blis.c where there is no BLIS: bits.c asks for tiles only. */
#include <stdlib.h>

#include "eval_impl.h"

void moe_blis_product(size_t pairs, size_t products, size_t rows, const double *C,
                      size_t stride, const double *panel, size_t width, double *sum) {
  (void)pairs, (void)products, (void)rows, (void)C, (void)stride, (void)panel, (void)width;
  (void)sum;
  abort();
}

const char *moe_blis_kernel(void) {
  return "none";
}
