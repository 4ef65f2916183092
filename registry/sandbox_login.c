#include "registry/sandbox_login.h"

static unsigned object_bit(struct str uri)
{
    if (str_eqz(uri, EPP_DOMAIN_NS))
        return 1u << EPP_DOMAIN;
    if (str_eqz(uri, EPP_CONTACT_NS))
        return 1u << EPP_CONTACT;
    return str_eqz(uri, EPP_HOST_NS) ? 1u << EPP_HOST : 0;
}

const char *const *sandbox_extensions(size_t *n_r)
{
    static const char *const uris[] = {EPP_RGP_NS};
    *n_r = ARRAY_LEN(uris);
    return uris;
}

static bool extension_known(struct str uri)
{
    size_t n;
    const char *const *uris = sandbox_extensions(&n);
    for (size_t i = 0; i < n; i++) {
        if (str_eqz(uri, uris[i]))
            return true;
    }
    return false;
}

/* What the client asks for must be in our greeting. */
static enum status services_check(struct sandbox_call *c, unsigned *objects_r, bool *rgp_r, struct error *e)
{
    const struct epp_login *in = &c->cmd->u.login;
    if (!str_is_null(in->version) && !str_eqz(in->version, "1.0"))
        return sandbox_refuse(c, e, EPP_NO_VERSION, "version", in->version, "this server speaks version 1.0");
    if (!str_is_null(in->lang) && !str_eqz(in->lang, "en"))
        return sandbox_refuse(c, e, EPP_NO_OPTION, "lang", in->lang, "this server speaks en");
    *objects_r = 0;
    *rgp_r = false;
    for (size_t i = 0; i < in->objects.n; i++) {
        unsigned bit = object_bit(in->objects.v[i]);
        if (bit == 0)
            return sandbox_refuse(
                c, e, EPP_NO_SERVICE, "objURI", in->objects.v[i], "the greeting does not offer this object");
        *objects_r |= bit;
    }
    for (size_t i = 0; i < in->extensions.n; i++) {
        if (!extension_known(in->extensions.v[i]))
            return sandbox_refuse(
                c, e, EPP_NO_EXTENSION, "extURI", in->extensions.v[i], "the greeting does not offer this extension");
        *rgp_r = *rgp_r || str_eqz(in->extensions.v[i], EPP_RGP_NS);
    }
    return OK;
}

/* One text for all that can be wrong, so that it tells nobody which registrars exist. */
static enum status login_refuse(struct sandbox_call *c, struct error *e)
{
    bool last = c->session->login_failures + 1 >= (unsigned)c->sb->s->login_tries;
    c->login_failed = true;
    return sandbox_refuse(c, e, last ? EPP_AUTHENTICATION_CLOSING : EPP_AUTHENTICATION, NULL, STR_NULL,
        "client id, password and certificate do not belong together");
}

static enum status new_password(struct sandbox_call *c, struct error *e)
{
    const struct epp_login *in = &c->cmd->u.login;
    if (str_is_null(in->new_pw))
        return OK;
    if (str_eq(in->new_pw, in->pw))
        return sandbox_refuse(c, e, EPP_POLICY, "newPW", STR_NULL, "the new password must be another one");
    return sandbox_registrar_password(c->db, in->clid, password_hash(c->arena, in->new_pw), e);
}

enum status sandbox_login(struct sandbox_call *c, struct error *e)
{
    const struct epp_login *in = &c->cmd->u.login;
    struct str hash, fingerprint;
    unsigned objects = 0;
    bool rgp = false;
    if (!str_is_null(c->who))
        return sandbox_refuse(c, e, EPP_USE, NULL, STR_NULL, "this session is logged in already");
    TRY(services_check(c, &objects, &rgp, e));
    enum status s = sandbox_registrar_find(c->db, c->arena, in->clid, &hash, &fingerprint, e);
    if (s == NOT_FOUND)
        return login_refuse(c, e);
    if (s != OK)
        return s;
    if (!str_eqz(fingerprint, c->session->fingerprint) || !password_verify(hash, in->pw))
        return login_refuse(c, e);
    TRY(new_password(c, e));
    if (!sandbox_session_enter(c->session, in->clid))
        return sandbox_refuse(c, e, EPP_SESSION_LIMIT_CLOSING, NULL, STR_NULL, "at most %lld sessions for a registrar",
            (long long)c->sb->s->max_sessions_each);
    c->log_in = true;
    c->session->objects = objects;
    c->session->rgp = rgp;
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_logout(struct sandbox_call *c, struct error *e)
{
    (void)e;
    sandbox_reply(c, EPP_BYE, EPP_NO_DATA);
    return OK;
}
