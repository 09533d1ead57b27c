/*
 * regress_impl.h - what regress.c and regress_search.c share; for nobody else.
 */
#ifndef MOE_REGRESS_IMPL_H
#define MOE_REGRESS_IMPL_H

#include "regress.h"

/* The data as they are fitted. */
struct moe_problem {
  const struct moe_regress_data *data;
  const struct moe_regress_options *options;
  struct moe_ranges ranges; /* the options', with those of variances */
  size_t p, rows, free;
  size_t *row;                   /* rows of weight > 0 */
  double *mean, *sd;             /* of every covariate */
  double *centre, *spread;       /* covariate s is fitted as (x_s - centre_s) / spread_s */
  double offset, scale;          /* y as (y - offset) / scale */
  double observations, variance; /* sum of weights; variance of y as fitted */
  double noise, floor;   /* variance in use, and the least that rounding lets one tell; 1 for a
                            Gaussian mixture, whose weights are counts */
  struct moe_data *all;  /* all rows, */
  struct moe_data *few;  /* those that starts see, and */
  struct moe_data *many; /* those on which the best are fitted on: samples, or `all` itself */
  size_t *sampled;       /* rows in random order: `few` and `many` are its beginning */
};

/* A place where local fits ended. */
struct moe_candidate {
  double *theta;
  struct moe_descent descent;
  size_t found; /* starts that ended here */
};
/* Sorted by objective. `starts` counts every start, wherever it ended. */
struct moe_candidates {
  size_t count, room, starts;
  struct moe_candidate *item;
};
void moe_candidates_free(struct moe_candidates *c);

double moe_problem_weight(const struct moe_problem *q, size_t row);
/* Sets the noise variance that turns sums of squares into nats. */
void moe_problem_set_noise(struct moe_problem *q, double noise);
/* The noise variance that theta implies: its sse over the degrees of freedom. */
double moe_problem_noise(const struct moe_problem *q, const double *theta);
/* Makes `few` and `many`. */
void moe_problem_sample(struct moe_problem *q);
struct moe_data *moe_problem_rows(const struct moe_problem *q, const size_t *row, size_t count);

/* The gate row that is 0 throughout where the model pins one; k if none is. */
size_t moe_pinned_row(const struct moe_model *m, const double *theta);
/* One local fit in the whole box. */
struct moe_descent moe_problem_descend(const struct moe_problem *q, struct moe_eval *ev,
                                       double tolerance, double *theta);

/* All starts; leaves the noise variance of the best fit in q. MOE_EDATA: no finite objective. */
enum moe_status moe_problem_search(struct moe_problem *q, struct moe_candidates *best,
                                   struct moe_error *e);

#endif
