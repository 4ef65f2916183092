/* The feed's second thread: brings changes to the disk and tells the database of them, so that the feed is at the next
 * change meanwhile. A disk that is slow, a commit that takes its time, a row that somebody has locked: all this delays
 * reports, and no answer.
 *
 * The feed puts changes into the change log and hands over which versions are served since; the thread takes all that is
 * there together, syncs the log once, and then tells the database. That order is the promise of the change log
 * (changelog.h): what was reported is on the disk.
 *
 * It has a connection of its own, which the feed makes together with its own one and before it: so what is reported can
 * never come to another database than the one it was compared with. A report belongs to the connection at which it was
 * handed over; with another one (a fail-over, a restored copy) all reports of before are dropped, since the feed tells a
 * new connection everything anew. A statement under way is not waited for.
 *
 * Reports that came to nothing go back to the feed (reporter_take_back), which repeats them: all that were dropped, and
 * those whose changes the disk did not take. A statement that failed ends the connection; reporter_check tells the
 * feed, which leaves the database as if the statement had been its own. One that only met with another transaction (a lock
 * that is held too long) is sent again until it succeeds; what is served has gone on in the meantime.
 *
 * Functions are for the feed's thread, except where they say something else. None of them waits for disk or database,
 * but reporter_stop. */
#ifndef FW_NAMESERVER_REPORTER_H
#define FW_NAMESERVER_REPORTER_H

#include "nameserver/changelog.h"
#include "nameserver/feed_db.h"

#define REPORTER_WAITING_MAX ((size_t)1 << 20) /* reports that nobody has begun to write */
#define REPORTER_RETRY_MS 100
#define REPORTER_STOP_MS 2000 /* after which no further statement is begun */

/* Grows as needed. */
struct report_list {
    struct served_report *p;
    size_t n, cap;
};

void report_add(struct report_list *l, struct served_report report) FW_NONNULL_ALL;
void report_list_clear(struct report_list *l) FW_NONNULL_ALL;

/* Brings the change log to the disk; log NULL: there is nothing to bring. *holding is what came of it the last time, and
 * counted: a change is logged. true: all that was put in is on the disk. By whichever thread syncs. */
bool report_sync(struct changelog *log, bool *holding) FW_MUST_CHECK;
/* Says that the server lives, and makes its row anew where somebody has removed it. By any thread. */
enum status report_seen(struct db *db, const struct feed_server *server, time_us now, int64_t lag_us,
    struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;

struct reporter;

/* What it is given outlives it. NULL when there is no thread to be had. */
struct reporter *reporter_start(struct changelog *log, bool *holding, const struct feed_server *server);
/* Writes and reports what was handed over, as long as it takes less than REPORTER_STOP_MS and the statement under way; what is
 * left over can be taken back. */
void reporter_stop(struct reporter *r) FW_NONNULL_ALL;
void reporter_free(struct reporter **r);

/* The connection to report by, taken over; NULL: none. All that was handed over before is dropped. */
void reporter_connect(struct reporter *r, struct db *db);
/* How many of them were taken: all that there is room for. Also what was put into the log without a report is written. */
size_t reporter_hand_over(struct reporter *r, time_us now, const struct served_report *reports, size_t n) FW_MUST_CHECK;
void reporter_seen(struct reporter *r, time_us now, int64_t lag_us) FW_NONNULL_ALL;

/* What went wrong at this connection, once it has ended. */
enum status reporter_check(struct reporter *r, struct error *e) FW_MUST_CHECK FW_NONNULL_ALL;
/* Whether the database has taken something that was handed over at this connection, and nothing went wrong. */
bool reporter_worked(struct reporter *r) FW_NONNULL_ALL;
/* The reports that came to nothing since the last call; the caller's to clear. */
struct report_list reporter_take_back(struct reporter *r) FW_NONNULL_ALL;

#endif
