/*
 * moe.c - what every layer shares: the one-line error and memory.
 *
 * Blocks are aligned to 64 bytes, one cache line and one vector of eight doubles (lanes.h), so
 * that kernels may use aligned loads. glibc's free and realloc accept what aligned_alloc gave;
 * realloc forgets the alignment, which is why moe_realloc is not for blocks of moe_alloc.
 */
#include "moe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

enum moe_status moe_fail(struct moe_error *e, enum moe_status status, const char *format, ...) {
  if (!e) return status;
  va_list args;
  va_start(args, format);
  vsnprintf(e->text, sizeof e->text, format, args);
  va_end(args);
  return status;
}

/* Nothing is half written when memory runs out: cells are renamed into place when complete. */
static _Noreturn void out_of_memory(size_t count, size_t size) {
  fprintf(stderr, "moerates: out of memory (%zu x %zu bytes)\n", count, size);
  exit(3);
}

/* count * size in bytes; ends the process if that overflows. */
static size_t byte_count(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) {
    out_of_memory(count, size);
  }
  return bytes;
}

void *moe_alloc(size_t count, size_t size) {
  size_t bytes = byte_count(count, size);
  bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (bytes == 0) bytes = ALIGNMENT;
  void *p = aligned_alloc(ALIGNMENT, bytes);
  if (!p) out_of_memory(count, size);
  memset(p, 0, bytes);
  return p;
}

void *moe_realloc(void *p, size_t count, size_t size) {
  size_t bytes = byte_count(count, size);
  void *q = realloc(p, bytes ? bytes : 1);
  if (!q) out_of_memory(count, size);
  return q;
}

char *moe_strdup(const char *s) {
  char *copy = strdup(s);
  if (!copy) out_of_memory(strlen(s) + 1, 1);
  return copy;
}

void moe_free(void *p) {
  free(p);
}
