/*
 * loss.h - how far an estimate is from the truth: the papers' Voronoi losses and plain
 * distances.
 *
 * Losses are computed from stored estimates and never stored: a new one is one row in loss.c
 * and needs no new fit. All use vmath.h arithmetic.
 */
#ifndef MOE_LOSS_H
#define MOE_LOSS_H

#include "data.h"
#include "fit.h"

/* What a loss may look at. Borrowed pointers. */
struct moe_loss_problem {
  struct moe_model truth;
  const double *truth_theta;
  struct moe_model fit;           /* may differ from the truth in gate, expert and k */
  const struct moe_data *support; /* moe_design_support of the truth: quadrature for L2(mu) */
  const double *minimisers;       /* count x p rows: the population minimisers Gbar, or NULL */
  size_t minimiser_count;
  int continuum; /* every theta' with the function of one of them is a minimiser too */
};

/* What a loss needs to know beside the fit. */
enum moe_loss_needs {
  MOE_NEEDS_TRUTH,
  MOE_NEEDS_MINIMISERS, /* and the truth */
  MOE_NEEDS_ROWS,       /* real data: the support is rows that the fit has not seen */
  MOE_NEEDS_SUPPORT     /* any points */
};

struct moe_loss {
  const char *name;
  const char *latex;
  const char *label; /* axis label, plain text */
  enum moe_loss_needs needs;
  /* The loss of theta (p of problem->fit). NaN where it is not defined (no over-specified
   * cell). */
  double (*value)(const struct moe_loss_problem *problem, const double *theta);
};
const struct moe_loss *moe_loss_find(const char *name);
const struct moe_loss *moe_loss_row_at(size_t i);

/*
 * The rows (A = arXiv 2405.13997, D = 2402.02952). Cells are by (beta1, eta); eta = (a, b), or
 * b alone for experts that do not see x; of Gaussian mixtures eta = (a, b, nu); for an even expert eta and -eta are the same atom.
 *
 *  voronoi           the fitted gate's own loss: d1 for sigmoid, softmax_d for softmax
 *  d1                A, D1: Regime 1, with the mass of empty cells (sigmoid fits)
 *  d2r-1 d2r-2 d2r-3 A, D_2r for r = 1, 2, 3 (sigmoid fits)
 *  d3                A, D3: best matching of the fitted atoms to a minimiser's, minimum over the
 *                    set (softmax: over translations too; continuum: also moe_minimiser_nearest)
 *  softmax_d         D: minimised over the softmax translations, cells recomputed for each; at
 *                    sum_j e^{beta0*_j} it is on its plateau: such a fit is unresolved
 *  over_expert       max ||Delta eta|| over atoms in over-specified cells (softmax: at the
 *                    translation that attains softmax_d)
 *  over_expert_mass  the same, each weighted by the atom's share of its cell's gate mass, summed
 *  exact_expert      max ||Delta eta|| over exact-specified cells
 *  matched           worst over the TRUE atoms of the distance to the nearest fitted atom, the
 *                    distance being ||Delta eta|| + || w_i/||w_i|| - w*_j/||w*_j|| || in L2(mu):
 *                    gauge-free, the same for all gates, and blind to how a weight is split
 *  matched_expert    the same with the expert part only
 *  l2                || f_theta - f_truth ||, L2(mu) on the support
 *  l2_bar            || f_theta - f_Gbar ||, minimum over the minimisers
 *  set_distance      moe_set_distance
 *
 * Of mixtures with shared atoms, routers and temperatures (B = arXiv 2505.10860, C = 2401.13875, E =
 * 2305.03288). Cells are of the atoms of one kind, shared ones by (a, b, nu); the losses above but
 * matched, matched_expert and l2 are of the routed ones. Exponents and what could not be
 * checked against the papers: loss_mixture.c.
 *
 *  b_d1 b_d2         B, D1 (strongly identifiable experts) and D2 (linear), softmax: with omega the
 *                    weights of shared atoms, m = e^beta0, and powers by the size of the cell
 *                    sum_j |sum omega_i - omega*_j| + sum omega_i (powers of D(a, b), D nu)
 *                    + sum_j |sum m_i - m*_j| + sum m_i (powers of D beta1, D(a, b), D nu),
 *                    minimised over translations; without shared atoms the second line alone
 *  b_d3              B, D3 (normalised sigmoid, sparse regime): the shared part as in D1; the routed
 *                    as A's D1, variances included
 *  b_d4              B, D4 (dense regime): the shared part as in D1; first powers of the routed
 *                    atoms, beta0 among them, to those of the nearest minimiser, best
 *                    matching. Without minimisers to the truth's: right if the truth is in the
 *                    model with as many atoms; with fewer, each to the atom whose cell it is in
 *  e_voronoi         E: over-specified ||D(beta1, b)||^r + ||D a||^(r/2) + |D nu|^(r/2), first powers
 *                    in exact cells, weights e^beta0, minimised over translations
 *  e_pinned          the same, differences of beta1 and b to powers of their own, at the one translation
 *                    that makes the gate row of the fitted atom that has the last true one's number
 *                    equal to its: no infimum, as in E's program
 *  c_voronoi         C: |D tau| + with an activation ||D beta1||^2 + ||D a||^2 + |D b|^r + |D nu|^(r/2),
 *                    without as E's; weights e^(beta0 / tau)
 *  over_slope        max ||D a|| over routed atoms that share a cell; likewise
 *  over_intercept    |D b|,
 *  over_variance     |D nu|, and
 *  over_gate         ||D beta1||, at the translation that attains softmax_d
 *  over_slope_shared over_intercept_shared over_variance_shared
 *                    the same of shared atoms, and
 *  over_expert_shared  ||D(a, b)|| without the variance (over_expert has it)
 *  exact_parameters  max ||D(beta1, beta0, a, b, nu, tau)|| over routed atoms alone in their cells
 *  temperature       |tau - tau*|
 *  total_variation   E_X of the total variation of p(y | X), and
 *  hellinger         of the Hellinger distance, on the support: 5 digits, whatever the models
 *
 * Where a temperature changes nothing that gate rows in proportion would not (no activation, or a
 * homogeneous one), fits are brought to the truth's temperature first, but for c_voronoi and
 * exact_parameters, which are about that.
 *
 * Not distances but properties of the fit alone, of competition between atoms:
 *  similarity        mean over the pairs of experts of (1 + cos) / 2, the cosine in L2(mu): 1 where
 *                    all experts are one function up to a positive factor, 1/2 where they are
 *                    orthogonal; experts that are zero on the support are left out
 *  effective         effective number of experts: exp of the entropy of the mean weights' shares;
 *                    k where all are used alike, 1 where one does everything
 * For these two the support may be rows of real data, and for this one it must be:
 *  test_error        mean squared error on rows held out, in training variances of y: 1 is no
 *                    better than the training mean
 *
 * NaN where a loss is not defined: theta not finite (all rows); fewer than two experts that are not
 * zero (similarity); no atom in a cell of the kind (over_*, exact_*); no minimisers (d3,
 * l2_bar); truth and fit with different experts (voronoi to exact_parameters, but d3; matched and
 * matched_expert where a true atom has no fitted one of its expert); gates that
 * cannot be compared (voronoi to exact_parameters, but d3 and matched*); regressions (total_variation,
 * hellinger, over_variance*); no temperature in one of the models (temperature); a softmax fit on its
 * plateau (exact_parameters). Gates compare if they are equal, with equal routers and with shared atoms
 * in both models or none; or for a sigmoid fit of a two-atom softmax truth, which is rewritten exactly
 * as the sigmoid model with logits u_1 - u_2 and u_2 - u_1.
 */

/* Shares: 1 or 0 per fit, for the table of what went wrong. All 0 if theta is not finite. */
struct moe_fit_flags {
  int empty_cell; /* a true atom whose Voronoi cell is empty (gates that cannot be compared:
                     cells by the experts alone; different experts: 0) */
  int inert;      /* an atom whose weight * expert is < 1e-6 of f in L2(mu) */
  int floating; /* softmax: a routed atom of mean weight < 1e-2 whose expert is > 1 from every true
                     one */
};
struct moe_fit_flags moe_fit_inspect(const struct moe_loss_problem *problem,
                                     const double *theta);

/* Voronoi cells (A, D: A_j by (beta1, eta)): cell[i] = index of the nearest true atom of fitted
 * atom i, after adding the translation t (D numbers, may be NULL) to the gate rows of routed atoms. By
 * the experts alone if the gates cannot be compared; shared atoms to shared ones, routed to routed.
 * theta must be finite; both models have shared atoms or none. */
void moe_voronoi_cells(const struct moe_loss_problem *problem, const double *theta,
                       const double *t, size_t *cell);
/* Best matching of n x n costs (Hungarian); match[i] = column of row i. Returns the total. */
double moe_match(size_t n, const double *cost, size_t *match);

/* Of a Gaussian mixture: the distance of theta from the parameters with the truth's density, atoms in any
 * order and split, gate rows translated and, if the temperature is a matter of scale, scaled with it
 * (orbit.c); NaN if models do not compare, for fewer atoms of a kind than the truth has, for more
 * unless the gate is softmax and selects none, or for more than 6 of a kind. Otherwise:
 * distance in theta (Euclid, all coordinates) from theta to { theta' : f_theta' = f_truth on
 * the support }, found by following the nearest point until the misfit is a thousandth of
 * theta's: within about 10 % of the distance to the set itself. 0 if the misfit is 1e-12 of
 * f_truth's standard deviation already; NaN if that goal is not reached (the truth is not in
 * the model, or theta is far away), or if theta has more than 200 numbers. */
double moe_set_distance(const struct moe_loss_problem *problem, const double *theta);

/* The point nearest theta at which f is that of one of the minimisers, found in the same way and to
 * the same accuracy. Returns A's D3 between the two, NaN if no such point is reached. nearest: p
 * numbers. The box is not imposed. */
double moe_minimiser_nearest(const struct moe_loss_problem *problem, const double *theta,
                             double *nearest);

/* Is a population minimiser a point, or one of a continuum? J is the Jacobian of f on the support,
 * in the coordinates that are not pinned. Flat directions of J are followed for a while, with f
 * brought back to what it was after each; a split atom, where only first derivatives vanish, leads
 * nowhere, an identity leads on. */
struct moe_minimiser_shape {
  size_t coordinates; /* not pinned */
  size_t rank;        /* singular values of J above 1e-5 of the largest */
  size_t
      dimension; /* independent ways that lead to other points of the box with the same function;
                         0 for a point */
  double smallest; /* smallest singular value over the largest */
};
struct moe_minimiser_shape moe_minimiser_inspect(const struct moe_loss_problem *problem,
                                                 const struct moe_box *box,
                                                 const double *theta);

#endif
