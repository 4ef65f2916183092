#include "registry/sandbox_login.h"

/* What the client asks for must be in our greeting; some registries want all of it asked for. */
static enum status services_check(struct sandbox_call *c, struct sandbox_services *s, struct error *e)
{
    const struct epp_login *in = &c->cmd->u.login;
    struct sandbox_services offered = c->sb->offered;
    *s = (struct sandbox_services){0};
    if (!str_is_null(in->version) && !str_eqz(in->version, "1.0"))
        return sandbox_refuse(c, e, EPP_NO_VERSION, "version", in->version, "this server speaks version 1.0");
    if (!str_is_null(in->lang) && !str_eqz(in->lang, "en"))
        return sandbox_refuse(c, e, EPP_NO_OPTION, "lang", in->lang, "this server speaks en");
    for (size_t i = 0; i < in->objects.n; i++) {
        if (!sandbox_services_object(offered, in->objects.v[i], s))
            return sandbox_refuse(
                c, e, EPP_NO_SERVICE, "objURI", in->objects.v[i], "the greeting does not offer this object");
    }
    for (size_t i = 0; i < in->extensions.n; i++) {
        if (!sandbox_services_extension(offered, in->extensions.v[i], s))
            return sandbox_refuse(
                c, e, EPP_NO_EXTENSION, "extURI", in->extensions.v[i], "the greeting does not offer this extension");
    }
    if (c->sb->as.login_all_services && s->objects != offered.objects)
        return sandbox_refuse(
            c, e, EPP_NO_SERVICE, "svcs", STR_NULL, "a login names every object service of the greeting here");
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
    struct sandbox_services services;
    if (!str_is_null(c->who))
        return sandbox_refuse(c, e, EPP_USE, NULL, STR_NULL, "this session is logged in already");
    TRY(services_check(c, &services, e));
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
            (long long)sandbox_session_limits(c->sb).sessions);
    c->log_in = true;
    c->session->services = services;
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    return OK;
}

enum status sandbox_logout(struct sandbox_call *c, struct error *e)
{
    (void)e;
    sandbox_reply(c, EPP_BYE, EPP_NO_DATA);
    return OK;
}
