/*
 * fit_fixture.h - what the tests of the fit layer share: cases with data, and least squares by
 * GSL's multilarge solver, the cross-check.
 *
 * GSL sees the model through f(x) of moe_model_value and the gates' and experts' own derivatives,
 * one row at a time: nothing of the evaluators or of the trust region.
 */
#ifndef MOE_FIT_FIXTURE_H
#define MOE_FIT_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multilarge_nlinear.h>

#include "expert.h"
#include "fit.h"
#include "gate.h"

/* A truth, a fit, and data of the truth. */
struct fixture {
  struct moe_model truth, model;
  double theta[64]; /* the truth's */
  double noise;
  struct moe_data *data;
  struct moe_eval *ev;
};

static const struct moe_ranges wide = {
    .beta1 = {-50, 50}, .beta0 = {-50, 50}, .a = {-50, 50}, .b = {-50, 50}};
static const struct moe_ranges usual = {
    .beta1 = {-8, 8}, .beta0 = {-3, 3}, .a = {-8, 8}, .b = {-6, 6}};

/* atoms: k_true rows (beta1, beta0, a, b), d = 1; telescope of `points` on [-3, 3]. */
static inline struct fixture fixture_make(const char *truth_gate, const char *gate,
                                          const char *expert, size_t k_true, size_t k,
                                          const double (*atoms)[4], double n, double noise,
                                          size_t points, const char *key) {
  struct fixture fx = {.noise = noise};
  struct moe_error e;
  struct moe_design design = {.kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = points};
  assert_int_equal(moe_model_make(&fx.truth, truth_gate, expert, 1, k_true, &e), MOE_OK);
  assert_int_equal(moe_model_make(&fx.model, gate, expert, 1, k, &e), MOE_OK);
  for (size_t i = 0; i < k_true; i++)
    for (size_t c = 0; c < 2; c++) {
      fx.theta[2 * i + c] = atoms[i][c];
      fx.theta[2 * (k_true + i) + c] = atoms[i][2 + c];
    }
  assert_int_equal(
      moe_design_draw(&design, &fx.truth, fx.theta, noise, n, moe_key_hash(key), &fx.data, &e),
      MOE_OK);
  fx.ev = moe_eval_alloc(&fx.model, fx.data, MOE_AUTO);
  return fx;
}

static inline void fixture_free(struct fixture *fx) {
  moe_eval_free(fx->ev);
  moe_data_free(fx->data);
}

/* The derivatives of f at row m of the data by its 2k forms, and f. */
static inline double fixture_slopes(const struct moe_model *model, const double *theta,
                                    const double *x, double *slope) {
  size_t k = model->k;
  double u[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS], w[MOE_MAX_ATOMS], f = 0;
  double *dw = malloc(2 * k * k * sizeof *dw);
  for (size_t i = 0; i < k; i++) {
    const double *gate = moe_gate_row(model, theta, i), *row = moe_expert_row(model, theta, i);
    double z = row[model->d], d2;
    u[i] = gate[model->d];
    for (size_t c = 0; c < model->d; c++) {
      u[i] += gate[c] * x[c];
      z += row[c] * x[c];
    }
    h[i] = model->expert->value(z, &slope[k + i], &d2);
  }
  model->gate->derive(k, u, h, w, dw, dw + k * k);
  for (size_t i = 0; i < k; i++) {
    f += w[i] * h[i];
    slope[i] = 0;
    for (size_t j = 0; j < k; j++) slope[i] += dw[j * k + i] * h[j];
    slope[k + i] *= w[i];
  }
  free(dw);
  return f;
}

static inline int gsl_fixture_f(const gsl_vector *theta, void *fixture, gsl_vector *r) {
  const struct fixture *fx = fixture;
  double slope[2 * MOE_MAX_ATOMS];
  for (size_t m = 0; m < fx->data->n; m++) {
    double x = *moe_data_at(fx->data, m, 0), w = *moe_data_at(fx->data, m, 2);
    double f = fixture_slopes(&fx->model, theta->data, &x, slope);
    gsl_vector_set(r, m, sqrt(w) * (f - *moe_data_at(fx->data, m, 1)));
  }
  return GSL_SUCCESS;
}

static inline int gsl_fixture_df(CBLAS_TRANSPOSE_t side, const gsl_vector *theta,
                                 const gsl_vector *u, void *fixture, gsl_vector *v,
                                 gsl_matrix *JTJ) {
  const struct fixture *fx = fixture;
  size_t p = moe_model_size(&fx->model);
  double slope[2 * MOE_MAX_ATOMS];
  gsl_matrix *J = gsl_matrix_alloc(fx->data->n, p);
  for (size_t m = 0; m < fx->data->n; m++) {
    double x = *moe_data_at(fx->data, m, 0), w = *moe_data_at(fx->data, m, 2);
    fixture_slopes(&fx->model, theta->data, &x, slope);
    for (size_t i = 0; i < 2 * fx->model.k; i++) {
      gsl_matrix_set(J, m, 2 * i, sqrt(w) * slope[i] * x);
      gsl_matrix_set(J, m, 2 * i + 1, sqrt(w) * slope[i]);
    }
  }
  if (v) gsl_blas_dgemv(side, 1, J, u, 0, v);
  if (JTJ) gsl_blas_dsyrk(CblasLower, CblasTrans, 1, J, 0, JTJ);
  gsl_matrix_free(J);
  return GSL_SUCCESS;
}

/* Levenberg-Marquardt or dogleg from theta, in place. Returns the objective in nats. */
static inline double gsl_fixture_fit(const struct fixture *fx,
                                     const gsl_multilarge_nlinear_trs *trs, size_t iterations,
                                     double *theta) {
  size_t p = moe_model_size(&fx->model);
  gsl_error_handler_t *old = gsl_set_error_handler_off();
  gsl_multilarge_nlinear_parameters parameters = gsl_multilarge_nlinear_default_parameters();
  parameters.trs = trs;
  gsl_multilarge_nlinear_workspace *space =
      gsl_multilarge_nlinear_alloc(gsl_multilarge_nlinear_trust, &parameters, fx->data->n, p);
  gsl_multilarge_nlinear_fdf fdf = {.f = gsl_fixture_f,
                                    .df = gsl_fixture_df,
                                    .n = fx->data->n,
                                    .p = p,
                                    .params = (void *)(uintptr_t)fx};
  gsl_vector_view start = gsl_vector_view_array(theta, p);
  int info;
  gsl_multilarge_nlinear_init(&start.vector, &fdf, space);
  gsl_multilarge_nlinear_driver(iterations, 1e-12, 1e-12, 0, NULL, NULL, &info, space);
  gsl_vector *r = gsl_multilarge_nlinear_residual(space);
  memcpy(theta, gsl_multilarge_nlinear_position(space)->data, p * sizeof *theta);
  double norm = gsl_blas_dnrm2(r);
  gsl_multilarge_nlinear_free(space);
  gsl_set_error_handler(old);
  return 0.5 * norm * norm;
}

#endif
