/* What the database is told: by the reporter's thread while feed_run is at it, and otherwise at once. */
#include "base/log.h"
#include "nameserver/feed_impl.h"

/* Zones that are served are put on the list again when they are looked at; removals never would be. */
static void reports_forget(struct feed *f)
{
    size_t n = 0;

    for (size_t i = 0; i < f->reports.n; i++) {
        if (f->reports.p[i].removal && store_zone(f->st, f->reports.p[i].zone_id) == NULL)
            f->reports.p[n++] = f->reports.p[i];
    }
    f->reports.n = n;
}

static void reported(struct feed *f, const struct served_report *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct zone *z = store_zone(f->st, p[i].zone_id);

        if (z != NULL)
            z->reported = p[i].version;
    }
}

static void hand_over(struct feed *f)
{
    size_t n = reporter_hand_over(f->reporter, f->now, f->reports.p, f->reports.n);

    reported(f, f->reports.p, n);
    if (n > 0 && n < f->reports.n)
        memmove(f->reports.p, f->reports.p + n, (f->reports.n - n) * sizeof(*f->reports.p));
    f->reports.n -= n;
    reports_forget(f);
}

enum status feed_reports_write(struct feed *f, struct error *e)
{
    size_t done = 0;

    if (f->reporter != NULL) {
        hand_over(f);
        return OK;
    }
    if (!report_sync(f->log, &f->holding)) {
        reports_forget(f);
        return OK;
    }
    while (done < f->reports.n) {
        size_t n = f->reports.n - done < SERVED_BATCH ? f->reports.n - done : SERVED_BATCH;

        TRY(feed_db_served(f->db, f->s.server.id, f->now, f->reports.p + done, n, e));
        reported(f, f->reports.p + done, n);
        done += n;
    }
    f->reports.n = 0;
    return OK;
}

void feed_reports_again(struct feed *f)
{
    struct map_node *node = NULL;
    size_t pos = 0;

    while ((node = map_walk(&f->st->zones_by_id, &pos, node)) != NULL)
        MAP_ITEM(node, struct zone, by_id)->reported = 0;
    reports_forget(f);
}

enum status feed_seen_write(struct feed *f, struct error *e)
{
    f->seen_at = f->now;
    if (f->reporter == NULL)
        return report_seen(f->db, &f->s.server, f->now, f->lag_us, e);
    reporter_seen(f->reporter, f->now, f->lag_us);
    return OK;
}

/* ---- the thread --------------------------------------------------------------------------------------- */

void feed_reporter_start(struct feed *f)
{
    f->reporter = reporter_start(f->log, &f->holding, &f->s.server);
    if (f->reporter == NULL)
        log_event(LOG_WARN, "feed", NULL, "no thread to report by: a slow disk or database will delay changes");
    else
        db_close(&f->db); /* each has its own, to the same one */
}

/* A newer report of the same zone may be under way already: then that one counts. */
static void take_back(struct feed *f)
{
    struct report_list back = reporter_take_back(f->reporter);

    for (size_t i = 0; i < back.n; i++) {
        struct zone *z = store_zone(f->st, back.p[i].zone_id);

        if (z == NULL && back.p[i].removal)
            report_add(&f->reports, back.p[i]);
        if (z != NULL && z->reported == back.p[i].version)
            z->reported = 0;
    }
    report_list_clear(&back);
}

void feed_reporter_stop(struct feed *f)
{
    if (f->reporter == NULL)
        return;
    reporter_stop(f->reporter);
    take_back(f);
    reporter_free(&f->reporter);
}

void feed_reporter_connect(struct feed *f, struct db *db)
{
    if (f->reporter != NULL)
        reporter_connect(f->reporter, db);
}

enum status feed_reporter_look(struct feed *f, struct error *e)
{
    if (f->reporter == NULL)
        return OK;
    take_back(f);
    return reporter_check(f->reporter, e);
}

bool feed_reporter_worked(const struct feed *f)
{
    return f->reporter == NULL || reporter_worked(f->reporter);
}
