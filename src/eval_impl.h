/*
 * eval_impl.h - what the evaluators share behind eval.h.
 *
 * An evaluator is the four functions of struct moe_evaluator_ops over a struct moe_eval. Only
 * eval.c and the evaluators include this file.
 */
#ifndef MOE_EVAL_IMPL_H
#define MOE_EVAL_IMPL_H

#include "eval.h"
#include "expert.h"
#include "gate.h"

struct moe_scratch; /* an evaluator's own working space */

struct moe_evaluator_ops {
  const char *name;
  struct moe_scratch *(*scratch_alloc)(const struct moe_eval *ev);
  double (*at)(struct moe_eval *ev, const double *theta, enum moe_level level, double *gradient,
               double *curvature);
  void (*values)(struct moe_eval *ev, const double *theta, double *f);
  double (*correction)(struct moe_eval *ev, const double *theta, const double *step,
                       double *jtc);
};

struct moe_eval {
  struct moe_model model;
  const struct moe_data *data;
  const struct moe_evaluator_ops *ops;
  struct moe_scratch *scratch;
  int blis; /* the big matrix product is BLIS's */
  char name[32];
};

extern const struct moe_evaluator_ops moe_plain_ops;

#endif
