/*
 * design.h - what the two telescopes share: design.c and bins.c only.
 */
#ifndef MOE_DESIGN_H
#define MOE_DESIGN_H

#include "data.h"

/* Streams of a replicate's key. */
enum moe_stream {
  MOE_STREAM_X,
  MOE_STREAM_NOISE,
  MOE_STREAM_COUNTS,
  MOE_STREAM_ATOM,
  MOE_STREAM_BINS
};

/* The support points of a telescope into the covariates. */
void moe_support_fill(struct moe_data *data, const struct moe_design *design);
/* Counts of n observations over the support points: multinomial, or as equal as they can be. */
void moe_counts_draw(const struct moe_design *design, double n, uint64_t key, double *count);
/* The telescope of a Gaussian mixture. */
struct moe_data *moe_bins_draw(const struct moe_design *design, const struct moe_model *truth,
                               const double *theta, double n, uint64_t key);

#endif
