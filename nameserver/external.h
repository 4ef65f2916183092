/* Aliases to names elsewhere: what an address of somebody else's load balancer is just now.
 *
 * An alias whose zone id is 0 has a target in a zone that is not ours. A target and a type (A or AAAA, nothing else has an
 * answer that could stand under another name) are one entry here, however many aliases lead to it. The entry knows the last
 * good answer; the compiler puts it into the tails of whoever looks at it, with the entry's hash among what they were made of
 * (deps.h); when the answer changes, just those are compiled anew. The answer path knows nothing of all this and never waits.
 *
 * Who does what, all on the writer's thread (the feed's), so that there is nothing to lock:
 *   external.c          the entries and the rules below; `now` is a parameter, it asks nobody
 *   external_heap.c     which entry is due next
 *   external_resolve.c  asks the configured resolvers (base/resolver.h, whose own thread does the waiting)
 *   external_keep.c     keeps answers on the disk, so that a restart needs no resolution
 *
 * The rules; tests/nameserver/test_external.c has a test for each:
 *   - The addresses at the end of the target's CNAMEs are the answer, under the alias's name; no CNAME is seen.
 *   - TTL: the newest answer's, but at least EXTERNAL_TTL_MIN_S and at most EXTERNAL_TTL_MAX_S. It stands in the tail as it is
 *     and does not count down: an asker holds an address no longer than the refresh interval and this.
 *   - An entry is asked for again at 80 to 90 % of the TTL it came with (at random, so that they do not go in step), not sooner
 *     than after EXTERNAL_REFRESH_MIN_S, whatever the TTL, and not later than after EXTERNAL_REFRESH_MAX_S.
 *   - Never resolved yet: SERVFAIL, since "no data" would be a lie that caches keep.
 *   - The target has no such data, or does not exist: no data. After addresses have been seen this must be said twice in a row,
 *     EXTERNAL_REFRESH_MIN_S apart; until then the addresses stay.
 *   - Failure (an error, no answer in time, malformed): the last good answer stays, and the entry is asked for again after
 *     5, 10, 20, 40, then every 60 seconds. Once the last good answer was confirmed longer ago than the configured bound,
 *     it is dropped: SERVFAIL. Failing and recovering are logged once each.
 *   - Nobody asks for an entry that no served name looks at. Its answer is kept for EXTERNAL_IDLE_S, for an alias that is
 *     taken away and put back.
 *   - There are at most so many entries as configured; an alias for which there is no room answers SERVFAIL, counted and
 *     logged, until there is.
 *   - A target that leads back to its own alias (or a circle of them) is asked for like any other: each turn of the circle
 *     takes a refresh interval. Before the first answer all of them are SERVFAIL; nothing can fill them but a change.
 *   - Which zones are served here does not matter: the target is resolved as the public sees it, also when a zone that would
 *     hold it appears here later. Only whoever is delegated to decides.
 */
#ifndef FW_NAMESERVER_EXTERNAL_H
#define FW_NAMESERVER_EXTERNAL_H

#include "base/clock.h"
#include "nameserver/store.h"

#define EXTERNAL_TTL_MIN_S 5
#define EXTERNAL_TTL_MAX_S 60
#define EXTERNAL_REFRESH_MIN_S 5
#define EXTERNAL_REFRESH_MAX_S 300
#define EXTERNAL_RETRY_MAX_S 60
#define EXTERNAL_IDLE_S 600
#define EXTERNAL_RECORDS_MAX 100
#define EXTERNAL_TARGETS_MAX 10000 /* unless configured otherwise */
#define EXTERNAL_STALE_S 86400 /* likewise */

enum external_state { EXTERNAL_UNKNOWN, EXTERNAL_DATA, EXTERNAL_NO_DATA };

struct external {
    struct map_node by_hash; /* what dependants are registered under */
    size_t heap_at; /* place in the heap; EXTERNAL_NOT_IN_HEAP while it is being asked for */
    time_us due;
    time_us good_at; /* when the answer was confirmed last */
    time_us kept_at; /* as the disk has it */
    time_us idle_since; /* 0: somebody looks at it */
    enum external_state state;
    struct record_set *answer; /* EXTERNAL_DATA */
    struct external *unkept; /* in the list of what the disk does not have */
    bool in_unkept;
    uint16_t type;
    uint16_t failures, denials; /* in a row */
    uint8_t len;
    uint8_t target[]; /* wire form, lower case */
};

#define EXTERNAL_NOT_IN_HEAP SIZE_MAX

struct externals {
    struct map by_hash;
    struct external **heap;
    size_t heap_n, heap_cap;
    struct external *unkept;
    struct dns_hash_key key;
    uint64_t refused_hash; /* under which those are registered that found no room */
    size_t max; /* entries */
    int64_t stale_us;
    time_us now; /* of the newest call */
    size_t failing, unresolved; /* entries */
    uint64_t refused; /* compilations that found no room */
};

struct externals *externals_new(void) FW_RETURNS_NONNULL;
void externals_free(struct externals **x) FW_NONNULL_ALL;
void externals_configure(struct externals *x, size_t max, int64_t stale_us) FW_NONNULL_ALL;

/* ---- for the compiler ------------------------------------------------------------------------------------ */

static inline bool alias_is_external(const struct record_set *alias)
{
    return alias->alias && alias_zone_id(alias) == 0;
}
/* What the alias answers with, registered for `whom`; NULL: no data; &external_unresolved: SERVFAIL. Borrowed until the
 * entry's answer changes. */
extern const struct record_set external_unresolved;
const struct record_set *external_answer(
    struct store *st, struct owner *whom, const struct dns_name *target, uint16_t type) FW_NONNULL_ALL;

/* Is that hash one that dependants of an entry are registered under? */
bool external_is(const struct externals *x, uint64_t hash) FW_NONNULL_ALL;

/* ---- asking ---------------------------------------------------------------------------------------------- */

/* The next entry that is to be asked for now, taken out of the heap until external_result; NULL: none is due. Entries that
 * nobody looks at any more go meanwhile. */
struct external *external_next(struct store *st, time_us now) FW_NONNULL_ALL;
/* When the next one is due; INT64_MAX: never. */
time_us external_due(const struct externals *x) FW_NONNULL_ALL;

enum external_outcome { EXTERNAL_FOUND, EXTERNAL_DENIED, EXTERNAL_FAILED };

struct external_result {
    enum external_outcome outcome;
    uint32_t ttl;
    const struct str *rdata; /* EXTERNAL_FOUND */
    size_t n;
    const char *why; /* EXTERNAL_FAILED */
};
/* Takes what was heard, and has those that look at it compiled anew where it is news. */
void external_result(struct store *st, struct external *t, const struct external_result *r, time_us now) FW_NONNULL_ALL;

/* ---- keeping --------------------------------------------------------------------------------------------- */

/* The next entry that the disk does not have as it is, taken off the list; NULL: all is there. */
struct external *external_unkept(struct externals *x) FW_NONNULL_ALL;
/* An entry from the disk, before any zone is put in. packed: of EXTERNAL_DATA. false: malformed, or no room. */
bool external_restore(struct store *st, const struct dns_name *target, uint16_t type, uint32_t ttl, time_us good_at,
    struct str packed, time_us now) FW_NONNULL_ALL;

/* Age of the oldest answer that is past its refresh because of failures, in microseconds; 0: there is none. */
int64_t external_oldest_us(const struct externals *x, time_us now) FW_NONNULL_ALL;
void external_dns_name(const struct external *t, struct dns_name *name_r) FW_NONNULL_ALL;

/* ---- its heap: external_heap.c ----------------------------------------------------------------------------- */

void heap_put(struct externals *x, struct external *t, time_us due) FW_NONNULL_ALL; /* in it or not */
void heap_take(struct externals *x, struct external *t) FW_NONNULL_ALL;

#endif
