#include "registrar/credential.h"
#include "web/handlers.h"
#include "web/page.h"

#include <errno.h>
#include <stdatomic.h>

#define LOGIN_WAIT_S 5
#define LOGINS_UNDER_WAY_MAX 4

/* The same where a login is blocked: only those that there are can be, so saying it would say which there are. */
#define WRONG                                                                                                          \
    "The login name or the password is wrong. After too many wrong passwords in a row, none is taken for a minute."

static enum status show(struct request *r, struct str name, struct str next, const char *wrong)
{
    struct html *h = &r->html;
    const struct field fields[] = {
        {.name = "name",
            .label = "Login name",
            .type = "text",
            .autocomplete = "username",
            .width = "w-half",
            .value = name},
        {.name = "password",
            .label = "Password",
            .type = "password",
            .autocomplete = "current-password",
            .width = "w-half",
            .value = STR("")},
    };
    page_begin(r, &(struct page){.title = "Sign in", .status = wrong != NULL ? 422 : 200, .has_errors = wrong != NULL});
    form_errors(r, NULL, 0, wrong);
    html_raw(h, "<h1>Sign in</h1>\n");
    if (!str_eqz(next, "/"))
        html_raw(h, "<p class=\"lead\">Please sign in; you will then be where you wanted to go.</p>\n");
    form_begin(r, STR("/login"));
    form_hidden(r, "next", next);
    form_field(r, &fields[0]);
    form_field(r, &fields[1]);
    html_raw(h, "<button type=\"submit\">Sign in</button>\n");
    form_end(r);
    return page_end(r);
}

HANDLER(page_login)
{
    (void)e;
    struct str next = next_path(request_query(r, "next"));
    return r->session.account_id != 0 ? request_redirect(r, next) : show(r, STR(""), next, NULL);
}

static enum status logins_busy(struct error *e)
{
    return error_set(
        e, UNAVAILABLE, "logins-busy", "Many people are signing in just now. Please try again in a few seconds.");
}

static enum status verify_next(
    struct request *r, struct str name, struct str password, int64_t *account_r, struct error *e)
{
    struct timespec until;
    INVARIANT(clock_gettime(CLOCK_REALTIME, &until) == 0);
    until.tv_sec += LOGIN_WAIT_S;
    while (sem_timedwait(r->web->logins, &until) != 0)
        if (errno == ETIMEDOUT)
            return logins_busy(e);
    enum status s = login_verify(r->db, r->arena, name, password, r->now, account_r, e);
    INVARIANT(sem_post(r->web->logins) == 0);
    return s;
}

/* A password's check takes much memory and time: only a few at once, a few more wait, and the rest is told so at once,
 * so that a flood of them leaves threads for everybody else. */
static enum status verify(struct request *r, struct str name, struct str password, int64_t *account_r, struct error *e)
{
    static atomic_int under_way;
    bool room = atomic_fetch_add(&under_way, 1) < LOGINS_UNDER_WAY_MAX;
    enum status s = room ? verify_next(r, name, password, account_r, e) : logins_busy(e);
    atomic_fetch_sub(&under_way, 1);
    return s;
}

HANDLER(page_login_post)
{
    int64_t account_id = 0;
    struct session fresh;
    struct str name = request_form(r, "name"), next = next_path(request_form(r, "next"));
    struct str password = http_form(r->http, "password");
    enum status s = verify(r, name, str_is_null(password) ? STR("") : password, &account_id, e);
    if (s == DENIED) {
        error_clear(e);
        return show(r, name.n <= 64 ? name : STR(""), next, WRONG);
    }
    TRY(s);
    if (r->session.account_id != 0)
        TRY(session_end(r->db, r->arena, &r->session, e));
    TRY(session_create(r->db, r->arena, account_id, name, &r->web->session, r->now, &fresh, e));
    TRY(account_find_id(r->db, r->arena, account_id, &r->acc, e));
    cookie_set(r, COOKIE_SESSION, fresh.token);
    cookie_set(r, COOKIE_FORM, STR_NULL);
    return request_redirect(r, next);
}

HANDLER(page_logout_post)
{
    if (r->session.account_id != 0)
        TRY(session_end(r->db, r->arena, &r->session, e));
    cookie_set(r, COOKIE_SESSION, STR_NULL);
    return request_redirect(r, STR("/"));
}
