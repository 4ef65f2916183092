#include "web/html.h"

static const char *reference_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

/* U+FFFE and U+FFFF are no characters of XML. */
static bool is_noncharacter(struct str c)
{
    return c.n == 3 && memcmp(c.p, "\xEF\xBF", 2) == 0 && (unsigned char)c.p[2] >= 0xBE;
}

void html_text(struct html *h, struct str s)
{
    while (s.n > 0) {
        size_t n = str_utf8_len(s);
        const char *ref = reference_of(s.p[0]);
        if (n == 0 || is_control(s.p[0]) || is_noncharacter(str_n(s.p, n)))
            buf_puts(h->out, "\xEF\xBF\xBD");
        else if (ref != NULL)
            buf_puts(h->out, ref);
        else
            buf_put(h->out, s.p, n);
        n = n == 0 ? 1 : n;
        s = str_n(s.p + n, s.n - n);
    }
}

static bool url_plain(char c)
{
    return ascii_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static void url_put(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (url_plain(s.p[i]))
            buf_putc(out, s.p[i]);
        else
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)s.p[i]);
    }
}

void html_url(struct html *h, struct str s)
{
    url_put(h->out, s);
}

struct str url_encode(struct arena *a, struct str s)
{
    struct buf b;
    buf_in(&b, a, s.n * 3 + 1);
    url_put(&b, s);
    return buf_view(&b);
}

void html_fill(struct html *h, const char *literal, const struct str *args, size_t n)
{
    size_t used = 0;
    const char *from = literal;
    for (const char *at = strchr(from, '{'); at != NULL; at = strchr(from, '{')) {
        bool url = strncmp(at, "{u}", 3) == 0;
        INVARIANT(url || at[1] == '}');
        INVARIANT(url || at == literal || at[-1] != '=');
        INVARIANT(used < n);
        buf_put(h->out, from, (size_t)(at - from));
        if (url)
            html_url(h, args[used]);
        else
            html_text(h, args[used]);
        used++;
        from = at + (url ? 3 : 2);
    }
    INVARIANT(used == n);
    buf_puts(h->out, from);
}
