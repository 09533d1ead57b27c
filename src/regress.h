/*
 * regress.h - fitting a mixture of experts to somebody's data: no truth, no known noise.
 *
 *   minimise   sse(theta) = sum_i w_i (y_i - offset - scale f_theta(x_i))^2
 *
 * over a box, w_i being how often row i was seen. The engine's search wants its objective in
 * nats, that is, weights count / variance of the noise; here the variance is estimated from the
 * fit itself, and the fit repeated until the two agree. Without --standardize offset = 0, scale
 * = 1.
 *
 * Or, for a Gaussian mixture, by maximum likelihood:
 *
 *   maximise   loglik(theta) = sum_i w_i log p_theta(y_i | x_i)
 *
 * with no noise to estimate, but variances, which a likelihood without a lower bound of theirs would
 * let vanish about a few rows.
 */
#ifndef MOE_REGRESS_H
#define MOE_REGRESS_H

#include "fit.h"

#define MOE_REGRESS_JOBS                                                                       \
  4 /* searches side by side; their starts add up to the starts asked for */

/* Borrowed columns of `rows` numbers. Every weight is >= 0 and one at least > 0. */
struct moe_regress_data {
  size_t rows, d;
  const double **x; /* d columns */
  const double *y;
  const double *weight; /* or NULL: all 1 */
};

struct moe_regress_options {
  struct moe_model model;
  enum moe_evaluator
      evaluator;            /* MOE_AUTO for cells, whose bits no machine's tuning may change */
  struct moe_ranges ranges; /* of the parameters fitted: in standardised units if standardize;
                               variances have the next line instead */
  double
      variance_floor; /* Gaussian mixtures: least variance of an atom, as a share of that of y */
  size_t starts;
  uint64_t key;
  int standardize; /* covariates and y to mean 0 and variance 1 before the fit */
};

/* What became of a coordinate of theta. */
enum moe_coordinate {
  MOE_FREE,
  MOE_PINNED,  /* a convention: the reference gate, the slopes of an input-independent expert */
  MOE_AT_BOX,  /* at a side of the box */
  MOE_SINGULAR /* free, but the Hessian is singular along it: no standard error */
};

/* The estimate, in the units of the data. For a gate with a translation the last atom is the
 * reference: its gate row is 0. The other atoms come by falling mean weight. */
struct moe_regress_fit {
  double *theta, *error;  /* p estimates and standard errors; NaN: see state. The last k of a
                            Gaussian mixture are its variances, not their logarithms; log tau
                            stays one */
  unsigned char *state;   /* p of enum moe_coordinate */
  double offset, scale;   /* y = offset + scale f_theta(x) */
  double observations;    /* sum of the weights */
  size_t rows;            /* rows of weight > 0 */
  size_t free_parameters; /* coordinates that are not pinned */
  double sse, r_squared,
      noise_variance; /* of f; noise_variance = sse / (observations - free) */
  double loglik;      /* of a Gaussian mixture, else NaN */
  size_t at_floor;    /* variances of it at their lower bound */
  struct moe_descent
      descent;          /* nats, at that noise variance; curvature in fitted coordinates */
  size_t starts, agree; /* starts run, and within 0.5 nat of the best */
  double singletons;    /* share alone in their minimum among those within 1.5 nat */
  struct moe_atoms_report atoms;
  char kernel[32]; /* what evaluated it: moe_eval_name */
};

/* Fits. Same bits for any number of processors. MOE_EDATA: fewer observations than parameters
 * (least squares), or no start with a finite objective. Free with moe_regress_free. */
enum moe_status moe_regress(const struct moe_regress_data *data,
                            const struct moe_regress_options *options,
                            struct moe_regress_fit *fit, struct moe_error *e);
/* How `standardize` turns y: y = offset + scale f, by mean and standard deviation (the root of the
 * mean square) over the rows of weight > 0. */
void moe_regress_units(const struct moe_regress_data *data, double *offset, double *scale);
void moe_regress_free(struct moe_regress_fit *fit);

/* The fitted value at row i, and the gate weights (k numbers). x: room for d numbers. */
double moe_regress_value(const struct moe_regress_data *data, const struct moe_model *model,
                         const struct moe_regress_fit *fit, size_t i, double *x,
                         double *weights);

#endif
