/*
 * sgd_kernel.h - the inner loop of stochastic gradient descent; between sgd.c and sgd_kernel.c.
 */
#ifndef MOE_SGD_KERNEL_H
#define MOE_SGD_KERNEL_H

#include "expert.h"
#include "gate.h"

/* Rows x~ = (x, 1) and the rows of theta are padded with zeros to `width` numbers, a multiple
 * of 8; per-atom arrays to `lanes`, the number of atoms rounded up likewise. All are 64-byte
 * aligned. */
struct moe_sgd_task {
  const struct moe_gate *gate;
  const struct moe_expert *expert;
  size_t k, width, lanes;
  size_t n, batch;
  size_t intercept; /* the column of x~ that is 1 */
  double rate;
  const double *rows, *y; /* n x width; n */
  const size_t *order;    /* the rows of this epoch, in order */
  double *theta;          /* 2 k x width: gate rows, then expert rows */
  double *gradient;       /* the same shape: summed over a batch */
  double *forms;          /* 2 x lanes: logits, pre-activations */
  double *atoms;   /* 6 x lanes: weights, rests, experts, their two derivatives, slopes */
  double *squares; /* 2 x k x k: what gate->derive wants, for gates without lanes */
};

/* One epoch: theta -= rate * mean gradient of (f - y)^2 / 2, batch by batch. */
typedef void moe_sgd_epoch(struct moe_sgd_task *task);
moe_sgd_epoch moe_sgd_epoch_avx512, moe_sgd_epoch_avx2, moe_sgd_epoch_portable;

#endif
