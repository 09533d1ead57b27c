/*
 * lua_rate.c - rates from losses, for the summary.
 *
 *   engine.rate{n=, losses=, statistic=, first=, last=, bootstraps=, key=}
 *     -> {slope=I, constant=I, drift=I, ratio=I, onset=I, first=, last=, dropped=}
 *   engine.rate_constant{..., exponent=}                                      -> I
 *   engine.rate_points{...}, engine.rate_local{...}                           -> list of I
 *   engine.crossover{a={n=, losses=}, b=..., statistic=, bootstraps=, key=}   -> I
 *   engine.student_quantile(p, degrees)                                       -> number
 *
 * n is the list of sizes, losses the list of lists of losses, one per replicate. first and last
 * are indices into n (from 1; default: all). An interval I has the fields value, low, high.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "canon.h"
#include "engine.h"
#include "rate.h"
#include "rng.h"

struct curve {
  struct moe_losses losses;
  enum moe_statistic statistic;
  size_t bootstraps;
  uint64_t key;
};

/* Reads n and losses; pushes the userdata that holds them. */
static void read_losses(const struct moe_part *part, struct moe_losses *out) {
  lua_State *L = part->L;
  struct moe_part n = moe_part_field(part, "n"), losses = moe_part_field(part, "losses");
  size_t sizes = (size_t)lua_rawlen(L, n.index), total = 0;
  if (lua_rawlen(L, losses.index) != sizes)
    moe_part_fail(&losses, "", "expected one list per size (%zu), got %llu", sizes,
                  (unsigned long long)lua_rawlen(L, losses.index));
  size_t *count = lua_newuserdatauv(L, (sizes + 1) * sizeof *count, 0);
  for (size_t s = 0; s < sizes; s++) {
    lua_rawgeti(L, losses.index, (lua_Integer)s + 1);
    moe_part_open(L, -1, "losses[%zu]", s + 1);
    total += count[s] = (size_t)lua_rawlen(L, -1);
    lua_pop(L, 1);
  }
  double *value = lua_newuserdatauv(L, (sizes + total + 1) * sizeof *value, 0);
  const double **loss = lua_newuserdatauv(L, (sizes + 1) * sizeof *loss, 0);
  moe_lua_numbers(L, n.index, n.where, sizes, value);
  double *next = value + sizes;
  for (size_t s = 0; s < sizes; s++) {
    loss[s] = next;
    lua_rawgeti(L, losses.index, (lua_Integer)s + 1);
    for (size_t r = 0; r < count[s]; r++) {
      lua_rawgeti(L, -1, (lua_Integer)r + 1);
      *next++ = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : NAN;
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  *out = (struct moe_losses){.sizes = sizes, .n = value, .count = count, .loss = loss};
}

static void read_settings(const struct moe_part *part, struct curve *c) {
  static const char *const names[] = {"mean", "median", NULL};
  const char *statistic = moe_part_string(part, "statistic");
  if (strcmp(statistic, "mean") != 0 && strcmp(statistic, "median") != 0)
    moe_part_fail(part, "statistic", "unknown statistic '%.60s': did you mean '%s'?", statistic,
                  moe_nearest(statistic, names));
  c->statistic = strcmp(statistic, "mean") == 0 ? MOE_MEAN : MOE_MEDIAN;
  c->bootstraps = moe_part_integer(part, "bootstraps", 0, 1e6, 999);
  c->key = moe_key_hash(moe_part_string(part, "key"));
}

static struct moe_part read_curve(lua_State *L, struct curve *c) {
  static const char *const keys[] = {"bootstraps", "exponent", "first",     "key", "last",
                                     "losses",     "n",        "statistic", NULL};
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "%s", "");
  moe_part_keys(&part, keys);
  read_losses(&part, &c->losses);
  read_settings(&part, c);
  return part;
}

static void push_interval(lua_State *L, const struct moe_interval *interval) {
  lua_createtable(L, 0, 3);
  lua_pushnumber(L, interval->value);
  lua_setfield(L, -2, "value");
  lua_pushnumber(L, interval->low);
  lua_setfield(L, -2, "low");
  lua_pushnumber(L, interval->high);
  lua_setfield(L, -2, "high");
}

/* The range of a curve, from 0. */
static void read_range(const struct moe_part *part, const struct curve *c, size_t *first,
                       size_t *last) {
  double sizes = (double)c->losses.sizes;
  if (sizes < 2) moe_part_fail(part, "n", "a rate needs at least 2 sizes");
  *first = moe_part_integer(part, "first", 1, sizes, 1) - 1;
  *last = moe_part_integer(part, "last", 1, sizes, sizes) - 1;
}

static int engine_rate_constant(lua_State *L) {
  struct curve c;
  struct moe_interval constant;
  struct moe_error e;
  size_t first, last;
  struct moe_part part = read_curve(L, &c);
  double exponent = moe_part_number(&part, "exponent", -9, 9, NAN);
  read_range(&part, &c, &first, &last);
  if (moe_rate_constant(&c.losses, c.statistic, first, last, exponent, c.bootstraps, c.key,
                        &constant, &e))
    return moe_lua_raise(L, &e);
  push_interval(L, &constant);
  return 1;
}

static int engine_rate(lua_State *L) {
  struct curve c;
  struct moe_rate rate;
  struct moe_error e;
  size_t first, last;
  struct moe_part part = read_curve(L, &c);
  read_range(&part, &c, &first, &last);
  if (moe_rate_fit(&c.losses, c.statistic, first, last, c.bootstraps, c.key, &rate, &e))
    return moe_lua_raise(L, &e);
  lua_createtable(L, 0, 8);
  const struct moe_interval *interval[] = {&rate.slope, &rate.constant, &rate.drift,
                                           &rate.ratio, &rate.onset};
  static const char *const names[] = {"slope", "constant", "drift", "ratio", "onset"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    push_interval(L, interval[i]);
    lua_setfield(L, -2, names[i]);
  }
  lua_pushinteger(L, (lua_Integer)rate.first + 1);
  lua_setfield(L, -2, "first");
  lua_pushinteger(L, (lua_Integer)rate.last + 1);
  lua_setfield(L, -2, "last");
  lua_pushinteger(L, (lua_Integer)rate.dropped);
  lua_setfield(L, -2, "dropped");
  return 1;
}

static int push_intervals(lua_State *L, const struct moe_interval *interval, size_t count) {
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    push_interval(L, interval + i);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int engine_rate_points(lua_State *L) {
  struct curve c;
  read_curve(L, &c);
  struct moe_interval *out = lua_newuserdatauv(L, (c.losses.sizes + 1) * sizeof *out, 0);
  moe_rate_points(&c.losses, c.statistic, c.bootstraps, c.key, out);
  return push_intervals(L, out, c.losses.sizes);
}

static int engine_rate_local(lua_State *L) {
  struct curve c;
  read_curve(L, &c);
  struct moe_interval *out = lua_newuserdatauv(L, (c.losses.sizes + 1) * sizeof *out, 0);
  if (c.losses.sizes < 2) return push_intervals(L, out, 0);
  moe_rate_local(&c.losses, c.statistic, c.bootstraps, c.key, out);
  return push_intervals(L, out, c.losses.sizes - 1);
}

static int engine_crossover(lua_State *L) {
  static const char *const keys[] = {"a", "b", "bootstraps", "key", "statistic", NULL};
  static const char *const curve_keys[] = {"losses", "n", NULL};
  struct curve c;
  struct moe_losses pair[2];
  lua_settop(L, 1);
  struct moe_part part = moe_part_open(L, 1, "%s", "");
  moe_part_keys(&part, keys);
  read_settings(&part, &c);
  for (size_t i = 0; i < 2; i++) {
    struct moe_part side = moe_part_field(&part, keys[i]);
    moe_part_keys(&side, curve_keys);
    read_losses(&side, &pair[i]);
  }
  struct moe_interval n =
      moe_rate_crossover(&pair[0], &pair[1], c.statistic, c.bootstraps, c.key);
  push_interval(L, &n);
  return 1;
}

/* engine.student_quantile(p, degrees): x with P(T <= x) = p, T of Student's law. */
static int engine_student_quantile(lua_State *L) {
  double p = luaL_checknumber(L, 1), degrees = luaL_checknumber(L, 2);
  luaL_argcheck(L, p > 0 && p < 1, 1, "a probability between 0 and 1 is needed");
  luaL_argcheck(L, degrees > 0, 2, "degrees of freedom must be positive");
  lua_pushnumber(L, gsl_cdf_tdist_Pinv(p, degrees));
  return 1;
}

int moe_lua_open_rate(lua_State *L) {
  static const luaL_Reg functions[] = {{"rate", engine_rate},
                                       {"rate_constant", engine_rate_constant},
                                       {"rate_points", engine_rate_points},
                                       {"rate_local", engine_rate_local},
                                       {"crossover", engine_crossover},
                                       {"student_quantile", engine_student_quantile},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  return 1;
}
