/*
 * bench_limit.c - the least time a row can take, from what the machine can do.
 *
 * Operations of one row, with K forms of D = d + 1 numbers, c of them logits, that have
 * derivatives: c = k and K = 2k, but one less where a translation is fixed (moe_bench_pinned);
 * P = K (K + 1) / 2 pairs of forms and X = D (D + 1) / 2 products of covariates. A fused
 * multiply-add counts as two:
 *
 *   objective     2 K d            forms (the intercept starts the sum; a fixed one is 0)
 *                 + 2k + 4         f, residual and w r^2
 *                 + gate           4k if normalised (largest, difference, sum, scale), 3k more
 *                                  if by sigmoids; else 0
 *   gradient      + 2c + k         slopes: 2 for each logit, 1 for each expert; of the normalised
 *                                  sigmoid c more
 *                 + K + 2 K d + K  the sums of w r g (x) x~
 *   gauss-newton  + K + P          C = w g g'
 *                 + 2 P X - P      the products; x~_d^2 = 1 is only added
 *   hessian       + 3 c (c + 1) + 4 c k + 3k   f'' of a normalised gate, whose atoms mix, and
 *                                              3k more if by sigmoids
 *              or + 10 k                       of a gate whose atoms do not
 *
 * The products x~ x~' do not depend on theta and are not counted. Elementary functions are: k for
 * the gate (exp for softmax, else a pair of sigmoids; both of the normalised sigmoid) and k for the expert if it has one; an
 * expert that is not listed counts as free, which only makes the bound lower.
 */
#include "bench_peak.h"
#include "expert.h"
#include "gate.h"

#include <math.h>
#include <string.h>

/* Many short timings: one of them falls between the time slices of other programs. */
enum { TRIES = 25, SHORTER = 5, NUMBERS = 1024 };

static const struct {
  const char *expert;
  enum moe_primitive primitive;
} expert_primitives[] = {{"gelu", MOE_PRIMITIVE_NORMAL},
                         {"tanh", MOE_PRIMITIVE_TANH},
                         {"sigmoid", MOE_PRIMITIVE_SIGMOID},
                         {"silu", MOE_PRIMITIVE_SIGMOID}};

struct moe_bench_work moe_bench_work(const struct moe_model *model, enum moe_level level) {
  struct moe_bench_work work = {.bytes = (double)(model->d + 2) * sizeof(double)};
  int normalised = model->gate->normalised, softmax = model->gate->translation;
  int both = normalised && !softmax;
  double k = (double)model->k, d = (double)model->d, D = d + 1;
  double c = moe_bench_pinned(model) < model->k ? k - 1 : k, K = c + k;
  double P = K * (K + 1) / 2, X = D * (D + 1) / 2;
  work.flops = 2 * K * d + 2 * k + 4 + (normalised ? 4 * k : 0) + (both ? 3 * k : 0);
  if (level >= MOE_GRADIENT) work.flops += 2 * c + k + 2 * K * D + (both ? c : 0);
  if (level >= MOE_GAUSS_NEWTON) work.flops += K + P + 2 * P * X - P;
  if (level >= MOE_HESSIAN)
    work.flops +=
        (normalised ? 3 * c * (c + 1) + 4 * c * k + 3 * k : 10 * k) + (both ? 3 * k : 0);
  if (normalised) work.primitives[MOE_PRIMITIVE_EXP] += k;
  if (!softmax) work.primitives[MOE_PRIMITIVE_SIGMOID] += k;
  for (size_t i = 0; i < sizeof expert_primitives / sizeof *expert_primitives; i++)
    if (!strcmp(expert_primitives[i].expert, model->expert->name))
      work.primitives[expert_primitives[i].primitive] += k;
  return work;
}

double moe_bench_bound(const struct moe_bench_work *work, const struct moe_bench_limits *limits,
                       int from_memory, int *by_memory) {
  double arithmetic = work->flops / limits->gflops, memory = work->bytes / limits->read;
  for (size_t i = 0; i < MOE_PRIMITIVES; i++)
    arithmetic += work->primitives[i] * limits->primitives[i];
  *by_memory = from_memory && memory > arithmetic;
  return *by_memory ? memory : arithmetic;
}

/* ------------------------------------------------------------------------------ measuring */

static const struct moe_peak *peak_find(const char *isa) {
#if defined(__x86_64__)
  if (!strcmp(isa, moe_peak_avx512.isa)) return &moe_peak_avx512;
  if (!strcmp(isa, moe_peak_avx2.isa)) return &moe_peak_avx2;
#endif
  (void)isa;
  return &moe_peak_portable;
}

/* What the threads do, and on what: each has arrays of its own. */
struct loop {
  struct moe_team *team;
  const struct moe_peak *peak;
  size_t threads, repetitions;
  enum { FMA, READ, COPY, TRIAD, PRIMITIVE } kind;
  enum moe_primitive primitive;
  size_t numbers;    /* in an array of a thread */
  double **array[3]; /* array[j][thread] */
  double *sink;      /* results of no interest */
};

static void loop_alloc(void *arg, size_t i) {
  struct loop *loop = arg;
  for (size_t j = 0; j < 3; j++) {
    loop->array[j][i] = moe_alloc(loop->numbers, sizeof(double));
    for (size_t m = 0; m < loop->numbers; m++)
      loop->array[j][i][m] = 0.01 * (double)(m % NUMBERS) - 5;
  }
}

static void loop_run(void *arg, size_t i) {
  const struct loop *loop = arg;
  const struct moe_peak *peak = loop->peak;
  double *a = loop->array[0][i], *b = loop->array[1][i], *c = loop->array[2][i];
  if (loop->kind == FMA) loop->sink[8 * i] += peak->multiply_add(loop->repetitions);
  for (size_t r = 0; loop->kind != FMA && r < loop->repetitions; r++) {
    if (loop->kind == READ) loop->sink[8 * i] += peak->read(loop->numbers, a);
    if (loop->kind == COPY) peak->copy(loop->numbers, a, b);
    if (loop->kind == TRIAD) peak->triad(loop->numbers, a, b, c);
    if (loop->kind == PRIMITIVE) peak->primitive[loop->primitive](NUMBERS, a, b);
  }
}

static double loop_timed(void *arg, size_t repetitions) {
  struct loop *loop = arg;
  loop->repetitions = repetitions;
  return moe_team_run(loop->team, loop->threads, loop_run, loop);
}

/* Seconds of one repetition: the least of the timings. */
static double loop_seconds(struct loop *loop, double seconds) {
  size_t repetitions = moe_bench_calibrate(loop_timed, loop, seconds / SHORTER);
  double best = INFINITY;
  for (int i = 0; i < TRIES; i++) best = fmin(best, loop_timed(loop, repetitions));
  return best / (double)repetitions;
}

struct moe_bench_limits moe_bench_limits(struct moe_team *team, size_t threads, const char *isa,
                                         size_t bytes, double seconds) {
  struct moe_bench_limits limits;
  struct loop loop = {.team = team, .peak = peak_find(isa), .threads = threads};
  loop.numbers = (bytes / sizeof(double) / threads + NUMBERS - 1) / NUMBERS * NUMBERS;
  for (size_t j = 0; j < 3; j++) loop.array[j] = moe_alloc(threads, sizeof *loop.array[j]);
  loop.sink = moe_alloc(8 * threads, sizeof *loop.sink);
  moe_team_run(team, threads, loop_alloc, &loop);
  double all = (double)threads * 1e-9, moved = all * sizeof(double) * (double)loop.numbers;
  loop.kind = FMA;
  limits.gflops = all * loop.peak->flops_per_round / loop_seconds(&loop, seconds);
  loop.kind = PRIMITIVE;
  for (loop.primitive = 0; loop.primitive < MOE_PRIMITIVES; loop.primitive++)
    limits.primitives[loop.primitive] = loop_seconds(&loop, seconds) / (NUMBERS * all);
  loop.kind = READ;
  limits.read = moved / loop_seconds(&loop, seconds);
  loop.kind = COPY;
  limits.copy = 2 * moved / loop_seconds(&loop, seconds);
  loop.kind = TRIAD;
  limits.triad = 3 * moved / loop_seconds(&loop, seconds);
  for (size_t j = 0; j < 3; j++) {
    for (size_t i = 0; i < threads; i++) moe_free(loop.array[j][i]);
    moe_free(loop.array[j]);
  }
  moe_free(loop.sink);
  return limits;
}
