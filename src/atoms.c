/*
 * atoms.c - what an estimate looks like: atoms that do not do what an atom should.
 *
 * One pass over the rows gives, per atom, the largest weight, the largest |expert|, and how
 * much the fitted function would change without it, in units of the noise; of a Gaussian mixture,
 * how much the likelihood. The pairs are compared by their parameters.
 */
#include <math.h>
#include <string.h>

#include "expert.h"
#include "fit.h"
#include "gate.h"
#include "linalg.h"
#include "vmath.h"

#define DEAD_WEIGHT 1e-3 /* largest weight on the rows */
#define DEAD_EXPERT 1e-6 /* largest |expert| on the rows */
#define FLOATING 2.0     /* nats that leaving the atom out would cost */
#define DUPLICATE 1e-3   /* largest difference of two atoms' parameters */
#define PROPORTIONAL 1e-6

struct atom_use {
  double weight, expert, nats;
};

/* The change of f at one row without atom i: a normalised gate hands its weight to the others in
 * proportion. */
static double without_atom(const struct moe_model *m, size_t i, double f, const double *w,
                           const double *h) {
  if (!moe_model_normalised(m)) return w[i] * h[i];
  double rest = 1 - w[i];
  return rest < 1e-12 ? INFINITY : w[i] * (h[i] - f) / rest;
}

/* The change of the whole without atom i of a model with two groups: its weight goes to the others of
 * its own in proportion. */
static double without_member(const struct moe_model *m, size_t i, const double *w,
                             const double *t) {
  size_t first = i < m->shared ? 0 : m->shared, last = i < m->shared ? m->shared : m->k;
  double rest = 0, sum = 0;
  for (size_t j = first; j < last; j++) {
    rest += j == i ? 0 : w[j];
    sum += j == i ? 0 : w[j] * t[j];
  }
  return rest < 1e-12 ? INFINITY : w[i] * (t[i] - sum / rest);
}

/* -log p of what is left at one row, less -log p: w_i e_i is the atom's share of p. */
static void measure_density(const struct moe_model *m, const double *form,
                            const double *log_variance, double y, double bin, double weight,
                            struct atom_use *use) {
  double w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS], e[MOE_MAX_ATOMS];
  moe_model_mix(m, form, w, h);
  moe_model_density(m->k, w, h, log_variance, y, bin, e);
  for (size_t i = 0; i < m->k; i++) {
    double left = fmax(0, 1 - w[i] * e[i]), rest = fmax(0, 1 - w[i]);
    use[i].weight = fmax(use[i].weight, w[i]);
    if (m->shared > 0) {
      rest = 1;
      left = fmax(0, 1 - without_member(m, i, w, e));
    }
    use[i].nats += left > 0 && rest > 0 ? weight * (moe_log(rest) - moe_log(left)) : INFINITY;
  }
}

static void measure_row(const struct moe_model *m, const double *form, double weight,
                        struct atom_use *use) {
  double w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS], f = moe_model_mix(m, form, w, h);
  for (size_t i = 0; i < m->k; i++) {
    double change = m->shared > 0 ? without_member(m, i, w, h) : without_atom(m, i, f, w, h);
    use[i].weight = fmax(use[i].weight, w[i]);
    use[i].expert = fmax(use[i].expert, fabs(h[i]));
    use[i].nats += 0.5 * weight * change * change;
  }
}

static void measure_use(struct moe_eval *ev, const double *theta, struct atom_use *use) {
  const struct moe_model *m = moe_eval_model(ev);
  const struct moe_data *data = moe_eval_data(ev);
  double forms[2 * MOE_MAX_ATOMS * MOE_TILE], form[2 * MOE_MAX_ATOMS];
  double *x = moe_alloc(m->d, sizeof *x);
  for (size_t tile = 0; tile < data->tiles; tile++) {
    const double *y = moe_data_column(data, tile, m->d), *weight = y + MOE_TILE;
    moe_data_forms(data, tile, m, theta, forms);
    for (size_t l = 0; l < MOE_TILE && tile * MOE_TILE + l < data->n; l++) {
      for (size_t r = 0; r < 2 * m->k; r++) form[r] = forms[r * MOE_TILE + l];
      for (size_t s = 0; s < m->d; s++) x[s] = moe_data_column(data, tile, s)[l];
      moe_model_route(m, theta, x, form);
      if (weight[l] > 0 && m->gaussian)
        measure_density(m, form, moe_log_variances(m, theta), y[l], data->bin, weight[l], use);
      else if (weight[l] > 0)
        measure_row(m, form, weight[l], use);
    }
  }
  moe_free(x);
}

static int rows_equal(size_t n, const double *a, const double *b) {
  for (size_t i = 0; i < n; i++)
    if (!(fabs(a[i] - b[i]) <= DUPLICATE)) return 0;
  return 1;
}

/* (a, b) and (a', b') positive multiples of each other: for a homogeneous expert the same
 * function up to its scale. */
static int rows_proportional(size_t n, const double *a, const double *b) {
  double cosine = moe_dot(n, a, b) / (moe_norm(n, a) * moe_norm(n, b));
  return cosine >= 1 - PROPORTIONAL;
}

static void compare_pair(const struct moe_model *m, const double *theta, size_t i, size_t j,
                         struct moe_atoms_report *report) {
  size_t D = m->d + 1;
  const double *a = moe_expert_row(m, theta, i), *b = moe_expert_row(m, theta, j);
  const double *s = m->gaussian ? moe_log_variances(m, theta) : NULL;
  report->duplicate += rows_equal(D, moe_gate_row(m, theta, i), moe_gate_row(m, theta, j)) &&
                       rows_equal(D, a, b) && (!s || rows_equal(1, s + i, s + j));
  report->proportional +=
      !m->gaussian && m->expert->homogeneous > 0 && !m->shared && rows_proportional(D, a, b);
}

struct moe_atoms_report moe_atoms_inspect(struct moe_eval *ev, const double *theta) {
  const struct moe_model *m = moe_eval_model(ev);
  struct moe_atoms_report report = {0};
  struct atom_use use[MOE_MAX_ATOMS];
  memset(use, 0, sizeof use);
  measure_use(ev, theta, use);
  for (size_t i = 0; i < m->k; i++) {
    int dead = use[i].weight < DEAD_WEIGHT || (!m->gaussian && use[i].expert < DEAD_EXPERT);
    report.dead += dead;
    report.floating += !dead && use[i].nats < FLOATING;
    for (size_t j = 0; j < i; j++) compare_pair(m, theta, i, j, &report);
  }
  return report;
}
