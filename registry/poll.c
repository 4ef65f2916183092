#include "registry/poll.h"

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
        TRY(journal_settle(d->w, d->m->cltrid, d->m->approved, d->m->text, &key, e));
    TRY(d->h->apply(d->h->ctx, d->w, d->m, key, e));
    return message_set_state(d->w, d->id, MESSAGE_APPLIED, STR_NULL, e);
}

/* A message that can never be applied must not stop those behind it; it is kept, and somebody told. */
static enum status delivery_run(struct delivery *d, struct error *e)
{
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

static enum status message_handle(
    const struct registry_work *w, const struct poll_handler *h, const struct registry_message *m, struct error *e)
{
    struct delivery d = {.w = w, .h = h, .m = m, .registry = str_dupz(w->arena, w->registry->config.id)};
    enum message_state state;
    TRY(message_store(w, m, &d.id, &state, e));
    if (state == MESSAGE_STORED) {
        log_event(LOG_INFO, "registry", d.registry, "message %.*s: %.*s%s%.*s", STR_ARG(m->id), STR_ARG(m->text),
            str_empty(m->object) ? "" : " object=", STR_ARG(m->object));
        TRY(delivery_run(&d, e));
        TRY(message_lock(w, d.id, &state, e));
    }
    TRY(message_ack(&d, e));
    return state == MESSAGE_FAILED ? OK : message_set_state(w, d.id, MESSAGE_ACKED, STR_NULL, e);
}

enum status registry_poll_run(
    const struct registry_work *w, const struct poll_handler *h, size_t max, size_t *n_r, struct error *e)
{
    for (*n_r = 0; *n_r < max; (*n_r)++) {
        struct registry_call c = {.arena = w->arena, .timeout_ms = w->timeout_ms};
        struct registry_message m = {0};
        enum status s = w->registry->adapter.poll_next(w->registry->adapter.ctx, &c, &m, e);
        if (s == NOT_FOUND)
            return OK;
        TRY(s);
        TRY(message_handle(w, h, &m, e));
    }
    return OK;
}
