/*
 * machine.c - what a result should say about where it was made: engine.info().
 *
 *   {version, compiler, flags, isa, isa_levels, blis, blis_kernel, gsl, lua, hwloc, cpu, architecture,
 *    features, packages, cores, threads, caches = {{level, bytes, shared_by}...}, machine_id,
 *    versions = {data, objective, search, sgd}}
 *
 * isa is the level in use, which MOERATES_ISA can lower; isa_levels are all that the CPU runs, best
 * first; features are the CPU's (machine.h).
 */
#include <gsl/gsl_version.h>
#include <hwloc.h>
#include <stdio.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <blis.h>
#pragma GCC diagnostic pop

#include "engine.h"
#include "machine.h"

#ifndef MOE_BUILD_FLAGS
#define MOE_BUILD_FLAGS ""
#endif
#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

static void set_string(lua_State *L, const char *key, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, key);
}

static void set_integer(lua_State *L, const char *key, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, key);
}

static void push_caches(lua_State *L, const struct moe_machine *machine) {
  lua_createtable(L, (int)machine->cache_count, 0);
  for (size_t i = 0; i < machine->cache_count; i++) {
    lua_createtable(L, 0, 3);
    set_integer(L, "level", machine->caches[i].level);
    set_integer(L, "bytes", (lua_Integer)machine->caches[i].bytes);
    set_integer(L, "shared_by", machine->caches[i].shared_by);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "caches");
}

static void set_machine(lua_State *L) {
  struct moe_machine machine;
  struct moe_error e;
  if (moe_machine_read(&machine, NULL, NULL, NULL, &e)) moe_lua_raise(L, &e);
  set_string(L, "cpu", machine.cpu);
  set_string(L, "architecture", machine.architecture);
  set_string(L, "features", machine.features);
  set_integer(L, "packages", machine.packages);
  set_integer(L, "cores", machine.cores);
  set_integer(L, "threads", machine.threads);
  push_caches(L, &machine);
  set_string(L, "machine_id", machine.id);
}

static void set_versions(lua_State *L) {
  lua_createtable(L, 0, 6);
  set_integer(L, "data", MOE_VERSION_DATA);
  set_integer(L, "objective", MOE_VERSION_OBJECTIVE);
  set_integer(L, "search", MOE_VERSION_SEARCH);
  set_integer(L, "sgd", MOE_VERSION_SGD);
  set_integer(L, "likelihood", MOE_VERSION_LIKELIHOOD);
  set_integer(L, "em", MOE_VERSION_EM);
  lua_setfield(L, -2, "versions");
}

static void set_isa_levels(lua_State *L) {
  const char *isa;
  lua_newtable(L);
  for (size_t i = 0; (isa = moe_isa_at(i)); i++) {
    lua_pushstring(L, isa);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "isa_levels");
}

static int engine_info(lua_State *L) {
  char number[32];
  unsigned hwloc = hwloc_get_api_version();
  lua_createtable(L, 0, 20);
  set_string(L, "version", MOE_VERSION);
  set_string(L, "compiler", COMPILER);
  set_string(L, "flags", MOE_BUILD_FLAGS);
  set_string(L, "isa", moe_isa());
  set_string(L, "blis", bli_info_get_version_str());
  set_string(L, "blis_kernel", bli_arch_string(bli_arch_query_id()));
  set_string(L, "gsl", gsl_version);
  set_string(L, "lua", LUA_RELEASE);
  snprintf(number, sizeof number, "%u.%u.%u", hwloc >> 16, hwloc >> 8 & 255, hwloc & 255);
  set_string(L, "hwloc", number);
  set_isa_levels(L);
  set_machine(L);
  set_versions(L);
  return 1;
}

int moe_lua_open_machine(lua_State *L) {
  lua_pushcfunction(L, engine_info);
  lua_setfield(L, -2, "info");
  return 1;
}
