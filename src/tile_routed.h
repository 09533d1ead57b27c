/*
 * tile_routed.h - models with a router, a selection or shared atoms (model.h) over vectors of rows;
 * included by eval_tile.c for each ISA level.
 *
 * One set of passes serves all of them, at the price of loops over k and over pairs that are not
 * known when compiling. With S_i the score of an atom (its logit, or the logarithm of its sigmoid),
 * w_i its share of its group, W_i the weight that this makes of the whole, t_i what is weighed (an
 * expert, or a density over p) and f_G the mean of t in the group,
 *
 *   df / dS_i          = G_i = W_i (t_i - f_G)
 *   d2f / dS_i dS_j    = [i = j] G_i - w_i G_j - w_j G_i        within a group, else 0
 *   d2f / dS_i dt_j    = W_j ([i = j] - w_i)                    within a group, else 0
 *
 * (arXiv 2505.10860 has two groups, shared and routed atoms.) Where weights do not add up, atoms do not
 * compete: w_i is taken for 0. Chains from scores to logits, and from those to forms, log tau and
 * intercepts, are diagonal in the atoms but for log tau, on which all routed logits depend.
 */
#ifndef MOE_TILE_ROUTED_H
#define MOE_TILE_ROUTED_H

#include <math.h>

/* Columns of a router's own, k each. */
enum routed_column { LOGIT, SHARE, SCORE1, SCORE2, FORM1, FORM2, GAIN, TEMPER, ROUTED_COLUMNS };

LANES_INLINE double *routed_column(const struct tile *t, enum routed_column column, size_t i) {
  return t->route + (column * t->k + i) * MOE_TILE;
}
LANES_INLINE vec routed_at(const struct tile *t, enum routed_column column, size_t i,
                           size_t m) {
  return vec_load(routed_column(t, column, i) + m);
}

/* Logits of routed atoms, with derivatives in the form and in log tau. The activation's values are in
 * h, h1 and h2, whose turn comes later. */
static void routed_logits(const struct tile *t) {
  const struct moe_model *model = t->model;
  const vec inverse = vec_set1(t->inverse), one = vec_set1(1), zero = vec_set1(0);
  for (size_t i = 0; i < t->k; i++)
    for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
      size_t at = i * MOE_TILE + m;
      vec logit = column_at(t->form, i, m), form1 = one, form2 = zero, temper = zero;
      if (i >= model->shared && model->euclidean) {
        vec square = zero;
        for (size_t s = 0; s < model->d; s++) {
          vec x = column_at(t->x, s, m);
          square = vec_fma(x, x, square);
        }
        temper = square * inverse;
        logit -= temper;
      } else if (i >= model->shared) {
        if (model->activation) {
          logit = vec_load(t->h + at);
          form1 = vec_load(t->h1 + at) * inverse;
          form2 = vec_load(t->h2 + at) * inverse;
          if (model->outside) logit += vec_set1(t->intercept[i]);
        } else {
          form1 = inverse;
        }
        logit *= inverse;
        temper = -logit;
      }
      vec_store(routed_column(t, LOGIT, i) + m, logit);
      vec_store(routed_column(t, FORM1, i) + m, form1);
      vec_store(routed_column(t, FORM2, i) + m, form2);
      vec_store(routed_column(t, TEMPER, i) + m, temper);
    }
}

/* 1 where atom i is among the `top` largest of its row, else 0; of equals the first. */
LANES_INLINE vec routed_kept(const struct tile *t, size_t i, size_t m) {
  const vec one = vec_set1(1), zero = vec_set1(0);
  vec above = zero, own = routed_at(t, LOGIT, i, m);
  if (t->model->top == 0) return one;
  for (size_t j = t->model->shared; j < t->k; j++) {
    vec other = routed_at(t, LOGIT, j, m);
    if (j > i) above += vec_if_lt(own, other, one, zero);
    if (j < i) above += vec_if_lt(other, own, zero, one);
  }
  return vec_if_lt(above, vec_set1((double)t->model->top), one, zero);
}

/* The weights of atoms from first to last, `half` on the whole, by the exponentials of their scores. */
static void group_weights(const struct tile *t, size_t first, size_t last, double half,
                          int sigmoid, int normalised) {
  const vec zero = vec_set1(0), one = vec_set1(1);
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec top = vec_set1(-INFINITY), sum = zero, part[MOE_MAX_ATOMS];
    for (size_t i = first; i < last; i++) {
      vec logit = routed_at(t, LOGIT, i, m);
      top = vec_max(sigmoid ? vec_min(logit, zero) : logit, top);
    }
    for (size_t i = first; i < last; i++) {
      vec logit = routed_at(t, LOGIT, i, m), rest = one, s = zero;
      vec kept = i < t->model->shared ? one : routed_kept(t, i, m);
      if (sigmoid) s = vec_sigmoid_pair(logit, &rest);
      if (!normalised)
        part[i] = s;
      else if (sigmoid)
        part[i] = kept * (vec_exp(vec_min(logit, zero) - top) * vec_max(s, rest));
      else
        part[i] = kept * vec_exp(logit - top);
      sum += part[i];
      vec_store(routed_column(t, SCORE1, i) + m, rest);
      vec_store(routed_column(t, SCORE2, i) + m, -s * rest);
    }
    vec scale = normalised ? 1 / sum : one;
    for (size_t i = first; i < last; i++) {
      vec weight = part[i] * scale;
      vec_store(t->w + i * MOE_TILE + m, half * weight);
      vec_store(routed_column(t, SHARE, i) + m, normalised ? weight : zero);
    }
  }
}

static void routed_weights(const struct tile *t, int sigmoid) {
  const struct moe_model *model = t->model;
  double half = model->shared > 0 ? 0.5 : 1;
  routed_logits(t);
  if (model->shared > 0) group_weights(t, 0, model->shared, half, 0, 1);
  group_weights(t, model->shared, t->k, half, sigmoid, moe_model_normalised(model));
}

/* G_i and the slopes of all forms at rows m and on, from what is weighed. */
static void routed_slopes(const struct tile *t, size_t m) {
  const struct moe_model *model = t->model;
  size_t k = t->k, at_tau = 2 * k, at_variances = at_tau + (model->tempered ? 1 : 0);
  size_t at_intercepts = at_variances + moe_model_variances(model);
  vec mean[2] = {vec_set1(0), vec_set1(0)}, tau = vec_set1(0), inverse = vec_set1(t->inverse);
  for (size_t i = 0; i < k; i++) {
    size_t group = i >= model->shared;
    mean[group] = vec_fma(routed_at(t, SHARE, i, m), column_at(t->h, i, m), mean[group]);
  }
  for (size_t i = 0; i < k; i++) {
    size_t group = i >= model->shared;
    vec w = column_at(t->w, i, m), gain = w * (column_at(t->h, i, m) - mean[group]);
    vec by_logit = routed_at(t, SCORE1, i, m) * gain;
    vec_store(routed_column(t, GAIN, i) + m, gain);
    vec_store(t->slope[i] + m, by_logit * routed_at(t, FORM1, i, m));
    vec_store(t->slope[k + i] + m, w * column_at(t->h1, i, m));
    if (model->gaussian) vec_store(t->slope[at_variances + i] + m, w * column_at(t->s1, i, m));
    if (model->outside)
      vec_store(t->slope[at_intercepts + i] + m,
                group && i != t->pinned ? by_logit * inverse : vec_set1(0));
    tau = vec_fma(by_logit, routed_at(t, TEMPER, i, m), tau);
  }
  if (model->tempered) vec_store(t->slope[at_tau] + m, tau);
}

/* As finish_pass of tile_kernels.h. */
static void routed_finish(const struct tile *t, enum moe_level level) {
  vec loss[LANE_VECTORS];
  for (size_t l = 0; l < LANE_VECTORS; l++) loss[l] = vec_load(t->loss + VEC_WIDTH * l);
  for (size_t first = 0; first < MOE_TILE; first += LANE_COUNT)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      size_t m = first + VEC_WIDTH * l;
      vec f = vec_set1(0);
      for (size_t i = 0; i < t->k; i++)
        f = vec_fma(column_at(t->w, i, m), column_at(t->h, i, m), f);
      vec r = f - vec_load(t->y + m), wr = vec_load(t->weight + m) * r;
      loss[l] = vec_fma(wr, r, loss[l]);
      vec_store(t->f + m, f);
      if (level < MOE_GRADIENT) continue;
      vec_store(t->q + m, wr);
      routed_slopes(t, m);
    }
  for (size_t l = 0; l < LANE_VECTORS; l++) vec_store(t->loss + VEC_WIDTH * l, loss[l]);
}

/* As density_pass. */
static void routed_density(const struct tile *t, enum moe_level level) {
  vec loss[LANE_VECTORS], zero = vec_set1(0);
  for (size_t l = 0; l < LANE_VECTORS; l++) loss[l] = vec_load(t->loss + VEC_WIDTH * l);
  densities_log(t, t->k, t->bin > 0, level);
  densities_exp(t);
  for (size_t first = 0; first < MOE_TILE; first += LANE_COUNT)
    for (size_t l = 0; l < LANE_VECTORS; l++) {
      size_t m = first + VEC_WIDTH * l;
      vec weight = vec_load(t->weight + m), p = zero;
      for (size_t i = 0; i < t->k; i++)
        p = vec_fma(column_at(t->w, i, m), column_at(t->h, i, m), p);
      vec log_p = vec_log_normal(p, 0 * p, zero) + vec_load(t->f + m);
      loss[l] = vec_fma(-2 * weight, log_p, loss[l]);
      vec_store(t->f + m, log_p);
      if (level < MOE_GRADIENT) continue;
      vec_store(t->q + m, -weight);
      densities_scale(t, t->k, level, m, p);
      routed_slopes(t, m);
    }
  for (size_t l = 0; l < LANE_VECTORS; l++) vec_store(t->loss + VEC_WIDTH * l, loss[l]);
}

/* --- second derivatives ------------------------------------------------------------------- */

/* What a form is, and of which atom: decided once per pair, not per row. */
enum routed_kind { OF_LOGIT, OF_INTERCEPT, OF_EXPERT, OF_VARIANCE, OF_TEMPERATURE };
struct routed_form {
  enum routed_kind kind;
  size_t atom;
};

static struct routed_form routed_form_of(const struct tile *t, size_t a) {
  const struct moe_model *model = t->model;
  size_t k = t->k;
  if (a < k) return (struct routed_form){OF_LOGIT, a};
  if (a < 2 * k) return (struct routed_form){OF_EXPERT, a - k};
  a -= 2 * k;
  if (model->tempered && a-- == 0) return (struct routed_form){OF_TEMPERATURE, 0};
  if (model->gaussian && a < k) return (struct routed_form){OF_VARIANCE, a};
  if (model->gaussian) a -= k;
  return (struct routed_form){OF_INTERCEPT, a};
}

/* Some rows of a tile, in registers or near them. */
struct routed_rows {
  size_t shared, pinned;
  int euclidean;
  vec w[MOE_MAX_ATOMS], share[MOE_MAX_ATOMS], score1[MOE_MAX_ATOMS], gain[MOE_MAX_ATOMS];
  vec own[MOE_MAX_ATOMS]; /* [i = j] part of d2f / dlogit_i^2 */
  vec by_logit[MOE_MAX_ATOMS], form1[MOE_MAX_ATOMS], form2[MOE_MAX_ATOMS];
  vec offset[MOE_MAX_ATOMS]; /* dlogit / dintercept where that is outside, else 0 */
  vec temper[MOE_MAX_ATOMS]; /* dlogit / dlog tau */
  vec bend[MOE_MAX_ATOMS];   /* sum_i d2f / dlogit_i dlogit_j temper_i */
  vec pull;                  /* sum_i score1_i share_i temper_i */
};

LANES_INLINE void routed_load(const struct tile *t, size_t m, struct routed_rows *row) {
  vec moved = vec_set1(0);
  row->shared = t->model->shared;
  row->pinned = t->pinned;
  row->euclidean = t->model->euclidean;
  row->pull = vec_set1(0);
  for (size_t i = 0; i < t->k; i++) {
    vec score1 = routed_at(t, SCORE1, i, m), gain = routed_at(t, GAIN, i, m);
    row->w[i] = column_at(t->w, i, m);
    row->share[i] = routed_at(t, SHARE, i, m);
    row->score1[i] = score1;
    row->gain[i] = gain;
    row->own[i] = vec_fma(score1, score1, routed_at(t, SCORE2, i, m)) * gain;
    row->by_logit[i] = score1 * gain;
    row->form1[i] = routed_at(t, FORM1, i, m);
    row->form2[i] = routed_at(t, FORM2, i, m);
    row->offset[i] = vec_set1(i < row->shared || i == row->pinned ? 0 : t->inverse);
    row->temper[i] = routed_at(t, TEMPER, i, m);
    row->pull = vec_fma(score1 * row->share[i], row->temper[i], row->pull);
    moved = vec_fma(row->by_logit[i], row->temper[i], moved);
  }
  for (size_t i = 0; i < t->k; i++) {
    row->bend[i] = vec_set1(0);
    if (i < row->shared) continue; /* no temperature moves the others of its group */
    vec others = vec_fma(row->gain[i], row->pull, row->share[i] * moved);
    row->bend[i] = vec_fma(row->own[i], row->temper[i], -row->score1[i] * others);
  }
}

LANES_INLINE int same_group(const struct routed_rows *row, size_t i, size_t j) {
  return (i < row->shared) == (j < row->shared);
}

/* d2f / dlogit_i dlogit_j */
LANES_INLINE vec logits_bend(const struct routed_rows *row, size_t i, size_t j) {
  vec zero = vec_set1(0);
  if (!same_group(row, i, j)) return zero;
  vec others = vec_fma(row->share[i], row->gain[j], row->share[j] * row->gain[i]);
  return (i == j ? row->own[i] : zero) - row->score1[i] * row->score1[j] * others;
}

/* d2f / dlogit_i dt_j */
LANES_INLINE vec logit_pull(const struct routed_rows *row, size_t i, size_t j) {
  if (!same_group(row, i, j)) return vec_set1(0);
  return row->score1[i] * row->w[j] * (vec_set1(i == j) - row->share[i]);
}

LANES_INLINE int is_logit(enum routed_kind kind) {
  return kind == OF_LOGIT || kind == OF_INTERCEPT;
}

/* What a logit's dependence on a form, a or its intercept, is multiplied by. */
LANES_INLINE vec logit_factor(const struct routed_rows *row, struct routed_form a) {
  return a.kind == OF_LOGIT ? row->form1[a.atom] : row->offset[a.atom];
}

/* With log tau: dlogit / dform and dlogit / dintercept change by their negatives, but for Euclidean
 * scores, where they do not. */
static vec temperature_bend(const struct tile *t, const struct routed_rows *row,
                            struct routed_form a, size_t m) {
  vec sum = vec_set1(0);
  if (is_logit(a.kind)) {
    vec direct = row->euclidean || a.atom < row->shared ? sum : row->by_logit[a.atom];
    return logit_factor(row, a) * (row->bend[a.atom] - direct);
  }
  if (a.kind == OF_TEMPERATURE) {
    for (size_t i = 0; i < t->k; i++)
      sum = vec_fma(row->temper[i], row->bend[i] - row->by_logit[i], sum);
    return sum;
  }
  if (a.atom < row->shared) return sum;
  vec slope = a.kind == OF_EXPERT ? column_at(t->h1, a.atom, m) : column_at(t->s1, a.atom, m);
  vec pull = vec_fma(row->score1[a.atom], row->temper[a.atom], -row->pull);
  return row->w[a.atom] * slope * pull;
}

/* Neither is log tau, and b no logit where a is none. */
static vec atoms_bend(const struct tile *t, const struct routed_rows *row, struct routed_form a,
                      struct routed_form b, size_t m) {
  size_t i = a.atom, j = b.atom;
  if (is_logit(a.kind) && is_logit(b.kind)) {
    vec bend = logit_factor(row, a) * logit_factor(row, b) * logits_bend(row, i, j);
    int curved = i == j && a.kind == OF_LOGIT && b.kind == OF_LOGIT;
    return curved ? vec_fma(row->by_logit[i], row->form2[i], bend) : bend;
  }
  if (is_logit(a.kind)) {
    vec slope = b.kind == OF_EXPERT ? column_at(t->h1, j, m) : column_at(t->s1, j, m);
    return logit_factor(row, a) * logit_pull(row, i, j) * slope;
  }
  if (i != j) return vec_set1(0);
  if (a.kind != b.kind) return row->w[i] * column_at(t->zs, i, m);
  return row->w[i] * column_at(a.kind == OF_EXPERT ? t->h2 : t->s2, i, m);
}

static vec routed_bend(const struct tile *t, const struct routed_rows *row,
                       struct routed_form a, struct routed_form b, size_t m) {
  if (b.kind == OF_TEMPERATURE) return temperature_bend(t, row, a, m);
  if (a.kind == OF_TEMPERATURE) return temperature_bend(t, row, b, m);
  return is_logit(b.kind) && !is_logit(a.kind) ? atoms_bend(t, row, b, a, m)
                                               : atoms_bend(t, row, a, b, m);
}

/* The columns of pairs of forms, of any kind. */
static void routed_bent(const struct tile *t, const struct bent_columns *to) {
  struct routed_rows row;
  for (size_t m = 0; m < MOE_TILE; m += VEC_WIDTH) {
    vec q = vec_load(t->q + m), weight = vec_load(t->weight + m);
    routed_load(t, m, &row);
    for (size_t i = 0; i < to->pairs; i++) {
      size_t a = to->pair[i].a, b = to->pair[i].b;
      vec v = routed_bend(t, &row, routed_form_of(t, a), routed_form_of(t, b), m);
      vec ga = vec_load(t->slope[a] + m), gb = vec_load(t->slope[b] + m);
      vec_store(to->C + i * to->stride + m, vec_fma(q, v, weight * ga * gb));
    }
  }
}

#endif
