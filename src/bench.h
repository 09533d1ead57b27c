/*
 * bench.h - the kernels against each other and against the machine's limit.
 *
 * A variant is one way to compute what eval.h defines, as a setup / run / done triple:
 *
 *   plain       the reference evaluator: scalar, long double sums
 *   gsl         the textbook: row by row, an explicit row of J, gsl_blas_dsyr
 *   blis-dsyrk  J in blocks of 256 rows from vector code, J'WJ by BLIS's dsyrk (no Hessian:
 *               it is no J'J)
 *   blis        the structured product of eval.h, by BLIS (curvatures only)
 *   tile        the structured product by own tiles, at one ISA level
 *
 * A Gaussian mixture is timed likewise, its likelihood in place of squares; of the designs compared
 * with only plain code has one.
 *
 * A gate with a translation (softmax) has it fixed, as in every fit: the last gate row is 0 and has
 * no derivatives, for every variant.
 *
 * How a case is timed: the number of repetitions is doubled until one timing takes `seconds` of
 * the clock; then rounds, in each of which all cases of a problem come once, in an order shuffled
 * by a seeded stream, each warmed up by one evaluation. Every timing is kept. Threads share the
 * rows, are pinned to cores and sleep while they have nothing to do; a timing lasts from the first
 * that starts to the last that ends. Adding up the threads' results is not timed.
 *
 * Data are the rows of a short period over and over, as many in memory as the case says, so that
 * one evaluation of the period, rows weighted by how often they occur, is the reference for any n.
 */
#ifndef MOE_BENCH_H
#define MOE_BENCH_H

#include "eval.h"

#define MOE_BENCH_REPEATS 100
#define MOE_BENCH_THREADS 256

struct moe_bench_variant {
  const char *name;
  enum moe_level first, last; /* the levels it can do */
  enum { MOE_ISA_NONE, MOE_ISA_BEST, MOE_ISA_EACH } isa;
  int likelihood; /* 1: it can do Gaussian mixtures */
  void *(*setup)(const struct moe_model *model, const struct moe_data *data, const char *isa);
  double (*run)(void *state, const double *theta, enum moe_level level, double *gradient,
                double *curvature); /* as moe_eval_at */
  void (*done)(void *state);
};
const struct moe_bench_variant *moe_bench_variant_find(const char *name);
const struct moe_bench_variant *moe_bench_variant_at(size_t i); /* NULL past the end */
extern const struct moe_bench_variant moe_bench_gsl, moe_bench_dsyrk;

/* The gate row that is fixed; k if there is none. */
size_t moe_bench_pinned(const struct moe_model *model);
/* Numbers of the forms that have derivatives, in order; returns how many. */
size_t moe_bench_forms(const struct moe_model *model, size_t *forms);
/* From a gradient and the lower triangle of a curvature (or NULL) of those forms' rows alone to
 * the whole ones, with zeros elsewhere. */
void moe_bench_spread(const struct moe_model *model, const double *some_gradient,
                      const double *lower, double *gradient, double *curvature);

const char *moe_level_name(enum moe_level level);
int moe_level_find(const char *name, enum moe_level *level); /* 0 if unknown */

double moe_bench_clock(void); /* seconds from some moment on */

/* Threads that are pinned, sleep, and run the same function of their number when told to. */
struct moe_team;
struct moe_team *moe_team_start(size_t threads, struct moe_error *e);
/* job(arg, i) on threads i < count; seconds from the first start to the last end. */
double moe_team_run(struct moe_team *team, size_t count, void (*job)(void *arg, size_t i),
                    void *arg);
int moe_team_pinned(const struct moe_team *team); /* 1: every thread is bound to a core */
void moe_team_stop(struct moe_team *team);

/* The number of repetitions, a power of 2, from which timed(arg, repetitions) >= seconds. */
size_t moe_bench_calibrate(double (*timed)(void *arg, size_t repetitions), void *arg,
                           double seconds);

/* What is measured: the model at theta, on n rows made from the seed. */
struct moe_bench_plan {
  struct moe_model model;
  size_t n;
  uint64_t seed;
  size_t repeats;  /* timings of a case */
  double seconds;  /* at least, per timing */
  double patience; /* seconds per case after which 3 timings are enough */
};
struct moe_bench_case {
  const struct moe_bench_variant *variant;
  const char *isa; /* "scalar" where there is no vector code */
  enum moe_level level;
  size_t threads;
  /* Results. */
  size_t repetitions, repeats;
  double seconds[MOE_BENCH_REPEATS]; /* of `repetitions` evaluations of all n rows */
  double error;                      /* against plain, as a share of the largest entry */
};
/* MOE_EUSAGE: fewer rows than threads can share; MOE_ECHECK: a variant computes something else
 * than plain does. */
enum moe_status moe_bench_run(struct moe_team *team, const struct moe_bench_plan *plan,
                              struct moe_bench_case *cases, size_t count, struct moe_error *e);

/* What one row needs at least, by the structured algorithm: floating-point operations (a fused
 * multiply-add is two), elementary functions, and bytes read. The formulas are in bench_limit.c. */
enum moe_primitive {
  MOE_PRIMITIVE_EXP,
  MOE_PRIMITIVE_SIGMOID,
  MOE_PRIMITIVE_TANH,
  MOE_PRIMITIVE_NORMAL,
  MOE_PRIMITIVES
};
struct moe_bench_work {
  double flops, bytes, primitives[MOE_PRIMITIVES];
};
struct moe_bench_work moe_bench_work(const struct moe_model *model, enum moe_level level);

/* What the machine can do with `threads` threads at an ISA level: the best of some timings. */
struct moe_bench_limits {
  double gflops;                     /* fused multiply-adds, 10^9 operations per second */
  double read, copy, triad;          /* 10^9 bytes per second out of cache, as STREAM counts */
  double primitives[MOE_PRIMITIVES]; /* ns per number */
};
struct moe_bench_limits moe_bench_limits(struct moe_team *team, size_t threads, const char *isa,
                                         size_t bytes, double seconds);
/* The least time of a row in ns: arithmetic, or memory if the data are read from there. */
double moe_bench_bound(const struct moe_bench_work *work, const struct moe_bench_limits *limits,
                       int from_memory, int *by_memory);

#endif
