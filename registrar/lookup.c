#include "registrar/lookup.h"
#include "registrar/contact.h"
#include "registrar/lookup_row.h"
#include "registrar/sealing.h"

static struct str text_of(const struct json_val *v, const char *key)
{
    const struct json_val *m = json_get(v, key);
    return m != NULL && m->type == JSON_T_STRING ? m->str : STR_NULL;
}

static int64_t int_of(const struct json_val *v, const char *key)
{
    const struct json_val *m = json_get(v, key);
    return m != NULL ? m->i : 0;
}

static void texts_of(struct arena *a, const struct json_val *v, const char *key, struct str **list_r, size_t *n_r)
{
    const struct json_val *m = json_get(v, key);
    *n_r = 0;
    if (m == NULL || m->type != JSON_T_ARRAY)
        return;
    *list_r = ARENA_ARRAY(a, m->n, struct str);
    for (const struct json_val *i = m->first; i != NULL; i = i->next)
        (*list_r)[(*n_r)++] = i->str;
}

enum status lookup_check(const struct desk *d, struct db *db, struct arena *a, struct str name, int timeout_ms,
    struct lookup_check *c_r, struct error *e)
{
    struct json_val *v;
    TRY(lookup_ask(d, db, a, "check", name, timeout_ms, &v, &c_r->name, e));
    c_r->available = int_of(v, "available") != 0;
    c_r->reason = text_of(v, "reason");
    return OK;
}

static enum status checks_read(
    const struct json_val *v, const struct str *names, size_t n, struct lookup_check *out, struct error *e)
{
    const struct json_val *list = json_get(v, "checks");
    if (list == NULL || list->type != JSON_T_ARRAY || list->n != n)
        return error_set(e, INTERNAL, "lookup-answer", "an answer about %zu names does not hold so many", n);
    size_t i = 0;
    for (const struct json_val *one = list->first; one != NULL; one = one->next, i++)
        out[i] = (struct lookup_check){.name = names[i],
            .available = int_of(one, "available") != 0,
            .reason = text_of(one, "reason"),
            .fee = int_of(one, "fee"),
            .currency = text_of(one, "currency"),
            .premium = int_of(one, "premium") != 0,
            .binding = int_of(one, "binding") != 0};
    return OK;
}

/* "create:2" and the names, apart by blanks; without a command: the names. */
static enum status names_ask(const struct desk *d, struct db *db, struct arena *a, struct lookup_row *row,
    const char *first, const struct str *names, size_t n, int timeout_ms, struct json_val **v_r, struct error *e)
{
    struct buf joined;
    INVARIANT(n > 0 && n <= LOOKUP_CHECKS_MAX);
    buf_in(&joined, a, (LOOKUP_CHECKS_MAX + 1) * 256);
    buf_puts(&joined, first);
    for (size_t i = 0; i < n; i++)
        buf_printf(&joined, "%s%.*s", joined.n > 0 ? " " : "", STR_ARG(names[i]));
    INVARIANT(!buf_over(&joined));
    row->name = names[0];
    row->names = buf_view(&joined);
    return lookup_put(d, db, a, row, timeout_ms, v_r, e);
}

enum status lookup_checks(const struct desk *d, struct db *db, struct arena *a, const struct str *names, size_t n,
    int timeout_ms, struct lookup_check *out, struct error *e)
{
    struct json_val *v;
    struct lookup_row row = {.kind = STR("checks")};
    TRY(names_ask(d, db, a, &row, "", names, n, timeout_ms, &v, e));
    return checks_read(v, names, n, out, e);
}

enum status lookup_quotes(const struct desk *d, struct db *db, struct arena *a, const struct str *names, size_t n,
    const struct lookup_price *price, int timeout_ms, struct lookup_check *out, struct error *e)
{
    struct json_val *v;
    struct lookup_row row = {.kind = STR("quotes")};
    const char *first = arena_printf(a, "%s:%d", price->command, price->years);
    if (!str_is_null(price->token))
        TRY(sealing_seal(db, a, SEALED_TOKEN, names[0], price->token, &row.secret, e));
    TRY(names_ask(d, db, a, &row, first, names, n, timeout_ms, &v, e));
    return checks_read(v, names, n, out, e);
}

enum status lookup_info(const struct desk *d, struct db *db, struct arena *a, struct str name, int timeout_ms,
    struct lookup_info *i_r, struct error *e)
{
    struct json_val *v;
    TRY(lookup_ask(d, db, a, "info", name, timeout_ms, &v, &i_r->name, e));
    i_r->roid = text_of(v, "roid");
    i_r->sponsor = text_of(v, "sponsor");
    i_r->registrant = text_of(v, "registrant");
    i_r->created = int_of(v, "created");
    i_r->expires = int_of(v, "expires");
    texts_of(a, v, "ns", &i_r->ns, &i_r->ns_n);
    texts_of(a, v, "statuses", &i_r->statuses, &i_r->statuses_n);
    return OK;
}

enum status lookup_contact_transfer(const struct desk *d, struct db *db, struct arena *a, struct str registry,
    struct str id, int timeout_ms, struct lookup_transfer *t_r, struct error *e)
{
    struct json_val *v;
    const struct lookup_row row = {.kind = STR("contact-transfer"), .name = id, .names = registry};
    TRY(contact_id_check(id, e));
    TRY(lookup_put(d, db, a, &row, timeout_ms, &v, e));
    *t_r = (struct lookup_transfer){
        .status = text_of(v, "status"),
        .reid = text_of(v, "reid"),
        .acid = text_of(v, "acid"),
        .requested = int_of(v, "requested"),
        .acts_by = int_of(v, "acts_by"),
    };
    return OK;
}
