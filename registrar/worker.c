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

METRIC(m_steps, "fourways_order_steps_total", "", "counter", "Steps of orders that were run.");
METRIC(m_waits, "fourways_order_waits_total", "", "counter", "Steps that have to be looked at again.");
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

/* ---- one order ------------------------------------------------------------------------------------------- */

#define RETRY_FIRST_US INT64_C(100000)
#define RETRY_MOST_US (60 * US_PER_S)
#define PERSON_RETRY_US (30 * US_PER_S)
#define PERSON_ATTEMPTS 20 /* of one step, some ten minutes: then somebody looks */

static time_us retry_at(const struct order *o, time_us now, bool needs_person)
{
    if (needs_person)
        return now + PERSON_RETRY_US;
    int64_t wait = RETRY_FIRST_US << (o->attempt > 12 ? 12 : o->attempt);
    if (wait > RETRY_MOST_US)
        wait = RETRY_MOST_US;
    return now + wait / 2 + (int64_t)crypto_random_below((uint64_t)wait / 2 + 1);
}

/* A refusal of our own credentials, or a registry account without money, is nothing the customer's order should
 * die of. */
static bool our_own_trouble(const struct error *e)
{
    return strcmp(e->code, "registry-login-refused") == 0 || strcmp(e->code, "epp-2104") == 0 || e->status == FUNDS;
}

/* The registry has decided for us, or may have: the order must not end as if nothing had been bought. What the journal
 * knows of the deciding command is asked where the order stands at that very step. */
static bool no_way_back(struct step_run *r)
{
    const struct plan *p = plan_find(r->o->kind);
    struct registry_work w;
    struct registry_outcome out = {0};
    struct error e;
    if (p == NULL || plan_decided(p, r->o->step))
        return p != NULL;
    if (!str_eqz(r->o->step, p->decides))
        return false;
    if (step_work(r, &w, &e) != OK)
        return true; /* its registry is gone from the configuration: nobody can be asked what it has */
    enum status s = journal_look(&w, step_key(r, step_verb(p->decides)), &out, &e);
    return s != NOT_FOUND && (s != OK || out.code < 2000);
}

static struct order_move move_for(struct step_run *r, enum status s, const struct error *e, bool undo)
{
    struct order_move m = {.detail = r->detail};
    if (s == OK) {
        m.event = undo ? ORDER_UNDO_DONE : ORDER_STEP_DONE;
        return m;
    }
    if (step_is_wait(e)) {
        m.event = undo ? ORDER_UNDO_RETRY : ORDER_STEP_WAIT;
        m.next_run = clock_now() + r->wait_us;
        m.detail = str_of(e->text);
        return m;
    }
    enum worker_act act = status_meaning(s)->act;
    bool fails = act == WORKER_FAIL && !our_own_trouble(e) && !undo && !no_way_back(r);
    m.why = e;
    m.needs_person =
        act == WORKER_PAGE || our_own_trouble(e) || (act == WORKER_FAIL && !fails) || r->o->attempt >= PERSON_ATTEMPTS;
    m.event = undo ? ORDER_UNDO_RETRY : fails ? ORDER_STEP_FAILED : ORDER_STEP_RETRY;
    m.next_run = retry_at(r->o, clock_now(), m.needs_person);
    return m;
}

static enum status step_do(struct step_run *r, const struct step *step, bool undo, struct error *why)
{
    enum status s = OK;
    if (step == NULL)
        return error_set(why, INTERNAL, "no-step", "no handler for step %.*s", STR_ARG(r->o->step));
    const char *phase = undo ? "undo" : "step";
    breakpoint(arena_printf(r->arena, "%s:%s:before", phase, step->name));
    if (!undo && step->run != NULL)
        s = step->run(r, why);
    else if (undo && step->undo != NULL)
        s = step->undo(r, why);
    if (db_in_transaction(r->db))
        db_abort(r->db);
    if (s == OK)
        breakpoint(arena_printf(r->arena, "%s:%s:after", phase, step->name));
    return s;
}

/* An order in a worker's hands, and what of it is not committed yet. */
struct hand {
    const struct registrar *us;
    struct db *db;
    struct arena *arena;
    struct order *o;
    int64_t lease_us;
    time_us committed;
    struct order_trail trail;
};

static struct step_run *hand_run(struct hand *h)
{
    struct step_run *r = ARENA_NEW(h->arena, struct step_run);
    *r = (struct step_run){.us = h->us, .db = h->db, .arena = h->arena, .o = h->o};
    r->now = clock_now();
    r->now_ns = clock_monotonic_ns();
    return r;
}

/* What order_advance refuses for good would be run again at each end of a lease, unseen: a person is called. */
static enum status hand_stuck(struct hand *h, struct error *e)
{
    struct error why = *e;
    struct order_move m = {
        .event = str_eqz(h->o->state, "undoing") ? ORDER_UNDO_RETRY : ORDER_STEP_RETRY,
        .why = &why,
        .needs_person = true,
        .next_run = retry_at(h->o, clock_now(), true),
    };
    return order_advance(h->db, h->o, &m, clock_now(), h->lease_us, e);
}

/* What a step on the trail was to keep is refused: the order stands at that step, which has failed. */
static enum status hand_refused(struct hand *h, struct error *e)
{
    size_t at = (size_t)h->trail.refused;
    struct error *why = ARENA_NEW(h->arena, struct error);
    *why = *e;
    h->o->step = h->trail.at[at].step;
    h->o->attempt = h->trail.at[at].attempt;
    h->trail.n = at;
    struct order_move m = move_for(hand_run(h), why->status, why, false);
    m.trail = &h->trail;
    return order_advance(h->db, h->o, &m, clock_now(), h->lease_us, e);
}

/* Commits the trail, and the move. */
static enum status hand_move(struct hand *h, struct order_move *m, struct error *e)
{
    m->trail = &h->trail;
    enum status s = order_advance(h->db, h->o, m, clock_now(), h->lease_us, e);
    bool may_pass = s == UNAVAILABLE || s == UNCERTAIN || strcmp(e->code, "lease-lost") == 0 ||
                    strcmp(e->code, "db-retry") == 0 || strcmp(e->code, "no-plan") == 0;
    if (s != OK && may_pass)
        return s;
    if (s != OK && h->trail.refused >= 0)
        s = hand_refused(h, e);
    else if (s != OK)
        s = hand_stuck(h, e);
    for (size_t i = 0; s == OK && i < h->trail.n; i++)
        if (h->trail.at[i].told != NULL)
            h->trail.at[i].told(h->trail.at[i].ctx);
    h->trail.n = 0;
    h->committed = clock_now();
    return s;
}

static enum status hand_commit(struct hand *h, struct error *e)
{
    struct order_move m = {.event = ORDER_GO_ON};
    return hand_move(h, &m, e);
}

/* Done: on to the next step, which need not wait for the commit of this one. */
static enum status hand_pass(struct hand *h, struct step_run *r, const struct step *step, struct error *e)
{
    const struct plan *p = plan_find(h->o->kind);
    size_t next = (size_t)plan_index(p, h->o->step) + 1;
    h->trail.at[h->trail.n++] = (struct order_passed){
        .step = h->o->step,
        .detail = &r->detail,
        .started = r->now,
        .finished = clock_now(),
        .attempt = h->o->attempt,
        .keep = step->keep,
        .told = step->told,
        .ctx = r,
    };
    h->o->attempt = 0;
    h->o->step = next < p->n ? str_of(p->steps[next].name) : STR("");
    return next < p->n ? OK : hand_commit(h, e);
}

static bool commit_first(const struct hand *h, const struct step *step)
{
    const struct plan *p = plan_find(h->o->kind);
    bool decides = p != NULL && str_eqz(h->o->step, p->decides);
    return h->trail.n > 0 && (decides || step == NULL || step->settled || h->trail.n == ORDER_TRAIL_MAX ||
                                 clock_now() > h->committed + h->lease_us / 4);
}

static enum status hand_step(struct hand *h, struct error *e)
{
    const struct step *step = step_find(h->o->step);
    bool undo = str_eqz(h->o->state, "undoing");
    if (commit_first(h, step))
        return hand_commit(h, e);
    struct step_run *r = hand_run(h);
    struct error *why = ARENA_NEW(h->arena, struct error); /* the order keeps its words */
    enum status s = step_do(r, step, undo, why);
    metric_add(s == OK ? &m_steps : &m_waits, 1);
    if (s == OK && !undo && plan_find(h->o->kind) != NULL)
        return hand_pass(h, r, step, e);
    struct order_move m = move_for(r, s, why, undo);
    return hand_move(h, &m, e);
}

enum status worker_step(
    const struct registrar *us, struct db *db, struct arena *a, struct order *o, int64_t lease_us, struct error *e)
{
    struct hand h = {.us = us, .db = db, .arena = a, .o = o, .lease_us = lease_us, .committed = clock_now()};
    enum status s = hand_step(&h, e);
    return s == OK && h.trail.n > 0 ? hand_commit(&h, e) : s;
}

enum status worker_run(
    const struct registrar *us, struct db *db, struct arena *a, struct order *o, int64_t lease_us, struct error *e)
{
    struct hand h = {.us = us, .db = db, .arena = a, .o = o, .lease_us = lease_us, .committed = clock_now()};
    enum status s = OK;
    while (s == OK && o->lease_token != 0 && !order_ended(o))
        s = hand_step(&h, e);
    return s;
}

/* Takes more orders with a commit while there are more, and works on one after the other. Whose lease has run half
 * out meanwhile is left to whoever comes. */
static enum status order_work(struct workers *w, struct db *db, size_t *at_once, struct error *e)
{
    struct arena a;
    struct order list[ORDER_LEASES_MAX];
    size_t n = 0;
    int64_t lease_us = (int64_t)w->s.lease_s * US_PER_S;
    arena_init(&a, 0);
    time_us leased = clock_now();
    enum status s = order_lease_some(db, &a, str_of(w->s.us->instance), leased, lease_us, *at_once, list, &n, e);
    for (size_t i = 0; i < n && clock_now() < leased + lease_us / 2; i++) {
        struct error other = {0};
        enum status one = worker_run(w->s.us, db, &a, &list[i], lease_us, &other);
        if (one != OK) {
            s = one;
            *e = other;
        }
    }
    *at_once = n < *at_once ? 1 : *at_once * 2 < ORDER_LEASES_MAX ? *at_once * 2 : ORDER_LEASES_MAX;
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

static void *order_thread(void *ctx)
{
    struct workers *w = ctx;
    struct db *db = worker_db(w);
    size_t at_once = 1;
    while (db != NULL && !workers_stopping(w)) {
        struct error e = {0};
        uint64_t seen = bell_count(w);
        enum status s = order_work(w, db, &at_once, &e);
        work_note(w, s, "work on orders", &e);
        if (s != OK)
            bell_wait(w, seen, s == NOT_FOUND ? w->s.idle_ms : 200);
    }
    db_close(&db);
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
    if (m->kind == REGISTRY_MESSAGE_TRANSFER)
        TRY(order_poke_transfer(rw->db, str_lower(rw->arena, m->object), rw->now, e));
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
    pthread_cond_destroy(&w->bell);
    pthread_mutex_destroy(&w->lock);
    close(w->stop_fd);
    free(w->threads);
    free(w);
    *wp = NULL;
}
