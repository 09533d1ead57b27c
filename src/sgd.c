/*
 * sgd.c - stochastic gradient descent by the published protocol: every epoch in a fresh random
 * order, a step per batch, no box, no averaging, a constant rate.
 *
 * Rows are copied once from tiles to one padded row after another, since an epoch visits them
 * at random. Epoch e shuffles by stream e of the key.
 */
#include <math.h>
#include <string.h>

#include "fit.h"
#include "sgd_kernel.h"

static size_t round_up(size_t n) {
  return (n + 7) / 8 * 8;
}

/* Rows (x, 1, 0 ...) and y. */
static void copy_rows(const struct moe_data *data, size_t width, double *rows, double *y) {
  for (size_t i = 0; i < data->n; i++) {
    for (size_t s = 0; s < data->d; s++) rows[i * width + s] = *moe_data_at(data, i, s);
    rows[i * width + data->d] = 1;
    y[i] = *moe_data_at(data, i, data->d);
  }
}

/* The level of moe_isa(). */
static moe_sgd_epoch *choose_epoch(void) {
#if defined(__x86_64__)
  if (!strcmp(moe_isa(), "avx512")) return moe_sgd_epoch_avx512;
  if (!strcmp(moe_isa(), "avx2")) return moe_sgd_epoch_avx2;
#endif
  return moe_sgd_epoch_portable;
}

/* theta to or from its padded rows. The slopes of an expert that does not see x are 0. */
static void copy_theta(const struct moe_model *m, struct moe_sgd_task *t, double *theta,
                       int back) {
  for (size_t r = 0; r < 2 * m->k; r++)
    for (size_t c = 0; c <= m->d; c++) {
      double *padded = t->theta + r * t->width + c;
      int blind = r >= m->k && c < m->d && m->expert->intercept_only;
      if (back)
        theta[r * (m->d + 1) + c] = *padded;
      else
        *padded = blind ? 0 : theta[r * (m->d + 1) + c];
    }
}

/* Weights of padding lanes stay 0: their logit is far below any other. */
static void task_init(struct moe_sgd_task *t, const struct moe_model *m,
                      const struct moe_data *data, const struct moe_sgd_options *options) {
  *t = (struct moe_sgd_task){.gate = m->gate, .expert = m->expert, .k = m->k, .n = data->n};
  t->batch = options->batch < 1 ? 1 : options->batch;
  t->rate = options->rate;
  t->intercept = m->d;
  t->width = round_up(m->d + 1);
  t->lanes = round_up(m->k);
  t->theta = moe_alloc(2 * m->k * t->width, sizeof *t->theta);
  t->gradient = moe_alloc(2 * m->k * t->width, sizeof *t->gradient);
  t->forms = moe_alloc(2 * t->lanes, sizeof *t->forms);
  t->atoms = moe_alloc(6 * t->lanes, sizeof *t->atoms);
  t->squares = moe_alloc(2 * m->k * m->k, sizeof *t->squares);
  for (size_t i = m->k; i < t->lanes; i++) t->forms[i] = -1e6;
}

static void task_free(struct moe_sgd_task *t) {
  moe_free(t->theta);
  moe_free(t->gradient);
  moe_free(t->forms);
  moe_free(t->atoms);
  moe_free(t->squares);
}

size_t moe_sgd(const struct moe_model *model, const struct moe_data *data,
               const struct moe_sgd_options *options, double *theta) {
  struct moe_sgd_task t;
  size_t n = data->n;
  task_init(&t, model, data, options);
  double *rows = moe_alloc(n * t.width, sizeof *rows), *y = moe_alloc(n, sizeof *y);
  size_t *order = moe_alloc(n, sizeof *order);
  copy_rows(data, t.width, rows, y);
  t.rows = rows;
  t.y = y;
  t.order = order;
  copy_theta(model, &t, theta, 0);
  moe_sgd_epoch *epoch = choose_epoch();
  size_t done = 0;
  for (int stop = 0; done < options->epochs && !stop; done++) {
    struct moe_rng rng = moe_rng_make(options->key, done);
    moe_rng_permutation(&rng, n, order);
    epoch(&t);
    if (!options->trace) continue;
    copy_theta(model, &t, theta, 1);
    stop = moe_trace_note(options->trace, theta, NAN);
  }
  copy_theta(model, &t, theta, 1);
  task_free(&t);
  moe_free(rows);
  moe_free(y);
  moe_free(order);
  return done * ((n + t.batch - 1) / t.batch);
}
