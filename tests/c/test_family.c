/*
 * test_family.c - jets against the engine's functions and against differences; families whose rank
 * and relations are known by hand.
 */
#include "eval_fixture.h"
#include "family.h"
#include "jet.h"

/* Central differences of order 8 with step 2^-9 in double-double: truncation below 1e-21 times the
 * ninth derivative, rounding 1e-30 / step^2. */
#define STEP 0x1p-9
static const double ahead[4] = {4 / 5.0, -1 / 5.0, 4 / 105.0, -1 / 280.0};

static void assert_close(const char *what, struct dd x, struct dd y, double tolerance) {
  double difference = fabs(dd_sub(x, y).hi);
  if (!(difference <= tolerance * fmax(1, fabs(y.hi))))
    fail_msg("%s: %.17g, expected %.17g, off by %.1e", what, x.hi, y.hi, difference);
}

/* Derivative n of coefficient 0, by differences of derivative n - 1. The weights are rounded, so
 * that the tolerance is one of doubles, but the formulas cannot agree to that by chance. */
static void jet_matches_differences(const char *name, moe_jet_function *f, double z) {
  for (unsigned n = 1; n <= MOE_JET_ORDER; n++) {
    struct dd sum = dd_of(0);
    for (int i = 0; i < 4; i++)
      for (int side = -1; side <= 1; side += 2) {
        struct jet moved = f(moe_jet_variable(dd_of(z + side * (i + 1) * STEP)));
        sum = dd_add(sum, dd_scale(moe_jet_derivative(&moved, n - 1), side * ahead[i] / STEP));
      }
    struct jet here = f(moe_jet_variable(dd_of(z)));
    assert_close(name, moe_jet_derivative(&here, n), sum, 1e-13);
  }
}

static void experts_have_jets(void **state) {
  (void)state;
  for (size_t i = 0; moe_expert_row_at(i); i++) {
    const struct moe_expert *e = moe_expert_row_at(i);
    moe_jet_function *f = moe_jet_expert_find(e->name);
    if (!f) {
      fail_msg("the expert %s has no jets: add a row in src/jet.c", e->name);
      return;
    }
    for (double z = -9.75; z < 10; z += 0.5) {
      double d1, d2, value = moe_expert_value(e, z, &d1, &d2);
      struct jet jet = f(moe_jet_variable(dd_of(z)));
      assert_close(e->name, jet.c[0], dd_of(value), 2e-15);
      assert_close(e->name, moe_jet_derivative(&jet, 1), dd_of(d1), 4e-15);
      assert_close(e->name, moe_jet_derivative(&jet, 2), dd_of(d2), 2e-14);
      jet_matches_differences(e->name, f, z);
    }
  }
  assert_null(moe_jet_expert_find("none"));
}

/* w_i = g(u_i), or g(u_i) / sum_j g(u_j). */
static void gates_have_jets(void **state) {
  (void)state;
  const double u[3] = {0.7, -1.3, 2.1};
  double w[3];
  for (size_t i = 0; moe_gate_row_at(i); i++) {
    const struct moe_gate *gate = moe_gate_row_at(i);
    moe_jet_function *jets = moe_jet_gate_find(gate->name);
    struct dd g[3], sum = dd_of(0);
    if (!jets) {
      fail_msg("the gate %s has no jets: add a row in src/jet.c", gate->name);
      return;
    }
    gate->weights(3, u, w);
    for (int j = 0; j < 3; j++) {
      g[j] = jets(moe_jet_variable(dd_of(u[j]))).c[0];
      sum = dd_add(sum, g[j]);
      assert_close(gate->name, g[j], dd_of(gate->g(u[j])), 2e-15);
      jet_matches_differences(gate->name, jets, u[j]);
    }
    for (int j = 0; j < 3; j++)
      assert_close(gate->name, gate->normalised ? dd_div(g[j], sum) : g[j], dd_of(w[j]), 2e-15);
  }
  assert_null(moe_jet_gate_find("none"));
}

/* --- families ----------------------------------------------------------------------------- */

struct problem {
  struct moe_family family;
  struct moe_data *support; /* of the family, to be freed */
  struct moe_term term[16];
  size_t count;
};

static const struct moe_design line = {
    .kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = 256};

/* theta: k gate rows, then k expert rows; d = 1. */
static struct problem problem_make(const char *gate, const char *expert, size_t k,
                                   const double *theta) {
  struct problem p = {0};
  struct moe_error e;
  assert_int_equal(moe_model_make(&p.family.model, gate, expert, 1, k, &e), MOE_OK);
  p.family.theta = theta;
  p.family.support = p.support = moe_design_support(&line, 0, &p.family.model, theta);
  return p;
}

static void want(struct problem *p, size_t atom, unsigned char b1, unsigned char b0,
                 unsigned char a, unsigned char b) {
  p->term[p->count++] = (struct moe_term){.atom = atom, .order = {b1, b0, a, b}};
}

static void problem_free(struct problem *p) {
  moe_data_free(p->support);
}

static struct moe_functions evaluate(const struct problem *p) {
  struct moe_functions f;
  struct moe_error e;
  if (moe_functions_make(&p->family, p->term, p->count, &f, &e)) fail_msg("%s", e.text);
  return f;
}

/* The relation of function j: its coefficients, the rest 0. */
static void assert_relation(const struct moe_relations *r, size_t j, const double *expected) {
  assert_int_equal(r->state[j], MOE_DEPENDENT);
  for (size_t i = 0; i < r->count; i++) {
    double want_i = i < j ? expected[i] : 0;
    assert_true(fabs(r->coefficient[j * r->count + i].hi - want_i) <=
                1e-15 * fabs(want_i) + 1e-25);
  }
}

/* The effective family at one atom with a flat gate: {1, x, x^2} times {phi, phi', phi''}. */
static void effective(struct problem *p) {
  want(p, 0, 0, 0, 0, 0);
  want(p, 0, 1, 0, 0, 0);
  want(p, 0, 0, 0, 1, 0);
  want(p, 0, 0, 0, 0, 1);
  want(p, 0, 2, 0, 0, 0);
  want(p, 0, 1, 0, 1, 0);
  want(p, 0, 0, 0, 2, 0);
  want(p, 0, 0, 0, 1, 1);
  want(p, 0, 0, 0, 0, 2);
}

/* Smallest eigenvalues of the normalised Gram matrix, computed independently in a pilot and given
 * to one digit; and their order. */
static void smooth_experts_are_independent(void **state) {
  (void)state;
  static const double theta[4] = {0, 0.3, 1.3, 0.4};
  static const struct {
    const char *expert;
    double smallest;
  } known[] = {{"tanh", 8e-6}, {"silu", 3e-8}, {"sigmoid", 2e-8}, {"gelu", 6e-9}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    struct problem p = problem_make("sigmoid", known[i].expert, 1, theta);
    struct moe_relations r;
    double singular[16], sum = 0;
    effective(&p);
    struct moe_functions f = evaluate(&p);
    moe_functions_singular(&f, singular);
    for (size_t j = 0; j < p.count; j++) sum += singular[j] * singular[j];
    assert_true(fabs(sum - 9) < 1e-14); /* the trace */
    assert_true(fabs(singular[8] * singular[8] / known[i].smallest - 1) < 0.2);
    moe_functions_relate(&f, NULL, 1, NULL, &r);
    for (size_t j = 0; j < p.count; j++) assert_int_equal(r.state[j], MOE_INDEPENDENT);
    moe_relations_free(&r);
    moe_functions_free(&f);
    problem_free(&p);
  }
}

/* d2F/dbeta1 db = x g' phi' = (g'/g) dF/da at beta1 = 0, for any expert. */
static void chain_rule_is_found(void **state) {
  (void)state;
  static const double theta[4] = {0, 0.3, 1.3, 0.4};
  struct problem p = problem_make("sigmoid", "gelu", 1, theta);
  struct moe_relations r;
  effective(&p);
  want(&p, 0, 1, 0, 0, 1);
  for (int generic = 0; generic < 2; generic++) {
    p.family.generic = generic;
    struct moe_functions f = evaluate(&p);
    moe_functions_relate(&f, NULL, 1, NULL, &r);
    double ratio = 1 / (1 + exp(0.3)), expected[16] = {0, 0, ratio};
    assert_relation(&r, 9, expected);
    struct moe_coefficient c =
        moe_coefficient_read(&p.family, 0, r.coefficient[9 * r.count + 2]);
    assert_int_equal(c.numerator, 1);
    assert_int_equal(c.denominator, 1);
    for (size_t j = 0; j < 5; j++) assert_int_equal(c.power[j], j == 4);
    moe_relations_free(&r);
    moe_functions_free(&f);
  }
  problem_free(&p);
}

/* ReLU by hand: the span is phi' times {1, x, x^2, x^3}. */
static void relu_has_rank_four(void **state) {
  (void)state;
  static const double theta[4] = {0, 0.3, 1.3, 0.4};
  struct problem p = problem_make("sigmoid", "relu", 1, theta);
  struct moe_relations r;
  double singular[16];
  effective(&p);
  struct moe_functions f = evaluate(&p);
  moe_functions_singular(&f, singular);
  assert_true(singular[3] > 1e-3 && singular[4] < 1e-30);
  moe_functions_relate(&f, NULL, 1, NULL, &r);
  /* F = a dF/da + b dF/db; its x-fold; second derivatives vanish. */
  double ratio = 1 / (1 + exp(0.3));
  double euler[16] = {1 / 0.4, 0, -1.3 / 0.4}, sloped[16] = {0, 1 / 1.3, -ratio * 0.4 / 1.3},
         zero[16] = {0};
  assert_relation(&r, 3, euler);
  assert_relation(&r, 5, sloped);
  for (size_t j = 6; j < 9; j++) assert_relation(&r, j, zero);
  moe_relations_free(&r);
  moe_functions_free(&f);
  problem_free(&p);
}

/* sum_j g_j (phi_j - f) = 0: the translation of a normalised gate, with and without experts in
 * particular. */
static void translation_is_found(void **state) {
  (void)state;
  static const double theta[8] = {2, 0.5, -1, 0.2, 3, 1, -3, 1.5};
  struct problem p = problem_make("softmax", "tanh", 2, theta);
  struct moe_relations r;
  for (size_t atom = 0; atom < 2; atom++) {
    want(&p, atom, 1, 0, 0, 0);
    want(&p, atom, 0, 1, 0, 0);
    want(&p, atom, 0, 0, 1, 0);
    want(&p, atom, 0, 0, 0, 1);
  }
  p.family.centred = 1;
  for (int generic = 0; generic < 2; generic++) {
    p.family.generic = generic;
    struct moe_functions f = evaluate(&p);
    moe_functions_relate(&f, NULL, 1, NULL, &r);
    double slope[16] = {-1}, intercept[16] = {0, -1};
    assert_relation(&r, 4, slope);
    assert_relation(&r, 5, intercept);
    for (size_t j = 0; j < 4; j++) assert_int_equal(r.state[j], MOE_INDEPENDENT);
    assert_int_equal(r.state[6], MOE_INDEPENDENT);
    assert_int_equal(r.state[7], MOE_INDEPENDENT);
    moe_relations_free(&r);
    moe_functions_free(&f);
  }
  problem_free(&p);
}

/* Over many atoms: a dF/da + b dF/db = 2 F for z^2 with numbers as coefficients, and its multiples
 * and derivatives known for consequences. */
static void euler_holds_at_every_atom(void **state) {
  (void)state;
  static const int all_free[4] = {1, 1, 1, 1};
  double theta[16];
  uint64_t seed = 5;
  for (size_t j = 0; j < 16; j++) theta[j] = 2 * fixture_number(&seed);
  struct problem p = problem_make("sigmoid", "polynomial-2", 4, theta);
  struct moe_relations r;
  p.family.stacked = 1; /* atom by atom */
  want(&p, 0, 0, 0, 0, 0);
  want(&p, 0, 0, 0, 1, 0);
  p.term[p.count - 1].power[2] = 1;
  want(&p, 0, 0, 0, 0, 1);
  p.term[p.count - 1].power[3] = 1;
  want(&p, 0, 0, 0, 1, 1);
  p.term[p.count - 1].power[3] = 1; /* d/da of the relation */
  want(&p, 0, 0, 0, 0, 1);
  p.term[p.count - 1].power[3] = 2; /* b times it */
  struct moe_functions f = evaluate(&p);
  assert_int_equal(f.rows, 4 * 256);
  moe_functions_relate(&f, p.term, 1, all_free, &r);
  double euler[16] = {2, -1};
  assert_relation(&r, 2, euler);
  assert_int_equal(r.state[3], MOE_CONSEQUENCE);
  assert_int_equal(r.state[4], MOE_CONSEQUENCE);
  struct moe_coefficient c = moe_coefficient_read(&p.family, 0, r.coefficient[2 * r.count]);
  assert_true(c.numerator == 2 && c.denominator == 1);
  moe_relations_free(&r);
  moe_functions_free(&f);
  problem_free(&p);
}

/* Derivatives of F in the parameters: differences of F between moved atoms. */
static void derivatives_match_differences(void **state) {
  (void)state;
  static const double base[4] = {0.5, -0.25, 1.25, 0.75};
  const char *gates[] = {"sigmoid", "softmax"};
  for (size_t g = 0; g < 2; g++)
    for (size_t i = 0; i < 4; i++) {
      struct problem p = problem_make(gates[g], "silu", 1, base);
      want(&p, 0, i == 0, i == 1, i == 2, i == 3);
      want(&p, 0, 1 + (i == 0), i == 1, i == 2, i == 3);
      struct moe_functions exact = evaluate(&p);
      p.count = 0;
      want(&p, 0, 0, 0, 0, 0);
      want(&p, 0, 1, 0, 0, 0);
      struct dd *sum = moe_alloc(2 * exact.rows, sizeof *sum);
      for (int side = -1; side <= 1; side += 2)
        for (int n = 0; n < 4; n++) {
          double moved[4];
          memcpy(moved, base, sizeof moved);
          moved[i] += side * (n + 1) * STEP;
          p.family.theta = moved;
          struct moe_functions f = evaluate(&p);
          for (size_t m = 0; m < 2 * f.rows; m++)
            sum[m] = dd_add(sum[m], dd_scale(f.value[m], side * ahead[n] / STEP));
          moe_functions_free(&f);
        }
      for (size_t m = 0; m < 2 * exact.rows; m++)
        assert_close("derivative", exact.value[m], sum[m], 1e-12);
      moe_free(sum);
      moe_functions_free(&exact);
      problem_free(&p);
    }
}

static void bad_families_are_named(void **state) {
  (void)state;
  static const double theta[4] = {0, 0.3, 1.3, 400};
  struct problem p = problem_make("sigmoid", "tanh", 1, theta);
  struct moe_functions f;
  struct moe_error e;
  want(&p, 0, 0, 0, 0, 0);
  assert_int_equal(moe_functions_make(&p.family, p.term, 1, &f, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "pre-activation"));
  assert_int_equal(moe_functions_make(&p.family, p.term, 300, &f, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "300 functions on 256 points"));
  problem_free(&p);
}

/* The bits of singular values and relations: the same on every machine. */
static void bits_stay(void **state) {
  (void)state;
  static const double theta[4] = {0, 0.3, 1.3, 0.4};
  uint64_t digest = FIXTURE_DIGEST_START;
  const char *experts[] = {"tanh", "gelu", "relu", "silu"};
  for (size_t i = 0; i < 4; i++) {
    struct problem p = problem_make("sigmoid", experts[i], 1, theta);
    double singular[16];
    effective(&p);
    struct moe_functions f = evaluate(&p);
    moe_functions_singular(&f, singular);
    digest = fixture_digest(digest, singular, p.count);
    digest = fixture_digest(digest, (const double *)f.value, 2 * f.rows * f.count);
    moe_functions_free(&f);
    problem_free(&p);
  }
  assert_int_equal(digest, 0x66aff3bedaf874c4u);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(experts_have_jets),
      cmocka_unit_test(gates_have_jets),
      cmocka_unit_test(smooth_experts_are_independent),
      cmocka_unit_test(chain_rule_is_found),
      cmocka_unit_test(relu_has_rank_four),
      cmocka_unit_test(translation_is_found),
      cmocka_unit_test(euler_holds_at_every_atom),
      cmocka_unit_test(derivatives_match_differences),
      cmocka_unit_test(bad_families_are_named),
      cmocka_unit_test(bits_stay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
