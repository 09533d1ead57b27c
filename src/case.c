/*
 * case.c - what a case means: its key, its random streams, its cost.
 *
 * Two hashes with two purposes. The *key* names the file: it covers everything that can change
 * a number in it, the versions of the layers included. The *data key* seeds the data: it covers
 * only where the data come from, so that every gate and estimator sees the same samples.
 */
#include "cell.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "canon.h"
#include "expert.h"
#include "gate.h"

void moe_case_free(struct moe_case *c) {
  moe_free(c->description);
  moe_free(c->data_axes);
  moe_free(c->experiment);
  moe_free(c->truth_theta);
  moe_free(c->path_index);
  moe_free(c->path_theta);
  moe_source_free(&c->source);
  memset(c, 0, sizeof *c);
}

/* Whether the n observations are rows of their own, not counts on support points. */
static int draws_rows(const struct moe_case *c) {
  return c->design.kind != MOE_TELESCOPE || c->design.raw;
}

static enum moe_status check_n(const struct moe_case *c, struct moe_error *e) {
  if (c->estimator == MOE_PATH) return MOE_OK;
  if (c->estimator == MOE_CROSS_VALIDATION) {
    if (c->n >= 2 * (double)c->folds && c->n <= 0x1p31 && c->n == floor(c->n)) return MOE_OK;
    return moe_fail(
        e, MOE_EUSAGE,
        "n: expected an integer from 2 folds = %zu to 2^31 rows of the table, got %g",
        2 * c->folds, c->n);
  }
  if (isinf(c->n) && c->n > 0) {
    if (c->truth.gaussian)
      return moe_fail(e, MOE_EUSAGE, "n: a Gaussian mixture has no noiseless population");
    if (!draws_rows(c)) return MOE_OK;
    return moe_fail(e, MOE_EUSAGE, "n: inf (the population) needs a telescope design");
  }
  if (!(c->n >= 1 && c->n <= 1e14 && c->n == floor(c->n)))
    return moe_fail(e, MOE_EUSAGE, "n: expected an integer from 1 to 1e14, or inf, got %g",
                    c->n);
  if (draws_rows(c) && c->n > 0x1p31)
    return moe_fail(e, MOE_EUSAGE, "n: %g raw samples are too many: use a telescope design",
                    c->n);
  if (c->design.balanced && c->n < (double)c->design.points)
    return moe_fail(e, MOE_EUSAGE, "n: a balanced telescope needs n >= points (%zu), got %g",
                    c->design.points, c->n);
  return MOE_OK;
}

static enum moe_status check_estimator(const struct moe_case *c, struct moe_error *e) {
  if (c->estimator == MOE_EM && !draws_rows(c))
    return moe_fail(e, MOE_EUSAGE, "estimator: em needs raw samples");
  if (c->estimator == MOE_SGD) {
    if (moe_model_routed(&c->fit))
      return moe_fail(
          e, MOE_EUSAGE,
          "estimator: sgd is there for gates whose logits are linear, without shared "
          "atoms: take lse");
    if (!draws_rows(c))
      return moe_fail(e, MOE_EUSAGE,
                      "estimator: sgd needs raw samples: design uniform or normal");
    if ((double)c->sgd.batch > c->n)
      return moe_fail(e, MOE_EUSAGE, "estimator.batch: %zu is more than n = %g", c->sgd.batch,
                      c->n);
  }
  int likelihood = c->estimator == MOE_MLE || c->estimator == MOE_EM;
  if (c->truth.gaussian != likelihood && c->estimator != MOE_PATH)
    return moe_fail(e, MOE_EUSAGE,
                    "estimator: mle and em go with a truth whose atoms have variances, and "
                    "nothing else does");
  int near = c->estimator == MOE_SGD || c->estimator == MOE_EM || c->near_starts;
  if (near && moe_curve_find(c->truth.expert->name))
    return moe_fail(e, MOE_EUSAGE, "truth: '%s' is a curve and has no atoms to start near",
                    c->truth.expert->name);
  if (near && c->fit.k < c->truth.k)
    return moe_fail(e, MOE_EUSAGE, "fit.k: starting near the truth needs k >= %zu, got %zu",
                    c->truth.k, c->fit.k);
  return MOE_OK;
}

enum moe_status moe_case_check(const struct moe_case *c, struct moe_error *e) {
  enum moe_status status = check_n(c, e);
  if (!status) status = check_estimator(c, e);
  if (!status && c->estimator == MOE_PATH && c->block != 1)
    status = moe_fail(e, MOE_EUSAGE, "block: a path has one block, got %zu", c->block);
  if (!status && isinf(c->n) && (c->block != 1 || c->replicates != 1))
    status = moe_fail(e, MOE_EUSAGE, "replicates: the population has one");
  return status;
}

void moe_case_versions(const struct moe_case *c, char text[96]) {
  switch (c->estimator) {
  case MOE_LSE:
    snprintf(text, 96, "data=%d objective=%d search=%d", MOE_VERSION_DATA,
             MOE_VERSION_OBJECTIVE, MOE_VERSION_SEARCH);
    break;
  case MOE_SGD:
    snprintf(text, 96, "data=%d objective=%d sgd=%d", MOE_VERSION_DATA, MOE_VERSION_OBJECTIVE,
             MOE_VERSION_SGD);
    break;
  case MOE_MLE:
    snprintf(text, 96, "data=%d likelihood=%d search=%d", MOE_VERSION_DATA,
             MOE_VERSION_LIKELIHOOD, MOE_VERSION_SEARCH);
    break;
  case MOE_EM:
    snprintf(text, 96, "data=%d likelihood=%d em=%d", MOE_VERSION_DATA, MOE_VERSION_LIKELIHOOD,
             MOE_VERSION_EM);
    break;
  case MOE_PATH:
    snprintf(text, 96, "objective=%d", MOE_VERSION_OBJECTIVE);
    break;
  case MOE_CROSS_VALIDATION:
    snprintf(text, 96, "data=%d objective=%d search=%d regress=%d", MOE_VERSION_DATA,
             MOE_VERSION_OBJECTIVE, MOE_VERSION_SEARCH, MOE_VERSION_REGRESS);
    break;
  }
}

void moe_cell_key(const char *description, const char *versions, char key[33]) {
  struct moe_text t = {0};
  char hex[65];
  moe_text_printf(&t, "%s\n%s", description, versions);
  moe_sha256_hex(t.text, t.length, hex);
  moe_free(t.text);
  memcpy(key, hex, 32);
  key[32] = '\0';
}

void moe_case_key(const struct moe_case *c, char key[33]) {
  char versions[96];
  moe_case_versions(c, versions);
  moe_cell_key(c->description, versions, key);
}

static uint64_t axes_hash(const struct moe_case *c, const char *what, size_t r) {
  struct moe_text t = {0};
  moe_text_printf(&t, "%s#%s%zu", c->data_axes, what, r);
  uint64_t key = moe_key_hash(t.text);
  moe_free(t.text);
  return key;
}

uint64_t moe_case_data_key(const struct moe_case *c, size_t r) {
  return axes_hash(c, "", r);
}

/* The number of starts is left out: a search with more starts begins with the same ones. */
uint64_t moe_case_start_key(const struct moe_case *c, const char *what, size_t r) {
  const struct moe_model *fit = &c->fit;
  char axes[256], router[128] = "";
  if (moe_model_routed(fit))
    snprintf(router, sizeof router, "%zu,%s,%s,%d,%d,%d,%zu,", fit->shared,
             fit->shared ? fit->shared_expert->name : "",
             fit->activation ? fit->activation->name : "", fit->outside, fit->tempered,
             fit->euclidean, fit->top);
  snprintf(axes, sizeof axes, "%s,%s,%zu,%s%s#", fit->gate->name, fit->expert->name, fit->k,
           router, what);
  return axes_hash(c, axes, r);
}

enum moe_status moe_case_split(const struct moe_case *c, struct moe_sample *sample,
                               size_t replicate, struct moe_error *e) {
  size_t repetition = (replicate - 1) / c->folds, fold = (replicate - 1) % c->folds;
  return moe_sample_split(sample, (size_t)c->n, c->folds, fold,
                          moe_case_data_key(c, repetition + 1), e);
}

/* Intervals of y at a support point of a Gaussian mixture, as many as two atoms a few standard
 * deviations wide. */
#define BINS_GUESS 60

double moe_case_rows(const struct moe_case *c) {
  if (c->estimator == MOE_PATH) return c->design.points ? (double)c->design.points : 1024;
  if (c->estimator == MOE_CROSS_VALIDATION) return c->n;
  double points = (double)c->design.points;
  return draws_rows(c) ? c->n : c->truth.gaussian ? fmin(c->n, BINS_GUESS * points) : points;
}

/* Nanoseconds per row: exp and divisions per atom, then K(K+1)/2 * D(D+1)/2 products for a
 * Hessian, or K D for a gradient. Measured constants, good to a factor of two. */
double moe_case_cost(const struct moe_case *c) {
  double forms = 2.0 * (double)c->fit.k, width = (double)c->fit.d + 1;
  double gradient = 3 * forms + .5 * forms * width;
  double hessian = gradient + .2 * forms * (forms + 1) / 2 * width * (width + 1) / 2;
  double rows = moe_case_rows(c), replicates = (double)c->replicates;
  double starts = (double)(c->starts + c->near_starts + c->larger_starts);
  switch (c->estimator) {
  case MOE_PATH:
    return 1e-9 * gradient * rows * (double)c->path_count;
  case MOE_SGD:
    return 1e-9 * gradient * rows * replicates * (double)c->sgd.epochs;
  case MOE_CROSS_VALIDATION: /* two rounds of starts, which see at most 4096 rows */
    return 1e-9 * fmin(rows, 4096) * replicates * 2 * starts * 60 * hessian +
           1e-9 * rows * replicates * 1000 * hessian;
  case MOE_EM: /* some tens of iterations of about ten passes each */
    return 1e-9 * rows * replicates * (double)c->starts * 300 * gradient;
  case MOE_LSE:
  case MOE_MLE:
    break;
  }
  int dense = moe_model_size(&c->fit) <= MOE_DENSE_LIMIT;
  return 1e-9 * rows * replicates * starts * (dense ? 60 * hessian : 800 * gradient);
}
