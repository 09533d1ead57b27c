/*
 * csv.h - a table of numbers from a user's file, or one clear line that says what is wrong where.
 */
#ifndef MOE_CSV_H
#define MOE_CSV_H

#include "data.h"

struct moe_csv {
  size_t rows, columns;
  char **name;      /* column names, unique */
  double *value;    /* columns x rows, column-contiguous; only meaningful where numeric[c] */
  int *numeric;     /* 1 if every field of the column is a finite number */
  size_t *bad_line; /* line of the first field that is not, 0 if none */
  char **bad_text;  /* that field, shortened */
};
/* RFC 4180 with a header line; ',' ';' or tab found from the header; BOM, CRLF, quoted fields with
 * newlines, trailing blanks are fine. Errors name path:line: ragged rows, NUL bytes, duplicate or
 * empty column names, no rows, an unterminated quote. Fields that are not plain decimal finite
 * numbers (NA, nan, inf, hex, 1e400, text, empty) are recorded, and an error only when the column is used. */
enum moe_status moe_csv_read(const char *path, struct moe_csv *csv, struct moe_error *e);
void moe_csv_free(struct moe_csv *csv);

#endif
