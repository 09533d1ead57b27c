/*
 * adam.c - adaptive moment estimation: what most papers with experiments fit mixtures by.
 *
 * D. P. Kingma and J. Ba, Adam: A Method for Stochastic Optimization, ICLR 2015, algorithm 1. With
 * g the mean gradient of a batch in step t,
 *
 *   m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
 *   theta -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * after which theta is put back into the box. The batches are windows on the data's tiles, each with
 * an evaluator of its own: no row is copied, and the vector code does the work.
 */
#include <math.h>

#include "fit.h"

struct window {
  struct moe_data data; /* borrows its tiles */
  struct moe_eval *ev;
  double weight;
};

struct adam {
  struct moe_adam_options options;
  const struct moe_box *box;
  size_t p, windows, steps;
  struct window *window;
  double *theta, *gradient, *m, *v;
  double decay1, decay2; /* beta1^t and beta2^t */
};

static double default_to(double value, double otherwise) {
  return value > 0 ? value : otherwise;
}

static void window_make(struct window *w, const struct moe_model *model,
                        const struct moe_data *data, size_t tile, size_t tiles) {
  size_t rest = data->tiles - tile, rows = data->n - tile * MOE_TILE;
  w->data = *data;
  w->data.tiles = tiles < rest ? tiles : rest;
  w->data.n = tiles < rest ? tiles * MOE_TILE : rows;
  w->data.tile = moe_data_column(data, tile, 0);
  w->ev = moe_eval_alloc(model, &w->data, MOE_AUTO);
  w->weight = 0;
  for (size_t i = 0; i < w->data.n; i++) w->weight += *moe_data_at(&w->data, i, data->d + 1);
}

static void windows_make(struct adam *a, const struct moe_model *model,
                         const struct moe_data *data) {
  size_t tiles = (a->options.batch + MOE_TILE - 1) / MOE_TILE;
  if (tiles == 0 || tiles > data->tiles) tiles = data->tiles;
  a->windows = (data->tiles + tiles - 1) / tiles;
  a->window = moe_alloc(a->windows, sizeof *a->window);
  for (size_t i = 0; i < a->windows; i++)
    window_make(&a->window[i], model, data, i * tiles, tiles);
}

/* The gradient of the batch is in a->gradient. */
static void take_step(struct adam *a, double weight) {
  const struct moe_adam_options *o = &a->options;
  a->steps++;
  a->decay1 *= o->beta1;
  a->decay2 *= o->beta2;
  for (size_t i = 0; i < a->p; i++) {
    double g = a->gradient[i] / weight;
    a->m[i] = o->beta1 * a->m[i] + (1 - o->beta1) * g;
    a->v[i] = o->beta2 * a->v[i] + (1 - o->beta2) * g * g;
    double scale = sqrt(a->v[i] / (1 - a->decay2)) + o->epsilon;
    a->theta[i] -= o->rate * (a->m[i] / (1 - a->decay1)) / scale;
  }
  moe_box_project(a->box, a->p, a->theta);
}

/* One step per batch. Returns 1 if the trace wants no more. Where a batch is all rows the objective
 * comes with the gradient. */
static int run_epoch(struct adam *a, const size_t *order) {
  for (size_t i = 0; i < a->windows; i++) {
    struct window *w = &a->window[order[i]];
    double q = moe_eval_at(w->ev, a->theta, MOE_GRADIENT, a->gradient, NULL);
    if (a->windows == 1 && moe_trace_note(a->options.trace, a->theta, q)) return 1;
    take_step(a, w->weight);
  }
  return a->windows > 1 && moe_trace_note(a->options.trace, a->theta, NAN);
}

size_t moe_adam(const struct moe_model *model, const struct moe_data *data,
                const struct moe_box *box, const struct moe_adam_options *options,
                double *theta) {
  size_t p = moe_model_size(model);
  struct adam a = {.options = *options, .box = box, .p = p, .theta = theta};
  a.options.rate = default_to(options->rate, 1e-3);
  a.options.beta1 = default_to(options->beta1, 0.9);
  a.options.beta2 = default_to(options->beta2, 0.999);
  a.options.epsilon = default_to(options->epsilon, 1e-8);
  a.decay1 = a.decay2 = 1;
  a.gradient = moe_alloc(3 * p, sizeof *a.gradient);
  a.m = a.gradient + p;
  a.v = a.m + p;
  windows_make(&a, model, data);
  size_t *order = moe_alloc(a.windows, sizeof *order);
  moe_box_project(box, p, theta);
  for (size_t e = 0, stop = 0; e < options->epochs && !stop; e++) {
    struct moe_rng rng = moe_rng_make(options->key, e);
    moe_rng_permutation(&rng, a.windows, order);
    stop = (size_t)run_epoch(&a, order);
  }
  for (size_t i = 0; i < a.windows; i++) moe_eval_free(a.window[i].ev);
  moe_free(a.window);
  moe_free(a.gradient);
  moe_free(order);
  return a.steps;
}
