/*
 * mixture.h - mixtures of experts taken whole: derivatives in every parameter, those that all atoms
 * share among them, and of densities as well as of regression functions.
 *
 *   regression   f(x) = sum_i w_i(x) h_i(x)
 *   Gaussian     p(y | x) = sum_i w_i(x) N(y; h_i(x), nu_i)
 *   with shared atoms (arXiv 2505.10860)
 *                p(y | x) = 1/2 sum_j omega_j N(y; h_j(x), nu_j) + 1/2 sum_i w_i(x) N(y; h_i(x), nu_i)
 *
 * with h(x) = c phi(a.x + b), weights w_i = m_i g(v_i), over their sum if the gate is normalised, and
 *
 *   v = (beta1.x + beta0) / tau          tau = 1: a gate of gate.h; else one with a temperature
 *   v = (act(beta1.x) + beta0) / tau     dense-to-sparse with an activation in the router (arXiv
 *   v = act(beta1.x + beta0) / tau       2401.13875); where beta0 enters is left to the caller
 *
 * An atom has the parameters beta1 (d numbers), beta0, a (d numbers), b, the outer scale c, the variance
 * nu and its mass m, or omega if it is shared; shared atoms come first, tau last. A mass may be 0: what
 * the atom would add is then still a derivative. Derivatives are exact up to rounding, by hyper-dual
 * numbers (Fike and Alonso, 2011) whose components are double-double.
 *
 * Functions of a density are divided by it and weighted by it, so that inner products are those of the
 * Fisher information; y is integrated by the trapezoidal rule around each mean, in steps of one standard
 * deviation, 6 to each side, which is exact to 1e-8 of a Gaussian's mass: enough for any rank.
 */
#ifndef MOE_MIXTURE_H
#define MOE_MIXTURE_H

#include "family.h"
#include "jet.h"

#define MOE_MIXTURE_ATOMS 8 /* of either kind */

struct moe_mixture {
  size_t d, shared, routed;
  moe_jet_function *g, *activation; /* no activation: NULL */
  moe_jet_function *shared_expert, *expert;
  int normalised, inside, gaussian; /* inside: the activation takes beta1.x + beta0 */
};

/* A derivative of the whole function in parameters `at`, `order` of them, times a monomial. */
struct moe_partial {
  size_t order, at[2];
  const unsigned char *power; /* one for each parameter; NULL: no monomial */
};

size_t moe_mixture_width(const struct moe_mixture *m); /* parameters of an atom */
size_t moe_mixture_size(const struct moe_mixture *m);  /* of all, P */

/* Evaluates the functions at `groups` parameter vectors (each of P numbers) in turn: rows are points x
 * groups, and a relation is one that holds at each, as with stacked families; rows of several groups are
 * divided by the sum of the weights, so that none outweighs the others. Only x and weights of the support
 * are used. MOE_EUSAGE: a variance or temperature that is not positive, forms beyond 300,
 * more functions than rows or than MOE_FAMILY_LIMIT. moe_functions_free the result. */
enum moe_status moe_mixture_functions(const struct moe_mixture *m, size_t groups,
                                      const double *theta, const struct moe_data *support,
                                      const struct moe_partial *term, size_t count,
                                      struct moe_functions *out, struct moe_error *e);

/* What coefficients of relations may be made of: the P parameters, then g'/g of each routed atom whose
 * gate is flat and has no activation (else 0). */
void moe_mixture_symbols(const struct moe_mixture *m, const double *theta, struct dd *symbol);

#endif
