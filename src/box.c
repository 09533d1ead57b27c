/*
 * box.c - Theta, the compact parameter set: bounds for every coordinate.
 */
#include "expert.h"
#include "fit.h"
#include "gate.h"
#include "vmath.h"

/* The point of [lo, hi] nearest 0: where a pinned gate row sits. */
static double nearest_zero(const double range[2]) {
  return range[0] > 0 ? range[0] : range[1] < 0 ? range[1] : 0;
}

void moe_box_make(struct moe_box *box, const struct moe_model *model,
                  const struct moe_ranges *ranges, size_t pinned) {
  size_t p = moe_model_size(model), d = model->d, k = model->k;
  box->lower = moe_alloc(p, sizeof *box->lower);
  box->upper = moe_alloc(p, sizeof *box->upper);
  for (size_t i = p - moe_model_scalars(model); i < p; i++) {
    box->lower[i] = moe_log(ranges->variance[0]);
    box->upper[i] = moe_log(ranges->variance[1]);
  }
  for (size_t i = 0; i < 2 * k * (d + 1); i++) {
    size_t row = i / (d + 1);
    int intercept = i % (d + 1) == d;
    const double *range = row < k ? (intercept ? ranges->beta0 : ranges->beta1)
                                  : (intercept ? ranges->b : ranges->a);
    box->lower[i] = range[0];
    box->upper[i] = range[1];
    if (row < k && row == pinned && moe_model_pins(model))
      box->lower[i] = box->upper[i] = nearest_zero(range);
    if (row >= k && !intercept && model->expert->intercept_only)
      box->lower[i] = box->upper[i] = 0;
  }
}

void moe_box_free(struct moe_box *box) {
  moe_free(box->lower);
  moe_free(box->upper);
}

void moe_box_project(const struct moe_box *box, size_t p, double *theta) {
  for (size_t i = 0; i < p; i++) {
    if (!(theta[i] >= box->lower[i])) theta[i] = box->lower[i]; /* NaN goes here too */
    if (theta[i] > box->upper[i]) theta[i] = box->upper[i];
  }
}
