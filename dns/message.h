/* DNS messages (RFC 1035 §4, RFC 6891, RFC 2181, RFC 9619): three separate things.
 *
 * dns_query_parse   reads what a server gets: header, one question, OPT; no arena, no copies beyond the name; says with
 *                   which rcode to refuse, or to drop.
 * dns_message_parse reads everything, for clients, checks and tests: all sections, RDATA decompressed into an arena.
 * dns_writer        builds a message with compression into a buffer of fixed size; an RRset goes in whole or
 *                   not at all.
 *
 * All input is hostile: every count, length and pointer is checked against the bytes that are there.
 */
#ifndef FW_DNS_MESSAGE_H
#define FW_DNS_MESSAGE_H

#include "dns/rrset.h"

#define DNS_HEADER_SIZE 12
#define DNS_MESSAGE_MAX 65535
#define DNS_UDP_PLAIN_MAX 512 /* without EDNS */
#define DNS_EDNS_UDP_SIZE 1232 /* what we offer and at most send over UDP: no fragments anywhere */
#define DNS_OPT_SIZE 11 /* without options */

enum dns_flag {
    DNS_QR = 0x8000,
    DNS_AA = 0x0400,
    DNS_TC = 0x0200,
    DNS_RD = 0x0100,
    DNS_RA = 0x0080,
    DNS_AD = 0x0020,
    DNS_CD = 0x0010,
};
enum { DNS_OPCODE_QUERY = 0, DNS_OPCODE_NOTIFY = 4, DNS_OPCODE_UPDATE = 5 };

enum dns_rcode {
    DNS_NOERROR = 0,
    DNS_FORMERR = 1,
    DNS_SERVFAIL = 2,
    DNS_NXDOMAIN = 3,
    DNS_NOTIMP = 4,
    DNS_REFUSED = 5,
    DNS_YXDOMAIN = 6,
    DNS_NOTAUTH = 9,
    DNS_BADVERS = 16, /* from here on only with OPT */
    DNS_BADCOOKIE = 23,
};
/* "NXDOMAIN"; "RCODE77" for those without a name (static or thread-local storage). */
const char *dns_rcode_text(unsigned rcode) FW_RETURNS_NONNULL;

struct dns_header {
    uint16_t id, flags; /* flags: the whole second word */
    uint16_t count[4]; /* question, answer, authority, additional */
};
/* false when msg is shorter than a header. */
bool dns_header_read(struct str msg, struct dns_header *h_r) FW_NONNULL_ALL;
static inline unsigned dns_flags_opcode(uint16_t flags)
{
    return (flags >> 11) & 15u;
}

struct dns_edns {
    bool present;
    bool do_bit;
    uint8_t version;
    uint16_t udp_size; /* as said, but at least 512 (RFC 6891 §6.2.3) */
    struct str options; /* raw, walked and found whole; borrowed from the message */
};

/* What an OPT record's class, TTL and RDATA say. */
void dns_edns_read(struct dns_edns *edns_r, uint16_t class_, uint32_t ttl, struct str options) FW_NONNULL_ALL;
/* The options fill the RDATA exactly: code, length, bytes, again and again. */
bool dns_edns_options_whole(struct str options);

/* ---- a query, as a server gets it ---------------------------------------------------------------- */

#define DNS_DROP (-1) /* give no answer: not even a header, or itself a reply */

struct dns_query {
    uint16_t id, flags;
    struct dns_name name; /* with the case it was asked in */
    uint16_t type, class_;
    size_t question_end; /* bytes of header and question; 0 where no question could be read */
    struct dns_edns edns;
    size_t tsig_at; /* offset of the TSIG record; 0: not signed */
    const char *reason; /* for logs and tests when refused: "two questions", "trailing bytes" … */
};
/* DNS_NOERROR: fill an answer. FORMERR, NOTIMP, BADVERS: reply with it (question_end says whether the question can
 * be echoed). DNS_NOTAUTH: it is signed, and nobody here knows a key (RFC 8945 §5.2.1; dns/tsig.h). DNS_DROP: silence.
 * Unknown EDNS options are passed over. Answer and authority sections must be empty unless the opcode is not QUERY (then
 * NOTIMP) or the type is IXFR; the additional section may hold OPT, TSIG as the last, and others, which are skipped.
 * edns is filled of every message that is not malformed, also without question and of other opcodes, so that the refusal
 * has an OPT record too (RFC 6891 §6.1.1). */
int dns_query_parse(struct str msg, struct dns_query *q_r) FW_NONNULL_ALL;

/* ---- a whole message ------------------------------------------------------------------------------- */

enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL, DNS_SECTIONS };

struct dns_record {
    struct dns_name owner;
    uint16_t type, class_;
    uint32_t ttl;
    struct str rdata; /* good, uncompressed; in the arena */
};

struct dns_message {
    struct dns_header header;
    unsigned rcode; /* with the extended bits */
    bool has_question;
    struct dns_name qname;
    uint16_t qtype, qclass;
    struct dns_record *records[DNS_SECTIONS]; /* without OPT */
    size_t n[DNS_SECTIONS];
    struct dns_edns edns;
    size_t size; /* bytes on the wire */
};
/* At most one question; at most one OPT, in the additional section, at the root. Bytes behind the last record are
 * an error. PROTOCOL with section, number and byte position in the text. */
enum status dns_message_parse(
    struct arena *a, struct str wire, struct dns_message *m_r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* The records of one owner and type in a section, as an RRset (n = 0 if there are none). */
struct dns_rrset dns_message_rrset(struct arena *a, const struct dns_message *m, enum dns_section section,
    const struct dns_name *owner, uint16_t type) FW_NONNULL_ALL;
/* Header, question and records in lines like dig's. */
void dns_message_write(struct buf *out, const struct dns_message *m) FW_NONNULL_ALL;

/* ---- building ---------------------------------------------------------------------------------------- */

#define DNS_WRITER_NAMES 128 /* names remembered for compression; more are simply written out */

struct dns_writer {
    uint8_t *p;
    size_t n, max, reserved;
    uint16_t count[4];
    struct {
        uint16_t at; /* offset of a label sequence in p */
        uint8_t labels;
        uint8_t hash;
    } names[DNS_WRITER_NAMES];
    unsigned names_n;
};
/* max >= 12 and <= 65535. Writes the header with no counts. */
void dns_writer_begin(struct dns_writer *w, void *p, size_t max, uint16_t id, uint16_t flags) FW_NONNULL_ALL;
/* false when it does not fit; then nothing was written. Once, before any record. */
bool dns_writer_question(
    struct dns_writer *w, const struct dns_name *name, uint16_t type, uint16_t class_) FW_NONNULL_ALL;
/* Keeps n bytes free for what comes last (OPT, TSIG); dns_writer_opt gives its own share back. */
void dns_writer_reserve(struct dns_writer *w, size_t n) FW_NONNULL_ALL;
/* All records or none. Sections must come in order. The caller decides what false means: TC for answer and
 * authority (dns_writer_truncate), nothing for additional data. */
bool dns_writer_rrset(struct dns_writer *w, enum dns_section section, const struct dns_rrset *set) FW_NONNULL_ALL;
bool dns_writer_record(struct dns_writer *w, enum dns_section section, const struct dns_record *record) FW_NONNULL_ALL;
void dns_writer_truncate(struct dns_writer *w) FW_NONNULL_ALL; /* sets TC */
/* The low four bits, in the header; dns_writer_opt sets all of a rcode. */
void dns_writer_rcode(struct dns_writer *w, unsigned rcode) FW_NONNULL_ALL;
/* EDNS OPT with the extended part of rcode; options as raw bytes (may be empty). false when it does not fit. */
bool dns_writer_opt(struct dns_writer *w, unsigned rcode, uint16_t udp_size, bool do_bit, struct str options);
/* Puts the counts in; the message, borrowed from p. */
struct str dns_writer_end(struct dns_writer *w) FW_NONNULL_ALL;

#endif
