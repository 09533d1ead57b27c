/*
 * jet.h - truncated Taylor series in double-double, and the gates' and experts' functions on them.
 *
 * A jet is f(z + t) = c[0] + c[1] t + ... + c[N] t^N + O(t^(N + 1)), so the n-th derivative is n! c[n],
 * exact up to rounding: no step, no truncation. N = 2 is what Definitions 1 and 2 of arXiv 2405.13997
 * need; every function here is written for any N.
 *
 * The tables are by the names of gate.h and expert.h; a gate's function is its g. An expert or gate
 * without a row cannot be certified; everything else works without it.
 */
#ifndef MOE_JET_H
#define MOE_JET_H

#include "dd.h"

#define MOE_JET_ORDER 2

struct jet {
  struct dd c[MOE_JET_ORDER + 1];
};

typedef struct jet moe_jet_function(struct jet z);

moe_jet_function *moe_jet_gate_find(const char *name); /* NULL if there is no row */
moe_jet_function *moe_jet_expert_find(const char *name);

/* z + t as a jet. */
struct jet moe_jet_variable(struct dd z);
/* The n-th derivative, n <= MOE_JET_ORDER. */
struct dd moe_jet_derivative(const struct jet *f, unsigned n);

#endif
