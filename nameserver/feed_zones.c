#include "base/log.h"
#include "nameserver/counts.h"
#include "nameserver/feed_impl.h"
#include "nameserver/mem.h"

#define STUCK_RETRY_US (5 * US_PER_S)
#define LOAD_TOGETHER 4 /* zones missing in a page from which on the page's rows are read with one query */

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

static void zone_report(struct feed *f, const struct zone *z)
{
    report_add(&f->reports, (struct served_report){.zone_id = z->id, .version = z->version});
}

static bool stuck_waits(const struct feed *f, uint64_t id, uint64_t version)
{
    const struct stuck *k = stuck_find(f, id);

    return k != NULL && k->version == version && still_waits(f->now, k->retry_at, STUCK_RETRY_US);
}

/* ---- putting zones in ---------------------------------------------------------------------------------------- */

/* The zone whose rows are coming in. */
struct gathering {
    struct feed *f;
    bool open, deleted;
    bool whole; /* all its rows come, not only those that are new here */
    bool parted; /* since what is served is of another line */
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
    if (f->log != NULL)
        changelog_removal(f->log, id);
    count_changes(1);
    report_add(&f->reports, (struct served_report){.zone_id = id, .version = version, .removal = true});
}

static int row_compare(const void *a, const void *b)
{
    const struct change_row *x = a, *y = b;
    int order = str_cmp(x->owner, y->owner);

    return order != 0 ? order : (x->type > y->type) - (x->type < y->type);
}

static struct change_row *row_add(struct gathering *g)
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
    return &g->c.rows[g->c.n++];
}

/* What is served and has no row at all goes: the rows are of another line than what is served. */
static void rows_complete(struct gathering *g)
{
    struct zone *z = store_zone(g->f->st, g->c.zone_id);
    size_t n = g->c.n;

    if (n == 0 || z == NULL)
        return;
    zone_open(g->f->st, z);
    qsort(g->c.rows, n, sizeof(*g->c.rows), row_compare);
    for (const struct owner *o = z->apex; o != NULL; o = zone_owner_next(z, o)) {
        for (const struct record_set *s = o->sets; s != NULL; s = s->next) {
            struct change_row gone = {.owner = owner_name(o), .type = s->type, .deleted = true};

            if (bsearch(&gone, g->c.rows, n, sizeof(gone), row_compare) != NULL)
                continue;
            gone.owner = str_dup(&g->f->zone_arena, gone.owner);
            *row_add(g) = gone;
        }
    }
    store_rest(g->f->st);
}

static void change_apply(struct feed *f, const struct change *c, struct str name)
{
    struct zone *z = store_zone(f->st, c->zone_id);
    uint64_t base = z != NULL ? z->version : 0;
    struct error e;
    enum status s;

    if (z != NULL && (c->other_line ? c->version < base : c->version <= base))
        return; /* came along with others of its page */
    s = store_apply(f->st, c, &e);
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
    if (f->log != NULL)
        changelog_change(f->log, c, base);
    z = store_zone(f->st, c->zone_id);
    z->swept = f->sweep;
    if (c->other_line)
        z->reported = 0; /* what was reported under this version was something else */
    if (z->reported != z->version) {
        zone_report(f, z);
        count_changes(1);
    }
}

static bool served_at(const struct feed *f, const struct change *c)
{
    const struct zone *z = store_zone(f->st, c->zone_id);

    return z != NULL && z->version == c->version;
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
    else {
        if (g->whole)
            rows_complete(g);
        g->c.other_line = g->parted && served_at(f, &g->c);
        change_apply(f, &g->c, g->name);
    }
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
    struct change_row *row = row_add(g);

    *row = *r;
    row->owner = str_dup(&g->f->zone_arena, r->owner);
    row->data = str_dup(&g->f->zone_arena, r->data);
}

static enum status take_row(void *ctx, const struct feed_row *r, struct error *e FW_UNUSED)
{
    struct gathering *g = ctx;

    g->f->rows_read += r->has_row;
    if (g->open && g->c.zone_id != r->zone_id)
        gathering_end(g);
    if (!g->open)
        gathering_begin(g, r);
    if (r->has_row && !g->deleted)
        gathering_row(g, &r->row);
    return OK;
}

/* Reads zones first..last, of which only rows above the version are wanted, and puts them in. */
static enum status zones_read(
    struct feed *f, uint64_t first, uint64_t last, uint64_t above, bool parted, struct error *e)
{
    struct gathering g = {.f = f, .whole = above == 0, .parted = parted};
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

    zone_dns_name(z, &name);
    stuck_add(f, z->id, version, dns_name_text(&f->zone_arena, &name, false),
        "the database is older than what is served (restored from a copy?); keeping the newer until a version comes "
        "that "
        "is newer still. To follow the database at once, stop, remove the snapshots and logs, start");
    stuck_find(f, z->id)->behind = true;
}

/* Whether this database's versions of the zone may stand for other changes than those that led to what is served. Once the
 * zone was told to it, they do not. */
static bool line_parted(const struct feed *f, const struct zone *z, const struct feed_zone *there)
{
    const struct stuck *k = stuck_find(f, there->id);

    return (k != NULL && k->behind) || (f->line_newest > 0 && z->reported == 0 && there->changed > f->line_newest);
}

static bool zone_needs_rows(struct feed *f, const struct feed_zone *there)
{
    struct zone *z = store_zone(f->st, there->id);
    bool parted;

    if (there->changed > f->newest) {
        f->newest = there->changed;
        f->newest_at = f->now;
    }
    if (there->deleted) {
        zone_gone(f, there->id, there->version);
        return false;
    }
    if (z == NULL)
        return !stuck_waits(f, there->id, there->version);
    z->swept = f->sweep;
    if (there->version < z->version) {
        went_backwards(f, z, there->version);
        return false;
    }
    parted = line_parted(f, z, there);
    if (there->version == z->version && !parted && z->reported != z->version)
        zone_report(f, z);
    return (there->version > z->version || parted) && !stuck_waits(f, there->id, there->version);
}

static enum status zone_update(struct feed *f, const struct feed_zone *there, struct error *e)
{
    const struct zone *z = store_zone(f->st, there->id);
    bool parted = z != NULL && line_parted(f, z, there);

    TRY(zones_read(f, there->id, there->id, z == NULL || parted ? 0 : z->version, parted, e));
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
        return zones_read(f, r.coming, r.coming, 0, false, e);
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
enum status feed_page_update(struct feed *f, const struct feed_zone *zones, size_t n, bool by_id, struct error *e)
{
    bool *wanted = ARENA_ARRAY(&f->arena, n + 1, bool);
    size_t missing = 0;

    for (size_t i = 0; i < n; i++) {
        wanted[i] = zone_needs_rows(f, &zones[i]);
        missing += wanted[i] && store_zone(f->st, zones[i].id) == NULL;
    }
    if (by_id && missing >= LOAD_TOGETHER && missing * 2 > n)
        TRY(zones_read(f, zones[0].id, zones[n - 1].id, 0, false, e));
    for (size_t i = 0; i < n; i++) {
        const struct zone *z = store_zone(f->st, zones[i].id);

        if (wanted[i] && (z == NULL || z->version < zones[i].version || line_parted(f, z, &zones[i])) &&
            !stuck_waits(f, zones[i].id, zones[i].version))
            TRY(zone_update(f, &zones[i], e));
    }
    TRY(rivals_settle(f, e));
    (void)epoch_reclaim(&f->st->epochs);
    return OK;
}

void feed_stuck_clear(struct feed *f)
{
    struct map_node *node;
    size_t pos;

    while (pos = 0, (node = map_walk(&f->stuck, &pos, NULL)) != NULL) {
        map_remove(&f->stuck, node);
        mem_free(MAP_ITEM(node, struct stuck, by_id));
    }
    map_clear(&f->stuck);
}
