/*
 * test_eval.c - the plain evaluator against differences of f, the fast ones against the plain
 * one, and the promise of equal bits.
 */
#include "cell.h"
#include "eval_fixture.h"

#include <stdio.h>

/* Everything an evaluator gives, at one theta. */
struct answer {
  size_t n, p;
  double objective[4], corrected;
  double *gradient, *gauss_newton, *hessian, *values, *correction;
};

static struct answer answer_of(struct moe_eval *ev, const struct fixture *f) {
  size_t n = f->data->n, p = f->p;
  struct answer a = {.n = n, .p = p};
  a.gradient = calloc(p, sizeof(double));
  a.gauss_newton = calloc(p * p, sizeof(double));
  a.hessian = calloc(p * p, sizeof(double));
  a.values = calloc(n, sizeof(double));
  a.correction = calloc(p, sizeof(double));
  a.objective[0] = moe_eval_at(ev, f->theta, MOE_OBJECTIVE, NULL, NULL);
  a.objective[1] = moe_eval_at(ev, f->theta, MOE_GRADIENT, a.gradient, NULL);
  a.objective[2] = moe_eval_at(ev, f->theta, MOE_GAUSS_NEWTON, a.gradient, a.gauss_newton);
  a.objective[3] = moe_eval_at(ev, f->theta, MOE_HESSIAN, NULL, a.hessian);
  moe_eval_values(ev, f->theta, a.values);
  a.corrected = moe_eval_correction(ev, f->theta, f->step, a.correction);
  return a;
}

static struct answer answer_make(const struct fixture *f, enum moe_evaluator which) {
  struct moe_eval *ev = moe_eval_alloc(&f->model, f->data, which);
  struct answer a = answer_of(ev, f);
  moe_eval_free(ev);
  return a;
}

static void answer_free(struct answer *a) {
  free(a->gradient);
  free(a->gauss_newton);
  free(a->hessian);
  free(a->values);
  free(a->correction);
}

/* Largest |a - b| as a share of the largest |b| or 1. */
static void assert_close(const char *what, const struct fixture *f, size_t count,
                         const double *a, const double *b, double tolerance) {
  double gap = 0, scale = 1;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(a[i])) gap = INFINITY;
    gap = fmax(gap, fabs(a[i] - b[i]));
    scale = fmax(scale, fabs(b[i]));
  }
  if (!(gap <= tolerance * scale))
    fail_msg("%s of %s/%s, d = %zu, k = %zu, n = %zu: off by %g of %g", what,
             f->model.gate->name, f->model.expert->name, f->model.d, f->model.k, f->data->n,
             gap, scale);
}

/* Sums of n terms of order 1 with errors of a few ulp each: 1e-12 of the largest entry leaves a
 * factor of 100 and more. */
static void answers_close(const struct fixture *f, const struct answer *a,
                          const struct answer *b) {
  assert_close("objective", f, 4, a->objective, b->objective, 1e-12);
  assert_close("gradient", f, a->p, a->gradient, b->gradient, 1e-12);
  assert_close("J'J", f, a->p * a->p, a->gauss_newton, b->gauss_newton, 1e-12);
  assert_close("Hessian", f, a->p * a->p, a->hessian, b->hessian, 1e-12);
  assert_close("values", f, a->n, a->values, b->values, 1e-13);
  assert_close("correction", f, a->p, a->correction, b->correction, 1e-12);
  assert_close("objective after the step", f, 1, &a->corrected, &b->corrected, 1e-12);
}

static int same_bits(const void *a, const void *b, size_t numbers) {
  return memcmp(a, b, numbers * sizeof(double)) == 0;
}

static int answers_equal(const struct answer *a, const struct answer *b) {
  return same_bits(a->objective, b->objective, 4) && same_bits(a->values, b->values, a->n) &&
         same_bits(&a->corrected, &b->corrected, 1) &&
         same_bits(a->gradient, b->gradient, a->p) &&
         same_bits(a->gauss_newton, b->gauss_newton, a->p * a->p) &&
         same_bits(a->hessian, b->hessian, a->p * a->p) &&
         same_bits(a->correction, b->correction, a->p);
}

/* Calls check for every gate and expert at a few shapes: one row, a full tile, padded tiles,
 * more rows than one plain sum takes, d = 1 and d > 1, remainders of every register block. */
static void for_each_model(void (*check)(struct fixture *f)) {
  static const size_t shapes[][3] = {{1, 1, 1},  {1, 2, 32},   {1, 3, 95}, {2, 2, 33},
                                     {3, 3, 64}, {1, 3, 2500}, {8, 4, 40}, {2, 7, 1100}};
  for (size_t g = 0; moe_gate_row_at(g); g++)
    for (size_t e = 0; moe_expert_row_at(e); e++)
      for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct fixture f = fixture_make(moe_gate_row_at(g)->name, moe_expert_row_at(e)->name,
                                        shapes[s][0], shapes[s][1], shapes[s][2], 100 * s + e);
        check(&f);
        fixture_free(&f);
      }
}

static void check_against_plain(struct fixture *f) {
  struct answer plain = answer_make(f, MOE_PLAIN), tile = answer_make(f, MOE_TILED);
  struct answer blis = answer_make(f, MOE_BLIS);
  answers_close(f, &tile, &plain);
  answers_close(f, &blis, &plain);
  answer_free(&plain);
  answer_free(&tile);
  answer_free(&blis);
}

static void fast_evaluators_match_plain(void **state) {
  (void)state;
  for_each_model(check_against_plain);
}

/* Shapes that are unrolled and shapes that are not, blocks of tiles that are full and that are not;
 * covariates of about `size`, logits of about `logit`. */
static void check_random_shapes(double size, double logit, void (*check)(struct fixture *f)) {
  uint64_t state = 20;
  size_t gates = 0, experts = 0;
  while (moe_gate_row_at(gates)) gates++;
  while (moe_expert_row_at(experts)) experts++;
  for (uint64_t trial = 0; trial < 40; trial++) {
    size_t draw[5];
    for (size_t i = 0; i < 5; i++)
      draw[i] = (size_t)(500 * (1 + fixture_number(&state))); /* 0 .. 999 */
    size_t d = trial % 2 ? 1 : 1 + draw[0] % 11, k = 1 + draw[1] % 6;
    struct fixture f = fixture_make(moe_gate_row_at(draw[2] % gates)->name,
                                    moe_expert_row_at(draw[3] % experts)->name, d, k,
                                    1 + draw[4] % 600, trial);
    for (size_t m = 0; m < f.data->n; m++)
      for (size_t s = 0; s < d; s++) *moe_data_at(f.data, m, s) *= size;
    moe_data_pad(f.data);
    for (size_t i = 0; i < k * (d + 1); i++) f.theta[i] *= logit;
    check(&f);
    fixture_free(&f);
  }
}

static void random_shapes_match_plain(void **state) {
  (void)state;
  check_random_shapes(1, 1, check_against_plain);
}

/* Gates that are 0 or 1 to the last bit, and covariates that hardly matter. */
static void extremes_match_plain(void **state) {
  (void)state;
  check_random_shapes(1, 700, check_against_plain);
  check_random_shapes(1e-200, 1, check_against_plain);
  check_random_shapes(1e-200, 700, check_against_plain);
}

static const char *const levels[] = {"avx512", "avx2", "portable"};

/* Sets MOERATES_ISA; 0 if this CPU cannot run the level. */
static int isa_set(const char *level) {
  setenv("MOERATES_ISA", level, 1);
  if (moe_isa_check(NULL) == MOE_OK) return 1;
  unsetenv("MOERATES_ISA");
  return 0;
}

static void check_bits(struct fixture *f) {
  for (enum moe_evaluator which = MOE_TILED; which <= MOE_BLIS; which++) {
    struct answer first = answer_make(f, which), again = answer_make(f, which);
    assert_true(answers_equal(&first, &again));
    answer_free(&again);
    for (size_t i = 0; i < 3; i++) {
      if (!isa_set(levels[i])) continue;
      struct answer other = answer_make(f, which);
      if (!answers_equal(&first, &other))
        fail_msg("%s/%s, d = %zu, k = %zu: other bits at level %s", f->model.gate->name,
                 f->model.expert->name, f->model.d, f->model.k, levels[i]);
      answer_free(&other);
      unsetenv("MOERATES_ISA");
    }
    answer_free(&first);
  }
}

static void all_levels_give_the_same_bits(void **state) {
  (void)state;
  for_each_model(check_bits);
  check_random_shapes(1, 1, check_bits);
}

/* Zeros in the entries of a pinned row. */
static void hide(const struct fixture *f, size_t atom, struct answer *a) {
  size_t p = f->p, D = f->model.d + 1;
  for (size_t i = atom * D; i < (atom + 1) * D; i++) {
    a->gradient[i] = a->correction[i] = 0;
    for (size_t j = 0; j < p; j++) {
      a->gauss_newton[i * p + j] = a->gauss_newton[j * p + i] = 0;
      a->hessian[i * p + j] = a->hessian[j * p + i] = 0;
    }
  }
}

/* Nothing but the entries of a pinned row changes, by a bit (BLIS: by rounding); whether the row is
 * constant, as in a fit, or not. The step leaves it alone: then the linear model knows nothing of
 * what is hidden. */
static void check_pinned(struct fixture *f) {
  size_t D = f->model.d + 1, last = f->model.k - 1;
  for (size_t trial = 0; trial < 4; trial++) {
    size_t atom = trial % 2 ? 0 : last;
    for (size_t s = 0; s < D; s++) f->step[atom * D + s] = 0;
    for (size_t s = 0; trial / 2 && s < f->model.d; s++) f->theta[atom * D + s] = 0;
    for (enum moe_evaluator which = MOE_PLAIN; which <= MOE_BLIS; which++) {
      struct moe_eval *ev = moe_eval_alloc(&f->model, f->data, which);
      struct answer whole = answer_of(ev, f);
      moe_eval_pin(ev, atom);
      struct answer pinned = answer_of(ev, f);
      moe_eval_pin(ev, f->model.k);
      struct answer again = answer_of(ev, f);
      assert_true(answers_equal(&again, &whole));
      hide(f, atom, &whole);
      if (which == MOE_BLIS)
        answers_close(f, &pinned, &whole);
      else
        assert_true(answers_equal(&pinned, &whole));
      answer_free(&whole);
      answer_free(&pinned);
      answer_free(&again);
      moe_eval_free(ev);
    }
  }
}

static void a_pinned_row_has_no_derivatives(void **state) {
  (void)state;
  check_random_shapes(1, 1, check_pinned);
}

static uint64_t digest;

/* Of the gates and experts that version 1 has: a new one changes no stored cell. */
static void digest_add(struct fixture *f) {
  if (f->model.gate->id > 1 || f->model.expert->id > 8) return;
  struct answer a = answer_make(f, MOE_TILED);
  digest = fixture_digest(digest, a.objective, 4);
  digest = fixture_digest(digest, &a.corrected, 1);
  digest = fixture_digest(digest, a.gradient, a.p);
  digest = fixture_digest(digest, a.gauss_newton, a.p * a.p);
  digest = fixture_digest(digest, a.hessian, a.p * a.p);
  digest = fixture_digest(digest, a.values, a.n);
  digest = fixture_digest(digest, a.correction, a.p);
  answer_free(&a);
}

/* The bits that every compiler, optimisation level and CPU must give. Whoever changes them on
 * purpose raises MOE_VERSION_OBJECTIVE, so that stored cells are not mixed with new ones. */
static void bits_are_those_of_the_version(void **state) {
  (void)state;
  digest = FIXTURE_DIGEST_START;
  for_each_model(digest_add);
  assert_int_equal(MOE_VERSION_OBJECTIVE, 1);
  if (digest != 0x2ed99dfa73e88590u)
    fail_msg("other bits (%#llx): raise MOE_VERSION_OBJECTIVE and put this digest here",
             (unsigned long long)digest);
}

/* Q of the formula in long double, at theta moved by a steps along i and b along j. */
static long double formula_objective(const struct fixture *f, size_t i, long double a, size_t j,
                                     long double b) {
  long double theta[64] = {0}, q = 0;
  double x[8] = {0};
  for (size_t l = 0; l < f->p; l++) theta[l] = f->theta[l];
  theta[i] += a * fixture_step;
  theta[j] += b * fixture_step;
  for (size_t m = 0; m < f->data->n; m++) {
    for (size_t s = 0; s < f->model.d; s++) x[s] = *moe_data_at(f->data, m, s);
    long double r = fixture_value(&f->model, theta, x) - *moe_data_at(f->data, m, f->model.d);
    q += *moe_data_at(f->data, m, f->model.d + 1) * r * r;
  }
  return q / 2;
}

/* 1 if some pre-activation is so near 0 that differences would step over the kink of relu. */
static int near_kink(const struct fixture *f) {
  for (size_t m = 0; m < f->data->n; m++)
    for (size_t i = 0; i < f->model.k; i++) {
      const double *row = moe_expert_row(&f->model, f->theta, i);
      double z = row[f->model.d];
      for (size_t s = 0; s < f->model.d; s++) z += row[s] * *moe_data_at(f->data, m, s);
      if (fabs(z) < 8 * (double)fixture_step * (double)(f->model.d + 1)) return 1;
    }
  return 0;
}

static void plain_matches_differences(const char *gate, const char *expert, size_t d,
                                      size_t k) {
  struct fixture f = fixture_make(gate, expert, d, k, 5, 3);
  for (uint64_t seed = 4; near_kink(&f); seed++) {
    fixture_free(&f);
    f = fixture_make(gate, expert, d, k, 5, seed);
  }
  struct answer a = answer_make(&f, MOE_PLAIN);
  double *gradient = calloc(f.p, sizeof(double)), *hessian = calloc(f.p * f.p, sizeof(double));
  for (size_t i = 0; i < f.p; i++) {
    long double slope = 0;
    for (int s = 0; s < 4; s++)
      slope +=
          fixture_factor[s] / fixture_step * formula_objective(&f, i, fixture_offset[s], i, 0);
    gradient[i] = (double)slope;
    for (size_t j = 0; j <= i; j++) {
      long double bend = 0;
      for (int s = 0; s < 4; s++)
        for (int t = 0; t < 4; t++)
          bend += fixture_factor[s] * fixture_factor[t] / (fixture_step * fixture_step) *
                  formula_objective(&f, i, fixture_offset[s], j, fixture_offset[t]);
      hessian[i * f.p + j] = hessian[j * f.p + i] = (double)bend;
    }
  }
  double q = (double)formula_objective(&f, 0, 0, 0, 0);
  assert_close("objective by formula", &f, 1, &a.objective[3], &q, 1e-14);
  /* Truncation of the differences: step^4 / 30 = 5e-13 times a fifth derivative. */
  assert_close("gradient by differences", &f, f.p, a.gradient, gradient, 1e-9);
  assert_close("Hessian by differences", &f, f.p * f.p, a.hessian, hessian, 1e-8);
  free(gradient);
  free(hessian);
  answer_free(&a);
  fixture_free(&f);
}

static void plain_matches_formulas(void **state) {
  (void)state;
  for (size_t g = 0; moe_gate_row_at(g); g++)
    for (size_t e = 0; moe_expert_row_at(e); e++) {
      plain_matches_differences(moe_gate_row_at(g)->name, moe_expert_row_at(e)->name, 1, 3);
      plain_matches_differences(moe_gate_row_at(g)->name, moe_expert_row_at(e)->name, 2, 2);
    }
}

/* J'J is the Hessian when every residual is 0. */
static void curvatures_agree_at_a_perfect_fit(void **state) {
  (void)state;
  struct fixture f = fixture_make("softmax", "gelu", 2, 3, 50, 8);
  struct answer a = answer_make(&f, MOE_TILED);
  for (size_t i = 0; i < 50; i++) *moe_data_at(f.data, i, 2) = a.values[i];
  moe_data_pad(f.data);
  struct answer b = answer_make(&f, MOE_TILED);
  assert_true(b.objective[0] == 0);
  assert_close("Hessian at a perfect fit", &f, f.p * f.p, b.hessian, a.gauss_newton, 1e-15);
  answer_free(&a);
  answer_free(&b);
  fixture_free(&f);
}

/* The correction is J'W (f(theta + step) - f - J step), and it is of second order. */
static void correction_is_second_order(void **state) {
  (void)state;
  struct fixture f = fixture_make("sigmoid", "tanh", 2, 3, 60, 9);
  double norm[2] = {0, 0}, *jtc = calloc(f.p, sizeof(double));
  struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, MOE_AUTO);
  for (int half = 0; half < 2; half++) {
    double q = moe_eval_correction(ev, f.theta, f.step, jtc), *moved = calloc(f.p, sizeof q);
    for (size_t i = 0; i < f.p; i++) {
      norm[half] += jtc[i] * jtc[i];
      moved[i] = f.theta[i] + f.step[i];
      f.step[i] /= 64;
    }
    assert_true(q == moe_eval_at(ev, moved, MOE_OBJECTIVE, NULL, NULL));
    free(moved);
  }
  double ratio = sqrt(norm[0] / norm[1]) / (64 * 64);
  if (!(ratio > 0.8 && ratio < 1.25)) fail_msg("the correction fell by 64^2 times %g", ratio);
  moe_eval_free(ev);
  free(jtc);
  fixture_free(&f);
}

/* Swaps rows i and j of theta. */
static void rows_swap(const struct fixture *f, size_t i, size_t j) {
  size_t D = f->model.d + 1;
  for (size_t s = 0; s < D; s++) {
    double t = f->theta[i * D + s];
    f->theta[i * D + s] = f->theta[j * D + s];
    f->theta[j * D + s] = t;
  }
}

static void atoms_have_no_order(void **state) {
  (void)state;
  for (size_t g = 0; moe_gate_row_at(g); g++) {
    struct fixture f = fixture_make(moe_gate_row_at(g)->name, "silu", 2, 3, 70, 10);
    struct answer a = answer_make(&f, MOE_AUTO);
    rows_swap(&f, 0, 2); /* gates of atoms 0 and 2, then their experts */
    rows_swap(&f, 3, 5);
    struct answer b = answer_make(&f, MOE_AUTO);
    assert_close("objective of relabelled atoms", &f, 4, b.objective, a.objective, 1e-14);
    assert_close("gradient of atom 2", &f, 3, b.gradient + 6, a.gradient, 1e-13);
    assert_close("gradient of expert 2", &f, 3, b.gradient + 15, a.gradient + 9, 1e-13);
    answer_free(&a);
    answer_free(&b);
    fixture_free(&f);
  }
}

static void softmax_ignores_a_translation(void **state) {
  (void)state;
  struct fixture f = fixture_make("softmax", "tanh", 2, 3, 70, 12);
  struct answer a = answer_make(&f, MOE_AUTO);
  for (size_t s = 0; s < 3; s++) {
    double sum = 0, scale = 0;
    for (size_t i = 0; i < 3; i++) {
      sum += a.gradient[i * 3 + s];
      scale = fmax(scale, fabs(a.gradient[i * 3 + s]));
      f.theta[i * 3 + s] += 0.75;
    }
    assert_true(fabs(sum) < 1e-13 * (1 + scale));
  }
  struct answer b = answer_make(&f, MOE_AUTO);
  assert_close("translated softmax", &f, 4, b.objective, a.objective, 1e-14);
  assert_close("its gradient", &f, f.p, b.gradient, a.gradient, 1e-13);
  answer_free(&a);
  answer_free(&b);
  fixture_free(&f);
}

/* log s(u) is u far to the left, where s(u) itself is no number any more: then the normalised sigmoid
 * is softmax. Far to the right all weights are equal and their derivatives 0. */
static void normalised_sigmoid_far_out(void **state) {
  (void)state;
  for (enum moe_evaluator which = MOE_PLAIN; which <= MOE_TILED; which++) {
    struct fixture f = fixture_make("normalised-sigmoid", "tanh", 1, 3, 70, 21);
    struct fixture softmax = fixture_make("softmax", "tanh", 1, 3, 70, 21);
    for (size_t i = 0; i < 3; i++) f.theta[2 * i + 1] = softmax.theta[2 * i + 1] -= 2000;
    struct answer a = answer_make(&f, which), b = answer_make(&softmax, which);
    answers_close(&f, &a, &b);
    for (size_t i = 0; i < 3; i++) f.theta[2 * i + 1] += 4000;
    struct answer c = answer_make(&f, which);
    for (size_t i = 0; i < 6; i++) assert_true(c.gradient[i] == 0 && c.hessian[13 * i] == 0);
    double x = *moe_data_at(f.data, 0, 0), mean = 0;
    for (size_t i = 0; i < 3; i++)
      mean += tanh(f.theta[6 + 2 * i] * x + f.theta[7 + 2 * i]) / 3;
    assert_close("mean of the experts", &f, 1, c.values, &mean, 1e-15);
    answer_free(&a);
    answer_free(&b);
    answer_free(&c);
    fixture_free(&f);
    fixture_free(&softmax);
  }
}

static void rows_have_no_order(void **state) {
  (void)state;
  struct fixture f = fixture_make("sigmoid", "gelu", 1, 3, 777, 13);
  struct answer a = answer_make(&f, MOE_AUTO);
  for (size_t i = 0; i < 777 / 2; i++)
    for (size_t s = 0; s < 3; s++) {
      double t = *moe_data_at(f.data, i, s);
      *moe_data_at(f.data, i, s) = *moe_data_at(f.data, 776 - i, s);
      *moe_data_at(f.data, 776 - i, s) = t;
    }
  moe_data_pad(f.data);
  struct answer b = answer_make(&f, MOE_AUTO);
  assert_close("objective of reversed rows", &f, 4, b.objective, a.objective, 1e-13);
  assert_close("Hessian of reversed rows", &f, f.p * f.p, b.hessian, a.hessian, 1e-13);
  answer_free(&a);
  answer_free(&b);
  fixture_free(&f);
}

/* A million rows lose nothing: 2^20 equal rows are 2^20 times one row, to the last bits. */
static void many_rows_lose_nothing(void **state) {
  (void)state;
  size_t n = 1 << 20;
  struct fixture one = fixture_make("sigmoid", "tanh", 1, 2, 1, 14);
  struct fixture many = fixture_make("sigmoid", "tanh", 1, 2, n, 14);
  for (size_t i = 0; i < n; i++)
    for (size_t s = 0; s < 3; s++) *moe_data_at(many.data, i, s) = *moe_data_at(one.data, 0, s);
  memcpy(many.theta, one.theta, one.p * sizeof(double));
  double gradient[2][8], hessian[2][64];
  struct fixture *both[2] = {&one, &many};
  for (int i = 0; i < 2; i++) {
    struct moe_eval *ev = moe_eval_alloc(&both[i]->model, both[i]->data, MOE_TILED);
    moe_eval_at(ev, both[i]->theta, MOE_HESSIAN, gradient[i], hessian[i]);
    moe_eval_free(ev);
  }
  /* Plain sums over 1024 rows, 128 per lane, are the only place where rounding adds up. */
  for (size_t i = 0; i < 64; i++)
    assert_true(fabs(hessian[1][i] / (double)n - hessian[0][i]) <= 3e-14 * fabs(hessian[0][i]));
  for (size_t i = 0; i < 8; i++)
    assert_true(fabs(gradient[1][i] / (double)n - gradient[0][i]) <=
                3e-14 * fabs(gradient[0][i]));
  fixture_free(&one);
  fixture_free(&many);
}

static void overflow_is_no_crash(void **state) {
  (void)state;
  for (size_t g = 0; moe_gate_row_at(g); g++)
    for (enum moe_evaluator which = MOE_PLAIN; which <= MOE_BLIS; which++) {
      struct fixture f = fixture_make(moe_gate_row_at(g)->name, "polynomial-3", 1, 2, 40, 15);
      struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, which);
      double gradient[8], hessian[64];
      f.theta[5] = 1e200;
      assert_false(isfinite(moe_eval_at(ev, f.theta, MOE_HESSIAN, gradient, hessian)));
      f.theta[5] = NAN;
      assert_false(isfinite(moe_eval_at(ev, f.theta, MOE_HESSIAN, gradient, hessian)));
      moe_eval_free(ev);
      fixture_free(&f);
    }
}

static void assert_name(size_t d, size_t k, enum moe_evaluator which, const char *starts) {
  struct fixture f = fixture_make("sigmoid", "relu", d, k, 8, 16);
  struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, which);
  if (strncmp(moe_eval_name(ev), starts, strlen(starts)) != 0)
    fail_msg("(%zu,%zu) runs on %s, not %s", d, k, moe_eval_name(ev), starts);
  assert_ptr_equal(moe_eval_data(ev), f.data);
  assert_int_equal(moe_eval_model(ev)->k, k);
  moe_eval_free(ev);
  fixture_free(&f);
}

static void evaluators_are_chosen_by_rule(void **state) {
  (void)state;
  assert_name(1, 3, MOE_PLAIN, "plain");
  assert_name(1, 3, MOE_AUTO, "tile:");
  assert_name(1, 3, MOE_BLIS, "blis:");
  assert_name(32, 9, MOE_AUTO, "blis:");
  assert_name(32, 9, MOE_TILED, "tile:");
  assert_name(32, 9, MOE_TUNED, "blis:");
  moe_eval_tune(171 * 561 + 1); /* one more than this shape has */
  assert_name(32, 9, MOE_TUNED, "tile:");
  moe_eval_tune(171 * 561);
  assert_name(32, 9, MOE_TUNED, "blis:");
  moe_eval_tune(1);
  assert_name(1, 3, MOE_TUNED, "blis:");
  assert_name(1, 3, MOE_AUTO, "tile:");
  moe_eval_tune(SIZE_MAX);
  assert_name(32, 9, MOE_TUNED, "tile:");
  assert_name(32, 9, MOE_AUTO, "blis:");
}

/* Every row of the two tables has a vector form; without one it would be slow, not wrong. */
static void every_row_has_a_vector_form(void **state) {
  (void)state;
  for (size_t g = 0; moe_gate_row_at(g); g++)
    for (size_t e = 0; moe_expert_row_at(e); e++) {
      struct fixture f =
          fixture_make(moe_gate_row_at(g)->name, moe_expert_row_at(e)->name, 1, 2, 3, 17);
      struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, MOE_TILED);
      assert_string_not_equal(moe_eval_name(ev), "plain");
      moe_eval_free(ev);
      fixture_free(&f);
    }
}

static double doubled(double z, double *d1, double *d2) {
  *d1 = 2;
  *d2 = 0;
  return 2 * z;
}

static void a_row_without_vector_form_runs_plain(void **state) {
  (void)state;
  const struct moe_expert novel = {"novel", "2z", 99, 0, 1, 1, 1, doubled};
  struct fixture f = fixture_make("sigmoid", "linear", 1, 2, 3, 18);
  f.model.expert = &novel;
  struct moe_eval *ev = moe_eval_alloc(&f.model, f.data, MOE_BLIS);
  assert_string_equal(moe_eval_name(ev), "plain");
  assert_true(isfinite(moe_eval_at(ev, f.theta, MOE_OBJECTIVE, NULL, NULL)));
  moe_eval_free(ev);
  fixture_free(&f);
}

static void unknown_levels_are_named(void **state) {
  (void)state;
  struct moe_error e;
  unsetenv("MOERATES_ISA");
  assert_int_equal(moe_isa_check(&e), MOE_OK);
  setenv("MOERATES_ISA", "sse9", 1);
  assert_int_equal(moe_isa_check(&e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "MOERATES_ISA=sse9: unknown; use avx512, avx2 or portable"));
  setenv("MOERATES_ISA", "portable", 1);
  assert_int_equal(moe_isa_check(&e), MOE_OK);
  assert_string_equal(moe_isa(), "portable");
  unsetenv("MOERATES_ISA");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_matches_formulas),
      cmocka_unit_test(fast_evaluators_match_plain),
      cmocka_unit_test(random_shapes_match_plain),
      cmocka_unit_test(extremes_match_plain),
      cmocka_unit_test(all_levels_give_the_same_bits),
      cmocka_unit_test(a_pinned_row_has_no_derivatives),
      cmocka_unit_test(bits_are_those_of_the_version),
      cmocka_unit_test(curvatures_agree_at_a_perfect_fit),
      cmocka_unit_test(correction_is_second_order),
      cmocka_unit_test(atoms_have_no_order),
      cmocka_unit_test(softmax_ignores_a_translation),
      cmocka_unit_test(normalised_sigmoid_far_out),
      cmocka_unit_test(rows_have_no_order),
      cmocka_unit_test(many_rows_lose_nothing),
      cmocka_unit_test(overflow_is_no_crash),
      cmocka_unit_test(evaluators_are_chosen_by_rule),
      cmocka_unit_test(every_row_has_a_vector_form),
      cmocka_unit_test(a_row_without_vector_form_runs_plain),
      cmocka_unit_test(unknown_levels_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
