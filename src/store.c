/*
 * store.c - cells on disk: written so that a crash cannot leave half of one, read so that a
 * damaged one cannot pass for whole.
 *
 * Writing: a temporary file in the same directory, fsync, rename over the final name, fsync of
 * the directory. After kill -9 there is the old file or the new one, and perhaps a temporary
 * file; its name holds the writer's machine and process, so the next run removes it when that
 * is gone. Reading: the last line holds the number of rows and the SHA-256 of all bytes before
 * it, the key must be the file's name and the hash of the description inside.
 */
#define _GNU_SOURCE
#include "cell.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "canon.h"

#define CELL_LIMIT ((size_t)1 << 30)

/* ------------------------------------------------------------------------------- files */

/* Eight hex digits that tell the machines that share a directory apart. */
static void machine_tag(char tag[9]) {
  char host[256] = "", hex[65];
  gethostname(host, sizeof host - 1);
  moe_sha256_hex(host, strlen(host), hex);
  memcpy(tag, hex, 8);
  tag[8] = '\0';
}

static enum moe_status fail_errno(struct moe_error *e, const char *path, const char *verb) {
  int why = errno;
  enum moe_status status = moe_fail(e, MOE_EIO, "%s: cannot %s: %s", path, verb, strerror(why));
  errno = why;
  return status;
}

static int write_all(int fd, const char *bytes, size_t length) {
  while (length) {
    ssize_t n = write(fd, bytes, length);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return -1;
    bytes += n;
    length -= (size_t)n;
  }
  return 0;
}

/* Makes the rename itself durable. A file system that cannot sync a directory is left alone. */
static void sync_directory(const char *path) {
  char *dir = moe_strdup(path), *slash = strrchr(dir, '/');
  if (slash) slash[slash == dir] = '\0';
  int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
  moe_free(dir);
}

/* Writes and syncs the bytes; on failure errno says why. */
static int write_synced(const char *path, const char *bytes, size_t length) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return -1;
  int failed = write_all(fd, bytes, length) || fsync(fd), why = errno;
  if (close(fd) && !failed) return -1;
  errno = why;
  return failed ? -1 : 0;
}

enum moe_status moe_file_write(const char *path, const char *bytes, size_t length,
                               struct moe_error *e) {
  static atomic_uint serial;
  char tag[9];
  struct moe_text temporary = {0};
  machine_tag(tag);
  moe_text_printf(&temporary, "%s.%s-%ld-%u.tmp", path, tag, (long)getpid(),
                  atomic_fetch_add(&serial, 1));
  enum moe_status status = MOE_OK;
  if (write_synced(temporary.text, bytes, length) || rename(temporary.text, path)) {
    status = fail_errno(e, path, "write");
    unlink(temporary.text);
  } else {
    sync_directory(path);
  }
  moe_free(temporary.text);
  return status;
}

enum moe_status moe_file_read(const char *path, size_t limit, char **bytes, size_t *length,
                              struct moe_error *e) {
  struct stat st;
  /* O_NONBLOCK: opening a pipe must not wait for its writer. */
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &st)) {
    enum moe_status status = fail_errno(e, path, "read");
    if (fd >= 0) close(fd);
    return status;
  }
  if (!S_ISREG(st.st_mode) || (size_t)st.st_size > limit) {
    close(fd);
    errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
    if (S_ISREG(st.st_mode))
      return moe_fail(e, MOE_EIO, "%s: too large: %lld bytes, at most %zu are read", path,
                      (long long)st.st_size, limit);
    return moe_fail(e, MOE_EIO, "%s: cannot read: %s", path,
                    S_ISDIR(st.st_mode) ? "it is a directory" : "it is not a regular file");
  }
  char *buffer = moe_alloc((size_t)st.st_size + 1, 1);
  size_t used = 0;
  while (used < (size_t)st.st_size) {
    ssize_t n = read(fd, buffer + used, (size_t)st.st_size - used);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      enum moe_status status = fail_errno(e, path, "read");
      close(fd);
      moe_free(buffer);
      return status;
    }
    if (n == 0) break;
    used += (size_t)n;
  }
  close(fd);
  buffer[used] = '\0';
  *bytes = buffer;
  *length = used;
  return MOE_OK;
}

enum moe_status moe_directory_make(const char *path, struct moe_error *e) {
  char *copy = moe_strdup(path);
  enum moe_status status = MOE_OK;
  for (char *p = copy + 1; !status; p++) {
    if (*p != '/' && *p) continue;
    char c = *p;
    *p = '\0';
    if (mkdir(copy, 0777) && errno != EEXIST)
      status = fail_errno(e, copy, "make the directory");
    *p = c;
    if (!c) break;
  }
  struct stat st;
  if (!status && (stat(path, &st) || !S_ISDIR(st.st_mode)))
    status = moe_fail(e, MOE_EIO, "%s: is there but is not a directory", path);
  moe_free(copy);
  return status;
}

void moe_directory_sweep(const char *dir) {
  char tag[9];
  struct dirent *entry;
  DIR *d = opendir(dir);
  if (!d) return;
  machine_tag(tag);
  while ((entry = readdir(d))) {
    size_t length = strlen(entry->d_name);
    const char *mark = strstr(entry->d_name, ".tsv.");
    long pid;
    if (length < 4 || strcmp(entry->d_name + length - 4, ".tmp") != 0 || !mark) continue;
    if (strncmp(mark + 5, tag, 8) != 0 || sscanf(mark + 13, "-%ld-", &pid) != 1 || pid <= 0)
      continue;
    if (pid != getpid() && kill((pid_t)pid, 0) && errno == ESRCH)
      unlinkat(dirfd(d), entry->d_name, 0);
  }
  closedir(d);
}

/* ------------------------------------------------------------------------------- writing */

static void add_column_names(struct moe_text *t, size_t columns) {
  for (size_t j = 0; j < columns; j++) {
    if (j) moe_text_add(t, "\t", 1);
    if (j < MOE_CELL_FIXED)
      moe_text_printf(t, "%s", moe_cell_columns[j]);
    else
      moe_text_printf(t, "theta_%zu", j - MOE_CELL_FIXED + 1);
  }
  moe_text_add(t, "\n", 1);
}

static void add_row(struct moe_text *t, const double *value, size_t columns) {
  for (size_t j = 0; j < columns; j++) {
    const char *word = moe_cell_word(j, value[j]);
    if (j) moe_text_add(t, "\t", 1);
    if (word)
      moe_text_printf(t, "%s", word);
    else
      moe_text_number(t, value[j]);
  }
  moe_text_add(t, "\n", 1);
}

enum moe_status moe_cell_write(const char *dir, const struct moe_case *c,
                               const struct moe_cell *cell, struct moe_error *e) {
  char key[33], versions[96], hex[65];
  struct moe_text t = {0}, path = {0};
  moe_case_key(c, key);
  moe_case_versions(c, versions);
  moe_text_printf(&t, "# moerates: cell 1\n# key: %s\n# case: ", key);
  moe_text_add(&t, c->description, strlen(c->description));
  moe_text_printf(&t, "\n# versions: %s\n# evaluator: %s\n", versions, cell->evaluator);
  add_column_names(&t, cell->columns);
  for (size_t i = 0; i < cell->rows; i++)
    add_row(&t, cell->value + i * cell->columns, cell->columns);
  moe_sha256_hex(t.text, t.length, hex);
  moe_text_printf(&t, "# end: %zu %s\n", cell->rows, hex);
  moe_text_printf(&path, "%s/%s.tsv", dir, key);
  enum moe_status status = moe_file_write(path.text, t.text, t.length, e);
  moe_free(t.text);
  moe_free(path.text);
  return status;
}

/* ------------------------------------------------------------------------------- reading */

/* Cuts the next line off *at and checks that it begins with `head`; NULL if it does not. */
static char *take_line(char **at, const char *head) {
  char *line = *at, *end = strchr(line, '\n');
  size_t n = strlen(head);
  if (!end || strncmp(line, head, n) != 0) return NULL;
  *end = '\0';
  *at = end + 1;
  return line + n;
}

/* The checksum line, which is the last: its row count, or -1. Cuts it off. */
static long check_sum(char *text, size_t length) {
  char hex[65], stored[65] = "";
  long rows = -1;
  if (length < 2 || text[length - 1] != '\n' || strlen(text) != length) return -1;
  char *last = memrchr(text, '\n', length - 1);
  if (!last || sscanf(last + 1, "# end: %ld %64s", &rows, stored) != 2) return -1;
  moe_sha256_hex(text, (size_t)(last + 1 - text), hex);
  if (strcmp(hex, stored) != 0) return -1;
  /* Exactly the line that the writer makes: sscanf is more generous. */
  char line[128];
  snprintf(line, sizeof line, "# end: %ld %s\n", rows, hex);
  if (strcmp(line, last + 1) != 0) return -1;
  last[1] = '\0';
  return rows;
}

static double word_number(size_t column, const char *word) {
  for (int i = 0; i < 16; i++) {
    const char *known = moe_cell_word(column, i);
    if (known && !strcmp(known, word)) return i;
  }
  return NAN;
}

static int read_row(char *line, double *value, size_t columns) {
  for (size_t j = 0; j < columns; j++) {
    char *end = line + strcspn(line, "\t"), *stop;
    if ((*end == '\0') != (j + 1 == columns)) return 0;
    *end = '\0';
    if (moe_cell_word(j, 0)) {
      value[j] = word_number(j, line);
      if (isnan(value[j])) return 0;
    } else {
      value[j] = moe_number_read(line, &stop);
      if (stop != end || stop == line) return 0;
    }
    line = end + 1;
  }
  return 1;
}

static enum moe_status damaged(const char *path, const char *what, struct moe_error *e) {
  return moe_fail(e, MOE_ECHECK, "%s: damaged cell: %s", path, what);
}

static enum moe_status parse_cell(const char *path, size_t length, struct moe_cell_file *f,
                                  struct moe_error *e) {
  long rows = check_sum(f->text, length);
  char *at = f->text, *line;
  if (rows < 0) return damaged(path, "the checksum does not match", e);
  if (!take_line(&at, "# moerates: cell 1"))
    return damaged(path, "not a cell of this format", e);
  const char *key = take_line(&at, "# key: ");
  f->description = take_line(&at, "# case: ");
  f->versions = take_line(&at, "# versions: ");
  f->evaluator = take_line(&at, "# evaluator: ");
  if (!key || strlen(key) != 32 || !f->description || !f->versions || !f->evaluator)
    return damaged(path, "a header line is missing", e);
  memcpy(f->key, key, 33);
  if (!(line = take_line(&at, "replicate\t"))) return damaged(path, "no column names", e);
  f->cell.columns = 2;
  for (; *line; line++) f->cell.columns += *line == '\t';
  if (f->cell.columns <= MOE_CELL_FIXED) return damaged(path, "columns are missing", e);
  f->cell.value = moe_alloc((size_t)rows * f->cell.columns + 1, sizeof(double));
  for (; *at; f->cell.rows++) {
    if (f->cell.rows == (size_t)rows) return damaged(path, "more rows than it says", e);
    line = take_line(&at, "");
    if (!line ||
        !read_row(line, f->cell.value + f->cell.rows * f->cell.columns, f->cell.columns))
      return damaged(path, "a row does not parse", e);
  }
  if (f->cell.rows != (size_t)rows) return damaged(path, "fewer rows than it says", e);
  return MOE_OK;
}

/* The key must be the hash of what the file describes, and its name. */
static enum moe_status check_key(const char *path, const struct moe_cell_file *f,
                                 struct moe_error *e) {
  char key[33];
  const char *name = strrchr(path, '/');
  name = name ? name + 1 : path;
  moe_cell_key(f->description, f->versions, key);
  if (strcmp(key, f->key) != 0)
    return damaged(path, "its key is not that of its description", e);
  if (strncmp(name, key, 32) != 0 || strcmp(name + 32, ".tsv") != 0)
    return moe_fail(e, MOE_ECHECK, "%s: misplaced cell: the file's name should be %s.tsv", path,
                    key);
  return MOE_OK;
}

enum moe_status moe_cell_read(const char *path, struct moe_cell_file *file,
                              struct moe_error *e) {
  size_t length = 0;
  memset(file, 0, sizeof *file);
  enum moe_status status = moe_file_read(path, CELL_LIMIT, &file->text, &length, e);
  if (status) return status;
  status = parse_cell(path, length, file, e);
  if (!status) status = check_key(path, file, e);
  if (status) moe_cell_file_free(file);
  return status;
}

void moe_cell_file_free(struct moe_cell_file *file) {
  moe_free(file->text);
  moe_cell_free(&file->cell);
  memset(file, 0, sizeof *file);
}
