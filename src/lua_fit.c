/*
 * lua_fit.c - a user's table and the fit of it, for Lua: engine.csv and engine.fit.
 *
 * The table lives in a userdata; Lua asks for its columns by number and leaves names, nearest
 * names and printing to lua/moerates/fitting.lua. What a file can get wrong comes back as
 * nil, message; a wrong call raises an error.
 */
#include <math.h>
#include <string.h>

#include "csv.h"
#include "engine.h"
#include "expert.h"
#include "regress.h"
#include "vmath.h"

#define CSV_TYPE "moerates.csv"

static struct moe_csv *check_csv(lua_State *L, int index) {
  return luaL_checkudata(L, index, CSV_TYPE);
}

static int fail(lua_State *L, const struct moe_error *e) {
  lua_pushnil(L);
  lua_pushstring(L, e->text);
  return 2;
}

static int csv_gc(lua_State *L) {
  moe_csv_free(check_csv(L, 1));
  return 0;
}

/* csv:rows() -> number of rows */
static int csv_rows(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)check_csv(L, 1)->rows);
  return 1;
}

/* csv:columns() -> list of {name=, numeric=, bad_line=, bad_text=} */
static int csv_columns(lua_State *L) {
  const struct moe_csv *csv = check_csv(L, 1);
  lua_createtable(L, (int)csv->columns, 0);
  for (size_t c = 0; c < csv->columns; c++) {
    lua_createtable(L, 0, 4);
    lua_pushstring(L, csv->name[c]);
    lua_setfield(L, -2, "name");
    lua_pushboolean(L, csv->bad_line[c] == 0);
    lua_setfield(L, -2, "numeric");
    if (csv->bad_line[c]) {
      lua_pushinteger(L, (lua_Integer)csv->bad_line[c]);
      lua_setfield(L, -2, "bad_line");
      lua_pushstring(L, csv->bad_text[c]);
      lua_setfield(L, -2, "bad_text");
    }
    lua_rawseti(L, -2, (lua_Integer)c + 1);
  }
  return 1;
}

static size_t check_column(lua_State *L, const struct moe_csv *csv, lua_Integer column) {
  if (column < 1 || (size_t)column > csv->columns)
    luaL_error(L, "column %I: the table has %I", column, (lua_Integer)csv->columns);
  return (size_t)column - 1;
}

/* csv:values(column) -> list of numbers, or nil, message */
static int csv_values(lua_State *L) {
  const struct moe_csv *csv = check_csv(L, 1);
  size_t column = check_column(L, csv, luaL_checkinteger(L, 2));
  struct moe_error e;
  if (moe_csv_numeric(csv, column, &e) != MOE_OK) return fail(L, &e);
  lua_createtable(L, (int)csv->rows, 0);
  for (size_t i = 0; i < csv->rows; i++) {
    lua_pushnumber(L, csv->value[column][i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* --- engine.fit --------------------------------------------------------------------------- */

/* The option `key` of the table at 2 as a column; 0 if it is absent. */
static lua_Integer column_option(lua_State *L, const char *key) {
  lua_getfield(L, 2, key);
  lua_Integer column = lua_isnil(L, -1) ? 0 : luaL_checkinteger(L, -1);
  lua_pop(L, 1);
  return column;
}

static double number_option(lua_State *L, const char *key, double otherwise) {
  lua_getfield(L, 2, key);
  double value = lua_isnil(L, -1) ? otherwise : luaL_checknumber(L, -1);
  lua_pop(L, 1);
  return value;
}

static const char *string_option(lua_State *L, const char *key) {
  lua_getfield(L, 2, key);
  const char *text = luaL_checkstring(L, -1);
  lua_pop(L, 1); /* the options table keeps it */
  return text;
}

static int flag_option(lua_State *L, const char *key) {
  lua_getfield(L, 2, key);
  int flag = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return flag;
}

static enum moe_status check_weights(const struct moe_csv *csv, size_t column,
                                     struct moe_error *e) {
  double sum = 0;
  for (size_t i = 0; i < csv->rows; i++) {
    if (csv->value[column][i] < 0)
      return moe_fail(e, MOE_EDATA,
                      "%s:%zu: column '%.60s': the weight %g is negative; weights "
                      "say how often a row was seen",
                      csv->path, csv->line[i], csv->name[column], csv->value[column][i]);
    sum += csv->value[column][i];
  }
  if (sum > 0) return MOE_OK;
  return moe_fail(e, MOE_EDATA, "%s: column '%.60s': every weight is 0", csv->path,
                  csv->name[column]);
}

/* Among the rows in use: is there a second value, and one that can be told from the first? */
static enum moe_status check_varies(const struct moe_csv *csv, size_t column,
                                    const double *weight, const char *what, const char *remedy,
                                    struct moe_error *e) {
  const double *value = csv->value[column];
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < csv->rows; i++) {
    if (weight && weight[i] == 0) continue;
    low = fmin(low, value[i]);
    high = fmax(high, value[i]);
  }
  double size = fmax(fabs(low), fabs(high));
  if (high == low)
    return moe_fail(e, MOE_EDATA, "%s: %s '%.60s' is constant (%.10g in every row); %s",
                    csv->path, what, csv->name[column], low, remedy);
  if (high - low < 1e-12 * size || high - low < 1 / MOE_CSV_LARGEST)
    return moe_fail(
        e, MOE_EDATA,
        "%s: %s '%.60s' only varies by %.2g about %.10g; subtract a constant or use "
        "other units",
        csv->path, what, csv->name[column], high - low, low);
  return MOE_OK;
}

/* Checks the columns and borrows them. `x` has room for data->d pointers. */
static enum moe_status borrow_columns(const struct moe_csv *csv, size_t y, const size_t *x,
                                      size_t weights, struct moe_regress_data *data,
                                      struct moe_error *e) {
  enum moe_status status = moe_csv_numeric(csv, y, e);
  for (size_t s = 0; s < data->d && status == MOE_OK; s++)
    status = moe_csv_numeric(csv, x[s], e);
  if (status == MOE_OK && weights < csv->columns) {
    status = moe_csv_numeric(csv, weights, e);
    if (status == MOE_OK) status = check_weights(csv, weights, e);
    data->weight = csv->value[weights];
  }
  if (status != MOE_OK) return status;
  data->rows = csv->rows;
  data->y = csv->value[y];
  status = check_varies(csv, y, data->weight, "the response", "there is nothing to explain", e);
  for (size_t s = 0; s < data->d && status == MOE_OK; s++) {
    data->x[s] = csv->value[x[s]];
    status = check_varies(csv, x[s], data->weight, "the covariate",
                          "leave it out: an intercept is always there", e);
  }
  return status;
}

static void push_number(lua_State *L, const char *key, double value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, key);
}

static void push_count(lua_State *L, const char *key, size_t value) {
  lua_pushinteger(L, (lua_Integer)value);
  lua_setfield(L, -2, key);
}

static void push_list(lua_State *L, const char *key, const double *value, size_t count) {
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushnumber(L, value[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, key);
}

/* A list of {beta1=, beta0=, a=, b=, variance=} from a theta; a variance only for Gaussian mixtures. */
static void push_atoms(lua_State *L, const char *key, const struct moe_model *m,
                       const double *theta) {
  lua_createtable(L, (int)m->k, 0);
  for (size_t i = 0; i < m->k; i++) {
    const double *gate = moe_gate_row(m, theta, i), *expert = moe_expert_row(m, theta, i);
    lua_createtable(L, 0, 4);
    push_list(L, "beta1", gate, m->d);
    push_number(L, "beta0", gate[m->d]);
    push_list(L, "a", expert, m->d);
    push_number(L, "b", expert[m->d]);
    if (m->gaussian) push_number(L, "variance", theta[moe_model_size(m) - m->k + i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, key);
}

/* The same shape with what became of every coordinate. */
static void push_states(lua_State *L, const struct moe_model *m, const unsigned char *state) {
  size_t p = moe_model_size(m);
  double *number = lua_newuserdatauv(L, p * sizeof *number, 0);
  for (size_t i = 0; i < p; i++) number[i] = state[i];
  lua_insert(L, -2);
  push_atoms(L, "states", m, number);
  lua_remove(L, -2);
}

static void push_certificate(lua_State *L, const struct moe_regress_fit *fit) {
  lua_createtable(L, 0, 16);
  push_number(L, "objective", fit->descent.objective);
  push_number(L, "decrease", fit->descent.decrease);
  push_number(L, "gradient", fit->descent.gradient);
  push_number(L, "curvature", fit->descent.curvature);
  push_count(L, "active", fit->descent.active);
  push_count(L, "iterations", fit->descent.iterations);
  lua_pushboolean(L, fit->descent.stationary);
  lua_setfield(L, -2, "stationary");
  push_count(L, "starts", fit->starts);
  push_count(L, "agree", fit->agree);
  push_number(L, "singletons", fit->singletons);
  if (isnan(fit->loglik)) push_number(L, "noise_variance", fit->noise_variance);
  push_count(L, "dead", fit->atoms.dead);
  push_count(L, "floating", fit->atoms.floating);
  push_count(L, "duplicate", fit->atoms.duplicate);
  push_count(L, "proportional", fit->atoms.proportional);
  push_count(L, "at_floor", fit->at_floor);
  lua_setfield(L, -2, "certificate");
}

/* fitted = list over rows; gate_weights = one such list per atom. */
static void push_predictions(lua_State *L, const struct moe_regress_data *data,
                             const struct moe_model *m, const struct moe_regress_fit *fit) {
  double w[MOE_MAX_ATOMS], *x = lua_newuserdatauv(L, data->d * sizeof *x, 0);
  lua_createtable(L, (int)data->rows, 0);
  int fitted = lua_absindex(L, -1);
  luaL_checkstack(L, (int)m->k + 4, "predictions");
  for (size_t j = 0; j < m->k; j++) lua_createtable(L, (int)data->rows, 0);
  for (size_t i = 0; i < data->rows; i++) {
    lua_pushnumber(L, moe_regress_value(data, m, fit, i, x, w));
    lua_rawseti(L, fitted, (lua_Integer)i + 1);
    for (size_t j = 0; j < m->k; j++) {
      lua_pushnumber(L, w[j]);
      lua_rawseti(L, fitted + (int)j + 1, (lua_Integer)i + 1);
    }
  }
  lua_createtable(L, (int)m->k, 0);
  lua_insert(L, fitted + 1);
  for (size_t j = m->k; j > 0; j--) lua_rawseti(L, fitted + 1, (lua_Integer)j);
  lua_setfield(L, fitted - 2, "gate_weights");
  lua_setfield(L, fitted - 2, "fitted");
  lua_pop(L, 1); /* x */
}

/* tau, which the fit has as a logarithm, with its standard error. */
static void push_temperature(lua_State *L, const struct moe_model *m,
                             const struct moe_regress_fit *fit) {
  size_t place = 2 * m->k * (m->d + 1);
  double tau = moe_exp(fit->theta[place]);
  push_number(L, "temperature", tau);
  push_number(L, "temperature_error", tau * fit->error[place]);
  push_count(L, "temperature_state", fit->state[place]);
}

static void push_fit(lua_State *L, const struct moe_model *m,
                     const struct moe_regress_fit *fit) {
  lua_createtable(L, 0, 16);
  if (m->tempered) push_temperature(L, m, fit);
  push_atoms(L, "atoms", m, fit->theta);
  push_atoms(L, "errors", m, fit->error);
  push_states(L, m, fit->state);
  push_number(L, "offset", fit->offset);
  push_number(L, "scale", fit->scale);
  push_number(L, "n", fit->observations);
  push_count(L, "rows", fit->rows);
  push_count(L, "parameters", fit->free_parameters);
  push_number(L, "sse", fit->sse);
  push_number(L, "r_squared", fit->r_squared);
  if (m->gaussian) push_number(L, "loglik", fit->loglik);
  lua_pushstring(L, fit->kernel);
  lua_setfield(L, -2, "kernel");
  push_certificate(L, fit);
}

/* An expert by its name, NULL if the option is absent. */
static const struct moe_expert *expert_option(lua_State *L, const char *key) {
  lua_getfield(L, 2, key);
  const char *name = lua_isnil(L, -1) ? NULL : luaL_checkstring(L, -1);
  const struct moe_expert *expert = name ? moe_expert_find(name) : NULL;
  if (name && !expert) luaL_error(L, "%s: unknown expert '%s'", key, name);
  lua_pop(L, 1);
  return expert;
}

/* The router and the shared atoms; temperatures between two numbers, or one, or none. */
static enum moe_status read_router(lua_State *L, struct moe_regress_options *options,
                                   struct moe_error *e) {
  struct moe_model *m = &options->model;
  m->activation = expert_option(L, "activation");
  m->shared_expert = expert_option(L, "shared_expert");
  m->outside = flag_option(L, "outside");
  m->euclidean = flag_option(L, "euclidean");
  m->top = (size_t)number_option(L, "top", 0);
  m->shared = (size_t)number_option(L, "shared", 0);
  m->tempered = number_option(L, "temperature_low", 0) > 0;
  options->ranges.temperature[0] = number_option(L, "temperature_low", 1);
  options->ranges.temperature[1] = number_option(L, "temperature_high", 1);
  return moe_model_check_router(m, e);
}

static void read_ranges(lua_State *L, struct moe_ranges *ranges) {
  double box = number_option(L, "box", 20);
  if (!(box > 0 && box <= 1e6))
    luaL_error(L, "box: expected a number in (0, 1e6], got %f", box);
  *ranges = (struct moe_ranges){.beta1 = {-box, box},
                                .beta0 = {-box, box},
                                .a = {-box, box},
                                .b = {-box, box},
                                .shared_a = {-box, box},
                                .shared_b = {-box, box}};
}

/* Reads the covariate columns into a userdata of column numbers followed by room for pointers.
 */
static size_t *read_covariates(lua_State *L, const struct moe_csv *csv,
                               struct moe_regress_data *data) {
  lua_getfield(L, 2, "x");
  luaL_argcheck(L, lua_istable(L, -1), 2, "x: expected a list of columns");
  data->d = (size_t)lua_rawlen(L, -1);
  luaL_argcheck(L, data->d > 0, 2, "x: at least one covariate is needed");
  size_t *x = lua_newuserdatauv(L, data->d * (sizeof *x + sizeof *data->x), 0);
  data->x = (const double **)(void *)(x + data->d);
  for (size_t s = 0; s < data->d; s++) {
    lua_rawgeti(L, -2, (lua_Integer)s + 1);
    x[s] = check_column(L, csv, luaL_checkinteger(L, -1));
    lua_pop(L, 1);
  }
  return x;
}

/* engine.fit(csv, {y=, x={...}, weights=, gate=, expert=, k=, starts=, seed=, box=,
 * standardize=, predict=, estimator=, variance_floor=, shared=, shared_expert=, activation=, outside=,
 * euclidean=, top=, temperature_low=, temperature_high=}) -> {atoms=, errors=, offset=, scale=, n=,
 * rows=, parameters=, sse=, r_squared=, loglik=, kernel=, certificate=, fitted=, gate_weights=}, or nil, message. Columns are numbers
 * from 1. */
static int lib_fit(lua_State *L) {
  const struct moe_csv *csv = check_csv(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  struct moe_error e;
  struct moe_regress_data data = {0};
  struct moe_regress_options options = {.evaluator = MOE_TUNED,
                                        .standardize = flag_option(L, "standardize")};
  struct moe_regress_fit fit;
  size_t *x = read_covariates(L, csv, &data);
  size_t y = check_column(L, csv, column_option(L, "y"));
  lua_Integer weights = column_option(L, "weights");
  double starts = number_option(L, "starts", 512), k = number_option(L, "k", 0);
  luaL_argcheck(L, starts >= 1 && starts <= 1e6, 2, "starts: expected a number from 1 to 1e6");
  luaL_argcheck(L, k >= 1 && k <= MOE_MAX_ATOMS, 2, "k: expected a number from 1 to 32");
  options.starts = (size_t)starts;
  options.key = (uint64_t)(int64_t)number_option(L, "seed", 1);
  options.variance_floor = number_option(L, "variance_floor", 1e-4);
  luaL_argcheck(L, options.variance_floor > 0 && options.variance_floor <= 1, 2,
                "variance_floor: expected a number in (0, 1]");
  read_ranges(L, &options.ranges);
  enum moe_status status = moe_model_make(&options.model, string_option(L, "gate"),
                                          string_option(L, "expert"), data.d, (size_t)k, &e);
  if (status == MOE_OK) status = read_router(L, &options, &e);
  if (status == MOE_OK && strcmp(string_option(L, "estimator"), "mle") == 0)
    status = moe_model_make_gaussian(&options.model, &e);
  if (status == MOE_OK)
    status = borrow_columns(csv, y, x, weights ? check_column(L, csv, weights) : csv->columns,
                            &data, &e);
  if (status == MOE_OK) status = moe_regress(&data, &options, &fit, &e);
  if (status != MOE_OK) return fail(L, &e);
  push_fit(L, &options.model, &fit);
  if (flag_option(L, "predict")) push_predictions(L, &data, &options.model, &fit);
  moe_regress_free(&fit);
  return 1;
}

/* engine.csv(path) -> table, or nil, message */
static int lib_csv(lua_State *L) {
  struct moe_error e;
  const char *path = luaL_checkstring(L, 1);
  static const luaL_Reg methods[] = {
      {"rows", csv_rows}, {"columns", csv_columns}, {"values", csv_values}, {NULL, NULL}};
  struct moe_csv *csv = moe_lua_object(L, sizeof *csv, CSV_TYPE, methods, csv_gc);
  if (moe_csv_read(path, csv, &e) != MOE_OK) return fail(L, &e);
  return 1;
}

static const luaL_Reg functions[] = {{"csv", lib_csv}, {"fit", lib_fit}, {NULL, NULL}};

int moe_lua_open_fit(lua_State *L) {
  luaL_setfuncs(L, functions, 0);
  return 0;
}
