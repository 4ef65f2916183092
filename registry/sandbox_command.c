#include "base/clock.h"
#include "base/daemon.h"
#include "base/log.h"
#include "base/metrics.h"
#include "epp/verisign.h"
#include "registry/sandbox_clock.h"
#include "registry/sandbox_contact.h"
#include "registry/sandbox_domain.h"
#include "registry/sandbox_fault.h"
#include "registry/sandbox_fred.h"
#include "registry/sandbox_login.h"
#include "registry/sandbox_policy_db.h"
#include "registry/sandbox_poll.h"
#include "registry/sandbox_publish.h"
#include "registry/sandbox_release.h"
#include "registry/sandbox_transfer.h"

#define OUT_MAX EPP_FRAME_MAX

METRIC(m_commands, "fourways_sandbox_commands_total", "", "counter", "EPP commands answered");
METRIC(m_refused, "fourways_sandbox_refused_total", "", "counter", "EPP commands answered with a 2xxx code");
METRIC(m_failed, "fourways_sandbox_failed_total", "", "counter", "EPP commands that failed inside the registry");
METRIC(m_faults, "fourways_sandbox_faults_total", "", "counter", "injected faults that fired");

static const struct command_row {
    enum epp_verb verb;
    enum epp_object object;
    enum status (*run)(struct sandbox_call *c, struct error *e);
} commands[] = {
    {EPP_LOGIN, EPP_NO_OBJECT, sandbox_login},
    {EPP_LOGOUT, EPP_NO_OBJECT, sandbox_logout},
    {EPP_POLL, EPP_NO_OBJECT, sandbox_poll},
    {EPP_CHECK, EPP_DOMAIN, sandbox_domain_check},
    {EPP_INFO, EPP_DOMAIN, sandbox_domain_info},
    {EPP_CREATE, EPP_DOMAIN, sandbox_domain_create},
    {EPP_UPDATE, EPP_DOMAIN, sandbox_domain_update},
    {EPP_DELETE, EPP_DOMAIN, sandbox_domain_delete},
    {EPP_RENEW, EPP_DOMAIN, sandbox_domain_renew},
    {EPP_TRANSFER, EPP_DOMAIN, sandbox_domain_transfer},
    {EPP_UPDATE, EPP_RELEASE, sandbox_domain_release},
    {EPP_CHECK, EPP_CONTACT, sandbox_contact_check},
    {EPP_INFO, EPP_CONTACT, sandbox_contact_info},
    {EPP_CREATE, EPP_CONTACT, sandbox_contact_create},
    {EPP_UPDATE, EPP_CONTACT, sandbox_contact_update},
    {EPP_DELETE, EPP_CONTACT, sandbox_contact_delete},
    {EPP_TRANSFER, EPP_CONTACT, sandbox_contact_transfer},
    {EPP_CHECK, EPP_HOST, sandbox_host_check},
    {EPP_INFO, EPP_HOST, sandbox_host_info},
    {EPP_CREATE, EPP_HOST, sandbox_host_create},
    {EPP_UPDATE, EPP_HOST, sandbox_host_update},
    {EPP_DELETE, EPP_HOST, sandbox_host_delete},
    {EPP_CHECK, EPP_FRED_DOMAIN, sandbox_fred_domain_check},
    {EPP_INFO, EPP_FRED_DOMAIN, sandbox_fred_domain_info},
    {EPP_CREATE, EPP_FRED_DOMAIN, sandbox_fred_domain_create},
    {EPP_UPDATE, EPP_FRED_DOMAIN, sandbox_fred_domain_update},
    {EPP_DELETE, EPP_FRED_DOMAIN, sandbox_fred_domain_delete},
    {EPP_RENEW, EPP_FRED_DOMAIN, sandbox_fred_domain_renew},
    {EPP_TRANSFER, EPP_FRED_DOMAIN, sandbox_fred_domain_transfer},
    {EPP_SEND_AUTH_INFO, EPP_FRED_DOMAIN, sandbox_fred_domain_mail},
    {EPP_CHECK, EPP_FRED_CONTACT, sandbox_fred_contact_check},
    {EPP_INFO, EPP_FRED_CONTACT, sandbox_fred_contact_info},
    {EPP_CREATE, EPP_FRED_CONTACT, sandbox_fred_contact_create},
    {EPP_UPDATE, EPP_FRED_CONTACT, sandbox_fred_contact_update},
    {EPP_DELETE, EPP_FRED_CONTACT, sandbox_fred_contact_delete},
    {EPP_CHECK, EPP_FRED_NSSET, sandbox_set_check},
    {EPP_INFO, EPP_FRED_NSSET, sandbox_set_info},
    {EPP_CREATE, EPP_FRED_NSSET, sandbox_nsset_create},
    {EPP_DELETE, EPP_FRED_NSSET, sandbox_set_delete},
    {EPP_CHECK, EPP_FRED_KEYSET, sandbox_set_check},
    {EPP_INFO, EPP_FRED_KEYSET, sandbox_set_info},
    {EPP_CREATE, EPP_FRED_KEYSET, sandbox_keyset_create},
    {EPP_DELETE, EPP_FRED_KEYSET, sandbox_set_delete},
};

/* A command on its way: the call, and what goes around it. */
struct passage {
    struct sandbox_call call;
    struct epp_command cmd;
    struct epp_response rsp;
    const struct command_row *row;
    struct sandbox_fault fault;
    uint64_t began_ns;
};

static const struct command_row *row_find(const struct epp_command *cmd)
{
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (commands[i].verb == cmd->verb && commands[i].object == cmd->object)
            return &commands[i];
    }
    return NULL;
}

enum status sandbox_refuse(
    struct sandbox_call *c, struct error *e, unsigned code, const char *element, struct str value, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    struct str reason = str_of(arena_vprintf(c->arena, fmt, ap));
    va_end(ap);
    const char *verb = c->cmd->object == EPP_NO_OBJECT ? epp_verb_name(c->cmd->verb) : "name";
    *c->rsp = (struct epp_response){0};
    epp_response_simple(c->arena, c->rsp, code, c->cmd->cltrid, c->svtrid);
    if (element == NULL && c->cmd->object == EPP_CONTACT)
        verb = "id";
    epp_response_explain(c->arena, c->rsp, epp_object_ns(c->cmd->object), element != NULL ? element : verb,
        str_is_null(value) ? STR("") : value, reason);
    return error_set(e, INVALID, "refused", "%u %.*s", code, STR_ARG(reason));
}

bool sandbox_refused(const struct error *e)
{
    return e->status == INVALID && strcmp(e->code, "refused") == 0;
}

void sandbox_reply(struct sandbox_call *c, unsigned code, enum epp_data data)
{
    struct epp_response head;
    epp_response_simple(c->arena, &head, code, c->cmd->cltrid, c->svtrid);
    c->rsp->results = head.results;
    c->rsp->tr_id = head.tr_id;
    c->rsp->data = data;
    c->rsp->object = data == EPP_NO_DATA ? EPP_NO_OBJECT : c->cmd->object;
}

struct str sandbox_svtrid(struct sandbox *sb, struct arena *a)
{
    unsigned long long n = atomic_fetch_add(&sb->svtrid_next, 1);
    return str_printf(a, "SB-%s-%llu", sb->boot, n);
}

/* The answer into session->out, as a frame. */
static enum status answer_encode(struct sandbox_session *s, const struct epp_response *rsp, struct error *e)
{
    struct buf doc;
    buf_in(&doc, &s->arena, OUT_MAX);
    TRY(epp_response_encode(rsp, &doc, e));
    buf_reset(&s->out);
    return epp_frame_write(&s->out, buf_view(&doc), 0, e);
}

/* The object's name in the command, for logs. */
static struct str command_key(const struct epp_command *c)
{
    switch (c->verb) {
    case EPP_CHECK:
        return c->u.check.keys.n > 0 ? c->u.check.keys.v[0] : STR("");
    case EPP_LOGIN:
        return c->u.login.clid;
    case EPP_DELETE:
        return c->u.key.key;
    case EPP_HELLO:
    case EPP_LOGOUT:
    case EPP_POLL:
        return STR("");
    default: /* the key stands first in all others: see epp/model.h */
        return c->u.key.key;
    }
}

static struct str command_word(struct arena *a, const struct epp_command *c)
{
    const char *object = epp_object_name(c->object), *op = epp_op_name(c->op);
    return str_printf(
        a, "%s%s%s%s%s", object, *object != '\0' ? ":" : "", epp_verb_name(c->verb), *op != '\0' ? " " : "", op);
}

static void passage_log(struct sandbox_session *s, const struct passage *p)
{
    unsigned code = p->rsp.results.n > 0 ? p->rsp.results.v[0].code : 0;
    double ms = (double)(clock_monotonic_ns() - p->began_ns) / 1e6;
    metric_add(&m_commands, 1);
    metric_add(&m_refused, code >= 2000);
    log_event(LOG_INFO, "registry", s->who[0] != '\0' ? s->who : s->peer,
        "%.*s %.*s cltrid=%.*s svtrid=%.*s: %.*s (%.1f ms)", STR_ARG(command_word(&s->arena, &p->cmd)),
        STR_ARG(p->call.key), STR_ARG(p->cmd.cltrid), STR_ARG(p->call.svtrid),
        STR_ARG(epp_response_text(&s->arena, &p->rsp)), ms);
}

/* "dot" and that TLD in capitals for a name in one of our TLDs; of others, any. */
static bool subproduct_fits(const struct sandbox_call *c, struct str said, struct str name)
{
    ptrdiff_t dot = str_find(name, '.', 0);
    struct str tld = dot < 0 ? STR("") : str_lower(c->arena, str_n(name.p + dot + 1, name.n - (size_t)dot - 1));
    bool ours = sandbox_tld_find(c->tlds, c->tlds_n, tld) != NULL;
    return str_starts(said, STR("dot")) && (!ours || str_ieq(str_n(said.p + 3, said.n - 3), tld));
}

/* Of all the names that a check is about. */
static enum status subproduct_check(struct sandbox_call *c, struct error *e)
{
    const struct epp_namestore *said = epp_ext_find(&c->cmd->ext, &epp_namestore);
    const struct epp_strs one = {&c->key, 1}, *names = c->cmd->verb == EPP_CHECK ? &c->cmd->u.check.keys : &one;
    if (!c->sb->as.namestore || c->cmd->object == EPP_NO_OBJECT)
        return OK;
    if (said == NULL)
        return sandbox_refuse(c, e, EPP_MISSING, NULL, STR(EPP_NAMESTORE_NS), "say the sub-product: dot and the TLD");
    for (size_t i = 0; i < names->n; i++) {
        if (!subproduct_fits(c, said->sub_product, names->v[i]))
            return sandbox_refuse(
                c, e, EPP_POLICY, NULL, said->sub_product, "this is not the sub-product of %.*s", STR_ARG(names->v[i]));
    }
    return OK;
}

/* May this command come now, in this session? */
static enum status command_allowed(struct sandbox_call *c, const struct command_row *row, struct error *e)
{
    const struct epp_command *cmd = c->cmd;
    if (row == NULL && cmd->object > EPP_HOST)
        return sandbox_refuse(c, e, EPP_NO_SERVICE, NULL, STR_NULL, "this server does not offer that object");
    if (cmd->verb != EPP_LOGIN && str_is_null(c->who))
        return sandbox_refuse(c, e, EPP_USE, NULL, STR_NULL, "log in first");
    if (c->session->piled)
        return sandbox_refuse(
            c, e, EPP_USE, NULL, STR_NULL, "it came before the answer to the command before it: wait for that");
    if (cmd->object != EPP_NO_OBJECT && !sandbox_services_speak(c->session->services, cmd->object))
        return sandbox_refuse(c, e, EPP_NO_SERVICE, NULL, STR_NULL, "the login did not name this object's service");
    if (row == NULL)
        return sandbox_refuse(c, e, EPP_NO_COMMAND, NULL, STR_NULL, "this server does not know that command");
    /* A login names its extensions itself. */
    for (size_t i = 0; i < cmd->ext.n && cmd->verb != EPP_LOGIN; i++) {
        if (!sandbox_services_have(c->session->services, cmd->ext.v[i].ns))
            return sandbox_refuse(
                c, e, EPP_NO_EXTENSION, NULL, cmd->ext.v[i].ns, "the login did not name this extension");
    }
    return subproduct_check(c, e);
}

static bool command_transforms(const struct epp_command *cmd)
{
    return cmd->object != EPP_NO_OBJECT && !epp_command_is_query(cmd);
}

/* All of one command, inside one transaction if it may write. May be run again from the start. */
static enum status command_transaction(struct db *db, void *ctx, struct error *e)
{
    struct passage *p = ctx;
    struct sandbox_call *c = &p->call;
    c->db = db;
    *c->rsp = (struct epp_response){0};
    c->zones_changed = c->log_in = c->login_failed = false;
    c->contact = STR_NULL;
    TRY(command_allowed(c, p->row, e));
    TRY(p->row->run(c, e));
    unsigned code = c->rsp->results.v[0].code;
    if (command_transforms(c->cmd))
        TRY(sandbox_command_record(db, c, command_word(c->arena, c->cmd), code, e));
    TRY(answer_encode(c->session, c->rsp, e));
    breakpoint("sandbox:before-commit");
    if (p->fault.kind == SB_FAULT_DROP_BEFORE)
        return error_set(e, UNAVAILABLE, "fault-drop", "injected: dropped before the commit");
    return OK;
}

static void login_undo(struct sandbox_session *s)
{
    pthread_mutex_lock(&s->sb->mutex);
    s->who[0] = '\0';
    pthread_mutex_unlock(&s->sb->mutex);
}

/* A failed login counts, though all that its command wrote is undone. */
static void login_count(struct sandbox_session *s, const struct passage *p)
{
    const struct sandbox_personality *as = &s->sb->as;
    struct error e;
    if (!p->call.login_failed)
        return;
    s->login_failures++;
    if (sandbox_login_failed(
            s->db, p->cmd.u.login.clid, as->lock_after, p->call.now, p->call.now + as->lock_s * US_PER_S, &e) != OK)
        log_event(LOG_ERROR, "registry", s->peer, "a failed login could not be counted: %s", e.text);
}

/* What becomes of a transaction that did not commit: an answer, or a broken connection. */
static bool passage_failed(struct sandbox_session *s, struct passage *p, enum status st, struct error *e)
{
    struct error e2;
    if (p->call.log_in)
        login_undo(s);
    login_count(s, p);
    if (strcmp(e->code, "fault-drop") == 0) {
        buf_reset(&s->out);
        return false;
    }
    if (!sandbox_refused(e)) {
        metric_add(&m_failed, 1);
        log_event(LOG_ERROR, "registry", s->peer, "%.*s %.*s svtrid=%.*s failed: %s: %s",
            STR_ARG(command_word(&s->arena, &p->cmd)), STR_ARG(p->call.key), STR_ARG(p->call.svtrid), e->code, e->text);
        if (st == UNCERTAIN) { /* it may be committed: no answer is better than a wrong one */
            buf_reset(&s->out);
            return false;
        }
        epp_response_simple(&s->arena, &p->rsp, EPP_FAILED, p->cmd.cltrid, p->call.svtrid);
    }
    passage_log(s, p);
    if (s->sb->as.error_penalty_ms > 0)
        sandbox_wait(s->sb, s->sb->as.error_penalty_ms);
    return answer_encode(s, &p->rsp, &e2) == OK && sandbox_fault_answer(s, &p->fault);
}

static void passage_close(struct sandbox_session *s, const struct passage *p)
{
    unsigned code = p->rsp.results.n > 0 ? p->rsp.results.v[0].code : 0;
    s->closing = s->closing || epp_result_meaning(code)->ends || code == EPP_BYE;
}

/* The database's side of a command: fault, transaction, what came of it. */
static bool passage_run(struct sandbox_session *s, struct passage *p)
{
    struct error e;
    if (p->fault.kind == SB_FAULT_CLOSE) {
        buf_reset(&s->out);
        return false;
    }
    if (p->fault.kind == SB_FAULT_DELAY)
        sandbox_wait(s->sb, p->fault.arg);
    if (p->fault.kind == SB_FAULT_CODE) {
        (void)sandbox_refuse(&p->call, &e, (unsigned)p->fault.arg, NULL, STR_NULL, "injected fault");
        return passage_failed(s, p, INVALID, &e);
    }
    /* A question of one statement or a few needs no transaction, and each costs two more. */
    enum status st = epp_command_is_query(&p->cmd) ? command_transaction(s->db, p, &e)
                                                   : db_transaction(s->db, command_transaction, p, &e);
    if (st != OK)
        return passage_failed(s, p, st, &e);
    breakpoint("sandbox:after-commit");
    if (p->call.zones_changed)
        sandbox_publish_wake(s->sb->publisher);
    passage_log(s, p);
    return sandbox_fault_answer(s, &p->fault);
}

static bool answer_fault(struct sandbox_session *s, struct passage *p, const struct epp_fault *f)
{
    struct error e;
    epp_response_fault(&s->arena, &p->rsp, f, p->cmd.cltrid, p->call.svtrid);
    passage_log(s, p);
    if (answer_encode(s, &p->rsp, &e) == OK)
        return true;
    log_event(LOG_ERROR, "registry", s->peer, "cannot write the answer: %s", e.text);
    return false;
}

struct sandbox_heard *sandbox_command_hear(struct arena *a, struct str doc)
{
    struct sandbox_heard *h = ARENA_NEW(a, struct sandbox_heard);
    struct error e;
    struct xml_node *root;
    if (xml_parse(a, doc, &xml_limits_default, &root, &e) != OK) {
        h->fault = (struct epp_fault){
            .code = EPP_SYNTAX, .ns = EPP_NS, .element = "epp", .reason = str_dup(a, str_of(e.text))};
    } else if (epp_command_decode(a, root, &h->cmd, &h->fault, &e) == OK) {
        h->fault = (struct epp_fault){0};
    }
    return h;
}

static enum status passage_prepare(struct sandbox_session *s, struct passage *p, struct error *e)
{
    if (s->db == NULL)
        TRY(db_open(&s->sb->db, &s->db, e));
    TRY(sandbox_control_read(s, e));
    p->call.now = sandbox_now(s->sb);
    p->call.tlds = s->control.tlds;
    p->call.tlds_n = s->control.tlds_n;
    if (!s->control.faults)
        return OK;
    TRY(sandbox_fault_take(s->db, &s->arena, &p->cmd, &p->fault, e));
    metric_add(&m_faults, p->fault.kind != SB_FAULT_NONE);
    return OK;
}

/* One command too many in its time. */
static bool passage_excess(struct sandbox_session *s, struct passage *p, unsigned code)
{
    struct error e;
    (void)sandbox_refuse(&p->call, &e, code, NULL, STR_NULL, "too many commands in a second");
    return passage_failed(s, p, INVALID, &e);
}

static struct sandbox_call call_new(struct sandbox_session *s, struct passage *p)
{
    return (struct sandbox_call){.sb = s->sb,
        .session = s,
        .arena = &s->arena,
        .now = sandbox_now(s->sb),
        .cmd = &p->cmd,
        .rsp = &p->rsp,
        .who = s->who[0] != '\0' ? str_of(s->who) : STR_NULL,
        .svtrid = sandbox_svtrid(s->sb, &s->arena),
        .key = STR("")};
}

bool sandbox_command_run(struct sandbox_session *s, const struct sandbox_heard *h)
{
    struct error e;
    bool alive = true;
    arena_reset(&s->arena);
    buf_reset(&s->out);
    s->question = false;
    struct passage p = {.cmd = h->cmd, .began_ns = clock_monotonic_ns()};
    p.call = call_new(s, &p);
    if (h->fault.code != 0) {
        alive = answer_fault(s, &p, &h->fault);
        passage_close(s, &p);
        return alive;
    }
    p.call.key = command_key(&p.cmd);
    s->question = epp_command_is_query(&p.cmd);
    unsigned excess = sandbox_session_rate(s);
    if (excess == 0 && p.cmd.verb == EPP_HELLO)
        return sandbox_greet(s, &e) == OK;
    p.row = row_find(&p.cmd);
    if (excess != 0)
        alive = passage_excess(s, &p, excess);
    else if (passage_prepare(s, &p, &e) != OK)
        alive = passage_failed(s, &p, e.status, &e);
    else
        alive = passage_run(s, &p);
    passage_close(s, &p);
    return alive;
}
