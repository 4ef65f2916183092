#include "epp/session_pipe.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "epp/result.h"

#define READ_SLICE 16384 /* a TLS record */

void epp_pipe_init(struct epp_session *s)
{
    size_t frame_max = s->set.frame_max != 0 ? s->set.frame_max : EPP_FRAME_MAX;
    size_t most = frame_max * (s->set.pipeline + 1);
    INVARIANT(pthread_mutex_init(&s->lock, NULL) == 0);
    s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    INVARIANT(s->wake >= 0);
    buf_init(&s->out, most);
    buf_init(&s->going, most);
    epp_frame_reader_init(&s->in, s->set.frame_max);
}

void epp_pipe_clear(struct epp_session *s)
{
    INVARIANT(s->first == NULL && !s->leading);
    epp_frame_reader_clear(&s->in);
    buf_clear(&s->out);
    buf_clear(&s->going);
    (void)close(s->wake);
    (void)pthread_mutex_destroy(&s->lock);
}

/* ---- flights -------------------------------------------------------------------------------------------- */

void epp_pipe_push(struct epp_session *s, struct epp_flight *f, uint64_t deadline)
{
    f->end = s->queued;
    f->deadline = deadline;
    INVARIANT(pthread_cond_init(&f->landed, NULL) == 0);
    if (s->last == NULL)
        s->first = f;
    else
        s->last->next = f;
    s->last = f;
    s->in_flight++;
}

/* The first in line is done: its status and error are set. */
static void flight_land(struct epp_session *s, struct epp_flight *f, enum status status)
{
    s->first = f->next;
    if (s->first == NULL)
        s->last = NULL;
    s->in_flight--;
    f->status = status;
    f->done = true;
    if (f->waiting)
        (void)pthread_cond_signal(&f->landed);
}

/* What a failure of the connection means to a command. To a query what cannot be read says only that the server
 * is wrong; for the rest nobody knows what was done. A lost hello has changed nothing. */
static enum status flight_loss(const struct epp_session *s, const struct epp_flight *f, enum status cause)
{
    if (f->hello)
        return cause == PROTOCOL || cause == DENIED ? cause : UNAVAILABLE;
    if (f->begin >= s->begun)
        return UNAVAILABLE;
    return cause == PROTOCOL && f->query ? PROTOCOL : UNCERTAIN;
}

void epp_pipe_break(struct epp_session *s, const struct error *cause)
{
    atomic_store(&s->usable, false);
    atomic_store(&s->logged_in, false);
    tls_abort(&s->conn);
    for (struct epp_flight *f; (f = s->first) != NULL;) {
        enum status st = flight_loss(s, f, cause->status);
        f->error = *cause;
        f->error.status = st;
        flight_land(s, f, st);
    }
}

/* Their last byte is out. */
static void flights_sent(struct epp_session *s)
{
    uint64_t written = s->begun - (s->going.n - s->gone);
    for (struct epp_flight *f = s->first; f != NULL && f->end <= written; f = f->next) {
        if (f->told)
            continue;
        f->told = true;
        if (f->sent != NULL)
            f->sent(f->sent_ctx);
    }
}

/* ---- answers -------------------------------------------------------------------------------------------- */

/* FNV-1a: among so few, two that meet by chance are not to be feared. */
static uint64_t svtrid_hash(struct str v)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < v.n; i++)
        h = (h ^ (unsigned char)v.p[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* Notes it, and tells whether one of the last answers had the same. */
static bool svtrid_seen(struct epp_session *s, struct str v)
{
    if (str_empty(v) || s->set.svtrid_repeats)
        return false;
    uint64_t h = svtrid_hash(v);
    size_t have = s->svtrids_n < EPP_SVTRIDS_KEPT ? (size_t)s->svtrids_n : EPP_SVTRIDS_KEPT;
    for (size_t i = 0; i < have; i++)
        if (s->svtrids[i] == h)
            return true;
    s->svtrids[s->svtrids_n++ % EPP_SVTRIDS_KEPT] = h;
    return false;
}

/* Whether r answers the first in line. An answer without a clTRID is taken for it, as answers come in order; but a
 * closing notice without one may be no answer at all. To a login it is: nothing else can have been heard, and a refusal
 * that is not taken for one would be tried again until the account is locked. */
static enum status answer_check(
    struct epp_session *s, const struct epp_flight *f, const struct epp_response *r, struct error *e)
{
    struct str id = r->tr_id.cltrid;
    unsigned code = r->results.v[0].code;
    bool login = f != NULL && f->login;
    if (id.n == 0 && epp_result_meaning(code)->ends && !login)
        return error_set(e, UNAVAILABLE, "epp-closed", "the server says %u and closes", code);
    if (f == NULL)
        return error_set(e, PROTOCOL, "epp-lost-step", "an answer (%u) came when none was awaited", code);
    if (id.n > 0 && !str_eq(id, f->cltrid))
        return error_set(e, PROTOCOL, "epp-lost-step", "the answer to %.*s came where that to %.*s was due",
            STR_ARG(id), STR_ARG(f->cltrid));
    if (svtrid_seen(s, r->tr_id.svtrid))
        return error_set(e, PROTOCOL, "epp-lost-step", "the answer to %.*s has the svTRID of an earlier one: %.*s",
            STR_ARG(f->cltrid), STR_ARG(r->tr_id.svtrid));
    return OK;
}

static enum status greeting_read(struct epp_session *s, const struct epp_flight *f, struct str doc, struct error *e)
{
    if (f != NULL && f->hello)
        return epp_greeting_keep(s, doc, e);
    s->counters.strays++;
    if (++s->strays > EPP_STRAYS_MAX)
        return error_set(e, PROTOCOL, "epp-strays", "%u greetings came that nobody asked for", s->strays);
    return OK;
}

/* A poll message that cannot be read must be acknowledged all the same, or it blocks those behind it. */
static bool salvage(
    const struct epp_flight *f, struct arena *a, struct str doc, struct epp_response *r, struct error *e)
{
    if (f == NULL || !f->poll || !epp_response_salvage(a, doc, e->text, r))
        return false;
    error_clear(e);
    return true;
}

/* A document that came while f (NULL: nobody) was first in line, read into a. *answered_r: it is f's. */
static enum status document_read(
    struct epp_session *s, struct epp_flight *f, struct str doc, struct arena *a, bool *answered_r, struct error *e)
{
    struct xml_node *root;
    struct epp_response none, *r = f != NULL ? &f->response : &none;
    *answered_r = f != NULL && f->hello;
    if (*answered_r)
        return greeting_read(s, f, doc, e);
    const struct str raw = str_dup(a, doc);
    enum status got = xml_parse(a, raw, &xml_limits_lenient, &root, e);
    if (got == OK && epp_is_greeting(root))
        return greeting_read(s, f, doc, e);
    if (got == OK)
        got = epp_response_decode(a, root, r, e);
    if (got != OK && salvage(f, a, raw, r, e))
        got = OK;
    r->raw = raw;
    if (got != OK) {
        e->status = PROTOCOL;
        return error_prefix(e, "an answer cannot be read");
    }
    TRY(answer_check(s, f, r, e));
    *answered_r = true;
    return OK;
}

/* The first in line, if what comes now may answer it. */
static struct epp_flight *first_get(struct epp_session *s)
{
    (void)pthread_mutex_lock(&s->lock);
    struct epp_flight *f = s->first;
    if (f != NULL && !f->greeting && f->begin >= s->begun)
        f = NULL;
    (void)pthread_mutex_unlock(&s->lock);
    return f;
}

/* Fails with what ends the session: after a closing code, that it is over. */
static enum status answer_give(struct epp_session *s, struct epp_flight *f, struct error *e)
{
    bool ends = !f->hello && epp_result_meaning(f->response.results.v[0].code)->ends;
    s->strays = 0;
    (void)pthread_mutex_lock(&s->lock);
    s->counters.answers += !f->hello;
    flight_land(s, f, OK);
    (void)pthread_mutex_unlock(&s->lock);
    return ends ? error_set(e, UNAVAILABLE, "epp-closed", "the server ended the session") : OK;
}

static enum status document_take(struct epp_session *s, struct str doc, struct error *e)
{
    struct arena spare;
    bool answered;
    arena_init(&spare, 0);
    epp_session_trace(s, EPP_RECEIVED, doc);
    struct epp_flight *f = first_get(s);
    enum status st = document_read(s, f, doc, f != NULL ? f->arena : &spare, &answered, e);
    if (st == OK && answered)
        st = answer_give(s, f, e);
    arena_clear(&spare);
    return st;
}

/* All whole documents that were received. Without the lock: only the leader takes flights out of the line. */
static enum status documents_take(struct epp_session *s, struct error *e)
{
    for (;;) {
        struct str doc;
        TRY(epp_frame_next(&s->in, &doc, e));
        if (doc.p == NULL)
            return OK;
        TRY(document_take(s, doc, e));
    }
}

/* ---- the connection, without the lock -------------------------------------------------------------------- */

static bool timed_out(const struct error *e)
{
    return e->status == UNAVAILABLE && strcmp(e->code, "timeout") == 0;
}

/* What is there, without waiting. UNAVAILABLE "epp-closed" when the server closed. */
static enum status read_now(struct epp_session *s, struct error *e)
{
    char slice[READ_SLICE];
    size_t n;
    if (tls_read(s->conn, slice, sizeof slice, 0, &n, e) != OK) {
        if (!timed_out(e))
            return e->status;
        error_clear(e);
        return OK;
    }
    if (n == 0)
        return error_set(e, UNAVAILABLE, "epp-closed", "the server closed the connection%s",
            epp_frame_partial(&s->in) ? " in the middle of a frame" : "");
    epp_frame_feed(&s->in, slice, n);
    s->counters.bytes_received += n;
    crypto_wipe(slice, n);
    return OK;
}

static enum status write_now(struct epp_session *s, struct error *e)
{
    size_t n = 1;
    while (s->gone < s->going.n && n > 0) {
        TRY(tls_write_some(s->conn, str_n(s->going.p + s->gone, s->going.n - s->gone), &n, e));
        s->gone += n;
        s->counters.bytes_sent += n;
    }
    return OK;
}

static enum status wait_for_server(struct epp_session *s, uint64_t deadline, struct error *e)
{
    struct pollfd fds[] = {{.fd = tls_fd(s->conn), .events = POLLIN}, {.fd = s->wake, .events = POLLIN}};
    if (s->gone < s->going.n)
        fds[0].events = POLLIN | POLLOUT;
    int got = net_poll(fds, ARRAY_LEN(fds), deadline);
    if (got < 0)
        return error_set(e, UNAVAILABLE, "reset", "waiting for the server failed");
    eventfd_t ignored;
    if (fds[1].revents != 0)
        (void)eventfd_read(s->wake, &ignored);
    return OK;
}

/* Takes all that is there. */
static enum status hear(struct epp_session *s, struct error *e)
{
    uint64_t before;
    do {
        before = s->counters.bytes_received;
        TRY(read_now(s, e));
        TRY(documents_take(s, e));
    } while (s->counters.bytes_received != before);
    return OK;
}

static enum status exchange(struct epp_session *s, uint64_t deadline, struct error *e)
{
    TRY(write_now(s, e));
    if (clock_monotonic_ns() >= deadline)
        return error_set(e, UNAVAILABLE, "timeout", "the server did not answer in time");
    if (!tls_pending(s->conn))
        TRY(wait_for_server(s, deadline, e));
    return read_now(s, e);
}

/* ---- leading ---------------------------------------------------------------------------------------------- */

/* Before the first byte after a silence: has the server closed meanwhile (they do, when idle)? Better known now than
 * after it. */
static enum status look_for_close(struct epp_session *s, struct error *e)
{
    (void)pthread_mutex_unlock(&s->lock);
    enum status st = hear(s, e);
    (void)pthread_mutex_lock(&s->lock);
    return st;
}

/* Moves what is queued to what is being sent. */
static void going_load(struct epp_session *s)
{
    if (s->gone == s->going.n && s->going.n > 0) {
        crypto_wipe(s->going.p, s->going.n); /* passwords went by here */
        buf_reset(&s->going);
        s->gone = 0;
    }
    if (s->going.n > 0 || s->out.n == 0)
        return;
    struct buf empty = s->going;
    s->going = s->out;
    s->out = empty;
    s->begun = s->queued;
}

/* Called and returns with the lock held. */
static enum status lead_once(struct epp_session *s, struct error *e)
{
    if (s->first->begin >= s->begun && s->out.n > 0)
        TRY(look_for_close(s, e));
    going_load(s);
    s->woken = false;
    uint64_t deadline = s->first->deadline;
    (void)pthread_mutex_unlock(&s->lock);
    enum status st = exchange(s, deadline, e);
    (void)pthread_mutex_lock(&s->lock);
    flights_sent(s);
    (void)pthread_mutex_unlock(&s->lock);
    struct error unheard;
    if (st == OK)
        st = documents_take(s, e);
    else if (hear(s, &unheard) != OK) /* what came before it failed counts */
        error_clear(&unheard);
    (void)pthread_mutex_lock(&s->lock);
    return st;
}

/* Another one that waits goes on. */
static void lead_pass(struct epp_session *s)
{
    s->leading = false;
    for (struct epp_flight *f = s->first; f != NULL; f = f->next) {
        if (!f->waiting)
            continue;
        (void)pthread_cond_signal(&f->landed);
        return;
    }
}

static void lead(struct epp_session *s, const struct epp_flight *mine)
{
    struct error e = {0};
    s->leading = true;
    while (!mine->done)
        if (lead_once(s, &e) != OK)
            epp_pipe_break(s, &e);
    lead_pass(s);
}

static void leader_wake(struct epp_session *s)
{
    if (s->out.n == 0 || s->woken)
        return;
    s->woken = true;
    (void)eventfd_write(s->wake, 1);
}

/* ---- the callers' side --------------------------------------------------------------------------------------- */

/* Appends the frame of c, or leaves everything as it was. */
static enum status frame_queue(struct epp_session *s, const struct epp_command *c, struct error *e)
{
    struct buf *out = &s->out;
    size_t at = out->n, max = s->set.frame_max != 0 ? s->set.frame_max : EPP_FRAME_MAX;
    buf_u32(out, 0);
    enum status st = epp_command_encode(c, out, e);
    size_t n = out->n - at;
    if (st == OK && n > max)
        st = error_set(e, INVALID, "frame-too-large", "the command has %zu bytes: the limit is %zu", n, max);
    if (st != OK) {
        out->n = at;
        out->over = false;
        return st;
    }
    write_u32(out->p + at, (uint32_t)n);
    s->queued += n;
    epp_session_trace(s, EPP_SENT, str_n(out->p + at + EPP_FRAME_HEADER, n - EPP_FRAME_HEADER));
    return OK;
}

static enum status submit_locked(
    struct epp_session *s, const struct epp_command *c, struct epp_flight *f, struct error *e)
{
    if (!atomic_load(&s->usable))
        return error_set(e, UNAVAILABLE, "epp-session-closed", "the EPP session is closed: open a new one");
    if (s->in_flight >= s->set.pipeline)
        return error_set(
            e, UNAVAILABLE, "epp-pipe-full", "%u commands are in flight, which is all that may be", s->in_flight);
    f->begin = s->queued;
    TRY(frame_queue(s, c, e));
    s->counters.commands += !f->hello;
    epp_pipe_push(s, f, net_deadline(s->set.command_timeout_ms));
    return OK;
}

enum status epp_session_submit(
    struct epp_session *s, struct arena *a, const struct epp_command *c, struct epp_flight *f, struct error *e)
{
    *f = (struct epp_flight){.sent = f->sent,
        .sent_ctx = f->sent_ctx,
        .arena = a,
        .cltrid = c->cltrid,
        .hello = c->verb == EPP_HELLO,
        .login = c->verb == EPP_LOGIN,
        .poll = c->verb == EPP_POLL,
        .query = epp_command_is_query(c)};
    if (!f->hello && c->cltrid.n == 0)
        return error_set(e, INVALID, "epp-cltrid", "an EPP command needs a clTRID");
    (void)pthread_mutex_lock(&s->lock);
    enum status st = submit_locked(s, c, f, e);
    (void)pthread_mutex_unlock(&s->lock);
    return st;
}

enum status epp_session_await(struct epp_session *s, struct epp_flight *f, struct epp_response *r, struct error *e)
{
    (void)pthread_mutex_lock(&s->lock);
    f->waiting = true;
    while (!f->done) {
        if (!s->leading) {
            lead(s, f);
            continue;
        }
        leader_wake(s);
        (void)pthread_cond_wait(&f->landed, &s->lock);
    }
    (void)pthread_mutex_unlock(&s->lock);
    (void)pthread_cond_destroy(&f->landed);
    *r = f->response;
    if (f->status != OK)
        *e = f->error;
    return f->status;
}
