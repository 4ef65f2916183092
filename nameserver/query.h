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
 *   signed with TSIG                              NOTAUTH, BADKEY (no key is known here)
 *   from a port that would answer the answer      silence
 *   a malformed cookie; none where one is required FORMERR; BADCOOKIE or TC (edns.h)
 *   class other than IN                           REFUSED, but for questions about the server (chaos.h)
 *   AXFR, IXFR                                    REFUSED
 *   MAILA, MAILB; other types that only stand in messages     NOTIMP; FORMERR
 *   a name in no zone served here                 REFUSED
 * Type ANY gets one RRset of the name (RFC 8482 §4.1). Names below a DNAME: synthesis.h.
 *
 * A query without question asks for a cookie, or is malformed (RFC 7873 §5.4).
 *
 * Over UDP an answer is at most min(what the client takes, settings->udp_size) bytes, and may be limited by its rate
 * (rrl.h). First additional records that may be
 * left out go; then the answer is empty with TC, and the client comes back over TCP.
 */
#ifndef FW_NAMESERVER_QUERY_H
#define FW_NAMESERVER_QUERY_H

#include <sys/socket.h>

#include "nameserver/settings.h"
#include "nameserver/store.h"

#define QUERY_UDP_MAX 4096 /* what an answer over UDP has room for; settings say how much of it is used */
#define QUERY_RCODES 24

struct query_counts {
    uint64_t rcode[QUERY_RCODES];
    uint64_t dropped, truncated, referrals;
    uint64_t cookies[4]; /* by enum cookie_verdict */
    uint64_t rate_dropped, rate_slipped;
};

struct synthesis;

/* What a thread answers from: taken and given back once a batch. Each thread has its own view. */
struct query_view {
    struct store *store;
    struct epoch_reader *reader;
    const struct table_slots *slots;
    uint64_t clock;
    unsigned labels_max;
    const struct query_settings *settings; /* shared */
    uint16_t udp_size; /* of the settings */
    bool careful; /* rates are limited, or cookies required: no question is ordinary */
    uint8_t opt[DNS_OPT_SIZE]; /* the OPT record of answers, without options */
    uint64_t now_ns; /* monotonic, of the batch; 0: nobody has asked yet */
    struct query_counts counts; /* since query_view_init; the thread's own */
    struct synthesis *synthesis; /* NULL until a DNAME is met */
    struct cookie_keys cookie_keys; /* a copy, of this version of settings->cookies */
    uint64_t cookie_version;
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
    bool cookie_good; /* of what is no ordinary question (query_answer) */
    uint8_t labels; /* of the name, without the root */
    uint8_t name_len;
    uint64_t hash;
    uint8_t name[DNS_NAME_MAX + 1 + NAME_HASH_SLACK]; /* lower case */
    struct str options; /* of the question's OPT, whole; in `in` */
    uint8_t opt[ANSWER_OPTIONS_MAX]; /* the answer's options: opt_size - DNS_OPT_SIZE bytes */
    const struct image *found; /* the name that the answer is from; NULL: none. Only where rates are limited */
};

/* settings live as long as the view; NULL: query_settings_default. */
void query_view_init(struct query_view *v, struct store *st, const struct query_settings *settings);
/* Other settings from the next query on. */
void query_view_use(struct query_view *v, const struct query_settings *settings) FW_NONNULL_ALL;
void query_view_clear(struct query_view *v) FW_NONNULL_ALL;
/* Between these two, what the view reached stays in memory. */
static inline void query_view_take(struct query_view *v)
{
    v->clock = epoch_enter(&v->store->epochs, v->reader);
    v->slots = table_view(&v->store->table);
    v->labels_max = atomic_load_explicit(&v->store->table.labels_max, memory_order_acquire);
    v->now_ns = 0;
}
static inline void query_view_give(struct query_view *v)
{
    epoch_leave(v->reader);
}

/* These two take a limit of QUERY_UDP_MAX; query_prepare lowers it to that of the settings.
 * Reads what nearly all queries are, and says false of everything else, good or bad, with the fields of q left in any state. */
bool query_read_plain(struct query *q) FW_NONNULL_ALL;
/* Reads any query, or finds that it must be refused. */
void query_read_any(struct query *q) FW_NONNULL_ALL;

void query_prepare(struct query_view *v, struct query *q) FW_NONNULL_ALL;
void query_answer(struct query_view *v, struct query *q) FW_NONNULL_ALL;

#endif
