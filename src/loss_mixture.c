/*
 * loss_mixture.c - the losses of Gaussian mixtures of experts: papers B, C and E, and the errors of
 * one group of parameters at a time.
 *
 * Differences of parameters enter these losses with powers that depend on how many fitted atoms share
 * a cell: the first where there is one, and where there are m
 *
 *   strongly identifiable experts      2                   of every group
 *   linear experts of routed atoms     r(m)                of beta1 and b, half of it of a and nu
 *   linear experts of shared atoms     2 of a, r(m) of b, half of that of nu
 *
 * r(m) is the smallest r for which a system of polynomial equations has no solution but trivial ones
 * (arXiv 2505.10860 and 2305.03288): 4 and 6 for two and three atoms; beyond, the papers have only the
 * bound that it is at least 7, and 7 is what we take.
 *
 * What could not be checked against the papers' texts. B: whether its D1 puts expert and variance
 * under one norm or adds their norms (added here: within sqrt 2). C: the whole of its losses was
 * rebuilt from the rates it claims, |D tau| among its terms once, unweighted. E: the norm of (D beta1,
 * D b) to the power r; E's published program adds the powers of the two instead (at most 2^(r/2 - 1)
 * times less) and pins the translation, over which we take the infimum.
 */
#include "gate.h"
#include "loss_rows.h"
#include "vmath.h"

#include <math.h>

/* Exponents in halves. */
enum { FIRST = 2, SECOND = 4 };

/* r(m). */
static int solvable(size_t atoms) {
  return atoms <= 2 ? 4 : atoms == 3 ? 6 : 7;
}

static struct moe_powers first_powers(int whole) {
  return (struct moe_powers){
      .gate = FIRST, .slope = FIRST, .offset = FIRST, .variance = FIRST, .whole = whole};
}

/* B's D1, D3 and the shared atoms of D4. */
static struct moe_powers rule_of_two(size_t size) {
  struct moe_powers powers = first_powers(1);
  if (size > 1) powers.gate = powers.slope = powers.offset = powers.variance = SECOND;
  return powers;
}

/* B's D2. */
static struct moe_powers rule_b_routed(size_t size) {
  int r = solvable(size);
  if (size < 2) return first_powers(0);
  return (struct moe_powers){.gate = 2 * r, .slope = r, .offset = 2 * r, .variance = r};
}
static struct moe_powers rule_b_shared(size_t size) {
  int r = solvable(size);
  if (size < 2) return first_powers(0);
  return (struct moe_powers){.gate = FIRST, .slope = SECOND, .offset = 2 * r, .variance = r};
}

/* E's: B's with gate and intercept under one norm. */
static struct moe_powers rule_e(size_t size) {
  struct moe_powers powers = rule_b_routed(size);
  powers.tied = size > 1;
  return powers;
}

/* C's with an activation, which leaves gates and slopes strongly identifiable. */
static struct moe_powers rule_c(size_t size) {
  struct moe_powers powers = rule_b_shared(size);
  if (size > 1) powers.gate = SECOND;
  return powers;
}

static double gauge_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  return p->gauge_loss;
}

/* ---- paper B ---- */

/* sum_j |sum of omega_i - omega*_j| + sum of omega_i by the rule; 0 without shared atoms. */
static double shared_loss(const struct moe_loss_problem *problem, const double *theta,
                          moe_rule *rule) {
  if (problem->fit.shared == 0 && problem->truth.shared == 0) return 0;
  return moe_with_pairs(problem, theta, MOE_SHARED, rule, gauge_of, 0);
}

double moe_loss_b_d1(const struct moe_loss_problem *problem, const double *theta) {
  return shared_loss(problem, theta, rule_of_two) +
         moe_with_pairs(problem, theta, MOE_ROUTED, rule_of_two, gauge_of, 0);
}

double moe_loss_b_d2(const struct moe_loss_problem *problem, const double *theta) {
  return shared_loss(problem, theta, rule_b_shared) +
         moe_with_pairs(problem, theta, MOE_ROUTED, rule_b_routed, gauge_of, 0);
}

/* Without masses as weights; where a cell has one atom its intercept is a parameter like the others. */
static double unweighted_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  if (p->fit.gate->translation) return NAN;
  double sum = moe_mass_difference(p);
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i];
    sum += moe_pairs_cost(p, i, j, moe_gate_difference(p, i, j), p->size[j]);
    if (p->size[j] == 1) sum += moe_intercept_difference(p, i, j);
  }
  return sum;
}

double moe_loss_b_d3(const struct moe_loss_problem *problem, const double *theta) {
  return shared_loss(problem, theta, rule_of_two) +
         moe_with_pairs(problem, theta, MOE_ROUTED, rule_of_two, unweighted_of, 0);
}

/* First powers to the atoms of the truth: one to one where there are as many, else to those whose
 * cells the fitted atoms are in. */
static double first_powers_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  if (p->fit.k == p->truth.k) return moe_pairs_match(p);
  if (p->fit.gate->translation) return NAN;
  double sum = 0;
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i];
    sum += moe_gate_difference(p, i, j) + moe_intercept_difference(p, i, j) +
           p->eta[i * p->truth.k + j];
  }
  return sum;
}

/* The nearest of the best approximations, if there are any, else the truth. */
static double routed_first_powers(const struct moe_loss_problem *problem, const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  double best = INFINITY;
  for (size_t c = 0; problem->minimisers && c < problem->minimiser_count; c++) {
    struct moe_loss_problem bar = *problem;
    bar.truth = problem->fit;
    bar.truth_theta = problem->minimisers + c * p;
    best = fmin(best, moe_with_pairs(&bar, theta, MOE_ROUTED, NULL, first_powers_of, 0));
  }
  return isfinite(best) ? best
                        : moe_with_pairs(problem, theta, MOE_ROUTED, NULL, first_powers_of, 0);
}

double moe_loss_b_d4(const struct moe_loss_problem *problem, const double *theta) {
  return shared_loss(problem, theta, rule_of_two) + routed_first_powers(problem, theta);
}

/* ---- papers E and C ---- */

double moe_loss_e(const struct moe_loss_problem *problem, const double *theta) {
  return moe_with_pairs(problem, theta, MOE_ROUTED, rule_e, gauge_of, 0);
}

/* E's loss where one atom's gate row is the reference of the fit and the last one that of the truth, as in
 * E's program: at the one translation that makes them equal, and without a norm for beta1 and b together.
 * The reference is the atom that starts near the truth put next to the last true one. */
static double pinned_loss(struct moe_pairs *p) {
  size_t d = p->fit.d, k = p->fit.k, kt = p->truth.k;
  const double *own = moe_gate_row(&p->fit, p->theta, kt - 1);
  const double *reference = moe_gate_row(&p->truth, p->true_theta, kt - 1);
  double mass[MOE_MAX_ATOMS] = {0}, sum = 0;
  for (size_t c = 0; c <= d; c++) p->translation[c] = reference[c] - own[c];
  moe_pairs_cells(p, p->translation, p->cell, p->size);
  p->rule = rule_b_routed;
  for (size_t i = 0; i < k; i++) {
    size_t j = p->cell[i];
    double weight = moe_exp(moe_gate_row(&p->fit, p->theta, i)[d] + p->translation[d]);
    mass[j] += weight;
    sum += weight * moe_pairs_cost(p, i, j, moe_gate_difference(p, i, j), p->size[j]);
  }
  for (size_t j = 0; j < kt; j++)
    sum += fabs(mass[j] - moe_exp(moe_gate_row(&p->truth, p->true_theta, j)[d]));
  return sum;
}

double moe_loss_e_pinned(const struct moe_loss_problem *problem, const double *theta) {
  struct moe_pairs p;
  double loss = NAN;
  if (!moe_all_finite(moe_model_size(&problem->fit), theta)) return NAN;
  moe_pairs_make(&p, MOE_ROUTED, &problem->fit, theta, &problem->truth, problem->truth_theta);
  if (p.gates && p.fit.gaussian && p.freedom == MOE_WHOLE && p.fit.k >= p.truth.k)
    loss = pinned_loss(&p);
  moe_pairs_free(&p);
  return isfinite(loss) ? loss : NAN;
}

/* tau and its difference from the truth's. */
static double temperature_difference(const struct moe_pairs *p) {
  if (!p->fit.tempered) return 0;
  return fabs(moe_exp(moe_log_temperature(&p->fit, p->theta)) -
              moe_exp(moe_log_temperature(&p->truth, p->true_theta)));
}

static double c_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  return p->gauge_loss + temperature_difference(p);
}

double moe_loss_c(const struct moe_loss_problem *problem, const double *theta) {
  moe_rule *rule = problem->fit.activation ? rule_c : rule_e;
  return moe_with_pairs(problem, theta, MOE_ROUTED_RAW, rule, c_of, 0);
}

double moe_loss_temperature(const struct moe_loss_problem *problem, const double *theta) {
  const struct moe_model *fit = &problem->fit, *truth = &problem->truth;
  if (!fit->tempered || !truth->tempered || !moe_all_finite(moe_model_size(fit), theta))
    return NAN;
  return fabs(moe_exp(moe_log_temperature(fit, theta)) -
              moe_exp(moe_log_temperature(truth, problem->truth_theta)));
}

/* ---- one group of parameters at a time ---- */

enum group { SLOPE, INTERCEPT, VARIANCE, GATE, EXPERT };

static double group_difference(const struct moe_pairs *p, enum group group, size_t i) {
  size_t j = p->cell[i], at = i * p->truth.k + j;
  switch (group) {
  case SLOPE:
    return p->slope[at];
  case INTERCEPT:
    return p->offset[at];
  case VARIANCE:
    return p->fit.gaussian && p->truth.gaussian ? p->variance[at] : NAN;
  case GATE:
    return moe_gate_difference(p, i, j);
  case EXPERT:
    return sqrt(p->slope[at] * p->slope[at] + p->offset[at] * p->offset[at]);
  }
  return NAN;
}

/* Largest difference over atoms that share a cell; NaN if none do. */
static double worst_over(const struct moe_pairs *p, int group) {
  double worst = NAN;
  for (size_t i = 0; i < p->fit.k; i++)
    if (p->size[p->cell[i]] > 1) worst = fmax(worst, group_difference(p, (enum group)group, i));
  return worst;
}

double moe_loss_over_slope(const struct moe_loss_problem *problem, const double *theta) {
  return moe_with_pairs(problem, theta, MOE_ROUTED, NULL, worst_over, SLOPE);
}
double moe_loss_over_intercept(const struct moe_loss_problem *problem, const double *theta) {
  return moe_with_pairs(problem, theta, MOE_ROUTED, NULL, worst_over, INTERCEPT);
}
double moe_loss_over_variance(const struct moe_loss_problem *problem, const double *theta) {
  return moe_with_pairs(problem, theta, MOE_ROUTED, NULL, worst_over, VARIANCE);
}
double moe_loss_over_gate(const struct moe_loss_problem *problem, const double *theta) {
  return moe_with_pairs(problem, theta, MOE_ROUTED, NULL, worst_over, GATE);
}
double moe_loss_over_expert_shared(const struct moe_loss_problem *problem,
                                   const double *theta) {
  return moe_with_pairs(problem, theta, MOE_SHARED, NULL, worst_over, EXPERT);
}
double moe_loss_over_slope_shared(const struct moe_loss_problem *problem, const double *theta) {
  return moe_with_pairs(problem, theta, MOE_SHARED, NULL, worst_over, SLOPE);
}
double moe_loss_over_intercept_shared(const struct moe_loss_problem *problem,
                                      const double *theta) {
  return moe_with_pairs(problem, theta, MOE_SHARED, NULL, worst_over, INTERCEPT);
}
double moe_loss_over_variance_shared(const struct moe_loss_problem *problem,
                                     const double *theta) {
  return moe_with_pairs(problem, theta, MOE_SHARED, NULL, worst_over, VARIANCE);
}

/* All parameters of the atoms that are alone in their cells, and the temperature. */
static double exact_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  double worst = NAN, tau = temperature_difference(p);
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i];
    double gate = moe_gate_difference(p, i, j), intercept = moe_intercept_difference(p, i, j);
    double eta = p->eta[i * p->truth.k + j];
    if (p->size[j] != 1) continue;
    worst = fmax(worst, sqrt(gate * gate + intercept * intercept + eta * eta + tau * tau));
  }
  return isfinite(worst) ? worst : NAN; /* the plateau, where intercepts run off */
}

double moe_loss_exact_parameters(const struct moe_loss_problem *problem, const double *theta) {
  return moe_with_pairs(problem, theta, MOE_ROUTED_RAW, NULL, exact_of, 0);
}
