/*
 * onset.h - from which n on a curve of losses is a power law.
 *
 * A curve is a power law from a size on if, however the sizes from there to the last are cut in
 * two, the lower and the upper part have the same slope. With three sizes or more to the end there
 * are cuts; all of them, for all starting sizes, are looked at together:
 *
 *   bend(j, m) = slope over sizes m .. last  -  slope over sizes j .. m      (m is in both)
 *
 * A bend counts if it is larger than MOE_BEND and outside its band: +- c times its bootstrap
 * standard error, with c such that 95 % of the resamples have all their bends, as far as they are
 * from those of the data, within c standard errors of their own (a max-t band: Romano and Wolf,
 * "Exact and approximate stepdown methods for multiple hypothesis testing", JASA 100, 2005; over
 * recursive residuals the idea is that of Brown, Durbin and Evans, JRSS B 37, 1975). So a
 * power law is refused in about 5 % of the data sets, whatever the number of sizes.
 *
 * The onset is the smallest size from which on no bend counts, for this and every later start;
 * the same rule, with the same bands, finds it in every resample. A resample has the noise of the
 * data and that of its own drawing, so it refuses a power law more often than the data do, and the
 * interval of the onset reaches further up than down. It should: a bend that only just does not
 * count in the data is no proof of an early onset.
 */
#ifndef MOE_ONSET_H
#define MOE_ONSET_H

#include "moe.h"

/* Bends up to here are no bends: log factors make such. It is the margin that verdicts give a slope
 * for the same reason (lua/moerates/verdict.lua); 1/log n bends by .04 between 1e4 and 1e12. */
#define MOE_BEND 0.05

/*
 * The onset in the data and in every resample. log_n[sizes] ascending, weight[sizes] (0: the size
 * is left out), log_loss[(bootstraps + 1) x sizes] with the data in row 0.
 * onset[bootstraps + 1] gets the index of the size; `sizes` if even the last three sizes are no
 * power law: it lies beyond them. Returns 0, with onset untouched, if fewer than three sizes have a
 * weight; else 1.
 */
int moe_onset_find(size_t sizes, size_t bootstraps, const double *log_n, const double *weight,
                   const double *log_loss, size_t *onset);

#endif
