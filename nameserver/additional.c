#include "nameserver/additional.h"

#include "nameserver/alias.h"
#include "nameserver/external.h"
#include "nameserver/resolve.h"

struct additional {
    struct store *st;
    struct owner *whom;
    struct tail_writer *w;
    size_t room; /* bytes that the tail may have in the end */
    const struct owner *seen[ADDITIONAL_TARGETS_MAX];
    unsigned seen_n;
};

static const struct {
    uint16_t type;
    uint8_t at; /* of the target in the RDATA */
} pointing[] = {{DNS_NS, 0}, {DNS_MX, 2}, {DNS_SRV, 6}, {DNS_SVCB, 2}, {DNS_HTTPS, 2}};

static bool type_points(uint16_t type, size_t *at_r)
{
    for (size_t i = 0; i < ARRAY_LEN(pointing); i++) {
        if (pointing[i].type == type) {
            *at_r = pointing[i].at;
            return true;
        }
    }
    return false;
}

static bool type_is_service(uint16_t type)
{
    return type == DNS_SVCB || type == DNS_HTTPS;
}

static void put_data(struct additional *a, struct str name, const struct owner *host, uint16_t type)
{
    const struct record_set *s = owner_data(a->st, a->whom, host, type);

    if (s != NULL && s != &external_unresolved)
        tail_optional(a->w, name, s->type, s->ttl, set_packed(s), a->room);
}

static void put_addresses(struct additional *a, struct str name, const struct owner *host)
{
    put_data(a, name, host, DNS_A);
    put_data(a, name, host, DNS_AAAA);
}

static bool see(struct additional *a, const struct owner *o)
{
    for (unsigned i = 0; i < a->seen_n; i++) {
        if (a->seen[i] == o)
            return false;
    }
    if (a->seen_n == ADDITIONAL_TARGETS_MAX)
        return false;
    a->seen[a->seen_n++] = o;
    return true;
}

/* The name's owner where a zone here has authority for it; NULL also where it has been met before. */
static const struct owner *host_find(struct additional *a, struct str name)
{
    struct dns_name low;
    struct found f;

    INVARIANT(dns_name_from_wire(name.p, name.n, &low) == name.n);
    dns_name_lower(&low);
    name_resolve(a->st, a->whom, NULL, &low, &f);
    return f.kind == FOUND_OWNER && see(a, f.owner) ? f.owner : NULL;
}

static struct str rdata_target(struct str rdata, size_t at)
{
    struct dns_name target;

    INVARIANT(rdata.n > at && dns_name_from_wire(rdata.p + at, rdata.n - at, &target) > 0);
    return str_n(rdata.p + at, target.len);
}

static void put_targets(
    struct additional *a, struct str name, const struct owner *at, const struct record_set *data, unsigned aliases);

static void put_target(struct additional *a, uint16_t type, struct str target, bool alias, unsigned aliases)
{
    const struct owner *host = host_find(a, target);
    const struct record_set *service;

    if (host == NULL)
        return;
    service = alias && aliases > 0 ? owner_data(a->st, a->whom, host, type) : NULL;
    if (service != NULL && service != &external_unresolved) {
        put_data(a, target, host, type);
        put_targets(a, target, host, service, aliases - 1);
    }
    put_addresses(a, target, host);
}

static void put_targets(
    struct additional *a, struct str name, const struct owner *at, const struct record_set *data, unsigned aliases)
{
    struct str rest = set_packed(data), rdata;
    size_t target_at;

    if (!type_points(data->type, &target_at))
        return;
    while (packed_next(&rest, &rdata)) {
        struct str target = rdata_target(rdata, target_at);
        bool alias = type_is_service(data->type) && read_u16(rdata.p) == 0;

        if (target.n > 1)
            put_target(a, data->type, target, alias, aliases);
        else if (type_is_service(data->type) && !alias && see(a, at))
            put_addresses(a, name, at);
    }
}

void additional_put(struct store *st, struct owner *whom, struct tail_writer *w, struct str name,
    const struct owner *at, const struct record_set *data)
{
    struct additional a = {.st = st, .whom = whom, .w = w, .room = w->tail.bytes + (size_t)ADDITIONAL_BYTES_MAX};

    if (!st->additional || data == &external_unresolved || w->over)
        return;
    tail_needed(w);
    put_targets(&a, name, at, data, ADDITIONAL_ALIASES_MAX);
}
