/*
 * family.c - evaluation of families, singular values, relations.
 *
 * Jets of gate and expert are made once per atom and row; a function is then a product of two of
 * their derivatives and a power of x.
 */
#include "family.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "expert.h"
#include "gate.h"
#include "jet.h"
#include "rng.h"

/* A function is zero if it is this much smaller than the largest of its family. */
#define ZERO 1e-26
#define LARGEST_DENOMINATOR 24
#define LARGEST_NUMERATOR 64
#define FRACTION_TOLERANCE 1e-18
#define MOST_SYMBOLS 3
#define MOST_POWER 2
#define LARGEST_FORM 300

/* Jets of every atom at every point: atom i, point m at [i * points + m]. */
struct jets {
  size_t points;
  struct jet *gate, *expert;
  struct dd *mixture; /* f_G at every point; NULL if not centred */
};

static struct dd form(const double *row, const struct moe_data *support, size_t m) {
  struct dd sum = dd_of(row[support->d]);
  for (size_t s = 0; s < support->d; s++)
    sum = dd_add(sum, dd_scale(dd_of(row[s]), *moe_data_at(support, m, s)));
  return sum;
}

/* The same expert gets the same numbers, whichever atom it is in. */
static uint64_t expert_key(const double *row, size_t d) {
  uint64_t key = 14695981039346656037u;
  for (size_t s = 0; s <= d; s++) {
    uint64_t bits;
    double value = row[s] + 0.0; /* -0 is 0 */
    memcpy(&bits, &value, sizeof bits);
    key = (key ^ bits) * 1099511628211u;
  }
  return key;
}

static struct jet generic_expert(const double *row, size_t d, size_t m) {
  struct jet out;
  double draw;
  for (unsigned n = 0; n <= MOE_JET_ORDER; n++) {
    moe_rng_normals(expert_key(row, d), n, m, 1, &draw);
    out.c[n] = dd_of(draw);
  }
  return out;
}

/* f_G = sum_i g(u_i) phi(z_i) / sum_i g(u_i). */
static struct dd *mixture_make(const struct jets *jets, size_t k) {
  struct dd *mixture = moe_alloc(jets->points, sizeof *mixture);
  for (size_t m = 0; m < jets->points; m++) {
    struct dd above = dd_of(0), below = dd_of(0);
    for (size_t i = 0; i < k; i++) {
      struct dd g = jets->gate[i * jets->points + m].c[0];
      above = dd_add(above, dd_mul(g, jets->expert[i * jets->points + m].c[0]));
      below = dd_add(below, g);
    }
    mixture[m] = dd_div(above, below);
  }
  return mixture;
}

static struct jets jets_make(const struct moe_family *f) {
  moe_jet_function *gate = moe_jet_gate_find(f->model.gate->name);
  moe_jet_function *expert = moe_jet_expert_find(f->model.expert->name);
  size_t points = f->support->n, k = f->model.k, d = f->model.d;
  struct jets jets = {.points = points,
                      .gate = moe_alloc(k * points, sizeof *jets.gate),
                      .expert = moe_alloc(k * points, sizeof *jets.expert)};
  for (size_t i = 0; i < k; i++) {
    const double *gate_row = moe_gate_row(&f->model, f->theta, i);
    const double *expert_row = moe_expert_row(&f->model, f->theta, i);
    for (size_t m = 0; m < points; m++) {
      size_t at = i * points + m;
      jets.gate[at] = gate(moe_jet_variable(form(gate_row, f->support, m)));
      jets.expert[at] = f->generic ? generic_expert(expert_row, d, m)
                                   : expert(moe_jet_variable(form(expert_row, f->support, m)));
    }
  }
  jets.mixture = f->centred && f->model.gate->normalised ? mixture_make(&jets, k) : NULL;
  return jets;
}

static void jets_free(struct jets *jets) {
  moe_free(jets->gate);
  moe_free(jets->expert);
  moe_free(jets->mixture);
}

/* The partial derivative `order` of F at atom i and point m. */
static struct dd derivative(const struct moe_family *f, const struct jets *jets, size_t i,
                            size_t m, const unsigned char *order) {
  size_t d = f->model.d;
  unsigned in_gate = order[d], in_expert = order[2 * d + 1];
  struct dd value = dd_of(1);
  for (size_t s = 0; s < d; s++) {
    unsigned degree = order[s] + order[d + 1 + s];
    in_gate += order[s];
    in_expert += order[d + 1 + s];
    for (unsigned n = 0; n < degree; n++)
      value = dd_scale(value, *moe_data_at(f->support, m, s));
  }
  struct dd expert = moe_jet_derivative(&jets->expert[i * jets->points + m], in_expert);
  if (jets->mixture && in_expert == 0) expert = dd_sub(expert, jets->mixture[m]);
  value = dd_mul(value, moe_jet_derivative(&jets->gate[i * jets->points + m], in_gate));
  return dd_mul(value, expert);
}

/* Parameter j of an atom: beta1, beta0, a, b. */
static double parameter(const struct moe_family *f, size_t atom, size_t j) {
  size_t D = f->model.d + 1;
  return j < D ? moe_gate_row(&f->model, f->theta, atom)[j]
               : moe_expert_row(&f->model, f->theta, atom)[j - D];
}

/* g'(beta0) / g(beta0) */
static struct dd gate_ratio(const struct moe_family *f, size_t atom) {
  struct dd beta0 = dd_of(parameter(f, atom, f->model.d));
  struct jet g = moe_jet_gate_find(f->model.gate->name)(moe_jet_variable(beta0));
  return dd_div(g.c[1], g.c[0]);
}

static struct dd monomial(const struct moe_family *f, size_t atom, const unsigned char *power) {
  size_t parameters = 2 * (f->model.d + 1);
  struct dd value = dd_of(1);
  for (size_t j = 0; j < parameters; j++)
    for (unsigned n = 0; n < power[j]; n++) value = dd_scale(value, parameter(f, atom, j));
  for (unsigned n = 0; n < power[parameters]; n++) value = dd_mul(value, gate_ratio(f, atom));
  return value;
}

/* --- evaluation --------------------------------------------------------------------------- */

static enum moe_status forms_check(const struct moe_family *f, struct moe_error *e) {
  for (size_t r = 0; r < 2 * f->model.k; r++)
    for (size_t m = 0; m < f->support->n; m++) {
      double value = form(f->theta + r * (f->model.d + 1), f->support, m).hi;
      if (!(fabs(value) <= LARGEST_FORM))
        return moe_fail(e, MOE_EUSAGE, "atom %zu: its %s is %g on the support, beyond %d",
                        r % f->model.k + 1, r < f->model.k ? "logit" : "pre-activation", value,
                        LARGEST_FORM);
    }
  return MOE_OK;
}

static enum moe_status family_check(const struct moe_family *f, size_t count, size_t rows,
                                    struct moe_error *e) {
  const char *gate = f->model.gate->name, *expert = f->model.expert->name;
  if (!moe_jet_gate_find(gate))
    return moe_fail(e, MOE_EUSAGE, "the gate '%s' has no jets: add a row in src/jet.c", gate);
  if (!moe_jet_expert_find(expert))
    return moe_fail(e, MOE_EUSAGE, "the expert '%s' has no jets: add a row in src/jet.c",
                    expert);
  if (f->model.d > MOE_CERTIFY_COVARIATES)
    return moe_fail(e, MOE_EUSAGE, "d = %zu: families are evaluated for up to %d covariates",
                    f->model.d, MOE_CERTIFY_COVARIATES);
  if (count > MOE_FAMILY_LIMIT)
    return moe_fail(e, MOE_EUSAGE,
                    "the family has %zu functions, more than %d: fewer atoms or covariates",
                    count, MOE_FAMILY_LIMIT);
  if (count > rows)
    return moe_fail(e, MOE_EUSAGE,
                    "the family has %zu functions on %zu points: more points are needed", count,
                    rows);
  return forms_check(f, e);
}

enum moe_status moe_functions_make(const struct moe_family *f, const struct moe_term *term,
                                   size_t count, struct moe_functions *out,
                                   struct moe_error *e) {
  size_t points = f->support->n, d = f->model.d;
  size_t groups = f->stacked ? f->model.k / f->stacked : 1;
  *out = (struct moe_functions){.rows = points * groups, .count = count};
  enum moe_status status = family_check(f, count, out->rows, e);
  if (status) return status;
  struct jets jets = jets_make(f);
  out->value = moe_alloc(out->rows * count + 1, sizeof *out->value);
  for (size_t j = 0; j < count; j++)
    for (size_t group = 0; group < groups; group++) {
      size_t atom = group * f->stacked + term[j].atom;
      struct dd factor = f->stacked ? monomial(f, atom, term[j].power) : dd_of(1);
      for (size_t m = 0; m < points; m++) {
        struct dd root = dd_sqrt(dd_of(*moe_data_at(f->support, m, d + 1)));
        struct dd value = derivative(f, &jets, atom, m, term[j].order);
        out->value[j * out->rows + group * points + m] = dd_mul(dd_mul(root, factor), value);
      }
    }
  jets_free(&jets);
  return MOE_OK;
}

void moe_functions_free(struct moe_functions *f) {
  moe_free(f->value);
  f->value = NULL;
}

/* --- vectors ------------------------------------------------------------------------------ */

static struct dd dot(size_t n, const struct dd *a, const struct dd *b) {
  struct dd sum = dd_of(0);
  for (size_t i = 0; i < n; i++) sum = dd_add(sum, dd_mul(a[i], b[i]));
  return sum;
}

static struct dd norm(size_t n, const struct dd *a) {
  return dd_sqrt(dot(n, a, a));
}

/* a := a + factor b */
static void add(size_t n, struct dd *a, struct dd factor, const struct dd *b) {
  for (size_t i = 0; i < n; i++) a[i] = dd_add(a[i], dd_mul(factor, b[i]));
}

/* A copy with functions of norm 1; size (count numbers) gets the norms, 0 for zero functions. */
static struct dd *normalise(const struct moe_functions *f, struct dd *size) {
  struct dd *value = moe_alloc(f->rows * f->count + 1, sizeof *value);
  double largest = 0;
  for (size_t j = 0; j < f->count; j++) {
    size[j] = norm(f->rows, f->value + j * f->rows);
    largest = fmax(largest, size[j].hi);
  }
  for (size_t j = 0; j < f->count; j++) {
    if (size[j].hi <= ZERO * largest) {
      size[j] = dd_of(0);
      continue;
    }
    struct dd inverse = dd_div(dd_of(1), size[j]);
    for (size_t m = 0; m < f->rows; m++)
      value[j * f->rows + m] = dd_mul(f->value[j * f->rows + m], inverse);
  }
  return value;
}

/* --- singular values ---------------------------------------------------------------------- */

#define SWEEPS 40
#define ORTHOGONAL                                                                             \
  1e-30 /* |a.b| at which two functions are orthogonal, relative and absolute */

/* Rotates a and b so that a.b = 0 (Rutishauser's formulas); 0 if they were orthogonal already. */
static int rotate(size_t n, struct dd *a, struct dd *b) {
  struct dd ab = dot(n, a, b), aa = dot(n, a, a), bb = dot(n, b, b);
  double size = sqrt(aa.hi) * sqrt(bb.hi);
  if (fabs(ab.hi) <= ORTHOGONAL * fmax(size, ORTHOGONAL)) return 0;
  struct dd zeta = dd_div(dd_sub(bb, aa), dd_scale(ab, 2));
  struct dd root = dd_sqrt(dd_add(dd_of(1), dd_mul(zeta, zeta)));
  struct dd tangent = dd_div(dd_of(1), zeta.hi < 0 ? dd_sub(zeta, root) : dd_add(zeta, root));
  struct dd cosine = dd_div(dd_of(1), dd_sqrt(dd_add(dd_of(1), dd_mul(tangent, tangent))));
  struct dd sine = dd_mul(cosine, tangent);
  for (size_t i = 0; i < n; i++) {
    struct dd left = a[i];
    a[i] = dd_sub(dd_mul(cosine, left), dd_mul(sine, b[i]));
    b[i] = dd_add(dd_mul(sine, left), dd_mul(cosine, b[i]));
  }
  return 1;
}

/* Householder reflections that leave functions i with their first i + 1 rows: singular values stay,
 * and rotations become cheap. rows >= count. */
static void triangularise(size_t rows, size_t count, struct dd *value) {
  for (size_t i = 0; i < count; i++) {
    struct dd *mirror = value + i * rows + i, first = mirror[0];
    struct dd size = norm(rows - i, mirror);
    if (size.hi == 0) continue;
    if (first.hi > 0) size = dd_neg(size);
    mirror[0] = dd_sub(first, size);
    struct dd half = dd_neg(dd_mul(size, mirror[0])); /* |mirror|^2 / 2 */
    for (size_t j = i + 1; j < count; j++) {
      struct dd *other = value + j * rows + i;
      add(rows - i, other, dd_neg(dd_div(dot(rows - i, mirror, other), half)), mirror);
    }
    for (size_t m = 1; m < rows - i; m++) mirror[m] = dd_of(0);
    mirror[0] = size;
  }
}

static int descending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

void moe_functions_singular(const struct moe_functions *f, double *singular) {
  struct dd *size = moe_alloc(f->count + 1, sizeof *size), *value = normalise(f, size);
  triangularise(f->rows, f->count, value);
  for (int sweep = 0, turned = 1; turned && sweep < SWEEPS; sweep++) {
    turned = 0;
    for (size_t i = 0; i < f->count; i++)
      for (size_t j = i + 1; j < f->count; j++)
        turned |= rotate(f->count, value + i * f->rows, value + j * f->rows);
  }
  for (size_t j = 0; j < f->count; j++) singular[j] = norm(f->count, value + j * f->rows).hi;
  qsort(singular, f->count, sizeof *singular, descending);
  moe_free(value);
  moe_free(size);
}

/* --- relations ---------------------------------------------------------------------------- */

/* 1 if `later` is `earlier` times a monomial, differentiated in free parameters. */
static int divides(const struct moe_term *earlier, const struct moe_term *later, size_t d,
                   const int *is_free) {
  size_t parameters = 2 * (d + 1);
  for (size_t j = 0; j < parameters; j++) {
    if (earlier->order[j] > later->order[j]) return 0;
    if (earlier->order[j] < later->order[j] && !is_free[j]) return 0;
  }
  for (size_t j = 0; j <= parameters; j++)
    if (earlier->power[j] > later->power[j]) return 0;
  return 1;
}

static int is_consequence(const struct moe_relations *r, const struct moe_term *term, size_t d,
                          const int *is_free, size_t j) {
  for (size_t i = 0; i < j; i++)
    if (r->state[i] == MOE_DEPENDENT && divides(&term[i], &term[j], d, is_free)) return 1;
  return 0;
}

/* Orthonormal directions of the independent functions so far: direction l belongs to function
 * of[l], and direction l . function of[m] = upper[l * count + m]. */
struct span {
  size_t rows, count, rank;
  struct dd *direction, *upper;
  size_t *of;
};

/* Splits the function (norm 1, changed) into part (rank numbers) along the directions and a rest. */
static struct dd span_project(const struct span *s, struct dd *function, struct dd *part) {
  for (size_t l = 0; l < s->rank; l++) part[l] = dd_of(0);
  for (int pass = 0; pass < 2; pass++)
    for (size_t l = 0; l < s->rank; l++) {
      struct dd along = dot(s->rows, s->direction + l * s->rows, function);
      add(s->rows, function, dd_neg(along), s->direction + l * s->rows);
      part[l] = dd_add(part[l], along);
    }
  return norm(s->rows, function);
}

static void span_extend(struct span *s, const struct dd *rest, struct dd size,
                        const struct dd *part, size_t j) {
  struct dd inverse = dd_div(dd_of(1), size);
  for (size_t m = 0; m < s->rows; m++)
    s->direction[s->rank * s->rows + m] = dd_mul(rest[m], inverse);
  for (size_t l = 0; l < s->rank; l++) s->upper[l * s->count + s->rank] = part[l];
  s->upper[s->rank * s->count + s->rank] = size;
  s->of[s->rank++] = j;
}

/* Solves upper c = part: the combination of functions, each of norm 1, that `part` is. */
static void span_solve(const struct span *s, struct dd *part) {
  for (size_t l = s->rank; l-- > 0;) {
    for (size_t m = l + 1; m < s->rank; m++)
      part[l] = dd_sub(part[l], dd_mul(s->upper[l * s->count + m], part[m]));
    part[l] = dd_div(part[l], s->upper[l * s->count + l]);
  }
}

void moe_functions_relate(const struct moe_functions *f, const struct moe_term *term, size_t d,
                          const int *is_free, struct moe_relations *out) {
  size_t n = f->count;
  struct dd *size = moe_alloc(n + 1, sizeof *size), *value = normalise(f, size);
  struct dd *part = moe_alloc(n + 1, sizeof *part);
  struct span span = {.rows = f->rows,
                      .count = n,
                      .direction = moe_alloc(f->rows * n + 1, sizeof *span.direction),
                      .upper = moe_alloc(n * n + 1, sizeof *span.upper),
                      .of = moe_alloc(n + 1, sizeof *span.of)};
  *out = (struct moe_relations){.count = n,
                                .state = moe_alloc(n + 1, sizeof *out->state),
                                .coefficient = moe_alloc(n * n + 1, sizeof *out->coefficient)};
  for (size_t j = 0; j < n; j++) {
    if (is_free && is_consequence(out, term, d, is_free, j)) {
      out->state[j] = MOE_CONSEQUENCE;
      continue;
    }
    struct dd rest = span_project(&span, value + j * f->rows, part);
    if (rest.hi > MOE_RANK_TOLERANCE) {
      span_extend(&span, value + j * f->rows, rest, part, j);
      continue;
    }
    out->state[j] = MOE_DEPENDENT;
    if (size[j].hi == 0) continue;
    span_solve(&span, part);
    for (size_t l = 0; l < span.rank; l++)
      out->coefficient[j * n + span.of[l]] = dd_div(dd_mul(part[l], size[j]), size[span.of[l]]);
  }
  moe_free(span.direction);
  moe_free(span.upper);
  moe_free(span.of);
  moe_free(size);
  moe_free(value);
  moe_free(part);
}

void moe_relations_free(struct moe_relations *r) {
  moe_free(r->state);
  moe_free(r->coefficient);
}

/* --- coefficients ------------------------------------------------------------------------- */

/* x as a fraction with the smallest denominator; 0 if there is none. */
static int fraction_read(struct dd x, struct moe_coefficient *c) {
  for (long q = 1; q <= LARGEST_DENOMINATOR; q++) {
    double p = floor(dd_scale(x, (double)q).hi + 0.5);
    if (p == 0 || fabs(p) > LARGEST_NUMERATOR) continue;
    if (fabs(x.hi * (double)q - p) > 1e-12 * fabs(p)) continue; /* seen without double-double */
    struct dd rest = dd_sub(x, dd_div(dd_of(p), dd_of((double)q)));
    if (fabs(rest.hi) > FRACTION_TOLERANCE * fabs(x.hi)) continue;
    c->numerator = (long)p;
    c->denominator = q;
    return 1;
  }
  return 0;
}

/* Divides x by `left` more of the symbols from `first` on, each to a power of at most MOST_POWER in
 * size; 1 if a fraction remains. */
static int factor_read(struct dd x, const struct dd *symbol, size_t count, size_t first,
                       int left, struct moe_coefficient *c) {
  if (left == 0) return fraction_read(x, c);
  for (size_t i = first; i < count; i++) {
    if (symbol[i].hi == 0) continue;
    struct dd up = x, down = x; /* x symbol^-power, x symbol^power */
    for (int power = 1; power <= MOST_POWER; power++) {
      up = dd_div(up, symbol[i]);
      down = dd_mul(down, symbol[i]);
      c->power[i] = (signed char)power;
      if (factor_read(up, symbol, count, i + 1, left - 1, c)) return 1;
      c->power[i] = (signed char)-power;
      if (factor_read(down, symbol, count, i + 1, left - 1, c)) return 1;
    }
    c->power[i] = 0;
  }
  return 0;
}

struct moe_coefficient moe_coefficient_find(const struct dd *symbol, size_t count,
                                            struct dd x) {
  struct moe_coefficient c = {.value = x.hi};
  for (int symbols = 0; symbols <= MOST_SYMBOLS; symbols++)
    if (factor_read(x, symbol, count, 0, symbols, &c)) break;
  return c;
}

static int is_flat(const struct moe_family *f, size_t atom) {
  for (size_t j = 0; j < f->model.d; j++)
    if (parameter(f, atom, j) != 0) return 0;
  return 1;
}

struct moe_coefficient moe_coefficient_read(const struct moe_family *f, size_t atom,
                                            struct dd x) {
  size_t parameters = 2 * (f->model.d + 1), count = parameters + f->model.k;
  struct dd symbol[MOE_DERIVATIVE_ROOM + MOE_MAX_ATOMS];
  for (size_t j = 0; j < parameters; j++) symbol[j] = dd_of(parameter(f, atom, j));
  for (size_t i = 0; i < f->model.k; i++)
    symbol[parameters + i] = is_flat(f, i) ? gate_ratio(f, i) : dd_of(0);
  return moe_coefficient_find(symbol, f->stacked ? 0 : count, x);
}
