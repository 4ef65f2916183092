#include "registry/sandbox_grace.h"

DB_QUERY(q_sandbox_grace_insert, "INSERT INTO grace (domain_id, kind, ends, amount, years) VALUES (?, ?, ?, ?, ?)");
DB_QUERY(
    q_sandbox_graces, "SELECT kind, ends, amount, years FROM grace WHERE domain_id = ? AND ends > ? ORDER BY ends, id");
DB_QUERY(q_sandbox_grace_drop, "DELETE FROM grace WHERE domain_id = ? AND kind = ?");
DB_QUERY(q_sandbox_graces_end, "DELETE FROM grace WHERE domain_id = ?");

enum status sandbox_grace_begin(
    struct db *db, int64_t domain_id, const struct sandbox_grace *g, time_us now, struct error *e)
{
    if (g->ends <= now)
        return OK;
    return db_exec(db, &q_sandbox_grace_insert,
        DB_ARGS(db_i(domain_id), db_s(g->kind), db_i(g->ends), db_i(g->amount), db_i(g->years)), NULL, e);
}

enum status sandbox_graces(
    struct db *db, struct arena *a, int64_t domain_id, time_us now, struct sandbox_graces *list_r, struct error *e)
{
    struct db_result r;
    TRY(db_select(db, a, &q_sandbox_graces, DB_ARGS(db_i(domain_id), db_i(now)), SB_GRACE_MAX, &r, e));
    *list_r = (struct sandbox_graces){.v = ARENA_ARRAY(a, r.rows, struct sandbox_grace), .n = r.rows};
    for (size_t i = 0; i < r.rows; i++)
        list_r->v[i] = (struct sandbox_grace){.kind = db_str(&r, i, 0),
            .ends = db_int(&r, i, 1),
            .amount = db_int(&r, i, 2),
            .years = (int)db_int(&r, i, 3)};
    return OK;
}

enum status sandbox_graces_end(struct db *db, int64_t domain_id, struct error *e)
{
    return db_exec(db, &q_sandbox_graces_end, DB_ARGS(db_i(domain_id)), NULL, e);
}

enum status sandbox_graces_refund(struct db *db, struct arena *a, const struct sandbox_domain *d, const char *kind,
    struct str svtrid, time_us now, int *years_r, struct error *e)
{
    struct sandbox_graces list;
    *years_r = 0;
    TRY(sandbox_graces(db, a, d->id, now, &list, e));
    for (size_t i = 0; i < list.n; i++) {
        const struct sandbox_grace *g = &list.v[i];
        if (kind != NULL && !str_eqz(g->kind, kind))
            continue;
        struct str what = str_printf(a, "refund in %.*s %.*s", STR_ARG(g->kind), STR_ARG(d->name));
        TRY(sandbox_charge(db, d->sponsor, -g->amount, what, svtrid, now, e));
        *years_r += g->years;
    }
    if (kind == NULL)
        return sandbox_graces_end(db, d->id, e);
    return db_exec(db, &q_sandbox_grace_drop, DB_ARGS(db_i(d->id), db_s(str_of(kind))), NULL, e);
}
