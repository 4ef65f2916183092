#include "registry/sandbox_transfer.h"

#include "registry/sandbox_contact.h"
#include "registry/sandbox_grace.h"
#include "registry/sandbox_poll.h"
#include "registry/sandbox_token.h"

#define CONTACT_TRANSFER_US (5 * 86400 * US_PER_S)

/* What both kinds of object have: the handlers below work on this. */
struct subject {
    const char *element; /* "name" or "id" */
    struct str key, sponsor;
    time_us ex_date;
};

static struct epp_transfer_data transfer_data(const struct subject *s, const struct sandbox_transfer *t)
{
    return (struct epp_transfer_data){.key = s->key,
        .status = t->status,
        .re_id = t->re_id,
        .re_date = t->re_date,
        .ac_id = t->ac_id,
        .ac_date = t->ac_date,
        .ex_date = s->ex_date};
}

static enum status notify(struct db *db, struct arena *a, struct str registrar, const struct subject *s,
    const struct sandbox_transfer *t, time_us now, struct error *e)
{
    struct sandbox_message m = {.at = now,
        .text = str_printf(a, "Transfer of %.*s: %.*s", STR_ARG(s->key), STR_ARG(t->status)),
        .object = t->object,
        .data = EPP_TRN_DATA,
        .transfer = transfer_data(s, t)};
    return sandbox_message_put(db, registrar, &m, e);
}

/* An outcome concerns both. */
static enum status notify_both(struct db *db, struct arena *a, const struct subject *s,
    const struct sandbox_transfer *t, time_us now, struct error *e)
{
    TRY(notify(db, a, t->ac_id, s, t, now, e));
    return notify(db, a, t->re_id, s, t, now, e);
}

static void transfer_reply(
    struct sandbox_call *c, unsigned code, const struct subject *s, const struct sandbox_transfer *t)
{
    c->rsp->u.transfer = transfer_data(s, t);
    sandbox_reply(c, code, EPP_TRN_DATA);
}

/* Only the two registrars, and who shows the authInfo, may see a transfer. */
static enum status transfer_query(struct sandbox_call *c, const struct subject *s, const struct sandbox_transfer *t,
    bool found, bool auth, struct error *e)
{
    if (!found)
        return sandbox_refuse(c, e, EPP_NOT_PENDING_TRANSFER, s->element, s->key, "it was never transferred");
    bool party = str_eq(c->who, t->re_id) || str_eq(c->who, t->ac_id) || str_eq(c->who, s->sponsor);
    if (!party && !auth)
        return sandbox_refuse(c, e, EPP_AUTHORIZATION, s->element, s->key, "you are no party to this transfer");
    transfer_reply(c, EPP_DONE, s, t);
    return OK;
}

/* approve and reject belong to the losing registrar, cancel to the gaining one. */
static enum status transfer_turn(
    struct sandbox_call *c, const struct subject *s, const struct sandbox_transfer *t, bool found, struct error *e)
{
    if (!found || !str_eqz(t->status, "pending"))
        return sandbox_refuse(c, e, EPP_NOT_PENDING_TRANSFER, s->element, s->key, "no transfer of it is pending");
    struct str may = c->cmd->op == EPP_OP_CANCEL ? t->re_id : t->ac_id;
    if (!str_eq(c->who, may))
        return sandbox_refuse(c, e, EPP_AUTHORIZATION, s->element, s->key, "only %.*s may %s this transfer",
            STR_ARG(may), epp_op_name(c->cmd->op));
    return OK;
}

static enum status request_policy(
    struct sandbox_call *c, const struct subject *s, unsigned statuses, bool auth, struct error *e)
{
    if (str_eq(s->sponsor, c->who))
        return sandbox_refuse(c, e, EPP_NOT_TRANSFERABLE, s->element, s->key, "you sponsor it already");
    if (!auth)
        return sandbox_refuse(c, e, EPP_BAD_AUTHINFO, s->element, s->key, "a transfer needs the object's authInfo");
    if ((statuses & SB_PENDING_TRANSFER) != 0)
        return sandbox_refuse(c, e, EPP_PENDING_TRANSFER, s->element, s->key, "a transfer of it is pending");
    if ((statuses & SB_NO_TRANSFER) != 0)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, s->element, s->key, "it has status %s",
            sandbox_status_word(statuses & SB_NO_TRANSFER));
    return OK;
}

/* A year that the registry added at expiry goes back with its price (it is the gaining registrar who adds one now);
 * what else the losing registrar could have had back is over. */
static enum status graces_move(struct db *db, struct arena *a, struct sandbox_domain *d,
    const struct sandbox_transfer *t, const struct sandbox_tld *tld, time_us now, struct error *e)
{
    int years = 0;
    struct sandbox_grace grace = {
        .kind = STR("transferPeriod"), .ends = now + tld->transfer_grace, .amount = t->paid, .years = t->years};
    if (t->years > 0)
        TRY(sandbox_graces_refund(db, a, d, "autoRenewPeriod", STR("transfer"), now, &years, e));
    d->expires = time_add_years(d->expires, -years);
    TRY(sandbox_graces_end(db, d->id, e));
    return sandbox_grace_begin(db, d->id, &grace, now, e);
}

enum status sandbox_transfer_approve(struct sandbox *sb, struct db *db, struct arena *a, struct sandbox_domain *d,
    struct sandbox_transfer *t, const struct sandbox_tld *tld, const char *status, time_us now, struct error *e)
{
    t->status = str_of(status);
    t->ac_date = now;
    TRY(graces_move(db, a, d, t, tld, now, e));
    d->statuses &= ~(unsigned)SB_PENDING_TRANSFER;
    d->sponsor = t->re_id;
    d->transferred = now;
    if (sb->as.authinfo_reset)
        d->auth_sealed = STR_NULL;
    time_us longer = time_add_years(d->expires, t->years), most = time_add_years(now, tld->max_years);
    d->expires = longer < most || t->years == 0 ? longer : most;
    d->due = sandbox_domain_due(d, tld);
    TRY(sandbox_domain_store(db, d, e));
    TRY(sandbox_hosts_move(db, d->id, d->sponsor, now, e));
    TRY(sandbox_transfer_store(db, t, e));
    struct subject s = {.element = "name", .key = d->name, .sponsor = d->sponsor, .ex_date = d->expires};
    return notify_both(db, a, &s, t, now, e);
}

/* Years that the transfer adds: of the period, where it is given; none where transfers do not renew. */
static enum status request_years(struct sandbox_call *c, const struct sandbox_domain *d, const struct sandbox_tld *tld,
    int *years_r, struct error *e)
{
    const struct epp_period *period = &c->cmd->u.domain_transfer.period;
    *years_r = 0;
    if (!c->sb->as.transfer_renews && period->n == 0)
        return OK;
    if (!c->sb->as.transfer_renews)
        return sandbox_refuse(c, e, EPP_NO_OPTION, "period", STR_NULL, "a transfer adds no years here");
    TRY(sandbox_domain_years(c, tld, period, years_r, e));
    if (period->n > 0 && time_add_years(d->expires, *years_r) > time_add_years(c->now, tld->max_years))
        return sandbox_refuse(c, e, EPP_POLICY, "period", str_printf(c->arena, "%u", period->n),
            "it would then expire more than %d years from now", tld->max_years);
    return OK;
}

static enum status request_allowed(struct sandbox_call *c, const struct sandbox_domain *d,
    const struct sandbox_tld *tld, const struct subject *s, bool auth, struct error *e)
{
    time_us since = d->transferred > d->created ? d->transferred : d->created;
    TRY(sandbox_token_transfer(c, d, e));
    TRY(request_policy(c, s, d->statuses, auth, e));
    if (c->now >= since + tld->transfer_lock)
        return OK;
    return sandbox_refuse(c, e, EPP_NOT_TRANSFERABLE, s->element, s->key, "in .%.*s no transfer before %.*s",
        STR_ARG(tld->name), STR_ARG(time_text(c->arena, since + tld->transfer_lock)));
}

/* Asked for: the sponsor has its time to answer, or, where transfers are immediate, it is done. */
static enum status request_carry(struct sandbox_call *c, struct sandbox_domain *d, const struct sandbox_tld *tld,
    struct subject *s, struct sandbox_transfer *t, struct error *e)
{
    if (c->sb->as.transfer == SB_TRANSFER_IMMEDIATE) {
        TRY(sandbox_transfer_approve(c->sb, c->db, c->arena, d, t, tld, "serverApproved", c->now, e));
        s->ex_date = d->expires;
        transfer_reply(c, EPP_DONE, s, t);
        return OK;
    }
    d->statuses |= SB_PENDING_TRANSFER;
    s->ex_date = time_add_years(d->expires, t->years);
    TRY(sandbox_domain_store(c->db, d, e));
    TRY(sandbox_transfer_store(c->db, t, e));
    TRY(notify(c->db, c->arena, d->sponsor, s, t, c->now, e));
    transfer_reply(c, EPP_DONE_PENDING, s, t);
    return OK;
}

static enum status domain_request(struct sandbox_call *c, struct sandbox_domain *d, const struct sandbox_tld *tld,
    struct subject *s, bool auth, struct error *e)
{
    int years = 0;
    struct sandbox_prices prices;
    if (c->sb->as.transfer == SB_TRANSFER_PUSH)
        return sandbox_refuse(c, e, EPP_NO_COMMAND, NULL, STR_NULL, "domains are given away by their sponsors here");
    TRY(request_allowed(c, d, tld, s, auth, e));
    TRY(request_years(c, d, tld, &years, e));
    TRY(sandbox_prices(c->db, c->arena, tld, d->name, &prices, e));
    struct sandbox_transfer t = {.object = EPP_DOMAIN,
        .object_id = d->id,
        .status = STR("pending"),
        .re_id = c->who,
        .re_date = c->now,
        .ac_id = d->sponsor,
        .ac_date = c->now + tld->transfer,
        .years = years,
        .paid = prices.transfer * years};
    TRY(sandbox_domain_charge(c, t.paid, "transfer", d->name, e));
    return request_carry(c, d, tld, s, &t, e);
}

/* Rejected or cancelled: nothing changes hands, the fee goes back, the other side is told. */
static enum status transfer_end(
    struct sandbox_call *c, const struct subject *s, struct sandbox_transfer *t, struct error *e)
{
    bool cancel = c->cmd->op == EPP_OP_CANCEL;
    t->status = cancel ? STR("clientCancelled") : STR("clientRejected");
    t->ac_date = c->now;
    TRY(sandbox_transfer_store(c->db, t, e));
    TRY(sandbox_charge(c->db, t->re_id, -t->paid, str_printf(c->arena, "refund of transfer %.*s", STR_ARG(s->key)),
        c->svtrid, c->now, e));
    TRY(notify_both(c->db, c->arena, s, t, c->now, e));
    transfer_reply(c, EPP_DONE, s, t);
    return OK;
}

static enum status find_latest(struct sandbox_call *c, enum epp_object object, int64_t id, struct sandbox_transfer *t,
    bool *found_r, struct error *e)
{
    enum status s = sandbox_transfer_find(c->db, c->arena, object, id, t, e);
    *found_r = s == OK;
    return s == NOT_FOUND ? OK : s;
}

enum status sandbox_domain_transfer(struct sandbox_call *c, struct error *e)
{
    const struct epp_domain_transfer *in = &c->cmd->u.domain_transfer;
    struct sandbox_domain d;
    struct sandbox_transfer t = {0};
    struct sandbox_tld tld;
    bool found;
    TRY(sandbox_domain_open(c, in->name, c->cmd->op != EPP_OP_QUERY, &d, e));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    TRY(find_latest(c, EPP_DOMAIN, d.id, &t, &found, e));
    struct subject s = {.element = "name", .key = d.name, .sponsor = d.sponsor, .ex_date = d.expires};
    bool auth = sandbox_auth_matches(c, "domain", d.name, d.auth_sealed, &in->auth);
    if (c->cmd->op == EPP_OP_QUERY)
        return transfer_query(c, &s, &t, found, auth, e);
    if (c->cmd->op == EPP_OP_REQUEST)
        return domain_request(c, &d, &tld, &s, auth, e);
    TRY(transfer_turn(c, &s, &t, found, e));
    if (c->cmd->op == EPP_OP_APPROVE) {
        TRY(sandbox_transfer_approve(c->sb, c->db, c->arena, &d, &t, &tld, "clientApproved", c->now, e));
        s.ex_date = d.expires;
        transfer_reply(c, EPP_DONE, &s, &t);
        return OK;
    }
    d.statuses &= ~(unsigned)SB_PENDING_TRANSFER;
    TRY(sandbox_domain_store(c->db, &d, e));
    return transfer_end(c, &s, &t, e);
}

static enum status contact_request(
    struct sandbox_call *c, struct sandbox_contact *k, const struct subject *s, bool auth, struct error *e)
{
    TRY(request_policy(c, s, k->statuses, auth, e));
    struct sandbox_transfer t = {.object = EPP_CONTACT,
        .object_id = k->id,
        .status = STR("pending"),
        .re_id = c->who,
        .re_date = c->now,
        .ac_id = k->sponsor,
        .ac_date = c->now + CONTACT_TRANSFER_US};
    k->statuses |= SB_PENDING_TRANSFER;
    TRY(sandbox_contact_store(c->db, k, e));
    TRY(sandbox_transfer_store(c->db, &t, e));
    TRY(notify(c->db, c->arena, k->sponsor, s, &t, c->now, e));
    transfer_reply(c, EPP_DONE_PENDING, s, &t);
    return OK;
}

enum status sandbox_contact_approve(struct db *db, struct arena *a, struct sandbox_contact *k,
    struct sandbox_transfer *t, const char *status, time_us now, struct error *e)
{
    t->status = str_of(status);
    t->ac_date = now;
    k->statuses &= ~(unsigned)SB_PENDING_TRANSFER;
    k->sponsor = t->re_id;
    k->transferred = now;
    TRY(sandbox_contact_store(db, k, e));
    TRY(sandbox_transfer_store(db, t, e));
    struct subject s = {.element = "id", .key = k->handle, .sponsor = k->sponsor};
    return notify_both(db, a, &s, t, now, e);
}

enum status sandbox_contact_transfer(struct sandbox_call *c, struct error *e)
{
    const struct epp_contact_info *in = &c->cmd->u.contact_transfer;
    struct sandbox_contact k;
    struct sandbox_transfer t = {0};
    bool found;
    enum status st = sandbox_contact_find(c->db, c->arena, in->id, SB_LOCK, &k, e);
    if (st == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "id", in->id, "there is no contact of that id");
    if (st != OK)
        return st;
    TRY(find_latest(c, EPP_CONTACT, k.id, &t, &found, e));
    struct subject s = {.element = "id", .key = k.handle, .sponsor = k.sponsor};
    bool auth = sandbox_auth_matches(c, "contact", k.handle, k.auth_sealed, &in->auth);
    if (c->cmd->op == EPP_OP_QUERY)
        return transfer_query(c, &s, &t, found, auth, e);
    if (c->cmd->op == EPP_OP_REQUEST)
        return contact_request(c, &k, &s, auth, e);
    TRY(transfer_turn(c, &s, &t, found, e));
    if (c->cmd->op == EPP_OP_APPROVE) {
        TRY(sandbox_contact_approve(c->db, c->arena, &k, &t, "clientApproved", c->now, e));
        transfer_reply(c, EPP_DONE, &s, &t);
        return OK;
    }
    k.statuses &= ~(unsigned)SB_PENDING_TRANSFER;
    TRY(sandbox_contact_store(c->db, &k, e));
    return transfer_end(c, &s, &t, e);
}
