/*
 * voronoi.h - inside the loss layer: fitted and true atoms side by side.
 *
 * Every Voronoi loss compares each fitted atom with each true one, so the differences of the
 * expert parameters are tabulated once and the cells follow from them. Not for other layers:
 * they use loss.h.
 *
 * Shared and routed atoms are never in one cell: pairs are of the atoms of one kind, taken out of
 * their models as a model of their own.
 */
#ifndef MOE_VORONOI_H
#define MOE_VORONOI_H

#include "model.h"

/* Which atoms are compared. */
enum moe_kind {
  MOE_ROUTED, /* at the truth's temperature, where any temperature does with gate rows in proportion */
  MOE_ROUTED_RAW, /* at their own */
  MOE_SHARED      /* a softmax of their intercepts, of which only the weights count */
};

/* What may be added to all gate rows without changing the model. */
enum moe_freedom { MOE_FIXED, MOE_INTERCEPTS, MOE_WHOLE };
enum moe_freedom moe_model_freedom(const struct moe_model *m);
/* 1: a temperature changes nothing that gate rows in proportion to it would not. */
int moe_model_scales(const struct moe_model *m);

/* Exponents of the differences of an atom's parameters, in halves: 2 is the first power. */
struct moe_powers {
  int gate, slope, offset, variance;
  int whole; /* slope and offset under one norm, to the power of the slope */
  int tied;  /* gate and offset under one norm, to the power of the gate */
};
/* Those of the atoms in a cell of `size`. */
typedef struct moe_powers moe_rule(size_t size);

/*
 * Fitted atoms i < fit.k against true atoms j < truth.k; tables have row i, stride truth.k.
 * For an even expert, phi(z) = phi(-z), the sign of eta is not identified: the nearer of
 * +-eta is compared.
 */
struct moe_pairs {
  struct moe_model fit, truth; /* truth: rewritten with the fitted gate where that is exact */
  const double *theta, *true_theta;
  double *owned; /* the models of atoms of one kind, a truth rewritten, the translation */
  enum moe_freedom freedom; /* of the fit */
  moe_rule *rule;           /* NULL: that of softmax_d (D); set before moe_pairs_settle */
  int gates;                /* 1 if the gate parameters can be compared */
  int experts;              /* 1 if the expert parameters can be compared */
  double slope[MOE_MAX_ATOMS * MOE_MAX_ATOMS];    /* ||a_i - a*_j|| */
  double offset[MOE_MAX_ATOMS * MOE_MAX_ATOMS];   /* |b_i - b*_j| */
  double eta[MOE_MAX_ATOMS * MOE_MAX_ATOMS];      /* ||eta_i - eta*_j||; with the variances of
                                                   Gaussian mixtures */
  double variance[MOE_MAX_ATOMS * MOE_MAX_ATOMS]; /* |nu_i - nu*_j|; 0 of regressions */
  double mass[MOE_MAX_ATOMS]; /* of fitted atoms: w(beta0), or e^beta0 for softmax, where a
                                 common factor does not matter if there is a translation; of
                                 shared ones their weight */
  double true_mass[MOE_MAX_ATOMS];
  size_t cell[MOE_MAX_ATOMS]; /* nearest true atom of each fitted one */
  size_t size[MOE_MAX_ATOMS]; /* fitted atoms in each true atom's cell */
  double *translation; /* (t1, t0), D numbers added to every fitted gate row; t0 = -inf if
                          the infimum is approached, not attained (softmax plateau) */
  double gauge_loss;   /* softmax: the loss of the rule at that translation */
};

/* Tabulates; parameters must be finite. moe_pairs_free must follow. Gates compare if they and their
 * routers are the same, and both models have shared atoms or none. */
void moe_pairs_make(struct moe_pairs *pairs, enum moe_kind kind, const struct moe_model *fit,
                    const double *theta, const struct moe_model *truth,
                    const double *true_theta);
/* Finds the cells: for softmax at the translation of moe_gauge_minimise; by the experts alone
 * if the gates cannot be compared. */
void moe_pairs_settle(struct moe_pairs *pairs);
void moe_pairs_free(struct moe_pairs *pairs);

/* Cells at the translation t1 (d numbers or NULL); size may be NULL. Ties go to the first atom.
 */
void moe_pairs_cells(const struct moe_pairs *pairs, const double *t1, size_t *cell,
                     size_t *size);

/* ||D eta|| of atom i of one model and atom j of another, whose experts must be the same. */
double moe_expert_distance(const struct moe_model *fit, const double *theta, size_t i,
                           const struct moe_model *truth, const double *true_theta, size_t j);

/* What fitted atom i costs in the cell of true atom j, of `size` atoms, by the rule; gate =
 * ||D beta1||. */
double moe_pairs_cost(const struct moe_pairs *pairs, size_t i, size_t j, double gate,
                      size_t size);
/* x^(halves / 2), halves >= 0. */
double moe_half_power(double x, int halves);
/* The logit of a routed atom where its slopes do not act, x = 0; an activation's value at 0 left out where
 * intercepts are outside. Its exponential is a softmax atom's mass. */
double moe_flat_logit(const struct moe_model *m, const double *theta, size_t i);

/* ||x - y|| and ||x + t - y|| (t may be NULL) over d numbers. */
double moe_distance(size_t d, const double *x, const double *t, const double *y);

/* The softmax loss of arXiv 2402.02952, or with the exponents of the rule, minimised over the
 * translations that there are; sets cell, size, translation and gauge_loss. With a rule and d > 1 at
 * the slopes' translation that minimises the former: an upper bound. */
void moe_gauge_minimise(struct moe_pairs *pairs);

/* argmin over t of sum_i weight_i ||t - point_i||^e_i, e_i = 2 where square[i] (or everywhere 1
 * if square is NULL). t holds the start. Exact in d = 1, Weiszfeld's iteration above. */
void moe_centre(size_t n, size_t d, const double *point, const double *weight,
                const int *square, double *t);

/* sum |D beta0| + ||D beta1|| + ||D eta||, best matching of equally many atoms, for softmax minimised
 * over translations too. */
double moe_pairs_match(const struct moe_pairs *pairs);

/* D3 of arXiv 2405.13997 to one minimiser, both finite: best matching of the atoms, for softmax
 * minimised over translations too. */
double moe_d3(const struct moe_model *model, const double *theta, const double *minimiser);

#endif
