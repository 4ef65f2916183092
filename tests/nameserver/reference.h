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
#define REF_LINKS_MAX 40

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
    struct dns_name targets[REF_LINKS_MAX]; /* of the chain's CNAMEs */
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

enum ref_top { REF_NOTHING, REF_CUT, REF_DNAME };

/* What is met first on the way from the apex down: a cut at or above name, a DNAME above it, or nothing. */
static enum ref_top ref_top(const struct ref *r, unsigned zone, const struct dns_name *name, struct dns_name *top_r)
{
    unsigned apex = r->zones[zone].name.labels;

    for (unsigned labels = apex; labels <= name->labels; labels++) {
        dns_name_strip(name, name->labels - labels, top_r);
        if (labels > apex && ref_find(r, zone, top_r, DNS_NS) != NULL)
            return REF_CUT;
        if (labels < name->labels && ref_find(r, zone, top_r, DNS_DNAME) != NULL)
            return REF_DNAME;
    }
    return REF_NOTHING;
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
            ref_top(r, s->alias_zone, &s->alias_to, &cut) != REF_NOTHING ||
            !ref_source(r, s->alias_zone, &s->alias_to, &source))
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

static bool ref_below_dname(const struct ref *r, unsigned zone, const struct dns_name *name)
{
    struct dns_name above;

    for (unsigned n = 1; n <= name->labels - (unsigned)r->zones[zone].name.labels; n++) {
        dns_name_strip(name, n, &above);
        if (ref_find(r, zone, &above, DNS_DNAME) != NULL)
            return true;
    }
    return false;
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

            if (glue != NULL && !glue->alias && !ref_below_dname(r, zone, &host))
                ref_put(a, DNS_ADDITIONAL, &host, glue);
        }
    }
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

/* A chain: the names it has been at, and the DNAMEs that are in the answer. */
struct ref_path {
    struct dns_name names[REF_LINKS_MAX];
    const struct ref_set *dnames[REF_LINKS_MAX];
    size_t n, dnames_n;
    unsigned made, cnames; /* links: of DNAMEs before the first CNAME; from it on */
};

static void ref_put_dname(struct ref_path *path, const struct ref_set *s, struct ref_answer *a)
{
    for (size_t i = 0; i < path->dnames_n; i++) {
        if (path->dnames[i] == s)
            return;
    }
    ref_put(a, DNS_ANSWER, &s->set.owner, s);
    path->dnames[path->dnames_n++] = s;
}

/* Puts the link and moves name on; false where the chain ends there. */
static bool ref_link(struct ref_path *path, const struct ref_set *s, struct dns_name *name, struct ref_answer *a)
{
    bool dname = s->set.type == DNS_DNAME;
    struct dns_name *target = &a->targets[path->n];

    if ((dname && path->cnames == 0 ? path->made++ : path->cnames++) == 16)
        return false;
    INVARIANT(dns_name_from_wire(s->set.rdata[0].p, s->set.rdata[0].n, target) > 0);
    if (dname) {
        ref_put_dname(path, s, a);
        if (!dns_name_join(name, name->labels - s->set.owner.labels, target, target)) {
            a->rcode = DNS_YXDOMAIN;
            return false;
        }
    }
    a->records[DNS_ANSWER][a->n[DNS_ANSWER]++] = (struct dns_record){
        .owner = *name, .type = DNS_CNAME, .class_ = DNS_IN, .ttl = s->set.ttl, .rdata = dns_name_wire(target)};
    path->names[path->n++] = *name;
    *name = *target;
    for (size_t i = 0; i < path->n; i++) {
        if (dns_name_equal(&path->names[i], name))
            return false;
    }
    return true;
}

/* DS at an apex is asked for in the zone above, where that is served; a compiled chain stays where that one has
 * a CNAME there or a DNAME further up. */
static int ref_zone_for(const struct ref *r, const struct dns_name *name, uint16_t type, const struct ref_path *path)
{
    int zone = ref_zone_of(r, name, 0), above = ref_zone_of(r, name, 1);
    struct dns_name top, source;
    enum ref_top hidden;

    if (type != DNS_DS || zone < 0 || above < 0 || r->zones[zone].name.labels != name->labels)
        return zone;
    if (path->cnames == 0)
        return above;
    hidden = ref_top(r, (unsigned)above, name, &top);
    if (hidden != REF_NOTHING) /* a CNAME that stands below a cut is not to be seen */
        return hidden == REF_DNAME ? zone : above;
    return ref_source(r, (unsigned)above, name, &source) && ref_find(r, (unsigned)above, &source, DNS_CNAME) != NULL
               ? zone
               : above;
}

static void ref_end(const struct ref *r, unsigned zone, const struct dns_name *source, const struct dns_name *name,
    uint16_t type, struct ref_answer *a)
{
    const struct ref_set *data;

    if (type == DNS_ANY) {
        ref_any(r, zone, source, name, a);
        return;
    }
    data = ref_data(r, ref_find(r, zone, source, type));
    if (data != NULL)
        ref_put(a, DNS_ANSWER, name, data);
    else
        ref_soa(r, zone, a);
}

/* RFC 1034 §4.3.2 with RFC 2308, 4592, 6604, 6672, 8482. */
static void ref_ask(const struct ref *r, const struct dns_name *qname, uint16_t type, struct ref_answer *a)
{
    struct ref_path path = {.n = 0};
    struct dns_name name = *qname, top, source;
    int zone = ref_zone_for(r, &name, type, &path);

    memset(a->n, 0, sizeof(a->n));
    a->aa = false;
    a->rcode = zone < 0 ? DNS_REFUSED : DNS_NOERROR;
    while (zone >= 0) {
        enum ref_top hidden = ref_top(r, (unsigned)zone, &name, &top);
        const struct ref_set *s;

        if (hidden == REF_CUT && !(type == DNS_DS && dns_name_equal(&top, &name))) {
            ref_referral(r, (unsigned)zone, &top, a);
            return;
        }
        a->aa = true;
        if (hidden == REF_DNAME) {
            s = ref_find(r, (unsigned)zone, &top, DNS_DNAME);
        } else if (!ref_source(r, (unsigned)zone, &name, &source)) {
            a->rcode = DNS_NXDOMAIN;
            ref_soa(r, (unsigned)zone, a);
            return;
        } else {
            s = ref_data(r, ref_find(r, (unsigned)zone, &source, DNS_CNAME));
            if (s == NULL || type == DNS_CNAME || type == DNS_ANY) {
                ref_end(r, (unsigned)zone, &source, &name, type, a);
                return;
            }
        }
        if (!ref_link(&path, s, &name, a) || type == DNS_CNAME || type == DNS_ANY)
            return;
        zone = ref_zone_for(r, &name, type, &path);
    }
}

#endif
