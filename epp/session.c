#include "epp/session.h"

#include "base/clock.h"
#include "base/crypto.h"
#include "epp/frame.h"
#include "epp/result.h"

#define CONNECT_TIMEOUT_MS 10000
#define COMMAND_TIMEOUT_MS 60000
#define READ_SLICE 16384
#define STRAYS_MAX 16 /* frames that are no answer to us, while one is awaited */

struct epp_session {
    char id[EPP_SESSION_ID_MAX + 1];
    struct epp_session_settings set;
    struct tls_conn *conn; /* NULL once the session is broken or ended */
    struct epp_frame_reader in;
    struct arena keep; /* the settings' strings, what login asked for */
    struct arena greeting_arena;
    struct epp_greeting greeting;
    struct epp_strs extensions; /* those logged in for */
    bool logged_in;
    struct epp_session_counters counters;
    void (*on_sent)(void *ctx); /* for the next command only */
    void *on_sent_ctx;
};

/* ---- pieces ---------------------------------------------------------------------------------------- */
static void drop_connection(struct epp_session *s)
{
    tls_abort(&s->conn);
    s->logged_in = false;
}

static void trace(struct epp_session *s, enum epp_direction dir, struct str doc)
{
    if (s->set.trace == NULL)
        return;
    struct buf out;
    buf_init(&out, 2 * EPP_FRAME_MAX);
    epp_redact(doc, &out);
    s->set.trace(s->set.trace_ctx, dir, buf_view(&out));
    buf_clear(&out);
}

static enum status unusable(struct error *e)
{
    return error_set(e, UNAVAILABLE, "epp-session-closed", "the EPP session is closed: open a new one");
}

static int left_ms(uint64_t deadline)
{
    uint64_t now = clock_monotonic_ns();
    return deadline > now ? (int)((deadline - now + 999999) / 1000000) : 0;
}

/* One read into the frame reader. UNAVAILABLE "epp-closed" when the server closed. */
static enum status read_some(struct epp_session *s, int timeout_ms, struct error *e)
{
    char slice[READ_SLICE];
    size_t want = epp_frame_room(&s->in), n;
    want = want == 0 || want > sizeof slice ? sizeof slice : want;
    enum status got = tls_read(s->conn, slice, want, timeout_ms, &n, e);
    if (got == OK && n == 0)
        return error_set(e, UNAVAILABLE, "epp-closed", "the server closed the connection%s",
            epp_frame_partial(&s->in) ? " in the middle of a frame" : "");
    if (got == OK) {
        epp_frame_feed(&s->in, slice, n);
        s->counters.bytes_received += n;
    }
    crypto_wipe(slice, sizeof slice);
    return got;
}

/* The next whole document, valid until the next read. */
static enum status receive(struct epp_session *s, uint64_t deadline, struct str *doc_r, struct error *e)
{
    for (;;) {
        TRY(epp_frame_next(&s->in, doc_r, e));
        if (doc_r->p != NULL) {
            trace(s, EPP_RECEIVED, *doc_r);
            return OK;
        }
        int left = left_ms(deadline);
        if (left == 0)
            return error_set(e, UNAVAILABLE, "timeout", "the server did not answer in time");
        TRY(read_some(s, left, e));
    }
}

/* Before a command: has the server closed meanwhile (they do, when idle)? Better known before the first
 * byte goes out than after. Frames nobody asked for are put aside. */
static enum status look_for_close(struct epp_session *s, struct error *e)
{
    for (unsigned reads = 0; reads < STRAYS_MAX; reads++) {
        struct str doc;
        TRY(epp_frame_next(&s->in, &doc, e));
        if (doc.p != NULL) {
            trace(s, EPP_RECEIVED, doc);
            s->counters.strays++;
            continue;
        }
        if (read_some(s, 0, e) == OK)
            continue;
        if (strcmp(e->code, "timeout") != 0)
            return e->status;
        error_clear(e);
        return OK;
    }
    return error_set(e, PROTOCOL, "epp-strays", "the server keeps sending what was not asked for");
}

static enum status send_document(struct epp_session *s, struct str doc, uint64_t deadline, struct error *e)
{
    struct buf frame;
    buf_init(&frame, doc.n + EPP_FRAME_HEADER);
    enum status sent = epp_frame_write(&frame, doc, s->set.frame_max, e);
    if (sent == OK && look_for_close(s, e) != OK) {
        drop_connection(s);
        e->status = UNAVAILABLE;
        sent = UNAVAILABLE;
    }
    if (sent == OK) {
        trace(s, EPP_SENT, doc);
        sent = tls_write(s->conn, buf_view(&frame), left_ms(deadline), e);
        s->counters.bytes_sent += sent == OK ? frame.n : 0;
        /* Whatever the reason, some bytes may be out. */
        if (sent != OK) {
            drop_connection(s);
            sent = e->status = UNCERTAIN;
        }
    }
    buf_clear(&frame);
    return sent;
}

/* ---- greeting -------------------------------------------------------------------------------------- */
static enum status keep_greeting(struct epp_session *s, struct str doc, struct error *e)
{
    struct arena fresh;
    struct epp_greeting greeting;
    struct xml_node *root;
    arena_init(&fresh, 0);
    /* The document lies in the reader's buffer, which the next read overwrites. */
    enum status got = xml_parse(&fresh, str_dup(&fresh, doc), &xml_limits_lenient, &root, e);
    if (got != OK) {
        e->status = PROTOCOL;
        got = error_prefix(e, "the greeting cannot be read");
    }
    if (got == OK)
        got = epp_greeting_decode(&fresh, root, &greeting, e);
    if (got != OK) {
        arena_clear(&fresh);
        return got;
    }
    arena_clear(&s->greeting_arena);
    s->greeting_arena = fresh;
    s->greeting = greeting;
    return OK;
}

static bool contains(const struct epp_strs *list, struct str v)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->v[i], v))
            return true;
    return false;
}

static enum status services_offered(const struct epp_session *s, struct error *e)
{
    for (size_t i = 0; i < s->set.objects.n; i++)
        if (!contains(&s->greeting.objects, s->set.objects.v[i]))
            return error_set(e, PROTOCOL, "epp-service", "the server \"%.*s\" does not offer the service %.*s",
                STR_ARG(s->greeting.sv_id), STR_ARG(s->set.objects.v[i]));
    return OK;
}

/* ---- opening --------------------------------------------------------------------------------------- */
static struct epp_strs keep_strs(struct arena *a, const struct epp_strs *list)
{
    struct epp_strs out = {ARENA_ARRAY(a, list->n, struct str), list->n};
    for (size_t i = 0; i < list->n; i++)
        out.v[i] = str_dup(a, list->v[i]);
    return out;
}

static struct epp_session *session_new(const struct epp_session_settings *set)
{
    struct epp_session *s = calloc(1, sizeof *s);
    INVARIANT(s != NULL);
    arena_init(&s->keep, 0);
    arena_init(&s->greeting_arena, 0);
    struct str id = crypto_token(&s->keep, 10);
    memcpy(s->id, id.p, id.n);
    s->set = *set;
    s->set.host = arena_strdup(&s->keep, set->host);
    s->set.objects = keep_strs(&s->keep, &set->objects);
    s->set.extensions = keep_strs(&s->keep, &set->extensions);
    if (s->set.connect_timeout_ms == 0)
        s->set.connect_timeout_ms = CONNECT_TIMEOUT_MS;
    if (s->set.command_timeout_ms == 0)
        s->set.command_timeout_ms = COMMAND_TIMEOUT_MS;
    epp_frame_reader_init(&s->in, set->frame_max);
    return s;
}

static enum status open_connection(struct epp_session *s, struct error *e)
{
    uint64_t deadline = net_deadline(s->set.connect_timeout_ms);
    struct str doc;
    TRY(tls_connect(s->set.tls, &s->set.addr, s->set.host, s->set.connect_timeout_ms, &s->conn, e));
    TRY(receive(s, deadline, &doc, e));
    TRY(keep_greeting(s, doc, e));
    return services_offered(s, e);
}

enum status epp_session_open(const struct epp_session_settings *set, struct epp_session **session_r, struct error *e)
{
    struct epp_session *s = session_new(set);
    *session_r = NULL;
    if (open_connection(s, e) != OK) {
        error_prefix(e, "EPP server %s", s->set.host);
        epp_session_close(&s);
        return e->status;
    }
    *session_r = s;
    return OK;
}

/* ---- commands -------------------------------------------------------------------------------------- */
/* A frame came while the answer to `cltrid` was awaited: is it that? An answer without any clTRID is taken as
 * ours, since there is one command at a time; but a closing notice without one may be no answer at all. */
static bool is_answer(const struct epp_response *r, struct str cltrid)
{
    if (r->tr_id.cltrid.n > 0)
        return str_eq(r->tr_id.cltrid, cltrid);
    return !epp_result_meaning(r->results.v[0].code)->ends;
}

/* A poll message that cannot be read must be acknowledged all the same, or it blocks those behind it. */
static bool salvage(
    struct arena *a, struct str doc, const struct epp_command *c, struct epp_response *r, struct error *e)
{
    if (c->verb != EPP_POLL || !epp_response_salvage(a, doc, e->text, r))
        return false;
    error_clear(e);
    return true;
}

static enum status read_answer(struct epp_session *s, struct arena *a, struct str doc, const struct epp_command *c,
    struct epp_response *r, bool *ours_r, struct error *e)
{
    struct xml_node *root;
    const struct str raw = str_dup(a, doc);
    *ours_r = false;
    r->raw = raw;
    enum status got = xml_parse(a, raw, &xml_limits_lenient, &root, e);
    if (got == OK && epp_is_greeting(root)) {
        s->counters.strays++;
        return OK;
    }
    if (got == OK)
        got = epp_response_decode(a, root, r, e);
    if (got != OK && salvage(a, raw, c, r, e))
        got = OK;
    r->raw = raw;
    TRY(got);
    *ours_r = is_answer(r, c->cltrid);
    s->counters.strays += !*ours_r;
    return OK;
}

static enum status await_answer(struct epp_session *s, struct arena *a, const struct epp_command *c, uint64_t deadline,
    struct epp_response *r, struct error *e)
{
    struct str cltrid = c->cltrid;
    for (unsigned frames = 0; frames < STRAYS_MAX; frames++) {
        struct str doc;
        bool ours;
        TRY(receive(s, deadline, &doc, e));
        enum status got = read_answer(s, a, doc, c, r, &ours, e);
        if (got != OK) {
            e->status = PROTOCOL;
            return error_prefix(e, "the answer to %.*s cannot be read", STR_ARG(cltrid));
        }
        if (ours)
            return OK;
    }
    return error_set(
        e, PROTOCOL, "epp-strays", "%d frames came, none of them the answer to %.*s", STRAYS_MAX, STR_ARG(cltrid));
}

/* The meaning of a failure after bytes were sent. To a query what cannot be read says only that the server
 * is wrong; for the rest nobody knows what was done. */
static enum status lost_answer(struct epp_session *s, const struct epp_command *c, struct error *e)
{
    drop_connection(s);
    if (e->status != PROTOCOL || !epp_command_is_query(c))
        e->status = UNCERTAIN;
    return e->status;
}

static enum status encode(const struct epp_command *c, size_t max, struct buf *doc, struct error *e)
{
    buf_init(doc, max != 0 ? max : EPP_FRAME_MAX);
    return epp_command_encode(c, doc, e);
}

enum status epp_session_command(
    struct epp_session *s, struct arena *a, const struct epp_command *c, struct epp_response *r, struct error *e)
{
    void (*on_sent)(void *ctx) = s->on_sent;
    s->on_sent = NULL;
    *r = (struct epp_response){0};
    if (s->conn == NULL)
        return unusable(e);
    if (c->verb == EPP_HELLO || c->cltrid.n == 0)
        return error_set(e, INVALID, "epp-cltrid", "an EPP command needs a clTRID; hello has its own call");
    struct buf doc;
    uint64_t deadline = net_deadline(s->set.command_timeout_ms);
    enum status got = encode(c, s->set.frame_max, &doc, e);
    if (got == OK)
        got = send_document(s, buf_view(&doc), deadline, e);
    buf_clear(&doc);
    TRY(got);
    s->counters.commands++;
    if (on_sent != NULL)
        on_sent(s->on_sent_ctx);
    if (await_answer(s, a, c, deadline, r, e) != OK)
        return lost_answer(s, c, e);
    s->counters.answers++;
    if (epp_result_meaning(r->results.v[0].code)->ends)
        drop_connection(s);
    return OK;
}

/* ---- session commands ------------------------------------------------------------------------------ */
/* Those of the configured extensions that the greeting offers. */
static void choose_extensions(struct epp_session *s)
{
    struct epp_strs *chosen = &s->extensions;
    *chosen = (struct epp_strs){ARENA_ARRAY(&s->keep, s->set.extensions.n, struct str), 0};
    for (size_t i = 0; i < s->set.extensions.n; i++)
        if (contains(&s->greeting.extensions, s->set.extensions.v[i]))
            chosen->v[chosen->n++] = s->set.extensions.v[i];
}

static enum status run_own(
    struct epp_session *s, struct arena *a, struct epp_command *c, struct epp_response *r, struct error *e)
{
    struct str token = crypto_token(a, 12);
    c->cltrid = str_printf(a, "%s-%.*s", epp_verb_name(c->verb), STR_ARG(token));
    return epp_session_command(s, a, c, r, e);
}

enum status epp_session_login(struct epp_session *s, struct str clid, struct str pw, struct str new_pw, struct error *e)
{
    struct epp_response r;
    struct epp_command c = {.verb = EPP_LOGIN};
    struct arena a;
    if (s->conn == NULL)
        return unusable(e);
    choose_extensions(s);
    c.u.login = (struct epp_login){
        .clid = clid, .pw = pw, .new_pw = new_pw, .objects = s->set.objects, .extensions = s->extensions};
    arena_init(&a, 0);
    enum status got = run_own(s, &a, &c, &r, e);
    if (got == OK)
        got = epp_result_error(&r, e);
    s->logged_in = got == OK && s->conn != NULL;
    arena_clear(&a);
    return got == OK ? OK : error_prefix(e, "login at %s as %.*s", s->set.host, STR_ARG(clid));
}

static enum status await_greeting(struct epp_session *s, uint64_t deadline, struct error *e)
{
    struct arena a;
    struct str doc;
    arena_init(&a, 0);
    enum status got = OK;
    for (unsigned frames = 0; frames < STRAYS_MAX && got == OK; frames++) {
        struct xml_node *root = NULL;
        got = receive(s, deadline, &doc, e);
        if (got == OK)
            got = xml_parse(&a, str_dup(&a, doc), &xml_limits_lenient, &root, e);
        if (got == OK && epp_is_greeting(root)) {
            got = keep_greeting(s, doc, e);
            break;
        }
        s->counters.strays += got == OK;
        if (got == OK && frames + 1 == STRAYS_MAX)
            got = error_set(e, PROTOCOL, "epp-strays", "%d frames came, none of them a greeting", STRAYS_MAX);
    }
    arena_clear(&a);
    return got;
}

enum status epp_session_hello(struct epp_session *s, struct error *e)
{
    struct epp_command c = {.verb = EPP_HELLO};
    struct buf doc;
    if (s->conn == NULL)
        return unusable(e);
    uint64_t deadline = net_deadline(s->set.command_timeout_ms);
    enum status got = encode(&c, s->set.frame_max, &doc, e);
    if (got == OK)
        got = send_document(s, buf_view(&doc), deadline, e);
    buf_clear(&doc);
    if (got == OK)
        got = await_greeting(s, deadline, e);
    if (got == OK)
        return OK;
    /* A lost hello has changed nothing: never uncertain. */
    drop_connection(s);
    e->status = got == INVALID || got == PROTOCOL ? PROTOCOL : UNAVAILABLE;
    return error_prefix(e, "hello to %s", s->set.host);
}

void epp_session_on_sent(struct epp_session *s, void (*fn)(void *ctx), void *ctx)
{
    s->on_sent = fn;
    s->on_sent_ctx = ctx;
}

enum status epp_session_logout(struct epp_session *s, struct error *e)
{
    struct epp_command c = {.verb = EPP_LOGOUT};
    struct epp_response r;
    struct arena a;
    if (s->conn == NULL)
        return unusable(e);
    arena_init(&a, 0);
    enum status got = run_own(s, &a, &c, &r, e);
    if (got == OK)
        got = epp_result_error(&r, e);
    arena_clear(&a);
    drop_connection(s);
    return got;
}

void epp_session_close(struct epp_session **sp)
{
    struct epp_session *s = *sp;
    if (s == NULL)
        return;
    tls_close(&s->conn);
    epp_frame_reader_clear(&s->in);
    arena_clear(&s->greeting_arena);
    arena_clear(&s->keep);
    free(s);
    *sp = NULL;
}

/* ---- asking ---------------------------------------------------------------------------------------- */
const char *epp_session_id(const struct epp_session *s)
{
    return s->id;
}

bool epp_session_usable(const struct epp_session *s)
{
    return s->conn != NULL;
}

bool epp_session_logged_in(const struct epp_session *s)
{
    return s->logged_in;
}

const struct epp_greeting *epp_session_greeting(const struct epp_session *s)
{
    return &s->greeting;
}

bool epp_session_extension(const struct epp_session *s, const char *uri)
{
    return contains(&s->extensions, str_of(uri));
}

const struct epp_session_counters *epp_session_counters(const struct epp_session *s)
{
    return &s->counters;
}
