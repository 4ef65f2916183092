#include "registrar/worker.h"

#include "base/daemon.h"
#include "base/log.h"
#include "base/metrics.h"
#include "registrar/advance.h"
#include "registrar/plan.h"
#include "registry/journal.h"
#include "registry/poll.h"
#include "registry/transcript.h"

#include <pthread.h>
#include <unistd.h>

#include <sys/eventfd.h>

METRIC(m_lookups, "fourways_lookups_total", "", "counter", "Questions to a registry that were answered.");
METRIC(m_live, "fourways_orders_live", "", "gauge", "Orders under way.");
METRIC(m_person, "fourways_orders_need_person", "", "gauge", "Orders that somebody must look at.");

struct workers {
    struct workers_settings s;
    pthread_t *threads;
    size_t n;
    pthread_mutex_t lock;
    pthread_cond_t bell;
    uint64_t rung; /* counts wake-ups, so that none between a look and a wait is missed */
    int stop_fd;
    bool stopping;
    unsigned order_threads; /* that have begun */
    time_us soon[2]; /* [batch]: when the first that waits is due, as far as no thread watches for it; 0: none */
    time_us away_since, away_said; /* the database, as any of the threads met it; 0: it is there */
};

static bool workers_stopping(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    bool stopping = w->stopping;
    pthread_mutex_unlock(&w->lock);
    return stopping;
}

static uint64_t bell_count(struct workers *w)
{
    pthread_mutex_lock(&w->lock);
    uint64_t n = w->rung;
    pthread_mutex_unlock(&w->lock);
    return n;
}

static void bell_ring(struct workers *w, bool stop)
{
    pthread_mutex_lock(&w->lock);
    w->rung++;
    w->stopping = w->stopping || stop;
    pthread_cond_broadcast(&w->bell);
    pthread_mutex_unlock(&w->lock);
}

/* Until the bell has rung since `seen`, or ms have passed. */
static void bell_wait(struct workers *w, uint64_t seen, int ms)
{
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_nsec += (long)(ms % 1000) * 1000000;
    end.tv_sec += ms / 1000 + end.tv_nsec / 1000000000;
    end.tv_nsec %= 1000000000;
    pthread_mutex_lock(&w->lock);
    while (w->rung == seen && !w->stopping && pthread_cond_timedwait(&w->bell, &w->lock, &end) == 0)
        ;
    pthread_mutex_unlock(&w->lock);
}

/* ---- orders ---------------------------------------------------------------------------------------------- */

/* A thread that works on orders. */
struct order_hands {
    struct workers *w;
    struct db *db;
    bool persons_only; /* so that a batch never has all the hands */
    size_t at_once;
};

/* Those of persons go first. */
static enum status orders_lease(
    struct order_hands *t, struct arena *a, time_us now, struct order *list_r, size_t *n_r, struct error *e)
{
    struct str owner = str_of(t->w->s.us->instance);
    int64_t lease_us = (int64_t)t->w->s.lease_s * US_PER_S;
    enum status s = order_lease_some(t->db, a, owner, now, lease_us, false, t->at_once, list_r, n_r, e);
    if (s != NOT_FOUND || t->persons_only)
        return s;
    return order_lease_some(t->db, a, owner, now, lease_us, true, t->at_once, list_r, n_r, e);
}

static void soon_put(time_us *soon, time_us at)
{
    if (at != 0 && (*soon == 0 || at < *soon))
        *soon = at;
}

/* An order that waits is to be looked at then, whether somebody rings or not. */
static void soon_note(struct workers *w, const struct order *o)
{
    if (o->lease_token != 0 || order_ended(o))
        return;
    pthread_mutex_lock(&w->lock);
    soon_put(&w->soon[o->batch], o->next_run);
    pthread_mutex_unlock(&w->lock);
}

/* Takes more orders with a commit while there are more, and works on one after the other. Whose lease has run out
 * meanwhile, or whose turn has not come when the process ends, is left to whoever comes. */
static enum status order_work(struct order_hands *t, struct error *e)
{
    struct arena a;
    struct order list[ORDER_LEASES_MAX];
    size_t n = 0;
    int64_t lease_us = (int64_t)t->w->s.lease_s * US_PER_S;
    arena_init(&a, 0);
    time_us leased = clock_now();
    enum status s = orders_lease(t, &a, leased, list, &n, e);
    for (size_t i = 0; i < n && clock_now() < leased + lease_us && !workers_stopping(t->w); i++) {
        struct error other = {0};
        enum status one = worker_run(t->w->s.us, t->db, &a, &list[i], lease_us, &other);
        if (one != OK) {
            s = one;
            *e = other;
        } else {
            soon_note(t->w, &list[i]);
        }
    }
    t->at_once = n < t->at_once ? 1 : t->at_once * 2 < ORDER_LEASES_MAX ? t->at_once * 2 : ORDER_LEASES_MAX;
    arena_clear(&a);
    return s;
}

/* How a thread's work went. A database that is away is said once, and then now and then, not by each thread at each
 * try; that it is back is said too. */
#define AWAY_SAY_US (30 * US_PER_S)

static void work_note(struct workers *w, enum status s, const char *what, const struct error *e)
{
    time_us now = clock_now(), back = 0;
    bool away = s == UNAVAILABLE, say = s != OK && s != NOT_FOUND && !away;
    pthread_mutex_lock(&w->lock);
    if (away && (w->away_since == 0 || now - w->away_said > AWAY_SAY_US)) {
        w->away_since = w->away_since == 0 ? now : w->away_since;
        w->away_said = now;
        say = true;
    } else if (!away && w->away_since != 0) {
        back = now - w->away_since;
        w->away_since = 0;
    }
    pthread_mutex_unlock(&w->lock);
    if (say)
        log_event(LOG_WARN, "db", NULL, "%s stopped, trying on: code=%s %s", what, e->code, e->text);
    if (back != 0)
        log_event(LOG_INFO, "db", NULL, "there again after %.1f s", (double)back / (double)US_PER_S);
}

static struct db *worker_db(struct workers *w)
{
    struct db *db = NULL;
    struct error e;
    while (!workers_stopping(w)) {
        uint64_t seen = bell_count(w);
        enum status s = db_open(&w->s.us->desk.db, &db, &e);
        work_note(w, s, "connecting", &e);
        if (s == OK)
            return db;
        bell_wait(w, seen, 500);
    }
    return NULL;
}

/* Nothing is due: until the bell rings, or the next order is that waits here; one thread watches for it. */
static void idle_wait(const struct order_hands *t, uint64_t seen)
{
    struct workers *w = t->w;
    time_us mine[2] = {0}, first = 0;
    pthread_mutex_lock(&w->lock);
    for (size_t batch = 0; batch < (t->persons_only ? 1 : 2); batch++) {
        mine[batch] = w->soon[batch];
        w->soon[batch] = 0;
        soon_put(&first, mine[batch]);
    }
    pthread_mutex_unlock(&w->lock);
    time_us left = first == 0 ? INT64_MAX : first - clock_now();
    bell_wait(w, seen, left > (time_us)w->s.idle_ms * 1000 ? w->s.idle_ms : left < 0 ? 0 : (int)(left / 1000) + 1);
    time_us now = clock_now();
    pthread_mutex_lock(&w->lock);
    for (size_t batch = 0; batch < ARRAY_LEN(mine); batch++)
        soon_put(&w->soon[batch], mine[batch] > now ? mine[batch] : 0);
    pthread_mutex_unlock(&w->lock);
}

#define PERSONS_SHARE 8 /* one thread in so many works for persons only */

static void *order_thread(void *ctx)
{
    struct workers *w = ctx;
    struct order_hands t = {.w = w, .db = worker_db(w), .at_once = 1};
    pthread_mutex_lock(&w->lock);
    unsigned number = w->order_threads++;
    pthread_mutex_unlock(&w->lock);
    t.persons_only = w->s.order_threads > 1 && number % PERSONS_SHARE == 0;
    while (t.db != NULL && !workers_stopping(w)) {
        struct error e = {0};
        uint64_t seen = bell_count(w);
        enum status s = order_work(&t, &e);
        work_note(w, s, "work on orders", &e);
        if (s == NOT_FOUND)
            idle_wait(&t, seen);
        else if (s != OK)
            bell_wait(w, seen, 200);
    }
    db_close(&t.db);
    return NULL;
}

static void *lookup_thread(void *ctx)
{
    struct workers *w = ctx;
    struct db *db = worker_db(w);
    time_us swept = 0;
    while (db != NULL && !workers_stopping(w)) {
        struct error e = {0};
        uint64_t seen = bell_count(w);
        bool did = false;
        time_us now = clock_now();
        enum status s = lookup_serve(w->s.us, db, now, &did, &e);
        if (s == OK && did)
            metric_add(&m_lookups, 1);
        if (s == OK && now - swept > 60 * US_PER_S) {
            s = lookup_sweep(db, now, &e);
            swept = now;
        }
        work_note(w, s, "work on lookups", &e);
        if (s != OK || !did)
            bell_wait(w, seen, s == OK ? w->s.idle_ms : 200);
    }
    db_close(&db);
    return NULL;
}

/* ---- messages of the registries, and figures --------------------------------------------------------------- */

/* A decision about a command of ours: the journal has it already, the order only has to look again. Only a deletion
 * does not wait for it (step_delete.c). */
enum status message_apply(
    void *ctx, const struct registry_work *rw, const struct registry_message *m, struct str key, struct error *e)
{
    (void)ctx;
    struct str rest = key, part;
    uint64_t id = 0;
    bool live = false;
    log_event(LOG_INFO, "registry", str_dupz(rw->arena, rw->registry->config.id), "message %.*s: %.*s", STR_ARG(m->id),
        STR_ARG(m->text));
    bool moved = m->meaning == REGISTRY_MEANS_TRANSFER && !str_empty(m->object);
    if (m->kind == REGISTRY_MESSAGE_TRANSFER || moved)
        TRY(order_poke_transfer(rw->db, rw->arena, m->object, rw->now, e));
    if (str_is_null(key) || !str_take(&rest, ':', &part) || !str_eqz(part, "order") || !str_take(&rest, ':', &part) ||
        !str_to_u64(part, INT64_MAX, &id))
        return OK;
    TRY(order_poke(rw->db, (int64_t)id, rw->now, &live, e));
    if (!live && m->kind == REGISTRY_MESSAGE_DECIDED && !m->approved)
        log_event(LOG_ERROR, "order", str_dupz(rw->arena, part),
            "has ended, and now the registry refuses what it was told (%.*s %.*s): somebody must look", STR_ARG(key),
            STR_ARG(m->object));
    return OK;
}

static void messages_fetch(struct workers *w, struct db *db, struct registry *reg)
{
    struct arena a;
    struct error e = {0};
    size_t n = 0;
    const struct poll_handler h = {.apply = message_apply, .ctx = w};
    arena_init(&a, 0);
    struct registry_work rw = {
        .registry = reg,
        .db = db,
        .arena = &a,
        .now = clock_now(),
        .now_ns = clock_monotonic_ns(),
        .timeout_ms = w->s.us->epp_timeout_ms,
    };
    if (registry_poll_run(&rw, &h, 100, &n, &e) != OK)
        log_event(
            LOG_WARN, "registry", str_dupz(&a, reg->config.id), "cannot fetch messages: code=%s %s", e.code, e.text);
    if (n > 0)
        bell_ring(w, false);
    arena_clear(&a);
}

/* The end of a registry's transcript, said where the database's users cannot change it (registry/transcript.h). */
#define HEAD_SAY_US (3600 * US_PER_S)
#define HEAD_SAY_ROWS 10000

struct head_said {
    int64_t seq;
    time_us at;
};

static void head_say(struct db *db, const struct registry *reg, struct head_said *said)
{
    struct arena a;
    struct error e;
    struct transcript_head h;
    time_us now = clock_now();
    arena_init(&a, 0);
    if (transcript_head(db, &a, reg->config.id, &h, &e) == OK && h.seq > said->seq &&
        (now - said->at > HEAD_SAY_US || h.seq - said->seq > HEAD_SAY_ROWS)) {
        log_event(LOG_INFO, "registry", str_dupz(&a, reg->config.id), "transcript head=%.*s:%lld:%.*s",
            STR_ARG(reg->config.id), (long long)h.seq, STR_ARG(hex_encode(&a, h.hash, sizeof(h.hash))));
        *said = (struct head_said){h.seq, now};
    }
    arena_clear(&a);
}

static void *message_thread(void *ctx)
{
    struct workers *w = ctx;
    struct head_said *said = calloc(w->s.us->registries.n + 1, sizeof(*said));
    INVARIANT(said != NULL);
    struct db *db = worker_db(w);
    while (db != NULL && !workers_stopping(w)) {
        struct error e;
        int64_t live = 0, person = 0;
        for (size_t i = 0; i < w->s.us->registries.n; i++) {
            messages_fetch(w, db, &w->s.us->registries.items[i]);
            head_say(db, &w->s.us->registries.items[i], &said[i]);
        }
        if (order_counts(db, &live, &person, &e) == OK) {
            metric_set(&m_live, live);
            metric_set(&m_person, person);
        }
        uint64_t end = clock_monotonic_ns() + (uint64_t)w->s.poll_ms * 1000000u;
        while (!workers_stopping(w) && clock_monotonic_ns() < end)
            bell_wait(w, bell_count(w), (int)((end - clock_monotonic_ns()) / 1000000u) + 1);
    }
    free(said);
    db_close(&db);
    return NULL;
}

static void *wake_thread(void *ctx)
{
    struct workers *w = ctx;
    struct error e;
    int fd = -1;
    if (net_bind_udp(w->s.wake, false, &fd, &e) != OK) {
        log_event(LOG_ERROR, "process", NULL, "no wake-ups, looking every %d ms: %s", w->s.idle_ms, e.text);
        return NULL;
    }
    while (!workers_stopping(w))
        if (net_wait_wake(fd, w->stop_fd, 60000))
            bell_ring(w, false);
    close(fd);
    return NULL;
}

/* ---- start and stop ------------------------------------------------------------------------------------------ */

static void thread_start(struct workers *w, void *(*run)(void *))
{
    int rc = pthread_create(&w->threads[w->n], NULL, run, w);
    INVARIANT(rc == 0);
    w->n++;
}

enum status workers_start(const struct workers_settings *s, struct workers **w_r, struct error *e)
{
    struct workers *w = calloc(1, sizeof(*w));
    INVARIANT(w != NULL);
    w->s = *s;
    w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    w->threads = calloc(s->order_threads + s->lookup_threads + 2, sizeof(pthread_t));
    INVARIANT(w->threads != NULL);
    if (w->stop_fd < 0) {
        free(w->threads);
        free(w);
        return error_set(e, UNAVAILABLE, "eventfd", "cannot make an event descriptor");
    }
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->bell, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&w->lock, NULL);
    for (unsigned i = 0; i < s->order_threads; i++)
        thread_start(w, order_thread);
    for (unsigned i = 0; i < s->lookup_threads; i++)
        thread_start(w, lookup_thread);
    thread_start(w, message_thread);
    if (s->wake != NULL)
        thread_start(w, wake_thread);
    *w_r = w;
    return OK;
}

/* Nobody works on what we have leased any more; another process need not wait until the leases run out. */
static void leases_end(const struct workers *w)
{
    struct db *db = NULL;
    struct error e;
    enum status s = db_open(&w->s.us->desk.db, &db, &e);
    if (s == OK)
        s = order_lease_release(db, str_of(w->s.us->instance), clock_now(), &e);
    if (s != OK)
        log_event(LOG_WARN, "order", NULL, "leases are left to run out: code=%s %s", e.code, e.text);
    db_close(&db);
}

void workers_stop(struct workers **wp)
{
    struct workers *w = *wp;
    if (w == NULL)
        return;
    bell_ring(w, true);
    uint64_t one = 1;
    ssize_t wrote = write(w->stop_fd, &one, sizeof(one));
    INVARIANT(wrote == (ssize_t)sizeof(one));
    for (size_t i = 0; i < w->n; i++)
        pthread_join(w->threads[i], NULL);
    leases_end(w);
    pthread_cond_destroy(&w->bell);
    pthread_mutex_destroy(&w->lock);
    close(w->stop_fd);
    free(w->threads);
    free(w);
    *wp = NULL;
}
