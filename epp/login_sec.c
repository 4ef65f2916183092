#include "epp/login_sec.h"

#include "epp/shape.h"

#define PW_MAX 16 /* of <pw> in a login (RFC 5730) */

static const struct epp_field agent_fields[] = {
    EPP_TEXT("app", EPP_AT(epp_login_sec, agent.app), EPP_T_TOKEN, 0),
    EPP_TEXT("tech", EPP_AT(epp_login_sec, agent.tech), EPP_T_TOKEN, 0),
    EPP_TEXT("os", EPP_AT(epp_login_sec, agent.os), EPP_T_TOKEN, 0),
};
static const struct epp_shape agent_shape = EPP_SOME(struct epp_login_sec, agent_fields);
static const struct epp_field login_fields[] = {
    EPP_PART("userAgent", 0, &agent_shape, 0),
    EPP_TEXT("pw", EPP_AT(epp_login_sec, pw), EPP_T_LONG_PW, 0),
    EPP_TEXT("newPW", EPP_AT(epp_login_sec, new_pw), EPP_T_LONG_PW, 0),
};
static const struct epp_shape login_shape = EPP_SHAPE(struct epp_login_sec, login_fields);

static const char *const types[] = {
    "password", "certificate", "cipher", "tlsProtocol", "newPW", "stat", "custom", NULL};
static const char *const levels[] = {"warning", "error", NULL};
static const struct epp_field event_fields[] = {
    EPP_ATTR_WORD("type", EPP_AT(epp_login_event, type), types, 1),
    EPP_ATTR("name", EPP_AT(epp_login_event, name), EPP_T_TOKEN, 0),
    EPP_ATTR_WORD("level", EPP_AT(epp_login_event, level), levels, 1),
    EPP_ATTR_TIME("exDate", EPP_AT(epp_login_event, ex_date)),
    EPP_ATTR("value", EPP_AT(epp_login_event, value), EPP_T_TOKEN, 0),
    EPP_ATTR("duration", EPP_AT(epp_login_event, duration), EPP_T_DURATION, 0),
    EPP_ATTR("lang", EPP_AT(epp_login_event, lang), EPP_T_LANG, 0),
    EPP_OWN(EPP_AT(epp_login_event, text), EPP_T_TEXT, 0),
};
static const struct epp_shape event_shape = EPP_SHAPE(struct epp_login_event, event_fields);
static const struct epp_field data_fields[] = {
    EPP_PARTS("event", EPP_AT(epp_login_sec_data, events), &event_shape, 1, EPP_MANY)};
static const struct epp_shape data_shape = EPP_SHAPE(struct epp_login_sec_data, data_fields);

const struct epp_ext_element epp_login_sec = {.ns = EPP_LOGIN_SEC_NS,
    .prefix = "loginSec",
    .name = "loginSec",
    .shape = &login_shape,
    .commands = EPP_WITH(EPP_LOGIN)};
const struct epp_ext_element epp_login_sec_data = {
    .ns = EPP_LOGIN_SEC_NS, .prefix = "loginSec", .name = "loginSecData", .shape = &data_shape, .response = true};
static const struct epp_ext_element *const elements[] = {&epp_login_sec, &epp_login_sec_data};
const struct epp_extension epp_login_sec_extension = EPP_EXTENSION(EPP_LOGIN_SEC_NS, elements);

static size_t characters(struct str v)
{
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++)
        n += ((unsigned char)v.p[i] & 0xc0) != 0x80;
    return n;
}

/* One that says of itself to be elsewhere must be elsewhere, too. */
static void place(struct str pw, struct str *own, struct str *longer)
{
    bool fits = characters(pw) <= PW_MAX && !str_eqz(pw, EPP_LOGIN_SEC_PW);
    *own = pw.p == NULL || fits ? pw : STR(EPP_LOGIN_SEC_PW);
    *longer = pw.p == NULL || fits ? STR_NULL : pw;
}

void epp_login_sec_passwords(struct epp_login *login, struct epp_login_sec *sec, struct str pw, struct str new_pw)
{
    place(pw, &login->pw, &sec->pw);
    place(new_pw, &login->new_pw, &sec->new_pw);
}

static bool resolve(struct str own, struct str longer, struct str *pw_r)
{
    bool elsewhere = str_eqz(own, EPP_LOGIN_SEC_PW);
    *pw_r = elsewhere ? longer : own;
    return elsewhere ? longer.p != NULL : longer.p == NULL;
}

bool epp_login_sec_resolve(
    const struct epp_login *login, const struct epp_login_sec *sec, struct str *pw_r, struct str *new_pw_r)
{
    static const struct epp_login_sec none = {.pw = {NULL, 0}};
    if (sec == NULL)
        sec = &none;
    bool pw = resolve(login->pw, sec->pw, pw_r), new_pw = resolve(login->new_pw, sec->new_pw, new_pw_r);
    return pw && new_pw;
}

static void part(struct buf *out, const char *before, struct str v)
{
    if (v.n > 0)
        buf_printf(out, "%s%.*s", before, STR_ARG(v));
}

struct str epp_login_sec_text(struct arena *a, const struct epp_login_sec_data *data)
{
    struct buf out;
    buf_in(&out, a, 1 << 20);
    for (size_t i = 0; i < data->events.n; i++) {
        const struct epp_login_event *v = &data->events.v[i];
        buf_printf(&out, "%s%.*s: %.*s", i > 0 ? "; " : "", STR_ARG(v->level), STR_ARG(v->type));
        part(&out, " ", v->name);
        part(&out, " ", v->value);
        part(&out, " in ", v->duration);
        if (v->ex_date != 0)
            part(&out, " until ", time_text(a, v->ex_date));
        part(&out, ": ", v->text);
    }
    return buf_view(&out);
}
