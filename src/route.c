/*
 * route.c - from forms to logits, and from logits to weights that add up to one by groups.
 *
 * A model without a router takes neither path: its logits are its forms, and its weights the gate's.
 */
#include "route.h"

#include <math.h>
#include <string.h>

#include "expert.h"
#include "gate.h"

int moe_model_normalised(const struct moe_model *m) {
  return m->gate->normalised || m->top > 0;
}

int moe_model_translates(const struct moe_model *m) {
  return m->gate->translation && (!m->activation || m->outside);
}

enum moe_status moe_model_check_router(const struct moe_model *m, struct moe_error *e) {
  size_t routed = m->k - m->shared;
  if (m->shared >= m->k)
    return moe_fail(e, MOE_EUSAGE,
                    "%zu of %zu atoms are shared: at least one must be routed (k counts both)",
                    m->shared, m->k);
  if (m->shared > 0 && !m->shared_expert)
    return moe_fail(e, MOE_EUSAGE, "shared atoms need an expert");
  if (m->shared > 0 && !moe_model_normalised(m))
    return moe_fail(e, MOE_EUSAGE,
                    "shared atoms take half of the weight, but those of the gate '%s' do not "
                    "add up to one",
                    m->gate->name);
  if (m->outside && !m->activation)
    return moe_fail(e, MOE_EUSAGE,
                    "intercepts outside an activation need one: name an activation");
  if (m->euclidean && m->activation)
    return moe_fail(e, MOE_EUSAGE, "a Euclidean score takes no activation");
  if (m->activation && m->activation->intercept_only)
    return moe_fail(e, MOE_EUSAGE, "'%s' is no activation", m->activation->name);
  if (m->top > routed)
    return moe_fail(e, MOE_EUSAGE, "top = %zu of %zu routed atoms: at most all can be kept",
                    m->top, routed);
  return MOE_OK;
}

/* ||x||^2, in the order of the covariates. */
static double square_norm(size_t d, const double *x) {
  double sum = 0;
  for (size_t s = 0; s < d; s++) sum = fma(x[s], x[s], sum);
  return sum;
}

/* row . x without the intercept. */
static double slope_form(const double *row, size_t d, const double *x) {
  double value = 0;
  for (size_t s = 0; s < d; s++) value = fma(row[s], x[s], value);
  return value;
}

struct moe_route moe_route_at(const struct moe_model *m, const double *theta, const double *x,
                              size_t i, double form) {
  struct moe_route r = {.logit = form, .form = 1, .offset = 1};
  if (i < m->shared || !(m->activation || m->tempered || m->euclidean)) return r;
  double inverse = moe_exp(-moe_log_temperature(m, theta));
  if (m->euclidean) {
    r.tau = square_norm(m->d, x) * inverse;
    r.tau2 = -r.tau;
    r.logit = form - r.tau;
    return r;
  }
  if (m->activation) {
    const double *row = moe_gate_row(m, theta, i);
    if (m->outside) form = slope_form(row, m->d, x);
    r.logit = m->activation->value(form, &r.form, &r.form2);
    if (m->outside) r.logit += row[m->d];
  }
  r.logit *= inverse;
  r.form *= inverse;
  r.form2 *= inverse;
  r.offset = m->outside ? inverse : r.form;
  r.tau = -r.logit;
  r.tau2 = r.logit;
  r.form_tau = -r.form;
  r.offset_tau = -r.offset;
  return r;
}

void moe_model_route(const struct moe_model *m, const double *theta, const double *x,
                     double *form) {
  if (!(m->activation || m->tempered || m->euclidean)) return;
  for (size_t i = m->shared; i < m->k; i++)
    form[i] = moe_route_at(m, theta, x, i, form[i]).logit;
}

size_t moe_route_kept(const struct moe_model *m, const double *logit, size_t *kept) {
  size_t count = 0;
  for (size_t i = m->shared; i < m->k; i++) {
    size_t above = 0;
    for (size_t j = m->shared; j < m->k; j++)
      above += logit[j] > logit[i] || (j < i && logit[j] == logit[i]);
    if (m->top == 0 || above < m->top) kept[count++] = i;
  }
  return count;
}

const struct moe_gate *moe_route_gate(const struct moe_model *m) {
  return m->top > 0 && !m->gate->normalised ? moe_gate_find("normalised-sigmoid") : m->gate;
}

void moe_route_weights(const struct moe_model *m, const double *logit, double *w) {
  double part[MOE_MAX_ATOMS] = {0}, weight[MOE_MAX_ATOMS], half = m->shared > 0 ? 0.5 : 1;
  size_t kept[MOE_MAX_ATOMS], count = moe_route_kept(m, logit, kept);
  memset(w, 0, m->k * sizeof *w);
  if (m->shared > 0) {
    moe_gate_find("softmax")->weights(m->shared, logit, w);
    for (size_t i = 0; i < m->shared; i++) w[i] *= half;
  }
  for (size_t j = 0; j < count; j++) part[j] = logit[kept[j]];
  moe_route_gate(m)->weights(count, part, weight);
  for (size_t j = 0; j < count; j++) w[kept[j]] = half * weight[j];
}

void moe_route_derive(const struct moe_model *m, const double *logit, const double *h,
                      double *w, double *dw, double *d2f) {
  size_t k = m->k, atom[MOE_MAX_ATOMS];
  if (!moe_model_routed(m)) {
    m->gate->derive(k, logit, h, w, dw, d2f);
    return;
  }
  memset(w, 0, k * sizeof *w);
  memset(dw, 0, k * k * sizeof *dw);
  memset(d2f, 0, k * k * sizeof *d2f);
  for (size_t group = m->shared ? 0 : 1; group < 2; group++) {
    double u[MOE_MAX_ATOMS], t[MOE_MAX_ATOMS], part[MOE_MAX_ATOMS];
    double part_dw[MOE_MAX_ATOMS * MOE_MAX_ATOMS], part_d2f[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
    size_t count = group == 0 ? m->shared : moe_route_kept(m, logit, atom);
    double half = m->shared ? 0.5 : 1;
    for (size_t i = 0; i < count; i++) {
      if (group == 0) atom[i] = i;
      u[i] = logit[atom[i]];
      t[i] = h[atom[i]];
    }
    const struct moe_gate *gate = group == 0 ? moe_gate_find("softmax") : moe_route_gate(m);
    gate->derive(count, u, t, part, part_dw, part_d2f);
    for (size_t i = 0; i < count; i++) {
      w[atom[i]] = half * part[i];
      for (size_t j = 0; j < count; j++) {
        dw[atom[i] * k + atom[j]] = half * part_dw[i * count + j];
        d2f[atom[i] * k + atom[j]] = half * part_d2f[i * count + j];
      }
    }
  }
}
