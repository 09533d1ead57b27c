/*
 * model.h - mixtures of experts f(x) = sum_i w_i(x) phi(a_i.x + b_i), w = gate(beta1_i.x + beta0_i).
 *
 * The parameters enter only through K = 2k linear forms of x~ = (x, 1): the k gate logits
 * u_i = beta1_i.x + beta0_i, then the k expert pre-activations z_i = a_i.x + b_i. So
 *
 *   theta = K rows of D = d + 1 numbers:  row i     = (beta1_i, beta0_i)   i < k
 *                                         row k + i = (a_i, b_i)
 *
 * p = K D. Scalars outside x~ follow the K rows: a Gaussian mixture has the k numbers log nu_i,
 *
 *   p(y | x) = sum_i w_i(x) N(y; phi(a_i.x + b_i), nu_i),                p = K D + k.
 *
 * Softmax keeps all k logits; its translation is fixed by pinning one row through the box.
 *
 * Between the forms and the gate may stand a router (route.c): an activation and a temperature,
 *
 *   logit_i = act(beta1_i.x + beta0_i) / tau  or  (act(beta1_i.x) + beta0_i) / tau,
 *
 * with log tau the first number after the rows, before variances (arXiv 2401.13875), or the Euclidean score
 * -||x - c_i||^2 / tau + c0_i, whose square is multiplied out: beta1_i = 2 c_i / tau (arXiv
 * 2602.01466). `top` keeps the largest logits of a row alone and makes their weights add up to one.
 *
 * The first `shared` atoms may be shared ones: half of the weight is theirs, whatever x is, by a
 * softmax of their intercepts (their beta1 are pinned at 0 by the box); the gate distributes the other
 * half over the routed atoms that follow, which may have experts of another kind (arXiv 2505.10860):
 *
 *   p(y | x) = 1/2 sum_i omega_i N(y; h1(x, kappa_i), tau_i) + 1/2 sum_i w_i(x) N(y; h2(x, eta_i), nu_i)
 */
#ifndef MOE_MODEL_H
#define MOE_MODEL_H

#include "moe.h"
#include "vmath.h"

#define MOE_MAX_ATOMS 32

struct moe_gate; /* one table row each: gate.h, expert.h */
struct moe_expert;

struct moe_model {
  const struct moe_gate *gate;
  const struct moe_expert *expert;
  size_t d;     /* covariates */
  size_t k;     /* atoms */
  int anchored; /* 1: the gate row of one atom is 0 (pinned by the box) although the gate has no
                   translation to fix: as many parameters as a gate that has; else 0 */
  int gaussian; /* 1: the atoms are normal densities of y, each with its variance; 0: f alone */
  /* The router: all 0 for logits that are the forms. */
  const struct moe_expert *activation;    /* of the logits of routed atoms; NULL: none */
  int outside;                            /* 1: intercepts are added after the activation */
  int tempered;                           /* 1: a temperature: log tau follows the rows */
  int euclidean;                          /* 1: |x|^2 / tau is subtracted from every logit */
  size_t top;                             /* routed atoms that keep a weight; 0: all */
  size_t shared;                          /* the first so many atoms are shared; 0: none */
  const struct moe_expert *shared_expert; /* of those; NULL if there are none */
};

/* Looks the names up; MOE_EUSAGE names the nearest known one. 1 <= d, 1 <= k <= MOE_MAX_ATOMS. */
enum moe_status moe_model_make(struct moe_model *m, const char *gate, const char *expert,
                               size_t d, size_t k, struct moe_error *e);

/* The same for a truth, whose expert may also be a curve (expert.h). */
enum moe_status moe_truth_make(struct moe_model *m, const char *gate, const char *expert,
                               size_t d, size_t k, struct moe_error *e);

/* Makes a Gaussian mixture of it. MOE_EUSAGE for a gate whose weights do not add up to one: p would
 * be no density. */
enum moe_status moe_model_make_gaussian(struct moe_model *m, struct moe_error *e);

/* What the fields of the router must satisfy together; called once they are set. MOE_EUSAGE. */
enum moe_status moe_model_check_router(const struct moe_model *m, struct moe_error *e);

/* 1: adding the same affine form to the gate rows of all routed atoms changes nothing; with intercepts
 * outside an activation, the same constant to their intercepts. */
int moe_model_translates(const struct moe_model *m);

/* 1: the box pins the gate row of one routed atom (of those intercepts, the one). */
int moe_model_pins(const struct moe_model *m);

static inline size_t moe_model_forms(const struct moe_model *m) {
  return 2 * m->k;
}
static inline size_t moe_model_variances(const struct moe_model *m) {
  return m->gaussian ? m->k : 0;
}
static inline size_t moe_model_scalars(const struct moe_model *m) {
  return moe_model_variances(m) + (m->tempered ? 1 : 0);
}
static inline size_t moe_model_size(const struct moe_model *m) {
  return 2 * m->k * (m->d + 1) + moe_model_scalars(m);
}
/* 1: weights are not the gate's of the forms: there is a router, a selection or a shared atom. */
static inline int moe_model_routed(const struct moe_model *m) {
  return m->activation || m->tempered || m->euclidean || m->top || m->shared;
}
/* 1: the weights of a group of atoms (the shared ones, the routed ones) have a fixed sum. */
int moe_model_normalised(const struct moe_model *m);
/* The expert of atom i. */
static inline const struct moe_expert *moe_model_expert(const struct moe_model *m, size_t i) {
  return i < m->shared ? m->shared_expert : m->expert;
}
/* The regression function of a Gaussian mixture; other models as they are. Its theta is the first
 * part of the mixture's. */
static inline struct moe_model moe_model_mean(const struct moe_model *m) {
  struct moe_model mean = *m;
  mean.gaussian = 0;
  return mean;
}
/* The k numbers log nu_i of a Gaussian mixture. */
static inline const double *moe_log_variances(const struct moe_model *m, const double *theta) {
  return theta + 2 * m->k * (m->d + 1) + (m->tempered ? 1 : 0);
}
/* log tau; 0 of a model that is not tempered. */
static inline double moe_log_temperature(const struct moe_model *m, const double *theta) {
  return m->tempered ? theta[2 * m->k * (m->d + 1)] : 0;
}
/* Row i of theta: the gate of atom i is row i, its expert row k + i; D numbers, intercept last. */
static inline const double *moe_gate_row(const struct moe_model *m, const double *theta,
                                         size_t i) {
  return theta + i * (m->d + 1);
}
static inline const double *moe_expert_row(const struct moe_model *m, const double *theta,
                                           size_t i) {
  return theta + (m->k + i) * (m->d + 1);
}

/* At one point x (d numbers), with vmath.h arithmetic: gate weights w (k numbers), f(x), and the
 * value h_i of every expert (may be NULL). */
double moe_model_value(const struct moe_model *m, const double *theta, const double *x,
                       double *w, double *h);
/* The forms at x, d numbers, to logits and pre-activations: what a router does (in place, 2k numbers). */
void moe_model_route(const struct moe_model *m, const double *theta, const double *x,
                     double *form);
/* The same as moe_model_value from logits and pre-activations. */
double moe_model_mix(const struct moe_model *m, const double *form, double *w, double *h);

/* log p(y | x) of a Gaussian mixture from its weights (which are read), experts h and log variances
 * (k numbers each); e_i = N_i / p, whose weighted sum is 1. bin > 0: N_i and p are probabilities of
 * the interval of that width around y. An atom of a weight below MOE_LEAST_WEIGHT does not count: e_i =
 * 0. */
#define MOE_LEAST_WEIGHT 1e-290
double moe_model_density(size_t k, const double *w, const double *h, const double *log_variance,
                         double y, double bin, double *e);
/* log N and the derivatives of N over N, in the mean and the log variance, as moe_normal_mass has them
 * for an interval. */
struct moe_normal_mass moe_model_term(double gap, double bin, double log_variance);

/* phi(z) and its first two derivatives (each may be NULL), with vmath.h arithmetic. */
double moe_expert_value(const struct moe_expert *e, double z, double *d1, double *d2);

#endif
