/*
 * em.c - expectation and maximisation for Gaussian mixtures of experts, as the field runs it (Jordan
 * and Jacobs, Neural Computation 6, 1994): the published protocol beside which the trust region is
 * held.
 *
 * With r_i the share of atom i in p at a row, the E-step, the expected log-likelihood falls apart:
 *
 *   gate       sum w r_i log w_i(x)                    Newton's method, by scoring
 *   experts    - sum w r_i (y - h_i)^2 / (2 nu_i)      least squares of one atom each
 *   variances  nu_i = sum w r_i (y - h_i)^2 / sum w r_i
 *
 * Every step is checked: EM increases the likelihood, so that a decrease by more than rounding is an
 * error of this program, and said so.
 */
#include <math.h>
#include <string.h>

#include "descend.h"
#include "gate.h"
#include "linalg.h"
#include "vmath.h"

enum { GATE_STEPS = 300, HALVINGS = 30 };
#define GATE_TOLERANCE 1e-8 /* nats that a step of the gate must gain */
#define RIDGE 1e-10         /* of the diagonal: a softmax's translation is free */

struct em {
  const struct moe_model *model;
  const struct moe_data *data;
  const struct moe_ranges *ranges;
  size_t k, D, m; /* m: k D gate parameters */
  double *share;  /* n rows of k: w r_i */
  double *gradient, *matrix, *step, *trial;
  struct moe_model atom; /* one expert alone */
  struct moe_data *rows; /* the data by its shares */
};

static void row_forms(const struct em *s, const double *theta, size_t i, double *x,
                      double *form) {
  for (size_t c = 0; c + 1 < s->D; c++) x[c] = *moe_data_at(s->data, i, c);
  x[s->D - 1] = 1;
  for (size_t r = 0; r < 2 * s->k; r++) {
    const double *row = theta + r * s->D;
    form[r] = row[s->D - 1];
    for (size_t c = 0; c + 1 < s->D; c++) form[r] = fma(row[c], x[c], form[r]);
  }
}

/* The shares at theta; returns the log-likelihood. */
static double take_shares(struct em *s, const double *theta) {
  double form[2 * MOE_MAX_ATOMS], w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS], e[MOE_MAX_ATOMS];
  double *x = moe_alloc(s->D, sizeof *x), sum = 0;
  for (size_t i = 0; i < s->data->n; i++) {
    double y = *moe_data_at(s->data, i, s->D - 1), weight = *moe_data_at(s->data, i, s->D);
    row_forms(s, theta, i, x, form);
    moe_model_mix(s->model, form, w, h);
    sum += weight * moe_model_density(s->k, w, h, moe_log_variances(s->model, theta), y, 0, e);
    for (size_t j = 0; j < s->k; j++) s->share[i * s->k + j] = weight * w[j] * e[j];
  }
  moe_free(x);
  return sum;
}

/* The gate's part of what is to be maximised, and its gradient and expected Hessian if asked for: with
 * v_j = dw_j / du, sum_j r_j v_j / w_j and sum_j v_j v_j' / w_j, less what no share asks for. */
static double gate_value(struct em *s, const double *theta, int derive) {
  size_t k = s->k, D = s->D, m = s->m;
  double form[2 * MOE_MAX_ATOMS], w[MOE_MAX_ATOMS], ones[MOE_MAX_ATOMS];
  double *dw = moe_alloc(2 * k * k + D, sizeof *dw), *d2 = dw + k * k, *x = d2 + k * k, sum = 0;
  for (size_t j = 0; j < k; j++) ones[j] = 1;
  if (derive) memset(s->gradient, 0, (m + m * m) * sizeof *s->gradient);
  for (size_t i = 0; i < s->data->n; i++) {
    const double *share = s->share + i * k;
    double total = 0;
    row_forms(s, theta, i, x, form);
    s->model->gate->derive(k, form, ones, w, dw, d2);
    for (size_t j = 0; j < k; j++) {
      total += share[j];
      if (share[j] > 0) sum += share[j] * moe_log(fmax(w[j], MOE_LEAST_WEIGHT));
    }
    for (size_t a = 0; derive && a < k; a++) {
      double g = 0;
      for (size_t j = 0; j < k; j++)
        if (w[j] >= MOE_LEAST_WEIGHT) g += share[j] * dw[j * k + a] / w[j];
      for (size_t c = 0; c < D; c++) s->gradient[a * D + c] += g * x[c];
      for (size_t b = 0; b < k; b++) {
        double bend = 0;
        for (size_t j = 0; j < k; j++)
          if (w[j] >= MOE_LEAST_WEIGHT) bend += dw[j * k + a] * dw[j * k + b] / w[j];
        for (size_t c = 0; c < D * D; c++)
          s->matrix[(a * D + c / D) * m + b * D + c % D] += total * bend * x[c / D] * x[c % D];
      }
    }
  }
  moe_free(dw);
  return sum;
}

/* One step of scoring, halved until it gains. Returns what it gained. */
static double gate_step(struct em *s, double *theta, double before) {
  size_t m = s->m;
  double most = 0;
  for (size_t a = 0; a < m; a++) most = fmax(most, s->matrix[a * m + a]);
  for (size_t a = 0; a < m; a++) s->matrix[a * m + a] += RIDGE * most;
  memcpy(s->step, s->gradient, m * sizeof *s->step);
  if (!(most > 0) || moe_cholesky(m, s->matrix)) return 0;
  moe_cholesky_solve(m, s->matrix, s->step);
  memcpy(s->trial, theta, moe_model_size(s->model) * sizeof *theta);
  double size = 1;
  for (size_t halving = 0; halving < HALVINGS; halving++, size /= 2) {
    for (size_t a = 0; a < m; a++) s->trial[a] = theta[a] + size * s->step[a];
    double gained = gate_value(s, s->trial, 0) - before;
    if (!(gained > 0)) continue;
    memcpy(theta, s->trial, m * sizeof *theta);
    return gained;
  }
  return 0;
}

static void fit_gate(struct em *s, double *theta) {
  for (size_t step = 0; step < GATE_STEPS; step++) {
    double before = gate_value(s, theta, 1);
    if (!(gate_step(s, theta, before) >= GATE_TOLERANCE)) return;
  }
}

/* Expert j by least squares over its shares; the single gate row is pinned at 0, where softmax gives
 * the weight 1. Then its variance. */
static void fit_expert(struct em *s, size_t j, double *theta) {
  static const struct moe_ranges line = {
      .beta1 = {0, 0}, .beta0 = {0, 0}, .a = {-1e6, 1e6}, .b = {-1e6, 1e6}};
  double *own = moe_alloc(2 * s->D, sizeof *own), mass = 0;
  double *expert = theta + (s->k + j) * s->D, *variance = theta + 2 * s->k * s->D + j;
  struct moe_box box;
  for (size_t i = 0; i < s->data->n; i++) {
    mass += *moe_data_at(s->rows, i, s->D) = s->share[i * s->k + j];
  }
  if (mass > 0) {
    struct moe_eval *ev = moe_eval_alloc(&s->atom, s->rows, MOE_AUTO);
    struct moe_descent_options options = {.tolerance = 1e-12 * mass};
    memcpy(own + s->D, expert, s->D * sizeof *own);
    moe_box_make(&box, &s->atom, &line, 0);
    double sse = 2 * moe_descend(ev, &box, &options, own).objective;
    memcpy(expert, own + s->D, s->D * sizeof *own);
    *variance = moe_log(fmin(fmax(sse / mass, s->ranges->variance[0]), s->ranges->variance[1]));
    moe_box_free(&box);
    moe_eval_free(ev);
  }
  moe_free(own);
}

static struct em em_make(const struct moe_model *model, const struct moe_data *data,
                         const struct moe_ranges *ranges) {
  struct em s = {.model = model, .data = data, .ranges = ranges, .k = model->k};
  s.D = model->d + 1;
  s.m = s.k * s.D;
  s.share = moe_alloc(data->n * s.k, sizeof *s.share);
  s.gradient = moe_alloc(2 * s.m + s.m * s.m + moe_model_size(model), sizeof *s.gradient);
  s.matrix = s.gradient + s.m;
  s.step = s.matrix + s.m * s.m;
  s.trial = s.step + s.m;
  s.atom = *model;
  s.atom.gate = moe_gate_find("softmax");
  s.atom.k = 1;
  s.atom.gaussian = s.atom.anchored = 0;
  s.rows = moe_data_alloc(data->n, data->d);
  memcpy(s.rows->tile, data->tile, data->tiles * (data->d + 2) * MOE_TILE * sizeof *data->tile);
  return s;
}

static void em_free(struct em *s) {
  moe_data_free(s->rows);
  moe_free(s->share);
  moe_free(s->gradient);
}

enum moe_status moe_em(const struct moe_model *model, const struct moe_data *data,
                       const struct moe_ranges *ranges, const struct moe_em_options *options,
                       double *theta, struct moe_em_end *end, struct moe_error *e) {
  enum moe_status status = MOE_OK;
  struct em s = em_make(model, data, ranges);
  *end = (struct moe_em_end){.loglik = take_shares(&s, theta)};
  struct moe_energy energy = moe_data_energy(data);
  while (status == MOE_OK && !end->converged && end->iterations < options->iterations) {
    double before = end->loglik;
    fit_gate(&s, theta);
    for (size_t j = 0; j < s.k; j++) fit_expert(&s, j, theta);
    end->iterations++;
    end->loglik = take_shares(&s, theta);
    double noise = 100 * moe_rounding_level(model, &energy, theta, end->loglik);
    if (!(end->loglik >= before - noise))
      status = moe_fail(e, MOE_EDATA,
                        "EM lowered the log-likelihood from %.17g to %.17g in iteration %zu: "
                        "the data or the start are out of scale",
                        before, end->loglik, end->iterations);
    end->converged = fabs(end->loglik - before) <= options->tolerance * fabs(before);
  }
  em_free(&s);
  return status;
}
