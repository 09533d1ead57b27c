/*
 * test_optimise.c - Adam against its formula, GSL's Levenberg-Marquardt on our evaluator against
 * GSL on its own, traces that change nothing, and the benches of optimisers and of random numbers.
 * How long anything takes is looked at by nobody here.
 */
#include "bench_draw.h"
#include "bench_optimise.h"
#include "descend.h"
#include "fit_fixture.h"

static const double two_atoms[][4] = {{2, .5, 3, 1}, {0, 0, -3, 1.5}};
enum { P = 8 };

static struct fixture small(size_t points) {
  return fixture_make("softmax", "softmax", "tanh", 2, 2, two_atoms, 1e4, .01, points, "small");
}

static void start_draw(const struct fixture *fx, uint64_t key, double *theta) {
  struct moe_rng rng = moe_rng_make(key, 1);
  moe_start_near(&fx->model, &fx->truth, fx->theta, 0.2, &rng, theta);
}

/* What a trace was told. */
struct diary {
  size_t count, stop_after;
  double first, last, worst_rise;
};

static int diary_note(void *arg, const double *theta, double objective) {
  struct diary *d = arg;
  assert_non_null(theta);
  if (d->count == 0) d->first = objective;
  if (d->count > 0) d->worst_rise = fmax(d->worst_rise, objective - d->last);
  d->last = objective;
  return ++d->count == d->stop_after;
}

/* --- Adam -------------------------------------------------------------------------------- */

/* Algorithm 1 of the paper, all rows at once. */
static void plain_adam(struct moe_eval *ev, const struct moe_box *box, size_t steps,
                       double rate, double *theta) {
  const struct moe_data *data = moe_eval_data(ev);
  double m[P] = {0}, v[P] = {0}, g[P], weight = 0;
  for (size_t i = 0; i < data->n; i++) weight += *moe_data_at(data, i, 2);
  for (size_t t = 1; t <= steps; t++) {
    moe_eval_at(ev, theta, MOE_GRADIENT, g, NULL);
    for (size_t i = 0; i < P; i++) {
      m[i] = 0.9 * m[i] + 0.1 * g[i] / weight;
      v[i] = 0.999 * v[i] + 0.001 * pow(g[i] / weight, 2);
      theta[i] -= rate * m[i] / (1 - pow(0.9, (double)t)) /
                  (sqrt(v[i] / (1 - pow(0.999, (double)t))) + 1e-8);
    }
    moe_box_project(box, P, theta);
  }
}

static void adam_follows_its_formula(void **state) {
  (void)state;
  struct fixture fx = small(100);
  struct moe_box box;
  double ours[P], plain[P];
  moe_box_make(&box, &fx.model, &usual, 1);
  start_draw(&fx, 1, ours);
  memcpy(plain, ours, sizeof ours);
  moe_box_project(&box, P, plain);
  struct moe_eval *ev = moe_eval_alloc(&fx.model, fx.data, MOE_PLAIN);
  plain_adam(ev, &box, 20, 1e-3, plain);
  size_t steps =
      moe_adam(&fx.model, fx.data, &box, &(struct moe_adam_options){.epochs = 20}, ours);
  assert_int_equal(steps, 20);
  for (size_t i = 0; i < P; i++) assert_true(fabs(ours[i] - plain[i]) < 1e-9);
  assert_true(ours[2] == 0 && ours[3] == 0); /* pinned by the box */
  moe_eval_free(ev);
  moe_box_free(&box);
  fixture_free(&fx);
}

static void adam_takes_batches_of_whole_tiles(void **state) {
  (void)state;
  static const size_t expected[][2] = {{1, 4}, {32, 4}, {33, 2}, {64, 2}, {96, 2}, {200, 1}};
  struct fixture fx = small(100);
  struct moe_box box;
  double theta[P];
  moe_box_make(&box, &fx.model, &usual, 1);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    struct moe_adam_options options = {.epochs = 3, .batch = expected[i][0], .key = 4};
    start_draw(&fx, 1, theta);
    assert_int_equal(moe_adam(&fx.model, fx.data, &box, &options, theta), 3 * expected[i][1]);
    for (size_t j = 0; j < P; j++)
      assert_true(theta[j] >= box.lower[j] && theta[j] <= box.upper[j]);
  }
  moe_box_free(&box);
  fixture_free(&fx);
}

static void adam_converges(void **state) {
  (void)state;
  struct fixture fx = small(256);
  struct moe_box box;
  double theta[P], best[P];
  moe_box_make(&box, &fx.model, &wide, 1);
  start_draw(&fx, 1, theta);
  memcpy(best, theta, sizeof best);
  struct moe_descent end = moe_descend(fx.ev, &box, &(struct moe_descent_options){0}, best);
  struct moe_adam_options all = {.epochs = 20000, .rate = 0.01};
  struct moe_adam_options batches = {.epochs = 2000, .batch = 64, .rate = 0.002, .key = 3};
  moe_adam(&fx.model, fx.data, &box, &all, theta);
  assert_true(moe_eval_at(fx.ev, theta, MOE_OBJECTIVE, NULL, NULL) < end.objective + 0.01);
  moe_adam(&fx.model, fx.data, &box, &batches, theta); /* noise keeps it above */
  assert_true(moe_eval_at(fx.ev, theta, MOE_OBJECTIVE, NULL, NULL) < end.objective + 20);
  moe_box_free(&box);
  fixture_free(&fx);
}

/* --- Levenberg and Marquardt --------------------------------------------------------------- */

static void marquardt_ends_where_gsl_does(void **state) {
  (void)state;
  for (uint64_t key = 0; key < 5; key++) {
    struct fixture fx = small(256);
    struct diary diary = {0};
    struct moe_trace trace = {diary_note, &diary};
    double ours[P], theirs[P];
    start_draw(&fx, key, ours);
    memcpy(theirs, ours, sizeof ours);
    double start = moe_eval_at(fx.ev, ours, MOE_OBJECTIVE, NULL, NULL);
    double q = moe_bench_marquardt(fx.ev, 500, &trace, ours);
    double by_gsl = gsl_fixture_fit(&fx, gsl_multilarge_nlinear_trs_lm, 500, theirs);
    assert_true(fabs(q - by_gsl) < 1e-6);
    assert_true(fabs(q - moe_eval_at(fx.ev, ours, MOE_OBJECTIVE, NULL, NULL)) < 1e-9 * q);
    assert_true(fabs(diary.first - start) < 1e-9 * start);
    assert_true(diary.count > 3 && diary.worst_rise <= 1e-9 * start);
    fixture_free(&fx);
  }
}

static void marquardt_survives_a_start_without_a_value(void **state) {
  (void)state;
  struct fixture fx = small(64);
  double theta[P];
  for (size_t i = 0; i < P; i++) theta[i] = NAN;
  moe_bench_marquardt(fx.ev, 50, NULL, theta);
  fixture_free(&fx);
}

/* --- traces -------------------------------------------------------------------------------- */

typedef struct moe_descent descend_fn(struct moe_eval *ev, const struct moe_box *box,
                                      const struct moe_descent_options *options, double *theta);

static void check_descent(descend_fn *descend) {
  struct fixture fx = small(256);
  struct moe_box box;
  struct diary diary = {0}, short_diary = {.stop_after = 3};
  struct moe_trace trace = {diary_note, &diary}, stopping = {diary_note, &short_diary};
  double free[P], traced[P], stopped[P];
  moe_box_make(&box, &fx.model, &wide, 1);
  start_draw(&fx, 7, free);
  moe_box_project(&box, P, free);
  memcpy(traced, free, sizeof free);
  memcpy(stopped, free, sizeof free);
  double start = moe_eval_at(fx.ev, free, MOE_OBJECTIVE, NULL, NULL);
  struct moe_descent end = descend(fx.ev, &box, &(struct moe_descent_options){0}, free);
  struct moe_descent same =
      descend(fx.ev, &box, &(struct moe_descent_options){.trace = &trace}, traced);
  assert_memory_equal(&end, &same, sizeof end);
  assert_memory_equal(free, traced, sizeof free);
  assert_true(fabs(diary.first - start) < 1e-9 * start); /* Q comes with a Hessian here */
  assert_true(diary.last == end.objective && diary.worst_rise <= 0);
  struct moe_descent cut =
      descend(fx.ev, &box, &(struct moe_descent_options){.trace = &stopping}, stopped);
  assert_true(cut.iterations < end.iterations && cut.objective > end.objective);
  moe_box_free(&box);
  fixture_free(&fx);
}

static void traces_change_no_descent(void **state) {
  (void)state;
  check_descent(moe_descend);
  check_descent(moe_descend_gradient);
}

static void traces_change_no_stochastic_descent(void **state) {
  (void)state;
  struct fixture fx = small(200);
  struct diary diary = {0}, short_diary = {.stop_after = 2};
  struct moe_trace trace = {diary_note, &diary}, stopping = {diary_note, &short_diary};
  struct moe_sgd_options options = {.epochs = 4, .batch = 3, .rate = .01, .key = 2};
  double free[P], traced[P], stopped[P], two[P];
  start_draw(&fx, 7, free);
  memcpy(traced, free, sizeof free);
  memcpy(stopped, free, sizeof free);
  memcpy(two, free, sizeof free);
  size_t steps = moe_sgd(&fx.model, fx.data, &options, free);
  options.trace = &trace;
  assert_int_equal(moe_sgd(&fx.model, fx.data, &options, traced), steps);
  assert_memory_equal(free, traced, sizeof free);
  assert_int_equal(diary.count, 4);
  options.trace = &stopping;
  assert_int_equal(moe_sgd(&fx.model, fx.data, &options, stopped), steps / 2);
  options.trace = NULL;
  options.epochs = 2;
  moe_sgd(&fx.model, fx.data, &options, two);
  assert_memory_equal(two, stopped, sizeof two);
  fixture_free(&fx);
}

/* --- the benches --------------------------------------------------------------------------- */

static struct moe_optimise_plan plan_of(const struct fixture *fx, enum moe_design_kind kind) {
  return (struct moe_optimise_plan){
      .truth = fx->truth,
      .model = fx->model,
      .truth_theta = fx->theta,
      .design = {.kind = kind, .lower = -3, .upper = 3, .points = 64},
      .n = 500,
      .noise_var = .01,
      .ranges = wide,
      .starts = 2,
      .rounds = 2,
      .search = 4,
      .radius = .2,
      .seconds = .01,
      .tolerance = 1e-4,
      .seed = 1,
      .sgd_rate = .1,
      .adam_rate = .001,
      .sgd_batch = 16,
      .adam_batch = 64};
}

static void check_run(const struct moe_optimise_run *run, const double *start) {
  assert_true(run->count >= 1 && run->seconds[0] == 0);
  assert_true(run->objective[0] == start[run->start]); /* the same for every method */
  for (size_t i = 1; i < run->count; i++) {
    assert_true(run->seconds[i] >= run->seconds[i - 1]);
    assert_true(isfinite(run->objective[i]));
  }
}

static void optimisers_run_from_the_same_starts(void **state) {
  (void)state;
  struct fixture fx = small(64);
  struct moe_error e;
  struct moe_team *team = moe_team_start(1, &e);
  struct moe_optimise_result result;
  const struct moe_optimiser *methods[16];
  size_t count = 0;
  while ((methods[count] = moe_optimiser_at(count))) count++;
  struct moe_optimise_plan plan = plan_of(&fx, MOE_UNIFORM);
  if (moe_optimise_run(team, &plan, methods, count, &result, &e)) fail_msg("%s", e.text);
  assert_int_equal(result.rows, 500);
  assert_true(result.count >= 2 * count && result.count <= 4 * count);
  double start[2] = {result.run[0].objective[0], result.run[count].objective[0]};
  assert_true(start[0] != start[1]);
  for (size_t i = 0; i < result.count; i++) {
    const struct moe_optimise_run *run = &result.run[i];
    check_run(run, start);
    assert_true(i >= 2 * count || (run->method == methods[i % count] && run->round == 0));
  }
  moe_optimise_free(&result);
  moe_team_stop(team);
  fixture_free(&fx);
}

/* Given all the time they want, those that end by themselves end where the search does. */
static void optimisers_find_what_the_search_finds(void **state) {
  (void)state;
  struct fixture fx = small(64);
  struct moe_error e;
  struct moe_team *team = moe_team_start(1, &e);
  struct moe_optimise_result result;
  const struct moe_optimiser *methods[] = {moe_optimiser_find("lbfgs"),
                                           moe_optimiser_find("marquardt"),
                                           moe_optimiser_find("trust")};
  struct moe_optimise_plan plan = plan_of(&fx, MOE_TELESCOPE);
  plan.seconds = 1000;
  if (moe_optimise_run(team, &plan, methods, 3, &result, &e)) fail_msg("%s", e.text);
  assert_int_equal(result.count, 2 * 2 * 3); /* nobody lacked time: each start twice */
  for (size_t i = 0; i < result.count; i++) {
    const struct moe_optimise_run *run = &result.run[i];
    assert_true(fabs(run->objective[run->count - 1] - result.best) < 1e-2);
    assert_int_equal(run->round, i / 6);
  }
  moe_optimise_free(&result);
  moe_team_stop(team);
  fixture_free(&fx);
}

static void optimisers_say_what_they_cannot_do(void **state) {
  (void)state;
  struct fixture fx = small(64);
  struct moe_error e;
  struct moe_team *team = moe_team_start(1, &e);
  struct moe_optimise_result result;
  const struct moe_optimiser *sgd = moe_optimiser_find("sgd");
  struct moe_optimise_plan plan = plan_of(&fx, MOE_TELESCOPE);
  assert_int_equal(moe_optimise_run(team, &plan, &sgd, 1, &result, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "sgd takes rows"));
  plan = plan_of(&fx, MOE_UNIFORM);
  plan.model.k = 1;
  assert_int_equal(moe_optimise_run(team, &plan, &sgd, 1, &result, &e), MOE_EUSAGE);
  plan = plan_of(&fx, MOE_UNIFORM);
  plan.n = 0;
  assert_int_equal(moe_optimise_run(team, &plan, &sgd, 1, &result, &e), MOE_EUSAGE);
  assert_null(moe_optimiser_find("newton"));
  moe_team_stop(team);
  fixture_free(&fx);
}

static void every_source_draws_what_it_says(void **state) {
  (void)state;
  struct moe_error e;
  struct moe_team *team = moe_team_start(1, &e);
  struct moe_draw_plan plan = {.seed = 3, .repeats = 2, .seconds = 0};
  struct moe_draw_case cases[32];
  const struct moe_draw_source *source;
  size_t count = 0;
  assert_int_equal(moe_model_make(&plan.truth, "softmax", "gelu", 1, 2, &e), MOE_OK);
  for (size_t i = 0; (source = moe_draw_source_at(i)); i++)
    for (size_t level = 0; moe_isa_at(level); level++)
      cases[count++] =
          (struct moe_draw_case){.source = source, .isa = moe_isa_at(level), .d = 2, .n = 50};
  for (size_t i = 0; i < count; i++)
    if (!strcmp(moe_draw_source_what(cases[i].source), "telescope")) cases[i].points = 16;
  if (moe_draw_run(team, &plan, cases, count, &e)) fail_msg("%s", e.text);
  for (size_t i = 0; i < count; i++) {
    size_t rows = cases[i].points ? 16 : 50;
    int makes_rows = moe_draw_source_makes_rows(cases[i].source);
    assert_int_equal(cases[i].numbers, makes_rows ? rows : 1024);
    assert_true(cases[i].repetitions >= 1 && cases[i].seconds[1] >= 0);
  }
  struct moe_draw_case bad = {.source = moe_draw_source_find("row", "design"),
                              .isa = "portable",
                              .d = 1,
                              .n = (size_t)1 << 40};
  assert_int_equal(moe_draw_run(team, &plan, &bad, 1, &e), MOE_EUSAGE);
  assert_null(moe_draw_source_find("row", "bulk"));
  moe_team_stop(team);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(adam_follows_its_formula),
      cmocka_unit_test(adam_takes_batches_of_whole_tiles),
      cmocka_unit_test(adam_converges),
      cmocka_unit_test(marquardt_ends_where_gsl_does),
      cmocka_unit_test(marquardt_survives_a_start_without_a_value),
      cmocka_unit_test(traces_change_no_descent),
      cmocka_unit_test(traces_change_no_stochastic_descent),
      cmocka_unit_test(optimisers_run_from_the_same_starts),
      cmocka_unit_test(optimisers_find_what_the_search_finds),
      cmocka_unit_test(optimisers_say_what_they_cannot_do),
      cmocka_unit_test(every_source_draws_what_it_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
