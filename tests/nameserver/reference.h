/* A resolver of the straightforward kind, for comparison: keeps all records in one array and walks RFC 1034 §4.3.2 for
 * every question. Slow, and shares nothing with the compiled answers but the names and types of dns/. */
#ifndef FW_TESTS_NAMESERVER_REFERENCE_H
#define FW_TESTS_NAMESERVER_REFERENCE_H

#include "dns/message.h"
#include "dns/rrset.h"
#include "dns/soa.h"

#define REF_SETS_MAX 4000
#define REF_ZONES_MAX 16
#define REF_RECORDS_MAX 400

struct ref_set {
    unsigned zone; /* index */
    struct dns_rrset set;
    bool alias;
    unsigned alias_zone;
    struct dns_name alias_to;
};

struct ref_zone {
    bool live;
    struct dns_name name;
};

struct ref {
    struct ref_zone zones[REF_ZONES_MAX];
    struct ref_set *sets; /* REF_SETS_MAX */
    size_t n;
};

struct ref_answer {
    unsigned rcode;
    bool aa;
    size_t n[DNS_SECTIONS];
    struct dns_record records[DNS_SECTIONS][REF_RECORDS_MAX];
};

static const struct ref_set *ref_find(const struct ref *r, unsigned zone, const struct dns_name *owner, uint16_t type)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->sets[i].zone == zone && r->sets[i].set.type == type && dns_name_equal(&r->sets[i].set.owner, owner))
            return &r->sets[i];
    }
    return NULL;
}

static bool ref_exists(const struct ref *r, unsigned zone, const struct dns_name *name)
{
    if (dns_name_equal(&r->zones[zone].name, name))
        return true;
    for (size_t i = 0; i < r->n; i++) {
        if (r->sets[i].zone == zone && dns_name_is_subdomain(&r->sets[i].set.owner, name))
            return true;
    }
    return false;
}

/* The deepest zone that name is in, at least `above` labels above it; -1: none. */
static int ref_zone_of(const struct ref *r, const struct dns_name *name, unsigned above)
{
    int best = -1;

    for (unsigned i = 0; i < REF_ZONES_MAX; i++) {
        const struct ref_zone *z = &r->zones[i];

        if (!z->live || !dns_name_is_subdomain(name, &z->name) || name->labels < z->name.labels + above)
            continue;
        if (best < 0 || z->name.labels > r->zones[best].name.labels)
            best = (int)i;
    }
    return best;
}

/* The topmost cut at or above name in the zone. */
static bool ref_cut(const struct ref *r, unsigned zone, const struct dns_name *name, struct dns_name *cut_r)
{
    for (unsigned labels = r->zones[zone].name.labels + 1; labels <= name->labels; labels++) {
        dns_name_strip(name, name->labels - labels, cut_r);
        if (ref_find(r, zone, cut_r, DNS_NS) != NULL)
            return true;
    }
    return false;
}

/* The owner whose data answers for a name below no cut: itself, or a wildcard. false: NXDOMAIN. */
static bool ref_source(const struct ref *r, unsigned zone, const struct dns_name *name, struct dns_name *source_r)
{
    struct dns_name encloser = *name;

    *source_r = *name;
    if (ref_exists(r, zone, name))
        return true;
    while (!ref_exists(r, zone, &encloser))
        INVARIANT(dns_name_parent(&encloser, &encloser));
    return dns_name_wildcard(&encloser, source_r) && ref_exists(r, zone, source_r);
}

static const struct ref_set *ref_data(const struct ref *r, const struct ref_set *s)
{
    for (unsigned depth = 0; s != NULL && s->alias; depth++) {
        struct dns_name source, cut;

        if (depth == 8 || !r->zones[s->alias_zone].live ||
            !dns_name_is_subdomain(&s->alias_to, &r->zones[s->alias_zone].name) ||
            ref_cut(r, s->alias_zone, &s->alias_to, &cut) || !ref_source(r, s->alias_zone, &s->alias_to, &source))
            return NULL;
        s = ref_find(r, s->alias_zone, &source, s->set.type);
    }
    return s;
}

static void ref_put(
    struct ref_answer *a, enum dns_section section, const struct dns_name *owner, const struct ref_set *s)
{
    for (size_t i = 0; i < s->set.n; i++) {
        INVARIANT(a->n[section] < REF_RECORDS_MAX);
        a->records[section][a->n[section]++] = (struct dns_record){
            .owner = *owner, .type = s->set.type, .class_ = DNS_IN, .ttl = s->set.ttl, .rdata = s->set.rdata[i]};
    }
}

static void ref_soa(const struct ref *r, unsigned zone, struct ref_answer *a)
{
    const struct ref_set *soa = ref_find(r, zone, &r->zones[zone].name, DNS_SOA);
    struct dns_record *rec;

    ref_put(a, DNS_AUTHORITY, &r->zones[zone].name, soa);
    rec = &a->records[DNS_AUTHORITY][a->n[DNS_AUTHORITY] - 1];
    if (read_u32(rec->rdata.p + rec->rdata.n - 4) < rec->ttl)
        rec->ttl = read_u32(rec->rdata.p + rec->rdata.n - 4);
}

static void ref_referral(const struct ref *r, unsigned zone, const struct dns_name *cut, struct ref_answer *a)
{
    const struct ref_set *ns = ref_find(r, zone, cut, DNS_NS);

    ref_put(a, DNS_AUTHORITY, cut, ns);
    for (size_t i = 0; i < ns->set.n; i++) {
        static const uint16_t types[] = {DNS_A, DNS_AAAA};
        struct dns_name host;

        INVARIANT(dns_name_from_wire(ns->set.rdata[i].p, ns->set.rdata[i].n, &host) > 0);
        dns_name_lower(&host);
        for (size_t t = 0; t < ARRAY_LEN(types); t++) {
            const struct ref_set *glue = ref_find(r, zone, &host, types[t]);

            if (glue != NULL && !glue->alias)
                ref_put(a, DNS_ADDITIONAL, &host, glue);
        }
    }
}

static bool ref_in_chain(const struct ref_answer *a, const struct dns_name *owner, const struct ref_set *cname,
    const struct ref_set **used, size_t n)
{
    (void)a;
    (void)owner;
    for (size_t i = 0; i < n; i++) {
        if (used[i] == cname)
            return true;
    }
    return false;
}

static void ref_any(const struct ref *r, unsigned zone, const struct dns_name *source, const struct dns_name *name,
    struct ref_answer *a)
{
    const struct ref_set *best = NULL;

    for (size_t i = 0; i < r->n; i++) {
        const struct ref_set *s = &r->sets[i];

        if (s->zone != zone || !dns_name_equal(&s->set.owner, source) || ref_data(r, s) == NULL)
            continue;
        if (best == NULL || s->set.type < best->set.type)
            best = s;
    }
    if (best != NULL)
        ref_put(a, DNS_ANSWER, name, ref_data(r, best));
    else
        ref_soa(r, zone, a);
}

/* RFC 1034 §4.3.2 with RFC 2308, 4592, 6604, 8482. */
static void ref_ask(const struct ref *r, const struct dns_name *qname, uint16_t type, struct ref_answer *a)
{
    const struct ref_set *used[32];
    struct dns_name name = *qname, cut, source;
    size_t hops = 0;
    int zone = ref_zone_of(r, &name, 0);

    memset(a->n, 0, sizeof(a->n));
    a->aa = false;
    a->rcode = DNS_REFUSED;
    if (type == DNS_DS && zone >= 0 && r->zones[zone].name.labels == name.labels && ref_zone_of(r, &name, 1) >= 0)
        zone = ref_zone_of(r, &name, 1);
    if (zone < 0)
        return;
    a->rcode = DNS_NOERROR;
    for (;;) {
        const struct ref_set *s;

        if (ref_cut(r, (unsigned)zone, &name, &cut) && !(type == DNS_DS && dns_name_equal(&cut, &name) && hops == 0)) {
            ref_referral(r, (unsigned)zone, &cut, a);
            a->aa = hops > 0;
            return;
        }
        a->aa = true;
        if (!ref_source(r, (unsigned)zone, &name, &source)) {
            a->rcode = DNS_NXDOMAIN;
            ref_soa(r, (unsigned)zone, a);
            return;
        }
        s = ref_find(r, (unsigned)zone, &source, DNS_CNAME);
        if (s == NULL || type == DNS_CNAME || type == DNS_ANY)
            break;
        if (hops == 16 || ref_in_chain(a, &name, s, used, hops))
            return;
        used[hops++] = s;
        ref_put(a, DNS_ANSWER, &name, s);
        INVARIANT(dns_name_from_wire(s->set.rdata[0].p, s->set.rdata[0].n, &name) > 0);
        zone = ref_zone_of(r, &name, 0);
        if (zone < 0)
            return;
    }
    if (type == DNS_ANY) {
        ref_any(r, (unsigned)zone, &source, &name, a);
        return;
    }
    const struct ref_set *data = ref_data(r, ref_find(r, (unsigned)zone, &source, type));
    if (data != NULL)
        ref_put(a, DNS_ANSWER, &name, data);
    else
        ref_soa(r, (unsigned)zone, a);
}

#endif
