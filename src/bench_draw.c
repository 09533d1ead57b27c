/*
 * bench_draw.c - the sources of numbers and rows, a look at what they draw, and timing them.
 */
#include "bench_draw.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "rng_table.h"

enum { NUMBERS = 1024, LOOKED_AT = 64 * NUMBERS };
enum { STREAM_NUMBERS = 8, STREAM_THETA, STREAM_ORDER }; /* 0 to 2 are the design's */
#define SIGMAS 6
#define NOISE_VARIANCE 0.01

/* What a thread that times a case keeps. */
struct state {
  const struct moe_draw_case *c;
  uint64_t key, at; /* the next number of the stream, or the next data set */
  struct moe_model truth;
  double *theta, *out;
  gsl_rng *gsl;
};

struct moe_draw_source {
  const char *what, *variant;
  int isa, rows;
  void (*draw)(struct state *s);
};

/* -------------------------------------------------------------------------------- sources */

static void uniform_bulk(struct state *s) {
  moe_rng_bulk_find(s->c->isa)->uniforms(s->key, STREAM_NUMBERS, s->at, NUMBERS, s->out);
  s->at += NUMBERS;
}

static void normal_bulk(struct state *s) {
  moe_rng_bulk_find(s->c->isa)->normals(s->key, STREAM_NUMBERS, s->at, NUMBERS, s->out);
  s->at += NUMBERS;
}

static void singly(struct state *s, double (*draw)(struct moe_rng *)) {
  struct moe_rng rng = moe_rng_make(s->key, STREAM_NUMBERS);
  rng.at = s->at;
  for (size_t i = 0; i < NUMBERS; i++) s->out[i] = draw(&rng);
  s->at = rng.at;
}

static void uniform_single(struct state *s) {
  singly(s, moe_rng_uniform);
}

static void normal_single(struct state *s) {
  singly(s, moe_rng_normal);
}

static void uniform_gsl(struct state *s) {
  for (size_t i = 0; i < NUMBERS; i++) s->out[i] = gsl_rng_uniform(s->gsl);
}

static void normal_ziggurat(struct state *s) {
  for (size_t i = 0; i < NUMBERS; i++) s->out[i] = gsl_ran_gaussian_ziggurat(s->gsl, 1);
}

static void normal_polar(struct state *s) {
  for (size_t i = 0; i < NUMBERS; i++) s->out[i] = gsl_ran_gaussian(s->gsl, 1);
}

/* A new data set each time; the plan was checked, so drawing it cannot fail. */
static void design_draw(struct state *s, const struct moe_design *design) {
  struct moe_data *data;
  moe_design_draw(design, &s->truth, s->theta, NOISE_VARIANCE, (double)s->c->n,
                  s->key + s->at++, &data, NULL);
  moe_data_free(data);
}

static void rows_draw(struct state *s) {
  design_draw(s, &(struct moe_design){.kind = MOE_UNIFORM, .lower = -1, .upper = 1});
}

static void telescope_draw(struct state *s) {
  design_draw(s, &(struct moe_design){
                     .kind = MOE_TELESCOPE, .lower = -1, .upper = 1, .points = s->c->points});
}

enum { SOURCES = 9 };
static const struct moe_draw_source sources[SOURCES] = {
    {"uniform", "bulk", MOE_ISA_EACH, 0, uniform_bulk},
    {"uniform", "single", MOE_ISA_NONE, 0, uniform_single},
    {"uniform", "gsl-mt19937", MOE_ISA_NONE, 0, uniform_gsl},
    {"normal", "bulk", MOE_ISA_EACH, 0, normal_bulk},
    {"normal", "single", MOE_ISA_NONE, 0, normal_single},
    {"normal", "gsl-ziggurat", MOE_ISA_NONE, 0, normal_ziggurat},
    {"normal", "gsl-polar", MOE_ISA_NONE, 0, normal_polar},
    {"row", "design", MOE_ISA_BEST, 1, rows_draw},
    {"telescope", "design", MOE_ISA_BEST, 1, telescope_draw}};

const struct moe_draw_source *moe_draw_source_at(size_t i) {
  return i < SOURCES ? &sources[i] : NULL;
}

const struct moe_draw_source *moe_draw_source_find(const char *what, const char *variant) {
  for (size_t i = 0; i < SOURCES; i++)
    if (!strcmp(sources[i].what, what) && !strcmp(sources[i].variant, variant))
      return &sources[i];
  return NULL;
}

const char *moe_draw_source_what(const struct moe_draw_source *source) {
  return source->what;
}

const char *moe_draw_source_variant(const struct moe_draw_source *source) {
  return source->variant;
}

int moe_draw_source_isa(const struct moe_draw_source *source) {
  return source->isa;
}

int moe_draw_source_makes_rows(const struct moe_draw_source *source) {
  return source->rows;
}

/* --------------------------------------------------------------------------------- states */

struct job {
  const struct moe_draw_plan *plan;
  struct state *state;
  size_t repetitions;
};

static void state_make(void *arg, size_t i) {
  struct job *job = arg;
  struct state *s = job->state;
  (void)i;
  s->key = job->plan->seed;
  s->truth = job->plan->truth;
  s->truth.d = s->c->d;
  s->out = moe_alloc(NUMBERS, sizeof *s->out);
  s->gsl = gsl_rng_alloc(gsl_rng_mt19937);
  gsl_rng_set(s->gsl, (unsigned long)job->plan->seed + 1); /* 0 would mean a default */
  if (!s->c->source->rows) return;
  size_t p = moe_model_size(&s->truth);
  s->theta = moe_alloc(p, sizeof *s->theta);
  moe_rng_uniforms(s->key, STREAM_THETA, 0, p, s->theta);
}

static void state_free(struct state *s) {
  moe_free(s->theta);
  moe_free(s->out);
  if (s->gsl) gsl_rng_free(s->gsl);
}

static void state_draw(void *arg, size_t i) {
  const struct job *job = arg;
  (void)i;
  for (size_t r = 0; r < job->repetitions; r++) job->state->c->source->draw(job->state);
}

/* ------------------------------------------------------------------------------- checking */

/* Draw i of the stream, which bulk draws must give as well. */
static int differs_from_single(const struct state *s, uint64_t first, int normal) {
  struct moe_rng rng = moe_rng_make(s->key, STREAM_NUMBERS);
  rng.at = first;
  for (size_t i = 0; i < NUMBERS; i++)
    if (s->out[i] != (normal ? moe_rng_normal(&rng) : moe_rng_uniform(&rng))) return 1;
  return 0;
}

/* Mean and variance of many numbers; the variance of x^2 - E x^2 is 1/180 and 2. */
static enum moe_status source_check(struct state *s, struct moe_error *e) {
  const struct moe_draw_source *source = s->c->source;
  int normal = !strcmp(source->what, "normal"), differs = 0;
  double centre = normal ? 0 : 0.5, variance = normal ? 1 : 1.0 / 12, sum = 0, squares = 0;
  for (size_t done = 0; done < LOOKED_AT; done += NUMBERS) {
    uint64_t first = s->at;
    source->draw(s);
    if (source->isa == MOE_ISA_EACH) differs |= differs_from_single(s, first, normal);
    for (size_t i = 0; i < NUMBERS; i++) {
      double x = s->out[i] - centre;
      sum += x;
      squares += x * x - variance;
    }
  }
  double spread = sqrt(LOOKED_AT * variance);
  double square_spread = sqrt(LOOKED_AT * (normal ? 2 : 1.0 / 180));
  if (!differs && fabs(sum) < SIGMAS * spread && fabs(squares) < SIGMAS * square_spread)
    return MOE_OK;
  return moe_fail(e, MOE_ECHECK, "%s (%s) draws a wrong %s%s; nothing was timed",
                  source->variant, s->c->isa, source->what,
                  differs ? ": not the bits of one draw at a time" : "");
}

/* Rows are drawn once, which says what is wrong with their number. */
static enum moe_status case_check(struct state *s, struct moe_draw_case *c,
                                  struct moe_error *e) {
  struct moe_design design = {.kind = MOE_UNIFORM, .lower = -1, .upper = 1};
  struct moe_data *data;
  c->numbers = NUMBERS;
  if (!c->source->rows) return source_check(s, e);
  if (c->points) {
    design.kind = MOE_TELESCOPE;
    design.points = c->points;
  }
  enum moe_status status = moe_design_draw(&design, &s->truth, s->theta, NOISE_VARIANCE,
                                           (double)c->n, s->key, &data, e);
  if (status) return status;
  c->numbers = c->points ? c->points : c->n;
  moe_data_free(data);
  return MOE_OK;
}

/* --------------------------------------------------------------------------------- timing */

struct clocked {
  struct moe_team *team;
  struct job job;
};

static double clocked_run(void *arg, size_t repetitions) {
  struct clocked *clocked = arg;
  clocked->job.repetitions = repetitions;
  return moe_team_run(clocked->team, 1, state_draw, &clocked->job);
}

static void rounds_run(struct moe_team *team, const struct moe_draw_plan *plan,
                       struct moe_draw_case *cases, struct state *states, size_t count) {
  struct moe_rng rng = moe_rng_make(plan->seed, STREAM_ORDER);
  size_t *order = moe_alloc(count, sizeof *order);
  for (size_t round = 0; round < plan->repeats; round++) {
    moe_rng_permutation(&rng, count, order);
    for (size_t i = 0; i < count; i++) {
      struct moe_draw_case *c = &cases[order[i]];
      struct clocked clocked = {team, {plan, &states[order[i]], 0}};
      clocked_run(&clocked, 1);
      c->seconds[round] = clocked_run(&clocked, c->repetitions);
    }
  }
  moe_free(order);
}

enum moe_status moe_draw_run(struct moe_team *team, const struct moe_draw_plan *plan,
                             struct moe_draw_case *cases, size_t count, struct moe_error *e) {
  struct state *states = moe_alloc(count, sizeof *states);
  enum moe_status status = MOE_OK;
  for (size_t i = 0; i < count && !status; i++) {
    struct clocked clocked = {team, {plan, &states[i], 0}};
    states[i].c = &cases[i];
    moe_team_run(team, 1, state_make, &clocked.job);
    status = case_check(&states[i], &cases[i], e);
    if (!status)
      cases[i].repetitions = moe_bench_calibrate(clocked_run, &clocked, plan->seconds);
  }
  if (!status) rounds_run(team, plan, cases, states, count);
  for (size_t i = 0; i < count; i++) state_free(&states[i]);
  moe_free(states);
  return status;
}
