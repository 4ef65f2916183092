#include "registrar/batch.h"

#include "base/crypto.h"

#define EIGHT "?, ?, ?, ?, ?, ?, ?, ?"
#define MANY EIGHT ", " EIGHT ", " EIGHT ", " EIGHT ", " EIGHT ", " EIGHT ", " EIGHT ", " EIGHT
#define SEEN_COLUMNS "o.id, o.state, o.error_code, o.error_text, o.cltrid, o.svtrid, o.epp_code"

DB_QUERY(q_batch_keys, "SELECT " SEEN_COLUMNS ", i.key_digest FROM idempotency i JOIN orders o ON o.id = i.order_id"
                       " WHERE i.account_id = ? AND i.key_digest IN (" MANY ")");
/* What an order waits for stands with its step. */
DB_QUERY(q_batch_ended,
    "SELECT o.id, o.state, IF(o.live, 'needs-person', o.error_code), IF(o.live, COALESCE((SELECT s.detail FROM "
    "order_step s"
    " WHERE s.order_id = o.id AND s.outcome = 'waiting' ORDER BY s.seq DESC LIMIT 1), ''), o.error_text), o.cltrid,"
    " o.svtrid, o.epp_code FROM orders o WHERE (o.live = 0 OR o.needs_person = 1) AND o.id IN (" MANY ")");
DB_QUERY(
    q_batch_domains, "SELECT name, state, account_id, expires, former_account_id FROM domain WHERE name IN (" MANY ")");

static struct batch_seen seen_row(const struct db_result *r, size_t i)
{
    struct str state = db_str(r, i, 1);
    return (struct batch_seen){
        .order_id = db_int(r, i, 0),
        .result = str_eqz(state, "done")     ? ROW_DONE
                  : str_eqz(state, "failed") ? ROW_FAILED
                                             : ROW_OPEN,
        .error_code = db_str(r, i, 2),
        .error_text = db_str(r, i, 3),
        .cltrid = db_str(r, i, 4),
        .svtrid = db_str(r, i, 5),
        .epp_code = (int)db_int(r, i, 6),
    };
}

enum status batch_orders_by_key(struct db *db, struct arena *a, int64_t account_id, const struct str *keys, size_t n,
    struct batch_seen *out, struct error *e)
{
    struct db_val args[BATCH_MANY + 1] = {db_i(account_id)};
    uint8_t digests[BATCH_MANY][32];
    struct db_result r;
    INVARIANT(n > 0 && n <= BATCH_MANY);
    for (size_t i = 0; i < BATCH_MANY; i++) { /* the last stands for those that are missing */
        if (i < n)
            crypto_sha256(keys[i], digests[i]);
        args[i + 1] = db_b(str_n((const char *)digests[i < n ? i : n - 1], 32));
    }
    TRY(db_select(db, a, &q_batch_keys, args, BATCH_MANY + 1, BATCH_MANY, &r, e));
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct batch_seen){.order_id = 0};
        for (size_t k = 0; k < r.rows; k++)
            if (memcmp(db_str(&r, k, 7).p, digests[i], 32) == 0)
                out[i] = seen_row(&r, k);
    }
    return OK;
}

enum status batch_orders_ended(
    struct db *db, struct arena *a, const int64_t *ids, size_t n, struct batch_seen *out, struct error *e)
{
    struct db_val args[BATCH_MANY];
    struct db_result r;
    INVARIANT(n > 0 && n <= BATCH_MANY);
    for (size_t i = 0; i < BATCH_MANY; i++)
        args[i] = db_i(ids[i < n ? i : n - 1]);
    TRY(db_select(db, a, &q_batch_ended, args, BATCH_MANY, BATCH_MANY, &r, e));
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct batch_seen){.order_id = 0};
        for (size_t k = 0; k < r.rows; k++)
            if (db_int(&r, k, 0) == ids[i])
                out[i] = seen_row(&r, k);
        if (out[i].result == ROW_OPEN)
            out[i].result = ROW_PERSON;
    }
    return OK;
}

enum status batch_domains(
    struct db *db, struct arena *a, const struct str *names, size_t n, struct batch_domain *out, struct error *e)
{
    struct db_val args[BATCH_MANY];
    struct db_result r;
    INVARIANT(n > 0 && n <= BATCH_MANY);
    for (size_t i = 0; i < BATCH_MANY; i++)
        args[i] = db_s(names[i < n ? i : n - 1]);
    TRY(db_select(db, a, &q_batch_domains, args, BATCH_MANY, BATCH_MANY, &r, e));
    for (size_t i = 0; i < n; i++) {
        out[i] = (struct batch_domain){.there = false};
        for (size_t k = 0; k < r.rows; k++)
            if (str_eq(db_str(&r, k, 0), names[i]))
                out[i] = (struct batch_domain){.there = !str_eqz(db_str(&r, k, 1), "released"),
                    .former_account_id = db_int(&r, k, 4),
                    .active = str_eqz(db_str(&r, k, 1), "active"),
                    .account_id = db_int(&r, k, 2),
                    .expires = db_int(&r, k, 3)};
    }
    return OK;
}
