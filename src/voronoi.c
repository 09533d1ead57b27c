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

/* The truth in the fitted gate's coordinates; returns 0 if there is no exact form. */
static int truth_rewrite(struct moe_pairs *p) {
  if (p->fit.d != p->truth.d) return 0;
  if (p->fit.gate == p->truth.gate) return 1;
  if (strcmp(p->fit.gate->name, "sigmoid") != 0 ||
      strcmp(p->truth.gate->name, "softmax") != 0 || p->truth.k != 2)
    return 0;
  size_t width = p->truth.d + 1;
  double *out = p->owned;
  for (size_t s = 0; s < width; s++) {
    out[s] = p->true_theta[s] - p->true_theta[width + s];
    out[width + s] = -out[s];
  }
  memcpy(out + 2 * width, p->true_theta + 2 * width, 2 * width * sizeof *out);
  p->true_theta = out;
  p->truth.gate = p->fit.gate;
  return 1;
}

static double variance_difference(const struct moe_pairs *p, size_t i, size_t j) {
  if (!p->fit.gaussian || !p->truth.gaussian) return 0;
  return moe_exp(moe_log_variances(&p->fit, p->theta)[i]) -
         moe_exp(moe_log_variances(&p->truth, p->true_theta)[j]);
}

static double hypot_of(double x, double y) {
  return y == 0 ? x : sqrt(x * x + y * y);
}

static void tabulate_experts(struct moe_pairs *p) {
  size_t d = p->truth.d, kt = p->truth.k;
  int even = expert_is_even(p->fit.expert), flat = p->fit.expert->intercept_only;
  for (size_t i = 0; i < p->fit.k; i++)
    for (size_t j = 0; j < kt; j++) {
      const double *x = moe_expert_row(&p->fit, p->theta, i);
      const double *y = moe_expert_row(&p->truth, p->true_theta, j);
      double minus[2] = {flat ? 0 : moe_distance(d, x, NULL, y), fabs(x[d] - y[d])};
      double eta = sqrt(minus[0] * minus[0] + minus[1] * minus[1]);
      if (even) {
        double sum = 0;
        for (size_t s = 0; s < d && !flat; s++) sum += (x[s] + y[s]) * (x[s] + y[s]);
        double plus[2] = {sqrt(sum), fabs(x[d] + y[d])};
        double other = sqrt(sum + plus[1] * plus[1]);
        if (other < eta) {
          eta = other;
          memcpy(minus, plus, sizeof plus);
        }
      }
      p->slope[i * kt + j] = minus[0];
      p->offset[i * kt + j] = minus[1];
      p->eta[i * kt + j] = hypot_of(eta, variance_difference(p, i, j));
    }
}

/* What the gate makes of a logit at a zero slope. Softmax masses of the fit are taken relative to
 * the largest: the translation undoes the factor, and e^beta0 of a fit that ran away cannot
 * overflow. */
static void tabulate_masses(struct moe_pairs *p) {
  size_t d = p->fit.d;
  int softmax = p->fit.gate->translation;
  double top = -INFINITY;
  for (size_t i = 0; i < p->fit.k; i++) {
    double b0 = moe_gate_row(&p->fit, p->theta, i)[d];
    if (b0 > top) top = b0;
  }
  for (size_t i = 0; i < p->fit.k; i++) {
    double b0 = moe_gate_row(&p->fit, p->theta, i)[d];
    p->mass[i] = p->fit.gate->g(softmax ? b0 - top : b0);
  }
  for (size_t j = 0; j < p->truth.k; j++)
    p->true_mass[j] = p->fit.gate->g(moe_gate_row(&p->truth, p->true_theta, j)[d]);
}

void moe_pairs_make(struct moe_pairs *p, const struct moe_model *fit, const double *theta,
                    const struct moe_model *truth, const double *true_theta) {
  size_t width = fit->d + 1;
  p->fit = *fit;
  p->truth = *truth;
  p->theta = theta;
  p->true_theta = true_theta;
  p->owned = moe_alloc(5 * width, sizeof *p->owned);
  p->translation = p->owned + 4 * width;
  p->gauge_loss = NAN;
  memset(p->cell, 0, sizeof p->cell);
  memset(p->size, 0, sizeof p->size);
  p->gates = truth_rewrite(p);
  p->experts = fit->expert == truth->expert && fit->d == truth->d;
  if (fit->d != truth->d) return;
  tabulate_experts(p);
  tabulate_masses(p);
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
  struct moe_pairs pairs;
  moe_pairs_make(&pairs, &problem->fit, theta, &problem->truth, problem->truth_theta);
  moe_pairs_cells(&pairs, t, cell, NULL);
  moe_pairs_free(&pairs);
}
