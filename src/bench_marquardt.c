/*
 * bench_marquardt.c - Levenberg and Marquardt's method as GSL has it, on our evaluator.
 *
 * gsl_multilarge_nlinear wants residuals f from one function and J'f and J'J from another. All that
 * it uses of f is the length, so f = (sqrt(2 Q), 0, ..., 0) with p entries does, and one pass over
 * the rows gives Q, gradient and J'WJ for both. GSL knows no box.
 */
#include "bench_optimise.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multilarge_nlinear.h>
#include <math.h>
#include <string.h>

/* As small as they can be: the trace says when to stop. */
#define X_TOLERANCE 1e-12
#define G_TOLERANCE 1e-14

struct passes {
  struct moe_eval *ev;
  size_t p;
  double *theta, *gradient, *curvature; /* of the last pass */
};

static int residual(const gsl_vector *theta, void *arg, gsl_vector *f) {
  struct passes *s = arg;
  for (size_t i = 0; i < s->p; i++) s->theta[i] = gsl_vector_get(theta, i);
  double q = moe_eval_at(s->ev, s->theta, MOE_GAUSS_NEWTON, s->gradient, s->curvature);
  gsl_vector_set_zero(f);
  gsl_vector_set(f, 0, isfinite(q) ? sqrt(2 * q) : 1e150);
  return GSL_SUCCESS;
}

/* Of the point that was given to `residual` last, unless GSL asks for another. */
static int products(CBLAS_TRANSPOSE_t side, const gsl_vector *theta, const gsl_vector *u,
                    void *arg, gsl_vector *v, gsl_matrix *JTJ) {
  struct passes *s = arg;
  if (side != CblasTrans) return GSL_EUNIMPL; /* J u: lm does not ask for it */
  (void)u;
  for (size_t i = 0; i < s->p; i++)
    if (s->theta[i] != gsl_vector_get(theta, i)) return GSL_ESANITY;
  for (size_t i = 0; v && i < s->p; i++) gsl_vector_set(v, i, s->gradient[i]);
  for (size_t i = 0; JTJ && i < s->p; i++)
    for (size_t j = 0; j < s->p; j++) gsl_matrix_set(JTJ, i, j, s->curvature[i * s->p + j]);
  return GSL_SUCCESS;
}

static double position_get(const gsl_multilarge_nlinear_workspace *space, double *theta) {
  const gsl_vector *x = gsl_multilarge_nlinear_position(space);
  for (size_t i = 0; i < x->size; i++) theta[i] = gsl_vector_get(x, i);
  double norm = gsl_blas_dnrm2(gsl_multilarge_nlinear_residual(space));
  return 0.5 * norm * norm;
}

double moe_bench_marquardt(struct moe_eval *ev, size_t iterations,
                           const struct moe_trace *trace, double *theta) {
  size_t p = moe_model_size(moe_eval_model(ev));
  struct passes s = {.ev = ev, .p = p, .theta = moe_alloc(2 * p + p * p, sizeof(double))};
  s.gradient = s.theta + p;
  s.curvature = s.gradient + p;
  gsl_error_handler_t *old = gsl_set_error_handler_off();
  gsl_multilarge_nlinear_parameters parameters = gsl_multilarge_nlinear_default_parameters();
  parameters.trs = gsl_multilarge_nlinear_trs_lm;
  gsl_multilarge_nlinear_workspace *space =
      gsl_multilarge_nlinear_alloc(gsl_multilarge_nlinear_trust, &parameters, p, p);
  gsl_multilarge_nlinear_fdf fdf = {
      .f = residual, .df = products, .n = p, .p = p, .params = &s};
  gsl_vector_view start = gsl_vector_view_array(theta, p);
  int info = 0, status = gsl_multilarge_nlinear_init(&start.vector, &fdf, space);
  double q = position_get(space, theta);
  for (size_t i = 0; i < iterations && !status && !moe_trace_note(trace, theta, q); i++) {
    status = gsl_multilarge_nlinear_iterate(space);
    q = position_get(space, theta);
    if (!status && !gsl_multilarge_nlinear_test(X_TOLERANCE, G_TOLERANCE, 0, &info, space))
      break;
  }
  moe_trace_note(trace, theta, q);
  gsl_multilarge_nlinear_free(space);
  gsl_set_error_handler(old);
  moe_free(s.theta);
  return q;
}
