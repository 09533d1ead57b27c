/*
 * loss_rows.h - inside the loss layer: what loss.c's table takes from the other files of losses.
 */
#ifndef MOE_LOSS_ROWS_H
#define MOE_LOSS_ROWS_H

#include "loss.h"
#include "voronoi.h"

int moe_all_finite(size_t n, const double *x);

/* A loss of settled pairs. */
typedef double moe_pairs_value(const struct moe_pairs *pairs, int which);

/* value of the atoms of one kind, settled by the rule; NaN if theta is not finite or gates or experts
 * cannot be compared. */
double moe_with_pairs(const struct moe_loss_problem *problem, const double *theta,
                      enum moe_kind kind, moe_rule *rule, moe_pairs_value *value, int which);

/* ||D beta1|| and |D beta0| at the translation, and the mass missing or in excess over all cells that
 * are not exact-specified. */
double moe_gate_difference(const struct moe_pairs *pairs, size_t i, size_t j);
double moe_intercept_difference(const struct moe_pairs *pairs, size_t i, size_t j);
double moe_mass_difference(const struct moe_pairs *pairs);

typedef double moe_loss_value(const struct moe_loss_problem *problem, const double *theta);

/* loss_mixture.c */
moe_loss_value moe_loss_b_d1, moe_loss_b_d2, moe_loss_b_d3, moe_loss_b_d4;
moe_loss_value moe_loss_c, moe_loss_e, moe_loss_e_pinned;
moe_loss_value moe_loss_over_slope, moe_loss_over_intercept, moe_loss_over_variance,
    moe_loss_over_gate, moe_loss_over_expert_shared, moe_loss_over_slope_shared,
    moe_loss_over_intercept_shared, moe_loss_over_variance_shared;
moe_loss_value moe_loss_exact_parameters, moe_loss_temperature;

/* divergence.c */
moe_loss_value moe_loss_total_variation, moe_loss_hellinger;

/* orbit.c */
moe_loss_value moe_orbit_distance;

#endif
