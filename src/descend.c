/*
 * descend.c - one local fit: a trust region with the exact Hessian inside a box.
 *
 * Over-specified mixtures make valleys that are quartic (two atoms of one true atom may part
 * for free to second order), curved, and indefinite away from their floor. So the model of Q at
 * theta is the full second-order one, and its minimum within a radius is taken exactly: with
 * the eigendecomposition H = V diag(w) V' of the free block the step at damping lambda is -V
 * (V'g)_i / (w_i + lambda), its length one decreasing function of lambda, and the "hard case"
 * (gradient orthogonal to the bottom eigenvector) a matter of adding that eigenvector. One
 * decomposition serves every radius tried at a point.
 *
 * The box. A coordinate at a side with the gradient pointing out is held. If the step leaves
 * the box, the coordinates that do are set to their side and the rest is solved again with
 * their coupling moved into the gradient; clipping instead would leave fits that are not
 * stationary.
 *
 * Curved valleys. If less than three quarters of the predicted decrease is attained, the second
 * difference of the residuals along the step gives a correction (H + lambda)^-1 J'c, which
 * bends the step along the valley; the better of the two ends is kept.
 *
 * When to stop. Merged atoms leave curvatures near zero of either sign, which predict large
 * decreases where nothing can be gained: no test of gradient or predicted decrease means
 * anything. A fit is called stationary when the decrease ATTAINED at the best of a ladder of
 * radii from 2 down to 1e-5 is below the tolerance. The ladder is climbed only when there is a
 * reason to: a small predicted decrease, a collapsed radius, or three steps that gained
 * nothing.
 *
 * Kinks. The curvature of a kinked expert's atoms lies, in part, in the kinks between the rows,
 * where the Hessian has none of it; the ladder then tries steps that are too long across a valley
 * and finds nothing along it. One such end, of 1e5 rows, was 12.8 nats above what plain L-BFGS
 * reached from there. So a single fit that matters goes on by L-BFGS and comes back (options->kinks);
 * a search of many starts leaves that to the other starts.
 *
 * When to give up. Most descents of a search end in valleys of minima that another start has
 * already beaten by several nats, and creep there for most of their iterations. One that lags
 * and is slow to catch up is stopped: in traces of seven searches that left 42 to 94 % of the
 * iterations and 85 to 100 % of the ends at the best, 1.1 to 2 times as many per iteration. A
 * fifth instead of a tenth is better there but loses the best minima of misspecified models.
 */
#include "descend.h"

#include <math.h>
#include <string.h>

#include "expert.h"
#include "linalg.h"
#include "vmath.h"

#define RADIUS_MAX 2.0
#define RADIUS_MIN 1e-5
#define TOLERANCE 1e-3
#define ITERATIONS 400
#define RETRIES 3 /* steps without gain before the ladder is climbed */
#define EAGER 24  /* coordinates up to which a Hessian costs little more than the objective */
#define KINK_TOLERANCE 1e-4 /* of L-BFGS; ten times as much lost the case told above */
#define KINK_ROUNDS 8
#define GIVE_UP 2        /* nats above the incumbent from which a slow descent is given up */
enum { LOOK_BACK = 10 }; /* iterations over which slowness is measured */

/* The second-order model on a subset of the coordinates, in its eigenbasis. */
struct block {
  size_t m, *index; /* coordinates in it, ascending */
  double *w, *v;    /* eigenvalues ascending; row i of v is eigenvector i, scaled coordinates */
  double *g;        /* gradient in the eigenbasis */
};

struct descent {
  struct moe_eval *ev;
  const struct moe_box *box;
  size_t p;
  double *theta, *gradient, *hessian, objective;
  double *scale;          /* scaled coordinate = scale * coordinate */
  struct block free, sub; /* all free coordinates; those left when others are set to a side */
  /* Gradient and Hessian at s->trial when `ahead`: a step that will be accepted needs them. */
  double *ahead_gradient, *ahead_hessian;
  int ahead;
  int curved;    /* the last step needed its correction */
  double lambda; /* damping of the last step */
  const struct block *used;
  double *step, *trial, *best, *jtc, *work, *product, *matrix, *eigen_work;
  size_t evaluations;
};

static void block_alloc(struct block *b, size_t p) {
  b->index = moe_alloc(p, sizeof *b->index);
  b->w = moe_alloc(p, sizeof *b->w);
  b->g = moe_alloc(p, sizeof *b->g);
  b->v = moe_alloc(p * p, sizeof *b->v);
}

static void block_free(struct block *b) {
  moe_free(b->index);
  moe_free(b->w);
  moe_free(b->g);
  moe_free(b->v);
}

/* Decomposes the scaled Hessian on the coordinates of b; v may be NULL. Returns 0, or 1 if it is
 * not finite. */
static int block_decompose(struct descent *s, struct block *b, double *v) {
  for (size_t j = 0; j < b->m; j++) s->work[j] = s->scale[b->index[j]];
  for (size_t i = 0; i < b->m; i++) {
    const double *from = s->hessian + b->index[i] * s->p;
    double *row = s->matrix + i * b->m;
    for (size_t j = 0; j < b->m; j++) row[j] = from[b->index[j]];
    for (size_t j = 0; j < b->m; j++) row[j] /= s->work[i] * s->work[j];
  }
  return moe_eigen(b->m, s->matrix, b->w, v, s->eigen_work);
}

/* g of b: the gradient of the model after the move `step` of the coordinates outside b. */
static void block_gradient(struct descent *s, struct block *b) {
  moe_dots(s->p, s->p, s->hessian, s->p, s->step, s->product);
  for (size_t i = 0; i < b->m; i++) {
    size_t row = b->index[i];
    s->work[i] = (s->gradient[row] + s->product[row]) / s->scale[row];
  }
  moe_dots(b->m, b->m, b->v, b->m, s->work, b->g);
}

/* Length of the step at damping lambda, and the slope of its square (half of it, negated). The
 * divisions, which take the time, come before the sums, which must wait for each other. */
static double block_length(const struct block *b, double lambda, double *slope) {
  double squares[MOE_DENSE_LIMIT], bends[MOE_DENSE_LIMIT], square = 0, bend = 0;
  for (size_t i = 0; i < b->m; i++) {
    double denominator = b->w[i] + lambda, t = b->g[i] / denominator;
    squares[i] = t * t;
    bends[i] = squares[i] / denominator;
  }
  for (size_t i = 0; i < b->m; i++) {
    square += squares[i];
    bend += bends[i];
  }
  *slope = bend;
  return sqrt(square);
}

/* The damping at which the step has length `radius`; lowest is where it gets longer than that.
 * Newton on 1/length, which is nearly linear, kept inside a bracket. */
static double block_damping(const struct block *b, double lowest, double radius) {
  double low = lowest, high = lowest + moe_norm(b->m, b->g) / radius, lambda, slope;
  if (lowest == 0 && b->w[0] > 0)
    lambda = 0;
  else
    lambda = low + 1e-3 * (high - low);
  for (int i = 0; i < 60; i++) {
    double length = block_length(b, lambda, &slope);
    if (fabs(length - radius) <= 1e-3 * radius) break;
    if (length > radius)
      low = lambda;
    else
      high = lambda;
    lambda += (length - radius) / radius * length * length / slope;
    if (!(lambda > low && lambda < high)) lambda = low + (high - low) * (i % 2 ? 0.5 : 0.01);
  }
  return lambda;
}

/* Coefficients of the minimiser of the model within the radius, in the eigenbasis (m numbers).
 * Returns 1 if the radius binds. */
static int block_minimise(struct descent *s, const struct block *b, double radius,
                          double *coefficient) {
  double largest = fmax(fabs(b->w[0]), fabs(b->w[b->m - 1])), tiny = 1e-15 * largest, slope;
  double lowest = b->w[0] > tiny ? 0 : tiny - b->w[0];
  if (largest == 0) lowest = 1e-300;
  double length = block_length(b, lowest, &slope);
  int binds = !(length <= radius);
  s->lambda = binds ? block_damping(b, lowest, radius) : lowest;
  for (size_t i = 0; i < b->m; i++) coefficient[i] = -b->g[i] / (b->w[i] + s->lambda);
  if (!binds && b->w[0] < -4 * tiny) { /* the hard case: the rest of the way along the bottom */
    double rest = sqrt(fmax(0, radius * radius - length * length));
    coefficient[0] += coefficient[0] < 0 ? -rest : rest;
    binds = 1;
  }
  return binds;
}

static void block_expand(const struct descent *s, const struct block *b,
                         const double *coefficient, double *step) {
  moe_combine(b->m, b->m, b->v, b->m, coefficient, s->product);
  for (size_t j = 0; j < b->m; j++) step[b->index[j]] = s->product[j] / s->scale[b->index[j]];
}

/* Moves the coordinates of b that leave the box to its side; sub keeps the others. Returns how
 * many left. */
static size_t block_leave(struct descent *s, const struct block *b) {
  size_t kept = 0, left = 0;
  for (size_t i = 0; i < b->m; i++) {
    size_t j = b->index[i];
    double to = s->theta[j] + s->step[j];
    if (to >= s->box->lower[j] && to <= s->box->upper[j]) {
      s->sub.index[kept++] = j; /* kept <= i: safe when b is sub itself */
    } else {
      s->step[j] = (to < s->box->lower[j] ? s->box->lower[j] : s->box->upper[j]) - s->theta[j];
      left++;
    }
  }
  if (left) s->sub.m = kept;
  return left;
}

/* The decrease that the model predicts for the step. */
static double predicted_decrease(struct descent *s) {
  double sum = 0;
  moe_dots(s->p, s->p, s->hessian, s->p, s->step, s->product);
  for (size_t i = 0; i < s->p; i++)
    if (s->step[i] != 0) sum += s->step[i] * (s->gradient[i] + 0.5 * s->product[i]);
  return -sum;
}

/* The minimiser of the model within the radius and the box, in s->step. Returns the predicted
 * decrease (-1 if the model is not finite); *binds tells whether the radius did. */
static double model_step(struct descent *s, double radius, int *binds) {
  struct block *b = &s->free;
  memset(s->step, 0, s->p * sizeof *s->step);
  *binds = 0;
  while (b->m > 0) {
    for (size_t i = 0; i < b->m; i++) s->step[b->index[i]] = 0;
    block_gradient(s, b);
    *binds = block_minimise(s, b, radius, s->work);
    block_expand(s, b, s->work, s->step);
    s->used = b;
    if (block_leave(s, b) == 0) break;
    b = &s->sub;
    if (b->m > 0 && block_decompose(s, b, b->v)) return -1;
  }
  return predicted_decrease(s);
}

/* Which coordinates are free at theta. */
static void find_free(struct descent *s) {
  const double *lower = s->box->lower, *upper = s->box->upper;
  s->free.m = 0;
  for (size_t i = 0; i < s->p; i++) {
    int held = lower[i] == upper[i] || (s->theta[i] <= lower[i] && s->gradient[i] >= 0) ||
               (s->theta[i] >= upper[i] && s->gradient[i] <= 0);
    if (!held) s->free.index[s->free.m++] = i;
  }
}

/* The free coordinates and the decomposition there. */
static int model_prepare(struct descent *s) {
  find_free(s);
  return s->free.m > 0 && block_decompose(s, &s->free, s->free.v);
}

static double scaled_length(const struct descent *s, const double *step) {
  double sum = 0;
  for (size_t i = 0; i < s->p; i++) sum += step[i] * s->scale[i] * step[i] * s->scale[i];
  return sqrt(sum);
}

/* Q at theta + step, the point itself in s->trial, inside the box to the last bit; with gradient
 * and Hessian if `ahead`. */
static double evaluate_step(struct descent *s, const double *step, int ahead) {
  for (size_t i = 0; i < s->p; i++) s->trial[i] = s->theta[i] + step[i];
  moe_box_project(s->box, s->p, s->trial);
  s->evaluations++;
  s->ahead = ahead;
  if (!ahead) return moe_eval_at(s->ev, s->trial, MOE_OBJECTIVE, NULL, NULL);
  return moe_eval_at(s->ev, s->trial, MOE_HESSIAN, s->ahead_gradient, s->ahead_hessian);
}

/* How s->step bends, into s->jtc: J'c of the residuals; of a likelihood, what the model misses of
 * the gradient at the end. Returns Q there; the point goes to s->trial. */
static double measure_bend(struct descent *s) {
  for (size_t i = 0; i < s->p; i++) s->trial[i] = s->theta[i] + s->step[i];
  moe_box_project(s->box, s->p, s->trial);
  s->evaluations += 2;
  s->ahead = 0;
  if (moe_eval_model(s->ev)->gaussian) {
    double value = moe_eval_at(s->ev, s->trial, MOE_GRADIENT, s->jtc, NULL);
    moe_dots(s->p, s->p, s->hessian, s->p, s->step, s->product);
    for (size_t i = 0; i < s->p; i++) s->jtc[i] -= s->gradient[i] + s->product[i];
    return value;
  }
  return moe_eval_correction(s->ev, s->theta, s->step, s->jtc);
}

/* The second-order correction of s->step from s->jtc; keeps it (in s->best) if it is better than
 * `value`. Returns the better value. */
static double correct_step(struct descent *s, double value, int ahead) {
  const struct block *b = s->used;
  if (!b || b->m == 0) return value;
  double *c = s->jtc, *bend = s->matrix;
  for (size_t i = 0; i < b->m; i++) s->work[i] = c[b->index[i]] / s->scale[b->index[i]];
  moe_dots(b->m, b->m, b->v, b->m, s->work, bend);
  for (size_t i = 0; i < b->m; i++) bend[i] = -bend[i] / (b->w[i] + s->lambda);
  memset(c, 0, s->p * sizeof *c);
  block_expand(s, b, bend, c);
  double most = 0.75 * scaled_length(s, s->step), length = scaled_length(s, c);
  if (!(length > 0) || isinf(length)) return value;
  double shrink = length > most ? most / length : 1;
  for (size_t i = 0; i < s->p; i++) c[i] = s->step[i] + shrink * c[i];
  double corrected = evaluate_step(s, c, ahead);
  if (!(corrected < value)) {
    s->ahead = 0;
    return value;
  }
  memcpy(s->best, s->trial, s->p * sizeof *s->best);
  return corrected;
}

/* Tries the step: the point in s->best, its Q returned. Where the last step needed its correction
 * this one will: then both are measured at once. With `ahead`, gradient and Hessian are computed
 * along with the objective where the point will most likely be accepted. */
static double try_step(struct descent *s, double predicted, int ahead) {
  int measured = s->curved;
  double value = measured ? measure_bend(s) : evaluate_step(s, s->step, ahead);
  memcpy(s->best, s->trial, s->p * sizeof *s->best);
  s->curved = !(s->objective - value >= 0.75 * predicted);
  if (!s->curved) return value;
  if (!(value < 1e300)) return INFINITY;
  if (!measured) measure_bend(s);
  return correct_step(s, value, ahead);
}

/* Moves to `theta`, whose Q is `value` if gradient and Hessian there are at hand. */
static int move_to(struct descent *s, const double *theta, double value) {
  memmove(s->theta, theta, s->p * sizeof *theta);
  if (s->ahead) {
    double *gradient = s->gradient, *hessian = s->hessian;
    s->gradient = s->ahead_gradient;
    s->hessian = s->ahead_hessian;
    s->ahead_gradient = gradient;
    s->ahead_hessian = hessian;
    s->objective = value;
    s->ahead = 0;
  } else {
    s->objective = moe_eval_at(s->ev, s->theta, MOE_HESSIAN, s->gradient, s->hessian);
    s->evaluations++;
  }
  if (!isfinite(s->objective) || !isfinite(moe_norm(s->p, s->gradient))) return 1;
  return model_prepare(s);
}

/* The ladder: the largest decrease attained over radii 2, .5, ... 1e-5. If it is `tolerance` or
 * more, moves there and sets *radius. */
static double climb_ladder(struct descent *s, double tolerance, double *radius, int *broken) {
  double best = 0, at = 0, last = INFINITY;
  double *target = moe_alloc(s->p, sizeof *target);
  for (double r = RADIUS_MAX; r >= RADIUS_MIN; r *= 0.25) {
    int binds;
    double predicted = model_step(s, r, &binds);
    if (!(predicted > 0) || predicted == last) continue;
    last = predicted;
    s->curved = 0;
    double decrease = s->objective - try_step(s, predicted, 0);
    if (decrease > best) {
      best = decrease;
      at = r;
      memcpy(target, s->best, s->p * sizeof *target);
    }
    if (!binds && predicted < 0.1 * tolerance) break;
  }
  if (best >= tolerance) {
    *radius = at;
    *broken = move_to(s, target, NAN);
  }
  moe_free(target);
  return best;
}

/* f carries a relative error of an ulp or so, which residuals r turn into sum w r df <=
 * sqrt(2 Q sum w y^2) ulp. In a Gaussian mixture residuals are those to an atom, about a standard
 * deviation large, and count by the variance, at worst the least. */
double moe_rounding_level(const struct moe_model *m, const struct moe_energy *energy,
                          const double *theta, double objective) {
  double least = INFINITY;
  if (!m->gaussian) return 4.5e-16 * (sqrt(2 * objective * energy->square) + objective);
  for (size_t i = 0; i < m->k; i++) least = fmin(least, moe_log_variances(m, theta)[i]);
  double size = sqrt(energy->weight * energy->square * moe_exp(-least));
  return 4.5e-16 * (size + fabs(objective));
}

struct moe_energy moe_data_energy(const struct moe_data *data) {
  struct moe_energy energy = {0, 0};
  for (size_t i = 0; i < data->n; i++) {
    double y = *moe_data_at(data, i, data->d), w = *moe_data_at(data, i, data->d + 1);
    energy.weight += w;
    energy.square += w * y * y;
  }
  return energy;
}

/* Column norms to the power .35, the largest 1, floored: between no scaling, which lets flat
 * directions crawl, and full scaling, which lets them run away. */
static void scale_columns(struct descent *s) {
  double largest = 0;
  moe_eval_at(s->ev, s->theta, MOE_GAUSS_NEWTON, s->gradient, s->hessian);
  s->evaluations++;
  for (size_t i = 0; i < s->p; i++) largest = fmax(largest, s->hessian[i * s->p + i]);
  for (size_t i = 0; i < s->p; i++) {
    double ratio = sqrt(s->hessian[i * s->p + i] / largest);
    s->scale[i] = ratio > 1e-5 ? moe_exp(0.35 * moe_log(ratio)) : 0.017782794100389229;
  }
}

/* One trust-region step from theta. Returns the decrease attained (0: rejected; -1: nothing was
 * tried, since nothing is predicted or the radius has collapsed). */
static double advance(struct descent *s, double tolerance, double *radius, double *cap,
                      int *broken) {
  int binds;
  double predicted = model_step(s, *radius, &binds);
  while (predicted < tolerance && binds && *radius < *cap) {
    *radius = fmin(4 * *radius, *cap);
    predicted = model_step(s, *radius, &binds);
  }
  if (!(predicted >= tolerance) || *radius < RADIUS_MIN) return -1;
  double length = scaled_length(s, s->step), value = try_step(s, predicted, s->p <= EAGER);
  double decrease = s->objective - value, ratio = decrease / predicted;
  if (!(ratio > 1e-4)) {
    *cap = 0.15 * *radius;
    *radius = 0.25 * fmin(*radius, length);
    return 0;
  }
  if (ratio < 0.25)
    *radius = 0.5 * fmin(*radius, length);
  else if (ratio > 0.75 && binds)
    *radius = fmin(2 * *radius, RADIUS_MAX);
  *cap = RADIUS_MAX;
  *broken = move_to(s, s->best, value);
  return decrease;
}

/* Whether an end better than the incumbent is out of sight: in the last LOOK_BACK passes, whose
 * objectives are in `past`, less than a tenth of the distance was gained. */
static int is_hopeless(const struct descent *s, double incumbent, size_t pass, double *past) {
  double *before = past + pass % LOOK_BACK, gain = *before - s->objective;
  double lack = s->objective - incumbent;
  *before = s->objective;
  return pass >= LOOK_BACK && incumbent != 0 && lack > GIVE_UP && gain < 0.1 * lack;
}

static void iterate(struct descent *s, const struct moe_descent_options *options,
                    struct moe_descent *out) {
  size_t limit = options->max_iterations ? options->max_iterations : ITERATIONS, idle = 0;
  double wanted = options->tolerance > 0 ? options->tolerance : TOLERANCE;
  double radius = 0.5, cap = RADIUS_MAX;
  struct moe_energy energy = moe_data_energy(moe_eval_data(s->ev));
  double past[LOOK_BACK] = {0};
  int broken = 0;
  for (size_t pass = 0; !broken; pass++) {
    out->given_up = is_hopeless(s, options->incumbent, pass, past);
    if (out->given_up || moe_trace_note(options->trace, s->theta, s->objective)) return;
    double tolerance = fmax(
        wanted, moe_rounding_level(moe_eval_model(s->ev), &energy, s->theta, s->objective));
    int last = out->iterations >= limit;
    if (last && options->brief) break;
    double decrease = last ? -1 : advance(s, tolerance, &radius, &cap, &broken);
    if (decrease >= 0) out->iterations++;
    idle = decrease >= tolerance ? 0 : idle + (decrease > 0);
    if (broken || (decrease >= 0 && idle < RETRIES)) continue;
    out->decrease = climb_ladder(s, tolerance, &radius, &broken);
    out->stationary = out->decrease < tolerance && !broken;
    if (last || out->stationary) break;
    out->iterations++;
    idle = 0;
    cap = RADIUS_MAX;
  }
}

/* From a stationary end on by L-BFGS and by the trust region again, as long as that gains. */
static void cross_kinks(struct descent *s, const struct moe_descent_options *options,
                        struct moe_descent *out) {
  double wanted = options->tolerance > 0 ? options->tolerance : TOLERANCE;
  struct moe_descent_options by_secants = {.tolerance = fmin(wanted, KINK_TOLERANCE),
                                           .trace = options->trace};
  for (size_t round = 0; round < KINK_ROUNDS && out->stationary; round++) {
    double before = s->objective;
    memcpy(s->trial, s->theta, s->p * sizeof *s->trial);
    struct moe_descent further = moe_descend_gradient(s->ev, s->box, &by_secants, s->trial);
    s->evaluations += further.evaluations;
    if (!(before - further.objective >= wanted)) return;
    s->ahead = 0;
    if (move_to(s, s->trial, NAN)) return;
    iterate(s, options, out);
  }
}

/* Curvature, gradient and held coordinates at the end, in the units of theta. */
static void certify(struct descent *s, struct moe_descent *out) {
  out->objective = s->objective;
  out->evaluations = s->evaluations;
  out->curvature = NAN;
  for (size_t i = 0; i < s->p; i++) s->scale[i] = 1;
  find_free(s);
  if (s->free.m > 0 && !block_decompose(s, &s->free, NULL)) out->curvature = s->free.w[0];
  for (size_t i = 0; i < s->free.m; i++)
    out->gradient = fmax(out->gradient, fabs(s->gradient[s->free.index[i]]));
  for (size_t i = 0; i < s->p; i++)
    if (s->box->lower[i] < s->box->upper[i] &&
        (s->theta[i] <= s->box->lower[i] || s->theta[i] >= s->box->upper[i]))
      out->active++;
}

/* The atom whose gate row the box holds, as it does to fix a translation; k if there is none. */
static size_t held_row(const struct moe_box *box, const struct moe_model *model) {
  size_t row = model->shared, D = model->d + 1;
  for (; row < model->k; row++) {
    size_t held = 0;
    for (size_t i = row * D; i < (row + 1) * D; i++) held += box->lower[i] == box->upper[i];
    if (held == D) break;
  }
  return row;
}

static int has_kinks(const struct moe_model *m) {
  return !m->expert->smooth || (m->shared && !m->shared_expert->smooth) ||
         (m->activation && !m->activation->smooth);
}

struct moe_descent moe_descend(struct moe_eval *ev, const struct moe_box *box,
                               const struct moe_descent_options *options, double *theta) {
  size_t p = moe_model_size(moe_eval_model(ev));
  moe_box_project(box, p, theta);
  if (p > MOE_DENSE_LIMIT) return moe_descend_gradient(ev, box, options, theta);
  double *vectors = moe_alloc(9 * p + 3 * p * p + moe_eigen_room(p), sizeof *vectors);
  struct descent s = {.ev = ev, .box = box, .p = p, .theta = theta};
  double **part[] = {&s.gradient, &s.ahead_gradient, &s.scale,  &s.step, &s.trial, &s.best,
                     &s.jtc,      &s.work,           &s.product};
  for (size_t i = 0; i < sizeof part / sizeof *part; i++) *part[i] = vectors + i * p;
  s.hessian = vectors + 9 * p;
  s.ahead_hessian = s.hessian + p * p;
  s.matrix = s.ahead_hessian + p * p;
  s.eigen_work = s.matrix + p * p;
  block_alloc(&s.free, p);
  block_alloc(&s.sub, p);
  struct moe_descent out = {0};
  scale_columns(&s);
  moe_eval_pin(ev, held_row(box, moe_eval_model(ev)));
  if (!move_to(&s, theta, NAN)) iterate(&s, options, &out);
  if (options->kinks && has_kinks(moe_eval_model(ev))) cross_kinks(&s, options, &out);
  moe_trace_note(options->trace, theta, s.objective);
  certify(&s, &out);
  moe_eval_pin(ev, moe_eval_model(ev)->k);
  block_free(&s.free);
  block_free(&s.sub);
  moe_free(vectors);
  return out;
}
