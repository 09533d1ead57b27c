/*
 * eval_fixture.h - what the tests of models and evaluators share: numbers, and f once more.
 *
 * f is written here a second time, in long double with the C library's functions and no table,
 * so that the engine's formulas are checked against something they were not copied from.
 */
#ifndef MOE_EVAL_FIXTURE_H
#define MOE_EVAL_FIXTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval.h"
#include "expert.h"
#include "gate.h"

/* Numbers in (-1, 1) from a linear congruence: the tests need variety, not randomness. */
static inline double fixture_number(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (double)(*state >> 11) * 0x1p-52 - 1;
}

static inline long double fixture_expert(const char *name, long double z) {
  if (!strcmp(name, "sine")) return sinl(z);
  if (!strcmp(name, "runge")) return 1 / (1 + z * z);
  if (!strcmp(name, "bump")) return expl(-z * z);
  if (!strcmp(name, "linear") || !strcmp(name, "input-independent")) return z;
  if (!strcmp(name, "polynomial-2")) return z * z;
  if (!strcmp(name, "polynomial-3")) return z * z * z;
  if (!strcmp(name, "relu")) return z > 0 ? z : 0;
  if (!strcmp(name, "minus-relu")) return z > 0 ? -z : 0;
  if (!strcmp(name, "gelu")) return z * 0.5L * erfcl(-z * 0.70710678118654752440084436L);
  if (!strcmp(name, "tanh")) return tanhl(z);
  if (!strcmp(name, "sigmoid")) return 1 / (1 + expl(-z));
  if (!strcmp(name, "silu")) return z / (1 + expl(-z));
  fail_msg("the fixture does not know the expert %s: add its formula here", name);
  return 0;
}

static inline void fixture_weights(const char *gate, size_t k, const long double *u,
                                   long double *w) {
  long double sum = 0;
  int softmax = !strcmp(gate, "softmax"), normalised = !strcmp(gate, "normalised-sigmoid");
  if (!softmax && !normalised && strcmp(gate, "sigmoid"))
    fail_msg("the fixture does not know the gate %s: add its formula here", gate);
  for (size_t i = 0; i < k; i++) sum += w[i] = softmax ? expl(u[i]) : 1 / (1 + expl(-u[i]));
  for (size_t i = 0; (softmax || normalised) && i < k; i++) w[i] /= sum;
}

static inline long double fixture_form(const long double *row, size_t d, const double *x) {
  long double sum = row[d];
  for (size_t s = 0; s < d; s++) sum += row[s] * x[s];
  return sum;
}

static inline long double fixture_value(const struct moe_model *m, const long double *theta,
                                        const double *x) {
  long double u[MOE_MAX_ATOMS], w[MOE_MAX_ATOMS], f = 0;
  size_t D = m->d + 1;
  for (size_t i = 0; i < m->k; i++) u[i] = fixture_form(theta + i * D, m->d, x);
  fixture_weights(m->gate->name, m->k, u, w);
  for (size_t i = 0; i < m->k; i++)
    f += w[i] * fixture_expert(m->expert->name, fixture_form(theta + (m->k + i) * D, m->d, x));
  return f;
}

/* First derivative by the five-point rule: truncation step^4 f'''''/30, rounding about
 * 1e-19 / step. */
static const long double fixture_step = 2e-3L;
static const long double fixture_offset[4] = {-2, -1, 1, 2};
static const long double fixture_factor[4] = {1 / 12.0L, -8 / 12.0L, 8 / 12.0L, -1 / 12.0L};

/* FNV-1a over the bytes of `count` numbers: for golden digests. */
static inline uint64_t fixture_digest(uint64_t digest, const double *x, size_t count) {
  const unsigned char *byte = (const unsigned char *)x;
  for (size_t i = 0; i < count * sizeof *x; i++) digest = (digest ^ byte[i]) * 1099511628211u;
  return digest;
}
#define FIXTURE_DIGEST_START 14695981039346656037u

/* A model, data and parameters of order 1. Every seventh weight is 0. */
struct fixture {
  struct moe_model model;
  struct moe_data *data;
  size_t p;
  double *theta, *step;
};

static inline struct fixture fixture_make(const char *gate, const char *expert, size_t d,
                                          size_t k, size_t n, uint64_t seed) {
  struct fixture f;
  struct moe_error e;
  assert_int_equal(moe_model_make(&f.model, gate, expert, d, k, &e), MOE_OK);
  f.data = moe_data_alloc(n, d);
  for (size_t i = 0; i < n; i++) {
    for (size_t s = 0; s <= d; s++) *moe_data_at(f.data, i, s) = fixture_number(&seed);
    *moe_data_at(f.data, i, d + 1) = i % 7 == 3 ? 0 : 1 + 0.5 * fixture_number(&seed);
  }
  moe_data_pad(f.data);
  f.p = moe_model_size(&f.model);
  f.theta = malloc(f.p * sizeof *f.theta);
  f.step = malloc(f.p * sizeof *f.step);
  for (size_t i = 0; i < f.p; i++) {
    f.theta[i] = 2 * fixture_number(&seed) / sqrt((double)d);
    f.step[i] = 0.1 * fixture_number(&seed);
  }
  return f;
}

static inline void fixture_free(struct fixture *f) {
  moe_data_free(f->data);
  free(f->theta);
  free(f->step);
}

#endif
