/*
 * bench_draw.h - what random numbers and data sets cost.
 *
 * A source makes one of these, again and again:
 *
 *   uniform, normal   1024 numbers, as many as a design draws at a time, into one buffer
 *     bulk            rng.h's bulk draws, at each ISA level
 *     single          one call per number
 *     gsl-...         GSL: mt19937; and by it normals from the ziggurat (Marsaglia & Tsang) or by
 *                     the polar method of Box and Muller
 *   row               n rows of a uniform design, with f of the truth and noise, as moe_design_draw
 *                     makes them (memory included); design
 *   telescope         the same for a telescope of so many support points that stands for n rows
 *
 * Numbers are looked at before anything is timed: bulk draws must be the single ones to the last
 * bit, and every source must have the mean and variance of its law.
 */
#ifndef MOE_BENCH_DRAW_H
#define MOE_BENCH_DRAW_H

#include "bench.h"

struct moe_draw_plan {
  struct moe_model truth; /* of row and telescope; d is the case's */
  uint64_t seed;
  size_t repeats;
  double seconds;
};
struct moe_draw_source;                                     /* what is drawn and how */
const struct moe_draw_source *moe_draw_source_at(size_t i); /* NULL past the end */
const struct moe_draw_source *moe_draw_source_find(const char *what, const char *variant);
const char *moe_draw_source_what(const struct moe_draw_source *source);
const char *moe_draw_source_variant(const struct moe_draw_source *source);
int moe_draw_source_isa(const struct moe_draw_source *source); /* MOE_ISA_... of bench.h */
int moe_draw_source_makes_rows(const struct moe_draw_source *source);

struct moe_draw_case {
  const struct moe_draw_source *source;
  const char *isa;
  size_t d, n, points; /* of row and telescope */
  /* Results. */
  size_t numbers; /* that one repetition makes; rows for row and telescope */
  size_t repetitions;
  double seconds[MOE_BENCH_REPEATS];
};

/* Times the cases in turns, as moe_bench_run does. MOE_ECHECK: a source draws something else. */
enum moe_status moe_draw_run(struct moe_team *team, const struct moe_draw_plan *plan,
                             struct moe_draw_case *cases, size_t count, struct moe_error *e);

#endif
