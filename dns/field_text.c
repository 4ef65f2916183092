#include "dns/layout.h"

/* Fields of text: character-strings, tags, and values that take the rest. */

ptrdiff_t measure_string(const uint8_t *p, size_t n)
{
    return n >= 1 && n >= p[0] + 1u ? p[0] + 1 : -1;
}

ptrdiff_t measure_strings(const uint8_t *p, size_t n)
{
    size_t at = 0;

    if (n == 0)
        return -1;
    while (at < n)
        at += p[at] + 1u;
    return at == n ? (ptrdiff_t)n : -1;
}

ptrdiff_t measure_tag(const uint8_t *p, size_t n)
{
    if (n < 2 || p[0] == 0 || n < p[0] + 1u)
        return -1;
    for (size_t i = 1; i <= p[0]; i++)
        if (!ascii_is_alnum((char)p[i]))
            return -1;
    return p[0] + 1;
}

/* The token at r->at as one character-string. */
enum status parse_string(struct field_reader *r)
{
    size_t start = r->out->n, n;

    buf_u8(r->out, 0);
    TRY(dns_token_unescape(r->tokens[r->at++].text, r->out, r->e));
    if (buf_over(r->out))
        return OK; /* the caller says so */
    n = r->out->n - start - 1;
    if (n > DNS_STRING_MAX)
        return error_set(r->e, INVALID, "rdata-string",
            "a string of %zu bytes is longer than %d: split it into several quoted strings", n, DNS_STRING_MAX);
    r->out->p[start] = (char)n;
    return OK;
}

enum status parse_strings(struct field_reader *r)
{
    while (r->at < r->n && !buf_over(r->out))
        TRY(parse_string(r));
    r->at = r->n;
    return OK;
}

enum status parse_tag(struct field_reader *r)
{
    struct str s = r->tokens[r->at++].text;
    bool good = s.n > 0 && s.n <= DNS_STRING_MAX;

    for (size_t i = 0; good && i < s.n; i++)
        good = ascii_is_alnum(s.p[i]);
    if (!good)
        return error_set(
            r->e, INVALID, "rdata-tag", "\"%.*s\" is not a word of letters and digits (such as issue)", STR_ARG(s));
    buf_u8(r->out, (uint8_t)s.n);
    buf_str(r->out, s);
    return OK;
}

enum status parse_value(struct field_reader *r)
{
    return dns_token_unescape(r->tokens[r->at++].text, r->out, r->e);
}

/* The target must not be empty (RFC 7553 §4.5). */
enum status parse_uri(struct field_reader *r)
{
    if (r->tokens[r->at].text.n == 0)
        return error_set(r->e, INVALID, "rdata-string", "an empty URI");
    return parse_value(r);
}

void write_strings(struct buf *out, struct str raw)
{
    for (size_t at = 0; at < raw.n;) {
        size_t n = (uint8_t)raw.p[at];

        if (at > 0)
            buf_putc(out, ' ');
        dns_string_write(out, str_n(raw.p + at + 1, n));
        at += n + 1;
    }
}

void write_tag(struct buf *out, struct str raw)
{
    buf_put(out, raw.p + 1, raw.n - 1);
}
