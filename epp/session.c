#include "base/crypto.h"
#include "epp/login_sec.h"
#include "epp/result.h"
#include "epp/session_pipe.h"

#define CONNECT_TIMEOUT_MS 10000
#define COMMAND_TIMEOUT_MS 60000

void epp_session_trace(struct epp_session *s, enum epp_direction dir, struct str doc)
{
    if (s->set.trace == NULL)
        return;
    struct buf out;
    buf_init(&out, 2 * EPP_FRAME_MAX);
    epp_redact(doc, &out);
    s->set.trace(s->set.trace_ctx, dir, buf_view(&out));
    buf_clear(&out);
}

/* ---- greeting -------------------------------------------------------------------------------------- */
enum status epp_greeting_keep(struct epp_session *s, struct str doc, struct error *e)
{
    struct arena fresh;
    struct epp_greeting greeting;
    struct xml_node *root;
    arena_init(&fresh, 0);
    enum status got = xml_parse(&fresh, doc, &xml_limits_lenient, &root, e);
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

static enum status offered(
    const struct epp_session *s, const struct epp_strs *there, const struct epp_strs *wanted, struct error *e)
{
    for (size_t i = 0; i < wanted->n; i++)
        if (!contains(there, wanted->v[i]))
            return error_set(e, PROTOCOL, "epp-service", "the server \"%.*s\" does not offer the service %.*s",
                STR_ARG(s->greeting.sv_id), STR_ARG(wanted->v[i]));
    return OK;
}

static enum status services_offered(const struct epp_session *s, struct error *e)
{
    TRY(offered(s, &s->greeting.objects, &s->set.objects, e));
    return offered(s, &s->greeting.extensions, &s->set.required, e);
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
    s->set.required = keep_strs(&s->keep, &set->required);
    s->set.lang = str_dup(&s->keep, set->lang);
    s->set.agent = str_dup(&s->keep, set->agent);
    if (s->set.connect_timeout_ms == 0)
        s->set.connect_timeout_ms = CONNECT_TIMEOUT_MS;
    if (s->set.command_timeout_ms == 0)
        s->set.command_timeout_ms = COMMAND_TIMEOUT_MS;
    if (s->set.pipeline == 0)
        s->set.pipeline = 1;
    epp_pipe_init(s);
    return s;
}

/* The greeting comes unasked: as if a hello had been sent. */
static enum status open_connection(struct epp_session *s, struct error *e)
{
    uint64_t deadline = net_deadline(s->set.connect_timeout_ms);
    struct epp_flight f = {.hello = true, .greeting = true, .arena = &s->greeting_arena};
    struct epp_response none;
    TRY(tls_connect(s->set.tls, &s->set.addr, s->set.host, s->set.connect_timeout_ms, &s->conn, e));
    atomic_store(&s->usable, true);
    epp_pipe_push(s, &f, deadline);
    TRY(epp_session_await(s, &f, &none, e));
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
enum status epp_session_command(
    struct epp_session *s, struct arena *a, const struct epp_command *c, struct epp_response *r, struct error *e)
{
    struct epp_flight f = {0};
    *r = (struct epp_response){0};
    TRY(epp_session_submit(s, a, c, &f, e));
    return epp_session_await(s, &f, r, e);
}

/* ---- session commands ------------------------------------------------------------------------------ */
/* Those that are required, and of the others those that the greeting offers. */
static void choose_extensions(struct epp_session *s)
{
    struct epp_strs *chosen = &s->extensions;
    *chosen = (struct epp_strs){ARENA_ARRAY(&s->keep, s->set.extensions.n + s->set.required.n, struct str), 0};
    for (size_t i = 0; i < s->set.required.n; i++)
        chosen->v[chosen->n++] = s->set.required.v[i];
    for (size_t i = 0; i < s->set.extensions.n; i++)
        if (contains(&s->greeting.extensions, s->set.extensions.v[i]) && !contains(chosen, s->set.extensions.v[i]))
            chosen->v[chosen->n++] = s->set.extensions.v[i];
}

static enum status run_own(
    struct epp_session *s, struct arena *a, struct epp_command *c, struct epp_response *r, struct error *e)
{
    struct str token = crypto_token(a, 12);
    c->cltrid = str_printf(a, "%s-%.*s", epp_verb_name(c->verb), STR_ARG(token));
    return epp_session_command(s, a, c, r, e);
}

/* With login security a password may be longer than EPP lets it. */
static void add_security(struct epp_session *s, struct arena *a, struct epp_command *c)
{
    if (!contains(&s->extensions, STR(EPP_LOGIN_SEC_NS)))
        return;
    struct epp_login_sec *sec = ARENA_NEW(a, struct epp_login_sec);
    epp_login_sec_passwords(&c->u.login, sec, c->u.login.pw, c->u.login.new_pw);
    sec->agent.app = s->set.agent;
    if (sec->agent.app.n > 0 || sec->pw.p != NULL || sec->new_pw.p != NULL)
        epp_ext_add(a, &c->ext, &epp_login_sec, sec);
}

static void keep_advice(struct epp_session *s, const struct epp_response *r)
{
    const struct epp_login_sec_data *data = epp_ext_find(&r->ext, &epp_login_sec_data);
    s->advice = data != NULL ? epp_login_sec_text(&s->keep, data) : STR("");
}

enum status epp_session_login(struct epp_session *s, struct str clid, struct str pw, struct str new_pw, struct error *e)
{
    struct epp_response r;
    struct epp_command c = {.verb = EPP_LOGIN};
    struct arena a;
    choose_extensions(s);
    c.u.login = (struct epp_login){.clid = clid,
        .pw = pw,
        .new_pw = new_pw,
        .lang = s->set.lang,
        .objects = s->set.objects,
        .extensions = s->extensions};
    arena_init(&a, 0);
    add_security(s, &a, &c);
    enum status got = run_own(s, &a, &c, &r, e);
    if (got == OK) {
        keep_advice(s, &r);
        got = epp_result_error(&r, e);
    }
    atomic_store(&s->logged_in, got == OK && epp_session_usable(s));
    arena_clear(&a);
    return got == OK ? OK : error_prefix(e, "login at %s as %.*s", s->set.host, STR_ARG(clid));
}

enum status epp_session_hello(struct epp_session *s, struct error *e)
{
    struct epp_command c = {.verb = EPP_HELLO};
    struct epp_response none;
    enum status got = epp_session_command(s, &s->greeting_arena, &c, &none, e);
    return got == OK ? OK : error_prefix(e, "hello to %s", s->set.host);
}

/* Nothing may be in flight. */
static void drop_connection(struct epp_session *s)
{
    struct error none = {0};
    (void)pthread_mutex_lock(&s->lock);
    epp_pipe_break(s, &none);
    (void)pthread_mutex_unlock(&s->lock);
}

enum status epp_session_logout(struct epp_session *s, struct error *e)
{
    struct epp_command c = {.verb = EPP_LOGOUT};
    struct epp_response r;
    struct arena a;
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
    epp_pipe_clear(s);
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
    return atomic_load(&s->usable);
}

bool epp_session_logged_in(const struct epp_session *s)
{
    return atomic_load(&s->logged_in);
}

const struct epp_greeting *epp_session_greeting(const struct epp_session *s)
{
    return &s->greeting;
}

struct str epp_session_advice(const struct epp_session *s)
{
    return s->advice.p != NULL ? s->advice : STR("");
}

bool epp_session_extension(const struct epp_session *s, const char *uri)
{
    return contains(&s->extensions, str_of(uri));
}

const struct epp_session_counters *epp_session_counters(const struct epp_session *s)
{
    return &s->counters;
}
