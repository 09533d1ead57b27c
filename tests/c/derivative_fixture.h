/*
 * derivative_fixture.h - objectives once more, in long double by the formulas, for their derivatives by
 * differences and for the fast evaluators.
 */
#ifndef MOE_DERIVATIVE_FIXTURE_H
#define MOE_DERIVATIVE_FIXTURE_H

#include "eval_fixture.h"
#include "route.h"

static inline long double normal_density(long double r, long double sd, long double bin) {
  if (bin == 0) return expl(-r * r / (2 * sd * sd)) / (sqrtl(2 * acosl(-1)) * sd);
  long double a = (fabsl(r) - bin / 2) / sd * sqrtl(.5L),
              b = (fabsl(r) + bin / 2) / sd * sqrtl(.5L);
  return .5L * (erfcl(a) - erfcl(b));
}

/* The logit of an atom. */
static inline long double fixture_logit(const struct moe_model *m, const long double *theta,
                                        const double *x, size_t i) {
  size_t D = m->d + 1;
  const long double *row = theta + i * D;
  long double u = fixture_form(row, m->d, x), square = 0;
  if (i < m->shared) return u;
  long double tau = m->tempered ? expl(theta[2 * m->k * D]) : 1;
  for (size_t s = 0; s < m->d; s++) square += (long double)x[s] * x[s];
  if (m->euclidean) return u - square / tau;
  if (m->activation)
    u = m->outside ? fixture_expert(m->activation->name, u - row[m->d]) + row[m->d]
                   : fixture_expert(m->activation->name, u);
  return u / tau;
}

/* All weights: halves if some atoms are shared; of the routed ones only the `top` have any. */
static inline void fixture_mixture_weights(const struct moe_model *m, const long double *u,
                                           long double *w) {
  long double kept[MOE_MAX_ATOMS], part[MOE_MAX_ATOMS], half = m->shared ? .5L : 1;
  size_t atom[MOE_MAX_ATOMS], count = 0;
  const char *gate = m->gate->name;
  if (m->top && !strcmp(gate, "sigmoid")) gate = "normalised-sigmoid";
  if (m->shared) fixture_weights("softmax", m->shared, u, w);
  for (size_t i = 0; i < m->shared; i++) w[i] *= half;
  for (size_t i = m->shared; i < m->k; i++) {
    size_t above = 0;
    for (size_t j = m->shared; j < m->k; j++) above += u[j] > u[i];
    w[i] = 0;
    if (!m->top || above < m->top) kept[count] = u[i], atom[count++] = i;
  }
  fixture_weights(gate, count, kept, part);
  for (size_t i = 0; i < count; i++) w[atom[i]] = half * part[i];
}

/* log p, or f if there are no variances, in long double, by the formula. */
static inline long double fixture_mixture(const struct moe_model *m, const long double *theta,
                                          const double *x, long double y, long double bin) {
  long double u[MOE_MAX_ATOMS], w[MOE_MAX_ATOMS], sum = 0;
  size_t D = m->d + 1;
  const long double *s = theta + 2 * m->k * D + (m->tempered ? 1 : 0);
  for (size_t i = 0; i < m->k; i++) u[i] = fixture_logit(m, theta, x, i);
  fixture_mixture_weights(m, u, w);
  for (size_t i = 0; i < m->k; i++) {
    long double z = fixture_form(theta + (m->k + i) * D, m->d, x);
    long double h = fixture_expert(moe_model_expert(m, i)->name, z);
    sum += w[i] * (m->gaussian ? normal_density(y - h, expl(s[i] / 2), bin) : h);
  }
  return m->gaussian ? logl(sum) : sum;
}

static inline long double objective_of(const struct fixture *f, const long double *theta) {
  long double sum = 0;
  double x[16];
  for (size_t i = 0; i < f->data->n; i++) {
    long double y = *moe_data_at(f->data, i, f->model.d);
    for (size_t s = 0; s < f->model.d; s++) x[s] = *moe_data_at(f->data, i, s);
    long double value = fixture_mixture(&f->model, theta, x, y, f->data->bin);
    sum += *moe_data_at(f->data, i, f->model.d + 1) *
           (f->model.gaussian ? -value : .5L * (value - y) * (value - y));
  }
  return sum;
}

static inline void close_to(const char *what, const struct fixture *f, double a, long double b,
                            double scale, double tolerance) {
  if (!(fabsl(a - b) <= tolerance * fmax(1, scale)))
    fail_msg("%s of %s/%s, d = %zu, k = %zu: %.15g, by differences %.15Lg", what,
             f->model.gate->name, f->model.expert->name, f->model.d, f->model.k, a, b);
}

/* Shorter than the fixture's: small variances have large fifth derivatives. */
static const long double step = 3e-4L;

/* Five points in each coordinate, and four times four in each pair. */
static inline void check_differences(struct fixture *f) {
  size_t p = f->p;
  double *gradient = calloc(p, sizeof *gradient), *hessian = calloc(p * p, sizeof *hessian);
  long double *theta = calloc(p, sizeof *theta), size = 0;
  struct moe_eval *ev = moe_eval_alloc(&f->model, f->data, MOE_PLAIN);
  double q = moe_eval_at(ev, f->theta, MOE_HESSIAN, gradient, hessian);
  for (size_t i = 0; i < p; i++) theta[i] = f->theta[i];
  close_to("objective", f, q, objective_of(f, theta), fabs(q), 1e-13);
  for (size_t i = 0; i < p * p; i++) size = fmaxl(size, fabs(hessian[i]));
  for (size_t i = 0; i < p; i++) {
    long double slope = 0;
    for (size_t a = 0; a < 4; a++) {
      theta[i] = f->theta[i] + fixture_offset[a] * step;
      slope += fixture_factor[a] / step * objective_of(f, theta);
    }
    theta[i] = f->theta[i];
    close_to("gradient", f, gradient[i], slope, (double)size, 1e-9);
    for (size_t j = 0; j <= i; j++) {
      long double bend = 0;
      for (size_t a = 0; a < 16; a++) {
        theta[i] += fixture_offset[a / 4] * step;
        theta[j] += fixture_offset[a % 4] * step;
        bend += fixture_factor[a / 4] * fixture_factor[a % 4] / step / step *
                objective_of(f, theta);
        theta[i] = f->theta[i];
        theta[j] = f->theta[j];
      }
      close_to("Hessian", f, hessian[i * p + j], bend, (double)size, 1e-8);
      close_to("the other triangle", f, hessian[j * p + i], bend, (double)size, 1e-8);
    }
  }
  moe_eval_free(ev);
  free(gradient);
  free(hessian);
  free(theta);
}

struct answer {
  double objective[4], *gradient, *gauss_newton, *hessian, *values;
};

static inline struct answer answer_of(const struct fixture *f, struct moe_eval *ev,
                                      size_t pinned) {
  size_t p = f->p;
  double *numbers = calloc(p + 2 * p * p + f->data->n, sizeof *numbers);
  struct answer a = {{0}, numbers, numbers + p, numbers + p + p * p, numbers + p + 2 * p * p};
  moe_eval_pin(ev, pinned);
  a.objective[0] = moe_eval_at(ev, f->theta, MOE_OBJECTIVE, NULL, NULL);
  a.objective[1] = moe_eval_at(ev, f->theta, MOE_GRADIENT, a.gradient, NULL);
  a.objective[2] = moe_eval_at(ev, f->theta, MOE_GAUSS_NEWTON, a.gradient, a.gauss_newton);
  a.objective[3] = moe_eval_at(ev, f->theta, MOE_HESSIAN, a.gradient, a.hessian);
  moe_eval_values(ev, f->theta, a.values);
  moe_eval_free(ev);
  return a;
}

static inline void near(const char *what, const struct fixture *f, size_t count,
                        const double *a, const double *b) {
  double gap = 0, scale = 1;
  for (size_t i = 0; i < count; i++) {
    gap = isfinite(a[i]) ? fmax(gap, fabs(a[i] - b[i])) : INFINITY;
    scale = fmax(scale, fabs(b[i]));
  }
  if (!(gap <= 1e-12 * scale))
    fail_msg("%s of %s/%s, d = %zu, k = %zu, n = %zu: off by %g of %g", what,
             f->model.gate->name, f->model.expert->name, f->model.d, f->model.k, f->data->n,
             gap, scale);
}

/* Plain against tiles and BLIS, every row pinned in turn and none; equal bits at every ISA level. */
static inline void check_fast(struct fixture *f) {
  for (size_t pinned = 0; pinned <= f->model.k; pinned++) {
    struct answer plain = answer_of(f, moe_eval_alloc(&f->model, f->data, MOE_PLAIN), pinned);
    struct answer first = {{0}, NULL, NULL, NULL, NULL};
    for (size_t i = 0; i == 0 || moe_isa_at(i - 1); i++) {
      struct moe_eval *ev =
          i == 0 ? moe_eval_alloc(&f->model, f->data, MOE_BLIS)
                 : moe_eval_alloc_isa(&f->model, f->data, MOE_TILED, moe_isa_at(i - 1));
      struct answer fast = answer_of(f, ev, pinned);
      size_t numbers = f->p + 2 * f->p * f->p + f->data->n;
      near("objective", f, 4, fast.objective, plain.objective);
      near("gradient", f, f->p, fast.gradient, plain.gradient);
      near("scores", f, f->p * f->p, fast.gauss_newton, plain.gauss_newton);
      near("Hessian", f, f->p * f->p, fast.hessian, plain.hessian);
      near("log densities", f, f->data->n, fast.values, plain.values);
      if (i > 1) assert_memory_equal(fast.gradient, first.gradient, numbers * sizeof(double));
      if (i == 1)
        first = fast;
      else
        free(fast.gradient);
    }
    free(first.gradient);
    free(plain.gradient);
  }
}

#endif
