/*
 * lua_bench.c - timing kernels, for Lua.
 *
 *   engine.isa_levels()       -> list of the levels from the one in use down, best first
 *   engine.bench_variants()   -> list of {name, levels = {...}, isa = "none", "best" or "each"}
 *   engine.bench{gate, expert, d, k, n, gaussian, seed, repeats, seconds, patience,
 *                cases = {{variant, isa, level, threads}...}}
 *                             -> list of {repetitions, seconds = {...}, error, pinned}, one for
 *                                each case; or nil, message if a variant computes nonsense
 *   engine.bench_limits{threads, bytes, seconds}
 *                             -> {threads, isa, gflops, read, copy, triad, exp, sigmoid, tanh,
 *                                 normal}: 10^9 per second, and ns per number
 *   engine.bench_bound{gate, expert, d, k, level, limits, from_memory}
 *                             -> ns per row, "arithmetic" or "memory"
 *   engine.bench_work{gate, expert, d, k, level}
 *                             -> floating-point operations and bytes of a row
 *
 * What they mean is in bench.h.
 */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "canon.h"
#include "engine.h"

static const char *const primitive_names[MOE_PRIMITIVES] = {"exp", "sigmoid", "tanh", "normal"};

static void set_number(lua_State *L, const char *key, double value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, key);
}

static int bench_isa_levels(lua_State *L) {
  const char *isa;
  lua_Integer count = 0;
  lua_newtable(L);
  for (size_t i = 0; (isa = moe_isa_at(i)); i++) {
    if (!count && strcmp(isa, moe_isa()) != 0) continue; /* MOERATES_ISA names a lower one */
    lua_pushstring(L, isa);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

static int bench_variants(lua_State *L) {
  static const char *const kinds[] = {"none", "best", "each"};
  const struct moe_bench_variant *variant;
  lua_newtable(L);
  for (size_t i = 0; (variant = moe_bench_variant_at(i)); i++) {
    lua_createtable(L, 0, 3);
    lua_pushstring(L, variant->name);
    lua_setfield(L, -2, "name");
    lua_pushstring(L, kinds[variant->isa]);
    lua_setfield(L, -2, "isa");
    lua_newtable(L);
    for (int level = variant->first; level <= (int)variant->last; level++) {
      lua_pushstring(L, moe_level_name((enum moe_level)level));
      lua_rawseti(L, -2, level - (int)variant->first + 1);
    }
    lua_setfield(L, -2, "levels");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static void read_model(const struct moe_part *part, struct moe_model *model) {
  struct moe_error e;
  size_t d = moe_part_integer(part, "d", 1, 4096, NAN);
  size_t k = moe_part_integer(part, "k", 1, MOE_MAX_ATOMS, NAN);
  const char *gate = moe_part_string(part, "gate"), *expert = moe_part_string(part, "expert");
  if (moe_model_make(model, gate, expert, d, k, &e)) moe_part_fail(part, "", "%s", e.text);
}

/* The key `gaussian` of a plan: likelihoods. */
static void read_gaussian(const struct moe_part *part, struct moe_model *model) {
  struct moe_error e;
  if (!moe_part_boolean(part, "gaussian", 0)) return;
  if (moe_model_make_gaussian(model, &e)) moe_part_fail(part, "gaussian", "%s", e.text);
}

static enum moe_level read_level(const struct moe_part *part) {
  enum moe_level level = MOE_OBJECTIVE;
  const char *name = moe_part_string(part, "level");
  if (!moe_level_find(name, &level)) moe_part_fail(part, "level", "unknown '%.40s'", name);
  return level;
}

/* The name as a constant that outlives the table. */
static const char *read_isa(const struct moe_part *part) {
  const char *name = moe_part_string(part, "isa"), *isa;
  if (!strcmp(name, "scalar")) return "scalar";
  for (size_t i = 0; (isa = moe_isa_at(i)); i++)
    if (!strcmp(isa, name)) return isa;
  moe_part_fail(part, "isa", "this CPU cannot run '%.40s'", name);
}

static void read_case(const struct moe_part *part, struct moe_bench_case *c) {
  static const char *const keys[] = {"isa", "level", "threads", "variant", NULL};
  moe_part_keys(part, keys);
  const char *name = moe_part_string(part, "variant");
  memset(c, 0, sizeof *c);
  c->variant = moe_bench_variant_find(name);
  if (!c->variant) moe_part_fail(part, "variant", "unknown '%.40s'", name);
  c->isa = read_isa(part);
  if (c->variant->isa != MOE_ISA_NONE && !strcmp(c->isa, "scalar"))
    moe_part_fail(part, "isa", "%s needs vectors", name);
  c->level = read_level(part);
  if (c->level < c->variant->first || c->level > c->variant->last)
    moe_part_fail(part, "level", "%s has no %s", name, moe_level_name(c->level));
  c->threads = moe_part_integer(part, "threads", 1, MOE_BENCH_THREADS, NAN);
}

/* Pushes a userdata that holds the cases; returns the most threads one has. */
static size_t read_cases(const struct moe_part *plan, int gaussian, size_t *count,
                         struct moe_bench_case **cases) {
  lua_State *L = plan->L;
  size_t threads = 1;
  struct moe_part list = moe_part_field(plan, "cases");
  *count = (size_t)lua_rawlen(L, list.index);
  if (*count == 0) moe_part_fail(&list, "", "there are none");
  *cases = lua_newuserdatauv(L, *count * sizeof **cases, 0);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, list.index, (lua_Integer)i + 1);
    struct moe_part part = moe_part_open(L, -1, "cases[%zu]", i + 1);
    read_case(&part, &(*cases)[i]);
    if (gaussian && !(*cases)[i].variant->likelihood)
      moe_part_fail(&part, "variant", "%s has no likelihood", (*cases)[i].variant->name);
    if ((*cases)[i].threads > threads) threads = (*cases)[i].threads;
    lua_pop(L, 1);
  }
  return threads;
}

static void push_case(lua_State *L, const struct moe_bench_case *c, int pinned) {
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, (lua_Integer)c->repetitions);
  lua_setfield(L, -2, "repetitions");
  set_number(L, "error", c->error);
  lua_pushboolean(L, pinned);
  lua_setfield(L, -2, "pinned");
  lua_createtable(L, (int)c->repeats, 0);
  for (size_t i = 0; i < c->repeats; i++) {
    lua_pushnumber(L, c->seconds[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "seconds");
}

static int fail_with(lua_State *L, const struct moe_error *e) {
  lua_pushnil(L);
  lua_pushstring(L, e->text);
  return 2;
}

static int bench_run(lua_State *L) {
  static const char *const keys[] = {"cases",    "d",       "expert", "gate",
                                     "gaussian", "k",       "n",      "patience",
                                     "repeats",  "seconds", "seed",   NULL};
  struct moe_bench_plan plan;
  struct moe_bench_case *cases;
  struct moe_error e;
  size_t count;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "bench");
  moe_part_keys(&part, keys);
  read_model(&part, &plan.model);
  read_gaussian(&part, &plan.model);
  plan.n = moe_part_integer(&part, "n", 1, 0x1p40, NAN);
  plan.seed = (uint64_t)moe_part_integer(&part, "seed", 0, 0x1p53, 1);
  plan.repeats = moe_part_integer(&part, "repeats", 1, MOE_BENCH_REPEATS, 9);
  plan.seconds = moe_part_number(&part, "seconds", 0, 60, 0.01);
  plan.patience = moe_part_number(&part, "patience", 0, 3600, 0.5);
  size_t threads = read_cases(&part, plan.model.gaussian, &count, &cases);
  struct moe_team *team = moe_team_start(threads, &e);
  if (!team) return fail_with(L, &e);
  int pinned = moe_team_pinned(team);
  enum moe_status status = moe_bench_run(team, &plan, cases, count, &e);
  moe_team_stop(team);
  if (status) return fail_with(L, &e);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    push_case(L, &cases[i], pinned);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int bench_limits(lua_State *L) {
  static const char *const keys[] = {"bytes", "seconds", "threads", NULL};
  struct moe_error e;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "bench_limits");
  moe_part_keys(&part, keys);
  size_t threads = moe_part_integer(&part, "threads", 1, MOE_BENCH_THREADS, 1);
  size_t bytes = moe_part_integer(&part, "bytes", 1, 0x1p40, NAN);
  double seconds = moe_part_number(&part, "seconds", 0, 60, 0.01);
  struct moe_team *team = moe_team_start(threads, &e);
  if (!team) return moe_lua_raise(L, &e);
  struct moe_bench_limits limits = moe_bench_limits(team, threads, moe_isa(), bytes, seconds);
  moe_team_stop(team);
  lua_createtable(L, 0, 10);
  lua_pushinteger(L, (lua_Integer)threads);
  lua_setfield(L, -2, "threads");
  lua_pushstring(L, moe_isa());
  lua_setfield(L, -2, "isa");
  set_number(L, "gflops", limits.gflops);
  set_number(L, "read", limits.read);
  set_number(L, "copy", limits.copy);
  set_number(L, "triad", limits.triad);
  for (size_t i = 0; i < MOE_PRIMITIVES; i++)
    set_number(L, primitive_names[i], limits.primitives[i]);
  return 1;
}

static void read_limits(const struct moe_part *part, struct moe_bench_limits *limits) {
  limits->gflops = moe_part_number(part, "gflops", 0, 1e9, NAN);
  limits->read = moe_part_number(part, "read", 0, 1e9, NAN);
  limits->copy = moe_part_number(part, "copy", 0, 1e9, NAN);
  limits->triad = moe_part_number(part, "triad", 0, 1e9, NAN);
  for (size_t i = 0; i < MOE_PRIMITIVES; i++)
    limits->primitives[i] = moe_part_number(part, primitive_names[i], 0, 1e9, NAN);
}

static int bench_bound(lua_State *L) {
  static const char *const keys[] = {"d", "expert", "from_memory", "gate",
                                     "k", "level",  "limits",      NULL};
  struct moe_model model;
  struct moe_bench_limits limits;
  int by_memory;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "bench_bound");
  moe_part_keys(&part, keys);
  read_model(&part, &model);
  int from_memory = moe_part_boolean(&part, "from_memory", 0);
  struct moe_bench_work work = moe_bench_work(&model, read_level(&part));
  struct moe_part given = moe_part_field(&part, "limits");
  read_limits(&given, &limits);
  lua_pushnumber(L, moe_bench_bound(&work, &limits, from_memory, &by_memory));
  lua_pushstring(L, by_memory ? "memory" : "arithmetic");
  return 2;
}

static int bench_work(lua_State *L) {
  static const char *const keys[] = {"d", "expert", "gate", "k", "level", NULL};
  struct moe_model model;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "bench_work");
  moe_part_keys(&part, keys);
  read_model(&part, &model);
  struct moe_bench_work work = moe_bench_work(&model, read_level(&part));
  lua_pushnumber(L, work.flops);
  lua_pushnumber(L, work.bytes);
  return 2;
}

int moe_lua_open_bench(lua_State *L) {
  static const luaL_Reg functions[] = {{"isa_levels", bench_isa_levels},
                                       {"bench_variants", bench_variants},
                                       {"bench", bench_run},
                                       {"bench_limits", bench_limits},
                                       {"bench_bound", bench_bound},
                                       {"bench_work", bench_work},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  return 1;
}
