/*
 * canon.h - one text for one meaning: the canonical form of plain data, and its hash.
 *
 * A cell is found by the hash of its description, so two descriptions that mean the same must
 * be the same bytes: keys sorted, numbers as %.17g, integers and floats of equal value alike
 * (10 and 10.0 are both `10`), no spaces. JSON libraries promise neither order nor 17 digits.
 * The form is
 *
 *   {design={kind="telescope",lower=-3,points=1024,upper=3},n=10000,theta={a={-8,8}}}
 *
 * keys that are not plain words are written ["like-this"]; infinity is `inf`. moe_canon_read
 * reads the same form back, so a cell file says all that is needed to compute it again.
 */
#ifndef MOE_CANON_H
#define MOE_CANON_H

#include <lua.h>

#include "moe.h"

/* A growing text. Zero it to start; free text with moe_free. */
struct moe_text {
  char *text; /* NUL-terminated once something was added */
  size_t length, room;
};
void moe_text_add(struct moe_text *t, const char *bytes, size_t length);
void moe_text_printf(struct moe_text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A number as the files have it: %.17g in the C locale, `inf`, `-inf`, `nan`; -0 is 0. */
void moe_text_number(struct moe_text *t, double x);

/* Appends the canonical form of the Lua value at `index`. MOE_EUSAGE names the offending field:
 * functions, userdata, cycles, NaN, a table with both list and named entries. */
enum moe_status moe_canon_write(lua_State *L, int index, struct moe_text *t,
                                struct moe_error *e);
/* Pushes the value that `text` describes; nothing is pushed on an error. */
enum moe_status moe_canon_read(lua_State *L, const char *text, struct moe_error *e);

/* SHA-256 as 64 lower-case hex digits. */
void moe_sha256_hex(const void *bytes, size_t length, char hex[65]);

/* The entry of the NULL-terminated list nearest to `name` in edit distance, for messages. */
const char *moe_nearest(const char *name, const char *const *list);

/* strtod in the C locale whatever the environment says. */
double moe_number_read(const char *text, char **end);

#endif
