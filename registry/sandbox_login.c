#include "registry/sandbox_login.h"

#include "epp/login_sec.h"

#define SB_EVENTS_MAX 3 /* of an answer to a login */
#define SB_DAY_US (86400 * US_PER_S)

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

/* A login on its way. */
struct entry {
    const struct epp_login *in;
    struct sandbox_services services;
    struct str pw, new_pw;
    struct sandbox_registrar row;
    struct sandbox_login_failures failures;
    struct epp_login_event events[SB_EVENTS_MAX];
    size_t events_n;
};

static struct epp_login_event *event_add(struct entry *y, const char *type, const char *level)
{
    INVARIANT(y->events_n < SB_EVENTS_MAX);
    struct epp_login_event *v = &y->events[y->events_n++];
    *v = (struct epp_login_event){.type = str_of(type), .level = str_of(level)};
    return v;
}

/* Into the answer, good or bad, where the login asked for the extension. */
static void events_tell(struct sandbox_call *c, const struct entry *y)
{
    if (y->events_n == 0 || !sandbox_services_have(y->services, STR(EPP_LOGIN_SEC_NS)))
        return;
    struct epp_login_sec_data *out = ARENA_NEW(c->arena, struct epp_login_sec_data);
    out->events = (struct epp_login_events){ARENA_ARRAY(c->arena, y->events_n, struct epp_login_event), y->events_n};
    memcpy(out->events.v, y->events, y->events_n * sizeof(y->events[0]));
    epp_ext_add(c->arena, &c->rsp->ext, &epp_login_sec_data, out);
}

/* One code and one text for all that can be wrong, so that they tell nobody which registrars exist. */
static enum status login_refuse(struct sandbox_call *c, bool locked, struct error *e)
{
    bool last = locked || c->session->login_failures + 1 >= (unsigned)c->sb->s->login_tries;
    c->login_failed = true;
    return sandbox_refuse(c, e, last ? EPP_AUTHENTICATION_CLOSING : EPP_AUTHENTICATION, NULL, STR_NULL,
        "client id, password and certificate do not belong together, or too many logins failed");
}

static enum status passwords_read(struct sandbox_call *c, struct entry *y, struct error *e)
{
    const struct epp_login_sec *sec = epp_ext_find(&c->cmd->ext, &epp_login_sec);
    if (sec != NULL && !sandbox_services_have(y->services, STR(EPP_LOGIN_SEC_NS)))
        return sandbox_refuse(
            c, e, EPP_NO_EXTENSION, NULL, STR(EPP_LOGIN_SEC_NS), "the login does not name this extension");
    if (epp_login_sec_resolve(y->in, sec, &y->pw, &y->new_pw))
        return OK;
    return sandbox_refuse(c, e, EPP_SYNTAX, "pw", STR_NULL, "the password is said to be in an extension without it");
}

/* An id that nobody has costs the same work as any other, on the password of whoever comes first. */
static enum status identity_check(struct sandbox_call *c, struct entry *y, struct error *e)
{
    struct str clid = y->in->clid;
    TRY(sandbox_login_failures(c->db, c->arena, clid, &y->failures, e));
    enum status s = sandbox_registrar_find(c->db, c->arena, clid, &y->row, e);
    bool known = s == OK;
    if (s == NOT_FOUND)
        s = sandbox_registrar_any(c->db, c->arena, &y->row, e);
    if (s != OK && s != NOT_FOUND)
        return s;
    if (c->now < y->failures.locked_until)
        return login_refuse(c, true, e);
    /* What was verified before is quick: only for whoever has id and certificate, so that the time tells nobody else that
     * a password is right. */
    bool holder = known && str_eqz(y->row.fingerprint, c->session->fingerprint);
    bool password = holder ? sandbox_password_verify(&c->sb->passwords, c->arena, y->row.password_hash, y->pw)
                           : password_verify(y->row.password_hash, y->pw);
    return holder && password ? OK : login_refuse(c, false, e);
}

/* One that has ended lets in only to set another. */
static enum status password_age(struct sandbox_call *c, struct entry *y, struct error *e)
{
    const struct sandbox_personality *as = &c->sb->as;
    time_us ends = y->row.password_set + as->password_days * SB_DAY_US;
    if (as->password_days == 0 || !str_is_null(y->new_pw) || c->now < ends - as->password_warn_days * SB_DAY_US)
        return OK;
    bool ended = c->now >= ends;
    struct epp_login_event *v = event_add(y, "password", ended ? "error" : "warning");
    v->ex_date = ends;
    v->text = ended ? STR("the password has ended: log in with a new one") : STR("the password ends soon");
    if (!ended)
        return OK;
    (void)sandbox_refuse(
        c, e, EPP_AUTHENTICATION, "pw", STR_NULL, "the password ended on %.*s", STR_ARG(time_text(c->arena, ends)));
    events_tell(c, y);
    return INVALID;
}

static enum status new_password(struct sandbox_call *c, struct entry *y, struct error *e)
{
    if (str_is_null(y->new_pw))
        return OK;
    const char *lacks = sandbox_password_lacks(&c->sb->as, y->new_pw);
    if (str_eq(y->new_pw, y->pw))
        lacks = "to be another one";
    if (lacks == NULL)
        return sandbox_registrar_password(c->db, y->in->clid, password_hash(c->arena, y->new_pw), c->now, e);
    event_add(y, "newPW", "error")->text = str_printf(c->arena, "the new password needs %s", lacks);
    (void)sandbox_refuse(c, e, EPP_POLICY, "newPW", STR_NULL, "the new password needs %s", lacks);
    events_tell(c, y);
    return INVALID;
}

/* What the last successful login could not know. */
static enum status failures_tell(struct sandbox_call *c, struct entry *y, struct error *e)
{
    if (y->failures.n == 0)
        return OK;
    struct epp_login_event *v = event_add(y, "stat", "warning");
    v->name = STR("failedLogins");
    v->value = str_printf(c->arena, "%lld", (long long)y->failures.n);
    v->duration = STR("P1D");
    v->text = STR("logins that failed since the last one that did not");
    return sandbox_login_entered(c->db, y->in->clid, e);
}

enum status sandbox_login(struct sandbox_call *c, struct error *e)
{
    struct entry y = {.in = &c->cmd->u.login};
    if (!str_is_null(c->who))
        return sandbox_refuse(c, e, EPP_USE, NULL, STR_NULL, "this session is logged in already");
    TRY(services_check(c, &y.services, e));
    TRY(passwords_read(c, &y, e));
    TRY(identity_check(c, &y, e));
    TRY(password_age(c, &y, e));
    TRY(new_password(c, &y, e));
    TRY(failures_tell(c, &y, e));
    if (!sandbox_session_enter(c->session, y.in->clid))
        return sandbox_refuse(c, e, EPP_SESSION_LIMIT_CLOSING, NULL, STR_NULL, "at most %lld sessions for a registrar",
            (long long)sandbox_session_limits(c->sb).sessions);
    c->log_in = true;
    c->session->services = y.services;
    sandbox_reply(c, EPP_DONE, EPP_NO_DATA);
    events_tell(c, &y);
    return OK;
}

enum status sandbox_logout(struct sandbox_call *c, struct error *e)
{
    (void)e;
    sandbox_reply(c, EPP_BYE, EPP_NO_DATA);
    return OK;
}
