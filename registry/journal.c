#include "registry/journal.h"

#include "base/crypto.h"
#include "base/daemon.h"
#include "base/log.h"
#include "epp/result.h"
#include "registry/dnssec.h"
#include "registry/ensure.h"
#include "registry/fit.h"
#include "registry/host_set.h"
#include "registry/price.h"
#include "registry/verb.h"

struct attempt {
    const struct registry_work *w;
    const struct registry_request *r;
    const struct verb_row *verb;
    bool fitted; /* r is as this registry takes it */
    struct journal_row row;
    bool written; /* row stands in the database */
    struct transcript_row asked; /* its price: written with the intent */
    const struct registry_call *call; /* while one is under way */
};

/* ---- words ------------------------------------------------------------------------------------------------- */

static const char *registry_id(const struct registry_work *w)
{
    return str_dupz(w->arena, w->registry->config.id);
}

static void attempt_log(const struct attempt *t, enum log_level level, const char *what)
{
    const struct journal_row *row = &t->row;
    log_event(level, "registry", registry_id(t->w), "%.*s %.*s: %s%s%.*s key=%.*s attempt=%d cltrid=%.*s",
        STR_ARG(row->verb), STR_ARG(row->object), what, str_empty(row->msg) ? "" : " ", STR_ARG(row->msg),
        STR_ARG(row->key), row->attempt, STR_ARG(row->cltrid));
}

/* The class of a definite refusal. It differs from epp/result.h in that a CONFLICT there (2304, 2305 …) will be
 * the same at each repetition, which a worker must not take for "try again"; and that 2104 (our account at
 * the registry is empty) and 2501 (our credentials) are no fault of the customer and pass when mended, as 2002 (not
 * now, on this session) does on another one. */
static enum status refusal_class(int code)
{
    enum status s = epp_result_meaning((unsigned)code)->status;
    if (code == EPP_BILLING || code == EPP_AUTHENTICATION_CLOSING || code == EPP_USE)
        return UNAVAILABLE;
    return s == CONFLICT ? DENIED : s;
}

static enum status refusal(const struct journal_row *row, struct error *e)
{
    char word[ERROR_CODE_MAX];
    (void)snprintf(word, sizeof(word), "epp-%d", row->code);
    return error_set(e, refusal_class(row->code), word, "%.*s of %.*s: %d %.*s", STR_ARG(row->verb),
        STR_ARG(row->object), row->code, STR_ARG(row->msg));
}

static void outcome_fill(const struct journal_row *row, enum outcome_source source, struct registry_outcome *o)
{
    bool open = row->state == JOURNAL_INTENT || row->state == JOURNAL_UNKNOWN;
    *o = (struct registry_outcome){
        .code = open ? 0 : row->code, /* a refusal that is in doubt decides nothing */
        .pending = row->state == JOURNAL_PENDING,
        .source = source,
        .attempt = row->attempt,
        .cltrid = row->cltrid,
        .svtrid = row->svtrid,
        .msg = row->msg,
        .created = row->object_created,
        .expires = row->object_expires,
        .fee = row->fee,
        .undone = row->state == JOURNAL_VOID || row->state == JOURNAL_FAILED,
    };
}

/* ---- writing down ---------------------------------------------------------------------------------------------- */

/* What the transcript is to say beside the row itself. */
static void attempt_note(struct attempt *t, const char *note)
{
    struct journal_row *row = &t->row;
    row->note = str_of(note);
    row->session = t->call != NULL ? t->call->session : STR_NULL;
    row->received = t->call != NULL ? t->call->answer.frame : STR_NULL;
}

static enum status attempt_write(struct attempt *t, const char *note, struct error *e)
{
    attempt_note(t, note);
    return journal_update(t->w, &t->row, e);
}

/* ---- finding out ----------------------------------------------------------------------------------------------- */

static enum status attempt_ask(const struct attempt *t, bool sure, struct verdict *v, struct error *e)
{
    time_us skew = t->w->registry->profile->skew_s * US_PER_S;
    const struct doubt d = {.w = t->w,
        .r = t->r,
        .fitted = t->fitted,
        .since = t->row.first - skew,
        .basis = t->row.basis,
        .answered = sure};
    *v = (struct verdict){0};
    return t->verb->settle(&d, v, e);
}

static void verdict_take(struct journal_row *row, const struct verdict *v, time_us now)
{
    static const enum journal_state states[] = {
        [VERDICT_DONE] = JOURNAL_DONE, [VERDICT_NOT_DONE] = JOURNAL_VOID, [VERDICT_REFUSED] = JOURNAL_FAILED};
    row->state = states[v->kind];
    row->asked = true;
    row->msg = str_of(v->why);
    row->object_created = v->created;
    row->object_expires = v->expires;
    if (v->kind != VERDICT_NOT_DONE)
        row->code = v->code != 0 ? v->code : EPP_DONE;
    if (v->kind == VERDICT_DONE && v->code == EPP_DONE_PENDING)
        row->state = JOURNAL_PENDING;
    /* It was seen as wanted. */
    if (row->state == JOURNAL_DONE)
        row->confirmed = now;
}

/* "found done: the registry has it for us, as sent" */
static const char *verdict_words(const struct attempt *t, const char *before, const struct verdict *v)
{
    static const char *const found[] = {
        [VERDICT_DONE] = "found done", [VERDICT_NOT_DONE] = "found not done", [VERDICT_REFUSED] = "found refused"};
    return arena_printf(t->w->arena, "%s%s: %s", before, found[v->kind], v->why);
}

/* An attempt whose answer is missing, met again later: ask and write down what it came to. */
static enum status attempt_decide(struct attempt *t, struct error *e)
{
    struct verdict v;
    if (attempt_ask(t, false, &v, e) != OK) {
        struct error was = *e;
        bool known = t->row.state == JOURNAL_UNKNOWN;
        t->row.state = JOURNAL_UNKNOWN;
        if (!known)
            TRY(attempt_write(t, "no answer was recorded", e));
        return error_set(e, UNAVAILABLE, "registry-undecided",
            "whether %.*s of %.*s was done cannot be found out now (%s); nothing is sent before", STR_ARG(t->row.verb),
            STR_ARG(t->row.object), was.text);
    }
    verdict_take(&t->row, &v, t->w->now);
    TRY(attempt_write(t, verdict_words(t, "", &v), e));
    attempt_log(t, LOG_INFO, v.kind == VERDICT_DONE ? "found done:" : "found not done:");
    return OK;
}

/* How long what is not to be seen may yet come. */
static time_us pending_most(const struct attempt *t)
{
    time_us term = t->w->registry->profile->transfer_days * 86400 * US_PER_S + JOURNAL_PENDING_MORE_US;
    bool others = t->r->transfer != NULL || t->r->release != NULL; /* another registrar has that long to answer */
    return others && term > JOURNAL_PENDING_MAX_US ? term : JOURNAL_PENDING_MAX_US;
}

/* 1001, and no message yet. What asking says is believed where it is definite; that nothing is to be seen yet is
 * not, until it has been so for long: some registries show nothing of what they still think about. */
static enum status attempt_wait(struct attempt *t, struct error *e)
{
    struct verdict v;
    struct error ignored = {0};
    time_us now = t->w->now, last = t->row.looked != 0 ? t->row.looked : t->row.answered;
    if (now - last < JOURNAL_PENDING_ASK_US || attempt_ask(t, false, &v, &ignored) != OK)
        return OK;
    t->row.looked = now;
    bool lasts = v.kind == VERDICT_DONE && v.code == EPP_DONE_PENDING;
    bool early = v.kind == VERDICT_NOT_DONE && now - t->row.created < pending_most(t);
    if (lasts || early) {
        attempt_note(t, verdict_words(t, "still pending: ", &v));
        return journal_seen(t->w, &t->row, e);
    }
    if (v.kind == VERDICT_NOT_DONE)
        v = (struct verdict){
            VERDICT_REFUSED, EPP_DATA_POLICY, "no message came, and the registry shows nothing of it", 0, 0};
    verdict_take(&t->row, &v, now);
    TRY(attempt_write(t, verdict_words(t, "was pending, ", &v), e));
    attempt_log(t, LOG_INFO, "was pending, no message came, found by asking:");
    return OK;
}

/* Delegation, DS and locks: what the registry answers is one thing, what it shows another. */
static bool wants_read_back(const struct registry_request *r)
{
    const struct registry_domain_update *u = r->domain_update;
    return u != NULL &&
           (u->add_hosts_n + u->rem_hosts_n + u->add_statuses_n + u->rem_statuses_n > 0 || dnssec_changes(&u->dnssec));
}

static enum status attempt_read_back(struct attempt *t, struct error *e)
{
    struct verdict v;
    if (t->row.state != JOURNAL_DONE || t->row.confirmed != 0 || !wants_read_back(t->r))
        return OK;
    t->call = NULL;
    if (attempt_ask(t, true, &v, e) != OK)
        return error_set(e, UNAVAILABLE, "registry-read-back",
            "%.*s of %.*s was done, and cannot be read back now (%s)", STR_ARG(t->row.verb), STR_ARG(t->row.object),
            arena_strdup(t->w->arena, e->text));
    if (v.kind == VERDICT_DONE)
        t->row.confirmed = t->w->now;
    attempt_note(t, verdict_words(t, "read back: ", &v));
    TRY(journal_seen(t->w, &t->row, e));
    if (v.kind == VERDICT_DONE)
        return OK;
    attempt_log(t, LOG_WARN, "answered as done, but does not show:");
    return error_set(e, UNAVAILABLE, "registry-read-back", "the registry answered that %.*s of %.*s was done, but %s",
        STR_ARG(t->row.verb), STR_ARG(t->row.object), v.why);
}

/* ---- sending ------------------------------------------------------------------------------------------------------ */

static enum status attempt_intent(void *ctx, struct str frame, struct error *e)
{
    struct attempt *t = ctx;
    attempt_note(t, "");
    TRY(journal_insert(t->w, &t->row, t->r->order_id, frame, str_empty(t->asked.verb) ? NULL : &t->asked, e));
    t->written = true;
    breakpoint(t->verb->at_intent);
    return OK;
}

static void attempt_gone(void *ctx)
{
    const struct attempt *t = ctx;
    breakpoint(t->verb->at_sent);
}

static void answer_take(struct attempt *t, const struct registry_done *done)
{
    struct journal_row *row = &t->row;
    const struct registry_call *c = t->call;
    row->code = c->answer.code;
    row->svtrid = c->answer.svtrid;
    row->msg = c->answer.msg;
    if (!str_empty(c->answer.reason))
        row->msg = str_printf(t->w->arena, "%.*s: %.*s", STR_ARG(c->answer.msg), STR_ARG(c->answer.reason));
    row->object_created = done->created;
    row->object_expires = done->expires;
    row->charged = c->answer.charged;
    /* Done is done; but somebody must ask the registry for the difference. */
    if (!str_empty(row->charged.currency) && !str_empty(row->fee.currency) &&
        (row->charged.amount != row->fee.amount || !str_eq(row->charged.currency, row->fee.currency)))
        log_event(LOG_ERROR, "registry", registry_id(t->w),
            "%.*s %.*s: agreed to pay %lld %.*s, charged %lld %.*s (minor units) cltrid=%.*s", STR_ARG(row->verb),
            STR_ARG(row->object), (long long)row->fee.amount, STR_ARG(row->fee.currency),
            (long long)row->charged.amount, STR_ARG(row->charged.currency), STR_ARG(row->cltrid));
}

/* No answer. If the registry shows at once that it was done, good; that it was not is only believed at a
 * later call, as the command may still be on its way through the registry. */
static enum status attempt_unanswered(struct attempt *t, struct registry_outcome *o, struct error *e)
{
    struct error was = *e, ignored = {0};
    struct verdict v;
    enum status s = attempt_ask(t, false, &v, &ignored);
    if (s == OK && v.kind == VERDICT_DONE) {
        verdict_take(&t->row, &v, t->w->now);
        TRY(attempt_write(t, verdict_words(t, "no answer, ", &v), e));
        attempt_log(t, LOG_INFO, "no answer, found done:");
        outcome_fill(&t->row, OUTCOME_ASKED, o);
        return OK;
    }
    t->row.state = JOURNAL_UNKNOWN;
    TRY(attempt_write(t, arena_printf(t->w->arena, "no answer: %s", was.text), e));
    attempt_log(t, LOG_WARN, "no answer");
    outcome_fill(&t->row, OUTCOME_NONE, o);
    return error_set(e, UNCERTAIN, "registry-no-answer", "%.*s of %.*s was sent and not answered: %s",
        STR_ARG(t->row.verb), STR_ARG(t->row.object), was.text);
}

/* Refused, but done after all, by an earlier attempt or in spite of the code. */
static enum status attempt_found(
    struct attempt *t, const struct verdict *v, struct registry_outcome *o, struct error *e)
{
    verdict_take(&t->row, v, t->w->now);
    TRY(attempt_write(t, verdict_words(t, "refused, but ", v), e));
    attempt_log(t, LOG_INFO, "refused, but found done:");
    outcome_fill(&t->row, OUTCOME_ASKED, o);
    return OK;
}

/* Refused, perhaps because of our own earlier attempt or in spite of having done it, and the registry cannot be asked: not
 * decided. */
static enum status attempt_doubted(struct attempt *t, struct registry_outcome *o, struct error *e)
{
    struct error why = *e;
    t->row.state = JOURNAL_UNKNOWN;
    TRY(attempt_write(t, "refused, and perhaps done all the same", e));
    attempt_log(t, LOG_WARN, "refused, and perhaps done all the same:");
    outcome_fill(&t->row, OUTCOME_NONE, o);
    return error_set(e, UNAVAILABLE, "registry-undecided",
        "attempt %d of %.*s of %.*s was refused with %d, and whether it or an earlier one was done cannot be found out "
        "now (%s)",
        t->row.attempt, STR_ARG(t->row.verb), STR_ARG(t->row.object), t->row.code, why.text);
}

/* "Failed": at whatever it was, perhaps behind the doing. */
static bool may_be_done(int code)
{
    return code == EPP_FAILED || code == EPP_FAILED_CLOSING;
}

/* A refusal. An earlier attempt of ours may be its cause (it was done late, and this one met it), and a 2400
 * is not trusted to mean what it says: both are checked by asking. */
static enum status attempt_refused(struct attempt *t, struct registry_outcome *o, struct error *e)
{
    struct error asked = {0};
    struct verdict v;
    bool price = price_moved(t->w, t->r, &t->row), may_pass = price || refusal_class(t->row.code) == UNAVAILABLE;
    if ((may_pass && !price) || t->row.attempt > 1) {
        enum status s = attempt_ask(t, false, &v, &asked);
        if (s == OK && v.kind == VERDICT_DONE)
            return attempt_found(t, &v, o, e);
        if (s != OK && (t->row.attempt > 1 || may_be_done(t->row.code))) {
            *e = asked;
            return attempt_doubted(t, o, e);
        }
    }
    if (t->r->domain_create != NULL && (t->row.code == EPP_NO_OBJECT_THERE || t->row.code == EPP_ASSOCIATION_PROHIBITS))
        ensure_forget_domain(t->w, t->r->domain_create);
    if (t->r->domain_update != NULL && t->row.code == EPP_NO_OBJECT_THERE)
        ensure_forget_set(t->w, t->r->domain_update->host_set);
    t->row.state = may_pass ? JOURNAL_VOID : JOURNAL_FAILED;
    TRY(attempt_write(t, may_pass ? "not done; may be tried again" : "refused", e));
    attempt_log(t, t->row.code == EPP_BILLING ? LOG_ERROR : LOG_INFO, "refused:");
    outcome_fill(&t->row, OUTCOME_ANSWER, o);
    if (price)
        return error_set(e, UNAVAILABLE, "registry-price-moved", "%.*s: %.*s costs something else by now",
            STR_ARG(t->row.object), STR_ARG(t->row.verb));
    return refusal(&t->row, e);
}

/* Not one byte went out. */
static enum status attempt_unsent(struct attempt *t, struct error *e)
{
    struct error was = *e;
    if (!t->written)
        registry_question_keep(t->w, &t->asked);
    if (t->written) {
        t->row.state = JOURNAL_VOID;
        t->row.msg = STR("not sent");
        TRY(attempt_write(t, arena_printf(t->w->arena, "not sent: %s", was.text), e));
    }
    *e = was;
    return was.status;
}

static enum status attempt_answered(
    struct attempt *t, enum status s, bool pending, struct registry_outcome *o, struct error *e)
{
    if (s != OK && epp_result_meaning((unsigned)t->row.code)->status != OK)
        return attempt_refused(t, o, e);
    /* Done, though perhaps with data in the answer that could not be read. */
    t->row.state = pending || t->row.code == EPP_DONE_PENDING ? JOURNAL_PENDING : JOURNAL_DONE;
    TRY(attempt_write(t, t->row.state == JOURNAL_PENDING ? "pending" : "done", e));
    attempt_log(t, LOG_INFO, t->row.state == JOURNAL_PENDING ? "pending:" : "done:");
    outcome_fill(&t->row, OUTCOME_ANSWER, o);
    return attempt_read_back(t, e);
}

/* What stands for the secrets in what is written down: where the caller keeps them. */
static struct str secret_reference(const struct attempt *t, const char *kind)
{
    char *mark = arena_printf(t->w->arena, "secret:%.*s/%.*s", (int)strcspn(kind, "-"), kind, STR_ARG(t->row.object));
    for (char *c = mark; *c != '\0'; c++)
        if (strchr("<>&\"'", *c) != NULL)
            *c = '_';
    return str_of(mark);
}

static enum status attempt_send(struct attempt *t, struct registry_outcome *o, struct error *e)
{
    struct registry_done done = {0};
    struct registry_call c = {
        .arena = t->w->arena,
        .cltrid = t->row.cltrid,
        .timeout_ms = t->w->timeout_ms,
        .lane = t->w->lane,
        .customer = t->w->customer,
        .intent = attempt_intent,
        .gone = attempt_gone,
        .ctx = t,
        .secret = secret_reference(t, t->verb->word),
        .secret_token = secret_reference(t, "token"),
        .token = t->w->token,
        .keep = true,
        .fee = t->row.fee,
    };
    t->call = &c;
    enum status s = t->verb->send(&t->w->registry->adapter, &c, t->r, &done, e);
    if (!c.sent)
        return attempt_unsent(t, e);
    breakpoint(t->verb->at_answered);
    if (c.answer.code == 0)
        return attempt_unanswered(t, o, e);
    answer_take(t, &done);
    s = attempt_answered(t, s, done.pending, o, e);
    o->given = c.answer.given;
    return s;
}

/* ---- the door -------------------------------------------------------------------------------------------------------- */

static void attempt_begin(struct attempt *t, const struct registry_fee *fee)
{
    const struct journal_row last = t->row;
    t->row = (struct journal_row){
        .fee = *fee,
        .key = str_of(t->r->key),
        .verb = str_of(t->verb->word),
        .object = t->verb->object(t->r),
        .cltrid = str_printf(t->w->arena, "FW-%.*s", STR_ARG(crypto_token(t->w->arena, 24))),
        .attempt = last.attempt + 1,
        .state = JOURNAL_INTENT,
        .created = t->w->now,
        .first = last.attempt > 0 ? last.first : t->w->now,
        .unsent = last.attempt == 0 || last.unsent,
        .op = verb_op(t->r),
        .basis = t->r->renew == NULL ? 0
                 : last.attempt > 0  ? last.basis
                                     : t->r->renew->expires,
    };
}

static enum status attempts_exhausted(const struct attempt *t, struct error *e)
{
    return error_set(e, INTERNAL, "attempts-exhausted", "%s: %d attempts came to nothing; the last: %.*s", t->r->key,
        t->row.attempt, STR_ARG(t->row.msg));
}

/* What an earlier attempt was found to have done, as the result of one more, which is not sent. */
static enum status attempt_late(struct attempt *t, const struct verdict *v, struct registry_outcome *o, struct error *e)
{
    if (t->row.attempt >= JOURNAL_ATTEMPTS_MAX)
        return attempts_exhausted(t, e);
    const struct registry_fee fee = t->row.fee;
    attempt_begin(t, &fee);
    attempt_note(t, "not sent");
    TRY(journal_insert(t->w, &t->row, t->r->order_id, STR(""), NULL, e));
    verdict_take(&t->row, v, t->w->now);
    TRY(attempt_write(t, verdict_words(t, "an earlier attempt, ", v), e));
    attempt_log(t, LOG_INFO, "an earlier attempt, found done:");
    outcome_fill(&t->row, OUTCOME_ASKED, o);
    return OK;
}

/* The price, or by now the profile, forbids another attempt (the error in e); but an earlier one may have been done late,
 * which changes prices too. A refusal would give the customer's money back for what the registry has sold us: it is
 * asked first. Of what was never sent there is nothing to ask. */
static enum status attempt_barred(struct attempt *t, struct registry_outcome *o, struct error *e)
{
    struct error was = *e;
    struct verdict v;
    if (t->row.attempt == 0 || t->row.unsent || status_meaning(was.status)->act != WORKER_FAIL)
        return was.status;
    if (attempt_ask(t, false, &v, e) != OK)
        return error_set(e, UNAVAILABLE, "registry-undecided",
            "%s; and whether an earlier attempt was done cannot be found out now", was.text);
    if (v.kind == VERDICT_DONE)
        return attempt_late(t, &v, o, e);
    o->undone = true;
    *e = was;
    return was.status;
}

static enum status attempt_next(struct attempt *t, struct registry_outcome *o, struct error *e)
{
    const struct journal_row *last = &t->row;
    struct registry_fee fee;
    if (last->attempt >= JOURNAL_ATTEMPTS_MAX)
        return attempts_exhausted(t, e);
    if (price_agree(t->w, t->r, t->verb->object(t->r), last, &fee, &t->asked, e) != OK)
        return attempt_barred(t, o, e);
    attempt_begin(t, &fee);
    return attempt_send(t, o, e);
}

static enum status request_check(const struct attempt *t, struct error *e)
{
    size_t n = strlen(t->r->key);
    struct str object = t->verb->object(t->r);
    if (n == 0 || n > JOURNAL_KEY_MAX)
        return error_set(
            e, INVALID, "registry-key", "a journal key has 1 to %d characters, not %zu", JOURNAL_KEY_MAX, n);
    if (str_empty(object) || object.n > 255)
        return error_set(e, INVALID, "registry-object", "%s names no object, or one of over 255 characters", t->r->key);
    return OK;
}

/* The newest attempt; attempt 0 in state void where there is none. */
static enum status attempt_load(struct attempt *t, struct error *e)
{
    t->row = (struct journal_row){.state = JOURNAL_VOID};
    enum status s = journal_last(t->w, t->r->key, &t->row, e);
    return s == NOT_FOUND ? OK : s;
}

/* A contact that was named by the registry's id, and whose id is forgotten by now, keeps what was sent. */
static void contact_id_keep(const struct attempt *t, struct registry_request *r)
{
    if (t->row.attempt == 0 || r->verb != REGISTRY_CONTACT_TRANSFER || t->w->registry->profile->contact_ids_ours)
        return;
    struct registry_transfer *in = arena_copy(t->w->arena, r->transfer, sizeof(*in));
    in->name = t->row.object;
    r->transfer = in;
}

/* The request as this registry takes it. */
static enum status attempt_fit(struct attempt *t, struct error *e)
{
    struct registry_request *fitted = ARENA_NEW(t->w->arena, struct registry_request);
    TRY(token_fit(t->w->registry->profile, t->w->token, t->verb->object(t->r), e));
    TRY(request_fit(t->w->registry->profile, t->w->arena, t->w->now, t->r, fitted, e));
    TRY(contact_ids_translate(t->w, fitted, e));
    contact_id_keep(t, fitted);
    TRY(host_set_name(t->w, fitted, e));
    t->r = fitted;
    t->fitted = true;
    return OK;
}

/* object: what the registry calls it may not be known any more. */
static enum status attempt_same(const struct attempt *t, bool object, struct error *e)
{
    if (t->row.attempt == 0)
        return OK;
    if (str_eqz(t->row.verb, t->verb->word) && (!object || str_ieq(t->row.object, t->verb->object(t->r))))
        return OK;
    return error_set(e, INVALID, "registry-key-reused", "the key %s stands for %.*s of %.*s already", t->r->key,
        STR_ARG(t->row.verb), STR_ARG(t->row.object));
}

static enum status transform(
    const struct registry_work *w, const struct registry_request *r, struct registry_outcome *o, struct error *e)
{
    struct attempt t = {.w = w, .r = r, .verb = verb_find(r->verb)};
    *o = (struct registry_outcome){0};
    struct error unfit = {0};
    TRY(request_check(&t, e));
    TRY(attempt_load(&t, e));
    enum status fits = attempt_fit(&t, &unfit);
    TRY(attempt_same(&t, fits == OK, e));
    enum outcome_source source = OUTCOME_RECORD;
    if (t.row.state == JOURNAL_INTENT || t.row.state == JOURNAL_UNKNOWN) {
        outcome_fill(&t.row, OUTCOME_NONE, o);
        TRY(attempt_decide(&t, e));
        source = OUTCOME_ASKED;
    }
    if (t.row.state == JOURNAL_VOID && fits != OK) {
        *e = unfit;
        return attempt_barred(&t, o, e);
    }
    if (t.row.state == JOURNAL_VOID)
        return attempt_next(&t, o, e);
    if (t.row.state == JOURNAL_PENDING)
        TRY(attempt_wait(&t, e));
    outcome_fill(&t.row, source, o);
    return t.row.state == JOURNAL_FAILED ? refusal(&t.row, e) : attempt_read_back(&t, e);
}

/* Our request ends with our own cancel, and no message tells us so. */
static enum status request_end(
    const struct registry_work *w, const struct registry_request *r, struct registry_outcome *o, struct error *e)
{
    if (r->transfer == NULL || r->transfer->op != REGISTRY_TRANSFER_CANCEL || o->pending)
        return OK;
    return journal_settle_cancelled(w, r, o->cltrid, e);
}

enum status registry_transform(
    const struct registry_work *w, const struct registry_request *r, struct registry_outcome *o, struct error *e)
{
    TRY(transform(w, r, o, e));
    return request_end(w, r, o, e);
}

enum status journal_look(const struct registry_work *w, const char *key, struct registry_outcome *o, struct error *e)
{
    struct journal_row row;
    enum status s = journal_last(w, key, &row, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "registry-key-unknown", "nothing was begun with the key %s", key);
    TRY(s);
    bool decided = row.state == JOURNAL_DONE || row.state == JOURNAL_PENDING || row.state == JOURNAL_FAILED;
    outcome_fill(&row, decided ? OUTCOME_RECORD : OUTCOME_NONE, o);
    o->unsent = row.unsent;
    return OK;
}
