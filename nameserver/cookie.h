/* DNS cookies (RFC 7873) with server cookies that all servers of a set understand (RFC 9018).
 *
 * A client sends eight bytes of its own choice; we send them back with sixteen of ours, and whoever shows those again
 * has received something at the address that it writes from. Nothing is kept about clients: a server cookie is version 1,
 * three reserved bytes, the time in seconds, and SipHash-2-4 over client cookie, these eight bytes and the client's
 * address under a key of 128 bits (RFC 9018 §4). It counts for an hour, and is renewed when half of that is over.
 *
 * Keys. The first key makes cookies, all of them verify. Servers that clients reach at one address, or that take over
 * from each other, need the same file of keys; a server without a file draws a key when it starts, so that its
 * clients learn a new cookie after a restart, which costs nothing where cookies are not required. To change keys
 * (RFC 9018 §5): add the new key as the second line on every server; when all have it, make it the first; an hour
 * later take the old one out. The file is to be replaced by rename; servers look at it each second (main_dns.c), so no
 * signal has to reach each of them. A file that is no good changes nothing and is logged.
 *
 * Threads that answer hold a copy of the keys, and look once per batch whether it is still the newest.
 */
#ifndef FW_NAMESERVER_COOKIE_H
#define FW_NAMESERVER_COOKIE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/error.h"
#include "base/str.h"

#define COOKIE_CLIENT_SIZE 8
#define COOKIE_SERVER_SIZE 16
#define COOKIE_SIZE (COOKIE_CLIENT_SIZE + COOKIE_SERVER_SIZE)
#define COOKIE_KEY_SIZE 16
#define COOKIE_KEYS_MAX 8
#define COOKIE_LIFE_S 3600 /* RFC 9018 §4.3 */
#define COOKIE_RENEW_S 1800
#define COOKIE_AHEAD_S 300 /* what another server's clock may be in front of ours */

struct cookie_keys {
    uint8_t key[COOKIE_KEYS_MAX][COOKIE_KEY_SIZE];
    unsigned n;
};

enum cookie_verdict {
    COOKIE_MALFORMED, /* of a length that no cookie has: FORMERR (RFC 7873 §5.2.2) */
    COOKIE_CLIENT_ONLY,
    COOKIE_BAD, /* with a server cookie that is not ours, or too old: as if it had none */
    COOKIE_GOOD,
};

/* option: data of a COOKIE option. addr: the client's address, 4 or 16 bytes. now: seconds since 1970, low 32 bits. */
enum cookie_verdict cookie_check(
    const struct cookie_keys *keys, struct str option, struct str addr, uint32_t now) FW_NONNULL_ALL;
/* The COOKIE option's data to send back for an option that is not malformed: a good cookie of the first half hour under
 * the first key as it came (the time need not be hidden: RFC 9018 §4.3), else a new one. */
void cookie_answer(const struct cookie_keys *keys, struct str option, enum cookie_verdict verdict, struct str addr,
    uint32_t now, uint8_t out[COOKIE_SIZE]) FW_NONNULL_ALL;

/* Keys as text: 32 hex digits a line; blank lines and lines that begin with # do not count. INVALID "cookie-keys" with the
 * line's number; never with what stands there. */
enum status cookie_keys_parse(struct str text, struct cookie_keys *keys_r, struct error *e) FW_MUST_CHECK;

/* ---- the newest keys of this process ---------------------------------------------------------------- */

struct cookie_ring {
    pthread_mutex_t lock;
    _Atomic uint64_t version; /* of keys; from 1 on */
    struct cookie_keys keys;
};

/* With one random key. */
void cookie_ring_init(struct cookie_ring *r) FW_NONNULL_ALL;
void cookie_ring_clear(struct cookie_ring *r) FW_NONNULL_ALL;
void cookie_ring_set(struct cookie_ring *r, const struct cookie_keys *keys) FW_NONNULL_ALL;
void cookie_ring_copy(struct cookie_ring *r, struct cookie_keys *keys, uint64_t *version) FW_NONNULL_ALL;
/* Brings a thread's copy up to date; *version 0: it has none yet. */
static inline void cookie_ring_follow(struct cookie_ring *r, struct cookie_keys *keys, uint64_t *version)
{
    if (FW_UNLIKELY(atomic_load_explicit(&r->version, memory_order_acquire) != *version))
        cookie_ring_copy(r, keys, version);
}

/* ---- the file ------------------------------------------------------------------------------------------ */

#define COOKIE_FILE_MAX 4096

struct cookie_file {
    const char *path;
    int64_t seen[5]; /* device, inode, size, time of change in two parts: as of the last look */
};

/* Reads the file, which others than its owner must not be able to read, and sets the ring's keys. Nothing is changed
 * where it fails: NOT_FOUND, DENIED "cookie-keys-mode", INVALID "cookie-keys", or as file_read says. */
enum status cookie_file_load(struct cookie_file *f, struct cookie_ring *r, struct error *e) FW_MUST_CHECK;
/* true when the file is another one than at the last look, or has gone; then load it. */
bool cookie_file_changed(struct cookie_file *f) FW_NONNULL_ALL;

#endif
