/* One connection: bytes to frames, frames to commands, answers back, and the limits around it. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "registry/sandbox_foresee.h"

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)
#define READ_CHUNK 16384

METRIC(m_sessions, "fourways_sandbox_sessions", "", "gauge", "EPP connections now");
METRIC(m_limits, "fourways_sandbox_limits_total", "", "counter", "EPP connections ended by a limit");

enum status sandbox_greet(struct sandbox_session *s, struct error *e)
{
    struct epp_greeting g = {.sv_id = STR("Fourways sandbox registry"), .sv_date = sandbox_now(s->sb)};
    struct buf doc;
    sandbox_services_tell(&s->arena, s->sb->offered, &g);
    buf_in(&doc, &s->arena, EPP_FRAME_MAX);
    TRY(epp_greeting_encode(&g, &doc, e));
    buf_reset(&s->out);
    return epp_frame_write(&s->out, buf_view(&doc), 0, e);
}

struct sandbox_limits sandbox_session_limits(const struct sandbox *sb)
{
    const struct sandbox_personality *as = &sb->as;
    int64_t rate = as->commands_per_s > 0 ? as->commands_per_s : sb->s->commands_per_s;
    return (struct sandbox_limits){
        .sessions = as->sessions_max > 0 ? as->sessions_max : sb->s->max_sessions_each,
        .idle_s = as->idle_s > 0 ? as->idle_s : sb->s->idle_s,
        .lifetime_s = as->lifetime_s > 0 ? as->lifetime_s : sb->s->session_s,
        .commands_per_s = rate,
        .burst = as->burst > 0 ? as->burst : rate,
    };
}

void sandbox_wait(struct sandbox *sb, int64_t ms)
{
    struct pollfd stop = {.fd = sb->stop_r, .events = POLLIN};
    (void)poll(&stop, 1, (int)ms);
}

bool sandbox_session_enter(struct sandbox_session *s, struct str who)
{
    unsigned n = 0;
    INVARIANT(who.n < sizeof(s->who));
    pthread_mutex_lock(&s->sb->mutex);
    for (const struct sandbox_session *o = s->sb->sessions; o != NULL; o = o->next)
        n += o != s && str_eqz(who, o->who);
    bool room = n < (unsigned)sandbox_session_limits(s->sb).sessions;
    if (room) {
        memcpy(s->who, who.p, who.n);
        s->who[who.n] = '\0';
    }
    pthread_mutex_unlock(&s->sb->mutex);
    return room;
}

/* An answer that ends the session for a reason outside of any command. */
static void farewell(struct sandbox_session *s, unsigned code, const char *reason)
{
    struct error e;
    struct epp_response rsp = {0};
    struct buf doc;
    arena_reset(&s->arena);
    epp_response_simple(&s->arena, &rsp, code, STR_NULL, sandbox_svtrid(s->sb, &s->arena));
    epp_response_explain(&s->arena, &rsp, EPP_NS, "epp", STR(""), str_of(reason));
    buf_in(&doc, &s->arena, EPP_FRAME_MAX);
    buf_reset(&s->out);
    s->closing = true;
    metric_add(&m_limits, 1);
    log_event(LOG_WARN, "registry", s->peer, "session ends with %u: %s", code, reason);
    if (epp_response_encode(&rsp, &doc, &e) != OK || epp_frame_write(&s->out, buf_view(&doc), 0, &e) != OK)
        log_event(LOG_ERROR, "registry", s->peer, "cannot write that answer: %s", e.text);
}

static void tokens_fill(struct sandbox_session *s, struct sandbox_limits limits)
{
    uint64_t now = clock_monotonic_ns();
    s->tokens += (double)(now - s->tokens_ns) * (double)limits.commands_per_s / (double)NS_PER_S;
    s->tokens_ns = now;
    if (s->tokens > (double)limits.burst)
        s->tokens = (double)limits.burst;
}

/* A bucket of tokens, filled at the rate that the limit is. */
unsigned sandbox_session_rate(struct sandbox_session *s)
{
    static const unsigned codes[] = {
        [SB_EXCESS_CLOSE] = EPP_SESSION_LIMIT_CLOSING, [SB_EXCESS_REFUSE] = EPP_FAILED, [SB_EXCESS_DELAY] = 0};
    struct sandbox_limits limits = sandbox_session_limits(s->sb);
    tokens_fill(s, limits);
    if (s->tokens < 1 && s->sb->as.excess == SB_EXCESS_DELAY) {
        sandbox_wait(s->sb, (int64_t)((1 - s->tokens) * 1000 / (double)limits.commands_per_s) + 1);
        tokens_fill(s, limits);
    }
    if (s->tokens < 1)
        return codes[s->sb->as.excess];
    s->tokens -= 1;
    return 0;
}

/* Questions that came together are answered together: a write for each costs more than the answer. Nothing is held back
 * that says of a change that it was done, nor while faults are ordered, which fall between answers. */
static bool out_hold(struct sandbox_session *s)
{
    bool more = s->heard_at < s->heard_n || epp_frame_room(&s->frames) == 0;
    if (!s->question || !more || s->control.faults || s->sb->as.pipeline == 1 || s->held.n + s->out.n > SB_HELD_MAX)
        return false;
    buf_str(&s->held, buf_view(&s->out));
    return true;
}

/* Sends what stands in out, behind what was held. */
static bool out_send(struct sandbox_session *s)
{
    struct error e;
    struct buf *out = &s->out;
    if (s->held.n > 0) {
        buf_str(&s->held, buf_view(&s->out));
        out = &s->held;
    }
    enum status st = out->n == 0 ? OK : tls_write(s->tls, buf_view(out), (int)s->sb->s->write_ms, &e);
    buf_reset(&s->held);
    if (st == OK)
        return true;
    log_event(LOG_WARN, "registry", s->who[0] != '\0' ? s->who : s->peer, "the answer could not be sent: %s", e.text);
    return false;
}

/* Something of the next command is here before the last one's answer is sent. */
static bool next_waits(struct sandbox_session *s)
{
    struct pollfd in = {.fd = tls_fd(s->tls), .events = POLLIN};
    return epp_frame_partial(&s->frames) || tls_pending(s->tls) || poll(&in, 1, 0) > 0;
}

/* Reads the frames that are here, one where they must not be piled up. An error behind good frames comes again when
 * those are answered. */
static enum status frames_hear(struct sandbox_session *s, struct error *e)
{
    size_t max = s->sb->as.pipeline == 1 ? 1 : SB_HEARD_MAX, bytes = 0;
    arena_reset(&s->heard_arena);
    s->heard_n = s->heard_at = s->foreseen_n = 0;
    while (s->heard_n < max && bytes < SB_HEARD_BYTES) {
        struct str doc;
        enum status st = epp_frame_next(&s->frames, &doc, e);
        if (st != OK && s->heard_n == 0)
            return st;
        if (st != OK || str_is_null(doc))
            break;
        s->heard[s->heard_n++] = sandbox_command_hear(&s->heard_arena, doc);
        bytes += doc.n;
    }
    return OK;
}

/* The next of the commands that were read. False: the connection is over. */
static bool heard_run(struct sandbox_session *s)
{
    sandbox_foresee(s);
    bool alive = sandbox_command_run(s, s->heard[s->heard_at]);
    s->heard_at++;
    if (!s->question)
        s->foreseen_n = 0;
    s->piled = s->sb->as.pipeline == 1 && next_waits(s);
    bool held = alive && !s->closing && out_hold(s);
    if ((!held && !out_send(s)) || !alive || s->closing)
        return false;
    s->active_ns = clock_monotonic_ns();
    return true;
}

/* Everything that is whole in the frame buffer. False: the connection is over. */
static bool frames_run(struct sandbox_session *s)
{
    for (;;) {
        struct error e;
        if (frames_hear(s, &e) != OK) {
            farewell(s, EPP_FAILED_CLOSING, e.text);
            (void)out_send(s);
            return false;
        }
        if (s->heard_n == 0)
            return true;
        while (s->heard_at < s->heard_n) {
            if (!heard_run(s))
                return false;
        }
    }
}

static uint64_t soonest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* When this session's patience ends, by whatever limit is next. */
static uint64_t deadline(const struct sandbox_session *s)
{
    struct sandbox_limits limits = sandbox_session_limits(s->sb);
    uint64_t end = soonest(
        s->active_ns + (uint64_t)limits.idle_s * NS_PER_S, s->started_ns + (uint64_t)limits.lifetime_s * NS_PER_S);
    return s->frame_ns == 0 ? end : soonest(end, s->frame_ns + (uint64_t)s->sb->s->frame_ms * NS_PER_MS);
}

/* Waits for bytes. False on stop, or when a limit is passed (the client is told). */
static bool bytes_wait(struct sandbox_session *s)
{
    uint64_t now = clock_monotonic_ns(), end = deadline(s);
    if (tls_pending(s->tls))
        return true;
    s->control.fresh = false; /* what stands in the database may change while nothing is here to be done */
    if (now < end) {
        uint64_t ms = (end - now) / NS_PER_MS + 1;
        struct pollfd fds[] = {{.fd = tls_fd(s->tls), .events = POLLIN}, {.fd = s->sb->stop_r, .events = POLLIN}};
        int n = poll(fds, ARRAY_LEN(fds), ms > 60000 ? 60000 : (int)ms);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0 && fds[1].revents != 0)
            return false;
        return true;
    }
    if (!s->sb->as.farewell)
        return false;
    farewell(s, EPP_FAILED_CLOSING,
        s->frame_ns != 0 ? "the command did not arrive whole in time" : "the session was idle, or lasted, too long");
    (void)out_send(s);
    return false;
}

/* Reads what is there. False when the peer is gone. */
static bool bytes_read(struct sandbox_session *s)
{
    char chunk[READ_CHUNK];
    struct error e;
    size_t n;
    enum status st = tls_read(s->tls, chunk, sizeof(chunk), 1, &n, &e);
    if (st == UNAVAILABLE && strcmp(e.code, "timeout") == 0)
        return true; /* part of a TLS record */
    if (st != OK || n == 0) {
        if (epp_frame_partial(&s->frames))
            log_event(LOG_WARN, "registry", s->peer, "the connection ended inside a frame");
        return false;
    }
    if (s->frame_ns == 0)
        s->frame_ns = clock_monotonic_ns();
    epp_frame_feed(&s->frames, chunk, n);
    crypto_wipe(chunk, n);
    uint64_t began = clock_monotonic_ns();
    bool alive = frames_run(s);
    if (!epp_frame_partial(&s->frames))
        s->frame_ns = 0;
    else if (s->active_ns >= began)
        s->frame_ns = s->active_ns; /* of the frame that is here in part now */
    return alive;
}

static bool handshake(struct sandbox_session *s)
{
    struct error e;
    int fd = s->fd;
    s->fd = -1;
    if (tls_accept_take(s->sb->tls, fd, (int)s->sb->s->handshake_ms, &s->tls, &e) != OK) {
        log_event(LOG_WARN, "registry", s->peer, "no TLS session: %s", e.text);
        return false;
    }
    struct str print = tls_peer_fingerprint(&s->arena, s->tls);
    INVARIANT(print.n < sizeof(s->fingerprint)); /* the handshake demands a certificate */
    memcpy(s->fingerprint, print.p, print.n);
    if (sandbox_greet(s, &e) == OK && out_send(s))
        return true;
    return false;
}

void sandbox_session_run(struct sandbox_session *s)
{
    metric_add(&m_sessions, 1);
    s->started_ns = s->active_ns = s->tokens_ns = clock_monotonic_ns();
    s->tokens = (double)sandbox_session_limits(s->sb).burst;
    if (handshake(s)) {
        log_event(LOG_DEBUG, "registry", s->peer, "connected");
        while (bytes_wait(s) && bytes_read(s))
            continue;
        log_event(LOG_DEBUG, "registry", s->peer, "disconnected");
    }
    if (s->tls != NULL && s->closing)
        tls_close(&s->tls);
    else if (s->tls != NULL)
        tls_abort(&s->tls);
    metric_add(&m_sessions, -1);
}
