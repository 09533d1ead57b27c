/*
 * csv.c - reading a table of numbers.
 *
 * The file is read whole, then walked once by a cursor that yields one field after the other
 * and counts lines. Fields are pointers into the text, so a million rows cost one allocation
 * per column. A quoted field is unquoted in place (it can only get shorter).
 */
#define _GNU_SOURCE
#include "csv.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SHOWN = 40 }; /* bytes of a bad field that a message repeats */

struct cursor {
  char *at, *end; /* *end is 0 */
  size_t line;
  char separator;
  locale_t c_locale;
};

struct field {
  char *start;
  size_t length;
  size_t line;
  int last; /* the record ends with this field */
};

/* --- a file into memory ------------------------------------------------------------------- */

/* The bytes of a file, or NULL. */
static char *read_all(const char *path, size_t *size, struct moe_error *e) {
  FILE *file = fopen(path, "rb");
  struct stat info;
  if (!file || fstat(fileno(file), &info) != 0) {
    moe_fail(e, MOE_EIO, "%s: cannot be read: %s", path, strerror(errno));
    if (file) fclose(file);
    return NULL;
  }
  if (S_ISDIR(info.st_mode)) {
    moe_fail(e, MOE_EIO, "%s: is a directory, not a CSV file", path);
    fclose(file);
    return NULL;
  }
  size_t room = info.st_size > 0 ? (size_t)info.st_size + 2 : 1 << 16, used = 0, got;
  char *buffer = moe_realloc(NULL, room, 1);
  do {
    got = fread(buffer + used, 1, room - used - 1, file);
    used += got;
    if (room - used < 2) buffer = moe_realloc(buffer, room *= 2, 1);
  } while (got > 0 && !memchr(buffer + used - got, 0, got)); /* /dev/zero has no end */
  int failed = ferror(file), number = errno;
  fclose(file);
  *size = used;
  if (!failed) return buffer;
  moe_fail(e, MOE_EIO, "%s: cannot be read: %s", path, strerror(number));
  moe_free(buffer);
  return NULL;
}

/* --- is it text at all? ------------------------------------------------------------------- */

static enum moe_status check_bytes(const char *path, const char *text, size_t size,
                                   struct moe_error *e) {
  const unsigned char *byte = (const unsigned char *)text;
  if (size >= 2 &&
      ((byte[0] == 0xff && byte[1] == 0xfe) || (byte[0] == 0xfe && byte[1] == 0xff)))
    return moe_fail(e, MOE_EDATA, "%s:1: the file is UTF-16; save it as UTF-8 or ASCII", path);
  size_t line = 1;
  for (size_t i = 0; i < size; i++) {
    if (byte[i] >= 32 && byte[i] != 127) continue;
    if (byte[i] == '\n' || (byte[i] == '\r' && byte[i + 1] != '\n')) line++;
    if (byte[i] == 0)
      return moe_fail(e, MOE_EDATA, "%s:%zu: a NUL byte: this is not a CSV text file", path,
                      line);
    if (byte[i] != '\n' && byte[i] != '\r' && byte[i] != '\t')
      return moe_fail(e, MOE_EDATA,
                      "%s:%zu: a control byte (0x%02x): this is not a CSV text file", path,
                      line, byte[i]);
  }
  return MOE_OK;
}

/* --- fields ------------------------------------------------------------------------------- */

static int is_line_end(char c) {
  return c == '\n' || c == '\r';
}

static int is_blank(const struct cursor *c, char byte) {
  return byte == ' ' || (byte == '\t' && c->separator != '\t');
}

static void skip_blanks(struct cursor *c) {
  while (is_blank(c, *c->at)) c->at++;
}

static void skip_line_end(struct cursor *c) {
  if (c->at[0] == '\r' && c->at[1] == '\n') c->at++;
  c->at++;
  c->line++;
}

/* Skips lines of blanks only; returns how many there were. */
static size_t skip_blank_lines(struct cursor *c) {
  for (size_t count = 0;; count++) {
    char *start = c->at;
    while (*c->at == ' ' || *c->at == '\t') c->at++;
    if (!is_line_end(*c->at)) {
      if (*c->at) c->at = start; /* blanks at the end of the file are no record */
      return count;
    }
    skip_line_end(c);
  }
}

/* From the opening quote to behind the closing one; doubled quotes become single ones. */
static enum moe_status quoted_field(struct cursor *c, const char *path, struct field *f,
                                    struct moe_error *e) {
  char *out = ++c->at;
  f->start = out;
  for (;;) {
    if (c->at == c->end)
      return moe_fail(e, MOE_EDATA, "%s:%zu: a quote opens here and is never closed", path,
                      f->line);
    if (*c->at == '"' && c->at[1] != '"') break;
    if (*c->at == '"') c->at++;
    if (*c->at == '\n' || (*c->at == '\r' && c->at[1] != '\n')) c->line++;
    *out++ = *c->at++;
  }
  c->at++;
  f->length = (size_t)(out - f->start);
  skip_blanks(c);
  if (c->at != c->end && *c->at != c->separator && !is_line_end(*c->at))
    return moe_fail(e, MOE_EDATA, "%s:%zu: text after a closing quote", path, c->line);
  return MOE_OK;
}

static enum moe_status next_field(struct cursor *c, const char *path, struct field *f,
                                  struct moe_error *e) {
  skip_blanks(c);
  f->line = c->line;
  if (*c->at == '"') {
    enum moe_status status = quoted_field(c, path, f, e);
    if (status != MOE_OK) return status;
  } else {
    f->start = c->at;
    while (c->at != c->end && *c->at != c->separator && !is_line_end(*c->at)) c->at++;
    f->length = (size_t)(c->at - f->start);
  }
  while (f->length && is_blank(c, f->start[f->length - 1])) f->length--;
  f->last = c->at == c->end || is_line_end(*c->at);
  if (c->at != c->end) {
    if (f->last)
      skip_line_end(c);
    else
      c->at++;
  }
  return MOE_OK;
}

/* The separator is whichever of ',' ';' tab occurs most in the header, outside quotes. */
static char find_separator(const char *at) {
  size_t comma = 0, semicolon = 0, tab = 0;
  for (int quoted = 0; *at && (quoted || !is_line_end(*at)); at++) {
    if (*at == '"') quoted = !quoted;
    if (quoted) continue;
    comma += *at == ',';
    semicolon += *at == ';';
    tab += *at == '\t';
  }
  if (semicolon > comma && semicolon >= tab) return ';';
  return tab > comma ? '\t' : ',';
}

/* --- numbers ------------------------------------------------------------------------------ */

static const char *skip_digits(const char *s, const char *end) {
  while (s < end && isdigit((unsigned char)*s)) s++;
  return s;
}

/* Is [s, end) a plain decimal number? strtod alone would take "nan", "0x1p3" and "infinity". */
static int is_decimal(const char *s, const char *end) {
  if (s < end && (*s == '+' || *s == '-')) s++;
  const char *digits = s;
  s = skip_digits(s, end);
  size_t count = (size_t)(s - digits);
  if (s < end && *s == '.') {
    const char *fraction = s + 1;
    s = skip_digits(fraction, end);
    count += (size_t)(s - fraction);
  }
  if (count == 0) return 0;
  if (s < end && (*s == 'e' || *s == 'E')) {
    if (++s < end && (*s == '+' || *s == '-')) s++;
    const char *exponent = s;
    s = skip_digits(s, end);
    if (s == exponent) return 0;
  }
  return s == end;
}

/* The field as a finite number; 0 if it is none. The byte behind the field ends every number.
 */
static int field_number(const struct cursor *c, const struct field *f, double *value) {
  if (!is_decimal(f->start, f->start + f->length)) return 0;
  *value = strtod_l(f->start, NULL, c->c_locale);
  return isfinite(*value);
}

/* A printable copy of at most SHOWN bytes, not cutting a UTF-8 sequence. */
static char *field_shown(const struct field *f) {
  size_t length = f->length < SHOWN ? f->length : SHOWN;
  while (length < f->length && length > 0 && ((unsigned char)f->start[length] & 0xc0) == 0x80)
    length--;
  char *text = moe_realloc(NULL, length + 4, 1);
  for (size_t i = 0; i < length; i++)
    text[i] = (unsigned char)f->start[i] < 32 ? ' ' : f->start[i];
  memcpy(text + length, length < f->length ? "..." : "", length < f->length ? 4 : 1);
  return text;
}

/* --- header and rows ---------------------------------------------------------------------- */

/* A pointer into csv->name: sorting these keeps where each name stood. */
struct name_at {
  char **name;
};

static int name_order(const void *a, const void *b) {
  const struct name_at *left = a, *right = b;
  int order = strcmp(*left->name, *right->name);
  return order ? order : (left->name > right->name) - (left->name < right->name);
}

/* Sorted, so that a file of 10^5 columns is no quadratic problem. */
static enum moe_status check_unique(const struct moe_csv *csv, struct moe_error *e) {
  struct name_at *at = moe_realloc(NULL, csv->columns, sizeof *at);
  for (size_t c = 0; c < csv->columns; c++) at[c].name = &csv->name[c];
  qsort(at, csv->columns, sizeof *at, name_order);
  enum moe_status status = MOE_OK;
  for (size_t c = 1; c < csv->columns && status == MOE_OK; c++)
    if (strcmp(*at[c - 1].name, *at[c].name) == 0)
      status = moe_fail(e, MOE_EDATA, "%s:%zu: columns %zu and %zu are both called '%.60s'",
                        csv->path, csv->header_line, (size_t)(at[c - 1].name - csv->name) + 1,
                        (size_t)(at[c].name - csv->name) + 1, *at[c].name);
  moe_free(at);
  return status;
}

static enum moe_status read_header(struct cursor *c, struct moe_csv *csv, struct moe_error *e) {
  skip_blank_lines(c);
  if (c->at == c->end)
    return moe_fail(e, MOE_EDATA, "%s:1: the file is empty; a header line and rows are needed",
                    csv->path);
  c->separator = find_separator(c->at);
  csv->header_line = c->line;
  struct field f = {0};
  for (size_t room = 0; !f.last;) {
    enum moe_status status = next_field(c, csv->path, &f, e);
    if (status != MOE_OK) return status;
    if (f.length == 0)
      return moe_fail(e, MOE_EDATA, "%s:%zu: column %zu has no name", csv->path,
                      csv->header_line, csv->columns + 1);
    if (csv->columns == room)
      csv->name = moe_realloc(csv->name, room = 2 * room + 8, sizeof *csv->name);
    char *name = moe_realloc(NULL, f.length + 1, 1);
    memcpy(name, f.start, f.length);
    name[f.length] = 0;
    csv->name[csv->columns++] = name;
  }
  csv->value = moe_alloc(csv->columns, sizeof *csv->value);
  csv->bad_line = moe_alloc(csv->columns, sizeof *csv->bad_line);
  csv->bad_text = moe_alloc(csv->columns, sizeof *csv->bad_text);
  return check_unique(csv, e);
}

static void drop_column(struct moe_csv *csv, size_t column, const struct field *f) {
  csv->bad_line[column] = f->line;
  csv->bad_text[column] = field_shown(f);
  moe_free(csv->value[column]);
  csv->value[column] = NULL;
}

static enum moe_status read_row(struct cursor *c, struct moe_csv *csv, struct moe_error *e) {
  struct field f = {0};
  size_t start = c->line, count = 0;
  csv->line[csv->rows] = start;
  while (!f.last) {
    enum moe_status status = next_field(c, csv->path, &f, e);
    if (status != MOE_OK) return status;
    size_t column = count++;
    if (column >= csv->columns || !csv->value[column]) continue;
    double value;
    if (field_number(c, &f, &value))
      csv->value[column][csv->rows] = value;
    else
      drop_column(csv, column, &f);
  }
  if (count != csv->columns)
    return moe_fail(e, MOE_EDATA, "%s:%zu: %zu field%s where the header names %zu column%s",
                    csv->path, start, count, count == 1 ? "" : "s", csv->columns,
                    csv->columns == 1 ? "" : "s");
  csv->rows++;
  return MOE_OK;
}

static void grow(struct moe_csv *csv, size_t room) {
  csv->line = moe_realloc(csv->line, room, sizeof *csv->line);
  for (size_t c = 0; c < csv->columns; c++)
    if (!csv->bad_line[c])
      csv->value[c] = moe_realloc(csv->value[c], room, sizeof *csv->value[c]);
}

static enum moe_status read_rows(struct cursor *c, struct moe_csv *csv, struct moe_error *e) {
  for (size_t room = 0;;) {
    size_t line = c->line, blank = skip_blank_lines(c);
    if (c->at == c->end) break;
    if (blank > 0)
      return moe_fail(e, MOE_EDATA, "%s:%zu: a blank line among the rows; remove it", csv->path,
                      line);
    if (csv->rows == room) grow(csv, room = 2 * room + 64);
    enum moe_status status = read_row(c, csv, e);
    if (status != MOE_OK) return status;
  }
  if (csv->rows == 0)
    return moe_fail(e, MOE_EDATA, "%s:%zu: a header but no rows", csv->path, csv->header_line);
  return MOE_OK;
}

enum moe_status moe_csv_parse(const char *path, char *text, size_t size, struct moe_csv *csv,
                              struct moe_error *e) {
  memset(csv, 0, sizeof *csv);
  text[size] = 0;
  enum moe_status status = check_bytes(path, text, size, e);
  if (status != MOE_OK) return status;
  struct cursor c = {text, text + size, 1, ',', newlocale(LC_ALL_MASK, "C", (locale_t)0)};
  if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) c.at += 3;
  csv->path = moe_strdup(path);
  status = read_header(&c, csv, e);
  if (status == MOE_OK) status = read_rows(&c, csv, e);
  freelocale(c.c_locale);
  if (status != MOE_OK) moe_csv_free(csv);
  return status;
}

enum moe_status moe_csv_read(const char *path, struct moe_csv *csv, struct moe_error *e) {
  size_t size;
  memset(csv, 0, sizeof *csv);
  char *text = read_all(path, &size, e);
  if (!text) return MOE_EIO;
  enum moe_status status = moe_csv_parse(path, text, size, csv, e);
  moe_free(text);
  return status;
}

void moe_csv_free(struct moe_csv *csv) {
  for (size_t c = 0; c < csv->columns; c++) {
    moe_free(csv->name[c]);
    if (csv->value) moe_free(csv->value[c]);
    if (csv->bad_text) moe_free(csv->bad_text[c]);
  }
  moe_free(csv->path);
  moe_free(csv->line);
  moe_free(csv->name);
  moe_free(csv->value);
  moe_free(csv->bad_line);
  moe_free(csv->bad_text);
  memset(csv, 0, sizeof *csv);
}

/* --- what is wrong with a field ----------------------------------------------------------- */

/* "1,5" or "-0,25e3": a number but for its comma. */
static int is_decimal_comma(const char *text) {
  char copy[SHOWN + 4];
  snprintf(copy, sizeof copy, "%s", text);
  char *comma = strchr(copy, ',');
  if (!comma) return 0;
  *comma = '.';
  return is_decimal(copy, copy + strlen(copy));
}

static int is_missing(const char *text) {
  static const char *const words[] = {"NA", "N/A", "nan", "null", "none", ".", "?", "-"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcasecmp(text, words[i]) == 0) return 1;
  return 0;
}

static const char *field_remedy(const char *text) {
  const char *digits = text + (*text == '-' || *text == '+');
  if (*text == 0) return "the field is empty; fill it in or remove the row";
  if (is_missing(text)) return "missing values are not supported; remove the row";
  if (is_decimal_comma(text)) return "decimal commas are not understood; write a decimal point";
  if (is_decimal(text, text + strlen(text))) return "it is too large for a double";
  if (strncasecmp(digits, "inf", 3) == 0) return "only finite numbers can be fitted";
  if (digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X'))
    return "hexadecimal is not understood; write it as a decimal number";
  return "a number is needed";
}

enum moe_status moe_csv_numeric(const struct moe_csv *csv, size_t column, struct moe_error *e) {
  const char *name = csv->name[column];
  if (csv->bad_line[column])
    return moe_fail(e, MOE_EDATA, "%s:%zu: column '%.60s': '%s' is not a usable number: %s",
                    csv->path, csv->bad_line[column], name, csv->bad_text[column],
                    field_remedy(csv->bad_text[column]));
  for (size_t i = 0; i < csv->rows; i++)
    if (fabs(csv->value[column][i]) > MOE_CSV_LARGEST)
      return moe_fail(
          e, MOE_EDATA,
          "%s:%zu: column '%.60s': %g is too large to fit (limit %g); use other units",
          csv->path, csv->line[i], name, csv->value[column][i], MOE_CSV_LARGEST);
  return MOE_OK;
}
