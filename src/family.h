/*
 * family.h - families of functions of x, their rank and their linear relations.
 *
 * Identifiability of a mixture of experts is linear independence: of the partial derivatives of
 *
 *   F(x; beta1, beta0, a, b) = g(beta1.x + beta0) phi(a.x + b)
 *
 * at the atoms of the truth (arXiv 2405.13997, Definitions 1 and 2). Everything here is exact but
 * for rounding in double-double (dd.h): derivatives come from jets (jet.h), inner products from the
 * points and weights of a support. Which derivatives belong to which definition is said in
 * lua/moerates/certify.lua.
 *
 * The parameters of an atom are counted as beta1 (d numbers), beta0, a (d numbers), b; a partial
 * derivative is a list of 2 (d + 1) orders in that sequence, of total at most 2 in each form:
 *
 *   d^gamma F = x^(gamma_beta1 + gamma_a) g^(|gamma_gate|)(u) phi^(|gamma_expert|)(z)
 *
 * Where a gate is normalised, f_Gn - f_G = sum_i g(u_i) (phi(z_i) - f_G(x)) / sum_j g(u_j) exactly, so
 * phi is to be replaced by phi - f_G with f_G held fixed: `centred`.
 */
#ifndef MOE_FAMILY_H
#define MOE_FAMILY_H

#include "data.h"
#include "dd.h"

#define MOE_FAMILY_LIMIT 512 /* functions in a family */
#define MOE_DERIVATIVE_ROOM (2 * (MOE_CERTIFY_COVARIATES + 1))
#define MOE_CERTIFY_COVARIATES 8

/* A function of the family. */
struct moe_term {
  size_t atom;                              /* whose derivative, from 0 */
  unsigned char order[MOE_DERIVATIVE_ROOM]; /* the partial derivative */
  unsigned char
      power[MOE_DERIVATIVE_ROOM + 1]; /* stacked families only: a monomial in the atom's
                                                   parameters and, last, in g'(beta0) / g(beta0), which is
                                                   what a derivative of the gate costs at beta1 = 0 */
};

struct moe_family {
  struct moe_model model; /* its k atoms */
  const double *theta;    /* as in model.h */
  const struct moe_data *support;
  int centred; /* phi - f_G for phi, where the gate is normalised */
  int generic; /* phi and each of its derivatives are independent random numbers at every x: what is
                  dependent then is so for every expert */
  size_t
      stacked; /* n > 0: the atoms come in groups of n, and a term's atom is one of its group. Every
                     function is taken at each group in turn, times its monomial: rows are points x
                     groups, and a relation is one that holds at every group, with the same
                     coefficients. 0: one group of all atoms, no monomials */
};

/* Values: function j at row m is value[j * rows + m], times the root of the row's weight. */
struct moe_functions {
  size_t rows, count;
  struct dd *value;
};

/* Evaluates the family. MOE_EUSAGE: no jets for the gate or expert, d above MOE_CERTIFY_COVARIATES,
 * more than MOE_FAMILY_LIMIT functions or more functions than rows, forms beyond 300. moe_functions_free the result. */
enum moe_status moe_functions_make(const struct moe_family *family, const struct moe_term *term,
                                   size_t count, struct moe_functions *out,
                                   struct moe_error *e);
void moe_functions_free(struct moe_functions *f);

/* Singular values of the functions, each scaled to norm 1 (0 stays 0), in descending order, by
 * one-sided Jacobi rotations: their squares are the eigenvalues of the normalised Gram matrix. */
void moe_functions_singular(const struct moe_functions *f, double *singular);
/* Below this a singular value is 0: rounding leaves 1e-30, functions that differ 1e-20 and more. */
#define MOE_RANK_TOLERANCE 1e-24

/* What is found about a function, given those before it. */
enum moe_relation {
  MOE_INDEPENDENT,
  MOE_DEPENDENT, /* the combination of the independent ones before it in row j of coefficient */
  MOE_CONSEQUENCE /* dependent by a relation found before: multiplied by a monomial or differentiated
                     in a free parameter */
};
struct moe_relations {
  size_t count;
  enum moe_relation *state;
  struct dd *
      coefficient; /* count x count: function j = sum_i coefficient[j * count + i] function i */
};

/* Takes the functions in turn and subtracts what lies in the span of the independent ones before (Gram
 * and Schmidt, twice). `term` and `is_free` (2 (d + 1) flags: parameters that vary over the stacked
 * atoms) are for consequences; NULL: look for none. */
void moe_functions_relate(const struct moe_functions *f, const struct moe_term *term, size_t d,
                          const int *is_free, struct moe_relations *out);
void moe_relations_free(struct moe_relations *r);

/* A coefficient of a relation as a reader would write it: a small fraction times powers of symbols,
 * numbers such as the parameters of an atom. */
#define MOE_SYMBOL_ROOM 512 /* 16 atoms in 8 covariates of a mixture (mixture.h) */
struct moe_coefficient {
  double value;
  long numerator, denominator;        /* 0, 0: not recognised, only its value is known */
  signed char power[MOE_SYMBOL_ROOM]; /* of each symbol, from -2 to 2, at most three not 0 */
};
/* Looks for the fraction with the fewest powers, to 1e-18 relative, |numerator| <= 64, denominator
 * <= 24. Symbols that are 0 are not used. */
struct moe_coefficient moe_coefficient_find(const struct dd *symbol, size_t count, struct dd x);
/* The symbols: the 2 (d + 1) parameters of `atom`, then g'/g of each of the family's atoms whose gate
 * is flat. Of stacked families no powers are tried, since their functions have them already. */
struct moe_coefficient moe_coefficient_read(const struct moe_family *family, size_t atom,
                                            struct dd x);

#endif
