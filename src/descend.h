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

/* Sums over the rows. */
struct moe_energy {
  double weight, square; /* sum w, sum w y^2 */
};
struct moe_energy moe_data_energy(const struct moe_data *data);
/* Nats below which a change of the objective at theta is rounding error of f. */
double moe_rounding_level(const struct moe_model *m, const struct moe_energy *energy,
                          const double *theta, double objective);

#endif
