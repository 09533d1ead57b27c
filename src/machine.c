/*
 * machine.c - what a result should say about where it was made: engine.info().
 *
 *   {version, compiler, flags, isa, isa_levels, blis, blis_kernel, gsl, lua, hwloc, cpu, cores,
 *    threads, caches = {{level, bytes, shared_by}...}, machine_id, versions = {data, objective,
 *    search, sgd}}
 *
 * machine_id is a short hash of what stays the same from boot to boot: CPU model, cores,
 * threads, caches, architecture. Frequencies and host names change and are left out.
 */
#include <gsl/gsl_version.h>
#include <hwloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <blis.h>
#pragma GCC diagnostic pop

#include "canon.h"
#include "engine.h"

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

/* As hwloc has it, without runs of blanks; many ARM machines do not say. */
static void cpu_model(hwloc_topology_t t, char *model, size_t room) {
  hwloc_obj_t package = hwloc_get_obj_by_type(t, HWLOC_OBJ_PACKAGE, 0);
  const char *known = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
  snprintf(model, room, "%s", known ? known : "unknown");
  for (char *p = model; (p = strstr(p, "  "));) memmove(p, p + 1, strlen(p));
  size_t n = strlen(model);
  while (n && model[n - 1] == ' ') model[--n] = '\0';
}

/* Data and unified caches above the first core, innermost first; appends them to the identity.
 */
static void push_caches(lua_State *L, hwloc_topology_t t, struct moe_text *identity) {
  hwloc_obj_t o = hwloc_get_obj_by_type(t, HWLOC_OBJ_PU, 0);
  int count = 0;
  lua_newtable(L);
  for (; o; o = o->parent) {
    if (!hwloc_obj_type_is_dcache(o->type)) continue;
    int shared = hwloc_bitmap_weight(o->cpuset);
    lua_createtable(L, 0, 3);
    set_integer(L, "level", o->attr->cache.depth);
    set_integer(L, "bytes", (lua_Integer)o->attr->cache.size);
    set_integer(L, "shared_by", shared);
    lua_rawseti(L, -2, ++count);
    moe_text_printf(identity, ";L%u=%llu/%d", o->attr->cache.depth,
                    (unsigned long long)o->attr->cache.size, shared);
  }
}

static void set_machine(lua_State *L) {
  struct utsname system;
  struct moe_text identity = {0};
  hwloc_topology_t t;
  char model[128], hex[65];
  uname(&system);
  hwloc_topology_init(&t);
  hwloc_topology_load(t);
  cpu_model(t, model, sizeof model);
  int cores = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_CORE);
  int threads = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU);
  moe_text_printf(&identity, "%s;%s;%d;%d", system.machine, model, cores, threads);
  set_string(L, "cpu", model);
  set_string(L, "architecture", system.machine);
  set_integer(L, "cores", cores);
  set_integer(L, "threads", threads);
  push_caches(L, t, &identity);
  lua_setfield(L, -2, "caches");
  hwloc_topology_destroy(t);
  moe_sha256_hex(identity.text, identity.length, hex);
  moe_free(identity.text);
  lua_pushlstring(L, hex, 8);
  lua_setfield(L, -2, "machine_id");
}

static void set_versions(lua_State *L) {
  lua_createtable(L, 0, 4);
  set_integer(L, "data", MOE_VERSION_DATA);
  set_integer(L, "objective", MOE_VERSION_OBJECTIVE);
  set_integer(L, "search", MOE_VERSION_SEARCH);
  set_integer(L, "sgd", MOE_VERSION_SGD);
  lua_setfield(L, -2, "versions");
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
  set_machine(L);
  set_versions(L);
  return 1;
}

int moe_lua_open_machine(lua_State *L) {
  lua_pushcfunction(L, engine_info);
  lua_setfield(L, -2, "info");
  return 1;
}
