/*
 * program.h - starting another program without a shell, for exec.c and child.c.
 *
 * Arguments go to execvp as they are, so no file name or label can be read as a command.
 */
#ifndef MOE_PROGRAM_H
#define MOE_PROGRAM_H

#include <lua.h>
#include <sys/types.h>

struct moe_program {
  char *const *argv; /* ends with NULL; execvp does not write to it, but wants it so */
  const char *cwd;   /* NULL: where we are */
  int in, out, err;  /* descriptors that it gets as 0, 1 and 2; the caller closes them */
  int bound;         /* 1: on one CPU, in a process group of its own, killed when we end */
};

/* Reads the list of strings at `index` of the Lua stack into a userdata, which it pushes. Raises
 * an error that begins with `what` if the list is empty. */
char **moe_program_arguments(lua_State *L, int index, const char *what);
/* The process, or -1 with *why = errno if it could not be started. */
pid_t moe_program_start(const struct moe_program *program, int *why);
/* The exit code once it has ended; 128 + the signal's number if a signal ended it. */
int moe_program_wait(pid_t pid);
/* Pushes one line on why it could not be started. */
void moe_program_push_failure(lua_State *L, const struct moe_program *program, int why);

#endif
