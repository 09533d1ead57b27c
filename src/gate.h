/*
 * gate.h - the gates, one table row each.
 *
 * Adding a gate is one row in gate.c, its vector form in tile_gates.h (without which it runs on
 * the slow plain evaluator) and its formula in the tests' eval_fixture.h; everything else finds
 * it by name.
 */
#ifndef MOE_GATE_H
#define MOE_GATE_H

#include <stddef.h>

struct moe_gate {
  const char *name;
  const char *latex; /* the weight w_i in terms of u_i */
  int id;            /* row number */
  int translation;   /* 1: adding the same affine form to every logit changes nothing */
  int normalised;    /* 1: the weights add up to one */
  /* Mass of an atom whose gate slope is 0: w_i = g(u_i), or g(u_i) / sum_j g(u_j) if normalised. */
  double (*g)(double u);
  /* Weights w (k) at the logits u (k). */
  void (*weights)(size_t k, const double *u, double *w);
  /* For f = sum_j w_j(u) h_j: w (k); dw[j*k+i] = d w_j / d u_i; d2f[i*k+j] = d2 f / du_i du_j. */
  void (*derive)(size_t k, const double *u, const double *h, double *w, double *dw,
                 double *d2f);
};

const struct moe_gate *moe_gate_find(const char *name); /* NULL if unknown */
const struct moe_gate *moe_gate_row_at(size_t i);       /* NULL past the end: for listings */

#endif
