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
