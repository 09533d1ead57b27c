/*
 * eval.c - chooses an evaluator and calls it.
 */
#include "eval_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct moe_eval *moe_eval_alloc(const struct moe_model *model, const struct moe_data *data,
                                enum moe_evaluator which) {
  struct moe_eval *ev = moe_alloc(1, sizeof *ev);
  (void)which;
  ev->model = *model;
  ev->data = data;
  ev->ops = &moe_plain_ops;
  snprintf(ev->name, sizeof ev->name, "%s", ev->ops->name);
  ev->scratch = ev->ops->scratch_alloc(ev);
  return ev;
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

void moe_eval_values(struct moe_eval *ev, const double *theta, double *f) {
  ev->ops->values(ev, theta, f);
}

double moe_eval_correction(struct moe_eval *ev, const double *theta, const double *step,
                           double *jtc) {
  return ev->ops->correction(ev, theta, step, jtc);
}

/* The levels this CPU can run, best first; the last one runs everywhere. */
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

const char *moe_isa(void) {
  static const char *const levels[] = {"avx512", "avx2", "portable"};
  const char *wanted = getenv("MOERATES_ISA");
  for (size_t i = 0; wanted && i < 3; i++)
    if (!strcmp(wanted, levels[i]) && isa_runs(wanted)) return levels[i];
  for (size_t i = 0; i < 2; i++)
    if (isa_runs(levels[i])) return levels[i];
  return levels[2];
}

enum moe_status moe_isa_check(struct moe_error *e) {
  const char *wanted = getenv("MOERATES_ISA");
  if (!wanted || isa_runs(wanted)) return MOE_OK;
  if (strcmp(wanted, "avx512") && strcmp(wanted, "avx2"))
    return moe_fail(e, MOE_EUSAGE, "MOERATES_ISA=%.40s: unknown; use avx512, avx2 or portable",
                    wanted);
  return moe_fail(e, MOE_EUSAGE, "MOERATES_ISA=%s: this CPU cannot run it; the best here is %s",
                  wanted, moe_isa());
}
