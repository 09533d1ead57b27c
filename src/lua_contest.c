/*
 * lua_contest.c - our side of a contest with other programs, for Lua.
 *
 *   engine.contest{truth, fit, design, noise_sd, n, box, radius, seed}
 *                             -> contest, or nil, message; its data are raw rows of one weight
 *                                (no noise_sd where the atoms have variances: a Gaussian mixture,
 *                                fitted by its likelihood, box.variance and no telescope)
 *   contest:write(path)       -> true, or nil, message: the rows as doubles of this machine, one
 *                                after another, x_1 .. x_d and y of each
 *   contest:start(i)          -> start i >= 1, as the bench of optimisers has them: p numbers
 *   contest:gradient(theta)   -> objective in nats, its gradient (p numbers)
 *   contest:time(theta, repetitions) -> seconds of so many objectives with gradients, after one
 *                                that is not timed
 *   contest:fit(theta)        -> seconds, objective, stationary: the trust region from theta to
 *                                its certificate, setting up the evaluator included
 *   contest:pinned()          -> whether its thread is bound to a core
 *
 * theta is a list of p numbers, row after row as in model.h. Everything is computed by one thread
 * of bench_team.c.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench_optimise.h"
#include "engine.h"

#define CONTEST_TYPE "moerates.contest"

struct contest {
  struct moe_optimise_plan plan;
  struct moe_team *team;
  struct moe_data *data;
  struct moe_eval *ev;
  struct moe_box box;
  double *truth_theta;
  size_t p;
  /* What the thread is told, and what it found. */
  double *theta, *gradient, objective;
  size_t repetitions;
  struct moe_descent descent;
};

static struct contest *check_contest(lua_State *L) {
  struct contest *c = luaL_checkudata(L, 1, CONTEST_TYPE);
  luaL_argcheck(L, c->team, 1, "the contest is closed");
  return c;
}

/* ----------------------------------------------------------------------- on the thread */

static void prepare(void *arg, size_t i) {
  struct contest *c = arg;
  (void)i;
  c->ev = moe_eval_alloc(&c->plan.model, c->data, MOE_TUNED);
}

static void evaluate(void *arg, size_t i) {
  struct contest *c = arg;
  (void)i;
  for (size_t r = 0; r < c->repetitions; r++)
    c->objective = moe_eval_at(c->ev, c->theta, MOE_GRADIENT, c->gradient, NULL);
}

static void descend(void *arg, size_t i) {
  struct contest *c = arg;
  (void)i;
  struct moe_eval *ev = moe_eval_alloc(&c->plan.model, c->data, MOE_TUNED);
  c->descent = moe_descend(ev, &c->box, &(struct moe_descent_options){.kinks = 1}, c->theta);
  moe_eval_free(ev);
}

/* --------------------------------------------------------------------------------- rows */

static int write_rows(FILE *file, const struct moe_data *data, double *row) {
  for (size_t i = 0; i < data->n; i++) {
    for (size_t s = 0; s <= data->d; s++) row[s] = *moe_data_at(data, i, s);
    if (fwrite(row, sizeof *row, data->d + 1, file) != data->d + 1) return errno;
  }
  return fflush(file) ? errno : 0;
}

static int contest_write(lua_State *L) {
  const struct contest *c = check_contest(L);
  const char *path = luaL_checkstring(L, 2);
  double *row = lua_newuserdatauv(L, (c->data->d + 1) * sizeof *row, 0);
  FILE *file = fopen(path, "wb");
  int why = file ? write_rows(file, c->data, row) : errno;
  if (file && fclose(file) && !why) why = errno;
  if (!why) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushnil(L);
  lua_pushfstring(L, "%s: %s", path, strerror(why));
  return 2;
}

/* ------------------------------------------------------------------------------- numbers */

static void push_numbers(lua_State *L, const double *value, size_t count) {
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushnumber(L, value[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static int contest_start(lua_State *L) {
  struct contest *c = check_contest(L);
  lua_Integer start = luaL_checkinteger(L, 2);
  luaL_argcheck(L, start >= 1, 2, "starts are counted from 1");
  moe_optimise_start(&c->plan, &c->box, (size_t)start - 1, c->theta);
  push_numbers(L, c->theta, c->p);
  return 1;
}

static int contest_gradient(lua_State *L) {
  struct contest *c = check_contest(L);
  moe_lua_numbers(L, 2, "theta", c->p, c->theta);
  c->repetitions = 1;
  moe_team_run(c->team, 1, evaluate, c);
  lua_pushnumber(L, c->objective);
  push_numbers(L, c->gradient, c->p);
  return 2;
}

static int contest_time(lua_State *L) {
  struct contest *c = check_contest(L);
  lua_Integer repetitions = luaL_checkinteger(L, 3);
  luaL_argcheck(L, repetitions >= 1, 3, "at least one");
  moe_lua_numbers(L, 2, "theta", c->p, c->theta);
  c->repetitions = 1;
  moe_team_run(c->team, 1, evaluate, c);
  c->repetitions = (size_t)repetitions;
  lua_pushnumber(L, moe_team_run(c->team, 1, evaluate, c));
  return 1;
}

static int contest_fit(lua_State *L) {
  struct contest *c = check_contest(L);
  moe_lua_numbers(L, 2, "theta", c->p, c->theta);
  lua_pushnumber(L, moe_team_run(c->team, 1, descend, c));
  lua_pushnumber(L, c->descent.objective);
  lua_pushboolean(L, c->descent.stationary);
  return 3;
}

static int contest_pinned(lua_State *L) {
  lua_pushboolean(L, moe_team_pinned(check_contest(L)->team));
  return 1;
}

/* --------------------------------------------------------------------------------- life */

static int contest_gc(lua_State *L) {
  struct contest *c = luaL_checkudata(L, 1, CONTEST_TYPE);
  moe_team_stop(c->team);
  moe_eval_free(c->ev);
  moe_data_free(c->data);
  moe_box_free(&c->box);
  moe_free(c->truth_theta);
  moe_free(c->theta);
  moe_free(c->gradient);
  memset(c, 0, sizeof *c);
  return 0;
}

static struct contest *push_contest(lua_State *L) {
  static const luaL_Reg methods[] = {{"write", contest_write},
                                     {"start", contest_start},
                                     {"gradient", contest_gradient},
                                     {"time", contest_time},
                                     {"fit", contest_fit},
                                     {"pinned", contest_pinned},
                                     {NULL, NULL}};
  return moe_lua_object(L, sizeof(struct contest), CONTEST_TYPE, methods, contest_gc);
}

/* What can fail without anybody being to blame for a wrong call. */
static enum moe_status contest_make(struct contest *c, struct moe_error *e) {
  const struct moe_optimise_plan *plan = &c->plan;
  if (plan->model.k < plan->truth.k)
    return moe_fail(e, MOE_EUSAGE, "starts near the truth need at least its %zu atoms, got %zu",
                    plan->truth.k, plan->model.k);
  if (plan->design.kind == MOE_TELESCOPE && !plan->design.raw)
    return moe_fail(e, MOE_EUSAGE, "others take rows, not counts on a support");
  enum moe_status status = moe_design_draw(&plan->design, &plan->truth, plan->truth_theta,
                                           plan->noise_var, plan->n, plan->seed, &c->data, e);
  if (status) return status;
  moe_box_make(&c->box, &plan->model, &plan->ranges, plan->model.k - 1);
  c->p = moe_model_size(&plan->model);
  c->theta = moe_alloc(c->p, sizeof *c->theta);
  c->gradient = moe_alloc(c->p, sizeof *c->gradient);
  c->team = moe_team_start(1, e);
  if (!c->team) return MOE_EIO;
  moe_team_run(c->team, 1, prepare, c);
  return MOE_OK;
}

static int engine_contest(lua_State *L) {
  static const char *const keys[] = {"box",    "design", "fit",   "n", "noise_sd",
                                     "radius", "seed",   "truth", NULL};
  struct moe_error e;
  lua_settop(L, 1);
  struct contest *c = push_contest(L);
  struct moe_part part = moe_part_open(L, 1, "contest");
  moe_part_keys(&part, keys);
  moe_lua_problem(&part, &c->plan);
  size_t bytes = moe_model_size(&c->plan.truth) * sizeof *c->truth_theta;
  c->truth_theta = moe_alloc(1, bytes); /* the plan's is on the stack, where it does not last */
  c->plan.truth_theta = memcpy(c->truth_theta, c->plan.truth_theta, bytes);
  enum moe_status status = contest_make(c, &e);
  lua_settop(L, 2);
  if (!status) return 1;
  lua_pushnil(L);
  lua_pushstring(L, e.text);
  return 2;
}

int moe_lua_open_contest(lua_State *L) {
  lua_pushcfunction(L, engine_contest);
  lua_setfield(L, -2, "contest");
  return 1;
}
