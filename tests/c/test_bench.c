/*
 * test_bench.c - the variants against the plain evaluator, calibration by a clock that is not one,
 * the threads, and the bound. What a case takes is looked at by nobody here.
 */
#include "bench.h"
#include "eval_fixture.h"

#include <stdatomic.h>

/* A machine on which a repetition takes `cost` seconds and every call is noted. */
struct fake {
  double cost;
  size_t calls, last;
};

static double fake_timed(void *arg, size_t repetitions) {
  struct fake *fake = arg;
  fake->calls++;
  fake->last = repetitions;
  return fake->cost * (double)repetitions;
}

static void repetitions_double_until_the_clock_has_moved(void **state) {
  (void)state;
  struct fake slow = {.cost = 1}, fast = {.cost = 1e-6}, exact = {.cost = 0.0025};
  assert_int_equal(moe_bench_calibrate(fake_timed, &slow, 0.01), 1);
  assert_int_equal(slow.calls, 1);
  assert_int_equal(moe_bench_calibrate(fake_timed, &fast, 0.01), 16384); /* 2^14 > 1e4 > 2^13 */
  assert_int_equal(fast.calls, 15);
  assert_int_equal(fast.last, 16384);
  assert_int_equal(moe_bench_calibrate(fake_timed, &exact, 0.01), 4);
}

static void a_clock_that_stands_still_ends_too(void **state) {
  (void)state;
  struct fake still = {.cost = 0};
  assert_true(moe_bench_calibrate(fake_timed, &still, 0.01) > 1);
}

struct roll {
  atomic_int calls[4];
};

static void answer(void *arg, size_t i) {
  struct roll *roll = arg;
  roll->calls[i]++;
}

static void a_team_calls_each_thread_once(void **state) {
  (void)state;
  struct moe_error e;
  struct roll roll = {0};
  struct moe_team *team = moe_team_start(4, &e);
  assert_non_null(team);
  for (size_t count = 1; count <= 4; count++)
    assert_true(moe_team_run(team, count, answer, &roll) >= 0);
  for (int i = 0; i < 4; i++) assert_int_equal(roll.calls[i], 4 - i);
  moe_team_stop(team);
}

/* Every case of a variant that this CPU can run, on 1 and 3 threads. */
static size_t cases_of(const struct moe_bench_variant *variant, struct moe_bench_case *cases) {
  size_t count = 0;
  for (int level = variant->first; level <= (int)variant->last; level++)
    for (size_t threads = 1; threads <= 3; threads += 2)
      for (size_t i = 0; variant->isa == MOE_ISA_NONE ? i < 1 : moe_isa_at(i) != NULL; i++)
        cases[count++] = (struct moe_bench_case){
            .variant = variant,
            .isa = variant->isa == MOE_ISA_NONE ? "scalar" : moe_isa_at(i),
            .level = (enum moe_level)level,
            .threads = threads};
  return count;
}

static enum moe_status run_cases(const char *gate, const char *expert, size_t d, size_t k,
                                 size_t n, struct moe_bench_case *cases, size_t count,
                                 struct moe_error *e) {
  struct moe_bench_plan plan = {.n = n, .seed = 5, .repeats = 2, .seconds = 0};
  struct moe_team *team = moe_team_start(3, e);
  assert_non_null(team);
  assert_int_equal(moe_model_make(&plan.model, gate, expert, d, k, e), MOE_OK);
  enum moe_status status = moe_bench_run(team, &plan, cases, count, e);
  moe_team_stop(team);
  return status;
}

/* Shapes with padded tiles, more rows than the period has, more than one block of rows. */
static void variants_compute_what_plain_computes(void **state) {
  (void)state;
  static const size_t shapes[][3] = {{1, 2, 96}, {1, 3, 5000}, {3, 3, 333}, {8, 4, 999}};
  static const char *const pairs[][2] = {
      {"softmax", "relu"}, {"softmax", "gelu"}, {"sigmoid", "tanh"}, {"sigmoid", "silu"}};
  struct moe_bench_case cases[200];
  struct moe_error e;
  const struct moe_bench_variant *variant;
  for (size_t i = 0; i < 4; i++) {
    size_t count = 0;
    for (size_t v = 0; (variant = moe_bench_variant_at(v)); v++)
      count += cases_of(variant, cases + count);
    if (run_cases(pairs[i][0], pairs[i][1], shapes[i][0], shapes[i][1], shapes[i][2], cases,
                  count, &e))
      fail_msg("%s", e.text);
    for (size_t c = 0; c < count; c++) {
      assert_int_equal(cases[c].repeats, 2);
      assert_int_equal(cases[c].repetitions, 1);
      assert_true(cases[c].error < 1e-12);
    }
  }
}

/* As the tile evaluator, but one entry of each result is off by a millionth. */
static double slightly_wrong(void *state, const double *theta, enum moe_level level,
                             double *gradient, double *curvature) {
  double q = moe_eval_at(state, theta, level, gradient, curvature);
  if (level == MOE_GRADIENT) gradient[1] += 1e-6 * fabs(gradient[0]);
  if (level >= MOE_GAUSS_NEWTON) curvature[3] += 1e-6 * curvature[0];
  return level == MOE_OBJECTIVE ? q * (1 + 1e-6) : q;
}

static double not_a_number(void *state, const double *theta, enum moe_level level,
                           double *gradient, double *curvature) {
  double q = moe_eval_at(state, theta, level, gradient, curvature);
  gradient[0] = NAN;
  return q;
}

static double nothing_at_all(void *state, const double *theta, enum moe_level level,
                             double *gradient, double *curvature) {
  (void)theta, (void)level, (void)gradient, (void)curvature;
  return state != NULL;
}

static void wrong_results_are_not_timed(void **state) {
  (void)state;
  struct moe_error e;
  struct moe_bench_variant wrong = *moe_bench_variant_find("tile");
  wrong.name = "wrong";
  for (int level = MOE_OBJECTIVE; level <= MOE_HESSIAN; level++) {
    struct moe_bench_case cases[2] = {{.variant = moe_bench_variant_find("tile"),
                                       .isa = moe_isa(),
                                       .level = (enum moe_level)level,
                                       .threads = 1}};
    cases[1] = cases[0]; /* what the first case left must not pass for the second's result */
    cases[1].variant = &wrong;
    wrong.run = slightly_wrong;
    assert_int_equal(run_cases("softmax", "tanh", 2, 2, 100, cases, 2, &e), MOE_ECHECK);
    assert_non_null(strstr(e.text, "wrong ("));
    assert_non_null(strstr(e.text, moe_level_name((enum moe_level)level)));
    assert_int_equal(cases[0].repeats, 0);
    wrong.run = level >= MOE_GRADIENT ? not_a_number : nothing_at_all;
    assert_int_equal(run_cases("softmax", "tanh", 2, 2, 100, cases, 2, &e), MOE_ECHECK);
    wrong.run = nothing_at_all;
    assert_int_equal(run_cases("softmax", "tanh", 2, 2, 100, cases, 2, &e), MOE_ECHECK);
  }
}

static void threads_share_whole_tiles(void **state) {
  (void)state;
  struct moe_error e;
  struct moe_bench_case c = {.variant = moe_bench_variant_find("plain"),
                             .isa = "scalar",
                             .level = MOE_OBJECTIVE,
                             .threads = 3};
  assert_int_equal(run_cases("softmax", "relu", 1, 2, 95, &c, 1, &e), MOE_EUSAGE);
  assert_int_equal(run_cases("softmax", "relu", 1, 2, 96, &c, 1, &e), MOE_OK);
}

static void slopes_are_those_of_the_plain_evaluator(void **state) {
  (void)state;
  struct fixture f = fixture_make("softmax", "gelu", 3, 3, 70, 9);
  struct moe_eval *plain = moe_eval_alloc(&f.model, f.data, MOE_PLAIN);
  double fp[MOE_TILE], ft[MOE_TILE], gp[6 * MOE_TILE];
  double *gt = moe_alloc(6 * MOE_TILE, sizeof *gt);
  for (size_t level = 0; moe_isa_at(level); level++) {
    struct moe_eval *tile = moe_eval_alloc_isa(&f.model, f.data, MOE_TILED, moe_isa_at(level));
    for (size_t t = 0; t < f.data->tiles; t++) {
      moe_eval_slopes(plain, f.theta, t, fp, gp);
      moe_eval_slopes(tile, f.theta, t, ft, gt);
      for (size_t i = 0; i < MOE_TILE; i++) assert_true(fabs(fp[i] - ft[i]) < 1e-13);
      for (size_t i = 0; i < 6 * MOE_TILE; i++) assert_true(fabs(gp[i] - gt[i]) < 1e-13);
    }
    moe_eval_free(tile);
  }
  assert_null(moe_eval_alloc_isa(&f.model, f.data, MOE_TILED, "sse1"));
  moe_eval_free(plain);
  moe_free(gt);
  fixture_free(&f);
}

/* (d, k) = (1, 2), softmax and GELU: c = 1, K = 3, D = 2, P = 6, X = 3. */
static void work_by_hand(void **state) {
  (void)state;
  struct moe_model m;
  struct moe_error e;
  static const double flops[4] = {6 + 4 + 4 + 8, 22 + 4 + 12, 38 + 3 + 6 + 36 - 6,
                                  77 + 6 + 8 + 6};
  assert_int_equal(moe_model_make(&m, "softmax", "gelu", 1, 2, &e), MOE_OK);
  for (int level = MOE_OBJECTIVE; level <= MOE_HESSIAN; level++) {
    struct moe_bench_work work = moe_bench_work(&m, (enum moe_level)level);
    assert_true(work.flops == flops[level]);
    assert_true(work.bytes == 24);
    assert_true(work.primitives[MOE_PRIMITIVE_EXP] == 2);
    assert_true(work.primitives[MOE_PRIMITIVE_NORMAL] == 2);
    assert_true(work.primitives[MOE_PRIMITIVE_SIGMOID] == 0);
  }
}

static void the_bound_is_the_larger_of_arithmetic_and_memory(void **state) {
  (void)state;
  int by_memory;
  struct moe_bench_work work = {.flops = 100, .bytes = 24, .primitives = {2, 0, 0, 1}};
  struct moe_bench_limits limits = {.gflops = 50, .read = 2, .primitives = {.5, 9, 9, 3}};
  assert_true(moe_bench_bound(&work, &limits, 0, &by_memory) == 2 + 1 + 3);
  assert_false(by_memory);
  assert_true(moe_bench_bound(&work, &limits, 1, &by_memory) == 12);
  assert_true(by_memory);
  limits.read = 8;
  assert_true(moe_bench_bound(&work, &limits, 1, &by_memory) == 6);
  assert_false(by_memory);
}

static void limits_are_positive_numbers(void **state) {
  (void)state;
  struct moe_error e;
  struct moe_team *team = moe_team_start(2, &e);
  assert_non_null(team);
  for (size_t i = 0; moe_isa_at(i); i++) {
    struct moe_bench_limits l = moe_bench_limits(team, 2, moe_isa_at(i), 1 << 16, 0);
    assert_true(l.gflops > 0 && l.read > 0 && l.copy > 0 && l.triad > 0);
    for (int p = 0; p < MOE_PRIMITIVES; p++) assert_true(l.primitives[p] > 0);
  }
  moe_team_stop(team);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(repetitions_double_until_the_clock_has_moved),
      cmocka_unit_test(a_clock_that_stands_still_ends_too),
      cmocka_unit_test(a_team_calls_each_thread_once),
      cmocka_unit_test(variants_compute_what_plain_computes),
      cmocka_unit_test(wrong_results_are_not_timed),
      cmocka_unit_test(threads_share_whole_tiles),
      cmocka_unit_test(slopes_are_those_of_the_plain_evaluator),
      cmocka_unit_test(work_by_hand),
      cmocka_unit_test(the_bound_is_the_larger_of_arithmetic_and_memory),
      cmocka_unit_test(limits_are_positive_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
