/*
 * expert.h - the experts phi(a.x + b), one table row each.
 *
 * Adding an expert is one row in expert.c, its vector form in tile_experts.h (without which it
 * runs on the slow plain evaluator) and its formula in the tests' eval_fixture.h; everything
 * else finds it by name.
 *
 * Curves are rows of a second table: smooth functions of z that no mixture of a few experts is.
 * They are for truths: softmax gives a single atom the weight 1, so that f(x) = phi(a.x + b).
 */
#ifndef MOE_EXPERT_H
#define MOE_EXPERT_H

#include <stddef.h>

struct moe_expert {
  const char *name;
  const char *latex; /* phi(z) */
  int id;
  int intercept_only; /* 1: the expert does not see x; its slopes a are pinned at 0 by the box */
  int homogeneous;    /* r > 0: phi(c z) = c^r phi(z) for c > 0; else 0 */
  int smooth;         /* 0: a kink (relu) */
  int zero_at_zero; /* 1: phi(0) = 0, so eta = 0 is an inert atom (science: Regime 2 is then not
                         misspecified unless the box excludes zero experts) */
  double (*value)(double z, double *d1, double *d2);
};

const struct moe_expert *moe_expert_find(const char *name);
const struct moe_expert *moe_expert_row_at(size_t i);
const struct moe_expert *moe_curve_find(const char *name); /* NULL if unknown */
const struct moe_expert *moe_curve_row_at(size_t i);       /* NULL past the end */

#endif
