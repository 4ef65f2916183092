/* Answers questions of those who hold no registry credentials. One row a kind. */
#include "registrar/lookup.h"
#include "registrar/lookup_row.h"
#include "registrar/sealing.h"
#include "registrar/worker.h"

#include "base/log.h"
#include "registry/fit.h"

static enum status answer_check(
    const struct registry_work *w, const struct lookup_row *row, struct json_writer *j, struct error *e)
{
    struct str name = row->name;
    struct registry_avail avail = {0};
    TRY(registry_domain_check(w, &name, 1, &avail, e));
    json_put_bool(j, "available", avail.available);
    json_put_str(j, "reason", avail.reason);
    return OK;
}

#define REASON_MAX 120 /* bytes shown of one of many */

static enum status answer_checks(
    const struct registry_work *w, const struct lookup_row *row, struct json_writer *j, struct error *e)
{
    struct str names[LOOKUP_CHECKS_MAX], rest = row->names;
    struct registry_avail avail[LOOKUP_CHECKS_MAX] = {{.available = false}};
    size_t n = 0;
    while (n < LOOKUP_CHECKS_MAX && str_take(&rest, ' ', &names[n]))
        n++;
    TRY(registry_domain_check(w, names, n, avail, e));
    json_open_array(j, "checks");
    for (size_t i = 0; i < n; i++) {
        json_open_object(j, NULL);
        json_put_bool(j, "available", avail[i].available);
        json_put_str(j, "reason", str_cut(avail[i].reason, REASON_MAX));
        json_close_object(j);
    }
    json_close_array(j);
    return OK;
}

static void quotes_put(const struct registry_work *w, const struct registry_avail *avail,
    const struct registry_quote *quote, size_t n, struct json_writer *j)
{
    json_open_array(j, "checks");
    for (size_t i = 0; i < n; i++) {
        json_open_object(j, NULL);
        json_put_bool(j, "available", avail[i].available);
        json_put_str(j, "reason", str_cut(avail[i].reason, REASON_MAX));
        if (!str_empty(quote[i].fee.currency)) {
            json_put_int(j, "fee", quote[i].fee.amount);
            json_put_str(j, "currency", quote[i].fee.currency);
            json_put_bool(j, "binding", w->registry->profile->fee_need != PROFILE_FEE_NEVER);
        }
        json_put_bool(j, "premium", quote[i].premium);
        json_close_object(j);
    }
    json_close_array(j);
}

static enum status answer_quotes(
    const struct registry_work *w, const struct lookup_row *row, struct json_writer *j, struct error *e)
{
    struct str names[LOOKUP_CHECKS_MAX], rest = row->names, first, command;
    struct registry_avail avail[LOOKUP_CHECKS_MAX] = {{.available = false}};
    struct registry_quote quote[LOOKUP_CHECKS_MAX];
    uint64_t years = 0;
    size_t n = 0;
    if (!str_take(&rest, ' ', &first) || !str_take(&first, ':', &command) || !str_to_u64(first, 100, &years))
        return error_set(e, INTERNAL, "lookup-names", "a question about prices that names no command");
    while (n < LOOKUP_CHECKS_MAX && str_take(&rest, ' ', &names[n]))
        n++;
    TRY(registry_domain_quotes(w, names, n, str_dupz(w->arena, command), (int)years, avail, quote, e));
    quotes_put(w, avail, quote, n, j);
    return OK;
}

static enum status answer_info(
    const struct registry_work *w, const struct lookup_row *row, struct json_writer *j, struct error *e)
{
    struct str name = row->name;
    struct registry_domain d = {0};
    enum status s = registry_domain_info(w, name, STR_NULL, &d, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "not-registered", "%.*s is not registered", STR_ARG(name));
    TRY(s);
    json_put_str(j, "roid", d.roid);
    json_put_str(j, "sponsor", d.clid);
    json_put_str(j, "registrant", d.registrant);
    json_put_int(j, "created", d.created);
    json_put_int(j, "expires", d.expires);
    json_open_array(j, "ns");
    for (size_t i = 0; i < d.hosts_n; i++)
        json_put_str(j, NULL, d.hosts[i].name);
    json_close_array(j);
    json_open_array(j, "statuses");
    for (size_t i = 0; i < d.statuses_n; i++)
        json_put_str(j, NULL, d.statuses[i]);
    json_close_array(j);
    return OK;
}

static enum status answer_contact_transfer(
    const struct registry_work *w, const struct lookup_row *row, struct json_writer *j, struct error *e)
{
    struct registry_transfer_info t = {0};
    enum status s = registry_contact_transfer_query(w, row->name, STR_NULL, &t, e);
    if (s == NOT_FOUND)
        return error_set(e, NOT_FOUND, "no-contact", "the registry has no contact %.*s", STR_ARG(row->name));
    if (s == CONFLICT)
        return error_set(e, NOT_FOUND, "no-transfer", "the contact %.*s was never transferred", STR_ARG(row->name));
    TRY(s);
    json_put_str(j, "status", t.status);
    json_put_str(j, "reid", t.reid);
    json_put_str(j, "acid", t.acid);
    json_put_int(j, "requested", t.requested);
    json_put_int(j, "acts_by", t.acts_by);
    return OK;
}

static const struct {
    const char *kind;
    enum status (*answer)(
        const struct registry_work *w, const struct lookup_row *row, struct json_writer *j, struct error *e);
} kinds[] = {
    {"check", answer_check},
    {"checks", answer_checks},
    {"quotes", answer_quotes},
    {"info", answer_info},
    {"contact-transfer", answer_contact_transfer},
};

static enum status lookup_answer(const struct registrar *us, struct db *db, struct arena *a,
    const struct lookup_row *row, time_us now, struct buf *out, struct error *e)
{
    bool contact = str_eqz(row->kind, "contact-transfer"); /* its id does not say where it is */
    struct registry *reg =
        contact ? registries_named(&us->registries, row->names) : registries_serving(&us->registries, row->name);
    if (now - row->created > LOOKUP_STALE_US)
        return error_set(e, UNAVAILABLE, "lookup-stale", "nobody waits for this any more");
    if (reg == NULL)
        return error_set(
            e, INVALID, "tld-not-served", "no registry that we are connected to serves %.*s", STR_ARG(row->name));
    struct registry_work w = {.registry = reg, .db = db, .arena = a, .now = now, .timeout_ms = us->epp_timeout_ms};
    struct json_writer j;
    if (!str_is_null(row->secret)) {
        TRY(sealing_open(a, &us->sealing, SEALED_TOKEN, row->name, row->secret, &w.token, e));
        TRY(token_fit(reg->profile, w.token, row->name, e));
    }
    json_begin(&j, out);
    json_open_object(&j, NULL);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_eqz(row->kind, kinds[i].kind)) {
            TRY(kinds[i].answer(&w, row, &j, e));
            json_close_object(&j);
            if (buf_over(out))
                return error_set(e, INTERNAL, "lookup-answer", "the registry's answer about %.*s is over %zu bytes",
                    STR_ARG(row->name), LOOKUP_ANSWER_MAX);
            return OK;
        }
    return error_set(e, INTERNAL, "lookup-kind", "unknown kind of lookup '%.*s'", STR_ARG(row->kind));
}

enum status lookup_serve(const struct registrar *us, struct db *db, time_us now, bool *did_r, struct error *e)
{
    struct arena a;
    struct buf out;
    struct lookup_row row;
    struct error why;
    arena_init(&a, 0);
    buf_in(&out, &a, LOOKUP_ANSWER_MAX);
    *did_r = false;
    enum status s = lookup_take(db, &a, (int64_t)(crypto_random_u64() >> 1) | 1, &row, e);
    if (s == OK) {
        *did_r = true;
        s = lookup_answer(us, db, &a, &row, now, &out, &why);
        if (s == OK) {
            s = lookup_done(db, row.id, buf_view(&out), e);
        } else {
            log_event(s == NOT_FOUND || s == INVALID ? LOG_INFO : LOG_WARN, "lookup", str_dupz(&a, row.name),
                "%.*s code=%s: %s", STR_ARG(row.kind), why.code, why.text);
            s = lookup_failed(db, row.id, &why, e);
        }
    } else if (s == NOT_FOUND) {
        s = OK;
    }
    arena_clear(&a);
    return s;
}
