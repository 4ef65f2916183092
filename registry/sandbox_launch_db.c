#include "registry/sandbox_launch.h"

DB_QUERY(
    q_sandbox_launch_begin, "INSERT IGNORE INTO launch (id, began) SELECT 1, ? + ahead_us FROM clock WHERE id = 1");
DB_QUERY(q_sandbox_launch, "SELECT began FROM launch WHERE id = 1");
DB_QUERY(q_sandbox_application_insert, "INSERT INTO application (domain_id, name, phase, years) VALUES (?, ?, ?, ?)");
DB_QUERY(q_sandbox_application_names, "SELECT COUNT(*) FROM application WHERE name = ?");
#define APPLICATION_COLUMNS "SELECT id, domain_id, name, phase, years FROM application"
DB_QUERY(q_sandbox_application, APPLICATION_COLUMNS " WHERE id = ?");
DB_QUERY(q_sandbox_application_of, APPLICATION_COLUMNS " WHERE domain_id = ?");
DB_QUERY(q_sandbox_application_allocate, "UPDATE domain SET name = ?, created = ? WHERE id = ?");
DB_QUERY(q_sandbox_application_remove, "DELETE FROM application WHERE domain_id = ?");

enum status sandbox_launch_began(struct db *db, struct arena *a, time_us now, time_us *began_r, struct error *e)
{
    struct db_result r;
    TRY(db_exec(db, &q_sandbox_launch_begin, DB_ARGS(db_i(now)), NULL, e));
    TRY(db_select_one(db, a, &q_sandbox_launch, DB_NO_ARGS, &r, e));
    *began_r = db_int(&r, 0, 0);
    return OK;
}

enum status sandbox_application_insert(
    struct db *db, int64_t domain_id, struct str name, struct str phase, int years, int64_t *id_r, struct error *e)
{
    TRY(db_exec(
        db, &q_sandbox_application_insert, DB_ARGS(db_i(domain_id), db_s(name), db_s(phase), db_i(years)), NULL, e));
    *id_r = db_last_id(db);
    return OK;
}

static enum status application_select(struct db *db, struct arena *a, const struct db_query *q, int64_t key,
    int64_t *domain_id_r, struct sandbox_application *x_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, q, DB_ARGS(db_i(key)), &r, e));
    *domain_id_r = db_int(&r, 0, 1);
    *x_r = (struct sandbox_application){
        .id = db_int(&r, 0, 0), .name = db_str(&r, 0, 2), .phase = db_str(&r, 0, 3), .years = (int)db_int(&r, 0, 4)};
    return OK;
}

enum status sandbox_application_find(
    struct db *db, struct arena *a, int64_t id, int64_t *domain_id_r, struct sandbox_application *x_r, struct error *e)
{
    return application_select(db, a, &q_sandbox_application, id, domain_id_r, x_r, e);
}

enum status sandbox_application_of(
    struct db *db, struct arena *a, int64_t domain_id, struct sandbox_application *x_r, struct error *e)
{
    return application_select(db, a, &q_sandbox_application_of, domain_id, &domain_id, x_r, e);
}

enum status sandbox_application_awaited(
    struct db *db, struct arena *a, struct str name, bool *awaited_r, struct error *e)
{
    struct db_result r;
    TRY(db_select_one(db, a, &q_sandbox_application_names, DB_ARGS(db_s(name)), &r, e));
    *awaited_r = db_int(&r, 0, 0) > 0;
    return OK;
}

enum status sandbox_application_allocate(
    struct db *db, int64_t domain_id, struct str name, time_us created, struct error *e)
{
    return db_exec(db, &q_sandbox_application_allocate, DB_ARGS(db_s(name), db_i(created), db_i(domain_id)), NULL, e);
}

enum status sandbox_application_remove(struct db *db, int64_t domain_id, struct error *e)
{
    return db_exec(db, &q_sandbox_application_remove, DB_ARGS(db_i(domain_id)), NULL, e);
}
