/*
 * orbit.c - how far an estimate is from the set of parameters that give the truth's density, for
 * Gaussian mixtures.
 *
 * A density knows its atoms (a regression function does not), so the set is a formula: every fitted
 * atom is one of the truth's, in any order and with any atom split into several, whose masses add up;
 * all gate rows may be translated together (softmax) and, where a temperature is only a matter of scale,
 * multiplied by a factor c that tau is multiplied by too (arXiv 2401.13875). With fitted atom i put on
 * true atom j(i), the square of the distance is
 *
 *   sum_i ||beta1_i - c beta1*_j - t1||^2 + ||D(a, b, log nu)||^2
 *     + sum_j |B_j - c beta0*_j - t0|^2 / ||pi_j||^2 + (log tau - log c tau*)^2,
 *
 * B_j = tau log sum e^(beta0_i / tau) over the atoms i on j, tau = c tau*, and pi_j their shares of that
 * sum: the third term is the distance to where masses add up, exact for an atom alone and to first order
 * for several. t1 and t0 are means; c is scanned for where it may be (the last term cannot exceed the
 * whole at c = tau / tau*); ways to put atoms on atoms are all tried, except those whose experts
 * alone are farther than the best so far, so that six atoms of a kind are as many as we take.
 */
#include "expert.h"
#include "gate.h"
#include "loss_rows.h"
#include "vmath.h"

#include <math.h>

enum { SCAN = 64, GOLDEN_STEPS = 60, ORBIT_ATOMS = 6 };
static const double GOLDEN = 0.61803398874989485;

struct orbit {
  const struct moe_pairs *p;
  int shared, scales;
  double square[MOE_MAX_ATOMS * MOE_MAX_ATOMS]; /* ||D(a, b, log nu)||^2 of atom i to j */
  size_t at[MOE_MAX_ATOMS];                     /* j(i) */
  size_t count[MOE_MAX_ATOMS];                  /* fitted atoms on j */
  double best;
};

static double sum_of_slopes(const struct orbit *o, double c) {
  const struct moe_pairs *p = o->p;
  double sum = 0;
  for (size_t s = 0; s < p->fit.d; s++) {
    double apart[MOE_MAX_ATOMS], mean = 0;
    for (size_t i = 0; i < p->fit.k; i++) {
      apart[i] = moe_gate_row(&p->fit, p->theta, i)[s] -
                 c * moe_gate_row(&p->truth, p->true_theta, o->at[i])[s];
      mean += apart[i] / (double)p->fit.k;
    }
    if (p->freedom != MOE_WHOLE) mean = 0;
    for (size_t i = 0; i < p->fit.k; i++) sum += (apart[i] - mean) * (apart[i] - mean);
  }
  return sum;
}

/* B_j, and 1 / ||pi_j||^2 to weight. */
static double joint_intercept(const struct orbit *o, size_t j, double tau, double *weight) {
  const struct moe_pairs *p = o->p;
  double top = -INFINITY, sum = 0, squares = 0;
  for (size_t i = 0; i < p->fit.k; i++)
    if (o->at[i] == j) top = fmax(top, moe_gate_row(&p->fit, p->theta, i)[p->fit.d]);
  for (size_t i = 0; i < p->fit.k; i++) {
    if (o->at[i] != j) continue;
    double mass = moe_exp((moe_gate_row(&p->fit, p->theta, i)[p->fit.d] - top) / tau);
    sum += mass;
    squares += mass * mass;
  }
  *weight = sum * sum / squares;
  return top + tau * moe_log(sum);
}

static double sum_of_intercepts(const struct orbit *o, double c, double tau) {
  const struct moe_pairs *p = o->p;
  double apart[MOE_MAX_ATOMS], weight[MOE_MAX_ATOMS], whole = 0, mean = 0, sum = 0;
  for (size_t j = 0; j < p->truth.k; j++) {
    apart[j] = joint_intercept(o, j, tau, &weight[j]) -
               c * moe_gate_row(&p->truth, p->true_theta, j)[p->fit.d];
    whole += weight[j];
    mean += weight[j] * apart[j];
  }
  mean = o->shared || p->freedom != MOE_FIXED ? mean / whole : 0;
  for (size_t j = 0; j < p->truth.k; j++)
    sum += weight[j] * (apart[j] - mean) * (apart[j] - mean);
  return sum;
}

/* log tau - log tau*; 0 where the density does not depend on tau: a softmax of Euclidean scores. */
static double temperature_gap(const struct moe_pairs *p) {
  if (!p->fit.tempered || (p->fit.euclidean && p->fit.gate->translation)) return 0;
  return moe_log_temperature(&p->fit, p->theta) - moe_log_temperature(&p->truth, p->true_theta);
}

/* What gates add to the square, for one log c. */
static double gates_at(const struct orbit *o, double log_c) {
  const struct moe_pairs *p = o->p;
  double gap = temperature_gap(p) - log_c, c = moe_exp(log_c), tau = 1;
  if (p->fit.tempered && !p->fit.euclidean)
    tau = c * moe_exp(moe_log_temperature(&p->truth, p->true_theta));
  return sum_of_slopes(o, c) + sum_of_intercepts(o, c, tau) + gap * gap;
}

static double golden_section(const struct orbit *o, double low, double high) {
  double at[2] = {high - GOLDEN * (high - low), low + GOLDEN * (high - low)};
  double value[2] = {gates_at(o, at[0]), gates_at(o, at[1])};
  for (size_t step = 0; step < GOLDEN_STEPS; step++) {
    int right = value[1] < value[0];
    if (right)
      low = at[0];
    else
      high = at[1];
    at[!right] = at[right];
    value[!right] = value[right];
    at[right] = right ? low + GOLDEN * (high - low) : high - GOLDEN * (high - low);
    value[right] = gates_at(o, at[right]);
  }
  return fmin(value[0], value[1]);
}

/* The least of that over c. */
static double gates_least(const struct orbit *o) {
  double centre = temperature_gap(o->p), best;
  if (!o->scales) return gates_at(o, 0);
  best = gates_at(o, centre);
  double radius = sqrt(best), step = 2 * radius / SCAN, place = centre;
  for (size_t i = 0; i <= SCAN; i++) {
    double log_c = centre - radius + step * (double)i, value = gates_at(o, log_c);
    if (value < best) best = value, place = log_c;
  }
  return fmin(best, golden_section(o, place - step, place + step));
}

/* Puts fitted atom i and those after it on true ones; `square` is what the atoms before it cost and
 * `missing` how many true atoms have none. */
static void place_atoms(struct orbit *o, size_t i, double square, size_t missing) {
  size_t k = o->p->fit.k, kt = o->p->truth.k;
  if (square >= o->best || missing > k - i) return;
  if (i == k) {
    o->best = fmin(o->best, square + gates_least(o));
    return;
  }
  for (size_t j = 0; j < kt; j++) {
    size_t first = o->count[j]++ == 0;
    o->at[i] = j;
    place_atoms(o, i + 1, square + o->square[i * kt + j], missing - first);
    o->count[j]--;
  }
}

/* Masses that add up are masses of the same atom only if logits are: not inside an activation, nor of
 * sigmoids, nor where a selection counts atoms. */
static int can_split(const struct moe_pairs *p, int shared) {
  return shared || (p->freedom != MOE_FIXED && p->fit.top == 0);
}

/* The square of the distance of the atoms of one kind. */
static double orbit_square(const struct moe_loss_problem *problem, const double *theta,
                           enum moe_kind kind) {
  struct moe_pairs p;
  struct orbit o = {.p = &p, .shared = kind == MOE_SHARED, .best = INFINITY};
  moe_pairs_make(&p, kind, &problem->fit, theta, &problem->truth, problem->truth_theta);
  size_t k = p.fit.k, kt = p.truth.k;
  o.scales = p.fit.tempered && moe_model_scales(&p.fit);
  if (p.gates && p.experts && k <= ORBIT_ATOMS &&
      (k == kt || (k > kt && can_split(&p, o.shared)))) {
    for (size_t i = 0; i < k; i++)
      for (size_t j = 0; j < kt; j++) {
        size_t at = i * kt + j;
        double log_variance = moe_log_variances(&p.fit, p.theta)[i] -
                              moe_log_variances(&p.truth, p.true_theta)[j];
        o.square[at] = p.slope[at] * p.slope[at] + p.offset[at] * p.offset[at] +
                       log_variance * log_variance;
      }
    place_atoms(&o, 0, 0, kt);
  }
  moe_pairs_free(&p);
  return o.best < INFINITY ? o.best : NAN;
}

double moe_orbit_distance(const struct moe_loss_problem *problem, const double *theta) {
  if (!problem->fit.gaussian || !problem->truth.gaussian ||
      !moe_all_finite(moe_model_size(&problem->fit), theta))
    return NAN;
  double square = orbit_square(problem, theta, MOE_ROUTED_RAW);
  if (problem->fit.shared > 0) square += orbit_square(problem, theta, MOE_SHARED);
  return sqrt(square);
}
