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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(derivatives),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
