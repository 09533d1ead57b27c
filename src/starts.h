/*
 * starts.h - where the local fits of a search begin; shared by starts*.c, truth.c and search.c only.
 */
#ifndef MOE_STARTS_H
#define MOE_STARTS_H

#include "fit.h"

/* Streams of a search's key: start i draws from stream i; these are out of their way. */
enum { MOE_STREAM_SMALLER = 1 << 30, MOE_STREAM_SCAN };

/* A fit to build on. */
struct moe_parent {
  const double *theta;
  double objective;
  size_t pinned;
};
#define MOE_PARENTS 12

/* Everything start i is made from. */
struct moe_starts {
  struct moe_eval *ev;
  struct moe_model model;
  const struct moe_ranges *ranges;
  uint64_t key;
  int near_only;
  moe_draw *draw; /* NULL: uniform in the ranges */
  const void *draw_arg;
  struct moe_model
      truth; /* the truth's atoms in the model's gate and expert; k = 0: no truth */
  double *truth_theta;
  int truth_exact; /* the conversion changes nothing; its router is then the model's, too */
  double *smaller; /* a fit with k - 1 atoms, or NULL */
  double *scan;    /* candidate atoms, best first: rows of 2 (d + 1) numbers */
  size_t scan_count;
  struct moe_parent parents[MOE_PARENTS]; /* the best distinct fits so far, best first */
  size_t parent_count;
  size_t evaluations;
};

/* The model with one routed atom less. */
static inline struct moe_model moe_starts_smaller(const struct moe_model *model) {
  struct moe_model smaller = *model;
  smaller.k--;
  if (smaller.top > smaller.k - smaller.shared) smaller.top = smaller.k - smaller.shared;
  return smaller;
}

/* The truth's atoms in the gate and expert of `model` (same number of atoms; theta of
 * moe_model_size of the result, to be freed). `centre` (d numbers) is where gates are matched
 * to first order. Returns 1 if the function is the same one: same gate and expert, or a softmax
 * of two atoms, which is a sigmoid model in the difference of its logits, normalised or not. */
int moe_truth_convert(const struct moe_model *model, const struct moe_model *truth,
                      const double *truth_theta, const double *centre,
                      struct moe_model *converted, double **theta);

/* 1 if the converted truth can be written with the atoms of `model` inside the ranges: surplus
 * atoms as copies that share a weight, or inert. */
int moe_truth_attainable(const struct moe_starts *s);

/* Ranks random atoms by the decrease that the best small amount of each promises. */
void moe_starts_scan(struct moe_starts *s);

/* Start `index`: theta (p numbers), the gate row that is pinned (k: none); returns its kind. */
enum moe_start_kind moe_starts_make(struct moe_starts *s, size_t index, double *theta,
                                    size_t *pinned);

/* For a Gaussian mixture: all atoms, or the expert (d + 1 numbers) and log variance of `atom`, from
 * rows drawn. */
void moe_starts_partition(const struct moe_starts *s, struct moe_rng *rng, double *theta);
void moe_starts_local_atom(const struct moe_starts *s, struct moe_rng *rng, size_t atom,
                           double *expert, double *log_variance);

/* Offers the fit of the start just made to later ones. theta is borrowed. */
void moe_starts_offer(struct moe_starts *s, const double *theta, double objective,
                      size_t pinned);

/* For a gate with a translation: translates theta (of s->model) so that the gate row that fits
 * the ranges best sits where the box pins it; returns that row, k for other gates. */
size_t moe_starts_pin(const struct moe_starts *s, double *theta);

#endif
