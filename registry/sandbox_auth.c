/* authInfo at rest: sealed, and bound to the object it belongs to, so that one row's value is worth nothing in another. */
#include "registry/sandbox_call.h"

static struct str context(struct arena *a, const char *kind, struct str key)
{
    return str_printf(a, "sandbox/%s/%.*s", kind, STR_ARG(key));
}

struct str sandbox_seal(struct sandbox_call *c, const char *kind, struct str key, struct str plain)
{
    return secret_seal(c->arena, &c->sb->key, context(c->arena, kind, key), plain);
}

enum status sandbox_unseal(
    struct sandbox_call *c, const char *kind, struct str key, struct str sealed, struct str *plain_r, struct error *e)
{
    *plain_r = STR_NULL;
    if (str_is_null(sealed))
        return OK;
    return secret_open(c->arena, &c->sb->key, context(c->arena, kind, key), sealed, plain_r, e);
}

bool sandbox_auth_matches(
    struct sandbox_call *c, const char *kind, struct str key, struct str sealed, const struct epp_auth *given)
{
    struct str plain;
    struct error e;
    if (str_is_null(given->pw) || sandbox_unseal(c, kind, key, sealed, &plain, &e) != OK || str_is_null(plain))
        return false;
    return crypto_equal(plain, given->pw);
}

struct str sandbox_seal_auth(struct sandbox_call *c, const char *kind, struct str key, const struct epp_auth *auth)
{
    return str_empty(auth->pw) ? STR_NULL : sandbox_seal(c, kind, key, auth->pw);
}

enum status sandbox_auth_policy(struct sandbox_call *c, const struct epp_auth *auth, bool create, struct error *e)
{
    if (!str_is_null(auth->ext))
        return sandbox_refuse(c, e, EPP_NO_OPTION, "authInfo", STR_NULL, "only authInfo of kind pw is known here");
    if (str_empty(auth->pw) && (!create || c->sb->as.authinfo_empty))
        return OK;
    const char *lacks = sandbox_authinfo_lacks(&c->sb->as, auth->pw);
    if (lacks == NULL)
        return OK;
    return sandbox_refuse(c, e, EPP_POLICY, "authInfo", STR_NULL, "authInfo of %lld to %lld characters; it needs %s",
        (long long)c->sb->as.authinfo_min, (long long)c->sb->as.authinfo_max, lacks);
}

enum status sandbox_check_size(struct sandbox_call *c, const char *element, struct error *e)
{
    if (c->cmd->u.check.keys.n <= (size_t)c->sb->as.check_max)
        return OK;
    return sandbox_refuse(
        c, e, EPP_POLICY, element, STR_NULL, "at most %lld in one check", (long long)c->sb->as.check_max);
}
