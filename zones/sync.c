#include "zones/sync.h"

#include "base/log.h"
#include "base/net.h"
#include "zones/change.h"
#include "zones/delegation.h"
#include "zones/sync_db.h"

enum status zone_insync(
    struct db *db, struct arena *a, int64_t zone_id, int64_t version, struct zone_sync *sync_r, struct error *e)
{
    int64_t newest;
    bool covered[DELEGATION_COLUMNS] = {false};
    TRY(sync_db_servers(db, a, zone_id, &sync_r->servers, &sync_r->n, &newest, e));
    sync_r->version = version != 0 ? version : newest;
    sync_r->insync = true;
    for (size_t i = 0; i < sync_r->n; i++) {
        struct zone_server *s = &sync_r->servers[i];
        s->insync = s->version >= sync_r->version;
        sync_r->insync = sync_r->insync && s->insync;
        if (s->column < DELEGATION_COLUMNS)
            covered[s->column] = true;
    }
    for (size_t c = 0; c < DELEGATION_COLUMNS; c++)
        sync_r->insync = sync_r->insync && covered[c];
    return OK;
}

enum status change_status(
    struct db *db, struct arena *a, int64_t change_id, int64_t account_id, struct change_info *info_r, struct error *e)
{
    struct zone_sync sync = {0};
    enum status s = sync_db_change(db, a, change_id, account_id, info_r, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "change", "there is no change number %lld", (long long)change_id);
    TRY(s);
    s = zone_insync(db, a, info_r->zone_id, info_r->version, &sync, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    info_r->insync = s == NOT_FOUND || sync.insync;
    error_clear(e);
    return OK;
}

static void wake_failed(int64_t zone_id, const struct error *e)
{
    char subject[24];
    (void)snprintf(subject, sizeof subject, "%lld", (long long)zone_id);
    log_event(LOG_WARN, "zone", subject, "a name server is not woken, it will poll: %s", e->text);
}

void zone_wake(struct db *db, int64_t zone_id)
{
    struct arena a;
    struct error e;
    struct str *addrs = NULL;
    size_t n = 0;
    if (db_in_transaction(db))
        return;
    arena_init(&a, 0);
    if (sync_db_notify(db, &a, zone_id, &addrs, &n, &e) != OK)
        wake_failed(zone_id, &e);
    for (size_t i = 0; i < n; i++) {
        struct net_addr addr;
        if (net_addr_parse(addrs[i], &addr, &e) == OK)
            net_wake(&addr);
        else
            wake_failed(zone_id, &e);
    }
    arena_clear(&a);
}
