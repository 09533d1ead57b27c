/*
 * moe.h - what every layer shares: status codes, the one-line error, memory.
 *
 * A function that can fail because of its input returns an enum moe_status and fills a
 * struct moe_error with one line for the user: what, where, what to do. A function that
 * cannot fail returns void or its value. Running out of memory ends the process with one
 * line and exit code 3; nothing is lost, since cells are renamed into place when complete.
 */
#ifndef MOE_H
#define MOE_H

#include <stddef.h>
#include <stdint.h>

enum moe_status {
  MOE_OK = 0,
  MOE_EUSAGE, /* the caller's description is wrong: an unknown gate, k = 0, lower > upper */
  MOE_EDATA,  /* data cannot be used: a ragged CSV row, a NaN, no rows */
  MOE_EIO,    /* the system refused: no such file, no permission, disk full */
  MOE_ECHECK  /* a file does not check: checksum, key, version */
};

/* One line for the user, without a trailing newline. */
struct moe_error {
  char text[1024];
};

/* Formats the message into e (if e is not NULL) and returns status, so that
 * `return moe_fail(e, MOE_EDATA, "%s:%zu: ...", path, line);` reads as one step. */
enum moe_status moe_fail(struct moe_error *e, enum moe_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Memory aligned to 64 bytes and zeroed; ends the process with one line if there is none. */
void *moe_alloc(size_t count, size_t size);
void *moe_realloc(void *p, size_t count,
                  size_t size); /* contents kept; new part not zeroed; not
                                                          for blocks of moe_alloc */
char *moe_strdup(const char *s);
void moe_free(void *p); /* for all three */

#endif
