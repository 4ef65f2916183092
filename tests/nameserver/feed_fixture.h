/* A feed on a real MariaDB: zones are written the way zones/ writes them, as rows and a version in one transaction. */
#ifndef FW_TESTS_NAMESERVER_FEED_FIXTURE_H
#define FW_TESTS_NAMESERVER_FEED_FIXTURE_H

#include "nameserver/feed.h"
#include "tests/nameserver/fixture.h"
#include "tests/support/testdb.h"

#define SERVER_ID 7

static FW_UNUSED void run_script(struct db *db, const char *script)
{
    struct error e;

    ck_assert_msg(db_run_script(db, str_of(script), &e) == OK, "%s", e.text);
}

static FW_UNUSED const char *hex(struct arena *a, struct str s)
{
    return arena_printf(a, "x'%.*s'", STR_ARG(hex_encode(a, s.p, s.n)));
}

static FW_UNUSED void rows_sql(struct arena *a, struct buf *b, const struct change *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct change_row *r = &c->rows[i];
        const char *owner = hex(a, r->owner), *data = hex(a, r->data);

        buf_printf(b, "REPLACE INTO rrset VALUES (%llu, %s, %u, %u, %s, ", (unsigned long long)c->zone_id, owner,
            r->type, r->ttl, r->alias || r->deleted ? "''" : data);
        if (r->alias && r->alias_zone == 0)
            buf_printf(b, "NULL, %s, ", data);
        else if (r->alias)
            buf_printf(b, "%llu, %s, ", (unsigned long long)r->alias_zone, data);
        else
            buf_puts(b, "NULL, NULL, ");
        buf_printf(b, "%llu, %d, %s);\n", (unsigned long long)c->version, r->deleted, owner);
    }
}

/* Statements of one change, without BEGIN and COMMIT. */
static FW_UNUSED const char *change_sql(struct arena *a, const struct change *c, time_us changed)
{
    struct str name = dns_name_text(a, &c->name, false);
    struct buf b;

    buf_in(&b, a, 64 << 20);
    rows_sql(a, &b, c);
    buf_printf(&b,
        "INSERT INTO zone (id, name, sort_key, account_id, delegation_set_id, version, serial, rrsets, rrsets_max, "
        "created, "
        "changed) VALUES (%llu, '%.*s', '', 1, 1, %llu, 1, 1, 100, 0, %lld) ON DUPLICATE KEY UPDATE version = %llu, "
        "changed = %lld;\n",
        (unsigned long long)c->zone_id, STR_ARG(name), (unsigned long long)c->version, (long long)changed,
        (unsigned long long)c->version, (long long)changed);
    buf_putc(&b, '\0');
    return b.p;
}

static FW_UNUSED void commit(struct db *db, struct arena *a, const struct change *c, time_us changed)
{
    run_script(db, arena_printf(a, "START TRANSACTION;\n%sCOMMIT;\n", change_sql(a, c, changed)));
}

static FW_UNUSED struct change version_of(
    struct arena *a, uint64_t id, uint64_t version, const char *origin, const char *lines)
{
    return change_of(a, id, version, origin,
        arena_printf(a, "@ 3600 SOA ns1 hostmaster %llu 3600 600 86400 300\n%s", (unsigned long long)version, lines));
}

static FW_UNUSED struct feed_settings feed_settings_of(const struct db_settings *db)
{
    return (struct feed_settings){
        .server = {.id = SERVER_ID,
            .column = 2,
            .row_to = 511,
            .name = STR("dns-2"),
            .dns_addrs = STR("127.0.0.1:53"),
            .notify_addr = STR_NULL},
        .db = *db,
        .poll_ms = 100,
    };
}

#endif
