/*
 * eval_impl.h - what the evaluators share behind eval.h.
 *
 * An evaluator is a struct moe_evaluator_ops over a struct moe_eval. Only eval.c and the
 * evaluators include this file.
 */
#ifndef MOE_EVAL_IMPL_H
#define MOE_EVAL_IMPL_H

#include "eval.h"
#include "expert.h"
#include "gate.h"

struct moe_scratch; /* an evaluator's own working space */

struct moe_evaluator_ops {
  const char *name;
  /* NULL: this evaluator does not know the model's gate or expert. */
  struct moe_scratch *(*scratch_alloc)(struct moe_eval *ev);
  void (*pin)(struct moe_eval *ev); /* ev->pinned has changed */
  double (*at)(struct moe_eval *ev, const double *theta, enum moe_level level, double *gradient,
               double *curvature);
  void (*values)(struct moe_eval *ev, const double *theta, double *f);
  double (*correction)(struct moe_eval *ev, const double *theta, const double *step,
                       double *jtc);
  void (*slopes)(struct moe_eval *ev, const double *theta, size_t tile, double *f, double *g);
};

struct moe_eval {
  struct moe_model model;
  const struct moe_data *data;
  const struct moe_evaluator_ops *ops;
  struct moe_scratch *scratch;
  int blis;      /* the big matrix product is BLIS's */
  size_t pinned; /* the gate row without derivatives; MOE_MAX_ATOMS: none */
  char name[32];
};

extern const struct moe_evaluator_ops moe_plain_ops;
extern const struct moe_evaluator_ops moe_tile_ops_portable;
#if defined(__x86_64__)
extern const struct moe_evaluator_ops moe_tile_ops_avx512, moe_tile_ops_avx2;
#endif

/* sum[pair, product] += sum over rows of C[pair, row] panel[row, product]; C's rows are
 * `stride` apart, those of panel and sum `width`. */
void moe_blis_product(size_t pairs, size_t products, size_t rows, const double *C,
                      size_t stride, const double *panel, size_t width, double *sum);
/* The lower triangle of sum (size x size) += J J', J of `rows` columns `stride` apart: the
 * textbook's J'W J, for the benchmark to compare with. And total += J r. */
void moe_blis_square(size_t size, size_t rows, const double *J, size_t stride, double *sum);
void moe_blis_apply(size_t size, size_t rows, const double *J, size_t stride, const double *r,
                    double *total);
const char *moe_blis_kernel(void); /* the name of BLIS's own kernel for this CPU */

#endif
