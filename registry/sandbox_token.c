#include "registry/sandbox_token.h"

static const struct sandbox_token *token_of(const struct sandbox_personality *p, struct str label)
{
    for (size_t i = 0; i < p->tokens_n; i++) {
        if (str_eq(p->tokens[i].label, label))
            return &p->tokens[i];
    }
    return NULL;
}

static struct str label_of(const struct sandbox_domain *d)
{
    return str_n(d->name.p, d->name.n - d->tld.n - 1);
}

static bool token_wrong(const struct sandbox_token *t, const struct epp_allocation_token *given)
{
    return t != NULL && given != NULL && !crypto_equal(t->token, given->token);
}

const char *sandbox_token_bars(struct sandbox_call *c, struct str label)
{
    const struct sandbox_token *t = token_of(&c->sb->as, label);
    const struct epp_allocation_token *given = epp_ext_find(&c->cmd->ext, &epp_allocation_token);
    if (token_wrong(t, given))
        return "Allocation Token mismatch";
    return t != NULL && given == NULL ? "Needs an Allocation Token" : NULL;
}

enum status sandbox_token_create(struct sandbox_call *c, struct str label, struct error *e)
{
    const struct sandbox_token *t = token_of(&c->sb->as, label);
    const struct epp_allocation_token *given = epp_ext_find(&c->cmd->ext, &epp_allocation_token);
    if (t != NULL && given == NULL)
        return sandbox_refuse(c, e, EPP_STATUS_PROHIBITS, "name", c->cmd->u.domain_create.name,
            "this name is only for who has its allocation token");
    if (token_wrong(t, given))
        return sandbox_refuse(
            c, e, EPP_AUTHORIZATION, "name", c->cmd->u.domain_create.name, "the allocation token is not for this name");
    return OK;
}

enum status sandbox_token_transfer(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    const struct epp_allocation_token *given = epp_ext_find(&c->cmd->ext, &epp_allocation_token);
    if (!token_wrong(token_of(&c->sb->as, label_of(d)), given))
        return OK;
    return sandbox_refuse(c, e, EPP_AUTHORIZATION, "name", d->name, "the allocation token is not for this name");
}

enum status sandbox_token_tell(struct sandbox_call *c, const struct sandbox_domain *d, struct error *e)
{
    if (epp_ext_find(&c->cmd->ext, &epp_allocation_token_info) == NULL)
        return OK;
    const struct sandbox_token *t = token_of(&c->sb->as, label_of(d));
    TRY(sandbox_domain_owned(c, d, e));
    if (t == NULL)
        return sandbox_refuse(c, e, EPP_NO_OBJECT_THERE, "name", d->name, "this name has no allocation token");
    struct epp_allocation_token *out = ARENA_NEW(c->arena, struct epp_allocation_token);
    out->token = t->token;
    epp_ext_add(c->arena, &c->rsp->ext, &epp_allocation_token, out);
    return OK;
}
