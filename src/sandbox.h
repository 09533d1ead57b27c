/*
 * sandbox.h - what the parts of the sandbox share (see sandbox.c for what it is).
 */
#ifndef MOE_SANDBOX_H
#define MOE_SANDBOX_H

#include <lua.h>
#include <stdatomic.h>

#include "canon.h"

#define MOE_SANDBOX_FILES 64

/* One run of one script. The state's extra space holds a pointer to it. */
struct moe_sandbox {
  const char *path;    /* of the script, as the user gave it */
  const char *lua_dir; /* of the library */
  char *directory;     /* of the script, absolute, links resolved */
  const char *options; /* encoded by moe_plain_encode */
  size_t option_bytes;
  size_t limit, used;   /* bytes of Lua memory */
  struct block *blocks; /* all of it, so that it can be dropped without running finalizers */
  char *file[MOE_SANDBOX_FILES]; /* chunk names ("@path") of the files that were loaded */
  int own[MOE_SANDBOX_FILES];    /* 1: the user's, 0: the library's */
  size_t files;
  _Atomic uint64_t place; /* file number << 32 | line that runs now, of the user's files */
  size_t printed;
};

static inline struct moe_sandbox *moe_sandbox_of(lua_State *L) {
  return *(struct moe_sandbox **)lua_getextraspace(L);
}

/* Opens the allowed libraries in a fresh state (sandbox_lib.c). */
void moe_sandbox_open(lua_State *L);
/* Loads a file as a chunk named by `shown`; raises an error of one line. */
void moe_sandbox_load(lua_State *L, const char *path, const char *shown, int own);
/* An error at the user's line that is running. */
int moe_sandbox_error(lua_State *L, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Text of any value without addresses, which differ from run to run. Pushes it. */
const char *moe_sandbox_text(lua_State *L, int index);

/* Plain data from one state to another through bytes (sandbox_copy.c). MOE_EUSAGE names the
 * field that is not plain: functions, userdata, cycles, too deep, too many, too large.
 * Metatables are ignored: only what is in the tables counts. */
enum moe_status moe_plain_encode(lua_State *L, int index, struct moe_text *t,
                                 struct moe_error *e);
void moe_plain_decode(lua_State *L, const char *bytes); /* pushes one value */

#endif
