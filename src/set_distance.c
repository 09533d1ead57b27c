/*
 * set_distance.c - how far an estimate is from the set of parameters that give one function, the
 * truth's or that of a population minimiser, and how large that set is around a minimiser.
 *
 * Linear, homogeneous and input-independent experts make { theta' : f_theta' = f_truth } a
 * continuum: the estimate never converges to the truth, but it does converge to that set, as a
 * power of n. The nearest point of { f_theta' = f } is the limit, as rho goes to 0, of the minimiser of
 *
 *   1/2 ||f_theta' - f||^2 + rho/2 ||theta' - theta||^2,
 *
 * which we follow from theta itself: rho falls by a factor at each stage, with damped
 * Gauss-Newton steps in each, until the misfit is a thousandth of what it was. What is left of the
 * way is then about .1 % of it where the set is regular and up to 10 % where first derivatives
 * vanish (a split atom of an identified model: the misfit is the square of the distance): a
 * constant factor in either case, which no rate sees. Near such points the valleys are narrow and bent
 * and the steps small, so that hundreds may be needed; going on to the set itself would take many times
 * that.
 *
 * Of Gaussian mixtures the set of parameters with the truth's density is a formula: orbit.c.
 *
 * (Gauss-Newton steps of minimum norm straight from theta would be a shorter program; they
 * overshoot along ill-conditioned directions by factors of 10 to 30.)
 */
#include "eval.h"
#include "expert.h"
#include "linalg.h"
#include "loss_rows.h"

#include <math.h>
#include <string.h>

enum { STAGE_STEPS = 200, TRIES = 10, LARGEST = 200 };

/* Misfit at which to stop, relative to that of theta; at which theta is on the set, relative to
 * the standard deviation of f; the step, relative to the whole way, that ends a stage; and rho,
 * relative to the trace of J'WJ. */
static const double ARRIVED = 1e-3, ROUNDING = 1e-12, SETTLED = 1e-4;
static const double RHO_FIRST = 1e-2, RHO_FACTOR = 0.1, RHO_LAST = 1e-28;
/* A direction of J'J is flat if its singular value is this small beside the largest; how far it is
 * followed; functions this close, relative to their standard deviation, are one (the search for the
 * minimiser resolves 1e-9, see MOE_POPULATION_N); and how far beyond a side of the box is still in it. */
static const double FLAT = 1e-5, STRIDE = 0.1, SAME_FUNCTION = 1e-8, IN_BOX = 1e-6;

struct solver {
  struct moe_eval *ev;
  size_t p;
  const double *from; /* theta: where distances are taken from */
  double *theta, *step, *trial, *gradient, *bend, *curvature, *factor;
};

static void solver_alloc(struct solver *s, const struct moe_model *model,
                         const struct moe_data *target, const double *theta) {
  size_t p = moe_model_size(model);
  double *at = moe_alloc(5 * p + 2 * p * p, sizeof *at);
  *s = (struct solver){.ev = moe_eval_alloc(model, target, MOE_AUTO),
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

/* Experts that do not see x, and gates of shared atoms, have their slopes pinned at 0: not coordinates
 * to move in. */
static int is_pinned(const struct moe_model *m, size_t coordinate) {
  size_t row = coordinate / (m->d + 1), column = coordinate % (m->d + 1);
  if (row >= 2 * m->k || column == m->d) return 0; /* a scalar, an intercept */
  return row < m->k ? row < m->shared : moe_model_expert(m, row - m->k)->intercept_only;
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
      if (length * length <= SETTLED * SETTLED * square_distance(s->p, s->theta, s->from))
        break;
    }
  return solver_evaluate(s, NULL) <= goal;
}

/* Standard deviation of y, the function aimed at. */
static double target_sd(const struct moe_data *target) {
  double mean = 0, square = 0;
  for (size_t i = 0; i < target->n; i++)
    mean += *moe_data_at(target, i, target->d + 1) * *moe_data_at(target, i, target->d);
  for (size_t i = 0; i < target->n; i++) {
    double apart = *moe_data_at(target, i, target->d) - mean;
    square += *moe_data_at(target, i, target->d + 1) * apart * apart;
  }
  return sqrt(square);
}

/* The point of { f_theta' = y } nearest theta, to a misfit of `relative` times theta's own or
 * `absolute` times the standard deviation of y, whichever is more. Returns whether it got there. */
static int find_nearest(const struct moe_model *model, const struct moe_data *target,
                        const double *theta, double relative, double absolute,
                        double *nearest) {
  struct solver s;
  double trace, least = absolute * target_sd(target);
  least = least * least / 2;
  if (moe_model_size(model) > LARGEST) return 0;
  solver_alloc(&s, model, target, theta);
  double q = solver_evaluate(&s, &trace);
  int arrived = q <= least || (isfinite(q) && trace > 0 &&
                               solver_follow(&s, trace, fmax(relative * relative * q, least)));
  memcpy(nearest, s.theta, s.p * sizeof *nearest);
  solver_free(&s);
  return arrived;
}

double moe_set_distance(const struct moe_loss_problem *problem, const double *theta) {
  if (problem->fit.gaussian) return moe_orbit_distance(problem, theta);
  size_t p = moe_model_size(&problem->fit);
  double *nearest = moe_alloc(p, sizeof *nearest), distance = NAN;
  if (find_nearest(&problem->fit, problem->support, theta, ARRIVED, ROUNDING, nearest))
    distance = sqrt(square_distance(p, nearest, theta));
  moe_free(nearest);
  return distance;
}

/* ---- the set of population minimisers ---- */

/* The support with y = f at a minimiser; the truth's y where that is the same function as far as
 * the search for the minimiser can tell: from a little off, a continuum cannot be followed. */
static struct moe_data *support_of(const struct moe_loss_problem *problem,
                                   const double *minimiser) {
  const struct moe_data *support = problem->support;
  struct moe_data *target = moe_data_alloc(support->n, support->d);
  struct moe_eval *ev = moe_eval_alloc(&problem->fit, support, MOE_AUTO);
  double *f = moe_alloc(support->n, sizeof *f);
  double misfit = sqrt(2 * moe_eval_at(ev, minimiser, MOE_OBJECTIVE, NULL, NULL));
  int same = misfit <= SAME_FUNCTION * target_sd(support);
  moe_eval_values(ev, minimiser, f);
  memcpy(target->tile, support->tile,
         support->tiles * (support->d + 2) * MOE_TILE * sizeof *support->tile);
  for (size_t i = 0; i < support->n && !same; i++) *moe_data_at(target, i, support->d) = f[i];
  moe_data_pad(target);
  moe_free(f);
  moe_eval_free(ev);
  return target;
}

double moe_minimiser_nearest(const struct moe_loss_problem *problem, const double *theta,
                             double *nearest) {
  size_t p = moe_model_size(&problem->fit);
  double *found = moe_alloc(p, sizeof *found), best = INFINITY;
  for (size_t c = 0; c < problem->minimiser_count; c++) {
    struct moe_data *target = support_of(problem, problem->minimisers + c * p);
    double distance = find_nearest(&problem->fit, target, theta, ARRIVED, ROUNDING, found)
                          ? moe_d3(&problem->fit, theta, found)
                          : INFINITY;
    if (distance < best) memcpy(nearest, found, p * sizeof *nearest);
    best = fmin(best, distance);
    moe_data_free(target);
  }
  moe_free(found);
  return isfinite(best) ? best : NAN;
}

/* Eigenvalues and vectors of J'J at a minimiser over the coordinates that are not pinned (inside:
 * nor at a side of the box), whose numbers go to `at`. Returns how many there are; 0 if the
 * matrix is not finite. */
static size_t spectrum(const struct moe_loss_problem *problem, const struct moe_box *box,
                       int inside, const double *theta, size_t *at, double *value,
                       double *vector) {
  size_t p = moe_model_size(&problem->fit), m = 0;
  double *curvature = moe_alloc(p + 2 * p * p + moe_eigen_room(p), sizeof *curvature);
  double *gradient = curvature + p * p, *part = gradient + p, *work = part + p * p;
  struct moe_eval *ev = moe_eval_alloc(&problem->fit, problem->support, MOE_AUTO);
  moe_eval_at(ev, theta, MOE_GAUSS_NEWTON, gradient, curvature);
  for (size_t c = 0; c < p; c++) {
    double margin = inside ? IN_BOX : -INFINITY;
    if (box->lower[c] < box->upper[c] && theta[c] > box->lower[c] + margin &&
        theta[c] < box->upper[c] - margin)
      at[m++] = c;
  }
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < m; j++) part[i * m + j] = curvature[at[i] * p + at[j]];
  if (m > 0 && moe_eigen(m, part, value, vector, work) != 0) m = 0;
  moe_eval_free(ev);
  moe_free(curvature);
  return m;
}

/* Pinned coordinates do not count: a gate's translation may have moved them. */
static int in_box(const struct moe_box *box, size_t p, const double *theta) {
  for (size_t c = 0; c < p; c++)
    if (box->lower[c] < box->upper[c] &&
        !(theta[c] >= box->lower[c] - IN_BOX && theta[c] <= box->upper[c] + IN_BOX))
      return 0;
  return 1;
}

/* The way from a minimiser to the point of the set nearest to a stride in that direction, if that
 * point is in the box. */
static int follow_direction(const struct moe_loss_problem *problem,
                            const struct moe_data *target, const struct moe_box *box,
                            const double *theta, const double *direction, double *way) {
  size_t p = moe_model_size(&problem->fit);
  double *from = moe_alloc(p, sizeof *from);
  for (size_t c = 0; c < p; c++) from[c] = theta[c] + direction[c];
  int found =
      find_nearest(&problem->fit, target, from, 0, SAME_FUNCTION, way) && in_box(box, p, way);
  for (size_t c = 0; c < p; c++) way[c] -= theta[c];
  moe_free(from);
  return found;
}

/* How many independent ways there are (count x p): those longer than half a stride when what they
 * share with the ones before is taken off, longest first. */
static size_t independent(size_t count, size_t p, double *way) {
  size_t rank = 0;
  for (; rank < count; rank++) {
    double *longest = way + rank * p;
    for (size_t i = rank + 1; i < count; i++)
      if (moe_norm(p, way + i * p) > moe_norm(p, longest)) longest = way + i * p;
    double length = moe_norm(p, longest);
    if (!(length > STRIDE / 2)) break;
    for (size_t c = 0; c < p; c++) {
      double swap = longest[c] / length;
      longest[c] = way[rank * p + c];
      way[rank * p + c] = swap;
    }
    for (size_t i = rank + 1; i < count; i++) {
      double along = moe_dot(p, way + i * p, way + rank * p);
      for (size_t c = 0; c < p; c++) way[i * p + c] -= along * way[rank * p + c];
    }
  }
  return rank;
}

/* Follows the flat directions in either sense; with the sides of the box kept to (inside) or not,
 * since a direction that is a mixture may leave the box where one of its parts does not. Appends
 * to `way` and returns how many there are now. */
static size_t follow_flat(const struct moe_loss_problem *problem, const struct moe_box *box,
                          int inside, const double *theta, struct moe_minimiser_shape *shape,
                          double *way, size_t ways) {
  size_t p = moe_model_size(&problem->fit), *at = moe_alloc(p, sizeof *at);
  double *value = moe_alloc(2 * p + p * p, sizeof *value), *direction = value + p,
         *vector = direction + p;
  struct moe_data *target = support_of(problem, theta);
  size_t m = spectrum(problem, box, inside, theta, at, value, vector), flat = 0;
  while (flat < m && !(value[flat] > FLAT * FLAT * value[m - 1])) flat++;
  for (size_t i = 0; i < 2 * flat; i++) {
    memset(direction, 0, p * sizeof *direction);
    for (size_t j = 0; j < m; j++)
      direction[at[j]] = (i % 2 ? STRIDE : -STRIDE) * vector[i / 2 * m + j];
    ways += follow_direction(problem, target, box, theta, direction, way + ways * p);
  }
  if (!inside)
    *shape = (struct moe_minimiser_shape){.coordinates = m,
                                          .rank = m - flat,
                                          .smallest =
                                              m ? sqrt(fmax(value[0], 0) / value[m - 1]) : NAN};
  moe_data_free(target);
  moe_free(value);
  moe_free(at);
  return ways;
}

struct moe_minimiser_shape moe_minimiser_inspect(const struct moe_loss_problem *problem,
                                                 const struct moe_box *box,
                                                 const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  struct moe_minimiser_shape shape;
  double *way = moe_alloc(4 * p * p, sizeof *way);
  size_t ways = follow_flat(problem, box, 0, theta, &shape, way, 0);
  ways = follow_flat(problem, box, 1, theta, &shape, way, ways);
  shape.dimension = independent(ways, p, way);
  moe_free(way);
  return shape;
}
