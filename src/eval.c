/*
 * eval.c - chooses an evaluator and calls it.
 */
#include "eval_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Sums of the curvature (K (K + 1) / 2 times D (D + 1) / 2) from which the matrix product is
 * BLIS's: below it our own is as fast, and its bits do not depend on which kernel BLIS picks.
 * Above, the sums (256 KB) outgrow a core's cache and BLIS's larger blocks pay. Part of what the
 * bits of a cell depend on: not to be tuned per machine. */
#define BLIS_SUMS 32768

/* The ISA levels, best first. */
static const struct moe_evaluator_ops *const tile_levels[] = {
#if defined(__x86_64__)
    &moe_tile_ops_avx512,
    &moe_tile_ops_avx2,
#endif
    &moe_tile_ops_portable,
    NULL,
};

static const char *isa_name(const struct moe_evaluator_ops *ops) {
  return ops->name + sizeof "tile:" - 1;
}

static int isa_runs(const char *isa) {
#if defined(__x86_64__)
  if (!strcmp(isa, "avx512"))
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
  if (!strcmp(isa, "avx2"))
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return !strcmp(isa, "portable");
}

/* The level to use: the one MOERATES_ISA names if it runs here, else the best that does. */
static const struct moe_evaluator_ops *isa_ops(void) {
  const struct moe_evaluator_ops *best = &moe_tile_ops_portable;
  const char *wanted = getenv("MOERATES_ISA");
  for (size_t i = 0; tile_levels[i]; i++) {
    if (!isa_runs(isa_name(tile_levels[i]))) continue;
    if (best == &moe_tile_ops_portable) best = tile_levels[i];
    if (wanted && !strcmp(wanted, isa_name(tile_levels[i]))) return tile_levels[i];
  }
  return best;
}

const char *moe_isa(void) {
  return isa_name(isa_ops());
}

const char *moe_isa_at(size_t i) {
  for (size_t level = 0; tile_levels[level]; level++)
    if (isa_runs(isa_name(tile_levels[level])) && i-- == 0) return isa_name(tile_levels[level]);
  return NULL;
}

enum moe_status moe_isa_check(struct moe_error *e) {
  const char *wanted = getenv("MOERATES_ISA");
  if (!wanted || isa_runs(wanted)) return MOE_OK;
  for (size_t i = 0; tile_levels[i]; i++)
    if (!strcmp(wanted, isa_name(tile_levels[i])))
      return moe_fail(e, MOE_EUSAGE,
                      "MOERATES_ISA=%s: this CPU cannot run it; the best here is %s", wanted,
                      moe_isa());
  return moe_fail(e, MOE_EUSAGE, "MOERATES_ISA=%.40s: unknown; use avx512, avx2 or portable",
                  wanted);
}

static int blis_pays(const struct moe_model *m) {
  size_t K = moe_model_forms(m), D = m->d + 1;
  return K * (K + 1) / 2 * (D * (D + 1) / 2) >= BLIS_SUMS;
}

static struct moe_eval *eval_make(const struct moe_model *model, const struct moe_data *data,
                                  enum moe_evaluator which,
                                  const struct moe_evaluator_ops *level) {
  struct moe_eval *ev = moe_alloc(1, sizeof *ev);
  ev->model = *model;
  ev->data = data;
  ev->pinned = MOE_MAX_ATOMS;
  ev->ops = which == MOE_PLAIN ? &moe_plain_ops : level;
  ev->blis = which == MOE_BLIS || (which == MOE_AUTO && blis_pays(model));
  ev->scratch = ev->ops->scratch_alloc(ev);
  if (!ev->scratch) { /* a gate or an expert without a vector form */
    ev->ops = &moe_plain_ops;
    ev->blis = 0;
    ev->scratch = ev->ops->scratch_alloc(ev);
  }
  if (ev->blis)
    snprintf(ev->name, sizeof ev->name, "blis:%s", moe_blis_kernel());
  else
    snprintf(ev->name, sizeof ev->name, "%s", ev->ops->name);
  return ev;
}

struct moe_eval *moe_eval_alloc(const struct moe_model *model, const struct moe_data *data,
                                enum moe_evaluator which) {
  return eval_make(model, data, which, isa_ops());
}

struct moe_eval *moe_eval_alloc_isa(const struct moe_model *model, const struct moe_data *data,
                                    enum moe_evaluator which, const char *isa) {
  for (size_t i = 0; tile_levels[i]; i++)
    if (!strcmp(isa, isa_name(tile_levels[i])) && isa_runs(isa))
      return eval_make(model, data, which, tile_levels[i]);
  return NULL;
}

void moe_eval_free(struct moe_eval *ev) {
  if (!ev) return;
  moe_free(ev->scratch);
  moe_free(ev);
}

const struct moe_model *moe_eval_model(const struct moe_eval *ev) {
  return &ev->model;
}
const struct moe_data *moe_eval_data(const struct moe_eval *ev) {
  return ev->data;
}
const char *moe_eval_name(const struct moe_eval *ev) {
  return ev->name;
}

double moe_eval_at(struct moe_eval *ev, const double *theta, enum moe_level level,
                   double *gradient, double *curvature) {
  return ev->ops->at(ev, theta, level, gradient, curvature);
}

void moe_eval_pin(struct moe_eval *ev, size_t atom) {
  ev->pinned = atom < ev->model.k ? atom : MOE_MAX_ATOMS;
  ev->ops->pin(ev);
}

void moe_eval_values(struct moe_eval *ev, const double *theta, double *f) {
  ev->ops->values(ev, theta, f);
}

double moe_eval_correction(struct moe_eval *ev, const double *theta, const double *step,
                           double *jtc) {
  return ev->ops->correction(ev, theta, step, jtc);
}

void moe_eval_slopes(struct moe_eval *ev, const double *theta, size_t tile, double *f,
                     double *g) {
  ev->ops->slopes(ev, theta, tile, f, g);
}
