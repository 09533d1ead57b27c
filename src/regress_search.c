/*
 * regress_search.c - where the fit of somebody's data is looked for.
 *
 * Of the starts, three in eight are blind. Nobody knows how large the parameters are, so half of
 * these are normal numbers of several sizes as they come, half are such numbers for covariates
 * brought to mean 0 and variance 1. One in eight belongs to the engine's search (search.c), which
 * grows fits atom by atom. The rest take one of the best fits so far and draw one of its atoms
 * anew, generation after generation. All run on several threads, on a sample of the rows if there
 * are many; what they find is fitted on with all rows.
 *
 * How the mix was chosen: on 72 generated data sets (both gates, six experts, d = 1 to 3, k = 2
 * and 3), 512 starts of this mix end above the best of 50 SciPy starts, ten of which begin next to
 * the truth, in 1 or 2, depending on the seed; without redrawn starts it was 4. Against 50 random
 * SciPy starts on 72 other sets it was none (by more than 1e-4 nat).
 *
 * A difference of objectives means something in units of the noise only. The noise variance is
 * first that of y, then that of the best of a few blind starts, then that of the best fit: the
 * whole is repeated if that is much less, since a search takes two minima for one when they
 * differ by a small fraction of the noise that it assumes.
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
  PARENTS = 12,      /* minima whose atoms are redrawn */
  GENERATIONS = 3,   /* of redrawn starts, at least */
  MOST_GENERATIONS = 10,
  ROUNDS = 3 /* at most */
};
#define GAIN 0.01 /* nats: a generation that gains less ends the search */
#define ROUGH                                                                                  \
  0.02            /* nats: tolerance of blind starts, most of which end nowhere near the best */
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
  const struct moe_data *data;
  uint64_t key;
  size_t starts;
  const double *reference;              /* for the engine's search; NULL: none */
  const struct moe_candidates *parents; /* NULL: blind starts */
  struct moe_candidates found;
  struct moe_error error;
};

/* A form (slopes, intercept) of normal numbers; `standard`: for standardised covariates. */
static void draw_form(const struct moe_problem *q, struct moe_rng *rng, double size,
                      int standard, double *row) {
  size_t d = q->data->d;
  for (size_t i = 0; i <= d; i++) row[i] = size * moe_rng_normal(rng);
  for (size_t s = 0; s < d && standard; s++) {
    row[s] *= q->spread[s] / q->sd[s];
    row[d] -= row[s] * (q->mean[s] - q->centre[s]) / q->spread[s];
  }
}

static double *draw_start(const struct moe_problem *q, struct moe_rng *rng, size_t index) {
  static const double sizes[] = {1, 3, 2, 5};
  const struct moe_model *m = &q->options->model;
  size_t D = m->d + 1;
  double *theta = moe_alloc(q->p, sizeof *theta);
  for (size_t i = 0; i < 2 * m->k; i++)
    draw_form(q, rng, sizes[index / 2 % 4], index % 2 == 0, theta + i * D);
  if (m->gate->translation) memset(theta + (m->k - 1) * D, 0, D * sizeof *theta);
  return theta;
}

/* One of the best so far with one of its atoms drawn anew. */
static double *redraw_start(const struct job *job, struct moe_rng *rng, size_t index) {
  const struct moe_model *m = &job->q->options->model;
  size_t D = m->d + 1, parents = job->parents->count < PARENTS ? job->parents->count : PARENTS;
  double *theta = draw_start(job->q, rng, index), *fresh = moe_alloc(job->q->p, sizeof *fresh);
  size_t atom = moe_rng_below(rng, m->k);
  memcpy(fresh, theta, job->q->p * sizeof *theta);
  memcpy(theta, job->parents->item[index % parents].theta, job->q->p * sizeof *theta);
  if (moe_pinned_row(m, theta) != atom) memcpy(theta + atom * D, fresh, D * sizeof *theta);
  memcpy(theta + (m->k + atom) * D, fresh + (m->k + atom) * D, D * sizeof *theta);
  moe_free(fresh);
  return theta;
}

static void run_blind(struct job *job) {
  struct moe_eval *ev = moe_eval_alloc(&job->q->options->model, job->data, MOE_AUTO);
  for (size_t i = 0; i < job->starts; i++) {
    struct moe_rng rng = moe_rng_make(job->key, i);
    double *theta = job->parents ? redraw_start(job, &rng, i) : draw_start(job->q, &rng, i);
    struct moe_descent end = moe_problem_descend(job->q, ev, ROUGH, theta);
    candidates_add(&job->found, theta, end, 1);
  }
  job->found.starts = job->starts;
  moe_eval_free(ev);
}

static void run_grown(struct job *job) {
  const struct moe_model *m = &job->q->options->model;
  struct moe_search_options options = {.starts = job->starts, .keep = job->starts};
  struct moe_search_result result;
  options.key = job->key;
  options.truth = m;
  options.truth_theta = job->reference;
  struct moe_eval *ev = moe_eval_alloc(m, job->data, MOE_AUTO);
  if (moe_search(ev, &job->q->options->ranges, &options, &result, &job->error) == MOE_OK) {
    for (size_t i = 0; i < result.count; i++) {
      candidates_add(&job->found, result.minimum[i].theta, result.minimum[i].descent,
                     result.minimum[i].found);
      result.minimum[i].theta = NULL;
    }
    moe_search_free(&result);
  }
  job->found.starts = job->starts;
  moe_eval_free(ev);
}

static void *run_job(void *argument) {
  struct job *job = argument;
  if (job->reference)
    run_grown(job);
  else
    run_blind(job);
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

static void run_jobs(struct job *job, size_t count, struct moe_candidates *found) {
  void *argument[JOBS];
  for (size_t j = 0; j < count; j++) argument[j] = job + j;
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
  struct moe_rng rng =
      moe_rng_make(q->options->key, (MOST_GENERATIONS + 1) * JOBS * ROUNDS + 1);
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

static struct job make_job(const struct moe_problem *q, size_t stream, size_t starts,
                           const double *reference) {
  struct moe_rng rng = moe_rng_make(q->options->key, stream);
  return (struct job){.q = q,
                      .data = q->few,
                      .key = moe_rng_bits(&rng),
                      .starts = starts,
                      .reference = reference};
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
  struct moe_eval *ev = moe_eval_alloc(&job->q->options->model, job->data, MOE_AUTO);
  for (size_t i = job->first; i < job->found->count && i < job->kept; i += JOBS) {
    struct moe_candidate *c = job->found->item + i;
    c->descent = moe_problem_descend(job->q, ev, 0, c->theta);
  }
  moe_eval_free(ev);
  return NULL;
}

/* The best `kept` of what was found roughly, or in a sample, fitted on with the rows of `data`.
 * The objectives of the rest cannot be compared with theirs if those saw other rows (`others`):
 * then they are forgotten. */
static void fit_on(const struct moe_problem *q, const struct moe_data *data, size_t kept,
                   int others, struct moe_candidates *found) {
  struct fit_on_job job[JOBS];
  void *argument[JOBS];
  for (size_t j = 0; j < JOBS; j++) {
    job[j] = (struct fit_on_job){q, data, found, j, kept};
    argument[j] = job + j;
  }
  run_threads(run_fit_on, argument, JOBS);
  for (size_t i = kept; i < found->count && others; i++)
    found->item[i].descent.objective = INFINITY;
  candidates_merge(found);
}

/* The first idea of the noise. */
static void search_first(struct moe_problem *q, struct moe_candidates *best) {
  struct job job = make_job(q, (MOST_GENERATIONS + 1) * JOBS * ROUNDS, FIRST_STARTS, NULL);
  run_jobs(&job, 1, best);
}

/* `starts` over the jobs from `first` on; streams of their own. */
static size_t share_starts(struct job *job, size_t count, const struct moe_problem *q,
                           size_t stream, size_t starts) {
  size_t made = 0;
  for (size_t j = 0; j < count; j++) {
    size_t share = starts / count + (j < starts % count);
    if (share > 0) job[made++] = make_job(q, stream + j, share, NULL);
  }
  return made;
}

/* Starts from the best so far with an atom drawn anew, in generations: each builds on the last,
 * and more follow while they gain. */
static void search_redrawn(const struct moe_problem *q, size_t stream, size_t starts,
                           struct moe_candidates *best) {
  struct job job[JOBS];
  double gain = INFINITY;
  for (size_t g = 0; g < MOST_GENERATIONS && best->count > 0; g++) {
    if (g >= GENERATIONS && gain < GAIN) break;
    struct moe_candidates more = {0};
    double before = best->item[0].descent.objective;
    size_t share = starts / GENERATIONS + (g < starts % GENERATIONS);
    size_t count = share_starts(job, JOBS, q, stream + g * JOBS, share);
    for (size_t j = 0; j < count; j++) job[j].parents = best;
    run_jobs(job, count, &more);
    fit_on(q, q->many, KEPT, q->many != q->few, &more);
    candidates_move(best, &more);
    candidates_merge(best);
    gain = before - best->item[0].descent.objective;
  }
}

/* One round: blind starts and, from the reference, grown ones; then redrawn ones. */
static void search_round(const struct moe_problem *q, size_t round, const double *reference,
                         struct moe_candidates *best) {
  size_t starts = q->options->starts, grown = starts / 8, redrawn = starts / 2;
  size_t stream = round * (MOST_GENERATIONS + 1) * JOBS;
  struct job job[JOBS];
  size_t count = share_starts(job, JOBS - 1, q, stream, starts - grown - redrawn);
  if (grown > 0) job[count++] = make_job(q, stream + JOBS - 1, grown, reference);
  run_jobs(job, count, best);
  fit_on(q, q->many, KEPT, q->many != q->few, best);
  search_redrawn(q, stream + JOBS, redrawn, best);
}

/* Rounds until the noise that was assumed is within a factor of 2 of the one found. */
static void search_rounds(struct moe_problem *q, struct moe_candidates *best) {
  search_first(q, best);
  for (size_t round = 0; round < ROUNDS && best->count > 0; round++) {
    double before = q->noise, *reference = best->item[0].theta;
    moe_problem_set_noise(q, moe_problem_noise(q, reference));
    if (round > 0 && q->noise > before / 2) {
      for (size_t i = 0; i < best->count; i++)
        best->item[i].descent.objective *= before / q->noise;
      return;
    }
    best->item[0].theta = NULL;
    moe_candidates_free(best);
    search_round(q, round, reference, best);
    moe_free(reference);
  }
}

enum moe_status moe_problem_search(struct moe_problem *q, struct moe_candidates *best,
                                   struct moe_error *e) {
  search_rounds(q, best);
  if (q->many != q->all) fit_on(q, q->all, FINALISTS, 1, best);
  if (best->count > 0) return MOE_OK;
  return moe_fail(
      e, MOE_EDATA,
      "no start has a finite sum of squares: the columns are out of scale; use other "
      "units");
}
