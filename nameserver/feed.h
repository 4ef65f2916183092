/* From MariaDB to the store: the one writer.
 *
 * Level-triggered: what counts is that a zone's version here is not the one there, however that is noticed. Three
 * ways to notice, each enough by itself:
 *   - a wake-up datagram, sent after a commit: look now. Costs nothing when lost.
 *   - polling zone.changed, from the newest seen less an overlap window: transactions commit out of order, so a
 *     change may appear behind one that was seen already. The window closes as time passes without a newer one.
 *   - the sweep: a page of all (id, version) pairs with every poll, round and round; the proof that nothing is missed.
 * Only rows newer than the version served are read, in one statement with the version they lead to, so that rows and
 * version always belong together. It never matters how often a change is seen.
 *
 * There may be several databases, copies of each other. One is followed; when it is gone it is asked once more, then the
 * others in turn, all in the same pass, and the first that answers is followed until it is gone in its turn. Each is
 * told anew what is served. They need not agree: one may lack the last changes of another (a replica that lagged).
 *
 * A zone that would be wrong to serve at its new version (store_apply refuses it) stays as it is; this is logged
 * once a version, counted, and tried again. A database that is gone changes nothing: what is served stays, and
 * the feed tries to connect again with growing pauses. A database that has less than is served here (an older
 * copy, restored) is not followed backwards: zones whose version there is lower, or whose row is missing, stay as
 * they are and are counted as stuck, until a newer version comes or an operator removes snapshots and logs and restarts.
 * That newer version is read whole, since the versions up to it may have been given to other changes; and so is the very
 * version that is served, when the database comes to it anew, or shows it on a new connection with a time of change later
 * than all that was seen before: it is another change's. Zones go only when their row says `deleted`.
 *
 * What is put in goes into the change log on this server's own disk (changelog.h), and only when it is there the versions
 * are reported (zone_served): who was told INSYNC finds it answered after any crash. While feed_run is at it, both are the
 * work of a thread with a connection of its own to the same database (reporter.h): a slow disk or database delays reports,
 * and not the next change. Once in a while a snapshot is written, in slices between other work.
 */
#ifndef FW_NAMESERVER_FEED_H
#define FW_NAMESERVER_FEED_H

#include "nameserver/external_resolve.h"
#include "nameserver/feed_db.h"
#include "nameserver/inherit.h"

#define FEED_OVERLAP_WAKE_US (2 * US_PER_S)
#define FEED_OVERLAP_POLL_US (15 * US_PER_S)

/* What was found on the disk. */
struct feed_kept {
    bool loaded; /* a snapshot is in: do not wait for the database */
    bool news; /* and more than that */
    uint64_t log_next; /* number of the log to begin; 0: the first */
    uint64_t log_needed; /* first log that the snapshot needs */
};

struct feed_settings {
    struct feed_server server;
    struct db_settings db; /* followed with preference at the start */
    const struct db_settings *standby; /* further databases, in the order in which they are asked */
    size_t standby_n;
    const char *snapshot; /* path; NULL: none */
    int64_t snapshot_interval_us; /* least time between two */
    int poll_ms;
    struct net_addr notify; /* len 0: no wake-ups */
    struct inherited *inherited; /* where its socket may be already; NULL: nowhere */
    struct feed_kept kept;
    struct external_resolver *external; /* has its rounds between passes; NULL: none */
};

struct feed;

/* Puts the newest good snapshot and the logs behind it into an empty store. */
void feed_load(struct store *st, struct arena *a, const char *path, struct feed_kept *kept_r) FW_NONNULL_ALL;

/* Binds the notify address. Strings in the settings live as long as the feed. */
enum status feed_new(struct store *st, const struct feed_settings *s, struct feed **f_r, struct error *e) FW_MUST_CHECK;
void feed_free(struct feed **f);

/* One pass: connects where needed, puts in what has changed, sweeps a page (the first time all of it), reports. On an error
 * the connection is closed; UNAVAILABLE until the pause is over. woken: a datagram has come; then only the newest changes
 * are looked at, unless it is time to poll anyway. */
enum status feed_pass(struct feed *f, bool woken, time_us now, struct error *e) FW_MUST_CHECK;
/* Begins a snapshot when there is news and the interval has passed or the log has grown too large, or `force`; goes on
 * with one for about 2 ms. With `force` it is whole on return. */
void feed_snapshot(struct feed *f, bool force, time_us now);

/* Passes until stop_fd is readable, with a thread that reports; then the last reports, for which it takes some seconds at
 * most, and the last snapshot. May be called again. */
void feed_run(struct feed *f, int stop_fd);

/* From any thread. Ready: a snapshot or a first whole pass is in. */
bool feed_ready(const struct feed *f);
/* Healthy while ready; database trouble is told by metrics, since answers go on without it. */
bool feed_healthy(const struct feed *f, char *why, size_t n);
/* The socket of the wake-ups; -1 where there is none. It stays the feed's. */
int feed_notify_fd(const struct feed *f) FW_NONNULL_ALL;
/* The notify address really bound. */
const struct net_addr *feed_notify_addr(const struct feed *f) FW_NONNULL_ALL;

#endif
