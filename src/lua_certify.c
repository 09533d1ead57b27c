/*
 * lua_certify.c - families of functions for Lua: engine.family.
 *
 *   engine.family(spec) -> {singular = {numbers}, relations = {relation...}} or nil, message
 *
 * spec = {truth=, design=, points=, terms=, centred=, generic=, stacked=, free=} with truth and
 * design as in a cell (points: quadrature points of a design that has none, default 1024), terms a
 * list of {atom=, order=, power=} and the rest as in family.h. A relation says that function
 * `index` of the terms is sum_i terms[i] function terms[i].index, terms[i] = {index=, value=,
 * numerator=, denominator=, power=}: the last three if the coefficient is recognised (family.h).
 * With free, consequences of relations before are left out. Stacked and generic families have no
 * singular values, which would say nothing about the experts at hand.
 */
#include <math.h>
#include <string.h>

#include "engine.h"
#include "family.h"

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

static void push_relation(lua_State *L, const struct moe_family *family,
                          const struct moe_relations *r, const struct moe_term *term,
                          size_t j) {
  const struct dd *row = r->coefficient + j * r->count;
  double largest = 0;
  for (size_t i = 0; i < j; i++) largest = fmax(largest, fabs(row[i].hi));
  lua_createtable(L, 0, 2);
  lua_pushinteger(L, (lua_Integer)j + 1);
  lua_setfield(L, -2, "index");
  lua_newtable(L);
  for (size_t i = 0, found = 0; i < j; i++) {
    if (fabs(row[i].hi) <= NOTHING * largest) continue;
    struct moe_coefficient c = moe_coefficient_read(family, term[j].atom, row[i]);
    push_coefficient(L, &c, i, 2 * (family->model.d + 1) + 1);
    lua_rawseti(L, -2, (lua_Integer)++found);
  }
  lua_setfield(L, -2, "terms");
}

static void push_result(lua_State *L, const struct moe_family *family, const struct state *s,
                        const struct moe_term *term) {
  size_t count = s->functions.count, found = 0;
  lua_createtable(L, 0, 2);
  lua_newtable(L);
  for (size_t j = 0; j < count; j++) {
    if (s->relations.state[j] != MOE_DEPENDENT) continue;
    push_relation(L, family, &s->relations, term, j);
    lua_rawseti(L, -2, (lua_Integer)++found);
  }
  lua_setfield(L, -2, "relations");
  if (family->stacked || family->generic) return;
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
  push_result(L, &family, s, term);
  return 1;
}

int moe_lua_open_certify(lua_State *L) {
  lua_pushcfunction(L, engine_family);
  lua_setfield(L, -2, "family");
  return 1;
}
