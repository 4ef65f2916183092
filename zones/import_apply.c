/* What differs between a file and the zone becomes rows, in one transaction. */
#include "dns/soa.h"
#include "zones/delegation.h"
#include "zones/import_impl.h"
#include "zones/sort.h"
#include "zones/sync.h"

struct apply {
    struct import *m;
    struct db *db;
    struct str origin;
    time_us now;
    const struct delegation_set *drawn; /* for a zone that is to be made; NULL: where it is not, or only tried */
    struct zone zone; /* version: the one before */
    bool fresh; /* made here and now: nobody has seen its serial */
    struct import_row rows[IMPORT_BATCH]; /* to be written */
    size_t rows_n;
    const struct import_set **aliases; /* to be written */
    size_t aliases_n;
    struct str own_soa; /* packed */
    uint32_t own_soa_ttl;
    struct arena page;
    struct zone_import_done done;
};

/* ---- rows ------------------------------------------------------------ */

static enum status rows_flush(struct apply *x, struct error *e)
{
    size_t n = x->rows_n;
    x->rows_n = 0;
    return import_db_write(x->db, x->zone.id, x->zone.version + 1, x->rows, n, e);
}

static enum status row_put(struct apply *x, const struct import_row *row, struct error *e)
{
    if (x->rows_n == IMPORT_BATCH)
        TRY(rows_flush(x, e));
    x->rows[x->rows_n++] = *row;
    return OK;
}

static void show(struct apply *x, char sign, struct str owner, uint16_t type)
{
    const struct zone_import_options *o = x->m->o;
    struct dns_name name;
    if (o->show == NULL)
        return;
    name = import_name(owner);
    o->show(o->show_ctx, sign, &name, type);
}

/* '+': it is not there; '=': it is, and differs. */
static enum status put_set(struct apply *x, char sign, const struct import_set *s, struct error *e)
{
    *(sign == '+' ? &x->done.added : &x->done.differing) += 1;
    show(x, sign, s->owner, s->type);
    if (!str_is_null(s->target)) {
        x->aliases[x->aliases_n++] = s;
        return OK;
    }
    return row_put(x,
        &(struct import_row){.key = s->key, .owner = s->owner, .packed = s->packed, .type = s->type, .ttl = s->ttl}, e);
}

static enum status put_tombstone(struct apply *x, const struct import_row *row, struct error *e)
{
    struct import_row gone = *row;
    x->done.removed++;
    show(x, '-', row->owner, row->type);
    gone.deleted = true;
    return row_put(x, &gone, e);
}

/* ---- the difference: both sides come in the same order ---------------------------------------- */

static int set_compare(const struct import_set *s, const struct import_row *row)
{
    int d = str_cmp(s->key, row->key);
    return d != 0 ? d : (int)s->type - (int)row->type;
}

static bool set_same(const struct import_set *s, const struct import_row *row)
{
    if (!str_is_null(s->target) || !str_is_null(row->target))
        return !str_is_null(s->target) && !str_is_null(row->target) && str_eq(s->target, row->target) &&
               row->external == s->external && !row->astray;
    return s->ttl == row->ttl && str_eq(s->packed, row->packed);
}

/* SOA and NS of the zone: not in the list of sets. */
static bool own_row(struct apply *x, const struct import_row *row)
{
    const struct import *m = x->m;
    if (row->owner.n != m->apex.len || (row->type != DNS_SOA && row->type != DNS_NS))
        return false;
    if (row->type == DNS_SOA) {
        x->own_soa = str_dup(m->a, row->packed);
        x->own_soa_ttl = row->ttl;
    } else {
        x->done.ns_ignored = m->ns != NULL && !str_eq(m->ns->packed, row->packed);
    }
    return true;
}

static enum status merge_row(struct apply *x, const struct import_row *row, size_t *at, struct error *e)
{
    const struct import *m = x->m;
    if (own_row(x, row))
        return OK;
    while (*at < m->n && set_compare(&m->sets[*at], row) < 0)
        TRY(put_set(x, '+', &m->sets[(*at)++], e));
    if (*at == m->n || set_compare(&m->sets[*at], row) != 0)
        return put_tombstone(x, row, e);
    const struct import_set *s = &m->sets[(*at)++];
    return set_same(s, row) ? OK : put_set(x, '=', s, e);
}

static enum status merge(struct apply *x, struct error *e)
{
    const struct import *m = x->m;
    struct str key = STR("");
    uint16_t type = 0;
    struct import_row *rows;
    size_t n, at = 0;
    do {
        TRY(import_db_page(x->db, &x->page, x->zone.id, key, type, &rows, &n, e));
        for (size_t i = 0; i < n; i++)
            TRY(merge_row(x, &rows[i], &at, e));
        TRY(rows_flush(x, e)); /* tombstones have their names in the page */
        if (n > 0) {
            key = str_dup(m->a, rows[n - 1].key);
            type = rows[n - 1].type;
        }
        arena_reset(&x->page);
    } while (n == IMPORT_PAGE);
    while (at < m->n)
        TRY(put_set(x, '+', &m->sets[at++], e));
    return OK;
}

/* ---- aliases: by the machinery of single changes, whose rules reach into other zones ------------ */

static enum status alias_refused(struct apply *x, const struct import_set *s, struct error *e)
{
    if (e->status != INVALID || s == NULL)
        return e->status;
    import_blame(x->m, s, false, e);
    error_clear(e);
    return OK;
}

/* One that is not said to lead elsewhere leads to a zone here. That this zone may only be missing yet, or be gone, is no
 * reason to send visitors to whoever has the name elsewhere. */
static enum status alias_hosted(struct apply *x, const struct import_set *s, struct error *e)
{
    struct dns_name target = import_name(s->target), owner = import_name(s->owner);
    struct zone z;
    enum status found = s->external ? OK : zone_find_enclosing(x->db, x->m->a, &target, ZONE_ANY_ACCOUNT, &z, e);
    if (found != NOT_FOUND)
        return found;
    struct str label = record_label(x->m->a, &owner, s->type), to = dns_name_text(x->m->a, &target, false);
    return error_set(e, INVALID, "alias-not-hosted",
        "%.*s: the alias target %.*s is in no zone hosted here; an alias to a name elsewhere has (elsewhere) behind it",
        STR_ARG(label), STR_ARG(to));
}

static enum status alias_apply(struct apply *x, struct view *v, const struct import_set *s, struct error *e)
{
    if (alias_hosted(x, s, e) != OK)
        return alias_refused(x, s, e);
    struct change_op op = {
        .kind = CHANGE_SET, .alias = true, .target = import_name(s->target), .external = s->external};
    struct dns_name owner = import_name(s->owner);
    dns_rrset_init(&op.set, &owner, s->type, 0);
    return change_apply(v, &op, e) == OK ? OK : alias_refused(x, s, e);
}

static const struct import_set *alias_of(struct apply *x, const struct view_set *blamed)
{
    for (size_t i = 0; blamed != NULL && i < x->aliases_n; i++)
        if (x->aliases[i]->type == blamed->now.type && str_eq(x->aliases[i]->owner, dns_name_wire(&blamed->now.owner)))
            return x->aliases[i];
    return NULL;
}

static enum status put_aliases(struct apply *x, struct error *e)
{
    struct import *m = x->m;
    struct zone z = x->zone;
    z.version++;
    TRY(rows_flush(x, e)); /* aliases are held against what they lead to */
    struct view *v = view_new(m->a, x->db, &z);
    for (size_t i = 0; i < x->aliases_n; i++)
        TRY(alias_apply(x, v, x->aliases[i], e));
    if (m->report->errors == 0) {
        TRY(view_write(v, e));
        v->blamed = NULL;
        if (change_check_written(v, e) != OK)
            TRY(alias_refused(x, alias_of(x, v->blamed), e));
    }
    dns_master_report_sort(m->report);
    return dns_master_report_status(m->report, e);
}

/* ---- the SOA ------------------------------------------------------------ */

static struct dns_soa soa_of(struct str packed)
{
    struct dns_soa soa;
    INVARIANT(packed.n > 2 && dns_soa_read(str_n(packed.p + 2, packed.n - 2), &soa));
    return soa;
}

/* The SOA to publish; *changed_r: it is another than the zone's, also where nothing else changes. */
static struct dns_soa soa_next(struct apply *x, uint32_t *ttl_r, bool *changed_r)
{
    const struct import *m = x->m;
    struct dns_soa own = soa_of(x->own_soa), soa = own;
    *ttl_r = x->own_soa_ttl;
    if (m->o->keep_soa) {
        soa = soa_of(m->soa->packed);
        *ttl_r = m->soa->ttl;
    }
    bool newer = x->fresh || dns_serial_newer(soa.serial, own.serial);
    uint32_t wanted = soa.serial;
    soa.serial = own.serial;
    *changed_r = (m->o->keep_soa && newer && wanted != own.serial) || *ttl_r != x->own_soa_ttl ||
                 !str_eq(dns_soa_build(m->a, &soa), str_n(x->own_soa.p + 2, x->own_soa.n - 2));
    soa.serial = m->o->keep_soa && x->fresh && wanted != 0 ? wanted : dns_serial_next(own.serial, wanted);
    return soa;
}

static enum status soa_put(struct apply *x, const struct dns_soa *soa, uint32_t ttl, struct error *e)
{
    struct import *m = x->m;
    struct buf packed;
    struct str rdata = dns_soa_build(m->a, soa);
    buf_in(&packed, m->a, DNS_PACKED_MAX);
    buf_u16(&packed, (uint16_t)rdata.n);
    buf_str(&packed, rdata);
    return row_put(x,
        &(struct import_row){.key = sort_key(m->a, &m->apex),
            .owner = dns_name_wire(&m->apex),
            .packed = buf_view(&packed),
            .type = DNS_SOA,
            .ttl = ttl},
        e);
}

/* ---- the transaction ------------------------------------------------------------ */

static enum status publish(struct apply *x, const struct dns_soa *soa, uint32_t ttl, struct error *e)
{
    struct zone *z = &x->zone;
    int64_t change_id;
    size_t changes = x->done.added + x->done.differing + x->done.removed;
    TRY(soa_put(x, soa, ttl, e));
    TRY(rows_flush(x, e));
    z->version++;
    z->serial = soa->serial;
    z->rrsets = (int64_t)x->m->n + 2;
    z->changed = x->now;
    TRY(zone_db_update(x->db, z, e));
    if (z->rrsets + ZONE_RRSETS_MAX / 2 > z->rrsets_max)
        TRY(import_db_room(x->db, z->id, z->rrsets + ZONE_RRSETS_MAX, e));
    return zone_change_db_insert(
        x->db, z, x->m->o->account_id, x->now, changes, STR("imported from a zone file"), &change_id, e);
}

static enum status take_zone(struct apply *x, struct error *e)
{
    const struct zone_import_options *o = x->m->o;
    struct zone_new want = {
        .account_id = o->account_id, .name = x->origin, .delegation_set_id = o->delegation_set_id, .drawn = x->drawn};
    TRY(zone_create(x->db, x->m->a, &want, x->now, &x->zone, &x->fresh, e));
    int64_t id = x->zone.id;
    enum status s = zone_db_lock(x->db, x->m->a, id, &x->zone, e);
    if (s == NOT_FOUND)
        return error_set(e, CONFLICT, "db-retry", "%.*s has just been deleted", STR_ARG(x->origin));
    return s;
}

static enum status apply_locked(struct apply *x, struct error *e)
{
    bool soa_changed;
    uint32_t ttl;
    x->rows_n = x->aliases_n = 0;
    x->done = (struct zone_import_done){.records = x->m->records, .rrsets = x->m->n};
    TRY(take_zone(x, e));
    TRY(merge(x, e));
    if (x->aliases_n > 0)
        TRY(put_aliases(x, e));
    struct dns_soa soa = soa_next(x, &ttl, &soa_changed);
    x->done.created = x->fresh;
    x->done.changed = soa_changed || x->done.added + x->done.differing + x->done.removed > 0;
    if (x->done.changed)
        TRY(publish(x, &soa, ttl, e));
    x->done.zone_id = x->zone.id;
    x->done.version = x->zone.version;
    x->done.serial = x->zone.serial;
    return OK;
}

static enum status apply_run(struct db *db FW_UNUSED, void *ctx, struct error *e)
{
    struct apply *x = ctx;
    arena_init(&x->page, 0);
    enum status s = apply_locked(x, e);
    arena_clear(&x->page);
    return s;
}

static enum status apply_undone(struct apply *x, struct error *e)
{
    TRY(db_begin(x->db, e));
    enum status s = apply_run(x->db, x, e);
    db_abort(x->db);
    return s;
}

/* Ahead of the transaction: nobody else could make a zone until the whole file is written. A set that then is not used is
 * one of very many. A dry run leaves nothing behind, so it does not. */
static enum status draw_ahead(struct apply *x, struct error *e)
{
    const struct zone_import_options *o = x->m->o;
    struct delegation_set *set = ARENA_NEW(x->m->a, struct delegation_set);
    struct zone z;
    if (o->dry_run || o->delegation_set_id != 0)
        return OK;
    enum status s = zone_find(x->db, x->m->a, x->origin, ZONE_ANY_ACCOUNT, &z, e);
    if (s != NOT_FOUND)
        return s;
    error_clear(e);
    x->drawn = set;
    return delegation_set_draw(x->db, x->m->a, x->now, set, e);
}

enum status import_apply(
    struct import *m, struct db *db, struct str origin, time_us now, struct zone_import_done *done_r, struct error *e)
{
    struct apply *x = ARENA_NEW(m->a, struct apply);
    *x = (struct apply){.m = m, .db = db, .origin = origin, .now = now};
    x->aliases = ARENA_ARRAY(m->a, m->n, const struct import_set *);
    TRY(draw_ahead(x, e));
    TRY(m->o->dry_run ? apply_undone(x, e) : db_transaction(db, apply_run, x, e));
    *done_r = x->done;
    if (!m->o->dry_run && (x->done.changed || x->done.created))
        zone_wake(db, x->done.zone_id);
    return OK;
}
