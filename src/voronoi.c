/*
 * voronoi.c - which true atom is a fitted one an estimate of?
 *
 * The Voronoi cell of a true atom holds the fitted atoms nearest to it in (beta1, eta); the
 * gate's intercept does not count, because it carries the mass, which adds up over a cell. A
 * cell with two atoms or more is over-specified, with one exact-specified; an empty one means
 * that the fit has lost the atom.
 *
 * Parameters can only be compared in one gate's coordinates. A softmax of two atoms is a
 * sigmoid model, w_1 = s(u_1 - u_2), so such a truth is rewritten exactly for a sigmoid fit;
 * from three atoms on no rewriting exists.
 */
#include "voronoi.h"

#include "expert.h"
#include "gate.h"
#include "loss.h"
#include "vmath.h"

#include <math.h>
#include <string.h>

double moe_distance(size_t d, const double *x, const double *t, const double *y) {
  double sum = 0;
  for (size_t s = 0; s < d; s++) {
    double diff = (t ? x[s] + t[s] : x[s]) - y[s];
    sum += diff * diff;
  }
  return sqrt(sum);
}

/* phi(z) = phi(-z), seen at a few points: of the smooth experts only even powers are exactly
 * so. */
static int expert_is_even(const struct moe_expert *e) {
  static const double at[] = {0.3, 1.1, 2.7};
  for (size_t i = 0; i < 3; i++)
    if (moe_expert_value(e, at[i], NULL, NULL) != moe_expert_value(e, -at[i], NULL, NULL))
      return 0;
  return 1;
}

enum moe_freedom moe_model_freedom(const struct moe_model *m) {
  if (!m->gate->translation) return MOE_FIXED;
  if (!m->activation || m->activation == moe_expert_find("linear")) return MOE_WHOLE;
  return m->outside ? MOE_INTERCEPTS : MOE_FIXED;
}

int moe_model_scales(const struct moe_model *m) {
  return !m->euclidean && (!m->activation || m->activation->homogeneous == 1);
}

/* Takes the shared atoms of a model, or the routed ones, as a model of their own: rows into `out`,
 * which is returned. */
static const double *kind_take(struct moe_model *m, const double *theta, int shared,
                               double *out) {
  size_t width = m->d + 1, from = shared ? 0 : m->shared;
  size_t count = shared ? m->shared : m->k - m->shared;
  double *to = out + 2 * count * width;
  memcpy(out, moe_gate_row(m, theta, from), count * width * sizeof *out);
  memcpy(out + count * width, moe_expert_row(m, theta, from), count * width * sizeof *out);
  if (m->tempered && !shared) *to++ = moe_log_temperature(m, theta);
  if (m->gaussian) memcpy(to, moe_log_variances(m, theta) + from, count * sizeof *out);
  if (shared) {
    for (size_t i = 0; i < count; i++) memset(out + i * width, 0, m->d * sizeof *out);
    m->gate = moe_gate_find("softmax");
    m->expert = m->shared_expert;
    m->activation = NULL;
    m->outside = m->tempered = m->euclidean = 0;
    m->top = 0;
  }
  m->k = count;
  m->shared = 0;
  m->shared_expert = NULL;
  return out;
}

/* The fit at the truth's temperature: gate rows in proportion, an exact rewriting. */
static const double *temperature_take(struct moe_model *fit, const double *theta,
                                      double log_temperature, double *out) {
  size_t size = moe_model_size(fit), rows = fit->k * (fit->d + 1);
  double factor = moe_exp(log_temperature - moe_log_temperature(fit, theta));
  memcpy(out, theta, size * sizeof *out);
  for (size_t c = 0; c < rows; c++) out[c] *= factor;
  if (fit->tempered) out[2 * rows] = log_temperature;
  return out;
}

static int routers_agree(const struct moe_model *a, const struct moe_model *b, int tempered) {
  return a->activation == b->activation && a->outside == b->outside &&
         a->euclidean == b->euclidean && a->top == b->top &&
         (!tempered || a->tempered == b->tempered);
}

/* The truth in the fitted gate's coordinates, `out` if it is rewritten; returns 0 if there is no exact
 * form. */
static int truth_rewrite(struct moe_pairs *p, double *out) {
  if (p->fit.d != p->truth.d) return 0;
  if (p->fit.gate == p->truth.gate) return 1;
  if (strcmp(p->fit.gate->name, "sigmoid") != 0 ||
      strcmp(p->truth.gate->name, "softmax") != 0 || p->truth.k != 2 ||
      moe_model_routed(&p->truth))
    return 0;
  size_t width = p->truth.d + 1;
  for (size_t s = 0; s < width; s++) {
    out[s] = p->true_theta[s] - p->true_theta[width + s];
    out[width + s] = -out[s];
  }
  memcpy(out + 2 * width, p->true_theta + 2 * width, 2 * width * sizeof *out);
  p->true_theta = out;
  p->truth.gate = p->fit.gate;
  return 1;
}

static double hypot_of(double x, double y) {
  return y == 0 ? x : sqrt(x * x + y * y);
}

/* The differences of two atoms' expert parameters: ||D a||, |D b|, |D nu|. Of an even expert's the
 * nearer of +-eta. Returns ||D eta||. */
static double expert_differences(const struct moe_model *fit, const double *theta, size_t i,
                                 const struct moe_model *truth, const double *true_theta,
                                 size_t j, double difference[3]) {
  const struct moe_expert *expert = moe_model_expert(fit, i);
  const double *x = moe_expert_row(fit, theta, i), *y = moe_expert_row(truth, true_theta, j);
  size_t d = fit->d;
  int flat = expert->intercept_only;
  difference[0] = flat ? 0 : moe_distance(d, x, NULL, y);
  difference[1] = fabs(x[d] - y[d]);
  difference[2] = 0;
  double eta = sqrt(difference[0] * difference[0] + difference[1] * difference[1]);
  if (expert_is_even(expert)) {
    double sum = 0;
    for (size_t s = 0; s < d && !flat; s++) sum += (x[s] + y[s]) * (x[s] + y[s]);
    double plus[2] = {sqrt(sum), fabs(x[d] + y[d])};
    double other = sqrt(sum + plus[1] * plus[1]);
    if (other < eta) {
      eta = other;
      memcpy(difference, plus, sizeof plus);
    }
  }
  if (fit->gaussian && truth->gaussian)
    difference[2] = fabs(moe_exp(moe_log_variances(fit, theta)[i]) -
                         moe_exp(moe_log_variances(truth, true_theta)[j]));
  return hypot_of(eta, difference[2]);
}

double moe_expert_distance(const struct moe_model *fit, const double *theta, size_t i,
                           const struct moe_model *truth, const double *true_theta, size_t j) {
  double difference[3];
  return expert_differences(fit, theta, i, truth, true_theta, j, difference);
}

static void tabulate_experts(struct moe_pairs *p) {
  size_t kt = p->truth.k;
  for (size_t i = 0; i < p->fit.k; i++)
    for (size_t j = 0; j < kt; j++) {
      double difference[3];
      p->eta[i * kt + j] =
          expert_differences(&p->fit, p->theta, i, &p->truth, p->true_theta, j, difference);
      p->slope[i * kt + j] = difference[0];
      p->offset[i * kt + j] = difference[1];
      p->variance[i * kt + j] = difference[2];
    }
}

double moe_flat_logit(const struct moe_model *m, const double *theta, size_t i) {
  double b0 = moe_gate_row(m, theta, i)[m->d];
  if (m->euclidean) return b0;
  if (m->activation && !m->outside) b0 = moe_expert_value(m->activation, b0, NULL, NULL);
  return m->tempered ? b0 * moe_exp(-moe_log_temperature(m, theta)) : b0;
}

/* What the gate makes of a logit at a zero slope. Softmax masses of the fit are taken relative to
 * the largest if there is a translation, which undoes the factor: e^beta0 of a fit that ran away cannot
 * overflow. */
static void tabulate_masses(struct moe_pairs *p) {
  double logit[MOE_MAX_ATOMS], top = -INFINITY;
  for (size_t i = 0; i < p->fit.k; i++) {
    logit[i] = moe_flat_logit(&p->fit, p->theta, i);
    if (logit[i] > top) top = logit[i];
  }
  for (size_t i = 0; i < p->fit.k; i++)
    p->mass[i] = p->fit.gate->g(p->freedom != MOE_FIXED ? logit[i] - top : logit[i]);
  for (size_t j = 0; j < p->truth.k; j++)
    p->true_mass[j] = p->fit.gate->g(moe_flat_logit(&p->truth, p->true_theta, j));
}

/* Weights of the shared atoms among themselves. */
static void tabulate_weights(const struct moe_model *m, const double *theta, double *weight) {
  double logit[MOE_MAX_ATOMS];
  for (size_t i = 0; i < m->k; i++) logit[i] = moe_gate_row(m, theta, i)[m->d];
  if (m->k > 0) m->gate->weights(m->k, logit, weight);
}

/* Brings fit and truth to models of the atoms to be compared, in the same coordinates where that is
 * exact; says whether gates and experts can be compared. */
static void models_prepare(struct moe_pairs *p, enum moe_kind kind) {
  int shared = kind == MOE_SHARED, scales = kind == MOE_ROUTED && moe_model_scales(&p->fit);
  int both = (p->fit.shared > 0) == (p->truth.shared > 0) &&
             p->fit.shared_expert == p->truth.shared_expert;
  double *fit = p->owned, *truth = fit + moe_model_size(&p->fit);
  double *other = truth + moe_model_size(&p->truth);
  if (shared || p->fit.shared > 0) p->theta = kind_take(&p->fit, p->theta, shared, fit);
  if (shared || p->truth.shared > 0)
    p->true_theta = kind_take(&p->truth, p->true_theta, shared, truth);
  p->gates = truth_rewrite(p, other) && both && routers_agree(&p->fit, &p->truth, !scales);
  p->experts = p->fit.expert == p->truth.expert && p->fit.d == p->truth.d && p->fit.k > 0 &&
               p->truth.k > 0;
  if (p->gates && scales && (p->fit.tempered || p->truth.tempered)) {
    double log_temperature = moe_log_temperature(&p->truth, p->true_theta);
    p->theta = temperature_take(&p->fit, p->theta, log_temperature, other + 4 * (p->fit.d + 1));
  }
}

void moe_pairs_make(struct moe_pairs *p, enum moe_kind kind, const struct moe_model *fit,
                    const double *theta, const struct moe_model *truth,
                    const double *true_theta) {
  size_t width = fit->d + 1;
  p->fit = *fit;
  p->truth = *truth;
  p->theta = theta;
  p->true_theta = true_theta;
  p->owned =
      moe_alloc(2 * moe_model_size(fit) + moe_model_size(truth) + 5 * width, sizeof *p->owned);
  p->translation = p->owned + 2 * moe_model_size(fit) + moe_model_size(truth) + 4 * width;
  p->rule = NULL;
  p->gauge_loss = NAN;
  memset(p->cell, 0, sizeof p->cell);
  memset(p->size, 0, sizeof p->size);
  models_prepare(p, kind);
  p->freedom = kind == MOE_SHARED ? MOE_FIXED : moe_model_freedom(&p->fit);
  if (fit->d != truth->d) return;
  tabulate_experts(p);
  if (kind == MOE_SHARED) {
    tabulate_weights(&p->fit, p->theta, p->mass);
    tabulate_weights(&p->truth, p->true_theta, p->true_mass);
  } else {
    tabulate_masses(p);
  }
}

double moe_half_power(double x, int halves) {
  double v = halves % 2 ? sqrt(x) : 1;
  for (int i = 0; i < halves / 2; i++) v *= x;
  return v;
}

double moe_pairs_cost(const struct moe_pairs *p, size_t i, size_t j, double gate, size_t size) {
  size_t at = i * p->truth.k + j;
  if (!p->rule) {
    double eta = p->eta[at];
    return size > 1 ? gate * gate + eta * eta : gate + eta;
  }
  struct moe_powers power = p->rule(size);
  double offset = p->offset[at];
  double cost =
      moe_half_power(power.tied ? hypot_of(gate, offset) : gate, power.gate) +
      moe_half_power(power.whole ? hypot_of(p->slope[at], offset) : p->slope[at], power.slope) +
      moe_half_power(p->variance[at], power.variance);
  return power.tied || power.whole ? cost : cost + moe_half_power(offset, power.offset);
}

void moe_pairs_settle(struct moe_pairs *p) {
  if (p->gates && p->fit.gate->translation)
    moe_gauge_minimise(p);
  else if (p->fit.d == p->truth.d)
    moe_pairs_cells(p, NULL, p->cell, p->size);
}

void moe_pairs_free(struct moe_pairs *p) {
  moe_free(p->owned);
}

void moe_pairs_cells(const struct moe_pairs *p, const double *t1, size_t *cell, size_t *size) {
  size_t kt = p->truth.k;
  for (size_t j = 0; j < kt && size; j++) size[j] = 0;
  for (size_t i = 0; i < p->fit.k; i++) {
    const double *x = moe_gate_row(&p->fit, p->theta, i);
    double best = INFINITY;
    cell[i] = 0;
    for (size_t j = 0; j < kt; j++) {
      const double *y = moe_gate_row(&p->truth, p->true_theta, j);
      double gate = p->gates ? moe_distance(p->fit.d, x, t1, y) : 0;
      double eta = p->eta[i * kt + j], apart = gate * gate + eta * eta;
      if (apart < best) {
        best = apart;
        cell[i] = j;
      }
    }
    if (size) size[cell[i]]++;
  }
}

void moe_voronoi_cells(const struct moe_loss_problem *problem, const double *theta,
                       const double *t, size_t *cell) {
  const struct moe_model *fit = &problem->fit, *truth = &problem->truth;
  struct moe_pairs pairs;
  if (fit->shared > 0) {
    moe_pairs_make(&pairs, MOE_SHARED, fit, theta, truth, problem->truth_theta);
    moe_pairs_cells(&pairs, NULL, cell, NULL);
    moe_pairs_free(&pairs);
  }
  moe_pairs_make(&pairs, MOE_ROUTED, fit, theta, truth, problem->truth_theta);
  moe_pairs_cells(&pairs, t, cell + fit->shared, NULL);
  for (size_t i = fit->shared; i < fit->k; i++) cell[i] += truth->shared;
  moe_pairs_free(&pairs);
}
