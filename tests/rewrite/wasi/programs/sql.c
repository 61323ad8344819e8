/* sql.c - SQLite at work on a file. */
#include <stdio.h>
#include <string.h>

#include "sqlite3.h"

static int print_row(void *unused, int count, char **values, char **names)
{
    (void)unused;
    for (int i = 0; i < count; i++)
        printf("%s%s=%s", i > 0 ? ", " : "", names[i],
               values[i] ? values[i] : "null");
    puts("");
    return 0;
}

static int run(sqlite3 *db, const char *sql)
{
    char *wrong = NULL;
    int status = sqlite3_exec(db, sql, print_row, NULL, &wrong);
    if (status != SQLITE_OK)
        printf("%s\n", wrong);
    sqlite3_free(wrong);
    return status;
}

int main(void)
{
    sqlite3 *db;
    remove("sql.db");
    if (sqlite3_open_v2("sql.db", &db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        "unix-none") != SQLITE_OK)
        return 1;
    run(db, "create table t(a integer primary key, b text, c real);"
            "with recursive n(i) as (select 1 union all select i + 1 from n "
            "  where i < 20000)"
            "insert into t select i, printf('row %05d', i * 7919 % 20000), "
            "  i / 3.0 from n;"
            "create index t_b on t(b);");
    run(db, "select count(*), sum(a), min(b), max(c) from t");
    run(db, "select a, b from t where b between 'row 00100' and 'row 00103'");
    run(db, "begin; delete from t where a % 3 = 0; rollback");
    run(db, "update t set b = upper(b) where a < 10");
    run(db, "select group_concat(b, '; ') from t where a < 10");
    run(db, "select nothing from nowhere");
    run(db, "pragma integrity_check");
    sqlite3_close(db);
    FILE *file = fopen("sql.db", "rb");
    unsigned sum = 0, size = 0;
    for (int c; file != NULL && (c = getc(file)) != EOF; size++)
        sum = sum * 31 + (unsigned)c;
    printf("%u bytes, sum %08x\n", size, sum);
    if (file != NULL)
        fclose(file);
    return 0;
}
