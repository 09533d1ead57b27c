/*
 * lua_certify.c - families of functions for Lua: engine.family, engine.mixture_family.
 *
 *   engine.family(spec) -> {singular = {numbers}, relations = {relation...}} or nil, message
 *   engine.mixture_family(spec) -> the same
 *
 * spec = {truth=, design=, points=, terms=, centred=, generic=, stacked=, free=} with truth and
 * design as in a cell (points: quadrature points of a design that has none, default 1024), terms a
 * list of {atom=, order=, power=} and the rest as in family.h. A relation says that function
 * `index` of the terms is sum_i terms[i] function terms[i].index, terms[i] = {index=, value=,
 * numerator=, denominator=, power=}: the last three if the coefficient is recognised (family.h).
 * With free, consequences of relations before are left out. Stacked and generic families have no
 * singular values, which would say nothing about the experts at hand.
 *
 * The spec of a mixture is {mixture=, theta=, design=, points=, terms=}: mixture = {d=, shared=, routed=,
 * gate=, activation=, shared_expert=, expert=, normalised=, inside=, gaussian=} as in mixture.h, with names
 * of jets ("" for no activation), theta a list of P numbers for each group, terms a list of {at=, power=},
 * `at` up to two parameters from 1 on. Of several groups there are no singular values.
 */
#include <math.h>
#include <string.h>

#include "engine.h"
#include "family.h"
#include "mixture.h"

#define STATE_TYPE "moerates.family"

/* Everything a call owns; collected if an error is raised on the way. */
struct state {
  struct moe_data *support;
  struct moe_functions functions;
  struct moe_relations relations;
};

static int state_gc(lua_State *L) {
  struct state *s = luaL_checkudata(L, 1, STATE_TYPE);
  moe_data_free(s->support);
  moe_functions_free(&s->functions);
  moe_relations_free(&s->relations);
  memset(s, 0, sizeof *s);
  return 0;
}

/* The list of `count` whole numbers from 0 to 9 under `key`; zeros if it is not there. */
static void read_digits(const struct moe_part *part, const char *key, size_t count,
                        unsigned char *out) {
  double value[MOE_DERIVATIVE_ROOM + 1];
  memset(out, 0, count);
  int missing = lua_getfield(part->L, part->index, key) == LUA_TNIL;
  lua_pop(part->L, 1);
  if (missing) return;
  moe_part_numbers(part, key, count, value);
  for (size_t j = 0; j < count; j++) {
    if (!(value[j] >= 0 && value[j] <= 9 && value[j] == floor(value[j])))
      moe_part_fail(part, key, "expected whole numbers from 0 to 9, got %g", value[j]);
    out[j] = (unsigned char)value[j];
  }
}

static unsigned total(const unsigned char *digit, size_t count) {
  unsigned sum = 0;
  for (size_t j = 0; j < count; j++) sum += digit[j];
  return sum;
}

/* Pushes a userdata that holds the terms. */
static struct moe_term *read_terms(lua_State *L, const struct moe_part *whole,
                                   const struct moe_model *model, size_t *count) {
  static const char *const keys[] = {"atom", "order", "power", NULL};
  struct moe_part list = moe_part_field(whole, "terms");
  size_t D = model->d + 1;
  *count = (size_t)lua_rawlen(L, list.index);
  struct moe_term *term = lua_newuserdatauv(L, (*count + 1) * sizeof *term, 0);
  for (size_t j = 0; j < *count; j++) {
    lua_rawgeti(L, list.index, (lua_Integer)j + 1);
    struct moe_part part = moe_part_open(L, -1, "terms[%zu]", j + 1);
    moe_part_keys(&part, keys);
    term[j].atom = moe_part_integer(&part, "atom", 1, (double)model->k, 1) - 1;
    read_digits(&part, "order", 2 * D, term[j].order);
    read_digits(&part, "power", 2 * D + 1, term[j].power);
    if (total(term[j].order, D) > 2 || total(term[j].order + D, D) > 2)
      moe_part_fail(&part, "order", "at most two derivatives of the gate and of the expert");
    lua_pop(L, 1);
  }
  return term;
}

/* The flags under `free`, one per parameter; NULL if there are none. */
static const int *read_free(const struct moe_part *whole, size_t d, int *is_free) {
  unsigned char digit[MOE_DERIVATIVE_ROOM];
  int missing = lua_getfield(whole->L, whole->index, "free") == LUA_TNIL;
  lua_pop(whole->L, 1);
  if (missing) return NULL;
  read_digits(whole, "free", 2 * (d + 1), digit);
  for (size_t j = 0; j < 2 * (d + 1); j++) is_free[j] = digit[j];
  return is_free;
}

static void push_coefficient(lua_State *L, const struct moe_coefficient *c, size_t index,
                             size_t symbols) {
  lua_createtable(L, 0, 5);
  lua_pushinteger(L, (lua_Integer)index + 1);
  lua_setfield(L, -2, "index");
  lua_pushnumber(L, c->value);
  lua_setfield(L, -2, "value");
  if (!c->denominator) return;
  lua_pushinteger(L, c->numerator);
  lua_setfield(L, -2, "numerator");
  lua_pushinteger(L, c->denominator);
  lua_setfield(L, -2, "denominator");
  lua_createtable(L, (int)symbols, 0);
  for (size_t j = 0; j < symbols; j++) {
    lua_pushinteger(L, c->power[j]);
    lua_rawseti(L, -2, (lua_Integer)j + 1);
  }
  lua_setfield(L, -2, "power");
}

/* A coefficient this small beside the largest of its relation is rounding. */
#define NOTHING 1e-20

/* How the coefficients of a function's relation are read: by the parameters of its atom in a family, or
 * else by symbols. */
struct reading {
  const struct moe_family *family;
  const struct moe_term *term;
  const struct dd *symbol;
  size_t symbols, powers; /* powers: how many are pushed */
  int has_singular;
};

static struct moe_coefficient coefficient_of(const struct reading *how, size_t j, struct dd x) {
  return how->family ? moe_coefficient_read(how->family, how->term[j].atom, x)
                     : moe_coefficient_find(how->symbol, how->symbols, x);
}

static void push_relation(lua_State *L, const struct reading *how,
                          const struct moe_relations *r, size_t j) {
  const struct dd *row = r->coefficient + j * r->count;
  double largest = 0;
  for (size_t i = 0; i < j; i++) largest = fmax(largest, fabs(row[i].hi));
  lua_createtable(L, 0, 2);
  lua_pushinteger(L, (lua_Integer)j + 1);
  lua_setfield(L, -2, "index");
  lua_newtable(L);
  for (size_t i = 0, found = 0; i < j; i++) {
    if (fabs(row[i].hi) <= NOTHING * largest) continue;
    struct moe_coefficient c = coefficient_of(how, j, row[i]);
    push_coefficient(L, &c, i, how->powers);
    lua_rawseti(L, -2, (lua_Integer)++found);
  }
  lua_setfield(L, -2, "terms");
}

static void push_result(lua_State *L, const struct reading *how, const struct state *s) {
  size_t count = s->functions.count, found = 0;
  lua_createtable(L, 0, 2);
  lua_newtable(L);
  for (size_t j = 0; j < count; j++) {
    if (s->relations.state[j] != MOE_DEPENDENT) continue;
    push_relation(L, how, &s->relations, j);
    lua_rawseti(L, -2, (lua_Integer)++found);
  }
  lua_setfield(L, -2, "relations");
  if (!how->has_singular) return;
  double *singular = lua_newuserdatauv(L, (count + 1) * sizeof *singular, 0);
  moe_functions_singular(&s->functions, singular);
  lua_createtable(L, (int)count, 0);
  for (size_t j = 0; j < count; j++) {
    lua_pushnumber(L, singular[j]);
    lua_rawseti(L, -2, (lua_Integer)j + 1);
  }
  lua_setfield(L, -3, "singular");
  lua_pop(L, 1);
}

static int engine_family(lua_State *L) {
  static const char *const keys[] = {"centred", "design", "free",  "generic", "points",
                                     "stacked", "terms",  "truth", NULL};
  struct moe_family family = {0};
  struct moe_design design;
  struct moe_error e;
  int is_free[MOE_DERIVATIVE_ROOM];
  size_t count;
  lua_settop(L, 1);
  struct moe_part whole = moe_part_open(L, 1, "family");
  moe_part_keys(&whole, keys);
  struct state *s = moe_lua_object(L, sizeof *s, STATE_TYPE, NULL, state_gc);
  struct moe_part part = moe_part_field(&whole, "truth");
  family.theta = moe_lua_truth(&part, &family.model);
  if (family.model.d > MOE_CERTIFY_COVARIATES)
    moe_part_fail(&part, "d", "families are evaluated for up to %d covariates, got %zu",
                  MOE_CERTIFY_COVARIATES, family.model.d);
  part = moe_part_field(&whole, "design");
  moe_lua_design(&part, &design);
  size_t points = moe_part_integer(&whole, "points", 2, 65536,
                                   design.points ? (double)design.points : 1024);
  family.centred = moe_part_boolean(&whole, "centred", 0);
  family.generic = moe_part_boolean(&whole, "generic", 0);
  family.stacked = moe_part_integer(&whole, "stacked", 0, (double)family.model.k, 0);
  const struct moe_term *term = read_terms(L, &whole, &family.model, &count);
  const int *is_varying = read_free(&whole, family.model.d, is_free);
  family.support = s->support =
      moe_design_support(&design, points, &family.model, family.theta);
  if (moe_functions_make(&family, term, count, &s->functions, &e) != MOE_OK) {
    lua_pushnil(L);
    lua_pushstring(L, e.text);
    return 2;
  }
  moe_functions_relate(&s->functions, term, family.model.d, is_varying, &s->relations);
  struct reading how = {.family = &family,
                        .term = term,
                        .powers = 2 * (family.model.d + 1) + family.model.k,
                        .has_singular = !family.stacked && !family.generic};
  push_result(L, &how, s);
  return 1;
}

/* --- mixtures ------------------------------------------------------------------------------------ */

/* The jets of an expert or activation under `key`; NULL if the name is empty. */
static moe_jet_function *read_function(const struct moe_part *part, const char *key,
                                       moe_jet_function *(*find)(const char *)) {
  const char *name = moe_part_string(part, key);
  moe_jet_function *found = find(name);
  if (*name && !found) moe_part_fail(part, key, "'%s' has no jets: src/jet.c", name);
  return found;
}

static void read_mixture(const struct moe_part *part, struct moe_mixture *m) {
  static const char *const keys[] = {
      "activation", "d",      "expert", "gate",          "gaussian", "inside",
      "normalised", "routed", "shared", "shared_expert", NULL};
  moe_part_keys(part, keys);
  m->d = moe_part_integer(part, "d", 1, MOE_CERTIFY_COVARIATES, NAN);
  m->shared = moe_part_integer(part, "shared", 0, MOE_MIXTURE_ATOMS, NAN);
  m->routed = moe_part_integer(part, "routed", 1, MOE_MIXTURE_ATOMS, NAN);
  m->g = read_function(part, "gate", moe_jet_gate_find);
  m->activation = read_function(part, "activation", moe_jet_expert_find);
  m->expert = read_function(part, "expert", moe_jet_expert_find);
  m->shared_expert = read_function(part, "shared_expert", moe_jet_expert_find);
  m->normalised = moe_part_boolean(part, "normalised", 0);
  m->inside = moe_part_boolean(part, "inside", 0);
  m->gaussian = moe_part_boolean(part, "gaussian", 0);
}

/* Pushes userdata that hold the terms and their powers. */
static struct moe_partial *read_partials(lua_State *L, const struct moe_part *whole,
                                         size_t size, size_t *count) {
  static const char *const keys[] = {"at", "power", NULL};
  struct moe_part list = moe_part_field(whole, "terms");
  *count = (size_t)lua_rawlen(L, list.index);
  struct moe_partial *term = lua_newuserdatauv(L, (*count + 1) * sizeof *term, 0);
  unsigned char *power = lua_newuserdatauv(L, *count * size + 1, 0);
  double value[MOE_SYMBOL_ROOM];
  for (size_t j = 0; j < *count; j++, power += size) {
    lua_rawgeti(L, list.index, (lua_Integer)j + 1);
    struct moe_part part = moe_part_open(L, -1, "terms[%zu]", j + 1);
    moe_part_keys(&part, keys);
    lua_getfield(L, part.index, "at");
    term[j] = (struct moe_partial){.order = (size_t)lua_rawlen(L, -1), .power = power};
    lua_pop(L, 1);
    if (term[j].order > 2) moe_part_fail(&part, "at", "at most two derivatives");
    moe_part_numbers(&part, "at", term[j].order, value);
    for (size_t i = 0; i < term[j].order; i++) {
      if (!(value[i] >= 1 && value[i] <= (double)size))
        moe_part_fail(&part, "at", "there is no parameter %g", value[i]);
      term[j].at[i] = (size_t)value[i] - 1;
    }
    moe_part_numbers(&part, "power", size, value);
    for (size_t i = 0; i < size; i++) power[i] = (unsigned char)value[i];
    lua_pop(L, 1);
  }
  return term;
}

static int engine_mixture_family(lua_State *L) {
  static const char *const keys[] = {"design", "mixture", "points", "terms", "theta", NULL};
  struct moe_mixture m;
  struct moe_design design;
  struct moe_model line;
  struct moe_error e;
  struct dd symbol[MOE_SYMBOL_ROOM];
  size_t count;
  lua_settop(L, 1);
  struct moe_part whole = moe_part_open(L, 1, "mixture_family");
  moe_part_keys(&whole, keys);
  struct state *s = moe_lua_object(L, sizeof *s, STATE_TYPE, NULL, state_gc);
  struct moe_part part = moe_part_field(&whole, "mixture");
  read_mixture(&part, &m);
  part = moe_part_field(&whole, "design");
  moe_lua_design(&part, &design);
  size_t points = moe_part_integer(&whole, "points", 2, 65536,
                                   design.points ? (double)design.points : 1024);
  size_t size = moe_mixture_size(&m);
  part = moe_part_field(&whole, "theta");
  size_t numbers = (size_t)lua_rawlen(L, part.index), groups = numbers / size;
  if (numbers % size || !groups)
    moe_part_fail(&whole, "theta", "expected a multiple of %zu numbers, got %zu", size,
                  numbers);
  double *theta = lua_newuserdatauv(L, numbers * sizeof *theta, 0);
  moe_part_numbers(&whole, "theta", numbers, theta);
  const struct moe_partial *term = read_partials(L, &whole, size, &count);
  moe_model_make(&line, "sigmoid", "linear", m.d, 1, &e);
  const double *zeros = lua_newuserdatauv(L, moe_model_size(&line) * sizeof *zeros, 0);
  memset((double *)zeros, 0, moe_model_size(&line) * sizeof *zeros);
  s->support = moe_design_support(&design, points, &line, zeros);
  if (moe_mixture_functions(&m, groups, theta, s->support, term, count, &s->functions, &e)) {
    lua_pushnil(L);
    lua_pushstring(L, e.text);
    return 2;
  }
  moe_functions_relate(&s->functions, NULL, m.d, NULL, &s->relations);
  moe_mixture_symbols(&m, theta, symbol);
  size_t symbols = size + m.routed;
  struct reading how = {.symbol = symbol,
                        .symbols = groups > 1 ? 0 : symbols,
                        .powers = symbols,
                        .has_singular = groups == 1};
  push_result(L, &how, s);
  return 1;
}

int moe_lua_open_certify(lua_State *L) {
  lua_pushcfunction(L, engine_family);
  lua_setfield(L, -2, "family");
  lua_pushcfunction(L, engine_mixture_family);
  lua_setfield(L, -2, "mixture_family");
  return 1;
}
