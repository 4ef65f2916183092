#include "nameserver/reporter.h"

#include <pthread.h>

#include "base/log.h"
#include "nameserver/counts.h"
#include "nameserver/mem.h"

#define LIST_KEPT 4096 /* reports; memory that stays for the next time */

struct reporter {
    struct changelog *log;
    bool *holding; /* the thread's while it runs */
    const struct feed_server *server;
    pthread_t thread;
    bool joined;

    pthread_mutex_t lock; /* of this part */
    pthread_cond_t news;
    bool awake; /* there is something to do */
    bool stopping;
    uint64_t stop_ns; /* when it gives up */
    uint64_t connection; /* number of the newest one */
    struct db *next; /* to go on with; the thread has not taken it yet */
    struct report_list waiting, back;
    time_us now; /* of the newest report */
    bool seen; /* to be said, with: */
    time_us seen_at;
    int64_t lag_us;
    bool worked; /* at the newest connection */
    struct error failed; /* there; status OK: nothing has */

    /* The thread's. */
    struct db *db;
    uint64_t at; /* number of its connection */
    struct report_list work;
    size_t done; /* of work */
    time_us work_now;
    bool told; /* the database took something in this round */
};

/* ---- lists ------------------------------------------------------------------------------------------- */

static void list_put(struct report_list *l, const struct served_report *p, size_t n)
{
    if (n == 0)
        return;
    if (n > l->cap - l->n) {
        l->cap = l->cap == 0 ? 256 : l->cap;
        while (n > l->cap - l->n)
            l->cap *= 2;
        l->p = mem_grow(l->p, l->cap * sizeof(*l->p));
    }
    memcpy(l->p + l->n, p, n * sizeof(*p));
    l->n += n;
}

void report_add(struct report_list *l, struct served_report report)
{
    list_put(l, &report, 1);
}

void report_list_clear(struct report_list *l)
{
    mem_free(l->p);
    *l = (struct report_list){.p = NULL};
}

static void list_empty(struct report_list *l)
{
    l->n = 0;
    if (l->cap > LIST_KEPT)
        report_list_clear(l);
}

/* ---- what both threads may do ------------------------------------------------------------------------- */

bool report_sync(struct changelog *log, bool *holding)
{
    struct error e;
    bool held = log != NULL && changelog_sync(log, &e) != OK;

    if (held && !*holding)
        log_event(LOG_ERROR, "snapshot", NULL, "%s; changes are served, but not reported", e.text);
    if (!held && *holding)
        log_event(LOG_INFO, "snapshot", NULL, "the change log can be written again");
    *holding = held;
    count_holding(held);
    return !held;
}

enum status report_seen(struct db *db, const struct feed_server *server, time_us now, int64_t lag_us, struct error *e)
{
    enum status s = feed_db_seen(db, server->id, now, lag_us, e);

    return s == NOT_FOUND ? feed_db_register(db, server, now, e) : s;
}

/* ---- the thread --------------------------------------------------------------------------------------- */

static void lock(struct reporter *r)
{
    INVARIANT(pthread_mutex_lock(&r->lock) == 0);
}

static void unlock(struct reporter *r)
{
    INVARIANT(pthread_mutex_unlock(&r->lock) == 0);
}

static void wake(struct reporter *r)
{
    r->awake = true;
    (void)pthread_cond_signal(&r->news);
}

/* What is not done. Locked. */
static void work_back(struct reporter *r)
{
    if (r->done < r->work.n)
        list_put(&r->back, r->work.p + r->done, r->work.n - r->done);
    list_empty(&r->work);
    r->done = 0;
}

/* Takes all that there is, once what it has is done. Locked. The connection of before, to be closed without the lock. */
static struct db *work_take(struct reporter *r)
{
    struct db *old = NULL;

    r->awake = false;
    if (r->at != r->connection) {
        work_back(r);
        old = r->db;
        r->db = r->next;
        r->next = NULL;
        r->at = r->connection;
    }
    if (r->work.n == 0) {
        struct report_list empty = r->work;

        r->work = r->waiting;
        r->waiting = empty;
        r->work_now = r->now;
    }
    return old;
}

/* Another connection has taken the place of this one, or the time to stop has come. */
static bool work_ends(struct reporter *r)
{
    bool ends;

    lock(r);
    ends = r->at != r->connection || (r->stopping && clock_monotonic_ns() >= r->stop_ns);
    unlock(r);
    return ends;
}

static enum status seen_write(struct reporter *r, struct error *e)
{
    int64_t lag_us;
    time_us at;
    bool seen;

    lock(r);
    seen = r->seen && r->at == r->connection;
    at = r->seen_at;
    lag_us = r->lag_us;
    r->seen &= !seen;
    unlock(r);
    if (!seen)
        return OK;
    TRY(report_seen(r->db, r->server, at, lag_us, e));
    r->told = true;
    return OK;
}

static enum status work_write(struct reporter *r, bool synced, struct error *e)
{
    TRY(seen_write(r, e));
    while (synced && r->done < r->work.n && !work_ends(r)) {
        size_t left = r->work.n - r->done, n = left < SERVED_BATCH ? left : SERVED_BATCH;

        TRY(feed_db_served(r->db, r->server->id, r->work_now, r->work.p + r->done, n, e));
        r->done += n;
        r->told = true;
    }
    return OK;
}

/* Not to be sent again at once: who holds the lock has to come to an end. Locked. */
static void work_again(struct reporter *r, const struct error *e)
{
    uint64_t until = clock_monotonic_ns() + REPORTER_RETRY_MS * UINT64_C(1000000);
    struct timespec t = {(time_t)(until / 1000000000), (long)(until % 1000000000)};

    log_event(LOG_INFO, "feed", NULL, "%s; reported again", e->text);
    if (!r->stopping && r->at == r->connection)
        (void)pthread_cond_timedwait(&r->news, &r->lock, &t);
    r->awake = true;
}

/* Locked. */
static void round_end(struct reporter *r, enum status s, const struct error *e)
{
    bool newest = r->at == r->connection;

    if (s == CONFLICT && !r->stopping) {
        work_again(r, e);
        return;
    }
    if (s != OK && newest)
        r->failed = *e;
    if (s == OK && newest)
        r->worked |= r->told;
    work_back(r);
    r->awake |= r->waiting.n > 0;
}

/* Locked, as the thread comes and goes. */
static void round_run(struct reporter *r)
{
    struct db *old = work_take(r);
    enum status s = OK;
    struct error e;
    bool synced;

    unlock(r);
    db_close(&old);
    r->told = false;
    synced = report_sync(r->log, r->holding);
    if (r->db != NULL)
        s = work_write(r, synced, &e);
    if (s != OK && s != CONFLICT)
        db_close(&r->db);
    lock(r);
    round_end(r, s, &e);
}

static void *reporter_main(void *r_)
{
    struct reporter *r = r_;

    lock(r);
    while (r->awake || !r->stopping) {
        if (r->awake)
            round_run(r);
        else
            (void)pthread_cond_wait(&r->news, &r->lock);
    }
    unlock(r);
    return NULL;
}

/* ---- the feed's side ----------------------------------------------------------------------------------- */

static void news_init(pthread_cond_t *news)
{
    pthread_condattr_t monotonic;

    INVARIANT(pthread_condattr_init(&monotonic) == 0 && pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_cond_init(news, &monotonic) == 0);
    (void)pthread_condattr_destroy(&monotonic);
}

struct reporter *reporter_start(struct changelog *log, bool *holding, const struct feed_server *server)
{
    struct reporter *r = mem_new(sizeof(*r));

    r->log = log;
    r->holding = holding;
    r->server = server;
    INVARIANT(pthread_mutex_init(&r->lock, NULL) == 0);
    news_init(&r->news);
    r->joined = pthread_create(&r->thread, NULL, reporter_main, r) != 0;
    if (r->joined)
        reporter_free(&r);
    return r;
}

void reporter_stop(struct reporter *r)
{
    if (r->joined)
        return;
    lock(r);
    r->stopping = true;
    r->stop_ns = clock_monotonic_ns() + REPORTER_STOP_MS * UINT64_C(1000000);
    wake(r);
    unlock(r);
    (void)pthread_join(r->thread, NULL);
    r->joined = true;
}

void reporter_free(struct reporter **r_)
{
    struct reporter *r = *r_;

    if (r == NULL)
        return;
    reporter_stop(r);
    db_close(&r->db);
    db_close(&r->next);
    report_list_clear(&r->waiting);
    report_list_clear(&r->work);
    report_list_clear(&r->back);
    (void)pthread_cond_destroy(&r->news);
    (void)pthread_mutex_destroy(&r->lock);
    mem_free(r);
    *r_ = NULL;
}

void reporter_connect(struct reporter *r, struct db *db)
{
    struct db *never_taken;

    lock(r);
    never_taken = r->next;
    r->next = db;
    r->connection++;
    r->seen = false;
    r->worked = false;
    r->failed.status = OK;
    list_put(&r->back, r->waiting.p, r->waiting.n);
    r->waiting.n = 0;
    wake(r);
    unlock(r);
    db_close(&never_taken);
}

size_t reporter_hand_over(struct reporter *r, time_us now, const struct served_report *reports, size_t n)
{
    size_t room;

    lock(r);
    room = REPORTER_WAITING_MAX - r->waiting.n;
    n = n < room ? n : room;
    list_put(&r->waiting, reports, n);
    r->now = now;
    wake(r);
    unlock(r);
    return n;
}

void reporter_seen(struct reporter *r, time_us now, int64_t lag_us)
{
    lock(r);
    r->seen = true;
    r->seen_at = now;
    r->lag_us = lag_us;
    wake(r);
    unlock(r);
}

enum status reporter_check(struct reporter *r, struct error *e)
{
    enum status s;

    lock(r);
    s = r->failed.status;
    if (s != OK)
        *e = r->failed;
    unlock(r);
    return s;
}

bool reporter_worked(struct reporter *r)
{
    bool worked;

    lock(r);
    worked = r->worked && r->failed.status == OK;
    unlock(r);
    return worked;
}

struct report_list reporter_take_back(struct reporter *r)
{
    struct report_list back;

    lock(r);
    back = r->back;
    r->back = (struct report_list){.p = NULL};
    unlock(r);
    return back;
}
