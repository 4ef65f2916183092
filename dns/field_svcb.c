/* The parameters of SVCB and HTTPS (RFC 9460 §2). On the wire each is u16 key, u16 length, value, in strictly rising
 * order of keys; in text `alpn="h2,h3" port=443` in any order. A known key is one row of the table below: how
 * its value is checked, read and written. Others are key667="any text". */
#include <arpa/inet.h>

#include "dns/layout.h"

enum { KEY_MANDATORY, KEY_ALPN, KEY_NO_DEFAULT_ALPN, KEY_PORT, KEY_IPV4, KEY_ECH, KEY_IPV6, KEY_DOHPATH, KEY_OHTTP };
#define KEY_HEAD 4 /* u16 key, u16 length */

struct param {
    uint16_t key;
    struct str value; /* wire */
};

struct param_kind {
    const char *name;
    bool (*good)(struct str value);
    /* text: escapes of the character-string resolved; appends the value's wire. */
    enum status (*parse)(struct field_reader *r, struct str text, struct buf *out);
    void (*write)(struct buf *out, struct str value); /* what stands behind the =; NULL: there is never a value */
};

static const struct param_kind *kind_at(uint16_t key);
static void write_key(struct buf *out, uint16_t key);
static bool key_parse(struct str text, uint16_t *key_r);

static enum status bad_param(struct field_reader *r, const char *why)
{
    return error_set(r->e, INVALID, "rdata-param", "%s", why);
}

/* ---- lists with commas (RFC 9460 appendix A.1) ---------------------------------------------------------------- */

/* Takes one item off *rest into item (emptied first): \, is a comma in it and \\ a backslash. false at the end. *more
 * says whether a comma was there, so that what follows is an item too, an empty one perhaps. */
static bool item_take(struct str *rest, bool *more, struct buf *item)
{
    size_t i = 0;

    if (!*more)
        return false;
    buf_reset(item);
    for (; i < rest->n && rest->p[i] != ','; i++) {
        if (rest->p[i] == '\\' && i + 1 < rest->n)
            i++;
        buf_putc(item, rest->p[i]);
    }
    *more = i < rest->n;
    *rest = *more ? str_n(rest->p + i + 1, rest->n - i - 1) : STR("");
    return true;
}

/* ---- alpn ------------------------------------------------------------------------------------------------------ */

/* Character-strings, at least one, none empty. */
static bool alpn_good(struct str v)
{
    size_t at = 0;

    while (at < v.n && v.p[at] != 0)
        at += (uint8_t)v.p[at] + 1u;
    return v.n > 0 && at == v.n;
}

static enum status alpn_parse(struct field_reader *r, struct str text, struct buf *out)
{
    struct buf item;
    bool more = true;

    buf_in(&item, r->arena, text.n + 1);
    while (item_take(&text, &more, &item)) {
        if (item.n == 0 || item.n > DNS_STRING_MAX)
            return bad_param(r, "a protocol has 1 to 255 bytes, and one here has not (\"h2,h3\" is a good list)");
        buf_u8(out, (uint8_t)item.n);
        buf_str(out, buf_view(&item));
    }
    return OK;
}

/* The list's escapes first, then those of the character-string around it. */
static void alpn_write(struct buf *out, struct str v)
{
    struct arena a;
    struct buf list;

    arena_init(&a, 0);
    buf_in(&list, &a, DNS_RDATA_MAX * 2);
    for (size_t at = 0; at < v.n; at += (uint8_t)v.p[at] + 1u) {
        if (at > 0)
            buf_putc(&list, ',');
        for (size_t i = at + 1; i <= at + (uint8_t)v.p[at]; i++) {
            if (v.p[i] == ',' || v.p[i] == '\\')
                buf_putc(&list, '\\');
            buf_putc(&list, v.p[i]);
        }
    }
    dns_string_write(out, buf_view(&list));
    arena_clear(&a);
}

/* ---- mandatory ---------------------------------------------------------------------------------------------------- */

/* Keys, at least one, rising, not itself. */
static bool mandatory_good(struct str v)
{
    for (size_t i = 0; i + 1 < v.n; i += 2) {
        uint16_t key = read_u16(v.p + i);

        if (key == KEY_MANDATORY || (i > 0 && read_u16(v.p + i - 2) >= key))
            return false;
    }
    return v.n > 0 && v.n % 2 == 0;
}

static void keys_sort(struct str v)
{
    char *p = (char *)v.p;

    for (size_t i = 2; i < v.n; i += 2) {
        uint16_t key = read_u16(p + i);
        size_t at = i;

        for (; at > 0 && read_u16(p + at - 2) > key; at -= 2)
            memmove(p + at, p + at - 2, 2);
        write_u16(p + at, key);
    }
}

static enum status mandatory_parse(struct field_reader *r, struct str text, struct buf *out)
{
    size_t start = out->n;
    struct buf item;
    bool more = true;
    uint16_t key;
    struct str keys;

    buf_in(&item, r->arena, text.n + 1);
    while (item_take(&text, &more, &item)) {
        if (!key_parse(buf_view(&item), &key))
            return error_set(r->e, INVALID, "rdata-param", "\"%.*s\" is not a key (such as alpn, port, key667)",
                STR_ARG(buf_view(&item)));
        if (key == KEY_MANDATORY)
            return bad_param(r, "it cannot name itself");
        buf_u16(out, key);
    }
    if (buf_over(out))
        return OK; /* the caller says so */
    keys = str_n(out->p + start, out->n - start);
    keys_sort(keys);
    return mandatory_good(keys) ? OK : bad_param(r, "a key is listed twice");
}

static void mandatory_write(struct buf *out, struct str v)
{
    for (size_t i = 0; i < v.n; i += 2) {
        if (i > 0)
            buf_putc(out, ',');
        write_key(out, read_u16(v.p + i));
    }
}

/* ---- the smaller ones --------------------------------------------------------------------------------------------- */

static bool empty_good(struct str v)
{
    return v.n == 0;
}

static enum status empty_parse(struct field_reader *r, struct str text, struct buf *out FW_UNUSED)
{
    return text.n == 0 ? OK : bad_param(r, "it has no value");
}

static bool port_good(struct str v)
{
    return v.n == 2;
}

static enum status port_parse(struct field_reader *r, struct str text, struct buf *out)
{
    uint32_t v;

    TRY(number_parse(text, UINT16_MAX, &v, r->e));
    buf_u16(out, (uint16_t)v);
    return OK;
}

static void port_write(struct buf *out, struct str v)
{
    buf_printf(out, "%u", read_u16(v.p));
}

static bool ipv4_good(struct str v)
{
    return v.n > 0 && v.n % 4 == 0;
}

static bool ipv6_good(struct str v)
{
    return v.n > 0 && v.n % 16 == 0;
}

static enum status addresses_parse(struct field_reader *r, struct str text, int family, struct buf *out)
{
    struct str item;
    uint8_t wire[16];
    bool more = true;

    while (more) {
        ptrdiff_t comma = str_find(text, ',', 0);

        more = comma >= 0;
        item = more ? str_n(text.p, (size_t)comma) : text;
        TRY(address_parse(item, family, wire, r->e));
        buf_put(out, wire, family == AF_INET ? 4 : 16);
        text = more ? str_n(text.p + comma + 1, text.n - (size_t)comma - 1) : STR("");
    }
    return OK;
}

static enum status ipv4_parse(struct field_reader *r, struct str text, struct buf *out)
{
    return addresses_parse(r, text, AF_INET, out);
}

static enum status ipv6_parse(struct field_reader *r, struct str text, struct buf *out)
{
    return addresses_parse(r, text, AF_INET6, out);
}

static void addresses_write(struct buf *out, struct str v, size_t size)
{
    for (size_t i = 0; i < v.n; i += size) {
        if (i > 0)
            buf_putc(out, ',');
        write_address(out, str_n(v.p + i, size));
    }
}

static void ipv4_write(struct buf *out, struct str v)
{
    addresses_write(out, v, 4);
}

static void ipv6_write(struct buf *out, struct str v)
{
    addresses_write(out, v, 16);
}

static bool ech_good(struct str v)
{
    return v.n > 0;
}

static enum status ech_parse(struct field_reader *r, struct str text, struct buf *out)
{
    struct base64_reader b = {0};

    if (text.n == 0 || !base64_append(&b, out, text) || !base64_whole(&b))
        return error_set(r->e, INVALID, "rdata-base64", "\"%.*s\" is not base64", STR_ARG(text));
    return OK;
}

/* A URI template in relative form with the variable "dns" (RFC 9461 §5). */
static bool dohpath_good(struct str v)
{
    bool brace = false;

    if (v.n == 0 || v.p[0] != '/' || !str_utf8_valid(v))
        return false;
    for (size_t i = 0; i + 3 <= v.n; i++) {
        bool starts = v.p[i] == '{' || v.p[i] == '?' || v.p[i] == '&' || v.p[i] == ',';

        brace = v.p[i] == '{' || (brace && v.p[i] != '}');
        if (brace && starts && i + 4 < v.n && memcmp(v.p + i + 1, "dns", 3) == 0 && memchr("},*:", v.p[i + 4], 4))
            return true;
    }
    return false;
}

static enum status dohpath_parse(struct field_reader *r, struct str text, struct buf *out)
{
    buf_str(out, text);
    return dohpath_good(text) ? OK : bad_param(r, "it is not a path with the variable dns, such as /dns-query{?dns}");
}

static const struct param_kind kinds[] = {
    [KEY_MANDATORY] = {"mandatory", mandatory_good, mandatory_parse, mandatory_write},
    [KEY_ALPN] = {"alpn", alpn_good, alpn_parse, alpn_write},
    [KEY_NO_DEFAULT_ALPN] = {"no-default-alpn", empty_good, empty_parse, NULL},
    [KEY_PORT] = {"port", port_good, port_parse, port_write},
    [KEY_IPV4] = {"ipv4hint", ipv4_good, ipv4_parse, ipv4_write},
    [KEY_ECH] = {"ech", ech_good, ech_parse, write_base64},
    [KEY_IPV6] = {"ipv6hint", ipv6_good, ipv6_parse, ipv6_write},
    [KEY_DOHPATH] = {"dohpath", dohpath_good, dohpath_parse, dns_string_write},
    [KEY_OHTTP] = {"ohttp", empty_good, empty_parse, NULL},
};

/* NULL: a key without a row. */
static const struct param_kind *kind_at(uint16_t key)
{
    return key < ARRAY_LEN(kinds) ? &kinds[key] : NULL;
}

/* ---- keys ------------------------------------------------------------------------------------------------------------ */

/* "alpn", or "key" and a number without leading zeros. */
static bool key_parse(struct str text, uint16_t *key_r)
{
    struct str prefix = STR("key"), number;
    uint64_t v;

    for (uint16_t key = 0; key < ARRAY_LEN(kinds); key++)
        if (str_eqz(text, kinds[key].name)) {
            *key_r = key;
            return true;
        }
    if (!str_starts(text, prefix))
        return false;
    number = str_n(text.p + prefix.n, text.n - prefix.n);
    if ((number.n > 1 && number.p[0] == '0') || !str_to_u64(number, UINT16_MAX, &v))
        return false;
    *key_r = (uint16_t)v;
    return true;
}

static void write_key(struct buf *out, uint16_t key)
{
    const struct param_kind *k = kind_at(key);

    if (k != NULL)
        buf_puts(out, k->name);
    else
        buf_printf(out, "key%u", key);
}

/* ---- the wire -------------------------------------------------------------------------------------------------------- */

/* Takes a parameter off *rest; false at the end, or when it is cut off (then rest is not empty). */
static bool param_take(struct str *rest, struct param *p_r)
{
    size_t n;

    if (rest->n < KEY_HEAD || (n = read_u16(rest->p + 2)) > rest->n - KEY_HEAD)
        return false;
    *p_r = (struct param){.key = read_u16(rest->p), .value = str_n(rest->p + KEY_HEAD, n)};
    *rest = str_n(rest->p + KEY_HEAD + n, rest->n - KEY_HEAD - n);
    return true;
}

static bool param_good(const struct param *p)
{
    const struct param_kind *k = kind_at(p->key);

    return k == NULL || k->good(p->value);
}

ptrdiff_t measure_svcb(const uint8_t *p, size_t n)
{
    struct str rest = str_n((const char *)p, n);
    struct param param;
    int last = -1;

    for (; param_take(&rest, &param); last = param.key)
        if (param.key <= last || !param_good(&param))
            return -1;
    return rest.n == 0 ? (ptrdiff_t)n : -1;
}

static bool params_have(struct str params, uint16_t key)
{
    struct param p;

    while (param_take(&params, &p))
        if (p.key == key)
            return true;
    return false;
}

static enum status key_missing(uint16_t key, struct error *e)
{
    const struct param_kind *k = kind_at(key);

    if (k != NULL)
        return error_set(e, INVALID, "rdata-param", "mandatory: it names %s, which is not there", k->name);
    return error_set(e, INVALID, "rdata-param", "mandatory: it names key%u, which is not there", key);
}

static enum status check_mandatory(struct str params, struct error *e)
{
    struct str rest = params;
    struct param p;

    if (!param_take(&rest, &p) || p.key != KEY_MANDATORY) /* the lowest key */
        return OK;
    for (size_t i = 0; i < p.value.n; i += 2)
        if (!params_have(params, read_u16(p.value.p + i)))
            return key_missing(read_u16(p.value.p + i), e);
    return OK;
}

enum status svcb_check(struct str params, struct error *e)
{
    if (params_have(params, KEY_NO_DEFAULT_ALPN) && !params_have(params, KEY_ALPN))
        return error_set(e, INVALID, "rdata-param", "no-default-alpn: it needs alpn beside it");
    return check_mandatory(params, e);
}

/* ---- from text --------------------------------------------------------------------------------------------------------- */

/* One parameter's tokens: key, key=value, or key= and a quoted token right behind it. *text_r: of the value, escapes
 * in place; STR_NULL without an =. */
static enum status param_tokens(struct field_reader *r, struct str *key_r, struct str *text_r)
{
    const struct dns_token *t = &r->tokens[r->at++], *next = r->at < r->n ? &r->tokens[r->at] : NULL;
    ptrdiff_t equals = str_find(t->text, '=', 0);

    if (t->quoted || t->glued)
        return error_set(r->e, INVALID, "rdata-param",
            "\"%.*s\" stands where a key must (alpn=\"h2,h3\" is a whole one)", STR_ARG(t->text));
    *key_r = equals < 0 ? t->text : str_n(t->text.p, (size_t)equals);
    *text_r = equals < 0 ? STR_NULL : str_n(t->text.p + equals + 1, t->text.n - (size_t)equals - 1);
    if (next == NULL || !next->glued || equals < 0 || text_r->n > 0)
        return OK;
    *text_r = next->text;
    r->at++;
    return OK;
}

/* k: how text becomes the value; NULL: as it is. */
static enum status value_parse(struct field_reader *r, const struct param_kind *k, struct str text, struct str *value_r)
{
    struct buf plain, value;

    buf_in(&plain, r->arena, DNS_RDATA_MAX);
    buf_in(&value, r->arena, UINT16_MAX);
    if (!str_is_null(text))
        TRY(dns_token_unescape(text, &plain, r->e));
    if (k != NULL)
        TRY(k->parse(r, buf_view(&plain), &value));
    else
        buf_str(&value, buf_view(&plain));
    if (buf_over(&plain) || buf_over(&value))
        return error_set(r->e, INVALID, "rdata-too-long", "a value has at most %d bytes", UINT16_MAX);
    *value_r = buf_view(&value);
    return OK;
}

static enum status param_parse(struct field_reader *r, struct param *p_r)
{
    struct str key, text;

    r->part = "parameters";
    TRY(param_tokens(r, &key, &text));
    if (!key_parse(key, &p_r->key))
        return error_set(r->e, INVALID, "rdata-param",
            "\"%.*s\" is not a known key (mandatory, alpn, no-default-alpn, port, ipv4hint, ech, ipv6hint, dohpath, "
            "ohttp, or key and a number)",
            STR_ARG(key));
    r->part = str_dupz(r->arena, key);
    /* key1="\\002h2" gives the wire of a known key too (RFC 9460 §2.1). */
    TRY(value_parse(r, str_starts(key, STR("key")) ? NULL : kind_at(p_r->key), text, &p_r->value));
    return param_good(p_r) ? OK : bad_param(r, "the value is malformed");
}

/* Where a key belongs among n parameters that are in order. */
static size_t place_of(const struct param *params, size_t n, uint16_t key)
{
    while (n > 0 && params[n - 1].key > key)
        n--;
    return n;
}

enum status parse_svcb(struct field_reader *r)
{
    struct param *params = ARENA_ARRAY(r->arena, r->n - r->at, struct param), p;
    size_t n = 0;

    while (r->at < r->n) {
        size_t at;

        TRY(param_parse(r, &p));
        at = place_of(params, n, p.key);
        if (at > 0 && params[at - 1].key == p.key)
            return bad_param(r, "it is given twice");
        memmove(params + at + 1, params + at, (n - at) * sizeof(*params));
        params[at] = p;
        n++;
    }
    r->part = NULL;
    for (size_t i = 0; i < n; i++) {
        buf_u16(r->out, params[i].key);
        buf_u16(r->out, (uint16_t)params[i].value.n);
        buf_str(r->out, params[i].value);
    }
    return OK;
}

/* ---- to text ----------------------------------------------------------------------------------------------------------- */

static void write_param(struct buf *out, const struct param *p)
{
    const struct param_kind *k = kind_at(p->key);
    void (*write)(struct buf * out, struct str value) = k != NULL ? k->write : dns_string_write;

    write_key(out, p->key);
    if (write == NULL || p->value.n == 0)
        return;
    buf_putc(out, '=');
    write(out, p->value);
}

void write_svcb(struct buf *out, struct str raw)
{
    struct param p;

    for (bool first = true; param_take(&raw, &p); first = false) {
        if (!first)
            buf_putc(out, ' ');
        write_param(out, &p);
    }
}
