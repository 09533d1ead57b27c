/*
 * eval_plain.c - the reference evaluator: one row at a time, long double sums.
 *
 * It takes the derivatives from the tables' scalar rows and spells every sum out, with no
 * structure but J's: row m of J is g (x) x~, and the second derivative of f is a symmetric
 * K x K matrix F in the forms, (x) x~ x~'. Everything faster is tested against it.
 *
 * A Gaussian mixture is the same sum with e_i = N_i / p in place of h_i: f becomes p over its own
 * value, which is 1, and g and F its derivatives over p, so that those of -log p are -g and
 * g g' - F: as if the residual were -1. The log variances are k more forms of x~, of which only the
 * intercept counts.
 */
#include "eval_impl.h"
#include "vmath.h"

#include <math.h>
#include <string.h>

#define FORMS (3 * MOE_MAX_ATOMS)

struct moe_scratch {
  long double *gradient, *curvature; /* p and p * p sums */
  double *shifted;                   /* theta + step, p */
  double *x;                         /* x~, d + 1 */
};

static struct moe_scratch *plain_alloc(struct moe_eval *ev) {
  size_t p = moe_model_size(&ev->model), d = ev->model.d;
  size_t bytes = sizeof(struct moe_scratch) + (p + p * p) * sizeof(long double) +
                 (p + d + 1) * sizeof(double) + 64;
  struct moe_scratch *s = moe_alloc(1, bytes);
  void *place = (char *)s + 64;
  s->gradient = place;
  s->curvature = s->gradient + p;
  place = s->curvature + p * p;
  s->shifted = place;
  s->x = s->shifted + p;
  return s;
}

/* Linear forms, and the scalars. */
static size_t forms_count(const struct moe_model *m) {
  return moe_model_forms(m) + moe_model_scalars(m);
}

/* One row: f (log p of a Gaussian mixture), its residual, and the derivatives g and F in the forms,
 * the scalars last. */
struct row {
  double f, y, weight;
  long double r;
  double g[FORMS], F[FORMS][FORMS];
};

static void row_load(const struct moe_eval *ev, size_t i, struct row *row) {
  size_t d = ev->model.d;
  for (size_t s = 0; s < d; s++) ev->scratch->x[s] = *moe_data_at(ev->data, i, s);
  ev->scratch->x[d] = 1;
  row->y = *moe_data_at(ev->data, i, d);
  row->weight = *moe_data_at(ev->data, i, d + 1);
}

static double form_value(const double *theta, size_t a, size_t d, const double *x) {
  long double sum = 0;
  for (size_t s = 0; s <= d; s++) sum += (long double)theta[a * (d + 1) + s] * x[s];
  return (double)sum;
}

/* Values and derivatives of what a gate weighs, in the pre-activations and, for a Gaussian mixture,
 * in the log variances. */
struct atoms {
  double h[MOE_MAX_ATOMS], h1[MOE_MAX_ATOMS], h2[MOE_MAX_ATOMS];
  double s1[MOE_MAX_ATOMS], s2[MOE_MAX_ATOMS], zs[MOE_MAX_ATOMS];
};

/* Experts to densities over that of the mixture. Returns log p. */
static double atoms_to_densities(const struct moe_eval *ev, const double *theta, double y,
                                 const double *w, struct atoms *a) {
  const struct moe_model *m = &ev->model;
  const double *s = moe_log_variances(m, theta);
  double e[MOE_MAX_ATOMS], log_p = moe_model_density(m->k, w, a->h, s, y, ev->data->bin, e);
  for (size_t i = 0; i < m->k; i++) {
    struct moe_normal_mass t = moe_model_term(y - a->h[i], ev->data->bin, s[i]);
    a->h2[i] = e[i] * (t.mean2 * a->h1[i] * a->h1[i] + t.mean * a->h2[i]);
    a->zs[i] = e[i] * t.mean_s * a->h1[i];
    a->h1[i] = e[i] * t.mean * a->h1[i];
    a->s1[i] = e[i] * t.s;
    a->s2[i] = e[i] * t.s2;
    a->h[i] = e[i];
  }
  return log_p;
}

/* The rows and columns of the scalars. */
static void row_derive_scalars(const struct moe_model *m, const double *w, const double *dw,
                               const struct atoms *a, struct row *row) {
  size_t k = m->k;
  for (size_t i = 0; i < k; i++) {
    double *s = row->F[2 * k + i];
    row->g[2 * k + i] = w[i] * a->s1[i];
    for (size_t j = 0; j < k; j++) {
      s[j] = row->F[j][2 * k + i] = dw[i * k + j] * a->s1[i];
      s[k + j] = row->F[k + j][2 * k + i] = i == j ? w[i] * a->zs[i] : 0;
      s[2 * k + j] = i == j ? w[i] * a->s2[i] : 0;
    }
  }
}

static void row_derive(const struct moe_eval *ev, const double *theta, struct row *row) {
  const struct moe_model *m = &ev->model;
  size_t k = m->k;
  struct atoms at;
  double u[MOE_MAX_ATOMS] = {0}, *h = at.h, *h1 = at.h1, *h2 = at.h2;
  double w[MOE_MAX_ATOMS], dw[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
  double d2f[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
  for (size_t i = 0; i < k; i++) {
    u[i] = form_value(theta, i, m->d, ev->scratch->x);
    h[i] = m->expert->value(form_value(theta, k + i, m->d, ev->scratch->x), &h1[i], &h2[i]);
  }
  if (m->gaussian) {
    m->gate->weights(k, u, w);
    row->f = atoms_to_densities(ev, theta, row->y, w, &at);
    row->r = -1;
  }
  m->gate->derive(k, u, h, w, dw, d2f);
  if (!m->gaussian) {
    long double f = 0;
    for (size_t i = 0; i < k; i++) f += (long double)w[i] * h[i];
    row->f = (double)f;
    row->r = (long double)row->f - row->y;
  }
  for (size_t i = 0; i < k; i++) {
    long double slope = 0;
    for (size_t j = 0; j < k; j++) slope += (long double)dw[j * k + i] * h[j];
    row->g[i] = (double)slope;
    row->g[k + i] = w[i] * h1[i];
    for (size_t j = 0; j < k; j++) {
      row->F[i][j] = d2f[i * k + j];
      row->F[i][k + j] = row->F[k + j][i] = dw[j * k + i] * h1[j];
      row->F[k + i][k + j] = i == j ? w[i] * h2[i] : 0;
    }
  }
  if (m->gaussian) row_derive_scalars(m, w, dw, &at, row);
  for (size_t j = 0, a = ev->pinned; a < k && j < forms_count(m); j++)
    row->g[a] = row->F[a][j] = row->F[j][a] = 0;
}

static void plain_pin(struct moe_eval *ev) {
  (void)ev; /* row_derive looks */
}

/* Coordinates of a form in theta, and what they are multiplied by: x~, or 1 for a scalar. */
struct span {
  size_t first, count;
  const double *x;
};

static struct span form_span(const struct moe_eval *ev, size_t a) {
  size_t forms = moe_model_forms(&ev->model), D = ev->model.d + 1;
  if (a < forms) return (struct span){a * D, D, ev->scratch->x};
  return (struct span){forms * D + a - forms, 1, ev->scratch->x + D - 1};
}

/* curvature += (w g g' [+ w r F]) (x) x~ x~' */
static void curvature_add(const struct moe_eval *ev, const struct row *row,
                          enum moe_level level) {
  size_t forms = forms_count(&ev->model), p = moe_model_size(&ev->model);
  for (size_t a = 0; a < forms; a++)
    for (size_t b = 0; b < forms; b++) {
      struct span rows = form_span(ev, a), columns = form_span(ev, b);
      long double c = (long double)row->g[a] * row->g[b];
      if (level == MOE_HESSIAN) c += row->r * row->F[a][b];
      c *= row->weight;
      for (size_t s = 0; s < rows.count; s++)
        for (size_t t = 0; t < columns.count; t++)
          ev->scratch->curvature[(rows.first + s) * p + columns.first + t] +=
              c * rows.x[s] * columns.x[t];
    }
}

static void gradient_add(const struct moe_eval *ev, const struct row *row, long double factor) {
  for (size_t a = 0; a < forms_count(&ev->model); a++) {
    struct span span = form_span(ev, a);
    for (size_t s = 0; s < span.count; s++)
      ev->scratch->gradient[span.first + s] += factor * row->g[a] * span.x[s];
  }
}

static void sums_copy(const long double *sum, size_t count, double *out) {
  for (size_t i = 0; out && i < count; i++) out[i] = (double)sum[i];
}

/* Twice what a row adds to Q. */
static long double row_loss(const struct moe_eval *ev, const struct row *row) {
  return row->weight * (ev->model.gaussian ? -2 * (long double)row->f : row->r * row->r);
}

static double plain_at(struct moe_eval *ev, const double *theta, enum moe_level level,
                       double *gradient, double *curvature) {
  size_t p = moe_model_size(&ev->model);
  struct row row;
  long double q = 0;
  memset(ev->scratch->gradient, 0, (p + p * p) * sizeof(long double));
  for (size_t i = 0; i < ev->data->n; i++) {
    row_load(ev, i, &row);
    row_derive(ev, theta, &row);
    q += row_loss(ev, &row);
    if (level >= MOE_GRADIENT && gradient) gradient_add(ev, &row, row.weight * row.r);
    if (level >= MOE_GAUSS_NEWTON && curvature) curvature_add(ev, &row, level);
  }
  if (level >= MOE_GRADIENT) sums_copy(ev->scratch->gradient, p, gradient);
  if (level >= MOE_GAUSS_NEWTON) sums_copy(ev->scratch->curvature, p * p, curvature);
  return (double)(q / 2);
}

static void plain_values(struct moe_eval *ev, const double *theta, double *f) {
  struct row row;
  for (size_t i = 0; i < ev->data->n; i++) {
    row_load(ev, i, &row);
    row_derive(ev, theta, &row);
    f[i] = row.f;
  }
}

static double plain_correction(struct moe_eval *ev, const double *theta, const double *step,
                               double *jtc) {
  size_t forms = moe_model_forms(&ev->model), p = moe_model_size(&ev->model);
  double *shifted = ev->scratch->shifted;
  struct row here, there;
  long double q = 0;
  for (size_t i = 0; i < p; i++) shifted[i] = theta[i] + step[i];
  memset(ev->scratch->gradient, 0, p * sizeof(long double));
  for (size_t i = 0; i < ev->data->n; i++) {
    row_load(ev, i, &here);
    row_load(ev, i, &there);
    row_derive(ev, theta, &here);
    row_derive(ev, shifted, &there);
    long double c = (long double)there.f - here.f;
    for (size_t a = 0; a < forms; a++)
      c -= (long double)here.g[a] * form_value(step, a, ev->model.d, ev->scratch->x);
    gradient_add(ev, &here, here.weight * c);
    q += row_loss(ev, &there);
  }
  sums_copy(ev->scratch->gradient, p, jtc);
  return (double)(q / 2);
}

static void plain_slopes(struct moe_eval *ev, const double *theta, size_t tile, double *f,
                         double *g) {
  struct row row;
  for (size_t m = 0; m < MOE_TILE; m++) {
    row_load(ev, tile * MOE_TILE + m, &row);
    row_derive(ev, theta, &row);
    f[m] = row.f;
    for (size_t a = 0; a < moe_model_forms(&ev->model); a++) g[a * MOE_TILE + m] = row.g[a];
  }
}

const struct moe_evaluator_ops moe_plain_ops = {
    "plain", plain_alloc, plain_pin, plain_at, plain_values, plain_correction, plain_slopes};
