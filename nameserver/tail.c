#include "nameserver/tail.h"

#include "dns/soa.h"
#include "nameserver/mem.h"

#define POINTER 0xc000u
#define POINTER_MAX (0x3fffu - DNS_NAME_MAX) /* what moves must stay in reach */

static void names_add(struct tail_writer *w, const uint8_t *wire, size_t len, size_t at, bool moves)
{
    for (; *wire != 0; len -= *wire + 1u, at += *wire + 1u, wire += *wire + 1) {
        if (w->names_n == TAIL_NAMES_MAX || at > POINTER_MAX)
            return;
        w->names[w->names_n++] = (struct tail_name){wire, (uint8_t)len, moves, (uint16_t)at};
    }
}

void tail_begin(struct tail_writer *w, const struct dns_name *base, enum tail_base kind)
{
    size_t skip = kind == TAIL_WILDCARD ? base->wire[0] + 1u : 0; /* "*" is not in the question */

    w->base = *base;
    w->kind = kind;
    w->tail = (struct tail){.flags = TAIL_AA};
    memset(&w->negative, 0, sizeof(w->negative));
    w->over = false;
    w->names_n = 0;
    names_add(w, w->base.wire + skip, base->len - skip, ANSWER_AT_QUESTION + skip, kind != TAIL_EXACT);
}

/* Where the next byte will stand in the message, for a question of the base's length. */
static size_t tail_at(const struct tail_writer *w)
{
    return ANSWER_AT_QUESTION + w->base.len + 4u + w->tail.bytes;
}

static uint8_t *tail_room(struct tail_writer *w, size_t n)
{
    uint8_t *p = w->bytes + w->tail.bytes;

    if (n > (size_t)TAIL_BYTES_MAX - w->tail.bytes) {
        w->over = true;
        return NULL;
    }
    w->tail.bytes = (uint16_t)(w->tail.bytes + n);
    return p;
}

static void put(struct tail_writer *w, const void *bytes, size_t n)
{
    uint8_t *p = tail_room(w, n);

    if (p != NULL && n > 0)
        memcpy(p, bytes, n);
}

static void put_u16(struct tail_writer *w, unsigned v)
{
    uint8_t *p = tail_room(w, 2);

    if (p != NULL)
        write_u16(p, (uint16_t)v);
}

static void put_u32(struct tail_writer *w, uint32_t v)
{
    uint8_t *p = tail_room(w, 4);

    if (p != NULL)
        write_u32(p, v);
}

static void put_pointer(struct tail_writer *w, unsigned at, bool moves)
{
    if (moves)
        w->relocs[w->tail.relocs_n++] = w->tail.bytes;
    put_u16(w, POINTER | at);
}

/* The longest suffix that stands somewhere already; *skip_r is what must be written in front of it. */
static const struct tail_name *names_find(const struct tail_writer *w, const uint8_t *wire, size_t len, size_t *skip_r)
{
    for (size_t skip = 0; wire[skip] != 0; skip += wire[skip] + 1u) {
        for (unsigned i = 0; i < w->names_n; i++) {
            const struct tail_name *n = &w->names[i];

            if (n->len == len - skip && dns_wire_equal(n->wire, wire + skip, n->len)) {
                *skip_r = skip;
                return n;
            }
        }
    }
    *skip_r = len;
    return NULL;
}

static void put_name(struct tail_writer *w, const uint8_t *wire, size_t len)
{
    size_t skip, at = tail_at(w);
    const struct tail_name *n = names_find(w, wire, len, &skip);

    if (n == NULL) {
        put(w, wire, len);
        names_add(w, wire, len, at, w->kind != TAIL_EXACT);
        return;
    }
    put(w, wire, skip);
    put_pointer(w, n->at, n->moves);
    /* Only the labels that were written here are new; their suffixes are the pointer's. */
    for (size_t i = 0; i < skip; i += wire[i] + 1u) {
        if (w->names_n == TAIL_NAMES_MAX || at + i > POINTER_MAX)
            return;
        w->names[w->names_n++] =
            (struct tail_name){wire + i, (uint8_t)(len - i), w->kind != TAIL_EXACT, (uint16_t)(at + i)};
    }
}

static void put_owner(struct tail_writer *w, struct str owner)
{
    if (str_is_null(owner))
        put_pointer(w, ANSWER_AT_QUESTION, false);
    else
        put_name(w, (const uint8_t *)owner.p, owner.n);
}

static bool layout_has_names(uint16_t type)
{
    const struct dns_type *t = dns_type_find(type);

    return t != NULL && t->layout != NULL && strstr(t->layout, "n:") != NULL;
}

static void put_rdata(struct tail_writer *w, uint16_t type, bool names, struct str rdata)
{
    struct dns_field fields[DNS_FIELDS_MAX];
    size_t n, at = w->tail.bytes;

    put_u16(w, (unsigned)rdata.n);
    if (!names) {
        put(w, rdata.p, rdata.n);
        return;
    }
    n = dns_rdata_fields(type, rdata, fields);
    for (size_t i = 0; i < n; i++) {
        const char *p = rdata.p + fields[i].at;

        if (fields[i].kind[0] == 'n')
            put_name(w, (const uint8_t *)p, fields[i].n);
        else
            put(w, p, fields[i].n);
    }
    if (!w->over)
        write_u16(w->bytes + at, (uint16_t)(w->tail.bytes - at - 2));
}

void tail_records(
    struct tail_writer *w, enum dns_section section, struct str owner, uint16_t type, uint32_t ttl, struct str packed)
{
    bool names = layout_has_names(type);
    struct str rdata;

    while (!w->over && packed_next(&packed, &rdata)) {
        put_owner(w, owner);
        put_u16(w, type);
        put_u16(w, DNS_IN);
        put_u32(w, ttl);
        put_rdata(w, type, names, rdata);
        w->tail.count[section]++;
    }
}

void tail_optional(
    struct tail_writer *w, struct str owner, uint16_t type, uint32_t ttl, struct str packed, size_t bytes_max)
{
    struct tail before = w->tail;
    unsigned names_n = w->names_n;

    if (w->over)
        return;
    tail_records(w, DNS_ADDITIONAL, owner, type, ttl, packed);
    if (!w->over && w->tail.bytes <= bytes_max)
        return;
    w->tail = before;
    w->names_n = names_n;
    w->over = false;
}

void tail_needed(struct tail_writer *w)
{
    w->tail.bytes_needed = w->tail.bytes;
    w->tail.additional_needed = w->tail.count[DNS_ADDITIONAL];
}

static void negative_at(struct tail_writer *w, const struct zone_view *zone, size_t at, bool moves, uint8_t owner_bytes)
{
    w->tail.flags |= TAIL_NEGATIVE;
    w->negative =
        (struct tail_negative){.zone = zone, .apex_at = (uint16_t)at, .apex_moves = moves, .owner_bytes = owner_bytes};
}

/* The root's label ends the question; any other apex stands where a name of the tail ends in it. After long chains of very
 * long names it may not be remembered where: then it is written once more, as the SOA's owner. */
void tail_negative(struct tail_writer *w, const struct zone_view *zone, struct str apex_name, bool exists)
{
    size_t skip = 0, at = tail_at(w);
    const struct tail_name *n;

    w->tail.rcode = exists ? DNS_NOERROR : DNS_NXDOMAIN;
    if (apex_name.n == 1) {
        negative_at(w, zone, ANSWER_AT_QUESTION + w->base.len - 1u, w->kind != TAIL_EXACT, 0);
        return;
    }
    n = names_find(w, (const uint8_t *)apex_name.p, apex_name.n, &skip);
    if (n != NULL && skip == 0) {
        negative_at(w, zone, n->at, n->moves, 0);
        return;
    }
    if (at > POINTER_MAX)
        return; /* fifteen DNAMEs of the longest names: true without the SOA, only not cacheable */
    put(w, apex_name.p, apex_name.n);
    negative_at(w, zone, at, w->kind != TAIL_EXACT, 2);
}

static size_t tail_raw_size(const struct tail_writer *w)
{
    return sizeof(struct tail) + tail_negative_size(&w->tail) + 2u * w->tail.relocs_n + w->tail.bytes;
}

size_t tail_size(const struct tail_writer *w)
{
    return (tail_raw_size(w) + 1) & ~(size_t)1;
}

void tail_end(struct tail_writer *w, void *to)
{
    uint8_t *p = to;

    memcpy(p, &w->tail, sizeof(w->tail));
    p += sizeof(w->tail);
    if ((w->tail.flags & TAIL_NEGATIVE) != 0) {
        memcpy(p, &w->negative, sizeof(w->negative));
        p += sizeof(w->negative);
    }
    memcpy(p, w->relocs, 2u * w->tail.relocs_n);
    memcpy(p + 2u * w->tail.relocs_n, w->bytes, w->tail.bytes);
}

/* ---- the negative answer --------------------------------------------------------------------------- */

struct negative_writer {
    struct negative *n;
    const struct owner *apex;
};

static void negative_apex(struct negative_writer *w)
{
    struct negative *n = w->n;

    n->places[n->places_n++] = n->bytes;
    write_u16(n->record + n->bytes, POINTER);
    n->bytes = (uint16_t)(n->bytes + 2);
}

/* Labels up to the apex, which becomes a pointer to be filled in; names outside of the zone whole. */
static void negative_name(struct negative_writer *w, const struct dns_name *name)
{
    struct negative *n = w->n;
    struct dns_name apex;
    size_t own = name->len;

    owner_dns_name(w->apex, &apex);
    if (apex.labels > 0 && dns_name_is_subdomain(name, &apex))
        own = name->len - apex.len;
    memcpy(n->record + n->bytes, name->wire, own);
    n->bytes = (uint16_t)(n->bytes + own);
    if (own < name->len)
        negative_apex(w);
}

struct negative *negative_new(const struct owner *apex, const struct record_set *soa)
{
    struct negative_writer w = {mem_new(sizeof(struct negative) + 2 + 10 + 2 * DNS_NAME_MAX + 20), apex};
    struct str rest = set_packed(soa), rdata = STR_NULL;
    struct dns_soa s;
    size_t head;
    uint8_t *p;

    INVARIANT(packed_next(&rest, &rdata) && dns_soa_read(rdata, &s));
    negative_apex(&w);
    head = w.n->bytes;
    p = w.n->record + head;
    write_u16(p, DNS_SOA);
    write_u16(p + 2, DNS_IN);
    write_u32(p + 4, s.minimum < soa->ttl ? s.minimum : soa->ttl);
    w.n->bytes = (uint16_t)(head + 10);
    negative_name(&w, &s.mname);
    negative_name(&w, &s.rname);
    memcpy(w.n->record + w.n->bytes, rdata.p + rdata.n - 20, 20);
    w.n->bytes = (uint16_t)(w.n->bytes + 20);
    write_u16(w.n->record + head + 8, (uint16_t)(w.n->bytes - head - 10));
    return mem_grow(w.n, sizeof(*w.n) + w.n->bytes);
}
