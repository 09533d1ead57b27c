/*
 * starts.c - where local fits begin.
 *
 * Least squares over too many atoms has many minima within a nat of each other: a true atom can
 * be split in two along several curves, a surplus atom can float anywhere at a small weight. No
 * kind of start finds them all, so a search mixes kinds: near the truth (where there is one),
 * random, and several ways of adding an atom to the fit with one atom less.
 *
 * Start i is a pure function of (data, key, i): 16 starts are the first 16 of 160.
 */
#include "starts.h"

#include <math.h>
#include <string.h>

#include "expert.h"
#include "gate.h"
#include "linalg.h"
#include "vmath.h"

#define CANDIDATES 160 /* atoms scanned */
#define KEPT 24        /* of them, kept */
#define NEAR_FIRST 2   /* starts near the truth before the cycle begins */
#define DRAWS 8 /* random, added and inert atoms: the best of so many draws is descended */

const char *const moe_start_names[MOE_START_KINDS] = {"near",   "random", "add",   "inert",
                                                      "insert", "split",  "jitter"};

/* The cycle of kinds: split 7, inert 7, add 6, insert 4, jitter 4, random 4 of 32, spread so that
 * any 14 in a row hold about their share of each. */
static const unsigned char cycle[32] = {
    MOE_START_SPLIT,  MOE_START_INERT,  MOE_START_ADD,    MOE_START_RANDOM, MOE_START_INSERT,
    MOE_START_INERT,  MOE_START_SPLIT,  MOE_START_JITTER, MOE_START_ADD,    MOE_START_INERT,
    MOE_START_SPLIT,  MOE_START_INSERT, MOE_START_JITTER, MOE_START_ADD,    MOE_START_SPLIT,
    MOE_START_INERT,  MOE_START_RANDOM, MOE_START_ADD,    MOE_START_SPLIT,  MOE_START_INERT,
    MOE_START_INSERT, MOE_START_JITTER, MOE_START_SPLIT,  MOE_START_ADD,    MOE_START_INERT,
    MOE_START_RANDOM, MOE_START_SPLIT,  MOE_START_INERT,  MOE_START_INSERT, MOE_START_ADD,
    MOE_START_JITTER, MOE_START_RANDOM};

static double *gate_of(const struct moe_model *m, double *theta, size_t i) {
  return theta + i * (m->d + 1);
}
static double *expert_of(const struct moe_model *m, double *theta, size_t i) {
  return theta + (m->k + i) * (m->d + 1);
}

/* Copies atom j of `from` to atom i of `to`. */
static void copy_atom(const struct moe_model *to, double *theta, size_t i,
                      const struct moe_model *from, const double *source, size_t j) {
  size_t bytes = (to->d + 1) * sizeof *theta;
  memcpy(gate_of(to, theta, i), moe_gate_row(from, source, j), bytes);
  memcpy(expert_of(to, theta, i), moe_expert_row(from, source, j), bytes);
}

/* A random subset of size `take` of 0..n-1 comes first in order (Fisher-Yates). */
static void shuffle(struct moe_rng *rng, size_t n, size_t take, size_t *order) {
  for (size_t i = 0; i < n; i++) order[i] = i;
  for (size_t i = 0; i < take; i++) {
    size_t j = i + moe_rng_below(rng, n - i), t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
}

void moe_start_near(const struct moe_model *model, const struct moe_model *truth,
                    const double *truth_theta, double radius, struct moe_rng *rng,
                    double *theta) {
  size_t order[MOE_MAX_ATOMS];
  shuffle(rng, truth->k, model->k < truth->k ? model->k : 0, order);
  for (size_t i = 0; i < model->k; i++) {
    size_t j = i < truth->k ? order[i] : moe_rng_below(rng, truth->k);
    copy_atom(model, theta, i, truth, truth_theta, j);
  }
  for (size_t i = 0; i < moe_model_size(model); i++) theta[i] += radius * moe_rng_normal(rng);
  for (size_t i = 0; i < model->k && model->expert->intercept_only; i++)
    for (size_t c = 0; c < model->d; c++) expert_of(model, theta, i)[c] = 0;
}

static double uniform_in(struct moe_rng *rng, const double range[2]) {
  return range[0] + (range[1] - range[0]) * moe_rng_uniform(rng);
}

static void draw_row(struct moe_rng *rng, size_t d, const double slope[2],
                     const double intercept[2], double *row) {
  for (size_t s = 0; s < d; s++) row[s] = uniform_in(rng, slope);
  row[d] = uniform_in(rng, intercept);
}

static void draw_atom(const struct moe_starts *s, struct moe_rng *rng, double *gate,
                      double *expert) {
  draw_row(rng, s->model.d, s->ranges->beta1, s->ranges->beta0, gate);
  draw_row(rng, s->model.d, s->ranges->a, s->ranges->b, expert);
}

static void start_random(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  for (size_t i = 0; i < s->model.k; i++)
    draw_atom(s, rng, gate_of(&s->model, theta, i), expert_of(&s->model, theta, i));
}

/* The smaller fit's atoms in the first k - 1 places. */
static void put_smaller(const struct moe_starts *s, double *theta) {
  struct moe_model smaller = s->model;
  smaller.k--;
  for (size_t i = 0; i < smaller.k; i++)
    copy_atom(&s->model, theta, i, &smaller, s->smaller, i);
}

/* An atom that changes little: a zero expert behind any gate where the expert vanishes at 0, or
 * any expert behind a gate near the lower end of its intercepts. */
static void start_inert(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  size_t d = s->model.d, last = s->model.k - 1;
  double *gate = gate_of(&s->model, theta, last), *expert = expert_of(&s->model, theta, last);
  int zero = s->model.expert->zero_at_zero && moe_rng_uniform(rng) < 0.5;
  put_smaller(s, theta);
  draw_atom(s, rng, gate, expert);
  if (zero) {
    for (size_t i = 0; i <= d; i++) expert[i] = 0.1 * moe_rng_normal(rng);
    return;
  }
  const double *range = s->ranges->beta0;
  for (size_t i = 0; i < d; i++) gate[i] = 0.5 * moe_rng_normal(rng);
  gate[d] = range[0] + 0.15 * (range[1] - range[0]) * moe_rng_uniform(rng);
}

/* log(s / (2 - s)) for s = sigmoid(b): the intercept of half the weight at a zero slope. */
static double half_intercept(const struct moe_gate *gate, double b) {
  double weight = moe_sigmoid(b);
  return gate->translation ? b - 0.6931471805599453 : moe_log(weight / (2 - weight));
}

/* Atom j of the smaller fit in two, each of half the weight, in places j and k - 1. */
static void put_split(const struct moe_starts *s, double *theta, size_t j) {
  double *gate = gate_of(&s->model, theta, j);
  put_smaller(s, theta);
  gate[s->model.d] = half_intercept(s->model.gate, gate[s->model.d]);
  copy_atom(&s->model, theta, s->model.k - 1, &s->model, theta, j);
}

/* Coordinate c (gate row, then expert row) of atom i. */
static size_t atom_coordinate(const struct moe_model *m, size_t i, size_t c) {
  return c <= m->d ? i * (m->d + 1) + c : (m->k + i) * (m->d + 1) + c - m->d - 1;
}

/* Splits an atom along the lowest curvature (at times the second) of moving its two halves
 * apart: the Hessian on the moves (+delta, -delta). */
static void start_split(struct moe_starts *s, struct moe_rng *rng, double *theta) {
  const struct moe_model *m = &s->model;
  size_t n = 2 * (m->d + 1), p = moe_model_size(m), j = moe_rng_below(rng, m->k - 1);
  double *hessian = moe_alloc(p * p + p + 2 * n * n + 2 * n, sizeof *hessian);
  double *gradient = hessian + p * p, *apart = gradient + p, *v = apart + n * n;
  double *w = v + n * n, *work = w + n;
  put_split(s, theta, j);
  moe_eval_at(s->ev, theta, MOE_HESSIAN, gradient, hessian);
  s->evaluations++;
  for (size_t a = 0; a < n; a++)
    for (size_t b = 0; b < n; b++) {
      size_t ja = atom_coordinate(m, j, a), jb = atom_coordinate(m, j, b);
      size_t la = atom_coordinate(m, m->k - 1, a), lb = atom_coordinate(m, m->k - 1, b);
      apart[a * n + b] = hessian[ja * p + jb] - hessian[ja * p + lb] - hessian[la * p + jb] +
                         hessian[la * p + lb];
    }
  int broken = moe_eigen(n, apart, w, v, work);
  size_t which = moe_rng_uniform(rng) < 0.33;
  double t = 0.05 * moe_exp(3.4 * moe_rng_uniform(rng)); /* .05 to 1.5 */
  for (size_t a = 0; a < n; a++) {
    double delta = broken ? 0.3 * moe_rng_normal(rng) : t * v[which * n + a];
    theta[atom_coordinate(m, j, a)] += delta;
    theta[atom_coordinate(m, m->k - 1, a)] -= delta;
  }
  moe_free(hessian);
}

static void start_jitter(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  static const double radii[] = {0.1, 0.3, 1};
  const struct moe_model *m = &s->model;
  size_t j = moe_rng_below(rng, m->k - 1);
  double radius = radii[moe_rng_below(rng, 3)];
  put_split(s, theta, j);
  for (size_t c = 0; c < 2 * (m->d + 1); c++) {
    theta[atom_coordinate(m, j, c)] += radius * moe_rng_normal(rng);
    theta[atom_coordinate(m, m->k - 1, c)] += radius * moe_rng_normal(rng);
  }
}

/* The least-squares amount of psi = f_with - f against the residual f - y, and the decrease
 * that it promises. */
static double score_candidate(const struct moe_data *data, const double *f, const double *with,
                              double *amount) {
  double inner = 0, square = 0;
  for (size_t i = 0; i < data->n; i++) {
    double w = *moe_data_at(data, i, data->d + 1), psi = with[i] - f[i];
    inner += w * psi * (*moe_data_at(data, i, data->d) - f[i]);
    square += w * psi * psi;
  }
  *amount = inner / square;
  return inner > 0 && square > 0 ? 0.5 * inner * inner / square : 0;
}

/* Puts a candidate (score, atom) into its place among the best KEPT. */
static void keep_candidate(struct moe_starts *s, double *scores, double score,
                           const double *atom) {
  size_t width = 2 * (s->model.d + 1), at = s->scan_count;
  if (!(score > 0) || (at == KEPT && score <= scores[KEPT - 1])) return;
  if (at == KEPT)
    at--;
  else
    s->scan_count++;
  for (; at > 0 && scores[at - 1] < score; at--) {
    scores[at] = scores[at - 1];
    memcpy(s->scan + at * width, s->scan + (at - 1) * width, width * sizeof *s->scan);
  }
  scores[at] = score;
  memcpy(s->scan + at * width, atom, width * sizeof *atom);
}

void moe_starts_scan(struct moe_starts *s) {
  const struct moe_data *data = moe_eval_data(s->ev);
  size_t p = moe_model_size(&s->model), D = s->model.d + 1, last = s->model.k - 1;
  double *theta = moe_alloc(p + 2 * D + 2 * data->n, sizeof *theta), scores[KEPT] = {0};
  double *atom = theta + p, *f = atom + 2 * D, *with = f + data->n, amount;
  struct moe_model smaller = s->model;
  smaller.k--;
  struct moe_eval *ev = moe_eval_alloc(&smaller, data, MOE_AUTO);
  moe_eval_values(ev, s->smaller, f);
  moe_eval_free(ev);
  s->scan = moe_alloc(KEPT * 2 * D, sizeof *s->scan);
  struct moe_rng rng = moe_rng_make(s->key, MOE_STREAM_SCAN);
  for (size_t c = 0; c < CANDIDATES; c++) {
    put_smaller(s, theta);
    draw_atom(s, &rng, atom, atom + D);
    memcpy(gate_of(&s->model, theta, last), atom, D * sizeof *atom);
    memcpy(expert_of(&s->model, theta, last), atom + D, D * sizeof *atom);
    moe_eval_values(s->ev, theta, with);
    double score = score_candidate(data, f, with, &amount);
    if (score > 0) atom[D - 1] += moe_log(amount);
    keep_candidate(s, scores, score, atom);
  }
  s->evaluations += CANDIDATES;
  moe_free(theta);
}

static void start_insert(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  size_t D = s->model.d + 1, last = s->model.k - 1;
  double *gate = gate_of(&s->model, theta, last), *expert = expert_of(&s->model, theta, last);
  put_smaller(s, theta);
  draw_atom(s, rng, gate, expert);
  if (s->scan_count == 0) return;
  const double *atom = s->scan + moe_rng_below(rng, s->scan_count) * 2 * D;
  for (size_t i = 0; i < D; i++) {
    gate[i] = atom[i] + 0.1 * moe_rng_normal(rng);
    expert[i] = atom[D + i] + 0.1 * moe_rng_normal(rng);
  }
}

/* Translates every gate row so that row `pinned` is where the box pins it: the point of its
 * ranges nearest 0. */
static void translate(const struct moe_starts *s, size_t pinned, double *theta) {
  size_t d = s->model.d;
  for (size_t c = 0; c <= d; c++) {
    const double *range = c == d ? s->ranges->beta0 : s->ranges->beta1;
    double to = range[0] > 0 ? range[0] : range[1] < 0 ? range[1] : 0;
    double shift = to - theta[pinned * (d + 1) + c];
    for (size_t i = 0; i < s->model.k; i++) theta[i * (d + 1) + c] += shift;
  }
}

/* How far the gate rows stick out of the ranges, summed. */
static double outside(const struct moe_starts *s, const double *theta) {
  double sum = 0;
  for (size_t i = 0; i < s->model.k * (s->model.d + 1); i++) {
    int intercept = i % (s->model.d + 1) == s->model.d;
    const double *range = intercept ? s->ranges->beta0 : s->ranges->beta1;
    sum += fmax(0, range[0] - theta[i]) + fmax(0, theta[i] - range[1]);
  }
  return sum;
}

size_t moe_starts_pin(const struct moe_starts *s, double *theta) {
  size_t best = 0;
  double least = INFINITY;
  if (!s->model.gate->translation) return s->model.k;
  for (size_t i = 0; i < s->model.k; i++) {
    translate(s, i, theta);
    double sum = outside(s, theta);
    if (!(sum < least)) continue;
    least = sum;
    best = i;
  }
  translate(s, best, theta);
  return best;
}

static enum moe_start_kind start_kind(const struct moe_starts *s, size_t index,
                                      double *radius) {
  static const double near_only[] = {0.05, 0.2, 0.5, 1}, mixed[] = {0.5, 0.2, 1, 0.05};
  int has_truth = s->truth.k > 0;
  *radius = has_truth && s->near_only ? near_only[index % 4] : mixed[index % 4];
  if (has_truth && (s->near_only || index < NEAR_FIRST)) return MOE_START_NEAR;
  if (!s->smaller) return has_truth && index % 2 == 0 ? MOE_START_NEAR : MOE_START_RANDOM;
  return cycle[(index - (has_truth ? NEAR_FIRST : 0)) % 32];
}

static void start_add(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  size_t last = s->model.k - 1;
  put_smaller(s, theta);
  draw_atom(s, rng, gate_of(&s->model, theta, last), expert_of(&s->model, theta, last));
}

static void start_draw(struct moe_starts *s, enum moe_start_kind kind, double radius,
                       struct moe_rng *rng, double *theta) {
  switch (kind) {
  case MOE_START_NEAR:
    moe_start_near(&s->model, &s->truth, s->truth_theta, radius, rng, theta);
    break;
  case MOE_START_ADD:
    start_add(s, rng, theta);
    break;
  case MOE_START_INERT:
    start_inert(s, rng, theta);
    break;
  case MOE_START_INSERT:
    start_insert(s, rng, theta);
    break;
  case MOE_START_SPLIT:
    start_split(s, rng, theta);
    break;
  case MOE_START_JITTER:
    start_jitter(s, rng, theta);
    break;
  default:
    start_random(s, rng, theta);
    break;
  }
}

/* An evaluation costs a hundredth of a descent, and a start that is bad from the beginning
 * rarely ends well: of the kinds that draw blindly the best of several draws is taken. */
static void start_draw_best(struct moe_starts *s, enum moe_start_kind kind, size_t pinned,
                            struct moe_rng *rng, double *theta) {
  size_t p = moe_model_size(&s->model);
  double *draw = moe_alloc(p, sizeof *draw), least = INFINITY;
  struct moe_box box;
  moe_box_make(&box, &s->model, s->ranges, pinned);
  for (size_t i = 0; i < DRAWS; i++) {
    start_draw(s, kind, 0, rng, draw);
    if (pinned < s->model.k) translate(s, pinned, draw);
    moe_box_project(&box, p, draw);
    double objective = moe_eval_at(s->ev, draw, MOE_OBJECTIVE, NULL, NULL);
    if (i > 0 && !(objective < least)) continue;
    least = isnan(objective) ? INFINITY : objective;
    memcpy(theta, draw, p * sizeof *theta);
  }
  s->evaluations += DRAWS;
  moe_box_free(&box);
  moe_free(draw);
}

enum moe_start_kind moe_starts_make(struct moe_starts *s, size_t index, size_t runner,
                                    double *theta, size_t *pinned) {
  struct moe_rng rng = moe_rng_make(s->key, index);
  rng.at = (uint64_t)runner << 32; /* far beyond what a start draws */
  double radius;
  enum moe_start_kind kind = start_kind(s, index, &radius);
  *pinned = s->model.gate->translation ? moe_rng_below(&rng, s->model.k) : s->model.k;
  if (kind == MOE_START_RANDOM || kind == MOE_START_ADD || kind == MOE_START_INERT) {
    start_draw_best(s, kind, *pinned, &rng, theta);
    return kind;
  }
  start_draw(s, kind, radius, &rng, theta);
  if (*pinned < s->model.k) translate(s, *pinned, theta);
  return kind;
}
