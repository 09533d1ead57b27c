/*
 * lua_part.c - reading descriptions from Lua tables, with one line for whatever is wrong.
 *
 * Everything a user's script can say arrives here as plain tables. A part is one of them with
 * its name, so that `truth.atoms[2].a: expected 1 number, got 2` needs no effort at the place
 * where it is found. Errors are raised as Lua errors; what must be freed is kept in userdata.
 */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "canon.h"
#include "engine.h"
#include "expert.h"
#include "vmath.h"

int moe_lua_raise(lua_State *L, const struct moe_error *e) {
  lua_pushstring(L, e->text);
  return lua_error(L);
}

void *moe_lua_object(lua_State *L, size_t size, const char *type, const luaL_Reg *methods,
                     lua_CFunction release) {
  void *object = memset(lua_newuserdatauv(L, size, 0), 0, size);
  if (luaL_newmetatable(L, type)) {
    if (methods) {
      lua_newtable(L);
      luaL_setfuncs(L, methods, 0);
      lua_setfield(L, -2, "__index");
    }
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__gc");
    lua_pushcfunction(L, release);
    lua_setfield(L, -2, "__close");
  }
  lua_setmetatable(L, -2);
  return object;
}

void moe_part_fail(const struct moe_part *part, const char *key, const char *format, ...) {
  char message[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  lua_pushfstring(part->L, "%s%s%s: %s", part->where, *part->where && *key ? "." : "", key,
                  message);
  lua_error(part->L);
  __builtin_unreachable();
}

struct moe_part moe_part_open(lua_State *L, int index, const char *format, ...) {
  struct moe_part part = {.L = L, .index = lua_absindex(L, index)};
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(part.where, sizeof part.where, format, arguments);
  va_end(arguments);
  if (!lua_istable(L, index))
    moe_part_fail(&part, "", "expected a table, got %s", luaL_typename(L, index));
  luaL_checkstack(L, 10, "description");
  return part;
}

struct moe_part moe_part_field(const struct moe_part *part, const char *key) {
  lua_getfield(part->L, part->index, key);
  if (lua_isnil(part->L, -1)) moe_part_fail(part, key, "missing");
  return moe_part_open(part->L, -1, "%s%s%s", part->where, *part->where ? "." : "", key);
}

void moe_part_keys(const struct moe_part *part, const char *const *known) {
  lua_State *L = part->L;
  for (lua_pushnil(L); lua_next(L, part->index); lua_pop(L, 1)) {
    size_t i = 0;
    if (lua_type(L, -2) != LUA_TSTRING)
      moe_part_fail(part, "", "expected names as keys, got a list");
    const char *key = lua_tostring(L, -2);
    while (known[i] && strcmp(known[i], key) != 0) i++;
    if (!known[i])
      moe_part_fail(part, "", "unknown key '%.60s': did you mean '%s'?", key,
                    moe_nearest(key, known));
  }
}

double moe_part_number(const struct moe_part *part, const char *key, double low, double high,
                       double otherwise) {
  lua_State *L = part->L;
  lua_getfield(L, part->index, key);
  if (lua_isnil(L, -1) && !isnan(otherwise)) {
    lua_pushnumber(L, otherwise);
    lua_setfield(L, part->index, key);
    lua_pop(L, 1);
    return otherwise;
  }
  if (lua_isnil(L, -1)) moe_part_fail(part, key, "missing");
  if (lua_type(L, -1) != LUA_TNUMBER)
    moe_part_fail(part, key, "expected a number, got %s", luaL_typename(L, -1));
  double x = lua_tonumber(L, -1);
  if (!(x >= low && x <= high))
    moe_part_fail(part, key, "expected a number from %g to %g, got %g", low, high, x);
  lua_pop(L, 1);
  return x;
}

size_t moe_part_integer(const struct moe_part *part, const char *key, double low, double high,
                        double otherwise) {
  double x = moe_part_number(part, key, low, high, otherwise);
  if (x != floor(x)) moe_part_fail(part, key, "expected an integer, got %g", x);
  return (size_t)x;
}

int moe_part_boolean(const struct moe_part *part, const char *key, int otherwise) {
  lua_State *L = part->L;
  if (lua_getfield(L, part->index, key) == LUA_TNIL) {
    lua_pushboolean(L, otherwise);
    lua_setfield(L, part->index, key);
    lua_pop(L, 1);
    return otherwise;
  }
  if (!lua_isboolean(L, -1))
    moe_part_fail(part, key, "expected true or false, got %s", luaL_typename(L, -1));
  int yes = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return yes;
}

const char *moe_part_string(const struct moe_part *part, const char *key) {
  int type = lua_getfield(part->L, part->index, key);
  if (type == LUA_TNIL) moe_part_fail(part, key, "missing");
  if (type != LUA_TSTRING)
    moe_part_fail(part, key, "expected a string, got %s", lua_typename(part->L, type));
  const char *s = lua_tostring(part->L, -1);
  lua_pop(part->L, 1);
  return s;
}

static void list_numbers(const struct moe_part *part, const char *key, size_t count,
                         double *out) {
  lua_State *L = part->L;
  if (lua_type(L, -1) != LUA_TTABLE)
    moe_part_fail(part, key, "expected a list of %zu number%s, got %s", count,
                  count == 1 ? "" : "s", luaL_typename(L, -1));
  if (lua_rawlen(L, -1) != count)
    moe_part_fail(part, key, "expected a list of %zu number%s, got %llu", count,
                  count == 1 ? "" : "s", (unsigned long long)lua_rawlen(L, -1));
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    if (lua_type(L, -1) != LUA_TNUMBER || !isfinite(lua_tonumber(L, -1)))
      moe_part_fail(part, key, "entry %zu is not a finite number", i + 1);
    out[i] = lua_tonumber(L, -1) + 0.0; /* -0 becomes 0, as in the canonical text */
    lua_pop(L, 1);
  }
}

void moe_part_numbers(const struct moe_part *part, const char *key, size_t count, double *out) {
  if (lua_getfield(part->L, part->index, key) == LUA_TNIL) moe_part_fail(part, key, "missing");
  list_numbers(part, key, count, out);
  lua_pop(part->L, 1);
}

void moe_lua_numbers(lua_State *L, int index, const char *where, size_t count, double *out) {
  struct moe_part part = moe_part_open(L, index, "%s", where);
  lua_pushvalue(L, part.index);
  list_numbers(&part, "", count, out);
  lua_pop(L, 1);
}

static const char *const atom_keys[] = {"a", "b", "beta0", "beta1", "variance", NULL};

void moe_lua_atoms(lua_State *L, int index, const char *where, const struct moe_model *model,
                   double *theta) {
  const double limit = 1e9;
  size_t width = model->d + 1;
  index = lua_absindex(L, index);
  for (size_t i = 0; i < model->k; i++) {
    lua_rawgeti(L, index, (lua_Integer)i + 1);
    struct moe_part atom = moe_part_open(L, -1, "%s[%zu]", where, i + 1);
    double *gate = theta + i * width, *expert = theta + (model->k + i) * width;
    moe_part_keys(&atom, atom_keys);
    moe_part_numbers(&atom, "beta1", model->d, gate);
    gate[model->d] = moe_part_number(&atom, "beta0", -limit, limit, NAN) + 0.0;
    moe_part_numbers(&atom, "a", model->d, expert);
    expert[model->d] = moe_part_number(&atom, "b", -limit, limit, NAN) + 0.0;
    if (model->gaussian)
      theta[moe_model_size(model) - model->k + i] =
          moe_log(moe_part_number(&atom, "variance", 1e-18, limit, NAN));
    else if (lua_getfield(L, atom.index, "variance") != LUA_TNIL)
      moe_part_fail(&atom, "variance", "all atoms have one, or none");
    lua_settop(L, atom.index - 1);
  }
}

typedef enum moe_status model_maker(struct moe_model *, const char *, const char *, size_t,
                                    size_t, struct moe_error *);

static void make_model(const struct moe_part *part, model_maker *make, size_t d, size_t k,
                       struct moe_model *model) {
  struct moe_error e;
  const char *gate = moe_part_string(part, "gate"), *expert = moe_part_string(part, "expert");
  if (make(model, gate, expert, d, k, &e)) moe_part_fail(part, "", "%s", e.text);
}

static int has_field(const struct moe_part *part, const char *key) {
  int has = lua_getfield(part->L, part->index, key) != LUA_TNIL;
  lua_pop(part->L, 1);
  return has;
}

/* An expert by its name, if the part has the field. */
static const struct moe_expert *optional_expert(const struct moe_part *part, const char *key) {
  if (!has_field(part, key)) return NULL;
  const char *name = moe_part_string(part, key);
  const struct moe_expert *expert = moe_expert_find(name);
  if (!expert) moe_part_fail(part, key, "unknown expert '%.60s'", name);
  return expert;
}

/* The router and the shared atoms (model.h): fields that are there only where they say something. */
static void read_router(const struct moe_part *part, const char *temperature,
                        struct moe_model *model) {
  struct moe_error e;
  model->activation = optional_expert(part, "activation");
  model->shared_expert = optional_expert(part, "shared_expert");
  if (has_field(part, "outside")) model->outside = moe_part_boolean(part, "outside", 0);
  if (has_field(part, "euclidean")) model->euclidean = moe_part_boolean(part, "euclidean", 0);
  if (has_field(part, "top")) model->top = moe_part_integer(part, "top", 1, MOE_MAX_ATOMS, NAN);
  if (has_field(part, "shared"))
    model->shared = moe_part_integer(part, "shared", 1, MOE_MAX_ATOMS, NAN);
  model->tempered = has_field(part, temperature);
  if (moe_model_check_router(model, &e)) moe_part_fail(part, "", "%s", e.text);
}

/* Whether the first of a list of atoms has a variance: then all must have one. */
static int has_variances(const struct moe_part *atoms) {
  lua_State *L = atoms->L;
  int top = lua_gettop(L), has = 0;
  if (lua_rawgeti(L, atoms->index, 1) == LUA_TTABLE)
    has = lua_getfield(L, -1, "variance") != LUA_TNIL;
  lua_settop(L, top);
  return has;
}

static void make_gaussian(const struct moe_part *part, struct moe_model *model) {
  struct moe_error e;
  if (moe_model_make_gaussian(model, &e)) moe_part_fail(part, "", "%s", e.text);
}

double *moe_lua_truth(const struct moe_part *truth, struct moe_model *model) {
  static const char *const keys[] = {"activation",    "atoms",       "d",       "euclidean",
                                     "expert",        "gate",        "outside", "shared",
                                     "shared_expert", "temperature", "top",     NULL};
  moe_part_keys(truth, keys);
  size_t d = moe_part_integer(truth, "d", 1, 4096, NAN);
  struct moe_part atoms = moe_part_field(truth, "atoms");
  make_model(truth, moe_truth_make, d, (size_t)lua_rawlen(truth->L, atoms.index), model);
  read_router(truth, "temperature", model);
  if (has_variances(&atoms)) make_gaussian(&atoms, model);
  double *theta = lua_newuserdatauv(truth->L, moe_model_size(model) * sizeof *theta, 0);
  moe_lua_atoms(truth->L, atoms.index, atoms.where, model, theta);
  if (model->tempered)
    theta[2 * model->k * (d + 1)] =
        moe_log(moe_part_number(truth, "temperature", 1e-9, 1e9, NAN));
  lua_remove(truth->L, atoms.index);
  return theta;
}

void moe_lua_fit_model(const struct moe_part *fit, size_t d, int gaussian,
                       struct moe_model *model) {
  static const char *const keys[] = {"activation", "euclidean", "expert", "gate",
                                     "k",          "outside",   "shared", "shared_expert",
                                     "tempered",   "top",       NULL};
  moe_part_keys(fit, keys);
  make_model(fit, moe_model_make, d, moe_part_integer(fit, "k", 1, MOE_MAX_ATOMS, NAN), model);
  read_router(fit, "tempered", model);
  if (gaussian) make_gaussian(fit, model);
}

void moe_lua_design(const struct moe_part *design, struct moe_design *out) {
  static const char *const kinds[] = {"uniform", "normal", "telescope", NULL};
  static const char *const keys[][8] = {
      {"kind", "lower", "upper", NULL},
      {"kind", "mean", "sd", NULL},
      {"balanced", "bin", "kind", "lower", "points", "raw", "upper", NULL},
  };
  const double limit = 1e9;
  const char *kind = moe_part_string(design, "kind");
  size_t i = 0;
  while (kinds[i] && strcmp(kinds[i], kind) != 0) i++;
  if (!kinds[i])
    moe_part_fail(design, "kind", "unknown design '%.60s': did you mean '%s'?", kind,
                  moe_nearest(kind, kinds));
  moe_part_keys(design, keys[i]);
  memset(out, 0, sizeof *out);
  out->kind = i == 0 ? MOE_UNIFORM : i == 1 ? MOE_NORMAL : MOE_TELESCOPE;
  if (out->kind == MOE_NORMAL) {
    out->lower = moe_part_number(design, "mean", -limit, limit, NAN);
    out->upper = moe_part_number(design, "sd", 1e-9, limit, NAN);
    return;
  }
  out->lower = moe_part_number(design, "lower", -limit, limit, NAN);
  out->upper = moe_part_number(design, "upper", -limit, limit, NAN);
  if (!(out->lower < out->upper))
    moe_part_fail(design, "", "lower (%g) must be below upper (%g)", out->lower, out->upper);
  if (out->kind != MOE_TELESCOPE) return;
  out->points = moe_part_integer(design, "points", 2, 1 << 20, 1024);
  out->balanced = moe_part_boolean(design, "balanced", 0);
  out->raw = moe_part_boolean(design, "raw", 0);
  if (lua_getfield(design->L, design->index, "bin") != LUA_TNIL)
    out->bin = moe_part_number(design, "bin", 1e-9, limit, NAN);
  lua_pop(design->L, 1);
}
