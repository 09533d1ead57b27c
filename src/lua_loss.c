/*
 * lua_loss.c - losses of estimates, for the summary.
 *
 *   engine.losses(problem, measures, thetas) -> {measure = {one number per theta}, ...}
 *   engine.minimiser_shapes(problem) -> {{coordinates=, rank=, dimension=, smallest=}, ...}
 *   engine.minimisers_near(problem, thetas) -> {theta or false, ...}
 *
 * problem = {truth=, fit=, design=, points=, minimisers={theta, ...}, continuum=, theta=} with the
 * parts as in a cell; continuum: the minimisers given stand for all parameters with their
 * functions; theta, the box, is for shapes. The minimiser near a theta is the nearest
 * with the function of one of those given, false where none is in reach; points is the number of quadrature points (default: the design's, else 1024). Besides
 * the rows of loss.c, the measures empty, inert and floating_atom give 1 or 0 per estimate. An
 * estimate with a non-finite coordinate has no loss: NaN.
 *
 *   engine.sample_losses(cell, measures, rows) -> {measure = {one number per row}, ...}
 *
 * The same for a cell of cross-validation: each row (with replicate and theta) on the rows of the
 * table that its fit has not seen. nil, message if the table cannot be read.
 */
#include <math.h>
#include <string.h>

#include "canon.h"
#include "engine.h"
#include "loss.h"

#define SUPPORT_TYPE "moerates.support"

/* The support is C memory; this keeps it from leaking when a later argument is wrong. */
static int support_gc(lua_State *L) {
  struct moe_data **data = luaL_checkudata(L, 1, SUPPORT_TYPE);
  moe_data_free(*data);
  *data = NULL;
  return 0;
}

static struct moe_data *push_support(lua_State *L, const struct moe_design *design,
                                     size_t points, const struct moe_loss_problem *problem) {
  struct moe_data **data = moe_lua_object(L, sizeof(void *), SUPPORT_TYPE, NULL, support_gc);
  *data = moe_design_support(design, points, &problem->truth, problem->truth_theta);
  return *data;
}

/* Pushes the p numbers of each theta of the list at `index`, one after the other. */
static double *push_thetas(lua_State *L, int index, const char *where, size_t p,
                           size_t *count) {
  struct moe_part list = moe_part_open(L, index, "%s", where);
  *count = (size_t)lua_rawlen(L, list.index);
  double *theta = lua_newuserdatauv(L, (*count * p + 1) * sizeof *theta, 0);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, list.index, (lua_Integer)i + 1);
    struct moe_part one = moe_part_open(L, -1, "%s[%zu]", where, i + 1);
    if (lua_rawlen(L, one.index) != p)
      moe_part_fail(&one, "", "expected %zu numbers, got %llu", p,
                    (unsigned long long)lua_rawlen(L, one.index));
    for (size_t j = 0; j < p; j++) {
      lua_rawgeti(L, one.index, (lua_Integer)j + 1);
      theta[i * p + j] = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  return theta;
}

static void read_problem(lua_State *L, int index, struct moe_loss_problem *problem) {
  static const char *const keys[] = {"continuum", "design", "fit",   "minimisers",
                                     "points",    "theta",  "truth", NULL};
  struct moe_design design;
  struct moe_part whole = moe_part_open(L, index, "problem");
  moe_part_keys(&whole, keys);
  struct moe_part part = moe_part_field(&whole, "truth");
  problem->truth_theta = moe_lua_truth(&part, &problem->truth);
  part = moe_part_field(&whole, "fit");
  moe_lua_fit_model(&part, problem->truth.d, problem->truth.gaussian, &problem->fit);
  part = moe_part_field(&whole, "design");
  moe_lua_design(&part, &design);
  size_t points = moe_part_integer(&whole, "points", 2, 1 << 20,
                                   design.points ? (double)design.points : 1024);
  problem->support = push_support(L, &design, points, problem);
  problem->minimisers = NULL;
  problem->minimiser_count = 0;
  problem->continuum = moe_part_boolean(&whole, "continuum", 0);
  if (lua_getfield(L, whole.index, "minimisers") == LUA_TNIL) return;
  problem->minimisers = push_thetas(L, -1, "minimisers", moe_model_size(&problem->fit),
                                    &problem->minimiser_count);
  if (!problem->minimiser_count) problem->minimisers = NULL;
}

enum flag { EMPTY, INERT, FLOATING, NO_FLAG };
static const char *const flag_names[] = {"empty", "inert", "floating_atom", NULL};

static enum flag flag_find(const char *name) {
  int i = 0;
  while (flag_names[i] && strcmp(flag_names[i], name) != 0) i++;
  return (enum flag)i;
}

static double measure_value(const struct moe_loss_problem *problem, const struct moe_loss *loss,
                            enum flag flag, const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  for (size_t j = 0; j < p; j++)
    if (!isfinite(theta[j])) return NAN;
  if (loss) return loss->value(problem, theta);
  struct moe_fit_flags flags = moe_fit_inspect(problem, theta);
  return flag == EMPTY ? flags.empty_cell : flag == INERT ? flags.inert : flags.floating;
}

static int unknown_measure(lua_State *L, const char *name) {
  const char *known[64];
  size_t count = 0;
  for (const struct moe_loss *loss; count < 60 && (loss = moe_loss_row_at(count)); count++)
    known[count] = loss->name;
  for (int i = 0; flag_names[i]; i++) known[count++] = flag_names[i];
  known[count] = NULL;
  return luaL_error(L, "unknown measure '%s': did you mean '%s'?", name,
                    moe_nearest(name, known));
}

static int engine_losses(lua_State *L) {
  struct moe_loss_problem problem;
  size_t count;
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  read_problem(L, 1, &problem);
  size_t p = moe_model_size(&problem.fit), measures = (size_t)lua_rawlen(L, 2);
  const double *theta = push_thetas(L, 3, "thetas", p, &count);
  lua_createtable(L, 0, (int)measures);
  for (size_t m = 0; m < measures; m++) {
    lua_rawgeti(L, 2, (lua_Integer)m + 1);
    const char *name = luaL_checkstring(L, -1);
    const struct moe_loss *loss = moe_loss_find(name);
    enum flag flag = loss ? NO_FLAG : flag_find(name);
    if (!loss && flag == NO_FLAG) return unknown_measure(L, name);
    if (loss && loss->needs == MOE_NEEDS_MINIMISERS && !problem.minimisers)
      return luaL_error(L, "measure %s needs the population minimisers", name);
    if (loss && loss->needs == MOE_NEEDS_ROWS)
      return luaL_error(L, "measure %s is for real data", name);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
      lua_pushnumber(L, measure_value(&problem, loss, flag, theta + i * p));
      lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_rawset(L, -3);
  }
  return 1;
}

static int engine_minimiser_shapes(lua_State *L) {
  struct moe_loss_problem problem;
  struct moe_ranges ranges;
  struct moe_box box;
  lua_settop(L, 1);
  read_problem(L, 1, &problem);
  struct moe_part whole = moe_part_open(L, 1, "problem");
  moe_lua_ranges(&whole, &ranges);
  lua_createtable(L, (int)problem.minimiser_count, 0);
  moe_box_make(&box, &problem.fit, &ranges, 0);
  for (size_t c = 0; c < problem.minimiser_count; c++) {
    const double *theta = problem.minimisers + c * moe_model_size(&problem.fit);
    struct moe_minimiser_shape shape = moe_minimiser_inspect(&problem, &box, theta);
    lua_createtable(L, 0, 4);
    lua_pushinteger(L, (lua_Integer)shape.coordinates);
    lua_setfield(L, -2, "coordinates");
    lua_pushinteger(L, (lua_Integer)shape.rank);
    lua_setfield(L, -2, "rank");
    lua_pushinteger(L, (lua_Integer)shape.dimension);
    lua_setfield(L, -2, "dimension");
    lua_pushnumber(L, shape.smallest);
    lua_setfield(L, -2, "smallest");
    lua_rawseti(L, -2, (lua_Integer)c + 1);
  }
  moe_box_free(&box);
  return 1;
}

static int engine_minimisers_near(lua_State *L) {
  struct moe_loss_problem problem;
  size_t count;
  lua_settop(L, 2);
  read_problem(L, 1, &problem);
  size_t p = moe_model_size(&problem.fit);
  const double *theta = push_thetas(L, 2, "thetas", p, &count);
  double *nearest = lua_newuserdatauv(L, (p + 1) * sizeof *nearest, 0);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    if (isfinite(moe_minimiser_nearest(&problem, theta + i * p, nearest))) {
      lua_createtable(L, (int)p, 0);
      for (size_t c = 0; c < p; c++) {
        lua_pushnumber(L, nearest[c]);
        lua_rawseti(L, -2, (lua_Integer)c + 1);
      }
    } else {
      lua_pushboolean(L, 0);
    }
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

#define SAMPLE_TYPE "moerates.sample"

static int sample_gc(lua_State *L) {
  moe_sample_free(luaL_checkudata(L, 1, SAMPLE_TYPE));
  return 0;
}

/* Raises an error unless real data have the loss. */
static void check_loss_of_rows(lua_State *L, const char *name) {
  const struct moe_loss *loss = moe_loss_find(name);
  if (!loss)
    unknown_measure(L, name);
  else if (loss->needs <= MOE_NEEDS_MINIMISERS)
    luaL_error(L, "measure %s needs a truth, which real data do not have", name);
}

/* Adds the losses of row i to the lists in the table at `out`, one list per measure. */
static enum moe_status sample_row(lua_State *L, const struct moe_case *c,
                                  struct moe_sample *sample, lua_Integer i, int out,
                                  struct moe_error *e) {
  size_t p = moe_model_size(&c->fit);
  lua_rawgeti(L, 3, i);
  struct moe_part row = moe_part_open(L, -1, "rows[%d]", (int)i);
  double *theta = lua_newuserdatauv(L, p * sizeof *theta, 0);
  size_t replicate = moe_part_integer(&row, "replicate", 1, 0x1p31, NAN);
  moe_part_numbers(&row, "theta", p, theta);
  enum moe_status status = moe_case_split(c, sample, replicate, e);
  if (status) return status;
  struct moe_data *support = moe_sample_held_out(sample);
  struct moe_loss_problem problem = {.fit = c->fit, .support = support};
  size_t measures = (size_t)lua_rawlen(L, 2);
  for (size_t m = 0; m < measures; m++) {
    lua_rawgeti(L, 2, (lua_Integer)m + 1);
    double value = moe_loss_find(lua_tostring(L, -1))->value(&problem, theta);
    lua_rawget(L, out);
    lua_pushnumber(L, value);
    lua_rawseti(L, -2, i);
    lua_pop(L, 1);
  }
  moe_data_free(support);
  lua_settop(L, out);
  return MOE_OK;
}

static int engine_sample_losses(lua_State *L) {
  struct moe_error e;
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  const struct moe_case *c = moe_lua_case(L, 1);
  luaL_argcheck(L, c->source.file, 1, "a cell of real data is needed");
  struct moe_sample *sample = moe_lua_object(L, sizeof *sample, SAMPLE_TYPE, NULL, sample_gc);
  lua_newtable(L);
  int out = lua_gettop(L);
  for (size_t m = 0; m < (size_t)lua_rawlen(L, 2); m++) {
    lua_rawgeti(L, 2, (lua_Integer)m + 1);
    check_loss_of_rows(L, luaL_checkstring(L, -1));
    lua_newtable(L);
    lua_rawset(L, out);
  }
  enum moe_status status = moe_sample_read(&c->source, sample, &e);
  lua_Integer rows = (lua_Integer)lua_rawlen(L, 3);
  for (lua_Integer i = 1; i <= rows && status == MOE_OK; i++)
    status = sample_row(L, c, sample, i, out, &e);
  if (status == MOE_OK) return 1;
  lua_pushnil(L);
  lua_pushstring(L, e.text);
  return 2;
}

int moe_lua_open_loss(lua_State *L) {
  static const luaL_Reg functions[] = {{"losses", engine_losses},
                                       {"sample_losses", engine_sample_losses},
                                       {"minimiser_shapes", engine_minimiser_shapes},
                                       {"minimisers_near", engine_minimisers_near},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  return 1;
}
