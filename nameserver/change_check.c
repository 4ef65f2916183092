#include "nameserver/change_check.h"

#include "dns/soa.h"

#define ROW_ARENA_MAX ((size_t)64 << 20)

struct check {
    struct store *st;
    struct zone *z;
    const struct change *c;
    struct arena arena; /* for one row at a time */
    bool soa;
};

static struct str owner_text(struct check *k, const struct change_row *r)
{
    struct dns_name owner;

    if (r->owner.n == 0 || dns_name_from_wire(r->owner.p, r->owner.n, &owner) != r->owner.n)
        return STR("(malformed)");
    return dns_name_text(&k->arena, &owner, false);
}

static enum status bad_owner(
    struct check *k, const struct change_row *r, struct error *e, const char *code, const char *what)
{
    return error_set(e, INVALID, code, "%.*s: %s", STR_ARG(owner_text(k, r)), what);
}

static enum status bad_row(struct check *k, const struct change_row *r, struct error *e, const char *what)
{
    return error_set(e, INVALID, "bad-row", "%.*s %.*s: %s", STR_ARG(owner_text(k, r)),
        STR_ARG(dns_type_text(&k->arena, r->type)), what);
}

static enum status check_owner(struct check *k, const struct change_row *r, struct error *e)
{
    struct dns_name owner, low;

    if (r->owner.n == 0 || dns_name_from_wire(r->owner.p, r->owner.n, &owner) != r->owner.n)
        return bad_row(k, r, e, "the owner is no name in wire form");
    low = owner;
    dns_name_lower(&low);
    if (memcmp(low.wire, owner.wire, owner.len) != 0)
        return bad_row(k, r, e, "the owner is not in lower case");
    if (!dns_name_is_subdomain(&owner, &k->c->name))
        return bad_row(k, r, e, "the owner is outside of the zone");
    if (!dns_type_is_data(r->type))
        return bad_row(k, r, e, "not a type that a zone can hold");
    return OK;
}

static enum status check_soa(struct check *k, const struct change_row *r, struct error *e)
{
    if (r->owner.n != k->c->name.len)
        return bad_row(k, r, e, "SOA below the apex");
    if (r->deleted || r->alias)
        return bad_row(k, r, e, "a zone cannot be without SOA");
    k->soa = true;
    return OK;
}

static enum status check_alias(struct check *k, const struct change_row *r, struct error *e)
{
    struct dns_name target;

    if (r->data.n == 0 || dns_name_from_wire(r->data.p, r->data.n, &target) != r->data.n)
        return bad_row(k, r, e, "the alias target is no name in wire form");
    if (r->type == DNS_NS || r->type == DNS_DNAME)
        return bad_row(k, r, e, "this type cannot be an alias");
    if (r->alias_zone == 0 && !dns_type_has(r->type, DNS_TYPE_ADDRESS))
        return bad_row(k, r, e, "an alias to a name elsewhere is of type A or AAAA");
    return OK;
}

static enum status check_data(struct check *k, const struct change_row *r, struct error *e)
{
    struct dns_rrset set;

    if (r->data.n == 0)
        return bad_row(k, r, e, "no data");
    dns_rrset_init(&set, &k->c->name, r->type, r->ttl);
    if (r->ttl > DNS_TTL_MAX)
        return bad_row(k, r, e, "TTL over 2^31-1");
    if (dns_rrset_unpack(&k->arena, &set, r->data, e) != OK)
        return error_prefix(e, "%.*s %.*s", STR_ARG(owner_text(k, r)), STR_ARG(dns_type_text(&k->arena, r->type)));
    return OK;
}

static enum status check_row(struct check *k, const struct change_row *r, struct error *e)
{
    TRY(check_owner(k, r, e));
    if (r->type == DNS_SOA)
        TRY(check_soa(k, r, e));
    if (r->deleted)
        return OK;
    return r->alias ? check_alias(k, r, e) : check_data(k, r, e);
}

/* ---- what stands at one owner afterwards ------------------------------------------------------------- */

static bool rows_have(const struct change_row *r, size_t n, uint16_t type)
{
    for (size_t i = 0; i < n; i++) {
        if (r[i].type == type)
            return true;
    }
    return false;
}

static enum status check_types(struct check *k, const struct change_row *r, size_t n, struct error *e)
{
    const struct owner *o = k->z != NULL ? store_owner(k->st, k->z, (const uint8_t *)r->owner.p, r->owner.n) : NULL;
    size_t types = 0;
    bool cname = false;

    for (size_t i = 0; i < n; i++) {
        types += !r[i].deleted;
        cname |= !r[i].deleted && r[i].type == DNS_CNAME;
    }
    for (const struct record_set *s = o != NULL ? o->sets : NULL; s != NULL; s = s->next) {
        if (rows_have(r, n, s->type))
            continue;
        types++;
        cname |= s->type == DNS_CNAME;
    }
    if (cname && types > 1)
        return bad_owner(k, r, e, "cname-beside-data", "a CNAME stands beside other data (RFC 1034 §3.6.2)");
    if (types > STORE_OWNER_TYPES_MAX)
        return bad_owner(k, r, e, "too-many-types", "more types than one name may have");
    return OK;
}

static int row_compare(const void *a, const void *b)
{
    const struct change_row *x = a, *y = b;
    int order = str_cmp(x->owner, y->owner);

    return order != 0 ? order : (x->type > y->type) - (x->type < y->type);
}

static void rows_order(struct change_row *rows, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (row_compare(&rows[i - 1], &rows[i]) > 0) {
            qsort(rows, n, sizeof(*rows), row_compare);
            return;
        }
    }
}

static enum status check_rows(struct check *k, struct error *e)
{
    const struct change *c = k->c;

    for (size_t i = 0; i < c->n; i++) {
        arena_reset(&k->arena);
        if (i > 0 && row_compare(&c->rows[i - 1], &c->rows[i]) == 0)
            return bad_row(k, &c->rows[i], e, "twice in one change");
        TRY(check_row(k, &c->rows[i], e));
    }
    for (size_t i = 0, end; i < c->n; i = end) {
        for (end = i + 1; end < c->n && str_eq(c->rows[i].owner, c->rows[end].owner); end++)
            ;
        TRY(check_types(k, &c->rows[i], end - i, e));
    }
    return OK;
}

enum status change_check(struct store *st, struct zone *z, const struct change *c, struct error *e)
{
    struct check k = {.st = st, .z = z, .c = c};
    enum status s;

    rows_order(c->rows, c->n);
    arena_init(&k.arena, ROW_ARENA_MAX);
    s = check_rows(&k, e);
    arena_clear(&k.arena);
    if (s == OK && z == NULL && !k.soa)
        return error_set(e, INVALID, "no-soa", "the zone has no SOA");
    return s;
}
