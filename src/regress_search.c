/*
 * regress_search.c - where the fit of somebody's data is looked for.
 *
 * By the engine's search (search.c), with two things that data need and simulations do not. Nobody
 * knows how large the parameters are, so atoms are drawn as normal numbers of several sizes, half of
 * them for covariates brought to mean 0 and variance 1. And a difference of objectives means
 * something in units of the noise only: the noise variance is first that of y, then that of the
 * best of a few starts, then that of the best fit, and the whole is repeated if that is much less,
 * since a search takes two minima for one when they differ by a small fraction of the noise that it
 * assumes.
 *
 * The starts are shared by a few searches that run side by side, on a sample of the rows if there
 * are many; what they find is fitted on with all rows.
 */
#include "regress_impl.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "gate.h"

enum {
  SAMPLE = 2048,   /* rows that starts see if there are more than twice as many; or */
  SAMPLE_PER = 20, /* times the parameters */
  JOBS = 4,
  FIRST_STARTS = 16, /* of the small search that gives the first idea of the noise */
  KEPT = 40,         /* minima fitted on with 4 times as many rows */
  FINALISTS = 24,    /* minima fitted on with all rows */
  ROUNDS = 3         /* at most */
};
#define SAME 1e-3 /* nats: objectives of one minimum */

/* --- candidates --------------------------------------------------------------------------- */

void moe_candidates_free(struct moe_candidates *c) {
  for (size_t i = 0; i < c->count; i++) moe_free(c->item[i].theta);
  moe_free(c->item);
  *c = (struct moe_candidates){0};
}

/* Takes over theta. */
static void candidates_add(struct moe_candidates *c, double *theta, struct moe_descent descent,
                           size_t found) {
  if (c->count == c->room)
    c->item = moe_realloc(c->item, c->room = 2 * c->room + 16, sizeof *c->item);
  c->item[c->count++] = (struct moe_candidate){theta, descent, found};
}

/* By objective, equals in the order they came; what is not finite goes. */
static void candidates_sort(struct moe_candidates *c) {
  size_t count = 0;
  for (size_t i = 0; i < c->count; i++) {
    struct moe_candidate moved = c->item[i];
    if (!isfinite(moved.descent.objective)) {
      moe_free(moved.theta);
      continue;
    }
    size_t at = count++;
    for (; at > 0 && moved.descent.objective < c->item[at - 1].descent.objective; at--)
      c->item[at] = c->item[at - 1];
    c->item[at] = moved;
  }
  c->count = count;
}

/* Neighbours whose objectives agree become one. */
static void candidates_merge(struct moe_candidates *c) {
  size_t kept = 0;
  candidates_sort(c);
  for (size_t i = 0; i < c->count; i++) {
    struct moe_candidate *last = kept > 0 ? c->item + kept - 1 : NULL;
    if (last && c->item[i].descent.objective - last->descent.objective < SAME) {
      last->found += c->item[i].found;
      moe_free(c->item[i].theta);
    } else {
      c->item[kept++] = c->item[i];
    }
  }
  c->count = kept;
}

static void candidates_move(struct moe_candidates *to, struct moe_candidates *from) {
  for (size_t i = 0; i < from->count; i++)
    candidates_add(to, from->item[i].theta, from->item[i].descent, from->item[i].found);
  to->starts += from->starts;
  from->count = 0;
  moe_candidates_free(from);
}

/* --- jobs --------------------------------------------------------------------------------- */

/* A share of the starts. Jobs only read the problem, and their results are gathered in order: the
 * same bits whatever the threads do. */
struct job {
  const struct moe_problem *q;
  uint64_t key;
  size_t starts;
  struct moe_candidates found;
  struct moe_error error;
};

/* A form of normal numbers of a random size, every second time for standardised covariates. */
static void draw_form(const void *arg, struct moe_rng *rng, int expert, double *row) {
  static const double sizes[] = {1, 3, 2, 5};
  const struct moe_problem *q = arg;
  size_t d = q->data->d, choice = moe_rng_below(rng, 8);
  (void)expert;
  for (size_t i = 0; i <= d; i++) row[i] = sizes[choice / 2] * moe_rng_normal(rng);
  for (size_t s = 0; s < d && choice % 2; s++) {
    row[s] *= q->spread[s] / q->sd[s];
    row[d] -= row[s] * (q->mean[s] - q->centre[s]) / q->spread[s];
  }
}

static void *run_job(void *argument) {
  struct job *job = argument;
  const struct moe_regress_options *fit = job->q->options;
  struct moe_search_options options = {.starts = job->starts,
                                       .keep = KEPT,
                                       .key = job->key,
                                       .draw = draw_form,
                                       .draw_arg = job->q};
  struct moe_search_result result;
  struct moe_eval *ev = moe_eval_alloc(&fit->model, job->q->few, fit->evaluator);
  if (moe_search(ev, &job->q->ranges, &options, &result, &job->error) == MOE_OK) {
    for (size_t i = 0; i < result.count; i++) {
      candidates_add(&job->found, result.minimum[i].theta, result.minimum[i].descent,
                     result.minimum[i].found);
      result.minimum[i].theta = NULL;
    }
    moe_search_free(&result);
  }
  job->found.starts = job->starts;
  moe_eval_free(ev);
  return NULL;
}

/* Each on a thread of its own; on this one if the system has none to give. */
static void run_threads(void *(*run)(void *), void **argument, size_t count) {
  pthread_t thread[JOBS];
  int started[JOBS];
  for (size_t j = 0; j < count; j++)
    started[j] = j > 0 && pthread_create(thread + j, NULL, run, argument[j]) == 0;
  for (size_t j = 0; j < count; j++)
    if (!started[j]) run(argument[j]);
  for (size_t j = 0; j < count; j++)
    if (started[j]) pthread_join(thread[j], NULL);
}

/* `starts` shared by `count` jobs with streams of their own, from `stream` on. */
static void run_jobs(const struct moe_problem *q, size_t count, size_t stream, size_t starts,
                     struct moe_candidates *found) {
  struct job job[JOBS];
  void *argument[JOBS];
  if (count > starts) count = starts;
  for (size_t j = 0; j < count; j++) {
    struct moe_rng rng = moe_rng_make(q->options->key, stream + j);
    job[j] = (struct job){
        .q = q, .key = moe_rng_bits(&rng), .starts = starts / count + (j < starts % count)};
    argument[j] = job + j;
  }
  run_threads(run_job, argument, count);
  for (size_t j = 0; j < count; j++) candidates_move(found, &job[j].found);
  candidates_merge(found);
}

/* --- the search --------------------------------------------------------------------------- */

void moe_problem_sample(struct moe_problem *q) {
  size_t few = SAMPLE_PER * q->p > SAMPLE ? SAMPLE_PER * q->p : SAMPLE, many = 4 * few;
  q->few = q->many = q->all;
  if (q->rows <= 2 * few) return;
  if (many > q->rows / 2) many = q->rows;
  struct moe_rng rng = moe_rng_make(q->options->key, (ROUNDS + 1) * JOBS);
  q->sampled = moe_alloc(q->rows, sizeof *q->sampled);
  memcpy(q->sampled, q->row, q->rows * sizeof *q->row);
  for (size_t i = 0; i < many && i + 1 < q->rows; i++) {
    size_t j = i + moe_rng_below(&rng, q->rows - i), t = q->sampled[i];
    q->sampled[i] = q->sampled[j];
    q->sampled[j] = t;
  }
  q->few = moe_problem_rows(q, q->sampled, few);
  if (many < q->rows) q->many = moe_problem_rows(q, q->sampled, many);
}

/* Every JOBS-th of the first `kept` candidates, fitted on. */
struct fit_on_job {
  const struct moe_problem *q;
  const struct moe_data *data;
  struct moe_candidates *found;
  size_t first, kept;
};

static void *run_fit_on(void *argument) {
  struct fit_on_job *job = argument;
  struct moe_eval *ev =
      moe_eval_alloc(&job->q->options->model, job->data, job->q->options->evaluator);
  for (size_t i = job->first; i < job->found->count && i < job->kept; i += JOBS) {
    struct moe_candidate *c = job->found->item + i;
    c->descent = moe_problem_descend(job->q, ev, 0, c->theta);
  }
  moe_eval_free(ev);
  return NULL;
}

/* The best `kept` of what was found in a sample, fitted on with the rows of `data`. The rest, whose
 * objectives cannot be compared with theirs, is forgotten. */
static void fit_on(const struct moe_problem *q, const struct moe_data *data, size_t kept,
                   struct moe_candidates *found) {
  struct fit_on_job job[JOBS];
  void *argument[JOBS];
  for (size_t j = 0; j < JOBS; j++) {
    job[j] = (struct fit_on_job){q, data, found, j, kept};
    argument[j] = job + j;
  }
  run_threads(run_fit_on, argument, JOBS);
  for (size_t i = kept; i < found->count; i++) found->item[i].descent.objective = INFINITY;
  candidates_merge(found);
}

/* One round of all starts; the best fit so far takes part. */
static void search_round(const struct moe_problem *q, size_t round,
                         struct moe_candidates *best) {
  double *theta = best->item[0].theta;
  struct moe_eval *ev = moe_eval_alloc(&q->options->model, q->few, q->options->evaluator);
  best->item[0].theta = NULL;
  moe_candidates_free(best);
  run_jobs(q, JOBS, round * JOBS, q->options->starts, best);
  candidates_add(best, theta, moe_problem_descend(q, ev, 0, theta), 0);
  candidates_merge(best);
  moe_eval_free(ev);
  if (q->many != q->few) fit_on(q, q->many, KEPT, best);
}

/* Rounds until the noise that was assumed is within a factor of 2 of the one found. */
static void search_rounds(struct moe_problem *q, struct moe_candidates *best) {
  run_jobs(q, 1, ROUNDS * JOBS, FIRST_STARTS, best);
  for (size_t round = 0; round < ROUNDS && best->count > 0; round++) {
    double before = q->noise;
    moe_problem_set_noise(q, moe_problem_noise(q, best->item[0].theta));
    if (round > 0 && q->noise > before / 2) {
      for (size_t i = 0; i < best->count; i++)
        best->item[i].descent.objective *= before / q->noise;
      return;
    }
    search_round(q, round, best);
  }
}

enum moe_status moe_problem_search(struct moe_problem *q, struct moe_candidates *best,
                                   struct moe_error *e) {
  search_rounds(q, best);
  if (q->many != q->all) fit_on(q, q->all, FINALISTS, best);
  if (best->count > 0) return MOE_OK;
  return moe_fail(e, MOE_EDATA,
                  "no start has a finite objective: the columns are out of scale; use other "
                  "units");
}
