/* Names elsewhere, through resolvers that somebody else runs. The one door to libunbound.
 *
 * All questions go to the resolvers that the configuration names, and nowhere else: no root servers, no hosts file. CNAMEs
 * are followed. Nothing is remembered here: each question is asked anew, so that whoever asks decides how fresh an
 * answer must be. Asking does not wait: the library's own thread does the talking, and resolver_process, called when
 * resolver_fd is readable, hands the answers over on the caller's thread. One resolver is used by one thread.
 *
 * An answer counts for what it says when it says so: without trust anchors nothing is validated (DNSSEC), and the way to the
 * resolvers has to be one that can be trusted; with them, what does not validate is RESOLVER_FAILED. */
#ifndef FW_BASE_RESOLVER_H
#define FW_BASE_RESOLVER_H

#include "base/error.h"
#include "base/net.h"

#define RESOLVER_ADDRS_MAX 8
#define RESOLVER_RECORDS_MAX 100 /* further ones of an answer are left out */

enum resolver_outcome {
    RESOLVER_DATA,
    RESOLVER_NO_DATA, /* the name does not exist, or has nothing of the type */
    RESOLVER_FAILED, /* nobody answered, or with an error */
};

/* Borrowed until the callback returns. */
struct resolver_answer {
    enum resolver_outcome outcome;
    uint32_t ttl; /* seconds: the least of the answer; 0 where it failed */
    size_t n;
    struct str rdata[RESOLVER_RECORDS_MAX]; /* wire form */
    const char *why; /* of RESOLVER_FAILED, for people */
};

struct resolver;

/* addrs: with port. trust_anchors: a file of DS or DNSKEY records; NULL: no validation. INVALID "resolver" says what is wrong
 * with them. */
enum status resolver_new(const struct net_addr *addrs, size_t n, const char *trust_anchors, struct resolver **r_r,
    struct error *e) FW_MUST_CHECK FW_NONNULL(1, 4, 5);
/* Questions that are under way are dropped; their callbacks are not called. */
void resolver_free(struct resolver **r);

/* name: presentation form. done is called once, by resolver_process, unless the question is cancelled before. id_r: for
 * resolver_cancel. UNAVAILABLE "resolver": not asked. */
enum status resolver_ask(struct resolver *r, const char *name, uint16_t type,
    void (*done)(void *ctx, const struct resolver_answer *answer), void *ctx, int *id_r, struct error *e) FW_MUST_CHECK;
void resolver_cancel(struct resolver *r, int id) FW_NONNULL_ALL;
int resolver_fd(const struct resolver *r) FW_NONNULL_ALL;
/* Never waits. */
void resolver_process(struct resolver *r) FW_NONNULL_ALL;

#endif
