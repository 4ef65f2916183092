#include "epp/scan.h"

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

struct epp_tag epp_tag_at(struct str doc, size_t at)
{
    struct str rest = str_n(doc.p + at, doc.n - at);
    if (str_starts(rest, STR("<!--")))
        return (struct epp_tag){.end = behind(doc, at + 4, "-->")};
    if (str_starts(rest, STR("<![CDATA[")))
        return (struct epp_tag){.end = behind(doc, at + 9, "]]>")};
    if (str_starts(rest, STR("<?")))
        return (struct epp_tag){.end = behind(doc, at + 2, "?>")};
    struct epp_tag t = {.close = rest.n > 1 && rest.p[1] == '/'};
    size_t from = at + (t.close ? 2 : 1), n = from;
    while (n < doc.n && !ends_name(doc.p[n]))
        n++;
    t.name = str_n(doc.p + from, n - from);
    t.end = tag_end(doc, n);
    t.start = !t.close && doc.p[t.end - 1] == '>' && doc.p[t.end - 2] != '/';
    return t;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(struct str doc, size_t *at, size_t end)
{
    while (*at < end && is_space(doc.p[*at]))
        ++*at;
}

/* One name="value" of the tag, from *at on; false where there is none any more. */
static bool take_attribute(struct str doc, size_t *at, size_t end, struct str *name_r, struct str *value_r)
{
    skip_space(doc, at, end);
    size_t from = *at;
    while (*at < end && doc.p[*at] != '=' && !ends_name(doc.p[*at]))
        ++*at;
    *name_r = str_n(doc.p + from, *at - from);
    skip_space(doc, at, end);
    if (name_r->n == 0 || *at == end || doc.p[*at] != '=')
        return false;
    ++*at;
    skip_space(doc, at, end);
    if (*at == end || (doc.p[*at] != '"' && doc.p[*at] != '\''))
        return false;
    ptrdiff_t close = str_find(doc, doc.p[*at], *at + 1);
    if (close < 0 || (size_t)close >= end)
        return false;
    *value_r = str_n(doc.p + *at + 1, (size_t)close - *at - 1);
    *at = (size_t)close + 1;
    return true;
}

struct str epp_tag_attr(struct str doc, const struct epp_tag *t, const char *name)
{
    size_t at = (size_t)(t->name.p - doc.p) + t->name.n;
    struct str found, value;
    while (take_attribute(doc, &at, t->end, &found, &value))
        if (str_eqz(found, name))
            return value;
    return STR_NULL;
}

struct str epp_tag_local(const struct epp_tag *t)
{
    ptrdiff_t colon = str_find(t->name, ':', 0);
    return colon >= 0 ? str_n(t->name.p + colon + 1, t->name.n - (size_t)colon - 1) : t->name;
}
