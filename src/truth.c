/*
 * truth.c - the truth seen from another gate: where to start near it, and whether a fit can
 * reach it.
 *
 * In simulations the truth is known, and an objective above the truth's is proof of a failed
 * search, but only if the truth can be written in the fitted model inside its box. With surplus
 * atoms that takes an exact split or an inert atom, and not every gate has one.
 */
#include <math.h>
#include <string.h>

#include "expert.h"
#include "gate.h"
#include "starts.h"
#include "vmath.h"

static double logit(double w) {
  w = w < 1e-6 ? 1e-6 : w > 1 - 1e-6 ? 1 - 1e-6 : w;
  return moe_log(w) - moe_log(1 - w);
}

/* Normalised weights to sigmoid gates: the logit of w_i to first order around `centre`, where
 * d logit(w_i) / dx = (slope_i - sum_j w_j slope_j) / (1 - w_i). With two atoms this is
 * u_1 - u_2 and its negative, exactly and everywhere. */
static void softmax_to_sigmoid(const struct moe_model *truth, const double *theta,
                               const double *centre, const double *w, double *out) {
  size_t d = truth->d;
  for (size_t i = 0; i < truth->k; i++) {
    double *row = out + i * (d + 1), rest = 0;
    for (size_t j = 0; j < truth->k; j++) rest += j == i ? 0 : w[j];
    if (rest < 1e-6) rest = 1e-6;
    for (size_t c = 0; c < d; c++) {
      double mean = 0; /* of the other atoms' slopes, by their weights */
      for (size_t j = 0; j < truth->k; j++)
        if (j != i) mean += w[j] / rest * moe_gate_row(truth, theta, j)[c];
      row[c] = moe_gate_row(truth, theta, i)[c] - mean;
    }
    row[d] = logit(w[i]);
    for (size_t c = 0; c < d; c++) row[d] -= row[c] * centre[c];
  }
}

/* With two atoms the logit needs no weights, which may saturate; and as s(u) + s(-u) = 1, the sigmoids
 * are normalised. */
static void two_softmax_to_sigmoid(const struct moe_model *truth, const double *theta,
                                   double *out) {
  size_t D = truth->d + 1;
  for (size_t c = 0; c < D; c++) {
    out[c] = theta[c] - theta[D + c];
    out[D + c] = -out[c];
  }
}

/* log s(u) to first order around `centre`, w = s(u) there: what softmax makes of it is s(u) again,
 * or the normalised sigmoid. */
static void sigmoid_to_softmax(const struct moe_model *truth, const double *theta,
                               const double *centre, const double *w, double *out) {
  size_t d = truth->d;
  for (size_t i = 0; i < truth->k; i++) {
    const double *from = moe_gate_row(truth, theta, i);
    double *row = out + i * (d + 1);
    row[d] = moe_log(fmax(w[i], 1e-300));
    for (size_t c = 0; c < d; c++) {
      row[c] = (1 - w[i]) * from[c];
      row[d] -= row[c] * centre[c];
    }
  }
}

/* The other way: u with s(u_i) = w_i / 2 times what softmax makes of the slopes, to first order. Any
 * share of w_i would do; the half is neither near 1 nor small. */
static void softmax_to_normalised_sigmoid(const struct moe_model *truth, const double *theta,
                                          const double *centre, const double *w, double *out) {
  size_t d = truth->d;
  for (size_t i = 0; i < truth->k; i++) {
    double *row = out + i * (d + 1);
    row[d] = logit(w[i] / 2);
    for (size_t c = 0; c < d; c++) {
      double mean = 0; /* of all slopes, by their weights: the translation that keeps the sum */
      for (size_t j = 0; j < truth->k; j++) mean += w[j] * moe_gate_row(truth, theta, j)[c];
      row[c] = (moe_gate_row(truth, theta, i)[c] - mean) / (1 - w[i] / 2);
      row[d] -= row[c] * centre[c];
    }
  }
}

/* The normalised sigmoid as a softmax, by the logs of its sigmoids. */
static void normalised_sigmoid_to_softmax(const struct moe_model *truth, const double *theta,
                                          const double *centre, double *out) {
  struct moe_model parts = *truth;
  double s[MOE_MAX_ATOMS];
  parts.gate = moe_gate_find("sigmoid");
  moe_model_value(&parts, theta, centre, s, NULL);
  sigmoid_to_softmax(truth, theta, centre, s, out);
}

/* The truth by other gates, to first order around `centre`, where its weights are w. Sigmoids are
 * those of the normalised sigmoid as they are. */
static void gates_convert(const struct moe_gate *gate, const struct moe_model *truth,
                          const double *theta, const double *centre, const double *w,
                          double *out) {
  const struct moe_gate *from = truth->gate;
  if (from->normalised && !from->translation) {
    normalised_sigmoid_to_softmax(truth, theta, centre, out);
    if (gate->translation) return;
    double *softmax = moe_alloc(moe_model_size(truth), sizeof *softmax);
    memcpy(softmax, out, moe_model_size(truth) * sizeof *softmax);
    softmax_to_sigmoid(truth, softmax, centre, w, out);
    moe_free(softmax);
  } else if (gate->translation) {
    sigmoid_to_softmax(truth, theta, centre, w, out);
  } else if (from->translation && truth->k == 2) {
    two_softmax_to_sigmoid(truth, theta, out);
  } else if (from->translation && gate->normalised) {
    softmax_to_normalised_sigmoid(truth, theta, centre, w, out);
  } else if (from->translation) {
    softmax_to_sigmoid(truth, theta, centre, w, out);
  }
}

/* The routed atoms alone, with logits that are their forms. */
static struct moe_model routed_part(const struct moe_model *m) {
  struct moe_model part = {.gate = m->gate, .expert = m->expert, .d = m->d};
  part.k = m->k - m->shared;
  return part;
}

/* Gate rows of the routed atoms by another gate; shared atoms keep theirs. */
static void gate_rows_convert(const struct moe_gate *gate, const struct moe_model *truth,
                              const double *truth_theta, const double *centre, double *theta) {
  double weights[MOE_MAX_ATOMS];
  if (!moe_model_routed(truth)) {
    moe_model_value(truth, truth_theta, centre, weights, NULL);
    gates_convert(gate, truth, truth_theta, centre, weights, theta);
    return;
  }
  struct moe_model part = routed_part(truth);
  size_t rows = part.k * (truth->d + 1);
  double *from = moe_alloc(4 * rows, sizeof *from), *to = from + 2 * rows;
  memcpy(from, moe_gate_row(truth, truth_theta, truth->shared), rows * sizeof *from);
  memcpy(from + rows, moe_expert_row(truth, truth_theta, truth->shared), rows * sizeof *from);
  memcpy(to, from, 2 * rows * sizeof *to);
  moe_model_value(&part, from, centre, weights, NULL);
  gates_convert(gate, &part, from, centre, weights, to);
  memcpy(theta + truth->shared * (truth->d + 1), to, rows * sizeof *theta);
  moe_free(from);
}

/* theta of the truth in the places of `to`, which may have a temperature where it has none. */
static double *places_convert(const struct moe_model *to, const struct moe_model *truth,
                              const double *truth_theta) {
  size_t rows = 2 * truth->k * (truth->d + 1), variances = moe_model_variances(truth);
  double *theta = moe_alloc(moe_model_size(to), sizeof *theta);
  memcpy(theta, truth_theta, rows * sizeof *theta);
  if (to->tempered) theta[rows] = moe_log_temperature(truth, truth_theta);
  if (variances && to->gaussian)
    memcpy(theta + moe_model_size(to) - variances, moe_log_variances(truth, truth_theta),
           variances * sizeof *theta);
  return theta;
}

/* Whether the model's router is the truth's, or learns what the truth has not. */
static int same_router(const struct moe_model *model, const struct moe_model *truth) {
  return model->activation == truth->activation && model->outside == truth->outside &&
         model->euclidean == truth->euclidean && model->tempered >= truth->tempered &&
         model->top == truth->top && (model->shared > 0) == (truth->shared > 0) &&
         (model->shared == 0 || model->shared_expert == truth->shared_expert);
}

int moe_truth_convert(const struct moe_model *model, const struct moe_model *truth,
                      const double *truth_theta, const double *centre,
                      struct moe_model *converted, double **theta) {
  int same = model->expert == truth->expert && model->gaussian == truth->gaussian &&
             same_router(model, truth);
  *converted = *model;
  converted->k = truth->k;
  converted->shared = truth->shared;
  converted->anchored = truth->anchored;
  converted->gaussian = truth->gaussian;
  if (model->shared == 0) converted->shared_expert = truth->shared_expert;
  *theta = places_convert(converted, truth, truth_theta);
  if (model->gate == truth->gate) return same;
  gate_rows_convert(model->gate, truth, truth_theta, centre, *theta);
  return same && truth->k == 2 && truth->gate->translation && !moe_model_routed(truth) &&
         (!strcmp(model->gate->name, "sigmoid") || model->gate->normalised);
}

static int inside(double x, const double range[2]) {
  return x >= range[0] && x <= range[1];
}

static int row_inside(size_t d, const double *row, double shrink, const double slope[2],
                      const double intercept[2]) {
  for (size_t c = 0; c < d; c++)
    if (!inside(shrink * row[c], slope)) return 0;
  return inside(shrink * row[d], intercept);
}

/* 1 if the gate rows are inside once atom `copied`'s intercept is lowered by `lower` and, for a
 * translation, row `pinned` is moved to the point of the ranges nearest 0. */
static int gates_inside(const struct moe_starts *s, size_t pinned, size_t copied,
                        double lower) {
  size_t d = s->truth.d;
  double row[2];
  for (size_t i = 0; i < s->truth.k; i++)
    for (size_t c = 0; c <= d; c++) {
      const double *range = c == d ? s->ranges->beta0 : s->ranges->beta1;
      row[0] = moe_gate_row(&s->truth, s->truth_theta, i)[c];
      if (c == d && i == copied) row[0] -= lower;
      if (pinned < s->truth.k) {
        row[1] = moe_gate_row(&s->truth, s->truth_theta, pinned)[c];
        if (c == d && pinned == copied) row[1] -= lower;
        row[0] += (range[0] > 0 ? range[0] : range[1] < 0 ? range[1] : 0) - row[1];
      }
      if (!inside(row[0], range)) return 0;
    }
  return 1;
}

/* A translation gate: any atom can be copied, the copies sharing its weight. */
static int softmax_attainable(const struct moe_starts *s, size_t surplus) {
  double lower = moe_log((double)surplus + 1);
  for (size_t pinned = 0; pinned < s->truth.k; pinned++)
    for (size_t copied = 0; copied < s->truth.k; copied++)
      if (gates_inside(s, pinned, copied, lower)) return 1;
  return 0;
}

/* Atom j of a gate by sigmoids as surplus + 1 atoms: with a zero gate slope they share the mass;
 * where the gate is not normalised, a homogeneous expert shares its scale. */
static int atom_splits(const struct moe_starts *s, size_t j, size_t surplus) {
  size_t d = s->truth.d;
  const double *gate = moe_gate_row(&s->truth, s->truth_theta, j);
  const double *expert = moe_expert_row(&s->truth, s->truth_theta, j);
  double parts = (double)surplus + 1, flat = 1;
  for (size_t c = 0; c < d; c++) flat *= gate[c] == 0;
  double share = moe_sigmoid(gate[d]) / parts;
  if (flat == 1 && inside(moe_log(share / (1 - share)), s->ranges->beta0)) return 1;
  if (s->model.gate->normalised || s->model.expert->homogeneous == 0) return 0;
  double shrink = moe_exp(-moe_log(parts) / s->model.expert->homogeneous);
  return row_inside(d, expert, shrink, s->ranges->a, s->ranges->b);
}

static int sigmoid_attainable(const struct moe_starts *s, size_t surplus) {
  const struct moe_ranges *r = s->ranges;
  if (!gates_inside(s, s->truth.k, s->truth.k, 0)) return 0;
  if (surplus == 0) return 1;
  if (s->model.gate->normalised) {
    if (surplus % s->truth.k == 0) return 1; /* each atom as often: the factor cancels */
  } else {
    int slopes_vanish = s->model.expert->intercept_only || inside(0, r->a);
    if (s->model.expert->zero_at_zero && slopes_vanish && inside(0, r->b)) return 1;
  }
  for (size_t j = 0; j < s->truth.k; j++)
    if (atom_splits(s, j, surplus)) return 1;
  return 0;
}

/* Whether the surplus atoms of a group, from first to last of the truth, can be copies of one of it:
 * with a softmax all of whose rows may move by the same constant, or where the atom's gate does not see
 * x. */
static int group_attainable(const struct moe_starts *s, size_t first, size_t last,
                            size_t surplus) {
  const struct moe_model *t = &s->truth;
  double tau = moe_exp(moe_log_temperature(t, s->truth_theta));
  int softmax = last <= t->shared || moe_model_translates(t);
  if (surplus == 0) return 1;
  if (t->top || (!softmax && (t->activation || t->tempered || t->euclidean))) return 0;
  for (size_t j = first; j < last; j++) {
    double moved =
        moe_gate_row(t, s->truth_theta, j)[t->d] - tau * moe_log((double)surplus + 1);
    if (softmax ? inside(moved, s->ranges->beta0) : atom_splits(s, j, surplus)) return 1;
  }
  return 0;
}

/* 1 if the routed gate rows are inside, once row `pinned` (k: none) is moved to the point nearest 0. */
static int routed_inside(const struct moe_starts *s, size_t pinned) {
  const struct moe_model *t = &s->truth;
  for (size_t i = t->shared; i < t->k; i++)
    for (size_t c = 0; c <= t->d; c++) {
      const double *range = c == t->d ? s->ranges->beta0 : s->ranges->beta1;
      double value = moe_gate_row(t, s->truth_theta, i)[c];
      if (pinned < t->k && (c == t->d || !t->outside))
        value += fmin(fmax(0, range[0]), range[1]) - moe_gate_row(t, s->truth_theta, pinned)[c];
      if (!inside(value, range)) return 0;
    }
  return 1;
}

/* With a router or shared atoms: each group by itself. */
static int routed_attainable(const struct moe_starts *s) {
  const struct moe_model *t = &s->truth, *m = &s->model;
  double temperature = moe_exp(moe_log_temperature(t, s->truth_theta));
  if (m->shared < t->shared || m->k - m->shared < t->k - t->shared) return 0;
  if (t->tempered && !inside(temperature, s->ranges->temperature)) return 0;
  size_t pinned = t->shared;
  if (!moe_model_translates(t)) pinned = t->k;
  while (pinned < t->k && !routed_inside(s, pinned)) pinned++;
  if (pinned == t->k && (moe_model_translates(t) || !routed_inside(s, t->k))) return 0;
  return group_attainable(s, 0, t->shared, m->shared - t->shared) &&
         group_attainable(s, t->shared, t->k, m->k - m->shared - (t->k - t->shared));
}

/* The experts, and the variances. */
static int experts_inside(const struct moe_starts *s) {
  const double any[2] = {-INFINITY, INFINITY};
  const struct moe_ranges *r = s->ranges;
  for (size_t i = 0; i < s->truth.k; i++) {
    int shared = i < s->truth.shared && s->model.shared > 0;
    const double *slope = shared ? r->shared_a : r->a, *intercept = shared ? r->shared_b : r->b;
    if (moe_model_expert(&s->truth, i)->intercept_only) slope = any;
    if (!row_inside(s->truth.d, moe_expert_row(&s->truth, s->truth_theta, i), 1, slope,
                    intercept))
      return 0;
  }
  for (size_t i = 0; i < moe_model_variances(&s->truth); i++)
    if (!inside(moe_exp(moe_log_variances(&s->truth, s->truth_theta)[i]), r->variance))
      return 0;
  return 1;
}

int moe_truth_attainable(const struct moe_starts *s) {
  if (s->truth.k == 0 || !s->truth_exact || s->truth.k > s->model.k) return 0;
  if (!experts_inside(s)) return 0;
  if (moe_model_routed(&s->model)) return routed_attainable(s);
  size_t surplus = s->model.k - s->truth.k;
  return s->model.gate->translation ? softmax_attainable(s, surplus)
                                    : sigmoid_attainable(s, surplus);
}
