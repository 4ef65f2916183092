#include "registrar/sealing.h"

DB_QUERY(q_sealing_find, "SELECT public FROM sealing_key WHERE id = 1");
DB_QUERY(q_sealing_put, "INSERT INTO sealing_key (id, public, since) VALUES (1, ?, ?)"
                        " ON DUPLICATE KEY UPDATE public = VALUES(public), since = VALUES(since)");

enum status sealing_publish(struct db *db, const struct secret_key *k, time_us now, struct error *e)
{
    struct public_key p;
    secret_key_public(k, &p);
    return db_exec(db, &q_sealing_put, DB_ARGS(db_b(str_n((const char *)p.b, sizeof(p.b))), db_i(now)), NULL, e);
}

static struct str context_of(struct arena *a, struct str name)
{
    return str_printf(a, "order:%.*s", STR_ARG(name));
}

enum status sealing_seal(
    struct db *db, struct arena *a, struct str name, struct str plain, struct str *sealed_r, struct error *e)
{
    struct db_result r;
    struct public_key p;
    enum status s = db_select_one(db, a, &q_sealing_find, DB_NO_ARGS, &r, e);
    if (s == NOT_FOUND)
        return error_set(
            e, UNAVAILABLE, "sealing-key", "fourways-registrar has never run: there is no key to seal secrets with");
    TRY(s);
    struct str public = db_str(&r, 0, 0);
    INVARIANT(public.n == sizeof(p.b));
    memcpy(p.b, public.p, sizeof(p.b));
    *sealed_r = secret_seal_for(a, &p, context_of(a, name), plain);
    return OK;
}

enum status sealing_open(struct arena *a, const struct secret_key *k, struct str name, struct str sealed,
    struct str *plain_r, struct error *e)
{
    return secret_open_mine(a, k, context_of(a, name), sealed, plain_r, e);
}
