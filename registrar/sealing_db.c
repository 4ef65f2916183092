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

static struct str context_of(struct arena *a, enum sealed_as as, struct str name)
{
    static const char *const words[] = {[SEALED_AUTHINFO] = "authinfo", [SEALED_TOKEN] = "token"};
    return str_printf(a, "order-%s:%.*s", words[as], STR_ARG(name));
}

enum status sealing_seal(struct db *db, struct arena *a, enum sealed_as as, struct str name, struct str plain,
    struct str *sealed_r, struct error *e)
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
    *sealed_r = secret_seal_for(a, &p, context_of(a, as, name), plain);
    return OK;
}

/* Orders of before these contexts were told apart had one for both, in which nothing is sealed any more. */
enum status sealing_open(struct arena *a, const struct secret_key *k, enum sealed_as as, struct str name,
    struct str sealed, struct str *plain_r, struct error *e)
{
    struct error other;
    enum status s = secret_open_mine(a, k, context_of(a, as, name), sealed, plain_r, e);
    if (s == OK)
        return OK;
    struct str both = str_printf(a, "order:%.*s", STR_ARG(name));
    return secret_open_mine(a, k, both, sealed, plain_r, &other) == OK ? OK : s;
}
