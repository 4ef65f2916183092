/* Poll (RFC 5730 2.9.2.3): the next message, and its acknowledgement. */
#include "epp/object.h"
#include "epp/result.h"
#include "epp/session.h"
#include "registry/epp_call.h"

/* The word of response data that are not EPP's own, as profiles write it; STR_NULL: there are none. Of a kind that no
 * mapping reads the element's name is still known. */
static struct str data_word(struct arena *a, const struct epp_response *r)
{
    const struct epp_eurid_poll *p = &r->u.eurid_poll;
    if (r->data == EPP_NO_DATA && r->other.n > 0)
        return str_printf(a, "data:%.*s", STR_ARG(r->other.v[0].name));
    if (r->data >= EPP_CREDIT_DATA)
        return str_printf(a, "data:%s", epp_data_name(r->data));
    if (r->data != EPP_POLL_DATA)
        return STR_NULL;
    if (r->object == EPP_LOW_BALANCE)
        return STR("data:lowBalance");
    if (r->object == EPP_RGP_POLL)
        return STR("data:rgp");
    return str_printf(a, "data:%.*s %.*s", STR_ARG(p->context), STR_ARG(p->action));
}

/* What the profile knows of it, by its data, or else by its words. */
static void meaning_take(
    const struct epp_adapter *x, struct arena *a, const struct epp_response *r, struct registry_message *m)
{
    const struct registry_profile *p = x->config->profile;
    struct str word = data_word(a, r), object = m->object;
    m->meaning = REGISTRY_MEANS_UNKNOWN;
    if (!str_is_null(word))
        m->meaning = (enum registry_meaning)profile_message(p, word, &object);
    if (m->meaning == REGISTRY_MEANS_UNKNOWN)
        m->meaning = (enum registry_meaning)profile_message(p, m->text, &object);
    if (str_empty(m->object))
        m->object = object;
}

static void message_take(const struct registry_call *c, const struct epp_response *r, struct registry_message *m)
{
    *m = (struct registry_message){
        .id = r->msg_q.id,
        .count = r->msg_q.count,
        .queued = r->msg_q.q_date,
        .text = str_is_null(r->msg_q.msg) ? STR("") : r->msg_q.msg,
        .kind = str_empty(r->unread) ? REGISTRY_MESSAGE_OTHER : REGISTRY_MESSAGE_UNREADABLE,
        .object = epp_response_key(r),
        .unread = r->unread,
        .frame = c->answer.frame,
    };
    /* Half of it could be read: whether the half that decides, nobody knows. */
    if (m->kind == REGISTRY_MESSAGE_UNREADABLE)
        return;
    if (r->data == EPP_PAN_DATA) {
        m->kind = REGISTRY_MESSAGE_DECIDED;
        m->object = r->u.pending.key;
        m->approved = r->u.pending.result;
        m->cltrid = r->u.pending.tr_id.cltrid;
        m->svtrid = r->u.pending.tr_id.svtrid;
    } else if (r->data == EPP_TRN_DATA) {
        m->kind = REGISTRY_MESSAGE_TRANSFER;
        m->object = r->u.transfer.key;
        m->contact = r->object == EPP_CONTACT || r->object == EPP_FRED_CONTACT;
        epp_transfer_take(&r->u.transfer, &m->transfer);
        if (r->object >= EPP_FRED_DOMAIN) /* which tells of transfers that have taken place, and of no others */
            m->transfer.status = STR("serverApproved");
    }
}

static enum status poll_next(void *ctx, struct registry_call *c, struct registry_message *out, struct error *e)
{
    struct epp_command cmd = {.verb = EPP_POLL};
    struct epp_response r = {0};
    cmd.u.poll.op = STR("req");
    c->keep = true;
    TRY(epp_call(ctx, c, &cmd, &r, e));
    if (c->answer.code == EPP_QUEUE_EMPTY)
        return error_set(e, NOT_FOUND, "poll-empty", "no messages");
    if (!r.msg_q.present || str_empty(r.msg_q.id))
        return error_set(
            e, PROTOCOL, "epp-answer", "the registry answered %d to poll without a message", c->answer.code);
    message_take(c, &r, out);
    /* Data that nobody here can read are for a person, who is told what the profile knows of them. */
    bool foreign = r.data == EPP_NO_DATA && r.other.n > 0;
    if (out->kind == REGISTRY_MESSAGE_OTHER || foreign)
        meaning_take(ctx, c->arena, &r, out);
    return OK;
}

static enum status poll_ack(void *ctx, struct registry_call *c, struct str id, struct error *e)
{
    struct epp_command cmd = {.verb = EPP_POLL};
    struct epp_response r = {0};
    cmd.u.poll.op = STR("ack");
    cmd.u.poll.msg_id = id;
    return epp_call(ctx, c, &cmd, &r, e);
}

void epp_poll_verbs(struct registry_adapter *a)
{
    a->poll_next = poll_next;
    a->poll_ack = poll_ack;
}
