/*
 * loss_fixture.h - a truth, a fit model and a support, for the tests of losses.
 */
#ifndef LOSS_FIXTURE_H
#define LOSS_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "loss.h"

#define close_to(a, b, tolerance) assert_true(fabs((a) - (b)) <= (tolerance))

struct fixture {
  struct moe_loss_problem problem;
  struct moe_data *support;
};

/* X uniform on [-3,3]^d, 256 points (d = 1) or 1024. */
static inline struct fixture fixture_make(const char *truth_gate, const char *truth_expert,
                                          size_t d, size_t true_k, const double *truth,
                                          const char *gate, const char *expert, size_t k) {
  struct fixture f;
  struct moe_design design = {
      .kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = d == 1 ? 256 : 1024};
  memset(&f, 0, sizeof f);
  assert_int_equal(moe_model_make(&f.problem.truth, truth_gate, truth_expert, d, true_k, NULL),
                   MOE_OK);
  assert_int_equal(moe_model_make(&f.problem.fit, gate, expert, d, k, NULL), MOE_OK);
  f.support = moe_design_support(&design, design.points, &f.problem.truth, truth);
  f.problem.truth_theta = truth;
  f.problem.support = f.support;
  return f;
}

static inline void fixture_free(struct fixture *f) {
  moe_data_free(f->support);
}

static inline double loss_of(const struct fixture *f, const char *name, const double *theta) {
  const struct moe_loss *row = moe_loss_find(name);
  assert_non_null(row);
  return row->value(&f->problem, theta);
}

/* An atom set written as people do, d = 1: k rows of (beta1, beta0, a, b) into theta's layout.
 */
static inline void theta_of(size_t k, const double atom[][4], double *theta) {
  for (size_t i = 0; i < k; i++) {
    memcpy(theta + 2 * i, atom[i], 2 * sizeof(double));
    memcpy(theta + 2 * (k + i), atom[i] + 2, 2 * sizeof(double));
  }
}

/* theta with its atoms in the order given. */
static inline void theta_permute(size_t d, size_t k, const size_t *order, const double *theta,
                                 double *out) {
  size_t width = d + 1;
  for (size_t i = 0; i < 2 * k; i++) {
    size_t from = i < k ? order[i] : k + order[i - k];
    memcpy(out + i * width, theta + from * width, width * sizeof(double));
  }
}

/* theta with t (d + 1 numbers) added to every gate row. */
static inline void theta_translate(size_t d, size_t k, const double *t, const double *theta,
                                   double *out) {
  memmove(out, theta, 2 * k * (d + 1) * sizeof(double));
  for (size_t i = 0; i < k; i++)
    for (size_t s = 0; s <= d; s++) out[i * (d + 1) + s] += t[s];
}

static inline void theta_random(struct moe_rng *rng, size_t count, double scale,
                                double *theta) {
  for (size_t c = 0; c < count; c++) theta[c] = scale * moe_rng_normal(rng);
}

#endif
