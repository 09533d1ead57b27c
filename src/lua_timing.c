/*
 * lua_timing.c - what bench times besides kernels, for Lua.
 *
 *   engine.draw_sources()     -> list of {what, variant, isa = "none", "best" or "each", rows}
 *   engine.bench_draws{gate, expert, k, seed, repeats, seconds,
 *                      cases = {{what, variant, isa, d, n, points}...}}
 *                             -> list of {repetitions, numbers, seconds = {...}, pinned}, one for
 *                                each case; or nil, message if a source draws nonsense
 *   engine.optimisers()       -> list of {name, rows}; rows: it takes nothing else
 *   engine.bench_optimisers{truth, fit, design, noise_sd, n, box, methods = {...}, starts, radius,
 *                           rounds, search, seconds, tolerance, seed,
 *                           sgd = {rate, batch}, adam = {rate, batch}}
 *                             -> {best, agree, rows, pinned, runs = {{method, start, round,
 *                                seconds = {...}, objective = {...}}...}}; or nil, message
 *   engine.evaluator{gate, expert, d, k}       -> "tile" or "blis": which one a fit takes, and the
 *                                number of sums of its curvature that decides it
 *   engine.tune(sums)         from how many sums on that is blis in this process; nil: never
 *   engine.operations{gate, expert, d, k, level} -> of one row, by the structured product
 *
 * What they mean is in bench_draw.h, bench_optimise.h, eval.h and bench_limit.c.
 */
#include <math.h>
#include <string.h>

#include "bench_draw.h"
#include "bench_optimise.h"
#include "engine.h"

static void set_string(lua_State *L, const char *key, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

static void set_integer(lua_State *L, const char *key, size_t value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, key);
}

static void set_boolean(lua_State *L, const char *key, int value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, key);
}

static void set_numbers(lua_State *L, const char *key, const double *value, size_t count) {
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushnumber(L, value[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, key);
}

static int fail_with(lua_State *L, const struct moe_error *e) {
  lua_pushnil(L);
  lua_pushstring(L, e->text);
  return 2;
}

static void read_model(const struct moe_part *part, size_t d, struct moe_model *model) {
  struct moe_error e;
  size_t k = moe_part_integer(part, "k", 1, MOE_MAX_ATOMS, NAN);
  const char *gate = moe_part_string(part, "gate"), *expert = moe_part_string(part, "expert");
  if (moe_model_make(model, gate, expert, d, k, &e)) moe_part_fail(part, "", "%s", e.text);
}

/* ------------------------------------------------------------------------------ generation */

static int draw_sources(lua_State *L) {
  static const char *const kinds[] = {"none", "best", "each"};
  const struct moe_draw_source *source;
  lua_newtable(L);
  for (size_t i = 0; (source = moe_draw_source_at(i)); i++) {
    lua_createtable(L, 0, 4);
    set_string(L, "what", moe_draw_source_what(source));
    set_string(L, "variant", moe_draw_source_variant(source));
    set_string(L, "isa", kinds[moe_draw_source_isa(source)]);
    set_boolean(L, "rows", moe_draw_source_makes_rows(source));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static void read_draw(const struct moe_part *part, struct moe_draw_case *c) {
  static const char *const keys[] = {"d", "isa", "n", "points", "variant", "what", NULL};
  moe_part_keys(part, keys);
  memset(c, 0, sizeof *c);
  const char *what = moe_part_string(part, "what"), *isa = moe_part_string(part, "isa");
  c->source = moe_draw_source_find(what, moe_part_string(part, "variant"));
  if (!c->source) moe_part_fail(part, "variant", "nothing draws a '%.40s' that way", what);
  c->isa = "scalar";
  for (size_t i = 0; strcmp(isa, "scalar") != 0; i++) {
    c->isa = moe_isa_at(i);
    if (!c->isa) moe_part_fail(part, "isa", "this CPU cannot run '%.40s'", isa);
    if (!strcmp(isa, c->isa)) break;
  }
  if (!moe_draw_source_makes_rows(c->source)) return;
  c->d = moe_part_integer(part, "d", 1, 4096, NAN);
  c->n = moe_part_integer(part, "n", 1, 1e14, NAN);
  if (!strcmp(what, "telescope")) c->points = moe_part_integer(part, "points", 1, 1 << 20, NAN);
}

static void push_draw(lua_State *L, const struct moe_draw_case *c, size_t repeats, int pinned) {
  lua_createtable(L, 0, 4);
  set_integer(L, "repetitions", c->repetitions);
  set_integer(L, "numbers", c->numbers);
  set_boolean(L, "pinned", pinned);
  set_numbers(L, "seconds", c->seconds, repeats);
}

static int bench_draws(lua_State *L) {
  static const char *const keys[] = {"cases",   "expert",  "gate", "k",
                                     "repeats", "seconds", "seed", NULL};
  struct moe_draw_plan plan;
  struct moe_error e;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "bench_draws");
  moe_part_keys(&part, keys);
  read_model(&part, 1, &plan.truth);
  plan.seed = (uint64_t)moe_part_integer(&part, "seed", 0, 0x1p53, 1);
  plan.repeats = moe_part_integer(&part, "repeats", 1, MOE_BENCH_REPEATS, 9);
  plan.seconds = moe_part_number(&part, "seconds", 0, 60, 0.01);
  struct moe_part list = moe_part_field(&part, "cases");
  size_t count = (size_t)lua_rawlen(L, list.index);
  if (count == 0) moe_part_fail(&list, "", "there are none");
  struct moe_draw_case *cases = lua_newuserdatauv(L, count * sizeof *cases, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, list.index, (lua_Integer)i + 1);
    struct moe_part one = moe_part_open(L, -1, "cases[%zu]", i + 1);
    read_draw(&one, &cases[i]);
    lua_pop(L, 1);
  }
  struct moe_team *team = moe_team_start(1, &e);
  if (!team) return fail_with(L, &e);
  enum moe_status status = moe_draw_run(team, &plan, cases, count, &e);
  int pinned = moe_team_pinned(team);
  moe_team_stop(team);
  if (status) return fail_with(L, &e);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    push_draw(L, &cases[i], plan.repeats, pinned);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* ------------------------------------------------------------------------------ optimisers */

static int optimisers(lua_State *L) {
  const struct moe_optimiser *method;
  lua_newtable(L);
  for (size_t i = 0; (method = moe_optimiser_at(i)); i++) {
    lua_createtable(L, 0, 2);
    set_string(L, "name", moe_optimiser_name(method));
    set_boolean(L, "rows", moe_optimiser_wants_rows(method));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static void read_box(const struct moe_part *whole, int gaussian, struct moe_ranges *ranges) {
  static const char *const keys[] = {"a", "b", "beta0", "beta1", "variance", NULL};
  struct moe_part box = moe_part_field(whole, "box");
  moe_part_keys(&box, keys);
  moe_part_numbers(&box, "beta1", 2, ranges->beta1);
  moe_part_numbers(&box, "beta0", 2, ranges->beta0);
  moe_part_numbers(&box, "a", 2, ranges->a);
  moe_part_numbers(&box, "b", 2, ranges->b);
  if (gaussian) moe_part_numbers(&box, "variance", 2, ranges->variance);
  lua_pop(whole->L, 1);
}

/* {rate, batch} under `key`. */
static void read_steps(const struct moe_part *whole, const char *key, double *rate,
                       size_t *batch) {
  static const char *const keys[] = {"batch", "rate", NULL};
  struct moe_part part = moe_part_field(whole, key);
  moe_part_keys(&part, keys);
  *rate = moe_part_number(&part, "rate", 1e-12, 1e12, NAN);
  *batch = moe_part_integer(&part, "batch", 1, 0x1p31, NAN);
  lua_pop(whole->L, 1);
}

void moe_lua_problem(const struct moe_part *whole, struct moe_optimise_plan *plan) {
  struct moe_part part = moe_part_field(whole, "truth");
  plan->truth_theta = moe_lua_truth(&part, &plan->truth);
  part = moe_part_field(whole, "fit");
  moe_lua_fit_model(&part, plan->truth.d, plan->truth.gaussian, &plan->model);
  part = moe_part_field(whole, "design");
  moe_lua_design(&part, &plan->design);
  double sd = plan->truth.gaussian ? 1 : moe_part_number(whole, "noise_sd", 1e-9, 1e9, NAN);
  plan->noise_var = sd * sd;
  plan->n = moe_part_number(whole, "n", 1, 1e14, NAN);
  plan->radius = moe_part_number(whole, "radius", 0, 1e6, NAN);
  plan->seed = (uint64_t)moe_part_integer(whole, "seed", 0, 0x1p53, 1);
  read_box(whole, plan->truth.gaussian, &plan->ranges);
}

static void read_plan(const struct moe_part *whole, struct moe_optimise_plan *plan) {
  moe_lua_problem(whole, plan);
  plan->starts = moe_part_integer(whole, "starts", 1, 1000, NAN);
  plan->rounds = moe_part_integer(whole, "rounds", 1, 100, 1);
  plan->search = moe_part_integer(whole, "search", 1, 100000, NAN);
  plan->seconds = moe_part_number(whole, "seconds", 0, 3600, NAN);
  plan->tolerance = moe_part_number(whole, "tolerance", 1e-12, 1e6, NAN);
  read_steps(whole, "sgd", &plan->sgd_rate, &plan->sgd_batch);
  read_steps(whole, "adam", &plan->adam_rate, &plan->adam_batch);
}

enum { MOST_METHODS = 32 };

static size_t read_methods(const struct moe_part *whole, const struct moe_optimiser **methods) {
  lua_State *L = whole->L;
  struct moe_part list = moe_part_field(whole, "methods");
  size_t count = (size_t)lua_rawlen(L, list.index);
  if (count < 1 || count > MOST_METHODS)
    moe_part_fail(&list, "", "expected 1 to %d, got %zu", MOST_METHODS, count);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, list.index, (lua_Integer)i + 1);
    const char *name = lua_tostring(L, -1);
    methods[i] = name ? moe_optimiser_find(name) : NULL;
    if (!methods[i]) moe_part_fail(&list, "", "unknown '%.40s'", name ? name : "?");
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
  return count;
}

static void push_run(lua_State *L, const struct moe_optimise_run *run) {
  lua_createtable(L, 0, 5);
  set_string(L, "method", moe_optimiser_name(run->method));
  set_integer(L, "start", run->start + 1);
  set_integer(L, "round", run->round + 1);
  set_numbers(L, "seconds", run->seconds, run->count);
  set_numbers(L, "objective", run->objective, run->count);
}

static int push_result(lua_State *L, const struct moe_optimise_result *result, int pinned) {
  lua_createtable(L, 0, 5);
  lua_pushnumber(L, result->best);
  lua_setfield(L, -2, "best");
  set_integer(L, "agree", result->agree);
  set_integer(L, "rows", result->rows);
  set_boolean(L, "pinned", pinned);
  lua_createtable(L, (int)result->count, 0);
  for (size_t i = 0; i < result->count; i++) {
    push_run(L, &result->run[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "runs");
  return 1;
}

static int bench_optimisers(lua_State *L) {
  static const char *const keys[] = {"adam",   "box",      "design", "fit",    "methods",
                                     "n",      "noise_sd", "radius", "rounds", "seconds",
                                     "search", "seed",     "sgd",    "starts", "tolerance",
                                     "truth",  NULL};
  const struct moe_optimiser *methods[MOST_METHODS];
  struct moe_optimise_plan plan;
  struct moe_optimise_result result;
  struct moe_error e;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "bench_optimisers");
  moe_part_keys(&part, keys);
  memset(&plan, 0, sizeof plan);
  size_t count = read_methods(&part, methods);
  read_plan(&part, &plan);
  struct moe_team *team = moe_team_start(1, &e);
  if (!team) return fail_with(L, &e);
  enum moe_status status = moe_optimise_run(team, &plan, methods, count, &result, &e);
  int pinned = moe_team_pinned(team), pushed;
  moe_team_stop(team);
  if (status)
    pushed = fail_with(L, &e);
  else
    pushed = push_result(L, &result, pinned);
  moe_optimise_free(&result);
  return pushed;
}

/* ---------------------------------------------------------------------------------- growth */

static int evaluator(lua_State *L) {
  static const char *const keys[] = {"d", "expert", "gate", "k", NULL};
  struct moe_model model;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "evaluator");
  moe_part_keys(&part, keys);
  read_model(&part, moe_part_integer(&part, "d", 1, 4096, NAN), &model);
  struct moe_data *data = moe_data_alloc(1, model.d);
  struct moe_eval *ev = moe_eval_alloc(&model, data, MOE_TUNED);
  lua_pushlstring(L, moe_eval_name(ev), strcspn(moe_eval_name(ev), ":"));
  lua_pushinteger(L, (lua_Integer)moe_eval_sums(&model));
  moe_eval_free(ev);
  moe_data_free(data);
  return 2;
}

static int tune(lua_State *L) {
  lua_Integer sums = lua_isnoneornil(L, 1) ? 0 : luaL_checkinteger(L, 1);
  luaL_argcheck(L, lua_isnoneornil(L, 1) || sums > 0, 1, "expected a number of sums above 0");
  moe_eval_tune(sums ? (size_t)sums : SIZE_MAX);
  return 0;
}

static int operations(lua_State *L) {
  static const char *const keys[] = {"d", "expert", "gate", "k", "level", NULL};
  struct moe_model model;
  enum moe_level level = MOE_OBJECTIVE;
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "operations");
  moe_part_keys(&part, keys);
  read_model(&part, moe_part_integer(&part, "d", 1, 4096, NAN), &model);
  if (!moe_level_find(moe_part_string(&part, "level"), &level))
    moe_part_fail(&part, "level", "unknown");
  lua_pushnumber(L, moe_bench_work(&model, level).flops);
  return 1;
}

int moe_lua_open_timing(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"draw_sources", draw_sources}, {"bench_draws", bench_draws},
      {"optimisers", optimisers},     {"bench_optimisers", bench_optimisers},
      {"evaluator", evaluator},       {"tune", tune},
      {"operations", operations},     {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  return 1;
}
