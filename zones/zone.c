#include "zones/zone.h"

#include "dns/soa.h"
#include "zones/delegation.h"
#include "zones/sort.h"
#include "zones/sync.h"
#include "zones/zone_db.h"

/* What a fresh zone's SOA says, beside ZONE_SOA_TTL. */
enum { SOA_REFRESH = 7200, SOA_RETRY = 900, SOA_EXPIRE = 1209600, SOA_MINIMUM = 86400 };

static bool zone_char(char c)
{
    return ascii_is_alnum(c) || c == '-' || c == '_' || c == '/';
}

static enum status name_bad(struct str text, const char *why, struct error *e)
{
    return error_set(e, INVALID, "zone-name", "\"%.*s\" cannot be a zone's name: %s",
        (int)(text.n < 260 ? text.n : 260), text.p != NULL ? text.p : "", why);
}

enum status zone_name_parse(
    struct arena *a, struct str text, struct str *text_r, struct dns_name *apex_r, struct error *e)
{
    struct dns_name name;
    struct str t = str_trim(text);
    if (dns_name_parse(t, NULL, &name, e) != OK) {
        struct error why = *e;
        return name_bad(t, why.text, e);
    }
    if (name.labels < 2)
        return name_bad(t, "it needs at least two labels, as in shop.example", e);
    for (unsigned l = 0; l < name.labels; l++) {
        struct str label = dns_name_label(&name, l);
        for (size_t i = 0; i < label.n; i++)
            if (!zone_char(label.p[i]))
                return name_bad(t, "only letters, digits, '-', '_' and '/' may stand in it", e);
    }
    dns_name_lower(&name);
    if (text_r != NULL)
        *text_r = dns_name_text(a, &name, false);
    if (apex_r != NULL)
        *apex_r = name;
    return OK;
}

static enum status zone_missing(struct str name, struct error *e)
{
    return error_set(e, NOT_FOUND, "zone", "there is no hosted zone %.*s", STR_ARG(name));
}

static enum status zone_checked(
    enum status found, const struct zone *z, int64_t account_id, struct str name, struct error *e)
{
    if (found == NOT_FOUND || (found == OK && account_id != ZONE_ANY_ACCOUNT && z->account_id != account_id))
        return zone_missing(name, e);
    return found;
}

enum status zone_find(
    struct db *db, struct arena *a, struct str name, int64_t account_id, struct zone *zone_r, struct error *e)
{
    struct str text;
    TRY(zone_name_parse(a, name, &text, NULL, e));
    return zone_checked(zone_db_find(db, a, text, zone_r, e), zone_r, account_id, text, e);
}

enum status zone_find_id(
    struct db *db, struct arena *a, int64_t id, int64_t account_id, struct zone *zone_r, struct error *e)
{
    struct str text = str_printf(a, "number %lld", (long long)id);
    return zone_checked(zone_db_find_id(db, a, id, zone_r, e), zone_r, account_id, text, e);
}

enum status zone_find_enclosing(struct db *db, struct arena *a, const struct dns_name *name, int64_t account_id,
    struct zone *zone_r, struct error *e)
{
    struct str text = dns_name_text(a, name, false);
    struct dns_name at = *name;
    dns_name_lower(&at);
    for (; at.labels >= 2; dns_name_strip(&at, 1, &at)) {
        enum status s = zone_db_find(db, a, dns_name_text(a, &at, false), zone_r, e);
        if (s != NOT_FOUND)
            return zone_checked(s, zone_r, account_id, text, e);
    }
    return error_set(e, NOT_FOUND, "zone", "no zone hosted here contains %.*s", STR_ARG(text));
}

enum status zone_list(struct db *db, struct arena *a, int64_t account_id, struct str after, size_t limit,
    struct zone_list *list_r, struct error *e)
{
    struct str key = STR("");
    if (limit < 1 || limit > ZONE_LIST_MAX)
        return error_set(e, INVALID, "zone-list-limit", "a list of %zu zones: ask for 1 to %d", limit, ZONE_LIST_MAX);
    if (!str_empty(after)) {
        struct dns_name name;
        TRY(zone_name_parse(a, after, NULL, &name, e));
        key = sort_key(a, &name);
    }
    return zone_db_list(db, a, account_id, key, limit, list_r, e);
}

/* ---- making one ------------------------------------------------------------ */

struct create {
    const struct zone_new *n;
    struct arena *a;
    time_us now;
    struct zone zone;
    bool created;
};

static enum status zone_taken(struct str name, struct error *e)
{
    return error_set(e, DENIED, "zone-taken",
        "%.*s cannot be hosted for this account: it, a name above it or a name below it is hosted for another one",
        STR_ARG(name));
}

/* Locking reads after the insert: of two accounts that make overlapping zones at the same time one waits
 * for the other, or both do and the database makes one of them start again. */
static enum status create_check_overlap(struct db *db, struct create *c, struct error *e)
{
    bool foreign = false;
    struct dns_name at = c->zone.apex;
    for (dns_name_strip(&at, 1, &at); at.labels >= 2 && !foreign; dns_name_strip(&at, 1, &at))
        TRY(zone_db_foreign_at(db, c->a, dns_name_text(c->a, &at, false), c->n->account_id, &foreign, e));
    if (!foreign)
        TRY(zone_db_foreign_below(db, c->a, &c->zone.apex, c->n->account_id, &foreign, e));
    return foreign ? zone_taken(c->zone.name, e) : OK;
}

static enum status create_pick_set(struct db *db, struct create *c, struct error *e)
{
    struct delegation_set set;
    if (c->n->drawn != NULL)
        set = *c->n->drawn;
    else if (c->n->delegation_set_id != 0)
        TRY(delegation_set_find(db, c->a, c->n->delegation_set_id, c->n->account_id, &set, e));
    else
        TRY(delegation_set_draw(db, c->a, c->now, &set, e));
    c->zone.delegation_set_id = set.id;
    for (size_t i = 0; i < ZONE_NS_COUNT; i++)
        c->zone.ns[i] = set.host[i];
    return OK;
}

static enum status create_soa(struct create *c, struct str *rdata_r, struct error *e)
{
    struct dns_soa soa = {
        .serial = c->zone.serial,
        .refresh = SOA_REFRESH,
        .retry = SOA_RETRY,
        .expire = SOA_EXPIRE,
        .minimum = SOA_MINIMUM,
    };
    TRY(dns_name_parse(c->zone.ns[0], NULL, &soa.mname, e));
    if (!str_empty(c->n->rname)) {
        if (dns_name_parse(c->n->rname, NULL, &soa.rname, e) != OK)
            return error_prefix(e, "SOA rname");
    } else {
        dns_name_strip(&soa.mname, 1, &soa.rname);
        TRY(dns_name_prepend(STR("hostmaster"), &soa.rname, &soa.rname, e));
    }
    *rdata_r = dns_soa_build(c->a, &soa);
    return OK;
}

static enum status create_write_set(struct db *db, struct create *c, const struct dns_rrset *set, struct error *e)
{
    struct buf packed;
    buf_in(&packed, c->a, DNS_PACKED_MAX);
    dns_rrset_pack(&packed, set);
    struct rrset_row row = {.owner = set->owner, .type = set->type, .ttl = set->ttl, .packed = buf_view(&packed)};
    return rrset_db_write(db, c->a, c->zone.id, c->zone.version, &row, e);
}

static enum status create_apex(struct db *db, struct create *c, struct error *e)
{
    struct dns_rrset soa, ns;
    struct str rdata;
    dns_rrset_init(&soa, &c->zone.apex, DNS_SOA, ZONE_SOA_TTL);
    TRY(create_soa(c, &rdata, e));
    TRY(dns_rrset_add(c->a, &soa, rdata, e));
    dns_rrset_init(&ns, &c->zone.apex, DNS_NS, ZONE_NS_TTL);
    for (size_t i = 0; i < ZONE_NS_COUNT; i++)
        TRY(dns_rrset_add_text(c->a, &ns, c->zone.ns[i], NULL, e));
    TRY(create_write_set(db, c, &soa, e));
    return create_write_set(db, c, &ns, e);
}

static enum status create_existing(struct create *c, struct error *e)
{
    const struct zone_new *n = c->n;
    if (c->zone.account_id != n->account_id)
        return zone_taken(c->zone.name, e);
    if (n->delegation_set_id != 0 && n->delegation_set_id != c->zone.delegation_set_id)
        return error_set(e, CONFLICT, "zone-delegation-set", "%.*s exists already, with another delegation set",
            STR_ARG(c->zone.name));
    return OK;
}

static enum status create_insert(struct db *db, struct create *c, struct error *e)
{
    struct zone *z = &c->zone;
    z->account_id = c->n->account_id;
    z->version = 1;
    z->serial = 1;
    z->rrsets = 2;
    z->rrsets_max = c->n->rrsets_max > 0 ? c->n->rrsets_max : ZONE_RRSETS_MAX;
    z->created = z->changed = c->now;
    TRY(create_pick_set(db, c, e));
    return zone_db_insert(db, c->a, z, e);
}

static enum status create_rest(struct db *db, struct create *c, struct error *e)
{
    int64_t change_id;
    TRY(create_check_overlap(db, c, e));
    TRY(create_apex(db, c, e));
    c->created = true;
    return zone_change_db_insert(
        db, &c->zone, c->n->account_id, c->now, (size_t)c->zone.rrsets, STR("zone created"), &change_id, e);
}

static enum status create_run(struct db *db, void *ctx, struct error *e)
{
    struct create *c = ctx;
    c->zone = (struct zone){0};
    c->created = false;
    TRY(zone_name_parse(c->a, c->n->name, &c->zone.name, &c->zone.apex, e));
    struct zone fresh = c->zone;
    if (c->n->drawn == NULL) { /* who has drawn already has looked before */
        enum status found = zone_db_find(db, c->a, fresh.name, &c->zone, e);
        if (found != NOT_FOUND)
            return found == OK ? create_existing(c, e) : found;
        error_clear(e);
    }
    c->zone = fresh;
    enum status s = create_insert(db, c, e);
    if (s != EXISTS)
        return s == OK ? create_rest(db, c, e) : s;
    s = zone_db_find(db, c->a, fresh.name, &c->zone, e);
    if (s == NOT_FOUND) /* made by somebody else just now, and not to be seen yet: look again */
        return error_set(e, CONFLICT, "db-retry", "%.*s is being made at the same time", STR_ARG(fresh.name));
    return s == OK ? create_existing(c, e) : s;
}

enum status zone_create(struct db *db, struct arena *a, const struct zone_new *n, time_us now, struct zone *zone_r,
    bool *created_r, struct error *e)
{
    INVARIANT(n->account_id != ZONE_ANY_ACCOUNT);
    struct create c = {.n = n, .a = a, .now = now};
    TRY(zone_transaction(db, create_run, &c, e));
    *zone_r = c.zone;
    if (created_r != NULL)
        *created_r = c.created;
    if (c.created)
        zone_wake(db, c.zone.id);
    return OK;
}

/* ---- taking one away ------------------------------------------------------------ */

struct removal {
    int64_t id, account_id;
    bool force;
    time_us now;
};

static enum status delete_locked(struct db *db, struct arena *a, const struct removal *d, struct error *e)
{
    struct zone z;
    struct str text = str_printf(a, "number %lld", (long long)d->id);
    TRY(zone_checked(zone_db_lock(db, a, d->id, &z, e), &z, d->account_id, text, e));
    if (z.rrsets > 2 && !d->force)
        return error_set(e, CONFLICT, "zone-not-empty",
            "%.*s still has %lld record sets besides SOA and NS of the zone itself: delete them first", STR_ARG(z.name),
            (long long)z.rrsets - 2);
    return zone_db_delete(db, &z, d->now, e);
}

static enum status delete_run(struct db *db, void *ctx, struct error *e)
{
    struct arena a;
    arena_init(&a, 0);
    enum status s = delete_locked(db, &a, ctx, e);
    arena_clear(&a);
    return s;
}

enum status zone_delete(struct db *db, int64_t id, int64_t account_id, bool force, time_us now, struct error *e)
{
    struct removal d = {.id = id, .account_id = account_id, .force = force, .now = now};
    TRY(zone_transaction(db, delete_run, &d, e));
    zone_wake(db, id);
    return OK;
}
