/* What the feed's files share: feed.c keeps the connection and the rounds, feed_zones.c brings zones up to date,
 * feed_reports.c tells the database, feed_keep.c keeps zones on the disk. */
#ifndef FW_NAMESERVER_FEED_IMPL_H
#define FW_NAMESERVER_FEED_IMPL_H

#include "nameserver/feed.h"
#include "nameserver/reporter.h"
#include "nameserver/snapshot.h"

#define RIVALS_MAX 64 /* looked into in one pass; further ones in the next */

/* A zone that cannot follow the database as things are. */
struct stuck {
    struct map_node by_id;
    uint64_t id, version;
    time_us retry_at;
    bool behind; /* its row was older than what is served */
};

/* Two zones of one name: deleted and made again, and seen in the other order. */
struct rival {
    uint64_t served, coming, version; /* version: of the one coming */
    struct str name; /* in the pass's arena */
};

struct feed {
    struct store *st;
    struct feed_settings s;
    struct db *db;
    size_t db_at; /* which of the databases it is */
    bool db_worked; /* a whole pass went through, reports and all */
    struct arena arena; /* of a pass */
    struct arena zone_arena; /* of the zone being read */
    int notify_fd;
    struct net_addr notify;
    time_us now; /* of the pass */
    bool down_logged;
    time_us retry_at, backoff;
    time_us newest; /* zone.changed, ever seen */
    time_us newest_at; /* when that was, or the connection was made */
    time_us line_newest; /* `newest` as the connection was made, until all was looked at once; 0: then */
    uint64_t sweep_at, sweep; /* id behind which the sweep goes on; its number */
    bool swept_whole; /* since the start */
    size_t missing; /* zones served that the last sweep did not find */
    struct map stuck;
    struct rival rivals[RIVALS_MAX];
    size_t rivals_n;
    struct report_list reports; /* to be handed over, or written */
    struct reporter *reporter; /* while feed_run is at it; NULL: the feed's own thread reports */
    time_us seen_at, polled_at;
    int64_t lag_us;
    uint64_t rows_read; /* ever: what changes cost */
    struct changelog *log; /* NULL: nothing is kept */
    bool holding; /* reports, since the log cannot be written; of whoever reports */
    uint64_t log_needed; /* first log that the snapshot at PATH needs */
    struct snapshot_writer *writer; /* at work */
    uint64_t writer_changes, writer_from; /* store->changes and log when it began */
    bool writer_syncing;
    bool gathering; /* there is memory that large pages could take (mem.h) */
    uint64_t gathered_ns; /* when that was looked at last */
    uint64_t snapshot_changes; /* store->changes of the newest one */
    time_us snapshot_at; /* when it began */
    _Atomic bool ready;
};

/* Of a page of zones, brings those up to date that differ. by_id: the page is a range of ids without gaps. */
enum status feed_page_update(
    struct feed *f, const struct feed_zone *zones, size_t n, bool by_id, struct error *e) FW_MUST_CHECK;
void feed_stuck_clear(struct feed *f);

/* ---- reports ---- */

/* Whether a thread is to be had is found out here; the connections are made anew. */
void feed_reporter_start(struct feed *f);
void feed_reporter_stop(struct feed *f);
/* The new connection's fellow, which is taken over; NULL: none. */
void feed_reporter_connect(struct feed *f, struct db *db);
/* What the thread has to say: what came to nothing will be repeated. Anything but OK: the connection is of no use. */
enum status feed_reporter_look(struct feed *f, struct error *e) FW_MUST_CHECK;
bool feed_reporter_worked(const struct feed *f);
/* What is on the list is handed over, or written. */
enum status feed_reports_write(struct feed *f, struct error *e) FW_MUST_CHECK;
/* Another database is told everything. */
void feed_reports_again(struct feed *f);
/* Once a second: the server lives. */
enum status feed_seen_write(struct feed *f, struct error *e) FW_MUST_CHECK;

/* ---- the disk ---- */

void feed_keep_open(struct feed *f);
void feed_keep_close(struct feed *f);

/* Since an instant; a clock that was set back meanwhile lets nobody wait for it to catch up. */
static inline int64_t elapsed_us(time_us now, time_us since)
{
    return now < since ? INT64_MAX : now - since;
}
/* Until an instant that was at most `longest` away when it was set. */
static inline bool still_waits(time_us now, time_us until, int64_t longest)
{
    return now < until && until - now <= longest;
}

#endif
