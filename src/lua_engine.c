/*
 * lua_engine.c - require "moerates.engine": the module table, models at one point, draws.
 *
 *   engine.version
 *   engine.gates(), engine.experts(), engine.curves()   -> list of {name, latex, ...}; jets: can be
 *                                               certified (jet.h)
 *   engine.expert_value(name, z)             -> phi(z), phi'(z), phi''(z)
 *   engine.model_value(model, theta, x)      -> f, list of gate weights
 *   engine.uniform(key, i), engine.normal(key, i)   -> draw i >= 1 of the stream named by key
 *   engine.measures()        -> list of {name, latex, label, needs_minimisers, needs_rows, needs_truth}
 *
 * The rest is added by the moe_lua_open_* of the other files.
 */
#include "engine.h"

#include <math.h>
#include <string.h>

#include "expert.h"
#include "gate.h"
#include "jet.h"
#include "loss.h"
#include "rng.h"

#ifndef MOE_VERSION
#define MOE_VERSION "0"
#endif

static void set_string(lua_State *L, const char *key, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

static void set_boolean(lua_State *L, const char *key, int value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

void moe_lua_push_gates(lua_State *L) {
  const struct moe_gate *gate;
  lua_newtable(L);
  for (size_t i = 0; (gate = moe_gate_row_at(i)); i++) {
    lua_createtable(L, 0, 5);
    set_string(L, "name", gate->name);
    set_string(L, "latex", gate->latex);
    set_boolean(L, "translation", gate->translation);
    set_boolean(L, "normalised", gate->normalised);
    set_boolean(L, "jets", moe_jet_gate_find(gate->name) != NULL);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static void push_experts(lua_State *L, const struct moe_expert *(*row_at)(size_t)) {
  const struct moe_expert *expert;
  lua_newtable(L);
  for (size_t i = 0; (expert = row_at(i)); i++) {
    lua_createtable(L, 0, 7);
    set_string(L, "name", expert->name);
    set_string(L, "latex", expert->latex);
    set_boolean(L, "intercept_only", expert->intercept_only);
    set_boolean(L, "smooth", expert->smooth);
    set_boolean(L, "zero_at_zero", expert->zero_at_zero);
    set_boolean(L, "jets", moe_jet_expert_find(expert->name) != NULL);
    lua_pushinteger(L, expert->homogeneous);
    lua_setfield(L, -2, "homogeneous");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

void moe_lua_push_experts(lua_State *L) {
  push_experts(L, moe_expert_row_at);
}

void moe_lua_push_curves(lua_State *L) {
  push_experts(L, moe_curve_row_at);
}

void moe_lua_push_measures(lua_State *L) {
  const struct moe_loss *loss;
  lua_newtable(L);
  for (size_t i = 0; (loss = moe_loss_row_at(i)); i++) {
    lua_createtable(L, 0, 6);
    set_string(L, "name", loss->name);
    set_string(L, "latex", loss->latex);
    set_string(L, "label", loss->label);
    set_boolean(L, "needs_minimisers", loss->needs == MOE_NEEDS_MINIMISERS);
    set_boolean(L, "needs_rows", loss->needs == MOE_NEEDS_ROWS);
    set_boolean(L, "needs_truth", loss->needs <= MOE_NEEDS_MINIMISERS);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static int engine_gates(lua_State *L) {
  moe_lua_push_gates(L);
  return 1;
}

static int engine_experts(lua_State *L) {
  moe_lua_push_experts(L);
  return 1;
}

static int engine_curves(lua_State *L) {
  moe_lua_push_curves(L);
  return 1;
}

static int engine_measures(lua_State *L) {
  moe_lua_push_measures(L);
  return 1;
}

static uint64_t check_index(lua_State *L) {
  lua_Integer i = luaL_checkinteger(L, 2);
  luaL_argcheck(L, i >= 1 && i <= (1LL << 53), 2, "the index of a draw starts at 1");
  return (uint64_t)i - 1;
}

int moe_lua_uniform(lua_State *L) {
  double x;
  moe_rng_uniforms(moe_key_hash(luaL_checkstring(L, 1)), 0, check_index(L), 1, &x);
  lua_pushnumber(L, x);
  return 1;
}

int moe_lua_normal(lua_State *L) {
  double x;
  moe_rng_normals(moe_key_hash(luaL_checkstring(L, 1)), 0, check_index(L), 1, &x);
  lua_pushnumber(L, x);
  return 1;
}

int moe_lua_expert_value(lua_State *L) {
  double d1, d2;
  const char *name = luaL_checkstring(L, 1);
  const struct moe_expert *expert = moe_expert_find(name);
  if (!expert) return luaL_error(L, "unknown expert '%s'", name);
  lua_pushnumber(L, moe_expert_value(expert, luaL_checknumber(L, 2), &d1, &d2));
  lua_pushnumber(L, d1);
  lua_pushnumber(L, d2);
  return 3;
}

/* engine.model_value({gate, expert, d, k}, theta, x): theta a list of p numbers or of k atoms.
 */
static int engine_model_value(lua_State *L) {
  static const char *const keys[] = {"d", "expert", "gate", "k", NULL};
  struct moe_model model;
  lua_settop(L, 3);
  struct moe_part part = moe_part_open(L, 1, "model");
  moe_part_keys(&part, keys);
  size_t d = moe_part_integer(&part, "d", 1, 4096, NAN);
  lua_createtable(L, 0, 3);
  for (size_t i = 1; keys[i]; i++) {
    lua_getfield(L, 1, keys[i]);
    lua_setfield(L, -2, keys[i]);
  }
  part = moe_part_open(L, -1, "model");
  moe_lua_fit_model(&part, d, 0, &model);
  size_t p = moe_model_size(&model);
  double *theta = lua_newuserdatauv(L, (p + d + model.k) * sizeof *theta, 0);
  double *x = theta + p, *weight = x + d;
  luaL_checktype(L, 2, LUA_TTABLE);
  if (lua_rawgeti(L, 2, 1) == LUA_TTABLE)
    moe_lua_atoms(L, 2, "atoms", &model, theta);
  else
    moe_lua_numbers(L, 2, "theta", p, theta);
  moe_lua_numbers(L, 3, "x", d, x);
  lua_pushnumber(L, moe_model_value(&model, theta, x, weight, NULL));
  lua_createtable(L, (int)model.k, 0);
  for (size_t i = 0; i < model.k; i++) {
    lua_pushnumber(L, weight[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 2;
}

int moe_lua_open(lua_State *L) {
  static const luaL_Reg functions[] = {{"gates", engine_gates},
                                       {"experts", engine_experts},
                                       {"curves", engine_curves},
                                       {"measures", engine_measures},
                                       {"expert_value", moe_lua_expert_value},
                                       {"uniform", moe_lua_uniform},
                                       {"normal", moe_lua_normal},
                                       {"model_value", engine_model_value},
                                       {NULL, NULL}};
  luaL_newlib(L, functions);
  set_string(L, "version", MOE_VERSION);
  moe_lua_open_case(L);
  moe_lua_open_loss(L);
  moe_lua_open_rate(L);
  moe_lua_open_fit(L);
  moe_lua_open_sandbox(L);
  moe_lua_open_exec(L);
  moe_lua_open_child(L);
  moe_lua_open_machine(L);
  moe_lua_open_bench(L);
  moe_lua_open_timing(L);
  moe_lua_open_contest(L);
  moe_lua_open_certify(L);
  return 1;
}
