#include "nameserver/feed_impl.h"

#include <malloc.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "nameserver/counts.h"
#include "nameserver/mem.h"

#define BACKOFF_FIRST_US (US_PER_S / 10)
#define BACKOFF_MAX_US (5 * US_PER_S)
#define SEEN_INTERVAL_US US_PER_S
#define RECLAIM_MS 20
#define SYNCING_MS 5
#define PASS_MS_MIN 5
#define TURN_NS 100000
#define GATHER_PAGES 1 /* takes up to 10 ms, which a change may have to wait */
#define GATHER_MS 50 /* from one to the next: a thread that computes all the time would have to wait for its turns */
#define FEED_ARENA_MAX ((size_t)16 << 30)

enum status feed_new(struct store *st, const struct feed_settings *s, struct feed **f_r, struct error *e)
{
    struct feed *f = mem_new(sizeof(*f));

    f->st = st;
    f->s = *s;
    f->notify_fd = -1;
    f->sweep = 1;
    arena_init(&f->arena, FEED_ARENA_MAX);
    arena_init(&f->zone_arena, FEED_ARENA_MAX);
    map_init(&f->stuck);
    atomic_store(&f->ready, s->kept.loaded);
    feed_keep_open(f);
    *f_r = f;
    if (s->notify.len == 0)
        return OK;
    f->notify_fd = inherit_take(s->inherited, INHERIT_NOTIFY, &s->notify);
    if ((f->notify_fd < 0 && net_bind_udp(&s->notify, false, &f->notify_fd, e) != OK) ||
        net_addr_local(f->notify_fd, &f->notify, e) != OK) {
        feed_free(f_r);
        return error_prefix(e, "notify");
    }
    return OK;
}

void feed_free(struct feed **f_)
{
    struct feed *f = *f_;

    if (f == NULL)
        return;
    feed_keep_close(f);
    db_close(&f->db);
    if (f->notify_fd >= 0)
        close(f->notify_fd);
    feed_stuck_clear(f);
    report_list_clear(&f->reports);
    arena_clear(&f->arena);
    arena_clear(&f->zone_arena);
    mem_free(f);
    *f_ = NULL;
}

bool feed_ready(const struct feed *f)
{
    return atomic_load(&f->ready);
}

bool feed_healthy(const struct feed *f, char *why, size_t n)
{
    if (feed_ready(f))
        return true;
    (void)snprintf(why, n, "no snapshot, and the first pass over the database is not through");
    return false;
}

int feed_notify_fd(const struct feed *f)
{
    return f->notify_fd;
}

const struct net_addr *feed_notify_addr(const struct feed *f)
{
    return &f->notify;
}

/* How far behind the newest change seen another one may still turn up. What has not committed in all that time since the
 * newest was seen does not come: a large import, once seen, is not read again with each poll. Until a newest that another
 * host's clock gave too late a time is over, what comes is behind it. */
static time_us overlap(const struct feed *f, bool woken)
{
    time_us since = f->newest > f->newest_at ? f->newest : f->newest_at;
    time_us gone = f->now > since ? f->now - since : 0; /* a clock that was set back begins again */
    time_us left = FEED_OVERLAP_POLL_US - gone;

    if (left <= 0)
        return 0;
    return woken && left > FEED_OVERLAP_WAKE_US ? FEED_OVERLAP_WAKE_US : left;
}

static enum status changes_pass(struct feed *f, bool woken, struct error *e)
{
    time_us back = overlap(f, woken), from = (f->newest < f->now ? f->newest : f->now) - back;
    uint64_t id = back == 0 ? INT64_MAX : 0; /* ids are read behind this one where the time is the same */
    size_t n;

    do {
        struct feed_zone *zones;

        TRY(feed_db_changed(f->db, &f->arena, from, id, &zones, &n, e));
        TRY(feed_page_update(f, zones, n, false, e));
        TRY(feed_reports_write(f, e));
        if (n > 0) {
            from = zones[n - 1].changed;
            id = zones[n - 1].id;
        }
    } while (n == FEED_PAGE);
    return OK;
}

/* What is served, and was not seen in a whole sweep, has no row any more. Rows are never removed: so this database is
 * not the one, or is an older copy. */
static void sweep_end(struct feed *f)
{
    struct map_node *node = NULL;
    size_t pos = 0, missing = 0;

    while ((node = map_walk(&f->st->zones_by_id, &pos, node)) != NULL)
        missing += MAP_ITEM(node, struct zone, by_id)->swept != f->sweep;
    if (missing > 0 && missing != f->missing)
        log_event(LOG_ERROR, "feed", NULL,
            "%zu zones are served that the database does not have (an older copy?); they stay as they are. To follow "
            "the "
            "database, stop, remove the snapshots and logs, start",
            missing);
    f->missing = missing;
    f->sweep++;
    f->sweep_at = 0;
    f->line_newest = 0;
    f->swept_whole = true;
}

static enum status sweep_page(struct feed *f, struct error *e)
{
    struct feed_zone *zones;
    size_t n;

    TRY(feed_db_zones(f->db, &f->arena, f->sweep_at, &zones, &n, e));
    TRY(feed_page_update(f, zones, n, true, e));
    TRY(feed_reports_write(f, e));
    if (n < FEED_PAGE)
        sweep_end(f);
    else
        f->sweep_at = zones[n - 1].id;
    arena_reset(&f->arena);
    return OK;
}

/* ---- the connection ---------------------------------------------------------------------------------------------- */

static bool connect_waits(const struct feed *f)
{
    return f->db == NULL && still_waits(f->now, f->retry_at, BACKOFF_MAX_US);
}

static size_t databases_n(const struct feed *f)
{
    return 1 + f->s.standby_n;
}

static const struct db_settings *database(const struct feed *f)
{
    return f->db_at == 0 ? &f->s.db : &f->s.standby[f->db_at - 1];
}

/* One that has done its work is asked once more: it may just have hung up. */
static void database_leave(struct feed *f)
{
    feed_reporter_connect(f, NULL);
    db_close(&f->db);
    if (!f->db_worked)
        f->db_at = (f->db_at + 1) % databases_n(f);
    f->db_worked = false;
}

static void log_connected(const struct db_settings *to)
{
    if (to->socket != NULL)
        log_event(LOG_INFO, "feed", NULL, "connected to the database at %s", to->socket);
    else
        log_event(LOG_INFO, "feed", NULL, "connected to the database at %s port %u", to->host, to->port);
}

static enum status connect_once(const struct db_settings *where, struct db **db_r, struct error *e)
{
    struct db_settings once = *where;

    once.once = true; /* what is behind a new connection may be another copy */
    return db_open(&once, db_r, e);
}

static enum status connect_own(struct feed *f, const struct db_settings *where, struct error *e)
{
    TRY(connect_once(where, &f->db, e));
    TRY(feed_db_register(f->db, &f->s.server, f->now, e));
    if (f->st->zones_by_id.n == 0)
        TRY(feed_db_serves_nothing(f->db, f->s.server.id, e));
    return OK;
}

/* The connection to report by comes first: when the database is replaced between the two, it is the one that is dead, and
 * what was read from the newer is told to nobody else. */
static enum status connect_to(struct feed *f, const struct db_settings *where, struct error *e)
{
    struct db *fellow = NULL;
    enum status s;

    if (f->reporter != NULL)
        TRY(connect_once(where, &fellow, e));
    s = connect_own(f, where, e);
    if (s != OK) {
        db_close(&fellow);
        return s;
    }
    feed_reporter_connect(f, fellow);
    feed_reports_again(f);
    f->seen_at = f->now;
    f->line_newest = f->newest;
    f->newest_at = f->now;
    f->sweep_at = 0;
    f->sweep++;
    log_connected(where);
    return OK;
}

static enum status connect_db(struct feed *f, struct error *e)
{
    enum status s = UNAVAILABLE;

    if (f->db != NULL)
        return OK;
    if (connect_waits(f))
        return error_set(e, UNAVAILABLE, "db-pause", "waiting before the next attempt to connect");
    for (size_t left = databases_n(f); left > 0; left--) {
        s = connect_to(f, database(f), e);
        if (s == OK)
            break;
        if (!f->down_logged)
            log_event(LOG_WARN, "feed", NULL, "%s", e->text);
        database_leave(f);
    }
    return s;
}

static void connection_failed(struct feed *f, const struct error *e)
{
    if (connect_waits(f))
        return;
    if (!f->down_logged)
        log_event(LOG_WARN, "feed", NULL, "%s; what is served stays as it is", e->text);
    f->down_logged = true;
    database_leave(f);
    f->backoff = f->backoff == 0 ? BACKOFF_FIRST_US : f->backoff * 2;
    if (f->backoff > BACKOFF_MAX_US)
        f->backoff = BACKOFF_MAX_US;
    f->retry_at = f->now + f->backoff;
}

static enum status pass_steps(struct feed *f, bool woken, struct error *e)
{
    bool only_newest = woken && elapsed_us(f->now, f->polled_at) < f->s.poll_ms * INT64_C(1000);

    TRY(feed_reporter_look(f, e));
    TRY(connect_db(f, e));
    if (f->swept_whole)
        TRY(changes_pass(f, only_newest, e));
    if (f->swept_whole && only_newest)
        return OK;
    f->polled_at = f->now;
    do {
        TRY(sweep_page(f, e));
    } while (!f->swept_whole);
    return elapsed_us(f->now, f->seen_at) < SEEN_INTERVAL_US ? OK : feed_seen_write(f, e);
}

/* Reading is not enough: one that takes no report is left for the next. */
static void database_worked(struct feed *f)
{
    if (!feed_reporter_worked(f))
        return;
    f->backoff = 0;
    f->down_logged = false;
    f->db_worked = true;
}

static void pass_worked(struct feed *f)
{
    database_worked(f);
    if (f->swept_whole && !atomic_exchange(&f->ready, true))
        (void)malloc_trim(0); /* what the first load needed beside the zones */
}

enum status feed_pass(struct feed *f, bool woken, time_us now, struct error *e)
{
    enum status s;

    f->now = now;
    if (f->reporter != NULL)
        database_worked(f); /* since the last pass */
    s = pass_steps(f, woken, e);
    if (s != OK && s != CONFLICT && f->db_worked) {
        log_event(LOG_WARN, "feed", NULL, "%s", e->text);
        database_leave(f);
        s = pass_steps(f, false, e);
    }
    arena_reset(&f->arena);
    (void)epoch_reclaim(&f->st->epochs);
    if (s == OK)
        pass_worked(f);
    else if (s != CONFLICT)
        connection_failed(f, e);
    count_feed(s == OK && !f->down_logged, f->lag_us);
    count_store(f->st);
    count_zones_stuck(f->stuck.n + f->missing);
    return s;
}

static bool stopping(int stop_fd)
{
    struct pollfd p = {.fd = stop_fd, .events = POLLIN};

    return poll(&p, 1, 0) > 0;
}

/* Sleeps until a wake-up, the stop, something for names elsewhere, or the time is over. true: woken. */
static bool feed_sleep(struct feed *f, int stop_fd, int ms)
{
    struct external_resolver *x = f->s.external;
    struct pollfd fds[] = {{.fd = f->notify_fd, .events = POLLIN}, {.fd = stop_fd, .events = POLLIN},
        {.fd = x != NULL ? external_fd(x) : -1, .events = POLLIN}};

    (void)net_poll(fds, ARRAY_LEN(fds), net_deadline(x != NULL ? external_wait_ms(x, clock_now(), ms) : ms));
    if (x != NULL)
        external_round(x, clock_now());
    return net_wait_wake(f->notify_fd, -1, 0);
}

/* How long to sleep at most: less while there is something else to do. */
static int feed_nap(struct feed *f, int left)
{
    int most = left;

    if (f->writer != NULL)
        most = f->writer_syncing ? SYNCING_MS : 0;
    else if (f->gathering)
        most = GATHER_MS;
    else if (epoch_reclaim(&f->st->epochs))
        most = RECLAIM_MS;
    return most < left ? most : left;
}

static void feed_gather(struct feed *f)
{
    if (clock_monotonic_ns() - f->gathered_ns < GATHER_MS * UINT64_C(1000000))
        return;
    f->gathering = mem_gather(GATHER_PAGES);
    f->gathered_ns = clock_monotonic_ns();
}

/* Until the next poll, a wake-up, or the stop; meanwhile old memory goes as readers pass, and a snapshot comes along.
 * true: woken. */
static bool feed_wait(struct feed *f, int stop_fd)
{
    uint64_t from = clock_monotonic_ns();
    int left = f->s.poll_ms;

    while (left > 0) {
        if (feed_sleep(f, stop_fd, feed_nap(f, left)))
            return true;
        if (stopping(stop_fd))
            return false;
        if (f->writer != NULL)
            feed_snapshot(f, false, clock_now());
        feed_gather(f);
        left = f->s.poll_ms - (int)((clock_monotonic_ns() - from) / 1000000);
    }
    return false;
}

/* Anybody who reaches the notify address can wake; the database must not feel a flood of it. */
static void feed_pace(uint64_t pass_began_ns, int stop_fd)
{
    uint64_t gone_ms = (clock_monotonic_ns() - pass_began_ns) / 1000000;

    if (gone_ms < PASS_MS_MIN)
        (void)net_wait_wake(-1, stop_fd, (int)(PASS_MS_MIN - gone_ms));
}

/* A change waits for this thread, which runs seldom and shortly, while others answer without a pause: asking for short
 * turns makes the kernel (Linux 6.12, EEVDF) give it the next one. An older one refuses, and nothing is lost. */
static void turns_short(void)
{
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attr = {.size = sizeof(attr), .nice = getpriority(PRIO_PROCESS, 0), .runtime = TURN_NS};

    (void)syscall(SYS_sched_setattr, 0, &attr, 0);
}

void feed_run(struct feed *f, int stop_fd)
{
    bool woken = false;

    turns_short();
    feed_reporter_start(f);
    while (!stopping(stop_fd)) {
        time_us now = clock_now();
        uint64_t began_ns = clock_monotonic_ns();
        struct error e;

        if (feed_pass(f, woken, now, &e) == CONFLICT)
            log_event(LOG_INFO, "feed", NULL, "%s; again with the next pass", e.text);
        feed_snapshot(f, false, now);
        feed_gather(f);
        woken = feed_wait(f, stop_fd);
        if (woken)
            feed_pace(began_ns, stop_fd);
    }
    feed_reporter_stop(f);
    feed_snapshot(f, true, clock_now());
}
