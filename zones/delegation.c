#include "zones/delegation.h"

#include <arpa/inet.h>

#include "zones/change.h"
#include "zones/delegation_db.h"
#include "zones/zone_db.h"

/* Each step can be undone on 27-bit numbers: an odd factor has an inverse mod 2^27, and x ^ x >> 14 keeps the upper
 * half, from which the lower one follows. */
void delegation_rows(int64_t i, unsigned row_r[DELEGATION_COLUMNS])
{
    const uint32_t mask = (uint32_t)DELEGATION_CAPACITY - 1;
    INVARIANT(i >= 0 && i < DELEGATION_CAPACITY);
    uint32_t v = (uint32_t)i;
    v = v * 0x2c1b3c6du & mask;
    v ^= v >> 14;
    v = v * 0x297a2d39u & mask;
    v ^= v >> 14;
    row_r[0] = v >> 18;
    row_r[1] = v >> 9 & (DELEGATION_ROWS - 1);
    row_r[2] = v & (DELEGATION_ROWS - 1);
    row_r[3] = (row_r[0] + row_r[1] + row_r[2]) % DELEGATION_ROWS;
}

/* ---- the pool ------------------------------------------------------------ */

static enum status address_check(int family, struct str text, unsigned column, struct error *e)
{
    uint8_t bytes[16];
    char z[INET6_ADDRSTRLEN];
    if (str_is_null(text))
        return OK;
    if (text.n < sizeof z) {
        memcpy(z, text.p, text.n);
        z[text.n] = '\0';
        if (inet_pton(family, z, bytes) == 1)
            return OK;
    }
    return error_set(e, INVALID, "pool-address", "name-server column %u: \"%.*s\" is no %s address", column,
        STR_ARG(text), family == AF_INET ? "IPv4" : "IPv6");
}

static enum status column_check(struct arena *a, unsigned i, struct delegation_column *c, struct error *e)
{
    struct dns_name apex;
    if (zone_name_parse(a, c->domain, &c->domain, &apex, e) != OK || dns_name_check_host(&apex, e) != OK)
        return error_prefix(e, "name-server column %u", i);
    if (str_is_null(c->ipv4) && str_is_null(c->ipv6))
        return error_set(e, INVALID, "pool-address", "name-server column %u has no address", i);
    TRY(address_check(AF_INET, c->ipv4, i, e));
    return address_check(AF_INET6, c->ipv6, i, e);
}

static enum status column_ensure(
    struct db *db, struct arena *a, unsigned i, const struct delegation_column *wanted, struct error *e)
{
    struct delegation_column have, c = *wanted;
    TRY(column_check(a, i, &c, e));
    enum status s = pool_db_first(db, a, i, &have, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    if (s == OK && !str_eq(have.domain, c.domain))
        return error_set(e, INVALID, "pool-domain",
            "name-server column %u is %.*s and cannot become %.*s: zones are delegated to its hosts", i,
            STR_ARG(have.domain), STR_ARG(c.domain));
    if (s == OK && str_eq(have.ipv4, c.ipv4) && str_eq(have.ipv6, c.ipv6))
        return OK;
    error_clear(e);
    return pool_db_fill(db, i, &c, e);
}

static enum status pool_ensure_run(struct db *db, void *ctx, struct error *e)
{
    const struct delegation_column *cols = ctx;
    struct arena a;
    arena_init(&a, 0);
    enum status s = OK;
    for (unsigned i = 0; s == OK && i < DELEGATION_COLUMNS; i++)
        s = column_ensure(db, &a, i, &cols[i], e);
    arena_clear(&a);
    return s;
}

enum status delegation_pool_ensure(
    struct db *db, const struct delegation_column cols[DELEGATION_COLUMNS], struct error *e)
{
    struct delegation_column copy[DELEGATION_COLUMNS];
    memcpy(copy, cols, sizeof copy);
    return zone_transaction(db, pool_ensure_run, copy, e);
}

enum status delegation_host_find(
    struct db *db, struct arena *a, struct str host, struct str *ipv4_r, struct str *ipv6_r, struct error *e)
{
    struct pool_host h;
    enum status s = pool_db_host(db, a, str_lower(a, host), &h, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "name-server", "%.*s is none of our name servers", STR_ARG(host));
    TRY(s);
    *ipv4_r = h.ipv4;
    *ipv6_r = h.ipv6;
    return OK;
}

enum status delegation_hosts_find(struct db *db, struct arena *a, const struct str hosts[DELEGATION_COLUMNS],
    struct str ipv4_r[DELEGATION_COLUMNS], struct str ipv6_r[DELEGATION_COLUMNS], struct error *e)
{
    struct str names[DELEGATION_COLUMNS];
    struct pool_host found[DELEGATION_COLUMNS];
    size_t n;
    for (size_t i = 0; i < DELEGATION_COLUMNS; i++)
        names[i] = str_lower(a, hosts[i]);
    TRY(pool_db_hosts(db, a, names, found, &n, e));
    for (size_t i = 0; i < DELEGATION_COLUMNS; i++) {
        size_t k = 0;
        while (k < n && !str_eq(found[k].host, names[i]))
            k++;
        if (k == n)
            return error_set(e, NOT_FOUND, "name-server", "%.*s is none of our name servers", STR_ARG(hosts[i]));
        ipv4_r[i] = found[k].ipv4;
        ipv6_r[i] = found[k].ipv6;
    }
    return OK;
}

/* ---- sets ------------------------------------------------------------ */

struct draw {
    struct arena *a;
    time_us now;
    struct delegation_set set;
};

static enum status draw_run(struct db *db, void *ctx, struct error *e)
{
    struct draw *d = ctx;
    int64_t i, id;
    TRY(draw_db_next(db, d->a, &i, e));
    delegation_rows(i, d->set.row);
    TRY(set_db_insert(db, &d->set, d->now, &id, e));
    struct delegation_set found;
    enum status s = set_db_find(db, d->a, id, &found, e);
    if (s == NOT_FOUND)
        return error_set(e, UNAVAILABLE, "delegation-pool", "the pool of name servers has not been filled yet");
    if (s == OK)
        d->set = found;
    return s;
}

enum status delegation_set_draw(
    struct db *db, struct arena *a, time_us now, struct delegation_set *set_r, struct error *e)
{
    struct draw d = {.a = a, .now = now};
    TRY(zone_transaction(db, draw_run, &d, e));
    *set_r = d.set;
    return OK;
}

enum status delegation_set_create_reusable(
    struct db *db, struct arena *a, int64_t account_id, time_us now, struct delegation_set *set_r, struct error *e)
{
    INVARIANT(account_id != ZONE_ANY_ACCOUNT);
    struct draw d = {.a = a, .now = now, .set = {.reusable = true, .account_id = account_id}};
    struct delegation_set *sets;
    size_t n;
    TRY(delegation_set_list(db, a, account_id, &sets, &n, e));
    if (n >= DELEGATION_REUSABLE_MAX)
        return error_set(e, INVALID, "delegation-set-limit",
            "the account has %zu reusable delegation sets, the most it can have", n);
    TRY(zone_transaction(db, draw_run, &d, e));
    *set_r = d.set;
    return OK;
}

enum status delegation_set_find(
    struct db *db, struct arena *a, int64_t id, int64_t account_id, struct delegation_set *set_r, struct error *e)
{
    enum status s = set_db_find(db, a, id, set_r, e);
    if (s == OK && account_id != ZONE_ANY_ACCOUNT && (!set_r->reusable || set_r->account_id != account_id))
        s = NOT_FOUND;
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "delegation-set", "there is no reusable delegation set %lld", (long long)id);
    return s;
}

enum status delegation_set_list(
    struct db *db, struct arena *a, int64_t account_id, struct delegation_set **sets_r, size_t *n_r, struct error *e)
{
    return set_db_list(db, a, account_id, sets_r, n_r, e);
}

/* ---- the zones of the name servers themselves ------------------------------------------------------------ */

enum { INFRA_TTL = ZONE_NS_TTL, INFRA_BATCH = 500 };

struct infra {
    struct db *db;
    struct arena *a;
    time_us now;
    struct zone zone;
    int64_t account_id;
    struct address_row *rows; /* what the zone has */
    size_t rows_n;
    struct zone_change *change;
};

static int address_row_compare(const void *key, const void *item)
{
    const struct address_row *a = key, *b = item;
    int c = str_cmp(a->owner, b->owner);
    return c != 0 ? c : (int)a->type - (int)b->type;
}

static enum status infra_commit(struct infra *f, struct error *e)
{
    struct zone_change_done done;
    if (zone_change_count(f->change) > 0)
        TRY(zone_change_commit(f->change, f->db, f->now, &done, e));
    f->change = zone_change_begin(f->a, &f->zone, f->account_id);
    return OK;
}

/* One host, one family: nothing where the zone has it so already. */
static enum status infra_address(
    struct infra *f, const struct pool_host *h, uint16_t type, struct str address, struct error *e)
{
    struct dns_rrset set;
    struct dns_name owner;
    TRY(dns_name_parse(h->host, NULL, &owner, e));
    struct address_row key = {.owner = dns_name_wire(&owner), .type = type};
    const struct address_row *have =
        f->rows_n == 0 ? NULL : bsearch(&key, f->rows, f->rows_n, sizeof *f->rows, address_row_compare);
    if (str_is_null(address))
        return have == NULL ? OK : zone_change_delete_any(f->change, h->host, dns_type_text(f->a, type), true, e);
    dns_rrset_init(&set, &owner, type, INFRA_TTL);
    TRY(dns_rrset_add_text(f->a, &set, address, NULL, e));
    struct buf packed;
    buf_in(&packed, f->a, DNS_PACKED_MAX);
    dns_rrset_pack(&packed, &set);
    if (have != NULL && have->ttl == INFRA_TTL && str_eq(have->packed, buf_view(&packed)))
        return OK;
    return zone_change_set_rrset(f->change, &set, e);
}

static enum status infra_fill(struct infra *f, const struct pool_host *hosts, size_t n, struct error *e)
{
    TRY(address_db_rows(f->db, f->a, f->zone.id, &f->rows, &f->rows_n, e));
    f->change = zone_change_begin(f->a, &f->zone, f->account_id);
    for (size_t i = 0; i < n; i++) {
        TRY(infra_address(f, &hosts[i], DNS_A, hosts[i].ipv4, e));
        TRY(infra_address(f, &hosts[i], DNS_AAAA, hosts[i].ipv6, e));
        if (zone_change_count(f->change) + 2 > INFRA_BATCH)
            TRY(infra_commit(f, e));
    }
    return infra_commit(f, e);
}

enum status delegation_infra_zone_fill(struct db *db, struct arena *a, unsigned column, int64_t account_id, time_us now,
    struct zone *zone_r, struct error *e)
{
    INVARIANT(!db_in_transaction(db));
    struct infra f = {.db = db, .a = a, .now = now, .account_id = account_id};
    struct pool_host *hosts;
    size_t n;
    TRY(pool_db_column(db, a, column, &hosts, &n, e));
    if (n == 0)
        return error_set(e, INVALID, "pool-domain", "name-server column %u has no hosts: fill the pool first", column);
    struct delegation_column first;
    TRY(pool_db_first(db, a, column, &first, e));
    struct zone_new new = {.account_id = account_id, .name = first.domain};
    TRY(zone_create(db, a, &new, now, &f.zone, NULL, e));
    TRY(infra_fill(&f, hosts, n, e));
    return zone_find_id(db, a, f.zone.id, account_id, zone_r, e);
}
