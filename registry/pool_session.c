#include "registry/pool_inner.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "base/log.h"
#include "epp/result.h"

#define BACKOFF_FIRST (500 * MS)
#define BACKOFF_MAX (60 * SECOND)
#define LET_GO (900 * SECOND) /* a session that no command needed for so long is logged out */
#define ADDRS_MAX 8 /* of the registry's host that are tried, one after the other */

/* ---- connecting -------------------------------------------------------------------------------------------- */

/* The host is looked up each time: registries move. */
static enum status session_open(struct pool *p, struct epp_session **s_r, struct error *e)
{
    struct epp_session_settings set = p->settings;
    if (!log_enabled(LOG_DEBUG)) /* blacking out secrets for nobody costs */
        set.trace = NULL;
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

/* Doubling, with jitter over the whole interval: many clients of one registry then come back spread out. */
static void connect_failed(struct pool *p, const struct error *e)
{
    uint64_t delay = BACKOFF_FIRST << (p->failures < 7 ? p->failures : 7);
    if (delay > BACKOFF_MAX)
        delay = BACKOFF_MAX;
    p->failures++;
    p->retry_at = clock_monotonic_ns() + delay / 2 + crypto_random_below(delay);
    (void)snprintf(p->why, sizeof(p->why), "%s", e->text);
    meter_session_opened(p->id, "failed");
    log_event(LOG_WARN, "registry", p->id, "no session: %s; next attempt in about %llu ms", e->text,
        (unsigned long long)(delay / MS));
    if (pool_open_count(p) == 0)
        pool_fail_all(p);
}

/* Sessions that were opened together need not all be replaced together. */
static uint64_t lifetime_end(const struct pool *p, uint64_t now)
{
    uint64_t life = (uint64_t)p->config->profile->lifetime_s * SECOND;
    return life == 0 ? UINT64_MAX : now + life / 10 * 8 + crypto_random_below(life / 10 + 1);
}

static void slot_opened(struct pool *p, struct slot *s, struct epp_session *session)
{
    uint64_t now = clock_monotonic_ns();
    *s =
        (struct slot){.state = SLOT_OPEN, .session = session, .used = now, .spoken = now, .ends = lifetime_end(p, now)};
    p->failures = 0;
    metric_add(p->meters.sessions, 1);
    meter_session_opened(p->id, "opened");
    log_event(LOG_INFO, "registry", p->id, "session %s open", epp_session_id(session));
    (void)pthread_cond_signal(&p->keeper_wake); /* it reckons with it from now on */
}

static struct slot *slot_empty(struct pool *p)
{
    for (size_t i = 0; i < p->most; i++)
        if (p->slots[i].state == SLOT_EMPTY)
            return &p->slots[i];
    return NULL;
}

/* Called and returns with the lock held; connects without it. */
static void session_add(struct pool *p, struct slot *s)
{
    struct epp_session *session = NULL;
    struct error e = {0};
    s->state = SLOT_OPENING;
    (void)pthread_mutex_unlock(&p->lock);
    enum status st = session_start(p, &session, &e);
    (void)pthread_mutex_lock(&p->lock);
    s->state = SLOT_EMPTY;
    if (st == OK) {
        slot_opened(p, s, session);
    } else if (is_refused(st, &e)) {
        meter_session_opened(p->id, "refused");
        pool_stop(p, e.text);
    } else {
        if (strcmp(e.code, "epp-2502") == 0)
            pool_shrink(p, pool_open_count(p), clock_monotonic_ns());
        connect_failed(p, &e);
    }
}

void *pool_opener_run(void *ctx)
{
    struct pool *p = ctx;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->closing) {
        struct slot *s = p->wanted && !p->stopped ? slot_empty(p) : NULL;
        uint64_t now = clock_monotonic_ns(), turn = pool_rate_turn(&p->logins, now);
        if (s == NULL || turn != 0) {
            p->wanted = s != NULL;
            pool_wait(&p->opener_wake, p, s != NULL ? turn : UINT64_MAX);
            continue;
        }
        pool_rate_take(&p->logins, now);
        session_add(p, s);
        p->wanted = false;
        pool_dispatch(p, clock_monotonic_ns());
    }
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- keeping ------------------------------------------------------------------------------------------------ */

static enum status keepalive_say(const struct pool *p, struct epp_session *s, unsigned *code_r, struct error *e)
{
    struct str word = p->config->profile->keepalive, name = STR_NULL;
    struct epp_command c = {.verb = EPP_POLL, .u.poll.op = STR("req")};
    struct epp_response r;
    struct arena a;
    *code_r = 0;
    if (str_eqz(word, "hello"))
        return epp_session_hello(s, e);
    if (str_starts(word, STR("check "))) {
        name = str_trim(str_n(word.p + 6, word.n - 6));
        c = (struct epp_command){.verb = EPP_CHECK,
            .object = p->config->profile->fred ? EPP_FRED_DOMAIN : EPP_DOMAIN,
            .u.check.keys = {&name, 1}};
    }
    arena_init(&a, 0);
    c.cltrid = str_printf(&a, "FW-alive-%.*s", STR_ARG(crypto_token(&a, 16)));
    enum status st = epp_session_command(s, &a, &c, &r, e);
    if (st == OK)
        *code_r = r.results.v[0].code;
    arena_clear(&a);
    return st;
}

/* All below: with the lock held, released while the session speaks. Nobody else uses it then, or it would not be idle. */
static void slot_logout(struct pool *p, struct slot *s, const char *why)
{
    struct error e = {0};
    s->state = SLOT_ENDING;
    s->users++;
    (void)pthread_mutex_unlock(&p->lock);
    if (epp_session_usable(s->session) && epp_session_logout(s->session, &e) != OK)
        log_event(LOG_INFO, "registry", p->id, "logout: %s", e.text);
    (void)pthread_mutex_lock(&p->lock);
    slot_drop(p, s, why);
}

static void slot_keep(struct pool *p, struct slot *s)
{
    struct error e = {0};
    unsigned code;
    s->users = p->depth; /* no place left */
    pool_rate_take(&p->rate, clock_monotonic_ns());
    (void)pthread_mutex_unlock(&p->lock);
    enum status st = keepalive_say(p, s->session, &code, &e);
    (void)pthread_mutex_lock(&p->lock);
    uint64_t used = s->used;
    s->users = 0;
    slot_judge(p, s, code, st != OK);
    s->used = used;
    if (st != OK)
        log_event(LOG_INFO, "registry", p->id, "session lost while idle: %s", e.text);
}

static void slot_visit(struct pool *p, struct slot *s, uint64_t quiet)
{
    uint64_t now = clock_monotonic_ns();
    if (s->users > 0)
        return;
    if (s->state == SLOT_OPEN && now >= s->ends)
        slot_end(p, s, "lifetime");
    if (s->state == SLOT_OPEN && now - s->used >= LET_GO)
        slot_end(p, s, "not needed");
    if (s->state == SLOT_OPEN && now - s->spoken >= quiet)
        slot_keep(p, s);
    if (s->state == SLOT_ENDING && s->users == 0)
        slot_logout(p, s, s->why);
}

/* When the keeper has something to do here, if nobody tells it before: pool_give does of a session that is busy when its
 * time has come. */
static uint64_t slot_due(const struct slot *s, uint64_t now, uint64_t quiet)
{
    if (s->state != SLOT_OPEN)
        return UINT64_MAX;
    uint64_t due = s->users > 0 ? now + quiet : s->spoken + quiet;
    return s->ends > now && s->ends < due ? s->ends : due;
}

/* Returns when the keeper should look again. */
static uint64_t keeper_pass(struct pool *p)
{
    uint64_t quiet = (uint64_t)p->config->profile->idle_s * SECOND / 2;
    uint64_t next = clock_monotonic_ns() + quiet;
    for (size_t i = 0; i < p->most && !p->closing; i++) {
        slot_visit(p, &p->slots[i], quiet);
        uint64_t due = slot_due(&p->slots[i], clock_monotonic_ns(), quiet);
        next = due < next ? due : next;
    }
    pool_dispatch(p, clock_monotonic_ns());
    return next;
}

void *pool_keeper_run(void *ctx)
{
    struct pool *p = ctx;
    (void)pthread_mutex_lock(&p->lock);
    while (!p->closing)
        pool_wait(&p->keeper_wake, p, keeper_pass(p));
    (void)pthread_mutex_unlock(&p->lock);
    return NULL;
}

void pool_logout_all(struct pool *p)
{
    (void)pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->most; i++)
        if (p->slots[i].session != NULL)
            slot_logout(p, &p->slots[i], "closing");
    (void)pthread_mutex_unlock(&p->lock);
}
