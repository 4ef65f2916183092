#include "registry/poll.h"

#include "base/crypto.h"
#include "base/log.h"
#include "registry/journal_db.h"
#include "registry/poll_db.h"

struct delivery {
    const struct registry_work *w;
    const struct poll_handler *h;
    const struct registry_message *m;
    int64_t id;
    const char *registry;
};

/* A transfer that we asked for and that has ended: the words are those of RFC 5730 2.9.3.4. Without the request's date,
 * that of the message says at least which requests it cannot be about; without either, asking decides. */
static enum status transfer_settle(const struct delivery *d, struct str *key, struct error *e)
{
    const struct registry_transfer_info *t = &d->m->transfer;
    time_us requested = t->requested != 0 ? t->requested : d->m->queued;
    if (!str_ieq(t->reid, d->w->registry->config.clid) || str_eqz(t->status, "pending") || requested == 0)
        return OK;
    bool approved = str_eqz(t->status, "clientApproved") || str_eqz(t->status, "serverApproved");
    struct str text = str_printf(d->w->arena, "the transfer has ended: %.*s", STR_ARG(t->status));
    return journal_settle_transfer(d->w, d->m, requested, approved, text, key, e);
}

/* All in one transaction, which may be run again after a deadlock. */
static enum status delivery_apply(struct db *db, void *ctx, struct error *e)
{
    const struct delivery *d = ctx;
    enum message_state state;
    struct str key = STR_NULL;
    (void)db;
    TRY(message_lock(d->w, d->id, &state, e));
    if (state != MESSAGE_STORED)
        return OK;
    if (d->m->kind == REGISTRY_MESSAGE_DECIDED)
        TRY(journal_settle(d->w, d->m, &key, e));
    if (d->m->kind == REGISTRY_MESSAGE_TRANSFER)
        TRY(transfer_settle(d, &key, e));
    TRY(d->h->apply(d->h->ctx, d->w, d->m, key, e));
    return message_set_state(d->w, d->id, MESSAGE_APPLIED, STR_NULL, e);
}

static enum status delivery_quarantine(const struct delivery *d, struct error *e)
{
    log_event(LOG_ERROR, "registry", d->registry,
        "message %.*s cannot be read and is put aside; somebody must look at it (fourways epp message %lld): %.*s",
        STR_ARG(d->m->id), (long long)d->id, STR_ARG(d->m->unread));
    return message_set_state(d->w, d->id, MESSAGE_QUARANTINED, d->m->unread, e);
}

/* A message that can never be applied must not stop those behind it; it is kept, and somebody told. */
static enum status delivery_run(struct delivery *d, struct error *e)
{
    if (d->m->kind == REGISTRY_MESSAGE_UNREADABLE)
        return delivery_quarantine(d, e);
    enum status s = db_transaction(d->w->db, delivery_apply, d, e);
    if (s == OK)
        return OK;
    enum worker_act act = status_meaning(s)->act;
    if (act == WORKER_RETRY || act == WORKER_RECONCILE)
        return s;
    log_event(LOG_ERROR, "registry", d->registry, "message %.*s (%.*s) cannot be applied: %s", STR_ARG(d->m->id),
        STR_ARG(d->m->text), e->text);
    struct str why = str_of(arena_strdup(d->w->arena, e->text));
    return message_set_state(d->w, d->id, MESSAGE_FAILED, why, e);
}

/* A message that is gone already (2303) has been acknowledged by an earlier, unanswered try. */
static enum status message_ack(const struct delivery *d, struct error *e)
{
    struct registry_call c = {.arena = d->w->arena, .timeout_ms = d->w->timeout_ms};
    enum status s = d->w->registry->adapter.poll_ack(d->w->registry->adapter.ctx, &c, d->m->id, e);
    if (s == UNCERTAIN)
        return error_set(e, UNAVAILABLE, "poll-ack", "no answer to the acknowledgement of %.*s", STR_ARG(d->m->id));
    return s == NOT_FOUND ? OK : s;
}

static enum status message_handle(const struct registry_work *w, const struct poll_handler *h,
    const struct registry_message *m, struct str session, struct error *e)
{
    struct delivery d = {.w = w, .h = h, .m = m, .registry = str_dupz(w->arena, w->registry->config.id)};
    enum message_state state;
    TRY(message_store(w, m, session, &d.id, &state, e));
    if (state == MESSAGE_STORED) {
        log_event(LOG_INFO, "registry", d.registry, "message %.*s: %.*s%s%.*s%s%s", STR_ARG(m->id), STR_ARG(m->text),
            str_empty(m->object) ? "" : " object=", STR_ARG(m->object),
            m->meaning == REGISTRY_MEANS_UNKNOWN ? "" : " meaning=",
            m->meaning == REGISTRY_MEANS_UNKNOWN ? "" : profile_meaning_word((int)m->meaning));
        if (m->meaning == REGISTRY_MEANS_LOW_BALANCE)
            log_event(LOG_WARN, "registry", d.registry, "our account there runs low: commands that cost will fail");
        TRY(delivery_run(&d, e));
    }
    TRY(message_ack(&d, e));
    return message_set_acked(w, d.id, e);
}

/* Something came, and not even the message's id could be made out: kept under its digest, and once, though each try brings
 * other bytes (the clTRID is ours, the svTRID new): while one waits for a person the next is taken for the same, since it
 * cannot be acknowledged and the queue does not move. */
static enum status unknown_keep(const struct registry_work *w, const struct registry_call *c, const struct error *why)
{
    uint8_t sum[32];
    struct error e = {0};
    enum message_state state;
    bool waits = false;
    if (str_empty(c->answer.frame))
        return OK;
    TRY(message_nameless_waits(w, &waits, &e));
    if (waits)
        return OK;
    crypto_sha256(c->answer.frame, sum);
    struct registry_message m = {
        .id = str_printf(w->arena, "sha256:%.*s", STR_ARG(hex_encode(w->arena, sum, 16))),
        .kind = REGISTRY_MESSAGE_UNREADABLE,
        .text = STR(""),
        .unread = str_of(why->text),
        .frame = c->answer.frame,
    };
    struct delivery d = {.w = w, .m = &m, .registry = str_dupz(w->arena, w->registry->config.id)};
    enum status s = message_store(w, &m, c->session, &d.id, &state, &e);
    return s == OK && state == MESSAGE_STORED ? delivery_quarantine(&d, &e) : s;
}

enum status registry_poll_run(
    const struct registry_work *w, const struct poll_handler *h, size_t max, size_t *n_r, struct error *e)
{
    for (*n_r = 0; *n_r < max; (*n_r)++) {
        struct registry_call c = {.arena = w->arena, .timeout_ms = w->timeout_ms, .keep = true};
        struct registry_message m = {0};
        enum status s = w->registry->adapter.poll_next(w->registry->adapter.ctx, &c, &m, e);
        if (s == NOT_FOUND)
            return OK;
        if (s != OK && c.answer.code < 2000 && unknown_keep(w, &c, e) != OK)
            log_event(LOG_ERROR, "registry", str_dupz(w->arena, w->registry->config.id),
                "what came in place of a message could not be stored");
        TRY(s);
        TRY(message_handle(w, h, &m, c.session, e));
    }
    return OK;
}
