/*
 * eval.h - objective, gradient and curvature of weighted least squares in one pass over rows.
 *
 *   Q(theta)  = 1/2 sum_m w_m (f_theta(x_m) - y_m)^2          in nats when w = count / nu
 *   gradient  = J' W r                                          p numbers
 *   curvature = J' W J                (MOE_GAUSS_NEWTON)        p x p, symmetric, full storage
 *             = J' W J + sum w r f''  (MOE_HESSIAN)
 *
 * and of the likelihood, for a Gaussian mixture:
 *
 *   Q(theta)  = -sum_m w_m log p(y_m | x_m)               in nats, w the count of the row
 *   curvature = sum w g g' of the scores g = d log p      (MOE_GAUSS_NEWTON), or its Hessian
 *
 * theta enters through K linear forms L = Theta x~, so row m of J is g_m (x) x~_m with g = df/dL,
 * and both curvatures are sum_m C_m (x) x~_m x~_m' for a symmetric K x K matrix C_m per row:
 * K(K+1)/2 * D(D+1)/2 distinct numbers, one matrix product G2' X2 built block by block.
 *
 * Three evaluators give the same quantities: `plain` (the reference: scalar, one row at a time,
 * long double sums), `tile` (vectors over rows, small (d,k)) and `blis` (the products by BLIS).
 * moe_eval chooses between tile and blis by a fixed rule in (d, k) alone, so that the bits of a
 * statistical cell never depend on a machine's tuning; MOE_TUNED, for what is no cell, chooses by
 * what moe_eval_tune was told. Sums run over blocks of fixed size in
 * fixed order: the same bits for any ISA level and compiler (tile) or any BLIS of one kernel.
 */
#ifndef MOE_EVAL_H
#define MOE_EVAL_H

#include "data.h"

enum moe_level { MOE_OBJECTIVE, MOE_GRADIENT, MOE_GAUSS_NEWTON, MOE_HESSIAN };
enum moe_evaluator { MOE_AUTO, MOE_TUNED, MOE_PLAIN, MOE_TILED, MOE_BLIS };

struct moe_eval; /* a model, data and scratch space; one per thread */

/* data is borrowed and must outlive the evaluator; y and weights may change between calls, the
 * covariates may not (their products are kept). d of model and data must agree. A gate or expert
 * without a vector form gets the plain evaluator, whatever is asked for. */
struct moe_eval *moe_eval_alloc(const struct moe_model *model, const struct moe_data *data,
                                enum moe_evaluator which);
/* The same at one ISA level, whatever MOERATES_ISA says; NULL if this CPU cannot run it. */
struct moe_eval *moe_eval_alloc_isa(const struct moe_model *model, const struct moe_data *data,
                                    enum moe_evaluator which, const char *isa);
void moe_eval_free(struct moe_eval *ev);
/* What moe_eval_alloc was asked for: helpers of a fit get evaluators of the same choice. */
enum moe_evaluator moe_eval_choice(const struct moe_eval *ev);
const struct moe_model *moe_eval_model(const struct moe_eval *ev);
const struct moe_data *moe_eval_data(const struct moe_eval *ev);

/* Q, and by level: gradient (p), curvature (p*p row-major, both triangles filled); unused outputs
 * may be NULL. theta that makes f overflow gives Q = inf or NaN, never a crash: callers test. */
double moe_eval_at(struct moe_eval *ev, const double *theta, enum moe_level level,
                   double *gradient, double *curvature);

/* From now on the gate row of `atom` has no derivatives: its entries of gradients and curvatures
 * are 0, the others keep their bits (up to rounding where BLIS makes the product). For a softmax gate whose translation is fixed by that row
 * (K = 2k - 1 forms remain) this is less work. atom = k: every row has them, as at first. */
void moe_eval_pin(struct moe_eval *ev, size_t atom);

/* Distinct sums of a model's curvature, K (K + 1) / 2 times D (D + 1) / 2: what decides who makes
 * them. */
size_t moe_eval_sums(const struct moe_model *model);
/* From how many of them MOE_TUNED takes BLIS in this process (at first: as MOE_AUTO does). To be
 * called before any thread allocates an evaluator. */
void moe_eval_tune(size_t sums);

/* f at every row, n numbers; of a Gaussian mixture log p. */
void moe_eval_values(struct moe_eval *ev, const double *theta, double *f);

/* Least squares only. r'' along a step: given theta and step d, out[m] = sqrt(w_m) (r_m(theta + d) - r_m(theta) -
 * (J d)_m), and the gradient-like product J'W^{1/2} out (p): what the second-order correction of
 * the trust region needs. Returns Q(theta + d). J is taken at theta. */
double moe_eval_correction(struct moe_eval *ev, const double *theta, const double *step,
                           double *jtc);

/* f (MOE_TILE numbers) and its slopes g = df/dL (K columns of MOE_TILE) in the rows of a tile. */
void moe_eval_slopes(struct moe_eval *ev, const double *theta, size_t tile, double *f,
                     double *g);

/* "tile:avx512", "tile:avx2", "tile:portable" or "blis:<kernel>": what ran, for cell headers. */
const char *moe_eval_name(const struct moe_eval *ev);
/* The ISA level in use ("avx512", "avx2", "portable"); MOERATES_ISA overrides, unknown names
 * or levels this CPU lacks are an error told by moe_isa_check. */
const char *moe_isa(void);
const char *moe_isa_at(size_t i); /* the levels this CPU runs, best first; NULL past the end */
enum moe_status moe_isa_check(struct moe_error *e);

#endif
