#include "base/str.h"

struct str str_of(const char *z)
{
    return z == NULL ? STR_NULL : str_n(z, strlen(z));
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eqz(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

bool str_ieq(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    if (order != 0)
        return order;
    return a.n < b.n ? -1 : a.n > b.n;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_n(s.p, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + (s.n - suffix.n), suffix.p, suffix.n) == 0);
}

ptrdiff_t str_find(struct str s, char c, size_t from)
{
    if (from >= s.n)
        return -1;
    const char *at = memchr(s.p + from, c, s.n - from);
    return at == NULL ? -1 : at - s.p;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    while (s.n > 0 && is_blank(s.p[0])) {
        s.p++;
        s.n--;
    }
    return s;
}

bool str_take(struct str *rest, char sep, struct str *part_r)
{
    if (str_is_null(*rest))
        return false;
    ptrdiff_t at = str_find(*rest, sep, 0);
    if (at < 0) {
        *part_r = *rest;
        *rest = STR_NULL;
        return true;
    }
    *part_r = str_n(rest->p, (size_t)at);
    *rest = str_n(rest->p + at + 1, rest->n - (size_t)at - 1);
    return true;
}

char *str_dupz(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n != 0)
        memcpy(p, s.p, s.n);
    return p;
}

struct str str_dup(struct arena *a, struct str s)
{
    return str_is_null(s) ? STR_NULL : str_n(str_dupz(a, s), s.n);
}

struct str str_lower(struct arena *a, struct str s)
{
    if (str_is_null(s))
        return STR_NULL;
    char *p = str_dupz(a, s);
    for (size_t i = 0; i < s.n; i++)
        p[i] = ascii_lower(p[i]);
    return str_n(p, s.n);
}

struct str str_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return str_of(p);
}

bool str_to_u64(struct str s, uint64_t max, uint64_t *v_r)
{
    uint64_t v = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!ascii_is_digit(s.p[i]))
            return false;
        if (__builtin_mul_overflow(v, UINT64_C(10), &v) || __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
            return false;
    }
    if (v > max)
        return false;
    *v_r = v;
    return true;
}

bool str_to_i64(struct str s, int64_t min, int64_t max, int64_t *v_r)
{
    bool minus = s.n > 0 && s.p[0] == '-';
    if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
        s = str_n(s.p + 1, s.n - 1);
    uint64_t magnitude;
    if (!str_to_u64(s, (uint64_t)INT64_MAX + (minus ? 1 : 0), &magnitude))
        return false;
    /* Negated as unsigned: INT64_MIN has no positive twin. */
    int64_t v = (int64_t)(minus ? -magnitude : magnitude);
    if (v < min || v > max)
        return false;
    *v_r = v;
    return true;
}

/* Well-formed sequences by first byte, and the range of the second (RFC 3629, section 4: this is what
 * keeps out overlong forms, surrogates and what is past U+10FFFF). */
static const struct utf8_form {
    uint8_t first_min, first_max, second_min, second_max, len;
} utf8_forms[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
};

static bool utf8_form_fits(const struct utf8_form *f, const uint8_t *p, size_t n)
{
    if (p[0] < f->first_min || p[0] > f->first_max || n < f->len)
        return false;
    if (p[1] < f->second_min || p[1] > f->second_max)
        return false;
    for (size_t i = 2; i < f->len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return false;
    return true;
}

struct str str_cut(struct str s, size_t max)
{
    if (s.n <= max)
        return s;
    while (max > 0 && ((unsigned char)s.p[max] & 0xC0) == 0x80)
        max--;
    return str_n(s.p, max);
}

size_t str_utf8_len(struct str s)
{
    const uint8_t *p = (const uint8_t *)s.p;
    if (s.n == 0)
        return 0;
    if (p[0] < 0x80)
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(utf8_forms); i++)
        if (utf8_form_fits(&utf8_forms[i], p, s.n))
            return utf8_forms[i].len;
    return 0;
}

/* How many bytes in front are ASCII, eight at a time. */
static size_t ascii_run(struct str s)
{
    size_t i = 0;
    for (uint64_t eight; s.n - i >= sizeof(eight); i += sizeof(eight)) {
        memcpy(&eight, s.p + i, sizeof(eight));
        if ((eight & UINT64_C(0x8080808080808080)) != 0)
            return i;
    }
    return i;
}

bool str_utf8_valid(struct str s)
{
    while (s.n > 0) {
        size_t run = ascii_run(s);
        if (run > 0) {
            s = str_n(s.p + run, s.n - run);
            continue;
        }
        size_t len = str_utf8_len(s);
        if (len == 0)
            return false;
        s = str_n(s.p + len, s.n - len);
    }
    return true;
}

char ascii_lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ascii_is_alnum(char c)
{
    char low = ascii_lower(c);
    return ascii_is_digit(c) || (low >= 'a' && low <= 'z');
}
