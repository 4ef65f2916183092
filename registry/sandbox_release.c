#include "registry/sandbox_release.h"

#include "registry/sandbox_grace.h"
#include "registry/sandbox_host.h"
#include "registry/sandbox_login.h"
#include "registry/sandbox_poll.h"

static enum status receiver_check(struct sandbox_call *c, struct str tag, struct error *e)
{
    struct sandbox_registrar other;
    if (str_eq(tag, c->who))
        return sandbox_refuse(c, e, EPP_POLICY, "registrarTag", tag, "it is with you already");
    enum status s = sandbox_registrar_find(c->db, c->arena, tag, &other, e);
    if (s == NOT_FOUND)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "registrarTag", tag, "there is no registrar of that tag");
    return s;
}

static enum status receiver_tell(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    const struct sandbox_message m = {.at = c->now,
        .text = str_printf(c->arena, "Domain %.*s was released to you by %.*s", STR_ARG(d->name), STR_ARG(c->who)),
        .object = EPP_DOMAIN,
        .data = EPP_NO_DATA};
    return sandbox_message_put(c->db, d->sponsor, &m, e);
}

enum status sandbox_domain_release(struct sandbox_call *c, struct error *e)
{
    const struct epp_release *in = &c->cmd->u.release;
    struct sandbox_domain d;
    struct sandbox_tld tld;
    if (!str_is_null(in->registrant))
        return sandbox_refuse(c, e, EPP_NO_OPTION, "registrant", in->registrant, "only domains are released here");
    TRY(sandbox_domain_open(c, in->domain, true, &d, e));
    TRY(sandbox_domain_owned(c, &d, e));
    TRY(sandbox_domain_barred(c, &d, SB_NO_TRANSFER, e));
    TRY(receiver_check(c, in->registrar_tag, e));
    TRY(sandbox_domain_tld(c, d.tld, &tld, e));
    TRY(sandbox_graces_end(c->db, d.id, e));
    d.sponsor = in->registrar_tag;
    d.transferred = c->now;
    d.due = sandbox_domain_due(&d, &tld);
    TRY(sandbox_domain_store(c->db, &d, e));
    TRY(sandbox_hosts_move(c->db, d.id, d.sponsor, c->now, e));
    TRY(receiver_tell(c, &d, e));
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}
