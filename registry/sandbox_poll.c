#include "registry/sandbox_poll.h"

#include "registry/sandbox_balance.h"
#include "registry/sandbox_launch.h"

static enum status poll_request(struct sandbox_call *c, struct error *e)
{
    struct sandbox_message m;
    int64_t count;
    enum status s = sandbox_message_first(c->db, c->arena, c->who, &m, &count, e);
    if (s == NOT_FOUND) {
        sandbox_reply(c, EPP_QUEUE_EMPTY, EPP_NO_DATA);
        return OK;
    }
    if (s != OK)
        return s;
    c->rsp->msg_q = (struct epp_msg_q){.present = true,
        .count = (uint64_t)count,
        .id = str_printf(c->arena, "%lld", (long long)m.id),
        .q_date = m.at,
        .msg = m.text};
    if (m.data == EPP_TRN_DATA)
        c->rsp->u.transfer = m.transfer;
    if (m.data == EPP_PAN_DATA)
        c->rsp->u.pending = m.pending;
    if (m.low.told)
        m.data = sandbox_balance_poll(c, &m, &m.object);
    sandbox_reply(c, EPP_QUEUE_ACK, m.data);
    c->rsp->object = m.object;
    sandbox_application_poll(c, &m);
    if (c->sb->as.fred && m.data == EPP_TRN_DATA)
        c->rsp->object = m.object == EPP_DOMAIN ? EPP_FRED_DOMAIN : EPP_FRED_CONTACT;
    return OK;
}

static enum status poll_ack(struct sandbox_call *c, struct error *e)
{
    struct str text = c->cmd->u.poll.msg_id;
    int64_t id, count, first;
    bool removed = false;
    if (str_is_null(text))
        return sandbox_refuse(c, e, EPP_MISSING, "poll", STR_NULL, "ack needs the msgID");
    if (str_to_i64(text, 1, INT64_MAX, &id))
        TRY(sandbox_message_ack(c->db, c->who, id, &removed, e));
    if (!removed)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "poll", text, "there is no such message in your queue");
    TRY(sandbox_message_count(c->db, c->arena, c->who, &count, &first, e));
    if (count > 0)
        c->rsp->msg_q = (struct epp_msg_q){
            .present = true, .count = (uint64_t)count, .id = str_printf(c->arena, "%lld", (long long)first)};
    else
        c->rsp->msg_q = (struct epp_msg_q){.present = true, .id = text};
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_poll(struct sandbox_call *c, struct error *e)
{
    return str_eqz(c->cmd->u.poll.op, "ack") ? poll_ack(c, e) : poll_request(c, e);
}
