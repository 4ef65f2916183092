/* DS records and keys as people write them; registry/dnssec.h says what is wrong with one. */
#include "registrar/order_args.h"
#include "registry/dnssec.h"

/* All that is left, without blanks: zone files break digests and keys. */
static struct str joined(struct arena *a, struct str rest, bool upper)
{
    struct buf out;
    struct str word;
    buf_in(&out, a, ORDER_ARGS_MAX);
    while (order_args_word(&rest, &word))
        for (size_t i = 0; i < word.n; i++)
            buf_putc(&out, upper && word.p[i] >= 'a' && word.p[i] <= 'z' ? (char)(word.p[i] - 'a' + 'A') : word.p[i]);
    return buf_view(&out);
}

/* Three numbers; what stands behind them stays in *rest. */
static enum status numbers_read(struct str item, struct str *rest, int out[3], const char *form, struct error *e)
{
    for (size_t i = 0; i < 3; i++) {
        struct str word;
        int64_t v = 0;
        if (!order_args_word(rest, &word) || !str_to_i64(word, 0, 65535, &v))
            return error_set(e, INVALID, "args", "'%.*s': write %s", STR_ARG(item), form);
        out[i] = (int)v;
    }
    return OK;
}

static enum status room_check(size_t n, struct error *e)
{
    return n < REGISTRY_DS_MAX ? OK : error_set(e, INVALID, "args", "more than %d DS records or keys", REGISTRY_DS_MAX);
}

static enum status ds_read(struct arena *a, struct str item, struct registry_dnssec *out, struct error *e)
{
    struct str rest = item;
    int n[3];
    TRY(numbers_read(item, &rest, n, "a DS record as KEY-TAG ALGORITHM DIGEST-TYPE DIGEST", e));
    TRY(room_check(out->ds_n, e));
    out->ds[out->ds_n++] = (struct registry_ds){n[0], n[1], n[2], joined(a, rest, true)};
    return OK;
}

static enum status key_read(
    struct arena *a, struct str item, struct str rest, struct registry_dnssec *out, struct error *e)
{
    int n[3];
    TRY(numbers_read(item, &rest, n, "a key as key FLAGS PROTOCOL ALGORITHM KEY", e));
    TRY(room_check(out->keys_n, e));
    out->keys[out->keys_n++] = (struct registry_dnskey){n[0], n[1], n[2], joined(a, rest, false)};
    return OK;
}

static enum status life_read(struct str item, struct str rest, struct registry_dnssec *out, struct error *e)
{
    int64_t life = 0;
    if (out->max_sig_life != 0 || !str_to_i64(str_trim(rest), 1, INT32_MAX, &life))
        return error_set(e, INVALID, "args", "'%.*s': write max-sig-life SECONDS, once", STR_ARG(item));
    out->max_sig_life = (int)life;
    return OK;
}

static enum status item_read(
    struct arena *a, struct str item, struct registry_dnssec *out, bool *urgent, bool *none, struct error *e)
{
    struct str rest = item, word;
    if (!order_args_word(&rest, &word))
        return OK; /* as behind the last semicolon */
    bool alone = str_empty(str_trim(rest));
    if (str_eqz(word, "key"))
        return key_read(a, item, rest, out, e);
    if (str_eqz(word, "max-sig-life"))
        return life_read(item, rest, out, e);
    if (str_eqz(word, "urgent") && alone)
        return *urgent = true, OK;
    if (str_eqz(word, "none") && alone)
        return *none = true, OK;
    return ds_read(a, item, out, e);
}

static int by_ds(const void *x, const void *y)
{
    const struct registry_ds *a = x, *b = y;
    int c = (a->key_tag > b->key_tag) - (a->key_tag < b->key_tag);
    if (c == 0)
        c = (a->alg > b->alg) - (a->alg < b->alg);
    if (c == 0)
        c = (a->digest_type > b->digest_type) - (a->digest_type < b->digest_type);
    return c != 0 ? c : str_cmp(a->digest, b->digest);
}

static int by_key(const void *x, const void *y)
{
    return str_cmp(((const struct registry_dnskey *)x)->key, ((const struct registry_dnskey *)y)->key);
}

enum status order_args_dnssec(
    struct arena *a, struct str text, struct registry_dnssec *out, bool *urgent_r, struct error *e)
{
    struct str rest = text, item;
    bool none = false;
    *urgent_r = false;
    *out = (struct registry_dnssec){.ds_n = 0};
    while (str_take(&rest, ';', &item))
        TRY(item_read(a, str_trim(item), out, urgent_r, &none, e));
    if (none != (out->ds_n + out->keys_n == 0))
        return error_set(e, INVALID, "args",
            none ? "'none' says that there are no DS records" : "give DS records or keys, or 'none'");
    TRY(dnssec_check(out, a, e));
    qsort(out->ds, out->ds_n, sizeof(out->ds[0]), by_ds);
    qsort(out->keys, out->keys_n, sizeof(out->keys[0]), by_key);
    return OK;
}

enum status order_args_dnssec_put(struct arena *a, struct str text, struct buf *out, struct error *e)
{
    struct registry_dnssec d;
    bool urgent = false;
    TRY(order_args_dnssec(a, text, &d, &urgent, e));
    if (d.ds_n + d.keys_n == 0)
        buf_puts(out, "none");
    for (size_t i = 0; i < d.ds_n; i++)
        buf_printf(out, "%s%d %d %d %.*s", i > 0 ? "; " : "", d.ds[i].key_tag, d.ds[i].alg, d.ds[i].digest_type,
            STR_ARG(d.ds[i].digest));
    for (size_t i = 0; i < d.keys_n; i++)
        buf_printf(out, "%skey %d %d %d %.*s", i > 0 ? "; " : "", d.keys[i].flags, d.keys[i].protocol, d.keys[i].alg,
            STR_ARG(d.keys[i].key));
    if (d.max_sig_life != 0)
        buf_printf(out, "; max-sig-life %d", d.max_sig_life);
    if (urgent)
        buf_puts(out, "; urgent");
    return OK;
}

/* ---- what a domain is registered with ------------------------------------------------------------------------------ */

#define IDN_TABLE_MAX 32

static enum status idn_read(struct str rest, struct str *idn_r, struct error *e)
{
    struct str table = str_trim(rest);
    bool right = str_is_null(*idn_r) && table.n > 0 && table.n <= IDN_TABLE_MAX;
    for (size_t i = 0; i < table.n; i++)
        right = right && (ascii_is_alnum(table.p[i]) || strchr("-_.", table.p[i]) != NULL);
    if (!right)
        return error_set(e, INVALID, "args",
            "'idn %.*s': write once idn and the table, letters, digits and -_. up to %d", STR_ARG(table),
            IDN_TABLE_MAX);
    *idn_r = table;
    return OK;
}

/* The items about DNSSEC into *rest_r. */
static enum status register_split(
    struct arena *a, struct str text, struct str *rest_r, struct str *idn_r, struct error *e)
{
    struct buf out;
    struct str rest = text, item;
    buf_in(&out, a, ORDER_ARGS_MAX);
    while (str_take(&rest, ';', &item)) {
        struct str words = item, word = STR("");
        if (order_args_word(&words, &word) && str_eqz(word, "idn"))
            TRY(idn_read(words, idn_r, e));
        else if (!str_empty(str_trim(item)))
            buf_printf(&out, "%.*s;", STR_ARG(item));
    }
    if (buf_over(&out))
        return error_set(e, INVALID, "args", "more than %d bytes", ORDER_ARGS_MAX);
    *rest_r = buf_view(&out);
    return OK;
}

enum status order_args_register(
    struct arena *a, struct str text, struct registry_dnssec *dnssec, struct str *idn_r, struct error *e)
{
    struct str rest;
    bool urgent = false;
    *idn_r = STR_NULL;
    *dnssec = (struct registry_dnssec){.ds_n = 0};
    TRY(register_split(a, text, &rest, idn_r, e));
    if (str_empty(rest))
        return OK;
    TRY(order_args_dnssec(a, rest, dnssec, &urgent, e));
    if (!urgent)
        return OK;
    return error_set(e, INVALID, "args", "only a change can be urgent: leave that out of a registration");
}

enum status order_args_register_put(struct arena *a, struct str text, struct buf *out, struct error *e)
{
    struct registry_dnssec d;
    struct str idn, rest, none = STR_NULL;
    TRY(order_args_register(a, text, &d, &idn, e));
    TRY(register_split(a, text, &rest, &none, e));
    if (d.ds_n + d.keys_n > 0)
        TRY(order_args_dnssec_put(a, rest, out, e));
    if (!str_is_null(idn))
        buf_printf(out, "%sidn %.*s", out->n > 0 ? "; " : "", STR_ARG(idn));
    return OK;
}
