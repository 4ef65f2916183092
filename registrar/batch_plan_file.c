#include "registrar/batch.h"

#include "base/conf.h"
#include "base/crypto.h"

#define PLAN_BYTES_MAX ((size_t)1 << 30)
#define PLAN_VERSION 1

/* ---- writing ------------------------------------------------------------------------------------------------------- */

static void header_put(struct json_writer *j, const struct batch *b)
{
    struct contact base = b->base;
    json_open_object(j, NULL);
    json_put_int(j, "fourways_plan", PLAN_VERSION);
    json_put_str(j, "id", b->id);
    json_put_str(j, "file", b->path);
    json_put_str(j, "sha256", b->digest);
    json_put_str(j, "account", b->c->acc.name);
    json_put_str(j, "currency", str_of(b->c->acc.currency));
    json_put_str(j, "planned", time_text(b->c->arena, clock_now()));
    json_put_int(j, "years", b->years);
    json_put_int(j, "rows", (int64_t)b->n);
    json_open_object(j, "contact");
    for (size_t i = 0; i < contact_fields_n; i++) {
        struct str v = *contact_field_of(&base, &contact_fields[i]);
        json_put_str(j, contact_fields[i].key, str_is_null(v) ? STR("") : v);
    }
    json_close_object(j);
    json_close_object(j);
}

static void row_put(struct json_writer *j, size_t number, const struct batch_row *row)
{
    json_open_object(j, NULL);
    json_put_int(j, "row", (int64_t)number);
    json_put_str(j, "op", str_of(row->op->word));
    json_put_str(j, "name", row->name);
    json_put_bool(j, "possible", row->planned);
    json_put_int(j, "price_minor", row->planned ? row->price : 0);
    json_put_int(j, "expires_us", row->expires);
    if (row->fee_currency[0] != '\0') {
        json_put_int(j, "registry_fee_minor", row->fee);
        json_put_str(j, "registry_fee_currency", str_of(row->fee_currency));
    }
    if (row->premium)
        json_put_bool(j, "premium", true);
    if (!str_empty(row->code))
        json_put_str(j, "code", row->code);
    if (!str_empty(row->reason))
        json_put_str(j, "reason", row->reason);
    json_close_object(j);
}

enum status batch_plan_write(const struct batch *b, struct str path, struct error *e)
{
    struct buf out;
    struct json_writer j;
    uint8_t digest[32];
    buf_init(&out, PLAN_BYTES_MAX);
    json_begin(&j, &out);
    header_put(&j, b);
    for (size_t i = 0; i < b->n; i++) {
        buf_putc(&out, '\n');
        json_begin(&j, &out);
        row_put(&j, i + 1, &b->rows[i]);
    }
    buf_putc(&out, '\n');
    crypto_sha256(buf_view(&out), digest);
    json_begin(&j, &out);
    json_open_object(&j, NULL);
    json_put_str(&j, "end", hex_encode(b->c->arena, digest, sizeof(digest)));
    json_close_object(&j);
    buf_putc(&out, '\n');
    enum status s = buf_over(&out) ? error_set(e, INVALID, "plan-too-large", "the plan is over 1 GiB")
                                   : file_write(str_dupz(b->c->arena, path), buf_view(&out), 0600, e);
    buf_clear(&out);
    return s;
}

/* ---- reading ------------------------------------------------------------------------------------------------------- */

static struct str text_of(const struct json_val *v, const char *key)
{
    const struct json_val *m = json_get(v, key);
    return m != NULL && m->type == JSON_T_STRING ? m->str : STR("");
}

static int64_t int_of(const struct json_val *v, const char *key)
{
    const struct json_val *m = json_get(v, key);
    return m != NULL ? m->i : 0;
}

static enum status plan_bad(struct str path, const char *what, struct error *e)
{
    return error_set(e, INVALID, "plan-damaged", "%.*s is no plan, or was changed: %s", STR_ARG(path), what);
}

/* The last line is the digest of all before it; *body_r: those. */
static enum status plan_whole(struct arena *a, struct str path, struct str text, struct str *body_r, struct error *e)
{
    uint8_t digest[32];
    struct json_val *v;
    struct error why;
    size_t at = text.n > 0 && text.p[text.n - 1] == '\n' ? text.n - 1 : 0;
    while (at > 0 && text.p[at - 1] != '\n')
        at--;
    if (at == 0)
        return plan_bad(path, "it has no end", e);
    *body_r = str_n(text.p, at);
    if (json_parse(a, str_n(text.p + at, text.n - at), 4096, &v, &why) != OK)
        return plan_bad(path, "its last line is not JSON", e);
    crypto_sha256(*body_r, digest);
    if (!str_eq(text_of(v, "end"), hex_encode(a, digest, sizeof(digest))))
        return plan_bad(path, "its digest is another", e);
    return OK;
}

static enum status header_take(struct batch *b, struct str path, const struct json_val *v, struct error *e)
{
    struct arena *a = b->c->arena;
    const struct json_val *contact = json_get(v, "contact");
    if (int_of(v, "fourways_plan") != PLAN_VERSION)
        return plan_bad(path, "it does not begin as one", e);
    if (!str_eq(text_of(v, "account"), b->c->acc.name))
        return error_set(e, INVALID, "plan-account", "the plan is for account %.*s, not %.*s",
            STR_ARG(text_of(v, "account")), STR_ARG(b->c->acc.name));
    b->id = str_dup(a, text_of(v, "id"));
    b->years = int_of(v, "years");
    for (size_t i = 0; i < contact_fields_n && contact != NULL; i++)
        *contact_field_of(&b->base, &contact_fields[i]) = str_dup(a, text_of(contact, contact_fields[i].key));
    TRY(batch_file_open(b, str_dup(a, text_of(v, "file")), e));
    if (!str_eq(b->digest, text_of(v, "sha256")))
        return error_set(e, CONFLICT, "file-changed",
            "%.*s is not as it was when this was planned. Plan it anew, or bring it back", STR_ARG(b->path));
    TRY(batch_file_rows(b, e));
    if ((int64_t)b->n != int_of(v, "rows"))
        return plan_bad(path, "it has another number of rows", e);
    return OK;
}

static enum status row_take(struct batch *b, struct str path, size_t i, const struct json_val *v, struct error *e)
{
    if (i >= b->n || int_of(v, "row") != (int64_t)i + 1 || !str_eqz(text_of(v, "op"), b->rows[i].op->word))
        return plan_bad(path, arena_printf(b->c->arena, "line %zu is not of row %zu", i + 2, i + 1), e);
    struct batch_row *row = &b->rows[i];
    row->name = str_dup(b->c->arena, text_of(v, "name"));
    row->planned = int_of(v, "possible") != 0;
    row->price = int_of(v, "price_minor");
    row->expires = int_of(v, "expires_us");
    row->premium = int_of(v, "premium") != 0;
    struct str currency = text_of(v, "registry_fee_currency");
    row->fee = int_of(v, "registry_fee_minor");
    if (currency.n == 3)
        memcpy(row->fee_currency, currency.p, 3);
    row->code = str_dup(b->c->arena, text_of(v, "code"));
    row->reason = str_dup(b->c->arena, text_of(v, "reason"));
    row->result = row->planned ? ROW_WAITING : ROW_REFUSED;
    return OK;
}

static enum status lines_read(struct batch *b, struct str path, struct str body, struct error *e)
{
    struct arena a;
    struct str line;
    struct json_val *v;
    size_t i = 0;
    enum status s = OK;
    arena_init(&a, 0);
    for (; s == OK && body.n > 0 && str_take(&body, '\n', &line); i++) {
        arena_reset(&a);
        s = json_parse(&a, line, 65536, &v, e);
        if (s == OK)
            s = i == 0 ? header_take(b, path, v, e) : row_take(b, path, i - 1, v, e);
    }
    arena_clear(&a);
    TRY(s);
    return i == b->n + 1 ? OK : plan_bad(path, "rows are missing", e);
}

enum status batch_plan_read(struct batch *b, struct str path, struct error *e)
{
    struct str text, body;
    struct arena *a = b->c->arena;
    TRY(file_read(a, str_dupz(a, path), PLAN_BYTES_MAX, &text, e));
    TRY(plan_whole(a, path, text, &body, e));
    return lines_read(b, path, body, e);
}
