/* Four name servers with the same zones, asked the same: ours, and Debian's BIND, NSD and Knot.
 *
 * Every question goes to all four (ask.c). Each reply is taken apart by a reader of its own (reply.c), which shares
 * nothing with dns/, so that what our message code gets wrong on both sides still shows. From it comes a key:
 * the bytes in which everything stands that must be the same, in one order:
 *   - header flags (QR, opcode, AA, TC, RD, RA, AD), the whole rcode, the question byte for byte,
 *   - whether there is an OPT record, its version and flags,
 *   - unless TC is set, the answer section: RRsets in the order they stand in (that of the chain), the
 *     records of an RRset as a set, with TTLs; for type ANY in any order,
 *   - unless TC is set, the authority section as a set, and, of a referral, the addresses of servers whose names are
 *     at or below the cut (RFC 9471 §3.1). Other additional records may stand or not,
 *     but one of the others must know them.
 * Names count without case, but for the question's. CD is copied from the question by us as by BIND (RFC 4035 §3.1.6), but
 * not by NSD and Knot, so it is looked at by itself.
 *
 * Where the keys of the three others are the same, ours must be that key. Where they are not, ours must be one of
 * theirs. What is left must fit one of the deviations (deviations.c), each of which says why we answer
 * as we do, and checks that this is what happened. Everything else is a difference. */
#ifndef FW_TESTS_DIFFERENTIAL_H
#define FW_TESTS_DIFFERENTIAL_H

#include "base/buf.h"

enum { OURS, BIND, NSD, KNOT, SERVERS };
extern const char *const server_names[SERVERS];

enum {
    TYPE_A = 1,
    TYPE_NS = 2,
    TYPE_CNAME = 5,
    TYPE_SOA = 6,
    TYPE_AAAA = 28,
    TYPE_DNAME = 39,
    TYPE_OPT = 41,
    TYPE_DS = 43,
    TYPE_RRSIG = 46,
    TYPE_ANY = 255,
};
enum { RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5, RCODE_YXDOMAIN = 6 };
enum { FLAG_AA = 0x0400, FLAG_TC = 0x0200, FLAG_CD = 0x0010 };

/* What is asked: bytes with id 0. */
struct question {
    const uint8_t *wire;
    uint16_t n;
    bool tcp;
    uint8_t tag; /* why it is asked: index into the names that stand in front of the questions */
};

struct record {
    const uint8_t *owner, *rdata; /* no compression, names in lower case */
    uint16_t owner_n, rdata_n, type, class_;
    uint32_t ttl;
};

enum { ANSWER, AUTHORITY, ADDITIONAL, SECTIONS };

struct reply {
    const uint8_t *wire;
    size_t wire_n; /* 0: there was none */
    const char *wrong; /* malformed, and how; NULL: everything below is good */
    uint16_t flags; /* without the rcode's bits */
    unsigned rcode;
    bool opt;
    uint32_t opt_ttl; /* without the extended rcode */
    uint16_t opt_size;
    const uint8_t *qname; /* as it stands there; NULL without question */
    uint16_t qname_n, qtype;
    size_t n[SECTIONS];
    struct record *records[SECTIONS]; /* without OPT */
    struct str key;
};

/* ---- reply.c ----------------------------------------------------------------------------------------- */

/* wire lives as long as the reply. */
void reply_read(struct arena *a, const uint8_t *wire, size_t n, struct reply *r) FW_NONNULL_ALL;
bool wire_equal(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n) FW_NONNULL_ALL;
/* The name is at or below the other; both in lower case. */
bool wire_below(const uint8_t *name, size_t name_n, const uint8_t *of, size_t of_n) FW_NONNULL_ALL;
size_t wire_len(const uint8_t *name) FW_NONNULL_ALL;
void wire_lower(uint8_t *name, size_t n) FW_NONNULL_ALL;
int record_compare(const void *a, const void *b);
static inline bool record_equal(const struct record *a, const struct record *b)
{
    return record_compare(a, b) == 0;
}
bool section_has(const struct reply *r, int section, const struct record *x) FW_NONNULL_ALL;
bool section_has_type(const struct reply *r, int section, uint16_t type) FW_NONNULL_ALL;
static inline bool reply_truncated(const struct reply *r)
{
    return (r->flags & FLAG_TC) != 0;
}

/* ---- key.c ------------------------------------------------------------------------------------------- */

void reply_key(struct arena *a, struct reply *r) FW_NONNULL_ALL;
/* The address belongs to a server of the cut that the authority section names, and is at or below the cut. */
bool glue_needed(const struct reply *r, const struct record *x) FW_NONNULL_ALL;
/* What kind of answer it is, for counting. */
const char *reply_kind(const struct reply *r) FW_RETURNS_NONNULL;

/* ---- ask.c ------------------------------------------------------------------------------------------- */

struct asker;
/* Addresses like 127.0.0.1:53, in the order of the enum. */
struct asker *asker_new(struct arena *a, const char *const addrs[SERVERS]) FW_NONNULL_ALL;
void asker_close(struct asker *k) FW_NONNULL_ALL;
#define ASK_BATCH 8192
/* replies[i * SERVERS + s] gets wire and wire_n (in the arena), and is read. At most ASK_BATCH, all UDP or all TCP. */
void ask_all(struct asker *k, struct arena *a, const struct question *const *questions, size_t n, bool tcp,
    struct reply *replies) FW_NONNULL_ALL;
/* One question more to one server, over TCP. */
void ask_one(struct asker *k, struct arena *a, int server, const struct question *q, struct reply *r) FW_NONNULL_ALL;

/* ---- deviations.c ------------------------------------------------------------------------------------ */

struct comparison {
    struct asker *asker;
    struct arena *arena;
    const struct question *question;
    struct reply *replies; /* SERVERS */
};
/* Additional records may be left out, but what we give another one must know too. */
bool additional_right(const struct comparison *c) FW_NONNULL_ALL;
struct deviation {
    const char *name, *reason;
    bool (*fits)(const struct comparison *c);
    uint64_t n;
};
/* NULL behind the last. */
struct deviation *deviation_at(size_t i);
struct deviation *deviation_find(const struct comparison *c) FW_NONNULL_ALL;

/* ---- show.c ------------------------------------------------------------------------------------------ */

void name_show(struct buf *b, const uint8_t *name) FW_NONNULL_ALL;
void type_show(struct buf *b, uint16_t type) FW_NONNULL_ALL;
const char *rcode_show(unsigned rcode) FW_RETURNS_NONNULL;
void reply_show(struct buf *b, const struct reply *r) FW_NONNULL_ALL;

#endif
