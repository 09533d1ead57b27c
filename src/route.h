/*
 * route.h - the router between forms and gate, and weights by groups: what model.h describes, one
 * row at a time; the reference beside which the vectors of tile_routed.h are held.
 */
#ifndef MOE_ROUTE_H
#define MOE_ROUTE_H

#include "model.h"

/* The logit of an atom and its derivatives: in the form that the activation sees (the slopes' alone if
 * intercepts are outside), in the intercept, and in log tau. Other second derivatives are 0, or those
 * of the form where the intercept is a part of it. */
struct moe_route {
  double logit;
  double form, form2, offset;
  double tau, tau2, form_tau, offset_tau;
};

/* What the router makes of the form of atom i at x (d numbers). */
struct moe_route moe_route_at(const struct moe_model *m, const double *theta, const double *x,
                              size_t i, double form);

/* Routed atoms that keep a weight at these logits, all of them if m->top is 0; ties go to the first.
 * Returns how many. */
size_t moe_route_kept(const struct moe_model *m, const double *logit, size_t *kept);
/* The gate that weighs them: its sigmoids are normalised if some atoms have no weight. */
const struct moe_gate *moe_route_gate(const struct moe_model *m);

/* Weights of all atoms at their logits: halves if some are shared. */
void moe_route_weights(const struct moe_model *m, const double *logit, double *w);
/* And their derivatives in the logits, as a gate's `derive` has them (gate.h); atoms of different groups
 * have none. */
void moe_route_derive(const struct moe_model *m, const double *logit, const double *h,
                      double *w, double *dw, double *d2f);

#endif
