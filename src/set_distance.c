/*
 * set_distance.c - how far an estimate is from the set of parameters that give the true
 * function.
 *
 * Linear, homogeneous and input-independent experts make { theta' : f_theta' = f_truth } a
 * continuum: the estimate never converges to the truth, but it does converge to that set, as a
 * power of n. The nearest point of the set is the limit, as rho goes to 0, of the minimiser of
 *
 *   1/2 ||f_theta' - f_truth||^2 + rho/2 ||theta' - theta||^2,
 *
 * which we follow from theta itself: rho falls by a factor at each stage, with a few damped
 * Gauss-Newton steps in each, until the misfit is a thousandth of what it was. What is left of the
 * way is then about .1 % of it where the set is regular and up to 10 % where first derivatives
 * vanish (a split atom of an identified model: the misfit is the square of the distance): a
 * constant factor in either case, which no rate sees. Going on to f = f_truth costs many times the
 * steps and may fail, since near such points the valleys are narrow and bent.
 *
 * (Gauss-Newton steps of minimum norm straight from theta would be a shorter program; they
 * overshoot along ill-conditioned directions by factors of 10 to 30.)
 */
#include "eval.h"
#include "expert.h"
#include "linalg.h"
#include "loss.h"

#include <math.h>
#include <string.h>

enum { STAGE_STEPS = 5, TRIES = 10, LARGEST = 200 };

/* Misfit at which to stop, relative to that of theta; at which theta is on the set, relative to
 * the standard deviation of f_truth; and rho, relative to the trace of J'WJ. */
static const double ARRIVED = 1e-3, ROUNDING = 1e-12;
static const double RHO_FIRST = 1e-2, RHO_FACTOR = 0.1, RHO_LAST = 1e-16;

struct solver {
  struct moe_eval *ev;
  size_t p;
  const double *from; /* theta: where distances are taken from */
  double *theta, *step, *trial, *gradient, *bend, *curvature, *factor;
};

static void solver_alloc(struct solver *s, const struct moe_loss_problem *problem,
                         const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  double *at = moe_alloc(5 * p + 2 * p * p, sizeof *at);
  *s = (struct solver){.ev = moe_eval_alloc(&problem->fit, problem->support, MOE_AUTO),
                       .p = p,
                       .from = theta,
                       .theta = at,
                       .step = at + p,
                       .trial = at + 2 * p,
                       .gradient = at + 3 * p,
                       .bend = at + 4 * p,
                       .curvature = at + 5 * p,
                       .factor = at + 5 * p + p * p};
  memcpy(s->theta, theta, p * sizeof *theta);
}

static void solver_free(struct solver *s) {
  moe_eval_free(s->ev);
  moe_free(s->theta);
}

/* Experts that do not see x have their slopes pinned at 0: not coordinates to move in. */
static int is_pinned(const struct moe_model *m, size_t coordinate) {
  size_t row = coordinate / (m->d + 1), column = coordinate % (m->d + 1);
  return m->expert->intercept_only && row >= m->k && column < m->d;
}

static double square_distance(size_t p, const double *x, const double *y) {
  double sum = 0;
  for (size_t c = 0; c < p; c++) sum += (x[c] - y[c]) * (x[c] - y[c]);
  return sum;
}

/* Misfit, gradient and curvature at theta. Returns Q = misfit^2 / 2; trace may be NULL. */
static double solver_evaluate(struct solver *s, double *trace) {
  double q = moe_eval_at(s->ev, s->theta, MOE_GAUSS_NEWTON, s->gradient, s->curvature);
  double sum = 0;
  for (size_t at = 0; at < s->p; at++) {
    if (is_pinned(moe_eval_model(s->ev), at)) {
      s->gradient[at] = 0;
      for (size_t c = 0; c < s->p; c++)
        s->curvature[at * s->p + c] = s->curvature[c * s->p + at] = 0;
    }
    sum += s->curvature[at * s->p + at];
  }
  if (trace) *trace = sum;
  return q;
}

/* Tries theta + step, given Q there; keeps it and returns its length if the penalised objective
 * falls below `before`, else returns 0. */
static double solver_try(struct solver *s, const double *step, double q, double rho,
                         double before) {
  for (size_t c = 0; c < s->p; c++) s->trial[c] = s->theta[c] + step[c];
  if (!(q + rho / 2 * square_distance(s->p, s->trial, s->from) < before)) return 0;
  memcpy(s->theta, s->trial, s->p * sizeof *s->theta);
  return moe_norm(s->p, step);
}

/* Adds to the step what undoes, in J's directions, the second order of f along it: the valley
 * floor is bent, and without this only a small part of a step stays on it. Returns Q at theta +
 * step. */
static double solver_bend(struct solver *s) {
  double q = moe_eval_correction(s->ev, s->theta, s->step, s->bend);
  for (size_t c = 0; c < s->p; c++)
    if (is_pinned(moe_eval_model(s->ev), c)) s->bend[c] = 0;
  moe_cholesky_solve(s->p, s->factor, s->bend);
  for (size_t c = 0; c < s->p; c++) s->bend[c] = s->step[c] - s->bend[c];
  return q;
}

/* Gauss-Newton step for Q + rho/2 ||theta - from||^2, at most 1 long, bent or straight; the
 * ridge on the diagonal rises from rho until that falls. Returns the length taken, 0 if none
 * helps. */
static double solver_step(struct solver *s, double q, double rho) {
  size_t p = s->p;
  double before = q + rho / 2 * square_distance(p, s->theta, s->from), ridge = rho;
  for (size_t try = 0; try < TRIES; try++, ridge *= 10) {
    memcpy(s->factor, s->curvature, p * p * sizeof *s->factor);
    for (size_t c = 0; c < p; c++) {
      s->factor[c * p + c] += ridge;
      s->step[c] = -s->gradient[c] - rho * (s->theta[c] - s->from[c]);
    }
    if (moe_cholesky(p, s->factor) != 0) continue;
    moe_cholesky_solve(p, s->factor, s->step);
    if (!(moe_norm(p, s->step) <= 1)) continue;
    double straight = solver_bend(s);
    for (size_t c = 0; c < p; c++) s->trial[c] = s->theta[c] + s->bend[c];
    double bent = moe_eval_at(s->ev, s->trial, MOE_OBJECTIVE, NULL, NULL);
    const double *step = bent < straight ? s->bend : s->step;
    double length = solver_try(s, step, fmin(bent, straight), rho, before);
    if (length > 0) return length;
  }
  return 0;
}

/* Follows the penalised minimiser until Q <= goal; returns whether it got there. */
static int solver_follow(struct solver *s, double trace, double goal) {
  for (double rho = RHO_FIRST; rho >= RHO_LAST; rho *= RHO_FACTOR)
    for (size_t step = 0; step < STAGE_STEPS; step++) {
      double q = solver_evaluate(s, NULL);
      if (q <= goal) return 1;
      double length = solver_step(s, q, rho * trace);
      if (length * length <= 0.01 * square_distance(s->p, s->theta, s->from)) break;
    }
  return solver_evaluate(s, NULL) <= goal;
}

static double truth_sd(const struct moe_data *support) {
  double mean = 0, square = 0;
  for (size_t i = 0; i < support->n; i++)
    mean += *moe_data_at(support, i, support->d + 1) * *moe_data_at(support, i, support->d);
  for (size_t i = 0; i < support->n; i++) {
    double apart = *moe_data_at(support, i, support->d) - mean;
    square += *moe_data_at(support, i, support->d + 1) * apart * apart;
  }
  return sqrt(square);
}

double moe_set_distance(const struct moe_loss_problem *problem, const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  struct solver s;
  double trace, distance = NAN, rounding = ROUNDING * truth_sd(problem->support);
  if (p > LARGEST) return NAN;
  solver_alloc(&s, problem, theta);
  double q = solver_evaluate(&s, &trace), least = rounding * rounding / 2;
  if (q <= least)
    distance = 0;
  else if (isfinite(q) && trace > 0 &&
           solver_follow(&s, trace, fmax(ARRIVED * ARRIVED * q, least)))
    distance = sqrt(square_distance(p, s.theta, theta));
  solver_free(&s);
  return distance;
}
