/* What a question meets: precompiled answers.
 *
 * The work is done when data changes, not when a question comes. For every name that exists in a served zone (owners
 * of records, empty non-terminals, cuts) the compiler (compile.h) makes one immutable block, the image, which
 * holds for each type an answer tail: all bytes behind the question, compressed relative to a question that
 * starts at offset 12. To answer is to parse, look the image up (table.h), copy the tail, and patch.
 *
 * Who builds: the writer, in compile.c, when an owner's data, or data that its answers are made of, changes.
 * Who reads: query.c, on many threads, without locks; see epoch.h for what "born" and "older" are for.
 *
 * Relocation. In most tails the name of the question is the image's own name, and all compression pointers are
 * final. Three kinds serve questions whose name is longer, by delta bytes: a wildcard's (the "*" is replaced by what
 * was asked), a cut's (the question is below it), and a zone's negative answer. Their tails list the places of
 * pointers that move with the question; adding delta to each is all there is to do. A pointer to offset 12, the
 * question's name as a whole, never moves.
 *
 * Negative answers are one per zone, not one per name: the SOA record of the authority section, in which every
 * pointer means the apex. A tail that ends in "no such data" (a CNAME whose target has none) says so with
 * TAIL_NEGATIVE, the zone, and where in the message that zone's apex stands, and the SOA is appended. So a new
 * serial recompiles two things of a zone, however many names it has.
 *
 * Room to grow: slots are looked up by (type, kind). SLOT_PLAIN is the only kind today; a tail for DNSSEC (DO set)
 * and one that depends on the client's subnet are further kinds of the same type.
 */
#ifndef FW_NAMESERVER_ANSWER_H
#define FW_NAMESERVER_ANSWER_H

#include <stdatomic.h>

#include "dns/message.h"

#define ANSWER_AT_QUESTION 12 /* where the question's name starts */
#define ANSWER_OPTIONS_MAX 128 /* of EDNS, all that an answer may carry */
/* Largest tail: what a TCP message holds behind header, longest question, SOA and OPT. */
#define TAIL_BYTES_MAX (DNS_MESSAGE_MAX - 12 - 259 - 640 - DNS_OPT_SIZE - ANSWER_OPTIONS_MAX)
#define ANSWER_SLOTS_MAX 250

/* The SOA that goes into the authority section when there is no data (RFC 2308 §3). */
struct negative {
    struct negative *_Atomic older;
    uint64_t born;
    uint16_t bytes; /* of the record */
    bool packed; /* stands in its zone's block */
    uint8_t places_n; /* where pointers to the apex go, in the record; [0] is the owner */
    uint16_t places[3];
    uint8_t record[];
};

/* The part of a zone that readers see. */
struct zone_view {
    struct negative *_Atomic negative; /* newest first */
    uint8_t name_len;
};

enum tail_flag { TAIL_AA = 1, TAIL_NEGATIVE = 2 };

/* Followed by: a tail_negative (only with TAIL_NEGATIVE), relocs_n places (uint16_t), the bytes. Aligned for uint16_t. */
struct tail {
    uint16_t bytes; /* all records */
    uint16_t bytes_needed; /* without additional records that may be left out */
    uint16_t count[3]; /* answer, authority, additional */
    uint16_t additional_needed;
    uint16_t relocs_n;
    uint8_t rcode;
    uint8_t flags;
};

/* Whose SOA goes behind, and where in the message the name of that zone's apex stands. */
struct tail_negative {
    const struct zone_view *zone;
    uint16_t apex_at;
    bool apex_moves; /* with the question, by delta */
    uint8_t
        owner_bytes; /* of the SOA record that stand in the tail already: its owner's pointer, where the name stands */
};

enum slot_kind { SLOT_PLAIN = 0 };

struct slot {
    uint16_t type; /* 0: the answer to every type that has no slot (referral, CNAME) */
    uint16_t kind;
    uint32_t at; /* of the tail in the image */
};

enum image_flag {
    IMAGE_GONE = 1, /* the name is no more; stands in front until readers have passed */
    IMAGE_CUT = 2, /* a delegation: slot 0 is the referral */
    IMAGE_WILDCARD_BELOW = 4, /* *.name exists */
    IMAGE_APEX = 8,
    IMAGE_PARENT_SIDE = 16, /* the parent's data at the apex of a zone that is served too: for DS only */
    IMAGE_CNAME = 32, /* holds a CNAME */
    IMAGE_DNAME = 64, /* holds a DNAME, and is no cut: names below it are synthesised (synthesis.h) */
    IMAGE_PACKED = 128, /* stands in a block with the rest of its zone, and goes with it (packed.h) */
};

/* Followed by: slots (in order of type), the name (lower case), their tails in the same order. A question for a short name
 * reads two cache lines: this one, and the tail's. */
struct image {
    struct image *_Atomic older;
    uint64_t born;
    const struct zone_view *zone;
    uint8_t name_len;
    uint8_t labels;
    uint8_t flags;
    uint8_t slots_n;
    struct slot slots[];
};

static inline const uint8_t *image_name(const struct image *i)
{
    return (const uint8_t *)&i->slots[i->slots_n];
}
static inline const struct tail *image_tail(const struct image *i, const struct slot *s)
{
    return (const struct tail *)(const void *)((const uint8_t *)i + s->at);
}
/* The slot of that very type; NULL where there is none. */
static inline const struct slot *image_slot(const struct image *i, uint16_t type)
{
    for (const struct slot *s = i->slots, *end = s + i->slots_n; s < end; s++) {
        if (s->type == type)
            return s;
    }
    return NULL;
}
static inline const uint8_t *tail_extra(const struct tail *t)
{
    return (const uint8_t *)(t + 1);
}
static inline struct tail_negative tail_negative_of(const struct tail *t)
{
    struct tail_negative n;

    memcpy(&n, tail_extra(t), sizeof(n));
    return n;
}
static inline size_t tail_negative_size(const struct tail *t)
{
    return (t->flags & TAIL_NEGATIVE) != 0 ? sizeof(struct tail_negative) : 0;
}
/* Places, relative to the bytes, of the pointers that move. */
static inline uint16_t tail_reloc(const struct tail *t, unsigned i)
{
    uint16_t at;

    memcpy(&at, tail_extra(t) + tail_negative_size(t) + 2 * i, 2);
    return at;
}
static inline const uint8_t *tail_bytes(const struct tail *t)
{
    return tail_extra(t) + tail_negative_size(t) + 2u * t->relocs_n;
}
/* With what stands in front of its bytes. */
static inline size_t tail_whole_size(const struct tail *t)
{
    return sizeof(*t) + tail_negative_size(t) + 2u * t->relocs_n + t->bytes;
}
/* What the next one stands behind. */
static inline size_t tail_room_size(const struct tail *t)
{
    return (tail_whole_size(t) + 1) & ~(size_t)1;
}
/* Up to the end of its name, or of the tail that stands last. */
static inline size_t image_size(const struct image *i)
{
    size_t size = (size_t)(image_name(i) - (const uint8_t *)i) + i->name_len;

    for (unsigned n = 0; n < i->slots_n; n++) {
        size_t end = i->slots[n].at + tail_whole_size(image_tail(i, &i->slots[n]));

        size = end > size ? end : size;
    }
    return size;
}
/* The newest that a reader at this clock value may see; NULL where the name did not exist then. */
static inline const struct image *image_at(const struct image *i, uint64_t clock)
{
    while (i != NULL && i->born > clock)
        i = atomic_load_explicit(&i->older, memory_order_acquire);
    return i == NULL || (i->flags & IMAGE_GONE) != 0 ? NULL : i;
}
static inline const struct negative *zone_negative(const struct zone_view *z, uint64_t clock)
{
    const struct negative *n = atomic_load_explicit(&z->negative, memory_order_acquire);

    while (n != NULL && n->born > clock)
        n = atomic_load_explicit(&n->older, memory_order_acquire);
    return n;
}

#endif
