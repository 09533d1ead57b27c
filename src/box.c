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

/* Range of a coordinate of a row; intercept or slope. */
static const double *row_range(const struct moe_model *m, const struct moe_ranges *ranges,
                               size_t row, int intercept) {
  int shared = row >= m->k && row - m->k < m->shared;
  if (row < m->k) return intercept ? ranges->beta0 : ranges->beta1;
  if (shared) return intercept ? ranges->shared_b : ranges->shared_a;
  return intercept ? ranges->b : ranges->a;
}

/* Whether the box holds a coordinate at 0, or as near as its range comes: the slopes of a shared
 * gate, which sees no x, and its first intercept, since only ratios of masses count; the routed row
 * `pinned`; slopes of experts that see no x. */
static int is_pinned(const struct moe_model *m, size_t row, int intercept, size_t pinned) {
  if (row >= m->k) return !intercept && moe_model_expert(m, row - m->k)->intercept_only;
  if (row < m->shared) return !intercept || row == 0;
  return row == pinned && moe_model_pins(m) && (intercept || !m->outside);
}

static void bound(struct moe_box *box, size_t i, double lower, double upper) {
  box->lower[i] = lower;
  box->upper[i] = upper;
}

void moe_box_make(struct moe_box *box, const struct moe_model *model,
                  const struct moe_ranges *ranges, size_t pinned) {
  static const double zero[2] = {0, 0};
  size_t p = moe_model_size(model), d = model->d, scalar = 2 * model->k * (d + 1);
  box->lower = moe_alloc(p, sizeof *box->lower);
  box->upper = moe_alloc(p, sizeof *box->upper);
  for (size_t i = 0; i < scalar; i++) {
    size_t row = i / (d + 1);
    int intercept = i % (d + 1) == d;
    const double *range = row_range(model, ranges, row, intercept);
    bound(box, i, range[0], range[1]);
    if (!is_pinned(model, row, intercept, pinned)) continue;
    double place = nearest_zero(row < model->shared && !intercept ? zero : range);
    if (row >= model->k) place = 0;
    bound(box, i, place, place);
  }
  if (model->tempered)
    bound(box, scalar++, moe_log(ranges->temperature[0]), moe_log(ranges->temperature[1]));
  for (; scalar < p; scalar++)
    bound(box, scalar, moe_log(ranges->variance[0]), moe_log(ranges->variance[1]));
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
