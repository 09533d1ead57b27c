/*
 * program.c - fork, exec, and the errno if that fails.
 */
#define _GNU_SOURCE
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

char **moe_program_arguments(lua_State *L, int index, const char *what) {
  luaL_checktype(L, index, LUA_TTABLE);
  size_t count = (size_t)lua_rawlen(L, index);
  if (count == 0) luaL_error(L, "%s: the list of a program and its arguments is empty", what);
  char **argv = lua_newuserdatauv(L, (count + 1) * sizeof(char *), 1);
  lua_createtable(L, (int)count, 0); /* keeps the strings, also those that were numbers */
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, index, (lua_Integer)i + 1);
    argv[i] = (char *)luaL_checkstring(L, -1);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  argv[count] = NULL;
  lua_setiuservalue(L, -2, 1);
  return argv;
}

/* To the first CPU that it may use; where that is forbidden, to none. */
static void bind_to_cpu(void) {
  cpu_set_t allowed, one;
  if (sched_getaffinity(0, sizeof allowed, &allowed)) return;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

/* In the child: never returns. Only calls that are safe after fork. */
static _Noreturn void become(const struct moe_program *p, int failure) {
  if (p->bound) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    bind_to_cpu();
  }
  if (dup2(p->in, 0) >= 0 && dup2(p->out, 1) >= 0 && dup2(p->err, 2) >= 0 &&
      (!p->cwd || !chdir(p->cwd)))
    execvp(p->argv[0], p->argv);
  int why = errno;
  ssize_t written = write(failure, &why, sizeof why);
  (void)written;
  _exit(127);
}

pid_t moe_program_start(const struct moe_program *p, int *why) {
  int failure[2]; /* carries errno if exec fails, and closes if it works */
  ssize_t n;
  *why = 0;
  fflush(NULL);
  if (pipe2(failure, O_CLOEXEC)) {
    *why = errno;
    return -1;
  }
  pid_t pid = fork();
  if (pid == 0) become(p, failure[1]);
  if (pid < 0) *why = errno;
  close(failure[1]);
  do n = read(failure[0], why, sizeof *why);
  while (n < 0 && errno == EINTR);
  close(failure[0]);
  if (pid < 0 || n != (ssize_t)sizeof *why) return pid;
  moe_program_wait(pid);
  return -1;
}

int moe_program_wait(pid_t pid) {
  int status;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void moe_program_push_failure(lua_State *L, const struct moe_program *p, int why) {
  const char *name = p->argv[0];
  if (why == ENOENT && p->cwd && access(p->cwd, X_OK))
    lua_pushfstring(L, "%s: cannot run in %s: %s", name, p->cwd, strerror(errno));
  else if (why == ENOENT && strchr(name, '/'))
    lua_pushfstring(L, "%s not found", name);
  else if (why == ENOENT)
    lua_pushfstring(L, "%s not found: run `make deps`", name);
  else
    lua_pushfstring(L, "%s: cannot be run: %s", name, strerror(why));
}
