/*
 * mixture_fixture.h - Gaussian mixtures with routers, temperatures and shared atoms, d = 1, for the
 * tests of losses.
 */
#ifndef MIXTURE_FIXTURE_H
#define MIXTURE_FIXTURE_H

#include "expert.h"
#include "loss_fixture.h"
#include "vmath.h"

/* What a model is made of. temperature: 0 for none. */
struct recipe {
  const char *gate, *expert, *shared_expert, *activation;
  size_t k, shared;
  int outside, euclidean, regression;
  double temperature;
};
/* beta1, beta0, a, b, variance. */
typedef const double atom[5];

static inline void recipe_model(const struct recipe *r, struct moe_model *m) {
  struct moe_error e;
  assert_int_equal(moe_model_make(m, r->gate, r->expert, 1, r->k, &e), MOE_OK);
  m->shared = r->shared;
  m->shared_expert = r->shared ? moe_expert_find(r->shared_expert) : NULL;
  m->activation = r->activation ? moe_expert_find(r->activation) : NULL;
  m->outside = r->outside;
  m->euclidean = r->euclidean;
  m->tempered = r->temperature > 0;
  assert_int_equal(moe_model_check_router(m, &e), MOE_OK);
  if (!r->regression) assert_int_equal(moe_model_make_gaussian(m, &e), MOE_OK);
}

static inline void recipe_theta(const struct recipe *r, atom *atoms, double *theta) {
  double *scalar = theta + 4 * r->k;
  for (size_t i = 0; i < r->k; i++) {
    memcpy(theta + 2 * i, atoms[i], 2 * sizeof(double));
    memcpy(theta + 2 * (r->k + i), atoms[i] + 2, 2 * sizeof(double));
  }
  if (r->temperature > 0) *scalar++ = moe_log(r->temperature);
  for (size_t i = 0; i < r->k && !r->regression; i++) *scalar++ = moe_log(atoms[i][4]);
}

/* The truth's theta must outlive the fixture. */
static inline struct fixture recipe_make(const struct recipe *truth, const double *true_theta,
                                         const struct recipe *fit, size_t points) {
  struct fixture f;
  struct moe_design design = {.kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = points};
  memset(&f, 0, sizeof f);
  recipe_model(truth, &f.problem.truth);
  recipe_model(fit, &f.problem.fit);
  f.support = moe_design_support(&design, points, &f.problem.truth, true_theta);
  f.problem.truth_theta = true_theta;
  f.problem.support = f.support;
  return f;
}

/* Adds t1, t0 to the gate rows of the routed atoms. */
static inline void translate_routed(const struct recipe *r, double t1, double t0,
                                    double *theta) {
  for (size_t i = r->shared; i < r->k; i++) {
    theta[2 * i] += t1;
    theta[2 * i + 1] += t0;
  }
}

#endif
