/*
 * bench_gsl.c - the textbook: one row at a time, an explicit row of J, GSL's BLAS.
 *
 * What one writes with gsl_multilarge in mind: J'WJ grows by a symmetric rank-1 update per row, p
 * (p + 1) / 2 fused multiply-adds that do not know that the row is g (x) x~. For the Hessian the
 * blocks r F_ab x~ x~' are added one by one.
 */
#include "bench.h"
#include "expert.h"
#include "gate.h"

#include <gsl/gsl_blas.h>
#include <string.h>

struct textbook {
  const struct moe_model *model;
  const struct moe_data *data;
  size_t forms[2 * MOE_MAX_ATOMS], count; /* those that have derivatives */
  gsl_vector *x, *row;                    /* x~ and the row of J */
  gsl_vector *gradient;
  gsl_matrix *curvature; /* the lower triangle */
};

/* f, g = df/dL and F = d2f/dL2 at one row. */
struct slopes {
  double f, g[2 * MOE_MAX_ATOMS], F[2 * MOE_MAX_ATOMS][2 * MOE_MAX_ATOMS];
};

static void *textbook_setup(const struct moe_model *model, const struct moe_data *data,
                            const char *isa) {
  struct textbook *s = moe_alloc(1, sizeof *s);
  (void)isa;
  s->model = model;
  s->data = data;
  s->x = gsl_vector_alloc(model->d + 1);
  s->count = moe_bench_forms(model, s->forms);
  s->row = gsl_vector_alloc(s->count * (model->d + 1));
  s->gradient = gsl_vector_alloc(s->row->size);
  s->curvature = gsl_matrix_alloc(s->row->size, s->row->size);
  return s;
}

static void textbook_done(void *state) {
  struct textbook *s = state;
  gsl_vector_free(s->x);
  gsl_vector_free(s->row);
  gsl_vector_free(s->gradient);
  gsl_matrix_free(s->curvature);
  moe_free(s);
}

static double form_value(const double *theta, const gsl_vector *x) {
  double sum = 0;
  gsl_vector_const_view row = gsl_vector_const_view_array(theta, x->size);
  gsl_blas_ddot(&row.vector, x, &sum);
  return sum;
}

static void slopes_fill(const struct textbook *s, const double *theta, struct slopes *out) {
  const struct moe_model *m = s->model;
  size_t k = m->k, D = m->d + 1;
  double u[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS] = {0}, h1[MOE_MAX_ATOMS], h2[MOE_MAX_ATOMS];
  double w[MOE_MAX_ATOMS], dw[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
  double d2f[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
  for (size_t i = 0; i < k; i++) {
    u[i] = form_value(theta + i * D, s->x);
    h[i] = m->expert->value(form_value(theta + (k + i) * D, s->x), &h1[i], &h2[i]);
  }
  m->gate->derive(k, u, h, w, dw, d2f);
  out->f = 0;
  for (size_t i = 0; i < k; i++) {
    out->f += w[i] * h[i];
    out->g[i] = 0;
    out->g[k + i] = w[i] * h1[i];
    for (size_t j = 0; j < k; j++) {
      out->g[i] += dw[j * k + i] * h[j];
      out->F[i][j] = d2f[i * k + j];
      out->F[i][k + j] = out->F[k + j][i] = dw[j * k + i] * h1[j];
      out->F[k + i][k + j] = i == j ? w[i] * h2[i] : 0;
    }
  }
}

/* curvature += w g g' (x) x~ x~' [+ w r F (x) x~ x~']. */
static void curvature_add(struct textbook *s, const struct slopes *row, double weight, double r,
                          enum moe_level level) {
  size_t D = s->model->d + 1;
  gsl_blas_dsyr(CblasLower, weight, s->row, s->curvature);
  if (level < MOE_HESSIAN) return;
  for (size_t a = 0; a < s->count; a++)
    for (size_t b = 0; b <= a; b++) {
      double bend = row->F[s->forms[a]][s->forms[b]];
      if (bend == 0) continue;
      gsl_matrix_view block = gsl_matrix_submatrix(s->curvature, a * D, b * D, D, D);
      gsl_blas_dger(weight * r * bend, s->x, s->x, &block.matrix);
    }
}

static double textbook_row(struct textbook *s, size_t i, const double *theta,
                           enum moe_level level) {
  size_t d = s->model->d, D = d + 1;
  struct slopes here;
  for (size_t t = 0; t < d; t++) gsl_vector_set(s->x, t, *moe_data_at(s->data, i, t));
  gsl_vector_set(s->x, d, 1);
  slopes_fill(s, theta, &here);
  double r = here.f - *moe_data_at(s->data, i, d), weight = *moe_data_at(s->data, i, d + 1);
  if (level >= MOE_GRADIENT) {
    for (size_t j = 0; j < s->row->size; j++)
      gsl_vector_set(s->row, j, here.g[s->forms[j / D]] * gsl_vector_get(s->x, j % D));
    gsl_blas_daxpy(weight * r, s->row, s->gradient);
  }
  if (level >= MOE_GAUSS_NEWTON) curvature_add(s, &here, weight, r, level);
  return weight * r * r;
}

static double textbook_run(void *state, const double *theta, enum moe_level level,
                           double *gradient, double *curvature) {
  struct textbook *s = state;
  double q = 0;
  gsl_vector_set_zero(s->gradient);
  if (level >= MOE_GAUSS_NEWTON) gsl_matrix_set_zero(s->curvature);
  for (size_t i = 0; i < s->data->n; i++) q += textbook_row(s, i, theta, level);
  if (level >= MOE_GRADIENT)
    moe_bench_spread(s->model, s->gradient->data,
                     level >= MOE_GAUSS_NEWTON ? s->curvature->data : NULL, gradient,
                     curvature);
  return q / 2;
}

const struct moe_bench_variant moe_bench_gsl = {
    "gsl", MOE_OBJECTIVE,  MOE_HESSIAN,  MOE_ISA_NONE,
    0,     textbook_setup, textbook_run, textbook_done};
