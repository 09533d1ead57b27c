/*
 * voronoi.h - inside the loss layer: fitted and true atoms side by side.
 *
 * Every Voronoi loss compares each fitted atom with each true one, so the differences of the
 * expert parameters are tabulated once and the cells follow from them. Not for other layers:
 * they use loss.h.
 */
#ifndef MOE_VORONOI_H
#define MOE_VORONOI_H

#include "model.h"

/*
 * Fitted atoms i < fit.k against true atoms j < truth.k; tables have row i, stride truth.k.
 * For an even expert, phi(z) = phi(-z), the sign of eta is not identified: the nearer of
 * +-eta is compared.
 */
struct moe_pairs {
  struct moe_model fit, truth; /* truth: rewritten with the fitted gate where that is exact */
  const double *theta, *true_theta;
  double *owned;                                /* the rewritten truth and the translation */
  int gates;                                    /* 1 if the gate parameters can be compared */
  int experts;                                  /* 1 if the expert parameters can be compared */
  double slope[MOE_MAX_ATOMS * MOE_MAX_ATOMS];  /* ||a_i - a*_j|| */
  double offset[MOE_MAX_ATOMS * MOE_MAX_ATOMS]; /* |b_i - b*_j| */
  double eta[MOE_MAX_ATOMS * MOE_MAX_ATOMS];    /* ||eta_i - eta*_j||; with the variances of
                                                   Gaussian mixtures */
  double mass[MOE_MAX_ATOMS]; /* of fitted atoms: w(beta0), or e^beta0 for softmax, where a
                                 common factor does not matter */
  double true_mass[MOE_MAX_ATOMS];
  size_t cell[MOE_MAX_ATOMS]; /* nearest true atom of each fitted one */
  size_t size[MOE_MAX_ATOMS]; /* fitted atoms in each true atom's cell */
  double *translation; /* (t1, t0), D numbers added to every fitted gate row; t0 = -inf if
                          the infimum is approached, not attained (softmax plateau) */
  double gauge_loss;   /* softmax: the loss at that translation */
};

/* Tabulates; parameters must be finite. moe_pairs_free must follow. */
void moe_pairs_make(struct moe_pairs *pairs, const struct moe_model *fit, const double *theta,
                    const struct moe_model *truth, const double *true_theta);
/* Finds the cells: for softmax at the translation of moe_gauge_minimise; by the experts alone
 * if the gates cannot be compared. */
void moe_pairs_settle(struct moe_pairs *pairs);
void moe_pairs_free(struct moe_pairs *pairs);

/* Cells at the translation t1 (d numbers or NULL); size may be NULL. Ties go to the first atom.
 */
void moe_pairs_cells(const struct moe_pairs *pairs, const double *t1, size_t *cell,
                     size_t *size);

/* ||x - y|| and ||x + t - y|| (t may be NULL) over d numbers. */
double moe_distance(size_t d, const double *x, const double *t, const double *y);

/* The softmax loss of arXiv 2402.02952 minimised over translations; sets cell, size,
 * translation and gauge_loss. */
void moe_gauge_minimise(struct moe_pairs *pairs);

/* argmin over t of sum_i weight_i ||t - point_i||^e_i, e_i = 2 where square[i] (or everywhere 1
 * if square is NULL). t holds the start. Exact in d = 1, Weiszfeld's iteration above. */
void moe_centre(size_t n, size_t d, const double *point, const double *weight,
                const int *square, double *t);

/* D3 of arXiv 2405.13997 to one minimiser, both finite: best matching of the atoms, for softmax
 * minimised over translations too. */
double moe_d3(const struct moe_model *model, const double *theta, const double *minimiser);

#endif
