/*
 * bench_optimise.c - the methods, the clock that watches them, and the order of the runs.
 */
#include "bench_optimise.h"

#include <math.h>
#include <string.h>

#include "descend.h"
#include "gate.h"

enum { STREAM_ORDER = 8, STREAM_STARTS = 16 }; /* streams 0 to 2 are the design's */
/* More than any run has time for. */
#define ITERATIONS ((size_t)1 << 40)
/* A point of a trace is that much later than the one before: at most 300 of them from a microsecond
 * to a second. */
#define LATER 1.05

struct problem {
  const struct moe_optimise_plan *plan;
  struct moe_data *data;
  struct moe_eval *ev;
  struct moe_box box;
  size_t p;
};

/* -------------------------------------------------------------------------------- methods */

struct moe_optimiser {
  const char *name;
  int wants_rows;
  void (*run)(const struct problem *problem, const struct moe_trace *trace, double *theta);
};

static void sgd_run(const struct problem *s, const struct moe_trace *trace, double *theta) {
  struct moe_sgd_options options = {.epochs = ITERATIONS,
                                    .batch = s->plan->sgd_batch,
                                    .rate = s->plan->sgd_rate,
                                    .key = s->plan->seed,
                                    .trace = trace};
  moe_sgd(&s->plan->model, s->data, &options, theta);
}

static void adam_with(const struct problem *s, size_t batch, const struct moe_trace *trace,
                      double *theta) {
  struct moe_adam_options options = {.epochs = ITERATIONS,
                                     .batch = batch,
                                     .rate = s->plan->adam_rate,
                                     .key = s->plan->seed,
                                     .trace = trace};
  moe_adam(&s->plan->model, s->data, &s->box, &options, theta);
}

static void adam_run(const struct problem *s, const struct moe_trace *trace, double *theta) {
  adam_with(s, s->plan->adam_batch, trace, theta);
}

static void adam_full_run(const struct problem *s, const struct moe_trace *trace,
                          double *theta) {
  adam_with(s, 0, trace, theta);
}

static void lbfgs_run(const struct problem *s, const struct moe_trace *trace, double *theta) {
  struct moe_descent_options options = {
      .max_iterations = ITERATIONS, .tolerance = s->plan->tolerance, .trace = trace};
  moe_descend_gradient(s->ev, &s->box, &options, theta);
}

static void marquardt_run(const struct problem *s, const struct moe_trace *trace,
                          double *theta) {
  moe_bench_marquardt(s->ev, ITERATIONS, trace, theta);
}

static void trust_run(const struct problem *s, const struct moe_trace *trace, double *theta) {
  struct moe_descent_options options = {
      .max_iterations = ITERATIONS, .tolerance = s->plan->tolerance, .trace = trace};
  moe_descend(s->ev, &s->box, &options, theta);
}

enum { METHODS = 6 };
static const struct moe_optimiser methods[METHODS] = {
    {"sgd", 1, sgd_run},     {"adam", 1, adam_run},           {"adam-full", 0, adam_full_run},
    {"lbfgs", 0, lbfgs_run}, {"marquardt", 0, marquardt_run}, {"trust", 0, trust_run}};

const struct moe_optimiser *moe_optimiser_at(size_t i) {
  return i < METHODS ? &methods[i] : NULL;
}

const struct moe_optimiser *moe_optimiser_find(const char *name) {
  for (size_t i = 0; i < METHODS; i++)
    if (!strcmp(methods[i].name, name)) return &methods[i];
  return NULL;
}

const char *moe_optimiser_name(const struct moe_optimiser *method) {
  return method->name;
}

int moe_optimiser_wants_rows(const struct moe_optimiser *method) {
  return method->wants_rows;
}

/* ---------------------------------------------------------------------------------- clock */

struct watch {
  struct moe_eval *ev;
  struct moe_optimise_run *run;
  size_t room;
  double budget, spent, mark;
  double due;       /* when the next point is written */
  double objective; /* of the last iterate, if the method knew it */
};

static void watch_write(struct watch *w, double objective) {
  struct moe_optimise_run *run = w->run;
  if (run->count == w->room) {
    w->room = w->room ? 2 * w->room : 64;
    run->seconds = moe_realloc(run->seconds, w->room, sizeof *run->seconds);
    run->objective = moe_realloc(run->objective, w->room, sizeof *run->objective);
  }
  run->seconds[run->count] = w->spent;
  run->objective[run->count++] = objective;
  w->due = LATER * w->spent;
}

static int watch_note(void *arg, const double *theta, double objective) {
  struct watch *w = arg;
  w->spent += moe_bench_clock() - w->mark;
  w->objective = objective;
  int over = w->spent >= w->budget;
  if (over || w->spent >= w->due) {
    if (isnan(objective)) objective = moe_eval_at(w->ev, theta, MOE_OBJECTIVE, NULL, NULL);
    if (isfinite(objective))
      watch_write(w, objective);
    else
      over = 1; /* it has diverged */
    w->objective = NAN;
  }
  w->mark = moe_bench_clock();
  return over;
}

/* --------------------------------------------------------------------------------- rounds */

/* The box pins the last gate row of a gate with a translation: moved there, f stays as it is. */
void moe_optimise_start(const struct moe_optimise_plan *plan, const struct moe_box *box,
                        size_t start, double *theta) {
  size_t gates = plan->model.k * (plan->model.d + 1), last = gates - (plan->model.d + 1);
  struct moe_rng rng = moe_rng_make(plan->seed, STREAM_STARTS + start);
  moe_start_near(&plan->model, &plan->truth, plan->truth_theta, plan->radius, &rng, theta);
  for (size_t i = 0; plan->model.gate->translation && i < gates; i++)
    theta[i] -= theta[last + i % (plan->model.d + 1)];
  moe_box_project(box, moe_model_size(&plan->model), theta);
}

/* One run; the first point of its trace is the start at 0 seconds. */
static void run_time(const struct problem *s, struct moe_optimise_run *run) {
  double *theta = moe_alloc(2 * s->p, sizeof *theta);
  struct watch watch = {.ev = s->ev, .run = run, .budget = s->plan->seconds};
  struct moe_trace trace = {watch_note, &watch};
  moe_optimise_start(s->plan, &s->box, run->start, theta);
  watch_write(&watch, moe_eval_at(s->ev, theta, MOE_GRADIENT, theta + s->p, NULL));
  watch.objective = NAN;
  watch.mark = moe_bench_clock();
  run->method->run(s, &trace, theta);
  if (isfinite(watch.objective)) watch_write(&watch, watch.objective);
  moe_free(theta);
}

struct job {
  const struct problem *problem;
  const struct moe_optimiser *const *methods;
  size_t count; /* of methods */
  struct moe_optimise_result *result;
  enum moe_status status; /* of the search */
  struct moe_error *e;
};

static int lacked_time(const struct job *job, const struct moe_optimise_run *run) {
  return run->seconds[run->count - 1] >= job->problem->plan->seconds;
}

/* Run i of the first round is method i % count from start i / count. */
static void rounds_run(struct job *job) {
  const struct moe_optimise_plan *plan = job->problem->plan;
  struct moe_optimise_result *result = job->result;
  size_t each = job->count * plan->starts;
  struct moe_rng rng = moe_rng_make(plan->seed, STREAM_ORDER);
  size_t *order = moe_alloc(each, sizeof *order);
  result->run = moe_alloc(each * plan->rounds, sizeof *result->run);
  result->count = each; /* of the first round, whose runs all take place */
  for (size_t round = 0; round < plan->rounds; round++) {
    moe_rng_permutation(&rng, each, order);
    for (size_t i = 0; i < each; i++) {
      if (round > 0 && lacked_time(job, &result->run[order[i]])) continue;
      struct moe_optimise_run *run = &result->run[round ? result->count++ : order[i]];
      *run = (struct moe_optimise_run){.method = job->methods[order[i] % job->count],
                                       .start = order[i] / job->count,
                                       .round = round};
      run_time(job->problem, run);
    }
  }
  moe_free(order);
}

static enum moe_status search_run(struct job *job) {
  const struct moe_optimise_plan *plan = job->problem->plan;
  struct moe_search_result found;
  struct moe_search_options options = {.starts = plan->search,
                                       .truth = &plan->truth,
                                       .truth_theta = plan->truth_theta,
                                       .key = plan->seed,
                                       .keep = 1,
                                       .descent.tolerance = plan->tolerance};
  enum moe_status status =
      moe_search(job->problem->ev, &plan->ranges, &options, &found, job->e);
  if (status) return status;
  job->result->best = found.minimum[0].descent.objective;
  job->result->agree = found.agree;
  moe_search_free(&found);
  return MOE_OK;
}

static void job_run(void *arg, size_t i) {
  struct job *job = arg;
  (void)i;
  job->status = search_run(job);
  if (!job->status) rounds_run(job);
}

static enum moe_status plan_check(const struct moe_optimise_plan *plan,
                                  const struct moe_optimiser *const *chosen, size_t count,
                                  struct moe_error *e) {
  int rows = plan->design.kind != MOE_TELESCOPE || plan->design.raw;
  if (plan->model.k < plan->truth.k)
    return moe_fail(e, MOE_EUSAGE, "starts near the truth need at least its %zu atoms, got %zu",
                    plan->truth.k, plan->model.k);
  for (size_t i = 0; i < count; i++)
    if (chosen[i]->wants_rows && !rows)
      return moe_fail(e, MOE_EUSAGE, "%s takes rows one after another, not counts on a support",
                      chosen[i]->name);
  return MOE_OK;
}

enum moe_status moe_optimise_run(struct moe_team *team, const struct moe_optimise_plan *plan,
                                 const struct moe_optimiser *const *chosen, size_t count,
                                 struct moe_optimise_result *result, struct moe_error *e) {
  struct problem s = {.plan = plan, .p = moe_model_size(&plan->model)};
  struct job job = {.problem = &s, .methods = chosen, .count = count, .result = result, .e = e};
  memset(result, 0, sizeof *result);
  enum moe_status status = plan_check(plan, chosen, count, e);
  if (!status)
    status = moe_design_draw(&plan->design, &plan->truth, plan->truth_theta, plan->noise_var,
                             plan->n, plan->seed, &s.data, e);
  if (status) return status;
  result->rows = s.data->n;
  s.ev = moe_eval_alloc(&plan->model, s.data, MOE_TUNED);
  moe_box_make(&s.box, &plan->model, &plan->ranges, plan->model.k - 1);
  moe_team_run(team, 1, job_run, &job);
  moe_box_free(&s.box);
  moe_eval_free(s.ev);
  moe_data_free(s.data);
  return job.status;
}

void moe_optimise_free(struct moe_optimise_result *result) {
  for (size_t i = 0; i < result->count; i++) {
    moe_free(result->run[i].seconds);
    moe_free(result->run[i].objective);
  }
  moe_free(result->run);
}
