/*
 * rate.h - rates from losses: log-log slopes with bootstrap intervals over replicates.
 */
#ifndef MOE_RATE_H
#define MOE_RATE_H

#include "moe.h"

/*
 * Losses of one curve: sizes n[s] > 0 ascending, replicates count[s], values loss[s][r] >= 0.
 * Non-finite losses (not defined for that fit) are left out and counted in `dropped`. A loss of
 * exactly 0 is a result like any other and stays in the statistic, counted in `zeros`; a size
 * whose statistic itself is 0 has no place on a log axis and is left out of the fit. In a
 * resample the statistic may become 0: its log is then that of the smallest normal number, so
 * that the interval shows it.
 */
struct moe_losses {
  size_t sizes;
  const double *n;
  const size_t *count;
  const double *const *loss;
};
enum moe_statistic { MOE_MEAN, MOE_MEDIAN };

struct moe_interval {
  double value, low, high; /* estimate and 95 % bootstrap interval */
};
struct moe_rate {
  struct moe_interval slope;    /* weighted least squares of log statistic on log n */
  struct moe_interval constant; /* log of c in statistic = c n^slope */
  struct moe_interval drift; /* slope over the upper half of the range minus over the lower half
                                (an odd middle size is in both; NaN with fewer than 3 sizes): an
                                interval that excludes 0 says the rate is still moving */
  struct moe_interval ratio; /* statistic at the first size over that at the last */
  struct moe_interval onset; /* smallest n from which sizes up to the last are a power law
                                (onset.h): INFINITY if even the last three are not, NaN with
                                fewer than three sizes that have a statistic */
  size_t first, last;        /* range of sizes used */
  size_t dropped;            /* non-finite losses in the range */
  size_t zeros;              /* losses of exactly 0 in the range */
};
/* Slope over sizes first..last (inclusive, at least 2; MOE_EUSAGE otherwise). Weights are the
 * inverse bootstrap variances of the log statistic, floored at a quarter of their mean; equal
 * if nothing varies. `bootstraps` (say 999; 0: no intervals, NaN) resamples of the replicates
 * within each size, weights held, percentile intervals. Deterministic in `key`. tests/c/test_rate.c
 * and the paper's table of laws say how often such intervals hold the truth. */
enum moe_status moe_rate_fit(const struct moe_losses *losses, enum moe_statistic statistic,
                             size_t first, size_t last, size_t bootstraps, uint64_t key,
                             struct moe_rate *rate, struct moe_error *e);
/* The constant of a law of given exponent: the limit of statistic / n^exponent, if the statistic
 * falls as that power, estimated by the mean of its log over sizes first..last. With the exponent
 * known it is far more certain than the intercept of a line whose slope is not. All sizes count the
 * same: where losses happen to be small they happen to vary little, and weights by variance would
 * pull a mean down, which they cannot do to a slope. Resamples and errors as in moe_rate_fit. */
enum moe_status moe_rate_constant(const struct moe_losses *losses, enum moe_statistic statistic,
                                  size_t first, size_t last, double exponent, size_t bootstraps,
                                  uint64_t key, struct moe_interval *constant,
                                  struct moe_error *e);
/* Statistic with its bootstrap interval at every size: out[sizes]. */
void moe_rate_points(const struct moe_losses *losses, enum moe_statistic statistic,
                     size_t bootstraps, uint64_t key, struct moe_interval *out);
/* Local slopes between neighbouring sizes, out[sizes - 1]. */
void moe_rate_local(const struct moe_losses *losses, enum moe_statistic statistic,
                    size_t bootstraps, uint64_t key, struct moe_interval *out);
/* The n at which curve b's statistic falls below curve a's for good (log-log interpolation on
 * common sizes), with bootstrap interval; value NaN if there is none in the range, 0 if b is
 * below throughout. In the interval no crossing counts as infinity: high = INFINITY (and low,
 * if even 97.5 % of the resamples have none) says that it may lie beyond the range. */
struct moe_interval moe_rate_crossover(const struct moe_losses *a, const struct moe_losses *b,
                                       enum moe_statistic statistic, size_t bootstraps,
                                       uint64_t key);

#endif
