/*
 * test_route.c - routers, temperatures, selections and shared atoms: weights by hand, derivatives by
 * differences, vectors against scalars.
 */
#include "derivative_fixture.h"
#include "fit.h"

/* What a model has beside gate and expert. */
struct router {
  const char *gate, *expert, *activation, *shared_expert;
  int outside, tempered, euclidean;
  size_t k, top, shared;
};

static const struct router routers[] = {
    {"softmax", "linear", NULL, NULL, 0, 1, 0, 3, 0, 0},
    {"normalised-sigmoid", "tanh", NULL, NULL, 0, 1, 0, 2, 0, 0},
    {"softmax", "linear", "tanh", NULL, 0, 0, 0, 3, 0, 0},
    {"softmax", "linear", "gelu", NULL, 0, 1, 0, 2, 0, 0},
    {"softmax", "tanh", "sigmoid", NULL, 1, 1, 0, 3, 0, 0},
    {"normalised-sigmoid", "linear", "tanh", NULL, 1, 0, 0, 2, 0, 0},
    {"softmax", "linear", NULL, NULL, 0, 1, 1, 3, 0, 0},
    {"normalised-sigmoid", "gelu", NULL, NULL, 0, 0, 1, 2, 0, 0},
    {"softmax", "linear", NULL, NULL, 0, 0, 0, 4, 2, 0},
    {"normalised-sigmoid", "linear", "tanh", NULL, 0, 1, 0, 4, 3, 0},
    {"sigmoid", "linear", NULL, NULL, 0, 0, 0, 4, 2, 0},
    {"softmax", "linear", NULL, "gelu", 0, 0, 0, 5, 0, 2},
    {"normalised-sigmoid", "tanh", NULL, "linear", 0, 0, 0, 4, 0, 1},
    {"softmax", "linear", "tanh", "linear", 1, 1, 0, 5, 2, 2},
    {"normalised-sigmoid", "linear", NULL, "tanh", 0, 1, 1, 4, 0, 2},
};
/* Without densities: weights need not add up. */
static const struct router unnormalised[] = {
    {"sigmoid", "tanh", NULL, NULL, 0, 1, 0, 3, 0, 0},
    {"sigmoid", "linear", "tanh", NULL, 1, 1, 0, 2, 0, 0},
    {"sigmoid", "gelu", NULL, NULL, 0, 1, 1, 3, 0, 0},
};
enum { ROUTERS = sizeof routers / sizeof *routers };
enum { UNNORMALISED = sizeof unnormalised / sizeof *unnormalised };

static struct fixture route_make(const struct router *r, int gaussian, size_t d, size_t n,
                                 uint64_t seed) {
  struct fixture f = fixture_make(r->gate, r->expert, d, r->k, n, seed);
  size_t forms = f.p;
  struct moe_error e;
  f.model.activation = r->activation ? moe_expert_find(r->activation) : NULL;
  f.model.shared_expert = r->shared_expert ? moe_expert_find(r->shared_expert) : NULL;
  f.model.outside = r->outside;
  f.model.tempered = r->tempered;
  f.model.euclidean = r->euclidean;
  f.model.top = r->top;
  f.model.shared = r->shared;
  assert_int_equal(moe_model_check_router(&f.model, &e), MOE_OK);
  if (gaussian) assert_int_equal(moe_model_make_gaussian(&f.model, &e), MOE_OK);
  f.p = moe_model_size(&f.model);
  f.theta = realloc(f.theta, f.p * sizeof *f.theta);
  f.step = realloc(f.step, f.p * sizeof *f.step);
  for (size_t i = forms; i < f.p; i++) {
    f.theta[i] = fixture_number(&seed) - 0.5;
    f.step[i] = 0.1 * fixture_number(&seed);
  }
  return f;
}

static void derivatives(void **state) {
  (void)state;
  for (size_t r = 0; r < ROUTERS + UNNORMALISED; r++)
    for (size_t d = 1; d <= 2; d++)
      for (int gaussian = 0; gaussian < (r < ROUTERS ? 2 : 1); gaussian++) {
        const struct router *router = r < ROUTERS ? routers + r : unnormalised + r - ROUTERS;
        struct fixture f = route_make(router, gaussian, d, 14, 7 * r + d);
        check_differences(&f);
        f.data->bin = .3;
        if (gaussian) check_differences(&f);
        fixture_free(&f);
      }
}

/* Every evaluator gives the same numbers, every ISA level the same bits. */
static void fast_evaluators(void **state) {
  (void)state;
  static const size_t shapes[][2] = {{1, 3}, {1, 700}, {2, 95}, {7, 40}};
  for (size_t r = 0; r < ROUTERS + UNNORMALISED; r++)
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
      for (int gaussian = 0; gaussian < (r < ROUTERS ? 2 : 1); gaussian++) {
        const struct router *router = r < ROUTERS ? routers + r : unnormalised + r - ROUTERS;
        struct fixture f = route_make(router, gaussian, shapes[s][0], shapes[s][1], 7 * r + s);
        check_fast(&f);
        f.data->bin = .3;
        if (gaussian && s == 1) check_fast(&f);
        fixture_free(&f);
      }
}

/* r'' along a step, which the trust region's correction needs: least squares only. */
static void corrections(void **state) {
  (void)state;
  for (size_t r = 0; r < ROUTERS + UNNORMALISED; r++) {
    const struct router *router = r < ROUTERS ? routers + r : unnormalised + r - ROUTERS;
    struct fixture f = route_make(router, 0, 1 + r % 3, 333, 7 * r);
    double *plain = calloc(2 * f.p, sizeof *plain), *fast = plain + f.p;
    struct moe_eval *slow = moe_eval_alloc(&f.model, f.data, MOE_PLAIN);
    struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, MOE_TILED);
    assert_memory_equal(moe_eval_name(ev), "tile", 4);
    double q = moe_eval_correction(slow, f.theta, f.step, plain);
    double cold = moe_eval_correction(ev, f.theta, f.step, fast);
    near("objective after a step", &f, 1, &cold, &q);
    near("correction", &f, f.p, fast, plain);
    moe_eval_at(ev, f.theta, MOE_HESSIAN, fast, NULL);
    double *hessian = calloc(f.p * f.p, sizeof *hessian);
    moe_eval_at(ev, f.theta, MOE_HESSIAN, fast, hessian);
    double kept = moe_eval_correction(ev, f.theta, f.step, fast);
    assert_memory_equal(&kept, &cold, sizeof kept);
    near("correction from what was kept", &f, f.p, fast, plain);
    moe_eval_free(slow);
    moe_eval_free(ev);
    free(plain);
    free(hessian);
    fixture_free(&f);
  }
}

static void weights_at(const struct router *r, const double *logit, const double *expected) {
  struct fixture f = route_make(r, 0, 1, 1, 3);
  double w[MOE_MAX_ATOMS];
  moe_route_weights(&f.model, logit, w);
  for (size_t i = 0; i < r->k; i++)
    if (!(fabs(w[i] - expected[i]) <= 1e-15))
      fail_msg("weight %zu: %.17g, expected %.17g", i, w[i], expected[i]);
  fixture_free(&f);
}

static void weights_by_hand(void **state) {
  (void)state;
  const struct router shared = {"softmax", "linear", NULL, "tanh", 0, 0, 0, 4, 0, 2};
  const struct router best = {"sigmoid", "linear", NULL, NULL, 0, 0, 0, 3, 2, 0};
  const struct router one = {"softmax", "linear", NULL, NULL, 0, 0, 0, 3, 1, 0};
  const double log3 = 1.0986122886681098;
  weights_at(&shared, (double[]){0, log3, log3, 0}, (double[]){.125, .375, .375, .125});
  /* s(log 3) = 3/4 and s(0) = 1/2 remain, of 5/4. */
  weights_at(&best, (double[]){-5, log3, 0}, (double[]){0, .6, .4});
  weights_at(&one, (double[]){1, 1, 0}, (double[]){1, 0, 0});
}

/* The learned temperature behind a linear router changes nothing that its slopes do not. */
static void temperature_is_redundant(void **state) {
  (void)state;
  struct fixture f = route_make(&routers[0], 1, 2, 60, 5);
  struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, MOE_AUTO);
  double q = moe_eval_at(ev, f.theta, MOE_OBJECTIVE, NULL, NULL);
  for (size_t i = 0; i < f.model.k * 3; i++) f.theta[i] *= 2;
  f.theta[2 * f.model.k * 3] += 0.69314718055994531;
  double same = moe_eval_at(ev, f.theta, MOE_OBJECTIVE, NULL, NULL);
  assert_true(fabs(q - same) <= 1e-12 * fabs(q));
  moe_eval_free(ev);
  fixture_free(&f);
}

static void refuses(const char *what, struct moe_model m) {
  struct moe_error e;
  assert_int_equal(moe_model_check_router(&m, &e), MOE_EUSAGE);
  if (!strstr(e.text, what)) fail_msg("'%s' does not say '%s'", e.text, what);
}

static void bad_routers(void **state) {
  (void)state;
  struct moe_model m, bad;
  assert_int_equal(moe_model_make(&m, "softmax", "linear", 1, 3, NULL), MOE_OK);
  bad = m, bad.shared = 3;
  refuses("at least one must be routed", bad);
  bad = m, bad.shared = 1;
  refuses("need an expert", bad);
  bad = m, bad.outside = 1;
  refuses("name an activation", bad);
  bad = m, bad.top = 4;
  refuses("top = 4 of 3", bad);
  bad = m, bad.euclidean = 1, bad.activation = m.expert;
  refuses("takes no activation", bad);
  bad = m, bad.activation = moe_expert_find("input-independent");
  refuses("is no activation", bad);
  bad = m, bad.gate = moe_gate_find("sigmoid"), bad.shared = 1, bad.shared_expert = m.expert;
  refuses("add up to one", bad);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives),
      cmocka_unit_test(fast_evaluators),
      cmocka_unit_test(corrections),
      cmocka_unit_test(weights_by_hand),
      cmocka_unit_test(temperature_is_redundant),
      cmocka_unit_test(bad_routers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
