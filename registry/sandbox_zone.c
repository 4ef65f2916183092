#include "registry/sandbox_zone.h"

#include "dns/master.h"
#include "dns/soa.h"

#define ZONE_BYTES_MAX ((size_t)256 << 20)
#define SOA_REFRESH_S 900
#define SOA_RETRY_S 300
#define SOA_EXPIRE_S 604800
#define SOA_MINIMUM_S 60

enum status sandbox_zone_server_read(struct arena *a, struct str item, struct sandbox_zone_server *s_r, struct error *e)
{
    struct str rest = str_trim(item), word;
    struct dns_name name;
    *s_r = (struct sandbox_zone_server){0};
    if (!str_take(&rest, ' ', &s_r->labels) || dns_name_parse(s_r->labels, NULL, &name, e) != OK)
        return error_set(e, INVALID, "zone-server", "zone-server = %.*s: begin with labels, as in \"a.nic 127.0.0.1\"",
            STR_ARG(item));
    s_r->labels = str_lower(a, s_r->labels);
    while (str_take(&rest, ' ', &word)) {
        if (str_empty(word))
            continue;
        if (s_r->addrs_n == SB_ZONE_ADDRS_MAX)
            return error_set(e, INVALID, "zone-server", "zone-server = %.*s: at most %d addresses", STR_ARG(item),
                SB_ZONE_ADDRS_MAX);
        s_r->addrs[s_r->addrs_n++] = word;
    }
    if (s_r->addrs_n == 0)
        return error_set(e, INVALID, "zone-server", "zone-server = %.*s: no address", STR_ARG(item));
    return OK;
}

void sandbox_zone_init(struct sandbox_zone *z, struct arena *a, struct str origin, uint32_t ttl)
{
    *z = (struct sandbox_zone){.arena = a, .ttl = ttl, .origin = dns_name_root};
    if (!str_empty(origin))
        z->origin = dns_name_of(str_dupz(a, origin));
}

static struct dns_rrset *set_for(struct sandbox_zone *z, const struct dns_name *owner, uint16_t type)
{
    for (size_t i = z->n; i > 0 && i + 2 > z->n; i--) { /* the last two: A and AAAA of one host take turns */
        struct dns_rrset *last = &z->sets[i - 1];
        if (last->type == type && dns_name_equal(&last->owner, owner))
            return last;
    }
    if (z->n == z->cap) {
        size_t cap = z->cap == 0 ? 64 : z->cap * 2;
        struct dns_rrset *sets = ARENA_ARRAY(z->arena, cap, struct dns_rrset);
        if (z->n > 0)
            memcpy(sets, z->sets, z->n * sizeof(*sets));
        z->sets = sets;
        z->cap = cap;
    }
    struct dns_rrset *set = &z->sets[z->n++];
    dns_rrset_init(set, owner, type, z->ttl);
    return set;
}

enum status sandbox_zone_add(
    struct sandbox_zone *z, struct str owner, uint16_t type, struct str rdata_text, struct error *e)
{
    struct dns_name name = dns_name_root;
    if (!str_empty(owner))
        TRY(dns_name_parse(owner, NULL, &name, e));
    return dns_rrset_add_text(z->arena, set_for(z, &name, type), rdata_text, NULL, e);
}

enum status sandbox_zone_add_addr(struct sandbox_zone *z, struct str owner, struct str addr, struct error *e)
{
    return sandbox_zone_add(z, owner, str_find(addr, ':', 0) >= 0 ? DNS_AAAA : DNS_A, addr, e);
}

enum status sandbox_zone_add_servers(struct sandbox_zone *z, struct str owner, struct str below,
    const struct sandbox_zone_server *servers, size_t n, struct error *e)
{
    for (size_t i = 0; i < n; i++) {
        struct str name = str_printf(z->arena, "%.*s.%.*s", STR_ARG(servers[i].labels), STR_ARG(below));
        TRY(sandbox_zone_add(z, owner, DNS_NS, name, e));
    }
    for (size_t i = 0; i < n; i++) {
        struct str name = str_printf(z->arena, "%.*s.%.*s", STR_ARG(servers[i].labels), STR_ARG(below));
        for (size_t k = 0; k < servers[i].addrs_n; k++)
            TRY(sandbox_zone_add_addr(z, name, servers[i].addrs[k], e));
    }
    return OK;
}

static int set_order(const void *a, const void *b)
{
    return dns_rrset_compare(a, b);
}

void sandbox_zone_hash(struct sandbox_zone *z, uint8_t out[32])
{
    struct buf text;
    if (z->n > 0)
        qsort(z->sets, z->n, sizeof(*z->sets), set_order);
    buf_init(&text, ZONE_BYTES_MAX);
    for (size_t i = 0; i < z->n; i++)
        dns_rrset_write(&text, &z->sets[i]);
    crypto_sha256(buf_view(&text), out);
    buf_clear(&text);
}

enum status sandbox_zone_write(
    struct sandbox_zone *z, struct str mname, uint32_t serial, const char *path, struct error *e)
{
    struct dns_soa soa = {.serial = serial,
        .refresh = SOA_REFRESH_S,
        .retry = SOA_RETRY_S,
        .expire = SOA_EXPIRE_S,
        .minimum = SOA_MINIMUM_S};
    TRY(dns_name_parse(mname, NULL, &soa.mname, e));
    TRY(dns_name_prepend(STR("hostmaster"), &z->origin, &soa.rname, e));
    TRY(dns_rrset_add(z->arena, set_for(z, &z->origin, DNS_SOA), dns_soa_build(z->arena, &soa), e));
    struct buf out;
    buf_init(&out, ZONE_BYTES_MAX);
    dns_master_write(&out, &z->origin, z->sets, z->n);
    enum status s = buf_over(&out)
                        ? error_set(e, UNAVAILABLE, "zone-too-large", "%s would pass %zu bytes", path, out.max)
                        : file_write(path, buf_view(&out), 0644, e);
    buf_clear(&out);
    return s;
}
