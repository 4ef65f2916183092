#include "dns/layout.h"

/* "\# 4 c0000201" (RFC 3597 §5), any type. */
static enum status parse_generic(const struct dns_token *tokens, size_t n, struct buf *out, struct error *e)
{
    uint64_t want;
    int odd = -1;

    if (n < 2 || !str_to_u64(tokens[1].text, DNS_RDATA_MAX, &want))
        return error_set(
            e, INVALID, "rdata-number", "\\# needs the number of bytes (0 to %d) and then hexadecimal", DNS_RDATA_MAX);
    for (size_t i = 2; i < n; i++)
        if (!hex_append(out, tokens[i].text, &odd))
            return error_set(e, INVALID, "rdata-hex", "\"%.*s\" is not hexadecimal", STR_ARG(tokens[i].text));
    if (odd >= 0 || out->n != want)
        return error_set(e, INVALID, "rdata-hex", "\\# says %u bytes, but the hexadecimal has %zu%s", (unsigned)want,
            out->n, odd >= 0 ? " and a half" : "");
    return OK;
}

static enum status parse_fields(uint16_t type, const char *layout, struct field_reader *r)
{
    struct layout_item item;

    while (layout_next(&layout, &item)) {
        if (r->at == r->n && (item.kind->traits & FIELD_OPTIONAL) != 0)
            continue;
        if (r->at == r->n) {
            (void)error_set(r->e, INVALID, "rdata-missing", "this field is missing");
            return layout_error(type, &item, r->part, r->e);
        }
        if (item.kind->parse(r) != OK)
            return layout_error(type, &item, r->part, r->e);
    }
    if (r->at < r->n)
        return error_set(r->e, INVALID, "rdata-extra", "%s: \"%.*s\" is more than the type has fields",
            dns_type_find(type)->name, STR_ARG(r->tokens[r->at].text));
    return OK;
}

/* The limits for what we store that are tighter than the protocol's. */
static enum status check_text_max(uint16_t type, struct str rdata, struct error *e)
{
    const char *layout = layout_of(type);
    struct layout_item item;
    size_t at = 0;

    while (layout != NULL && layout_next(&layout, &item)) {
        size_t n = (size_t)item.kind->measure((const uint8_t *)rdata.p + at, rdata.n - at);
        size_t strings = 0;

        if (item.kind->text_max != 0 && item.kind->code[0] == 'S')
            for (size_t i = at; i < at + n; i += (uint8_t)rdata.p[i] + 1u)
                strings++;
        if (item.kind->text_max != 0 && n - strings > item.kind->text_max) {
            (void)error_set(
                e, INVALID, "txt-too-long", "%zu bytes of text, the most is %zu", n - strings, item.kind->text_max);
            return layout_error(type, &item, NULL, e);
        }
        at += n;
    }
    return OK;
}

static bool is_generic(const struct dns_token *tokens, size_t n)
{
    return n > 0 && !tokens[0].quoted && str_eqz(tokens[0].text, "\\#");
}

enum status dns_rdata_parse_tokens(struct arena *a, uint16_t type, const struct dns_token *tokens, size_t n,
    const struct dns_name *origin, struct str *rdata_r, struct error *e)
{
    const char *layout = layout_of(type);
    struct buf out;
    struct field_reader r = {.arena = a, .tokens = tokens, .n = n, .origin = origin, .out = &out, .e = e};

    buf_in(&out, a, DNS_RDATA_MAX);
    if (is_generic(tokens, n))
        TRY(parse_generic(tokens, n, &out, e));
    else if (layout != NULL)
        TRY(parse_fields(type, layout, &r));
    else
        return error_set(e, INVALID, "rdata-missing", "data of type %.*s is written as \\# LENGTH HEXADECIMAL",
            STR_ARG(dns_type_text(a, type)));
    if (buf_over(&out))
        return error_set(e, INVALID, "rdata-too-long", "the data of a record has at most %d bytes", DNS_RDATA_MAX);
    TRY(dns_rdata_check(type, buf_view(&out), e));
    TRY(check_text_max(type, buf_view(&out), e));
    *rdata_r = buf_view(&out);
    return OK;
}

/* "v=spf1 -all" without its quotes would be two strings, which readers join without a blank. */
static enum status check_quotes(uint16_t type, const struct dns_tokens *t, struct error *e)
{
    const char *layout = layout_of(type);

    if (layout == NULL || layout[0] != 'S' || is_generic(t->items, t->n))
        return OK;
    for (size_t i = 1; i < t->n; i++)
        if (!t->items[i - 1].quoted && !t->items[i].quoted)
            return error_set(e, INVALID, "txt-unquoted",
                "%s: several words without quotes would lose the blanks between them: put the text in double quotes",
                dns_type_find(type)->name);
    return OK;
}

enum status dns_rdata_parse(struct arena *a, uint16_t type, struct str text, const struct dns_name *origin,
    struct str *rdata_r, struct error *e)
{
    struct dns_tokens t;

    dns_tokens_init(&t, a, text);
    t.one_line = true;
    TRY(dns_tokens_next(&t, e));
    if (str_trim(str_n(text.p + t.at, text.n - t.at)).n > 0)
        return error_set(e, INVALID, "rdata-extra", "a line break inside the data: one record is one line");
    TRY(check_quotes(type, &t, e));
    return dns_rdata_parse_tokens(a, type, t.items, t.n, origin, rdata_r, e);
}

void write_generic(struct buf *out, struct str rdata)
{
    buf_printf(out, "\\# %zu", rdata.n);
    if (rdata.n > 0)
        buf_putc(out, ' ');
    for (size_t i = 0; i < rdata.n; i++)
        buf_printf(out, "%02X", (uint8_t)rdata.p[i]);
}

void dns_rdata_write(struct buf *out, uint16_t type, struct str rdata)
{
    const char *layout = layout_of(type);
    struct layout_item item;
    size_t at = 0;

    if (layout == NULL) {
        write_generic(out, rdata);
        return;
    }
    while (layout_next(&layout, &item)) {
        ptrdiff_t n = item.kind->measure((const uint8_t *)rdata.p + at, rdata.n - at);

        INVARIANT(n >= 0);
        if (n == 0 && (item.kind->traits & FIELD_OPTIONAL) != 0)
            continue;
        if (at > 0)
            buf_putc(out, ' ');
        item.kind->write(out, str_n(rdata.p + at, (size_t)n));
        at += (size_t)n;
    }
}

struct str dns_rdata_text(struct arena *a, uint16_t type, struct str rdata)
{
    struct buf b;

    buf_in(&b, a, DNS_RDATA_TEXT_MAX);
    dns_rdata_write(&b, type, rdata);
    return buf_view(&b);
}
