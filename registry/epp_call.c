#include "registry/epp_call.h"

#include "base/crypto.h"
#include "base/log.h"
#include "epp/allocation_token.h"
#include "epp/result.h"
#include "epp/rgp.h"
#include "epp/session.h"
#include "registry/fred_build.h"
#include "registry/meter.h"

/* How many sessions found dead in a row are put aside before the call gives up: after a restart of the
 * registry every idle one is. */
#define DEAD_SESSIONS_MAX 260
#define FRAME_KEPT_MAX ((size_t)256 << 10)

/* ---- what the answer says ------------------------------------------------------------------------------- */

/* "reason (element value); reason": what the registry objects to, in its own words. */
static struct str reason_text(struct arena *a, const struct epp_result *res)
{
    struct buf b;
    buf_in(&b, a, 2000);
    for (size_t i = 0; i < res->ext_values.n; i++) {
        const struct epp_ext_value *v = &res->ext_values.v[i];
        buf_puts(&b, b.n > 0 ? "; " : "");
        buf_str(&b, v->reason);
        if (!str_empty(v->value.text))
            buf_printf(&b, " (%.*s %.*s)", STR_ARG(v->value.element), STR_ARG(epp_value_shown(&v->value)));
    }
    return b.n == 0 ? STR_NULL : buf_view(&b);
}

static void answer_fill(struct registry_call *c, const struct epp_response *r)
{
    const struct epp_result *res = &r->results.v[0];
    c->answer.code = (int)res->code;
    c->answer.msg = res->msg;
    c->answer.reason = reason_text(c->arena, res);
    c->answer.svtrid = r->tr_id.svtrid;
}

/* Bytes that are no UTF-8 are written out, so that the text can be shown, and its secrets found. */
static struct str utf8_made(struct arena *a, struct str raw)
{
    struct buf text;
    buf_in(&text, a, 4 * FRAME_KEPT_MAX);
    for (size_t i = 0, n; i<raw.n; i += n> 0 ? n : 1) {
        n = str_utf8_len(str_n(raw.p + i, raw.n - i));
        if (n > 0)
            buf_put(&text, raw.p + i, n);
        else
            buf_printf(&text, "\\x%02x", (unsigned char)raw.p[i]);
    }
    return buf_view(&text);
}

/* What came, as it came. */
static struct str frame_kept(struct arena *a, struct str raw)
{
    struct buf out;
    if (str_is_null(raw))
        return STR_NULL;
    buf_in(&out, a, 4 * FRAME_KEPT_MAX);
    epp_redact(str_utf8_valid(raw) ? raw : utf8_made(a, raw), &out);
    return buf_view(&out);
}

enum status epp_expect(const struct registry_call *c, const struct epp_response *r, enum epp_object object,
    enum epp_data data, struct error *e)
{
    if (r->object == object && r->data == data)
        return OK;
    return error_set(e, PROTOCOL, "epp-answer", "the registry answered %d without the data that belongs to it%s%.*s",
        c->answer.code, str_empty(r->unread) ? "" : "; unread: ", STR_ARG(r->unread));
}

/* ---- one command ---------------------------------------------------------------------------------------- */

static const char *verb_label(struct arena *a, const struct epp_command *cmd)
{
    const char *object = epp_object_name(cmd->object);
    return arena_printf(a, "%s%s%s", object, object[0] != '\0' ? "-" : "", epp_verb_name(cmd->verb));
}

static enum status intent_tell(struct registry_call *c, const struct epp_command *cmd, struct error *e)
{
    struct buf frame, redacted;
    if (c->intent == NULL)
        return OK;
    buf_in(&frame, c->arena, FRAME_KEPT_MAX);
    buf_in(&redacted, c->arena, FRAME_KEPT_MAX);
    TRY(epp_command_encode(cmd, &frame, e));
    const struct epp_marks marks = {
        .password = str_is_null(c->secret) ? STR("***") : c->secret,
        .token = str_is_null(c->secret_token) ? STR("***") : c->secret_token,
    };
    epp_redact_as(buf_view(&frame), &marks, &redacted);
    return c->intent(c->ctx, buf_view(&redacted), e);
}

/* UNAVAILABLE: the session was dead before the first byte, so that another one may be tried. */
static enum status session_send(struct epp_adapter *x, struct registry_call *c, struct epp_session *s,
    const struct epp_command *cmd, struct epp_response *r, struct error *e)
{
    uint64_t start = clock_monotonic_ns();
    struct epp_flight f = {.sent = c->gone, .sent_ctx = c->ctx};
    enum status st = epp_session_submit(s, c->arena, cmd, &f, e);
    if (st == OK)
        st = epp_session_await(s, &f, r, e);
    unsigned code = st == OK ? r->results.v[0].code : 0;
    pool_give(x->pool, s, code, st != OK && st != INVALID);
    if (st == UNAVAILABLE || st == INVALID)
        return st;
    c->sent = true;
    meter_command(x->id, verb_label(c->arena, cmd), code, clock_monotonic_ns() - start);
    return st;
}

static enum registry_lane lane_of(const struct registry_call *c, const struct epp_command *cmd)
{
    if (c->lane != REGISTRY_LANE_AUTO)
        return c->lane;
    bool restore = cmd->verb == EPP_UPDATE && epp_ext_find(&cmd->ext, &epp_rgp_update) != NULL;
    return restore || cmd->verb == EPP_TRANSFER ? REGISTRY_LANE_URGENT : REGISTRY_LANE_NORMAL;
}

uint64_t epp_deadline(const struct epp_adapter *x, const struct registry_call *c)
{
    return net_deadline(c->timeout_ms > 0 ? c->timeout_ms : (int)x->config->profile->answer_s * 1000);
}

int epp_ms_until(uint64_t deadline)
{
    uint64_t now = clock_monotonic_ns();
    return now < deadline ? (int)((deadline - now) / 1000000) : 0;
}

/* All sessions that it has to go through together have the time of one. */
static enum status epp_try(struct epp_adapter *x, struct registry_call *c, const struct epp_command *cmd,
    struct epp_response *r, struct error *e)
{
    struct pool_ask ask = {.lane = lane_of(c, cmd), .customer = c->customer};
    uint64_t deadline = epp_deadline(x, c);
    bool told = false;
    for (int dead = 0;; dead++) {
        struct epp_session *s = NULL;
        ask.timeout_ms = epp_ms_until(deadline);
        TRY(pool_take(x->pool, &ask, &s, e));
        c->session = str_of(arena_strdup(c->arena, epp_session_id(s)));
        enum status st = told ? OK : intent_tell(c, cmd, e);
        if (st != OK) {
            pool_give(x->pool, s, 0, false);
            return st;
        }
        told = true;
        st = session_send(x, c, s, cmd, r, e);
        if (st != UNAVAILABLE || dead == DEAD_SESSIONS_MAX || epp_ms_until(deadline) == 0)
            return st;
        log_event(LOG_DEBUG, "registry", x->id, "session was dead: %s", e->text);
    }
}

/* Codes that the registry uses in its own way, into those that say what it means. */
static void code_map(
    const struct epp_adapter *x, const struct registry_call *c, const struct epp_command *cmd, struct epp_response *r)
{
    struct epp_result *res = &r->results.v[0];
    unsigned code = (unsigned)profile_code(x->config->profile, verb_label(c->arena, cmd), (int)res->code);
    if (code != res->code)
        log_event(LOG_INFO, "registry", x->id, "%s: its %u is EPP's %u", verb_label(c->arena, cmd), res->code, code);
    res->code = code;
}

struct epp_build epp_build_of(const struct epp_adapter *x, const struct registry_call *c)
{
    return (struct epp_build){.profile = x->config->profile, .arena = c->arena};
}

/* RFC 8495 3: a check says whether the name can be had with it, and what gets one a domain carries it. */
static void token_put(const struct registry_call *c, struct epp_command *cmd)
{
    const struct epp_rgp_update *rgp = epp_ext_find(&cmd->ext, &epp_rgp_update);
    bool gets = cmd->verb == EPP_CHECK || cmd->verb == EPP_CREATE ||
                (cmd->verb == EPP_TRANSFER && cmd->op == EPP_OP_REQUEST) ||
                (rgp != NULL && str_eqz(rgp->op, "request"));
    if (str_is_null(c->token) || cmd->object != EPP_DOMAIN || !gets)
        return;
    struct epp_allocation_token *t = ARENA_NEW(c->arena, struct epp_allocation_token);
    t->token = c->token;
    epp_ext_add(c->arena, &cmd->ext, &epp_allocation_token, t);
}

enum status epp_call(
    struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd, struct epp_response *r, struct error *e)
{
    if (str_is_null(c->cltrid))
        c->cltrid = str_printf(c->arena, "FW-%.*s", STR_ARG(crypto_token(c->arena, 24)));
    cmd->cltrid = c->cltrid;
    c->sent = false;
    c->answer = (struct registry_answer){.cltrid = c->cltrid};
    TRY(epp_fee_put(x, c, cmd, e));
    token_put(c, cmd);
    enum status st = epp_try(x, c, cmd, r, e);
    if (c->keep)
        c->answer.frame = frame_kept(c->arena, r->raw);
    /* A question without an answer may simply be put again. */
    if ((st == UNCERTAIN || st == PROTOCOL) && epp_command_is_query(cmd))
        return error_set(e, UNAVAILABLE, "registry-no-answer", "%s did not answer %s: %s", x->id,
            verb_label(c->arena, cmd), e->text);
    TRY(st);
    code_map(x, c, cmd, r);
    answer_fill(c, r);
    epp_fee_take(c, r);
    if (!str_empty(r->unread))
        log_event(LOG_WARN, "registry", x->id, "%s: part of the answer could not be read: %.*s",
            verb_label(c->arena, cmd), STR_ARG(r->unread));
    /* The fault is in our credentials, not in what was asked: it waits until they are mended. */
    if (c->answer.code == EPP_AUTHENTICATION_CLOSING)
        return error_set(e, UNAVAILABLE, "registry-login-refused", "%s answered 2501 and closed", x->id);
    return epp_result_error(r, e);
}

enum status epp_tell(struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd, struct error *e)
{
    struct epp_response r = {0};
    return epp_call(x, c, cmd, &r, e);
}

enum status epp_ask(struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd, enum epp_data data,
    struct epp_response *r, struct error *e)
{
    TRY(epp_call(x, c, cmd, r, e));
    return epp_expect(c, r, cmd->object, data, e);
}

/* ---- the same for all objects ----------------------------------------------------------------------------- */

static const struct epp_checked *checked_find(const struct epp_check_data *d, struct str key)
{
    for (size_t i = 0; i < d->n; i++)
        if (str_ieq(d->v[i].key, key))
            return &d->v[i];
    return NULL;
}

enum status epp_checked_take(const struct epp_adapter *x, const struct epp_response *r, const struct str *keys,
    size_t n, struct registry_avail *out, struct error *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct epp_checked *hit = checked_find(&r->u.check, keys[i]);
        if (hit == NULL)
            return error_set(
                e, PROTOCOL, "check-incomplete", "%s left %.*s out of its answer to check", x->id, STR_ARG(keys[i]));
        out[i] = (struct registry_avail){.name = keys[i], .available = hit->avail, .reason = hit->reason};
    }
    return OK;
}

enum status epp_check(struct epp_adapter *x, struct registry_call *c, enum epp_object object, const struct str *keys,
    size_t n, struct registry_avail *out, struct error *e)
{
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = epp_build_check(&b, object, keys, n);
    struct epp_response r = {0};
    TRY(epp_ask(x, c, &cmd, EPP_CHK_DATA, &r, e));
    return epp_checked_take(x, &r, keys, n, out, e);
}

enum status epp_delete(
    struct epp_adapter *x, struct registry_call *c, enum epp_object object, struct str key, struct error *e)
{
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = epp_build_key(&b, EPP_DELETE, object, key);
    return epp_tell(x, c, &cmd, e);
}

size_t epp_statuses_take(const struct epp_adapter *x, const struct epp_statuses *from, struct str *to)
{
    size_t n = 0;
    for (size_t i = 0; i < from->n; i++) {
        struct str word = profile_status(x->config->profile, from->v[i].s);
        if (word.n > 0 && n == REGISTRY_STATUSES_MAX)
            log_event(
                LOG_WARN, "registry", x->id, "%zu statuses on one object: %d are kept", from->n, REGISTRY_STATUSES_MAX);
        if (word.n > 0 && n < REGISTRY_STATUSES_MAX)
            to[n++] = word;
    }
    return n;
}

void epp_transfer_take(const struct epp_transfer_data *from, struct registry_transfer_info *to)
{
    *to = (struct registry_transfer_info){
        .name = from->key,
        .status = from->status,
        .reid = from->re_id,
        .acid = from->ac_id,
        .requested = from->re_date,
        .acts_by = from->ac_date,
        .expires = from->ex_date,
    };
}

enum status epp_transfer(struct epp_adapter *x, struct registry_call *c, struct epp_command *cmd,
    struct registry_transfer_info *out, struct error *e)
{
    struct epp_response r = {0};
    TRY(epp_call(x, c, cmd, &r, e));
    if (cmd->op == EPP_OP_QUERY) /* an answer that tells nothing must not decide anything */
        TRY(epp_expect(c, &r, cmd->object, EPP_TRN_DATA, e));
    if (r.data == EPP_TRN_DATA)
        epp_transfer_take(&r.u.transfer, out);
    return OK;
}

enum epp_transfer_op epp_transfer_op_of(enum registry_transfer_op op)
{
    static const enum epp_transfer_op ops[] = {
        [REGISTRY_TRANSFER_REQUEST] = EPP_OP_REQUEST,
        [REGISTRY_TRANSFER_CANCEL] = EPP_OP_CANCEL,
        [REGISTRY_TRANSFER_APPROVE] = EPP_OP_APPROVE,
        [REGISTRY_TRANSFER_REJECT] = EPP_OP_REJECT,
    };
    return ops[op];
}

void epp_adapter_init(
    struct arena *a, struct pool *pool, const struct registry_config *c, struct registry_adapter *adapter)
{
    struct epp_adapter *x = ARENA_NEW(a, struct epp_adapter);
    x->pool = pool;
    x->config = c;
    x->dialect = c->profile->fred ? &epp_dialect_fred : &epp_dialect_rfc;
    (void)snprintf(x->id, sizeof(x->id), "%.*s", STR_ARG(c->id));
    *adapter = (struct registry_adapter){.ctx = x};
    epp_domain_verbs(adapter);
    epp_object_verbs(adapter);
    epp_poll_verbs(adapter);
    epp_fee_verbs(adapter);
    epp_launch_verbs(adapter);
    if (c->profile->fred)
        epp_fred_verbs(adapter);
}
