/* Writing one answer tail: records behind a question, compressed (answer.h says how pointers move).
 *
 * Names are compressed against the question's name and everything written before; in RDATA only where the type's layout
 * allows it (RFC 3597 §4). Records come section by section. What does not fit into TAIL_BYTES_MAX sets `over`. */
#ifndef FW_NAMESERVER_TAIL_H
#define FW_NAMESERVER_TAIL_H

#include "nameserver/store.h"

#define TAIL_ASKED STR_NULL /* an owner: the name of the question, whatever that is */
#define TAIL_NAMES_MAX 256 /* remembered for compression; further ones are written out */

/* How the questions that a tail answers relate to the name it is compiled for. */
enum tail_base {
    TAIL_EXACT, /* the same name */
    TAIL_WILDCARD, /* the name is "*.encloser"; questions have other labels in place of "*" */
    TAIL_BELOW, /* questions are at the name or below it */
};

struct tail_name {
    const uint8_t *wire; /* borrowed until tail_end */
    uint8_t len;
    bool moves;
    uint16_t at; /* in the message */
};

struct tail_writer {
    struct dns_name base;
    enum tail_base kind;
    struct tail tail;
    struct tail_negative negative; /* of TAIL_NEGATIVE */
    bool over;
    unsigned names_n;
    struct tail_name names[TAIL_NAMES_MAX];
    uint16_t relocs[TAIL_BYTES_MAX / 2];
    uint8_t bytes[TAIL_BYTES_MAX];
};

void tail_begin(struct tail_writer *w, const struct dns_name *base, enum tail_base kind) FW_NONNULL_ALL;
/* All records of a set, for an owner whose wire form lives until tail_end, or TAIL_ASKED. */
void tail_records(struct tail_writer *w, enum dns_section section, struct str owner, uint16_t type, uint32_t ttl,
    struct str packed) FW_NONNULL_ALL;
/* The same in the additional section, all or none: left out where the tail would have more than bytes_max bytes. */
void tail_optional(struct tail_writer *w, struct str owner, uint16_t type, uint32_t ttl, struct str packed,
    size_t bytes_max) FW_NONNULL_ALL;
/* Everything so far must be in the answer; what follows may be left out where room is short. */
void tail_needed(struct tail_writer *w) FW_NONNULL_ALL;
/* The zone's SOA goes behind; apex_name is the zone's name. */
void tail_negative(
    struct tail_writer *w, const struct zone_view *zone, struct str apex_name, bool exists) FW_NONNULL_ALL;
/* Bytes that the finished tail takes, and the finished tail there (aligned for uint16_t). */
size_t tail_size(const struct tail_writer *w) FW_NONNULL_ALL;
void tail_end(struct tail_writer *w, void *to) FW_NONNULL_ALL;

/* The SOA for negative answers of the zone: TTL min(SOA's, minimum), RFC 2308 §5. */
struct negative *negative_new(const struct owner *apex, const struct record_set *soa) FW_NONNULL_ALL;

/* Walks packed RDATA: false behind the last record. Packed data that store_apply has passed is good. */
static inline bool packed_next(struct str *rest, struct str *rdata_r)
{
    size_t n;

    if (rest->n < 2)
        return false;
    n = read_u16(rest->p);
    *rdata_r = str_n(rest->p + 2, n);
    *rest = str_n(rest->p + 2 + n, rest->n - 2 - n);
    return true;
}
static inline struct str set_packed(const struct record_set *s)
{
    return str_n((const char *)s->data, s->n);
}

#endif
