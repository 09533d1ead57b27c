/*
 * set_distance.c - how far an estimate is from the set of parameters that give the true
 * function.
 *
 * Linear, homogeneous and input-independent experts make { theta' : f_theta' = f_truth } a
 * continuum: the estimate never converges to the truth, but it does converge to that set, as a
 * power of n. From the estimate we take Gauss-Newton steps of minimum norm,
 *
 *   step = -(J'WJ + mu)^-1 J'W r,   mu = 1e-13 of the largest eigenvalue,
 *
 * until f is the true function; the distance covered, in a straight line, is at least the
 * distance to the set and exceeds it by a constant factor at most, since steps of minimum norm
 * do not move along the set. Where first derivatives vanish (a split atom of an identified
 * model) the steps halve the distance each time and still arrive.
 */
#include "eval.h"
#include "expert.h"
#include "linalg.h"
#include "loss.h"

#include <math.h>
#include <string.h>

enum { STEPS = 50, HALVINGS = 12, LARGEST = 200 };

/* Misfits relative to the standard deviation of f_truth: the set counts as reached; no need to
 * go on (with vanishing derivatives the distance still to go is the root of the misfit). */
static const double REACHED = 1e-9, CLOSE = 1e-12;

struct solver {
  struct moe_eval *ev;
  size_t p;
  double *theta, *step, *trial, *gradient, *curvature, *eigenvalue, *eigenvector, *work;
};

static void solver_alloc(struct solver *s, const struct moe_loss_problem *problem,
                         const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  double *at = moe_alloc(6 * p + 2 * p * p, sizeof *at);
  *s = (struct solver){.ev = moe_eval_alloc(&problem->fit, problem->support, MOE_AUTO), .p = p};
  s->theta = at;
  s->step = at + p;
  s->trial = at + 2 * p;
  s->gradient = at + 3 * p;
  s->eigenvalue = at + 4 * p;
  s->work = at + 5 * p;
  s->curvature = at + 6 * p;
  s->eigenvector = at + 6 * p + p * p;
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

static void pin_curvature(struct solver *s) {
  for (size_t at = 0; at < s->p; at++) {
    if (!is_pinned(moe_eval_model(s->ev), at)) continue;
    s->gradient[at] = 0;
    for (size_t q = 0; q < s->p; q++)
      s->curvature[at * s->p + q] = s->curvature[q * s->p + at] = 0;
  }
}

/* The step of minimum norm, at most 1 long. Returns its length, NaN if the numbers are bad. */
static double step_make(struct solver *s) {
  size_t p = s->p;
  if (moe_eigen(p, s->curvature, s->eigenvalue, s->eigenvector, s->work) != 0) return NAN;
  double mu = 1e-13 * s->eigenvalue[p - 1];
  if (!(mu > 0)) return NAN;
  memset(s->step, 0, p * sizeof *s->step);
  for (size_t i = 0; i < p; i++) {
    const double *v = s->eigenvector + i * p;
    double along = moe_dot(p, v, s->gradient) / (fmax(s->eigenvalue[i], 0) + mu);
    for (size_t c = 0; c < p; c++) s->step[c] -= along * v[c];
  }
  /* Eigenvectors of 0 may mix pinned coordinates with others, at rounding level. */
  for (size_t c = 0; c < p; c++)
    if (is_pinned(moe_eval_model(s->ev), c)) s->step[c] = 0;
  double length = moe_norm(p, s->step);
  for (size_t c = 0; c < p && length > 1; c++) s->step[c] /= length;
  return fmin(length, 1);
}

/* Takes the step, halved until the misfit falls; 0 if it never does. */
static int step_take(struct solver *s, double q) {
  double share = 1;
  for (size_t half = 0; half < HALVINGS; half++, share /= 2) {
    for (size_t c = 0; c < s->p; c++) s->trial[c] = s->theta[c] + share * s->step[c];
    if (moe_eval_at(s->ev, s->trial, MOE_OBJECTIVE, NULL, NULL) < q) {
      memcpy(s->theta, s->trial, s->p * sizeof *s->theta);
      return 1;
    }
  }
  return 0;
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
  double misfit = INFINITY, sd = truth_sd(problem->support);
  if (p > LARGEST) return NAN;
  solver_alloc(&s, problem, theta);
  for (size_t step = 0; step <= STEPS; step++) {
    double q = moe_eval_at(s.ev, s.theta, MOE_GAUSS_NEWTON, s.gradient, s.curvature);
    double last = misfit;
    misfit = sqrt(2 * q);
    if (step == STEPS || !(misfit > CLOSE * sd)) break;
    if (misfit <= REACHED * sd && misfit > 0.7 * last) break; /* rounding */
    pin_curvature(&s);
    double length = step_make(&s);
    if (!(length > 1e-13) || !step_take(&s, q)) break;
  }
  double sum = 0;
  for (size_t c = 0; c < p; c++) sum += (s.theta[c] - theta[c]) * (s.theta[c] - theta[c]);
  solver_free(&s);
  return misfit <= REACHED * sd ? sqrt(sum) : NAN;
}
