#include "dns/layout.h"

/* Fields of bytes: hexadecimal, base64, and addresses in groups of hexadecimal. */

/* ---- hexadecimal ----------------------------------------------------------------------------------------- */

static int hex_value(char c)
{
    if (ascii_is_digit(c))
        return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_append(struct buf *out, struct str digits, int *odd_r)
{
    for (size_t i = 0; i < digits.n; i++) {
        int v = hex_value(digits.p[i]);

        if (v < 0)
            return false;
        if (*odd_r >= 0)
            buf_u8(out, (uint8_t)(*odd_r << 4 | v));
        *odd_r = *odd_r >= 0 ? -1 : v;
    }
    return true;
}

enum status parse_hex(struct field_reader *r)
{
    int odd = -1;

    for (; r->at < r->n; r->at++)
        if (!hex_append(r->out, r->tokens[r->at].text, &odd))
            return error_set(r->e, INVALID, "rdata-hex", "\"%.*s\" is not hexadecimal", STR_ARG(r->tokens[r->at].text));
    if (odd >= 0)
        return error_set(r->e, INVALID, "rdata-hex", "an odd number of hexadecimal digits");
    return OK;
}

void write_hex(struct buf *out, struct str raw)
{
    for (size_t i = 0; i < raw.n; i++)
        buf_printf(out, "%02X", (uint8_t)raw.p[i]);
}

/* ---- base64 ---------------------------------------------------------------------------------------------- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void base64_group(struct base64_reader *r, struct buf *out)
{
    for (unsigned i = 0; i < 3 - r->pads; i++)
        buf_u8(out, (uint8_t)(r->bits >> (16 - 8 * i)));
    r->bits = 0;
    r->n = 0;
}

/* The bits that padding leaves over are zero, so that each value has one text. */
static bool pad_fits(const struct base64_reader *r)
{
    if (r->n == 2)
        return (r->bits & 0xf) == 0;
    return r->n == 3 && (r->pads == 1 || (r->bits & 3) == 0);
}

bool base64_append(struct base64_reader *r, struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        const char *at = memchr(alphabet, text.p[i], sizeof(alphabet) - 1);

        if (text.p[i] == '=') {
            if (!pad_fits(r))
                return false;
            r->pads++;
        } else if (at == NULL || r->pads > 0) {
            return false;
        }
        r->bits = r->bits << 6 | (at != NULL ? (uint32_t)(at - alphabet) : 0);
        if (++r->n == 4)
            base64_group(r, out);
    }
    return true;
}

bool base64_whole(const struct base64_reader *r)
{
    return r->n == 0;
}

enum status parse_base64(struct field_reader *r)
{
    struct base64_reader b = {0};
    size_t start = r->out->n;

    for (; r->at < r->n; r->at++)
        if (!base64_append(&b, r->out, r->tokens[r->at].text))
            return error_set(r->e, INVALID, "rdata-base64", "\"%.*s\" is not base64", STR_ARG(r->tokens[r->at].text));
    if (!base64_whole(&b))
        return error_set(r->e, INVALID, "rdata-base64", "the base64 ends inside a group of four characters");
    if (r->out->n == start && !buf_over(r->out))
        return error_set(r->e, INVALID, "rdata-base64", "the base64 is empty");
    return OK;
}

void write_base64(struct buf *out, struct str raw)
{
    for (size_t i = 0; i < raw.n; i += 3) {
        size_t left = raw.n - i < 3 ? raw.n - i : 3;
        uint32_t v = 0;

        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (k < left ? (uint8_t)raw.p[i + k] : 0);
        for (unsigned k = 0; k < 4; k++)
            buf_putc(out, k <= left ? alphabet[v >> (18 - 6 * k) & 63] : '=');
    }
}

/* ---- groups of hexadecimal ---------------------------------------------------------------------------------- */

/* Exactly n pairs with - between them. */
static enum status parse_eui(struct field_reader *r, size_t n, const char *example)
{
    struct str s = r->tokens[r->at++].text;
    bool good = s.n == n * 3 - 1;
    int odd = -1;

    for (size_t i = 0; good && i < s.n; i += 3)
        good = (i + 2 == s.n || s.p[i + 2] == '-') && hex_append(r->out, str_n(s.p + i, 2), &odd);
    if (!good)
        return error_set(r->e, INVALID, "rdata-address", "\"%.*s\" is not an address such as %s", STR_ARG(s), example);
    return OK;
}

enum status parse_eui48(struct field_reader *r)
{
    return parse_eui(r, 6, "00-00-5e-00-53-2a");
}

enum status parse_eui64(struct field_reader *r)
{
    return parse_eui(r, 8, "00-00-5e-ef-10-00-00-2a");
}

void write_eui(struct buf *out, struct str raw)
{
    for (size_t i = 0; i < raw.n; i++)
        buf_printf(out, "%s%02x", i > 0 ? "-" : "", (uint8_t)raw.p[i]);
}

/* One to four hexadecimal digits. */
static bool parse_group(struct str s, uint16_t *v_r)
{
    *v_r = 0;
    for (size_t i = 0; i < s.n; i++) {
        int v = hex_value(s.p[i]);

        if (v < 0)
            return false;
        *v_r = (uint16_t)(*v_r << 4 | v);
    }
    return s.n >= 1 && s.n <= 4;
}

enum status parse_id64(struct field_reader *r)
{
    struct str text = r->tokens[r->at++].text, rest = text, group;
    bool good = true;
    size_t groups = 0;
    uint16_t v;

    for (; good && str_take(&rest, ':', &group); groups++) {
        good = groups < 4 && parse_group(group, &v);
        buf_u16(r->out, good ? v : 0);
    }
    if (!good || groups != 4)
        return error_set(r->e, INVALID, "rdata-address",
            "\"%.*s\" is not four groups of hexadecimal such as 2001:db8:1140:1000", STR_ARG(text));
    return OK;
}

void write_id64(struct buf *out, struct str raw)
{
    for (size_t i = 0; i < raw.n; i += 2)
        buf_printf(out, "%s%x", i > 0 ? ":" : "", read_u16(raw.p + i));
}
