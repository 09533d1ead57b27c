/*
 * regress.c - fitting a mixture of experts to somebody's data: preparing, and what is said of it.
 *
 * The columns become rows as they are fitted, standardised if asked for. regress_search.c finds
 * the best fit. Then the noise variance that the objective assumes and the one that the fit shows
 * are brought together, standard errors come from the inverse Hessian on the free coordinates,
 * and everything is turned back into the units of the data.
 */
#include "regress_impl.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "gate.h"
#include "linalg.h"
#include "vmath.h"

enum { RESCALES = 20 };   /* descents, at most, until the noise stays within 1e-4 */
#define HIT 0.5           /* nats: a start this near the best has found it */
#define NEARBY 1.5        /* nats: what a chance of a miss is counted among */
#define FINAL 1e-7        /* nats: tolerance of the last descents */
#define SINGULAR 1e-12    /* of the largest eigenvalue */
#define VARIANCE_MOST 100 /* of an atom, in those of y */

/* --- preparing ---------------------------------------------------------------------------- */

double moe_problem_weight(const struct moe_problem *q, size_t i) {
  return q->data->weight ? q->data->weight[i] : 1;
}

/* Weighted mean and standard deviation of a column, over the rows in use. */
static void column_moments(const struct moe_problem *q, const double *column, double *mean,
                           double *sd) {
  double sum = 0, square = 0;
  for (size_t i = 0; i < q->rows; i++)
    sum += moe_problem_weight(q, q->row[i]) * column[q->row[i]];
  *mean = sum / q->observations;
  for (size_t i = 0; i < q->rows; i++) {
    double above = column[q->row[i]] - *mean;
    square += moe_problem_weight(q, q->row[i]) * above * above;
  }
  *sd = sqrt(square / q->observations);
}

static double largest(const struct moe_problem *q, const double *column) {
  double most = 0;
  for (size_t i = 0; i < q->rows; i++) most = fmax(most, fabs(column[q->row[i]]));
  return most;
}

static size_t count_free(const struct moe_problem *q) {
  struct moe_box box;
  size_t count = 0;
  moe_box_make(&box, &q->options->model, &q->ranges, q->options->model.k - 1);
  for (size_t i = 0; i < q->p; i++) count += box.lower[i] < box.upper[i];
  moe_box_free(&box);
  return count;
}

/* The rows listed, as they are fitted; weights come later. */
struct moe_data *moe_problem_rows(const struct moe_problem *q, const size_t *row,
                                  size_t count) {
  size_t d = q->data->d;
  struct moe_data *out = moe_data_alloc(count, d);
  for (size_t i = 0; i < count; i++) {
    for (size_t s = 0; s < d; s++)
      *moe_data_at(out, i, s) = (q->data->x[s][row[i]] - q->centre[s]) / q->spread[s];
    *moe_data_at(out, i, d) = (q->data->y[row[i]] - q->offset) / q->scale;
  }
  return out;
}

static void set_weights(const struct moe_problem *q, struct moe_data *data, const size_t *row) {
  for (size_t i = 0; i < data->n; i++)
    *moe_data_at(data, i, data->d + 1) = moe_problem_weight(q, row[i]) / q->noise;
  moe_data_pad(data);
}

static void scale_columns(struct moe_problem *q) {
  size_t d = q->data->d;
  const struct moe_model *m = &q->options->model;
  int standardize = q->options->standardize;
  /* An activation of the slopes alone, or a distance, is not the same in other units. */
  int units = standardize && !m->outside && !m->euclidean;
  double mean, sd;
  q->mean = moe_alloc(4 * d, sizeof *q->mean);
  q->sd = q->mean + d;
  q->centre = q->sd + d;
  q->spread = q->centre + d;
  for (size_t s = 0; s < d; s++) {
    column_moments(q, q->data->x[s], q->mean + s, q->sd + s);
    q->centre[s] = units ? q->mean[s] : 0;
    q->spread[s] = units ? q->sd[s] : 1;
  }
  column_moments(q, q->data->y, &mean, &sd);
  q->offset = standardize ? mean : 0;
  q->scale = standardize ? sd : 1;
  q->variance = standardize ? 1 : sd * sd;
  double rounding = 1e-15 * largest(q, q->data->y) / q->scale;
  q->floor = fmax(1e-24 * q->variance, rounding * rounding);
}

/* Lists the rows in use. */
static void list_rows(struct moe_problem *q) {
  q->row = moe_alloc(q->data->rows, sizeof *q->row);
  for (size_t i = 0; i < q->data->rows; i++) {
    if (!(moe_problem_weight(q, i) > 0)) continue;
    q->row[q->rows++] = i;
    q->observations += moe_problem_weight(q, i);
  }
}

void moe_regress_units(const struct moe_regress_data *data, double *offset, double *scale) {
  struct moe_problem q = {.data = data};
  list_rows(&q);
  column_moments(&q, data->y, offset, scale);
  moe_free(q.row);
}

static void prepare(struct moe_problem *q) {
  q->p = moe_model_size(&q->options->model);
  list_rows(q);
  scale_columns(q);
  q->ranges = q->options->ranges;
  q->ranges.variance[0] = q->options->variance_floor * q->variance;
  q->ranges.variance[1] = VARIANCE_MOST * q->variance;
  q->free = count_free(q);
  q->all = moe_problem_rows(q, q->row, q->rows);
  moe_problem_sample(q);
  moe_problem_set_noise(q, q->variance);
}

static void release(struct moe_problem *q) {
  if (q->few != q->all) moe_data_free(q->few);
  if (q->many != q->all) moe_data_free(q->many);
  moe_data_free(q->all);
  moe_free(q->sampled);
  moe_free(q->mean);
  moe_free(q->row);
}

void moe_problem_set_noise(struct moe_problem *q, double noise) {
  q->noise = q->options->model.gaussian ? 1 : fmax(noise, q->floor);
  set_weights(q, q->all, q->row);
  if (q->few != q->all) set_weights(q, q->few, q->sampled);
  if (q->many != q->all) set_weights(q, q->many, q->sampled);
}

/* 2 Q = sse / noise. */
double moe_problem_noise(const struct moe_problem *q, const double *theta) {
  if (q->options->model.gaussian) return q->noise;
  struct moe_eval *ev = moe_eval_alloc(&q->options->model, q->all, q->options->evaluator);
  double sse = 2 * q->noise * moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(ev);
  return sse / (q->observations - (double)q->free);
}

size_t moe_pinned_row(const struct moe_model *m, const double *theta) {
  if (!moe_model_pins(m)) return m->k;
  for (size_t i = m->k; i-- > m->shared;) {
    size_t zeros = 0, first = m->outside ? m->d : 0;
    for (size_t c = first; c <= m->d; c++) zeros += moe_gate_row(m, theta, i)[c] == 0;
    if (zeros == m->d + 1 - first) return i;
  }
  return m->k;
}

struct moe_descent moe_problem_descend(const struct moe_problem *q, struct moe_eval *ev,
                                       double tolerance, double *theta) {
  const struct moe_model *m = &q->options->model;
  struct moe_descent_options options = {.tolerance = tolerance, .kinks = 1};
  struct moe_box box;
  moe_box_make(&box, m, &q->ranges, moe_pinned_row(m, theta));
  struct moe_descent end = moe_descend(ev, &box, &options, theta);
  moe_box_free(&box);
  return end;
}

/* --- finishing ---------------------------------------------------------------------------- */

/* Starts that ended within HIT of the best, and the share of singletons. */
static void count_agreement(const struct moe_candidates *c, struct moe_regress_fit *fit) {
  double nearby = 0, alone = 0;
  for (size_t i = 0; i < c->count; i++) {
    double above = c->item[i].descent.objective - c->item[0].descent.objective;
    if (above <= HIT) fit->agree += c->item[i].found;
    if (above > NEARBY) continue;
    nearby += (double)c->item[i].found;
    alone += c->item[i].found == 1;
  }
  fit->starts = c->starts;
  fit->singletons = alone / nearby;
}

/* Descends from the best on all rows until the noise that the objective assumes is the one that
 * the fit shows. */
static void settle(struct moe_problem *q, double *theta, struct moe_regress_fit *fit) {
  for (size_t i = 0; i < RESCALES; i++) {
    struct moe_eval *ev = moe_eval_alloc(&q->options->model, q->all, q->options->evaluator);
    fit->descent = moe_problem_descend(q, ev, FINAL, theta);
    moe_eval_free(ev);
    double before = q->noise, noise = moe_problem_noise(q, theta);
    moe_problem_set_noise(q, noise);
    if (q->options->model.gaussian) return;
    if (i > 0 && fabs(q->noise - before) <= 1e-4 * before) return;
  }
}

/* Puts the reference atom last and the others by falling mean weight, shared ones before routed ones. */
static void order_atoms(const struct moe_problem *q, double *theta) {
  const struct moe_model *m = &q->options->model;
  size_t D = m->d + 1, order[MOE_MAX_ATOMS], pinned = moe_pinned_row(m, theta);
  double mean[MOE_MAX_ATOMS] = {0}, w[MOE_MAX_ATOMS];
  double *x = moe_alloc(m->d + q->p, sizeof *x), *copy = x + m->d;
  for (size_t i = 0; i < q->rows; i++) {
    for (size_t s = 0; s < m->d; s++) x[s] = *moe_data_at(q->all, i, s);
    moe_model_value(m, theta, x, w, NULL);
    for (size_t j = 0; j < m->k; j++) mean[j] += moe_problem_weight(q, q->row[i]) * w[j];
  }
  if (pinned < m->k) mean[pinned] = -1;
  for (size_t i = 0; i < m->k; i++) {
    size_t at = i;
    size_t first = i < m->shared ? 0 : m->shared;
    for (; at > first && mean[order[at - 1]] < mean[i]; at--) order[at] = order[at - 1];
    order[at] = i;
  }
  memcpy(copy, theta, q->p * sizeof *theta);
  for (size_t i = 0; i < m->k; i++) {
    memcpy(theta + i * D, moe_gate_row(m, copy, order[i]), D * sizeof *theta);
    memcpy(theta + (m->k + i) * D, moe_expert_row(m, copy, order[i]), D * sizeof *theta);
    if (m->gaussian) theta[q->p - m->k + i] = moe_log_variances(m, copy)[order[i]];
  }
  moe_free(x);
}

/* Covariance of the free coordinates: the inverse Hessian, less the directions along which it
 * is singular. Coordinates that take part in those get a NaN on the diagonal; held ones too,
 * and zeros elsewhere. `h` is the Hessian (p x p) and becomes the covariance. */
static void invert_hessian(size_t p, const unsigned char *held, double *h) {
  size_t n = 0, *at = moe_alloc(p, sizeof *at);
  for (size_t i = 0; i < p; i++)
    if (!held[i]) at[n++] = i;
  double *a = moe_alloc(2 * n * n + 2 * n + moe_eigen_room(n) + 1, sizeof *a), *v = a + n * n;
  double *w = v + n * n, *unit = w + n, *work = unit + n;
  for (size_t i = 0; i < n; i++)
    unit[i] = h[at[i] * p + at[i]] > 0 ? sqrt(h[at[i] * p + at[i]]) : 1;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) a[i * n + j] = h[at[i] * p + at[j]] / (unit[i] * unit[j]);
  int broken = moe_eigen(n, a, w, v, work);
  memset(h, 0, p * p * sizeof *h);
  for (size_t i = 0; i < p; i++)
    if (held[i] || broken) h[i * p + i] = NAN;
  for (size_t r = 0; r < n && !broken; r++) {
    int singular = !(w[r] > SINGULAR * w[n - 1]);
    for (size_t i = 0; i < n; i++) {
      double share = v[r * n + i] / unit[i];
      if (singular && fabs(v[r * n + i]) > 1e-3) h[at[i] * p + at[i]] = NAN;
      for (size_t j = 0; j < n && !singular; j++)
        h[at[i] * p + at[j]] += share * v[r * n + j] / (unit[j] * w[r]);
    }
  }
  moe_free(a);
  moe_free(at);
}

/* Row of D fitted coordinates with covariance `cov` (rows p apart) to the units of the data:
 * slopes / spread, intercept - sum slopes centre / spread; its standard errors. */
static void convert_row(const struct moe_problem *q, const double *cov, double *row,
                        double *error) {
  size_t d = q->data->d, p = q->p;
  double variance = cov[d * p + d];
  for (size_t s = 0; s < d; s++) {
    double shift = q->centre[s] / q->spread[s];
    error[s] = sqrt(cov[s * p + s]) / q->spread[s];
    row[d] -= row[s] * shift;
    row[s] /= q->spread[s];
    if (shift == 0) continue;
    variance -= 2 * shift * cov[s * p + d];
    for (size_t t = 0; t < d; t++)
      if (t != s || !isnan(cov[s * p + s]))
        variance += shift * cov[s * p + t] * q->centre[t] / q->spread[t];
  }
  error[d] = sqrt(variance);
}

static void find_states(const struct moe_problem *q, const double *theta,
                        unsigned char *state) {
  struct moe_box box;
  moe_box_make(&box, &q->options->model, &q->ranges, moe_pinned_row(&q->options->model, theta));
  for (size_t i = 0; i < q->p; i++)
    state[i] = box.lower[i] == box.upper[i]                           ? MOE_PINNED
               : theta[i] <= box.lower[i] || theta[i] >= box.upper[i] ? MOE_AT_BOX
                                                                      : MOE_FREE;
  moe_box_free(&box);
}

/* Standard errors, then estimates and errors in the units of the data. */
static void standard_errors(const struct moe_problem *q, struct moe_eval *ev,
                            struct moe_regress_fit *fit) {
  size_t p = q->p, D = q->data->d + 1;
  double *h = moe_alloc(p * p + p, sizeof *h);
  find_states(q, fit->theta, fit->state);
  if (p <= MOE_DENSE_LIMIT) {
    moe_eval_at(ev, fit->theta, MOE_HESSIAN, h + p * p, h);
    invert_hessian(p, fit->state, h);
  } else {
    for (size_t i = 0; i < p; i++) h[i * p + i] = NAN;
  }
  for (size_t i = 0; i < p; i++)
    if (fit->state[i] == MOE_FREE && !isfinite(h[i * p + i])) fit->state[i] = MOE_SINGULAR;
  for (size_t i = 0; i < 2 * q->options->model.k; i++)
    convert_row(q, h + i * D * p + i * D, fit->theta + i * D, fit->error + i * D);
  if (q->options->model.tempered)
    fit->error[2 * q->options->model.k * D] =
        sqrt(h[2 * q->options->model.k * D * p + 2 * q->options->model.k * D]);
  for (size_t i = p - moe_model_variances(&q->options->model); i < p; i++) {
    fit->at_floor += fit->theta[i] <= moe_log(q->ranges.variance[0]);
    fit->theta[i] = moe_exp(fit->theta[i]) * q->scale * q->scale;
    fit->error[i] = fit->theta[i] * sqrt(h[i * p + i]);
  }
  for (size_t i = 0; i < p; i++)
    if (fit->state[i] != MOE_FREE) fit->error[i] = NAN;
  moe_free(h);
}

/* Atoms and standard errors, which need the fit as it is before it changes its units. */
static void inspect(const struct moe_problem *q, struct moe_regress_fit *fit) {
  struct moe_eval *ev = moe_eval_alloc(&q->options->model, q->all, q->options->evaluator);
  fit->atoms = moe_atoms_inspect(ev, fit->theta);
  snprintf(fit->kernel, sizeof fit->kernel, "%s", moe_eval_name(ev));
  standard_errors(q, ev, fit);
  moe_eval_free(ev);
}

double moe_regress_value(const struct moe_regress_data *data, const struct moe_model *model,
                         const struct moe_regress_fit *fit, size_t i, double *x,
                         double *weights) {
  for (size_t s = 0; s < data->d; s++) x[s] = data->x[s][i];
  return fit->offset + fit->scale * moe_model_value(model, fit->theta, x, weights, NULL);
}

static void sums_of_squares(const struct moe_problem *q, struct moe_regress_fit *fit) {
  double weights[MOE_MAX_ATOMS], *x = moe_alloc(q->data->d, sizeof *x), mean, sd;
  column_moments(q, q->data->y, &mean, &sd);
  for (size_t i = 0; i < q->rows; i++) {
    double f = moe_regress_value(q->data, &q->options->model, fit, q->row[i], x, weights);
    double residual = q->data->y[q->row[i]] - f;
    fit->sse += moe_problem_weight(q, q->row[i]) * residual * residual;
  }
  moe_free(x);
  fit->r_squared = 1 - fit->sse / (q->observations * sd * sd);
  fit->noise_variance = fit->sse / (q->observations - (double)q->free);
}

static void finish(struct moe_problem *q, struct moe_candidates *found,
                   struct moe_regress_fit *fit) {
  count_agreement(found, fit);
  fit->theta = moe_alloc(2 * q->p, sizeof *fit->theta);
  fit->error = fit->theta + q->p;
  fit->state = moe_alloc(q->p, sizeof *fit->state);
  memcpy(fit->theta, found->item[0].theta, q->p * sizeof *fit->theta);
  settle(q, fit->theta, fit);
  order_atoms(q, fit->theta);
  inspect(q, fit);
  fit->offset = q->offset;
  fit->scale = q->scale;
  fit->rows = q->rows;
  fit->observations = q->observations;
  fit->free_parameters = q->free;
  sums_of_squares(q, fit);
  fit->loglik = NAN;
  if (q->options->model.gaussian)
    fit->loglik = -fit->descent.objective - q->observations * moe_log(q->scale);
}

enum moe_status moe_regress(const struct moe_regress_data *data,
                            const struct moe_regress_options *options,
                            struct moe_regress_fit *fit, struct moe_error *e) {
  struct moe_problem q = {.data = data, .options = options};
  struct moe_candidates found = {0};
  enum moe_status status = MOE_OK;
  *fit = (struct moe_regress_fit){0};
  prepare(&q);
  if (!options->model.gaussian && q.observations <= (double)q.free)
    status = moe_fail(e, MOE_EDATA,
                      "%.17g observations cannot determine %zu parameters: more rows, fewer "
                      "covariates or a smaller k are needed",
                      q.observations, q.free);
  if (status == MOE_OK) status = moe_problem_search(&q, &found, e);
  if (status == MOE_OK) finish(&q, &found, fit);
  moe_candidates_free(&found);
  release(&q);
  return status;
}

void moe_regress_free(struct moe_regress_fit *fit) {
  moe_free(fit->theta);
  moe_free(fit->state);
  *fit = (struct moe_regress_fit){0};
}
