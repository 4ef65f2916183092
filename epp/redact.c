#include "epp/session.h"

/* What stands between two '<': a tag, a comment, or a CDATA section. */
struct token {
    size_t end; /* behind its last byte */
    struct str name; /* qualified; of start and end tags */
    bool start, close; /* neither: comment and the like. A self-closing tag is not a start. */
};

static size_t behind(struct str doc, size_t from, const char *what)
{
    const char *at = from < doc.n ? memmem(doc.p + from, doc.n - from, what, strlen(what)) : NULL;
    return at != NULL ? (size_t)(at - doc.p) + strlen(what) : doc.n;
}

/* The end of a tag: the first '>' outside quotes. */
static size_t tag_end(struct str doc, size_t from)
{
    char quote = '\0';
    for (size_t i = from; i < doc.n; i++) {
        char c = doc.p[i];
        if (quote != '\0')
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return i + 1;
    }
    return doc.n;
}

static bool ends_name(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '>' || c == '/';
}

static struct token token_at(struct str doc, size_t at)
{
    struct str rest = str_n(doc.p + at, doc.n - at);
    if (str_starts(rest, STR("<!--")))
        return (struct token){.end = behind(doc, at + 4, "-->")};
    if (str_starts(rest, STR("<![CDATA[")))
        return (struct token){.end = behind(doc, at + 9, "]]>")};
    if (str_starts(rest, STR("<?")))
        return (struct token){.end = behind(doc, at + 2, "?>")};
    struct token t = {.close = rest.n > 1 && rest.p[1] == '/'};
    size_t from = at + (t.close ? 2 : 1), n = from;
    while (n < doc.n && !ends_name(doc.p[n]))
        n++;
    t.name = str_n(doc.p + from, n - from);
    t.end = tag_end(doc, n);
    t.start = !t.close && doc.p[t.end - 1] == '>' && doc.p[t.end - 2] != '/';
    return t;
}

static bool is_secret(struct str name)
{
    ptrdiff_t colon = str_find(name, ':', 0);
    struct str local = colon >= 0 ? str_n(name.p + colon + 1, name.n - colon - 1) : name;
    return str_eqz(local, "pw") || str_eqz(local, "newPW") || str_eqz(local, "authInfo");
}

/* Where the end tag of the element begins whose content begins at `at`; the end where it has none. */
static size_t content_end(struct str doc, size_t at, struct str name)
{
    size_t depth = 1;
    for (;;) {
        ptrdiff_t lt = at < doc.n ? str_find(doc, '<', at) : -1;
        if (lt < 0)
            return doc.n;
        struct token t = token_at(doc, lt);
        if (t.name.n > 0 && str_eq(t.name, name)) {
            depth += t.start;
            depth -= t.close;
        }
        if (depth == 0)
            return lt;
        at = t.end;
    }
}

void epp_redact_as(struct str doc, struct str mark, struct buf *out)
{
    if (!str_utf8_valid(doc)) {
        buf_printf(out, "(%zu bytes that are not UTF-8)", doc.n);
        return;
    }
    size_t at = 0;
    while (at < doc.n) {
        ptrdiff_t lt = str_find(doc, '<', at);
        size_t text_end = lt >= 0 ? (size_t)lt : doc.n;
        buf_put(out, doc.p + at, text_end - at);
        if (lt < 0)
            return;
        struct token t = token_at(doc, lt);
        buf_put(out, doc.p + lt, t.end - lt);
        at = t.end;
        if (t.start && is_secret(t.name)) {
            at = content_end(doc, at, t.name);
            buf_str(out, mark);
        }
    }
}

void epp_redact(struct str doc, struct buf *out)
{
    epp_redact_as(doc, STR("***"), out);
}
