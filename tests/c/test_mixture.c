/*
 * test_mixture.c - derivatives of whole mixtures against differences of the formula in long double, and
 * the quadrature over y.
 */
#include "eval_fixture.h"
#include "mixture.h"

enum { POINTS = 5, ATOMS = 3, WIDTH = 7, SIZE = ATOMS * WIDTH + 1, NODES = 13 };

/* A kind of mixture by names, and its parameters: one atom that may be shared, two that are routed. */
struct kind {
  const char *gate, *activation, *expert;
  int inside, gaussian, shared;
};

static const double theta[SIZE] = {
    0,    0,   1.3, -.4, 1.2, .7, 1,   /* beta1, beta0, a, b, c, nu, m or omega */
    .6,   -.3, -.9, .8,  .7,  .4, 1.5, /* */
    -1.1, .25, .5,  1.1, -.6, .9, .8,  /* */
    .65,                               /* tau */
};

static struct moe_mixture mixture_of(const struct kind *kind) {
  struct moe_mixture m = {
      .d = 1, .shared = kind->shared ? 1 : 0, .routed = kind->shared ? 2 : 3};
  m.g = moe_jet_gate_find(kind->gate);
  m.activation = kind->activation ? moe_jet_expert_find(kind->activation) : NULL;
  m.expert = m.shared_expert = moe_jet_expert_find(kind->expert);
  m.normalised = strcmp(kind->gate, "sigmoid") != 0;
  m.inside = kind->inside;
  m.gaussian = kind->gaussian;
  assert_int_equal(moe_mixture_width(&m), WIDTH);
  assert_int_equal(moe_mixture_size(&m), SIZE);
  return m;
}

static struct moe_data *support_make(void) {
  struct moe_data *data = moe_data_alloc(POINTS, 1);
  for (size_t i = 0; i < POINTS; i++) {
    *moe_data_at(data, i, 0) = -1.5 + 0.7 * (double)i;
    *moe_data_at(data, i, 2) = 0.2;
  }
  moe_data_pad(data);
  return data;
}

static long double logit(const struct kind *kind, const long double *atom, long double tau,
                         double x) {
  long double v = atom[0] * x;
  if (!kind->activation) return (v + atom[1]) / tau;
  if (kind->inside) return fixture_expert(kind->activation, v + atom[1]) / tau;
  return (fixture_expert(kind->activation, v) + atom[1]) / tau;
}

/* f(x), or p(y | x) without 1 / sqrt(2 pi). */
static long double formula(const struct kind *kind, const long double *at, double x, double y) {
  long double u[ATOMS], w[ATOMS], sum = 0, mass = 0;
  size_t first = kind->shared ? 1 : 0;
  for (size_t i = first; i < ATOMS; i++) u[i] = logit(kind, at + i * WIDTH, at[SIZE - 1], x);
  for (size_t i = first; i < ATOMS; i++) {
    long double s = strcmp(kind->gate, "softmax") == 0 ? expl(u[i]) : 1 / (1 + expl(-u[i]));
    mass += w[i] = at[i * WIDTH + 6] * s;
  }
  for (size_t i = first; i < ATOMS; i++) {
    if (strcmp(kind->gate, "sigmoid") != 0) w[i] /= mass;
    if (kind->shared) w[i] /= 2;
  }
  if (kind->shared) w[0] = at[6] / 2;
  for (size_t i = 0; i < ATOMS; i++) {
    const long double *own = at + i * WIDTH + 2;
    long double h = own[2] * fixture_expert(kind->expert, own[0] * x + own[1]);
    long double law = expl(-(y - h) * (y - h) / (2 * own[3])) / sqrtl(own[3]);
    sum += w[i] * (kind->gaussian ? law : h);
  }
  return sum;
}

/* Differences in one parameter, or in two. */
static long double difference(const struct kind *kind, const struct moe_partial *term, double x,
                              double y) {
  long double at[SIZE], sum = 0;
  for (size_t j = 0; j < SIZE; j++) at[j] = theta[j];
  for (int s = 0; s < 4; s++)
    for (int t = 0; t < (term->order == 2 ? 4 : 1); t++) {
      long double factor = fixture_factor[s] / fixture_step;
      at[term->at[0]] += fixture_offset[s] * fixture_step;
      if (term->order == 2) {
        at[term->at[1]] += fixture_offset[t] * fixture_step;
        factor *= fixture_factor[t] / fixture_step;
      }
      sum += factor * formula(kind, at, x, y);
      for (size_t j = 0; j < SIZE; j++) at[j] = theta[j];
    }
  return sum;
}

/* Standard deviations from the mean of its atom, and y itself. */
static double node_at(size_t row) {
  return (double)(row % NODES) - 6;
}

static double node(const struct kind *kind, double x, size_t row) {
  const double *own = theta + row / NODES * WIDTH + 2;
  long double h = own[2] * fixture_expert(kind->expert, own[0] * (long double)x + own[1]);
  return (double)h + sqrt(own[3]) * node_at(row);
}

static void check_kind(const struct kind *kind) {
  struct moe_mixture m = mixture_of(kind);
  struct moe_data *support = support_make();
  struct moe_partial term[1 + SIZE + SIZE] = {{.order = 0}};
  struct moe_functions f;
  struct moe_error e;
  for (size_t j = 0; j < SIZE; j++) {
    term[1 + j] = (struct moe_partial){.order = 1, .at = {j, 0}};
    term[1 + SIZE + j] = (struct moe_partial){.order = 2, .at = {j, (5 * j + 3) % SIZE}};
  }
  size_t count = kind->gaussian ? 1 + 2 * SIZE : 5, each = kind->gaussian ? ATOMS * NODES : 1;
  for (size_t first = 1; first < 1 + 2 * SIZE; first += count - 1) {
    struct moe_partial some[1 + 2 * SIZE] = {term[0]};
    size_t left = 1 + 2 * SIZE - first, here = left < count - 1 ? left : count - 1;
    memcpy(some + 1, term + first, here * sizeof *some);
    assert_int_equal(moe_mixture_functions(&m, 1, theta, support, some, here + 1, &f, &e),
                     MOE_OK);
    assert_int_equal(f.rows, POINTS * each);
    for (size_t j = 1; j <= here; j++)
      for (size_t r = 0; r < f.rows; r++) {
        /* Far out step^4 / 30 = 5e-13 times a fifth derivative is too much. */
        if (kind->gaussian && fabs(node_at(r % each)) > 3) continue;
        double x = *moe_data_at(support, r / each, 0),
               y = kind->gaussian ? node(kind, x, r % each) : 0;
        long double at[SIZE], value, expected = difference(kind, &some[j], x, y);
        for (size_t l = 0; l < SIZE; l++) at[l] = theta[l];
        value = formula(kind, at, x, y);
        double found = f.value[j * f.rows + r].hi / f.value[r].hi;
        if (!(fabs(found - (double)(expected / value)) <= 1e-6 * (1 + fabs(found))))
          fail_msg("%s %s, gaussian %d, term %zu %zu: %g, expected %g", kind->gate,
                   kind->activation ? kind->activation : "-", kind->gaussian, some[j].at[0],
                   some[j].at[1], found, (double)(expected / value));
      }
    moe_functions_free(&f);
  }
  moe_data_free(support);
}

static const struct kind kinds[] = {
    {"softmax", NULL, "tanh", 0, 0, 0},
    {"softmax", NULL, "tanh", 0, 1, 1},
    {"normalised-sigmoid", NULL, "gelu", 0, 1, 1},
    {"softmax", "tanh", "linear", 0, 1, 0},
    {"softmax", "gelu", "tanh", 1, 0, 0},
    {"sigmoid", "silu", "tanh", 1, 1, 0},
};

static void derivatives_match_differences(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) check_kind(&kinds[i]);
}

/* The squares of p / p, times its weights, add up to sqrt(2 pi) times one. */
static void densities_integrate_to_one(void **state) {
  (void)state;
  struct moe_mixture m = mixture_of(&kinds[1]);
  struct moe_data *support = support_make();
  struct moe_partial one = {.order = 0};
  struct moe_functions f;
  double sum = 0;
  assert_int_equal(moe_mixture_functions(&m, 1, theta, support, &one, 1, &f, NULL), MOE_OK);
  for (size_t r = 0; r < f.rows; r++) sum += f.value[r].hi * f.value[r].hi;
  assert_true(fabs(sum * 0.3989422804014327 - 1) < 1e-8);
  moe_functions_free(&f);
  moe_data_free(support);
}

/* Groups are stacked, each function times its monomial there. */
static void groups_are_stacked(void **state) {
  (void)state;
  struct moe_mixture m = mixture_of(&kinds[0]);
  struct moe_data *support = support_make();
  unsigned char power[SIZE] = {[WIDTH] = 2};
  struct moe_partial term[2] = {{.order = 1, .at = {8, 0}},
                                {.order = 1, .at = {8, 0}, .power = power}};
  double both[2 * SIZE];
  struct moe_functions f;
  memcpy(both, theta, sizeof theta);
  memcpy(both + SIZE, theta, sizeof theta);
  both[SIZE + WIDTH] = -1.75;
  assert_int_equal(moe_mixture_functions(&m, 2, both, support, term, 2, &f, NULL), MOE_OK);
  assert_int_equal(f.rows, 2 * POINTS);
  for (size_t r = 0; r < f.rows; r++) {
    double factor = r < POINTS ? .6 * .6 : 1.75 * 1.75;
    double ratio = f.value[f.rows + r].hi / f.value[r].hi;
    assert_true(fabs(ratio - factor) < 1e-14 * factor);
  }
  moe_functions_free(&f);
  moe_data_free(support);
}

static void assert_refused(const struct kind *kind, size_t j, double value, const char *text) {
  struct moe_mixture m = mixture_of(kind);
  struct moe_data *support = support_make();
  struct moe_partial one = {.order = 0};
  struct moe_functions f;
  struct moe_error e;
  double changed[SIZE];
  memcpy(changed, theta, sizeof theta);
  changed[j] = value;
  assert_int_equal(moe_mixture_functions(&m, 1, changed, support, &one, 1, &f, &e), MOE_EUSAGE);
  if (!strstr(e.text, text)) fail_msg("'%s' does not say '%s'", e.text, text);
  moe_data_free(support);
}

static void bad_mixtures_are_named(void **state) {
  (void)state;
  assert_refused(&kinds[0], SIZE - 1, 0, "the temperature is 0, not positive");
  assert_refused(&kinds[1], WIDTH + 5, -1, "atom 2: its variance is -1");
  assert_refused(&kinds[0], WIDTH, 400, "atom 2: its logit is");
  assert_refused(&kinds[0], 2 * WIDTH + 2, NAN, "atom 3: its pre-activation is nan");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives_match_differences),
      cmocka_unit_test(densities_integrate_to_one),
      cmocka_unit_test(groups_are_stacked),
      cmocka_unit_test(bad_mixtures_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
