/*
 * fit.h - the estimate by least squares or maximum likelihood: box, trust region, search,
 * certificate.
 *
 *   moe_box      Theta, the papers' compact parameter set: lower and upper per coordinate
 *   moe_descend  one local fit: trust region with the exact Hessian (p <= MOE_DENSE_LIMIT) or
 *                projected L-BFGS above
 *   moe_search   many starts of several kinds, the best fit, the distinct minima, the certificate
 *
 * The objective Q is in nats (weights count/nu; counts for a Gaussian mixture). Everything is a pure function of (data, model,
 * box, options, key): same bits for any number of threads.
 */
#ifndef MOE_FIT_H
#define MOE_FIT_H

#include "eval.h"

#define MOE_DENSE_LIMIT 200

/* Bounds per coordinate of theta (p numbers each); lower == upper pins a coordinate. */
struct moe_box {
  double *lower, *upper;
};
/* Ranges for the parameter groups, as scripts give them; variance: of a Gaussian mixture, > 0;
 * temperature: of a model that is tempered, > 0; shared_a, shared_b: of the experts of shared atoms,
 * whose beta0 are in the range of all (beta1 are 0). */
struct moe_ranges {
  double beta1[2], beta0[2], a[2], b[2], variance[2], temperature[2], shared_a[2], shared_b[2];
};
/* The box of a model: ranges per group, of variances their logarithms; slopes a pinned at 0 for intercept-only experts; for a
 * model that pins (a gate with a translation, or anchored), gate row `pinned` (< k) pinned at 0, or
 * none when pinned == k. */
void moe_box_make(struct moe_box *box, const struct moe_model *model,
                  const struct moe_ranges *ranges, size_t pinned);
void moe_box_free(struct moe_box *box);
void moe_box_project(const struct moe_box *box, size_t p, double *theta);

/* Who watches a descent: told of each iterate (epoch, for stochastic gradients) and of its
 * objective in nats, NaN where the method does not know it. 1 ends the descent. NULL: nobody. */
struct moe_trace {
  int (*note)(void *arg, const double *theta, double objective);
  void *arg;
};
static inline int moe_trace_note(const struct moe_trace *trace, const double *theta,
                                 double objective) {
  return trace && trace->note(trace->arg, theta, objective);
}

struct moe_descent_options {
  size_t max_iterations; /* 0: the default (400 dense, 4000 L-BFGS) */
  double tolerance;      /* nats: stop when the attained decrease along the trust-region path is
                            below it; 0: the default 1e-3 (dense) or .1 (L-BFGS) */
  int kinks; /* 1, for an expert with a kink (relu): once stationary, look further by L-BFGS, whose
                curvature comes from gradients some way apart and so holds the kinks between them,
                of which no second derivative knows; 0: be stationary where the trust region is */
  int brief; /* 1: return at the iteration limit as it is, without probing the decrease */
  double
      incumbent; /* nats: the objective to beat, or 0. A descent (dense only) that is 2 nats or
                       more above it, and in ten iterations gains less than a tenth of what it
                       lacks, is given up */
  const struct moe_trace *trace;
};
/* How a local fit ended. */
struct moe_descent {
  double objective; /* Q at theta, nats */
  double decrease;  /* attained decrease when it was last probed over radii 2 .. 1e-5, nats */
  double gradient;  /* largest |gradient| on the free coordinates, nats per unit */
  double
      curvature; /* smallest eigenvalue of the Hessian on the free coordinates (NaN for L-BFGS) */
  size_t active; /* coordinates held at a side of the box (pinned ones not counted) */
  size_t iterations, evaluations;
  int stationary; /* decrease < tolerance within max_iterations */
  int given_up;   /* as options->incumbent says; its decrease was not probed */
};
/* Improves theta (p numbers, projected into the box first) in place. */
struct moe_descent moe_descend(struct moe_eval *ev, const struct moe_box *box,
                               const struct moe_descent_options *options, double *theta);

/* The kinds of start, in the order in which cell logs list them. */
enum moe_start_kind {
  MOE_START_NEAR,   /* truth (or reference) with atoms repeated, jittered at several radii */
  MOE_START_RANDOM, /* uniform in the box */
  MOE_START_ADD,    /* a smaller fit plus one atom drawn in the box */
  MOE_START_INERT,  /* a smaller fit plus an inert or small-weight atom */
  MOE_START_INSERT, /* a smaller fit plus the best of many candidate atoms by first-order decrease */
  MOE_START_SPLIT,  /* a smaller fit with an atom split along its most negative curvature */
  MOE_START_JITTER, /* a smaller fit with a random atom split and jittered */
  MOE_START_REDRAW, /* one of the best fits so far with one of its atoms drawn anew */
  MOE_START_KINDS
};
extern const char *const moe_start_names[MOE_START_KINDS];

/* Draws the d slopes and the intercept of one form; `expert`: of an expert, else of a gate. */
typedef void moe_draw(const void *arg, struct moe_rng *rng, int expert, double *row);

struct moe_search_options {
  size_t starts; /* local fits, >= 1 */
  int near_only; /* 1: every start is MOE_START_NEAR (the published protocols) */
  const struct moe_model *truth; /* the reference near which to start, or NULL (real data) */
  const double *truth_theta;
  uint64_t key;   /* stream of this search */
  moe_draw *draw; /* where starts draw atoms; NULL: uniformly in the ranges */
  const void *draw_arg;
  size_t keep; /* distinct minima to return, >= 1 */
  struct moe_descent_options descent;
};

/* One row per returned minimum; the first is the estimate. */
struct moe_minimum {
  double *theta; /* p numbers, inside the box up to the gate's translation */
  struct moe_descent descent;
  size_t found;             /* starts that ended here: within .05 nat in objective and in half
                               the weighted square between the functions, whatever the order of
                               the atoms */
  enum moe_start_kind kind; /* of the first start that did */
};
struct moe_search_result {
  size_t count; /* <= keep, sorted by objective */
  struct moe_minimum *minimum;
  double objective_truth; /* Q at the truth if it lies in the model and box, else NaN */
  size_t starts;          /* local fits run, smaller fits not counted */
  size_t agree;           /* starts within 0.5 nat of the best */
  double singletons;      /* share of starts alone in their minimum, among those within 1.5 nat
                              of the best: about .05 + this is the chance of a miss */
  size_t hits[MOE_START_KINDS],
      tried[MOE_START_KINDS]; /* by kind: within 0.5 nat of the best */
  size_t evaluations;
};
/* MOE_EUSAGE if the box does not fit the model, MOE_EDATA if no start had a finite objective. */
enum moe_status moe_search(struct moe_eval *ev, const struct moe_ranges *ranges,
                           const struct moe_search_options *options,
                           struct moe_search_result *result, struct moe_error *e);
void moe_search_free(struct moe_search_result *result);

/* What an estimate looks like: atoms that do not do what an atom should. Thresholds in atoms.c. */
struct moe_atoms_report {
  size_t dead; /* expert numerically zero on the rows (that of a Gaussian mixture may be), or
                  weight below 1e-3 on all of them */
  size_t floating;     /* not dead, but leaving it out would cost less than 2 nats: its place is
                          noise */
  size_t duplicate;    /* pairs equal within 1e-3 in gate, expert and log variance */
  size_t proportional; /* pairs of homogeneous experts whose (a, b) are positive multiples; not
                          of a Gaussian mixture, whose scale is its own */
};
struct moe_atoms_report moe_atoms_inspect(struct moe_eval *ev, const double *theta);

/* Stochastic gradient descent as paper A ran it: rows in a fresh random order every epoch,
 * theta -= rate * mean over the batch of gradient of (f - y)^2 / 2 (noise-free scale; the rows'
 * weights are not used), no box; slopes of intercept-only experts are set to 0 and stay there.
 * Epoch e is shuffled by stream e of the key. batch 0 means 1.
 * theta in and out. Returns the number of steps; theta may become non-finite: callers test. */
struct moe_sgd_options {
  size_t epochs, batch;
  double rate;
  uint64_t key;
  const struct moe_trace *trace;
};
size_t moe_sgd(const struct moe_model *model, const struct moe_data *data,
               const struct moe_sgd_options *options, double *theta);

/* EM from theta, in and out, until an iteration changes the log-likelihood by less than `tolerance` of
 * it. No box but the range of variances. The gate takes up to 5 steps, until one gains less than 1e-8
 * nat, those of experts likewise, to 1e-12 of the weight. MOE_EDATA if the log-likelihood ever falls by more than rounding
 * does. */
struct moe_em_options {
  size_t iterations;
  double tolerance;
};
struct moe_em_end {
  double loglik;
  size_t iterations;
  int converged; /* within the iterations allowed */
};
enum moe_status moe_em(const struct moe_model *model, const struct moe_data *data,
                       const struct moe_ranges *ranges, const struct moe_em_options *options,
                       double *theta, struct moe_em_end *end, struct moe_error *e);

/* Adam (Kingma & Ba, ICLR 2015) inside the box; zeros are the paper's constants: rate .001, beta1
 * .9, beta2 .999, epsilon 1e-8. Gradients are means over a batch, rows weighted. Batches are whole
 * tiles of neighbouring rows, so the rows should come in random order; epoch e visits the batches
 * in the order of stream e of the key. batch 0 means all rows: an epoch is then one step.
 * theta in and out. Returns the number of steps; theta may become non-finite. */
struct moe_adam_options {
  size_t epochs, batch;
  double rate, beta1, beta2, epsilon;
  uint64_t key;
  const struct moe_trace *trace;
};
size_t moe_adam(const struct moe_model *model, const struct moe_data *data,
                const struct moe_box *box, const struct moe_adam_options *options,
                double *theta);

/* A start near the truth as published: every atom of the truth once, surplus atoms copies of
 * over-specified ones (drawn), each coordinate + N(0, radius^2). theta: p of `model`. */
void moe_start_near(const struct moe_model *model, const struct moe_model *truth,
                    const double *truth_theta, double radius, struct moe_rng *rng,
                    double *theta);

#endif
