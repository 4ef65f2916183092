/* Trademark claims in a registry's launch (RFC 8334): asked for by a check, and the notice that goes with a create. Other
 * phases need marks and applications, which no customer's order carries. */
#include "epp/launch.h"
#include "registry/epp_call.h"

#define VALIDATOR "tmch"

static struct registry_claim claim_of(const struct epp_launch_checked *from, struct str name)
{
    struct registry_claim out = {.name = name, .exists = from->exists};
    if (from->keys.n == 0)
        return out;
    out.key = from->keys.v[0].key;
    out.validator = str_is_null(from->keys.v[0].validator) ? STR(VALIDATOR) : from->keys.v[0].validator;
    return out;
}

/* In the order of names. */
static enum status claims_take(const struct epp_adapter *x, const struct epp_launch_check_data *d,
    const struct str *names, size_t n, struct registry_claim *out, struct error *e)
{
    for (size_t i = 0; i < n; i++) {
        const struct epp_launch_checked *hit = NULL;
        for (size_t k = 0; d != NULL && k < d->checked.n && hit == NULL; k++)
            if (str_ieq(d->checked.v[k].name, names[i]))
                hit = &d->checked.v[k];
        if (hit == NULL)
            return error_set(e, PROTOCOL, "check-incomplete", "%s left %.*s out of its answer about claims", x->id,
                STR_ARG(names[i]));
        out[i] = claim_of(hit, names[i]);
    }
    return OK;
}

static enum status domain_claims(
    void *ctx, struct registry_call *c, const struct str *names, size_t n, struct registry_claim *out, struct error *e)
{
    const struct epp_adapter *x = ctx;
    const struct epp_build b = epp_build_of(x, c);
    struct epp_command cmd = epp_build_check(&b, EPP_DOMAIN, names, n);
    struct epp_launch_check *ask = ARENA_NEW(c->arena, struct epp_launch_check);
    struct epp_response r = {0};
    if (!x->config->profile->launch)
        return error_set(e, INVALID, "launch-not-spoken", "the registry %s has no launch phases", x->id);
    *ask = (struct epp_launch_check){.type = STR("claims"), .phase.phase = STR("claims")};
    epp_ext_add(c->arena, &cmd.ext, &epp_launch_check, ask);
    TRY(epp_call(ctx, c, &cmd, &r, e));
    return claims_take(x, epp_ext_find(&r.ext, &epp_launch_chk_data), names, n, out, e);
}

void epp_notice_put(const struct epp_build *b, const struct registry_notice *n, struct epp_command *cmd)
{
    if (str_is_null(n->id))
        return;
    struct epp_launch_create *out = ARENA_NEW(b->arena, struct epp_launch_create);
    struct epp_launch_notice *notice = ARENA_NEW(b->arena, struct epp_launch_notice);
    *notice = (struct epp_launch_notice){
        .id = n->id, .validator = n->validator, .not_after = n->not_after, .accepted = n->accepted};
    *out = (struct epp_launch_create){.phase.phase = STR("claims"), .notices = {notice, 1}};
    epp_ext_add(b->arena, &cmd->ext, &epp_launch_create, out);
}

void epp_launch_verbs(struct registry_adapter *a)
{
    a->domain_claims = domain_claims;
}
