/*
 * data.h - rows (x, y, weight) in tiles, and the designs that make them.
 *
 * Layout: tiles of MOE_TILE rows; in a tile x_1..x_d, then y, then the weight are each
 * contiguous (d + 2 columns of MOE_TILE doubles, 64-byte aligned). The last tile is padded with
 * copies of the last row at weight 0.
 */
#ifndef MOE_DATA_H
#define MOE_DATA_H

#include "model.h"
#include "rng.h"

#define MOE_TILE 32

struct moe_data {
  size_t n, d, tiles;
  double bin; /* 0, or y is the middle of an interval of this width, in which it is known to be:
                   for likelihoods */
  double *tile; /* tiles * (d + 2) * MOE_TILE doubles */
};

struct moe_data *moe_data_alloc(size_t n, size_t d); /* zeros, weights of real rows 1 */
void moe_data_free(struct moe_data *data);

static inline double *moe_data_column(const struct moe_data *data, size_t tile, size_t column) {
  return data->tile + (tile * (data->d + 2) + column) * MOE_TILE;
}
/* Column s of row i: s < d is x_s, s = d is y, s = d + 1 the weight. */
static inline double *moe_data_at(const struct moe_data *data, size_t i, size_t s) {
  return moe_data_column(data, i / MOE_TILE, s) + i % MOE_TILE;
}
/* The forms of a model with data->d covariates at the rows of a tile: 2 k lists of MOE_TILE,
 * logits, then pre-activations. Fused, the intercept first, as all evaluators have them. */
void moe_data_forms(const struct moe_data *data, size_t tile, const struct moe_model *model,
                    const double *theta, double *form);
/* Copies the last real row into the padding at weight 0; call after filling the rows. */
void moe_data_pad(struct moe_data *data);

enum moe_design_kind { MOE_UNIFORM, MOE_NORMAL, MOE_TELESCOPE };

/* Where the covariates come from. uniform: X_s ~ U[lower, upper] independently. normal: X_s ~
 * N(mean, sd^2) with mean = lower, sd = upper. telescope: X uniform on `points` support points
 * (d = 1: midpoints of equal cells of [lower, upper]; d > 1: an additive-recurrence (Kronecker,
 * R_d) low-discrepancy set), data drawn as its sufficient statistics. */
struct moe_design {
  enum moe_design_kind kind;
  double lower, upper;
  size_t points;
  int balanced; /* telescope: n / points observations at every point (n >= points) */
  double
      bin; /* telescope of a Gaussian mixture: width of the intervals of y; 0: a quarter of the
                   smallest standard deviation */
  int raw; /* telescope: draw the n rows themselves, X uniform on the same points; a check */
};

/*
 * Draws the data of one replicate: Y = f_truth(X) + N(0, noise_var); of a Gaussian mixture, whose
 * variances are its own (noise_var is not used), an atom by its weight, then Y from it, every row of
 * weight 1. Its telescope has a row for every support point and interval of y that any of n
 * observations falls into, the weight being how many do: the multinomial law of counts with exact
 * probabilities, and the likelihood of the intervals (moe_data.bin) is exact too. Row weights are
 * 1/noise_var (raw) or count/noise_var with y the mean over the count (telescope; empty points
 * dropped), so that half the weighted sum of squares is in nats. n = INFINITY (telescope only):
 * the noiseless population, y = f_truth, weights as if n were MOE_POPULATION_N. `key` comes
 * from the case's axes; the same key gives the same rows. Errors: MOE_EUSAGE for n < 1, n >
 * 1e14, balanced n < points, raw n > 2^31, the population of a Gaussian mixture.
 */
#define MOE_POPULATION_N 1e14
enum moe_status moe_design_draw(const struct moe_design *design, const struct moe_model *truth,
                                const double *theta, double noise_var, double n, uint64_t key,
                                struct moe_data **out, struct moe_error *e);

/* The support itself with y = f_truth and weights 1/points: quadrature for L2(mu) norms. For
 * raw designs a fixed low-discrepancy set of `points` points of the same law. */
struct moe_data *moe_design_support(const struct moe_design *design, size_t points,
                                    const struct moe_model *truth, const double *theta);

#endif
