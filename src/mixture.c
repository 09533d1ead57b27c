/*
 * mixture.c - whole mixtures in hyper-dual numbers, one evaluation for each derivative.
 */
#include "mixture.h"

#include <math.h>

#include "vmath.h"

#define LARGEST_FORM 300
#define WIDEST 6.0 /* standard deviations to each side of a mean, in steps of STEP */
#define STEP 1.0
#define NODES 13

/* value + s e1 + t e2 + st e1 e2 with e1^2 = e2^2 = 0: a function of such numbers has its derivative in
 * two directions, or twice in one, in the last component. */
struct dual {
  struct dd value, s, t, st;
};

static struct dual constant(struct dd x) {
  return (struct dual){.value = x};
}

static struct dual plus(struct dual a, struct dual b) {
  return (struct dual){dd_add(a.value, b.value), dd_add(a.s, b.s), dd_add(a.t, b.t),
                       dd_add(a.st, b.st)};
}

static struct dual times(struct dual a, struct dual b) {
  struct dual out = {.value = dd_mul(a.value, b.value)};
  out.s = dd_add(dd_mul(a.value, b.s), dd_mul(a.s, b.value));
  out.t = dd_add(dd_mul(a.value, b.t), dd_mul(a.t, b.value));
  out.st = dd_add(dd_add(dd_mul(a.value, b.st), dd_mul(a.st, b.value)),
                  dd_add(dd_mul(a.s, b.t), dd_mul(a.t, b.s)));
  return out;
}

static struct dual scaled(struct dual a, struct dd factor) {
  return times(a, constant(factor));
}

/* f(a) from f and its first and second derivatives at a's value. */
static struct dual chain(struct dual a, struct dd f, struct dd f1, struct dd f2) {
  struct dual out = {f, dd_mul(f1, a.s), dd_mul(f1, a.t), dd_mul(f1, a.st)};
  out.st = dd_add(out.st, dd_mul(f2, dd_mul(a.s, a.t)));
  return out;
}

static struct dual by_jet(moe_jet_function *f, struct dual a) {
  struct jet j = f(moe_jet_variable(a.value));
  return chain(a, moe_jet_derivative(&j, 0), moe_jet_derivative(&j, 1),
               moe_jet_derivative(&j, 2));
}

static struct dual reciprocal(struct dual a) {
  struct dd f = dd_div(dd_of(1), a.value), square = dd_mul(f, f);
  return chain(a, f, dd_neg(square), dd_scale(dd_mul(square, f), 2));
}

static struct dual exponential(struct dual a) {
  struct dd f = dd_exp(a.value);
  return chain(a, f, f, f);
}

/* a^(-1/2) */
static struct dual inverse_root(struct dual a) {
  struct dd inverse = dd_div(dd_of(1), a.value), f = dd_sqrt(inverse);
  struct dd f1 = dd_scale(dd_mul(f, inverse), -0.5);
  return chain(a, f, f1, dd_scale(dd_mul(f1, inverse), -1.5));
}

/* --- a mixture ------------------------------------------------------------------------------- */

/* Places of an atom's parameters behind beta1 (0 ..) and a (d + 1 ..). */
enum { SCALE, VARIANCE, MASS, OWN };

size_t moe_mixture_width(const struct moe_mixture *m) {
  return 2 * (m->d + 1) + OWN;
}

size_t moe_mixture_size(const struct moe_mixture *m) {
  return (m->shared + m->routed) * moe_mixture_width(m) + 1;
}

/* A mixture at parameters of which one or two, or one twice, vary: `at`, as in moe_partial. */
struct point {
  const struct moe_mixture *m;
  const double *theta;
  const struct moe_partial *term;
  const double *x;
};

static struct dual parameter(const struct point *p, size_t j) {
  struct dual out = constant(dd_of(p->theta[j]));
  out.s = dd_of(p->term->order > 0 && p->term->at[0] == j);
  out.t = dd_of(p->term->order > 1 && p->term->at[1] == j);
  return out;
}

static struct dual own(const struct point *p, size_t atom, size_t which) {
  return parameter(p, atom * moe_mixture_width(p->m) + 2 * (p->m->d + 1) + which);
}

/* slopes . x, the slopes from parameter j on. */
static struct dual product(const struct point *p, size_t j) {
  struct dual sum = constant(dd_of(0));
  for (size_t s = 0; s < p->m->d; s++)
    sum = plus(sum, scaled(parameter(p, j + s), dd_of(p->x[s])));
  return sum;
}

static struct dual expert_at(const struct point *p, size_t i) {
  const struct moe_mixture *m = p->m;
  size_t first = i * moe_mixture_width(m) + m->d + 1;
  struct dual z = plus(product(p, first), parameter(p, first + m->d));
  return times(own(p, i, SCALE), by_jet(i < m->shared ? m->shared_expert : m->expert, z));
}

/* v of a routed atom. */
static struct dual logit_at(const struct point *p, size_t i) {
  const struct moe_mixture *m = p->m;
  size_t first = i * moe_mixture_width(m);
  struct dual v = product(p, first), beta0 = parameter(p, first + m->d);
  if (m->inside) v = plus(v, beta0);
  if (m->activation) v = by_jet(m->activation, v);
  if (!m->inside) v = plus(v, beta0);
  return times(v, reciprocal(parameter(p, moe_mixture_size(m) - 1)));
}

static void weights_at(const struct point *p, struct dual *w) {
  const struct moe_mixture *m = p->m;
  size_t k = m->shared + m->routed;
  struct dual sum = constant(dd_of(0));
  struct dd half = dd_of(m->shared ? 0.5 : 1);
  for (size_t i = 0; i < m->shared; i++) w[i] = scaled(own(p, i, MASS), half);
  for (size_t i = m->shared; i < k; i++) {
    w[i] = times(own(p, i, MASS), by_jet(m->g, logit_at(p, i)));
    sum = plus(sum, w[i]);
  }
  struct dual share = m->normalised ? scaled(reciprocal(sum), half) : constant(half);
  for (size_t i = m->shared; i < k; i++) w[i] = times(w[i], share);
}

/* What the term asks for. */
static struct dd component(const struct dual *a, size_t order) {
  return order == 0 ? a->value : order == 1 ? a->s : a->st;
}

/* --- regression and density ------------------------------------------------------------------- */

static void regression_at(const struct point *p, size_t k, const struct dual *w,
                          const struct dual *h, double weight, struct dd *out) {
  struct dual f = constant(dd_of(0));
  for (size_t i = 0; i < k; i++) f = plus(f, times(w[i], h[i]));
  *out = dd_mul(dd_sqrt(dd_of(weight)), component(&f, p->term->order));
}

/* The sum of the weights, which are far from one where they are not normalised. */
static struct dd total(size_t k, const struct dual *w) {
  struct dd sum = dd_of(0);
  for (size_t i = 0; i < k; i++) sum = dd_add(sum, w[i].value);
  return sum;
}

/* sum_i w_i N(y; h_i, nu_i) without 1 / sqrt(2 pi). */
static struct dual density(size_t k, const struct dual *w, const struct dual *h,
                           const struct dual *precision, double y) {
  struct dual sum = constant(dd_of(0));
  for (size_t i = 0; i < k; i++) {
    struct dual z = plus(scaled(h[i], dd_of(-1)), constant(dd_of(y)));
    struct dual law = exponential(scaled(times(times(z, z), precision[i]), dd_of(-0.5)));
    sum = plus(sum, times(w[i], law));
  }
  return sum;
}

static void density_at(const struct point *p, size_t k, const struct dual *w,
                       const struct dual *h, double weight, struct dd *out) {
  struct dual share[2 * MOE_MIXTURE_ATOMS], precision[2 * MOE_MIXTURE_ATOMS];
  for (size_t i = 0; i < k; i++) {
    struct dual nu = own(p, i, VARIANCE);
    share[i] = times(w[i], inverse_root(nu));
    precision[i] = reciprocal(nu);
  }
  for (size_t i = 0; i < k; i++)
    for (size_t n = 0; n < NODES; n++) {
      double t = STEP * (double)n - WIDEST;
      double y = h[i].value.hi + sqrt(own(p, i, VARIANCE).value.hi) * t;
      double mass = weight * w[i].value.hi * STEP * moe_exp(-t * t / 2);
      struct dual f = density(k, share, h, precision, y);
      out[i * NODES + n] = dd_of(0);
      if (mass > 0)
        out[i * NODES + n] =
            dd_mul(dd_sqrt(dd_of(mass)), dd_div(component(&f, p->term->order), f.value));
    }
}

/* --- functions --------------------------------------------------------------------------------- */

static enum moe_status form_check(const double *row, size_t d, double scale, const char *what,
                                  size_t atom, const struct moe_data *support,
                                  struct moe_error *e) {
  for (size_t n = 0; n < support->n; n++) {
    double form = row[d];
    for (size_t s = 0; s < d; s++) form += row[s] * *moe_data_at(support, n, s);
    if (!(fabs(form * scale) <= LARGEST_FORM))
      return moe_fail(e, MOE_EUSAGE, "atom %zu: its %s is %g on the support, beyond %d",
                      atom + 1, what, form * scale, LARGEST_FORM);
  }
  return MOE_OK;
}

static enum moe_status mixture_check(const struct moe_mixture *m, const double *theta,
                                     const struct moe_data *support, struct moe_error *e) {
  size_t width = moe_mixture_width(m), k = m->shared + m->routed;
  double tau = theta[k * width];
  if (!(tau > 0)) return moe_fail(e, MOE_EUSAGE, "the temperature is %g, not positive", tau);
  for (size_t i = 0; i < k; i++) {
    const double *atom = theta + i * width;
    double nu = atom[2 * (m->d + 1) + VARIANCE];
    if (m->gaussian && !(nu > 0))
      return moe_fail(e, MOE_EUSAGE, "atom %zu: its variance is %g, not positive", i + 1, nu);
    enum moe_status status = form_check(atom, m->d, 1 / tau, "logit", i, support, e);
    if (!status) status = form_check(atom + m->d + 1, m->d, 1, "pre-activation", i, support, e);
    if (status) return status;
  }
  return MOE_OK;
}

static struct dd monomial(const double *theta, const unsigned char *power, size_t size) {
  struct dd value = dd_of(1);
  for (size_t j = 0; power && j < size; j++)
    for (unsigned n = 0; n < power[j]; n++) value = dd_scale(value, theta[j]);
  return value;
}

/* One function at one group of parameters; balanced: with many groups. */
static void function_fill(const struct moe_mixture *m, const double *theta,
                          const struct moe_partial *term, const struct moe_data *support,
                          size_t rows_each, int balanced, struct dd *out) {
  struct dual w[2 * MOE_MIXTURE_ATOMS], h[2 * MOE_MIXTURE_ATOMS];
  double x[MOE_CERTIFY_COVARIATES];
  const struct point p = {m, theta, term, x};
  size_t k = m->shared + m->routed;
  struct dd factor = monomial(theta, term->power, moe_mixture_size(m));
  for (size_t n = 0; n < support->n; n++, out += rows_each) {
    for (size_t s = 0; s < m->d; s++) x[s] = *moe_data_at(support, n, s);
    double weight = *moe_data_at(support, n, m->d + 1);
    weights_at(&p, w);
    for (size_t i = 0; i < k; i++) h[i] = expert_at(&p, i);
    if (m->gaussian)
      density_at(&p, k, w, h, weight, out);
    else
      regression_at(&p, k, w, h, weight, out);
    struct dd row = balanced && !m->gaussian ? dd_div(factor, total(k, w)) : factor;
    for (size_t r = 0; r < rows_each; r++) out[r] = dd_mul(row, out[r]);
  }
}

enum moe_status moe_mixture_functions(const struct moe_mixture *m, size_t groups,
                                      const double *theta, const struct moe_data *support,
                                      const struct moe_partial *term, size_t count,
                                      struct moe_functions *out, struct moe_error *e) {
  size_t size = moe_mixture_size(m);
  size_t each = m->gaussian ? (m->shared + m->routed) * NODES : 1, rows = support->n * each;
  *out = (struct moe_functions){.rows = rows * groups, .count = count};
  for (size_t g = 0; g < groups; g++) {
    enum moe_status status = mixture_check(m, theta + g * size, support, e);
    if (status) return status;
  }
  if (count > MOE_FAMILY_LIMIT || count > out->rows)
    return moe_fail(e, MOE_EUSAGE,
                    "the family has %zu functions, more than %d or its %zu points", count,
                    MOE_FAMILY_LIMIT, out->rows);
  out->value = moe_alloc(out->rows * count + 1, sizeof *out->value);
  for (size_t j = 0; j < count; j++)
    for (size_t g = 0; g < groups; g++)
      function_fill(m, theta + g * size, &term[j], support, each, groups > 1,
                    out->value + j * out->rows + g * rows);
  return MOE_OK;
}

void moe_mixture_symbols(const struct moe_mixture *m, const double *theta, struct dd *symbol) {
  size_t size = moe_mixture_size(m), width = moe_mixture_width(m);
  for (size_t j = 0; j < size; j++) symbol[j] = dd_of(theta[j]);
  for (size_t i = 0; i < m->routed; i++) {
    const double *gate = theta + (m->shared + i) * width;
    int flat = !m->activation;
    for (size_t s = 0; s < m->d; s++) flat &= gate[s] == 0;
    struct jet g = m->g(moe_jet_variable(dd_div(dd_of(gate[m->d]), dd_of(theta[size - 1]))));
    symbol[size + i] = flat ? dd_div(g.c[1], g.c[0]) : dd_of(0);
  }
}
