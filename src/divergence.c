/*
 * divergence.c - total variation and Hellinger distance of two Gaussian mixtures of experts, in the
 * mean over the support points.
 *
 *   TV = 1/2 int |p - q| dy,       h^2 = 1/2 int (sqrt p - sqrt q)^2 dy
 *
 * At each x both densities are sums of a few normal ones. The line of y is cut at 9 standard deviations
 * on either side of every atom's mean, where 2e-19 of it is left; between two cuts only the atoms that
 * reach there count, and steps are a sixth of the smallest standard deviation among them. On a step an
 * integrand is the cubic that has its values and slopes at both ends, which is integrated exactly: the
 * errors are of fourth order and stay where they arise, so that steps may change from one piece to the
 * next. |p - q| has a kink where p = q: there the cubic of p - q is cut at its root. The square of the
 * difference of roots is smooth. Differences of densities are rounded to 1e-16 of the densities, so
 * that a distance of 1e-12 still has four digits.
 */
#include "loss_rows.h"
#include "vmath.h"

#include <math.h>
#include <stdlib.h>

enum { PER_SD = 6, ROOT_STEPS = 50, NORMALS = 2 * MOE_MAX_ATOMS };
static const double REACH = 9;

/* The normal densities of one mixture at one x that have any weight. */
struct mixture {
  size_t k;
  double height[MOE_MAX_ATOMS]; /* weight over sd sqrt(2 pi) */
  double mean[MOE_MAX_ATOMS], inverse_sd[MOE_MAX_ATOMS];
};

/* A density, or a function of two, with its slope. */
struct jet1 {
  double value, slope;
};

static void mixture_at(const struct moe_model *m, const double *theta, const double *x,
                       struct mixture *out) {
  static const double peak = 0.39894228040143267794; /* 1 / sqrt(2 pi) */
  double w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS];
  moe_model_value(m, theta, x, w, h);
  out->k = 0;
  for (size_t i = 0; i < m->k; i++) {
    if (!(w[i] >= MOE_LEAST_WEIGHT)) continue;
    size_t at = out->k++;
    out->mean[at] = h[i];
    out->inverse_sd[at] = moe_exp(-0.5 * moe_log_variances(m, theta)[i]);
    out->height[at] = w[i] * peak * out->inverse_sd[at];
  }
}

static struct jet1 density_at(const struct mixture *m, double y) {
  struct jet1 p = {0, 0};
  for (size_t i = 0; i < m->k; i++) {
    double z = (y - m->mean[i]) * m->inverse_sd[i];
    double term = m->height[i] * moe_exp(-0.5 * z * z);
    p.value += term;
    p.slope -= term * (z * m->inverse_sd[i]);
  }
  return p;
}

static struct jet1 difference_at(const struct mixture m[2], double y) {
  struct jet1 p = density_at(&m[0], y), q = density_at(&m[1], y);
  return (struct jet1){p.value - q.value, p.slope - q.slope};
}

/* (sqrt p - sqrt q)^2, from p - q lest the roots cancel. */
static struct jet1 root_difference_at(const struct mixture m[2], double y) {
  struct jet1 p = density_at(&m[0], y), q = density_at(&m[1], y);
  double roots = sqrt(p.value) + sqrt(q.value), roots_slope = 0;
  if (!(roots > 0)) return (struct jet1){0, 0};
  if (p.value > 0) roots_slope += p.slope / sqrt(p.value) / 2;
  if (q.value > 0) roots_slope += q.slope / sqrt(q.value) / 2;
  double gap = (p.value - q.value) / roots;
  double slope = (p.slope - q.slope - gap * roots_slope) / roots;
  return (struct jet1){gap * gap, 2 * gap * slope};
}

/* The cubic with the values and slopes of f and g at the ends of a step h, and its integral from the
 * left, both at the fraction t of the step. */
static double cubic_at(struct jet1 f, struct jet1 g, double h, double t) {
  double rise = g.value - f.value;
  double c2 = 3 * rise - h * (2 * f.slope + g.slope), c3 = h * (f.slope + g.slope) - 2 * rise;
  return f.value + t * (h * f.slope + t * (c2 + t * c3));
}
static double cubic_integral(struct jet1 f, struct jet1 g, double h, double t) {
  double rise = g.value - f.value;
  double c2 = 3 * rise - h * (2 * f.slope + g.slope), c3 = h * (f.slope + g.slope) - 2 * rise;
  return h * t * (f.value + t * (h * f.slope / 2 + t * (c2 / 3 + t * c3 / 4)));
}

/* int of f over a step, or of |f|. */
static double step_signed(struct jet1 f, struct jet1 g, double h) {
  return h / 2 * (f.value + g.value) + h * h / 12 * (f.slope - g.slope);
}
static double step_absolute(struct jet1 f, struct jet1 g, double h) {
  double whole = step_signed(f, g, h), low = 0, high = 1;
  if ((f.value >= 0) == (g.value >= 0)) return fabs(whole);
  for (size_t i = 0; i < ROOT_STEPS; i++) {
    double middle = (low + high) / 2;
    if ((cubic_at(f, g, h, middle) >= 0) == (f.value >= 0))
      low = middle;
    else
      high = middle;
  }
  double left = cubic_integral(f, g, h, low);
  return fabs(left) + fabs(whole - left);
}

/* What is integrated, and how over one step. */
struct integrand {
  struct jet1 (*at)(const struct mixture m[2], double y);
  double (*step)(struct jet1 f, struct jet1 g, double h);
};

/* Over [low, high], in equal steps of at most `most`. */
static double integrate_piece(const struct integrand *f, const struct mixture m[2], double low,
                              double high, double most) {
  size_t steps = (size_t)ceil((high - low) / most);
  double h = (high - low) / (double)steps, sum = 0;
  struct jet1 left = f->at(m, low);
  for (size_t i = 1; i <= steps; i++) {
    struct jet1 right = f->at(m, low + h * (double)i);
    sum += f->step(left, right, h);
    left = right;
  }
  return sum;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The atoms of a mixture that reach y. */
static void reach_take(const struct mixture *m, double y, struct mixture *near) {
  near->k = 0;
  for (size_t i = 0; i < m->k; i++) {
    if (!(fabs(y - m->mean[i]) * m->inverse_sd[i] < REACH)) continue;
    size_t at = near->k++;
    near->height[at] = m->height[i];
    near->mean[at] = m->mean[i];
    near->inverse_sd[at] = m->inverse_sd[i];
  }
}

static double sharpest(const struct mixture *m) {
  double most = 0;
  for (size_t i = 0; i < m->k; i++) most = fmax(most, m->inverse_sd[i]);
  return most;
}

static double integrate(const struct integrand *f, const struct mixture m[2]) {
  double cut[2 * NORMALS], sum = 0;
  size_t cuts = 0;
  for (size_t side = 0; side < 2; side++)
    for (size_t i = 0; i < m[side].k; i++) {
      cut[cuts++] = m[side].mean[i] - REACH / m[side].inverse_sd[i];
      cut[cuts++] = m[side].mean[i] + REACH / m[side].inverse_sd[i];
    }
  qsort(cut, cuts, sizeof *cut, compare_doubles);
  for (size_t c = 1; c < cuts; c++) {
    struct mixture near[2];
    double middle = cut[c - 1] + (cut[c] - cut[c - 1]) / 2;
    for (size_t side = 0; side < 2; side++) reach_take(&m[side], middle, &near[side]);
    double most = fmax(sharpest(&near[0]), sharpest(&near[1]));
    if (most > 0 && cut[c] > cut[c - 1])
      sum += integrate_piece(f, near, cut[c - 1], cut[c], 1 / (PER_SD * most));
  }
  return sum;
}

/* The mean over the support of a function of the integral. */
static double mean_of(const struct moe_loss_problem *problem, const double *theta,
                      const struct integrand *f, double (*of)(double)) {
  const struct moe_data *support = problem->support;
  size_t d = support->d;
  if (!problem->fit.gaussian || !problem->truth.gaussian || problem->fit.d != d ||
      problem->truth.d != d || !moe_all_finite(moe_model_size(&problem->fit), theta))
    return NAN;
  double *x = moe_alloc(d, sizeof *x), sum = 0;
  for (size_t row = 0; row < support->n; row++) {
    struct mixture m[2];
    for (size_t s = 0; s < d; s++) x[s] = *moe_data_at(support, row, s);
    mixture_at(&problem->fit, theta, x, &m[0]);
    mixture_at(&problem->truth, problem->truth_theta, x, &m[1]);
    sum += *moe_data_at(support, row, d + 1) * of(integrate(f, m));
  }
  moe_free(x);
  return sum;
}

static double half(double integral) {
  return integral / 2;
}
static double root_of_half(double integral) {
  return sqrt(fmax(integral, 0) / 2);
}

double moe_loss_total_variation(const struct moe_loss_problem *problem, const double *theta) {
  static const struct integrand absolute = {difference_at, step_absolute};
  return mean_of(problem, theta, &absolute, half);
}

double moe_loss_hellinger(const struct moe_loss_problem *problem, const double *theta) {
  static const struct integrand roots = {root_difference_at, step_signed};
  return mean_of(problem, theta, &roots, root_of_half);
}
