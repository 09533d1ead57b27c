/*
 * bench.c - timing the cases of one problem, in turns, after checking what they compute.
 *
 * Cases that differ in level only share a variant's state; those with as many threads share the
 * data. Everything that belongs to a thread is allocated by that thread, on its side of the
 * memory.
 */
#include "bench.h"

#include <math.h>
#include <string.h>

enum { STREAM_ROWS, STREAM_THETA, STREAM_ORDER };
/* Entries of the curvature that the reference may cost, one long double addition each. */
#define REFERENCE_SUMS 0x1p26
/* Largest error, as a share of the largest entry. A plain sum of n = 4e6 terms is good to n ulp =
 * 1e-9 at the very worst, to sqrt(n) ulp as a rule; a wrong formula is off by far more. */
#define TOLERANCE 1e-9
#define LEAST_REPEATS 3
/* An evaluation that takes longer warms itself up. */
#define WARM_SECONDS 0.01

size_t moe_bench_calibrate(double (*timed)(void *arg, size_t repetitions), void *arg,
                           double seconds) {
  size_t repetitions = 1;
  while (timed(arg, repetitions) < seconds && repetitions < (size_t)1 << 40) repetitions *= 2;
  return repetitions;
}

/* What one thread keeps: its rows, its results, its state of every subject. */
struct share {
  struct moe_data *data;
  double q, *gradient, *curvature;
};

/* A variant at an ISA level on some threads: what cases of different levels have in common. */
struct subject {
  const struct moe_bench_variant *variant;
  const char *isa;
  size_t threads;
  void **state; /* of each thread */
};

struct group {
  struct moe_team *team;
  const struct moe_bench_plan *plan;
  size_t p, period, max_threads;
  double *theta;
  double *rows;         /* the period: x, y, weight */
  struct share **share; /* share[threads][i], NULL where no case has so many */
  struct subject *subjects;
  size_t subject_count;
  double *expected[4], *expected_gradient; /* curvatures by level; NULL if no case asks */
  double expected_q;
};

/* The rows of the period cost about REFERENCE_SUMS, whole tiles. */
static size_t period_of(const struct moe_bench_plan *plan) {
  double p = (double)moe_model_size(&plan->model);
  size_t rows = (size_t)(REFERENCE_SUMS / (p * p)) / MOE_TILE * MOE_TILE;
  if (rows > 4096) rows = 4096;
  if (rows < MOE_TILE) rows = MOE_TILE;
  return rows < plan->n ? rows : plan->n;
}

/* X, Y ~ U(-1, 1), weights from 1/2 to 3/2; theta of order 1 / sqrt(d). */
static void numbers_draw(struct group *g) {
  size_t d = g->plan->model.d, count = g->period * (d + 2);
  size_t pinned = moe_bench_pinned(&g->plan->model);
  g->rows = moe_alloc(count, sizeof *g->rows);
  g->theta = moe_alloc(g->p, sizeof *g->theta);
  moe_rng_uniforms(g->plan->seed, STREAM_ROWS, 0, count, g->rows);
  moe_rng_uniforms(g->plan->seed, STREAM_THETA, 0, g->p, g->theta);
  for (size_t i = 0; i < count; i++)
    g->rows[i] = i % (d + 2) == d + 1 ? 0.5 + g->rows[i] : 2 * g->rows[i] - 1;
  for (size_t i = 0; i < g->p; i++) g->theta[i] = (4 * g->theta[i] - 2) / sqrt((double)d);
  for (size_t i = 0; pinned < g->plan->model.k && i <= d; i++)
    g->theta[pinned * (d + 1) + i] = 0;
}

/* n rows from number `first` on; `weighted`: the period itself, weights times how often a row
 * occurs among the plan's. */
static struct moe_data *data_make(const struct group *g, size_t first, size_t n, int weighted) {
  size_t d = g->plan->model.d;
  struct moe_data *data = moe_data_alloc(n, d);
  for (size_t i = 0; i < n; i++) {
    const double *row = g->rows + (first + i) % g->period * (d + 2);
    for (size_t s = 0; s < d + 2; s++) *moe_data_at(data, i, s) = row[s];
    size_t times = (g->plan->n - i - 1) / g->period + 1;
    if (weighted) *moe_data_at(data, i, d + 1) *= (double)times;
  }
  moe_data_pad(data);
  return data;
}

/* ------------------------------------------------------------------------ threads' shares */

struct share_job {
  struct group *group;
  size_t threads;
};

/* Whole tiles to each thread; the last one has the rows that remain. */
static void share_fill(void *arg, size_t i) {
  const struct share_job *job = arg;
  struct group *g = job->group;
  struct share *s = &g->share[job->threads][i];
  size_t n = g->plan->n, tiles = n / MOE_TILE;
  size_t first = tiles * i / job->threads * MOE_TILE;
  size_t end = i + 1 == job->threads ? n : tiles * (i + 1) / job->threads * MOE_TILE;
  s->data = data_make(g, first, end - first, 0);
  s->gradient = moe_alloc(g->p, sizeof *s->gradient);
  s->curvature = moe_alloc(g->p * g->p, sizeof *s->curvature);
}

static void shares_make(struct group *g, size_t threads) {
  struct share_job job = {g, threads};
  if (g->share[threads]) return;
  g->share[threads] = moe_alloc(threads, sizeof **g->share);
  moe_team_run(g->team, threads, share_fill, &job);
}

struct subject_job {
  struct group *group;
  struct subject *subject;
  enum moe_level level;
  size_t repetitions;
};

static void subject_setup(void *arg, size_t i) {
  const struct subject_job *job = arg;
  struct subject *s = job->subject;
  const struct moe_data *data = job->group->share[s->threads][i].data;
  s->state[i] = s->variant->setup(&job->group->plan->model, data, s->isa);
}

static void subject_run(void *arg, size_t i) {
  const struct subject_job *job = arg;
  struct subject *s = job->subject;
  struct share *mine = &job->group->share[s->threads][i];
  for (size_t r = 0; r < job->repetitions; r++)
    mine->q = s->variant->run(s->state[i], job->group->theta, job->level, mine->gradient,
                              mine->curvature);
}

/* The subject of a case, set up when it is first asked for. */
static struct subject *subject_of(struct group *g, const struct moe_bench_case *c) {
  for (size_t i = 0; i < g->subject_count; i++) {
    struct subject *s = &g->subjects[i];
    if (s->variant == c->variant && s->threads == c->threads && !strcmp(s->isa, c->isa))
      return s;
  }
  struct subject *s = &g->subjects[g->subject_count++];
  *s = (struct subject){c->variant, c->isa, c->threads, NULL};
  s->state = moe_alloc(c->threads, sizeof *s->state);
  struct subject_job job = {.group = g, .subject = s};
  shares_make(g, c->threads);
  moe_team_run(g->team, c->threads, subject_setup, &job);
  return s;
}

static void group_free(struct group *g) {
  for (size_t i = 0; i < g->subject_count; i++) {
    struct subject *s = &g->subjects[i];
    for (size_t t = 0; t < s->threads; t++) s->variant->done(s->state[t]);
    moe_free(s->state);
  }
  for (size_t threads = 1; threads <= g->max_threads; threads++) {
    for (size_t i = 0; g->share[threads] && i < threads; i++) {
      moe_data_free(g->share[threads][i].data);
      moe_free(g->share[threads][i].gradient);
      moe_free(g->share[threads][i].curvature);
    }
    moe_free(g->share[threads]);
  }
  for (size_t level = 0; level < 4; level++) moe_free(g->expected[level]);
  moe_free(g->expected_gradient);
  moe_free(g->share);
  moe_free(g->subjects);
  moe_free(g->rows);
  moe_free(g->theta);
}

/* ------------------------------------------------------------------------------- checking */

/* The plain evaluator on the weighted period, at the levels that the cases have. */
static void reference_make(struct group *g, const struct moe_bench_case *cases, size_t count) {
  struct moe_data *data = data_make(g, 0, g->period, 1);
  struct moe_eval *ev = moe_eval_alloc(&g->plan->model, data, MOE_PLAIN);
  moe_eval_pin(ev, moe_bench_pinned(&g->plan->model));
  g->expected_gradient = moe_alloc(g->p, sizeof(double));
  g->expected_q = moe_eval_at(ev, g->theta, MOE_GRADIENT, g->expected_gradient, NULL);
  for (size_t i = 0; i < count; i++) {
    enum moe_level level = cases[i].level;
    if (level < MOE_GAUSS_NEWTON || g->expected[level]) continue;
    g->expected[level] = moe_alloc(g->p * g->p, sizeof(double));
    moe_eval_at(ev, g->theta, level, NULL, g->expected[level]);
  }
  moe_eval_free(ev);
  moe_data_free(data);
}

/* Largest |sum over threads - expected| as a share of the largest |expected|; infinite where one
 * is NaN. */
static double error_of(const double *const *parts, size_t threads, const double *expected,
                       size_t count) {
  double gap = 0, scale = 0;
  for (size_t i = 0; i < count; i++) {
    double sum = 0;
    for (size_t t = 0; t < threads; t++) sum += parts[t][i];
    if (isnan(sum - expected[i])) return INFINITY;
    gap = fmax(gap, fabs(sum - expected[i]));
    scale = fmax(scale, fabs(expected[i]));
  }
  return gap / (scale > 0 ? scale : 1);
}

/* The error of what the threads computed last. */
static double case_error(const struct group *g, const struct moe_bench_case *c) {
  const double *part[MOE_BENCH_THREADS];
  const struct share *share = g->share[c->threads];
  for (size_t t = 0; t < c->threads; t++) part[t] = &share[t].q;
  double error = error_of(part, c->threads, &g->expected_q, 1);
  for (size_t t = 0; t < c->threads; t++) part[t] = share[t].gradient;
  if (c->level >= MOE_GRADIENT)
    error = fmax(error, error_of(part, c->threads, g->expected_gradient, g->p));
  for (size_t t = 0; t < c->threads; t++) part[t] = share[t].curvature;
  if (c->level >= MOE_GAUSS_NEWTON)
    error = fmax(error, error_of(part, c->threads, g->expected[c->level], g->p * g->p));
  return error;
}

static enum moe_status case_check(struct group *g, struct moe_bench_case *c,
                                  struct moe_error *e) {
  const struct moe_model *m = &g->plan->model;
  struct subject_job job = {g, subject_of(g, c), c->level, 1};
  for (size_t t = 0; t < c->threads; t++) {
    struct share *share = &g->share[c->threads][t];
    share->q = NAN; /* what the case before left must not pass */
    memset(share->gradient, 0xff, g->p * sizeof(double));
    memset(share->curvature, 0xff, g->p * g->p * sizeof(double));
  }
  moe_team_run(g->team, c->threads, subject_run, &job);
  c->error = case_error(g, c);
  if (c->error <= TOLERANCE) return MOE_OK;
  return moe_fail(e, MOE_ECHECK,
                  "%s (%s) computes a wrong %s, d = %zu, k = %zu, n = %zu: off by %.2g of the "
                  "reference; nothing was timed",
                  c->variant->name, c->isa, moe_level_name(c->level), m->d, m->k, g->plan->n,
                  c->error);
}

/* --------------------------------------------------------------------------------- timing */

struct clocked {
  struct group *group;
  struct moe_bench_case *c;
};

static double clocked_run(void *arg, size_t repetitions) {
  struct clocked *clocked = arg;
  struct moe_bench_case *c = clocked->c;
  struct subject_job job = {clocked->group, subject_of(clocked->group, c), c->level,
                            repetitions};
  return moe_team_run(clocked->group->team, c->threads, subject_run, &job);
}

static void case_time(struct group *g, struct moe_bench_case *c) {
  struct clocked clocked = {g, c};
  double spent = 0;
  for (size_t i = 0; i < c->repeats; i++) spent += c->seconds[i];
  if (c->repeats >= LEAST_REPEATS && spent > g->plan->patience) return;
  if (g->plan->seconds / (double)c->repetitions < WARM_SECONDS) clocked_run(&clocked, 1);
  c->seconds[c->repeats++] = clocked_run(&clocked, c->repetitions);
}

static void rounds_run(struct group *g, struct moe_bench_case *cases, size_t count) {
  struct moe_rng rng = moe_rng_make(g->plan->seed, STREAM_ORDER);
  size_t *order = moe_alloc(count, sizeof *order);
  for (size_t round = 0; round < g->plan->repeats; round++) {
    moe_rng_permutation(&rng, count, order);
    for (size_t i = 0; i < count; i++) case_time(g, &cases[order[i]]);
  }
  moe_free(order);
}

static enum moe_status plan_check(const struct moe_bench_plan *plan,
                                  const struct moe_bench_case *cases, size_t count,
                                  struct group *g, struct moe_error *e) {
  g->max_threads = 1;
  for (size_t i = 0; i < count; i++)
    if (cases[i].threads > g->max_threads) g->max_threads = cases[i].threads;
  if (plan->n >= g->max_threads * MOE_TILE) return MOE_OK;
  return moe_fail(e, MOE_EUSAGE, "n = %zu: %zu threads share whole tiles of %d rows, give more",
                  plan->n, g->max_threads, MOE_TILE);
}

enum moe_status moe_bench_run(struct moe_team *team, const struct moe_bench_plan *plan,
                              struct moe_bench_case *cases, size_t count, struct moe_error *e) {
  struct group g = {.team = team, .plan = plan, .p = moe_model_size(&plan->model)};
  enum moe_status status = plan_check(plan, cases, count, &g, e);
  if (status) return status;
  g.period = period_of(plan);
  g.share = moe_alloc(g.max_threads + 1, sizeof(struct share *));
  g.subjects = moe_alloc(count, sizeof *g.subjects);
  numbers_draw(&g);
  reference_make(&g, cases, count);
  for (size_t i = 0; i < count && !status; i++) status = case_check(&g, &cases[i], e);
  for (size_t i = 0; i < count && !status; i++) {
    struct clocked clocked = {&g, &cases[i]};
    cases[i].repetitions = moe_bench_calibrate(clocked_run, &clocked, plan->seconds);
    cases[i].repeats = 0;
  }
  if (!status) rounds_run(&g, cases, count);
  group_free(&g);
  return status;
}
