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
 *
 * A router stands between forms and logits: derivatives in the logits go on to what each logit
 * depends on, its form, log tau, and its intercept where that is added after the activation.
 */
#include "eval_impl.h"
#include "route.h"
#include "vmath.h"

#include <math.h>
#include <string.h>

#define FORMS (4 * MOE_MAX_ATOMS + 1)

struct moe_scratch {
  long double *gradient, *curvature; /* p and p * p sums */
  double *shifted;                   /* theta + step, p */
  double *x;                         /* x~, d + 1 */
  double *bends;                     /* second derivatives of a row in its forms */
};

static struct moe_scratch *plain_alloc(struct moe_eval *ev) {
  size_t p = moe_model_size(&ev->model), d = ev->model.d;
  size_t bytes = sizeof(struct moe_scratch) + (p + p * p) * sizeof(long double) +
                 (p + d + 1 + FORMS * FORMS) * sizeof(double) + 64;
  struct moe_scratch *s = moe_alloc(1, bytes);
  void *place = (char *)s + 64;
  s->gradient = place;
  s->curvature = s->gradient + p;
  place = s->curvature + p * p;
  s->shifted = place;
  s->x = s->shifted + p;
  s->bends = s->x + d + 1;
  return s;
}

/* The forms in their order: gates, experts, log tau, log variances, intercepts outside. */
enum kind { GATES, EXPERTS, TEMPERATURE, VARIANCES, INTERCEPTS, KINDS };

static size_t kind_count(const struct moe_model *m, enum kind kind) {
  switch (kind) {
  case TEMPERATURE:
    return m->tempered ? 1 : 0;
  case VARIANCES:
    return moe_model_variances(m);
  case INTERCEPTS:
    return m->outside ? m->k : 0;
  default:
    return m->k;
  }
}

static size_t kind_first(const struct moe_model *m, enum kind kind) {
  size_t first = 0;
  for (enum kind before = GATES; before < kind; before++) first += kind_count(m, before);
  return first;
}

static size_t forms_count(const struct moe_model *m) {
  return kind_first(m, KINDS);
}

/* One row: f (log p of a Gaussian mixture), its residual, and the derivatives g and F in the forms,
 * the scalars last. */
struct row {
  double f, y, weight;
  long double r;
  double g[FORMS];
  double *F; /* forms x forms, of the evaluator's scratch */
  size_t forms;
};

static double *row_bend(struct row *row, size_t a, size_t b) {
  return row->F + a * row->forms + b;
}

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

/* F in one pair of forms, both ways round. */
static void bend_add(struct row *row, size_t a, size_t b, double value) {
  *row_bend(row, a, b) += value;
  if (a != b) *row_bend(row, b, a) += value;
}

/* What the logit of an atom depends on. */
struct dependence {
  size_t count, form[3];
  double slope[3], d2[3][3];
};

static struct dependence dependence_of(const struct moe_model *m, size_t i,
                                       const struct moe_route *r) {
  struct dependence on = {1, {i}, {r->form}, {{r->form2}}};
  if (i < m->shared) return on;
  if (m->outside) {
    on.form[on.count] = kind_first(m, INTERCEPTS) + i;
    on.slope[on.count++] = r->offset;
  }
  if (m->tempered) {
    size_t last = on.count++;
    on.form[last] = kind_first(m, TEMPERATURE);
    on.slope[last] = r->tau;
    on.d2[last][last] = r->tau2;
    on.d2[0][last] = r->form_tau;
    if (m->outside) on.d2[1][last] = r->offset_tau;
  }
  return on;
}

/* From derivatives in the logits, of weights and of f, to those in the forms. */
static void row_derive_gates(const struct moe_model *m, const struct dependence *on,
                             const double *dw, const double *d2f, const struct atoms *at,
                             struct row *row) {
  size_t k = m->k, s = kind_first(m, VARIANCES);
  for (size_t i = 0; i < k; i++) {
    long double slope = 0;
    for (size_t j = 0; j < k; j++) slope += (long double)dw[j * k + i] * at->h[j];
    for (size_t a = 0; a < on[i].count; a++) {
      row->g[on[i].form[a]] += (double)slope * on[i].slope[a];
      for (size_t b = a; b < on[i].count; b++)
        bend_add(row, on[i].form[a], on[i].form[b], (double)slope * on[i].d2[a][b]);
      for (size_t j = 0; j < k; j++) {
        double cross = dw[j * k + i] * on[i].slope[a];
        bend_add(row, on[i].form[a], k + j, cross * at->h1[j]);
        if (m->gaussian) bend_add(row, on[i].form[a], s + j, cross * at->s1[j]);
        for (size_t b = 0; b < on[j].count; b++)
          *row_bend(row, on[i].form[a], on[j].form[b]) +=
              d2f[i * k + j] * on[i].slope[a] * on[j].slope[b];
      }
    }
  }
}

static void row_derive_experts(const struct moe_model *m, const double *w,
                               const struct atoms *at, struct row *row) {
  for (size_t i = 0, z = m->k, s = kind_first(m, VARIANCES); i < m->k; i++, z++, s++) {
    row->g[z] = w[i] * at->h1[i];
    *row_bend(row, z, z) = w[i] * at->h2[i];
    if (!m->gaussian) continue;
    row->g[s] = w[i] * at->s1[i];
    *row_bend(row, s, s) = w[i] * at->s2[i];
    bend_add(row, z, s, w[i] * at->zs[i]);
  }
}

static void row_unpin(const struct moe_eval *ev, size_t a, struct row *row) {
  for (size_t j = 0; j < forms_count(&ev->model); j++)
    row->g[a] = *row_bend(row, a, j) = *row_bend(row, j, a) = 0;
}

static void row_derive(const struct moe_eval *ev, const double *theta, struct row *row) {
  const struct moe_model *m = &ev->model;
  size_t k = m->k;
  struct atoms at;
  struct dependence on[MOE_MAX_ATOMS];
  double u[MOE_MAX_ATOMS] = {0}, *h = at.h;
  double w[MOE_MAX_ATOMS], dw[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
  double d2f[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
  for (size_t i = 0; i < k; i++) {
    double form = form_value(theta, i, m->d, ev->scratch->x);
    struct moe_route r = moe_route_at(m, theta, ev->scratch->x, i, form);
    u[i] = r.logit;
    on[i] = dependence_of(m, i, &r);
    h[i] = moe_model_expert(m, i)->value(form_value(theta, k + i, m->d, ev->scratch->x),
                                         &at.h1[i], &at.h2[i]);
  }
  if (m->gaussian) {
    moe_route_weights(m, u, w);
    row->f = atoms_to_densities(ev, theta, row->y, w, &at);
    row->r = -1;
  }
  moe_route_derive(m, u, h, w, dw, d2f);
  if (!m->gaussian) {
    long double f = 0;
    for (size_t i = 0; i < k; i++) f += (long double)w[i] * h[i];
    row->f = (double)f;
    row->r = (long double)row->f - row->y;
  }
  memset(row->g, 0, sizeof row->g);
  row->forms = forms_count(m);
  row->F = ev->scratch->bends;
  memset(row->F, 0, row->forms * row->forms * sizeof *row->F);
  row_derive_experts(m, w, &at, row);
  row_derive_gates(m, on, dw, d2f, &at, row);
  if (ev->pinned < k) row_unpin(ev, ev->pinned, row);
  if (ev->pinned < k && m->outside) row_unpin(ev, kind_first(m, INTERCEPTS) + ev->pinned, row);
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
  const struct moe_model *m = &ev->model;
  size_t D = m->d + 1, after = kind_first(m, INTERCEPTS);
  const double *one = ev->scratch->x + D - 1;
  if (m->outside && a >= m->shared && a < m->k)
    return (struct span){a * D, D - 1, ev->scratch->x};
  if (a < 2 * m->k) return (struct span){a * D, D, ev->scratch->x};
  if (a < after) return (struct span){2 * m->k * D + a - 2 * m->k, 1, one};
  return (struct span){(a - after) * D + D - 1, 1, one};
}

static long double span_value(const struct span *span, const double *theta) {
  long double sum = 0;
  for (size_t s = 0; s < span->count; s++)
    sum += (long double)theta[span->first + s] * span->x[s];
  return sum;
}

/* curvature += (w g g' [+ w r F]) (x) x~ x~' */
static void curvature_add(const struct moe_eval *ev, const struct row *row,
                          enum moe_level level) {
  size_t forms = forms_count(&ev->model), p = moe_model_size(&ev->model);
  for (size_t a = 0; a < forms; a++)
    for (size_t b = 0; b < forms; b++) {
      struct span rows = form_span(ev, a), columns = form_span(ev, b);
      long double c = (long double)row->g[a] * row->g[b];
      if (level == MOE_HESSIAN) c += row->r * row->F[a * row->forms + b];
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
  size_t forms = forms_count(&ev->model), p = moe_model_size(&ev->model);
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
    for (size_t a = 0; a < forms; a++) {
      struct span span = form_span(ev, a);
      c -= (long double)here.g[a] * (double)span_value(&span, step);
    }
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
