/*
 * gate.c - the gates' table.
 *
 * Each row gives the weights and, for f = sum_j w_j(u) h_j, the derivatives in the logits.
 * These scalar forms are the reference; tile_gates.h has the same formulas over vectors of
 * rows.
 *
 *   sigmoid  w_i = s(u_i), not normalised (arXiv 2405.13997, eq. 3): atoms do not compete, so
 *            only the diagonal of d2f / du du is not zero
 *   softmax  w_i = e^{u_i} / sum_j e^{u_j} (arXiv 2402.02952, eq. 2): with g_i = w_i (h_i - f),
 *            df/du_i = g_i and d2f / du_i du_j = [i = j] g_i - w_i g_j - w_j g_i
 *   normalised-sigmoid  w_i = s(u_i) / sum_j s(u_j) (arXiv 2505.10860): softmax of log s(u), whose
 *            slope is r_i = 1 - s(u_i); with g_i = r_i w_i (h_i - f), df/du_i = g_i and
 *            d2f / du_i du_j = [i = j] (r_i - s_i) g_i - r_i w_i g_j - r_j w_j g_i
 */
#include "gate.h"
#include "model.h"
#include "vmath.h"

#include <math.h>
#include <string.h>

static void sigmoid_weights(size_t k, const double *u, double *w) {
  for (size_t i = 0; i < k; i++) w[i] = moe_sigmoid(u[i]);
}

static void sigmoid_derive(size_t k, const double *u, const double *h, double *w, double *dw,
                           double *d2f) {
  memset(dw, 0, k * k * sizeof *dw);
  memset(d2f, 0, k * k * sizeof *d2f);
  for (size_t i = 0; i < k; i++) {
    double rest = moe_sigmoid(-u[i]); /* 1 - w_i without cancellation */
    w[i] = moe_sigmoid(u[i]);
    dw[i * k + i] = w[i] * rest;
    d2f[i * k + i] = w[i] * rest * (rest - w[i]) * h[i];
  }
}

/* The largest logit is subtracted first, so that no exponential overflows. */
static void softmax_weights(size_t k, const double *u, double *w) {
  double top = u[0], sum = 0;
  for (size_t i = 1; i < k; i++) top = u[i] > top ? u[i] : top;
  for (size_t i = 0; i < k; i++) sum += w[i] = moe_exp(u[i] - top);
  for (size_t i = 0; i < k; i++) w[i] /= sum;
}

static void softmax_derive(size_t k, const double *u, const double *h, double *w, double *dw,
                           double *d2f) {
  double f = 0;
  softmax_weights(k, u, w);
  for (size_t i = 0; i < k; i++) f += w[i] * h[i];
  for (size_t i = 0; i < k; i++) {
    double gi = w[i] * (h[i] - f);
    for (size_t j = 0; j < k; j++) {
      double gj = w[j] * (h[j] - f);
      dw[j * k + i] = w[j] * ((i == j) - w[i]);
      d2f[i * k + j] = (i == j) * gi - w[i] * gj - w[j] * gi;
    }
  }
}

/* s(u) = e^min(u,0) max(s(u), s(-u)), divided by the largest e^min(u,0): where every s(u) is
 * too small for a number, their ratios are not. */
static void normalised_sigmoid_weights(size_t k, const double *u, double *w) {
  double top = -INFINITY, sum = 0;
  for (size_t i = 0; i < k; i++) {
    w[i] = u[i] > 0 ? 0 : u[i];
    top = w[i] > top ? w[i] : top;
  }
  for (size_t i = 0; i < k; i++)
    sum += w[i] = moe_exp(w[i] - top) * moe_sigmoid(u[i] < 0 ? -u[i] : u[i]);
  for (size_t i = 0; i < k; i++) w[i] /= sum;
}

static void normalised_sigmoid_derive(size_t k, const double *u, const double *h, double *w,
                                      double *dw, double *d2f) {
  double f = 0, rest[MOE_MAX_ATOMS];
  normalised_sigmoid_weights(k, u, w);
  for (size_t i = 0; i < k; i++) {
    f += w[i] * h[i];
    rest[i] = moe_sigmoid(-u[i]);
  }
  for (size_t i = 0; i < k; i++) {
    double gi = rest[i] * w[i] * (h[i] - f);
    for (size_t j = 0; j < k; j++) {
      double gj = rest[j] * w[j] * (h[j] - f);
      dw[j * k + i] = rest[i] * w[j] * ((i == j) - w[i]);
      d2f[i * k + j] = -(rest[i] * w[i] * gj + rest[j] * w[j] * gi);
    }
    d2f[i * k + i] += (rest[i] - moe_sigmoid(u[i])) * gi;
  }
}

static const struct moe_gate table[] = {
    {"sigmoid", "s(u_i)", 0, 0, 0, moe_sigmoid, sigmoid_weights, sigmoid_derive},
    {"softmax", "e^{u_i} / \\sum_j e^{u_j}", 1, 1, 1, moe_exp, softmax_weights, softmax_derive},
    {"normalised-sigmoid", "s(u_i) / \\sum_j s(u_j)", 2, 0, 1, moe_sigmoid,
     normalised_sigmoid_weights, normalised_sigmoid_derive},
};

const struct moe_gate *moe_gate_row_at(size_t i) {
  return i < sizeof table / sizeof *table ? &table[i] : NULL;
}

const struct moe_gate *moe_gate_find(const char *name) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    if (!strcmp(table[i].name, name)) return &table[i];
  return NULL;
}
