/*
 * cell.c - computing a cell: draw the data of each replicate, fit, describe the fit.
 *
 * Nothing here depends on other cells, on the clock or on threads: a row is a pure function of
 * the case and the replicate's number, so one replicate can be replayed alone.
 */
#include "cell.h"

#include <math.h>
#include <string.h>

#include "canon.h"
#include "expert.h"

/* The fixed columns, in file order. */
enum column {
  REPLICATE,
  SEARCH,
  RANK,
  ROWS,
  OBJECTIVE,
  OBJECTIVE_TRUTH,
  DECREASE,
  GRADIENT,
  CURVATURE,
  ACTIVE,
  ITERATIONS,
  EVALUATIONS,
  STATIONARY,
  STARTS,
  AGREE,
  SINGLETONS,
  FOUND,
  KIND,
  DEAD,
  FLOATING,
  DUPLICATE,
  PROPORTIONAL
};
const char *const moe_cell_columns[] = {
    "replicate",  "search",   "rank",      "rows",         "objective",  "objective_truth",
    "decrease",   "gradient", "curvature", "active",       "iterations", "evaluations",
    "stationary", "starts",   "agree",     "singletons",   "found",      "kind",
    "dead",       "floating", "duplicate", "proportional", NULL};
_Static_assert(sizeof moe_cell_columns / sizeof *moe_cell_columns == MOE_CELL_FIXED + 1,
               "every fixed column has its name");
_Static_assert(PROPORTIONAL + 1 == MOE_CELL_FIXED, "and its number");

enum search_word { FULL, NEAR, SGD, PATH, LARGER, EM, SEARCH_WORDS };
static const char *const search_words[SEARCH_WORDS] = {"full", "near",   "sgd",
                                                       "path", "larger", "em"};

const char *moe_cell_word(size_t column, double value) {
  size_t i = value >= 0 && value < 100 ? (size_t)value : 100;
  if (column == SEARCH) return i < SEARCH_WORDS ? search_words[i] : "?";
  if (column == KIND) return i < MOE_START_KINDS ? moe_start_names[i] : "given";
  return NULL;
}

int moe_cell_counts(size_t column) {
  return column < OBJECTIVE ||
         (column >= ACTIVE && column < MOE_CELL_FIXED && column != SINGLETONS);
}

/* A new row of zeros in the cell; what the estimator has no notion of is set to nan. */
static double *row_add(struct moe_cell *cell, size_t replicate, enum search_word search,
                       size_t rank) {
  cell->value = moe_realloc(cell->value, (cell->rows + 1) * cell->columns, sizeof *cell->value);
  double *row = cell->value + cell->rows++ * cell->columns;
  memset(row, 0, cell->columns * sizeof *row);
  row[REPLICATE] = (double)replicate;
  row[SEARCH] = search;
  row[RANK] = (double)rank;
  row[KIND] = MOE_START_KINDS;
  row[OBJECTIVE_TRUTH] = row[DECREASE] = row[CURVATURE] = row[SINGLETONS] = NAN;
  return row;
}

static void row_report(double *row, const struct moe_atoms_report *atoms) {
  row[DEAD] = (double)atoms->dead;
  row[FLOATING] = (double)atoms->floating;
  row[DUPLICATE] = (double)atoms->duplicate;
  row[PROPORTIONAL] = (double)atoms->proportional;
}

static void row_atoms(double *row, struct moe_eval *ev, const double *theta) {
  struct moe_atoms_report atoms = moe_atoms_inspect(ev, theta);
  row_report(row, &atoms);
}

static void row_minimum(double *row, const struct moe_search_result *r,
                        const struct moe_minimum *minimum) {
  const struct moe_descent *d = &minimum->descent;
  row[OBJECTIVE] = d->objective;
  row[OBJECTIVE_TRUTH] = r->objective_truth;
  row[DECREASE] = d->decrease;
  row[GRADIENT] = d->gradient;
  row[CURVATURE] = d->curvature;
  row[ACTIVE] = (double)d->active;
  row[ITERATIONS] = (double)d->iterations;
  row[EVALUATIONS] = (double)r->evaluations;
  row[STATIONARY] = d->stationary;
  row[STARTS] = (double)r->starts;
  row[AGREE] = (double)r->agree;
  row[SINGLETONS] = r->singletons;
  row[FOUND] = (double)minimum->found;
  row[KIND] = minimum->kind;
}

static size_t search_starts(const struct moe_case *c, enum search_word word) {
  return word == NEAR ? c->near_starts : word == LARGER ? c->larger_starts : c->starts;
}

/* One search on one replicate: a row per kept minimum. The larger search begins with the starts
 * of the full one. */
static enum moe_status search_rows(const struct moe_case *c, struct moe_eval *ev,
                                   size_t replicate, enum search_word word,
                                   struct moe_cell *cell, struct moe_error *e) {
  int has_reference = c->fit.k >= c->truth.k && !moe_curve_find(c->truth.expert->name);
  struct moe_search_options options = {
      .starts = search_starts(c, word),
      .near_only = word == NEAR,
      .truth = has_reference ? &c->truth : NULL,
      .truth_theta = has_reference ? c->truth_theta : NULL,
      .key = moe_case_start_key(c, search_words[word == LARGER ? FULL : word], replicate),
      .keep = word == NEAR ? 1 : c->keep,
  };
  struct moe_search_result result;
  enum moe_status status = moe_search(ev, &c->ranges, &options, &result, e);
  if (status) return status;
  for (size_t i = 0; i < result.count; i++) {
    double *row = row_add(cell, replicate, word, i + 1);
    row[ROWS] = (double)moe_eval_data(ev)->n;
    row_minimum(row, &result, &result.minimum[i]);
    row_atoms(row, ev, result.minimum[i].theta);
    memcpy(row + MOE_CELL_FIXED, result.minimum[i].theta,
           (cell->columns - MOE_CELL_FIXED) * sizeof *row);
  }
  for (size_t i = 0; i < MOE_START_KINDS; i++) {
    cell->tried[i] += result.tried[i];
    cell->hits[i] += result.hits[i];
  }
  moe_search_free(&result);
  return MOE_OK;
}

static double largest(size_t p, const double *gradient) {
  double most = 0;
  for (size_t i = 0; i < p; i++)
    if (!(fabs(gradient[i]) <= most)) most = fabs(gradient[i]);
  return most;
}

/* Objective, gradient and atoms at a theta that no search has certified. */
static void row_given(double *row, struct moe_eval *ev, const double *theta) {
  size_t p = moe_model_size(moe_eval_model(ev));
  double *gradient = moe_alloc(p, sizeof *gradient);
  row[ROWS] = (double)moe_eval_data(ev)->n;
  row[OBJECTIVE] = moe_eval_at(ev, theta, MOE_GRADIENT, gradient, NULL);
  row[GRADIENT] = largest(p, gradient);
  row[EVALUATIONS] = 1;
  row_atoms(row, ev, theta);
  memcpy(row + MOE_CELL_FIXED, theta, p * sizeof *theta);
  moe_free(gradient);
}

/* Q at the truth: 1/2 sum w (f - y)^2, by an evaluator of the truth's own model. */
static double objective_truth(const struct moe_case *c, const struct moe_data *data) {
  struct moe_eval *ev = moe_eval_alloc(&c->truth, data, MOE_AUTO);
  double q = moe_eval_at(ev, c->truth_theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(ev);
  return q;
}

static void sgd_row(const struct moe_case *c, struct moe_eval *ev, size_t replicate,
                    struct moe_cell *cell) {
  struct moe_sgd_options options = c->sgd;
  struct moe_rng rng = moe_rng_make(moe_case_start_key(c, "radius", replicate), 0);
  double *theta = moe_alloc(moe_model_size(&c->fit), sizeof *theta);
  options.key = moe_case_start_key(c, "sgd", replicate);
  moe_start_near(&c->fit, &c->truth, c->truth_theta, c->radius, &rng, theta);
  size_t steps = moe_sgd(&c->fit, moe_eval_data(ev), &options, theta);
  double *row = row_add(cell, replicate, SGD, 1);
  row_given(row, ev, theta);
  row[ITERATIONS] = (double)steps;
  row[STARTS] = row[FOUND] = row[AGREE] = 1;
  row[KIND] = MOE_START_NEAR;
  if (c->fit.gate == c->truth.gate && c->fit.expert == c->truth.expert)
    row[OBJECTIVE_TRUTH] = objective_truth(c, moe_eval_data(ev));
  moe_free(theta);
}

/* The best of EM's runs from near the truth. */
static enum moe_status em_row(const struct moe_case *c, struct moe_eval *ev, size_t replicate,
                              struct moe_cell *cell, struct moe_error *e) {
  size_t p = moe_model_size(&c->fit);
  double *theta = moe_alloc(2 * p, sizeof *theta), *best = theta + p;
  struct moe_em_end most = {.loglik = -INFINITY}, end;
  enum moe_status status = MOE_OK;
  uint64_t key = moe_case_start_key(c, "em", replicate);
  for (size_t i = 0; i < c->starts && status == MOE_OK; i++) {
    struct moe_rng rng = moe_rng_make(key, i);
    moe_start_near(&c->fit, &c->truth, c->truth_theta, c->radius, &rng, theta);
    status = moe_em(&c->fit, moe_eval_data(ev), &c->ranges, &c->em, theta, &end, e);
    if (!(end.loglik > most.loglik)) continue;
    most = end;
    memcpy(best, theta, p * sizeof *best);
  }
  if (status == MOE_OK) {
    double *row = row_add(cell, replicate, EM, 1);
    row_given(row, ev, best);
    row[OBJECTIVE_TRUTH] = objective_truth(c, moe_eval_data(ev));
    row[ITERATIONS] = (double)most.iterations;
    row[STATIONARY] = most.converged;
    row[STARTS] = (double)c->starts;
  }
  moe_free(theta);
  return status;
}

static enum moe_status replicate_rows(const struct moe_case *c, size_t replicate,
                                      struct moe_cell *cell, struct moe_error *e) {
  struct moe_data *data;
  enum moe_status status = moe_design_draw(&c->design, &c->truth, c->truth_theta, c->noise_var,
                                           c->n, moe_case_data_key(c, replicate), &data, e);
  if (status) return status;
  struct moe_eval *ev = moe_eval_alloc(&c->fit, data, MOE_AUTO);
  strncpy(cell->evaluator, moe_eval_name(ev), sizeof cell->evaluator - 1);
  if (c->estimator == MOE_SGD)
    sgd_row(c, ev, replicate, cell);
  else if (c->estimator == MOE_EM)
    status = em_row(c, ev, replicate, cell, e);
  else if (c->starts)
    status = search_rows(c, ev, replicate, FULL, cell, e);
  if (!status && c->near_starts) status = search_rows(c, ev, replicate, NEAR, cell, e);
  if (!status && c->larger_starts) status = search_rows(c, ev, replicate, LARGER, cell, e);
  moe_eval_free(ev);
  moe_data_free(data);
  return status;
}

/* Which evaluator a model is given does not depend on the rows. */
static void name_evaluator(const struct moe_case *c, const struct moe_sample *sample,
                           struct moe_cell *cell) {
  struct moe_data *data = moe_sample_held_out(sample);
  struct moe_eval *ev = moe_eval_alloc(&c->fit, data, MOE_AUTO);
  strncpy(cell->evaluator, moe_eval_name(ev), sizeof cell->evaluator - 1);
  moe_eval_free(ev);
  moe_data_free(data);
}

/* Cross-validation: one fit to the rows that a replicate trains on. */
static enum moe_status regress_row(const struct moe_case *c, const struct moe_sample *sample,
                                   size_t replicate, struct moe_cell *cell,
                                   struct moe_error *e) {
  struct moe_regress_options options = {.model = c->fit,
                                        .ranges = c->ranges,
                                        .starts = c->starts,
                                        .key = moe_case_start_key(c, "regress", replicate),
                                        .standardize = 1};
  struct moe_regress_fit fit;
  enum moe_status status = moe_regress(&sample->data, &options, &fit, e);
  if (status) return status;
  name_evaluator(c, sample, cell);
  double *row = row_add(cell, replicate, FULL, 1);
  row[ROWS] = (double)fit.rows;
  row[OBJECTIVE] = fit.descent.objective;
  row[DECREASE] = fit.descent.decrease;
  row[GRADIENT] = fit.descent.gradient;
  row[CURVATURE] = fit.descent.curvature;
  row[ACTIVE] = (double)fit.descent.active;
  row[ITERATIONS] = (double)fit.descent.iterations;
  row[EVALUATIONS] = (double)fit.descent.evaluations;
  row[STATIONARY] = fit.descent.stationary;
  row[STARTS] = (double)fit.starts;
  row[AGREE] = row[FOUND] = (double)fit.agree;
  row[SINGLETONS] = fit.singletons;
  row_report(row, &fit.atoms);
  memcpy(row + MOE_CELL_FIXED, fit.theta, moe_model_size(&c->fit) * sizeof *row);
  moe_regress_free(&fit);
  return MOE_OK;
}

static enum moe_status regress_rows(const struct moe_case *c, size_t first, size_t last,
                                    struct moe_cell *cell, struct moe_error *e) {
  struct moe_sample sample;
  enum moe_status status = moe_sample_read(&c->source, &sample, e);
  if (status) return status;
  for (size_t r = first; r <= last && !status; r++) {
    status = moe_case_split(c, &sample, r, e);
    if (!status) status = regress_row(c, &sample, r, cell, e);
  }
  moe_sample_free(&sample);
  return status;
}

/* A path has no data: its points are judged on the support itself. */
static void path_rows(const struct moe_case *c, struct moe_cell *cell) {
  size_t points = c->design.points ? c->design.points : 1024, p = moe_model_size(&c->fit);
  struct moe_data *data = moe_design_support(&c->design, points, &c->truth, c->truth_theta);
  const struct moe_model mean = moe_model_mean(&c->fit);
  struct moe_eval *ev = moe_eval_alloc(&mean, data, MOE_AUTO);
  strncpy(cell->evaluator, moe_eval_name(ev), sizeof cell->evaluator - 1);
  for (size_t i = 0; i < c->path_count; i++) {
    double *row = row_add(cell, 0, PATH, 1);
    row_given(row, ev, c->path_theta + i * p);
    memcpy(row + MOE_CELL_FIXED, c->path_theta + i * p, p * sizeof *row);
    row[REPLICATE] = c->path_index[i];
    row[OBJECTIVE_TRUTH] = 0;
  }
  moe_eval_free(ev);
  moe_data_free(data);
}

enum moe_status moe_cell_compute(const struct moe_case *c, size_t replicate,
                                 struct moe_cell *cell, struct moe_error *e) {
  size_t first = (c->block - 1) * MOE_BLOCK + 1, last = first + c->replicates - 1;
  enum moe_status status = MOE_OK;
  memset(cell, 0, sizeof *cell);
  cell->columns = MOE_CELL_FIXED + moe_model_size(&c->fit);
  if (c->estimator == MOE_PATH) {
    path_rows(c, cell);
    return MOE_OK;
  }
  if (replicate && (replicate < first || replicate > last))
    return moe_fail(e, MOE_EUSAGE, "replicate %zu is not in this cell: it has %zu to %zu",
                    replicate, first, last);
  if (replicate) first = last = replicate;
  if (c->estimator == MOE_CROSS_VALIDATION) return regress_rows(c, first, last, cell, e);
  for (size_t r = first; r <= last && !status; r++) status = replicate_rows(c, r, cell, e);
  return status;
}

void moe_cell_free(struct moe_cell *cell) {
  moe_free(cell->value);
  memset(cell, 0, sizeof *cell);
}
