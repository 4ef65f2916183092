/* Bytes in, bytes out: one question answered from the table. No lock, no allocation, no system call.
 *
 * A thread takes a view for each batch (query_view_take … query_view_give), prepares all queries of the batch (parse, hash,
 * prefetch), and then answers each; every answer of the batch comes from the same state of all zones.
 *
 * What is refused, and how (in this order):
 *   shorter than a header, or itself a reply      silence
 *   opcode other than QUERY                       NOTIMP
 *   malformed, not one question                   FORMERR
 *   EDNS version other than 0                     BADVERS
 *   class other than IN (version.bind too)        REFUSED
 *   AXFR, IXFR                                    REFUSED
 *   MAILA, MAILB; other types that only stand in messages     NOTIMP; FORMERR
 *   a name in no zone served here                 REFUSED
 * Type ANY gets one RRset of the name (RFC 8482 §4.1).
 *
 * Over UDP an answer is at most min(what the client takes, QUERY_UDP_MAX) bytes. First additional records that may be
 * left out go; then the answer is empty with TC, and the client comes back over TCP.
 */
#ifndef FW_NAMESERVER_QUERY_H
#define FW_NAMESERVER_QUERY_H

#include <sys/socket.h>

#include "nameserver/store.h"

#define QUERY_UDP_MAX DNS_EDNS_UDP_SIZE
#define QUERY_RCODES 24
#define QUERY_OPT_OPTIONS_MAX 128 /* of options in an answer */

struct query_counts {
    uint64_t rcode[QUERY_RCODES];
    uint64_t dropped, truncated, referrals;
};

struct synthesis;

/* What a thread answers from: taken and given back once a batch. What an operator chooses about answers belongs here too
 * (a pointer to settings that all threads share); each thread has its own view. */
struct query_view {
    struct store *store;
    struct epoch_reader *reader;
    const struct table_slots *slots;
    uint64_t clock;
    unsigned labels_max;
    struct query_counts counts; /* since query_view_init; the thread's own */
    struct synthesis *synthesis; /* NULL until a DNAME is met */
};

/* A query on its way. query_prepare fills everything below the first group from the bytes. A query whose OPT carries options
 * has them in `options`, and what the answer's OPT shall carry in turn goes into `opt`; all others have neither, and
 * pay nothing for those that do. */
struct query {
    /* Given: in may be of any length and content; out has room for QUERY_UDP_MAX bytes, or over TCP DNS_MESSAGE_MAX. */
    const uint8_t *in;
    size_t in_n;
    uint8_t *out;
    const struct sockaddr_storage *client; /* NULL: not known */
    bool tcp;

    size_t out_n; /* 0: no answer */
    int refuse; /* rcode of dns_query_parse; but for DNS_NOERROR, only flags, question_end and edns are to be used */
    uint16_t flags; /* of the header */
    uint16_t type, class_;
    uint16_t question_end; /* bytes of header and question; 0 where no question could be read */
    uint16_t limit; /* bytes that the answer may have */
    uint16_t opt_size; /* bytes of the answer's OPT record; 0: without EDNS */
    bool do_bit;
    uint8_t labels; /* of the name, without the root */
    uint8_t name_len;
    uint64_t hash;
    uint8_t name[DNS_NAME_MAX + 1 + NAME_HASH_SLACK]; /* lower case */
    struct str options; /* of the question's OPT, whole; in `in` */
    struct {
        uint16_t n;
        uint8_t bytes[QUERY_OPT_OPTIONS_MAX];
    } opt; /* only with opt_size > DNS_OPT_SIZE: then n is opt_size - DNS_OPT_SIZE */
};

void query_view_init(struct query_view *v, struct store *st) FW_NONNULL_ALL;
void query_view_clear(struct query_view *v) FW_NONNULL_ALL;
/* Between these two, what the view reached stays in memory. */
static inline void query_view_take(struct query_view *v)
{
    v->clock = epoch_enter(&v->store->epochs, v->reader);
    v->slots = table_view(&v->store->table);
    v->labels_max = atomic_load_explicit(&v->store->table.labels_max, memory_order_acquire);
}
static inline void query_view_give(struct query_view *v)
{
    epoch_leave(v->reader);
}

/* Reads what nearly all queries are, and says false of everything else, good or bad, with the fields of q left in any state. */
bool query_read_plain(struct query *q) FW_NONNULL_ALL;
/* Reads any query, or finds that it must be refused. */
void query_read_any(struct query *q) FW_NONNULL_ALL;

void query_prepare(struct query_view *v, struct query *q) FW_NONNULL_ALL;
void query_answer(struct query_view *v, struct query *q) FW_NONNULL_ALL;

#endif
