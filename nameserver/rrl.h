/* Response rate limiting: so that nobody can have this server flood somebody else.
 *
 * An answer over UDP goes to whoever the question said it came from. Limited is therefore what one network gets of one
 * answer: per client prefix, kind of answer and name, `rate` a second (and at once, after silence, up to one second's
 * worth). The name is the one that decides: the owner of the data (of the wildcard, where one was used), the zone of what
 * does not exist, the cut of a referral; errors have none. So random names below a zone are one answer, and a
 * resolver that asks for many things is not limited at all. What is over the limit is dropped, but one in `slip` (picked
 * by chance, so that nobody can arrange who gets it) goes out empty with TC: a real client comes back over TCP, which is
 * never limited, and neither is who shows a good cookie or is in an exempt network.
 *
 * The scheme is that of BIND, NSD and Knot. As in Knot, what is within the rate passes even while a flood goes
 * on; there is no time of penance.
 *
 * Memory is fixed: `slots` words of eight bytes in lines of eight, shared by all threads and changed by compare and swap.
 * A word holds 24 bits of a keyed hash (SipHash-2-4 over prefix, kind and name) and the time up to which the rate has been
 * used ("theoretical arrival time" of the generic cell rate algorithm), 40 bits of 1,024 ns. Its line is picked by other
 * bits of the hash. Where a line is full, the word that has the most rate left goes, which forgets least. So it may
 * forget too early when there are more limited answers than slots, and never limits somebody for another's
 * questions but by a collision of 24 bits within a line.
 */
#ifndef FW_NAMESERVER_RRL_H
#define FW_NAMESERVER_RRL_H

#include <stdatomic.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/str.h"

#define RRL_EXEMPT_MAX 64
#define RRL_RATE_MAX 100000
#define RRL_SLOTS_MAX (1 << 27)

struct rrl_prefix {
    int family; /* AF_INET or AF_INET6 */
    uint8_t bits;
    uint8_t addr[16];
};
/* "192.0.2.0/24", "2001:db8::/32", or an address alone. Bits behind the prefix must be zero. INVALID "prefix-invalid". */
enum status rrl_prefix_parse(struct str text, struct rrl_prefix *p_r, struct error *e) FW_MUST_CHECK;

struct rrl_settings {
    unsigned rate; /* answers a second, from 1 on */
    unsigned slip; /* one in so many limited answers is sent empty, with TC; 0: none, 1: each */
    unsigned prefix4, prefix6; /* bits of a client's network: 1..32, 1..64 */
    unsigned slots; /* rounded up to a power of two, at least 8 */
    const struct rrl_prefix *exempt; /* copied */
    size_t exempt_n;
};

enum rrl_kind { RRL_ANSWER, RRL_NODATA, RRL_NXDOMAIN, RRL_REFERRAL, RRL_ERROR };
enum rrl_verdict { RRL_SEND, RRL_SLIP, RRL_DROP };

struct rrl;

struct rrl *rrl_new(const struct rrl_settings *s) FW_NONNULL_ALL FW_RETURNS_NONNULL;
void rrl_free(struct rrl **r) FW_NONNULL_ALL;
/* name: any number that stands for it. now_ns: of the monotonic clock, at most some seconds behind that of other threads.
 * Safe in any number of threads. */
enum rrl_verdict rrl_check(struct rrl *r, const struct sockaddr_storage *client, enum rrl_kind kind, uint64_t name,
    uint64_t now_ns) FW_NONNULL_ALL;

#endif
