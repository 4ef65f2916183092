#include "registry/pool.h"

#include <pthread.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "epp/session.h"
#include "registry/adapter.h"
#include "registry/meter.h"

#define MS UINT64_C(1000000)
#define SECOND (1000 * MS)
#define BACKOFF_FIRST (500 * MS)
#define BACKOFF_MAX (60 * SECOND)
#define LET_GO (900 * SECOND) /* a session that no command needed for so long is logged out */
#define CONNECT_TIMEOUT_MS 10000
#define POOL_SESSIONS_MAX 256
#define ADDRS_MAX 8 /* of the registry's host that are tried, one after the other */

enum slot_state {
    SLOT_EMPTY,
    SLOT_IDLE,
    SLOT_BUSY /* on loan, being connected, or being kept awake: only its holder touches it */
};
struct slot {
    enum slot_state state;
    struct epp_session *session;
    uint64_t used; /* last command; monotonic, as all times here */
    uint64_t spoken; /* last sign of life, hello included */
};

struct pool {
    struct arena arena;
    const struct registry_config *config;
    char id[REGISTRY_ID_MAX + 1];
    struct tls_ctx *tls;
    struct epp_session_settings settings; /* all but the address */
    struct str password;
    struct metric *sessions, *stopped_gauge;

    pthread_mutex_t lock; /* over all below */
    pthread_cond_t changed; /* a slot came free, or the pool stops */
    pthread_cond_t keeper_wake;
    pthread_t keeper;
    struct slot slots[POOL_SESSIONS_MAX];
    size_t limit;
    bool closing, stopped;
    char why[ERROR_TEXT_MAX]; /* stopped: the reason; else of the last failure to connect */
    unsigned failures; /* to connect, in a row */
    uint64_t retry_at;
    uint64_t rate_at; /* theoretical arrival of the next command (GCRA) */
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
        .trace = pool_trace,
        .trace_ctx = p,
    };
    TRY(net_host_check(c->addr, e));
    TRY(password_read(p, str_dupz(&p->arena, c->password_file), e));
    TRY(tls_client_ctx(&tls, &p->tls, e));
    p->settings.tls = p->tls;
    return OK;
}

static void *keeper_run(void *ctx);

static void pool_free(struct pool *p)
{
    tls_ctx_free(&p->tls);
    arena_clear(&p->arena);
    free(p);
}

static void locks_init(struct pool *p)
{
    pthread_condattr_t attr;
    INVARIANT(pthread_condattr_init(&attr) == 0);
    INVARIANT(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
    INVARIANT(pthread_mutex_init(&p->lock, NULL) == 0);
    INVARIANT(pthread_cond_init(&p->changed, &attr) == 0);
    INVARIANT(pthread_cond_init(&p->keeper_wake, &attr) == 0);
    (void)pthread_condattr_destroy(&attr);
}

enum status pool_open(const struct registry_config *c, struct pool **p_r, struct error *e)
{
    struct pool *p = calloc(1, sizeof(*p));
    INVARIANT(p != NULL);
    arena_init(&p->arena, 0);
    p->config = c;
    (void)snprintf(p->id, sizeof(p->id), "%.*s", STR_ARG(c->id));
    int64_t limit = c->profile->sessions_max;
    if (c->sessions_max > 0 && c->sessions_max < limit)
        limit = c->sessions_max;
    p->limit = (size_t)limit;
    if (settings_fill(p, e) != OK) {
        pool_free(p);
        return error_prefix(e, "registry %.*s", STR_ARG(c->id));
    }
    p->sessions = meter_sessions(p->id);
    p->stopped_gauge = meter_stopped(p->id);
    locks_init(p);
    INVARIANT(pthread_create(&p->keeper, NULL, keeper_run, p) == 0);
    *p_r = p;
    return OK;
}

/* ---- under the lock -------------------------------------------------------------------------------------- */

static void wait_until(pthread_cond_t *cond, struct pool *p, uint64_t ns)
{
    struct timespec ts = {.tv_sec = (time_t)(ns / SECOND), .tv_nsec = (long)(ns % SECOND)};
    (void)pthread_cond_timedwait(cond, &p->lock, &ts);
}

/* The one used last, so that the others can grow old and be let go. */
static struct slot *slot_idle(struct pool *p)
{
    struct slot *best = NULL;
    for (size_t i = 0; i < p->limit; i++) {
        struct slot *s = &p->slots[i];
        if (s->state == SLOT_IDLE && (best == NULL || s->used > best->used))
            best = s;
    }
    return best;
}

static struct slot *slot_empty(struct pool *p)
{
    for (size_t i = 0; i < p->limit; i++)
        if (p->slots[i].state == SLOT_EMPTY)
            return &p->slots[i];
    return NULL;
}

static void slot_drop(struct pool *p, struct slot *s)
{
    if (s->session != NULL) {
        epp_session_close(&s->session);
        metric_add(p->sessions, -1);
    }
    s->state = SLOT_EMPTY;
    (void)pthread_cond_broadcast(&p->changed);
}

/* Doubling, with jitter over the whole interval: many clients of one registry then come back spread out. */
static void connect_failed(struct pool *p, const struct error *e)
{
    uint64_t delay = BACKOFF_FIRST << (p->failures < 7 ? p->failures : 7);
    if (delay > BACKOFF_MAX)
        delay = BACKOFF_MAX;
    p->failures++;
    p->retry_at = clock_monotonic_ns() + delay / 2 + crypto_random_below(delay);
    (void)snprintf(p->why, sizeof(p->why), "%s", e->text);
    log_event(LOG_WARN, "registry", p->id, "no session: %s; next attempt in about %llu ms", e->text,
        (unsigned long long)(delay / MS));
}

static void stop_locked(struct pool *p, const char *why)
{
    if (p->stopped)
        return;
    p->stopped = true;
    (void)snprintf(p->why, sizeof(p->why), "%s", why);
    metric_set(p->stopped_gauge, 1);
    log_event(LOG_ERROR, "registry", p->id,
        "it refuses our credentials (%s): no more logins, so that the account is not locked; mend the password or the "
        "certificate and restart",
        why);
    (void)pthread_cond_broadcast(&p->changed);
}

/* 0, or the time from which the next command may go. Takes the place in the queue when 0. */
static uint64_t rate_wait(struct pool *p, uint64_t now)
{
    int64_t per_s = p->config->profile->commands_per_s;
    if (per_s == 0)
        return 0;
    uint64_t at = p->rate_at < now ? now : p->rate_at;
    if (at >= now + SECOND) /* a second's worth may go at once, no more */
        return at - SECOND + 1;
    p->rate_at = at + SECOND / (uint64_t)per_s;
    return 0;
}

/* ---- connecting -------------------------------------------------------------------------------------------- */

/* The host is looked up each time: registries move. */
static enum status session_open(struct pool *p, struct epp_session **s_r, struct error *e)
{
    struct epp_session_settings set = p->settings;
    struct net_addr addrs[ADDRS_MAX];
    size_t n;
    TRY(net_resolve(p->config->addr, addrs, ADDRS_MAX, &n, e));
    enum status st = error_set(e, UNAVAILABLE, "resolve", "%.*s has no address", STR_ARG(p->config->addr));
    for (size_t i = 0; i < n && st != OK; i++) {
        error_clear(e);
        set.addr = addrs[i];
        st = epp_session_open(&set, s_r, e);
    }
    return st;
}

static enum status session_start(struct pool *p, struct epp_session **s_r, struct error *e)
{
    struct epp_session *s = NULL;
    TRY(session_open(p, &s, e));
    enum status st = epp_session_login(s, p->config->clid, p->password, STR_NULL, e);
    struct str advice = epp_session_advice(s);
    if (advice.n > 0)
        log_event(LOG_WARN, "registry", p->id, "login: %.*s", STR_ARG(advice));
    if (st == OK) {
        *s_r = s;
        return OK;
    }
    epp_session_close(&s);
    /* A login whose answer is missing leaves no trace: it may simply be tried again. */
    return st == UNCERTAIN ? error_set(e, UNAVAILABLE, "registry-login", "no answer to login: %s", e->text) : st;
}

/* Trying on could lock the account. A certificate of theirs that we refuse (DENIED too) costs nothing to try again,
 * and is mended on their side. */
static bool is_refused(enum status st, const struct error *e)
{
    return st == DENIED && !str_eqz(str_of(e->code), "tls-verify");
}

/* Called and returns with the lock held; works without it. */
static enum status slot_connect(struct pool *p, struct slot *s, struct error *e)
{
    s->state = SLOT_BUSY;
    (void)pthread_mutex_unlock(&p->lock);
    struct epp_session *session = NULL;
    enum status st = session_start(p, &session, e);
    (void)pthread_mutex_lock(&p->lock);
    if (st != OK) {
        s->state = SLOT_EMPTY;
        (void)pthread_cond_broadcast(&p->changed);
        if (is_refused(st, e)) {
            stop_locked(p, e->text);
            return error_set(e, UNAVAILABLE, "registry-login-refused", "%s refuses our login: %s", p->id, p->why);
        }
        connect_failed(p, e);
        return error_set(e, UNAVAILABLE, "registry-unreachable", "%s: %s", p->id, p->why);
    }
    s->session = session;
    p->failures = 0;
    metric_add(p->sessions, 1);
    log_event(LOG_INFO, "registry", p->id, "session open");
    return OK;
}

/* ---- taking and giving ---------------------------------------------------------------------------------------- */

/* A session that will be given back is worth waiting for, also when no further one can be had (2502). */
static bool any_open(const struct pool *p)
{
    for (size_t i = 0; i < p->limit; i++)
        if (p->slots[i].session != NULL)
            return true;
    return false;
}

/* NULL with OK: nothing free now, wait. */
static enum status slot_get(struct pool *p, uint64_t now, struct slot **s_r, struct error *e)
{
    if (p->stopped)
        return error_set(e, UNAVAILABLE, "registry-login-refused", "%s refuses our login: %s", p->id, p->why);
    if (p->closing)
        return error_set(e, UNAVAILABLE, "registry-closing", "%s: sessions are being closed", p->id);
    struct slot *s;
    while ((s = slot_idle(p)) != NULL && !epp_session_usable(s->session))
        slot_drop(p, s);
    if (s != NULL) {
        s->state = SLOT_BUSY;
        *s_r = s;
        return OK;
    }
    *s_r = NULL;
    s = slot_empty(p);
    bool backing_off = p->failures > 0 && now < p->retry_at;
    if (s == NULL || (backing_off && any_open(p)))
        return OK;
    if (backing_off)
        return error_set(e, UNAVAILABLE, "registry-unreachable", "%s: %s (next attempt in %llu ms)", p->id, p->why,
            (unsigned long long)((p->retry_at - now) / MS + 1));
    enum status st = slot_connect(p, s, e);
    if (st == OK)
        *s_r = s;
    return st == UNAVAILABLE && !p->stopped && any_open(p) ? OK : st;
}

static enum status take_locked(struct pool *p, uint64_t deadline, struct slot **s_r, struct error *e)
{
    for (;;) {
        uint64_t now = clock_monotonic_ns(), turn = rate_wait(p, now);
        struct slot *s = NULL;
        if (turn == 0) {
            while (s == NULL && now < deadline) {
                TRY(slot_get(p, now, &s, e));
                if (s == NULL)
                    wait_until(&p->changed, p, deadline);
                now = clock_monotonic_ns();
            }
            *s_r = s;
        }
        if (s != NULL)
            return OK;
        if (turn == 0 || turn >= deadline)
            return error_set(e, UNAVAILABLE, "registry-busy", "%s: all %zu sessions are in use%s", p->id, p->limit,
                turn != 0 ? ", or the registry's commands per second are used up" : "");
        wait_until(&p->changed, p, turn);
    }
}

enum status pool_take(struct pool *p, int timeout_ms, struct epp_session **s_r, struct error *e)
{
    struct slot *s = NULL;
    uint64_t deadline = clock_monotonic_ns() + (uint64_t)(timeout_ms > 0 ? timeout_ms : 1) * MS;
    (void)pthread_mutex_lock(&p->lock);
    enum status st = take_locked(p, deadline, &s, e);
    if (st == OK)
        *s_r = s->session;
    (void)pthread_mutex_unlock(&p->lock);
    return st;
}

static struct slot *slot_of(struct pool *p, const struct epp_session *session)
{
    for (size_t i = 0; i < p->limit; i++)
        if (p->slots[i].session == session)
            return &p->slots[i];
    INVARIANT(!"a session of this pool");
}

void pool_give(struct pool *p, struct epp_session *session, bool broken)
{
    (void)pthread_mutex_lock(&p->lock);
    struct slot *s = slot_of(p, session);
    INVARIANT(s->state == SLOT_BUSY);
    if (broken || !epp_session_usable(session)) {
        log_event(LOG_INFO, "registry", p->id, "session ended");
        slot_drop(p, s);
    } else {
        s->state = SLOT_IDLE;
        s->used = s->spoken = clock_monotonic_ns();
        (void)pthread_cond_broadcast(&p->changed);
    }
    (void)pthread_mutex_unlock(&p->lock);
}

void pool_stop(struct pool *p, const char *why)
{
    (void)pthread_mutex_lock(&p->lock);
    stop_locked(p, why);
    (void)pthread_mutex_unlock(&p->lock);
}

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
    size_t n = 0;
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->limit; i++)
        n += p->slots[i].session != NULL;
    (void)pthread_mutex_unlock(&p->lock);
    return n;
}

/* ---- keeping awake ---------------------------------------------------------------------------------------------- */

static void slot_logout(struct pool *p, struct slot *s)
{
    struct error e = {0};
    s->state = SLOT_BUSY;
    (void)pthread_mutex_unlock(&p->lock);
    if (epp_session_usable(s->session) && epp_session_logout(s->session, &e) != OK)
        log_event(LOG_INFO, "registry", p->id, "logout: %s", e.text);
    (void)pthread_mutex_lock(&p->lock);
    slot_drop(p, s);
}

static void slot_hello(struct pool *p, struct slot *s)
{
    struct error e = {0};
    s->state = SLOT_BUSY;
    (void)pthread_mutex_unlock(&p->lock);
    enum status st = epp_session_hello(s->session, &e);
    (void)pthread_mutex_lock(&p->lock);
    if (st != OK) {
        log_event(LOG_INFO, "registry", p->id, "session lost while idle: %s", e.text);
        slot_drop(p, s);
        return;
    }
    s->state = SLOT_IDLE;
    s->spoken = clock_monotonic_ns();
    (void)pthread_cond_broadcast(&p->changed);
}

/* Returns when the keeper should look again. */
static uint64_t keeper_pass(struct pool *p)
{
    uint64_t quiet = (uint64_t)p->config->profile->idle_s * SECOND / 2;
    uint64_t next = clock_monotonic_ns() + quiet;
    for (size_t i = 0; i < p->limit && !p->closing; i++) {
        struct slot *s = &p->slots[i];
        if (s->state != SLOT_IDLE)
            continue;
        uint64_t now = clock_monotonic_ns();
        if (now - s->used >= LET_GO)
            slot_logout(p, s);
        else if (now - s->spoken >= quiet)
            slot_hello(p, s);
        if (s->state == SLOT_IDLE && s->spoken + quiet < next)
            next = s->spoken + quiet;
    }
    return next;
}

static void *keeper_run(void *ctx)
{
    struct pool *p = ctx;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->closing)
        wait_until(&p->keeper_wake, p, keeper_pass(p));
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

void pool_close(struct pool **pp)
{
    struct pool *p = *pp;
    if (p == NULL)
        return;
    (void)pthread_mutex_lock(&p->lock);
    p->closing = true;
    (void)pthread_cond_broadcast(&p->changed);
    (void)pthread_cond_signal(&p->keeper_wake);
    (void)pthread_mutex_unlock(&p->lock);
    (void)pthread_join(p->keeper, NULL);
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->limit; i++)
        if (p->slots[i].state == SLOT_IDLE)
            slot_logout(p, &p->slots[i]);
    (void)pthread_mutex_unlock(&p->lock);
    (void)pthread_cond_destroy(&p->changed);
    (void)pthread_cond_destroy(&p->keeper_wake);
    (void)pthread_mutex_destroy(&p->lock);
    pool_free(p);
    *pp = NULL;
}
