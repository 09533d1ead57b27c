/*
 * csv.h - a table of numbers from a user's file, or one clear line that says what is wrong
 * where.
 *
 * The dialect is RFC 4180 with a header line. Found or forgiven: the separator (',' ';' or
 * tab), a UTF-8 byte order mark, line ends of any system, quoted fields with separators, line
 * breaks and doubled quotes, blanks around fields, blank lines before the header and after the
 * last row, a missing final line break. Not forgiven, because guessing would change the
 * numbers: rows of another length, blank lines among the rows, columns without a name or with
 * the same name, NUL and other control bytes, an unterminated quote, text after a closing
 * quote.
 *
 * A number is a plain decimal one: [+-] digits [. digits] [e [+-] digits], finite, with a
 * decimal point whatever the locale. A column may hold other text as long as nobody uses it:
 * its first such field is remembered and moe_csv_numeric makes the error of it.
 */
#ifndef MOE_CSV_H
#define MOE_CSV_H

#include "moe.h"

/* Largest magnitude a used column may hold: beyond, squares and products overflow in a fit. */
#define MOE_CSV_LARGEST 1e30

struct moe_csv {
  char *path;
  size_t rows, columns;
  size_t header_line; /* lines count from 1 */
  size_t *line;       /* rows: where each row starts (quoted fields may span lines) */
  char **name;        /* columns: unique, not empty, blanks around them removed */
  double **value;     /* columns: rows numbers each, or NULL where a field is not a number */
  size_t *bad_line;   /* columns: line of the first field that is no number, 0 if none */
  char **bad_text;    /* columns: that field, shortened to be printed; NULL if none */
};

/* Reads a whole file. MOE_EIO if the system refuses it, MOE_EDATA with path:line otherwise. On
 * failure csv is empty and need not be freed. */
enum moe_status moe_csv_read(const char *path, struct moe_csv *csv, struct moe_error *e);
void moe_csv_free(struct moe_csv *csv);

/* The same from memory, `path` for messages; text[size] must be readable and is set to 0. */
enum moe_status moe_csv_parse(const char *path, char *text, size_t size, struct moe_csv *csv,
                              struct moe_error *e);

/* May this column be used in a fit? MOE_EDATA names the line and the reason if not: text, an
 * empty field, NA, nan, inf, hexadecimal, a decimal comma, a magnitude above MOE_CSV_LARGEST.
 */
enum moe_status moe_csv_numeric(const struct moe_csv *csv, size_t column, struct moe_error *e);

#endif
