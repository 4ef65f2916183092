#include "registry/pool_inner.h"

#include <sys/stat.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "epp/result.h"

#define CONNECT_TIMEOUT_MS 10000
#define GROW_BACK (600 * SECOND) /* after a 2502: one session more is tried each time */

/* A caller that waits. */
struct waiter {
    struct pool_waiter line; /* first */
    pthread_cond_t turn;
    struct slot *slot; /* what it got */
    bool told; /* p->why */
};

/* ---- opening ------------------------------------------------------------------------------------------ */

static void pool_trace(void *ctx, enum epp_direction dir, struct str redacted)
{
    const struct pool *p = ctx;
    log_event(LOG_DEBUG, "registry", p->id, "%s %.*s", dir == EPP_SENT ? "sent" : "received", STR_ARG(redacted));
}

static enum status password_read(struct pool *p, const char *path, struct error *e)
{
    struct stat st;
    struct str text;
    TRY(file_read(&p->arena, path, 4096, &text, e));
    if (stat(path, &st) == 0 && (st.st_mode & 077) != 0)
        return error_set(e, DENIED, "password-file-mode", "%s can be read by others; set its mode to 0600", path);
    p->password = str_trim(text);
    if (p->password.n == 0)
        return error_set(e, INVALID, "password-file-empty", "%s holds no password", path);
    return OK;
}

static const char *file_or_null(struct arena *a, struct str file)
{
    return file.n == 0 ? NULL : str_dupz(a, file);
}

static enum status settings_fill(struct pool *p, struct error *e)
{
    const struct registry_config *c = p->config;
    const struct registry_profile *profile = c->profile;
    struct tls_settings tls = {
        .ca_file = file_or_null(&p->arena, c->ca_file),
        .cert_file = file_or_null(&p->arena, c->cert_file),
        .key_file = file_or_null(&p->arena, c->key_file),
        .only_1_3 = profile->tls_min == PROFILE_TLS_1_3,
    };
    p->settings = (struct epp_session_settings){
        .host = str_dupz(&p->arena, c->tls_name),
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .command_timeout_ms = (int)profile->answer_s * 1000,
        .objects = {profile->objects.items, profile->objects.n},
        .extensions = {profile->extensions.items, profile->extensions.n},
        .required = {profile->extensions_required.items, profile->extensions_required.n},
        .lang = profile->login_lang,
        .agent = STR("Fourways"),
        .pipeline = p->depth,
        .svtrid_repeats = profile->svtrid_repeats,
        .trace = pool_trace,
        .trace_ctx = p,
    };
    TRY(net_host_check(c->addr, e));
    TRY(password_read(p, str_dupz(&p->arena, c->password_file), e));
    TRY(tls_client_ctx(&tls, &p->tls, e));
    p->settings.tls = p->tls;
    return OK;
}

static void pool_free(struct pool *p)
{
    tls_ctx_free(&p->tls);
    arena_clear(&p->arena);
    free(p);
}

static void threads_start(struct pool *p)
{
    pthread_condattr_t attr;
    INVARIANT(pthread_condattr_init(&attr) == 0);
    INVARIANT(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_mutex_init(&p->lock, NULL) == 0);
    INVARIANT(pthread_cond_init(&p->opener_wake, &attr) == 0);
    INVARIANT(pthread_cond_init(&p->keeper_wake, &attr) == 0);
    (void)pthread_condattr_destroy(&attr);
    INVARIANT(pthread_create(&p->opener, NULL, pool_opener_run, p) == 0);
    INVARIANT(pthread_create(&p->keeper, NULL, pool_keeper_run, p) == 0);
}

static size_t sessions_most(const struct registry_config *c)
{
    int64_t most = c->profile->sessions_max;
    if (c->sessions_max > 0 && c->sessions_max < most)
        most = c->sessions_max;
    return (size_t)most;
}

enum status pool_open(const struct registry_config *c, struct pool **p_r, struct error *e)
{
    struct pool *p = calloc(1, sizeof(*p));
    INVARIANT(p != NULL);
    arena_init(&p->arena, 0);
    p->config = c;
    (void)snprintf(p->id, sizeof(p->id), "%.*s", STR_ARG(c->id));
    p->most = p->limit = sessions_most(c);
    p->depth = (unsigned)(c->profile->pipeline > 0 ? c->profile->pipeline : 1);
    pool_rate_init(&p->rate, c->profile->commands_per_s, SECOND, c->profile->burst);
    pool_rate_init(&p->logins, c->profile->logins_per_min, 60 * SECOND, 0);
    if (settings_fill(p, e) != OK) {
        pool_free(p);
        return error_prefix(e, "registry %.*s", STR_ARG(c->id));
    }
    meter_pool(p->id, &p->meters);
    metric_set(p->meters.limit, (int64_t)p->limit);
    threads_start(p);
    *p_r = p;
    return OK;
}

void pool_close(struct pool **pp)
{
    struct pool *p = *pp;
    if (p == NULL)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->closing = true;
    pool_fail_all(p);
    (void)pthread_cond_signal(&p->opener_wake);
    (void)pthread_cond_signal(&p->keeper_wake);
    (void)pthread_mutex_unlock(&p->lock);
    (void)pthread_join(p->opener, NULL);
    (void)pthread_join(p->keeper, NULL);
    pool_logout_all(p);
    (void)pthread_cond_destroy(&p->opener_wake);
    (void)pthread_cond_destroy(&p->keeper_wake);
    (void)pthread_mutex_destroy(&p->lock);
    pool_free(p);
    *pp = NULL;
}

/* ---- under the lock -------------------------------------------------------------------------------------- */

void pool_wait(pthread_cond_t *cond, struct pool *p, uint64_t until)
{
    struct timespec ts = {.tv_sec = (time_t)(until / SECOND), .tv_nsec = (long)(until % SECOND)};
    if (until == UINT64_MAX)
        (void)pthread_cond_wait(cond, &p->lock);
    else
        (void)pthread_cond_timedwait(cond, &p->lock, &ts);
}

size_t pool_open_count(const struct pool *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->most; i++)
        n += p->slots[i].session != NULL;
    return n;
}

bool pool_backing_off(const struct pool *p, uint64_t now)
{
    return p->failures > 0 && now < p->retry_at;
}

static struct waiter *waiter_of(struct pool_waiter *line)
{
    return (struct waiter *)line;
}

void pool_fail_all(struct pool *p)
{
    for (struct pool_waiter *w = p->queue.first; w != NULL; w = w->next) {
        waiter_of(w)->told = true;
        (void)pthread_cond_signal(&waiter_of(w)->turn);
    }
}

void pool_stop(struct pool *p, const char *why)
{
    if (p->stopped)
        return;
    p->stopped = true;
    (void)snprintf(p->why, sizeof(p->why), "%s", why);
    metric_set(p->meters.stopped, 1);
    log_event(LOG_ERROR, "registry", p->id,
        "it refuses our credentials (%s): no more logins, so that the account is not locked; mend the password or the "
        "certificate and restart",
        why);
    pool_fail_all(p);
}

void pool_shrink(struct pool *p, size_t to, uint64_t now)
{
    p->grow_at = now + GROW_BACK;
    if (to < 1)
        to = 1;
    if (to >= p->limit)
        return;
    log_event(LOG_WARN, "registry", p->id, "session limit reached (2502): %zu instead of %zu", to, p->limit);
    p->limit = to;
    metric_set(p->meters.limit, (int64_t)to);
}

static void limit_grow(struct pool *p, uint64_t now)
{
    if (p->limit == p->most || now < p->grow_at)
        return;
    p->limit++;
    p->grow_at = now + GROW_BACK;
    metric_set(p->meters.limit, (int64_t)p->limit);
}

/* ---- slots ------------------------------------------------------------------------------------------------- */

void slot_drop(struct pool *p, struct slot *s, const char *why)
{
    log_event(LOG_INFO, "registry", p->id, "session %s ended: %s", epp_session_id(s->session), why);
    meter_session_ended(p->id, why);
    metric_add(p->meters.sessions, -1);
    epp_session_close(&s->session);
    *s = (struct slot){0};
    /* It was the last, and no other is tried for a while: nobody would wake them. */
    if (pool_open_count(p) == 0 && pool_backing_off(p, clock_monotonic_ns()))
        pool_fail_all(p);
}

void slot_end(struct pool *p, struct slot *s, const char *why)
{
    if (s->state != SLOT_OPEN)
        return;
    s->state = SLOT_ENDING;
    s->why = why;
    (void)pthread_cond_signal(&p->keeper_wake);
}

static const char *code_why(unsigned code)
{
    return code == EPP_USE                      ? "2002"
           : code == EPP_FAILED_CLOSING         ? "2500"
           : code == EPP_AUTHENTICATION_CLOSING ? "2501"
           : code == EPP_SESSION_LIMIT_CLOSING  ? "2502"
                                                : "closing code";
}

void slot_judge(struct pool *p, struct slot *s, unsigned code, bool broken)
{
    uint64_t now = clock_monotonic_ns();
    if (code == EPP_AUTHENTICATION_CLOSING)
        pool_stop(p, "2501 in answer to a command");
    if (code == EPP_SESSION_LIMIT_CLOSING)
        pool_shrink(p, pool_open_count(p) - 1, now);
    if (code >= 2000)
        pool_rate_penalty(&p->rate, now, (uint64_t)p->config->profile->error_penalty_ms * MS);
    if (code == EPP_USE || (code != 0 && epp_result_meaning(code)->ends))
        slot_end(p, s, code_why(code));
    else if (broken || !epp_session_usable(s->session))
        slot_end(p, s, "broken");
    else if (now >= s->ends)
        slot_end(p, s, "lifetime");
    s->used = s->spoken = now;
}

/* The open one with the fewest commands in flight; NULL: none has a place. Those that turn out to be dead, or are old,
 * are put aside. */
static struct slot *slot_best(struct pool *p, uint64_t now)
{
    struct slot *best = NULL;
    for (size_t i = 0; i < p->most; i++) {
        struct slot *s = &p->slots[i];
        if (s->state == SLOT_OPEN && !epp_session_usable(s->session))
            slot_end(p, s, "broken");
        if (s->state == SLOT_OPEN && now >= s->ends)
            slot_end(p, s, "lifetime");
        if (s->state == SLOT_OPEN && s->users < p->depth && (best == NULL || s->users < best->users))
            best = s;
    }
    return best;
}

/* Another session, where all that are open have something to do. */
static void session_want(struct pool *p, uint64_t now)
{
    limit_grow(p, now);
    if (p->wanted || pool_backing_off(p, now) || pool_open_count(p) >= p->limit)
        return;
    p->wanted = true;
    (void)pthread_cond_signal(&p->opener_wake);
}

/* ---- places ------------------------------------------------------------------------------------------------ */

static void place_give(struct pool *p, struct pool_waiter *w, struct slot *s, uint64_t now)
{
    pool_rate_take(&p->rate, now);
    pool_queue_take(&p->queue, w);
    s->users++;
    s->used = now;
    metric_add(p->meters.in_flight, 1);
    waiter_of(w)->slot = s;
    (void)pthread_cond_signal(&waiter_of(w)->turn);
}

void pool_dispatch(struct pool *p, uint64_t now)
{
    struct pool_waiter *w;
    p->turn = 0;
    while ((w = pool_queue_next(&p->queue)) != NULL && !p->stopped && !p->closing) {
        p->turn = pool_rate_turn(&p->rate, now);
        if (p->turn != 0) {
            (void)pthread_cond_signal(&waiter_of(w)->turn); /* it watches the clock for all */
            return;
        }
        struct slot *s = slot_best(p, now);
        if (s == NULL || s->users > 0)
            session_want(p, now);
        if (s == NULL)
            return;
        place_give(p, w, s, now);
    }
}

/* Why there is no place, and will be none. */
static enum status refused(const struct pool *p, uint64_t now, struct error *e)
{
    if (p->stopped)
        return error_set(e, UNAVAILABLE, "registry-login-refused", "%s refuses our login: %s", p->id, p->why);
    if (p->closing)
        return error_set(e, UNAVAILABLE, "registry-closing", "%s: sessions are being closed", p->id);
    if (!pool_backing_off(p, now) || pool_open_count(p) > 0)
        return OK;
    return error_set(e, UNAVAILABLE, "registry-unreachable", "%s: %s (next attempt in %llu ms)", p->id, p->why,
        (unsigned long long)((p->retry_at - now) / MS + 1));
}

static enum status busy(const struct pool *p, struct error *e)
{
    return error_set(e, UNAVAILABLE, "registry-busy", "%s: all %zu sessions are in use%s", p->id, p->limit,
        p->turn != 0 ? ", or the registry's commands per second are used up" : "");
}

/* Only the next one in line wakes when the rate allows a command. */
static uint64_t wake_at(const struct pool *p, const struct waiter *w, uint64_t deadline)
{
    bool watches = p->turn != 0 && pool_queue_next(&p->queue) == &w->line;
    return watches && p->turn < deadline ? p->turn : deadline;
}

static enum status place_await(struct pool *p, struct waiter *w, uint64_t deadline, struct error *e)
{
    uint64_t now = clock_monotonic_ns();
    TRY(refused(p, now, e));
    pool_queue_add(&p->queue, &w->line);
    metric_add(p->meters.waiting[w->line.lane], 1);
    pool_dispatch(p, now);
    while (w->slot == NULL && !w->told && now < deadline) {
        pool_wait(&w->turn, p, wake_at(p, w, deadline));
        now = clock_monotonic_ns();
        if (w->slot == NULL)
            pool_dispatch(p, now);
    }
    metric_add(p->meters.waiting[w->line.lane], -1);
    if (w->slot != NULL)
        return OK;
    pool_queue_drop(&p->queue, &w->line);
    pool_dispatch(p, now); /* it may have been the one that watched the clock */
    TRY(refused(p, now, e));
    return w->told ? error_set(e, UNAVAILABLE, "registry-unreachable", "%s: %s", p->id, p->why) : busy(p, e);
}

static void waiter_init(struct waiter *w, const struct pool_ask *ask)
{
    pthread_condattr_t attr;
    *w = (struct waiter){.line = {.lane = ask->lane, .customer = ask->customer}};
    if (ask->lane == REGISTRY_LANE_AUTO)
        w->line.lane = REGISTRY_LANE_NORMAL;
    INVARIANT(pthread_condattr_init(&attr) == 0);
    INVARIANT(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_cond_init(&w->turn, &attr) == 0);
    (void)pthread_condattr_destroy(&attr);
}

enum status pool_take(struct pool *p, const struct pool_ask *ask, struct epp_session **s_r, struct error *e)
{
    struct waiter w;
    waiter_init(&w, ask);
    (void)pthread_mutex_lock(&p->lock);
    uint64_t deadline = clock_monotonic_ns() + (uint64_t)(ask->timeout_ms > 0 ? ask->timeout_ms : 1) * MS;
    enum status st = place_await(p, &w, deadline, e);
    if (st == OK)
        *s_r = w.slot->session;
    (void)pthread_mutex_unlock(&p->lock);
    (void)pthread_cond_destroy(&w.turn);
    return st;
}

static struct slot *slot_of(struct pool *p, const struct epp_session *session)
{
    for (size_t i = 0; i < p->most; i++)
        if (p->slots[i].session == session)
            return &p->slots[i];
    INVARIANT(!"a session of this pool");
}

void pool_give(struct pool *p, struct epp_session *session, unsigned code, bool broken)
{
    (void)pthread_mutex_lock(&p->lock);
    struct slot *s = slot_of(p, session);
    INVARIANT(s->users > 0);
    slot_judge(p, s, code, broken);
    s->users--;
    metric_add(p->meters.in_flight, -1);
    if (s->users == 0 && s->state == SLOT_ENDING) {
        if (broken || !epp_session_usable(session))
            slot_drop(p, s, s->why);
        else
            (void)pthread_cond_signal(&p->keeper_wake); /* it says goodbye */
    }
    pool_dispatch(p, clock_monotonic_ns());
    (void)pthread_mutex_unlock(&p->lock);
}

/* ---- asking -------------------------------------------------------------------------------------------------- */

bool pool_healthy(struct pool *p, char *why, size_t n)
{
    (void)pthread_mutex_lock(&p->lock);
    bool healthy = !p->stopped;
    if (!healthy)
        (void)snprintf(why, n, "registry %s refuses our login: %s", p->id, p->why);
    (void)pthread_mutex_unlock(&p->lock);
    return healthy;
}

size_t pool_sessions(struct pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    size_t n = pool_open_count(p);
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

size_t pool_waiting(struct pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    size_t n = p->queue.n;
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}
