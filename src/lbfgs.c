/*
 * lbfgs.c - the local fit for many parameters: projected limited-memory BFGS.
 *
 * Above MOE_DENSE_LIMIT parameters a Hessian costs more than it saves. The last 20 pairs of
 * step and gradient change stand for it (Nocedal and Wright, Numerical Optimization,
 * algorithm 7.4), on the coordinates that are free: those at a side of the box with the
 * gradient pointing out are held, and a step that leaves the box is projected back on to it,
 * which bends its path. Backtracking asks for a sufficient decrease along that path; a pair is
 * kept if its curvature is positive.
 *
 * Stationary means the same as in descend.c: the decrease attained over the last steps, and
 * then over a ladder of steepest-descent steps of length 2 ... 1e-5, is below the tolerance.
 */
#include <math.h>
#include <string.h>

#include "descend.h"
#include "linalg.h"

#define MEMORY 20
#define WINDOW 10 /* iterations over which too small a decrease leads to the ladder */
#define ITERATIONS 4000
/* Nats; small against the p / 2 > 100 by which a fit of so many parameters overfits. A tenth of
 * it costs four times the iterations. */
#define TOLERANCE 0.1

struct memory {
  size_t p, count, next;
  double *s, *y, rho[MEMORY]; /* MEMORY rows of p */
};

struct point {
  double *theta, *gradient, objective;
};

struct descent {
  struct moe_eval *ev;
  const struct moe_box *box;
  size_t p, evaluations;
  struct point at, trial;
  unsigned char *held;
  double *direction;
  struct memory memory;
};

static void evaluate(struct descent *s, struct point *x) {
  x->objective = moe_eval_at(s->ev, x->theta, MOE_GRADIENT, x->gradient, NULL);
  s->evaluations++;
}

/* Marks the held coordinates; returns the largest free gradient. */
static double hold(struct descent *s) {
  double largest = 0;
  for (size_t i = 0; i < s->p; i++) {
    double t = s->at.theta[i], g = s->at.gradient[i];
    double lower = s->box->lower[i], upper = s->box->upper[i];
    s->held[i] = lower == upper || (t <= lower && g >= 0) || (t >= upper && g <= 0);
    if (!s->held[i]) largest = fmax(largest, fabs(g));
  }
  return largest;
}

static void remember(struct memory *m, const struct point *from, const struct point *to) {
  double *s = m->s + m->next * m->p, *y = m->y + m->next * m->p;
  for (size_t i = 0; i < m->p; i++) {
    s[i] = to->theta[i] - from->theta[i];
    y[i] = to->gradient[i] - from->gradient[i];
  }
  double sy = moe_dot(m->p, s, y);
  if (!(sy > 1e-12 * moe_norm(m->p, s) * moe_norm(m->p, y))) return;
  m->rho[m->next] = 1 / sy;
  m->next = (m->next + 1) % MEMORY;
  if (m->count < MEMORY) m->count++;
}

/* q := q + factor x on the free coordinates. */
static void add_free(const struct descent *s, double *q, double factor, const double *x) {
  for (size_t i = 0; i < s->p; i++)
    if (!s->held[i]) q[i] += factor * x[i];
}

/* The two-loop recursion: direction = -H gradient on the free coordinates. */
static void find_direction(struct descent *s) {
  struct memory *m = &s->memory;
  double alpha[MEMORY], *q = s->direction;
  for (size_t i = 0; i < s->p; i++) q[i] = s->held[i] ? 0 : -s->at.gradient[i];
  for (size_t c = 1; c <= m->count; c++) {
    size_t i = (m->next + MEMORY - c) % MEMORY;
    alpha[i] = m->rho[i] * moe_dot(m->p, m->s + i * m->p, q);
    add_free(s, q, -alpha[i], m->y + i * m->p);
  }
  if (m->count > 0) {
    size_t i = (m->next + MEMORY - 1) % MEMORY;
    double *y = m->y + i * m->p, gamma = 1 / (m->rho[i] * moe_dot(m->p, y, y));
    for (size_t j = 0; j < m->p; j++) q[j] *= gamma;
  }
  for (size_t c = m->count; c > 0; c--) {
    size_t i = (m->next + MEMORY - c) % MEMORY;
    double beta = m->rho[i] * moe_dot(m->p, m->y + i * m->p, q);
    add_free(s, q, alpha[i] - beta, m->s + i * m->p);
  }
}

/* The point t along the direction, projected; returns the first-order decrease on the way. */
static double project_trial(struct descent *s, double t) {
  double decrease = 0;
  for (size_t i = 0; i < s->p; i++) s->trial.theta[i] = s->at.theta[i] + t * s->direction[i];
  moe_box_project(s->box, s->p, s->trial.theta);
  for (size_t i = 0; i < s->p; i++)
    decrease -= s->at.gradient[i] * (s->trial.theta[i] - s->at.theta[i]);
  return decrease;
}

static void accept(struct descent *s) {
  struct point old = s->at;
  remember(&s->memory, &s->at, &s->trial);
  s->at = s->trial;
  s->trial = old;
}

/* Backtracks along the direction. Returns the decrease, 0 if there was none. */
static double search_line(struct descent *s, double t) {
  for (int tries = 0; tries < 30; tries++) {
    double first_order = project_trial(s, t);
    if (!(first_order > 0)) return 0;
    evaluate(s, &s->trial);
    double decrease = s->at.objective - s->trial.objective;
    if (decrease >= 1e-4 * first_order && isfinite(moe_norm(s->p, s->trial.gradient))) {
      accept(s);
      return decrease;
    }
    /* minimum of the parabola through both values and the slope, within [.1, .5] */
    double shrink = 0.5 * first_order / (first_order - decrease);
    t *= shrink > 0.1 ? fmin(shrink, 0.5) : 0.1;
  }
  return 0;
}

/* The first step has length .1: nothing is known of the curvature yet. */
static double descend_once(struct descent *s) {
  find_direction(s);
  double length = moe_norm(s->p, s->direction);
  if (!(length > 0)) return 0;
  double decrease =
      search_line(s, s->memory.count ? fmin(1, 4 / length) : fmin(1, 0.1 / length));
  if (decrease == 0) s->memory.count = 0;
  return decrease;
}

/* Steepest descent over a ladder of lengths; moves to the first that gains the tolerance. */
static double climb_ladder(struct descent *s, double tolerance) {
  double best = 0;
  s->memory.count = 0;
  find_direction(s);
  double length = moe_norm(s->p, s->direction);
  for (double r = 2; length > 0 && r >= 1e-5; r *= 0.25) {
    project_trial(s, r / length);
    evaluate(s, &s->trial);
    double decrease = s->at.objective - s->trial.objective;
    best = fmax(best, decrease);
    if (decrease >= tolerance) {
      accept(s);
      return decrease;
    }
  }
  return best;
}

static void iterate(struct descent *s, const struct moe_descent_options *options,
                    struct moe_descent *out) {
  size_t limit = options->max_iterations ? options->max_iterations : ITERATIONS;
  double wanted = options->tolerance > 0 ? options->tolerance : TOLERANCE;
  struct moe_energy energy = moe_data_energy(moe_eval_data(s->ev));
  double recent[WINDOW];
  for (size_t i = 0; i < WINDOW; i++) recent[i] = INFINITY;
  while (!moe_trace_note(options->trace, s->at.theta, s->at.objective)) {
    double noise =
        moe_rounding_level(moe_eval_model(s->ev), &energy, s->at.theta, s->at.objective);
    double tolerance = fmax(wanted, noise), gained = 0;
    int last = out->iterations >= limit, stuck = 0;
    out->gradient = hold(s);
    if (!last) {
      double decrease = descend_once(s);
      stuck = decrease == 0;
      recent[out->iterations++ % WINDOW] = decrease;
    }
    for (size_t i = 0; i < WINDOW; i++) gained += recent[i];
    if (!last && !stuck && gained >= tolerance) continue;
    hold(s);
    out->decrease = climb_ladder(s, tolerance);
    out->stationary = out->decrease < tolerance;
    if (last || out->stationary) break;
    for (size_t i = 0; i < WINDOW; i++) recent[i] = INFINITY;
  }
  moe_trace_note(options->trace, s->at.theta, s->at.objective);
  out->gradient = hold(s);
}

struct moe_descent moe_descend_gradient(struct moe_eval *ev, const struct moe_box *box,
                                        const struct moe_descent_options *options,
                                        double *theta) {
  size_t p = moe_model_size(moe_eval_model(ev));
  double *vectors = moe_alloc(5 * p + 2 * MEMORY * p, sizeof *vectors);
  struct descent s = {.ev = ev, .box = box, .p = p, .held = moe_alloc(p, 1)};
  s.at = (struct point){vectors, vectors + p, 0};
  s.trial = (struct point){vectors + 2 * p, vectors + 3 * p, 0};
  s.direction = vectors + 4 * p;
  s.memory = (struct memory){.p = p, .s = vectors + 5 * p, .y = vectors + (5 + MEMORY) * p};
  struct moe_descent out = {.curvature = NAN};
  memcpy(s.at.theta, theta, p * sizeof *theta);
  evaluate(&s, &s.at);
  if (isfinite(s.at.objective) && isfinite(moe_norm(p, s.at.gradient)))
    iterate(&s, options, &out);
  out.objective = s.at.objective;
  out.evaluations = s.evaluations;
  memcpy(theta, s.at.theta, p * sizeof *theta);
  for (size_t i = 0; i < p; i++)
    out.active += box->lower[i] < box->upper[i] &&
                  (theta[i] <= box->lower[i] || theta[i] >= box->upper[i]);
  moe_free(s.held);
  moe_free(vectors);
  return out;
}
