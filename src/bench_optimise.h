/*
 * bench_optimise.h - optimisers against each other: how far each is after how many seconds.
 *
 * All see the same data, box and starts. A run is one method from one start, on a thread that is
 * pinned; its trace has the seconds spent and the objective then. The clock stands while the trace
 * is written, and while the objective is computed for a method that does not know it, so watching
 * costs a method two readings of the clock per iterate, of which a half is counted, and what the
 * objective leaves of its caches. A point of a trace is at least a twentieth later than the one
 * before, so times to a level are up to that much too long. Not counted is what all have in common:
 * drawing the data, and setting up the evaluator that all but the stochastic ones use.
 *
 *   sgd        moe_sgd: rows one batch after another, no box, a constant rate (raw rows only)
 *   adam       moe_adam in minibatches (raw rows only)
 *   adam-full  moe_adam on all rows
 *   lbfgs      the projected L-BFGS of lbfgs.c, at any number of parameters
 *   marquardt  Levenberg and Marquardt's method by GSL, no box
 *   trust      the trust region of descend.c
 *
 * Rounds: all runs once in shuffled order, each warmed up by one evaluation; a run that ended for
 * want of time is not repeated.
 */
#ifndef MOE_BENCH_OPTIMISE_H
#define MOE_BENCH_OPTIMISE_H

#include "bench.h"
#include "fit.h"

struct moe_optimise_plan {
  struct moe_model truth, model;
  const double *truth_theta;
  struct moe_design design;
  double n, noise_var;
  struct moe_ranges ranges;
  size_t starts, rounds;
  size_t search;    /* starts of the search for the best objective */
  double radius;    /* of the starts near the truth */
  double seconds;   /* that a run may take */
  double tolerance; /* nats: of lbfgs and trust */
  uint64_t seed;
  double sgd_rate, adam_rate;
  size_t sgd_batch, adam_batch;
};

struct moe_optimiser;                                   /* a method: a name and how it is run */
const struct moe_optimiser *moe_optimiser_at(size_t i); /* NULL past the end */
const struct moe_optimiser *moe_optimiser_find(const char *name);
const char *moe_optimiser_name(const struct moe_optimiser *method);
int moe_optimiser_wants_rows(const struct moe_optimiser *method); /* not counts on a support */

struct moe_optimise_run {
  const struct moe_optimiser *method;
  size_t start, round; /* from 0 */
  size_t count;        /* points of the trace */
  double *seconds, *objective;
};
struct moe_optimise_result {
  size_t count, rows; /* runs; rows of data */
  struct moe_optimise_run *run;
  double best;  /* objective in nats that the search found */
  size_t agree; /* of its starts, within half a nat */
};

/* Every method from every start. MOE_EUSAGE: the design cannot be drawn, a method that wants rows is
 * given none, the box does not fit. */
enum moe_status moe_optimise_run(struct moe_team *team, const struct moe_optimise_plan *plan,
                                 const struct moe_optimiser *const *methods, size_t count,
                                 struct moe_optimise_result *result, struct moe_error *e);
void moe_optimise_free(struct moe_optimise_result *result);
/* Start number `start` of the plan, inside the box: p numbers of the fitted model. */
void moe_optimise_start(const struct moe_optimise_plan *plan, const struct moe_box *box,
                        size_t start, double *theta);

/* In place from theta; returns the objective. */
double moe_bench_marquardt(struct moe_eval *ev, size_t iterations,
                           const struct moe_trace *trace, double *theta);

#endif
