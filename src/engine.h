/*
 * engine.h - the engine as Lua sees it: require "moerates.engine".
 *
 * Each moe_lua_open_* adds its functions to the table on top of the stack; moe_lua_open makes
 * the table. Bad arguments raise a Lua error of one line; what a user's file can get wrong
 * comes back as nil, message. The functions are documented where they are defined.
 */
#ifndef MOE_ENGINE_H
#define MOE_ENGINE_H

#include <lauxlib.h>
#include <lua.h>

#include "cell.h"

int moe_lua_open(lua_State *L); /* a lua_CFunction: pushes the module */
int moe_lua_open_case(lua_State *L);
int moe_lua_open_loss(lua_State *L);
int moe_lua_open_rate(lua_State *L);
int moe_lua_open_fit(lua_State *L);
int moe_lua_open_sandbox(lua_State *L);
int moe_lua_open_exec(lua_State *L);
int moe_lua_open_child(lua_State *L);
int moe_lua_open_machine(lua_State *L);
int moe_lua_open_bench(lua_State *L);
int moe_lua_open_timing(lua_State *L);
int moe_lua_open_contest(lua_State *L);
int moe_lua_open_certify(lua_State *L);

/* Pushes an object of `size` zero bytes: Lua calls `release` when it is collected or closed, perhaps
 * more than once. methods: NULL if it has none. */
void *moe_lua_object(lua_State *L, size_t size, const char *type, const luaL_Reg *methods,
                     lua_CFunction release);

/* Pushes a userdata that owns the case described by the table at `index`, and returns the case.
 * Raises an error of one line that names the field. */
struct moe_case *moe_lua_case(lua_State *L, int index);

/* A table of a description while it is read. The readers raise an error of one line that begins
 * with the part's name, such as `truth.atoms[2]`. */
struct moe_part {
  lua_State *L;
  int index; /* absolute index of the table */
  char where[96];
};
/* Opens the table at `index`; `format` makes the name. Raises if it is no table. */
struct moe_part moe_part_open(lua_State *L, int index, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Pushes the table under `key` and opens it. */
struct moe_part moe_part_field(const struct moe_part *part, const char *key);
/* Raises unless every key of the part is in the list (NULL-terminated); names the nearest. */
void moe_part_keys(const struct moe_part *part, const char *const *known);
/* The number under `key` in [low, high]. Missing: `otherwise`, which is then also stored in the
 * table, so that the description says it; NaN means that there is no default. */
double moe_part_number(const struct moe_part *part, const char *key, double low, double high,
                       double otherwise);
size_t moe_part_integer(const struct moe_part *part, const char *key, double low, double high,
                        double otherwise);
int moe_part_boolean(const struct moe_part *part, const char *key, int otherwise);
/* The string under `key`, valid while the table keeps it. */
const char *moe_part_string(const struct moe_part *part, const char *key);
/* The list of exactly `count` finite numbers under `key`, or at `index`. */
void moe_part_numbers(const struct moe_part *part, const char *key, size_t count, double *out);
void moe_lua_numbers(lua_State *L, int index, const char *where, size_t count, double *out);
_Noreturn void moe_part_fail(const struct moe_part *part, const char *key, const char *format,
                             ...) __attribute__((format(printf, 3, 4)));

/* truth = {gate=, expert=, d=, atoms={...}}: the model, a Gaussian mixture if atoms have variances; pushes a userdata that holds theta. */
double *moe_lua_truth(const struct moe_part *truth, struct moe_model *model);
/* fit = {gate=, expert=, k=}; d is the truth's, and so is whether it is a Gaussian mixture. */
void moe_lua_fit_model(const struct moe_part *fit, size_t d, int gaussian,
                       struct moe_model *model);
/* theta = {beta1=, beta0=, a=, b=, variance=}, {lower, upper} each: the box; variance may be left
 * out. */
void moe_lua_ranges(const struct moe_part *whole, struct moe_ranges *out);
/* design = {kind=, ...}. */
void moe_lua_design(const struct moe_part *design, struct moe_design *out);
/* {truth, fit, design, noise_sd, n, radius, seed, box}: what data are drawn and where descents
 * start. Leaves the truth's userdata below other values on the stack: the plan points into it. */
struct moe_optimise_plan;
void moe_lua_problem(const struct moe_part *whole, struct moe_optimise_plan *plan);
/* The atoms {beta1=, beta0=, a=, b=} of the list at `index`, model->k of them, as theta. */
void moe_lua_atoms(lua_State *L, int index, const char *where, const struct moe_model *model,
                   double *theta);

/* Raises the error as a Lua error without a position. */
int moe_lua_raise(lua_State *L, const struct moe_error *e);

/* The functions that experiments may use as well (the sandbox has them as moerates.pure). */
int moe_lua_uniform(lua_State *L);
int moe_lua_normal(lua_State *L);
int moe_lua_expert_value(lua_State *L);
void moe_lua_push_gates(lua_State *L);
void moe_lua_push_experts(lua_State *L);
void moe_lua_push_curves(lua_State *L);
void moe_lua_push_measures(lua_State *L);

#endif
