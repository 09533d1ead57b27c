/*
 * descend.h - what the two local solvers and the search share; not part of the layer's
 * contract.
 */
#ifndef MOE_DESCEND_H
#define MOE_DESCEND_H

#include "fit.h"

/* Projected L-BFGS: what moe_descend does above MOE_DENSE_LIMIT. theta is inside the box. */
struct moe_descent moe_descend_gradient(struct moe_eval *ev, const struct moe_box *box,
                                        const struct moe_descent_options *options,
                                        double *theta);

/* Nats below which a change of the objective is rounding error of f; energy = sum w y^2. */
double moe_rounding_level(double energy, double objective);
double moe_data_energy(const struct moe_data *data);

#endif
