/*
 * regress.c - fitting a mixture of experts to somebody's data.
 *
 * Three things are missing that a simulation has. The truth: the search grows its fits from one
 * atom up, and since nobody knows how large the parameters are, several searches run side by
 * side whose random atoms come from boxes of different reach; whatever they find is then fitted
 * on in the whole box. The noise, without which a difference of objectives means nothing: it
 * starts as the variance of y and is then the residual variance of the best fit so far. And
 * patience: beyond a few thousand rows the searches see a random sample of them, and only the
 * last descents see all.
 */
#include "regress.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "gate.h"
#include "linalg.h"

enum {
  SAMPLED_ABOVE = 16384, /* rows: more than this, and searches see a sample */
  SAMPLE = 8192,         /* rows of the sample */
  FIRST_STARTS = 8,      /* of the small search that gives the first idea of the noise */
  POLISHED = 24,         /* minima fitted on in the whole box, at most */
  ROUNDS = 3,            /* searches, at most, until the noise stays within a factor of 2 */
  RESCALES = 20          /* descents, at most, until it stays within 1e-4 */
};
#define HIT 0.5       /* nats: a start this near the best has found it */
#define NEARBY 1.5    /* nats: what a chance of a miss is counted among */
#define POLISH_TO 4.0 /* nats: minima this near the best are fitted on */
#define SAME 1e-3     /* nats: objectives of one minimum */
#define FINAL 1e-7    /* nats: tolerance of the last descents */
#define SINGULAR 1e-12
static const double reach[MOE_REGRESS_JOBS] = {2, 4, 8, INFINITY};

/* The data as they are fitted. */
struct problem {
  const struct moe_regress_data *data;
  const struct moe_regress_options *options;
  size_t p, rows, free;
  size_t *row;             /* rows of weight > 0 */
  double *centre, *spread; /* covariate s is fitted as (x_s - centre_s) / spread_s */
  double offset, scale;    /* y as (y - offset) / scale */
  double observations,
      total;           /* sum of weights; their sum of squares about the mean, as fitted */
  double noise, floor; /* variance in use, and the least that rounding allows to tell */
  struct moe_data *all, *seen; /* all rows; those that the searches see (may be the same) */
  size_t *sampled;
};

/* A minimum that some search found. */
struct candidate {
  double *theta;
  struct moe_descent descent;
  size_t found;
};

struct candidates {
  size_t count, room;
  struct candidate *item;
  size_t starts;
};

/* --- preparing ---------------------------------------------------------------------------- */

static double row_weight(const struct problem *q, size_t i) {
  return q->data->weight ? q->data->weight[i] : 1;
}

/* Weighted mean and standard deviation of a column, over the rows in use. */
static void column_moments(const struct problem *q, const double *column, double *mean,
                           double *sd) {
  double sum = 0, square = 0;
  for (size_t i = 0; i < q->rows; i++) sum += row_weight(q, q->row[i]) * column[q->row[i]];
  *mean = sum / q->observations;
  for (size_t i = 0; i < q->rows; i++) {
    double above = column[q->row[i]] - *mean;
    square += row_weight(q, q->row[i]) * above * above;
  }
  *sd = sqrt(square / q->observations);
}

static double largest(const struct problem *q, const double *column) {
  double most = 0;
  for (size_t i = 0; i < q->rows; i++) most = fmax(most, fabs(column[q->row[i]]));
  return most;
}

static size_t count_free(const struct problem *q) {
  struct moe_box box;
  size_t count = 0;
  moe_box_make(&box, &q->options->model, &q->options->ranges, q->options->model.k - 1);
  for (size_t i = 0; i < q->p; i++) count += box.lower[i] < box.upper[i];
  moe_box_free(&box);
  return count;
}

/* The rows listed, as they are fitted; weights come later. */
static struct moe_data *make_rows(const struct problem *q, const size_t *row, size_t count) {
  size_t d = q->data->d;
  struct moe_data *out = moe_data_alloc(count, d);
  for (size_t i = 0; i < count; i++) {
    for (size_t s = 0; s < d; s++)
      *moe_data_at(out, i, s) = (q->data->x[s][row[i]] - q->centre[s]) / q->spread[s];
    *moe_data_at(out, i, d) = (q->data->y[row[i]] - q->offset) / q->scale;
  }
  return out;
}

static void set_weights(const struct problem *q, struct moe_data *data, const size_t *row) {
  for (size_t i = 0; i < data->n; i++)
    *moe_data_at(data, i, data->d + 1) = row_weight(q, row[i]) / q->noise;
  moe_data_pad(data);
}

static void set_noise(struct problem *q, double noise) {
  q->noise = fmax(noise, q->floor);
  set_weights(q, q->all, q->row);
  if (q->seen != q->all) set_weights(q, q->seen, q->sampled);
}

/* The first SAMPLE entries of a random order of the rows. */
static void draw_sample(struct problem *q) {
  struct moe_rng rng = moe_rng_make(q->options->key, MOE_REGRESS_JOBS + 1);
  q->sampled = moe_alloc(q->rows, sizeof *q->sampled);
  memcpy(q->sampled, q->row, q->rows * sizeof *q->row);
  for (size_t i = 0; i < SAMPLE; i++) {
    size_t j = i + moe_rng_below(&rng, q->rows - i), t = q->sampled[i];
    q->sampled[i] = q->sampled[j];
    q->sampled[j] = t;
  }
  q->seen = make_rows(q, q->sampled, SAMPLE);
}

static void standardize(struct problem *q) {
  double mean, sd;
  for (size_t s = 0; s < q->data->d; s++) {
    column_moments(q, q->data->x[s], &mean, &sd);
    q->centre[s] = q->options->standardize ? mean : 0;
    q->spread[s] = q->options->standardize ? sd : 1;
  }
  column_moments(q, q->data->y, &mean, &sd);
  q->offset = q->options->standardize ? mean : 0;
  q->scale = q->options->standardize ? sd : 1;
  double fitted_sd = sd / q->scale, rounding = 1e-15 * largest(q, q->data->y) / q->scale;
  q->total = q->observations * fitted_sd * fitted_sd;
  q->floor = fmax(1e-24 * fitted_sd * fitted_sd, rounding * rounding);
}

static void prepare(struct problem *q) {
  q->p = moe_model_size(&q->options->model);
  q->row = moe_alloc(q->data->rows, sizeof *q->row);
  for (size_t i = 0; i < q->data->rows; i++) {
    if (!(row_weight(q, i) > 0)) continue;
    q->row[q->rows++] = i;
    q->observations += row_weight(q, i);
  }
  q->centre = moe_alloc(2 * q->data->d, sizeof *q->centre);
  q->spread = q->centre + q->data->d;
  standardize(q);
  q->free = count_free(q);
  q->all = q->seen = make_rows(q, q->row, q->rows);
  if (q->rows > SAMPLED_ABOVE) draw_sample(q);
  set_noise(q, q->total / q->observations);
}

static void release(struct problem *q) {
  if (q->seen != q->all) moe_data_free(q->seen);
  moe_data_free(q->all);
  moe_free(q->sampled);
  moe_free(q->centre);
  moe_free(q->row);
}

/* --- searching ---------------------------------------------------------------------------- */

/* One search; jobs share nothing but the problem, which they only read. */
struct job {
  const struct problem *q;
  struct moe_ranges ranges;
  struct moe_search_options options;
  struct moe_search_result result;
  enum moe_status status;
  struct moe_error error;
};

static void narrow(double range[2], double limit) {
  double low = fmax(range[0], -limit), high = fmin(range[1], limit);
  if (low > high) return; /* the box lies beyond: leave it */
  range[0] = low;
  range[1] = high;
}

static struct job make_job(const struct problem *q, size_t index, size_t starts, double limit,
                           const double *reference) {
  struct job job = {.q = q, .ranges = q->options->ranges};
  struct moe_rng rng = moe_rng_make(q->options->key, index);
  narrow(job.ranges.beta1, limit);
  narrow(job.ranges.beta0, limit);
  narrow(job.ranges.a, limit);
  narrow(job.ranges.b, limit);
  job.options = (struct moe_search_options){.starts = starts, .keep = starts};
  job.options.key = moe_rng_bits(&rng);
  job.options.truth = reference ? &q->options->model : NULL;
  job.options.truth_theta = reference;
  return job;
}

static void *run_job(void *argument) {
  struct job *job = argument;
  struct moe_eval *ev = moe_eval_alloc(&job->q->options->model, job->q->seen, MOE_AUTO);
  job->status = moe_search(ev, &job->ranges, &job->options, &job->result, &job->error);
  moe_eval_free(ev);
  return NULL;
}

/* Each on a thread of its own; on this one if the system has none to give. */
static void run_jobs(struct job *job, size_t count) {
  pthread_t thread[MOE_REGRESS_JOBS];
  int started[MOE_REGRESS_JOBS];
  for (size_t j = 0; j < count; j++)
    started[j] = j > 0 && pthread_create(thread + j, NULL, run_job, job + j) == 0;
  for (size_t j = 0; j < count; j++)
    if (!started[j]) run_job(job + j);
  for (size_t j = 0; j < count; j++)
    if (started[j]) pthread_join(thread[j], NULL);
}

static void candidates_add(struct candidates *c, struct moe_search_result *from) {
  for (size_t i = 0; i < from->count; i++) {
    if (c->count == c->room)
      c->item = moe_realloc(c->item, c->room = 2 * c->room + 16, sizeof *c->item);
    struct moe_minimum *m = from->minimum + i;
    c->item[c->count++] = (struct candidate){m->theta, m->descent, m->found};
    m->theta = NULL;
  }
  c->starts += from->starts;
}

static void candidates_clear(struct candidates *c) {
  for (size_t i = 0; i < c->count; i++) moe_free(c->item[i].theta);
  moe_free(c->item);
  *c = (struct candidates){0};
}

/* By objective; among equals the order stays (insertion sort: some dozens). */
static void candidates_sort(struct candidates *c) {
  for (size_t i = 1; i < c->count; i++) {
    struct candidate moved = c->item[i];
    size_t at = i;
    for (; at > 0 && moved.descent.objective < c->item[at - 1].descent.objective; at--)
      c->item[at] = c->item[at - 1];
    c->item[at] = moved;
  }
}

/* The gate row that is 0 throughout, where the gate has a translation to fix; k if there is
 * none. The search pins a row of its choice. */
static size_t pinned_row(const struct moe_model *m, const double *theta) {
  if (!m->gate->translation) return m->k;
  for (size_t i = m->k; i-- > 0;) {
    size_t zeros = 0;
    for (size_t c = 0; c <= m->d; c++) zeros += moe_gate_row(m, theta, i)[c] == 0;
    if (zeros == m->d + 1) return i;
  }
  return m->k;
}

static struct moe_descent descend(const struct problem *q, struct moe_eval *ev,
                                  double tolerance, double *theta) {
  const struct moe_model *m = &q->options->model;
  struct moe_descent_options options = {.tolerance = tolerance};
  struct moe_box box;
  moe_box_make(&box, m, &q->options->ranges, pinned_row(m, theta));
  struct moe_descent end = moe_descend(ev, &box, &options, theta);
  moe_box_free(&box);
  return end;
}

/* The minima near the best, fitted on in the whole box with the rows of `data`. */
static void polish(const struct problem *q, const struct moe_data *data, double tolerance,
                   struct candidates *c) {
  struct moe_eval *ev = moe_eval_alloc(&q->options->model, data, MOE_AUTO);
  candidates_sort(c);
  double limit = c->item[0].descent.objective + POLISH_TO;
  for (size_t i = 0; i < c->count && i < POLISHED; i++) {
    if (i > 0 && c->item[i].descent.objective > limit) break;
    c->item[i].descent = descend(q, ev, tolerance, c->item[i].theta);
  }
  moe_eval_free(ev);
  candidates_sort(c);
}

/* 2 Q = sse / noise at the best candidate, on all rows: the noise that follows from it. */
static double noise_of(const struct problem *q, const double *theta) {
  struct moe_eval *ev = moe_eval_alloc(&q->options->model, q->all, MOE_AUTO);
  double sse = 2 * q->noise * moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(ev);
  return sse / (q->observations - (double)q->free);
}

static enum moe_status search_with(const struct problem *q, struct job *job, size_t count,
                                   struct candidates *found, struct moe_error *e) {
  run_jobs(job, count);
  for (size_t j = 0; j < count; j++) {
    if (job[j].status == MOE_OK) candidates_add(found, &job[j].result);
    moe_search_free(&job[j].result);
  }
  if (found->count == 0) return moe_fail(e, MOE_EDATA, "%s", job[0].error.text);
  polish(q, q->seen, 0, found);
  return MOE_OK;
}

/* All searches until the noise that they assumed is within a factor of 2 of what they found. */
static enum moe_status search(struct problem *q, struct candidates *best, struct moe_error *e) {
  size_t starts = q->options->starts;
  size_t jobs = starts < MOE_REGRESS_JOBS ? starts : MOE_REGRESS_JOBS;
  struct job job[MOE_REGRESS_JOBS];
  job[0] = make_job(q, jobs, FIRST_STARTS, 4, NULL);
  enum moe_status status = search_with(q, job, 1, best, e);
  for (size_t round = 0; round < ROUNDS && status == MOE_OK; round++) {
    double before = q->noise, *reference = best->item[0].theta;
    best->item[0].theta = NULL;
    set_noise(q, noise_of(q, reference));
    if (round > 0 && q->noise > before / 2) {
      best->item[0].theta = reference;
      for (size_t i = 0; i < best->count; i++)
        best->item[i].descent.objective *= before / q->noise;
      break;
    }
    candidates_clear(best);
    for (size_t j = 0; j < jobs; j++)
      job[j] = make_job(q, j, starts / jobs + (j < starts % jobs), reach[j],
                        round == 0 && j == 0 ? NULL : reference);
    status = search_with(q, job, jobs, best, e);
    moe_free(reference);
  }
  return status;
}

/* --- finishing ---------------------------------------------------------------------------- */

/* Starts that ended within HIT of the best, and the share of singletons. Minima whose
 * objectives agree count as one. */
static void count_agreement(const struct candidates *c, struct moe_regress_fit *fit) {
  double nearby = 0, alone = 0;
  for (size_t i = 0; i < c->count;) {
    double above = c->item[i].descent.objective - c->item[0].descent.objective;
    size_t found = c->item[i].found, j = i + 1;
    for (;
         j < c->count && c->item[j].descent.objective - c->item[j - 1].descent.objective < SAME;
         j++)
      found += c->item[j].found;
    if (above <= HIT) fit->agree += found;
    if (above <= NEARBY) {
      nearby += (double)found;
      alone += found == 1;
    }
    i = j;
  }
  fit->starts = c->starts;
  fit->singletons = alone / nearby;
}

/* Descends from the best on all rows until the noise that the objective assumes is the one that
 * the fit shows. */
static void settle(struct problem *q, double *theta, struct moe_regress_fit *fit) {
  for (size_t i = 0; i < RESCALES; i++) {
    struct moe_eval *ev = moe_eval_alloc(&q->options->model, q->all, MOE_AUTO);
    fit->descent = descend(q, ev, FINAL, theta);
    moe_eval_free(ev);
    double before = q->noise, noise = noise_of(q, theta);
    set_noise(q, noise);
    if (i > 0 && fabs(q->noise - before) <= 1e-4 * before) return;
  }
}

/* Puts the reference atom last and the others by falling mean weight. */
static void order_atoms(const struct problem *q, double *theta) {
  const struct moe_model *m = &q->options->model;
  size_t D = m->d + 1, order[MOE_MAX_ATOMS], pinned = pinned_row(m, theta);
  double mean[MOE_MAX_ATOMS] = {0}, w[MOE_MAX_ATOMS];
  double *x = moe_alloc(m->d + q->p, sizeof *x), *copy = x + m->d;
  for (size_t i = 0; i < q->rows; i++) {
    for (size_t s = 0; s < m->d; s++) x[s] = *moe_data_at(q->all, i, s);
    moe_model_value(m, theta, x, w, NULL);
    for (size_t j = 0; j < m->k; j++) mean[j] += row_weight(q, q->row[i]) * w[j];
  }
  if (pinned < m->k) mean[pinned] = -1;
  for (size_t i = 0; i < m->k; i++) {
    size_t at = i;
    for (; at > 0 && mean[order[at - 1]] < mean[i]; at--) order[at] = order[at - 1];
    order[at] = i;
  }
  memcpy(copy, theta, q->p * sizeof *theta);
  for (size_t i = 0; i < m->k; i++) {
    memcpy(theta + i * D, moe_gate_row(m, copy, order[i]), D * sizeof *theta);
    memcpy(theta + (m->k + i) * D, moe_expert_row(m, copy, order[i]), D * sizeof *theta);
  }
  moe_free(x);
}

/* Covariance of the free coordinates: the inverse Hessian, less the directions along which it
 * is singular. Coordinates that take part in those get a NaN on the diagonal; held ones too,
 * and zeros elsewhere. `h` is the Hessian (p x p) and becomes the covariance. */
static void invert_hessian(size_t p, const unsigned char *held, double *h) {
  size_t n = 0, *at = moe_alloc(p, sizeof *at);
  for (size_t i = 0; i < p; i++)
    if (!held[i]) at[n++] = i;
  double *a = moe_alloc(2 * n * n + 3 * n + 1, sizeof *a), *v = a + n * n, *w = v + n * n;
  double *work = w + n, *unit = work + n;
  for (size_t i = 0; i < n; i++)
    unit[i] = h[at[i] * p + at[i]] > 0 ? sqrt(h[at[i] * p + at[i]]) : 1;
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) a[i * n + j] = h[at[i] * p + at[j]] / (unit[i] * unit[j]);
  int broken = moe_eigen(n, a, w, v, work);
  memset(h, 0, p * p * sizeof *h);
  for (size_t i = 0; i < p; i++)
    if (held[i] || broken) h[i * p + i] = NAN;
  for (size_t r = 0; r < n && !broken; r++) {
    int singular = !(w[r] > SINGULAR * w[n - 1]);
    for (size_t i = 0; i < n; i++) {
      double share = v[r * n + i] / unit[i];
      if (singular && fabs(v[r * n + i]) > 1e-3) h[at[i] * p + at[i]] = NAN;
      for (size_t j = 0; j < n && !singular; j++)
        h[at[i] * p + at[j]] += share * v[r * n + j] / (unit[j] * w[r]);
    }
  }
  moe_free(a);
  moe_free(at);
}

/* Row of D fitted coordinates with covariance `cov` (rows p apart) to the units of the data:
 * slopes / spread, intercept - sum slopes centre / spread; its standard errors. */
static void convert_row(const struct problem *q, const double *cov, double *row,
                        double *error) {
  size_t d = q->data->d, p = q->p;
  double variance = cov[d * p + d];
  for (size_t s = 0; s < d; s++) {
    double shift = q->centre[s] / q->spread[s];
    error[s] = sqrt(cov[s * p + s]) / q->spread[s];
    row[d] -= row[s] * shift;
    row[s] /= q->spread[s];
    if (shift == 0) continue;
    variance -= 2 * shift * cov[s * p + d];
    for (size_t t = 0; t < d; t++)
      if (t != s || !isnan(cov[s * p + s]))
        variance += shift * cov[s * p + t] * q->centre[t] / q->spread[t];
  }
  error[d] = sqrt(variance);
}

static void find_states(const struct problem *q, const double *theta, unsigned char *state) {
  struct moe_box box;
  moe_box_make(&box, &q->options->model, &q->options->ranges,
               pinned_row(&q->options->model, theta));
  for (size_t i = 0; i < q->p; i++)
    state[i] = box.lower[i] == box.upper[i]                           ? MOE_PINNED
               : theta[i] <= box.lower[i] || theta[i] >= box.upper[i] ? MOE_AT_BOX
                                                                      : MOE_FREE;
  moe_box_free(&box);
}

/* Standard errors, then estimates and errors in the units of the data. */
static void standard_errors(const struct problem *q, struct moe_eval *ev,
                            struct moe_regress_fit *fit) {
  size_t p = q->p, D = q->data->d + 1;
  double *h = moe_alloc(p * p + p, sizeof *h);
  find_states(q, fit->theta, fit->state);
  if (p <= MOE_DENSE_LIMIT) {
    moe_eval_at(ev, fit->theta, MOE_HESSIAN, h + p * p, h);
    invert_hessian(p, fit->state, h);
  } else {
    for (size_t i = 0; i < p; i++) h[i * p + i] = NAN;
  }
  for (size_t i = 0; i < p; i++)
    if (fit->state[i] == MOE_FREE && !isfinite(h[i * p + i])) fit->state[i] = MOE_SINGULAR;
  for (size_t i = 0; i < 2 * q->options->model.k; i++)
    convert_row(q, h + i * D * p + i * D, fit->theta + i * D, fit->error + i * D);
  for (size_t i = 0; i < p; i++)
    if (fit->state[i] != MOE_FREE) fit->error[i] = NAN;
  moe_free(h);
}

/* Atoms and standard errors, which need the fit as it is before it changes its units. */
static void inspect(const struct problem *q, struct moe_regress_fit *fit) {
  struct moe_eval *ev = moe_eval_alloc(&q->options->model, q->all, MOE_AUTO);
  fit->atoms = moe_atoms_inspect(ev, fit->theta);
  standard_errors(q, ev, fit);
  moe_eval_free(ev);
}

double moe_regress_value(const struct moe_regress_data *data, const struct moe_model *model,
                         const struct moe_regress_fit *fit, size_t i, double *x,
                         double *weights) {
  for (size_t s = 0; s < data->d; s++) x[s] = data->x[s][i];
  return fit->offset + fit->scale * moe_model_value(model, fit->theta, x, weights, NULL);
}

static void sums_of_squares(const struct problem *q, struct moe_regress_fit *fit) {
  double weights[MOE_MAX_ATOMS], *x = moe_alloc(q->data->d, sizeof *x), mean, sd;
  column_moments(q, q->data->y, &mean, &sd);
  for (size_t i = 0; i < q->rows; i++) {
    double f = moe_regress_value(q->data, &q->options->model, fit, q->row[i], x, weights);
    double residual = q->data->y[q->row[i]] - f;
    fit->sse += row_weight(q, q->row[i]) * residual * residual;
  }
  moe_free(x);
  fit->r_squared = 1 - fit->sse / (q->observations * sd * sd);
  fit->noise_variance = fit->sse / (q->observations - (double)q->free);
}

static void finish(struct problem *q, struct candidates *found, struct moe_regress_fit *fit) {
  count_agreement(found, fit);
  if (q->seen != q->all) polish(q, q->all, 0, found);
  fit->theta = moe_alloc(2 * q->p, sizeof *fit->theta);
  fit->error = fit->theta + q->p;
  fit->state = moe_alloc(q->p, sizeof *fit->state);
  memcpy(fit->theta, found->item[0].theta, q->p * sizeof *fit->theta);
  settle(q, fit->theta, fit);
  order_atoms(q, fit->theta);
  inspect(q, fit);
  fit->offset = q->offset;
  fit->scale = q->scale;
  fit->rows = q->rows;
  fit->observations = q->observations;
  fit->free_parameters = q->free;
  sums_of_squares(q, fit);
}

enum moe_status moe_regress(const struct moe_regress_data *data,
                            const struct moe_regress_options *options,
                            struct moe_regress_fit *fit, struct moe_error *e) {
  struct problem q = {.data = data, .options = options};
  struct candidates found = {0};
  enum moe_status status = MOE_OK;
  *fit = (struct moe_regress_fit){0};
  prepare(&q);
  if (q.observations <= (double)q.free)
    status = moe_fail(e, MOE_EDATA,
                      "%.17g observations cannot determine %zu parameters: more rows, fewer "
                      "covariates or a smaller k are needed",
                      q.observations, q.free);
  if (status == MOE_OK) status = search(&q, &found, e);
  if (status == MOE_OK) finish(&q, &found, fit);
  candidates_clear(&found);
  release(&q);
  return status;
}

void moe_regress_free(struct moe_regress_fit *fit) {
  moe_free(fit->theta);
  moe_free(fit->state);
  *fit = (struct moe_regress_fit){0};
}
