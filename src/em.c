/*
 * em.c - expectation and maximisation for Gaussian mixtures of experts, as the field runs it (Jordan
 * and Jacobs, Neural Computation 6, 1994): the published protocol beside which the trust region is
 * held.
 *
 * With r_i the share of atom i in p at a row, the E-step, the expected log-likelihood falls apart:
 *
 *   gate       sum w r_i log w_i(x)                    Newton's method, by scoring; with the router
 *   experts    - sum w r_i (y - h_i)^2 / (2 nu_i)      least squares of one atom each, likewise
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
#include "route.h"
#include "vmath.h"

/* Steps of the gate, and of an expert, in an iteration, which need not reach its maximum to increase
 * the likelihood. A normalised sigmoid may go on for ever, since it has softmax in its limit and no
 * box holds it, and at the kink of a relu least squares take hundreds of steps for nothing. */
enum { GATE_STEPS = 5, EXPERT_STEPS = 20 };
#define GATE_TOLERANCE 1e-8 /* nats that a step of the gate must gain */
#define FAR 1e6             /* beyond which no expert is */
/* Least and most damping, of the largest diagonal: a softmax's translation is free. */
#define RIDGE 1e-10
#define DAMPING_MOST 1e4

struct em {
  const struct moe_model *model;
  const struct moe_data *data;
  const struct moe_ranges *ranges;
  size_t k, D, m; /* m: k D gate parameters, and a temperature */
  double *share;  /* n rows of k: w r_i */
  double *gradient, *matrix, *damped, *step, *trial;
  double damping;        /* of the gate's steps; kept from one to the next */
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

/* Parameter c of the gate in theta: the rows, then log tau. */
static size_t gate_place(const struct em *s, size_t c) {
  return c < s->k * s->D ? c : 2 * s->k * s->D;
}

/* The shares at theta; returns the log-likelihood. */
static double take_shares(struct em *s, const double *theta) {
  double form[2 * MOE_MAX_ATOMS], w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS], e[MOE_MAX_ATOMS];
  double *x = moe_alloc(s->D, sizeof *x), sum = 0;
  for (size_t i = 0; i < s->data->n; i++) {
    double y = *moe_data_at(s->data, i, s->D - 1), weight = *moe_data_at(s->data, i, s->D);
    row_forms(s, theta, i, x, form);
    moe_model_route(s->model, theta, x, form);
    moe_model_mix(s->model, form, w, h);
    sum += weight * moe_model_density(s->k, w, h, moe_log_variances(s->model, theta), y, 0, e);
    for (size_t j = 0; j < s->k; j++) s->share[i * s->k + j] = weight * w[j] * e[j];
  }
  moe_free(x);
  return sum;
}

/* The gate's part of what is to be maximised in terms of the logits of a row: the gradient, and the
 * expected Hessian less its sign, of sum_j r_j log w_j. */
struct scores {
  double slope[MOE_MAX_ATOMS], bend[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
};

/* With v_j = dw_j / dlogits: sum_j r_j v_j / w_j, and total times sum_j v_j v_j' / w_j. */
static void scores_take(size_t k, const double *share, const double *w, const double *dw,
                        struct scores *out) {
  double total = 0;
  for (size_t j = 0; j < k; j++) total += share[j];
  for (size_t a = 0; a < k; a++) {
    out->slope[a] = 0;
    for (size_t j = 0; j < k; j++)
      if (w[j] >= MOE_LEAST_WEIGHT) out->slope[a] += share[j] * dw[j * k + a] / w[j];
    for (size_t b = 0; b < k; b++) {
      double bend = 0;
      for (size_t j = 0; j < k; j++)
        if (w[j] >= MOE_LEAST_WEIGHT) bend += dw[j * k + a] * dw[j * k + b] / w[j];
      out->bend[a * k + b] = total * bend;
    }
  }
}

/* What the logit of atom a changes by with its own row, D numbers, and with log tau, the next. The slopes
 * of a shared atom's gate stay 0. */
static void logit_slopes(const struct em *s, const double *theta, size_t a, double form,
                         const double *x, double *slope) {
  struct moe_route r = moe_route_at(s->model, theta, x, a, form);
  for (size_t c = 0; c + 1 < s->D; c++) slope[c] = a < s->model->shared ? 0 : r.form * x[c];
  slope[s->D - 1] = r.offset;
  slope[s->D] = r.tau;
}

/* Adds a row's scores to gradient and matrix; slope: k rows of D + 1, the last number of each that of
 * log tau. */
static void scores_add(struct em *s, const struct scores *scores, const double *slope) {
  size_t k = s->k, D = s->D, m = s->m;
  for (size_t a = 0; a < k; a++) {
    const double *sa = slope + a * (D + 1);
    for (size_t c = 0; c < D; c++) s->gradient[a * D + c] += scores->slope[a] * sa[c];
    if (m > k * D) s->gradient[k * D] += scores->slope[a] * sa[D];
    for (size_t b = 0; b < k; b++) {
      const double *sb = slope + b * (D + 1);
      double bend = scores->bend[a * k + b];
      for (size_t c = 0; c < D; c++) {
        double *row = s->matrix + (a * D + c) * m;
        for (size_t t = 0; t < D; t++) row[b * D + t] += bend * sa[c] * sb[t];
        if (m == k * D) continue;
        row[k * D] += bend * sa[c] * sb[D];
        s->matrix[k * D * m + b * D + c] += bend * sa[D] * sb[c];
      }
      if (m > k * D) s->matrix[k * D * m + k * D] += bend * sa[D] * sb[D];
    }
  }
}

/* That part, and its derivatives if asked for. */
static double gate_value(struct em *s, const double *theta, int derive) {
  size_t k = s->k, D = s->D, m = s->m;
  double form[2 * MOE_MAX_ATOMS], logit[2 * MOE_MAX_ATOMS], w[MOE_MAX_ATOMS];
  double ones[MOE_MAX_ATOMS], sum = 0;
  struct scores scores;
  double *dw = moe_alloc(2 * k * k + D + k * (D + 1), sizeof *dw), *d2 = dw + k * k;
  double *x = d2 + k * k, *slope = x + D;
  for (size_t j = 0; j < k; j++) ones[j] = 1;
  if (derive) memset(s->gradient, 0, (m + m * m) * sizeof *s->gradient);
  for (size_t i = 0; i < s->data->n; i++) {
    const double *share = s->share + i * k;
    row_forms(s, theta, i, x, form);
    memcpy(logit, form, 2 * k * sizeof *logit);
    moe_model_route(s->model, theta, x, logit);
    moe_route_derive(s->model, logit, ones, w, dw, d2);
    for (size_t j = 0; j < k; j++)
      if (share[j] > 0) sum += share[j] * moe_log(fmax(w[j], MOE_LEAST_WEIGHT));
    if (!derive) continue;
    scores_take(k, share, w, dw, &scores);
    for (size_t a = 0; a < k; a++) logit_slopes(s, theta, a, form[a], x, slope + a * (D + 1));
    scores_add(s, &scores, slope);
  }
  moe_free(dw);
  return sum;
}

/* The step of scoring at the damping of s, into s->trial; 0 if the matrix allows none. */
static int gate_try(struct em *s, const double *theta, double most) {
  size_t m = s->m;
  memcpy(s->damped, s->matrix, m * m * sizeof *s->damped);
  for (size_t a = 0; a < m; a++) s->damped[a * m + a] += s->damping * most;
  memcpy(s->step, s->gradient, m * sizeof *s->step);
  if (moe_cholesky(m, s->damped)) return 0;
  moe_cholesky_solve(m, s->damped, s->step);
  memcpy(s->trial, theta, moe_model_size(s->model) * sizeof *theta);
  for (size_t a = 0; a < m; a++)
    s->trial[gate_place(s, a)] = theta[gate_place(s, a)] + s->step[a];
  return 1;
}

/* One step of scoring, damped until it gains. Returns what it gained. */
static double gate_step(struct em *s, double *theta, double before) {
  double most = 0;
  for (size_t a = 0; a < s->m; a++) most = fmax(most, s->matrix[a * s->m + a]);
  if (!(most > 0)) return 0;
  for (; s->damping <= DAMPING_MOST; s->damping *= 100) {
    if (!gate_try(s, theta, most)) continue;
    double gained = gate_value(s, s->trial, 0) - before;
    if (!(gained > 0)) continue;
    memcpy(theta, s->trial, moe_model_size(s->model) * sizeof *theta);
    s->damping = fmax(RIDGE, s->damping / 10);
    return gained;
  }
  s->damping = DAMPING_MOST;
  return 0;
}

static void fit_gate(struct em *s, double *theta) {
  for (size_t step = 0; step < GATE_STEPS; step++) {
    double before = gate_value(s, theta, 1);
    if (!(gate_step(s, theta, before) >= GATE_TOLERANCE)) return;
  }
}

/* Where an expert may go: anywhere, unless the ranges hold it at a point. */
static void expert_ranges(const struct em *s, size_t j, struct moe_ranges *out) {
  int shared = j < s->model->shared;
  const double *slope = shared ? s->ranges->shared_a : s->ranges->a;
  const double *intercept = shared ? s->ranges->shared_b : s->ranges->b;
  *out = (struct moe_ranges){.a = {-FAR, FAR}, .b = {-FAR, FAR}};
  if (slope[0] == slope[1]) memcpy(out->a, slope, sizeof out->a);
  if (intercept[0] == intercept[1]) memcpy(out->b, intercept, sizeof out->b);
}

/* Expert j by least squares over its shares; the single gate row is pinned at 0, where softmax gives
 * the weight 1. Then its variance. */
static void fit_expert(struct em *s, size_t j, double *theta) {
  double *own = moe_alloc(2 * s->D, sizeof *own), mass = 0;
  double *expert = theta + (s->k + j) * s->D;
  double *variance = theta + moe_model_size(s->model) - s->k + j;
  struct moe_ranges line;
  struct moe_box box;
  for (size_t i = 0; i < s->data->n; i++) {
    mass += *moe_data_at(s->rows, i, s->D) = s->share[i * s->k + j];
  }
  if (mass > 0) {
    s->atom.expert = moe_model_expert(s->model, j);
    struct moe_eval *ev = moe_eval_alloc(&s->atom, s->rows, MOE_AUTO);
    struct moe_descent_options options = {
        .tolerance = 1e-12 * mass, .max_iterations = EXPERT_STEPS, .brief = 1};
    expert_ranges(s, j, &line);
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

/* Coordinates that are held at a point go there: slopes of shared gates, and what the ranges hold. */
static void hold(const struct em *s, double *theta) {
  size_t D = s->D;
  struct moe_ranges line;
  for (size_t j = 0; j < s->k; j++) {
    expert_ranges(s, j, &line);
    for (size_t c = 0; c < D; c++) {
      const double *range = c + 1 < D ? line.a : line.b;
      if (range[0] == range[1]) theta[(s->k + j) * D + c] = range[0];
      if (j < s->model->shared && c + 1 < D) theta[j * D + c] = 0;
    }
  }
}

static struct em em_make(const struct moe_model *model, const struct moe_data *data,
                         const struct moe_ranges *ranges) {
  struct em s = {.model = model, .data = data, .ranges = ranges, .k = model->k};
  s.D = model->d + 1;
  s.m = s.k * s.D + (model->tempered ? 1 : 0);
  s.share = moe_alloc(data->n * s.k, sizeof *s.share);
  s.gradient = moe_alloc(2 * s.m + 2 * s.m * s.m + moe_model_size(model), sizeof *s.gradient);
  s.damping = RIDGE;
  s.matrix = s.gradient + s.m;
  s.damped = s.matrix + s.m * s.m;
  s.step = s.damped + s.m * s.m;
  s.trial = s.step + s.m;
  s.atom = (struct moe_model){
      .gate = moe_gate_find("softmax"), .expert = model->expert, .d = model->d, .k = 1};
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
  hold(&s, theta);
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
