/* What is ordered from outside: through the database, as the server may run or not. */
#include "registry/sandbox_clock.h"
#include "registry/sandbox_fault.h"

enum status sandbox_db_settings(
    struct arena *a, const struct sandbox_settings *s, struct db_settings *db_r, struct error *e)
{
    struct str password = STR("");
    if (!str_empty(s->db_password_file)) {
        TRY(file_read(a, str_dupz(a, s->db_password_file), 4096, &password, e));
        password = str_trim(password);
    }
    *db_r = (struct db_settings){.socket = str_dupz(a, s->db_socket),
        .user = str_dupz(a, s->db_user),
        .password = str_dupz(a, password),
        .database = str_dupz(a, s->db_name)};
    return OK;
}

static enum status orders_do(
    struct db *db, struct arena *a, const struct conf_list *faults, const struct conf_list *advances, struct error *e)
{
    for (size_t i = 0; i < faults->n; i++)
        TRY(sandbox_fault_order(db, a, faults->items[i], e));
    for (size_t i = 0; i < advances->n; i++)
        TRY(sandbox_clock_advance(db, advances->items[i], e));
    return OK;
}

enum status sandbox_operate(
    const struct sandbox_settings *s, const struct conf_list *faults, const struct conf_list *advances, struct error *e)
{
    struct arena a;
    struct db *db = NULL;
    struct db_settings settings;
    arena_init(&a, 0);
    enum status st = sandbox_db_settings(&a, s, &settings, e);
    if (st == OK)
        st = db_open(&settings, &db, e);
    if (st == OK)
        st = orders_do(db, &a, faults, advances, e);
    if (db != NULL)
        db_close(&db);
    arena_clear(&a);
    return st;
}
