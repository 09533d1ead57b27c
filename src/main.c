/*
 * main.c - the program: an embedded Lua with the engine in it, and nothing else.
 *
 * `moerates lua FILE [ARG...]` runs a file; everything else is the command line of
 * lua/moerates/cli.lua. The Lua library is found next to the program (../lua in a checkout,
 * ../share/moerates/lua when installed) or where MOERATES_LUA says. package.path holds that
 * directory and the system's, never the current one, and LUA_PATH is not read: what runs must
 * not depend on where one stands.
 *
 * Errors end with one line and exit code 2; MOERATES_TRACE=1 adds the stack.
 */
#define _GNU_SOURCE
#include <lauxlib.h>
#include <lualib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"

#ifndef MOE_LUA_CPATH
#define MOE_LUA_CPATH "/usr/lib/lua/5.4/?.so"
#endif
#define SYSTEM_PATH "/usr/share/lua/5.4/?.lua;/usr/share/lua/5.4/?/init.lua"

/* Pushes the Lua library's directory: the first candidate that has moerates.lua.
 */
static void push_library(lua_State *L) {
  static const char *const candidates[] = {"../lua", "../share/moerates/lua", NULL};
  char program[4096];
  const char *given = getenv("MOERATES_LUA");
  if (given && *given) {
    lua_pushfstring(L, "%s/moerates.lua", given);
    if (access(lua_tostring(L, -1), R_OK))
      luaL_error(L, "MOERATES_LUA: there is no %s", lua_tostring(L, -1));
    lua_pop(L, 1);
    lua_pushstring(L, given);
    return;
  }
  ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
  program[n > 0 ? n : 0] = '\0';
  char *slash = strrchr(program, '/');
  if (slash) *slash = '\0';
  for (size_t i = 0; candidates[i]; i++) {
    lua_pushfstring(L, "%s/%s", program, candidates[i]);
    lua_pushfstring(L, "%s/moerates.lua", lua_tostring(L, -1));
    int there = access(lua_tostring(L, -1), R_OK) == 0;
    lua_pop(L, 1);
    char *real = there ? realpath(lua_tostring(L, -1), NULL) : NULL;
    lua_pop(L, 1);
    if (!real) continue;
    lua_pushstring(L, real);
    free(real);
    return;
  }
  luaL_error(L,
             "the Lua library is neither in %s/../lua nor in %s/../share/moerates/lua: "
             "set MOERATES_LUA",
             program, program);
}

static void set_paths(lua_State *L) {
  lua_getglobal(L, "package");
  push_library(L);
  const char *dir = lua_tostring(L, -1);
  lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;" SYSTEM_PATH, dir, dir);
  lua_setfield(L, -3, "path");
  lua_pop(L, 1);
  lua_pushliteral(L, MOE_LUA_CPATH);
  lua_setfield(L, -2, "cpath");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, moe_lua_open);
  lua_setfield(L, -2, "moerates.engine");
  lua_pop(L, 2);
}

/* The global `arg`, as the standalone Lua has it: arg[0] is the script. */
static void set_arguments(lua_State *L, int argc, char **argv, int script) {
  lua_createtable(L, argc, script + 1);
  for (int i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - script);
  }
  lua_setglobal(L, "arg");
}

/* moerates lua FILE [ARG...]: what the file returns as an integer is the exit code. */
static int run_file(lua_State *L, int argc, char **argv) {
  if (argc < 3) return luaL_error(L, "usage: moerates lua FILE [ARG...]");
  set_arguments(L, argc, argv, 2);
  if (luaL_loadfile(L, argv[2])) return lua_error(L);
  luaL_checkstack(L, argc, "arguments");
  for (int i = 3; i < argc; i++) lua_pushstring(L, argv[i]);
  lua_call(L, argc - 3, 1);
  return lua_isinteger(L, -1) ? (int)lua_tointeger(L, -1) : 0;
}

static int run_command_line(lua_State *L, int argc, char **argv) {
  set_arguments(L, argc, argv, 0);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "moerates.cli");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "main");
  lua_getglobal(L, "arg");
  lua_call(L, 1, 1);
  return (int)lua_tointeger(L, -1);
}

static int protected_main(lua_State *L) {
  int argc = (int)lua_tointeger(L, 1);
  char **argv = lua_touserdata(L, 2);
  luaL_checkversion(L);
  luaL_openlibs(L);
  set_paths(L);
  int is_file = argc > 1 && !strcmp(argv[1], "lua") &&
                !(argc > 2 && (!strcmp(argv[2], "-h") || !strcmp(argv[2], "--help")));
  lua_pushinteger(L, is_file ? run_file(L, argc, argv) : run_command_line(L, argc, argv));
  return 1;
}

/* Turns any error value into text, with the stack if it was asked for. A fault is a table with
 * code and message. */
static int explain(lua_State *L) {
  if (lua_istable(L, 1) && lua_getfield(L, 1, "message") == LUA_TSTRING) lua_replace(L, 1);
  lua_settop(L, 1);
  const char *message = luaL_tolstring(L, 1, NULL);
  if (getenv("MOERATES_TRACE")) luaL_traceback(L, L, message, 1);
  return 1;
}

int main(int argc, char **argv) {
  struct moe_error e;
  if (moe_isa_check(&e)) {
    fprintf(stderr, "moerates: %s\n", e.text);
    return 2;
  }
  lua_State *L = luaL_newstate();
  if (!L) {
    fputs("moerates: not enough memory to start\n", stderr);
    return 2;
  }
  signal(SIGPIPE, SIG_DFL);
  lua_pushcfunction(L, explain);
  lua_pushcfunction(L, protected_main);
  lua_pushinteger(L, argc);
  lua_pushlightuserdata(L, argv);
  int code = 2;
  if (lua_pcall(L, 2, 1, 1))
    fprintf(stderr, "moerates: %s\n", lua_tostring(L, -1));
  else
    code = (int)lua_tointeger(L, -1);
  lua_close(L);
  return code;
}
