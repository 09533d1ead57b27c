/*
 * model.c - names to models, and f at one point.
 */
#include "model.h"
#include "expert.h"
#include "gate.h"
#include "route.h"
#include "vmath.h"

#include <math.h>
#include <string.h>

/* Edit distance (Levenshtein) of two short words: how many letters to add, drop or replace. */
static size_t word_distance(const char *a, const char *b) {
  size_t row[64], m = strlen(b);
  if (m >= 64) return strlen(a) + m;
  for (size_t j = 0; j <= m; j++) row[j] = j;
  for (size_t i = 1; a[i - 1]; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= m; j++) {
      size_t replace = diagonal + (a[i - 1] != b[j - 1]);
      size_t drop = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
      diagonal = row[j];
      row[j] = replace < drop ? replace : drop;
    }
  }
  return row[m];
}

static const char *gate_name(size_t i) {
  const struct moe_gate *g = moe_gate_row_at(i);
  return g ? g->name : NULL;
}

static const char *expert_name(size_t i) {
  const struct moe_expert *e = moe_expert_row_at(i);
  return e ? e->name : NULL;
}

static const char *nearest_name(const char *(*name_at)(size_t), const char *name) {
  const char *best = name_at(0);
  for (size_t i = 1; name_at(i); i++)
    if (word_distance(name, name_at(i)) < word_distance(name, best)) best = name_at(i);
  return best;
}

enum moe_status moe_model_make(struct moe_model *m, const char *gate, const char *expert,
                               size_t d, size_t k, struct moe_error *e) {
  m->gate = moe_gate_find(gate);
  m->expert = moe_expert_find(expert);
  m->d = d;
  m->k = k;
  m->anchored = 0;
  m->gaussian = 0;
  m->activation = m->shared_expert = NULL;
  m->outside = m->tempered = m->euclidean = 0;
  m->top = m->shared = 0;
  if (!m->gate)
    return moe_fail(e, MOE_EUSAGE, "unknown gate '%.60s': did you mean '%s'?", gate,
                    nearest_name(gate_name, gate));
  if (!m->expert)
    return moe_fail(e, MOE_EUSAGE, "unknown expert '%.60s': did you mean '%s'?", expert,
                    nearest_name(expert_name, expert));
  if (d < 1) return moe_fail(e, MOE_EUSAGE, "d = 0: a model needs at least one covariate");
  if (k < 1 || k > MOE_MAX_ATOMS)
    return moe_fail(e, MOE_EUSAGE, "k = %zu atoms: from 1 to %d are possible", k,
                    MOE_MAX_ATOMS);
  return MOE_OK;
}

enum moe_status moe_truth_make(struct moe_model *m, const char *gate, const char *expert,
                               size_t d, size_t k, struct moe_error *e) {
  const struct moe_expert *curve = moe_curve_find(expert);
  enum moe_status status =
      moe_model_make(m, gate, curve ? moe_expert_row_at(0)->name : expert, d, k, e);
  if (curve) m->expert = curve;
  return status;
}

enum moe_status moe_model_make_gaussian(struct moe_model *m, struct moe_error *e) {
  if (!moe_model_normalised(m))
    return moe_fail(e, MOE_EUSAGE,
                    "the weights of the gate '%s' do not add up to one, so that a mixture of "
                    "densities would be none: take softmax, or least squares",
                    m->gate->name);
  m->gaussian = 1;
  return MOE_OK;
}

int moe_model_pins(const struct moe_model *m) {
  return m->anchored || moe_model_translates(m);
}

/* theta_row . (x, 1), the intercept first, in the order of the tile evaluator. */
static double form_value(const double *row, size_t d, const double *x) {
  double value = row[d];
  for (size_t s = 0; s < d; s++) value = fma(row[s], x[s], value);
  return value;
}

double moe_model_mix(const struct moe_model *m, const double *form, double *w, double *h) {
  double f = 0;
  if (moe_model_routed(m))
    moe_route_weights(m, form, w);
  else
    m->gate->weights(m->k, form, w);
  for (size_t i = 0; i < m->k; i++) {
    double value = moe_expert_value(moe_model_expert(m, i), form[m->k + i], NULL, NULL);
    if (h) h[i] = value;
    f = fma(w[i], value, f);
  }
  return f;
}

double moe_model_value(const struct moe_model *m, const double *theta, const double *x,
                       double *w, double *h) {
  double form[2 * MOE_MAX_ATOMS];
  for (size_t r = 0; r < 2 * m->k; r++) form[r] = form_value(theta + r * (m->d + 1), m->d, x);
  moe_model_route(m, theta, x, form);
  return moe_model_mix(m, form, w, h);
}

/* Half of log 2 pi. */
#define HALF_LOG_TWO_PI 0.91893853320467274178

struct moe_normal_mass moe_model_term(double gap, double bin, double log_variance) {
  if (bin > 0) return moe_normal_mass(gap, bin, moe_exp(-0.5 * log_variance));
  double precision = moe_exp(-log_variance), slope = gap * precision, v = gap * slope;
  double s = 0.5 * (v - 1);
  return (struct moe_normal_mass){.log = -0.5 * (v + log_variance) - HALF_LOG_TWO_PI,
                                  .mean = slope,
                                  .mean2 = slope * slope - precision,
                                  .s = s,
                                  .s2 = s * s - 0.5 * v,
                                  .mean_s = slope * s - slope};
}

double moe_model_density(size_t k, const double *w, const double *h, const double *log_variance,
                         double y, double bin, double *e) {
  double top = -INFINITY, p = 0;
  for (size_t i = 0; i < k; i++) {
    e[i] = -INFINITY;
    if (w[i] >= MOE_LEAST_WEIGHT) e[i] = moe_model_term(y - h[i], bin, log_variance[i]).log;
    top = e[i] > top ? e[i] : top;
  }
  for (size_t i = 0; i < k; i++) {
    e[i] = moe_exp(e[i] - top);
    p = fma(w[i], e[i], p);
  }
  for (size_t i = 0; i < k; i++) e[i] /= p;
  return moe_log(p) + top;
}
