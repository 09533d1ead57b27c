/*
 * bench_variant.c - the table of variants; those that are evaluators of eval.h are here.
 */
#include "bench.h"
#include "gate.h"

#include <string.h>

size_t moe_bench_pinned(const struct moe_model *model) {
  return model->gate->translation ? model->k - 1 : model->k;
}

size_t moe_bench_forms(const struct moe_model *model, size_t *forms) {
  size_t count = 0, pinned = moe_bench_pinned(model);
  for (size_t a = 0; a < moe_model_forms(model); a++)
    if (a >= model->k || a != pinned) forms[count++] = a;
  return count;
}

void moe_bench_spread(const struct moe_model *model, const double *some_gradient,
                      const double *lower, double *gradient, double *curvature) {
  size_t forms[2 * MOE_MAX_ATOMS], count = moe_bench_forms(model, forms), D = model->d + 1;
  size_t p = moe_model_size(model), some = count * D;
  memset(gradient, 0, p * sizeof *gradient);
  if (lower) memset(curvature, 0, p * p * sizeof *curvature);
  for (size_t i = 0; i < some; i++) {
    size_t row = forms[i / D] * D + i % D;
    gradient[row] = some_gradient[i];
    for (size_t j = 0; lower && j <= i; j++) {
      size_t column = forms[j / D] * D + j % D;
      curvature[row * p + column] = curvature[column * p + row] = lower[i * some + j];
    }
  }
}

static struct moe_eval *pinned(struct moe_eval *ev) {
  moe_eval_pin(ev, moe_bench_pinned(moe_eval_model(ev)));
  return ev;
}

static void *plain_setup(const struct moe_model *model, const struct moe_data *data,
                         const char *isa) {
  (void)isa;
  return pinned(moe_eval_alloc(model, data, MOE_PLAIN));
}

static void *blis_setup(const struct moe_model *model, const struct moe_data *data,
                        const char *isa) {
  return pinned(moe_eval_alloc_isa(model, data, MOE_BLIS, isa));
}

static void *tile_setup(const struct moe_model *model, const struct moe_data *data,
                        const char *isa) {
  return pinned(moe_eval_alloc_isa(model, data, MOE_TILED, isa));
}

static double evaluator_run(void *state, const double *theta, enum moe_level level,
                            double *gradient, double *curvature) {
  return moe_eval_at(state, theta, level, gradient, curvature);
}

static void evaluator_done(void *state) {
  moe_eval_free(state);
}

static const struct moe_bench_variant plain = {
    "plain", MOE_OBJECTIVE, MOE_HESSIAN,   MOE_ISA_NONE,
    1,       plain_setup,   evaluator_run, evaluator_done};
/* Below the curvatures the evaluator "blis" is "tile". */
static const struct moe_bench_variant blis = {
    "blis", MOE_GAUSS_NEWTON, MOE_HESSIAN,   MOE_ISA_BEST,
    1,      blis_setup,       evaluator_run, evaluator_done};
static const struct moe_bench_variant tile = {
    "tile", MOE_OBJECTIVE, MOE_HESSIAN,   MOE_ISA_EACH,
    1,      tile_setup,    evaluator_run, evaluator_done};

enum { VARIANTS = 5 };
static const struct moe_bench_variant *const variants[VARIANTS] = {
    &plain, &moe_bench_gsl, &moe_bench_dsyrk, &blis, &tile};

const struct moe_bench_variant *moe_bench_variant_at(size_t i) {
  return i < VARIANTS ? variants[i] : NULL;
}

const struct moe_bench_variant *moe_bench_variant_find(const char *name) {
  for (size_t i = 0; i < VARIANTS; i++)
    if (!strcmp(variants[i]->name, name)) return variants[i];
  return NULL;
}

static const char *const level_names[] = {"objective", "gradient", "gauss-newton", "hessian"};

const char *moe_level_name(enum moe_level level) {
  return level_names[level];
}

int moe_level_find(const char *name, enum moe_level *level) {
  for (int i = 0; i <= MOE_HESSIAN; i++)
    if (!strcmp(level_names[i], name)) {
      *level = (enum moe_level)i;
      return 1;
    }
  return 0;
}
