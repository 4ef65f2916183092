#include "nameserver/feed.h"

#include <poll.h>
#include <unistd.h>

#include "base/log.h"
#include "nameserver/counts.h"
#include "nameserver/mem.h"
#include "nameserver/snapshot.h"

#define BACKOFF_FIRST_US (US_PER_S / 10)
#define BACKOFF_MAX_US (5 * US_PER_S)
#define STUCK_RETRY_US (5 * US_PER_S)
#define SEEN_INTERVAL_US US_PER_S
#define RECLAIM_MS 20
#define LOAD_TOGETHER 4 /* zones missing in a page from which on the page's rows are read with one query */
#define RIVALS_MAX 64 /* looked into in one pass; further ones in the next */
#define FEED_ARENA_MAX ((size_t)16 << 30)

/* A zone that cannot follow the database as things are. */
struct stuck {
    struct map_node by_id;
    uint64_t id, version;
    time_us retry_at;
};

/* Two zones of one name: deleted and made again, and seen in the other order. */
struct rival {
    uint64_t served, coming, version; /* version: of the one coming */
    struct str name; /* in the pass's arena */
};

struct feed {
    struct store *st;
    struct feed_settings s;
    struct db *db;
    struct arena arena; /* of a pass */
    struct arena zone_arena; /* of the zone being read */
    int notify_fd;
    struct net_addr notify;
    time_us now; /* of the pass */
    bool down_logged;
    time_us retry_at, backoff;
    time_us newest; /* zone.changed, ever seen */
    uint64_t sweep_at, sweep; /* id behind which the sweep goes on; its number */
    bool swept_whole; /* since the start */
    size_t missing; /* zones served that the last sweep did not find */
    struct map stuck;
    struct rival rivals[RIVALS_MAX];
    size_t rivals_n;
    struct served_report *reports;
    size_t reports_n, reports_cap;
    time_us seen_at, polled_at;
    int64_t lag_us;
    uint64_t snapshot_changes;
    time_us snapshot_at;
    _Atomic bool ready;
};

enum status feed_new(struct store *st, const struct feed_settings *s, struct feed **f_r, struct error *e)
{
    struct feed *f = mem_new(sizeof(*f));

    f->st = st;
    f->s = *s;
    f->notify_fd = -1;
    f->sweep = 1;
    f->snapshot_changes = st->changes;
    arena_init(&f->arena, FEED_ARENA_MAX);
    arena_init(&f->zone_arena, FEED_ARENA_MAX);
    map_init(&f->stuck);
    atomic_store(&f->ready, s->loaded);
    *f_r = f;
    if (s->notify.len == 0)
        return OK;
    if (net_bind_udp(&s->notify, false, &f->notify_fd, e) != OK || net_addr_local(f->notify_fd, &f->notify, e) != OK) {
        feed_free(f_r);
        return error_prefix(e, "notify");
    }
    return OK;
}

static void stuck_clear(struct feed *f)
{
    struct map_node *node;
    size_t pos;

    while (pos = 0, (node = map_walk(&f->stuck, &pos, NULL)) != NULL) {
        map_remove(&f->stuck, node);
        mem_free(MAP_ITEM(node, struct stuck, by_id));
    }
    map_clear(&f->stuck);
}

void feed_free(struct feed **f_)
{
    struct feed *f = *f_;

    if (f == NULL)
        return;
    db_close(&f->db);
    if (f->notify_fd >= 0)
        close(f->notify_fd);
    stuck_clear(f);
    mem_free(f->reports);
    arena_clear(&f->arena);
    arena_clear(&f->zone_arena);
    mem_free(f);
    *f_ = NULL;
}

bool feed_ready(const struct feed *f)
{
    return atomic_load(&f->ready);
}

bool feed_healthy(const struct feed *f, char *why, size_t n)
{
    if (feed_ready(f))
        return true;
    (void)snprintf(why, n, "no snapshot, and the first pass over the database is not through");
    return false;
}

const struct net_addr *feed_notify_addr(const struct feed *f)
{
    return &f->notify;
}

static void report(struct feed *f, uint64_t zone_id, uint64_t version)
{
    if (f->reports_n == f->reports_cap) {
        f->reports_cap = f->reports_cap == 0 ? 256 : f->reports_cap * 2;
        f->reports = mem_grow(f->reports, f->reports_cap * sizeof(*f->reports));
    }
    f->reports[f->reports_n++] = (struct served_report){zone_id, version};
}

/* ---- stuck zones ------------------------------------------------------------------------------------------- */

static struct stuck *stuck_find(const struct feed *f, uint64_t id)
{
    struct map_node *n = map_find(&f->stuck, id);

    return n == NULL ? NULL : MAP_ITEM(n, struct stuck, by_id);
}

static void stuck_remove(struct feed *f, uint64_t id)
{
    struct stuck *k = stuck_find(f, id);

    if (k == NULL)
        return;
    map_remove(&f->stuck, &k->by_id);
    mem_free(k);
}

/* Logged once for each version; tried again after a while. */
static void stuck_add(struct feed *f, uint64_t id, uint64_t version, struct str name, const char *why)
{
    struct stuck *k = stuck_find(f, id);

    if (k == NULL) {
        k = mem_new(sizeof(*k));
        k->id = id;
        map_add(&f->stuck, &k->by_id, id);
    }
    if (k->version != version)
        log_event(LOG_ERROR, "zone", str_dupz(&f->zone_arena, name), "version %llu not served: %s",
            (unsigned long long)version, why);
    k->version = version;
    k->retry_at = f->now + STUCK_RETRY_US;
}

static bool stuck_waits(const struct feed *f, uint64_t id, uint64_t version)
{
    const struct stuck *k = stuck_find(f, id);

    return k != NULL && k->version == version && f->now < k->retry_at;
}

/* ---- putting zones in ---------------------------------------------------------------------------------------- */

/* The zone whose rows are coming in. */
struct gathering {
    struct feed *f;
    bool open, deleted;
    struct change c;
    struct str name;
    size_t cap;
};

static void zone_gone(struct feed *f, uint64_t id, uint64_t version)
{
    struct zone *z = store_zone(f->st, id);

    stuck_remove(f, id);
    if (z == NULL)
        return;
    store_remove(f->st, z);
    count_changes(1);
    report(f, id, version);
}

static void change_apply(struct feed *f, const struct change *c, struct str name)
{
    struct zone *z;
    struct error e;

    enum status s = store_apply(f->st, c, &e);

    if (s == EXISTS && f->rivals_n < RIVALS_MAX) {
        f->rivals[f->rivals_n++] = (struct rival){
            store_zone_named(f->st, c->name.wire, c->name.len)->id, c->zone_id, c->version, str_dup(&f->arena, name)};
        return;
    }
    if (s != OK) {
        stuck_add(f, c->zone_id, c->version, name, e.text);
        return;
    }
    stuck_remove(f, c->zone_id);
    z = store_zone(f->st, c->zone_id);
    z->swept = f->sweep;
    if (z->reported != z->version) {
        report(f, z->id, z->version);
        count_changes(1);
    }
}

static void gathering_end(struct gathering *g)
{
    struct feed *f = g->f;
    struct error e;

    if (!g->open)
        return;
    g->open = false;
    if (g->deleted)
        zone_gone(f, g->c.zone_id, g->c.version);
    else if (dns_name_parse(g->name, NULL, &g->c.name, &e) != OK)
        stuck_add(f, g->c.zone_id, g->c.version, g->name, e.text);
    else
        change_apply(f, &g->c, g->name);
    arena_reset(&f->zone_arena);
}

static void gathering_begin(struct gathering *g, const struct feed_row *r)
{
    g->open = true;
    g->deleted = r->zone_deleted;
    g->name = str_dup(&g->f->zone_arena, r->zone_name);
    g->c = (struct change){.zone_id = r->zone_id, .version = r->version};
    g->cap = 0;
}

static void gathering_row(struct gathering *g, const struct change_row *r)
{
    struct arena *a = &g->f->zone_arena;

    if (g->c.n == g->cap) {
        size_t cap = g->cap == 0 ? 16 : g->cap * 2;
        struct change_row *rows = ARENA_ARRAY(a, cap, struct change_row);

        if (g->c.n > 0)
            memcpy(rows, g->c.rows, g->c.n * sizeof(*rows));
        g->c.rows = rows;
        g->cap = cap;
    }
    g->c.rows[g->c.n] = *r;
    g->c.rows[g->c.n].owner = str_dup(a, r->owner);
    g->c.rows[g->c.n].data = str_dup(a, r->data);
    g->c.n++;
}

static enum status take_row(void *ctx, const struct feed_row *r, struct error *e FW_UNUSED)
{
    struct gathering *g = ctx;

    if (g->open && g->c.zone_id != r->zone_id)
        gathering_end(g);
    if (!g->open)
        gathering_begin(g, r);
    if (r->has_row && !g->deleted)
        gathering_row(g, &r->row);
    return OK;
}

/* Reads zones first..last, of which only rows above the version are wanted, and puts them in. */
static enum status zones_read(struct feed *f, uint64_t first, uint64_t last, uint64_t above, struct error *e)
{
    struct gathering g = {.f = f};
    enum status s = feed_db_rows(f->db, first, last, above, take_row, &g, e);

    if (s == OK)
        gathering_end(&g); /* cut off by an error the last zone may lack rows */
    arena_reset(&f->zone_arena);
    return s;
}

/* ---- comparing versions --------------------------------------------------------------------------------------- */

static void went_backwards(struct feed *f, const struct zone *z, uint64_t version)
{
    struct dns_name name;

    owner_dns_name(z->apex, &name);
    stuck_add(f, z->id, version, dns_name_text(&f->zone_arena, &name, false),
        "the database is older than what is served (restored from a copy?); keeping the newer. To follow the database, "
        "stop, "
        "remove the snapshot, start");
}

static bool zone_needs_rows(struct feed *f, const struct feed_zone *there)
{
    struct zone *z = store_zone(f->st, there->id);

    if (there->changed > f->newest)
        f->newest = there->changed;
    if (there->deleted) {
        zone_gone(f, there->id, there->version);
        return false;
    }
    if (z == NULL)
        return !stuck_waits(f, there->id, there->version);
    z->swept = f->sweep;
    if (there->version < z->version)
        went_backwards(f, z, there->version);
    else if (there->version == z->version && z->reported != z->version)
        report(f, z->id, z->version);
    return there->version > z->version && !stuck_waits(f, there->id, there->version);
}

static enum status zone_update(struct feed *f, const struct feed_zone *there, struct error *e)
{
    const struct zone *z = store_zone(f->st, there->id);

    TRY(zones_read(f, there->id, there->id, z != NULL ? z->version : 0, e));
    if (f->now - there->changed > 0)
        f->lag_us = f->now - there->changed;
    return OK;
}

/* The one served goes when its row says so; then the other comes in. */
static enum status rival_settle(struct feed *f, struct rival r, struct error *e)
{
    struct feed_zone *zones;
    size_t n;

    TRY(feed_db_zones(f->db, &f->arena, r.served - 1, &zones, &n, e));
    if (n > 0 && zones[0].id == r.served && zones[0].deleted) {
        zone_gone(f, r.served, zones[0].version);
        return zones_read(f, r.coming, r.coming, 0, e);
    }
    stuck_add(f, r.coming, r.version, r.name, "another zone of this name is served, and is not deleted");
    return OK;
}

static enum status rivals_settle(struct feed *f, struct error *e)
{
    size_t n = f->rivals_n;
    enum status s = OK;

    for (size_t i = 0; i < n && s == OK; i++)
        s = rival_settle(f, f->rivals[i], e);
    f->rivals_n = 0;
    return s;
}

/* Those of a page that differ. Many that are not here at all are read together. */
static enum status page_update(struct feed *f, const struct feed_zone *zones, size_t n, bool by_id, struct error *e)
{
    bool *wanted = ARENA_ARRAY(&f->arena, n + 1, bool);
    size_t missing = 0;

    for (size_t i = 0; i < n; i++) {
        wanted[i] = zone_needs_rows(f, &zones[i]);
        missing += wanted[i] && store_zone(f->st, zones[i].id) == NULL;
    }
    if (by_id && missing >= LOAD_TOGETHER && missing * 2 > n)
        TRY(zones_read(f, zones[0].id, zones[n - 1].id, 0, e));
    for (size_t i = 0; i < n; i++) {
        const struct zone *z = store_zone(f->st, zones[i].id);

        if (wanted[i] && (z == NULL || z->version < zones[i].version) && !stuck_waits(f, zones[i].id, zones[i].version))
            TRY(zone_update(f, &zones[i], e));
    }
    TRY(rivals_settle(f, e));
    (void)epoch_reclaim(&f->st->epochs);
    return OK;
}

static enum status reports_write(struct feed *f, struct error *e)
{
    size_t done = 0;

    while (done < f->reports_n) {
        size_t n = f->reports_n - done < SERVED_BATCH ? f->reports_n - done : SERVED_BATCH;

        TRY(feed_db_served(f->db, f->s.server.id, f->now, f->reports + done, n, e));
        for (size_t i = 0; i < n; i++) {
            struct zone *z = store_zone(f->st, f->reports[done + i].zone_id);

            if (z != NULL)
                z->reported = f->reports[done + i].version;
        }
        done += n;
    }
    f->reports_n = 0;
    return OK;
}

static enum status changes_pass(struct feed *f, bool woken, struct error *e)
{
    time_us from = f->newest - (woken ? FEED_OVERLAP_WAKE_US : FEED_OVERLAP_POLL_US);
    uint64_t id = 0;
    size_t n;

    do {
        struct feed_zone *zones;

        TRY(feed_db_changed(f->db, &f->arena, from, id, &zones, &n, e));
        TRY(page_update(f, zones, n, false, e));
        TRY(reports_write(f, e));
        if (n > 0) {
            from = zones[n - 1].changed;
            id = zones[n - 1].id;
        }
    } while (n == FEED_PAGE);
    return OK;
}

/* What is served, and was not seen in a whole sweep, has no row any more. Rows are never removed: so this database is
 * not the one, or is an older copy. */
static void sweep_end(struct feed *f)
{
    struct map_node *node = NULL;
    size_t pos = 0, missing = 0;

    while ((node = map_walk(&f->st->zones_by_id, &pos, node)) != NULL)
        missing += MAP_ITEM(node, struct zone, by_id)->swept != f->sweep;
    if (missing > 0 && missing != f->missing)
        log_event(LOG_ERROR, "feed", NULL,
            "%zu zones are served that the database does not have (an older copy?); they stay as they are. To follow "
            "the "
            "database, stop, remove the snapshot, start",
            missing);
    f->missing = missing;
    f->sweep++;
    f->sweep_at = 0;
    f->swept_whole = true;
}

static enum status sweep_page(struct feed *f, struct error *e)
{
    struct feed_zone *zones;
    size_t n;

    TRY(feed_db_zones(f->db, &f->arena, f->sweep_at, &zones, &n, e));
    TRY(page_update(f, zones, n, true, e));
    TRY(reports_write(f, e));
    if (n < FEED_PAGE)
        sweep_end(f);
    else
        f->sweep_at = zones[n - 1].id;
    arena_reset(&f->arena);
    return OK;
}

/* ---- the connection ---------------------------------------------------------------------------------------------- */

/* Behind the connection may be another copy of the database: the sweep tells it everything again. */
static void reports_again(struct feed *f)
{
    struct map_node *node = NULL;
    size_t pos = 0;

    while ((node = map_walk(&f->st->zones_by_id, &pos, node)) != NULL)
        MAP_ITEM(node, struct zone, by_id)->reported = 0;
}

static enum status connect_db(struct feed *f, struct error *e)
{
    if (f->db != NULL)
        return OK;
    if (f->now < f->retry_at)
        return error_set(e, UNAVAILABLE, "db-pause", "waiting before the next attempt to connect");
    TRY(db_open(&f->s.db, &f->db, e));
    TRY(feed_db_register(f->db, &f->s.server, f->now, e));
    if (f->st->zones_by_id.n == 0)
        TRY(feed_db_serves_nothing(f->db, f->s.server.id, e));
    f->seen_at = f->now;
    reports_again(f);
    log_event(LOG_INFO, "feed", NULL, "connected to the database");
    return OK;
}

static void connection_failed(struct feed *f, const struct error *e)
{
    if (f->now < f->retry_at)
        return;
    if (!f->down_logged)
        log_event(LOG_WARN, "feed", NULL, "%s; what is served stays as it is", e->text);
    f->down_logged = true;
    db_close(&f->db);
    f->backoff = f->backoff == 0 ? BACKOFF_FIRST_US : f->backoff * 2;
    if (f->backoff > BACKOFF_MAX_US)
        f->backoff = BACKOFF_MAX_US;
    f->retry_at = f->now + f->backoff;
}

static enum status seen_write(struct feed *f, struct error *e)
{
    enum status s = feed_db_seen(f->db, f->s.server.id, f->now, f->lag_us, e);

    f->seen_at = f->now;
    return s == NOT_FOUND ? feed_db_register(f->db, &f->s.server, f->now, e) : s;
}

static enum status pass_steps(struct feed *f, bool woken, struct error *e)
{
    bool only_newest = woken && f->now - f->polled_at < f->s.poll_ms * INT64_C(1000);

    TRY(connect_db(f, e));
    if (f->swept_whole)
        TRY(changes_pass(f, only_newest, e));
    if (f->swept_whole && only_newest)
        return OK;
    f->polled_at = f->now;
    do {
        TRY(sweep_page(f, e));
    } while (!f->swept_whole);
    return f->now - f->seen_at < SEEN_INTERVAL_US ? OK : seen_write(f, e);
}

enum status feed_pass(struct feed *f, bool woken, time_us now, struct error *e)
{
    enum status s;

    f->now = now;
    s = pass_steps(f, woken, e);
    arena_reset(&f->arena);
    (void)epoch_reclaim(&f->st->epochs);
    count_feed(s == OK, f->lag_us);
    count_store(f->st);
    count_zones_stuck(f->stuck.n + f->missing);
    if (s == OK) {
        f->backoff = 0;
        f->down_logged = false;
        if (f->swept_whole)
            atomic_store(&f->ready, true);
    } else if (s != CONFLICT) {
        connection_failed(f, e);
    }
    return s;
}

void feed_snapshot(struct feed *f, bool force, time_us now)
{
    struct error e;
    enum status s;

    if (f->s.snapshot == NULL || f->st->changes == f->snapshot_changes || !feed_ready(f))
        return;
    if (!force && now - f->snapshot_at < f->s.snapshot_interval_us)
        return;
    f->snapshot_at = now;
    s = snapshot_write(f->st, f->s.snapshot, now, &e);
    count_snapshot(s == OK, now);
    if (s == OK)
        f->snapshot_changes = f->st->changes;
    else
        log_event(LOG_ERROR, "snapshot", NULL, "%s", e.text);
}

static bool stopping(int stop_fd)
{
    struct pollfd p = {.fd = stop_fd, .events = POLLIN};

    return poll(&p, 1, 0) > 0;
}

/* Until the next poll, a wake-up, or the stop; meanwhile old memory goes as readers pass. true: woken. */
static bool feed_wait(struct feed *f, int stop_fd)
{
    int left = f->s.poll_ms;

    while (left > RECLAIM_MS && epoch_reclaim(&f->st->epochs)) {
        if (net_wait_wake(f->notify_fd, stop_fd, RECLAIM_MS))
            return true;
        if (stopping(stop_fd))
            return false;
        left -= RECLAIM_MS;
    }
    return net_wait_wake(f->notify_fd, stop_fd, left);
}

void feed_run(struct feed *f, int stop_fd)
{
    bool woken = false;

    while (!stopping(stop_fd)) {
        time_us now = clock_now();
        struct error e;

        if (feed_pass(f, woken, now, &e) == CONFLICT)
            log_event(LOG_INFO, "feed", NULL, "%s; again with the next pass", e.text);
        feed_snapshot(f, false, now);
        woken = feed_wait(f, stop_fd);
    }
    feed_snapshot(f, true, clock_now());
}
