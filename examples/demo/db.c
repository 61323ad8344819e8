/* db.c - SQLite as a module: SQL in, rows out, a line each with tabs between
 * the columns; a failure is the line "error: ...". */
#include <stdio.h>
#include <string.h>

#include "bytes.h"
#include "sqlite3.h"

BYTES_ALLOCATOR

static sqlite3 *db;

#ifdef __wasm__
/* Databases live in memory; the file system only has to say no. */
static int no_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                   int flags, int *out)
{
    (void)vfs, (void)name, (void)flags, (void)out;
    file->pMethods = NULL;
    return SQLITE_CANTOPEN;
}

static int no_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs, (void)name, (void)sync;
    return SQLITE_OK;
}

static int no_access(sqlite3_vfs *vfs, const char *name, int flags, int *out)
{
    (void)vfs, (void)name, (void)flags;
    *out = 0;
    return SQLITE_OK;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *out)
{
    (void)vfs;
    snprintf(out, (size_t)size, "%s", name);
    return SQLITE_OK;
}

static int randomness(sqlite3_vfs *vfs, int size, char *out)
{
    (void)vfs;
    memset(out, 7, (size_t)size);
    return size;
}

static int no_sleep(sqlite3_vfs *vfs, int microseconds)
{
    (void)vfs;
    return microseconds;
}

static int now(sqlite3_vfs *vfs, double *julian_day)
{
    (void)vfs;
    *julian_day = 2460000.5;
    return SQLITE_OK;
}

int sqlite3_os_init(void)
{
    static sqlite3_vfs vfs = {.iVersion = 1,
                              .szOsFile = sizeof(sqlite3_file),
                              .mxPathname = 256,
                              .zName = "none",
                              .xOpen = no_open,
                              .xDelete = no_delete,
                              .xAccess = no_access,
                              .xFullPathname = full_path,
                              .xRandomness = randomness,
                              .xSleep = no_sleep,
                              .xCurrentTime = now};
    return sqlite3_vfs_register(&vfs, 1);
}

int sqlite3_os_end(void)
{
    return SQLITE_OK;
}
#endif

/* Runs the first statement of `sql`, appends its rows; the rest in *rest. */
static int run_statement(const char *sql, sqlite3_str *rows, const char **rest)
{
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &statement, rest);
    if (statement == NULL)
        return rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) {
        int columns = sqlite3_column_count(statement);
        for (int i = 0; i < columns; i++)
            sqlite3_str_appendf(rows, "%s%s",
                                (const char *)sqlite3_column_text(statement, i),
                                i + 1 < columns ? "\t" : "\n");
    }
    return sqlite3_finalize(statement);
}

void db_exec(const uint8_t *in, size_t len, uint8_t **out, size_t *out_len)
{
    char *sql = malloc(len + 1);
    if (sql == NULL)
        abort();
    memcpy(sql, in, len);
    sql[len] = 0;
    int rc = db ? SQLITE_OK : sqlite3_open(":memory:", &db);
    sqlite3_str *rows = sqlite3_str_new(NULL);
    for (const char *rest = sql; rc == SQLITE_OK && *rest;)
        rc = run_statement(rest, rows, &rest);
    if (rc != SQLITE_OK)
        sqlite3_str_appendf(rows, "error: %s\n", sqlite3_errmsg(db));
    free(sql);
    *out_len = (size_t)sqlite3_str_length(rows);
    if (*out_len != 0) { /* no rows: no value */
        *out = malloc(*out_len);
        if (*out == NULL)
            abort();
        memcpy(*out, sqlite3_str_value(rows), *out_len);
    }
    sqlite3_free(sqlite3_str_finish(rows));
}
BYTES_SERVICE("exec", db_exec)
